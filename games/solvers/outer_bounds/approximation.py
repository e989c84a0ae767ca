"""Outer bounds on equilibrium payoffs in floating point: levels per direction and state, rows that are left.

The fast twin of the exact checker's outer sets.  All rows at once, expectations once per distinct law, and fixed
points by policy iteration with sparse factorisation, so that a clock of many years costs no more sweeps than a
repeated game.
"""

from __future__ import annotations

from collections import OrderedDict
from copy import copy
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array, csr_array
from scipy.sparse.linalg import splu

from games.certificates.automata.chain import spans
from games.certificates.exact_game import ExactGame
from games.certificates.exclusion.outer_sets import Direction
from games.model.stochastic_game import GameError, StochasticGame
from games.numerics.arrays import Floats, Ints

NEWTON_STEPS = 60
BRACKET = -2


def refuse_others(game: StochasticGame) -> None:
    """Raise ``GameError`` unless everyone sees what is played and nobody can pay anybody."""
    if game.monitoring is not None or game.transfers != "none":
        raise GameError("refutation: perfect monitoring without transfers is needed; use the solver for this game")


@final
@dataclass(frozen=True, eq=False)
class _Structure:
    """What games share that differ in payoffs and discount factors only."""

    law_of_row: Ints
    law_start: Ints
    law: csr_array
    groups: list[tuple[Ints, Ints, Ints]]
    successors: tuple[Ints, Ints]


_recent: OrderedDict[int, _Structure] = OrderedDict()


def _structure(game: StochasticGame) -> _Structure:
    exact = ExactGame.of(game)
    t = exact.tables
    if id(t.law_of_row) not in _recent:
        total = np.repeat(np.arange(exact.n_laws), np.diff(t.law_start))
        data = np.array([w / b for w, b in zip(t.law_weight, t.law_total[total], strict=True)])
        law = csr_array((data, t.law_state, t.law_start), shape=(exact.n_laws, game.n_states))
        groups = []
        for i in range(game.n_players):
            base = np.arange(game.n_rows) - game.own_action[:, i] * game.stride[game.row_state, i]
            _, group = np.unique(base, return_inverse=True)
            order = np.argsort(group, kind="stable")
            groups.append((order, np.searchsorted(group[order], np.arange(group.max() + 1)), group))
        _recent[id(t.law_of_row)] = _Structure(t.law_of_row, t.law_start, law, groups, exact.successors)
        while len(_recent) > 4:
            _recent.popitem(last=False)
    _recent.move_to_end(id(t.law_of_row))
    return _recent[id(t.law_of_row)]


