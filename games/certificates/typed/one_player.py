"""The game that a type faces: states are places with the types of all, and the others do what their types do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, partial
from itertools import product
from typing import Any, final

import numpy as np
from scipy.sparse import csr_array

from games.certificates.automata.chain import spans
from games.certificates.typed.places import Moves, Places
from games.model.stochastic_game import StochasticGame
from games.model.strategy_automaton import Cell, StrategyAutomaton, surely
from games.numerics.arrays import Floats, Ints
from games.numerics.exact import chance, to_fraction

Profile = tuple[int, ...]
"""The type of every player."""
Rationals = dict[tuple[str, int, int], Fraction]


@final
@dataclass(frozen=True, eq=False)
class OnePlayer:
    """The game, the type's rule in it, and Int[rows]: the own action that each of its rows stands for."""

    game: StochasticGame
    automaton: StrategyAutomaton
    action: Ints


def one_player_game(
    places: Places, player: int, kind: int, profiles: tuple[Profile, ...], prior: Sequence[Sequence[Fraction]]
) -> OnePlayer:
    """The game that a player's type ``kind`` faces against each of the profiles of types.

    ``prior``  by which types are drawn anew.  State ``place * len(profiles) + k`` has the types of profile k; where
    the player's own type was drawn anew and is another, that type moves.
    """
    return _Builder(places, player, kind, profiles, prior).build()


