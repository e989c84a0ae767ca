"""Paths of form fields: ``provision.3.amount.value`` for the place ("provision", 3, "amount", "value") in a file."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from treaties.model.errors import Place

_STEP = re.compile(r'"(?:[^"\\]|\\.)*"|[^."]+')
_BARE = re.compile(r"(?![0-9]+\Z)[A-Za-z0-9_-]+\Z")


def path_of(place: Place) -> str:
    """The path of a place; keys that hold dots, or are numbers, stand in quotes.

    >>> path_of(("provision", 3, "design", "renewal.rule"))
    'provision.3.design."renewal.rule"'
    """
    return ".".join(
        str(step) if isinstance(step, int) or _BARE.match(step) else json.dumps(step, ensure_ascii=False)
        for step in place
    )


def place_of(path: str) -> Place:
    """The place of a path; raises ``ValueError`` if it is none.

    >>> place_of("provision.3.amount.value")
    ('provision', 3, 'amount', 'value')
    """
    found = list(_STEP.finditer(path))
    if not path or ".".join(step[0] for step in found) != path:
        raise ValueError(f"{path!r} is no path of a field")
    return tuple(_step(step[0]) for step in found)


def _step(written: str) -> str | int:
    if written.startswith('"'):
        return str(json.loads(written))
    return int(written) if written.isdecimal() and written.isascii() else written


def value_in(document: Mapping[str, Any], place: Place) -> Any:
    """What stands at a place of a parsed file; None if nothing does."""
    current: Any = document
    for step in place:
        named = isinstance(current, Mapping) and isinstance(step, str) and step in current
        if not named and not (isinstance(current, list) and isinstance(step, int) and step < len(current)):
            return None
        current = current[step]
    return current
