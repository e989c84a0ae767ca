"""Minmax payoffs of a stage game: the least that the others can hold a player to when it replies best.

With two players, and against opponents who may choose together, mixed minmax is the value of a zero-sum game, found as
an exact equilibrium of it.  Three and more players who mix independently of one another minimise something that is not
convex: bounds are told, the lower one from correlated opponents, the upper one from mixtures that were found.

Sources: von Neumann (1928); Fudenberg and Maskin (1986), section 2; Renault and Tomala (2011) for what choosing
together adds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, islice, product
from math import prod
from typing import Any, final

import numpy as np

from games.model.first_equilibrium import first_equilibrium
from games.model.mixed_equilibria import Mixture, Table, replies, transposed
from games.model.stage_game import StageGame
from games.numerics.arrays import Floats

MOST_STARTS = 6
"""Pure profiles of the others, the harshest first, and as many mixed ones, from which descents to punishments start."""
DIGITS = 10**9
"""Denominators up to which what was found in floating point is made rational."""
MOST_CELLS = 40_000
"""Larger tables of own actions by what the others do together are not searched for a mixed minmax."""
MOST_ROUNDS = 4
"""Rounds of a descent; in each every opponent mixes anew."""


@final
@dataclass(frozen=True)
class Minmax:
    """What the others can hold one player to in a stage game, exactly.

    ``player``   whose payoff it is; ``pure`` its minmax payoff where the others play pure actions.
    ``low``, ``high``  rationals between which its minmax payoff lies where they mix; the same with two players.
    ``punish``   one mixture per player that holds the player to ``high``; the player's own entry is a best reply.
    """

    player: int
    pure: Fraction
    low: Fraction
    high: Fraction
    punish: tuple[Mixture, ...]

    @property
    def exact(self) -> bool:
        """Whether the mixed minmax payoff is known, and not only bounds on it."""
        return self.low == self.high


def minmax_of(stage: StageGame, player: int) -> Minmax:
    """The pure and the mixed minmax payoff of one player of a stage game, in exact rationals.

    >>> from games import stage_game
    >>> pennies = stage_game([[[1, -1], [-1, 1]], [[-1, 1], [1, -1]]])
    >>> found = minmax_of(pennies, 0)
    >>> str(found.pure), str(found.high), [str(p) for p in found.punish[1]]
    ('1', '0', ['1/2', '1/2'])
    """
    others = [j for j in range(stage.n_players) if j != player]
    columns = list(product(*(range(stage.counts[j]) for j in others)))
    table = own_table(stage, player)
    worst = [max(column) for column in transposed(table)]
    pure = min(worst)
    if len(others) <= 1:
        value, own, theirs = _value(table)
        return Minmax(player, pure, value, value, (own, theirs) if player == 0 else (theirs, own)[:stage.n_players])
    low = _value(table)[0]
    high, found = pure, _pure_mixtures(stage, others, columns[worst.index(pure)])
    order = sorted(range(len(columns)), key=lambda k: (worst[k], k))[:MOST_STARTS]
    starts = [_pure_mixtures(stage, others, columns[k]) for k in order] + _even_mixtures(stage, others)
    for start in [*starts, *(_slid(stage, player, others, start) for start in starts)]:
        if high == low:
            break
        reached, mixtures = _descend(stage, player, others, start)
        if reached < high:
            high, found = reached, mixtures
    own = _best_reply(_against(stage, player, others, found))
    by_player = dict(zip(others, found, strict=True)) | {player: own}
    return Minmax(player, pure, low, high, tuple(by_player[j] for j in range(stage.n_players)))


def minmax_payoffs(stage: StageGame) -> tuple[Minmax, ...]:
    """The minmax payoffs of all players."""
    return tuple(minmax_of(stage, i) for i in range(stage.n_players))


def own_table(stage: StageGame, player: int) -> list[list[Fraction]]:
    """[own actions][profiles of the others]: a player's payoffs."""
    own = np.moveaxis(stage.exact_payoffs[..., player], player, 0)
    return [list(row) for row in own.reshape(stage.counts[player], -1)]


def pure_minmax(stage: StageGame, player: int) -> Fraction:
    """The least that the others' pure actions can hold a player to, who replies best.

    >>> from games import stage_game
    >>> pennies = stage_game([[[1, -1], [-1, 1]], [[-1, 1], [1, -1]]])
    >>> str(pure_minmax(pennies, 0)), str(mixed_minmax(pennies, 0))
    ('1', '0')
    """
    return min(max(column) for column in transposed(own_table(stage, player)))


def mixed_minmax(stage: StageGame, player: int) -> Fraction | None:
    """The least that the others can hold a player to by mixing together, who replies best; None of too large a game.

    Three and more players who mix each by itself may not get as low; ``minmax_of`` has bounds on that.
    """
    table = own_table(stage, player)
    return _value(table)[0] if len(table) * len(table[0]) <= MOST_CELLS else None


