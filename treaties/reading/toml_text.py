"""Values and blocks of treaty files as text, the way back from tables to what an author would write."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

_BARE = re.compile(r"[A-Za-z0-9_-]+\Z")


def in_toml(value: Any) -> str:
    """A value as TOML on one line; raises ``TypeError`` for what no treaty file holds.

    >>> in_toml({"rule": "mutual", "years": [3, 6.0], "kept": True})
    '{ rule = "mutual", years = [3, 6.0], kept = true }'
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, str):
        # Both have the same escapes, but TOML wants that of DEL, too, which JSON leaves as it is.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, Mapping):
        entries = ", ".join(f"{_key(key)} = {in_toml(item)}" for key, item in value.items())
        return f"{{ {entries} }}" if entries else "{}"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(in_toml, value))}]"
    raise TypeError(f"a {type(value).__name__} is no value of a treaty file")


def block_in_toml(name: str, fields: Mapping[str, Any]) -> str:
    """A block ``[[name]]`` with one field a line.

    >>> print(block_in_toml("provision", {"type": "sunset", "term_years": 5}))
    [[provision]]
    type = "sunset"
    term_years = 5
    """
    return "\n".join([f"[[{name}]]", *(f"{_key(field)} = {in_toml(value)}" for field, value in fields.items())])


def _key(name: str) -> str:
    return name if _BARE.match(name) else in_toml(name)
