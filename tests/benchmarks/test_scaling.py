"""How the polygon solver grows with actions and states; the table is printed (pytest -s), only answers are tested."""

from __future__ import annotations

import time

import numpy as np
import pytest
from scipy.sparse import csr_array

from games.model.stochastic_game import StochasticGame, repeated_game
from games.solvers.equilibrium_polygons.sets import solve_payoff_sets
from tests.benchmarks.peer import Case, cournot, distance, quantecon


def timed(game: StochasticGame) -> float:
    """Least of three wall times in seconds."""
    times = []
    for _ in range(3):
        began = time.perf_counter()
        solve_payoff_sets(game)
        times.append(time.perf_counter() - began)
    return min(times)


def treaty_clock(years: int, situations: int, *, renews: bool) -> StochasticGame:
    """A dilemma whose stakes drift, year after year, for so many years; then it renews, or nothing happens any more."""
    rng = np.random.default_rng(years)
    states = years * situations + 1
    dilemma = np.array([[2.0, 2.0], [-1.0, 3.0], [3.0, -1.0], [0.0, 0.0]])
    payoffs, pointer, target, weight = [], [0], [], []
    for year in range(years):
        after = (year + 1) % years * situations if renews or year + 1 < years else None
        for k in range(situations):
            stakes = 0.6 + 0.8 * k / situations + 0.1 * rng.random()
            for row in dilemma:
                payoffs.append(stakes * row)
                if after is None:
                    target.append(states - 1)
                    weight.append(1.0)
                else:
                    target += [after + (k + step) % situations for step in range(min(3, situations))]
                    weight += [0.5, 0.25, 0.25][: min(3, situations)]
                pointer.append(len(target))
    payoffs.append(np.zeros(2))
    target.append(states - 1)
    weight.append(1.0)
    pointer.append(len(target))
    labels = tuple([(("C", "D"), ("C", "D"))] * (states - 1) + [(("-",), ("-",))])
    law = csr_array((weight, target, pointer), shape=(len(payoffs), states))
    return StochasticGame(
        ("A", "B"), np.array([0.8, 0.8]), tuple(f"s{k}" for k in range(states)), labels, np.array(payoffs), law)


@pytest.mark.parametrize("points", [5, 15, 30])
@pytest.mark.parametrize("discount", [0.3, 0.5, 0.8])
def test_cournot_against_quantecon(points: int, discount: float) -> None:
    game = repeated_game(cournot(points), discount=discount)
    case = Case("Cournot", cournot(points), discount)
    mine = timed(game)
    began = time.perf_counter()
    theirs = quantecon(case)
    peer = time.perf_counter() - began
    print(f"Cournot {points:3}, discount {discount}: {mine:.4f} s, QuantEcon {peer:.4f} s, ratio {peer / mine:.1f}")
    assert distance(solve_payoff_sets(game).polygons[0], theirs) < 1e-6


@pytest.mark.parametrize("years", [5, 20, 80])
def test_a_clock_that_ends_takes_one_pass_and_a_renewing_one_few(years: int) -> None:
    ends, renews = treaty_clock(years, 10, renews=False), treaty_clock(years, 10, renews=True)
    print(f"{years * 10:4} states: ends {timed(ends):.4f} s, renews {timed(renews):.4f} s")
    # The only cycle is the end, where nothing happens.
    assert solve_payoff_sets(ends).iterations <= 2
    assert all(np.abs(p).max() < 1e-12 for p in solve_payoff_sets(ends).polygons)
    settled = solve_payoff_sets(renews)
    assert settled.status == "converged"
    assert settled.iterations < 60
    assert settled.polygons[0].sum(axis=1).max() > 0.5
