"""Polygons around the payoffs of perfect public equilibria, cut down by proved steps, for two players.

V(s) is the set of all payoffs of perfect public equilibria from state s on, P(s) of those whose play keeps to a plan
after every outcome of positive probability.  Of each a level b_k is kept per direction l_k: no payoff w of the set has
l_k.w > b_k.  At first these are the levels of the box of stage payoffs, in which average discounted payoffs lie
whatever the discount factors are.

A row a is enforced by continuations w(o), in V or P of the next state, from which no player i gains by a deviation b:

    (1 - d_i)(g_i(a) - g_i(b)) + d_i sum_o (P(o|a) - P(o|b)) w_i(o) >= 0.

For any multipliers m_r >= 0 of such inequalities r = (i, b) the row therefore brings at most

    l.v <= sum_i l_i (1 - d_i) g_i(a) + sum_r m_r (1 - d_i)(g_i(a) - g_i(b)) + sum_o h_o(c(o)),
    c_i(o) = d_i (l_i P(o|a) + sum_{r of i} m_r (P(o|a) - P(o|b))),

where h_o(c) is the most that c.w can be in the set that follows o: with c = x l_k + y l_{k+1} between two neighbouring
directions, x b_k + y b_{k+1}.  With l = 0 the same number, if negative, shows that nothing enforces the row.

A set is empty if none of its state's rows is left, or if levels contradict one another.
A level h of the set itself may stand on the right: if every row has h <= f + t h with t < 1, then h <= f / (1 - t).
Nothing else is taken on its own word: levels are computed here from those before, so that mere self-consistency cannot
be claimed.  A state from which any row may lead to a state without equilibrium has none itself, since play must be in
equilibrium after every public history.

Source: Abreu, Pearce and Stacchetti (1990); Judd, Yeltekin and Conklin (2003) for outer polygons; weak duality.
"""

from __future__ import annotations

from bisect import bisect_right
from fractions import Fraction
from functools import cached_property
from math import atan2, lcm, tau
from typing import Any, Literal, final

import numpy as np
from flint import fmpq
from numpy.typing import NDArray

from games.certificates.signals.weights import OutcomeWeights
from games.certificates.transfers.worth import rational

Family = Literal["all", "path"]
"""All equilibrium payoffs of a state, or those of equilibria whose play keeps to the plan."""

FAMILIES: tuple[Family, ...] = ("all", "path")

Vector = tuple[int, int]
Multipliers = tuple[tuple[int, int, Fraction], ...]
"""(player, row that its deviation brings about, number >= 0) triples."""

Level = tuple[Family, int, int]
"""The level of one direction, by number, of the set of one state."""

PLACES = 60
"""Levels are rounded up to so many binary places of a power of two that no level of the first box exceeds."""


@final
class Fan:
    """Directions once around the circle, and the two neighbours of any vector.

    Raises ``ValueError`` in words if the directions do not go around once, each less than half a turn from the next.
    """

    def __init__(self, directions: tuple[Vector, ...]) -> None:
        self.directions = directions
        self.after = (*directions[1:], *directions[:1])
        self.turn = [cross(a, b) for a, b in zip(directions, self.after, strict=True)]
        for k, turn in enumerate(self.turn):
            if turn <= 0:
                raise ValueError(f"direction {k} is not followed, counter-clockwise within half a turn, by the next")
        starts = [k for k, (a, b) in enumerate(zip(directions, self.after, strict=True)) if _below(a) and not _below(b)]
        if len(starts) != 1:
            raise ValueError("the directions go around more than once, or there are none")
        self.first = (starts[0] + 1) % len(directions)
        self.angles = [_angle(*directions[(self.first + k) % len(directions)]) for k in range(len(directions))]

    def cone(self, x: int, y: int) -> int:
        """The direction that (x, y), not zero, lies on or follows counter-clockwise: guessed, then verified."""
        count, directions, after = len(self.directions), self.directions, self.after
        guess = self.first + bisect_right(self.angles, _angle(x, y)) - 1
        for step in range(count + 1):
            for k in ((guess + step) % count, (guess - step) % count):
                (a, b), (c, d) = directions[k], after[k]
                if a * y >= b * x and x * d >= y * c:
                    return k
        raise AssertionError("directions that go around leave no vector between none of them")


def cross(a: Vector, b: Vector) -> int:
    """Positive if ``b`` lies counter-clockwise of ``a`` within half a turn."""
    return a[0] * b[1] - a[1] * b[0]


def _below(v: Vector) -> bool:
    return v[1] < 0 or (v[1] == 0 and v[0] < 0)


