"""A game apart from its numbers: classes of rows, what each player can bring about alone, laws, an order of states.

Classes are those of the lossless quotient, so that no player can tell two rows of a class apart in what they are worth.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import final

import numpy as np

from games.model.row_quotient import RowQuotient, row_quotient
from games.model.stochastic_game import StochasticGame
from games.numerics.arrays import Bools, Ints
from games.numerics.components import components
from games.numerics.numbering import numbered, numbered_lists


@final
@dataclass(frozen=True, eq=False)
class Laws:
    """The laws of the next state of a game: where each can lead, and by which of the game's chances.

    ``of_row``  Int[rows]: the number of the row's law; ``start`` Int[laws + 1] into ``state`` Int[entries], the next
                states, in order, and ``chance`` Int[entries], the number of the chance.
    """

    of_row: Ints
    start: Ints
    state: Ints
    chance: Ints

    @staticmethod
    def of(pointer: Ints, state: Ints, chance: Ints, which: Ints) -> Laws:
        """From laws with repetitions: Int[laws + 1] into next states and chances; ``which`` Int[rows] says whose."""
        number, example = numbered_lists(pointer[:-1], pointer[1:], state, chance)
        # In the order of the first rows that have them.
        of_row, row = numbered(number[which])
        first = example[number[which[row]]]
        length = np.diff(pointer)[first]
        start = np.concatenate([[0], np.cumsum(length)]).astype(np.int64)
        at = np.repeat(pointer[first] - start[:-1], length) + np.arange(int(start[-1]))
        return Laws(of_row, start, state[at].astype(np.int64), chance[at].astype(np.int64))


@final
@dataclass(frozen=True, eq=False)
class Structure:
    """What games have in common that differ in their numbers only.

    ``initial``    the initial state.
    ``quotient``   of the rows into classes; ``row`` Int[classes]: the row that stands for each, the plan's own if the
                   class has it; ``plan`` Int[states]: the class that the plan plays, -1 where it leaves play free.
    ``start``      Int[states + 1]: the first class of each state.
    ``earned``     Int[classes, players]: the number of what each player earns; ``law`` Int[classes].
    ``options``    Int[classes, players]: the set of what the player can bring about alone, its own outcome included.
    ``twin``       Bool[classes, players]: a deviation changes what others earn, but neither its own payoff nor the law.
    ``set_start``  Int[sets + 1] into ``set_earned`` and ``set_law``: what the deviator earns, and where it leads;
                   ``set_player`` Int[sets]: whose options they are.
    ``used_start`` Int[states + 1] into ``used_set``: the sets of each state.
    ``law_start``  Int[laws + 1] into ``law_state``, the next states, and ``law_chance``, the numbers of their chances.
    ``known_start``  Int[states + 1] into ``known_law``: the distinct laws of each state, of which ``local_law``
                   Int[classes] and ``set_local`` Int[entries of sets] are positions.
    ``order``      Int[states]: downstream first, each cycle backwards along its clock; ``part`` Int[parts + 1] into
                   it: each part is a set of states that all reach one another.
    ``pointer``    Int[states + 1] into ``successor``: the states that some row of a state makes possible.
    """

    initial: int
    quotient: RowQuotient
    row: Ints
    plan: Ints
    start: Ints
    earned: Ints
    law: Ints
    options: Ints
    twin: Bools
    set_start: Ints
    set_earned: Ints
    set_law: Ints
    set_local: Ints
    set_player: Ints
    used_start: Ints
    used_set: Ints
    law_start: Ints
    law_state: Ints
    law_chance: Ints
    known_start: Ints
    known_law: Ints
    local_law: Ints
    order: Ints
    part: Ints
    pointer: Ints
    successor: Ints

    @staticmethod
    def of(
        game: StochasticGame, laws: Laws, earned: Ints, plan: Ints, quotient: RowQuotient | None = None
    ) -> Structure:
        """The structure of a game in which everyone sees the profile.

        ``earned``  Int[rows, players]: numbers that are equal where what the player earns is; players share none.
        ``plan``    Int[states]: the row of the plan, -1 where it leaves play free.
        ``quotient``  of the rows where it is known; else rows are told apart by these numbers.
        """
        if quotient is None:
            quotient = row_quotient(game, (laws.of_row, earned))
        planned = np.zeros(game.n_rows, dtype=bool)
        planned[plan[plan >= 0]] = True
        row = quotient.represented_by(planned)
        states, known = _pairs(game.row_state, laws.of_row)
        known_start = np.searchsorted(states, np.arange(game.n_states + 1)).astype(np.int64)
        code = states * (len(laws.start) - 1) + known

        def local(rows: Ints) -> Ints:
            state = game.row_state[rows]
            place = np.searchsorted(code, state * (len(laws.start) - 1) + laws.of_row[rows])
            return np.asarray(place - known_start[state], dtype=np.int64)

        player = np.empty(len(quotient.set_start) - 1, dtype=np.int64)
        for i in range(game.n_players):
            player[quotient.options[:, i]] = i
        mine = np.repeat(player, np.diff(quotient.set_start))
        owner, used = _pairs(np.repeat(game.row_state[quotient.row], game.n_players), quotient.options.ravel())
        size = np.diff(laws.start)[known]
        first = np.concatenate([[0], np.cumsum(size)])[:-1]
        at = np.repeat(laws.start[known] - first, size) + np.arange(int(size.sum()))
        source, successor = _pairs(np.repeat(states, size), laws.state[at])
        pointer = np.searchsorted(source, np.arange(game.n_states + 1)).astype(np.int64)
        parts = components(pointer, successor, game.initial)
        return Structure(
            quotient=quotient,
            row=row,
            plan=np.where(plan < 0, -1, quotient.class_of[plan]),
            start=quotient.start,
            earned=np.ascontiguousarray(earned[quotient.row]),
            law=laws.of_row[quotient.row],
            options=quotient.options,
            twin=quotient.twin,
            set_start=quotient.set_start.astype(np.int64),
            set_earned=earned[quotient.set_row, mine],
            set_law=laws.of_row[quotient.set_row],
            set_local=local(quotient.set_row),
            set_player=player,
            used_start=np.searchsorted(owner, np.arange(game.n_states + 1)).astype(np.int64),
            used_set=used,
            law_start=laws.start,
            law_state=laws.state,
            law_chance=laws.chance,
            known_start=known_start,
            known_law=known,
            local_law=local(quotient.row),
            order=np.concatenate([c.states for c in parts]),
            part=np.cumsum([0, *(len(c.states) for c in parts)]),
            pointer=pointer,
            successor=successor,
            initial=game.initial,
        )

    @cached_property
    def earned_by(self) -> Ints:
        """Int[numbers of what players earn]: whose each is."""
        out = np.zeros(max(int(self.earned.max()), int(self.set_earned.max())) + 1, dtype=np.int64)
        for i in range(self.n_players):
            out[self.earned[:, i]] = i
        return out

    @property
    def n_states(self) -> int:
        """Number of states."""
        return len(self.start) - 1

    @property
    def n_classes(self) -> int:
        """Number of classes of rows."""
        return len(self.law)

    @property
    def n_players(self) -> int:
        """Number of players."""
        return int(self.earned.shape[1])


def _pairs(one: Ints, other: Ints) -> tuple[Ints, Ints]:
    """The distinct pairs of two columns of numbers from 0 on, in order."""
    width = int(other.max(initial=0)) + 1
    code = np.unique(one * width + other)
    return code // width, code % width
