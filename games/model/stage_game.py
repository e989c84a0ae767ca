"""Stage games: one round of play.  Best replies, minmax payoffs and Nash equilibria.

Sources: Nash (1951); support and vertex enumeration as in Nisan, Roughgarden, Tardos and Vazirani (2007), chapter 3.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any, final

import numpy as np
from numpy.typing import NDArray

from games.model.stochastic_game import GameError, StochasticGame
from games.numerics.exact import Numbers, exact_array, to_fraction

NEAR = 1e-9
"""Payoffs (scaled to an interval of length 1) this close are tried as ties; exact arithmetic then decides."""
LARGEST_POLYTOPE = 8
"""Vertex enumeration is tried up to this many actions per player; its cost doubles with each."""

Mixture = tuple[Fraction, ...]


@final
@dataclass(frozen=True)
class MixedEquilibria:
    """Nash equilibria of a two-player stage game, each verified in exact rationals.

    ``profiles``  one (mixture of player 1, mixture of player 2) per equilibrium, in search order.
    ``complete``  whether the search went through every candidate of the method and lost none.
    ``notes``     what was not found or dropped, in words.
    """

    profiles: tuple[tuple[Mixture, Mixture], ...]
    complete: bool
    notes: tuple[str, ...]


@final
@dataclass(frozen=True, eq=False)
class StageGame:
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
    def _ordered(self) -> NDArray[Any]:
        """Payoffs in a form whose comparisons are exact: floats, or rationals where some were written as such."""
        if not self.rationals:
            return self.payoffs
        out = np.empty(self.payoffs.shape, dtype=object)
        for key in np.ndindex(*self.payoffs.shape):
            out[key] = self.exact(key[:-1], key[-1])
        return out

    def best_replies(self, player: int) -> NDArray[np.bool_]:
        """Bool[n1, ..., nn]: whether ``player``'s action in the profile is a best reply to the others; ties exact."""
        own = self._ordered[..., player]
        return np.asarray(own == own.max(axis=player, keepdims=True), dtype=bool)

    def pure_equilibria(self) -> list[tuple[int, ...]]:
        """All Nash equilibria in pure actions, in C order of the profile."""
        mutual = np.ones(self.counts, dtype=bool)
        for player in range(self.n_players):
            mutual &= self.best_replies(player)
        return [tuple(map(int, profile)) for profile in np.argwhere(mutual)]

    def pure_minmax(self, player: int) -> float:
        """The least that the others can hold ``player`` to with pure actions, when it replies best."""
        best = self.payoffs[..., player].max(axis=player)
        return float(best.min())

    def mixed_equilibria(self, seconds: float = 5.0) -> MixedEquilibria:
        """Nash equilibria of a two-player game, mixed ones included.

        Support enumeration over pairs of equal size on payoffs scaled to an interval of length 1; where an
        equilibrium found is degenerate, or the number found is even, vertex enumeration as well.  Every candidate is
        derived anew in exact rationals and verified, or dropped with a note.  After ``seconds`` the search stops and
        says so.  Raises ``GameError`` unless there are two players.
        """
        if self.n_players != 2:
            raise GameError(f"mixed equilibria are computed for two players, this game has {self.n_players}")
        deadline = time.monotonic() + seconds
        first, second = (_scaled(self.payoffs[..., i]) for i in (0, 1))
        found: dict[tuple[Mixture, Mixture], None] = {}
        notes: list[str] = []
        dropped = 0
        degenerate = False
        complete = True
        for x, y in _support_candidates(first, second, deadline):
            if x is None or y is None:
                complete = False
                notes.append(f"support enumeration was stopped after {seconds:g} s")
                break
            profile = self._exact_profile(x, y, first, second)
            if profile is None:
                continue
            found[profile] = None
            degenerate = degenerate or self._more_replies_than_support(profile)
        if complete and len(found) % 2 == 0:
            degenerate = True
        if degenerate:
            if max(self.counts) > LARGEST_POLYTOPE or time.monotonic() > deadline:
                complete = False
                notes.append("the game is degenerate and too large for vertex enumeration: some may be missing")
            else:
                notes.append("the game is degenerate: vertex enumeration was used as well; it lists extreme points")
                for x, y in _vertex_candidates(first, second, deadline):
                    if x is None or y is None:
                        complete = False
                        notes.append("vertex enumeration did not finish: some equilibria may be missing")
                        break
                    profile = self._exact_profile(x, y, first, second)
                    if profile is None:
                        dropped += 1
                    else:
                        found[profile] = None
        if dropped:
            complete = False
            notes.append(f"{dropped} candidate(s) of vertex enumeration could not be verified exactly and were dropped")
        if not found:
            complete = False
            notes.append("no equilibrium was found, though one exists (Nash 1951)")
        return MixedEquilibria(tuple(found), complete, tuple(notes))

    def expected(self, profile: tuple[Mixture, Mixture], player: int) -> Fraction:
        """The exact payoff of a mixed profile of a two-player game."""
        x, y = profile
        return sum(
            (p * q * self.exact((i, j), player) for i, p in enumerate(x) if p for j, q in enumerate(y) if q),
            Fraction(0),
        )

    def is_equilibrium(self, profile: tuple[Mixture, Mixture]) -> bool:
        """Whether a mixed profile of a two-player game is a Nash equilibrium, in exact rationals."""
        x, y = profile
        if min(x) < 0 or min(y) < 0 or sum(x) != 1 or sum(y) != 1:
            return False
        return all(
            p == 0 or own == max(replies)
            for mixture, replies in ((x, self._replies(0, y)), (y, self._replies(1, x)))
            for p, own in zip(mixture, replies, strict=True)
        )

    def _replies(self, player: int, against: Mixture) -> list[Fraction]:
        """The exact payoff of each action of ``player`` against the other's mixture."""
        pairs = [(k, q) for k, q in enumerate(against) if q]
        if player == 0:
            return [sum((q * self.exact((i, k), 0) for k, q in pairs), Fraction(0)) for i in range(self.counts[0])]
        return [sum((q * self.exact((k, j), 1) for k, q in pairs), Fraction(0)) for j in range(self.counts[1])]

    def _more_replies_than_support(self, profile: tuple[Mixture, Mixture]) -> bool:
        """Whether a player has more best replies than the other mixes over: the mark of a degenerate game."""
        for player in (0, 1):
            against = profile[1 - player]
            replies = self._replies(player, against)
            if replies.count(max(replies)) > sum(1 for p in against if p):
                return True
        return False

    def _exact_profile(
        self, x: NDArray[np.float64], y: NDArray[np.float64], first: NDArray[np.float64], second: NDArray[np.float64]
    ) -> tuple[Mixture, Mixture] | None:
        """The exact equilibrium with the supports of a floating-point candidate; None if there is none."""
        exact_y = self._exact_mixture(0, y, first @ y, x)
        exact_x = self._exact_mixture(1, x, second.T @ x, y)
        if exact_x is None or exact_y is None:
            return None
        profile = (exact_x, exact_y)
        return profile if self.is_equilibrium(profile) else None

    def _exact_mixture(
        self, player: int, against: NDArray[np.float64], replies: NDArray[np.float64], own: NDArray[np.float64]
    ) -> Mixture | None:
        """The mixture of the other player that leaves ``player`` indifferent among its best replies.

        First among all near-best replies (a vertex of the best-reply polytope), then among the actions it uses.
        """
        support = [k for k, p in enumerate(against) if p > NEAR]
        near = [i for i, r in enumerate(replies) if r >= replies.max() - NEAR]
        used = [i for i, p in enumerate(own) if p > NEAR]
        for tied in (near, used):
            table = [[self.exact((i, k) if player == 0 else (k, i), player) for k in support] for i in tied]
            rows = [[a - b for a, b in zip(row, table[0], strict=True)] + [Fraction(0)] for row in table[1:]]
            rows.append([Fraction(1)] * (len(support) + 1))
            solved = _solve_exactly(rows, len(support))
            if solved is not None:
                mixture = [Fraction(0)] * len(against)
                for k, p in zip(support, solved, strict=True):
                    mixture[k] = p
                return tuple(mixture)
        return None