@final
class _Builder:
    def __init__(
        self, places: Places, player: int, kind: int, profiles: tuple[Profile, ...],
        prior: Sequence[Sequence[Fraction]],
    ) -> None:
        self.places, self.player, self.kind, self.profiles, self.prior = places, player, kind, profiles, prior
        self.typed, self.game = places.typed, places.typed.game
        self.number = {profile: k for k, profile in enumerate(profiles)}
        self.rationals: Rationals = {}
        every = np.arange(len(places.edge_pair))
        # Who is drawn anew where play rests makes no difference, and play is to rest.
        goes_on = ~places.over[places.edge_place]
        self.redrawn = [None if (again := places.redrawn(i, every)) is None else again & goes_on
                        for i in range(self.game.n_players)]
        # Many rows of the game of one player are averages of the same few rows.
        self._law_of = cache(self.game.exact_transition)
        self._pay_of = cache(partial(self.typed.exact_payoff, player, kind))
        self._types_after = cache(self._types_drawn)

    def build(self) -> OnePlayer:
        m = len(self.profiles)
        first = self._first_rows()
        node = np.repeat(np.arange(len(first) - 1), np.diff(first))
        action = np.arange(len(node)) - first[node]
        place, kind = node // m, np.array([p[self.player] for p in self.profiles])[node % m]
        at, row, chances = self._profiles_played(place, node % m, action, kind)
        simple = np.bincount(at, minlength=len(node)) == 1
        simple &= ~self._changes_type(place, row, at, len(node))
        quick = np.flatnonzero(simple[at])
        payoff = np.zeros(len(node))
        payoff[at[quick]] = self._payoffs(at[quick], row[quick])
        source, target, share = self._laws(at[quick], row[quick], node)
        slow = self._slow(np.flatnonzero(~simple[at]), at, row, chances, node, payoff)
        size = len(first) - 1
        law = csr_array((
            np.concatenate([share, [chance(p) for *_, p in slow]]),
            (np.concatenate([source, np.array([k for k, *_ in slow], dtype=np.int64)]),
             np.concatenate([target, np.array([x for _, x, _ in slow], dtype=np.int64)]))), shape=(len(node), size))
        game = self._game(first, payoff, law)
        return OnePlayer(game, self._automaton(first), np.where(kind == self.kind, action, 0))

    def _first_rows(self) -> Ints:
        """Int[nodes + 1]: one row per own action; one row only where another type moves, or play is over."""
        places = self.places
        counts = np.repeat(self.game.action_counts[places.state, self.player][:, None], len(self.profiles), axis=1)
        for p, profile in enumerate(self.profiles):
            if profile[self.player] != self.kind:
                counts[:, p] = 1
        counts[places.over] = 1
        return np.concatenate([[0], np.cumsum(counts.ravel())]).astype(np.int64)

    def _profiles_played(
        self, place: Ints, profile: Ints, action: Ints, kind: Ints
    ) -> tuple[Ints, Ints, list[Fraction] | None]:
        """Rows of this game with the game's rows that they stand for, and their chances (None: all are 1)."""
        places, state = self.places, self.places.state[place]
        at, row = np.arange(len(place)), self.game.row_start[state].astype(np.int64)
        mixed = any(one.chance is not None for mine in places.moves for one in mine)
        chances = np.full(len(at), Fraction(1), dtype=object) if mixed else None
        for i, moves in enumerate(places.moves):
            kinds = np.array([p[i] for p in self.profiles])[profile[at]]
            own = (kinds == self.kind) & (i == self.player)
            count = np.ones(len(at), dtype=np.int64)
            for t, one in enumerate(moves):
                mine = (kinds == t) & ~own
                count[mine] = one.count[place[at[mine]]]
            again = np.repeat(np.arange(len(at)), count)
            slot = np.arange(len(again)) - np.repeat(np.cumsum(count) - count, count)
            at, row, kinds, own = at[again], row[again], kinds[again], own[again]
            chances = None if chances is None else chances[again]
            taken = np.where(own, action[at], 0)
            for t, one in enumerate(moves):
                mine = np.flatnonzero((kinds == t) & ~own)
                taken[mine] = one.action[place[at[mine]], slot[mine]]
                if chances is not None and one.chance is not None:
                    chances[mine] = chances[mine] * one.chance[place[at[mine]], slot[mine]]
            row = row + taken * self.game.stride[state[at], i]
        return at, row, None if chances is None else chances.tolist()

    def _edges(self, place: Ints, row: Ints) -> tuple[Ints, Ints]:
        """Positions and edges of what may follow rows played at places."""
        places = self.places
        pair = places.pair_start[place] + row - self.game.row_start[places.state[place]]
        return spans(places.edge_start, pair)

    def _changes_type(self, place: Ints, row: Ints, at: Ints, size: int) -> Any:
        """Bool[rows]: whether somebody's type may be drawn anew after it."""
        out = np.zeros(size, dtype=bool)
        marks = [again for again in self.redrawn if again is not None]
        if marks:
            position, edge = self._edges(place[at], row)
            out[at[position[np.logical_or.reduce(marks)[edge]]]] = True
        return out

    def _payoffs(self, at: Ints, row: Ints) -> Floats:
        """What single rows pay; what no float names is noted."""
        own = self.typed.types[self.player][self.kind].payoffs
        if own is None:
            exact = {r: v for (what, r, i), v in self.game.rationals.items() if what == "payoff" and i == self.player}
            table = self.game.payoffs[:, self.player]
        else:
            exact = {r: to_fraction(x) for r, x in enumerate(own)} if own.dtype == object else {}
            table = own.astype(np.float64)
        if exact:
            for k, r in zip(at.tolist(), row.tolist(), strict=True):
                if r in exact:
                    self.rationals["payoff", k, 0] = exact[r]
        return np.asarray(table[row])

    def _laws(self, at: Ints, row: Ints, node: Ints) -> tuple[Ints, Ints, Floats]:
        """The laws of single rows after which all types stay what they are."""
        places, m = self.places, len(self.profiles)
        position, edge = self._edges(node[at] // m, row)
        source = at[position]
        target = places.edge_place[edge] * m + node[source] % m
        known = self.game.tables.laws.exact_by_row
        if known:
            for k, x, r, s in zip(source.tolist(), target.tolist(), row[position].tolist(),
                                  places.edge_state[edge].tolist(), strict=True):
                if s in known.get(r, {}):
                    self.rationals["transition", k, x] = known[r][s]
        return source, target, places.edge_chance[edge]

    def _slow(
        self, which: Ints, at: Ints, row: Ints, chances: list[Fraction] | None, node: Ints, payoff: Floats
    ) -> list[tuple[int, int, Fraction]]:
        """Payoffs and laws of rows that are averages, entry by entry."""
        places, m = self.places, len(self.profiles)
        pays: dict[int, Fraction] = {}
        law: dict[tuple[int, int], Fraction] = {}
        for k in which.tolist():
            mine, r = int(at[k]), int(row[k])
            weight = Fraction(1) if chances is None else chances[k]
            pays[mine] = pays.get(mine, Fraction(0)) + weight * self._pay_of(r)
            exact = self._law_of(r)
            place, profile = divmod(int(node[mine]), m)
            _, edges = self._edges(np.array([place]), np.array([r]))
            for e in edges.tolist():
                p = weight * exact[int(places.edge_state[e])]
                drawn = tuple(again is not None and bool(again[e]) for again in self.redrawn)
                for then, q in self._types_after(self.profiles[profile], drawn):
                    key = mine, int(places.edge_place[e]) * m + then
                    law[key] = law.get(key, Fraction(0)) + p * q
        for mine, value in pays.items():
            payoff[mine] = float(value)
            if to_fraction(payoff[mine]) != value:
                self.rationals["payoff", mine, 0] = value
        for (mine, then), p in law.items():
            if to_fraction(chance(p)) != p:
                self.rationals["transition", mine, then] = p
        return [(mine, then, p) for (mine, then), p in law.items()]

    def _types_drawn(self, profile: Profile, drawn: tuple[bool, ...]) -> list[tuple[int, Fraction]]:
        """Profiles of types, with their chances, once some players' are drawn anew."""
        laws = [[(u, p) for u, p in enumerate(self.prior[i]) if p] if drawn[i] else [(t, Fraction(1))]
                for i, t in enumerate(profile)]
        out = []
        for types in product(*laws):
            p = Fraction(1)
            for _, q in types:
                p *= q
            out.append((self.number[tuple(u for u, _ in types)], p))
        return out

    def _game(self, first: Ints, payoff: Floats, law: csr_array) -> StochasticGame:
        one, m = self.typed.types[self.player][self.kind], len(self.profiles)
        labels = [actions[self.player] for actions in self.game.actions]
        state = np.repeat(self.places.state, m).tolist()
        actions = tuple((labels[s] if len(labels[s]) == c else ("as it goes",),)
                        for s, c in zip(state, np.diff(first).tolist(), strict=True))
        game = StochasticGame(
            (one.name,), np.zeros(1), tuple(map(str, range(len(first) - 1))), actions, payoff[:, None], law,
            initial=self.places.root * m, rationals=self.rationals)
        return game.with_discount([self.typed.exact_discount(self.player, self.kind)])

    def _automaton(self, first: Ints) -> StrategyAutomaton:
        """What the rule does, as one mode."""
        places, m, stay = self.places, len(self.profiles), surely(0)
        moves: Moves = places.moves[self.player][self.kind]
        alone = np.diff(first) == 1
        cells: dict[tuple[int, int], Cell] = {}
        for k, row in enumerate(first[:-1].tolist()):
            place = k // m
            if alone[k]:
                cells[0, k] = Cell(row, stay, (stay,))
            elif moves.count[place] == 1:
                cells[0, k] = Cell(row + int(moves.action[place, 0]), stay, (stay,))
            else:
                assert moves.chance is not None
                mix = [Fraction(0)] * int(first[k + 1] - first[k])
                for slot in range(int(moves.count[place])):
                    mix[int(moves.action[place, slot])] = moves.chance[place, slot]
                cells[0, k] = Cell(-1, stay, (stay,), mix=(tuple(mix),))
        return StrategyAutomaton(("as the rule says",), cells, surely(0))
