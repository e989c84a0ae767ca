"""What side payments would buy, in sentences: who pays whom, how much, when, and what that changes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from games.questions.discount_region import DiscountRegion
from treaties.findings.amounts import factor, listed, money, number, percent, sentence, signed, with_unit
from treaties.findings.phrases import HOLDS
from treaties.findings.records import (
    Judgement,
    PaymentCase,
    PaymentComparison,
    PaymentSchedule,
    Penalty,
    SidePayments,
    VariantPayments,
)

WORTH_SAYING = 0.005
"""Sums below this share of those beside them are not worth a word."""


def when_paid(cases: Sequence[PaymentCase], period: str) -> str:
    """When some payments of one kind fall due.

    >>> when_paid([PaymentCase(6, {"government of Sundmark": "sceptic"}, ("A",), ("B",), 1, 1, 2, 1)], "year")
    'after year 6 of a term, if there was a sceptic government of Sundmark'
    """
    years = sorted({case.year for case in cases if case.year is not None})
    if not years:
        text = f"after every {period}"
    elif len(years) == 1:
        text = f"after {period} {years[0]} of a term"
    else:
        text = f"after {period}s {_runs(years)} of a term"
    there = [f"a {name}" if value == "yes" else f"a {value} {name}" for name, value in cases[0].situation.items()]
    return f"{text}, if there was {listed(there)}" if there else text


def amount(cases: Sequence[PaymentCase], unit: str) -> str:
    """What is paid: on average, and between which ends.

    >>> amount([PaymentCase(6, {}, ("A",), ("B",), 2.626, 4.4, 4.823, 1)], "EUR million")
    'EUR 4.4 million on average (2.63 to 4.82)'
    >>> amount([PaymentCase(6, {}, ("A",), ("B",), 2.5, 2.5, 2.5, 1)], "EUR million")
    'EUR 2.5 million'
    """
    low, high = number(min(case.low for case in cases)), number(max(case.high for case in cases))
    if low == high:
        return with_unit(high, unit)
    # Averages of cases, weighted by how often each is expected.
    often = [case.share / case.mean for case in cases]
    mean = sum(case.share for case in cases) / sum(often)
    return f"{money(mean, unit)} on average ({low} to {high})"


def main_cases(cases: Sequence[PaymentCase]) -> list[PaymentCase]:
    """Payments of the weightiest kind that are of about its size: same payers and situation, whatever the year."""
    if not cases:
        return []
    kinds: dict[object, list[PaymentCase]] = defaultdict(list)
    for case in cases:
        kinds[tuple(case.situation.items()), case.payers, case.receivers].append(case)
    first = max(kinds.values(), key=lambda kind: (sum(case.share for case in kind), -(kind[0].year or 0)))
    size = max(first, key=lambda case: case.share).mean
    return sorted((case for case in first if case.mean >= size / 2), key=lambda case: case.year or 0)


def who_pays(cases: Sequence[PaymentCase], names: Mapping[str, str], unit: str, period: str) -> str:
    """The main payments of a schedule in one clause; empty if there are none."""
    main = main_cases(cases)
    if not main:
        return ""
    payers, receivers = ([names[p] for p in side] for side in (main[0].payers, main[0].receivers))
    return f"{listed(payers)} would pay {listed(receivers)} {amount(main, unit)} {when_paid(main, period)}"


def schedule_sentence(found: PaymentComparison, names: Mapping[str, str], unit: str, period: str) -> str:
    """Who would have to pay whom, how much and when; empty if no voluntary payments make it hold."""
    if found.schedule is None:
        return ""
    cases = found.schedule.cases
    if not cases and found.without.verdict == "sustainable":
        return "no payment is needed, it holds without any."
    if not cases:
        return "no payment falls due while all comply; the fines after a breach make the difference."
    return f"{who_pays(cases, names, unit, period)}."


def rest_sentence(found: PaymentSchedule, period: str) -> str:
    """What is paid besides the main payments; empty if nothing is."""
    main = main_cases(found.cases)
    rest = [case for case in found.cases if case not in main]
    if not rest:
        return ""
    share = sum(case.share for case in rest)
    years = sorted({case.year for case in rest if case.year is not None})
    where = f" ({period}{'s' if len(years) > 1 else ''} {_runs(years)})" if years else ""
    return f"That is all but {percent(round(share, 2))} of the expected total; the rest falls due otherwise{where}."


def signature_sentence(found: PaymentSchedule, names: Mapping[str, str], unit: str) -> str:
    """What a payment at signature could undo; empty if there is nothing to undo."""
    owing = [party for party, sum_ in found.at_signature.items() if sum_ > WORTH_SAYING * _most(found.cases)]
    if not found.cases or not owing:
        return ""
    sums = listed([f"{names[party]} pays {money(found.at_signature[party], unit)}" for party in owing])
    return f"None is due at signature; but if {sums} then, nobody is better or worse off for the payments."


def penalty_sentence(found: Sequence[Penalty], names: Mapping[str, str], unit: str, period: str) -> str:
    """What a departure has to cost, and can be made to cost."""
    if not found:
        return ""
    least = listed([f"{money(p.least, unit)} ({names[p.party]}{_year(p, period)})" for p in found])
    most = listed([number(p.most) for p in found])
    return (
        f"To deter the strongest temptation, a departure must cost {least} one {period} later, lost payments counted, "
        f"for instance as a fine that buys forgiveness; credible answers could cost up to {most}."
    )


def stance_words(stance: Judgement, unit: str) -> str:
    """Verdict and margin of one side of the comparison."""
    margin = "" if stance.margin is None else f" (margin {money(stance.margin, unit, sign=True)})"
    return f"{HOLDS[stance.verdict]}{margin}"


def factor_words(label: str, discount: float) -> str:
    """A factor of the comparison.

    >>> factor_words("lowest", 0.88), factor_words("common", 0.9)
    ('the lower factor (0.88)', 'the factor 0.9')
    """
    which = {"lowest": "the lower", "highest": "the higher"}.get(label)
    return f"{which} factor ({factor(discount)})" if which else f"the factor {factor(discount)}"


def stability_sentence(found: Sequence[PaymentComparison], unit: str) -> str:
    """Margins before and after, at each factor."""
    said = [
        f"at {factor_words(c.label, c.discount)} it {stance_words(c.without, unit)} without payments and "
        f"{stance_words(c.paid, unit)} with them"
        for c in found
    ]
    return sentence("; ".join(said))


def joint_sentence(found: PaymentComparison, flow: str) -> str:
    """What payments add to the greatest joint payoff, and how full compliance compares with it."""
    best = found.paid.joint[1]
    if best is None:
        return f"At {factor_words(found.label, found.discount)} no stable plan exists even with payments."
    low, high = found.joint_gain
    at = factor_words(found.label, found.discount)
    if high is None or low is None:
        text = f"At {at} stable plans with payments bring at most {money(best, flow)} together"
        text += "; what they bring without is not known"
    elif high <= WORTH_SAYING * abs(best):
        text = f"At {at} payments add nothing to what all can have together in a stable plan: {money(best, flow)}"
    else:
        text = f"At {at} payments raise what all can have together in a stable plan by {money(high, flow)} to "
        text += number(best)
    if best - found.compliance > WORTH_SAYING * abs(best):
        text += f"; that is not full compliance, which brings {number(found.compliance)}"
    return f"{text}."


def review_sentence(found: PaymentComparison, unit: str) -> str:
    """Whether it survives the reviews of the text; empty without any."""
    if found.reviewed is None:
        return ""
    at = factor_words(found.label, found.discount)
    return f"At {at}, reviews included, when all is bargained over anew, it {stance_words(found.reviewed, unit)}."


def region_sentence(region: DiscountRegion | None, without: DiscountRegion | None) -> str:
    """The least common factor with and without payments; empty if it was not sought."""
    if region is None:
        return ""
    known = without is not None and without.grid[1] > 0
    before = without.intervals if without is not None else ()
    if not region.intervals and not before:
        return f"With payments it holds at no common factor that was tried{', nor without' if known else ''}."
    text = f"With payments it holds at common factors {_least(region)}"
    return f"{text}, without {_least(without)}." if without is not None and known else f"{text}."


def variants_sentence(found: Sequence[VariantPayments]) -> str:
    """Which variants payments would mend, and which they would not."""
    by_name: dict[str, list[VariantPayments]] = defaultdict(list)
    for variant in found:
        by_name[variant.name].append(variant)
    mended, lost = [], []
    for name, at in by_name.items():
        broken = [v for v in at if v.without.verdict == "unsustainable"]
        healed = [v for v in broken if v.paid.verdict == "sustainable"]
        where = "" if len(healed) == len(at) else f" (at {listed([factor(v.discount) for v in healed])})"
        if healed:
            mended.append(f"“{name}”{where}")
        if broken and not healed:
            lost.append(f"“{name}”")
    said = []
    if mended:
        said.append(f"payments would mend {listed(mended)}")
    if lost:
        said.append(f"{'they' if mended else 'payments'} cannot mend {listed(lost)}")
    return sentence("; ".join(said)) if said else ""


def payment_lines(found: SidePayments, names: Mapping[str, str], unit: str, flow: str, period: str) -> list[str]:
    """The comparison for the terminal.  ``unit`` of a sum paid once; ``flow`` per period."""
    lines = ["What would side payments buy?"]
    if found.refusal:
        return [*lines, f"  {sentence(found.refusal)}"]
    lines.append(f"  {stability_sentence(found.compared, unit)}")
    for comparison in found.compared:
        at = factor_words(comparison.label, comparison.discount)
        if comparison.schedule is not None:
            told = schedule_sentence(comparison, names, unit, period)
            lines.append(f"  Who pays, at {at}: {told}")
            for more in (
                rest_sentence(comparison.schedule, period),
                signature_sentence(comparison.schedule, names, unit),
                penalty_sentence(comparison.schedule.penalties, names, unit, period),
            ):
                if more:
                    lines.append(f"    {more}")
        elif comparison.paid.verdict == "unsustainable":
            lines.append(f"  Who pays, at {at}: no voluntary payments make it hold.")
        if comparison.paid.weakest_link is not None:
            lines.append(f"    {comparison.paid.weakest_link.sentence}")
        lines.append(f"    {joint_sentence(comparison, flow)}")
        if comparison.reviewed is not None:
            lines.append(f"    {review_sentence(comparison, unit)} {sentence(comparison.reviewed.detail)}")
    if any(c.schedule is not None and c.schedule.cases for c in found.compared):
        chosen = next(c.schedule for c in found.compared if c.schedule is not None and c.schedule.cases)
        lines.append(f"  Payments are not unique; shown are {chosen.selection}.")
    lines += [f"  {text}" for text in (region_sentence(found.region, found.region_without),) if text]
    for variant in found.variants:
        margins = " to ".join("none" if s.margin is None else signed(s.margin) for s in (variant.without, variant.paid))
        paid = who_pays(variant.cases, names, unit, period)
        lines.append(
            f"  option {variant.name} at {factor(variant.discount)}: {HOLDS[variant.without.verdict]} without, "
            f"{HOLDS[variant.paid.verdict]} with payments, margin {margins}{f'; {paid}' if paid else ''}"
        )
    said = variants_sentence(found.variants)
    return [*lines, *([f"  {said}"] if said else []), *(f"  {note}" for note in found.notes)]


def _year(found: Penalty, period: str) -> str:
    return "" if found.year is None else f", {period} {found.year}"


def _least(region: DiscountRegion) -> str:
    return f"from {factor(region.intervals[0][0])}" if region.intervals else "at none that was tried"


def _most(cases: Sequence[PaymentCase]) -> float:
    return max((case.high for case in cases), default=0.0)


def _runs(years: Sequence[int]) -> str:
    """Whole numbers with runs joined.

    >>> _runs([1, 2, 3, 6, 8])
    '1 to 3, 6 and 8'
    """
    runs: list[list[int]] = []
    for year in years:
        if runs and year == runs[-1][-1] + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    return listed([text for run in runs for text in _run(run)])


def _run(run: Sequence[int]) -> list[str]:
    return [f"{run[0]} to {run[-1]}"] if len(run) > 2 else [str(year) for year in run]
