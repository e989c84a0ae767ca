"""Play drawn at random: paths on which strategies are followed, with or without errors.

Actions, signals, next states and public draws are random; all paths go forward together, period by period, in floating
point.  The same seed gives the same paths.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Any, final

import numpy as np

from games.certificates.faults import Fault
from games.certificates.signals.automaton_check import public_fault
from games.certificates.signals.weights import OutcomeWeights
from games.model.horizon import Horizon, horizon_of
from games.model.public_automaton import PublicAutomaton
from games.model.public_monitoring import PublicMonitoring
from games.model.stochastic_game import GameError, StochasticGame, insist_on_game
from games.numerics.arrays import Bools, Floats, Ints
from games.numerics.counts import counted
from games.play.following import Draws, Follower, MachineFollower, PublicFollower
from games.play.strategies.machine import Mix
from games.play.strategies.profiles import is_whole
from games.play.strategies.strategy import Played, machine_of

if TYPE_CHECKING:
    import pandas as pd

MOST_DRAWN = 20_000_000
"""Periods of all paths together; more are refused: the arrays would take more than 1 GB."""


@final
@dataclass(frozen=True)
class Estimate:
    """What play is worth to each player, average discounted (per period without discounting), as far as paths tell.

    ``mean``            Float[players]: mean over paths; what comes after the last period counts as the middle of the
                        payoffs that there are.
    ``standard_error``  Float[players]: of the mean; NaN of a single path.
    ``remainder``       Float[players]: how far off the mean can be at most because paths end.
    """

    mean: Floats
    standard_error: Floats
    remainder: Floats


@final
@dataclass(frozen=True, eq=False, repr=False)
class Simulation:
    """Paths of play.

    ``modes``   Int[paths, periods]: mode of the strategies, whose names are ``mode_names``.
    ``states``  Int[paths, periods]: state of the game.
    ``asked``   Int[paths, periods]: the row that the strategies ask for; ``rows`` the one that is played.
    """

    game: StochasticGame
    mode_names: tuple[str, ...]
    modes: Ints
    states: Ints
    asked: Ints
    rows: Ints

    def __repr__(self) -> str:
        return str(import_module("games.tables.words").in_short(self))

    @property
    def trembled(self) -> Bools:
        """Bool[paths, periods]: whether somebody erred."""
        return np.asarray(self.rows != self.asked)

    @cached_property
    def payoffs(self) -> Floats:
        """Float[paths, periods, players]: payoffs of the periods."""
        return np.asarray(self.game.payoffs[self.rows])

    @cached_property
    def discounted(self) -> Floats:
        """Float[paths, players]: average payoff of each path, up to its end.

        Discounted; of players who do not discount, the sum over the number of periods that the game has at most.
        """
        discount = self.game.discount
        each = np.where(discount == 1, 1 / self._length, 1 - discount)
        weights = each * discount ** np.arange(self.rows.shape[1])[:, None]
        return np.asarray(np.einsum("pti,ti->pi", self.payoffs, weights))

    @cached_property
    def _length(self) -> int:
        """Periods of a game that ends, at most; 1 of others."""
        ends = horizon_of(self.game) if self.game.undiscounted else None
        return max(ends.periods, 1) if isinstance(ends, Horizon) else 1

    @property
    def value(self) -> Estimate:
        """Average payoffs from the start, as in ``discounted``, with their errors."""
        paths, periods = self.rows.shape
        least, most = self.game.payoffs.min(axis=0), self.game.payoffs.max(axis=0)
        discount = self.game.discount
        left = np.where(discount == 1, max(0.0, 1 - periods / self._length), discount**periods)
        mean = self.discounted.mean(axis=0) + left * (least + most) / 2
        error = (self.discounted.std(axis=0, ddof=1) / np.sqrt(paths) if paths > 1
                 else np.full(self.game.n_players, np.nan))
        return Estimate(np.asarray(mean), np.asarray(error), np.asarray(left * (most - least) / 2))

    def to_frame(self) -> pd.DataFrame:
        """A row for every path and period: state, mode, profile, whether somebody erred, each player's payoff."""
        import pandas as pd

        game, (paths, periods) = self.game, self.rows.shape
        profiles = [", ".join(game.profile_labels(row)) for row in range(game.n_rows)]
        named: dict[str, Any] = {
            "path": np.repeat(np.arange(paths), periods),
            "period": np.tile(np.arange(periods), paths),
            "state": _labels(self.states, game.states),
            "mode": _labels(self.modes, self.mode_names),
            "profile": _labels(self.rows, profiles),
            "trembled": self.trembled.ravel(),
        }
        named |= {f"payoff of {who}": self.payoffs[:, :, i].ravel() for i, who in enumerate(game.players)}
        return pd.DataFrame(named)


