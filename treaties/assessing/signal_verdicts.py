"""Full compliance where nobody sees everything: verdicts on perfect public equilibria, through whatever solver applies.

Rungs 1 to 3 of the enforcement ladder are rules in which everyone sees a breach; with signals only rung 4 is judged.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal, final

import numpy as np

from games.model.stochastic_game import GameError, StochasticGame
from games.play.phases import phases
from games.questions.solve import choose_solver
from games.solvers import discover
from games.solvers.payoff_set import EquilibriumPayoffSet
from games.solvers.public_polygons import PublicPolygons
from games.solvers.relational_transfers import TransferGame
from games.solvers.solution import Bounds, Solution
from games.solvers.verdict import Sustainable, Undecided
from treaties.assessing.ladder import NAMES, certificate_note
from treaties.assessing.side_payments import common_factors
from treaties.assessing.temptation import hardest_to_deter
from treaties.compiling.compiled_treaty import CompiledTreaty
from treaties.findings.records import Rung, WeakestLink
from treaties.findings.signals import Cooperation, MonitoredStance

UNKNOWN: Bounds = (None, None)
Kind = Literal["none", "voluntary"]

CONCEPTS: dict[Kind, str] = {
    "none": "pure-action perfect public equilibrium with public randomisation",
    "voluntary": "pure-action perfect public equilibrium with voluntary transfers, money burning and public "
    "randomisation",
}
MANY = (
    "more than two parties without side payments: no method here solves such games when conduct is not seen by all; "
    "with side payments it can be judged"
)
NOT_DETERRED = "what everyone sees does not deter every departure from it"
NOT_FOR_EVER = "if compliance has to go on after every flag on the innocent, some departure is not deterred"
COMPARED_ROWS = 4_000
"""Games with more rows are not solved a second time as if everyone saw everything."""
CHEAP_ENTRIES = 20_000
"""Tables of signals by rows with more entries are not solved several times over."""
DIRECTIONS = 32
"""Of polygons of games without side payments that are solved at many terms."""
WEIGHTS = ((1.0, 1.0), (2.0, 1.0), (1.0, 2.0), (1.0, 0.0), (0.0, 1.0))
"""Weights of the parties with which an equilibrium is sought that begins with compliance, if the best does not."""


@final
@dataclass(frozen=True, eq=False)
class Found:
    """A stance with the solution that it comes from (None if no solver applies) and its weakest link."""

    stance: MonitoredStance
    link: WeakestLink | None
    solution: Solution | None

    @property
    def rung(self) -> Rung:
        """The stance as rung 4 of the ladder."""
        s = self.stance
        return Rung(4, NAMES[4], s.verdict, s.margin, s.detail, s.concept, None, None, self.link, s.certificate)


def settings(compiled: CompiledTreaty, kind: Kind) -> list[tuple[str, CompiledTreaty]]:
    """The treaty at the discount factors at which it is judged, each with its label.

    With payments at common factors only, as in ``side_payments``; without, at the parties' own.
    """
    if kind == "none":
        return [("own", compiled.with_transfers("none"))]
    return [
        (label, compiled.with_discount(discount).with_transfers("voluntary"))
        for label, discount in common_factors(compiled.treaty)
    ]


def judge(compiled: CompiledTreaty, label: str) -> Found:
    """The verdict at the compiled game's own discount factors and kind of payments; its certificate was checked."""
    game = compiled.game
    kind: Kind = game.transfers
    first_best = _first_best(game)
    watched = solved(replace(game, monitoring=None)) if game.n_rows <= COMPARED_ROWS else None
    seen = UNKNOWN if watched is None else watched.joint_bounds()
    concept, margin, note, solution = CONCEPTS[kind], None, None, None
    verdict: Literal["sustainable", "unsustainable", "undecided"] = "undecided"
    try:
        solver, _ = choose_solver(game)
        solution = solver.solve(game)
    except GameError as error:
        detail = _why_not(game) or str(error)
    else:
        found = solution.verdict(compiled.plan)
        concept = found.concept.value
        if isinstance(found, Undecided):
            detail, margin = found.reason, found.bounds.get("computed_margin")
        else:
            margin, note = found.margin, certificate_note(found.certificate, compiled)
            fails = NOT_DETERRED if kind == "voluntary" else NOT_FOR_EVER
            detail = "holds on what everyone sees" if isinstance(found, Sustainable) else fails
            if not note.checked:
                detail, note = note.claim, None
            else:
                verdict = "sustainable" if isinstance(found, Sustainable) else "unsustainable"
    best, cooperation = UNKNOWN, None
    if solution is not None:
        best = solution.joint_bounds()
        found_joint, cooperation = best_equilibrium(compiled, solution, True)
        least = [joint for joint in (best[0], found_joint) if joint is not None]
        best = (max(least) if least else None), best[1]
    stance = MonitoredStance(
        label=label,
        discount=tuple(float(d) for d in game.discount),
        transfers=kind,
        verdict=verdict,
        concept=concept,
        margin=margin,
        detail=detail,
        solver="" if solution is None else solution.solver,
        first_best=first_best,
        best=best,
        seen=seen,
        lost=_less(first_best, best),
        certificate=note,
        cooperation=cooperation,
    )
    return Found(stance, hardest_to_deter(compiled, margin), solution)


