"""On random two-player games, unequal discount factors among them, nothing that must hold is ever broken."""

from __future__ import annotations

import pytest

from tests.support.invariant_campaign import campaign


def test_on_90_random_games_no_invariant_is_broken_and_every_verdict_is_checked() -> None:
    seen = campaign(90, seed=10**6)
    assert sum(n for what, n in seen.items() if what.endswith("games")) == 90
    assert sum(n for what, n in seen.items() if what.endswith("undecided") and "sets" not in what) == 0
    for sort in ("unequal factors", "one factor", "side payments"):
        assert seen[f"{sort}: one profile per state: sustainable"] > 0
        assert seen[f"{sort}: one profile per state: unsustainable"] > 0


@pytest.mark.parametrize(
    "count", [pytest.param(150, marks=pytest.mark.slow), pytest.param(500, marks=pytest.mark.campaign)])
def test_on_random_games_no_invariant_is_broken_and_every_verdict_is_checked(count: int) -> None:
    seen = campaign(count, seed=2 * 10**6)
    assert sum(n for what, n in seen.items() if what.endswith("undecided")) <= 5