def simulate(
    strategies: Played | PublicAutomaton,
    game: StochasticGame,
    periods: int = 100,
    paths: int = 1000,
    seed: int = 0,
    *,
    noise: float | Sequence[float] = 0.0,
) -> Simulation:
    """Draw paths of play.

    ``strategies``  for all players a strategy, the name of one, a ``StrategyAutomaton``, or a ``PublicAutomaton`` (the
                    only one for games with signals); or a list with a strategy, name or ``StrategyAutomaton`` for each
                    player.  Public draws are common to all.
    ``noise``       chance that a player errs in a period and takes another of its actions, all others equally likely;
                    for all players, or one each.

    Strategies by name say what follows when several err at once; a ``StrategyAutomaton`` takes that for complying, and
    a ``PublicAutomaton`` goes on in some mode of the next state.  Raises ``GameError`` if strategies do not fit the
    game, or numbers make no sense.

    >>> from games import repeated_game
    >>> from games.play.strategies import grim, tit_for_tat
    >>> dilemma = repeated_game([[[2, 2], [-1, 3]], [[3, -1], [0, 0]]], discount=0.5)
    >>> drawn = simulate([grim(), tit_for_tat()], dilemma, periods=60, paths=2000, seed=1, noise=0.01)
    >>> drawn.payoffs.shape, bool(drawn.value.mean[0] < 2)
    ((2000, 60, 2), True)
    """
    insist_on_game(game)
    errs = _chances(noise, game)
    for what, number in (("periods", periods), ("paths", paths)):
        if not is_whole(number) or number < 1:
            raise GameError(f"{what}: {number!r:.40} given; a whole number from 1 is needed")
    if periods * paths > MOST_DRAWN:
        raise GameError(f"{counted(periods * paths)} periods on all paths, more than {MOST_DRAWN:,}; draw fewer paths, "
                        "or shorter ones")
    if not is_whole(seed) or seed < 0:
        raise GameError(f"seed: {seed!r:.40} given; a whole number from 0 is needed")
    follower = _follower(game, strategies)
    random, nature = np.random.default_rng(seed), _Nature(game)
    out = [np.empty((paths, periods), dtype=np.int64) for _ in range(4)]
    state = np.full(paths, game.initial, dtype=np.int64)
    mode = follower.lotteries.draw(np.zeros(paths, dtype=np.int64), random.random(paths))
    for t in range(periods):
        asked = follower.rows(mode, state)
        if follower.mixes:
            asked = _mixed(game, follower.mixes, mode, state, asked, random.random((paths, game.n_players)))
        row = asked
        if errs.any():
            row = _trembled(game, asked, errs, random.random((2, paths, game.n_players)))
        for held, now in zip(out, (mode, state, asked, row), strict=True):
            held[:, t] = now
        signal, ahead = nature.draw(state, row, random.random((2, paths)))
        law = follower.lottery(mode, row, signal, ahead)
        mode, state = follower.lotteries.draw(law, random.random(paths)), ahead
    return Simulation(game, follower.names, *out)


def _follower(game: StochasticGame, strategies: Played | PublicAutomaton) -> Follower:
    if not isinstance(strategies, PublicAutomaton):
        return MachineFollower(machine_of(game, strategies))
    fault = public_fault(OutcomeWeights(game), strategies)
    if isinstance(fault, Fault):
        raise GameError(f"strategies: {fault.place}: {fault.problem}")
    return PublicFollower(game, strategies)


