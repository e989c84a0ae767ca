"""Tables of whole numbers in files: every row as runs of equal numbers, [number, how often]."""

from __future__ import annotations

from itertools import groupby
from typing import Any

import numpy as np

from games.model.stochastic_game import GameError, as_index
from games.numerics.arrays import Ints

MOST_ENTRIES = 50_000_000
"""Tables with more entries are refused."""


def runs_of(table: Ints) -> list[list[list[int]]]:
    """A table, row by row.

    >>> runs_of(np.array([[0, 0, 1], [2, 2, 2]]))
    [[[0, 2], [1, 1]], [[2, 3]]]
    """
    return [[[int(x), sum(1 for _ in same)] for x, same in groupby(row)] for row in table.tolist()]


def table_of(given: Any, place: str) -> Ints:
    """Int[rows, entries] from its runs; raises ``GameError`` with its place where they are none.

    >>> table_of([[[0, 2], [1, 1]], [[2, 3]]], "table").tolist()
    [[0, 0, 1], [2, 2, 2]]
    """
    if not isinstance(given, list) or not given:
        raise GameError(f"{place}: a list of rows is expected; write [[[0, 12]]] for one row of twelve zeros")
    rows, total = [], 0
    for k, runs in enumerate(given):
        here = f"{place}[{k}]"
        if not isinstance(runs, list):
            raise GameError(f"{here}: a list of runs is expected; write [[0, 12]] for twelve zeros")
        pairs = [_pair(run, here) for run in runs]
        total += sum(count for _, count in pairs)
        if total > MOST_ENTRIES:
            raise GameError(f"{place}: more than {MOST_ENTRIES:,} entries; leave out states, players or actions")
        rows.append(np.repeat(np.array([x for x, _ in pairs], dtype=np.int64), [count for _, count in pairs]))
    if len({len(row) for row in rows}) > 1:
        raise GameError(f"{place}: its rows differ in length; write the same number of entries in each")
    return np.array(rows, dtype=np.int64)


def _pair(run: Any, place: str) -> tuple[int, int]:
    numbers = [_whole(x) for x in run] if isinstance(run, list) else []
    if len(numbers) != 2 or None in numbers:
        raise GameError(f"{place}: a run is a number and how often it comes; write [0, 12] for twelve zeros")
    x, count = numbers
    assert x is not None and count is not None
    if abs(x) > MOST_ENTRIES or not 1 <= count <= MOST_ENTRIES:
        raise GameError(f"{place}: the run [{x}, {count}] is out of range; write [0, 12] for twelve zeros")
    return x, count


def _whole(given: Any) -> int | None:
    """A whole number, also as the text that JSON numbers are read as."""
    try:
        return int(given) if isinstance(given, str) else as_index(given)
    except ValueError:
        return None
