"""The table of every clause × {accepted, rejected, behaviour, law, real treaty, source} has no empty cell."""

from __future__ import annotations

import pytest

from tests.support.clause_table import ClauseRow, clause_table, marked
from treaties.provisions import all_provisions, all_types

TABLE = clause_table()


@pytest.mark.parametrize("kind", all_types())
def test_no_cell_of_a_clause_is_empty(kind: str) -> None:
    missing = TABLE[kind].empty(preset=kind not in all_provisions())
    assert not missing, f"{kind}: no {', '.join(missing)}"


def test_marks_name_clauses_that_there_are() -> None:
    assert {clause for _, clause in marked()} <= set(all_types())


def test_a_cell_without_anything_is_found() -> None:
    full = TABLE["remedy"]
    bare = ClauseRow(full.accepted, (), full.behaviour, (), full.real_treaty, full.source)
    assert bare.empty(preset=False) == ["rejected", "law"] and bare.empty(preset=True) == []
