"""Seals: a short hash on every item of a certificate file, so that any change is refused with its place named.

A seal is no signature: whoever rewrites an item can seal it again, and then the exact check has the last word.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def sealed(item: Mapping[str, Any]) -> dict[str, Any]:
    """The item with a ``seal``: eight hex digits over all of it, then four per field, fields in order of name."""
    return {**item, "seal": _seal(item)}


def _hash(value: Any) -> str:
    # Lists of sealed items are represented by their seals: hashing them again would only cost time.
    if isinstance(value, list) and value and all(isinstance(x, dict) and "seal" in x for x in value):
        value = [x["seal"] for x in value]
    text = str(value) if type(value) is int else _ENCODER.encode(value)
    return hashlib.sha256(text.encode()).hexdigest()


def _seal(item: Mapping[str, Any]) -> str:
    hashes = {k: _hash(item[k]) for k in sorted(k for k in item if k != "seal")}
    whole = hashlib.sha256("|".join(f"{k}:{found}" for k, found in hashes.items()).encode()).hexdigest()[:8]
    return "-".join([whole, *(found[:4] for found in hashes.values())])


def changed_places(item: Mapping[str, Any], place: str = "") -> list[str]:
    """Places inside a sealed item that no longer match their seal, the innermost first named ("cells[17].then")."""
    found: list[str] = []
    dot = "." if place else ""
    for key, value in item.items():
        if isinstance(value, list):
            for k, inner in enumerate(value):
                if isinstance(inner, dict) and "seal" in inner:
                    found += changed_places(inner, f"{place}{dot}{key}[{k}]")
                elif isinstance(inner, dict) and any(isinstance(x, dict) and "seal" in x for x in value):
                    found.append(f"{place}{dot}{key}[{k}].seal")
    expected, given = _seal(item), item.get("seal")
    if expected == given or found:
        return found
    fields = sorted(k for k in item if k != "seal")
    now, then = expected.split("-"), str(given).split("-")
    if len(now) == len(then) and now[0] != then[0]:
        for name, a, b in zip(fields, now[1:], then[1:], strict=True):
            if a != b:
                return [f"{place}{dot}{name}"]
    return [f"{place}{dot}seal"]
