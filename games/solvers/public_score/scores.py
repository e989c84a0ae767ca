"""Maximal scores of repeated games with public signals: how far equilibrium payoffs reach in a direction.

The score of a profile a in a direction l is the most that l . v can be over v and x(y) with v = g(a) + E[x | a], no
player gaining by a deviation from a, and l . x(y) <= 0 for every signal y.  The maximal score, over all profiles,
bounds the payoffs of perfect public equilibria at every common discount factor; patient players come as near to the set
so bounded as one likes, if it has full dimension.  Source: Fudenberg and Levine (1994).

The programs solved here are the duals, min l . g(a) - sum m gain over multipliers m >= 0 of the deviations and c >= 0
of the signals with sum over player i's deviations of m (p(b) - p(a)) = l_i (p(a) - c).  Divided by the l_i, what they
ask for depends on the signs of l only, so that within an orthant the score of a profile is concave in l.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import final

import numpy as np
import scipy

from games.certificates.signals.maximal_score import Multipliers, score_bound
from games.model.outcome_laws import Outcome, OutcomeLaws
from games.model.stochastic_game import StochasticGame
from games.numerics.arrays import Floats, Ints
from games.solvers.public_score.multipliers import exact_mixture, exact_score

Direction = tuple[Fraction, ...]
Signs = tuple[int, ...]

TOLERANCE = 1e-9
"""Relative to the payoff range: differences of scores below it are rounding."""


@final
@dataclass(frozen=True, eq=False)
class Seen:
    """What the signals say of one profile.

    ``signals``  those that the profile or a single player's deviation makes possible.
    ``own``      Float[signals]: their law, each over its largest likelihood, so that rare signals do no harm.
    ``change``   Float[deviations, signals]: what each deviation adds to it.
    ``gain``     Float[deviations], scaled payoffs; ``who``, ``to`` Int[deviations]: player, and row brought about.
    """

    signals: tuple[Outcome, ...]

    own: Floats
    change: Floats
    gain: Floats
    who: Ints
    to: Ints


@final
@dataclass(frozen=True, eq=False)
class Score:
    """The score of a row in a direction, with what proves that it is no more.

    ``multipliers``  Float[deviations];  ``prices``  Float[signals], of likelihoods over the largest of each signal.
    """

    value: float
    multipliers: Floats
    prices: Floats


@final
@dataclass(frozen=True, eq=False)
class PublicScores:
    """The scores of a one-state game; each is computed when it is asked for, and kept.

    Payoffs are divided by ``scale``, powers of two that bring every player's range near one.  Directions are exact
    rationals, in scaled payoffs.
    """

    game: StochasticGame

    @cached_property
    def scale(self) -> Floats:
        """Float[players]."""
        spread = np.ptp(self.game.payoffs, axis=0)
        return np.asarray(2.0 ** np.round(np.log2(np.where(spread > 0, spread, 1.0))))

    @cached_property
    def payoffs(self) -> Floats:
        """Float[rows, players], scaled."""
        return np.asarray(self.game.payoffs / self.scale)

    @cached_property
    def laws(self) -> OutcomeLaws:
        """The law of what everyone sees."""
        return OutcomeLaws(self.game)

    @cached_property
    def perfect(self) -> bool:
        """Whether everyone sees the profile."""
        return self.game.monitoring is None or not self.game.monitoring.signals[0]

    @cached_property
    def _seen(self) -> dict[int, Seen]:
        return {}

    @cached_property
    def _found(self) -> dict[tuple[int, Direction, Signs | None], Score]:
        return {}

    def seen(self, row: int) -> Seen:
        """What the signals say of a row."""
        if row not in self._seen:
            game = self.game
            who, to = [], []
            for i in range(game.n_players):
                for b in game.deviation_rows(row, i):
                    if b != row:
                        who.append(i)
                        to.append(b)
            laws = [self.laws.exact(b) for b in (row, *to)]
            signals = sorted(set().union(*laws))
            largest = [max(law.get(z, Fraction(0)) for law in laws) for z in signals]
            table = np.array([[float(law.get(z, 0) / most) for z, most in zip(signals, largest, strict=True)]
                              for law in laws])
            players = np.array(who, dtype=np.int64)
            gain = self.payoffs[to, players] - self.payoffs[row, players]
            self._seen[row] = Seen(
                tuple(signals), table[0], table[1:] - table[0], gain, players, np.array(to, dtype=np.int64))
        return self._seen[row]

    @cached_property
    def unsolved(self) -> set[int]:
        """Rows with a score, so far, that is only known to be no more than what was found: signals tell too little."""
        return set()

    @cached_property
    def unenforceable(self) -> dict[int, Multipliers]:
        """Rows that nothing enforces, in any direction, with the exact multipliers that show it.

        A player's mixture of deviations leaves the law of the signals as it is, and gains.
        """
        out: dict[int, Multipliers] = {}
        none = (Fraction(0),) * self.game.n_players
        if self.perfect:
            return out
        for row in range(self.game.n_rows):
            seen = self.seen(row)
            for i in range(self.game.n_players):
                mine = np.flatnonzero(seen.who == i)
                if not len(mine) or seen.gain[mine].max() <= 0:
                    continue
                table = np.vstack([seen.change[mine].T, np.ones(len(mine))])
                right = np.append(np.zeros(len(seen.own)), 1.0)
                found = scipy.optimize.linprog(-seen.gain[mine], A_eq=table, b_eq=right, method="highs-ds")
                if found.x is not None and found.fun is not None and -found.fun > TOLERANCE:
                    given = exact_mixture(
                        self.laws, row, seen.signals, [(i, int(seen.to[d])) for d in mine], np.asarray(found.x))
                    bound = score_bound(self.game, self.laws, row, none, given, enforced=False)
                    if isinstance(bound, Fraction) and bound < 0:
                        out[row] = given
                        break
        return out

    def score(self, row: int, direction: Direction, signs: Signs | None = None) -> Score | None:
        """The score of a row; None if nothing enforces it.

        ``signs``  of an orthant on whose edge the direction lies: the limit of scores from inside it, which is no less
                   than the score of a direction with zeros.
        """
        if row in self.unenforceable:
            return None
        key = row, direction, None if all(direction) else signs
        if key not in self._found:
            solved = self._of_seen_profile if self.perfect else self._solved
            self._found[key] = solved(*key)
        return self._found[key]

    def bound(self, direction: Direction) -> Floats:
        """Float[rows]: payoffs in the direction, which no score exceeds; -inf where nothing enforces a row."""
        out = self.payoffs @ np.array([float(x) for x in direction])
        out[list(self.unenforceable)] = -np.inf
        return np.asarray(out)

    def maximal(self, direction: Direction) -> float:
        """The maximal score of a direction; -inf if no row can be enforced."""
        bound = self.bound(direction)
        best = -np.inf
        for row in np.argsort(-bound, kind="stable").tolist():
            if bound[row] <= best:
                break
            found = self.score(row, direction)
            if found is not None:
                best = max(best, found.value)
        return best

    def _of_seen_profile(self, row: int, direction: Direction, signs: Signs | None) -> Score:
        """Where everyone sees the profile every deviation can be punished for nothing.

        Unless one player alone counts, and counts against: then it has at least its best reply.
        """
        seen = self.seen(row)
        multipliers, prices = np.zeros(len(seen.who)), seen.own
        counting = [i for i, x in enumerate(direction) if x]
        value = float(self.bound(direction)[row])
        if len(counting) == 1 and direction[counting[0]] < 0 and (signs is None or len(direction) == 1):
            mine = np.flatnonzero(seen.who == counting[0])
            if len(mine) and seen.gain[mine].max() > 0:
                best = mine[seen.gain[mine].argmax()]
                multipliers[best] = -float(direction[counting[0]])
                value -= multipliers[best] * float(seen.gain[best])
                prices = seen.own - multipliers @ seen.change / float(direction[counting[0]])
        return Score(value, multipliers, prices)

    def _solved(self, row: int, direction: Direction, signs: Signs | None) -> Score:
        seen = self.seen(row)
        count, signals = seen.change.shape
        weights = np.array([float(x) for x in direction])
        cost = np.concatenate([-seen.gain, np.zeros(signals)])
        if signs is not None:
            # Near the edge a player's deviations cost nothing, but what they change must still be balanced.
            cost[:count][weights[seen.who] == 0] = 0
            weights = np.where(weights == 0, signs, weights)
        start = float(self.bound(direction)[row])
        table = np.zeros((len(weights) * signals, count + signals))
        for i, weight in enumerate(weights):
            block = slice(i * signals, (i + 1) * signals)
            mine = np.flatnonzero(seen.who == i)
            table[block, mine] = seen.change[mine].T
            table[block, count:] = weight * np.eye(signals)
        right = np.kron(weights, seen.own)
        found = scipy.optimize.linprog(cost, A_eq=table, b_eq=right, method="highs-ds")
        if found.fun is None or found.x is None:
            # No multipliers at all always do; the bound is then no better than the payoffs.
            self.unsolved.add(row)
            return Score(start, np.zeros(count), seen.own)
        return Score(start + float(found.fun), np.asarray(found.x[:count]), np.asarray(found.x[count:]))

    def proof(self, row: int, direction: Direction) -> Multipliers:
        """Exact multipliers of payoffs, of a row's score in a direction; none where none were found.

        The direction is one of scaled payoffs, and the multipliers are for ``unscaled(direction)``.
        """
        found, seen = self.score(row, direction), self.seen(row)
        if found is None:
            return ()
        deviations = list(zip(seen.who.tolist(), seen.to.tolist(), strict=True))
        near = found.multipliers / self.scale[seen.who]
        return exact_score(self.laws, row, seen.signals, deviations, self.unscaled(direction), near, found.prices)

    # -- directions ----------------------------------------------------------------------------------------------------

    def scaled(self, direction: tuple[Fraction, ...]) -> Direction:
        """A direction of payoffs as one of scaled payoffs, of largest entry one in size."""
        return _normal([x * Fraction(s) for x, s in zip(direction, self.scale.tolist(), strict=True)])

    def unscaled(self, direction: Direction) -> Direction:
        """A direction of scaled payoffs as the same of payoffs; payoffs in it are scaled payoffs in the first."""
        return tuple(x / Fraction(s) for x, s in zip(direction, self.scale.tolist(), strict=True))


def _normal(direction: list[Fraction]) -> Direction:
    largest = max(abs(x) for x in direction)
    return tuple(x / largest for x in direction)
