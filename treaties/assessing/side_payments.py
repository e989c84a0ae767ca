"""What would side payments buy?  The same treaty, at the same discount factors, without and with voluntary payments.

The theory of voluntary payments needs one discount factor for all: where the parties' differ, everything is done at
the lowest and at the highest of them, without payments as well as with, so that like is compared with like.
Source: Goldlücke and Kranz (2018), Discounted stochastic games with voluntary transfers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from games.certificates.certificate import SolutionConcept
from games.certificates.transfers.plan import TransferPlan
from games.numerics.progress import Progress
from games.solvers.equilibrium_polygons import EquilibriumPolygons
from games.solvers.relational_transfers import RelationalTransfers
from games.solvers.repeated_negotiation import RepeatedNegotiation
from games.solvers.solution import Bounds, WeakestDeviation
from games.solvers.verdict import Sustainable, Undecided
from treaties.assessing.credibility import Credibility
from treaties.assessing.ladder import NAMES, Ladder, certificate_note
from treaties.assessing.patience import discount_region
from treaties.assessing.payment_schedule import schedule
from treaties.compiling.compile import compile_treaty
from treaties.compiling.compiled_treaty import CompiledTreaty
from treaties.compiling.provenance import situation, weakest_link
from treaties.findings.amounts import money, once
from treaties.findings.records import (
    CertificateNote,
    DiscountRegion,
    PaymentCase,
    PaymentComparison,
    Rung,
    SidePayments,
    Stance,
    VariantPayments,
    WeakestLink,
    plain,
)
from treaties.model.treaty import Treaty
from treaties.reading.variants import apply_variant

CONCEPT = SolutionConcept.PURE_WITH_TRANSFERS.value
RUNGS = (
    "Rungs 1 to 3 are rules of play without payments and say nothing about payments; with payments only rung 4, "
    "any credible punishment, is judged."
)
MARGIN = (
    "Without payments a margin is one party’s; with payments it is what is left for all parties together at the "
    "tightest moment once every temptation is paid for."
)
BURNING = "Payments are voluntary and unlimited, seen by all, and may also be destroyed."
PATIENCE = (
    "The theory of payments needs one discount factor for all; the parties’ own differ, so both sides use the lowest, "
    "then the highest."
)


def compare(
    treaty: Treaty,
    compiled: CompiledTreaty,
    *,
    known: Rung | None = None,
    without: DiscountRegion | None = None,
    region: bool = True,
    variants: bool = True,
    progress: Progress | None = None,
) -> SidePayments:
    """The comparison for a treaty; certificates of all verdicts have been checked.

    ``known``    the verdict without payments at the file's own discount factors, used where those are equal.
    ``without``  the discount factors at which compliance holds without payments, if they were sought.
    ``region``   also find those at which it holds with payments;  ``variants``  also judge the file's variants.
    """
    said = progress or (lambda what, share: None)
    refusal = RelationalTransfers().accepts(compiled.with_discount(0.5).with_transfers("voluntary").game)
    if refusal is not None:
        return SidePayments((), (), None, without, (), refusal)
    factors = common_factors(treaty)
    notes = [MARGIN if len(factors) == 1 else f"{PATIENCE} {MARGIN}", RUNGS, BURNING]
    compared = []
    for k, (label, discount) in enumerate(factors):
        said("side payments", 0.4 * k / len(factors))
        compared.append(_compared(compiled, label, discount, known if label == "common" else None))
    found = None
    if region:
        paying = compiled.with_transfers("voluntary")
        found = discount_region(
            lambda discount: RelationalTransfers().margin_at(paying.game, paying.plan, discount),
            progress=lambda what, share: said(what, 0.4 + 0.1 * share),
        )
    options = []
    for k, variant in enumerate(treaty.variants if variants else ()):
        said("side payments in the options", 0.5 + 0.5 * k / len(treaty.variants))
        options += option_payments(compile_treaty(apply_variant(treaty, variant)), variant.name)
    return SidePayments(tuple(compared), tuple(options), found, without, tuple(notes))


def common_factors(treaty: Treaty) -> list[tuple[str, float]]:
    """The discount factors of the comparison with their labels."""
    own = sorted({party.discount.value for party in treaty.parties})
    return [("common", own[0])] if len(own) == 1 else [("lowest", own[0]), ("highest", own[-1])]


def top_rung(
    found: Sequence[PaymentComparison | VariantPayments], refusal: str, *, paying: bool = True
) -> Rung:
    """Rung 4 with payments: what holds at every factor compared, or fails at every one; else undecided.

    ``paying``  False: the same without payments.
    """
    stances = [(c.label, c.discount, c.paid if paying else c.without) for c in found]
    if not stances:
        return Rung(4, NAMES[4], "undecided", None, refusal, CONCEPT)
    answers = {stance.verdict for _, _, stance in stances}
    least = min(stances, key=lambda s: np.inf if s[2].margin is None else s[2].margin)[2]
    concept = least.concept
    if len(stances) > 1:
        at = " and ".join(f"{discount:g} ({label})" for label, discount, _ in stances)
        concept += f", at the common discount factors {at}"
    if len(answers) > 1:
        detail = "it depends on the discount factor: " + "; ".join(
            f"{stance.verdict} at {discount:g}, the {label}" for label, discount, stance in stances
        )
        return Rung(4, NAMES[4], "undecided", None, detail, concept, weakest_link=least.weakest_link)
    return Rung(
        number=4,
        name=NAMES[4],
        verdict=least.verdict,
        margin=least.margin,
        detail=least.detail,
        concept=concept,
        weakest_link=least.weakest_link,
        certificate=least.certificate,
    )


def to_json(found: SidePayments) -> dict[str, Any]:
    """The ``side_payments`` object of ``servanda-assessment/1``."""
    return {
        "refusal": found.refusal,
        "notes": list(found.notes),
        "compared": [
            {
                "label": c.label,
                "discount": c.discount,
                "compliance_joint_payoff": c.compliance,
                "joint_gain": list(c.joint_gain),
                "without": _stance_json(c.without),
                "with": _stance_json(c.paid),
                "with_and_reviewed": None if c.reviewed is None else _stance_json(c.reviewed),
                "schedule": None if c.schedule is None else plain(c.schedule),
            }
            for c in found.compared
        ],
        "variants": [
            {
                "name": v.name,
                "label": v.label,
                "discount": v.discount,
                "without": _stance_json(v.without),
                "with": _stance_json(v.paid),
                "cases": [plain(case) for case in v.cases],
            }
            for v in found.variants
        ],
        "discount_region": None if found.region is None else plain(found.region),
        "discount_region_without": None if found.region_without is None else plain(found.region_without),
    }


def _stance_json(stance: Stance) -> dict[str, Any]:
    note = stance.certificate
    return {
        "verdict": stance.verdict,
        "concept": stance.concept,
        "margin": stance.margin,
        "best_joint_payoff": list(stance.joint),
        "detail": stance.detail,
        "weakest_link": None if stance.weakest_link is None else plain(stance.weakest_link),
        "certificate": None
        if note is None
        else {"kind": note.kind, "checked": note.checked, "claim": note.claim, "numbers": note.numbers,
              "game_digest": note.game_digest, "content": note.content},
    }


def _compared(compiled: CompiledTreaty, label: str, discount: float, known: Rung | None) -> PaymentComparison:
    bare = compiled.with_discount(discount).with_transfers("none")
    paying = bare.with_transfers("voluntary")
    ladder = Ladder(bare)
    credible = Credibility(bare, ladder)
    without = _without(bare, ladder, credible, known)
    paid, plan = _with(paying)
    joint = _joint(bare, paid)
    without = replace(without, joint=joint)
    most, least = (None if x is None else x for x in (paid.joint[0], paid.joint[1]))
    low, high = joint
    gain = (
        None if most is None or high is None else max(most - high, 0.0),
        None if least is None or low is None else max(least - low, 0.0),
    )
    complying = credible.compliance.values()[bare.game.initial]
    return PaymentComparison(
        label=label,
        discount=discount,
        without=without,
        paid=paid,
        compliance=float(complying.sum()),
        joint_gain=gain,
        schedule=None if plan is None else schedule(paying, plan),
        reviewed=_reviewed(paying),
    )


def option_payments(compiled: CompiledTreaty, name: str) -> list[VariantPayments]:
    """A compiled variant without and with payments, at each of its common discount factors."""
    return [_option(compiled, name, label, discount) for label, discount in common_factors(compiled.treaty)]


def _option(compiled: CompiledTreaty, name: str, label: str, discount: float) -> VariantPayments:
    bare = compiled.with_discount(discount).with_transfers("none")
    ladder = Ladder(bare)
    without = _without(bare, ladder, Credibility(bare, ladder), None)
    paying = bare.with_transfers("voluntary")
    paid, plan = _with(paying, again=False)
    cases: Sequence[PaymentCase] = () if plan is None else schedule(paying, plan).cases
    return VariantPayments(name, label, discount, without, paid, tuple(cases))


def _without(bare: CompiledTreaty, ladder: Ladder, credible: Credibility, known: Rung | None) -> Stance:
    """The verdict without payments; milder rungs are tried only where nothing else can prove a yes."""
    top = known
    if top is None:
        lower = [] if bare.game.n_players == 2 else [ladder.rung(number) for number in (1, 2, 3)]
        top = credible.rung(lower)
    return Stance(top.verdict, top.concept, top.margin, (None, None), top.detail, top.weakest_link, top.certificate)


def _with(paying: CompiledTreaty, again: bool = True) -> tuple[Stance, TransferPlan | None]:
    """The verdict with payments, and the plan that proves it if it holds.

    ``again``  check the certificate, which the solver has had checked, once more for what the check can tell.
    """
    game = paying.game
    solution = RelationalTransfers(settle=False).solve(game)
    verdict = solution.verdict(paying.plan)
    best = float(solution.joint_payoff[game.initial])
    joint = (best, best) if np.isfinite(best) and solution.elimination.finished else (None, None)
    link: WeakestLink | None = None
    deviation = solution.weakest_link(paying.plan, verdict)
    if deviation is not None:
        link = _tightest(paying, deviation)
    if isinstance(verdict, Undecided):
        margin = verdict.bounds.get("computed_margin")
        return Stance("undecided", CONCEPT, margin, joint, verdict.reason, link), None
    found = verdict.certificate
    note = (
        certificate_note(found, paying)
        if again
        else CertificateNote(found.kind, True, "checked before it was returned", {}, found.game_digest, found)
    )
    if not note.checked:
        return Stance("undecided", CONCEPT, verdict.margin, joint, note.claim, link), None
    if isinstance(verdict, Sustainable):
        plan = verdict.certificate if isinstance(verdict.certificate, TransferPlan) else None
        detail = "holds with payments that it pays every party to make"
        return Stance("sustainable", CONCEPT, verdict.margin, joint, detail, link, note), plan
    detail = "no payments deter every departure from it"
    return Stance("unsustainable", CONCEPT, verdict.margin, joint, detail, link, note), None


def _reviewed(paying: CompiledTreaty) -> Stance | None:
    """Whether full compliance survives the reviews of the text, when all that was agreed is bargained over anew."""
    rule = paying.negotiation
    if rule is None:
        return None
    solver = RepeatedNegotiation(
        negotiation_hazard=rule.hazard.tolist(), bargaining_weights=rule.weights.tolist(), method="exact"
    )
    solution = solver.solve(paying.game)
    verdict = solution.verdict(paying.plan)
    concept = verdict.concept.value
    joint = float(solution.joint_payoff[paying.game.initial])
    known = (joint, joint) if np.isfinite(joint) else (None, None)
    if isinstance(verdict, Undecided):
        return Stance("undecided", concept, verdict.bounds.get("computed_margin"), known, verdict.reason)
    note = certificate_note(verdict.certificate, paying)
    if not note.checked:
        return Stance("undecided", concept, verdict.margin, known, note.claim)
    articles = ", ".join(rule.articles)
    if isinstance(verdict, Sustainable):
        detail = f"holds although Article {articles} lets everything be bargained over anew"
        return Stance("sustainable", concept, verdict.margin, known, detail, None, note)
    detail = f"does not survive Article {articles}: what is promised for afterwards is bargained away"
    return Stance("unsustainable", concept, verdict.margin, known, detail, None, note)


def _tightest(paying: CompiledTreaty, found: WeakestDeviation) -> WeakestLink:
    """The tightest moment with payments, when all parties' temptations together leave least."""
    link = weakest_link(paying, found.state, found.player, found.played, found.deviation, found.margin)
    treaty = paying.treaty
    left = money(abs(found.margin), once(treaty.payoff_unit, treaty.period))
    ending = f"leave {left} to spare" if found.margin >= 0 else f"exceed what is at stake by {left}"
    where = situation(paying, found.state) or "as at signature"
    article = "" if link.article == "-" else f" (Article {link.article})"
    said = (
        f"With payments it is tightest when the situation is: {where}; there the temptations of all parties together "
        f"{ending}, as a one-off, and the most tempted is {link.party_name}, which then {link.deviation}{article}."
    )
    return replace(link, sentence=said)


def _joint(bare: CompiledTreaty, paid: Stance) -> Bounds:
    """(least, most) that the greatest joint payoff of an equilibrium without payments can be, at signature."""
    game = bare.game
    if game.n_players != 2:
        # Whatever is an equilibrium without payments is one with them.
        return None, paid.joint[1]
    return EquilibriumPolygons().solve(game).joint_bounds()
