"""Search for modes that are equilibria: promises begin at what play could bring and come down to what holds.

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
from itertools import product
from typing import final

import numpy as np

from games.model.full_observation import seen_by_all
from games.model.stochastic_game import StochasticGame
from games.numerics.arrays import Bools, Floats, Ints
from games.numerics.progress import Progress
from games.play.markov_equilibria import markov_equilibria
from games.play.markov_play import MarkovPlay
from games.solvers.public_automata.modes import Mode, Modes
from games.solvers.public_automata.programs import MOST_PIVOTS, RowProgram, RowPrograms, enforce

PLAIN_SWEEPS = 3
"""Sweeps after which promises are what modes bring, no longer what they were last promised."""

MOST_SWEEPS = 60
THOROUGH = 8
"""Every so many sweeps, and at the end, all rows are looked at; else only those that were nearly best."""

NEARLY_BEST = 4
POLICIES = 50
SMALL = 1e-11
"""Shares of plans below this are rounding."""
SETTLED = 1e-10
"""Promises, scaled to a range of one, that move by less have settled."""

STATIONARY = 4
"""So many stationary equilibria at most become modes."""


Box = tuple[Floats, Floats]


@final
@dataclass(frozen=True)
class Effort:
    """One way to search.

    ``tie``     weight of the joint payoff in punishments; ``slack`` asked of every deviation, in scaled payoffs.
    ``honest``  promises become what the modes bring; else they stay what was promised, which is slower and steadier.
    ``bold``    promises begin at the corners of the box of all payoffs, not at what stationary play could bring.
    ``extra``   further slack, as a one-off gain in payoff units.
    """

    tie: float
    slack: float
    honest: bool
    bold: bool = False
    extra: float = 0.0


EFFORTS = (
    Effort(0.0, 1e-9, True), Effort(0.0, 1e-9, True, bold=True), Effort(0.0, 1e-4, False), Effort(1e-2, 1e-2, True),
)
MOST_CELLS = 5_000_000
"""Signals times deviations, summed over the states, up to which equilibria are sought that are not stationary."""

ROUNDS = 2
"""So often directions are gone through, the last time only if that brought more."""

WORTH_IT = 1e-6
"""More joint payoff than this, relative to ranges, is worth another round."""


@final
@dataclass(frozen=True, eq=False)
class Found:
    """Modes that are equilibria in floating point.

    ``modes``     all that there are.
    ``by_state``  per state the numbers of its modes; if a plan was asked for, of those whose path keeps to it.
    """

    modes: Modes
    by_state: tuple[tuple[int, ...], ...]

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

    ``spent``  rows that were looked at; a search ends when ``most`` are exceeded.
    """

    def __init__(self, programs: RowPrograms, fallback: Sequence[Ints], most: int) -> None:
        self.programs, self.game, self.most, self.spent = programs, programs.game, most, 0
        self.every = np.ones(self.game.n_rows, dtype=bool)
        self._laws: dict[int, tuple[list[int], Floats]] = {}
        self.fixed = self._stationary_modes(fallback)
        self.order = _far_first(self.game)

    def laws(self, state: int) -> tuple[list[int], Floats]:
        """Next states of a state, and Float[rows of the state, next states] their chances."""
        if state not in self._laws:
            rows = self.game.rows_of(state)
            law = self.game.transition[rows.start:rows.stop]
            ahead = np.unique(law.indices)
            self._laws[state] = ahead.tolist(), law[:, ahead].toarray()
        return self._laws[state]

    def _stationary_modes(self, fallback: Sequence[Ints]) -> list[Mode]:
        """The modes of stationary equilibria, one after another, each state by state."""
        out: list[Mode] = []
        for rows in fallback:
            first = len(out)
            for s, row in enumerate(rows.tolist()):
                out.append(Mode(s, row, np.ones(1), first + self.programs.of(row).states[None]))
        return out

    @property
    def too_large(self) -> bool:
        """Whether even one sweep that lays out one row for every state takes long."""
        game, seen = self.game, self.game.monitoring
        deviations = (game.action_counts - 1).sum(axis=1)
        signals = [len(labels) or int(deviations[s]) for s, labels in enumerate(seen.signals if seen else ())]
        return bool(np.dot(signals, deviations) > MOST_CELLS)

    def standing(self) -> Found:
        """The stationary equilibria alone."""
        by_state: list[list[int]] = [[] for _ in range(self.game.n_states)]
        for number, mode in enumerate(self.fixed):
            by_state[mode.state].append(number)
        return Found(Modes(self.programs, self.fixed), tuple(map(tuple, by_state)))

    def grown(self, box: Box, progress: Progress | None = None) -> Found | None:
        """Stationary equilibria, and modes that can be added: for the joint payoff, then against each player.

        ``box``  Float[states, players] twice: what no equilibrium goes below and above, scaled.

        None if nothing was found.
        """
        standing = self.standing() if self.fixed else None
        if self.too_large:
            return standing
        known, best = standing, self._joint(standing)
        players, scale = self.game.n_players, self.programs.scale
        for turn in range(ROUNDS):
            before = best
            for step, some in enumerate((slice(0, 1), slice(0, players + 1), slice(None))):
                if step == 2 and best > self._joint(standing):
                    break
                if progress is not None:
                    progress("automata", (turn + step / 3) / ROUNDS)
                # What is known already helps, and sometimes leads astray.
                bases = dict.fromkeys((known, standing) if turn == 0 else (known,))
                for first, base in product([self.every, *self._profitable(standing)], bases):
                    for effort in EFFORTS if step < 2 else EFFORTS[:2]:
                        if self.spent > self.most:
                            return known
                        aims = directions(players, scale, effort.tie, more=True)[some]
                        found = self.all_play(aims, box, effort, base, first)
                        if found is not None and self._joint(found) > best + WORTH_IT:
                            known, best = found, self._joint(found)
                            break
            if best <= before + WORTH_IT:
                break
        return known

    def _profitable(self, standing: Found | None) -> list[Bools]:
        """Rows, if there are any, that bring nobody less than all stationary equilibria that are known do: a hint.

        Play that is best for all together often asks one player to give all and get nothing, which nothing enforces.
        """
        if standing is None:
            return []
        least = np.array([standing.modes.values[list(numbers)].min(axis=0) for numbers in standing.by_state])
        rows = (self.programs.stage >= least[self.game.row_state] - 1e-9).all(axis=1)
        return [rows] if rows.any() and not rows.all() else []

    def beginning_with(self, box: Box, first: Bools, known: Found | None) -> Found | None:
        """The modes that are best for all together among those found that begin with certain rows (Bool[rows])."""
        self.spent = 0
        best: Found | None = None
        if self.too_large:
            return None
        for step, effort in product((1, self.game.n_players + 1), EFFORTS):
            if self.spent > self.most:
                break
            aims = directions(self.game.n_players, self.programs.scale, effort.tie)[:step]
            found = self.all_play(aims, box, effort, known, first)
            if found is not None and first[found.modes.modes[found.by_state[self.game.initial][0]].row] and (
                best is None or self._first(found) > self._first(best) + WORTH_IT
            ):
                best = found
        return best

    def _joint(self, found: Found | None) -> float:
        if found is None:
            return -np.inf
        scale = self.programs.scale
        return float((found.modes.values[list(found.by_state[self.game.initial])] @ (scale / scale.max())).max())

    def _first(self, found: Found) -> float:
        return float(found.modes.values[found.by_state[self.game.initial][0]] @ self.programs.scale)

    def all_play(
        self, aims: Floats, box: Box, effort: Effort, known: Found | None, first: Bools | None = None
    ) -> Found | None:
        """Modes of all play in some directions, beside known ones; None if none were found.

        ``aims``   Float[k, players].  ``box``  as in ``grown``.
        ``first``  Bool[rows]: what the modes of the first direction may play, in states where any of it is left.
        """
        mine = self.every if first is None else _somewhere(self.game, first)
        if effort.bold:
            start = np.where(aims[None] > 0, box[1][:, None], box[0][:, None])
        else:
            start = self._unrestrained(aims, self.every)
            start[:, :1] = self._unrestrained(aims[:1], mine)
        return _Sweeps(self, aims, effort, np.maximum(start, box[0][:, None]), known, None, mine).run()

    def path(self, aims: Floats, effort: Effort, known: Found | None, allowed: Bools) -> Found | None:
        """Modes whose path keeps to a plan, followed by ``known`` ones after outcomes that it makes impossible."""
        self.spent = 0
        if self.too_large:
            return None
        return _Sweeps(self, aims, effort, self._unrestrained(aims, allowed), known, allowed, allowed).run()

    def _unrestrained(self, aims: Floats, allowed: Bools) -> Floats:
        """Float[states, aims, players]: what stationary play of allowed rows brings that is best in each direction.

        Nobody's incentives count.  Policy iteration; where discount factors differ it need not be the best play.
        """
        game, stage = self.game, self.programs.stage
        law = game.transition
        out = np.empty((game.n_states, *aims.shape))
        for k, aim in enumerate(aims):
            rows = np.full(game.n_states, -1)
            values = np.zeros((game.n_states, game.n_players))
            for _ in range(POLICIES):
                brings = ((1 - game.discount) * stage + game.discount * (law @ values)) @ aim
                brings[~allowed] = -np.inf
                best = np.maximum.reduceat(brings, game.row_start[:-1])
                top = np.flatnonzero(brings == best[game.row_state])
                new = top[np.searchsorted(game.row_state[top], np.arange(game.n_states))]
                if np.array_equal(new, rows):
                    break
                rows = new
                values = self.programs.scaled(MarkovPlay(game, rows).values())
            out[:, k] = values
        return out