def _angle(x: int, y: int) -> float:
    """Counter-clockwise from the first axis, in [0, tau), about."""
    excess = max(x.bit_length(), y.bit_length()) - 900
    return atan2(y >> excess, x >> excess) % tau if excess > 0 else atan2(y, x) % tau


@final
class PublicLevels:
    """Levels, rows and states that the cuts so far have left.

    ``alive``  per family, Bool[rows]: rows that may still be played; ``empty`` per family, Bool[states].
    """

    def __init__(self, weights: OutcomeWeights, fan: Fan, allowed: NDArray[np.bool_]) -> None:
        self.weights, self.game, self.fan = weights, weights.game, fan
        self.factor = [rational(d) for d in weights.exact.discount]
        self.alive: dict[Family, NDArray[np.bool_]] = {
            "all": np.ones(self.game.n_rows, dtype=bool), "path": allowed.copy()}
        self.empty: dict[Family, NDArray[np.bool_]] = {
            "all": np.zeros(self.game.n_states, dtype=bool), "path": np.zeros(self.game.n_states, dtype=bool)}
        self.reached = frozenset(weights.reached)
        self._start()
        self._bounds: dict[tuple[Family, int, int], _Bound] = {}
        self._given: dict[tuple[Family, int, int], Multipliers] = {}

    def _start(self) -> None:
        t = self.weights.exact.tables
        rows = [row for s in self.reached for row in self.game.rows_of(s)]
        low, high = ([pick(t.payoff[row, i] for row in rows) for i in (0, 1)] for pick in (min, max))
        box = [sum(max(x * low[i], x * high[i]) for i, x in enumerate(v)) for v in self.fan.directions]
        scale = 0
        while Fraction(2) ** scale * t.payoff_unit < max(map(abs, box)):
            scale += 1
        self.unit = fmpq(2) ** (scale - PLACES)
        self.level: dict[Level, Any] = {}
        for k, top in enumerate(box):
            level = self._rounded(fmpq(top, t.payoff_unit))
            for s in self.reached:
                self.level["all", s, k] = self.level["path", s, k] = level

    def _rounded(self, x: Any) -> Any:
        steps = x / self.unit
        return self.unit * -(-int(steps.p) // int(steps.q))

    # -- cuts ----------------------------------------------------------------------------------------------------

    def misused(self, row: int, given: Multipliers) -> str:
        """Why these are no multipliers for a row; nothing if they are."""
        for i, b, m in given:
            if not 0 <= i < 2 or b == row or b not in self.game.deviation_rows(row, i):
                return f"player {i} cannot bring about row {b} alone"
            if m < 0:
                return f"multiplier {m} is negative"
        return ""

    def never(self, family: Family, row: int, given: Multipliers) -> bool:
        """Give up a row if the multipliers show that nothing that may follow enforces it."""
        if self.alive[family][row]:
            if self._value(_Bound(self, family, row, (0, 0), given)) >= 0:
                return False
            self._drop(family, row)
        return True

    def give(self, family: Family, direction: int, row: int, given: Multipliers) -> None:
        """Multipliers of a row in a direction, to be used from now on."""
        self._given[family, direction, row] = given
        self._bounds.pop((family, direction, row), None)
        if family == "all" and ("path", direction, row) not in self._given:
            self._bounds.pop(("path", direction, row), None)

    def cut(self, family: Family, state: int, direction: int) -> int | None:
        """Lower a level to what the rows left may bring; a row of which nothing is known, or None."""
        best: Any = None
        own = family, state, direction
        for row in self.game.rows_of(state):
            if self.alive[family][row]:
                bound = self._bound(family, direction, row)
                if bound is None:
                    return row
                brings, share = self._value(bound), bound.coefficient.get(own, fmpq(0))
                if share < 1:
                    brings = min(brings, (brings - share * self.level[own]) / (1 - share))
                best = brings if best is None else max(best, brings)
        if best is not None:
            self._lower(own, self._rounded(best))
        return None

    def _lower(self, which: Level, level: Any) -> None:
        family, state, direction = which
        back, after, x, y = self._opposite[direction]
        for each in FAMILIES if family == "all" else (family,):
            here = self.level[each, state, direction] = min(self.level[each, state, direction], level)
            # From both sides no room is left: l.w <= here, and -l.w <= less than -here.
            if here + x * self.level[each, state, back] + y * self.level[each, state, after] < 0:
                for row in self.game.rows_of(state):
                    self._drop(each, row)

    @cached_property
    def _opposite(self) -> list[tuple[int, int, Any, Any]]:
        """Per direction l the neighbours of -l, and -l as their weighted sum."""
        out = []
        for x, y in self.fan.directions:
            k = self.fan.cone(-x, -y)
            after, turn = (k + 1) % len(self.fan.directions), self.fan.turn[k]
            (a, b), (c, d) = self.fan.directions[k], self.fan.after[k]
            out.append((k, after, fmpq(y * c - x * d, turn), fmpq(b * x - a * y, turn)))
        return out

    def _bound(self, family: Family, direction: int, row: int) -> _Bound | None:
        key = family, direction, row
        if key not in self._bounds:
            given = self._given.get(key)
            if given is None and family == "path":
                given = self._given.get(("all", direction, row))
            if given is None:
                return None
            self._bounds[key] = _Bound(self, family, row, self.fan.directions[direction], given)
        return self._bounds[key]

    def _value(self, bound: _Bound) -> Any:
        return bound.constant + sum((x * self.level[which] for which, x in bound.coefficient.items()), fmpq(0))

    # -- rows and states that are lost ---------------------------------------------------------------------------

    def _drop(self, family: Family, row: int) -> None:
        """Give up a row, states without a row, and whatever leads there: any row for play, the row for a path."""
        self.alive[family][row] = False
        self.alive["path"][row] = False
        waiting = [int(self.game.row_state[row])]
        while waiting:
            state = waiting.pop()
            rows = self.game.rows_of(state)
            for which in FAMILIES:
                if self.empty[which][state] or self.alive[which][rows].any():
                    continue
                self.empty[which][state] = True
                for before in self._before[state]:
                    lost = self.game.rows_of(int(self.game.row_state[before])) if which == "all" else [before]
                    if self.alive[which][lost].any():
                        self.alive[which][lost] = False
                        self.alive["path"][lost] = False
                        waiting.append(int(self.game.row_state[before]))

    @cached_property
    def _before(self) -> dict[int, list[int]]:
        """Rows that may lead to each state."""
        out: dict[int, list[int]] = {s: [] for s in self.reached}
        for s in self.reached:
            for row in self.game.rows_of(s):
                for after in {z[1] for z in self.weights.law(row)[0]}:
                    out[after].append(row)
        return out


@final
class _Bound:
    """What multipliers make of a row: a constant, and how often every level is counted."""

    def __init__(
        self, levels: PublicLevels, family: Family, row: int, direction: Vector, given: Multipliers
    ) -> None:
        weights, t = levels.weights, levels.weights.exact.tables
        own, own_below = weights.law(row)
        parts = [(i, b, m, *weights.difference(row, b)) for i, b, m in given if m]
        unit = lcm(*(m.denominator for _, _, m, _, _ in parts))
        total = lcm(own_below, *(below for *_, below in parts))
        # The vectors c(o), first without discounting, over unit * total.
        vectors = tuple(
            {z: x * p * (unit * (total // own_below)) for z, p in own.items()} if x else {} for x in direction)
        now = sum((x * (1 - d) * fmpq(t.payoff[row, i], t.payoff_unit)
                   for i, (x, d) in enumerate(zip(direction, levels.factor, strict=True))), fmpq(0))
        for i, b, m, difference, below in parts:
            factor = m.numerator * (unit // m.denominator)
            scaled, vector = factor * (total // below), vectors[i]
            for z, p in difference.items():
                vector[z] = vector.get(z, 0) + scaled * p
            kept = fmpq(t.payoff[row, i] - t.payoff[b, i], t.payoff_unit)
            now += rational(m) * (1 - levels.factor[i]) * kept
        self.constant = now
        shared = lcm(*(int(d.q) for d in levels.factor))
        first, second = (int(d.p) * (shared // int(d.q)) for d in levels.factor)
        sums: dict[tuple[Family, int, int], list[int]] = {}
        for z in vectors[0].keys() | vectors[1].keys():
            x, y = first * vectors[0].get(z, 0), second * vectors[1].get(z, 0)
            if x or y:
                follows: Family = family if z in own else "all"
                place = sums.setdefault((follows, z[1], levels.fan.cone(x, y)), [0, 0])
                place[0] += x
                place[1] += y
        self.coefficient: dict[Level, Any] = {}
        fan, below = levels.fan, unit * total * shared
        for (follows, state, k), (x, y) in sums.items():
            (a, b), (c, d) = fan.directions[k], fan.after[k]
            under = fan.turn[k] * below
            for which, amount in ((k, x * d - y * c), ((k + 1) % len(fan.turn), a * y - b * x)):
                if amount:
                    key = follows, state, which
                    self.coefficient[key] = self.coefficient.get(key, fmpq(0)) + fmpq(amount, under)
