"""States that never come again are settled in one pass, and one by one where some of them have no equilibrium."""

from __future__ import annotations

import numpy as np
import pytest

from games import StochasticGame, stochastic_game
from games.solvers.equilibrium_polygons.sets import solve_payoff_sets

STATES = ["start", "calm", "fight", "end"]
DILEMMA = [[[2.0, 2.0], [-1.0, 3.0]], [[3.0, -1.0], [0.0, 0.0]]]
PENNIES = [[[1.0, -1.0], [-1.0, 1.0]], [[-1.0, 1.0], [1.0, -1.0]]]


def game(fight: list[list[list[float]]]) -> StochasticGame:
    """``start`` may lead to ``calm`` or to ``fight``, these to the ``end``."""

    def surely(state: str) -> list[float]:
        return [float(state == name) for name in STATES]

    to_end = [[surely("end")] * 2] * 2
    return stochastic_game(
        payoffs=[DILEMMA, DILEMMA, fight, [[[1.0, 1.0]]]],
        transitions=[[[surely("calm"), surely("calm")], [surely("fight"), surely("calm")]], to_end, to_end,
                     [[surely("end")]]],
        discount=0.5,
        states=STATES,
    )


def test_a_state_without_equilibrium_empties_those_that_lead_to_it_and_no_others() -> None:
    found = solve_payoff_sets(game(PENNIES))
    assert [len(polygon) > 0 for polygon in found.polygons] == [False, True, False, True]


@pytest.mark.parametrize("fight", [PENNIES, DILEMMA])
def test_after_one_period_the_end_follows(fight: list[list[list[float]]]) -> None:
    found = solve_payoff_sets(game(fight))
    assert np.allclose(found.polygons[STATES.index("calm")], [[0.5, 0.5]])


def test_what_follows_is_discounted_twice_from_the_start() -> None:
    found = solve_payoff_sets(game(DILEMMA))
    assert np.allclose(found.polygons[STATES.index("start")], [[0.25, 0.25]])
