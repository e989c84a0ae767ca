"""What would side payments buy?  The same treaty, at the same discount factors, without and with voluntary payments.

The theory of voluntary payments needs one discount factor for all: where the parties' differ, everything is done at
the lowest and at the highest of them, without payments as well as with, so that like is compared with like.
Source: Goldlücke and Kranz (2018), Discounted stochastic games with voluntary transfers.
"""

from __future__ import annotations

from games.numerics.progress import Progress
from games.solvers.relational_transfers import RelationalTransfers
from treaties.assessing import with_payments
from treaties.assessing.answers import Version
from treaties.assessing.payment_schedule import schedule
from treaties.findings.records import (
    Bounds,
    Judgement,
    PaymentCase,
    PaymentComparison,
    SidePayments,
    VariantPayments,
)

RUNGS = (
    "Rungs 1 to 3 are rules of play without payments and say nothing about payments; with payments only rung 4, "
    "any credible punishment, is judged."
)
MARGIN = (
    "Without payments a margin is one party’s; with payments it is what is left for all parties together at the "
    "tightest moment once every temptation is paid for."
)
BURNING = "Payments are voluntary and unlimited, seen by all, and may also be destroyed."
TYPES = "Options in which parties have types are left out: a payment would tell something of the type of who makes it."
POOLED = "Who signs nothing counts as if it could pay and be paid too."
PATIENCE = (
    "The theory of payments needs one discount factor for all; the parties’ own differ, so both sides use the lowest, "
    "then the highest."
)


def refusal(text: Version) -> str | None:
    """Why it cannot be told what side payments would buy; None where it can."""
    return RelationalTransfers().accepts(text.at(text.alike(text.common_factors[0][1]), "voluntary").game)


def compare(text: Version, *, region: bool = True, progress: Progress | None = None) -> SidePayments:
    """The comparison for a text in which everyone sees everything, without its variants; all certificates were checked.

    ``region``  also find the discount factors at which it holds, with and without payments.
    """
    said = progress or (lambda what, share: None)
    factors = text.common_factors
    refused = refusal(text)
    if refused is not None:
        return SidePayments((), (), None, text.region("none") if region else None, (), refused)
    compared = []
    for k, (label, discount) in enumerate(factors):
        said("side payments", 0.6 * k / len(factors))
        compared.append(_compared(text, label, discount))
    paid = bare = None
    if region:
        paid = text.region("voluntary", lambda what, share: said(what, 0.6 + 0.2 * share))
        bare = text.region("none", lambda what, share: said(what, 0.8 + 0.2 * share))
    pooled = [POOLED] if text.treaty.third_parties else []
    notes = (MARGIN if len(factors) == 1 else f"{PATIENCE} {MARGIN}", RUNGS, BURNING, *pooled)
    return SidePayments(tuple(compared), (), paid, bare, notes)


def _compared(text: Version, label: str, discount: float) -> PaymentComparison:
    factors = text.alike(discount)
    without, paid = text.judged(factors, "none"), text.judged(factors, "voluntary")
    plan = with_payments.plan_of(paid.judgement)
    return PaymentComparison(
        label=label,
        discount=discount,
        without=without.judgement,
        paid=paid.judgement,
        compliance=float(text.credible(factors).compliance.values()[without.compiled.game.initial].sum()),
        joint_without=_joint_without(text, discount, paid.judgement),
        schedule=None if plan is None else schedule(paid.compiled, plan),
        reviewed=with_payments.reviewed(paid.compiled),
    )


def payments_of(version: Version) -> tuple[VariantPayments, ...]:
    """What side payments would buy in a variant, at every common factor; nothing is told where parties have types."""
    if version.treaty.has_types:
        return ()
    return tuple(_option(version, label, discount) for label, discount in version.common_factors)


def _option(version: Version, label: str, discount: float) -> VariantPayments:
    factors = version.alike(discount)
    without, paid = version.judged(factors, "none").judgement, version.judged(factors, "voluntary")
    plan = with_payments.plan_of(paid.judgement)
    cases: tuple[PaymentCase, ...] = ()
    # What holds without payments needs none.
    if plan is not None and without.verdict != "sustainable":
        cases = schedule(paid.compiled, plan).cases
    return VariantPayments(version_name(version), label, discount, without, paid.judgement, cases)


def _joint_without(text: Version, discount: float, paid: Judgement) -> Bounds:
    """What the greatest joint payoff of an equilibrium without payments can be, at signature."""
    low, high = text.credible(text.alike(discount)).joint_bounds()
    if high is None or paid.joint[1] is None:
        return low, high
    # Whatever is an equilibrium without payments is one with them.
    high = min(high, paid.joint[1])
    return None if low is None else min(low, high), high


def version_name(version: Version) -> str:
    """The name of a variant; empty for the file's own text."""
    return "" if version.variant is None else version.variant.name
