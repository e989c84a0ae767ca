"""Numbers of a treaty that become symbols: one, or several that are moved together.

``party.NOR.discount`` is one number; ``party.*.discount`` and ``matter.procurement.reward`` are one number for all
parties.
"""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import final

from treaties.model.errors import TreatyFileError
from treaties.model.names import choose_from
from treaties.model.treaty import NamedNumber, Treaty
from treaties.reading.variants import with_terms
from treaties.sweeping.levers import levers

_SHORT = {"discount": "party.*.discount"}


class NoFormula(Exception):
    """There is no threshold in symbols: why, for readers."""


@final
@dataclass(frozen=True)
class Moved:
    """A number of a treaty, or several that are moved together, as one symbol.

    ``asked``  as it was asked for;  ``name`` of the symbol.
    ``paths``  of the numbers;  ``values`` theirs in the text.
    ``low``, ``high``  between what it is moved.
    ``share``  whether it is a chance or a discount factor.
    """

    asked: str
    name: str
    paths: tuple[str, ...]
    values: tuple[float, ...]
    low: float
    high: float
    share: bool

    @property
    def value(self) -> float | None:
        """What it is in the text; None if its numbers differ there."""
        return self.values[0] if len(set(self.values)) == 1 else None


def moved(treaty: Treaty, asked: str) -> Moved:
    """The numbers that a path or pattern names.

    Raises ``NoFormula`` if it is a term that is no amount, chance or discount factor, and ``ValueError`` if it is none.
    """
    numbers = list(treaty.numbers())
    pattern = _SHORT.get(asked, asked)
    found = [n for n in numbers if _names(pattern, n.path)]
    if not found:
        known, skipped = levers(treaty, facts=True)
        if any(lever.path == asked for lever in known):
            raise NoFormula(f"{asked} is a whole number or a choice, which changes the structure of the game; "
                            "ask servanda fix for it")
        if asked in skipped:
            raise NoFormula(f"{asked} {skipped[asked]}")
        known_paths = choose_from(asked, [n.path for n in numbers], "it has")
        raise ValueError(f"{asked!r} is no number of the treaty; {known_paths}")
    kinds = {_kind(n.path) for n in found}
    if len(found) > 1 and len(kinds) > 1:
        raise ValueError(f"{asked!r} names different things, {' and '.join(sorted(kinds)[:2])}; write one of them")
    values = tuple(n.value for n in found)
    share = all(0 <= v <= 1 for v in values) and not _accepted(treaty, found, 1.5)
    low, high = (0.0, 1.0) if share else _range(found)
    return Moved(asked, _symbol(pattern, found), tuple(n.path for n in found), values, low, high, share)


def _kind(path: str) -> str:
    """What a number is, whosever it is."""
    words = path.split(".")
    if words[0] == "party":
        return ".".join(words[2:])
    return words[2] if words[0] == "matter" else ".".join(words[:-1])


def _names(pattern: str, path: str) -> bool:
    parts, told = pattern.split("."), path.split(".")
    return len(parts) <= len(told) and all(fnmatchcase(b, a) for a, b in zip(parts, told, strict=False))


def _accepted(treaty: Treaty, found: list[NamedNumber], value: float) -> bool:
    try:
        with_terms(treaty, {n.path: value for n in found})
    except TreatyFileError:
        return False
    return True


def _range(found: list[NamedNumber]) -> tuple[float, float]:
    """What the file names, and from 0 to twice the values."""
    ends = [end for n in found for end in (n.low, n.high, n.value, 2 * n.value) if end is not None]
    return (min(0.0, *ends), max(0.0, *ends)) if any(ends) else (0.0, 1.0)


def _symbol(pattern: str, found: list[NamedNumber]) -> str:
    """A short name: ``discount`` of all parties, ``reward_NOR`` of one, ``probability`` of a clause."""
    words = found[0].path.split(".")
    if words[0] == "party":
        kept = words[2:] if len(found) > 1 else [*words[2:], words[1]]
    elif words[0] == "matter":
        kept = words[2:3] if len(found) > 1 else words[2:]
    else:
        kept = words[-1:]
    return "_".join(kept)
