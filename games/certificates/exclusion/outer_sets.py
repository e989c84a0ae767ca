"""Outer bounds on equilibrium payoffs, tightened by proved steps: the machine that checks exclusion certificates.

What is kept: a level b(s) per direction (every equilibrium payoff u of state s has direction . u <= b(s)), which rows
may still be played in equilibrium, and which states have no equilibrium at all.  Axis directions come first: e_i
bounds player i from above, -e_i from below (the *threat*, the worst that equilibrium can do to i).

Why a level may be lowered to b' on the word of b' itself: write beta for the true level.  Then beta <= T beta for
the map T of the step, T is a monotone contraction, and b' >= T b' (or the old level where that is lower), so
b' >= fixed point >= beta.  Only the coefficient of the direction's own new level may stand on the right, and only
if it is below 1; other directions enter by their old levels, since B(O) inside O proves nothing in general.

Source: Abreu, Pearce and Stacchetti (1990); Judd, Yeltekin and Conklin (2003) for outer approximation by directions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import final

import numpy as np
from numpy.typing import NDArray

from games.certificates.exact_game import ExactGame
from games.certificates.exclusion.enforcement import Multipliers, misused, most_slack
from games.certificates.faults import shown
from games.model.outcome_laws import OutcomeLaws
from games.numerics.arrays import Ints
from games.numerics.exact import Integers, divide_down, divide_up, quotient

Direction = tuple[Fraction, ...]
EVERY = slice(None)


def axis_directions(players: int) -> list[Direction]:
    """e_1 ... e_n, then -e_1 ... -e_n: the directions that every exclusion begins with."""
    unit = [tuple(Fraction(int(i == j)) for j in range(players)) for i in range(players)]
    return [*unit, *(tuple(-x for x in e) for e in unit)]


@final
@dataclass(frozen=True)
class Bound:
    """A linear-programming bound for some rows, by its dual multipliers.

    ``multipliers``  direction number -> weight (at least 0) on its level at the next states;
    ``cuts``         player -> weight (at least 0) on the incentive line "continuation of i is at least h_i".
    ``rows``         the rows it is meant for.
    """

    multipliers: Mapping[int, Fraction]
    cuts: Mapping[int, Fraction]
    rows: tuple[int, ...]


@final
class OuterSets:
    """Levels, threats, rows and states while the steps of an exclusion are checked.

    Methods return the place and the problem when a step does not hold, None when it does.
    """

    def __init__(self, exact: ExactGame, directions: list[Direction], grid: int) -> None:
        self.exact, self.game = exact, exact.game
        self.directions, self.grid = directions, grid
        self.law = exact.tables.law_of_row
        self.alive = np.ones(self.game.n_rows, dtype=bool)
        self.empty = np.zeros(self.game.n_states, dtype=bool)
        self.on_path = False
        self.level: list[Integers] = []
        for direction in directions:
            self.level.append(np.full(self.game.n_states, self._box(direction), dtype=object))
        self.threatened = self.level
        self._payoff: dict[int, Integers] = {}
        self._expected: dict[int, Integers] = {}
        self._best: dict[int, Integers] = {}
        self._groups = [self._group(i) for i in range(self.game.n_players)]

    def _box(self, direction: Direction) -> int:
        payoff, unit = self.exact.tables.payoff, self.exact.tables.payoff_unit
        top = Fraction(0)
        for i, x in enumerate(direction):
            top += max(x * int(payoff[:, i].max()), x * int(payoff[:, i].min())) / unit
        return int(divide_up(top.numerator * self.grid, top.denominator))

    def _group(self, player: int) -> tuple[Ints, Ints, Ints]:
        """Rows that differ in the player's action only: an order, the groups' starts in it, each row's group."""
        game = self.game
        base = np.arange(game.n_rows) - game.own_action[:, player] * game.stride[game.row_state, player]
        _, group = np.unique(base, return_inverse=True)
        order = np.argsort(group, kind="stable")
        return order, np.searchsorted(group[order], np.arange(group.max() + 1)), group

    # -- parts of a bound ----------------------------------------------------------------------------------------

    def period(self, direction: int) -> Integers:
        """Integers[rows]: sum_i (1 - delta_i) lambda_i g_i, rounded up."""
        if direction not in self._payoff:
            weights = [(1 - d) * x for d, x in zip(self.exact.discount, self.directions[direction], strict=True)]
            self._payoff[direction] = self.exact.scaled_payoff(weights, self.grid, up=True)
        return self._payoff[direction]

    def ahead(self, direction: int) -> Integers:
        """Integers[laws]: expected level at the next state, rounded up."""
        if direction not in self._expected:
            self._expected[direction] = self.exact.expected(self.level[direction], up=True)
        return self._expected[direction]

    def own_share(self, direction: int) -> tuple[Fraction, dict[int, Fraction]]:
        """The default bound: lambda * delta as a multiple (below 1) of lambda itself plus axis directions."""
        vector, discount = self.directions[direction], self.exact.discount
        own = min((d for d, x in zip(discount, vector, strict=True) if x), default=Fraction(0))
        rest = {}
        for i, (d, x) in enumerate(zip(discount, vector, strict=True)):
            if x and d != own:
                rest[i if x > 0 else len(discount) + i] = (d - own) * abs(x)
        return own, rest

    def default_bound(self, direction: int, level: Integers, rows: Ints | slice = EVERY) -> Integers:
        """Integers[rows]: the row's bound by recursion on the given level of the direction itself."""
        own, rest = self.own_share(direction)
        by_law = _times(own, self.exact.expected(level, up=True), up=True)
        for k, weight in rest.items():
            by_law = by_law + _times(weight, self.ahead(k), up=True)
        return self.period(direction)[rows] + by_law[self.law[rows]]

    def best_alternative(self, player: int, level: Integers | None = None) -> Integers:
        """Integers[rows]: the most the player can surely have by any own action, rounded down.

        ``level`` is that of -e_player; None takes the threats in force (frozen once the path is looked at).
        """
        if level is None and player in self._best:
            return self._best[player]
        threat = self.game.n_players + player
        bound = self.default_bound(threat, self.level[threat] if level is None else level)
        order, first, group = self._groups[player]
        best: Integers = -np.minimum.reduceat(bound[order], first)[group]
        if level is None:
            self._best[player] = best
        return best

    def incentive(self, player: int, rows: Ints | slice = EVERY) -> Integers:
        """Integers[rows]: eta_i, rounded down: complying needs delta_i * continuation_i >= eta_i."""
        return self.best_alternative(player)[rows] - self.period(player)[rows]

    def _identity_fault(self, bound: Bound, goal: list[Fraction], place: str) -> tuple[str, str] | None:
        total = [Fraction(0)] * self.game.n_players
        for k, weight in bound.multipliers.items():
            if not 0 <= k < len(self.directions) or weight < 0:
                return f"{place}.multipliers", f"direction {k} with weight {weight} is not possible"
            total = [t + weight * x for t, x in zip(total, self.directions[k], strict=True)]
        for j, weight in bound.cuts.items():
            if not 0 <= j < self.game.n_players or weight < 0 or (weight > 0 and self.exact.discount[j] == 0):
                return f"{place}.cuts", f"player {j} with weight {weight} is not possible"
            total[j] -= weight
        if total != goal:
            return place, f"the multipliers give {[shown(x) for x in total]}, not {[shown(x) for x in goal]}"
        bad = [r for r in bound.rows if not 0 <= r < self.game.n_rows]
        return (f"{place}.rows", f"row {bad[0]} does not exist") if bad else None

    def _cut_terms(self, bound: Bound, rows: Ints, skip: int | None) -> Integers:
        """Integers[rows]: sum of multipliers times old levels ahead, minus cuts times incentive lines, rounded up."""
        total: Integers = np.zeros(len(rows), dtype=object)
        for k, weight in bound.multipliers.items():
            if k != skip:
                total = total + _times(weight, self.ahead(k), up=True)[self.law[rows]]
        for j, weight in bound.cuts.items():
            if weight:
                total = total - _times(weight / self.exact.discount[j], self.incentive(j, rows), up=False)
        return total

    # -- steps ---------------------------------------------------------------------------------------------------

    def lower(
        self, direction: int, level: Integers, options: tuple[Bound, ...], place: str
    ) -> tuple[str, str] | None:
        """Lower the level of one direction in all states at once to ``level`` (Integers[states])."""
        vector, players = self.directions[direction], self.game.n_players
        old = self.level[direction]
        level = np.minimum(level, old)
        alive = np.flatnonzero(self.alive)
        if players <= direction < 2 * players:
            # A deviator's best is no less than what the row itself brings, so that this is the lower bound of the two.
            bound = -self.best_alternative(direction - players, None if self.on_path else level)[alive]
            if self.on_path:
                bound = np.minimum(bound, self.default_bound(direction, level, alive))
        else:
            bound = self.default_bound(direction, level, alive)
        goal = [d * x for d, x in zip(self.exact.discount, vector, strict=True)]
        fresh: Integers | None = None
        for k, option in enumerate(options):
            here = f"{place}.options[{k}]"
            if fault := self._identity_fault(option, goal, here):
                return fault
            rows = np.array(option.rows, dtype=np.int64)
            rows = rows[self.alive[rows]]
            own = option.multipliers.get(direction, Fraction(0))
            total = self.period(direction)[rows]
            if 0 < own < 1:
                fresh = self.exact.expected(level, up=True) if fresh is None else fresh
                total = total + _times(own, fresh, up=True)[self.law[rows]]
            total = total + self._cut_terms(option, rows, direction if own < 1 else None)
            at = np.searchsorted(alive, rows)
            bound[at] = np.minimum(bound[at], total)
        state = self.game.row_state[alive]
        kept = level == old
        bad = np.flatnonzero((bound > level[state]).astype(bool) & ~kept.astype(bool)[state])
        if len(bad):
            row, s = int(alive[bad[0]]), int(state[bad[0]])
            claimed, brings = (quotient(int(x), self.grid) for x in (level[s], bound[bad[0]]))
            return (f"{place}.levels[{s}] ({self.game.place(row)})",
                    f"{claimed:.12g} is below what this profile may still bring, {brings:.12g}")
        self.level[direction] = level
        self._expected.pop(direction, None)
        if not self.on_path and players <= direction < 2 * players:
            self._best.pop(direction - players, None)
        return None

    def drop(self, directions: tuple[int, ...], farkas: tuple[Bound, ...], place: str) -> tuple[str, str] | None:
        """Kill the rows whose incentive lines lie beyond a level ahead, or whose continuation set is empty."""
        discount = self.exact.discount
        for i, d in enumerate(discount):
            if d == 0:
                alive = np.flatnonzero(self.alive)
                self.alive[alive] = ~(self.incentive(i, alive) > 0).astype(bool)
        for k in directions:
            if not 0 <= k < len(self.directions) or min(self.directions[k]) < 0 or max(self.directions[k]) == 0:
                return f"{place}.directions", f"direction {k} does not point towards more for everybody"
            vector = self.directions[k]
            if any(x and not d for x, d in zip(vector, discount, strict=True)):
                continue
            alive = np.flatnonzero(self.alive)
            need: Integers = np.zeros(len(alive), dtype=object)
            for i, x in enumerate(vector):
                if x:
                    need = need + _times(x / discount[i], self.incentive(i, alive), up=False)
            self.alive[alive] = ~(need > self.ahead(k)[self.law[alive]]).astype(bool)
        for k, bound in enumerate(farkas):
            here = f"{place}.farkas[{k}]"
            if fault := self._identity_fault(bound, [Fraction(0)] * self.game.n_players, here):
                return fault
            rows = np.array(bound.rows, dtype=np.int64)
            bad = np.flatnonzero(self._cut_terms(bound, rows, None) >= 0)
            if len(bad):
                return f"{here}.rows[{int(bad[0])}]", "the continuation set is not shown to be empty"
            self.alive[rows] = False
        for i in range(self.game.n_players):
            self.empty |= (self.level[i] + self.level[self.game.n_players + i] < 0).astype(bool)
        self.spread()
        return None

    def drop_unenforceable(
        self, laws: OutcomeLaws, rows: tuple[tuple[int, Multipliers], ...], place: str
    ) -> tuple[str, str] | None:
        """Kill rows whose deviations gain more than any continuation after signals, within the levels, can make good.

        ``laws``  of the game with signals.
        """
        for k, (row, given) in enumerate(rows):
            here = f"{place}.rows[{k}]"
            if not 0 <= row < self.game.n_rows:
                return here, f"row {row} does not exist"
            if problem := misused(self.game, row, given):
                return here, f"{self.game.place(row)}: {problem}"
            if most_slack(self.exact, laws, row, given, (self.level, self.threatened), self.grid) >= 0:
                return here, f"{self.game.place(row)}: these multipliers leave room for it"
            self.alive[row] = False
        self.spread()
        return None

    def look_at_path(self, allowed: NDArray[np.bool_]) -> None:
        """From here on: the threats stay as they are, and only the plan's rows are played."""
        for i in range(self.game.n_players):
            self.best_alternative(i)
        self.on_path, self.threatened = True, list(self.level)
        self.alive &= allowed
        self.spread()

    def spread(self) -> None:
        """Empty states make others empty: any row that may reach one, or on the path every row that does."""
        game = self.game
        state, successor = self.exact.successors
        while True:
            if self.on_path:
                self.alive &= ~self.exact.may_reach(self.empty)
            else:
                reach = -1
                while reach != (reach := int(self.empty.sum())):
                    self.empty[state[self.empty[successor]]] = True
            self.alive &= ~self.empty[game.row_state]
            now = ~np.logical_or.reduceat(self.alive, game.row_start[:-1])
            if np.array_equal(now, self.empty):
                return
            self.empty |= now

    def excludes(self, state: int, payoff: tuple[Fraction, ...]) -> bool:
        """Whether the payoff vector lies beyond some level at the state, or the state is empty."""
        if self.empty[state]:
            return True
        for vector, level in zip(self.directions, self.level, strict=True):
            if sum((x * u for x, u in zip(vector, payoff, strict=True)), Fraction(0)) * self.grid > level[state]:
                return True
        return False


def _times(weight: Fraction, values: Integers, up: bool) -> Integers:
    """``weight`` times integers, rounded up or down."""
    number = values * weight.numerator
    return (divide_up if up else divide_down)(number, weight.denominator)  # type: ignore[no-any-return]


