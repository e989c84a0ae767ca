"""The set of common discount factors at which a plan holds: a scan, a root search at every edge, a proof on both sides.

Stability is not assumed monotone in patience.  Islands narrower than the step of the scan are not excluded.  The edges
are found in floating point; just inside and just outside every edge a verdict with a certificate says that it is one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal, final

import numpy as np

from games.model.clock import TimedPlan
from games.model.plan import Plan
from games.model.stochastic_game import GameError, StochasticGame, insist_on_game, number_given
from games.numerics.progress import Progress
from games.numerics.shown import Shown
from games.questions.scan import ScannedEdge, scan
from games.questions.solve import chosen_solver
from games.solvers.solution import Target, plan_of
from games.solvers.solver import Solver
from games.solvers.verdict import Sustainable, Undecided, Unsustainable, Verdict

LOWEST, HIGHEST, STEP, TOLERANCE = 0.01, 0.99, 0.02, 1e-6


@final
@dataclass(frozen=True)
class Edge:
    """An edge of the region, with what was proved about its two sides.

    ``discount``, ``holds``  as in ``ScannedEdge``.
    ``holds_at``  discount factor two tolerances inside at which a checked certificate shows that the plan holds,
    ``fails_at``  two tolerances outside at which one shows that it does not; None if there was no proof.
    """

    discount: float
    holds: Literal["above", "below"]
    holds_at: float | None
    fails_at: float | None

    @property
    def proved(self) -> bool:
        """Both sides are proved."""
        return self.holds_at is not None and self.fails_at is not None

    def to_json(self) -> dict[str, Any]:
        """The edge as it stands in ``servanda-solution/1``."""
        return {"discount": self.discount, "holds": self.holds, "proved": self.proved,
                "holds_at": self.holds_at, "fails_at": self.fails_at}


@final
@dataclass(frozen=True, repr=False)
class DiscountRegion(Shown):
    """The set of common discount factors at which a plan is the path of an equilibrium.

    ``intervals``  closed intervals [low, high]; each edge located to within ``tolerance``.
    ``grid``       (lowest, highest, step) of the scan; islands narrower than the step are not excluded.
    ``undecided``  points tried at which neither answer could be reached, counted as failing, and points beside edges
                   at which the proof says the opposite of what was computed.
    ``note``       what was done, in words.
    ``edges``      the ends of intervals that are not ends of the scan, with their proofs; empty if none was sought.
    """

    intervals: tuple[tuple[float, float], ...]
    tolerance: float
    grid: tuple[float, float, float]
    undecided: tuple[float, ...] = ()
    note: str = ""
    edges: tuple[Edge, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The ``region`` of ``servanda-solution/1``."""
        return {
            "intervals": [list(interval) for interval in self.intervals],
            "edges": [edge.to_json() for edge in self.edges],
            "tolerance": self.tolerance,
            "grid": dict(zip(("lowest", "highest", "step"), self.grid, strict=True)),
            "undecided": list(self.undecided),
            "note": self.note,
        }


