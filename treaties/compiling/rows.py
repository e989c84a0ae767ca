"""The rows of a compiled game from the moves of each party: columns are made of them when they are asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import final

import numpy as np

from games.numerics.arrays import Ints
from games.numerics.on_demand import OnDemand
from treaties.compiling.merging import MergedChoice
from treaties.compiling.scopes import Fill
from treaties.effects import Columns


@final
@dataclass(frozen=True, eq=False)
class Block:
    """States whose rows are made of the same moves.

    ``states``   Int[states], in order.
    ``options``  per party Int[moves, choices of the party]: the option of each choice that a move takes, -1 for none.
    """

    states: Ints
    options: tuple[Ints, ...]

    @property
    def sizes(self) -> tuple[int, ...]:
        """How many moves each party has."""
        return tuple(len(moves) for moves in self.options)

    @property
    def profiles(self) -> int:
        """Rows of each of the states."""
        return int(np.prod(self.sizes, dtype=np.int64))


@final
@dataclass(frozen=True, eq=False)
class Rows:
    """Rows of states: every profile of the moves of all parties, in C order.

    ``blocks``   every state is in one of them.
    ``members``  per party the numbers of its choices, in the order of ``Block.options``.
    """

    states: Columns
    blocks: tuple[Block, ...]
    choices: tuple[MergedChoice, ...]
    members: tuple[tuple[int, ...], ...]
    fill: Fill

    @cached_property
    def start(self) -> Ints:
        """Int[states + 1]: the first row of each state."""
        counts = np.zeros(self.states.size, dtype=np.int64)
        for block in self.blocks:
            counts[block.states] = block.profiles
        return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)

    @cached_property
    def columns(self) -> Columns:
        """Columns of all rows, each made when it is first read."""
        keys = {(choice.party, choice.matter): c for c, choice in enumerate(self.choices)}
        row_state = np.repeat(np.arange(self.states.size), np.diff(self.start))
        bare = Columns(
            len(row_state),
            OnDemand(self.states.codes, lambda name: self.states.codes[name][row_state]),
            self.states.values,
            OnDemand(keys, lambda key: self._taken(keys[key])),
            {key: self.choices[c].names for key, c in keys.items()},
        )
        return self.fill(bare)

    def _taken(self, choice: int) -> Ints:
        """Int[rows]: the option taken of one choice."""
        party = next(i for i, mine in enumerate(self.members) if choice in mine)
        place = self.members[party].index(choice)
        out = np.empty(int(self.start[-1]), dtype=np.int64)
        for block in self.blocks:
            out[rows_of(self.start, block)] = block.options[party][moves_of(block.sizes)[party], place]
        return out


def rows_of(start: Ints, block: Block) -> Ints:
    """Int[states of the block, profiles]: numbers of rows."""
    return start[block.states][:, None] + np.arange(block.profiles)


def moves_of(sizes: Sequence[int]) -> list[Ints]:
    """Per party Int[profiles]: the number of its move in each profile, in C order."""
    return [np.asarray(k, dtype=np.int64) for k in np.unravel_index(np.arange(int(np.prod(sizes))), tuple(sizes))]
