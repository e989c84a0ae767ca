"""The frame of a treaty's game where it was compiled, and the game of any world that has the same.

What is made one where the treaty is compiled, because it is equal there, is held against each world's own numbers:
amounts and chances of moves and states that are alike, payoffs and laws of rows of a class, what everyone must see
alike.  So are conditions, where laws lead, which chances are none, and whether the treaty surely ends.  In any of this
nothing is taken from one world to another unless it is made of the same objects in both.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, final

import numpy as np
from numpy.typing import NDArray

from games.numerics.arrays import Floats, Ints
from games.numerics.numbering import numbered
from games.structure.numbers import Numbers
from games.structure.public import PublicNumbers, PublicStructure
from games.structure.structure import Laws, Structure
from treaties.compiling.compile import Compiler, Frame
from treaties.compiling.compiled_treaty import CompiledTreaty
from treaties.compiling.law_terms import Entries
from treaties.compiling.layers import lead_to
from treaties.compiling.lumping import lumped
from treaties.compiling.reads import Uneven, Unread
from treaties.compiling.retold import Restructured, Told
from treaties.compiling.rows import Rows
from treaties.compiling.scopes import Beyond
from treaties.compiling.world_parts import Now, Parts
from treaties.compiling.world_sums import Hearing, Motion, Payoffs, Same
from treaties.effects import STATUS, CompilationError
from treaties.model.treaty import Treaty

DIFFERENT = (Restructured, CompilationError, Unread, Beyond, Uneven)
"""What says that a world's game has another structure, or that this cannot be told."""


@final
@dataclass(frozen=True, eq=False)
class Kinds:
    """Numbers that are equal in some worlds, to be equal in all.

    ``number``  Int[numbers]: the kind of each; ``first`` Int[kinds]: one of each.
    """

    number: Ints
    first: Ints
    same: Same

    @staticmethod
    def of(worlds: Sequence[NDArray[Any]]) -> Kinds:
        """From numbers in several worlds, and what else is to keep them apart."""
        number, first = numbered(*worlds)
        return Kinds(number, first, Same.of(first[number]))

    def of_each(self, numbers: Floats) -> Floats:
        """Float[kinds]: the numbers of a world; raises ``Restructured`` if some of a kind differ there."""
        self.same.insist(numbers)
        return numbers[self.first]


def _laws(entries: Entries, kinds: Kinds, which: Ints) -> Laws:
    return Laws.of(entries.indptr, entries.indices, kinds.number[entries.which], which)


