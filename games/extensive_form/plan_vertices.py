"""All extreme equilibria of a small two-player tree: pairs of vertices of two polyhedra of plans.

A plan and bounds on what each of the other's information sets is worth against it make a polyhedron per player; plans
are in equilibrium exactly if they have points of the two in which every sequence is unused or loses nothing.  Extreme
equilibria are the pairs of vertices that go together so; all equilibria are the union of products of hulls of those
(in plans, so that what somebody does after a mistake of their own is left open).

Sources: von Stengel (1996), section 3; Audet, Belhaiza and Hansen (2009) for all extreme equilibria in sequence form;
Mangasarian (1964) for the same in matrices.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import final

import numpy as np
from flint import fmpq, fmpq_mat
from numpy.typing import NDArray

from games.extensive_form.sequences import Move, Sequences
from games.game_trees.recall import require_perfect_recall
from games.game_trees.strategies import Mixture
from games.game_trees.tree import ExtensiveGame
from games.model.stochastic_game import GameError
from games.numerics.cones import extreme_rays
from games.numerics.vertices import Unfinished, include, tight_constraints, zero_sets

MOST_MOVES = 20
"""Sequences of one player beyond which vertices are not listed."""
MOST_RAYS = 1000
"""Vertices kept at once, per player."""
MOST_EQUILIBRIA = 500
"""Extreme equilibria beyond which none are listed."""

Plan = Mapping[int, Mixture]
"""Per own information set, the weight of each sequence that ends there."""
Weights = tuple[Fraction, ...]
"""The same in one row."""


@final
@dataclass(frozen=True)
class ExtremePlans:
    """The extreme equilibria of a tree in plans.

    ``pairs``     one plan of each player; empty if not ``complete``.
    ``complete``  whether these are all; otherwise none are listed, and ``why`` says what was too large.
    """

    pairs: tuple[tuple[Plan, Plan], ...]
    complete: bool
    why: str = ""


def extreme_plans(
    game: ExtensiveGame, most_moves: int = MOST_MOVES, most_rays: int = MOST_RAYS, most: int = MOST_EQUILIBRIA
) -> ExtremePlans:
    """All extreme equilibria of a two-player game, those with the fewest sequences used first.

    Raises ``GameError`` if there are not two players, or somebody forgets.
    """
    if game.n_players != 2:
        raise GameError(f"{game.n_players} players: extreme equilibria are listed for two; use pure_equilibria")
    require_perfect_recall(game, what="the sequence form")
    players = Sequences.of(game, 0), Sequences.of(game, 1)
    largest = max(len(player.moves) for player in players)
    if largest > most_moves:
        return ExtremePlans((), False, f"a player has {largest} sequences, and up to {most_moves} are gone through")
    try:
        first, unused, settled = _polyhedron(players[0], players[1], most_rays)
        second, free, losing = _polyhedron(players[1], players[0], most_rays)
    except Unfinished:
        return ExtremePlans((), False, f"a player's plans have more than {most_rays} vertices")
    # Own sequences first: unused in the one polyhedron, or without loss in the other.
    wanted = zero_sets(np.hstack([~unused, ~settled]))
    labels = zero_sets(np.hstack([losing, free]))
    found: set[tuple[Weights, Weights]] = set()
    for x, missing in zip(first, wanted, strict=True):
        found |= {(x, second[k]) for k in np.flatnonzero(include(labels, missing)).tolist()}
        if len(found) > most:
            return ExtremePlans((), False, f"there are more than {most} pairs of vertices in equilibrium")
    order = sorted(found, key=lambda pair: (sum(w > 0 for plan in pair for w in plan), [[-w for w in p] for p in pair]))
    return ExtremePlans(tuple((_plan(players[0], x), _plan(players[1], y)) for x, y in order), True)


def _polyhedron(
    own: Sequences, other: Sequences, most: int
) -> tuple[list[Weights], NDArray[np.bool_], NDArray[np.bool_]]:
    """The vertices as weights of own sequences, which are 0, and which of the other's sequences lose nothing.

    Coordinates: the weight of the empty sequence, those of all but one sequence of each own information set, the worth
    of each of the other's.
    """
    weights: dict[Move, dict[int, int]] = {None: {0: 1}}
    size = 1
    for h, last in own.before.items():
        *free, rest = own.actions(h)
        remaining = dict(weights[last])
        for move in free:
            weights[move] = {size: 1}
            remaining[size] = -1
            size += 1
        weights[rest] = remaining
    bounds = {h: size + k for k, h in enumerate(other.before)}
    size += len(bounds)
    rows = [weights[move] for move in own.moves]
    for move in other.moves:
        row: dict[int, Fraction] = {bounds[move[0]]: Fraction(1)}
        for h in other.following[move]:
            row[bounds[h]] = row.get(bounds[h], Fraction(0)) - 1
        for mine, x in other.payoffs[move].items():
            for k, sign in weights[mine].items():
                row[k] = row.get(k, Fraction(0)) - sign * x
        scale = lcm(*(x.denominator for x in row.values()))
        rows.append({k: int(x * scale) for k, x in row.items()})
    # Where there is nothing to weigh, the first coordinate still has to be positive.
    matrix = [[row.get(k, 0) for k in range(size)] for row in [*rows, {0: 1}]]
    rays, zeros = extreme_rays(matrix, most)
    tight = tight_constraints(zeros, len(matrix))
    corners: dict[Weights, bool] = {}
    plans, kept = [], []
    for k, ray in enumerate(rays):
        if ray[0]:
            plan = tuple(
                Fraction(sum(sign * ray[c] for c, sign in weights[move].items()), ray[0]) for move in own.moves)
            if plan not in corners:
                corners[plan] = is_corner(own, other, plan)
            if corners[plan]:
                plans.append(plan)
                kept.append(k)
    count = len(own.moves)
    return plans, tight[kept, :count], tight[kept, count:-1]


def is_corner(own: Sequences, other: Sequences, plan: Weights) -> bool:
    """Whether a plan can be moved no way that keeps what is unused and all of the other's best replies.

    A vertex at which bounds bend only where the other does not come is none of the plans' own.
    """
    weight: dict[Move, Fraction] = {None: Fraction(1), **dict(zip(own.moves, plan, strict=True))}
    gained = {move: sum((x * weight[mine] for mine, x in other.payoffs[move].items()), Fraction(0))
              for move in other.moves}
    worth: dict[int, Fraction] = {}
    for h in reversed(tuple(other.before)):
        for move in other.actions(h):
            gained[move] += sum((worth[g] for g in other.following[move]), Fraction(0))
        worth[h] = max(gained[move] for move in other.actions(h))
    best: list[tuple[int, int]] = []
    for h, last in other.before.items():
        if last is None or last in best:
            best += [move for move in other.actions(h) if gained[move] == worth[h]]
    used = [move for move in own.moves if weight[move]]
    column: dict[Move | int, int] = {move: k for k, move in enumerate(used)}
    column |= {h: len(used) + k for k, h in enumerate(dict.fromkeys(h for h, _ in best))}
    rows: list[dict[int, Fraction]] = []
    for h, last in own.before.items():
        row = {column[move]: Fraction(1) for move in own.actions(h) if move in column}
        rows.append(row | ({column[last]: Fraction(-1)} if last in column else {}))
    for move in best:
        row = {column[move[0]]: Fraction(1)} | {column[h]: Fraction(-1) for h in other.following[move]}
        rows.append(row | {column[mine]: -x for mine, x in other.payoffs[move].items() if mine in column})
    system = fmpq_mat(len(rows), len(column))
    for i, row in enumerate(rows):
        for k, x in row.items():
            system[i, k] = fmpq(x.numerator, x.denominator)
    return int(system.rref()[1]) == len(column)


def _plan(player: Sequences, weights: Weights) -> Plan:
    given = dict(zip(player.moves, weights, strict=True))
    return {h: tuple(given[move] for move in player.actions(h)) for h in player.before}
