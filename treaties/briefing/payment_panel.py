"""The part of a briefing that says what side payments would buy: rows, sentences, and the figure in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from treaties.briefing.parts import PaymentRow, PaymentsPanel
from treaties.findings.amounts import capital, factor, money, signed
from treaties.findings.payment_words import (
    factor_words,
    joint_sentence,
    penalty_sentence,
    region_sentence,
    rest_sentence,
    review_sentence,
    schedule_sentence,
    signature_sentence,
    variants_sentence,
    who_pays,
)
from treaties.findings.phrases import HOLDS, article, when
from treaties.findings.records import Answer, PaymentCase, SidePayments, Stance, WeakestLink

AS_IT_STANDS = "As it stands"
RUNGS_WITH_PAYMENTS = "Rungs 1 to 3 are answers to a breach without payments; with payments only rung 4 can be judged."


def payments_panel(
    found: SidePayments | None, names: Mapping[str, str], unit: str, flow: str, period: str
) -> PaymentsPanel | None:
    """The comparison in words and rows; None if it was not made.  ``unit`` of a sum paid once; ``flow`` per period."""
    if found is None:
        return None

    def said_of(without: Stance, paid: Stance, cases: Sequence[PaymentCase]) -> str:
        if paid.verdict != "sustainable":
            return "–"
        needed = "none needed" if without.verdict == "sustainable" else "none while all comply"
        return capital(who_pays(cases, names, unit, period) or needed)

    rows = tuple(
        PaymentRow(
            option=AS_IT_STANDS,
            label=c.label,
            discount=c.discount,
            without=(c.without.verdict, c.without.margin),
            paid=(c.paid.verdict, c.paid.margin),
            payment=said_of(c.without, c.paid, () if c.schedule is None else c.schedule.cases),
            joint=(c.without.joint[1], c.paid.joint[1]),
            compliance=c.compliance,
        )
        for c in found.compared
    )
    options = tuple(
        PaymentRow(
            option=v.name,
            label=v.label,
            discount=v.discount,
            without=(v.without.verdict, v.without.margin),
            paid=(v.paid.verdict, v.paid.margin),
            payment=said_of(v.without, v.paid, v.cases),
        )
        for v in found.variants
    )
    said, details = [], []
    for c in found.compared:
        at = factor_words(c.label, c.discount)
        told = schedule_sentence(c, names, unit, period) or "no voluntary payments make it hold."
        said += [f"At {at} {told}", review_sentence(c, unit)]
        if c.schedule is not None and c.schedule.cases:
            details.append(f"At {at} {who_pays(c.schedule.cases, names, unit, period)}.")
            details += [rest_sentence(c.schedule, period), signature_sentence(c.schedule, names, unit)]
    chosen = next((c.schedule.selection for c in found.compared if c.schedule and c.schedule.cases), "")
    if chosen:
        details.append(f"Payments are not unique; shown are {chosen}.")
    # What all can have together, and what deters, differ little between the factors: the lowest stands for both.
    for c in found.compared[:1]:
        details.append(joint_sentence(c, flow))
        if c.schedule is not None:
            details.append(penalty_sentence(c.schedule.penalties, names, unit, period))
    said += [region_sentence(found.region, found.region_without), variants_sentence(found.variants)]
    alt = "Margin of full compliance without and with side payments. " + " ".join(
        f"{row.option} at {factor(row.discount)}: {HOLDS[row.without[0]]} without, {_margin(row.without[1])}; "
        f"{HOLDS[row.paid[0]]} with, {_margin(row.paid[1])}."
        for row in (*rows, *options)
    )
    return PaymentsPanel(
        rows=rows,
        options=(*rows, *options),
        said=tuple(text for text in said if text),
        details=(*(text for text in details if text), *found.notes),
        unit=unit,
        flow=flow,
        alt=alt,
        refusal=found.refusal,
    )


def tightest_with_payments(verdict: Answer, link: WeakestLink | None, unit: str, period: str) -> str:
    """Second sentence of the bottom line with side payments, where it is all parties' temptations that count."""
    if link is None:
        return "No single moment could be named as the tightest."
    told = [when(link.year, period), f"under {article(link.article)}" if article(link.article) else ""]
    place = "".join(f", {part}" for part in told if part)
    proved = "" if verdict != "undecided" else ", on figures that are not proved"
    if link.margin < 0:
        return (
            f"It is tightest for {link.party_name}{place}, if it {link.deviation}: the temptations of all "
            f"parties together exceed what they have to lose by {money(-link.margin, unit)}{proved}."
        )
    return (
        f"It is tightest for {link.party_name}{place}, if it {link.deviation}: once every temptation is paid "
        f"for, {money(link.margin, unit)} is left to spare{proved}."
    )


def _margin(value: float | None) -> str:
    return "margin not known" if value is None else signed(value)
