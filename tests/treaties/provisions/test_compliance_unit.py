"""Compliance unit: accidents that it avoids, and breaches that it does not touch."""

from __future__ import annotations

import pytest

from tests.support.small_treaties import drawn, row
from tests.support.what_is_heard import accused
from treaties.compiling.compile import compile_treaty
from treaties.effects import STATUS
from treaties.reading.variants import with_terms


@pytest.mark.law("compliance_unit")
@pytest.mark.parametrize("avoids", [0.25, 0.5, 1.0])
@pytest.mark.parametrize("seed", range(2))
def test_a_unit_leaves_its_share_of_accidents_and_every_breach_where_conduct_is_seen_but_for_accidents(
    seed: int, avoids: float
) -> None:
    """A accuses itself by accident with 0.4 times the rest; B, without a unit, with 0.4; a breach always shows."""
    clause = f'type = "compliance_unit"\nparty = "A"\navoids = {avoids}'
    treaty = with_terms(drawn(seed, clause), {"matter.trade.accident": 0.4})
    compiled = compile_treaty(treaty)
    where = row(compiled, {STATUS: "in force"})
    assert accused(compiled, where, "A") == pytest.approx(0.4 * (1 - avoids), abs=1e-12)
    assert accused(compiled, where, "B") == pytest.approx(0.4, abs=1e-12)
    assert accused(compiled, row(compiled, {STATUS: "in force"}, A={"trade": "breach"}), "A") == 1
