"""What coarser grids of stocks would make of a game that is large, counted."""

from __future__ import annotations

from treaties.compiling.compile import Compiler
from treaties.compiling.compiled_treaty import CompiledTreaty

MANY_STATES = 5_000
"""From more states than this on, what coarser grids would leave is told."""


def coarser_sentences(compiled: CompiledTreaty) -> list[str]:
    """How many states and rows a grid half as fine would leave, stock by stock; nothing of a game that is not large."""
    if compiled.game.n_states <= MANY_STATES:
        return []
    return [f"{said}." for said in Compiler.of(compiled.treaty).coarser()]