@final
class OuterApproximation:
    """Levels of a growing list of directions, rows that may still be played, states without equilibrium.

    ``directions``  rational vectors, e_i and -e_i first; ``vectors`` the same as Float[directions, players].
    ``level``       Float[directions, states]; ``alive`` Bool[rows]; ``empty`` Bool[states].
    ``warm``        per direction a start for the fixed point, or None.
    """

    def __init__(self, game: StochasticGame, directions: list[Direction]) -> None:
        self.game, self.n, self.parts = game, game.n_players, _structure(game)
        self.delta = game.discount
        self.law_of_row = self.parts.law_of_row
        self.alive = np.ones(game.n_rows, dtype=bool)
        self.empty = np.zeros(game.n_states, dtype=bool)
        self.on_path = False
        self.directions: list[Direction] = []
        self.level = np.empty((0, game.n_states))
        self.ahead = np.empty((0, self.parts.law.shape[0]))
        self.warm: dict[int, Floats] = {}
        self._best: dict[int, Floats] = {}
        self._payoff: dict[int, Floats] = {}
        self.add_directions(directions)

    def copy(self) -> OuterApproximation:
        """An independent copy (arrays are replaced, never written into, except these)."""
        out = copy(self)
        out.alive, out.empty = self.alive.copy(), self.empty.copy()
        out.level, out.ahead = self.level.copy(), self.ahead.copy()
        out.directions, out.warm = list(self.directions), dict(self.warm)
        out._best, out._payoff = dict(self._best), dict(self._payoff)
        return out

    def add_directions(self, directions: list[Direction]) -> None:
        """Bound further directions, beginning with the box of the stage payoffs."""
        if not directions:
            return
        self.directions = [*self.directions, *directions]
        self.vectors = np.array([[float(x) for x in d] for d in self.directions])
        g = self.game.payoffs
        new = self.vectors[len(self.level):]
        box = np.maximum(new * g.max(axis=0), new * g.min(axis=0)).sum(axis=1)
        level = np.repeat(box[:, None], self.game.n_states, axis=1)
        self.level = np.concatenate([self.level, level])
        self.ahead = np.concatenate([self.ahead, np.repeat(box[:, None], self.ahead.shape[1], axis=1)])
        self._weights()

    def _weights(self) -> None:
        """How direction k is bounded by direction l and the cuts: alpha * lambda_l - nu = lambda_k * delta.

        The bound is linear in alpha, so that one of the two ends of its range is best: ``least``, where direction l is
        asked for no more than is needed, or ``most``, where it stands for as many cuts as it can.  NaN where there is
        no such end, or the two are the same.
        """
        goal = (self.vectors * self.delta)[:, None, :]
        other = self.vectors[None, :, :]
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = goal / other
        low = np.where(other > 0, ratio, -np.inf).max(axis=2).clip(min=0.0)
        high = np.where(other < 0, ratio, np.inf).min(axis=2)
        flat = np.where(other == 0, goal <= 0, True).all(axis=2)
        # Equality of the two ends is usual, so the lower end is taken when it exceeds the upper by rounding only.
        usable = flat & (low <= high * (1 + 1e-12) + 1e-15)
        apart = usable & np.isfinite(high) & (high > low * (1 + 1e-9) + 1e-12)
        self.alpha = np.stack([np.where(usable, low, np.nan), np.where(apart, high, np.nan)], axis=2)
        nu = self.alpha[..., None] * other[:, :, None] - goal[:, :, None]
        self.nu = np.where(np.abs(nu) < 1e-12 * (1 + np.abs(goal[:, :, None])), 0.0, nu).clip(min=0.0)
        dead = (self.nu > 0) & (self.delta == 0)
        self.alpha[dead.any(axis=3)] = np.nan
        self.bracket = {k: b for k in range(len(self.directions)) if (b := self._bracket(k))}

    def _bracket(self, k: int) -> dict[int, Fraction]:
        """For two players of unequal patience: lambda * delta as a mix of the two directions nearest to it."""
        if self.n != 2 or self.game.common_discount:
            return {}
        gx, gy = (self.game.exact_discount(i) * x for i, x in enumerate(self.directions[k]))
        ahead = np.arctan2(self.vectors[:, 1], self.vectors[:, 0]) - np.arctan2(float(gy), float(gx))
        turn = np.mod(ahead, 2 * np.pi)
        left, right = int(turn.argmin()), int(np.where(turn == 0, -1, turn).argmax())
        (ax, ay), (bx, by) = self.directions[left], self.directions[right]
        area = ax * by - ay * bx
        if area == 0:
            return {}
        a, b = (gx * by - gy * bx) / area, (ax * gy - ay * gx) / area
        return {d: w for d, w in ((left, a), (right, b)) if w} if min(a, b) >= 0 else {}

    def exact_option(self, k: int, option: int) -> tuple[dict[int, Fraction], dict[int, Fraction]]:
        """The multipliers of ``fixed_point``'s option exactly: (direction -> weight, player -> cut)."""
        if option == BRACKET:
            return self.bracket[k], {}
        other, end = divmod(option, 2)
        delta = [self.game.exact_discount(i) for i in range(self.n)]
        goal = [d * x for d, x in zip(delta, self.directions[k], strict=True)]
        vector = self.directions[other]
        if end == 0:
            alpha = max([Fraction(0), *(g / x for g, x in zip(goal, vector, strict=True) if x > 0)])
        else:
            alpha = min(g / x for g, x in zip(goal, vector, strict=True) if x < 0)
        cuts = {j: alpha * x - g for j, (x, g) in enumerate(zip(vector, goal, strict=True)) if alpha * x != g}
        return ({other: alpha} if alpha else {}), cuts

    def own_share(self, k: int) -> tuple[float, dict[int, float]]:
        """As the exact checker's: lambda * delta = share * lambda + axis directions."""
        vector = self.vectors[k]
        own = float(self.delta[vector != 0].min())
        rest = {i if x > 0 else self.n + i: (float(d) - own) * abs(x)
                for i, (d, x) in enumerate(zip(self.delta, vector.tolist(), strict=True)) if x and d != own}
        return own, rest

    def period(self, k: int) -> Floats:
        """Float[rows]: sum_i (1 - delta_i) lambda_i g_i."""
        if k not in self._payoff:
            self._payoff[k] = self.game.payoffs @ ((1 - self.delta) * self.vectors[k])
        return self._payoff[k]

    def default_bound(self, k: int, level: Floats) -> Floats:
        """Float[rows]: bound by recursion on the given level of the direction itself."""
        own, rest = self.own_share(k)
        by_law = own * (self.parts.law @ level)
        for j, weight in rest.items():
            by_law = by_law + weight * self.ahead[j]
        return self.period(k) + by_law[self.law_of_row]

    def best_alternative(self, player: int, level: Floats | None = None) -> Floats:
        """Float[rows]: the most the player can have by any own action, threats being -``level`` or those in force."""
        if level is None and player in self._best:
            return self._best[player]
        k = self.n + player
        bound = self.default_bound(k, self.level[k] if level is None else level)
        order, first, group = self.parts.groups[player]
        best: Floats = -np.minimum.reduceat(bound[order], first)[group]
        if level is None:
            self._best[player] = best
        return best

    def set_level(self, k: int, level: Floats) -> None:
        """Take over a new level."""
        self.level[k] = level
        self.ahead[k] = self.parts.law @ level
        if not self.on_path and self.n <= k < 2 * self.n:
            self._best.pop(k - self.n, None)

    def caps(self, k: int) -> tuple[Floats, Ints]:
        """Float[rows], Int[rows]: least bound by one other direction and the incentive lines, and which option it is.

        Options are 2 * direction + end, as in ``_weights``; ``BRACKET`` is the mix of the two nearest directions.
        """
        cap = np.full(self.game.n_rows, np.inf)
        which = np.full(self.game.n_rows, -1, dtype=np.int64)
        if len(self.directions) == 2 * self.n:
            return cap, which
        with np.errstate(divide="ignore"):
            eta = np.stack([(self.best_alternative(i) - self.period(i)) / (self.delta[i] or np.inf)
                            for i in range(self.n)], axis=1)
        for other, end in np.argwhere(~np.isnan(self.alpha[k])).tolist():
            if other == k:
                continue
            bound = self.alpha[k, other, end] * self.ahead[other][self.law_of_row] - eta @ self.nu[k, other, end]
            lower = bound < cap
            cap[lower], which[lower] = bound[lower], 2 * other + end
        if k in self.bracket:
            mean = sum(float(w) * self.ahead[j] for j, w in self.bracket[k].items())
            bound = np.asarray(mean)[self.law_of_row]
            lower = bound < cap
            cap[lower], which[lower] = bound[lower], BRACKET
        return self.period(k) + cap, which

    def fixed_point(self, k: int) -> tuple[Floats, Floats, Ints]:
        """Lowest level of direction k that recursion, incentives and caps allow, by policy iteration.

        Returns Float[states] (the old level in empty states), and the caps with their directions per row.
        """
        cap, which = self.caps(k)
        limit = cap
        threat = self.n <= k < 2 * self.n
        if threat and self.on_path:
            limit = np.minimum(cap, -self.best_alternative(k - self.n))
        own, rest = self.own_share(k)
        base = self.period(k)
        if rest:
            base = base + np.asarray(sum(w * self.ahead[j] for j, w in rest.items()))[self.law_of_row]
        rows = np.flatnonzero(self.alive)
        if not len(rows):
            return self.level[k], cap, which
        state_of = self.game.row_state[rows]
        first = np.flatnonzero(np.concatenate([[True], state_of[1:] != state_of[:-1]]))
        states = state_of[first]
        part = np.repeat(np.arange(len(states)), np.diff(np.concatenate([first, [len(rows)]])))
        size = float(np.abs(base).max()) + 1e-300
        level = self.warm.get(k, self.level[k])
        best_level, best_error = level, np.inf
        for _ in range(NEWTON_STEPS):
            bound = base + own * (self.parts.law @ level)[self.law_of_row]
            chosen = np.arange(self.game.n_rows)
            if threat and not self.on_path:
                order, start, group = self.parts.groups[k - self.n]
                least = np.minimum.reduceat(bound[order], start)
                hit = order[np.flatnonzero(bound[order] == least[group[order]])][::-1]
                pick = np.empty(len(least), dtype=np.int64)
                pick[group[hit]] = hit
                bound, chosen = least[group], pick[group]
            capped = limit < bound
            bound = np.where(capped, limit, bound)[rows]
            top = np.maximum.reduceat(bound, first)
            new = level.copy()
            new[states] = top
            error = float(np.abs(new - level)[states].max())
            if error >= best_error:
                # The guessed policy was no better: go on from the best point, one contraction step further.
                level = best_level
                continue
            best_level, best_error = new, error
            if error <= 1e-14 * size / (1 - own):
                break
            hit = np.flatnonzero(bound == top[part])[::-1]
            sel = np.empty(len(states), dtype=np.int64)
            sel[part[hit]] = rows[hit]
            level = self._solve(states, sel, chosen, capped, limit, base, own, new)
        self.warm[k] = best_level
        # Whatever the iteration reached, the fixed point is no further away than this.
        bound = best_level + best_error * own / (1 - own)
        return np.where(self.empty, self.level[k], bound), cap, which

    def _solve(self, states: Ints, sel: Ints, chosen: Ints, capped: NDArray[np.bool_], limit: Floats, base: Floats,
               own: float, level: Floats) -> Floats:
        """The level that the chosen rows give for ever."""
        stop = capped[sel]
        row = chosen[sel]
        right = np.where(stop, limit[sel], base[row])
        # Rows of the system, the diagonal first in each; states outside keep their level and go to the right.
        at, entry = spans(self.parts.law_start, self.law_of_row[row])
        target, share = self.parts.law.indices[entry], np.where(stop, 0.0, own)[at] * self.parts.law.data[entry]
        place = np.full(self.game.n_states, -1)
        place[states] = np.arange(len(states))
        inside = place[target] >= 0
        right = right + np.bincount(at[~inside], (share * level[target])[~inside], minlength=len(states))
        at, target, share = at[inside], place[target[inside]], share[inside]
        first = np.searchsorted(at, np.arange(len(states) + 1)) + np.arange(len(states) + 1)
        column, value = np.empty(first[-1], dtype=np.int32), np.empty(first[-1])
        column[first[:-1]], value[first[:-1]] = np.arange(len(states)), 1.0
        rest = np.arange(len(at)) + at + 1
        column[rest], value[rest] = target, -share
        system = csc_array((value, column, first.astype(np.int32)), shape=(len(states), len(states)))
        system.sum_duplicates()
        out = level.copy()
        factors: Any = splu(system)
        out[states] = factors.solve(right, trans="T")  # rows were written as columns
        return out

    def drop(self, margin: float) -> list[int]:
        """Kill rows whose incentive lines meet beyond a level ahead; returns the directions that killed some."""
        used = []
        eta = [self.best_alternative(i) - self.period(i) for i in range(self.n)]
        for i in range(self.n):
            if self.delta[i] == 0:
                hit = self.alive & (eta[i] > margin)
                if hit.any():
                    used.append(i)
                    self.alive &= ~hit
        for k, vector in enumerate(self.vectors):
            if vector.min() < 0 or any(x and not d for x, d in zip(vector, self.delta, strict=True)):
                continue
            need = sum(x / d * e for x, d, e in zip(vector, self.delta, eta, strict=True) if x)
            hit = self.alive & (need > self.ahead[k][self.law_of_row] + margin)
            if hit.any():
                used.append(k)
                self.alive &= ~hit
        n = self.n
        self.empty |= (self.level[:n] + self.level[n:2 * n] < -margin).any(axis=0)
        self.spread()
        return used

    def look_at_path(self, allowed: NDArray[np.bool_]) -> None:
        """From here on threats are frozen and only the allowed rows are played."""
        for i in range(self.n):
            self.best_alternative(i)
        self.on_path = True
        self.alive = self.alive & allowed
        self.warm = {}
        self.spread()

    def spread(self) -> None:
        """Empty states make others empty, as in the exact checker."""
        state, successor = self.parts.successors
        while True:
            if self.on_path:
                self.alive &= ~(self.parts.law @ self.empty.astype(float) > 0)[self.law_of_row]
            else:
                reach = -1
                while reach != (reach := int(self.empty.sum())):
                    self.empty[state[self.empty[successor]]] = True
            self.alive &= ~self.empty[self.game.row_state]
            now = ~np.logical_or.reduceat(self.alive, self.game.row_start[:-1])
            if np.array_equal(now, self.empty):
                return
            self.empty |= now

    def tighten_axes(self, margin: float = 1e-9) -> None:
        """Lower the axis levels and drop rows until no row is left to drop."""
        margin *= float(np.ptp(self.game.payoffs, axis=0).max()) or 1.0
        for _ in range(1000):
            for k in [*range(self.n, 2 * self.n), *range(self.n)]:
                level, _, _ = self.fixed_point(k)
                self.set_level(k, np.minimum(level, self.level[k]))
            before = int(self.alive.sum())
            self.drop(margin)
            if self.alive.sum() == before or self.empty.all():
                return
