"""A treaty compiled once for all its worlds: only amounts, chances and discount factors are worked out in each.

Every function that effects are made of is put to one entry for each combination of what it reads (``reads``), in each
world anew if its clause has other numbers there.  What is made one because it was equal where the treaty was compiled
(states, moves, rows, laws) is held against the world's own numbers, exactly; so are conditions, where laws lead and
which chances are none.  A world in which any of this differs is compiled anew, and counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import final

import numpy as np

from games.numerics.arrays import Floats, Ints
from games.numerics.numbering import numbered
from games.structure.numbers import Numbers, numbers_of
from games.structure.public import PublicNumbers, PublicStructure
from games.structure.structure import Laws, Structure
from treaties.compiling.compile import Compiler, Frame, compile_treaty
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
from treaties.model.errors import TreatyFileError
from treaties.model.treaty import NamedNumber, Treaty
from treaties.reading.worlds import World, Worlds, ranged

APART = 0.6180339887
"""How far apart, in its range, a number lies in two worlds that are tried one after the other (the golden ratio)."""
FIRST, TRIED = 4, 32
"""So many worlds may be the one that is compiled; so many say which numbers are equal."""
ENOUGH = 0.9
"""Share of the worlds tried whose structure is the same, from which on no other structure is looked for."""
Span = tuple[float, float]
DIFFERENT = (Restructured, CompilationError, Unread, Beyond, Uneven)
"""What says that a world's game has another structure, or that this cannot be told."""


@final
class Template:
    """A treaty in the worlds of its ranged numbers, with the structure of its game.

    ``spans``       the paths of the numbers that worlds may set, and between what.
    ``recompiled``  how many worlds had to be compiled anew so far.
    """

    def __init__(self, treaty: Treaty, worlds: Worlds, spans: Mapping[str, Span]) -> None:
        self.treaty, self.worlds, self.spans = treaty, worlds, dict(spans)
        self.recompiled = 0
        self._frame: _Framed | None = None

    @staticmethod
    def of(treaty: Treaty, spans: Mapping[str, Span] | None = None) -> Template:
        """The template of a treaty.

        ``spans``  paths of numbers and between what they vary, in place of the ranges of the text.

        Raises ``TreatyFileError`` if a path leads to no number of the treaty.
        """
        if spans is None:
            spans = {number.path: span_of(number) for number in ranged(treaty)}
        template = Template(treaty, Worlds.of(treaty).only(spans), spans)
        template._frame = _framed(list(template._tried()), {p for p, (low, high) in spans.items() if low < high})
        return template

    def _tried(self) -> Iterable[tuple[World, Treaty]]:
        """Worlds of the treaty in which numbers agree only if they must; its text only after some of them."""
        for k in range(TRIED):
            if k == FIRST:
                text = {path: value for path, value in self.worlds.values.items() if path in self.spans}
                yield text, self.treaty
            wide = 0.5 if k < FIRST else 0.98
            world = {
                path: low + (high - low) * (0.5 + wide * ((APART * (j + 1) * (k + 1)) % 1.0 - 0.5))
                for j, (path, (low, high)) in enumerate(self.spans.items())
            }
            try:
                yield world, self.worlds.at(world)
            except TreatyFileError:
                continue

    @property
    def structure(self) -> Structure | PublicStructure | None:
        """The structure of the game in nearly all worlds; None if there is none that two worlds share."""
        return None if self._frame is None else self._frame.structure

    def at(self, world: World) -> Treaty:
        """The treaty in a world; raises ``TreatyFileError``."""
        return self.worlds.at(world)

    def with_numbers(self, world: World) -> Numbers | PublicNumbers:
        """The numbers of the game in a world; with a structure of their own if the world was compiled anew.

        Raises ``TreatyFileError`` if the world is none of the treaty, ``CompilationError`` if it is no game there, and
        ``GameError`` if it has signals and clauses whose effects do not work entry by entry.
        """
        treaty = self.at(world)
        if self._frame is not None:
            try:
                return self._frame.numbers(treaty)
            except DIFFERENT:
                pass
        self.recompiled += 1
        try:
            return _Framed(treaty, treaty, ()).numbers(treaty)
        except Uneven:
            compiled = compile_treaty(treaty)
            return numbers_of(compiled.game, compiled.compliance)

    def compiled(self, world: World) -> CompiledTreaty:
        """What ``compile_treaty`` makes of the treaty in a world, to the last bit; raises as ``with_numbers`` does."""
        treaty = self.at(world)
        if self._frame is not None:
            try:
                return self._frame.compiled(treaty)
            except DIFFERENT:
                pass
        self.recompiled += 1
        return compile_treaty(treaty)


