"""Transparency: what is published, against conduct that everyone sees."""

from __future__ import annotations

import pytest

from tests.support.small_treaties import drawn, row
from tests.support.what_is_heard import accused
from treaties.compiling.compile import compile_treaty
from treaties.effects import STATUS


@pytest.mark.law("transparency")
@pytest.mark.parametrize("precision", [0.5, 0.8, 1.0])
@pytest.mark.parametrize("seed", range(2))
def test_a_report_accuses_a_breach_with_its_precision_and_compliance_with_the_rest_whatever_payoffs_are(
    seed: int, precision: float
) -> None:
    """At precision 1 it is as good as seeing, at 0.5 it accuses everybody alike."""
    clause = f'type = "transparency"\nmatter = "trade"\nprecision = {precision}'
    compiled = compile_treaty(drawn(seed, clause, hidden=True))
    where = row(compiled, {STATUS: "in force"}, B={"trade": "breach"})
    assert accused(compiled, where, "B") == pytest.approx(precision, abs=1e-12)
    assert accused(compiled, where, "A") == pytest.approx(1 - precision, abs=1e-12)
