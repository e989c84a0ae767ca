"""Data exchange: what data give away, against an audit of every party in every year."""

from __future__ import annotations

import pytest

from tests.support.small_treaties import drawn, row
from tests.support.what_is_heard import accused
from treaties.compiling.compile import compile_treaty
from treaties.effects import STATUS


@pytest.mark.law("data_exchange")
@pytest.mark.parametrize(("share", "error"), [(0.5, 0.1), (1.0, 0.0), (0.3, 0.3)])
@pytest.mark.parametrize("seed", range(2))
def test_yearly_data_accuse_as_an_audit_that_detects_the_verifiable_share_and_errs_in_the_rest(
    seed: int, share: float, error: float
) -> None:
    """A breach shows in the share that can be verified; the rest looks inconsistent by error, as honest data do."""
    data = f'type = "data_exchange"\nmatter = "trade"\nverifiable_share = {share}\nerror = {error}'
    detection = share + (1 - share) * error
    audit = f'type = "audit"\nmatter = "trade"\ncoverage = 1\ndetection = {detection}\nfalse_alarm = {error}'
    heard = [
        [accused(c, row(c, {STATUS: "in force"}, A={"trade": "breach"}), party) for party in "AB"]
        for c in (compile_treaty(drawn(seed, clause, hidden=True)) for clause in (data, audit))
    ]
    assert heard[0] == pytest.approx(heard[1], abs=1e-12)
    assert heard[0] == pytest.approx([detection, error], abs=1e-12)
