"""What comes of nobody seeing everything, in sentences."""

from __future__ import annotations

from collections.abc import Sequence

from treaties.findings.amounts import factor, listed, money, number, percent, span
from treaties.findings.answer import Answer
from treaties.findings.cooperation import Cooperation, by_cooperation
from treaties.findings.phrases import HOLDS, NOT_DECIDED
from treaties.findings.records import Transfers, VariantFinding, WeakestLink
from treaties.findings.signals import CoverageScan, MonitoredStance, MonitoringReport, SignalNote
from treaties.model.treaty import Treaty

RUNGS = (
    "On rungs 1 to 3 a breach is answered when what everyone sees proves that there was one; a flag that may be a "
    "mistake is not answered, so that compliance goes on after it."
)
RUNGS_PAID = (
    "Rungs 1 to 3 are rules of play without side payments; with them only rung 4, any credible punishment, is judged."
)
TIMELINE = (
    "Where a breach may go unseen, what deters a party is spread over all that may be seen, and has no one line; how "
    "long cooperation lasts before a break is told instead."
)
NO_REGION = "not sought: to solve the game with its signals at so many discount factors would take too long"
UNSOLVED = "not sought: no method solves the game"


def report_lines(found: MonitoringReport, flow: str, period: str) -> list[str]:
    """The report for a terminal or a page, one sentence or two per line.  ``flow``  the unit of amounts per period."""
    lines = [f"What is seen: {listed([signal_words(s) for s in found.signals])}." if found.signals else NOTHING_SEEN]
    for stance in found.stances:
        lines.append(stance_words(stance, flow))
        if stance.transfers == "none" and stance.solver:
            lines.append(cooperation_words(stance.cooperation, flow, period))
    if found.flagged_after is not None:
        lines.append(
            f"If all comply, the first flag on somebody innocent comes after {span_of(found.flagged_after, period)} on "
            "average."
        )
    elif found.flag_chance > 0.0:
        lines.append(
            f"If all comply, somebody innocent is flagged before the treaty ends with a chance of "
            f"{percent(found.flag_chance)}."
        )
    elif found.signals:
        lines.append("If all comply, nobody is ever flagged for good.")
    if found.coverage is not None:
        lines.append(coverage_words(found.coverage, flow))
    return [*lines, *found.notes]


def breaches_hidden(treaty: Treaty) -> bool:
    """Whether a breach of some party in some matter may go unseen."""
    return any(matter.hides(party.id) for matter in treaty.matters for party in treaty.signatories)


def for_ever(*treaties: Treaty) -> list[str]:
    """What holding means where a breach may go unseen in some of the treaties; empty where none may."""
    if not any(breaches_hidden(treaty) for treaty in treaties):
        return []
    return ["Where a breach may go unseen, to hold means to be kept without any break; how many periods cooperation "
            "lasts before one, and for how long it is then suspended, is told by servanda check and servanda brief."]


NOTHING_SEEN = "Nobody sees anything of conduct: no report and no audit speaks of it."


def rungs_words(transfers: Transfers) -> str:
    """What rungs 1 to 3 mean where nobody sees everything, or why they are missing."""
    return RUNGS_PAID if transfers == "voluntary" else RUNGS


def span_of(count: float, period: str) -> str:
    """How long, in at most three digits."""
    return span(float(f"{count:.3g}"), period)


def signal_words(note: SignalNote) -> str:
    """A signal and how well it tells breach from compliance.

    >>> signal_words(SignalNote("audit of A on trade", "3", "A", "trade", ("no", "clean", "flagged"), 0.05, 0.45))
    'audit of A on trade (flags a breach with a chance of 45%, compliance with 5%)'
    """
    if note.clears_compliance or note.clears_breach:
        return (
            f"{note.name} (clears compliance of a flag with a chance of {percent(note.clears_compliance)}, "
            f"a breach with {percent(note.clears_breach)})"
        )
    if note.flags_breach == note.flags_compliance == 0.0:
        return f"{note.name} (accuses nobody at signature)"
    return (
        f"{note.name} (flags a breach with a chance of {percent(note.flags_breach)}, "
        f"compliance with {percent(note.flags_compliance)})"
    )


