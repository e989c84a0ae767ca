"""An answer on the grids of the text beside that on grids twice as fine: where they differ, nothing is decided."""

from __future__ import annotations

from dataclasses import replace

from treaties.assessing.stock_paths import stocks_in
from treaties.compiling.compile import compile_treaty
from treaties.compiling.compiled_treaty import CompiledTreaty
from treaties.effects import CompilationError, GameTooLarge
from treaties.findings.answer import Answer
from treaties.findings.grid import GridCheck
from treaties.findings.records import Judgement, Rung
from treaties.model.treaty import Treaty

FINER_ROWS = 100_000
"""A game on finer grids with more rows than this is not judged: that would take minutes, or hours."""
TURNS_ON_THE_GRID = "the answer turns on the grid of a stock"


def finer_game(treaty: Treaty, compiled: CompiledTreaty) -> CompiledTreaty | str | None:
    """The game with all stocks on grids twice as fine; why it is not looked at; None where there are no stocks."""
    if not stocks_in(compiled):
        return None
    try:
        return compile_treaty(treaty, row_limit=FINER_ROWS, refinement=2)
    except GameTooLarge as error:
        count, *_ = str(error).removeprefix(f"{treaty.title}: ").split(".  ")
        return f"the game would be too large ({count})"
    except CompilationError as error:
        return f"it cannot be made ({error})"


def checked(found: Judgement, states: int, finer: Judgement | None, finer_states: int | None, why: str) -> Judgement:
    """An answer with its check; undecided where the answer on the finer grids is the opposite.

    ``finer``  None where that was not asked, ``why`` then says why not.
    """
    if finer is None:
        return replace(found, grid=GridCheck(states, found.verdict, found.margin, unchecked=why))
    check = GridCheck(states, found.verdict, found.margin, finer_states, finer.verdict, finer.margin)
    if not check.flipped:
        return replace(found, grid=check)
    return replace(
        found, verdict="undecided", margin=None, weakest_link=None, certificate=None, grid=check,
        detail=_turns(check.verdict),
    )  # fmt: skip


def checked_rung(rung: Rung, finer: Rung) -> Rung:
    """A milder rung; undecided where it is the opposite on finer grids."""
    if {rung.verdict, finer.verdict} != {"sustainable", "unsustainable"}:
        return rung
    told = replace(
        rung.found, verdict="undecided", margin=None, weakest_link=None, certificate=None, detail=_turns(rung.verdict)
    )
    return replace(rung, found=told, margin_everywhere=None)


def _turns(verdict: Answer) -> str:
    here, there = ("holds", "fails") if verdict == "sustainable" else ("fails", "holds")
    return f"{TURNS_ON_THE_GRID}: it {here} on that of the text and {there} on one twice as fine; give it more points"
