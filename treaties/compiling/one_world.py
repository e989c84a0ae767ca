"""A treaty compiled in its own numbers alone: a ``Template`` where no number varies, at less cost."""

from __future__ import annotations

from functools import cached_property
from typing import final

from games.structure.numbers import Numbers, numbers_of
from games.structure.public import PublicNumbers, PublicStructure
from games.structure.structure import Structure
from treaties.compiling.compile import compile_treaty
from treaties.compiling.compiled_treaty import CompiledTreaty
from treaties.model.treaty import Treaty
from treaties.reading.worlds import World, Worlds


@final
class OneWorld:
    """The only world of a treaty, asked as a ``Template`` is; ``recompiled`` is always 0."""

    recompiled = 0

    def __init__(self, treaty: Treaty, refinement: int = 1) -> None:
        self.treaty, self.refinement = treaty, refinement

    @cached_property
    def _compiled(self) -> CompiledTreaty:
        return compile_treaty(self.treaty, refinement=self.refinement)

    @cached_property
    def _numbers(self) -> Numbers | PublicNumbers:
        return numbers_of(self._compiled.game, self._compiled.compliance)

    @property
    def structure(self) -> Structure | PublicStructure:
        """The structure of the game; raises as ``with_numbers`` does."""
        return self._numbers.structure

    def at(self, world: World) -> Treaty:
        """The treaty; raises ``TreatyFileError`` for a world that sets anything."""
        return Worlds.of(self.treaty).only({}).at(world) if world else self.treaty

    def with_numbers(self, world: World) -> Numbers | PublicNumbers:
        """The numbers of its game; raises ``CompilationError``, and as ``at`` does."""
        self.at(world)
        return self._numbers

    def compiled(self, world: World) -> CompiledTreaty:
        """Its game; raises as ``with_numbers`` does."""
        self.at(world)
        return self._compiled
