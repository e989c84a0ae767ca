"""Optimal plans of two-player zero-sum game trees by a linear program over sequences of own moves.

A plan is a weight for every sequence of own moves; what the opponent can do about it is bounded by one number per
information set of the opponent.  The program has as many variables as sequences, where the strategic form has
exponentially many strategies.  Its floating-point answer is only a guess: it is made rational, and what it guarantees
is then computed exactly.

Sources: Romanovskii (1962); Koller, Megiddo and von Stengel (1996), Efficient computation of equilibria for extensive
two-person games.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import zip_longest
from typing import Any, final

import numpy as np
import scipy
from flint import fmpq, fmpq_mat
from numpy.typing import NDArray
from scipy.sparse import csr_array

from games.certificates.trees.replies import best_reply
from games.certificates.trees.zero_sum_value import ZeroSumValue, guarantees
from games.extensive_form.induction import backward_induction
from games.extensive_form.sequences import Move, outcomes
from games.game_trees.recall import require_perfect_recall
from games.game_trees.strategies import (
    Mixture,
    Profile,
    behaviour,
    own_parents,
    reach,
    realisation_plan,
    uniform_profile,
)
from games.game_trees.subgames import piece, piece_game, subgame_roots
from games.game_trees.tree import ExtensiveGame
from games.model.stochastic_game import GameError

NEAR = 1e-7
"""A constraint this close to equality is tried as an equation; exact arithmetic then decides."""
LARGEST_SYSTEM = 250_000
"""Entries of the largest system of equations that is solved in rationals."""

Plan = dict[int, Mixture]


@final
@dataclass(frozen=True)
class ZeroSumSolution:
    """Optimal plans of both players and the value to the first, exactly or between two bounds.

    ``lower``, ``upper``  what the first player's plan secures and the second player's plan allows: equal if solved.
    ``plans``             per player, {information set: weights of the sequences that end there}.
    ``profile``           the same as behaviour strategies, optimal in every subgame, reached or not, if solved; uniform
                          where a player's own plan never comes.
    ``unreached``         information sets at which nobody arrives, from the start of the smallest subgame that has them
                          on (of the game, if not solved): what is done there is no part of what is claimed.
    ``certificate``       for the exact check, which knows no linear program.
    """

    lower: Fraction
    upper: Fraction
    plans: tuple[Plan, Plan]
    profile: Profile
    unreached: tuple[int, ...]
    certificate: ZeroSumValue

    @property
    def value(self) -> Fraction | None:
        """The value to the first player, None if it is only enclosed."""
        return self.lower if self.lower == self.upper else None


def solve_zero_sum(game: ExtensiveGame) -> ZeroSumSolution:
    """The value of a two-player game whose payoffs always add up to the same, and optimal play in all its subgames.

    Subgames are solved from the smallest on; larger ones have their values in their place.

    Raises ``GameError`` if there are not two players, payoffs do not add up to one number, or somebody forgets.
    """
    if game.n_players != 2:
        raise GameError(f"{game.n_players} players: the value of a game is defined for two; use pure_equilibria")
    if game.constant_sum is None:
        raise GameError("payoffs do not add up to the same in all outcomes: this is no zero-sum game")
    require_perfect_recall(game, what="the sequence form")
    roots = subgame_roots(game)
    if len(roots) < 2:
        return _solve_whole(game)
    laws: dict[int, Mixture] = {}
    worth: dict[int, tuple[Fraction, ...]] = {}
    unreached: list[int] = []
    for root in reversed(roots):
        inside = list(piece(game, root, frozenset(roots)))
        part, numbers = piece_game(game, inside, {k: worth[k] for k in inside if k in worth})
        if part.has_perfect_information:
            induced = backward_induction(part)
            value, profile, missed = induced.payoffs[0], induced.profile, _unreached(part, induced.profile)
        else:
            solved = _solve_whole(part)
            if solved.value is None:
                return _solve_whole(game)
            value, profile, missed = solved.value, solved.profile, solved.unreached
        worth[root] = value, game.constant_sum - value
        laws |= dict(zip(numbers, profile, strict=True))
        unreached += [numbers[k] for k in missed]
    composed = tuple(laws[k] for k in range(len(game.information_sets)))
    plans = realisation_plan(game, 0, composed), realisation_plan(game, 1, composed)
    return _solution(game, plans, composed, tuple(sorted(unreached)))


def _solve_whole(game: ExtensiveGame) -> ZeroSumSolution:
    """The value of a game, by one linear program per player, whatever happens in subgames that are not reached."""
    best: dict[int, tuple[Fraction, Plan]] = {}
    for pair in zip_longest(*(_candidates(_Program.of(game, player)) for player in (0, 1))):
        for player, plan in enumerate(pair):
            if plan is not None:
                secured = _secured(game, player, plan)
                if player not in best or secured > best[player][0]:
                    best[player] = secured, plan
        if best[0][0] + best[1][0] == game.constant_sum:
            break
    plans = (best[0][1], best[1][1])
    laws = behaviour(game, 0, plans[0]) | behaviour(game, 1, plans[1])
    profile = tuple(laws[k] for k in range(len(game.information_sets)))
    return _solution(game, plans, profile, _unreached(game, profile))


def _solution(
    game: ExtensiveGame, plans: tuple[Plan, Plan], profile: Profile, unreached: tuple[int, ...]
) -> ZeroSumSolution:
    rows = tuple(plans[0][k] for k in game.sets_of(0)), tuple(plans[1][k] for k in game.sets_of(1))
    lower, upper = guarantees(game, rows)
    return ZeroSumSolution(lower, upper, plans, profile, unreached, ZeroSumValue(game.digest, rows, lower, upper))


def _unreached(game: ExtensiveGame, profile: Profile) -> tuple[int, ...]:
    """Information sets at which nobody arrives."""
    chance = reach(game, profile)
    return tuple(k for k, nodes in enumerate(game.members) if not any(chance[node] for node in nodes))


@final
@dataclass(frozen=True)
class _Program:
    """One player's linear program: maximise what the plan secures.  Payoffs are divided by the largest.

    ``columns``  the player's sequences, the empty one first, then the opponent's information sets.
    ``flow``     rows over columns, with right-hand sides: what makes weights a plan.
    ``limits``   rows over columns that must not exceed 0: an opponent's set is worth at most what each action is.
    ``worth``    the objective over columns.
    """

    game: ExtensiveGame
    player: int
    own: Mapping[int, Move]
    sequences: Mapping[Move, int]
    columns: int
    flow: tuple[tuple[dict[int, Fraction], int], ...]
    limits: tuple[dict[int, Fraction], ...]
    worth: dict[int, Fraction]

    @staticmethod
    def of(game: ExtensiveGame, player: int) -> _Program:
        """The program of a player against the other."""
        own, other = own_parents(game, player), own_parents(game, 1 - player)
        counts = [len(known.actions) for known in game.information_sets]
        sequences: dict[Move, int] = {None: 0}
        for number in own:
            for a in range(counts[number]):
                sequences[number, a] = len(sequences)
        bound = {number: len(sequences) + k for k, number in enumerate(other)}
        flow: list[tuple[dict[int, Fraction], int]] = [({0: Fraction(1)}, 1)]
        for number, last in own.items():
            row = {sequences[number, a]: Fraction(1) for a in range(counts[number])}
            flow.append((row | {sequences[last]: Fraction(-1)}, 0))
        # What each of the opponent's sequences leads to: outcomes, and the next of its information sets.
        leads: dict[Move, dict[int, Fraction]] = {None: {}}
        leads |= {(number, a): {} for number in other for a in range(counts[number])}
        for number, last in other.items():
            leads[last][bound[number]] = Fraction(1)
        for mine, theirs, payoff in outcomes(game, player):
            row = leads[theirs]
            row[sequences[mine]] = row.get(sequences[mine], Fraction(0)) + payoff
        limits = tuple(
            {bound[number]: Fraction(1)} | {k: -x for k, x in leads[number, a].items()}
            for number in other for a in range(counts[number])
        )
        columns = len(sequences) + len(bound)
        return _Program(game, player, own, sequences, columns, tuple(flow), limits, leads[None])

    def plan(self, weights: Mapping[Move, Fraction]) -> Plan:
        """The weights by information set."""
        sets = self.game.information_sets
        return {k: tuple(weights[k, a] for a in range(len(sets[k].actions))) for k in self.own}


def _candidates(program: _Program) -> Iterator[Plan]:
    """Rational plans near the optimum found in floating point, those with simple probabilities first."""
    found = _optimum(program)
    if found is None:
        yield program.plan(_rounded(program, None, 1))
        return
    for most in (12, 200, 10_000):
        yield program.plan(_rounded(program, found, most))
    exact = _corner(program, found)
    if exact is not None:
        yield program.plan(exact)
    for most in (10**6, 10**9):
        yield program.plan(_rounded(program, found, most))


def _optimum(program: _Program) -> NDArray[np.float64] | None:
    """The columns at the optimum, in floating point; None if the linear program was not solved."""
    free = program.columns - len(program.sequences)
    result = scipy.optimize.linprog(
        -_matrix([program.worth], program.columns).toarray()[0],
        A_ub=_matrix(program.limits, program.columns) if program.limits else None,
        b_ub=np.zeros(len(program.limits)) if program.limits else None,
        A_eq=_matrix([row for row, _ in program.flow], program.columns),
        b_eq=np.array([float(right) for _, right in program.flow]),
        bounds=[(0, None)] * len(program.sequences) + [(None, None)] * free,
        method="highs-ds",
    )
    return np.asarray(result.x, dtype=np.float64) if result.status == 0 else None


def _matrix(rows: Sequence[Mapping[int, Fraction]], columns: int) -> Any:
    """Rows as a sparse matrix of floats; scipy's linear programs take them, its type hints do not say so."""
    cells = [(k, column, float(x)) for k, row in enumerate(rows) for column, x in row.items()]
    where = ([k for k, _, _ in cells], [column for _, column, _ in cells])
    return csr_array((np.array([x for _, _, x in cells]), where), shape=(len(rows), columns))