def _why_not(game: StochasticGame) -> str:
    """Why the methods for games with signals do not apply; empty without such a method."""
    if game.n_players > 2 and game.transfers == "none":
        return MANY
    known = {kind.name: kind().accepts(game) for kind in discover()
             if kind.signals and not kind.by_name_only}
    told = "; ".join(f"{name}: {refusal}" for name, refusal in known.items() if refusal)
    return f"no method applies where conduct is not seen by all ({told})" if told else ""


def worst_of(found: list[Found]) -> Rung:
    """Rung 4 from the stances at several discount factors: what holds, or fails, at every one; else undecided."""
    least = min(found, key=lambda f: np.inf if f.stance.margin is None else f.stance.margin)
    rung = least.rung
    if len(found) == 1:
        return rung
    at = " and ".join(f"{f.stance.discount[0]:g} ({f.stance.label})" for f in found)
    concept = f"{rung.concept}, at the common discount factors {at}"
    answers = {f.stance.verdict for f in found}
    if len(answers) == 1:
        return Rung(4, NAMES[4], rung.verdict, rung.margin, rung.detail, concept, None, None, rung.weakest_link,
                    rung.certificate)  # fmt: skip
    detail = "it depends on the discount factor: " + "; ".join(
        f"{f.stance.verdict} at {f.stance.discount[0]:g}, the {f.stance.label}" for f in found
    )
    return Rung(4, NAMES[4], "undecided", None, detail, concept, weakest_link=rung.weakest_link)


def solved(game: StochasticGame, quick: bool = True) -> Solution | None:
    """The solution by the solver that applies, None if none does; ``quick`` leaves out proofs where it can."""
    try:
        solver, _ = choose_solver(game)
        return (solver.quick() if quick else solver).solve(game)
    except GameError:
        return None


def margin_and_joint(compiled: CompiledTreaty) -> tuple[float | None, float | None]:
    """Margin of full compliance, negative where it fails, and the most the best equilibrium can bring; no proofs."""
    solution = solved(compiled.game)
    if solution is None:
        return None, None
    spread = float(np.ptp(compiled.game.payoffs)) or 1.0
    joint = solution.joint_bounds()[1]
    if joint is None:
        return -spread, None
    return solution.margin(compiled.plan), joint


def entries(compiled: CompiledTreaty) -> int:
    """Size of the table of signals by rows."""
    monitoring = compiled.game.monitoring
    return 0 if monitoring is None else sum(law.size for law in monitoring.law)


def best_equilibrium(
    compiled: CompiledTreaty, solution: Solution, prove: bool
) -> tuple[float | None, Cooperation | None]:
    """Greatest joint payoff of an equilibrium that was found, and the best one found that begins with compliance.

    Both None where the method builds no equilibria whose play follows public signals.

    ``prove``  prove exactly that it is one, if that can be done; else it is one in floating point.
    """
    most: float | None = None
    best: Cooperation | None = None
    known = solution.payoff_sets[compiled.game.initial]
    for weights in WEIGHTS:
        aim = np.array(weights)
        automaton = solution.best_automaton(aim) if prove else None
        prove = automaton is not None
        automaton = automaton or solution.best_automaton(aim, prove=False)
        if automaton is None:
            break
        joint = float(sum(p * sum(automaton.modes[mode].payoffs) for mode, p in automaton.initial))
        most = joint if most is None else max(most, joint)
        found = phases(compiled.game, automaton, compiled.plan)
        if found.begins and (best is None or joint > best.joint):
            share = None if found.share is None else min(found.share)
            best = Cooperation(joint, found.keeps, found.departs, found.away, found.returns, share, prove)
        if found.begins or (isinstance(known, EquilibriumPayoffSet) and len(known.inner) == 1):
            break
    return most, best


def quick_best(compiled: CompiledTreaty) -> tuple[float | None, Cooperation | None]:
    """As ``best_equilibrium``, with few directions and without proofs."""
    solution = PublicPolygons(directions=DIRECTIONS, refine=False).solve(compiled.game)
    return best_equilibrium(compiled, solution, False)


def margin_at(compiled: CompiledTreaty) -> Callable[[float], float | None]:
    """For a scan: the margin of full compliance at a common discount factor, in floating point."""
    kind = compiled.game.transfers
    return lambda discount: margin_and_joint(compiled.with_discount(discount).with_transfers(kind))[0]


def _first_best(game: StochasticGame) -> float | None:
    """Most that all together can have on average; None where discount factors differ and no one average exists."""
    if not game.common_discount:
        return None
    every = np.ones(game.n_rows, dtype=bool)
    joint, _, finished = TransferGame(game).joint(every, np.ones(game.n_states, dtype=bool), None)
    return float(joint[game.initial]) if finished else None


def _less(first_best: float | None, best: Bounds) -> Bounds:
    """First best less the bounds of the best equilibrium; rounding below zero is zero."""
    if first_best is None:
        return None, None
    low, high = best
    return (
        None if high is None else max(first_best - high, 0.0),
        None if low is None else max(first_best - low, 0.0),
    )
