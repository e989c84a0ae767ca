"""Stage games: one round of play.  Best replies, minmax payoffs and Nash equilibria.

Sources: Nash (1951); Mangasarian (1964) for all equilibria of two players.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any, final

import numpy as np
from numpy.typing import NDArray

from games.model.first_equilibrium import first_equilibrium
from games.model.mixed_equilibria import (
    Mixture,
    NashSubset,
    Profile,
    Table,
    extreme_equilibria,
    is_equilibrium,
    one_equilibrium,
    replies,
)
from games.model.stochastic_game import GameError, StochasticGame, as_index, stage_payoffs
from games.numerics.exact import Numbers, to_fraction
from games.numerics.shown import Shown
from games.numerics.vertices import MOST_RAYS, Unfinished

ENUMERATED_AT_ONCE = 20
"""Actions of both players up to which all equilibria are found in a moment."""


@final
@dataclass(frozen=True)
class MixedEquilibria:
    """Nash equilibria of a two-player stage game, in exact rationals.

    ``profiles``    one (mixture of player 1, mixture of player 2) per extreme equilibrium, those in pure actions first.
    ``components``  the maximal Nash subsets: pairs of sets of mixtures such that every point of the hull of the first
                    with every point of the hull of the second is an equilibrium.  Their union has all equilibria, and a
                    pair of single mixtures is an equilibrium by itself.  Empty unless ``complete``.
    ``complete``    whether these are all extreme equilibria.
    ``notes``       what was not found, or what kind of game this is, in words.
    ``degenerate``  whether some mixture has more best replies than it uses actions; None unless ``complete``.
    """

    profiles: tuple[Profile, ...]
    components: tuple[NashSubset, ...]
    complete: bool
    notes: tuple[str, ...]
    degenerate: bool | None = None


@final
@dataclass(frozen=True, eq=False, repr=False)
class StageGame(Shown):
    """A finite game in strategic form.

    ``payoffs``    Float[n1, ..., nn, n].
    ``rationals``  exact values of the entries that the shortest decimal of the float does not name, keyed by index.

    Raises ``GameError`` when the shape does not fit.
    """

    payoffs: NDArray[np.float64]
    rationals: Mapping[tuple[int, ...], Fraction] = field(default_factory=dict)

    def __post_init__(self) -> None:
        shape = self.payoffs.shape
        if not shape or len(shape) != shape[-1] + 1 or 0 in shape:
            raise GameError(f"payoffs: shape {shape}; n players need n + 1 axes, the last of length n")

    @property
    def n_players(self) -> int:
        """Number of players."""
        return int(self.payoffs.shape[-1])

    @property
    def counts(self) -> tuple[int, ...]:
        """Number of actions of each player."""
        return tuple(int(c) for c in self.payoffs.shape[:-1])

    def exact(self, profile: Sequence[int], player: int) -> Fraction:
        """A payoff as the rational that was written."""
        key = (*map(int, profile), player)
        return self.rationals[key] if key in self.rationals else to_fraction(float(self.payoffs[key]))

    @cached_property
    def exact_payoffs(self) -> NDArray[Any]:
        """Object[n1, ..., nn, n]: all payoffs as the rationals that were written."""
        out = np.empty(self.payoffs.shape, dtype=object)
        for key in np.ndindex(*self.payoffs.shape):
            out[key] = self.exact(key[:-1], key[-1])
        return out

    @property
    def _ordered(self) -> NDArray[Any]:
        """Payoffs in a form whose comparisons are exact: floats, or rationals where some were written as such."""
        return self.exact_payoffs if self.rationals else self.payoffs

    def action_values(self, mixtures: Sequence[Mixture], player: int) -> list[Fraction]:
        """The exact payoff of each of a player's actions when the others mix; any number of players.

        ``mixtures``  one per player; the player's own is not looked at.
        """
        values = self.exact_payoffs[..., player]
        for other in reversed(range(self.n_players)):
            if other != player:
                used = [k for k, chance in enumerate(mixtures[other]) if chance]
                chances = np.array([mixtures[other][k] for k in used], dtype=object)
                values = np.tensordot(values.take(used, axis=other), chances, axes=(other, 0))
        return [Fraction(x) for x in values.tolist()]

    def best_replies(self, player: int) -> NDArray[np.bool_]:
        """Bool[n1, ..., nn]: whether ``player``'s action in the profile is a best reply to the others; ties exact.

        Raises ``GameError`` if there is no such player.
        """
        self._insist_on(player)
        own = self._ordered[..., player]
        return np.asarray(own == own.max(axis=player, keepdims=True), dtype=bool)

    def _insist_on(self, player: int) -> None:
        number = as_index(player)
        if number is None or not 0 <= number < self.n_players:
            raise GameError(f"player {player!r} does not exist; players are numbered from 0 to {self.n_players - 1}")

    def pure_equilibria(self) -> list[tuple[int, ...]]:
        """All Nash equilibria in pure actions, in C order of the profile."""
        mutual = np.ones(self.counts, dtype=bool)
        for player in range(self.n_players):
            mutual &= self.best_replies(player)
        return [tuple(map(int, profile)) for profile in np.argwhere(mutual)]

    def pure_minmax(self, player: int) -> float:
        """The least that the others can hold ``player`` to with pure actions, when it replies best.

        Raises ``GameError`` if there is no such player.
        """
        self._insist_on(player)
        best = self.payoffs[..., player].max(axis=player)
        return float(best.min())

    def mixed_equilibria(self, seconds: float = 5.0) -> MixedEquilibria:
        """All extreme Nash equilibria of a two-player game and its maximal Nash subsets, mixed ones included.

        The vertices of the best-reply polytopes are enumerated in exact arithmetic.  Where that takes more than
        ``seconds``, or too much memory, the answer says so and has the equilibria in pure actions and one more: the end
        of a path of Lemke and Howson, or the optimal plans where payoffs always add up to the same, verified exactly.
        Raises ``GameError`` unless there are two players.
        """
        first, second = self._tables
        deadline = time.monotonic() + seconds
        one = first_equilibrium(first, second) if sum(self.counts) > ENUMERATED_AT_ONCE else None
        try:
            found = extreme_equilibria(first, second, deadline)
            components = found.nash_subsets(deadline)
        except Unfinished:
            some = dict.fromkeys([*map(self._surely, self.pure_equilibria()), one or one_equilibrium(first, second)])
            why = f"there is more to look through than {seconds:g} s and {MOST_RAYS} vertices allow"
            return MixedEquilibria(tuple(some), (), False, (f"{why}: some equilibria may be missing",))
        notes = () if all(len(xs) == len(ys) == 1 for xs, ys in components) else (
            "there are whole sets of equilibria: their extreme points are listed, and which of them go together",)
        return MixedEquilibria(found.profiles, components, True, notes, found.degenerate)

    def expected(self, profile: Profile, player: int) -> Fraction:
        """The exact payoff of a mixed profile of a two-player game."""
        x, y = profile
        return sum((p * value for p, value in zip(x, replies(self._tables[player], y), strict=True) if p), Fraction(0))

    def is_equilibrium(self, profile: Profile) -> bool:
        """Whether a mixed profile of a two-player game is a Nash equilibrium, in exact rationals."""
        return is_equilibrium(*self._tables, profile)

    @cached_property
    def _tables(self) -> tuple[Table, Table]:
        """The exact payoffs of the two players; raises ``GameError`` unless there are two."""
        if self.n_players != 2:
            raise GameError(f"mixed equilibria are computed for two players, this game has {self.n_players}")
        rows, columns = self.counts
        first, second = ([[self.exact((i, j), k) for j in range(columns)] for i in range(rows)] for k in (0, 1))
        return first, second

    def _surely(self, profile: tuple[int, ...]) -> Profile:
        """A pure profile as a pair of mixtures."""
        first, second = (
            tuple(Fraction(int(k == action)) for k in range(count))
            for action, count in zip(profile, self.counts, strict=True)
        )
        return first, second


def stage_game(payoffs: Numbers) -> StageGame:
    """The game of one round that an array of payoffs describes.

    ``payoffs``  Float[n1, ..., nn, n]: ``payoffs[a1, ..., an, i]`` is what player i earns; entries may be exact
                 (``Fraction`` or "1/3").

    Raises ``GameError`` if it is no array of finite numbers of that shape.

    >>> chicken = stage_game([[[0, 0], [7, 2]], [[2, 7], [6, 6]]])
    >>> chicken.pure_equilibria(), [str(p) for p in chicken.mixed_equilibria().profiles[-1][0]]
    ([(0, 1), (1, 0)], ['1/3', '2/3'])
    """
    floats, exact = stage_payoffs(payoffs, "payoffs")
    if not np.isfinite(floats).all():
        where = tuple(map(int, np.argwhere(~np.isfinite(floats))[0]))
        raise GameError(f"payoffs{list(where)}: {floats[where]} is not a finite number; write one")
    return StageGame(floats, exact)


def stage_game_of(game: StochasticGame, state: int) -> StageGame:
    """The stage game of one state of a stochastic game."""
    first, last = int(game.row_start[state]), int(game.row_start[state + 1])
    exact = {
        (*map(int, game.own_action[row]), player): value
        for (kind, row, player), value in game.rationals.items()
        if kind == "payoff" and first <= row < last
    }
    return StageGame(game.stage_payoffs(state), exact)