def stance_words(stance: MonitoredStance, flow: str) -> str:
    """A verdict with what mistakes cost."""
    where = "each party’s own discount factor" if stance.label == "own" else (
        f"the {stance.label} discount factor, {factor(stance.discount[0])}"
        if stance.label != "common" else f"the discount factor {factor(stance.discount[0])}"
    )  # fmt: skip
    paid = "with" if stance.transfers == "voluntary" else "without"
    said = f"At {where}, {paid} side payments, full compliance {HOLDS[stance.verdict]}"
    said += f": {stance.detail}." if stance.verdict == "undecided" else "."
    if stance.lost[1] is not None and stance.first_best is not None:
        low = stance.lost[0] if stance.lost[0] is not None else 0.0
        lost = _nothing_or(stance.lost[1], flow) if stance.lost[1] - low <= 5e-4 * max(abs(stance.lost[1]), 1.0) else (
            f"between {number(low)} and {money(stance.lost[1], flow)}"
        )  # fmt: skip
        said += (
            f" Of the {money(stance.first_best, flow)} that all together could have, the best equilibrium loses {lost}"
        )
        seen = stance.seen[0] if stance.seen[0] is not None else stance.seen[1]
        if seen is not None:
            said += f"; if everyone saw everything it would lose {_nothing_or(stance.first_best - seen, flow)}"
        said += "."
    return said


def cooperation_words(found: Cooperation | None, flow: str, period: str) -> str:
    """How long cooperation lasts before a phase of punishment, and what comes of it.

    >>> cooperation_words(Cooperation(7.5, 8.0, 1.0, 2.0, 1.0, 0.81), "points per year", "year")
    'The best equilibrium found that begins with compliance brings 7.5 points per year to all together. In it \
cooperation lasts 8 years on average before a phase of punishment, which lasts 2 years on average. Of the time under \
the treaty, later years weighing less, 81% is spent in compliance.'
    """
    if found is None:
        return "No equilibrium without side payments was found that begins with compliance."
    said = (
        f"The best equilibrium found that begins with compliance brings {money(found.joint, flow)} to all together. In "
        f"it {_lasts(found, period)}"
    )
    if found.departs > 0.0:
        if found.returns is None or found.returns < 5e-4:
            said += ", after which compliance does not come back"
        elif found.away is None:
            said += f", after which compliance comes back with a chance of {percent(found.returns)}"
        else:
            said += f", which lasts {span_of(found.away, period)} on average"
    if found.share is not None and found.departs > 0.0:
        said += (
            f". Of the time under the treaty, later {period}s weighing less, {percent(found.share)} is spent in "
            "compliance"
        )
    return f"{said}." if found.proved else f"{said}. That it is an equilibrium was computed, not proved exactly."


def lasting_in_short(found: Cooperation, period: str) -> str:
    """How long cooperation lasts before a break, how long a punishment, and the time in compliance, for a table.

    >>> lasting_in_short(Cooperation(7.5, 8.0, 1.0, 2.0, 1.0, 0.81), "year")
    '8 years of cooperation before a break, 2 years of punishment, 81% of the time in compliance'
    """
    if found.departs == 0.0:
        return "cooperation without a break"
    kept = "" if found.keeps is None else f"{span_of(found.keeps, period)} of cooperation before a break"
    away = "" if found.away is None else f"{span_of(found.away, period)} of punishment"
    if found.returns is not None and found.returns < 5e-4:
        away = "no return after it"
    share = "" if found.share is None else f"{percent(found.share)} of the time in compliance"
    return ", ".join(filter(None, (kept, away, share)))


def longest_lasting(options: Sequence[VariantFinding], period: str) -> str:
    """With which options cooperation lasts longest before a break; empty where none of them is broken off now and then.

    The first of ``options`` is the text as it stands.
    """
    known = [one for one in options if one.cooperation is not None and one.verdict == "unsustainable"]
    if len(options) < 2 or not any(one.name for one in known):
        return ""
    firm = [f"“{one.name}”" for one in options if one.name and one.verdict == "sustainable"]
    ranked = sorted(known, key=lambda one: (by_cooperation(one.cooperation), one.name))
    best, least = ranked[0], ranked[-1]
    assert best.cooperation is not None and least.cooperation is not None
    said = f"It would hold with {listed(firm, 'or')}. " if firm else ""
    longest, shortest = (lasting_in_short(one, period) for one in (best.cooperation, least.cooperation))
    said += "Of what is broken off now and then, cooperation lasts "
    if least is best or longest != shortest:
        said += f"longest {_with(best)}: {longest}"
    else:
        said += f"equally long {listed([_with(one) for one in ranked])}: {longest}"
    if longest != shortest:
        said += f"; shortest {_with(least)}: {shortest}"
    lost = sum(one.cooperation is None and one.verdict == "unsustainable" for one in options)
    if lost:
        said += f"; in {lost} of the {len(options)} texts no equilibrium was found that begins with compliance"
    return f"{said}."