def _profile(player: int, own: int, others: Sequence[int], theirs: Sequence[int]) -> tuple[int, ...]:
    actions = dict(zip(others, theirs, strict=True)) | {player: own}
    return tuple(actions[j] for j in sorted(actions))


def _value(table: Table) -> tuple[Fraction, Mixture, Mixture]:
    """The value of the zero-sum game in which the row player gets the table, with optimal mixtures of both."""
    own, theirs = first_equilibrium(table, [[-x for x in row] for row in table])
    return max(replies(table, theirs)), own, theirs


def _pure_mixtures(stage: StageGame, others: Sequence[int], actions: Sequence[int]) -> list[Mixture]:
    return [tuple(Fraction(int(k == a)) for k in range(stage.counts[j])) for j, a in zip(others, actions, strict=True)]


def _even_mixtures(stage: StageGame, others: Sequence[int]) -> list[list[Mixture]]:
    """The others mix evenly over some of their actions each, larger sets of actions first."""
    supports = [[s for size in range(stage.counts[j], 0, -1) for s in combinations(range(stage.counts[j]), size)]
                for j in others]
    return [[tuple(Fraction(int(k in s), len(s)) for k in range(stage.counts[j])) for j, s in zip(others, choice,
                                                                                               strict=True)]
            for choice in islice(product(*supports), MOST_STARTS)]


def _slid(stage: StageGame, player: int, others: Sequence[int], start: Sequence[Mixture]) -> list[Mixture]:
    """Mixtures near a local minimum of what the player gets, searched in floating point from a start."""
    from scipy.optimize import minimize

    table = np.moveaxis(stage.payoffs[..., player], player, 0)
    cuts = np.cumsum([stage.counts[j] for j in others])[:-1]

    def brings(x: Floats) -> Floats:
        out: Floats = table
        for mixture in np.split(x[:-1], cuts):
            out = np.tensordot(out, mixture, axes=(1, 0))
        return np.asarray(x[-1] - out)

    inside = [0.9 * np.array([float(p) for p in mixture]) + 0.1 / len(mixture) for mixture in start]
    first = np.concatenate([*inside, [table.max()]])
    search: Any = minimize
    found = search(
        lambda x: float(x[-1]), first, method="SLSQP", bounds=[(0.0, 1.0)] * (len(first) - 1) + [(None, None)],
        constraints=[{"type": "ineq", "fun": brings},
                     {"type": "eq", "fun": lambda x: np.array([m.sum() - 1 for m in np.split(x[:-1], cuts)])}])
    return [_rational(m) for m in np.split(found.x[:-1], cuts)] if np.isfinite(found.x).all() else list(start)


def _rational(mixture: Floats) -> Mixture:
    parts = [Fraction(max(float(p), 0.0)).limit_denominator(DIGITS) for p in mixture]
    parts = parts if any(parts) else [Fraction(1)] * len(parts)
    return tuple(p / sum(parts) for p in parts)


def _against(
    stage: StageGame, player: int, others: Sequence[int], mixtures: Sequence[Mixture], free: int | None = None
) -> list[list[Fraction]]:
    """The player's payoffs [own action][action of the free opponent] where the others mix; one column if none is."""
    width = 1 if free is None else stage.counts[free]
    table = [[Fraction(0)] * width for _ in range(stage.counts[player])]
    used = [[(a, Fraction(1) if j == free else p) for a, p in enumerate(mix) if j == free or p]
            for j, mix in zip(others, mixtures, strict=True)]
    for choice in product(*used):
        chance = prod((p for _, p in choice), start=Fraction(1))
        actions = [a for a, _ in choice]
        column = 0 if free is None else actions[others.index(free)]
        for own in range(stage.counts[player]):
            table[own][column] += chance * stage.exact(_profile(player, own, others, actions), player)
    return table


def _best_reply(table: Table) -> Mixture:
    values = [row[0] for row in table]
    return tuple(Fraction(int(k == values.index(max(values)))) for k in range(len(values)))


def _descend(
    stage: StageGame, player: int, others: Sequence[int], mixtures: list[Mixture]
) -> tuple[Fraction, list[Mixture]]:
    """Let one opponent after another mix as harshly as possible against what the rest do, while that helps."""
    reached = max(row[0] for row in _against(stage, player, others, mixtures))
    mixtures = list(mixtures)
    for _ in range(MOST_ROUNDS):
        before = reached
        for place, j in enumerate(others):
            value, _, theirs = _value(_against(stage, player, others, mixtures, j))
            if value < reached:
                reached, mixtures[place] = value, theirs
        if reached == before:
            break
    return reached, mixtures