def _rounded(program: _Program, found: NDArray[np.float64] | None, most: int) -> dict[Move, Fraction]:
    """A plan whose probabilities at each information set have small denominators; uniform where nothing is known."""
    out: dict[Move, Fraction] = {None: Fraction(1)}
    for number, last in program.own.items():
        count = len(program.game.information_sets[number].actions)
        shares = [Fraction(1, count)] * count
        if found is not None:
            weights = [max(float(found[program.sequences[number, a]]), 0.0) for a in range(count)]
            total = sum(weights)
            if total > NEAR:
                shares = [Fraction(x / total).limit_denominator(most) for x in weights]
                # The likeliest action takes up what rounding lost.
                likeliest = shares.index(max(shares))
                shares[likeliest] += 1 - sum(shares)
        out |= {(number, a): out[last] * share for a, share in enumerate(shares)}
    return out


def _corner(program: _Program, found: NDArray[np.float64]) -> dict[Move, Fraction] | None:
    """The plan at which exactly the constraints hold as equations that do so at the optimum found.

    None if there is none, or the system is too large.
    """
    zero = {k for k in range(len(program.sequences)) if found[k] < NEAR}
    kept = [k for k in range(program.columns) if k not in zero]
    place = {k: i for i, k in enumerate(kept)}
    slack = _matrix(program.limits, program.columns) @ found if program.limits else np.zeros(0)
    tight = [row for row, x in zip(program.limits, slack, strict=True) if abs(x) < NEAR]
    rows = [*program.flow, *((row, 0) for row in tight)]
    if len(rows) * len(kept) > LARGEST_SYSTEM:
        return None
    system = fmpq_mat(len(rows), len(kept) + 1)
    for i, (row, right) in enumerate(rows):
        system[i, len(kept)] = right
        for k, x in row.items():
            if k in place:
                system[i, place[k]] = fmpq(x.numerator, x.denominator)
    reduced, rank = system.rref()
    values = [Fraction(float(found[k])).limit_denominator(10**6) for k in kept]
    for i in range(rank):
        entries = [(j, reduced[i, j]) for j in range(len(kept) + 1) if reduced[i, j] != 0]
        pivot = entries[0][0]
        if pivot == len(kept):
            return None
        values[pivot] = sum(
            (_fraction(x) if j == len(kept) else -_fraction(x) * values[j] for j, x in entries[1:]), Fraction(0))
    weights = {move: values[place[k]] if k in place else Fraction(0) for move, k in program.sequences.items()}
    return weights if min(weights.values()) >= 0 else None


def _fraction(x: fmpq) -> Fraction:
    return Fraction(int(x.p), int(x.q))


def _secured(game: ExtensiveGame, player: int, plan: Plan) -> Fraction:
    """What a plan secures to its player, whatever the other does."""
    laws = behaviour(game, player, plan)
    profile = tuple(laws.get(k, mixture) for k, mixture in enumerate(uniform_profile(game)))
    return (game.constant_sum or Fraction(0)) - best_reply(game, profile, 1 - player, {0: Fraction(1)}).best