def discount_region(
    game: StochasticGame,
    target: Target,
    lowest: float | Fraction | str = LOWEST,
    highest: float | Fraction | str = HIGHEST,
    step: float | Fraction | str = STEP,
    tolerance: float | Fraction | str = TOLERANCE,
    *,
    solver: str | Solver | type[Solver] | None = None,
    verdict: Verdict | None = None,
    prove: bool = True,
    progress: Progress | None = None,
) -> DiscountRegion:
    """The common discount factors between ``lowest`` and ``highest`` at which the target can be sustained.

    ``target``     as in ``Solution.verdict``; the game's own discount factors do not matter.
    ``step``       of the scan; ``tolerance`` of each edge.
    ``solver``     use this solver instead of the one chosen.
    ``verdict``    on the target at the game's own discount factor, if it is known: that factor is then tried as well,
                   wherever it lies, and what was proved of it is told again.
    ``prove``      ask for a certificate on either side of each edge, in games of up to ``Solver.provable_rows``
                   profiles.
    ``progress``   called with a word and the share of the work done.

    Raises ``GameError`` if the game does not have the target, no solver applies or the scan makes no sense.

    >>> from games import repeated_game
    >>> dilemma = repeated_game([[[2, 2], [-1, 3]], [[3, -1], [0, 0]]], discount=0.5)
    >>> region = discount_region(dilemma, "a0,b0", step=0.1)
    >>> [[round(x, 5) for x in interval] for interval in region.intervals], region.edges[0].proved
    ([[0.33333, 0.99]], True)
    """
    insist_on_game(game)
    lowest, highest = number_given(lowest, "lowest"), number_given(highest, "highest")
    step, tolerance = number_given(step, "step"), number_given(tolerance, "tolerance")
    if not tolerance > 0:
        raise GameError(f"tolerance {tolerance}: a positive number is needed")
    if isinstance(target, TimedPlan):
        game, target = target.plan.game, target.plan
    plan = plan_of(game, target)
    method = chosen_solver(game.with_discount(0.5), solver)[0]
    method.insist(game.with_discount(0.5))
    known = _known_margins(game, verdict)
    seen = scan(
        lambda discount: known[discount] if discount in known else method.margin_at(game, plan, discount),
        lowest=lowest, highest=highest, step=step, tolerance=tolerance, also=tuple(known), progress=progress,
    )
    proving = prove and game.n_rows <= method.provable_rows
    contradicted: list[float] = []
    edges = tuple(_proved(method, game, plan, edge, tolerance, contradicted) if proving
                  else Edge(edge.discount, edge.holds, None, None) for edge in seen.edges)
    note = f"scanned from {lowest:g} to {highest:g} in steps of {seen.grid[2]:g}; narrower islands are not excluded; "
    note += "edges are computed in floating point"
    if proving:
        note += " and proved where it says so, two tolerances to either side"
    elif prove:
        note += f"; with more than {method.provable_rows} profiles none is proved"
    if contradicted:
        note += f"; at {', '.join(map(str, contradicted))} a proof says the opposite"
    return DiscountRegion(
        seen.intervals, tolerance, seen.grid, tuple(sorted({*seen.undecided, *contradicted})), note, edges)


def _known_margins(game: StochasticGame, verdict: Verdict | None) -> dict[float, float]:
    """What a proved verdict says of the game's own discount factor, as a margin."""
    if not game.common_discount or game.undiscounted or verdict is None or isinstance(verdict, Undecided):
        return {}
    holds = isinstance(verdict, Sustainable)
    unknown = 0.0 if holds else -(float(np.ptp(game.payoffs)) or 1.0)
    return {float(game.discount[0]): unknown if verdict.margin is None else verdict.margin}


def _proved(
    method: Solver, game: StochasticGame, plan: Plan, seen: ScannedEdge, tolerance: float, contradicted: list[float]
) -> Edge:
    """An edge with what can be proved two tolerances to either side of it; where that is the opposite is noted."""
    inward = 2 * tolerance if seen.holds == "above" else -2 * tolerance
    inside, outside = (_short(seen.discount + step, tolerance) for step in (inward, -inward))
    held = method.verdict_at(game, plan, inside) if 0 <= inside < 1 else None
    failed = method.verdict_at(game, plan, outside, near=inside) if 0 <= outside < 1 else None
    if isinstance(held, Unsustainable):
        contradicted.append(inside)
    if isinstance(failed, Sustainable):
        contradicted.append(outside)
    return Edge(seen.discount, seen.holds, inside if isinstance(held, Sustainable) else None,
                outside if isinstance(failed, Unsustainable) else None)


def _short(discount: float, tolerance: float) -> float:
    """To a short decimal, which makes exact arithmetic quicker, off by less than a hundredth of the tolerance."""
    return round(discount, max(2 - math.floor(math.log10(tolerance)), 0))
