"""Full compliance where nobody sees everything: verdicts on perfect public equilibria, through whatever solver applies.

This is rung 4 of the enforcement ladder; rungs 1 to 3 are those of ``ladder``, followed on what everyone sees.
"""

from __future__ import annotations

from dataclasses import replace

from games.certificates.certificate import Certificate, SolutionConcept
from games.certificates.exclusion import Exclusion
from games.certificates.signals import UndetectedDeviation
from games.model.stochastic_game import GameError, StochasticGame
from games.questions.solve import choose_solver
from games.solvers import PublicAutomata, PublicPolygons, discover
from games.solvers.verdict import Sustainable, Undecided, known_margin
from treaties.assessing.found import Found
from treaties.assessing.ladder import factors_of, verdict_note
from treaties.assessing.signal_verdicts import best_equilibrium, first_best, margin_and_joint, solved
from treaties.assessing.temptation import hardest_to_deter
from treaties.compiling.compiled_treaty import CompiledTreaty
from treaties.findings.amounts import number
from treaties.findings.records import Judgement, Rung, Transfers
from treaties.findings.signals import MonitoredStance

CONCEPTS: dict[Transfers, SolutionConcept] = {
    "none": SolutionConcept.PURE_PUBLIC,
    "voluntary": SolutionConcept.PUBLIC_WITH_TRANSFERS,
}
"""Of judgements that no method could make."""
FAILS: dict[Transfers, str] = {
    "none": "if compliance has to go on after every flag on the innocent, some departure is not deterred",
    "voluntary": "what everyone sees does not deter every departure from it",
}
WHATEVER_IS_SEEN = "no credible answer to a breach deters it, and none would if everyone saw everything"
UNSEEN = "some departure pays, and nothing that anyone sees tells it from compliance"
HOLDS = "holds on what everyone sees"
COMPARED_ROWS = 4_000
"""Games with more rows are not solved a second time as if everyone saw everything."""


def judge(compiled: CompiledTreaty, seconds: float | None = None, *, narrow: bool = True) -> Found:
    """The verdict at the compiled game's own discount factors and kind of payments; its certificate was checked.

    ``seconds``  allowed for proofs that take long, where many treaties are judged: then the best equilibrium, which is
                 told beside the verdict, is not sought either.
    ``narrow``   narrow sets of equilibria in turns until little is between their bounds, which verdicts seldom need.
    """
    game = compiled.game
    base = Judgement(
        "undecided", CONCEPTS[game.transfers].value, None, discount=factors_of(compiled), transfers=game.transfers
    )
    try:
        solver, _ = choose_solver(game)
        if seconds is not None and isinstance(solver, PublicAutomata):
            solver = replace(solver, seconds=seconds)
        if not narrow and isinstance(solver, PublicPolygons):
            solver = replace(solver, refine=False)
        solution = solver.solve(game)
    except GameError as error:
        told = replace(base, detail=_why_not(game) or str(error), weakest_link=hardest_to_deter(compiled, None))
        return Found(told, compiled)
    verdict = solution.verdict(compiled.plan)
    low, high = solution.joint_bounds()
    most, cooperation = best_equilibrium(compiled, solution, True) if seconds is None else (None, None)
    known = [joint for joint in (low, most) if joint is not None]
    found = replace(base, concept=verdict.concept.value, joint=((max(known) if known else None), high))
    if isinstance(verdict, Undecided):
        reason = _why_not(game) if solver.refutes_only else verdict.reason
        if "margin_upper" in verdict.bounds:
            withstood = number(verdict.bounds["margin_upper"])
            reason += f"; none that keeps to it withstands a temptation of more than {withstood}"
        found = replace(found, margin=verdict.bounds.get("computed_margin"), detail=reason)
    else:
        note = verdict_note(verdict, compiled.game)
        found = replace(found, margin=known_margin(verdict), detail=note.claim)
        if note.checked and isinstance(verdict, Sustainable):
            found = replace(found, verdict="sustainable", detail=HOLDS, certificate=note)
        elif note.checked:
            fails = _why_it_fails(verdict.certificate, game.transfers)
            found = replace(found, verdict="unsustainable", detail=fails, certificate=note)
    link = hardest_to_deter(compiled, found.margin)
    return Found(replace(found, weakest_link=link), compiled, None if solver.refutes_only else solution, cooperation)


def held_by(standing: Rung, found: Found) -> Found:
    """What a rung holds any credible punishment holds: its certificate serves where no other proof was found."""
    told = standing.found
    detail = f"holds already on rung {standing.number}, and its certificate serves here"
    return replace(
        found,
        judgement=replace(
            found.judgement, verdict="sustainable", margin=told.margin, detail=detail, certificate=told.certificate
        ),
    )


def margin(compiled: CompiledTreaty) -> float | None:
    """Margin of full compliance in floating point, for a scan; None if it cannot be told."""
    return margin_and_joint(compiled)[0]


def stance(found: Found, label: str) -> MonitoredStance:
    """A judgement beside what all could have, and what they could have if everyone saw everything."""
    game = found.compiled.game
    watched = solved(replace(game, monitoring=None)) if game.n_rows <= COMPARED_ROWS else None
    return MonitoredStance(
        label=label,
        found=found.judgement,
        solver="" if found.solution is None else found.solution.solver,
        first_best=first_best(game),
        seen=(None, None) if watched is None else watched.joint_bounds(),
        cooperation=found.cooperation,
    )


def _why_it_fails(certificate: Certificate, transfers: Transfers) -> str:
    """What a refutation rests on: a step that nothing shows, signals, or not even these."""
    if isinstance(certificate, UndetectedDeviation):
        return UNSEEN
    if isinstance(certificate, Exclusion) and not certificate.uses_signals:
        return WHATEVER_IS_SEEN
    return FAILS[transfers]


def _why_not(game: StochasticGame) -> str:
    """Why the methods for games with signals do not apply; empty without such a method."""
    known = {kind.name: kind().accepts(game) for kind in discover() if kind.signals and not kind.by_name_only}
    told = "; ".join(f"{name}: {refusal}" for name, refusal in known.items() if refusal)
    return f"no method applies where conduct is not seen by all ({told})" if told else ""
