"""Strategy profiles as tables: what every mode plays, and which mode follows whatever is seen to be done.

Everybody sees the whole profile, so that a machine also says what follows when several players err at once.  An
automaton of the model (``StrategyAutomaton``) says only who deviated; where that is not enough to follow a machine, a
``PublicAutomaton`` holds it, whose signals are then the profiles themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import final

import numpy as np

from games.certificates.automata.check import Evaluation, examine
from games.certificates.automata.faults import automaton_fault
from games.certificates.exact_game import ExactGame
from games.model.outcome_laws import Outcome
from games.model.public_automaton import PublicAutomaton, PublicMode
from games.model.stochastic_game import GameError, StochasticGame
from games.model.strategy_automaton import Cell, Lottery, StrategyAutomaton, surely
from games.numerics.arrays import Bools, Ints
from games.numerics.counts import counted

MOST_MODES = 2_000
"""Machines of more modes are refused."""
MOST_ENTRIES = 50_000_000
"""So are tables (modes by rows) of more entries: they would take 400 MB."""

Way = tuple[Lottery, tuple[tuple[int, Lottery], ...]]
"""Where play goes: a lottery over modes, and others for some next states (state, lottery)."""
Mix = tuple[tuple[Fraction, ...], ...]


@final
@dataclass(frozen=True, eq=False)
class Machine:
    """What a profile of strategies plays, and how it goes on.

    ``names``    of the modes.
    ``rows``     Int[modes, states]: the row played; -1 where actions are mixed, or where play never comes.
    ``after``    Int[modes, rows]: number of the way that follows when a row is seen.
    ``ways``     where play goes, by number.
    ``initial``  lottery over modes; all lotteries are public draws.
    ``mixes``    (mode, state) -> one probability vector per player, where actions are mixed.
    """

    game: StochasticGame
    names: tuple[str, ...]
    rows: Ints
    after: Ints
    ways: tuple[Way, ...]
    initial: Lottery
    mixes: Mapping[tuple[int, int], Mix] = field(default_factory=dict)

    @staticmethod
    def of(game: StochasticGame, automaton: StrategyAutomaton) -> Machine:
        """An automaton of the model as a table; deviations of several players at once are treated as none.

        Raises ``GameError`` if the automaton makes no sense for the game.
        """
        insist_on_size(game, len(automaton.modes))
        if wrong := automaton_fault(ExactGame.of(game), automaton):
            raise GameError(f"strategies: {wrong[0]}: {wrong[1]}")
        rows = np.full((len(automaton.modes), game.n_states), -1, dtype=np.int64)
        after = np.zeros((len(automaton.modes), game.n_rows), dtype=np.int64)
        number: dict[Way, int] = {}
        mixes: dict[tuple[int, int], Mix] = {}
        for (mode, state), cell in automaton.cells.items():
            ways = [(cell.then, tuple(sorted(cell.then_at.items())))]
            ways += [
                (lottery, tuple(sorted((s, x) for (who, s), x in cell.punish_at.items() if who == i)))
                for i, lottery in enumerate(cell.punish)]
            numbers = np.array([number.setdefault(way, len(number)) for way in ways], dtype=np.int64)
            here = game.rows_of(state)
            after[mode, here.start:here.stop] = numbers[_kinds(game, state, cell)]
            rows[mode, state] = cell.row
            if cell.mix is not None:
                mixes[mode, state] = cell.mix
        made = Machine(game, automaton.modes, rows, after, tuple(number), automaton.initial, mixes)
        lost = [key for key in map(tuple, np.argwhere(made.reach).tolist()) if key not in automaton.cells]
        if lost:
            raise GameError(f"strategies: nothing is said of mode {automaton.modes[lost[0][0]]!r} in state "
                            f"{game.states[lost[0][1]]!r}, which play can come to; add it")
        return made

    def automaton(self) -> StrategyAutomaton | PublicAutomaton:
        """The machine as an automaton of the model, with the same subgames.

        A ``StrategyAutomaton`` where it is enough to know who alone deviated, else a ``PublicAutomaton``.  Raises
        ``GameError`` if actions are mixed: then the machine was made of an automaton, which says it better.
        """
        if self.mixes:
            raise GameError("strategies that mix actions are told by the automaton they were made of")
        return self._by_who_deviates() or self._by_what_is_seen()

    @cached_property
    def reach(self) -> Bools:
        """Bool[modes, states]: where play can be after any history, deviations of several at once included."""
        row, _ = self._entries
        return self._reach([after[row] for after in self.after])

    @cached_property
    def _entries(self) -> tuple[Ints, Ints]:
        """Row and next state of every entry of the laws of motion."""
        law = self.game.transition
        return np.repeat(np.arange(self.game.n_rows), np.diff(law.indptr)), law.indices.astype(np.int64)

    def _reach(self, way: Sequence[Ints]) -> Bools:
        """Bool[modes, states]; ``way``  per mode the way that follows each entry of the laws."""
        game, (row, ahead) = self.game, self._entries
        state = game.row_state[row]
        seen = np.zeros((len(self.names), game.n_states), dtype=bool)
        fresh = seen.copy()
        fresh[[mode for mode, _ in self.initial], game.initial] = True
        while fresh.any():
            seen |= fresh
            found = np.zeros_like(seen)
            for mode in np.flatnonzero(fresh.any(axis=1)).tolist():
                inside = np.flatnonzero(fresh[mode][state])
                code = np.unique(way[mode][inside] * game.n_states + ahead[inside])
                for w in np.unique(code // game.n_states).tolist():
                    to = np.zeros(game.n_states, dtype=bool)
                    to[code[code // game.n_states == w] % game.n_states] = True
                    usual, special = self.ways[w]
                    for s, lottery in special:
                        if to[s]:
                            to[s] = False
                            found[[m for m, _ in lottery], s] = True
                    for m, _ in usual:
                        found[m] |= to
            fresh = found & ~seen
        return seen

    def _by_who_deviates(self) -> StrategyAutomaton | None:
        """The automaton of the model; None if it is not enough to know who deviates."""
        found = [self._answers(mode) for mode in range(len(self.names))]
        told = [answers for answers in found if answers is not None]
        if len(told) < len(found) or not np.array_equal(self._reach([x.way for x in told]), self.reach):
            return None
        cells = {}
        for mode, state in np.argwhere(self.reach).tolist():
            row = int(self.rows[mode, state])
            then, at = self.ways[self.after[mode, row]]
            ways = [self.ways[w] for w in told[mode].punish[state].tolist()]
            punish_at = {(i, s): lottery for i, (_, special) in enumerate(ways) for s, lottery in special}
            lapses = {s: self.goes(w, s) for s, w in told[mode].lapse.get(state, {}).items()}
            cells[mode, state] = Cell(row, then, tuple(usual for usual, _ in ways), dict(at) | lapses, punish_at)
        return StrategyAutomaton(self.names, cells, self.initial)

    def _answers(self, mode: int) -> _Answers | None:
        """A mode's answers to single deviations, if it matters only who deviates."""
        game, n, played, after = self.game, self.game.n_players, self.rows[mode], self.after[mode]
        then = after[played]
        base = played[game.row_state]
        differs = game.own_action != game.own_action[base]
        count = differs.sum(axis=1)
        one = np.flatnonzero(count == 1)
        same = game.same_outcome(one, base[one])
        alone = one[~same]
        key = game.row_state[alone] * n + differs[alone].argmax(axis=1)
        punish = np.repeat(then, n)
        punish[key] = after[alone]
        if np.any(after[one[same]] != then[game.row_state[one[same]]]) or np.any(punish[key] != after[alone]):
            return None
        # Several at once: taken for complying where that leads to the same states, and seen for what it is elsewhere.
        row, ahead = self._entries
        way = after[row].copy()
        code = game.row_state[row] * game.n_states + ahead
        joint = np.flatnonzero(count[row] > 1)
        expected = np.isin(code[joint], code[np.isin(row, played)])
        way[joint[expected]] = then[game.row_state[row[joint[expected]]]]
        beyond = joint[~expected]
        codes, first, which = np.unique(code[beyond], return_index=True, return_inverse=True)
        way[beyond] = way[beyond[first]][which.ravel()]
        lapse: dict[int, dict[int, int]] = {}
        for at, w in zip(codes.tolist(), way[beyond[first]].tolist(), strict=True):
            lapse.setdefault(at // game.n_states, {})[at % game.n_states] = w
        return _Answers(punish.reshape(-1, n), lapse, way)

    def goes(self, way: int, state: int) -> Lottery:
        """Where a way goes when a state comes next."""
        usual, special = self.ways[way]
        return next((lottery for s, lottery in special if s == state), usual)

    def _by_what_is_seen(self) -> PublicAutomaton:
        """The machine as a public automaton: a mode for every mode and state, an outcome for every profile."""
        game = self.game
        number = {(m, s): k for k, (m, s) in enumerate(np.argwhere(self.reach).tolist())}
        worth = self._worth(list(number))
        law = game.transition
        modes = []
        for (mode, state), payoffs in zip(number, worth, strict=True):
            then: dict[Outcome, Lottery] = {}
            for k, row in enumerate(game.rows_of(state)):
                way = int(self.after[mode, row])
                for s in sorted(set(law.indices[law.indptr[row]:law.indptr[row + 1]].tolist())):
                    then[k, s] = tuple((number[m, s], p) for m, p in self.goes(way, s))
            modes.append(PublicMode(state, int(self.rows[mode, state]), payoffs, then))
        return PublicAutomaton(tuple(modes), tuple((number[m, game.initial], p) for m, p in self.initial))

    def _worth(self, places: list[tuple[int, int]]) -> list[tuple[Fraction, ...]]:
        """What playing on is worth in some modes and states, per player."""
        cells = {}
        # What deviations lead to does not matter here, only that they lead to one of the places.
        away = {s: surely(m) for m, s in reversed(places)}
        for mode, state in places:
            row = int(self.rows[mode, state])
            way = int(self.after[mode, row])
            then = self.ways[way][0]
            then_at = away | {s: self.goes(way, s) for s in self.game.exact_transition(row)}
            punish_at = {(i, s): x for i in range(self.game.n_players) for s, x in away.items()}
            cells[mode, state] = Cell(row, then, (then,) * self.game.n_players, then_at, punish_at)
        found = examine(self.game, StrategyAutomaton(self.names, cells, self.initial), all_cells=True)
        if not isinstance(found, Evaluation):
            raise GameError(f"{found.place}: {found.problem}")
        return [tuple(low for low, _ in found.slacks.values.enclosed(k)) for k in range(len(places))]


@final
@dataclass(frozen=True, eq=False)
class _Answers:
    """What an automaton of the model says of one mode.

    ``punish``  Int[states, players]: the way after a deviation of each player alone.
    ``lapse``   state -> next state -> the way, where only deviations of several at once lead to that next state.
    ``way``     Int[entries of laws]: the way that so follows each.
    """

    punish: Ints
    lapse: dict[int, dict[int, int]]
    way: Ints


def triggered(
    game: StochasticGame, names: Sequence[str], rows: Ints, then: Sequence[Lottery], answer: Sequence[Lottery]
) -> Machine:
    """A machine whose modes know two things only: the profile asked for was played, or it was not.

    ``rows``    Int[modes, states].
    ``then``    per mode, where play goes after the profile asked for, or one with the same outcome;
    ``answer``  after any other.
    """
    insist_on_size(game, len(names))
    ways: list[Way] = [(lottery, ()) for pair in zip(then, answer, strict=True) for lottery in pair]
    kind, state = game.outcome_class, game.row_state
    after = np.stack([2 * m + (kind != kind[played][state]) for m, played in enumerate(rows)])
    return Machine(game, tuple(names), rows, after.astype(np.int64), tuple(ways), surely(0))


def together(machines: Sequence[Machine]) -> Machine:
    """One machine per player, each of which sees everything: what player i plays is what the i-th machine has it play.

    Public draws are common: machines that are alike stay in the same mode.  Raises ``GameError`` if there is not one
    machine per player, or if they mix actions, or have too many modes together.
    """
    game = machines[0].game
    if len(machines) != game.n_players:
        raise GameError(f"strategies: {len(machines)} given for {game.n_players} players; give one for all, or one for "
                        "each")
    if any(machine.mixes for machine in machines):
        raise GameError("strategies: one of them mixes actions; give it for all players together")
    initial = common_draw([machine.initial for machine in machines])
    places = {modes: k for k, (modes, _) in enumerate(initial)}
    number: dict[Way, int] = {}
    rows, after = [], []
    for modes in (waiting := list(places)):
        insist_on_size(game, len(places))
        own = np.stack([game.own_action[m.rows[k], i] for i, (m, k) in enumerate(zip(machines, modes, strict=True))], 1)
        rows.append(game.row_start[:-1] + (own * game.stride).sum(axis=1))
        each = np.stack([m.after[k] for m, k in zip(machines, modes, strict=True)], axis=1)
        kinds, which = np.unique(each, axis=0, return_inverse=True)
        numbers = []
        for kind in kinds.tolist():
            ways = list(zip(machines, kind, strict=True))
            special = sorted({s for m, w in ways for s, _ in m.ways[w][1]})
            usual = _numbered([m.ways[w][0] for m, w in ways], places, waiting)
            at_states = tuple((s, _numbered([m.goes(w, s) for m, w in ways], places, waiting)) for s in special)
            numbers.append(number.setdefault((usual, at_states), len(number)))
        after.append(np.array(numbers, dtype=np.int64)[which.ravel()])
    names = tuple(" | ".join(m.names[k] for m, k in zip(machines, modes, strict=True)) for modes in places)
    start = tuple((places[modes], p) for modes, p in initial)
    return Machine(game, names, np.stack(rows), np.stack(after), tuple(number), start)


def common_draw(lotteries: Sequence[Lottery]) -> list[tuple[tuple[int, ...], Fraction]]:
    """Lotteries resolved by one public draw, uniform on [0, 1): which modes come together, with what probability.

    >>> half = ((0, Fraction(1, 2)), (1, Fraction(1, 2)))
    >>> common_draw([half, half]) == [((0, 0), Fraction(1, 2)), ((1, 1), Fraction(1, 2))]
    True
    """
    ends = sorted({sum((p for _, p in lottery[: k + 1]), Fraction(0)) for lottery in lotteries
                   for k in range(len(lottery))})
    out: dict[tuple[int, ...], Fraction] = {}
    for start, end in zip([Fraction(0), *ends], ends, strict=False):
        modes = tuple(_drawn(lottery, start) for lottery in lotteries)
        out[modes] = out.get(modes, Fraction(0)) + end - start
    return list(out.items())


def insist_on_size(game: StochasticGame, modes: int) -> None:
    """Raise ``GameError`` if a table of so many modes is more than can be held."""
    if modes > MOST_MODES or modes * game.n_rows > MOST_ENTRIES:
        raise GameError(f"strategies with {counted(modes)} modes or more in a game of {counted(game.n_rows)} profiles: "
                        f"up to {MOST_MODES:,} modes and {MOST_ENTRIES:,} entries (modes by profiles) are followed; "
                        "take strategies that remember less, or a game of fewer players or actions")


def _drawn(lottery: Lottery, at: Fraction) -> int:
    """The mode that a draw picks."""
    total = Fraction(0)
    for mode, p in lottery:
        total += p
        if at < total:
            return mode
    return lottery[-1][0]


def _numbered(
    lotteries: Sequence[Lottery], places: dict[tuple[int, ...], int], waiting: list[tuple[int, ...]]
) -> Lottery:
    """A lottery over tuples of modes by their numbers; new ones are noted, and wait to be looked at."""
    out = []
    for modes, p in common_draw(lotteries):
        if modes not in places:
            places[modes] = len(places)
            waiting.append(modes)
        out.append((places[modes], p))
    return tuple(out)


def _kinds(game: StochasticGame, state: int, cell: Cell) -> Ints:
    """Int[rows of the state]: 0 where a row looks like complying with a cell, 1 + i where player i alone deviated."""
    here = np.arange(*game.row_start[state:state + 2])
    own = game.own_action[here]
    if cell.mix is None:
        outside = own != game.own_action[cell.row]
        others: Iterable[Ints] = [np.full(len(here), cell.row)]
    else:
        outside = np.stack([np.array([p == 0 for p in mine])[own[:, i]] for i, mine in enumerate(cell.mix)], axis=1)
        others = [np.full(len(here), row) for row in here[~outside.any(axis=1)]]
    kinds = np.where(outside.sum(axis=1) == 1, 1 + outside.argmax(axis=1), 0)
    for row in others:
        # A deviation that changes nothing for anybody is none; of a mix, from what the others happen to play.
        alike = game.same_outcome(here, row)
        theirs = (own == game.own_action[row]) | (np.arange(game.n_players) == kinds[:, None] - 1)
        kinds[alike & (kinds > 0) & theirs.all(axis=1)] = 0
    return kinds.astype(np.int64)
