"""Plans that vary over time in one state: a clock that everybody sees, and the game whose states tell its hand.

A clock counts the first periods and then goes round for ever.  It changes no payoff and no law, and everybody knows
what it shows, so the game in which it is part of the state has the same equilibria.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import block_array, csr_array

from games.model.horizon import horizon_of
from games.model.plan import Plan
from games.model.public_monitoring import PublicMonitoring
from games.model.stochastic_game import GameError, StochasticGame, insist_on_game
from games.model.strategy_automaton import Lottery, StrategyAutomaton

MOST_ROWS = 200_000
"""Rows of a game with a clock."""

Asked = str | Sequence[str] | Mapping[str, Sequence[Sequence[str]]]
"""What a plan asks for in one period: a profile, in every state that has it, or a mapping from states to profiles."""


@final
@dataclass(frozen=True)
class Clock:
    """``first`` periods that come once, then ``cycle`` periods (at least one) that come again and again."""

    first: int
    cycle: int

    @property
    def size(self) -> int:
        """How many hands it has."""
        return self.first + self.cycle

    def after(self, hand: int) -> int:
        """What it shows a period later."""
        return hand + 1 if hand + 1 < self.size else self.first

    def name(self, hand: int) -> str:
        """What it shows, in words."""
        return f"period {hand + 1}" if hand < self.first else f"turn {hand - self.first + 1} of {self.cycle}"


def with_clock(game: StochasticGame, clock: Clock) -> StochasticGame:
    """The game whose states are pairs of a hand of the clock and a state, hands in order, states within.

    Raises ``GameError`` if that has too many profiles.
    """
    times, seen = clock.size, game.monitoring
    _insist_on_size(game, clock)

    def moved(exact: Mapping[tuple[str, int, int], object], kind: str, size: int) -> dict[tuple[str, int, int], object]:
        """Exact entries of every hand; columns of the laws of next states are those of the next hand."""
        ahead = kind in ("transition", "next")
        return {(kind, hand * size + row, column + (clock.after(hand) * game.n_states if ahead else 0)): value
                for (what, row, column), value in exact.items() if what == kind for hand in range(times)}

    def law(of_one: csr_array) -> csr_array:
        blocks = [[of_one if column == clock.after(hand) else None for column in range(times)] for hand in range(times)]
        for hand in range(times):  # a hand that no other leads to still needs its columns
            if all(clock.after(k) != hand for k in range(times)):
                blocks[hand][hand] = csr_array(of_one.shape)
        return csr_array(block_array(blocks, format="csr"))

    rationals = {key: value for key, value in game.rationals.items() if key[0] == "discount"}
    rationals |= moved(game.rationals, "payoff", game.n_rows)  # type: ignore[arg-type]
    rationals |= moved(game.rationals, "transition", game.n_rows)  # type: ignore[arg-type]
    monitoring = None
    if seen is not None:
        pairs = int(seen.pair_start[-1])
        monitoring = PublicMonitoring(
            seen.signals * times, seen.law * times, None if seen.next_law is None else law(seen.next_law),
            moved(seen.rationals, "signal", game.n_rows) | moved(seen.rationals, "next", pairs))  # type: ignore[arg-type]
    return replace(
        game, states=tuple(f"{name}, {clock.name(hand)}" for hand in range(times) for name in game.states),
        actions=game.actions * times, payoffs=np.tile(game.payoffs, (times, 1)), transition=law(game.transition),
        monitoring=monitoring, rationals=rationals, _tables=None)


def without_clock(automaton: StrategyAutomaton, game: StochasticGame, clock: Clock) -> StrategyAutomaton:
    """An automaton of ``with_clock(game, clock)`` as one of the game itself, whose modes tell the clock's hands."""
    states, rows = game.n_states, game.n_rows
    pairs = sorted({(state // states, mode) for mode, state in automaton.cells})
    number = {pair: k for k, pair in enumerate(pairs)}

    def at(hand: int, lottery: Lottery) -> Lottery:
        # What no play comes to has no mode of its own; any will do.
        return tuple((number.get((hand, mode), 0), p) for mode, p in lottery)

    cells = {}
    for (mode, state), cell in automaton.cells.items():
        hand = state // states
        ahead = clock.after(hand)
        cells[number[hand, mode], state % states] = replace(
            cell, row=cell.row if cell.row < 0 else cell.row % rows, then=at(ahead, cell.then),
            punish=tuple(at(ahead, x) for x in cell.punish),
            then_at={s % states: at(ahead, x) for s, x in cell.then_at.items() if s // states == ahead},
            punish_at={(i, s % states): at(ahead, x) for (i, s), x in cell.punish_at.items() if s // states == ahead})
    names = tuple(f"{automaton.modes[mode]}, {clock.name(hand)}" for hand, mode in pairs)
    return StrategyAutomaton(names, cells, at(0, automaton.initial))


def _insist_on_size(game: StochasticGame, clock: Clock) -> None:
    if game.n_rows * clock.size > MOST_ROWS:
        raise GameError(
            f"plan: {clock.size} periods of {game.n_rows} profiles are more than {MOST_ROWS}; shorten the plan")


@final
@dataclass(frozen=True, eq=False)
class TimedPlan:
    """What is to be played on the path, period by period: a restriction that leaves everything else free.

    ``game``   the game.
    ``clock``  how time is counted.
    ``plan``   what is asked, as a plan for ``with_clock(game, clock)``.
    """

    game: StochasticGame
    clock: Clock
    plan: Plan

    @property
    def allowed(self) -> NDArray[np.bool_]:
        """Bool[hands * rows]: what is allowed, one hand of the clock after another."""
        return self.plan.allowed

    def to_json(self) -> dict[str, list[dict[str, list[list[str]]]]]:
        """``periods`` and ``pattern`` of a path file, each entry the restricted states with what is allowed there."""
        first, size = self.clock.first, self.clock.size
        entries = [Plan(self.game, part).to_json() for part in np.split(self.allowed, size)]
        out = {"periods": entries[:first]} if first else {}
        return out | ({"pattern": entries[first:]} if any(entries[first:]) or not first else {})


def timed_plan(game: StochasticGame, periods: Sequence[Asked] = (), pattern: Sequence[Asked] = ()) -> Plan | TimedPlan:
    """The plan that asks for one entry of ``periods`` after another, and from then on goes round in ``pattern``.

    An entry is a profile ("C,D" or its labels), to be played in every state that has it, or a mapping from states to
    the profiles allowed there.  Without a pattern everything is free after the periods; in a game that ends, a pattern
    goes round as often as there is time for.

    Where every state comes in one period only, as in games of so many periods, this is a plain ``Plan``.  Raises
    ``GameError``, naming the entry, if the game does not have what is asked.

    >>> from games import repeated_game
    >>> game = repeated_game([[[2, 2], [-1, 3]], [[3, -1], [0, 0]]], 0.9, actions=[["C", "D"]] * 2)
    >>> timed_plan(game, pattern=["C,D", "D,C"]).plan.to_json()
    {'s0, turn 1 of 2': [['C', 'D']], 's0, turn 2 of 2': [['D', 'C']]}
    """
    insist_on_game(game)
    periods, pattern = _entries(periods, "periods"), _entries(pattern, "pattern")
    if not periods and not pattern:
        raise GameError("plan: neither periods nor a pattern is given; say what is to be played, and when")
    clock = Clock(len(periods), max(len(pattern), 1))
    _insist_on_size(game, clock)
    places = [f"periods, entry {k + 1}" for k in range(len(periods))]
    places += [f"pattern, entry {k + 1}" for k in range(len(pattern))]
    parts = []
    for place, asked in zip(places, [*periods, *pattern], strict=True):
        try:
            plan = Plan.from_json(game, asked) if isinstance(asked, Mapping) else Plan.of_profile(game, asked)
        except GameError as error:
            raise GameError(f"{place}: {error}") from None
        parts.append(plan.allowed)
    if not pattern:
        parts.append(np.ones(game.n_rows, dtype=bool))
    ends = horizon_of(game)
    if isinstance(ends, str):
        return TimedPlan(game, clock, Plan(with_clock(game, clock), np.concatenate(parts)))
    if len(periods) > ends.periods:
        raise GameError(f"periods, entry {ends.periods + 1}: the game ends after {ends.periods} periods; ask for no "
                        "more")
    hands = [0]
    while len(hands) <= int(ends.period.max(initial=0)):
        hands.append(clock.after(hands[-1]))
    rests = ends.period[game.row_state] < 0
    at = np.array(hands)[np.maximum(ends.period[game.row_state], 0)]
    return Plan(game, rests | np.array(parts)[at, np.arange(game.n_rows)])


def _entries(given: Any, place: str) -> list[Asked]:
    """Entries as a list; raises ``GameError`` where there is one thing only, or none that can be gone through."""
    if isinstance(given, str | Mapping) or not isinstance(given, Iterable):
        raise GameError(f"{place}: {given!r:.60} is no list of entries, one for each period; write [...]")
    return list(given)