def _with(option: VariantFinding) -> str:
    return f"with “{option.name}”" if option.name else "as the text stands"


def breaks_off(found: Cooperation, period: str) -> str:
    """That cooperation is broken off now and then, in a few words."""
    if found.keeps is None or found.departs < 1 - 5e-4:
        return "Not without a break: flags lead to punishments now and then"
    return f"Not without a break: {span_of(found.keeps, period)} on average before a punishment"


def _lasts(found: Cooperation, period: str) -> str:
    """How long until a phase of punishment."""
    if found.departs == 0.0:
        return "cooperation never stops for a phase of punishment"
    if found.keeps is None:
        return f"cooperation stops at some time with a chance of {percent(found.departs)}, for a phase of punishment"
    lasting = f"cooperation lasts {span_of(found.keeps, period)} on average before a phase of punishment"
    if found.departs > 1 - 5e-4:
        return lasting
    return (
        f"cooperation lasts {span_of(found.keeps, period)} on average until the treaty ends or, with a chance of "
        f"{percent(found.departs)}, a phase of punishment begins"
    )


def _nothing_or(amount: float, flow: str) -> str:
    return "nothing" if amount < 5e-7 else money(amount, flow)


def coverage_words(found: CoverageScan, flow: str) -> str:
    """How much to audit, with the grid."""
    at = "" if found.label in ("own", "common") else f" at the {found.label} discount factor"
    bare = found.transfers == "none"
    if found.sustainable_from is None:
        said = (
            "At no coverage of audits was an equilibrium found that begins with compliance."
            if bare else f"No coverage of audits makes compliance hold{at}."
        )
    elif found.sustainable_from == 0.0:
        said = (
            "Even without any audit some equilibrium begins with compliance."
            if bare else f"Compliance holds without any audit{at}."
        )
    else:
        least, off = number(found.sustainable_from), number(found.tolerance)
        said = (
            f"From a coverage of {least} on some equilibrium begins with compliance (found to within {off})."
            if bare else f"Compliance holds{at} from a coverage of {least} on (found to within {off})."
        )
        if any(not p.holds for p in found.points if p.coverage > found.sustainable_from):
            said += " At some higher coverage none was found." if bare else " At some higher coverage it fails again."
    if found.pays_until is not None:
        at_best = next(p for p in found.points if p.coverage == found.pays_until)
        assert at_best.joint is not None
        said += (
            f" The best equilibrium{' found' if bare else ''} brings most, {money(at_best.joint, flow)} to all "
            f"together, at a coverage of {number(found.pays_until)}; more auditing no longer pays."
        )
        if at_best.share is not None:
            said += f" There {percent(at_best.share)} of the time under the treaty is spent in compliance."
    return f"{said} Tried: 0 to 1 in steps of {number(found.step)}, all audits alike."


def headline(verdict: Answer, paying: bool, found: Cooperation | None, period: str) -> str:
    """The answer in a few words where nobody sees everything.

    >>> headline("unsustainable", False, Cooperation(7.5, 8.0, 1.0, 2.0, 1.0, 0.81), "year")
    'Not without a break: 8 years on average before a punishment'
    """
    means = " with side payments" if paying else ""
    if verdict == "unsustainable" and found is not None:
        return breaks_off(found, period)
    return {
        "sustainable": f"It holds{means}, on what everyone sees",
        "unsustainable": f"It does not hold{means}: a breach may go unseen",
        "undecided": "Not decided",
    }[verdict]


def held(verdict: Answer, paying: bool, found: Cooperation | None, period: str) -> str:
    """First sentence of the bottom line."""
    means = "with side payments that it pays each of them to make" if paying else "without side payments"
    if verdict == "sustainable":
        return (
            f"Yes, it holds on these numbers, {means}: what everyone sees, mistakes included, is enough to keep every "
            "party from breaking or leaving it."
        )
    if verdict == "unsustainable" and found is not None:
        return (
            "No, it is not kept without a break on these numbers, without side payments: to keep the parties honest, "
            "flags must now and then lead to a phase of punishment, those on the innocent too. But some stable plan "
            f"begins with compliance; in the best one found {_lasts(found, period)}."
        )
    if verdict == "unsustainable":
        return (
            f"No, it does not hold on these numbers, {means}: what everyone sees is not enough, even with the harshest "
            "credible answers, to keep every party from breaking or leaving it."
        )
    return NOT_DECIDED


def tightest(link: WeakestLink | None) -> str:
    """Second sentence of the bottom line: which departure is hardest to deter."""
    return "No party can win anything by departing for a year." if link is None else link.sentence
