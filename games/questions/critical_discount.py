"""From which discount factor on a strategy is an equilibrium, for many games of one form at once.

The slack of a one-shot deviation, as a one-off gain, is

    g(a) - g(b) + d (P - Q) (I - d P)^-1 u,

where g are payoffs of the row played and of the deviation's, P and Q the laws of the next mode and state after them,
and u the payoffs of the period in each mode and state.  P and Q are the same for all games of a form, and payoffs enter
linearly, so that thousands of games are scanned together.
Source: Mailath and Samuelson (2006), proposition 2.2.1; of grim, Friedman (1971).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, final

import numpy as np

from games.model.stochastic_game import GameError, StochasticGame, number_given, repeated_game
from games.numerics.arrays import Bools, Floats, Ints
from games.numerics.exact import Numbers, exact_array
from games.play.strategies.machine import Machine
from games.play.strategies.profiles import agreed
from games.play.strategies.replies import Reply
from games.play.strategies.strategy import Played, machine_of
from games.play.strategies.triggers import Penance, Trigger

MOST_NODES = 300
"""Strategies of more pairs of a mode and a state are refused: matrices of that size are solved again and again."""
STEP = 0.01
FINEST = 1e-5
"""Finer scans take for ever, and much memory."""
HALVINGS = 48
TIE, ROUNDING = 1e-13, 4e-15
"""A slack below zero by less than this is rounding: relative to the range of payoffs, and to what is added up."""
NEAR_ONE = 6
"""So many points ten times nearer to one each are tried beyond the last step."""
AT_ONCE = 4_000_000
"""Entries of matrices that are solved together."""


def critical_discount(
    game: StochasticGame | Numbers, strategy: Played, payoffs: Numbers | None = None, *,
    step: float | str | Fraction = STEP,
) -> Floats:
    """The least common discount factor at which a strategy is a subgame-perfect equilibrium, for many games at once.

    ``game``      a game, or payoffs Float[..., n1, ..., nn, n] of repeated games: ``payoffs[..., a1, ..., an, i]``;
                  all axes before the last n + 1 count games.
    ``strategy``  as in ``evaluate``.  Profiles are the same in all games; those left out are those of the first game.
    ``payoffs``   Float[..., rows, players]: other payoffs for a given game, one game each.
    ``step``      of the scan.

    Float[...] of shape () for one game.  Precisely: discount factors 0, ``step``, 2 ``step``, ... and some close to one
    are tried in floating point; of the first at which no one-shot deviation pays, in any mode and state that play,
    deviations or errors lead to, the left end of its interval is found by bisection to about 1e-13.  NaN where none is
    found: intervals narrower than the step may be missed, and it is not said that the strategy holds at every greater
    factor, which it does where it reverts to an equilibrium of the stage game that is worse for all (``grim``,
    ``k_period``).
    The game's own discount factors do not matter; everyone sees what is done, and nobody pays.

    Raises ``GameError`` if the strategy does not fit, mixes actions or has too many modes.

    >>> from games.play.strategies import grim
    >>> dilemmas = [[[[2, 2], [-1, t]], [[t, -1], [0, 0]]] for t in (3, 4)]
    >>> critical_discount(dilemmas, grim()).round(6).tolist()               # (T - R) / (T - P)
    [0.333333, 0.5]
    """
    width = number_given(step, "step")
    if not FINEST <= width <= 0.5:
        raise GameError(f"step: {step!r:.40} given; a number from {FINEST} to 0.5 is needed, for instance {STEP}")
    one, table, shape = _games(game, payoffs)
    if one.transfers != "none":
        raise GameError("players can pay one another in this game, and strategies say nothing of payments")
    single = isinstance(game, StochasticGame) and payoffs is None
    machine = machine_of(one, strategy) if single else machine_of(_unlike(one), _fixed(one, strategy))
    form = _Form.of(machine)
    out = np.concatenate([
        _least(form, part, width) for part in np.array_split(table, max(1, len(table) * form.size // AT_ONCE))])
    return out.reshape(shape)


@final
@dataclass(frozen=True, eq=False)
class _Form:
    """A strategy on games of one form.

    ``row``     Int[nodes]: the row played in a mode and state; ``law`` Float[nodes, nodes]: what comes next.
    ``node``, ``player``, ``deviation``  Int[deviations]: where, who, and the row that it brings about.
    ``change``  Float[deviations, nodes]: how much likelier each node comes next after complying than after deviating.
    """

    row: Ints
    law: Floats
    node: Ints
    player: Ints
    deviation: Ints
    change: Floats

    @property
    def size(self) -> int:
        """Entries that a game takes."""
        return len(self.row) ** 2 + len(self.node)

    @staticmethod
    def of(machine: Machine) -> _Form:
        """The form of a machine; raises ``GameError`` if it mixes actions or has too many modes and states."""
        game = machine.game
        if machine.mixes:
            raise GameError("strategy: it mixes actions; critical discount factors are those of pure strategies")
        places = [(m, s) for m, s in np.argwhere(machine.reach).tolist()]
        if len(places) > MOST_NODES:
            raise GameError(f"strategy: {len(places)} pairs of a mode and a state, more than {MOST_NODES}; judge it at "
                            "one discount factor with evaluate")
        number = {place: k for k, place in enumerate(places)}
        laws: dict[tuple[int, int], Floats] = {}

        def ahead(way: int, row: int) -> Floats:
            if (way, row) not in laws:
                out = np.zeros(len(places))
                span = slice(int(game.transition.indptr[row]), int(game.transition.indptr[row + 1]))
                states, chances = game.transition.indices[span].tolist(), game.transition.data[span].tolist()
                for s, p in zip(states, chances, strict=True):
                    for m, q in machine.goes(way, s):
                        out[number[m, s]] += p * float(q)
                laws[way, row] = out / out.sum()
            return laws[way, row]

        played = np.array([machine.rows[place] for place in places], dtype=np.int64)
        law = np.stack([ahead(int(machine.after[m, r]), r) for (m, _), r in zip(places, played.tolist(), strict=True)])
        found = [(k, i, b) for k, r in enumerate(played.tolist()) for i in range(game.n_players)
                 for b in game.deviation_rows(r, i) if b != r]
        node, player, deviation = np.array(found, dtype=np.int64).reshape(-1, 3).T
        change = np.array([law[k] - ahead(int(machine.after[places[k][0], b]), b) for k, _, b in found])
        return _Form(played, law, node, player, deviation, change.reshape(-1, len(places)))

    def holds(self, payoffs: Floats, discount: Floats) -> Bools:
        """Bool[games]: no deviation pays; ``discount`` Float[games], or Float[1] the same for all."""
        if not len(self.node):
            return np.ones(len(payoffs), dtype=bool)
        slack = np.asarray(payoffs[:, self.row[self.node], self.player] - payoffs[:, self.deviation, self.player])
        # Only differences of what is to come matter: they are reckoned from the first node, which is held at zero,
        # since values themselves, over (1 - discount factor), grow without bound.
        systems = np.eye(len(self.row)) - discount[:, None, None] * self.law
        systems[:, :, 0] = 1
        now = payoffs[:, self.row]
        later = np.linalg.inv(systems[0]) @ now if len(discount) == 1 else np.linalg.solve(systems, now)
        later[:, 0] = 0
        for i in range(payoffs.shape[2]):
            mine = self.player == i
            slack[:, mine] += discount[:, None] * (later[:, :, i] @ self.change[mine].T)
        rounding = TIE * np.ptp(payoffs, axis=(1, 2)) + ROUNDING * np.abs(later).max(axis=(1, 2))
        return np.asarray(slack.min(axis=1) >= -rounding)


def _least(form: _Form, payoffs: Floats, step: float) -> Floats:
    """Float[games]: the scan, and the bisection."""
    points = np.arange(0, 1 - step / 2, step)
    points = np.concatenate([points, 1 - (1 - points[-1]) / 10.0 ** np.arange(1, NEAR_ONE + 1)])
    first = np.full(len(payoffs), len(points))
    for k, point in enumerate(points):
        waiting = np.flatnonzero(first == len(points))
        if not len(waiting):
            break
        first[waiting[form.holds(payoffs[waiting], np.array([point]))]] = k
    out = np.where(first == 0, 0.0, np.nan)
    inside = np.flatnonzero((first > 0) & (first < len(points)))
    low, high = points[first[inside] - 1], points[first[inside]]
    for _ in range(HALVINGS):
        if len(inside):
            middle = (low + high) / 2
            good = form.holds(payoffs[inside], middle)
            low, high = np.where(good, low, middle), np.where(good, middle, high)
    out[inside] = high
    return out


def _games(game: StochasticGame | Numbers, payoffs: Numbers | None) -> tuple[StochasticGame, Floats, tuple[int, ...]]:
    """The first game, Float[games, rows, players], and how games are laid out."""
    if isinstance(game, StochasticGame):
        table = game.payoffs[None] if payoffs is None else _array(payoffs)
        size = (game.n_rows, game.n_players)
        if table.shape[-2:] != size:
            raise GameError(f"payoffs: shape {table.shape}; the last two axes are those of rows and players, {size}")
        shape = () if payoffs is None else table.shape[:-2]
        table = table.reshape(-1, *size)
        if not len(table):
            raise GameError("payoffs: there are none; at least one game is needed")
        one = game if payoffs is None else replace(game, payoffs=table[0], rationals={
            key: value for key, value in game.rationals.items() if key[0] != "payoff"}, _tables=None)
        return one, table, shape
    if payoffs is not None:
        raise GameError("payoffs: they go with a game; payoffs of repeated games are given alone, in its place")
    table = _array(game)
    n = table.shape[-1] if table.ndim else 0
    if not 1 <= n < table.ndim or not table.size:
        raise GameError(f"payoffs: shape {table.shape}; games of n players need n + 1 axes, the last of length n, "
                        "after those that count games, for instance (1000, 2, 2, 2)")
    shape = table.shape[: table.ndim - n - 1]
    form = table.shape[table.ndim - n - 1:]
    one = repeated_game(table.reshape(-1, *form)[0], discount=0.5)
    return one, table.reshape(-1, one.n_rows, n), shape


def _array(payoffs: Numbers) -> Floats:
    try:
        table, _ = exact_array(payoffs)
    except ValueError as error:
        raise GameError(f"payoffs: not an array of numbers: {error}") from None
    if not np.all(np.isfinite(table)):
        place = np.argwhere(~np.isfinite(table))[0].tolist()
        raise GameError(f"payoffs: the entry {place} is not a finite number; write one")
    return table


def _unlike(game: StochasticGame) -> StochasticGame:
    """The game with payoffs that tell all rows apart: what is done counts, whatever it earns in one of the games."""
    payoffs = np.arange(game.n_rows * game.n_players, dtype=np.float64).reshape(game.payoffs.shape)
    return replace(game, payoffs=payoffs, _tables=None)


def _fixed(game: StochasticGame, strategy: Any) -> Any:
    """What is played (as in ``evaluate``) with the profiles that it has in a game."""
    if isinstance(strategy, str):
        from games.play.strategies.names import named

        strategy = named(strategy)
    if isinstance(strategy, Trigger | Penance | Reply):
        keep, threat = agreed(game, strategy.cooperate, strategy.punish)
        return replace(strategy, cooperate=keep, punish=threat)
    if isinstance(strategy, list | tuple):
        return [_fixed(game, each) for each in strategy]
    return strategy
