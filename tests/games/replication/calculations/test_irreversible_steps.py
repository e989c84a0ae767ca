"""Calculations about steps that cannot be taken back: constraints, a linear program, and paths that start too high."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from numpy.polynomial import Polynomial
from scipy.optimize import linprog

from games.replication.calculations import calculate
from games.replication.calculations.irreversible_steps import gradual_limit, gradual_path

SMOOTH = Polynomial([0, 1]), Polynomial([0, 0, 0.5])
CURVED = Polynomial([0, 2, -0.5]), Polynomial([0, 0.3, 0.4])


@pytest.mark.parametrize("payoffs", [SMOOTH, CURVED])
@pytest.mark.parametrize("d", [0.5, 0.8, 0.9])
def test_nobody_gains_or_loses_by_staying_in_any_period(payoffs: tuple[Polynomial, Polynomial], d: float) -> None:
    gain, cost = payoffs
    levels = [0.0, *gradual_path(gain, cost, d, 1.0, 500)]
    flows = [(1 - d) * float(gain(c) - cost(c)) for c in levels]
    going_on = flows[-1] / (1 - d)
    for t in range(len(levels) - 1, 0, -1):
        going_on = flows[t] + d * going_on
        if t < 100:                                    # before the end of what was computed matters
            assert going_on == pytest.approx(float(gain(levels[t]) - cost(levels[t - 1])), abs=1e-9)
    assert all(a < b for a, b in pairwise(levels[:50]))


@pytest.mark.parametrize("d", [0.5, 0.9])
def test_a_path_that_starts_higher_rises_without_limit(d: float) -> None:
    level = start = gradual_path(*SMOOTH, d, 1.0, 1)[0] * 1.01
    for _ in range(200):
        level = start + level**2 / (2 * d)             # the binding constraint, from a higher start
        if level > 1:
            return
    raise AssertionError("the path stays below the efficient level")


def test_the_limit_is_where_a_further_step_no_longer_pays() -> None:
    for d in (0.3, 0.6, 0.9):
        limit = gradual_limit(*CURVED, d, 1.0)
        assert d * float(CURVED[0].deriv()(limit)) == pytest.approx(float(CURVED[1].deriv()(limit)), abs=1e-9)
    assert gradual_limit(Polynomial([0, 2]), Polynomial([0, 1]), 0.4, 1.0) == 0


@pytest.mark.parametrize(("gain", "cost", "d"), [(2, 1, 0.8), (3, 1, 0.5), (2, 1, 0.6)])
def test_linear_paths_are_the_best_of_all_by_a_linear_program(gain: float, cost: float, d: float) -> None:
    """All paths meet the program: its last variable is the average of all later levels, which nothing deters."""
    periods = 80
    weights = np.zeros((periods, periods))             # of the level of period s in the value from period t on
    for t in range(periods):
        weights[t, t:] = (1 - d) * d ** np.arange(periods - t)
        weights[t, -1] = d ** (periods - 1 - t)
    worth = (gain - cost) * weights
    staying = (gain * np.eye(periods) - cost * np.eye(periods, k=-1) - worth)[:-1]
    rising = (np.eye(periods, k=-1) - np.eye(periods))[1:]
    best = linprog(-worth[0], A_ub=np.vstack([staying, rising]), b_ub=np.zeros(2 * periods - 2), bounds=(0, 1))
    assert best.fun is not None
    assert best.x is not None
    given = {"gain": [0, gain], "cost": [0, cost], "discount": d, "most": 1}
    assert float(calculate("gradual_value", given)[1]) == pytest.approx(-best.fun, abs=1e-6)
    levels = [float(x) for x in calculate("gradual_levels", given | {"steps": 5})]
    assert levels == pytest.approx(best.x[:5].tolist(), abs=1e-5)
