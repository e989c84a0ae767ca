"""All that the page of a play looks up, judged in advance."""

from __future__ import annotations

from typing import Any

from games.numerics.progress import Progress, part
from treaties.compiling.compile import compile_treaty
from treaties.model.treaty import Treaty
from treaties.playing.designs import MOST_DESIGNS, grid_of
from treaties.playing.judged import affordable, judge_designs
from treaties.playing.packed import play_data
from treaties.playing.reasons import Kernel, reasons


def play(
    treaty: Treaty, *, designs: int = MOST_DESIGNS, seed: int = 0, proofs: int | None = None, workers: int = 1,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """The ``servanda-play/1`` object of a treaty's designs; see ``packed``.

    ``designs``  at most so many; of a larger grid a part, drawn by ``seed``.  Where conduct is not seen by all there
                 are no more than can be proved, unless ``proofs`` is given: what is computed alone tells no years.
    ``proofs``   how many designs are proved at most, the others being computed; None: as many as can be afforded.
    ``workers``  processes to use; what is found is the same.

    Raises ``ValueError`` where the file leaves nothing to choose, ``CompilationError`` if the text is no game.
    """
    said = progress or (lambda what, share: None)
    compiled = compile_treaty(treaty)
    most = affordable(compiled) if proofs is None else proofs
    noisy = compiled.seen is not None
    grid = grid_of(treaty, min(designs, most) if noisy and proofs is None else designs, seed)
    kernel = Kernel(grid, quick=noisy or most < len(grid))
    why = reasons(grid, kernel, part(said, 0.0, 0.4))
    computed = [kernel.judge(number) for number in range(len(grid))]
    found = judge_designs(grid, computed, proofs=most, workers=workers, progress=part(said, 0.4, 0.98))
    proved = sum(one.proved for one in found)
    notes = [f"{proved:,} of {len(grid):,} designs are proved: exact code has checked a certificate of each."]
    if proved < len(grid):
        notes.append("The others are computed in floating point, or not decided; each says which.")
    return play_data(grid, found, why, notes)
