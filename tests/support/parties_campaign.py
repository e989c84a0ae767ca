"""A campaign over random games of three to six players: how closely a plan's first threshold is held by proofs.

The plan has the rows of greatest joint payoff.  Discount factors are scanned upward to the first two neighbours of
which one is proved to sustain it and the other not to; between them the gap is narrowed until it is small or what is
left is undecided.  Every certificate is checked anew; every tenth game is also put to brute force, or to the polygons
of two players.

``python -m tests.support.parties_campaign 500 FILE`` runs it in chunks of ten games and prints the figures; what is
done is kept in the file, so that it goes on where it was broken off.  A game is told by its number: ``game_of``.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path
from typing import final

import numpy as np
from scipy.sparse import csr_array

from games import Plan, StochasticGame, Sustainable, Undecided, solve
from games.certificates.automata.no_profitable_deviation import NoProfitableDeviation
from games.numerics.arrays import Bools
from games.solvers.penal_modes import PenalModes
from games.solvers.verdict import certificate_of
from tests.support.brute_force import least_slack, reversion_paths
from tests.support.random_games import random_game

CHUNK = 10
SOLVER = PenalModes(search_seconds=4, refute_seconds=4, whole_sets=False)
LOWEST, HIGHEST, STEP, CLOSE = Fraction(1, 50), Fraction(49, 50), Fraction(4, 50), Fraction(1, 800)
SMALL_ROWS = 8
"""Up to so many rows brute force is tried."""


@final
@dataclass(frozen=True)
class Family:
    """Sort of game: ``share`` of a hundred, ``states``, ``players``, ``actions`` of each, unequal patience or not."""

    share: int
    players: int
    actions: int = 2
    states: int = 1
    unequal: bool = False


FAMILIES = {
    "2x2x2": Family(30, 3),
    "3x3x3": Family(15, 3, actions=3),
    "2x2x2, unequal factors": Family(11, 3, unequal=True),
    "2^4": Family(12, 4),
    "2^5": Family(8, 5),
    "2^6": Family(5, 6),
    "3 players, 4 states": Family(10, 3, states=4),
    "3 players, 15 states": Family(5, 3, states=15),
    "4 players, 4 states": Family(4, 4, states=4),
}


@final
@dataclass(frozen=True)
class Found:
    """What was found of one game.

    ``no``, ``yes``  the factors (the greatest, where they differ) nearest to each other with proofs that the plan is
                     not and is sustained, around the first threshold; None if there is none up to ``HIGHEST``.
    ``gap``          between them; 0 if all is proved one way; where one answer is missing and the other does not reach
                     to the ends, all that is not proved.
    ``undecided``    factors without proof;  ``also``  what the game was compared with besides;  ``seconds`` of work.
    """

    seed: int
    family: str
    no: float | None
    yes: float | None
    gap: float
    undecided: tuple[float, ...]
    seconds: float
    also: str


def family_of(seed: int) -> str:
    """The family of a game: of every hundred, so many of each, mixed."""
    names = [name for name, family in FAMILIES.items() for _ in range(family.share)]
    order: list[int] = np.random.default_rng(seed // len(names)).permutation(len(names)).tolist()
    return str(names[order[seed % len(names)]])


def game_of(seed: int, players: int | None = None) -> tuple[StochasticGame, list[Fraction]]:
    """A game, and the players' factors as shares of the greatest; ``players`` for another number of them."""
    family = FAMILIES[family_of(seed)]
    rng = np.random.default_rng([7, seed])
    n = players or family.players
    game = random_game(rng, n, family.states, family.actions, integers=seed % 2 == 0, reach=3, discount=0.5)
    shares = [Fraction(int(x), 20) for x in rng.integers(10, 20, size=n)] if family.unequal else [Fraction(1)] * n
    return game, [share / max(shares) for share in shares]


def best_rows(game: StochasticGame) -> Plan:
    """Of every state the row of greatest joint payoff."""
    joint = game.payoffs.sum(axis=1)
    allowed = np.zeros(game.n_rows, dtype=bool)
    for s in range(game.n_states):
        rows = list(game.rows_of(s))
        allowed[rows[int(joint[rows].argmax())]] = True
    return Plan(game, allowed)


def patient(game: StochasticGame, shares: list[Fraction], factor: Fraction) -> StochasticGame:
    """The game whose most patient players have a factor, the others their shares of it."""
    return game.with_discount([factor * share for share in shares])


def examined(seed: int, solver: PenalModes = SOLVER) -> Found:
    """The first threshold of a game."""
    began = time.process_time()
    game, shares = game_of(seed)
    plan = best_rows(game)
    no, yes, gap, undecided = first_threshold(
        lambda factor: holds(patient(game, shares, factor), plan.allowed, solver))
    also = ""
    if seed % 10 == 0:
        also = "two players"
        against_two_players(seed, [Fraction(k, 10) for k in range(1, 10, 2)])
    elif game.n_rows <= SMALL_ROWS and seed % 10 == 5:
        also = "brute force"
        against_brute_force(game, shares, plan, [Fraction(x).limit_denominator(10**6) for x in (no, yes) if x])
    return Found(seed, family_of(seed), no, yes, gap, undecided, time.process_time() - began, also)


def holds(game: StochasticGame, allowed: Bools, solver: PenalModes = SOLVER) -> bool | None:
    """Whether a plan holds, by a certificate that passes; None if there is none."""
    verdict = solver.solve(game).verdict(Plan(game, allowed))
    if isinstance(verdict, Undecided):
        return None
    evidence = certificate_of(verdict)
    assert evidence is not None and evidence.check(game).accepted
    return isinstance(verdict, Sustainable)