def stage_game(payoffs: Numbers) -> StageGame:
    """The game of one round that an array of payoffs describes.

    ``payoffs``  Float[n1, ..., nn, n]: ``payoffs[a1, ..., an, i]`` is what player i earns; entries may be exact
                 (``Fraction`` or "1/3").

    Raises ``GameError`` if it is no array of finite numbers of that shape.

    >>> chicken = stage_game([[[0, 0], [7, 2]], [[2, 7], [6, 6]]])
    >>> chicken.pure_equilibria(), [str(p) for p in chicken.mixed_equilibria().profiles[-1][0]]
    ([(0, 1), (1, 0)], ['1/3', '2/3'])
    """
    try:
        floats, exact = exact_array(payoffs)
    except (TypeError, ValueError) as error:
        raise GameError(f"payoffs: not an array of numbers ({error})") from None
    if not np.isfinite(floats).all():
        where = tuple(map(int, np.argwhere(~np.isfinite(floats))[0]))
        raise GameError(f"payoffs{list(where)}: {floats[where]} is not a finite number")
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


def _scaled(payoffs: NDArray[np.float64]) -> NDArray[np.float64]:
    """Payoffs moved to [1, 2]: nashpy's tolerances are absolute, and its polytopes need positive payoffs."""
    low, high = float(payoffs.min()), float(payoffs.max())
    return 1 + (payoffs - low) / (high - low) if high > low else np.ones_like(payoffs)


