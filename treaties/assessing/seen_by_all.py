"""Full compliance where everyone sees everything and nobody pays: the ladder, and what comes of it if nothing holds."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from treaties.assessing.credibility import Credibility
from treaties.assessing.found import Found
from treaties.assessing.ladder import Ladder
from treaties.compiling.compiled_treaty import CompiledTreaty
from treaties.findings.records import Rung


def judge(credible: Credibility, milder: Callable[[], Sequence[Rung]], *, told: bool) -> Found:
    """Rung 4 at the compiled treaty's own discount factors.

    ``milder``  rungs that may hold already; their certificates serve here as well.  ``told``  they are told anyway.
    """
    return Found(credible.judge(milder, told=told), credible.compiled)


def margin(compiled: CompiledTreaty, like: Credibility | None = None) -> float | None:
    """Margin of full compliance in floating point, for a scan; None if it cannot be told.

    ``like``  the same treaty at other discount factors: what holds there often holds here.
    """
    ladder, screening = (None, None) if like is None else (like.ladder, like.screening)
    return Credibility(compiled, Ladder(compiled), quick=True, like=screening).scanned_margin(ladder)
