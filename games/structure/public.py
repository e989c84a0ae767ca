"""A game with public signals apart from its numbers, as what each row pays, where it leads and what is heard of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

from games.numerics.arrays import Floats, Ints
from games.structure.structure import Laws


@final
@dataclass(frozen=True, eq=False)
class PublicStructure:
    """What games with public signals have in common that differ in their numbers only.

    ``initial``    the initial state.
    ``row_start``  Int[states + 1]; ``plan`` Int[states]: the row of the plan, -1 where it leaves play free.
    ``earned``     Int[rows, players]: the number of what each player earns.
    ``seen``       Int[rows]: what everyone sees of the moves, numbered in each state from 0.
    ``motion``     laws of the next state.
    ``heard``      laws of what is heard beside; "states" are combinations of what may be said, of which there are
                   ``combinations``.
    ``joint``      laws of both, as combination * states + state; None where what is heard moves nothing: both are then
                   independent given the row.
    """

    initial: int
    row_start: Ints
    plan: Ints
    earned: Ints
    seen: Ints
    motion: Laws
    heard: Laws
    combinations: int
    joint: Laws | None

    @property
    def n_states(self) -> int:
        """Number of states."""
        return len(self.row_start) - 1


@final
@dataclass(frozen=True, eq=False)
class PublicNumbers:
    """The numbers of one of the games that have a structure.

    ``earned``    Float[numbers of what players earn], in the game's own units.
    ``chances``, ``said``, ``joint``  Float[numbers of chances] of the laws of motion, of what is heard, and of both;
                  the last None where what is heard moves nothing.
    ``discount``  Float[players].
    """

    structure: PublicStructure
    earned: Floats
    chances: Floats
    said: Floats
    joint: Floats | None
    discount: Floats

    @property
    def payoff(self) -> Floats:
        """Float[rows, players]: payoff per period."""
        return self.earned[self.structure.earned]
