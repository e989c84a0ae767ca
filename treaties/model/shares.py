"""Shares of the parties in something that is divided among all of them."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator

from treaties.model.errors import fault
from treaties.model.quantity import Quantity, Within
from treaties.model.references import KeyedBy

TOLERANCE = 1e-9

Share = Annotated[Quantity, Within(0, 1, name="a share")]


def _make_a_whole(shares: dict[str, Quantity]) -> dict[str, Quantity]:
    total = sum(share.value for share in shares.values())
    if abs(total - 1.0) > TOLERANCE:
        raise fault(f"the shares add up to {total:g}, not 1", "let them add up to 1")
    return shares


Shares = Annotated[dict[str, Share], KeyedBy("party"), AfterValidator(_make_a_whole)]
"""A share of every party, together 1; a fault is raised where they are not."""
