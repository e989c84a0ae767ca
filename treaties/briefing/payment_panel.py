"""The part of a briefing that says what side payments would buy: rows, sentences, and the figure in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from treaties.briefing.parts import PaymentRow, PaymentsPanel
from treaties.findings.amounts import capital, factor, money, signed
from treaties.findings.answer import Answer
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
from treaties.findings.records import (
    Judgement,
    PaymentCase,
    PaymentComparison,
    SidePayments,
    VariantPayments,
    WeakestLink,
)

AS_IT_STANDS = "As it stands"
RUNGS_WITH_PAYMENTS = "Rungs 1 to 3 are answers to a breach without payments; with payments only rung 4 can be judged."


def payments_panel(
    found: SidePayments | None, names: Mapping[str, str], unit: str, flow: str, period: str
) -> PaymentsPanel | None:
    """The comparison in words and rows; None if it was not made.  ``unit`` of a sum paid once; ``flow`` per period."""
    if found is None:
        return None
    rows = tuple(_row(c, names, unit, period) for c in found.compared)
    options = (*rows, *(_option_row(v, names, unit, period) for v in found.variants))
    alt = "Margin of full compliance without and with side payments. " + " ".join(
        f"{row.option} at {factor(row.discount)}: {HOLDS[row.without[0]]} without, {_margin(row.without[1])}; "
        f"{HOLDS[row.paid[0]]} with, {_margin(row.paid[1])}."
        for row in options
    )
    return PaymentsPanel(
        rows=rows,
        options=options,
        said=tuple(text for text in _said(found, names, unit, period) if text),
        details=(*(text for text in _details(found, names, unit, flow, period) if text), *found.notes),
        unit=unit,
        flow=flow,
        alt=alt,
        refusal=found.refusal,
    )


def _row(found: PaymentComparison, names: Mapping[str, str], unit: str, period: str) -> PaymentRow:
    """The text as it stands at one factor."""
    cases = () if found.schedule is None else found.schedule.cases
    return PaymentRow(
        option=AS_IT_STANDS,
        label=found.label,
        discount=found.discount,
        without=(found.without.verdict, found.without.margin),
        paid=(found.paid.verdict, found.paid.margin),
        payment=_needed(found.without, found.paid, cases, names, unit, period),
        joint=(found.joint_without[1], found.paid.joint[1]),
        compliance=found.compliance,
    )


def _option_row(found: VariantPayments, names: Mapping[str, str], unit: str, period: str) -> PaymentRow:
    """An option of the file at one factor."""
    return PaymentRow(
        option=found.name,
        label=found.label,
        discount=found.discount,
        without=(found.without.verdict, found.without.margin),
        paid=(found.paid.verdict, found.paid.margin),
        payment=_needed(found.without, found.paid, found.cases, names, unit, period),
    )


def _needed(
    without: Judgement, paid: Judgement, cases: Sequence[PaymentCase], names: Mapping[str, str], unit: str, period: str
) -> str:
    """The least payments, for a table."""
    if paid.verdict != "sustainable":
        return "–"
    none = "none needed" if without.verdict == "sustainable" else "none while all comply"
    return capital(who_pays(cases, names, unit, period) or none)


def _said(found: SidePayments, names: Mapping[str, str], unit: str, period: str) -> Iterator[str]:
    """Sentences for the page; some are empty."""
    for c in found.compared:
        told = schedule_sentence(c, names, unit, period) or "no voluntary payments make it hold."
        yield f"At {factor_words(c.label, c.discount)} {told}"
        yield review_sentence(c, unit)
    yield region_sentence(found.region, found.region_without)
    yield variants_sentence(found.variants)


def _details(found: SidePayments, names: Mapping[str, str], unit: str, flow: str, period: str) -> Iterator[str]:
    """Sentences for the annex; some are empty."""
    paying = [(c, c.schedule) for c in found.compared if c.schedule is not None and c.schedule.cases]
    for c, schedule in paying:
        yield f"At {factor_words(c.label, c.discount)} {who_pays(schedule.cases, names, unit, period)}."
        yield rest_sentence(schedule, period)
        yield signature_sentence(schedule, names, unit)
    if paying and paying[0][1].selection:
        yield f"Payments are not unique; shown are {paying[0][1].selection}."
    # What all can have together, and what deters, differ little between the factors: the lowest stands for both.
    for c in found.compared[:1]:
        yield joint_sentence(c, flow)
        if c.schedule is not None:
            yield penalty_sentence(c.schedule.penalties, names, unit, period)


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
