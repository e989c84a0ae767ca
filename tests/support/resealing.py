"""Sealing documents of evidence again after they were changed, as whoever forges them would."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from games.certificates.sealing import sealed


def resealed(document: Mapping[str, Any]) -> dict[str, Any]:
    """The document with a new seal, and new seals on the items of its lists of items."""
    out = _unsealed(document)
    for key, value in out.items():
        if isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
            out[key] = [sealed(_unsealed(item)) for item in value]
    return sealed(out)


def _unsealed(item: Mapping[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in item.items() if k != "seal"}