@final
class _Nature:
    """Signals and next states of a game."""

    def __init__(self, game: StochasticGame) -> None:
        self.game = game
        first, law = game.tables.laws.first, game.transition
        self._laws = _draws_of(law[first])
        self._seen: PublicMonitoring | None = game.monitoring
        if self._seen is not None:
            tables = [self._seen.table(s) for s in range(game.n_states)]
            widths = np.array([table.shape[1] for table in tables])
            # A state without signals has one that says nothing; there the row is seen instead.
            shares = [table if table.shape[1] else np.ones((len(table), 1)) for table in tables]
            sizes = np.concatenate([np.full(len(share), share.shape[1]) for share in shares])
            start = np.concatenate([[0], np.cumsum(sizes)])
            flat = np.concatenate([share.ravel() for share in shares])
            value = np.concatenate([np.tile(np.arange(share.shape[1]), len(share)) for share in shares])
            self._signals, self._widths = Draws.of(start, value, flat), widths
            self._next = None if self._seen.next_law is None else _draws_of(self._seen.next_law)

    def draw(self, state: Ints, row: Ints, uniform: Floats) -> tuple[Ints, Ints]:
        """Signals and next states; ``uniform`` Float[2, paths]."""
        local = row - self.game.row_start[state]
        ahead = self._laws.draw(self.game.law_number[row], uniform[0])
        if self._seen is None:
            return local, ahead
        signal = self._signals.draw(row, uniform[1])
        width = self._widths[state]
        if self._next is not None:
            told = width > 0
            pair = self._seen.pair_start[state] + local * width + signal
            ahead = np.where(told, self._next.draw(np.where(told, pair, 0), uniform[0]), ahead)
        return np.where(width > 0, signal, local), ahead


def _draws_of(law: Any) -> Draws:
    return Draws.of(law.indptr.astype(np.int64), law.indices.astype(np.int64), np.asarray(law.data, dtype=np.float64))


def _mixed(
    game: StochasticGame, mixes: Mapping[tuple[int, int], Mix], mode: Ints, state: Ints, rows: Ints, uniform: Floats
) -> Ints:
    """The rows asked for, with mixed actions drawn; ``uniform`` Float[paths, players]."""
    out = rows.copy()
    for (m, s), mix in mixes.items():
        here = np.flatnonzero((mode == m) & (state == s))
        if len(here):
            out[here] = int(game.row_start[s])
            for i, chances in enumerate(mix):
                ends = np.cumsum([float(p) for p in chances])
                action = np.searchsorted(ends / ends[-1], uniform[here, i], side="right")
                out[here] += action * int(game.stride[s, i])
    return out


def _trembled(game: StochasticGame, rows: Ints, errs: Floats, uniform: Floats) -> Ints:
    """Int[paths]: the rows played, where each player errs with some chance; ``uniform`` Float[2, paths, players]."""
    state = game.row_state[rows]
    counts, own = game.action_counts[state], game.own_action[rows]
    other = np.floor(uniform[1] * np.maximum(counts - 1, 1)).astype(np.int64)
    other += other >= own
    wrong = (uniform[0] < errs) & (counts > 1)
    shift = np.where(wrong, (other - own) * game.stride[state], 0)
    return np.asarray(rows + shift.sum(axis=1))


def _chances(noise: float | Sequence[float], game: StochasticGame) -> Floats:
    try:
        errs = np.broadcast_to(np.asarray(noise, dtype=np.float64), (game.n_players,))
    except (TypeError, ValueError):
        raise GameError(
            f"noise: {noise!r:.40} given; one chance, or one for each of {game.n_players} players") from None
    if not np.all((errs >= 0) & (errs <= 1)):
        raise GameError(f"noise: {noise!r:.40} given; chances are numbers from 0 to 1")
    return np.asarray(errs)


def _labels(codes: Ints, names: Sequence[str]) -> Any:
    """Codes as a categorical column."""
    import pandas as pd

    distinct = list(dict.fromkeys(names))
    number = {name: k for k, name in enumerate(distinct)}
    return pd.Categorical.from_codes(np.array([number[name] for name in names])[codes.ravel()], categories=distinct)
