"""Times of the solvers against their peers in the same run, on the same games: ratios, not seconds, are the result.

    python -m tests.benchmarks            # everything, some minutes
    python -m tests.benchmarks --smoke    # small games once: do they run, do the answers agree
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import replace

import numpy as np

from games import StochasticGame, repeated_game, solve
from games.solvers.equilibrium_polygons.solver import EquilibriumPolygons
from tests.benchmarks import many_players, trust, worlds
from tests.benchmarks.peer import Case, Peer, Polygon, best_time, cournot, distance, uniform
from tests.support.random_games import random_game

AGREEMENT = 1e-6
DISCOUNTS = (0.3, 0.5, 0.7, 0.9)
CASES = (
    Case("prisoners' dilemma 9-1-10-3", np.array([
        [[9, 9], [1, 10]], [[10, 1], [3, 3]],
    ], dtype=float), 0.75, smoke=True),
    Case("Abreu and Sannikov (2014)", np.array([
        [[16, 9], [3, 13], [0, 3]], [[21, 1], [10, 4], [-1, 0]], [[9, 0], [5, -4], [-5, -15]],
    ], dtype=float), 0.3, smoke=True),
    Case("Cournot, 15 outputs", cournot(15), 0.8, smoke=True),
    *(Case(f"Cournot, {n} outputs", cournot(n), d) for n in (5, 15, 30, 50) for d in DISCOUNTS),
    *(Case(f"random, {n} actions", uniform(n), d) for n in (3, 6, 10, 15, 20) for d in DISCOUNTS),
)


def ours(case: Case) -> Polygon:
    """Payoff set with its inner set, which the peer does not give: what a user gets without asking for less."""
    game = repeated_game(case.payoffs, discount=case.discount)
    return EquilibriumPolygons().solve(game).payoff_set(0).vertices


def drifting_dilemma(rng: np.random.Generator, states: int) -> StochasticGame:
    """A prisoners' dilemma whose stakes move at random between ``states`` levels; conduct moves the odds."""
    moves = random_game(rng, states=states, actions=2, discount=0.7, reach=3)
    stakes = rng.uniform(0.5, 1.5, size=states)
    dilemma = np.array([[2.0, 2.0], [-1.0, 3.0], [3.0, -1.0], [0.0, 0.0]])
    return replace(moves, payoffs=(stakes[:, None, None] * dilemma).reshape(4 * states, 2))


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
    peer = Peer()

    print(f"\n{'repeated game':32}{'discount':>9}{'ours, s':>10}{'QuantEcon, s':>14}{'ratio':>8}{'difference':>12}")
    ratios, unanswered, apart_most = [], 0, 0.0
    for case in cases:
        repeats = 1 if smoke else 5
        mine = best_time(lambda case=case: ours(case), repeats)  # type: ignore[misc]
        answer = peer.time(case, repeats)
        if answer is None:
            unanswered += 1
            print(f"{case.title:32}{case.discount:9.2f}{mine:10.4f}{'no answer':>14}")
            continue
        theirs, points = answer
        apart = distance(ours(case), points)
        apart_most = max(apart_most, apart)
        ratios.append(theirs / mine)
        print(f"{case.title:32}{case.discount:9.2f}{mine:10.4f}{theirs:14.4f}{ratios[-1]:8.2f}{apart:12.1e}")
    peer.pool.shutdown()
    mean = float(np.exp(np.mean(np.log(ratios))))
    print(f"QuantEcon's time over ours: geometric mean {mean:.1f}, least {min(ratios):.1f}; {unanswered} unanswered")

    print(f"\n{'stochastic game (no peer)':32}{'states':>9}{'rows':>10}{'seconds':>14}")
    for states in (2, 10) if smoke else (2, 10, 100, 500):
        game = drifting_dilemma(np.random.default_rng(7), states)
        seconds = best_time(lambda game=game: solve(game), 1 if smoke else 2)  # type: ignore[misc]
        print(f"{'dilemma with drifting stakes':32}{states:9}{game.n_rows:10}{seconds:14.3f}")

    sound = many_players.payoff_sets(smoke)
    many_players.verdicts(smoke)
    if not all(one.proved for one in trust.table(smoke)):
        print("\nexact arithmetic refuses a proof on trust", file=sys.stderr)
        return 1
    if not worlds.sweeps(smoke):
        print("\nexact arithmetic refuses an answer of a sweep", file=sys.stderr)
        return 1

    if not sound:
        print("\nthe peer cuts off payoffs that are proved to be equilibrium payoffs", file=sys.stderr)
        return 1
    if apart_most > AGREEMENT:
        print(f"\npayoff sets differ from the peer's by up to {apart_most:.1e} of their size", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
