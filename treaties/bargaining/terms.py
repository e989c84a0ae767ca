"""What each value of an open term does to the deals that are left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, final

from treaties.bargaining.designs import DesignOutcome
from treaties.bargaining.predictions import Table
from treaties.model.treaty import Treaty
from treaties.reading.variants import design_space, opened_terms


@final
@dataclass(frozen=True)
class TermEffect:
    """The Nash prediction among deals that give one term one value.

    ``deals``   how many there are; ``values`` per party, None if there are none.
    """

    path: str
    value: Any
    deals: int
    values: tuple[float, ...] | None


def term_effects(
    treaty: Treaty, outcomes: Sequence[DesignOutcome], deals: Sequence[int], base: tuple[float, ...]
) -> list[TermEffect]:
    """The Nash prediction among the deals that give each open term each of its values."""
    out = []
    text = opened_terms(treaty)
    for path, values in design_space(treaty).items():
        for value in values:
            chosen = [k for k in deals if _value(outcomes[k], path, text[path]) == value]
            table = Table(treaty, outcomes, chosen, base, None)
            found = table.nash()
            out.append(TermEffect(path, value, len(chosen), None if found is None else tuple(found.tolist())))
    return out


def _value(one: DesignOutcome, path: str, here: Any) -> Any:
    variant = one.design.variant
    return here if variant is None else variant.set.get(path, here)
