"""Sets that are segments but for rounding: an incentive that binds exactly must not cut an end off."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_array

from games import Plan, StochasticGame, Sustainable, solve

PAYOFFS = [[4, 3], [2, 3], [2, -3], [4, -1], [0, 0], [4, 3], [-2, 0], [4, 4], [4, -3]]
NEXT_STATE = [2, 2, 0, 1, 2, 2, 0, 0, 2]


@pytest.fixture
def game() -> StochasticGame:
    """The first player has 4 in every equilibrium, which is what it can secure."""
    return StochasticGame(
        players=("A", "B"), discount=np.array([0.67, 0.67]), states=("s0", "s1", "s2"),
        actions=((("a",), ("b",)), (("a", "c"), ("b",)), (("a", "c", "e"), ("b", "d"))),
        payoffs=np.array(PAYOFFS, dtype=float), transition=csr_array(np.eye(3)[NEXT_STATE]))


def test_a_proved_equilibrium_lies_in_the_sets(game: StochasticGame) -> None:
    """Staying at (4, 3) for ever is an equilibrium, and the second player has no less in any other."""
    solution = solve(game)
    verdict = solution.verdict(Plan.from_json(game, {"s2": [["c", "b"]]}))
    assert isinstance(verdict, Sustainable) and verdict.certificate.check(game).accepted
    assert solution.status == "converged" and not solution.fault
    for state, least in (("s0", 3.0), ("s1", 1.02), ("s2", 3.0)):
        found = solution.payoff_set(state)
        for polygon in (found.outer, found.inner):
            assert np.ptp(polygon[:, 0]) < 1e-9
            assert polygon[:, 1].min() == pytest.approx(least, abs=1e-8)
