"""Strategies as small tables of whole numbers, which a page can follow year by year.

A node is a mode of the strategies in a situation of the game.  Tables hold what a play of some years can come to when
everybody follows the strategies or one party at a time departs from them, however often.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import final

import numpy as np

from games.numerics.arrays import Floats
from treaties.compiling.provenance import row_in_words, situation
from treaties.playing.strategies import Place, Strategies

Law = tuple[tuple[int, float], ...]
"""(node, chance) pairs: where play goes on."""
NOWHERE = -1
"""In place of a law: play leaves what the strategies say."""
NOTHING = 1e-11
AS_SIGNED = "as at signature"
Rows = tuple[tuple[float, ...], ...]
"""Per party, one amount per row of a table."""


@final
@dataclass(frozen=True)
class PlayTable:
    """The situations of a game that a play comes to, and what can be done in them.

    ``moves``  per state and party its moves in words;  ``first`` number of the first row of each state, and of all.
    ``ended``  per state, whether the treaty no longer operates there.
    """

    situations: tuple[str, ...]
    ended: tuple[bool, ...]
    moves: tuple[tuple[tuple[str, ...], ...], ...]
    first: tuple[int, ...]


@final
@dataclass(frozen=True)
class PlayAutomaton:
    """Strategies on a table, node by node; ``packed`` says what the fields are.

    ``laws``  those that ``next`` names; ``next[node][row of its state]`` is ``NOWHERE`` or one of them.
    """

    table: PlayTable
    years: int
    start: Law
    modes: tuple[str, ...]
    state: tuple[int, ...]
    mode: tuple[int, ...]
    act: tuple[int, ...]
    keeps: tuple[bool, ...]
    laws: tuple[Law, ...]
    next: tuple[tuple[int, ...], ...]
    path: tuple[int, ...] = ()


@final
@dataclass(frozen=True)
class Lived:
    """A play: strategies, what every row pays, and what following them brings.

    ``mean``   per party, expected average payoff per period over the years of play, undiscounted.
    ``worth``  per party, average discounted payoff per period for ever; empty if not known.
    ``broken_by``, ``broken_year``  which parties first depart from full compliance, and when (1 is the first year), as
                   is most likely; none, and 0, if nobody does in these years.  ``broken_chance``: that somebody does.
    """

    automaton: PlayAutomaton
    pays: Rows
    mean: tuple[float, ...]
    worth: tuple[float, ...]
    broken_by: tuple[int, ...]
    broken_year: int
    broken_chance: float


def lived(strategies: Strategies, years: int, worth: Sequence[float] = ()) -> Lived:
    """The play of some years in which a party may face these strategies.

    ``worth``  average discounted payoffs of the strategies, if they are at hand.
    """
    woven, game = _Woven(strategies, years), strategies.compiled.game
    found = woven.automaton()
    rows = np.concatenate([np.arange(game.row_start[s], game.row_start[s + 1]) for s in woven.states])
    pays = tuple(tuple(rounded(float(amount)) for amount in game.payoffs[rows, i]) for i in range(game.n_players))
    chance, year, node = first_break(found)
    who = woven.departing(node) if year else ()
    return Lived(found, pays, mean_of(found, pays), tuple(map(rounded, worth)), who, year, chance)


def rounded(value: float) -> float:
    """Four significant digits; what rounding leaves of nothing is nothing.

    >>> rounded(2.0 / 3), rounded(-12345.6), rounded(-3.7e-16)
    (0.6667, -12350.0, 0.0)
    """
    return 0.0 if abs(value) < NOTHING else float(f"{value:.4g}")


def occupation(automaton: PlayAutomaton) -> Floats:
    """Float[years, nodes]: chance that play is at each node in each year if everybody follows the strategies."""
    here = np.zeros((automaton.years, len(automaton.state)))
    for node, chance in automaton.start:
        here[0, node] += chance
    for year in range(1, automaton.years):
        for node in np.flatnonzero(here[year - 1]).tolist():
            for after, chance in automaton.laws[automaton.next[node][automaton.act[node]]]:
                here[year, after] += here[year - 1, node] * chance
    return here


def first_break(automaton: PlayAutomaton) -> tuple[float, int, int]:
    """Chance that full compliance ends in the years of play; the likeliest year, from 1 on, and node of its end.

    Year and node are 0 if it never does.
    """
    complying, broken = dict(automaton.start), 0.0
    likeliest, found = 0.0, (0, 0)
    for year in range(1, automaton.years + 1):
        after: dict[int, float] = {}
        for node, chance in complying.items():
            if not automaton.keeps[node]:
                broken += chance
                if chance > likeliest + 1e-12:
                    likeliest, found = chance, (year, node)
            elif year < automaton.years:
                for ahead, share in automaton.laws[automaton.next[node][automaton.act[node]]]:
                    after[ahead] = after.get(ahead, 0.0) + chance * share
        complying = after
    return min(broken, 1.0), *found


def mean_of(automaton: PlayAutomaton, pays: Rows) -> tuple[float, ...]:
    """Per party, the expected average payoff per period over the years of play if everybody follows the strategies."""
    presence = occupation(automaton).sum(axis=0) / automaton.years
    rows = [automaton.table.first[state] + act for state, act in zip(automaton.state, automaton.act, strict=True)]
    return tuple(float(presence @ np.array([amounts[row] for row in rows])) for amounts in pays)


@final
class _Woven:
    """What play can come to, place by place, nearest first; ``states`` of the game among it, in its order."""

    def __init__(self, strategies: Strategies, years: int) -> None:
        self._strategies, self._compiled, self._years = strategies, strategies.compiled, years
        start = [(mode, self._compiled.game.initial) for mode, _ in strategies.start]
        depth, waiting = dict.fromkeys(start, 0), deque(start)
        while waiting:
            here = waiting.popleft()
            if depth[here] + 1 < years:
                for place in self._ahead(here):
                    if place not in depth:
                        depth[place] = depth[here] + 1
                        waiting.append(place)
        self._depth = depth
        self._number = {place: k for k, place in enumerate(depth)}
        self.states = sorted({state for _, state in depth})

    def _ahead(self, place: Place) -> Iterator[Place]:
        """Where play leads if everybody follows the strategies or one party alone departs."""
        for row in self._rows(place[1]):
            if len(self._strategies.departing(place, row)) < 2:
                yield from ((m, after) for m, after, _ in self._strategies.after(place, row) if m is not None)

    def _rows(self, state: int) -> range:
        return range(int(self._compiled.game.row_start[state]), int(self._compiled.game.row_start[state + 1]))

    def automaton(self) -> PlayAutomaton:
        """The strategies on what play can come to."""
        game, plan = self._compiled.game, self._compiled.plan
        laws: dict[Law, int] = {}
        ahead = [
            () if depth + 1 >= self._years else tuple(self._law(place, row, laws) for row in self._rows(place[1]))
            for place, depth in self._depth.items()
        ]
        at = {state: k for k, state in enumerate(self.states)}
        played = [self._strategies.row(place) for place in self._depth]
        names = [self._strategies.name(mode) for mode, _ in self._depth]
        modes = list(dict.fromkeys(names))
        found = PlayAutomaton(
            table=self._table(),
            years=self._years,
            start=tuple((self._number[mode, game.initial], chance) for mode, chance in self._strategies.start),
            modes=tuple(modes),
            state=tuple(at[state] for _, state in self._depth),
            mode=tuple(modes.index(name) for name in names),
            act=tuple(int(row - game.row_start[state]) for row, (_, state) in zip(played, self._depth, strict=True)),
            keeps=tuple(bool(plan.allowed[row]) for row in played),
            laws=tuple(laws),
            next=tuple(ahead),
        )
        return replace(found, path=_likeliest(found))

    def _law(self, place: Place, row: int, laws: dict[Law, int]) -> int:
        """The number of the law after what was done; ``NOWHERE`` where play comes to what is not in the tables."""
        chances: dict[int, float] = {}
        for mode, state, chance in self._strategies.after(place, row):
            node = self._in_any_mode.get(state, NOWHERE) if mode is None else self._number.get(
                (mode, state), self._in_any_mode.get(state, NOWHERE))  # fmt: skip
            if node == NOWHERE:
                return NOWHERE
            chances[node] = chances.get(node, 0.0) + chance
        return laws.setdefault(tuple((node, float(f"{chance:.8g}")) for node, chance in chances.items()), len(laws))

    @cached_property
    def _in_any_mode(self) -> dict[int, int]:
        found: dict[int, int] = {}
        for (_, state), node in self._number.items():
            found.setdefault(state, node)
        return found

    def _table(self) -> PlayTable:
        compiled, game = self._compiled, self._compiled.game
        sizes = [int(game.row_start[s + 1] - game.row_start[s]) for s in self.states]
        return PlayTable(
            situations=tuple(situation(compiled, s) or AS_SIGNED for s in self.states),
            ended=tuple(not bool(compiled.state_columns.operating[s]) for s in self.states),
            moves=tuple(tuple(self._moves(s, i) for i in range(game.n_players)) for s in self.states),
            first=tuple(np.cumsum([0, *sizes]).tolist()),
        )

    def _moves(self, state: int, player: int) -> tuple[str, ...]:
        """What a party can do in a situation, in words that tell its moves apart."""
        compiled, game = self._compiled, self._compiled.game
        usual = max(int(compiled.unused[state]), int(game.row_start[state]))
        first = usual - int(game.own_action[usual, player]) * int(game.stride[state, player])
        said: list[str] = []
        for action in range(int(game.action_counts[state, player])):
            words = row_in_words(compiled, first + action * int(game.stride[state, player]), player)
            same = sum(one == words or one.startswith(f"{words} (") for one in said)
            said.append(f"{words} ({same + 1})" if same else words)
        return tuple(said)

    def departing(self, node: int) -> tuple[int, ...]:
        """The parties that do not do in a node what full compliance asks."""
        place = list(self._depth)[node]
        usual = max(int(self._compiled.unused[place[1]]), int(self._compiled.game.row_start[place[1]]))
        return self._strategies.departing(place, usual)


def _likeliest(automaton: PlayAutomaton) -> tuple[int, ...]:
    """The nodes of the likeliest course if everybody follows the strategies, year by year."""
    node = _most(automaton.start)
    path = [node]
    while len(path) < automaton.years:
        node = _most(automaton.laws[automaton.next[node][automaton.act[node]]])
        path.append(node)
    return tuple(path)


def _most(law: Law) -> int:
    return max(law, key=lambda pair: (pair[1], -pair[0]))[0]
