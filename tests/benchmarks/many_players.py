"""Three players and more: payoff sets against Judd, Yeltekin and Conklin (2003), and how verdicts grow."""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from games import Plan, StochasticGame, Undecided, repeated_game
from games.solvers.penal_modes import PenalModes
from tests.benchmarks.peer import Outer, best_time, judd_yeltekin_conklin
from tests.support.random_games import random_game

SETS = ((0, 0.4), (2, 0.6), (3, 0.6), (7, 0.6))
"""Seeds of payoffs and discount factors at which equilibria exist."""
SETTLED = 1e-3
"""Levels of the peer that fall by less in a sweep count as settled; payoffs go from 0 to 9."""
AIMS, SPARE = 226, 1e-5
SECONDS = 5.0
"""Of processor time for each side of a verdict."""


def integers(seed: int, discount: float) -> StochasticGame:
    """Three players with two actions each, payoffs from 0 to 9."""
    payoffs = np.random.default_rng(seed).integers(0, 10, size=(2, 2, 2, 3)).astype(float)
    return repeated_game(payoffs, discount=discount)


def payoff_sets(smoke: bool) -> bool:
    """Print both methods' times and how far each stays outside; False if the peer cuts off what we prove to be inside.

    The peer has as many directions as ours ends with, and is given the time that it takes.
    """
    print(
        f"\n{'payoff sets of three players':32}{'discount':>9}{'ours, s':>10}{'JYC, s':>14}{'ratio':>8}"
        f"{'directions':>12}{'gap, ours':>11}{'JYC':>8}"
    )
    aims = np.random.default_rng(1).normal(size=(12 if smoke else AIMS, 3))
    aims /= np.linalg.norm(aims, axis=1, keepdims=True)
    sound, ratios = True, []
    for seed, discount in SETS[:1] if smoke else SETS:
        game = integers(seed, discount)
        found = PenalModes().solve(game).support_bounds()
        mine = best_time(lambda game=game: PenalModes().solve(game), 1 if smoke else 3)  # type: ignore[misc]
        began = time.perf_counter()
        peer = judd_yeltekin_conklin(game, 12 if smoke else len(found.directions), 0.1 if smoke else SETTLED)
        theirs = time.perf_counter() - began
        inside = found.points @ aims.T if found.points is not None else np.full((1, len(aims)), -np.inf)
        most, size = inside.max(axis=0), float(np.ptp(game.payoffs))
        far = [_gap(outer, aims, most) / size for outer in (Outer(found.directions, found.outer), peer)]
        sound &= bool((peer.support(aims) >= most - SPARE).all())
        ratios.append(theirs / mine)
        print(
            f"{f'2x2x2, integers, seed {seed}':32}{discount:9.2f}{mine:10.4f}{theirs:14.4f}{ratios[-1]:8.0f}"
            f"{len(peer.directions):12}{far[0]:11.4f}{far[1]:8.4f}"
        )
    print(
        f"JYC's time over ours: geometric mean {np.exp(np.mean(np.log(ratios))):.0f}; gap: the widest distance to "
        "what is proved to be inside, as a share of the payoff range"
    )
    return sound


def _gap(outer: Outer, aims: NDArray[np.float64], inside: NDArray[np.float64]) -> float:
    return float((outer.support(aims) - inside).max())


def most_together(game: StochasticGame) -> Plan:
    """In every state the profile that brings most to all together."""
    allowed = np.zeros(game.n_rows, dtype=bool)
    joint = game.payoffs.sum(axis=1)
    for state in range(game.n_states):
        rows = np.array(list(game.rows_of(state)))
        allowed[rows[np.argmax(joint[rows])]] = True
    return Plan(game, allowed)


def verdicts(smoke: bool) -> None:
    """Print how verdicts, certificates and their exact checks included, grow with players and with states."""
    print(
        f"\n{'verdicts, random games':32}{'players':>9}{'states':>10}{'rows':>8}{'decided':>12}{'median, s':>11}"
        f"{'most, s':>9}"
    )
    for players in (3, 4) if smoke else (3, 4, 5, 6):
        _line(
            "repeated, 2 actions each",
            [
                random_game(np.random.default_rng(seed), players, 1, 2, integers=True, discount=discount)
                for seed in range(1 if smoke else 6)
                for discount in ((0.6,) if smoke else (0.3, 0.5, 0.7, 0.9))
            ],
        )
    for states in (15,) if smoke else (1, 15, 50, 200, 1000):
        _line(
            "stochastic, 2 actions each",
            [
                random_game(np.random.default_rng(seed), 3, states, 2, integers=True, discount=discount, reach=3)
                for seed in range(1 if smoke or states > 50 else 3)
                for discount in ((0.6,) if smoke else (0.3, 0.5, 0.7, 0.9))
            ],
        )


def _line(title: str, games: Sequence[StochasticGame]) -> None:
    seconds, decided = [], 0
    for game in games:
        began = time.perf_counter()
        solver = PenalModes(search_seconds=SECONDS, refute_seconds=SECONDS).quick()
        decided += not isinstance(solver.solve(game).verdict(most_together(game)), Undecided)
        seconds.append(time.perf_counter() - began)
    rows = max(game.n_rows for game in games)
    print(
        f"{title:32}{games[0].n_players:9}{games[0].n_states:10}{rows:8}{f'{decided} of {len(games)}':>12}"
        f"{np.median(seconds):11.3f}{max(seconds):9.2f}"
    )
