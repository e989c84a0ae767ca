"""A treaty compiled once for all its worlds: only amounts, chances and discount factors are worked out in each.

Every function that effects are made of is put to one entry for each combination of what it reads (``reads``), in each
world anew if its clause has other numbers there.  What is made one because it was equal where the treaty was compiled
(states, moves, rows, laws) is held against the world's own numbers, exactly; so are conditions, where laws lead and
which chances are none.  A world in which any of this differs is compiled anew, and counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import final

from games.structure.numbers import Numbers
from games.structure.public import PublicNumbers, PublicStructure
from games.structure.structure import Structure
from treaties.compiling.compiled_treaty import CompiledTreaty
from treaties.compiling.one_world import OneWorld
from treaties.compiling.reads import Uneven
from treaties.compiling.world_frame import DIFFERENT, WorldFrame
from treaties.model.errors import TreatyFileError
from treaties.model.treaty import NamedNumber, Treaty
from treaties.reading.worlds import World, Worlds, ranged

APART = 0.6180339887
"""How far apart, in its range, a number lies in two worlds that are tried one after the other (the golden ratio)."""
FIRST, TRIED = 4, 32
"""So many worlds may be the one that is compiled; so many say which numbers are equal."""
PEERS = 3
"""So many worlds are held against the one that is compiled, to see which functions change."""
ENOUGH = 0.9
"""Share of the worlds tried whose structure is the same, from which on no other structure is looked for."""
Span = tuple[float, float]


@final
class Template:
    """A treaty in the worlds of its ranged numbers, with the structure of its game.

    ``spans``       the paths of the numbers that worlds may set, and between what.
    ``refinement``  of the grids of stocks, as in ``compile_treaty``.
    ``recompiled``  how many worlds had to be compiled anew so far.
    """

    def __init__(self, treaty: Treaty, worlds: Worlds, spans: Mapping[str, Span], refinement: int = 1) -> None:
        self.treaty, self.worlds, self.spans, self.refinement = treaty, worlds, dict(spans), refinement
        self.recompiled = 0
        self._frame: WorldFrame | None = None
        self._apart: OneWorld | None = None

    @staticmethod
    def of(treaty: Treaty, spans: Mapping[str, Span] | None = None, refinement: int = 1) -> Template:
        """The template of a treaty.

        ``spans``  paths of numbers and between what they vary, in place of the ranges of the text.

        Raises ``TreatyFileError`` if a path leads to no number of the treaty.
        """
        if spans is None:
            spans = {number.path: span_of(number) for number in ranged(treaty)}
        template = Template(treaty, Worlds.of(treaty).only(spans), spans, refinement)
        varying = {path for path, (low, high) in spans.items() if low < high}
        template._frame = _framed(list(template._tried()), varying, refinement)
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
        alone = self._anew(treaty)
        game = alone.compiled({}).game
        if game.monitoring is not None or game.rationals:
            with suppress(Uneven):
                return WorldFrame(treaty, treaty, (), self.refinement).numbers(treaty)
        return alone.with_numbers({})

    def compiled(self, world: World) -> CompiledTreaty:
        """What ``compile_treaty`` makes of the treaty in a world, to the last bit; raises as ``with_numbers`` does."""
        treaty = self.at(world)
        if self._frame is not None:
            try:
                return self._frame.compiled(treaty)
            except DIFFERENT:
                pass
        return self._anew(treaty).compiled({})

    def _anew(self, treaty: Treaty) -> OneWorld:
        """A world that is compiled anew; the last one is kept, as its numbers and its game are asked for in turn."""
        self.recompiled += 1
        if self._apart is None or self._apart.treaty != treaty:
            self._apart = OneWorld(treaty, self.refinement)
        return self._apart


def span_of(number: NamedNumber) -> Span:
    """Between what a number lies: its value is the end that its range does not name."""
    low, high = (number.value if end is None else end for end in (number.low, number.high))
    return low, high


def _framed(tried: list[tuple[World, Treaty]], varying: set[str], refinement: int) -> WorldFrame | None:
    """The frame of the first of some worlds whose structure most share, else of one that others share; None without.

    ``varying``  numbers that are to differ between the world that is compiled and the one it is held against.
    """
    best: WorldFrame | None = None
    for k, (world, first) in enumerate(tried[: FIRST + 1]):
        others = [
            other
            for j, (its, other) in enumerate(tried)
            if j != k and all(world[path] != its[path] for path in varying)
        ]
        for other in others[:PEERS]:
            try:
                found = WorldFrame(first, other, [treaty for _, treaty in tried], refinement)
            except DIFFERENT:
                continue
            if best is None or found.shared > best.shared:
                best = found
            break
        if best is not None and best.shared >= ENOUGH * len(tried):
            break
    return best
