"""Monitoring sunset: audits until a year that everybody knows, and none afterwards, while duties go on."""

from __future__ import annotations

import pytest

from tests.support.small_treaties import drawn
from tests.support.what_is_heard import accused
from treaties.compiling.compile import compile_treaty
from treaties.model.errors import TreatyFileError

AUDIT = 'article = "3"\nmatter = "trade"\ndetection = 0.9\ncoverage = 0.5\n'


@pytest.mark.behaviour("monitoring_sunset")
def test_a_breach_is_flagged_with_detection_times_coverage_until_the_last_year_and_never_after_it() -> None:
    """0.5 * 0.9 = 0.45 in years 1 and 2 for a breach by B, nothing from year 3 on; duties still bind then."""
    clause = f'type = "monitoring_sunset"\n{AUDIT}until_year = 2\n'
    compiled = compile_treaty(drawn(0, clause, hidden=True))
    state, heard = compiled.game.initial, []
    for _ in range(4):
        breach = compiled.row_of(state, {("B", "trade"): "breach"})
        heard.append(accused(compiled, breach, "B"))
        assert compiled.columns.in_breach["B", "trade"][breach]
        (state,) = compiled.game.transition[[int(compiled.compliance[state])]].indices.tolist()
    assert heard == pytest.approx([0.45, 0.45, 0, 0], abs=1e-12)


def test_it_is_an_audit_with_an_end_and_needs_one() -> None:
    preset = compile_treaty(drawn(1, f'type = "monitoring_sunset"\n{AUDIT}until_year = 2', hidden=True))
    audit = compile_treaty(drawn(1, f'type = "audit"\n{AUDIT}until_year = 2', hidden=True))
    endless = compile_treaty(drawn(1, f'type = "audit"\n{AUDIT}', hidden=True))
    assert preset.game.digest == audit.game.digest != endless.game.digest
    with pytest.raises(TreatyFileError, match=r"until_year .*is missing"):
        drawn(1, f'type = "monitoring_sunset"\n{AUDIT}', hidden=True)
