"""Full compliance where everyone sees everything and side payments are voluntary, at one discount factor for all.

Source: Goldlücke and Kranz (2018), Discounted stochastic games with voluntary transfers; with reviews Goldlücke and
Kranz (2023), Reconciling relational contracting and hold-up.
"""

from __future__ import annotations

from dataclasses import replace

from games.certificates.certificate import SolutionConcept
from games.certificates.transfers.plan import TransferPlan
from games.solvers.relational_transfers import RelationalTransfers
from games.solvers.repeated_negotiation import RepeatedNegotiation
from games.solvers.solution import Solution, WeakestDeviation
from games.solvers.verdict import Sustainable, Undecided, Verdict, known_margin
from treaties.assessing.found import Found
from treaties.assessing.ladder import factors_of, verdict_note
from treaties.compiling.compiled_treaty import CompiledTreaty
from treaties.compiling.provenance import situation, weakest_link
from treaties.findings.amounts import money, once
from treaties.findings.phrases import under
from treaties.findings.records import Judgement, WeakestLink

CONCEPT = SolutionConcept.PURE_WITH_TRANSFERS.value
METHOD = RelationalTransfers(settle=False)
HOLDS = "holds with payments that it pays every party to make"
NOT_DETERRED = "no payments deter every departure from it"


def judge(compiled: CompiledTreaty) -> Found:
    """The verdict at the compiled game's common discount factor; its certificate was checked."""
    solution = METHOD.solve(compiled.game)
    verdict = solution.verdict(compiled.plan)
    found = _judgement(compiled, solution, verdict, HOLDS, NOT_DETERRED)
    deviation = solution.weakest_link(compiled.plan, verdict)
    link = None if deviation is None else _tightest(compiled, deviation)
    return Found(replace(found, weakest_link=link), compiled, solution)


def margin(compiled: CompiledTreaty) -> float | None:
    """Margin of full compliance in floating point, for a scan; None if it cannot be told."""
    return METHOD.margin_at(compiled.game, compiled.plan, float(compiled.game.discount[0]))


def plan_of(found: Judgement) -> TransferPlan | None:
    """The plan of payments that proves that compliance holds; None without one."""
    note = found.certificate
    return note.evidence if note is not None and isinstance(note.evidence, TransferPlan) else None


def reviewed(compiled: CompiledTreaty) -> Judgement | None:
    """Whether full compliance survives the reviews of the text, when all that was agreed is bargained over anew.

    None without a review.
    """
    rule = compiled.negotiation
    if rule is None:
        return None
    method = RepeatedNegotiation(
        negotiation_hazard=rule.hazard.tolist(), bargaining_weights=rule.weights.tolist(), method="exact"
    )
    solution = method.solve(compiled.game)
    articles = ", ".join(rule.articles)
    return _judgement(
        compiled,
        solution,
        solution.verdict(compiled.plan),
        f"holds although Article {articles} lets everything be bargained over anew",
        f"does not survive Article {articles}: what is promised for afterwards is bargained away",
    )


def _judgement(compiled: CompiledTreaty, solution: Solution, verdict: Verdict, holds: str, fails: str) -> Judgement:
    """A verdict with the check of its certificate; ``holds`` and ``fails`` say why, if it passes."""
    base = Judgement(
        verdict="undecided",
        concept=verdict.concept.value,
        margin=None,
        joint=solution.joint_bounds(),
        discount=factors_of(compiled),
        transfers="voluntary",
    )
    if isinstance(verdict, Undecided):
        return replace(base, margin=verdict.bounds.get("computed_margin"), detail=verdict.reason)
    note = verdict_note(verdict, compiled.game)
    if not note.checked:
        return replace(base, margin=known_margin(verdict), detail=note.claim)
    if isinstance(verdict, Sustainable):
        return replace(base, verdict="sustainable", margin=known_margin(verdict), detail=holds, certificate=note)
    return replace(base, verdict="unsustainable", margin=known_margin(verdict), detail=fails, certificate=note)


def _tightest(paying: CompiledTreaty, found: WeakestDeviation) -> WeakestLink:
    """The tightest moment with payments, when all parties' temptations together leave least."""
    link = weakest_link(paying, found.state, found.player, found.played, found.deviation, found.margin)
    treaty = paying.treaty
    left = money(abs(found.margin), once(treaty.payoff_unit, treaty.period))
    ending = f"leave {left} to spare" if found.margin >= 0 else f"exceed what is at stake by {left}"
    where = situation(paying, found.state) or "as at signature"
    said = (
        f"With payments it is tightest when the situation is: {where}; there the temptations of all parties together "
        f"{ending}, as a one-off, and the most tempted is {link.party_name}, which then "
        f"{link.deviation}{under(link.article)}."
    )
    return replace(link, sentence=said)
