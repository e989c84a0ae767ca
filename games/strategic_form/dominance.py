"""Actions that another one or a mixture of others beats whatever the others do, and what is left without them; exact.

Sources: Luce and Raiffa (1957) for elimination one after another; Pearce (1984) for mixtures; Gilboa, Kalai and Zemel
(1990) for the order, which is of no matter for strict dominance and may be for weak.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import inf
from typing import final

import numpy as np

from games.model.first_equilibrium import first_equilibrium
from games.model.minmax import own_table
from games.model.mixed_equilibria import Mixture, Table, replies, transposed
from games.model.stage_game import StageGame
from games.numerics.exact import as_integers, common_denominator
from games.numerics.exact_programs import Program, minimise
from games.numerics.vertices import Unfinished

LARGEST = 40_000
"""Larger tables of own actions by what the others do are searched for dominance by pure actions only."""


@final
@dataclass(frozen=True)
class Dominated:
    """``action`` of ``player`` earns less than the mixture ``by``: against everything, or (weakly) never more."""

    player: int
    action: int
    by: Mixture


def dominated(stage: StageGame, *, strict: bool, deadline: float = inf) -> tuple[Dominated, ...]:
    """All dominated actions of all players, strictly or at least weakly, each with what dominates it.

    ``deadline``  of ``time.monotonic``.  Raises ``Unfinished``.

    The last row is never best, but no pure action beats it everywhere:

    >>> from games import stage_game
    >>> game = stage_game([[[4, 0], [0, 0]], [[0, 0], [4, 0]], [[1, 0], [1, 0]]])
    >>> [(d.action, [str(p) for p in d.by]) for d in dominated(game, strict=True)]
    [(2, ['1/2', '1/2', '0'])]
    """
    out = []
    for player, count in enumerate(stage.counts):
        table = own_table(stage, player)
        best = _undominated(table, deadline)
        for action in range(count):
            if time.monotonic() > deadline:
                raise Unfinished
            by = _by(table, best, action, strict)
            if by is not None:
                out.append(Dominated(player, action, by))
    return tuple(out)


@final
@dataclass(frozen=True)
class Elimination:
    """Rounds of elimination, and the actions that are left to each player.

    ``rounds``  what goes in each round, in numbers of the whole game; all that is dominated goes at once.
    ``left``    the numbers of the actions that stay, per player.
    """

    rounds: tuple[tuple[Dominated, ...], ...]
    left: tuple[tuple[int, ...], ...]


def eliminate(stage: StageGame, *, strict: bool, deadline: float = inf) -> Elimination:
    """Leave out all dominated actions, and again in what is left, until none is.

    Strict elimination removes no equilibrium, and its order is of no matter; weak elimination may remove some, and
    what it leaves may depend on the order: here everything that is dominated goes at once.  Raises ``Unfinished``.
    """
    left = tuple(tuple(range(count)) for count in stage.counts)
    rounds: list[tuple[Dominated, ...]] = []
    while True:
        found = dominated(reduced(stage, left), strict=strict, deadline=deadline)
        if not found:
            return Elimination(tuple(rounds), left)
        rounds.append(tuple(
            Dominated(d.player, left[d.player][d.action], widened(d.by, left[d.player], stage.counts[d.player]))
            for d in found
        ))
        gone = {(d.player, d.action) for d in rounds[-1]}
        left = tuple(tuple(k for k in own if (i, k) not in gone) for i, own in enumerate(left))


def reduced(stage: StageGame, left: Sequence[Sequence[int]]) -> StageGame:
    """The game with some actions only, per player; numbers stay exact."""
    place = [{k: n for n, k in enumerate(own)} for own in left]
    exact = {
        (*(place[i][k] for i, k in enumerate(key[:-1])), key[-1]): x for key, x in stage.rationals.items()
        if all(k in place[i] for i, k in enumerate(key[:-1]))
    }
    return StageGame(stage.payoffs[np.ix_(*left)], exact)


def widened(mixture: Mixture, left: Sequence[int], count: int) -> Mixture:
    """A mixture of the actions that are left as one of all ``count``."""
    share = dict(zip(left, mixture, strict=True))
    return tuple(share.get(k, Fraction(0)) for k in range(count))


def _undominated(table: Table, deadline: float) -> list[int]:
    """Rows that none is better than or as good as everywhere; of equal ones the first.  Raises ``Unfinished``.

    Whatever a mixture does with other rows, one of these does at least as well.
    """
    best: list[int] = []
    # A row that is better somewhere and nowhere worse has a greater sum.
    for k in sorted(range(len(table)), key=lambda k: (-sum(table[k]), k)):
        if time.monotonic() > deadline:
            raise Unfinished
        if not any(all(x >= y for x, y in zip(table[j], table[k], strict=True)) for j in best):
            best.append(k)
    return sorted(best)


def _by(table: Table, best: Sequence[int], action: int, strict: bool) -> Mixture | None:
    """A mixture of rows that dominates a row; None if there is none.

    ``best``  the rows that are worth mixing.
    """
    mine, columns = table[action], transposed(table)
    if strict and any(x == max(column) for x, column in zip(mine, columns, strict=True)):
        return None
    if not strict and any(
            x > max((y for k, y in enumerate(column) if k != action), default=x - 1)
            for x, column in zip(mine, columns, strict=True)):
        return None
    for k, row in enumerate(table):
        gains = [y - x for x, y in zip(mine, row, strict=True)]
        if k != action and (min(gains) > 0 if strict else min(gains) >= 0 and max(gains) > 0):
            return tuple(Fraction(int(j == k)) for j in range(len(table)))
    if len(table) * len(mine) > LARGEST:
        return None
    rows = sorted({*best, action})
    ahead = [[y - x for x, y in zip(mine, table[k], strict=True)] for k in rows]
    by = _mixture_above(ahead) if strict else _mixture_not_below(ahead, rows.index(action))
    return None if by is None else widened(by, rows, len(table))


def _mixture_above(ahead: Table) -> Mixture | None:
    """A mixture of rows all of whose entries are positive: the rows' player's best plan where that secures so much."""
    by, _ = first_equilibrium(ahead, [[-x for x in row] for row in ahead])
    return by if min(replies(transposed(ahead), by)) > 0 else None


def _mixture_not_below(ahead: Table, action: int) -> Mixture | None:
    """A mixture of rows with no entry negative and some positive: the one with the greatest sum, in exact arithmetic.

    Row ``action`` is zero, so that there is always a mixture without negative entries.
    """
    rows, columns = len(ahead), len(ahead[0])
    cost = tuple(-sum(row, Fraction(0)) for row in ahead)
    # Rows of the program: an entry for each column, each weight, and the sum of weights.
    whole = [common_denominator([row[j] for row in ahead])[0].tolist() for j in range(columns)]
    whole += [[int(k == j) for k in range(rows)] for j in range(rows)] + [[1] * rows]
    matrix = np.array(whole, dtype=object)
    program = Program(
        cost=cost,
        row=lambda k: whole[k],
        products=lambda x: np.asarray(matrix @ x),
        bounds=as_integers([0] * (columns + rows) + [1]),
        equations=frozenset({columns + rows}),
    )
    # With the cheapest row's weight left free, all multipliers of the others are the differences to its cost.
    cheapest = min(range(rows), key=lambda k: cost[k])
    found = minimise(program, [columns + k for k in range(rows) if k != cheapest] + [columns + rows])
    if found is None or sum((c * x for c, x in zip(cost, found.x, strict=True)), Fraction(0)) >= 0:
        return None
    return found.x
