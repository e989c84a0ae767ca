"""Search for modes that are equilibria: promises begin at the corners of the box and come down to what holds.

Every state has a mode for each of a few directions: the greatest joint payoff, and the worst for each player, so that
after a bad signal play may move, with a chance that is just large enough, to a phase that is bad for whom the signal
points at.  Beside these there are modes of stationary equilibria, which hold whatever the others do.  Sweeps choose
every mode's row and lotteries anew given all promises; promises then become what the modes really bring.  That is no
monotone map, so that a search may end with nothing; what it finds is proved exactly afterwards.

Sources: Abreu, Pearce and Stacchetti (1990), theorem 1; Abreu (1988) for one punishment per player; Green and Porter
(1984) for phases of punishment that mere chance may begin.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import final

import numpy as np

from games.model.full_observation import seen_by_all
from games.model.stochastic_game import StochasticGame
from games.numerics.arrays import Bools, Floats, Ints
from games.play.markov_equilibria import markov_equilibria
from games.solvers.public_automata.modes import Mode, Modes, lotteries
from games.solvers.public_automata.programs import MOST_PIVOTS, RowProgram, RowPrograms, enforce

PLAIN_SWEEPS = 3
"""Sweeps after which promises are what modes bring, no longer what they were last promised."""

MOST_SWEEPS = 60
SETTLED = 1e-10
"""Promises, scaled to a range of one, that move by less have settled."""

STATIONARY = 4
"""So many stationary equilibria at most become modes."""


@final
@dataclass(frozen=True)
class Effort:
    """One way to search: ``tie`` weight of the joint payoff in punishments, ``slack`` asked of every deviation (scaled).

    ``honest``  promises become what the modes bring; else they stay what was promised, which is slower and steadier.
    ``extra``   further slack, as a one-off gain in payoff units.
    """

    tie: float
    slack: float
    honest: bool
    extra: float = 0.0


EFFORTS = (
    Effort(0.0, 1e-9, True), Effort(1e-2, 1e-6, True), Effort(1e-2, 1e-4, True), Effort(0.0, 1e-4, False),
    Effort(1e-2, 1e-2, True),
)


@final
@dataclass(frozen=True, eq=False)
class Found:
    """Modes that are equilibria in floating point.

    ``modes``   those of all play; then, if a plan was asked for, those of its path.
    ``by_state``  per state the numbers of its modes; ``on_path`` likewise of the path's.
    """

    modes: Modes
    by_state: tuple[tuple[int, ...], ...]
    on_path: tuple[tuple[int, ...], ...] = ()

    def best(self, state: int, weights: Floats) -> int:
        """The mode of a state of greatest weighted payoff (in payoff units)."""
        numbers = self.by_state[state]
        worth = self.modes.programs.payoffs(self.modes.values[list(numbers)]) @ weights
        return numbers[int(worth.argmax())]


def directions(players: int, scale: Floats, tie: float, *, more: bool = False) -> Floats:
    """Float[k, players]: the joint payoff, then against every player; ``more``: also their opposites.

    ``scale``  Float[players]: ranges of payoffs, whose units are one in scaled payoffs.
    """
    joint = scale / scale.max()
    against = tie * joint - np.eye(players)
    first = np.vstack([joint, against])
    return np.vstack([first, -joint, np.eye(players)]) if more else first


def stationary(game: StochasticGame) -> list[Ints]:
    """Rows of stationary equilibria, which are equilibria after signals too: play depends on the state alone."""
    watched = seen_by_all(game)
    harsh = ("harsh", *(f"against {k}" for k in range(game.n_players)), "generous")
    found = markov_equilibria(watched, starts=harsh) or markov_equilibria(watched)
    distinct = {rows.tobytes(): rows for rows in found}
    return list(distinct.values())[:STATIONARY]


@final
class Search:
    """Modes of one game in some directions, and of paths that keep to a plan.

    ``spent``  rows that were looked at; the search ends when ``most`` are exceeded.
    """

    def __init__(self, programs: RowPrograms, fallback: Sequence[Ints], most: int, barred: Bools | None = None) -> None:
        self.programs, self.game, self.most, self.spent = programs, programs.game, most, 0
        game = self.game
        self.barred = np.zeros(game.n_rows, dtype=bool) if barred is None else barred
        self.fixed = self._stationary_modes(fallback)
        self.order = _far_first(game)

    def _stationary_modes(self, fallback: Sequence[Ints]) -> list[Mode]:
        """The modes of stationary equilibria, one after another, each state by state."""
        out: list[Mode] = []
        for rows in fallback:
            first = len(out)
            for s, row in enumerate(rows.tolist()):
                after = tuple(((first + z[1], 1.0),) for z in self.programs.of(row).outcomes)
                out.append(Mode(s, row, after))
        return out

    def standing(self) -> Found:
        """The stationary equilibria alone."""
        by_state: list[list[int]] = [[] for _ in range(self.game.n_states)]
        for number, mode in enumerate(self.fixed):
            by_state[mode.state].append(number)
        return Found(Modes(self.programs, self.fixed), tuple(map(tuple, by_state)))

    def all_play(self, aims: Floats, low: Floats, high: Floats, effort: Effort) -> Found | None:
        """Modes of all play in some directions; None if none were found.

        ``aims``  Float[k, players].  ``low``, ``high``  Float[states, players]: scaled bounds on equilibrium payoffs.
        """
        corners = np.where(aims[None] > 0, high[:, None], low[:, None])
        return _Sweeps(self, aims, effort, corners, None, None).run()

    def path(self, aims: Floats, high: Floats, effort: Effort, known: Found, allowed: Bools) -> Found | None:
        """Modes whose path keeps to a plan, followed by ``known`` ones after outcomes that it makes impossible."""
        corners = np.repeat(high[:, None], len(aims), axis=1)
        return _Sweeps(self, aims, effort, corners, known, allowed).run()


@final
class _Sweeps:
    """Sweeps over the modes of all states, until promises are kept or the effort is spent.

    Modes are numbered: those that are known, then state by state one for each aim.
    """

    def __init__(
        self, search: Search, aims: Floats, effort: Effort, corners: Floats, known: Found | None, allowed: Bools | None
    ) -> None:
        self.search, self.programs, self.game = search, search.programs, search.game
        self.aims, self.effort = aims, effort
        self.known = search.fixed if known is None else known.modes.modes
        values = Modes(self.programs, self.known).values if self.known else np.empty((0, self.game.n_players))
        n, k = self.game.n_states, len(aims)
        self.first = len(self.known)
        self.points = np.vstack([values, corners.reshape(n * k, -1)])
        self.current: list[Mode | None] = [None] * (n * k)
        self.alike: list[int] = [-1] * (n * k)
        self.on_path = known is not None
        rows = ~search.barred if allowed is None else allowed
        self.rows = [np.array([r for r in self.game.rows_of(s) if rows[r]], dtype=np.int64) for s in range(n)]
        self.alive = np.ones(n, dtype=bool)
        by_state: list[list[int]] = [[] for _ in range(n)]
        for number, mode in enumerate(self.known):
            by_state[mode.state].append(number)
        self.own = [list(range(self.first + s * k, self.first + (s + 1) * k)) for s in range(n)]
        # What may follow: off the path any mode, on it only the path's own.
        self.free = [np.array(by_state[s] if self.on_path else by_state[s] + self.own[s], dtype=np.int64)
                     for s in range(n)]
        self.kept = [np.array(self.own[s] if self.on_path else by_state[s] + self.own[s], dtype=np.int64)
                     for s in range(n)]
        self.standing = by_state

    def run(self) -> Found | None:
        search, best, best_worth, stale = self.search, None, -np.inf, 0
        start = self.game.initial
        for sweep in range(MOST_SWEEPS):
            before = self.points.copy()
            for s in search.order:
                if self.alive[s]:
                    self._state(s)
            if search.spent > search.most or not self.alive[start]:
                return best
            modes, numbers = self._modes()
            if modes is None:
                return best
            moved = float(np.abs(self.points - before)[self.first:].max(initial=0.0))
            sound = modes.sound()
            if (first := numbers[self.own[start][0]]) in sound:
                worth = float(modes.values[first] @ self.aims[0])
                if best is None or worth > best_worth + SETTLED:
                    best, best_worth, stale = self._found(modes, numbers, sound), worth, 0
                else:
                    stale += 1
                if moved < SETTLED or stale > 3:
                    return best
            elif moved < SETTLED:
                return best
            if self.effort.honest and sweep >= PLAIN_SWEEPS:
                for number in range(self.first, len(self.points)):
                    if numbers[number] >= 0:
                        self.points[number] = modes.values[numbers[number]]
        return best

    def _state(self, state: int) -> None:
        """Choose the modes of one state anew."""
        for k in range(len(self.aims)):
            number = self.own[state][k]
            found = self._best(state, k)
            slot = number - self.first
            if found is not None:
                self.points[number], self.current[slot] = found
                self.alike[slot] = -1
            elif not self.on_path and self.standing[state]:
                # Nothing is enforced with what is promised: a stationary equilibrium stands in.
                worth = self.points[self.standing[state]] @ self.aims[k]
                self.alike[slot] = self.standing[state][int(worth.argmax())]
                self.points[number] = self.points[self.alike[slot]]
            else:
                self.alive[state] = False
                return

    def _best(self, state: int, k: int) -> tuple[Floats, Mode] | None:
        """The best row of a state in a direction, with its promise; None if nothing is enforced."""
        game, aim = self.game, self.aims[k]
        rows = self.rows[state]
        ahead = np.full(game.n_states, -np.inf)
        law = game.transition[rows]
        for s in np.unique(law.indices).tolist():
            if self.alive[s] and len(self.kept[s]):
                ahead[s] = (self.points[self.kept[s]] @ (game.discount * aim)).max()
        dead = ~np.isfinite(ahead)
        bound = self.programs.stage[rows] @ ((1 - game.discount) * aim) + law @ np.where(dead, 0.0, ahead)
        bound[(law @ dead.astype(float)) > 0] = -np.inf
        slot = self.own[state][k] - self.first
        last = self.current[slot]
        order = np.argsort(-bound, kind="stable").tolist()
        if last is not None:
            order.sort(key=lambda j: rows[j] != last.row)
        best: tuple[float, RowProgram, Floats, Ints, Ints] | None = None
        for j in order:
            if not np.isfinite(bound[j]) or (best is not None and bound[j] <= best[0] + 1e-12):
                continue
            self.search.spent += 1
            found = self._enforced(self.programs.of(int(rows[j])), aim)
            if found is not None and (best is None or found[0] > best[0] + 1e-12):
                best = found
        if best is None:
            return None
        _, program, shares, plans, names = best
        after = tuple(lotteries(shares, plans, names))
        means = np.array([sum(p * self.points[m] for m, p in lottery) for lottery in after])
        promise = (1 - game.discount) * self.programs.stage[program.row] + game.discount * (program.chance @ means)
        return promise, Mode(state, program.row, after)

    def _enforced(self, program: RowProgram, aim: Floats) -> tuple[float, RowProgram, Floats, Ints, Ints] | None:
        if program.pays_unseen:
            return None
        game = self.game
        names, first, last = [], [], []
        count = 0
        where: dict[tuple[bool, int], tuple[int, int]] = {}
        for possible, (_, state) in zip(program.possible.tolist(), program.outcomes, strict=True):
            key = possible or not self.on_path, state
            if key not in where:
                points = self.kept[state] if key[0] else self.free[state]
                if not len(points) or (key[0] and not self.alive[state]):
                    return None
                names.append(points)
                where[key] = count, count + len(points)
                count += len(points)
            first.append(where[key][0])
            last.append(where[key][1])
        numbers = np.concatenate(names)
        worth = program.chance[:, None] * (game.discount * aim)
        asked = self.effort.slack + self.effort.extra / self.programs.scale[program.who]
        need = program.need + asked * (1 - game.discount[program.who])
        stands, value, shares, plans = enforce(
            worth, program.change, program.who, need, np.array(first), np.array(last), self.points[numbers],
            MOST_PIVOTS)
        if not stands:
            return None
        value += float(self.programs.stage[program.row] @ ((1 - game.discount) * aim))
        return value, program, shares, plans, numbers

    def _modes(self) -> tuple[Modes | None, list[int]]:
        """The modes as they are now, and the number of each among them; -1 for those of dead states."""
        numbers = list(range(self.first)) + [-1] * len(self.current)
        kept: list[Mode] = []
        for slot, mode in enumerate(self.current):
            state = slot // len(self.aims)
            if not self.alive[state]:
                continue
            if self.alike[slot] >= 0:
                numbers[self.first + slot] = self.alike[slot]
            elif mode is not None:
                numbers[self.first + slot] = self.first + len(kept)
                kept.append(mode)
        out = list(self.known)
        for mode in kept:
            after = []
            for lottery in mode.after:
                merged: dict[int, float] = {}
                for m, p in lottery:
                    if numbers[m] < 0:
                        return None, numbers
                    merged[numbers[m]] = merged.get(numbers[m], 0.0) + p
                after.append(tuple(sorted(merged.items())))
            out.append(Mode(mode.state, mode.row, tuple(after)))
        return Modes(self.programs, out), numbers

    def _found(self, modes: Modes, numbers: list[int], sound: list[int]) -> Found:
        new = {k: place for place, k in enumerate(sound)}

        def named(mine: list[int]) -> tuple[int, ...]:
            return tuple(new[numbers[m]] for m in mine if numbers[m] in new)

        own, standing = (tuple(map(named, lists)) for lists in (self.own, self.standing))
        if self.on_path:
            return Found(modes.only(sound), standing, own)
        return Found(modes.only(sound), tuple((*mine, *more) for mine, more in zip(own, standing, strict=True)))


def _far_first(game: StochasticGame) -> list[int]:
    """States, those farthest from the initial one first."""
    distance = {game.initial: 0}
    waiting = [game.initial]
    for s in waiting:
        rows = game.rows_of(s)
        t = game.transition
        for after in sorted(set(t.indices[t.indptr[rows.start]:t.indptr[rows.stop]].tolist())):
            if after not in distance:
                distance[after] = distance[s] + 1
                waiting.append(after)
    return waiting[::-1]
