"""Rules of play for games with types: each type that chooses follows a rule of play, and every outcome has an answer.

With types several players may depart at once on the path, as when two types that breach meet: a rule of play says what
follows one departure, and here any number of them is answered like one.  What a type does that follows a rule of its
own is a departure like any other, but for doing what was agreed while it is suspended.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import cached_property
from typing import final

import numpy as np

from games.model.plan import Plan
from games.model.typed_game import TypedGame, TypeRule
from games.model.typed_rule import UNSAID, TypedRule
from games.numerics.arrays import Bools, Ints
from games.play.rules_of_play import RuleOfPlay

Known = tuple[int, ...]
"""A mode of the rule, then of every type that is watched whether it may still be there, and what it remembers."""
REVEALED = "known to be bad"
MOST_MODES = 400


def rule_with_types(typed: TypedGame, rule: RuleOfPlay, plan: Plan | None = None) -> TypedRule:
    """The rule of play that all types that choose follow, with an answer to every profile.

    ``plan``  what it allows besides what the rule plays, in the first mode, is no departure; None: nothing.

    Where players see signals a departure is answered if the signal proves that there was one.
    """
    found = _Departures(typed, rule, plan)
    after = np.stack([np.where(found.proved(mode), rule.punish[mode], rule.then[mode])
                      for mode in range(len(rule.names))])
    return TypedRule(rule.names, 0, _actions(typed, rule.rows), after)


def ended_by_flags(
    typed: TypedGame, rule: RuleOfPlay, flags: Bools, allowed: int, plan: Plan | None = None
) -> TypedRule:
    """The same, but that a flag too many is answered like a departure that is proved.

    ``flags``  Bool[outcomes], those that are counted in the first mode; so many are ``allowed``.
    """
    plain = rule_with_types(typed, rule, plan)
    modes = len(rule.names)
    copies = [0, *range(modes, modes + allowed)]                       # the first mode after no flag, one, two, ...
    after = np.concatenate([plain.next_mode, np.repeat(plain.next_mode[:1], allowed, axis=0)])
    last = [*copies[1:], int(rule.punish[0])]
    for mode, next_one in zip(copies, last, strict=True):
        goes_on = after[mode] == 0
        after[mode] = np.where(goes_on, np.where(flags, next_one, mode), after[mode])
    names = (*rule.names, *(f"{rule.names[0]}, {k} flagged" for k in range(1, allowed + 1)))
    rows = np.concatenate([rule.rows, np.repeat(rule.rows[:1], allowed, axis=0)])
    return TypedRule(names, 0, _actions(typed, rows), after)


def suspicious(typed: TypedGame, rows: Ints) -> Bools:
    """Bool[outcomes]: signals that a type that breaches makes likelier than what is agreed.

    ``rows``  Int[states]: what is agreed.
    """
    game, seen = typed.game, typed.game.monitoring
    out = np.zeros(typed.n_outcomes, dtype=bool)
    for state in range(game.n_states):
        if seen is None or not seen.signals[state]:
            continue
        first, played = int(game.row_start[state]), int(rows[state])
        agreed = seen.chances(state, played - first)
        for i, types in enumerate(typed.types):
            for one in types:
                if one.rule is None or one.kind != "breaches":
                    continue
                for action in set(one.rule.action[:, state].tolist()):
                    row = played + (action - int(game.own_action[played, i])) * int(game.stride[state, i])
                    likelier = seen.chances(state, row - first) > agreed
                    out[typed.outcome_start[state]:typed.outcome_start[state + 1]] |= likelier
    return out


def harsher_when_revealed(
    typed: TypedGame, rule: RuleOfPlay, revert: Ints, plan: Plan | None = None
) -> TypedRule | None:
    """The same, and once somebody departs as a type that does not choose would, play is ``revert`` for good.

    Such a departure shows that the player is of this type, as far as others can tell: to go back to what was agreed
    would be no equilibrium.  Departures that no such type could have made are answered as in the rule.  Whether a type
    may still be there is part of the modes; after a change that draws a player's type anew it may be.
    ``revert``  Int[states], rows.

    None where there would be more than ``MOST_MODES`` modes.
    """
    return _Watched(typed, rule, revert, _Departures(typed, rule, plan)).unfold()


def _actions(typed: TypedGame, rows: Ints) -> tuple[tuple[Ints | None, ...], ...]:
    own = typed.game.own_action
    return tuple(
        tuple(None if one.rule is not None else own[rows, i] for one in types) for i, types in enumerate(typed.types)
    )


@final
@dataclass(frozen=True, eq=False)
class _Departures:
    """Who departs from a rule of play in which rows."""

    typed: TypedGame
    rule: RuleOfPlay
    plan: Plan | None

    def of(self, mode: int) -> Bools:
        """Bool[rows, players]: whether a player's own action is none that the mode asks for or puts up with."""
        game = self.typed.game
        state = game.row_state
        played = self.rule.rows[mode][state]
        out = game.own_action != game.own_action[played]
        if mode:
            # Who complies while others suspend need not be suspended for longer.
            out &= game.own_action != game.own_action[self.rule.rows[0][state]]
        elif self.plan is not None:
            for i in range(game.n_players):
                alone = played + (game.own_action[:, i] - game.own_action[played, i]) * game.stride[state, i]
                out[:, i] &= ~self.plan.allowed[alone]
        out[game.same_outcome(np.arange(game.n_rows), played)] = False
        return np.asarray(out)

    def proved(self, mode: int) -> Bools:
        """Bool[outcomes]: what only a departure brings about."""
        typed, seen = self.typed, self.typed.game.monitoring
        departs: Bools = np.asarray(self.of(mode).any(axis=1))
        if seen is None:
            return departs
        out = np.zeros(typed.n_outcomes, dtype=bool)
        for state in range(typed.game.n_states):
            rows = slice(int(typed.game.row_start[state]), int(typed.game.row_start[state + 1]))
            here = departs[rows]
            outcomes = slice(int(typed.outcome_start[state]), int(typed.outcome_start[state + 1]))
            out[outcomes] = ~(seen.table(state)[~here] > 0).any(axis=0) if seen.signals[state] else here
        return out


