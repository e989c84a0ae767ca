"""What is odd about the years and the condition that limit a clause."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from math import prod
from typing import Any, final

import numpy as np

from games.numerics.arrays import Bools, Ints
from treaties.effects import YEAR, YEARS_IN_FORCE, Columns, CompilationError
from treaties.effects.column_names import CLOCKS
from treaties.effects.evaluation import last_years
from treaties.effects.expressions import parse
from treaties.model.meanings import known_names
from treaties.model.provision import Provision
from treaties.model.remark import Remark
from treaties.model.treaty import Treaty

MOST_TRIED = 20_000
"""A condition on more combinations of states than this is not tried out."""


def limits(treaty: Treaty, clause: Provision) -> Iterator[Remark]:
    """What is odd about the limits of a clause in a treaty."""
    stated = clause.limits
    last = treaty.context.last_year_in_force
    if last is not None and stated.get("from_year", 1) > last:
        problem = f"begins in year {stated['from_year']}, but the treaty ends with year {last}: it never applies"
        yield Remark("warning", "from_year", problem, f"choose a year up to {last}, or let the treaty be renewed")
    elif last is not None and stated.get("until_year", 0) >= last:
        problem = f"ends with year {stated['until_year']}, no earlier than the treaty itself: it limits nothing"
        yield Remark("note", "until_year", problem, "leave it out")
    if "while" in stated and (held := _held(treaty, clause)) is not None:
        if not held.any():
            yield Remark("warning", "while", f"{stated['while']!r} can never hold: it never applies", "correct it")
        elif held.all():
            yield Remark("note", "while", f"{stated['while']!r} always holds: it limits nothing", "leave it out")


def _held(treaty: Treaty, clause: Provision) -> Bools | None:
    """Bool[combinations of what the condition looks at]; None where that cannot be tried out."""
    try:
        values = dict(known_names(treaty, treaty.context).values)
        condition = clause.window(None).condition
        assert condition is not None
        values |= _clocks(treaty, condition.text)
        noted: set[str] = set()
        one = Columns(1, _Read(dict.fromkeys(values, np.zeros(1, dtype=np.int64)), noted), values)
        condition.holds(one)
        read = sorted(noted)
        if prod(len(values[name]) for name in read) > MOST_TRIED:
            return None
        codes = np.array(list(product(*(range(len(values[name])) for name in read))), dtype=np.int64)
        columns = Columns(len(codes), {name: codes[:, k] for k, name in enumerate(read)}, values)
        return condition.holds(columns)
    except CompilationError:  # clauses do not go together, or a value has no meaning: compilation says so
        return None


def _clocks(treaty: Treaty, text: str) -> dict[str, tuple[int, ...]]:
    """The years that a condition can meet."""
    ends = {YEARS_IN_FORCE: treaty.context.last_year_in_force, YEAR: treaty.context.shortest_term}
    found = {}
    for name, year in last_years(parse(text)).items():
        end = ends[CLOCKS[name]]
        found[CLOCKS[name]] = tuple(range(1, (year + 1 if end is None else end) + 1))
    return found


@final
class _Read(Mapping[str, Ints]):
    """A mapping that notes what is read."""

    def __init__(self, of: Mapping[str, Ints], noted: set[str]) -> None:
        self._of, self._noted = of, noted

    def __getitem__(self, key: str) -> Ints:
        value = self._of[key]
        self._noted.add(key)
        return value

    def __contains__(self, key: Any) -> bool:
        return key in self._of

    def __iter__(self) -> Iterator[str]:
        return iter(self._of)

    def __len__(self) -> int:
        return len(self._of)