def span_of(number: NamedNumber) -> Span:
    """Between what a number lies: its value is the end that its range does not name."""
    low, high = (number.value if end is None else end for end in (number.low, number.high))
    return low, high


def _framed(tried: list[tuple[World, Treaty]], varying: set[str]) -> _Framed | None:
    """The frame of the first of some worlds whose structure most share, else of one that others share; None without.

    ``varying``  numbers that are to differ between the world that is compiled and the one it is held against.
    """
    best: _Framed | None = None
    for k, (world, first) in enumerate(tried[: FIRST + 1]):
        for j, (its, other) in enumerate(tried):
            if j == k or any(world[path] == its[path] for path in varying):
                continue
            try:
                found = _Framed(first, other, [treaty for _, treaty in tried])
            except DIFFERENT:
                continue
            if best is None or found.shared > best.shared:
                best = found
            break
        if best is not None and best.shared >= ENOUGH * len(tried):
            break
    return best


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
    def of(worlds: Sequence[Floats]) -> Kinds:
        """From numbers in several worlds."""
        number, first = numbered(*worlds)
        return Kinds(number, first, Same.of(first[number]))

    def of_each(self, numbers: Floats) -> Floats:
        """Float[kinds]: the numbers of a world; raises ``Restructured`` if some of a kind differ there."""
        self.same.insist(numbers)
        return numbers[self.first]


def _laws(entries: Entries, kinds: Kinds, which: Ints) -> Laws:
    return Laws.of(entries.indptr, entries.indices, kinds.number[entries.which], which)


@final
class _Framed:
    """The frame of a treaty's game where it was compiled, and how its numbers follow from those of any world.

    ``other``   a world in which every number that varies is another; ``tried`` worlds that say which are equal.
    ``shared``  how many of these have this structure.

    Raises one of ``DIFFERENT`` if it cannot be told.
    """

    def __init__(self, treaty: Treaty, other: Treaty, tried: Iterable[Treaty]) -> None:
        told = Told.of(treaty)
        compiler = Compiler(treaty, told.context, told.brought)
        now = Now(treaty, told, compiler.observation)
        another = now.again(other)
        self.frame = frame = compiler.frame(compiler.explore())
        self.compiler, self.now = compiler, now
        self.parts = Parts(compiler, frame, now, another)
        self.live = [part for part in self.parts.parts if part.live]
        self.alike = self._alike()
        self.status = self.parts.parts[self.parts.laws[STATUS]]
        self.ends = self.status.told(self.parts.numbers)[:, -1] == 1.0
        self.mixed = [(part, np.unique(part.kinds, return_index=True)[1][part.kinds])
                      for part in self.live if part.mixed]
        self.payoffs, self.motion = Payoffs(self.parts), Motion(self.parts)
        self.hearing = None if compiler.observation is None else Hearing(self.parts)
        game = compiler.assemble(frame)
        self._insist_on(game)
        worlds = [self._all_numbers(now), *filter(None, (self._tried(of) for of in tried))]
        self.shared = len(worlds) - 1
        self.kinds = [Kinds.of(found) for found in zip(*worlds, strict=True)]
        self.structure = self._structure(game)

    def _structure(self, compiled: CompiledTreaty) -> Structure | PublicStructure:
        """What games have in common that differ in their numbers only."""
        motion, hearing, kinds = self.motion, self.hearing, self.kinds
        earned = kinds[0].number[self.payoffs.sum_of][self.frame.paid_row]
        moves = _laws(motion.laws, kinds[1], motion.law_row)
        if hearing is None:
            return Structure.of(compiled.game, moves, earned, compiled.compliance)
        joint = motion.outcome_laws
        return PublicStructure(
            compiled.game.row_start, compiled.compliance, earned, hearing.seen, moves,
            _laws(hearing.laws, kinds[2], hearing.law_row), self.parts.combinations,
            None if joint is None else _laws(joint, kinds[3], motion.law_row))

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
        said = [part.ask(now) for part in self.live]
        numbers = self.parts.numbers.copy()
        for part, arrays in zip(self.live, said, strict=True):
            if part.numbers:
                numbers[part.at(part.start)] = arrays[-1].ravel()
                if not np.array_equal(numbered(*part.told(numbers).T)[0], part.kinds):
                    raise Restructured
        self._insist_on_likeness(numbers)
        apart = self.motion.at(numbers)[0]
        compiler = Compiler(treaty, now.told.context, now.told.brought)
        compiler.law_scope = self.compiler.law_scope
        frame = self._framed(compiler, apart)
        if now.options is not None:
            frame = replace(frame, actions=compiler.actions(frame.parts, frame.rows.members, len(frame.states)))
        return compiler.assemble(frame)

    def _framed(self, compiler: Compiler, apart: Floats) -> Frame:
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