@final
@dataclass(frozen=True, eq=False)
class _Watched:
    """A rule of play with what is known of types that do not choose."""

    typed: TypedGame
    rule: RuleOfPlay
    revert: Ints
    departures: _Departures

    @cached_property
    def watched(self) -> tuple[tuple[int, int], ...]:
        """(player, type) of those that ever do something else than what was agreed."""
        own, comply = self.typed.game.own_action, self.rule.rows[0]
        return tuple(
            (i, t)
            for i, types in enumerate(self.typed.types)
            for t, one in enumerate(types)
            if one.rule is not None and np.any(one.rule.action != own[comply, i])
        )

    @cached_property
    def _departs(self) -> tuple[Bools, ...]:
        return tuple(self.departures.of(mode) for mode in range(len(self.rule.names)))

    def unfold(self) -> TypedRule | None:
        """The rule, with a mode for everything that can be known where play is."""
        game = self.typed.game
        there = [(1, self._rule_of(k).start) for k in range(len(self.watched))]
        start: Known = (0, *itertools.chain.from_iterable(there))
        last: Known = (UNSAID,)
        number: dict[Known, int] = {start: 0}
        reached = {start: np.zeros(game.n_states, dtype=bool)}
        tables: dict[Known, Ints] = {}
        fresh = {start: np.arange(game.n_states) == game.initial}
        while fresh:
            known, states = fresh.popitem()
            states = states & ~reached[known]
            reached[known] |= states
            if known == last:
                continue
            rows = np.flatnonzero(states[game.row_state])
            codes, which = np.unique(self._after(known, rows), axis=0, return_inverse=True)
            table = tables.setdefault(known, np.full(game.n_rows, UNSAID, dtype=np.int64))
            for k, code in enumerate(codes.tolist()):
                then = last if code[0] == UNSAID else tuple(code)
                if then not in number:
                    number[then] = len(number)
                    reached[then] = np.zeros(game.n_states, dtype=bool)
                here = rows[which.ravel() == k]
                table[here] = number[then]
                ahead = np.zeros(game.n_states, dtype=bool)
                ahead[game.transition[here].indices] = True
                if np.any(ahead & ~reached[then]):
                    fresh[then] = fresh.get(then, np.zeros(game.n_states, dtype=bool)) | ahead
            if len(number) > MOST_MODES:
                return None
        if last in number:
            tables[last] = np.full(game.n_rows, number[last], dtype=np.int64)
        ordered = list(number)
        played = np.stack([self.revert if known == last else self.rule.rows[known[0]] for known in ordered])
        return TypedRule(
            self._names(ordered), 0, _actions(self.typed, played), np.stack([tables[known] for known in ordered])
        )

    def _rule_of(self, k: int) -> TypeRule:
        player, kind = self.watched[k]
        rule = self.typed.types[player][kind].rule
        assert rule is not None
        return rule

    def _after(self, known: Known, rows: Ints) -> Ints:
        """Int[rows, len(known)]: what is known after some rows; -1 first where somebody has shown to be bad."""
        game = self.typed.game
        mode, state = known[0], game.row_state[rows]
        departs = self._departs[mode][rows]
        out = np.empty((len(rows), len(known)), dtype=np.int64)
        out[:, 0] = np.where(departs.any(axis=1), self.rule.punish[mode], self.rule.then[mode])
        shown = np.zeros(len(rows), dtype=bool)
        for k, (player, _) in enumerate(self.watched):
            alive, memory = known[1 + 2 * k : 3 + 2 * k]
            its = self._rule_of(k)
            mine = game.own_action[rows, player]
            renewed = any(given is not None and given[player] is not None
                          for given in (self.typed.redraws, self.typed.replacement))
            does = (its.action[:, state] == mine).any(axis=0) if renewed else its.action[memory, state] == mine
            shown |= departs[:, player] & does & bool(alive)
            out[:, 1 + 2 * k] = 1 if renewed else alive * does
            # Nothing hangs on what a type remembers that is not there.
            out[:, 2 + 2 * k] = np.where(out[:, 1 + 2 * k], its.next_memory[memory, rows], its.start)
        out[shown] = UNSAID
        return out

    def _names(self, ordered: list[Known]) -> tuple[str, ...]:
        """Names of the modes: of the rule's, with the types that may still be there where this tells them apart."""
        out: list[str] = []
        for known in ordered:
            if known[0] == UNSAID:
                out.append(REVEALED)
                continue
            there = [
                f"{self.typed.game.players[i]} {self.typed.types[i][t].name}{known[2 + 2 * k] or ''}"
                for k, (i, t) in enumerate(self.watched)
                if known[1 + 2 * k]
            ]
            name = self.rule.names[known[0]]
            out.append(f"{name}; possible: {', '.join(there)}" if there else name)
        return tuple(out)