@final
class _Sweeps:
    """Sweeps over the modes of all states, until promises are kept or the effort is spent.

    Modes are numbered: those that are known, then state by state one for each aim.
    """

    def __init__(
        self, search: Search, aims: Floats, effort: Effort, start: Floats, known: Found | None, allowed: Bools | None,
        first: Bools,
    ) -> None:
        self.search, self.programs, self.game = search, search.programs, search.game
        self.aims, self.effort = aims, effort
        self.known = [] if known is None else known.modes.modes
        values = Modes(self.programs, self.known).values if self.known else np.empty((0, self.game.n_players))
        n, k = self.game.n_states, len(aims)
        self.first = len(self.known)
        self.points = np.vstack([values, start.reshape(n * k, -1)])
        self.current: list[Mode | None] = [None] * (n * k)
        self.alike: list[int] = [-1] * (n * k)
        self.on_path = allowed is not None
        rows = search.every if allowed is None else allowed
        # What the modes of the first direction may play, and those of all others.
        self.rows = [[np.array([r for r in self.game.rows_of(s) if some[r]], dtype=np.int64) for s in range(n)]
                     for some in (first, rows)]
        self.alive = np.ones(n, dtype=bool)
        by_state = [list(numbers) for numbers in known.by_state] if known is not None else [[] for _ in range(n)]
        self.own = [list(range(self.first + s * k, self.first + (s + 1) * k)) for s in range(n)]
        # What may follow: off the path any known mode, on it the path's own and known ones that keep to the plan.
        self.standing = by_state
        if known is not None and allowed is not None:
            keeping = set(known.modes.keeping(allowed))
            self.standing = [[k for k in numbers if k in keeping] for numbers in by_state]
        self.kept = [np.array(self.standing[s] + self.own[s], dtype=np.int64) for s in range(n)]
        self.free = [np.array(by_state[s], dtype=np.int64) for s in range(n)] if self.on_path else self.kept
        self.names = np.concatenate([*self.kept, *self.free])
        ends = np.cumsum([0, *map(len, self.kept), *map(len, self.free)]).astype(np.int64)
        # Int[on the path or off it, first and last, states] into ``names``.
        self.spans = np.array([[ends[:n], ends[1 : n + 1]], [ends[n : 2 * n], ends[n + 1 :]]])
        self.near: list[Ints] = [np.empty(0, dtype=np.int64)] * (n * k)

    def run(self) -> Found | None:
        search, best, best_worth, stale = self.search, None, -np.inf, 0
        start = self.game.initial
        for sweep in range(MOST_SWEEPS):
            before = self.points.copy()
            thorough = sweep <= PLAIN_SWEEPS or sweep % THOROUGH == 0 or stale > 0
            for s in search.order:
                if self.alive[s]:
                    self._state(s, all_rows=thorough)
            if not self.alive[start]:
                return best
            modes, numbers = self._modes()
            if modes is None:
                return best
            moved = float(np.abs(self.points - before)[self.first:].max(initial=0.0))
            sound = modes.sound()
            if (first := int(numbers[self.own[start][0]])) in sound:
                worth = float(modes.values[first] @ self.aims[0])
                if best is None or worth > best_worth + SETTLED:
                    best, best_worth, stale = self._found(modes, numbers, sound), worth, 0
                else:
                    stale += 1
                if moved < SETTLED or stale > 3:
                    return best
            elif search.spent > search.most or moved < SETTLED or (
                # What is honest either settles soon or goes round in circles.
                best is None and self.effort.honest and sweep >= MOST_SWEEPS // 2
            ):
                return best
            if self.effort.honest and sweep >= PLAIN_SWEEPS:
                for number in range(self.first, len(self.points)):
                    if numbers[number] >= 0:
                        self.points[number] = modes.values[numbers[number]]
        return best

    def _state(self, state: int, *, all_rows: bool) -> None:
        """Choose the modes of one state anew; not ``all_rows``: among the rows that were nearly best before."""
        for k in range(len(self.aims)):
            number = self.own[state][k]
            found = self._best(state, k, all_rows)
            slot = number - self.first
            if found is not None:
                self.points[number], self.current[slot] = found
                self.alike[slot] = -1
            elif self.standing[state]:
                # Nothing is enforced with what is promised: what is known already stands in.
                worth = self.points[self.standing[state]] @ self.aims[k]
                self.alike[slot] = self.standing[state][int(worth.argmax())]
                self.points[number] = self.points[self.alike[slot]]
            else:
                self.alive[state] = False
                return

    def _best(self, state: int, k: int, all_rows: bool) -> tuple[Floats, Mode] | None:
        """The best row of a state in a direction, with its promise; None if nothing is enforced."""
        game, aim = self.game, self.aims[k]
        slot = self.own[state][k] - self.first
        best: tuple[float, RowProgram, Floats, Ints] | None = None
        tried: list[tuple[float, int]] = []
        every = self.rows[min(k, 1)][state]
        rows = every if all_rows or not len(self.near[slot]) else self.near[slot]
        bound = self._bounds(rows, aim)
        order = np.argsort(-bound, kind="stable")
        last = self.current[slot]
        if last is not None:
            order = order[np.argsort(rows[order] != last.row, kind="stable")]
        for j in order.tolist():
            if not np.isfinite(bound[j]) or (best is not None and bound[j] <= best[0] + 1e-12):
                continue
            self.search.spent += 1
            found = self._enforced(self.programs.of(int(rows[j])), aim)
            if found is not None:
                tried.append((found[0], int(rows[j])))
                if best is None or found[0] > best[0] + 1e-12:
                    best = found
        if all_rows:
            self.near[slot] = np.array([row for _, row in sorted(tried, reverse=True)[:NEARLY_BEST]], dtype=np.int64)
        if best is None:
            return None if all_rows or rows is every else self._best(state, k, True)
        _, program, shares, plans = best
        used = shares > SMALL
        mode = Mode(state, program.row, shares[used] / shares[used].sum(), self.names[plans[used]])
        promise = (1 - game.discount) * self.programs.stage[program.row] + game.discount * (
            program.chance @ mode.after(self.points))
        return promise, mode

    def _bounds(self, rows: Ints, aim: Floats) -> Floats:
        """Float[rows]: no mixture of promises gives a row more; -inf where it leads to a state without any."""
        game = self.game
        ahead, law = self.search.laws(int(game.row_state[rows[0]]))
        worth = self.points @ (game.discount * aim)
        most = np.array([worth[self.kept[s]].max() if self.alive[s] and len(self.kept[s]) else -np.inf for s in ahead])
        dead = ~np.isfinite(most)
        mine = law[rows - int(game.row_start[game.row_state[rows[0]]])]
        bound = self.programs.stage[rows] @ ((1 - game.discount) * aim) + mine @ np.where(dead, 0.0, most)
        return np.where(mine @ dead > 0, -np.inf, bound)

    def _enforced(self, program: RowProgram, aim: Floats) -> tuple[float, RowProgram, Floats, Ints] | None:
        if program.pays_unseen:
            return None
        game, states = self.game, program.states
        first, last = self.spans[0, 0, states], self.spans[0, 1, states]
        if self.on_path:
            first = np.where(program.possible, first, self.spans[1, 0, states])
            last = np.where(program.possible, last, self.spans[1, 1, states])
        if (first == last).any() or not self.alive[states[program.possible]].all():
            return None
        asked = self.effort.slack + self.effort.extra / self.programs.scale[program.who]
        stands, value, shares, plans, _ = enforce(
            program.chance[:, None] * (game.discount * aim), program.change, program.who,
            program.need + asked * (1 - game.discount[program.who]), first, last, self.points[self.names], MOST_PIVOTS)
        if not stands:
            return None
        value += float(self.programs.stage[program.row] @ ((1 - game.discount) * aim))
        return value, program, shares, plans

    def _modes(self) -> tuple[Modes | None, Ints]:
        """The modes as they are now, and the number of each among them; -1 for those of dead states."""
        numbers = np.full(self.first + len(self.current), -1, dtype=np.int64)
        numbers[:self.first] = np.arange(self.first)
        kept: list[Mode] = []
        for slot, mode in enumerate(self.current):
            if self.alive[slot // len(self.aims)]:
                if self.alike[slot] >= 0:
                    numbers[self.first + slot] = self.alike[slot]
                elif mode is not None:
                    numbers[self.first + slot] = self.first + len(kept)
                    kept.append(mode)
        named = [Mode(mode.state, mode.row, mode.shares, numbers[mode.plans]) for mode in kept]
        if any((mode.plans < 0).any() for mode in named):
            return None, numbers
        return Modes(self.programs, [*self.known, *named]), numbers

    def _found(self, modes: Modes, numbers: Ints, sound: list[int]) -> Found:
        new = {k: place for place, k in enumerate(sound)}

        def named(mine: list[int]) -> tuple[int, ...]:
            return tuple(new[k] for k in numbers[mine].tolist() if k in new)

        own, standing = (tuple(map(named, lists)) for lists in (self.own, self.standing))
        return Found(modes.only(sound), tuple((*mine, *more) for mine, more in zip(own, standing, strict=True)))


def _somewhere(game: StochasticGame, rows: Bools) -> Bools:
    """The rows, and all those of states that have none of them."""
    some = np.logical_or.reduceat(rows, game.row_start[:-1])
    return np.asarray(rows | ~some[game.row_state])


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