def first_threshold(
    answer: Callable[[Fraction], bool | None],
) -> tuple[float | None, float | None, float, tuple[float, ...]]:
    """The last factor without the plan, the first with it (or the other way round), the gap, and undecided factors."""
    low: tuple[Fraction, bool] | None = None
    high: tuple[Fraction, bool] | None = None
    between: list[Fraction] = []
    missing: list[Fraction] = []
    factor = LOWEST
    while factor <= HIGHEST and high is None:
        told = answer(factor)
        if told is None:
            between.append(factor)
            missing.append(factor)
        elif low is None or told == low[1]:
            # Where nothing is known below, the threshold looked for lies above.
            low, between = (factor, told), []
        else:
            high = factor, told
        factor += STEP
    if high is None:
        gap = float(HIGHEST - (low[0] if low else LOWEST)) if between else 0.0
        ends = (None, None) if low is None else (None, float(low[0])) if low[1] else (float(low[0]), None)
        return *ends, gap, tuple(map(float, missing))
    assert low is not None
    while high[0] - low[0] > CLOSE:
        barriers = [low[0], *between, high[0]]
        widest = max(((b - a, a, b) for a, b in (barriers[:2], barriers[-2:])), key=lambda part: part[0])
        if widest[0] <= CLOSE:
            break
        factor = ((widest[1] + widest[2]) / 2).limit_denominator(10**5)
        told = answer(factor)
        if told is None:
            missing.append(factor)
            between = sorted([*between, factor])
        elif told == low[1]:
            low, between = (factor, told), [x for x in between if x > factor]
        else:
            high, between = (factor, told), [x for x in between if x < factor]
    no, yes = (high, low) if low[1] else (low, high)
    return float(no[0]), float(yes[0]), float(high[0] - low[0]), tuple(map(float, missing))


def against_two_players(seed: int, factors: list[Fraction]) -> None:
    """Fail where two players and a third without a stake are told otherwise than two players by their polygons."""
    game, shares = game_of(seed, players=2)
    with_third = StochasticGame(
        (*game.players, "watcher"), np.append(game.discount, 0.5), game.states,
        tuple((*actions, ("watch",)) for actions in game.actions),
        np.column_stack([game.payoffs, np.zeros(game.n_rows)]), csr_array(game.transition), game.initial)
    allowed = best_rows(game).allowed
    for factor in factors:
        two = patient(game, shares, factor)
        verdict = solve(two, solver="equilibrium_polygons", refute_seconds=4).verdict(Plan(two, allowed))
        told = holds(patient(with_third, [*shares, Fraction(1)], factor), allowed)
        if not isinstance(verdict, Undecided) and told is not None:
            assert isinstance(verdict, Sustainable) == told, (seed, factor)


def against_brute_force(
    game: StochasticGame, shares: list[Fraction], plan: Plan, factors: list[Fraction]
) -> None:
    """Fail where a plan that is refuted is the path of an equilibrium by reversion, or what proves one is none."""
    rows = np.flatnonzero(plan.allowed).tolist()
    for factor in factors:
        there = patient(game, shares, factor)
        verdict = SOLVER.solve(there).verdict(Plan(there, plan.allowed))
        evidence = certificate_of(verdict)
        if isinstance(verdict, Sustainable):
            assert isinstance(evidence, NoProfitableDeviation)
            slack = least_slack(there, evidence.automaton)
            assert slack is None or slack >= 0, factor
        elif evidence is not None:
            assert all([automaton.cells[0, s].row for s in range(there.n_states)] != rows
                       for automaton in reversion_paths(there)), factor


def table(done: list[Found]) -> str:
    """The figures per family, and the games with the widest gaps."""
    lines = [f"{'family':<24}{'games':>6}{'edges':>6}{'median':>9}{'90 %':>9}{'worst':>9}{'<= .01':>8}"
             f"{'undecided':>10}{'CPU s':>8}{'worst s':>8}"]
    sorts = {name: [f for f in done if f.family == name] for name in FAMILIES}
    for name, found in {**sorts, "up to 5 players": [f for f in done if FAMILIES[f.family].players <= 5],
                        "all": done}.items():
        if found:
            gaps, seconds = np.array([f.gap for f in found]), np.array([f.seconds for f in found])
            edges = np.array([f.gap for f in found if f.gap > 0])
            median, ninety = np.quantile(edges, [0.5, 0.9]) if len(edges) else (0.0, 0.0)
            lines.append(f"{name:<24}{len(found):>6}{len(edges):>6}{median:>9.5f}{ninety:>9.5f}{gaps.max():>9.5f}"
                         f"{(gaps <= 0.01).mean():>8.3f}{sum(len(f.undecided) for f in found):>10}"
                         f"{seconds.sum():>8.1f}{seconds.max():>8.1f}")
    for f in sorted(done, key=lambda f: -f.gap)[:20]:
        if f.gap > float(CLOSE):
            lines.append(f"{f.seed:>6}  {f.family:<24} no {f.no}  yes {f.yes}  gap {f.gap:.5f}  {f.seconds:.1f} s  "
                         f"undecided {sorted(f.undecided)}")
    return "\n".join(lines)


def _main(count: int, record: Path) -> None:
    known = json.loads(record.read_text()) if record.exists() else []
    done = [Found(**{**entry, "undecided": tuple(entry["undecided"])}) for entry in known]
    for first in range(len(done), count, CHUNK):
        done += [examined(seed) for seed in range(first, min(first + CHUNK, count))]
        record.write_text(json.dumps([asdict(found) for found in done]))
    print(table(done))


if __name__ == "__main__":
    _main(int(sys.argv[1]), Path(sys.argv[2]))
