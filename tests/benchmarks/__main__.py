"""Times of the solvers against their peers in the same run, on the same games: ratios, not seconds, are the result.

    python -m tests.benchmarks            # everything, a minute or two
    python -m tests.benchmarks --smoke    # small games once: do they run, do the answers agree
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from games import StochasticGame, repeated_game, solve
from tests.random_games import random_game

Polygon = NDArray[np.float64]
DIRECTIONS = np.array([[np.cos(t), np.sin(t)] for t in np.linspace(0, 2 * np.pi, 256, endpoint=False)])
AGREEMENT = 1e-6


@dataclass(frozen=True)
class Case:
    """A two-player repeated game: its title, payoffs Float[n1, n2, 2] and discount factor."""

    title: str
    payoffs: NDArray[np.float64]
    discount: float
    smoke: bool = False


def cournot(points: int) -> NDArray[np.float64]:
    """Judd, Yeltekin and Conklin (2003): price max(6 - q1 - q2, 0), unit cost 0.6, equally spaced outputs on [0, 6]."""
    q = np.linspace(0, 6, points)
    price = np.maximum(6 - q[:, None] - q[None, :], 0)
    return np.stack([(price - 0.6) * q[:, None], (price - 0.6) * q[None, :]], axis=-1)


CASES = (
    Case("prisoners' dilemma 9-1-10-3", np.array([
        [[9, 9], [1, 10]], [[10, 1], [3, 3]],
    ], dtype=float), 0.75, smoke=True),
    Case("Abreu and Sannikov (2014)", np.array([
        [[16, 9], [3, 13], [0, 3]], [[21, 1], [10, 4], [-1, 0]], [[9, 0], [5, -4], [-5, -15]],
    ], dtype=float), 0.3, smoke=True),
    Case("Cournot, 15 outputs", cournot(15), 0.8, smoke=True),
    Case("Cournot, 30 outputs", cournot(30), 0.5),
    Case("Cournot, 50 outputs", cournot(50), 0.5),
)


def ours(case: Case) -> Polygon:
    """Payoff set by ``solve``."""
    return solve(repeated_game(case.payoffs, discount=case.discount)).payoff_set(0).vertices


def quantecon(case: Case) -> Polygon:
    """Payoff set by QuantEcon's Abreu-Sannikov algorithm."""
    from quantecon.game_theory import NormalFormGame, Player, RepeatedGame

    first, second = case.payoffs[..., 0], case.payoffs[..., 1].T
    stage = NormalFormGame([Player(np.ascontiguousarray(first)), Player(np.ascontiguousarray(second))])
    hull = RepeatedGame(stage, case.discount).equilibrium_payoffs(options={"tol": 1e-10, "max_iter": 5000})
    return np.asarray(hull.points[hull.vertices], dtype=float)


def distance(one: Polygon, other: Polygon) -> float:
    """Largest difference of support functions, relative to the size of the second set."""
    size = float(np.ptp(other, axis=0).max()) or 1.0
    return float(np.abs((one @ DIRECTIONS.T).max(axis=0) - (other @ DIRECTIONS.T).max(axis=0)).max()) / size


def drifting_dilemma(rng: np.random.Generator, states: int) -> StochasticGame:
    """A prisoners' dilemma whose stakes move at random between ``states`` levels; conduct moves the odds."""
    moves = random_game(rng, states=states, actions=2, discount=0.7, reach=3)
    stakes = rng.uniform(0.5, 1.5, size=states)
    dilemma = np.array([[2.0, 2.0], [-1.0, 3.0], [3.0, -1.0], [0.0, 0.0]])
    return replace(moves, payoffs=(stakes[:, None, None] * dilemma).reshape(4 * states, 2))


def best_time(work: Callable[[], object], repeats: int) -> float:
    """Least wall time of several runs, in seconds."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def main(arguments: list[str]) -> int:
    """Print the table; the exit status is 1 if a payoff set disagrees with the peer's."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks")
    parser.add_argument("--smoke", action="store_true", help="small games, once each")
    smoke = bool(parser.parse_args(arguments).smoke)
    cases = [case for case in CASES if case.smoke or not smoke]

    start = time.perf_counter()
    ours(cases[0])
    first = time.perf_counter() - start
    print(f"first call in this process (imports; kernels compiled, or read from their cache): {first:.2f} s")
    quantecon(cases[0])

    print(f"\n{'repeated game':32}{'discount':>9}{'ours, s':>10}{'QuantEcon, s':>14}{'ratio':>8}{'difference':>12}")
    worst = 0.0
    for case in cases:
        repeats = 1 if smoke else 5
        mine = best_time(lambda case=case: ours(case), repeats)  # type: ignore[misc]
        theirs = best_time(lambda case=case: quantecon(case), repeats)  # type: ignore[misc]
        apart = distance(ours(case), quantecon(case))
        worst = max(worst, apart)
        print(f"{case.title:32}{case.discount:9.2f}{mine:10.4f}{theirs:14.4f}{mine / theirs:8.2f}{apart:12.1e}")

    print(f"\n{'stochastic game (no peer)':32}{'states':>9}{'rows':>10}{'seconds':>14}")
    for states in (2, 10) if smoke else (2, 10, 100, 500):
        game = drifting_dilemma(np.random.default_rng(7), states)
        seconds = best_time(lambda game=game: solve(game), 1 if smoke else 2)  # type: ignore[misc]
        print(f"{'dilemma with drifting stakes':32}{states:9}{game.n_rows:10}{seconds:14.3f}")

    if worst > AGREEMENT:
        print(f"\npayoff sets differ from the peer's by up to {worst:.1e} of their size", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
