"""One line about a game or an answer, as it stands at a prompt."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from games.numerics.visible import visible

if TYPE_CHECKING:
    from games.model.public_automaton import PublicAutomaton
    from games.model.stage_game import StageGame
    from games.model.stochastic_game import StochasticGame
    from games.model.strategy_automaton import StrategyAutomaton
    from games.play.simulation import Simulation
    from games.play.strategies.evaluation import Judged
    from games.questions.discount_region import DiscountRegion
    from games.questions.folk_theorem import FolkTheoremSet
    from games.solvers.payoff_set import EquilibriumPayoffSet, SupportBounds
    from games.solvers.solution import Solution
    from games.solvers.verdict import Sustainable, Undecided, Unsustainable


def number(x: float | None) -> str:
    """Six digits; no minus before a zero, and words where there is no number."""
    return "not known" if x is None else f"{x + 0.0:.6g}"


def counted(count: int, one: str, many: str = "") -> str:
    """A number of things: "1 state", "2 states"."""
    return f"{count} {one if count == 1 else many or one + 's'}"


def in_short(thing: Any) -> str:
    """A line about a game, a solution, a verdict, a set, a region or an automaton; of other things the kind.

    It imports nothing: a prompt does not wait.
    """
    names = [kind.__name__ for kind in type(thing).__mro__]
    said = next((SAID[name] for name in names if name in SAID), lambda other: type(other).__name__)
    return visible(f"<{said(thing)}>")


def _stochastic_game(game: StochasticGame) -> str:
    factors = " and ".join(number(float(d)) for d in np.unique(game.discount))
    parts = [counted(game.n_players, "player"), counted(game.n_states, "state"), counted(game.n_rows, "profile"),
             f"discount factor{'s' * (not game.common_discount)} {factors}"]
    parts += ["public signals"] * (game.monitoring is not None) + ["side payments"] * (game.transfers == "voluntary")
    return f"StochasticGame{f' {game.name!r}' if game.name else ''}: {', '.join(parts)}"


def _stage_game(game: StageGame) -> str:
    return f"StageGame: {counted(game.n_players, 'player')}, {' x '.join(map(str, game.counts))} actions"


def _solution(found: Solution) -> str:
    there = "no equilibrium" if found.empty else found.status
    return f"{type(found).__name__} by {found.solver}: {there}, {counted(found.game.n_states, 'state')}"


def _sustainable(verdict: Sustainable) -> str:
    return (f"Sustainable: margin {number(verdict.margin)}, proved by {verdict.certificate.kind}, "
            f"{verdict.concept.value}")


def _unsustainable(verdict: Unsustainable) -> str:
    return (f"Unsustainable: margin {number(verdict.margin)}, proved by {verdict.certificate.kind}, "
            f"{verdict.concept.value}")


def _undecided(verdict: Undecided) -> str:
    return f"Undecided: {verdict.reason}"


def _payoff_set(found: EquilibriumPayoffSet) -> str:
    if found.empty:
        return "EquilibriumPayoffSet: empty"
    return f"EquilibriumPayoffSet: {counted(len(found.outer), 'vertex', 'vertices')}, gap {number(found.gap)}"


def _support_bounds(found: SupportBounds) -> str:
    if found.empty:
        return "SupportBounds: empty"
    return f"SupportBounds: {counted(len(found.directions), 'direction')}, gap {number(found.gap)}"


def _region(region: DiscountRegion) -> str:
    where = " and ".join(f"[{number(low)}, {number(high)}]" for low, high in region.intervals) or "nowhere"
    return f"DiscountRegion: {where}, scanned {number(region.grid[0])} to {number(region.grid[1])}"


def _strategies(automaton: StrategyAutomaton) -> str:
    return f"StrategyAutomaton: {counted(len(automaton.modes), 'mode')}, {counted(len(automaton.cells), 'cell')}"


def _public(automaton: PublicAutomaton) -> str:
    return f"PublicAutomaton: {counted(len(automaton.modes), 'mode')}"


def _judged(judged: Judged) -> str:
    found = {True: "equilibrium", False: "no equilibrium", None: "undecided"}[judged.equilibrium]
    least = "nobody can deviate" if judged.least_slack is None else f"least slack {number(judged.least_slack)}"
    return f"Judged{f' {judged.name!r}' if judged.name else ''}: {found}, {least}, {judged.concept.value}"


def _folk(found: FolkTheoremSet) -> str:
    holds = "holds" if found.holds else "does not apply"
    return (f"FolkTheoremSet of {', '.join(found.players)}: {counted(len(found.vertices), 'vertex', 'vertices')}, "
            f"dimension {found.dimension}, the theorem {holds}")


def _simulation(drawn: Simulation) -> str:
    paths, periods = drawn.rows.shape
    modes = counted(len(drawn.mode_names), "mode")
    return f"Simulation: {counted(paths, 'path')} of {counted(periods, 'period')}, {modes}"


SAID: dict[str, Callable[[Any], str]] = {
    "StochasticGame": _stochastic_game, "StageGame": _stage_game, "Solution": _solution, "Sustainable": _sustainable,
    "Unsustainable": _unsustainable, "Undecided": _undecided, "EquilibriumPayoffSet": _payoff_set,
    "SupportBounds": _support_bounds, "DiscountRegion": _region, "StrategyAutomaton": _strategies,
    "PublicAutomaton": _public, "FolkTheoremSet": _folk, "Judged": _judged, "Simulation": _simulation,
}
"""By the names of classes, so that none of them need be imported."""