Candidate = tuple[NDArray[np.float64] | None, NDArray[np.float64] | None]


def _support_candidates(
    first: NDArray[np.float64], second: NDArray[np.float64], deadline: float
) -> Iterator[Candidate]:
    """Mixtures that make both players indifferent on supports of equal size; (None, None) when time is up.

    nashpy's own loop compares floats for equality at the end and so loses equilibria; only its parts are used here,
    and exact arithmetic decides.
    """
    from nashpy.algorithms.support_enumeration import obey_support, potential_support_pairs, solve_indifference

    for rows, columns in potential_support_pairs(first, second, non_degenerate=True):
        if time.monotonic() > deadline:
            yield None, None
            return
        x = solve_indifference(second.T, columns, rows)
        if not obey_support(x, rows, tol=NEAR):
            continue
        y = solve_indifference(first, rows, columns)
        if not obey_support(y, columns, tol=NEAR):
            continue
        if (first @ y).max() - (first @ y)[list(rows)].max() > NEAR:
            continue
        if (second.T @ x).max() - (second.T @ x)[list(columns)].max() > NEAR:
            continue
        yield x, y


def _vertex_candidates(
    first: NDArray[np.float64], second: NDArray[np.float64], deadline: float
) -> Iterator[Candidate]:
    """Fully labelled pairs of vertices of the best-reply polytopes; (None, None) when they could not all be had."""
    from nashpy.algorithms.vertex_enumeration import vertex_enumeration
    from scipy.spatial import QhullError

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            for x, y in vertex_enumeration(first, second):
                if time.monotonic() > deadline:
                    yield None, None
                    return
                yield x, y
        except QhullError:
            yield None, None


def _solve_exactly(rows: list[list[Fraction]], unknowns: int) -> list[Fraction] | None:
    """The unique solution of a linear system [coefficients | right-hand side] in rationals; None if not unique."""
    rows = [list(row) for row in rows]
    for column in range(unknowns):
        pivot = next((r for r in range(column, len(rows)) if rows[r][column]), None)
        if pivot is None:
            return None
        rows[column], rows[pivot] = rows[pivot], rows[column]
        head = rows[column] = [x / rows[column][column] for x in rows[column]]
        for r, row in enumerate(rows):
            if r != column and row[column]:
                factor = row[column]
                rows[r] = [x - factor * h for x, h in zip(row, head, strict=True)]
    if any(row[unknowns] for row in rows[unknowns:]):
        return None
    return [rows[column][unknowns] for column in range(unknowns)]
