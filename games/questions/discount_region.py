"""The set of common discount factors at which a plan holds: a scan, a root search at every edge, a proof on both sides.

Stability is not assumed monotone in patience.  Islands narrower than the step of the scan are not excluded.  The edges
are found in floating point; just inside and just outside every edge a verdict with a certificate says that it is one.

Source of the root search: Dowell and Jarratt (1971), the Illinois form of the secant rule.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, final

import numpy as np

from games.model.plan import Plan
from games.model.stochastic_game import GameError, StochasticGame
from games.play.markov_play import MarkovPlay
from games.questions.solve import choose_solver, solve
from games.solvers.equilibrium_polygons import EquilibriumPolygons, path_sets
from games.solvers.outer_bounds import refute, threat_bounds
from games.solvers.public_polygons import PublicPolygons
from games.solvers.public_transfers import PublicTransfers
from games.solvers.relational_transfers import PlanPath, RelationalTransfers, TransferGame, eliminate
from games.solvers.solver import Progress, Target, finite, plan_of
from games.solvers.verdict import Sustainable, Undecided, Unsustainable, Verdict

LOWEST, HIGHEST, STEP, TOLERANCE = 0.01, 0.99, 0.02, 1e-6
CHEAP_ROWS = 2000
CHEAP_ROWS_WITH_TRANSFERS = 200_000
"""Games with more rows are scanned all the same, but their edges are not proved."""
PROOF_SECONDS = 5.0
MOST_HINTS = 200
SCAN_PRECISION = 1e-4
"""Of margins of plans that leave a choice, relative to the payoff range; their sign is not touched by it."""

MarginAt = Callable[[float], float | None]
"""Margin of a plan at a common discount factor, negative where it does not hold; None if it cannot be told."""


@final
@dataclass(frozen=True)
class ScannedEdge:
    """Where a plan begins or ceases to hold.

    ``discount``  nearest to the edge at which the plan was seen to hold.
    ``holds``     on which side of the edge.
    ``beyond``    whether it was seen to fail on the other side, or only could not be told.
    """

    discount: float
    holds: Literal["above", "below"]
    beyond: Literal["fails", "undecided"]


@final
@dataclass(frozen=True)
class Scan:
    """What a scan saw.

    ``intervals``  closed intervals [low, high] of discount factors at which the plan holds.
    ``edges``      those ends of intervals that are not ends of the scan, in increasing order.
    ``undecided``  grid points at which neither answer could be reached; counted as failing.
    ``grid``       (lowest, highest, step).
    """

    intervals: tuple[tuple[float, float], ...]
    edges: tuple[ScannedEdge, ...]
    undecided: tuple[float, ...]
    grid: tuple[float, float, float]


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
@dataclass(frozen=True)
class DiscountRegion:
    """The set of common discount factors at which a plan is the path of an equilibrium.

    ``intervals``  closed intervals [low, high]; each edge located to within ``tolerance``.
    ``edges``      the ends of intervals that are not ends of the scan, with their proofs.
    ``grid``       (lowest, highest, step) of the scan; islands narrower than the step are not excluded.
    ``undecided``  grid points at which neither answer could be reached; counted as failing.
    ``note``       what was done, in words.
    """

    intervals: tuple[tuple[float, float], ...]
    edges: tuple[Edge, ...]
    tolerance: float
    grid: tuple[float, float, float]
    undecided: tuple[float, ...]
    note: str

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
    lowest: float = LOWEST,
    highest: float = HIGHEST,
    step: float = STEP,
    tolerance: float = TOLERANCE,
    *,
    solver: str | None = None,
    prove: bool = True,
    progress: Progress | None = None,
) -> DiscountRegion:
    """The common discount factors between ``lowest`` and ``highest`` at which the target can be sustained.

    ``target``     as in ``Solution.verdict``; the game's own discount factors do not matter.
    ``step``       of the scan; ``tolerance`` of each edge.
    ``solver``     use this solver instead of the one chosen.
    ``prove``      ask for a certificate on either side of each edge (games of up to 2000 profiles, with side payments
                   of up to 200,000).
    ``progress``   called with a word and the share of the work done.

    Raises ``GameError`` if the game does not have the target, no solver applies or the scan makes no sense.

    >>> from games import repeated_game
    >>> dilemma = repeated_game([[[2, 2], [-1, 3]], [[3, -1], [0, 0]]], discount=0.5)
    >>> region = discount_region(dilemma, "a0,b0", step=0.1)
    >>> [[round(x, 5) for x in interval] for interval in region.intervals], region.edges[0].proved
    ([[0.33333, 0.99]], True)
    """
    if not tolerance > 0 or not math.isfinite(tolerance):
        raise GameError(f"tolerance {tolerance}: a positive number is needed")
    patient = _Patience(game, plan_of(game, target), solver)
    seen = scan(patient.margin, lowest=lowest, highest=highest, step=step, tolerance=tolerance, progress=progress)
    proving = prove and game.n_rows <= patient.cheap_rows
    edges = tuple(patient.edge(edge, tolerance, proving) for edge in seen.edges)
    note = f"scanned from {lowest:g} to {highest:g} in steps of {seen.grid[2]:g}; narrower islands are not excluded; "
    note += "edges are computed in floating point"
    if proving:
        note += " and proved where it says so, two tolerances to either side"
    elif prove:
        note += f"; with more than {patient.cheap_rows} profiles none is proved"
    return DiscountRegion(seen.intervals, edges, tolerance, seen.grid, seen.undecided, note)


def scan(
    margin_at: MarginAt,
    *,
    lowest: float,
    highest: float,
    step: float,
    tolerance: float,
    progress: Progress | None = None,
) -> Scan:
    """Scan [lowest, highest] in steps, the last one shortened to fit, and locate every edge to within ``tolerance``.

    Raises ``GameError`` if the scan makes no sense.
    """
    if not (0 <= lowest < highest < 1 and step > 0 and tolerance > 0):
        raise GameError(
            f"discount factors from {lowest} to {highest} in steps of {step}: "
            "0 <= lowest < highest < 1 and a positive step are needed"
        )
    count = max(round((highest - lowest) / step), 1) + 1
    grid = [round(float(d), 10) for d in np.linspace(lowest, highest, count)]
    margins: list[float | None] = []
    for k, discount in enumerate(grid):
        margins.append(margin_at(discount))
        if progress is not None:
            progress("discount factors", (k + 1) / (count + 2))
    holds = [margin is not None and margin >= 0 for margin in margins]
    edges: dict[int, ScannedEdge] = {}
    for k in range(1, count):
        if holds[k] != holds[k - 1]:
            inside, outside = (k, k - 1) if holds[k] else (k - 1, k)
            at, margin = _edge(margin_at, grid[outside], margins[outside], grid[inside], margins[inside], tolerance)
            edges[k] = ScannedEdge(at, "above" if holds[k] else "below", "undecided" if margin is None else "fails")
    intervals: list[tuple[float, float]] = []
    start = grid[0] if holds[0] else None
    for k in range(1, count):
        if k in edges and holds[k]:
            start = edges[k].discount
        elif k in edges and start is not None:
            intervals.append((start, edges[k].discount))
    if start is not None and holds[-1]:
        intervals.append((start, grid[-1]))
    undecided = tuple(d for d, margin in zip(grid, margins, strict=True) if margin is None)
    return Scan(tuple(intervals), tuple(edges.values()), undecided, (lowest, highest, step))


def _edge(
    margin_at: MarginAt,
    fails: float,
    failing: float | None,
    holds: float,
    holding: float | None,
    tolerance: float,
) -> tuple[float, float | None]:
    """The discount factor nearest to ``fails`` at which the plan was seen to hold, and the margin just beyond it.

    The Illinois form of the secant rule, with a bisection whenever it does not halve the bracket in three steps.  A
    point that cannot be decided counts as failing, so that nothing unproved is called stable.
    """
    a, b = fails, holds
    fb = holding or 0.0
    fa = -(fb or 1.0) if failing is None else failing
    beyond = failing
    side, width = 0, abs(b - a)
    for step in range(200):
        if abs(b - a) <= tolerance:
            break
        middle = (a * fb - b * fa) / (fb - fa) if fb != fa else (a + b) / 2
        # A nudge towards the far side makes the bracket close from both sides.
        middle += 0.25 * tolerance * (1 if side <= 0 else -1) * (1 if b > a else -1)
        if (step % 3 == 2 and abs(b - a) > width / 2) or not min(a, b) < middle < max(a, b):
            middle = (a + b) / 2
        if step % 3 == 2:
            width = abs(b - a)
        margin = margin_at(middle)
        if margin is not None and margin >= 0:
            b, fb = middle, margin
            fa = fa / 2 if side > 0 else fa
            side = 1
        else:
            a, fa, beyond = middle, -abs(fa) if margin is None else margin, margin
            fb = fb / 2 if side < 0 else fb
            side = -1
    return b, beyond


@final
class _Patience:
    """One game and one plan at any common discount factor."""

    def __init__(self, game: StochasticGame, plan: Plan, solver: str | None) -> None:
        self.game = game
        self.restrictions = plan.to_json()
        self.solver = solver
        self.spread = float(np.ptp(game.payoffs)) or 1.0
        common = game.with_discount(0.5)
        name = choose_solver(common)[0].name if solver is None else solver
        self.polygons = name == EquilibriumPolygons.name
        if name == RelationalTransfers.name:
            RelationalTransfers().insist(common)
        self.laid = TransferGame(common) if name == RelationalTransfers.name else None
        self.signals = name == PublicTransfers.name and game.burning
        self.outer_sets = name == PublicPolygons.name
        self.allowed = plan.allowed

    @property
    def cheap_rows(self) -> int:
        """Up to how many rows edges are proved."""
        return CHEAP_ROWS if self.laid is None else CHEAP_ROWS_WITH_TRANSFERS

    def _at(self, discount: float) -> tuple[StochasticGame, Plan]:
        game = self.game.with_discount(discount)
        return game, Plan.from_json(game, self.restrictions)

    def margin(self, discount: float) -> float | None:
        """The margin in floating point; far from zero a bound from above is enough."""
        if self.laid is not None:
            return self._margin_with_transfers(self.laid.at(discount))
        if self.signals:
            return self._margin_with_signals(discount)
        game, plan = self._at(discount)
        if self.outer_sets:
            return PublicPolygons(settle=False).solve(game).bounded_margin(plan)
        if not self.polygons:
            return self._proved_margin(self.verdict(discount))
        if plan.is_markov:
            threat = threat_bounds(game)
            if not np.isfinite(threat[game.initial]).all():
                return -self.spread
            # States without an equilibrium are out of reach of a game that has one.
            bound = _path_margin(game, plan, np.where(np.isfinite(threat), threat, 0.0))
            if bound < 0:
                return bound
        solution = EquilibriumPolygons(refute_seconds=PROOF_SECONDS).solve(game)
        margin = path_sets(game, solution.sets, plan, precision=SCAN_PRECISION).margin
        if margin is None:
            return -self.spread
        if margin >= 0 and solution.status != "converged":
            # Sets that did not settle are too large, and so is the margin.
            return self._proved_margin(solution.verdict(plan))
        return min(margin, self.spread / (1 - discount))

    def verdict(self, discount: float) -> Verdict:
        """The verdict with its certificate."""
        game, plan = self._at(discount)
        if self.polygons:
            return EquilibriumPolygons(refute_seconds=PROOF_SECONDS).solve(game).verdict(plan)
        return solve(game, solver=self.solver).verdict(plan)

    def _margin_with_transfers(self, laid: TransferGame) -> float | None:
        """Slack of the best path; of the sign that elimination says, where that is nearer to zero than can be told."""
        found = eliminate(laid)
        if not found.finished:
            return None
        if not found.live[laid.game.initial]:
            return -self.spread
        path = PlanPath.of(laid, found, Plan(laid.game, self.allowed))
        margin = path.margin(laid, found)
        if path.holds:
            return self.spread if margin is None else max(margin, 0.0)
        return -self.spread if margin is None or margin >= 0 else margin

    def _margin_with_signals(self, discount: float) -> float | None:
        """Margin of the best path within bounds on all payoffs; where it cannot be kept to, only that it cannot."""
        game, plan = self._at(discount)
        solution = PublicTransfers(settle=False).solve(game)
        path = solution.path(plan)
        if path is None or not path.open[game.initial]:
            return -self.spread if solution.outer.finished else None
        margin = solution.path_margin(path)
        return self.spread if margin is None else min(max(margin, 0.0), self.spread)

    def _proved_margin(self, verdict: Verdict) -> float | None:
        if isinstance(verdict, Undecided):
            return None
        margin = finite(verdict.margin)
        if isinstance(verdict, Sustainable):
            return self.spread if margin is None else max(margin, 0.0)
        return -self.spread if margin is None or margin >= 0 else margin

    def edge(self, seen: ScannedEdge, tolerance: float, prove: bool) -> Edge:
        """An edge with what can be proved on either side of it."""
        inward = 1.0 if seen.holds == "above" else -1.0
        inside, outside = (self._round(seen.discount + 2 * k * inward * tolerance, tolerance) for k in (1, -1))
        held = prove and 0 <= inside < 1 and isinstance(self.verdict(inside), Sustainable)
        failed = prove and 0 <= outside < 1 and self._refuted(outside, inside)
        return Edge(seen.discount, seen.holds, inside if held else None, outside if failed else None)

    def _refuted(self, outside: float, inside: float) -> bool:
        """Whether it is proved to fail; the edges of the sets on both sides say in which directions to look."""
        if isinstance(self.verdict(outside), Unsustainable):
            return True
        if not self.polygons:
            return False
        normals = []
        for discount in (outside, inside):
            game, plan = self._at(discount)
            sets = EquilibriumPolygons().solve(game).sets
            normals += [_normals(polygon) for polygon in (*sets.polygons, *path_sets(game, sets, plan).polygons)]
        hint = np.unique(np.vstack(normals).round(9), axis=0)
        game, plan = self._at(outside)
        return refute(game, plan, directions_hint=hint[:MOST_HINTS], seconds=PROOF_SECONDS, batches=1) is not None

    def _round(self, discount: float, tolerance: float) -> float:
        """To a short decimal, which makes exact arithmetic quicker, off by less than a hundredth of the tolerance."""
        return round(discount, max(2 - math.floor(math.log10(tolerance)), 0))


def _normals(polygon: np.ndarray[Any, np.dtype[np.float64]]) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Float[k, 2]: outward normals of a polygon's edges, of length one."""
    edges = np.roll(polygon, -1, axis=0) - polygon
    edges = edges[np.hypot(edges[:, 0], edges[:, 1]) > 0]
    return np.asarray(np.column_stack([edges[:, 1], -edges[:, 0]]) / np.hypot(edges[:, 0], edges[:, 1])[:, None])


def _path_margin(game: StochasticGame, plan: Plan, worst: np.ndarray[Any, np.dtype[np.float64]]) -> float:
    """Least slack of a plan with one row per state, on its path, when deviators then get ``worst``."""
    play = MarkovPlay(game, np.flatnonzero(plan.allowed))
    slack = play.slack(play.values(), worst).value
    return float(slack[play.reached(game.initial)].min())


