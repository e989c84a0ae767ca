"""Crisis channel: what is left of a flag after clarification."""

from __future__ import annotations

import pytest

from tests.support.small_treaties import drawn, row
from tests.support.what_is_heard import accused
from treaties.compiling.compile import compile_treaty
from treaties.effects import STATUS

AUDIT = 'type = "audit"\narticle = "1"\nmatter = "trade"\ncoverage = 1\ndetection = 0.9\nfalse_alarm = 0.2'


@pytest.mark.law("crisis_channel")
@pytest.mark.parametrize(("clears", "excuses"), [(0.5, 0.5), (0.8, 0.1), (1.0, 0.0)])
@pytest.mark.parametrize("seed", range(2))
def test_a_channel_leaves_an_innocent_flag_where_it_does_not_clear_and_a_breachs_where_it_does_not_excuse(
    seed: int, clears: float, excuses: float
) -> None:
    """If it clears and excuses alike, a flag is rarer and tells as much as before, whatever payoffs are."""
    channel = f'type = "crisis_channel"\narticle = "2"\nmatter = "trade"\nclears = {clears}\nexcuses = {excuses}'
    compiled = compile_treaty(drawn(seed, AUDIT, channel, hidden=True))
    where = row(compiled, {STATUS: "in force"}, A={"trade": "breach"})
    guilty, innocent = (accused(compiled, where, party) for party in "AB")
    assert (guilty, innocent) == pytest.approx((0.9 * (1 - excuses), 0.2 * (1 - clears)), abs=1e-12)
    if clears == excuses:
        assert guilty / innocent == pytest.approx(0.9 / 0.2, abs=1e-12)