@final
class WorldFrame:
    """How the numbers of a treaty's game follow from those of a world, and where they do not.

    ``other``   a world in which every number that varies is another; ``tried`` worlds that say which are equal.
    ``shared``  how many of these have this structure.  ``refinement`` of the grids of stocks, as in ``compile_treaty``.

    Raises one of ``DIFFERENT`` if it cannot be told.
    """

    def __init__(self, treaty: Treaty, other: Treaty, tried: Iterable[Treaty], refinement: int = 1) -> None:
        told = Told.of(treaty, refinement)
        compiler = Compiler(treaty, told.context, told.brought)
        now = Now(treaty, told, compiler.observation)
        another = now.again(other)
        self.frame = frame = compiler.frame(compiler.explore())
        self.compiler, self.now = compiler, now
        self.parts = Parts(compiler, frame, now, another)
        self._sort_out()
        self.alike = self._alike()
        self.ends = self.status.told(self.parts.numbers)[:, -1] == 1.0
        self.payoffs, self.motion = Payoffs(self.parts), Motion(self.parts)
        self.hearing = None if compiler.observation is None else Hearing(self.parts)
        game = compiler.assemble(frame)
        self._insist_on(game)
        worlds = [self._all_numbers(now), *filter(None, (self._tried(of) for of in tried))]
        self.shared = len(worlds) - 1
        earned, *chances = zip(*worlds, strict=True)
        self.kinds = [Kinds.of((self.payoffs.whose, *earned)), *map(Kinds.of, chances)]
        self.structure = self._structure(game)
        self.parts.forget_places()
        self._sort_out()

    def _sort_out(self) -> None:
        """Parts that may say anything else, those among them of mixed laws, and the law of the treaty's status."""
        self.live = [part for part in self.parts.parts if part.live]
        self.status = self.parts.parts[self.parts.laws[STATUS]]
        self.mixed = [
            (part, np.unique(part.kinds, return_index=True)[1][part.kinds]) for part in self.live if part.mixed
        ]

    def _structure(self, compiled: CompiledTreaty) -> Structure | PublicStructure:
        """What games have in common that differ in their numbers only."""
        motion, hearing, kinds = self.motion, self.hearing, self.kinds
        earned = kinds[0].number[self.payoffs.sum_of][self.frame.paid_row]
        moves = _laws(motion.laws, kinds[1], motion.law_row)
        if hearing is None:
            return Structure.of(compiled.game, moves, earned, compiled.compliance)
        joint = motion.outcome_laws
        return PublicStructure(
            compiled.game.initial,
            compiled.game.row_start,
            compiled.compliance,
            earned,
            hearing.seen,
            moves,
            _laws(hearing.laws, kinds[2], hearing.law_row),
            self.parts.combinations,
            None if joint is None else _laws(joint, kinds[3], motion.law_row),
        )

    def _alike(self) -> Same:
        """Numbers of live parts that are to be equal."""
        like = np.arange(len(self.parts.like))
        for part in self.live:
            if part.numbers:
                like[part.at(part.start)] = self.parts.like[part.at(part.start)]
        return Same.of(like)

    def _insist_on(self, compiled: CompiledTreaty) -> None:
        """Raise ``Uneven`` unless payoffs and laws are, to the last bit, those of compilation."""
        earned, sums = self._all_numbers(self.now)[:2]
        game, laws = compiled.game, self.motion.laws.some(self.motion.law_row)
        if not (
            np.array_equal(earned[self.payoffs.sum_of][self.frame.paid_row], game.payoffs)
            and np.array_equal(laws.indptr, game.transition.indptr)
            and np.array_equal(laws.indices, game.transition.indices)
            and np.array_equal(sums[laws.which], game.transition.data)
        ):
            raise Uneven

    def _tried(self, treaty: Treaty) -> tuple[Floats, ...] | None:
        """The numbers of another world, None if its game has another structure."""
        try:
            return self._all_numbers(self.now.again(treaty))
        except DIFFERENT:
            return None

    def _all_numbers(self, now: Now) -> tuple[Floats, ...]:
        """All payoffs, chances of next states, of signals and of both together.

        Raises ``Restructured`` if they are those of another structure.
        """
        self.parts.insist_on_quiet(now)
        numbers = self.parts.numbers.copy()
        for part in self.live:
            said = part.ask(now)
            if part.numbers:
                numbers[part.at(part.start)] = said[-1].ravel()
        self._insist_on_likeness(numbers)
        _, sums, outcomes = self.motion.at(numbers)
        out = (self.payoffs.at(self.parts, now, numbers), sums)
        if self.hearing is None:
            return out
        said_here = self.hearing.at(numbers)
        return (*out, said_here) if outcomes is None else (*out, said_here, outcomes)

    def _insist_on_likeness(self, numbers: Floats) -> None:
        """Raise ``Restructured`` if numbers are no longer equal, or the treaty surely ends elsewhere than it did."""
        self.alike.insist(numbers)
        for part, first in self.mixed:
            told = part.told(numbers)
            if not np.array_equal(told, told[first]):
                raise Restructured
        if self.status.live and not np.array_equal(self.status.told(numbers)[:, -1] == 1.0, self.ends):
            raise Restructured

    def numbers(self, treaty: Treaty) -> Numbers | PublicNumbers:
        """The numbers of a world; raises one of ``DIFFERENT`` if the structure is not that of its game."""
        found = self._all_numbers(self.now.again(treaty))
        earned, chances, *more = (kinds.of_each(values) for kinds, values in zip(self.kinds, found, strict=True))
        discount = np.array([party.discount.value for party in treaty.parties])
        if isinstance(self.structure, Structure):
            return Numbers(self.structure, earned, chances, discount)
        said, *joint = more
        return PublicNumbers(self.structure, earned, chances, said, joint[0] if joint else None, discount)

    def compiled(self, treaty: Treaty) -> CompiledTreaty:
        """What compilation makes of a world; raises one of ``DIFFERENT`` if it makes another structure of it."""
        now = self.now.again(treaty)
        self.parts.insist_on_quiet(now)
        numbers = self.parts.numbers.copy()
        for part in [*self.live, *(self.parts.parts[k] for k in self.parts.aspects)]:
            said = part.ask(now)
            if part.numbers:
                numbers[part.at(part.start)] = said[-1].ravel()
                if not np.array_equal(numbered(*part.told(numbers).T)[0], part.kinds):
                    raise Restructured
        self._insist_on_likeness(numbers)
        apart = self.motion.at(numbers)[0]
        compiler = Compiler(treaty, now.told.context, now.told.brought)
        compiler.law_scope = self.compiler.law_scope
        frame = self._frame_of(compiler, apart)
        if now.options is not None:
            frame = replace(frame, actions=compiler.actions(frame.parts, frame.rows.members, len(frame.states)))
        return compiler.assemble(frame)

    def _frame_of(self, compiler: Compiler, apart: Floats) -> Frame:
        """The frame of a world in which nothing else is alike, from its chances by states found."""
        frame = self.frame
        layers = frame.layers
        if compiler.moved_by_signals:
            layers = [compiler.layer(layer.offer) for layer in layers]
        laws = self.motion.laws_apart(apart, len(frame.sorted_keys))
        lumps = lumped(frame.found, compiler.variables, frame.kinds, laws, frame.starts, frame.counts)
        if not np.array_equal(lumps.lump_of, frame.lumps.lump_of):
            raise Restructured
        rows, paid, spoken = (
            Rows(of.states, of.blocks, compiler.choices, of.members, compiler.fill)
            for of in (frame.rows, frame.paid, frame.spoken)
        )
        laws = lead_to(laws, lumps.lump_of, len(frame.states))
        return replace(frame, layers=layers, laws=laws, rows=rows, paid=paid, spoken=spoken)
