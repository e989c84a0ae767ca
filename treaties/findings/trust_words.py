"""How much trust a treaty needs, in sentences."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from treaties.findings.amounts import capital
from treaties.findings.drift_words import drift_sentences
from treaties.findings.records import RUNG_NAMES
from treaties.findings.trust import FixedTerm, Trust, TrustReport
from treaties.model.treaty import Treaty

RANGES = {
    "whole": "enough over the whole range of the file",
    "part": "enough for a part of the range of the file only",
    "none": "not found to be enough anywhere in the range of the file",
}
WHY_PART = "because every such year makes a partner of another kind less likely"
ALL, NONE = 0.9995, 0.0005
"""From here on, and up to here, a chance is told as certain."""


def trust_lines(report: TrustReport | None, treaty: Treaty) -> list[str]:
    """A short paragraph: per pair of parties how much trust is needed, where, and what a breach shows."""
    if report is None:
        return []
    names = treaty.names
    lines = [" ".join(of_pair(pair, names[pair.party], names[pair.in_])) for pair in report.pairs]
    return [*lines, *(said for said in (*term_sentences(report, treaty), common_sentence(report)) if said)]


def common_sentence(report: TrustReport) -> str:
    """How much trust is enough if all are trusted alike; empty where that was not asked."""
    if report.least_common is None:
        return ""
    least = float(report.least_common.high)
    if not least:
        return "If all are trusted alike, any trust is enough."
    return f"If all are trusted alike, it is enough to trust each with {per_cent(least)}."


def term_sentences(report: TrustReport, treaty: Treaty) -> list[str]:
    """How long a fixed term holds; none where there is no fixed term."""
    stated = ", ".join(dict.fromkeys(
        f"{per_cent(chance)} of {treaty.names[pair.in_]}" for pair in report.pairs
        if (chance := sum(one.prior for one in pair.types if one.conduct == "conditional"))))  # fmt: skip
    terms = dict.fromkeys(pair.term for pair in report.pairs if pair.term is not None)
    return [" ".join(_of_term(term, stated)) for term in terms]


def of_pair(pair: Trust, who: str, other: str) -> Iterator[str]:
    """What is told of trust of one party in another: what to do first, then why, then what changes it."""
    if pair.least is None:
        if unknown(pair):
            yield capital(f"How reliable {other} has to be for {who} is not known: {pair.why}.")
        else:
            yield capital(f"{who} cannot rely on this text by what was found, however reliable {other} is: {pair.why}.")
            if pair.no_means == "rule":
                yield "That speaks of the answers to a breach of rungs 1 to 3; others might do."
        if pair.no_means == "every equilibrium":
            yield "At the chances of the file it complies throughout in no equilibrium, of whatever kind."
        if pair.greatest is not None and pair.greatest < 1:
            yield (
                f"With at most {per_cent(float(pair.greatest))} for types of {other} that keep their word whatever "
                "comes it could: exploiting these would pay too seldom."
            )
        return
    yield from _what_to_do(pair, pair.least, who, other)
    if pair.greatest is not None and pair.greatest < 1:
        yield (
            f"Too reliable a partner invites exploitation: if the chance that {other} keeps its word whatever comes is "
            f"above {per_cent(float(pair.greatest))}, {who} would gain by a breach."
        )
    if pair.least and pair.no_means == "every equilibrium":
        where = "With less" if pair.least <= pair.prior else "At the chances of the file"
        yield f"{where}, no other answer to breaches helps: full compliance of {who} is part of no equilibrium."
    if pair.rule is not None:
        yield f"A breach is taken to be answered as on rung {pair.rule}, {RUNG_NAMES[pair.rule]}."
    yield from _how_it_changes(pair, other)
    yield from drift_sentences(pair, other)


def _what_to_do(pair: Trust, least: Fraction, who: str, other: str) -> Iterator[str]:
    """The least trust against the file's, in a sentence that somebody can act on, and what would pay with less."""
    bad = [one.name for one in pair.types if one.conduct == "breaches"]
    which = f", that is, not of the kind “{'” or “'.join(bad)}”" if bad else ""
    ends = pair.path[0].by_range if pair.path else None
    within = "" if ends is None else f" ({per_cent(ends[0])} to {per_cent(ends[1])})"
    says = f"The file says {per_cent(pair.prior)}{within}"
    if not least and not bad:
        yield capital(f"{who} can comply as far as trust in {other} goes: no type of it is said to breach.")
        return
    if not least:
        yield capital(f"{who} can comply however unlikely it is that {other} is reliable{which}.")
        yield f"{says}."
        return
    short = float(least) - pair.prior
    told = RANGES[pair.range] if ends is not None and pair.range is not None else ""
    enough = told or ("enough" if pair.range == "whole" else "not found to be enough")
    now = (
        f"{enough}; {_points(short)} are missing, and {who} should ask for more before it complies" if short > 0
        else enough if pair.range == "none"
        else f"{enough}, with nothing to spare" if short == 0
        else f"{enough}, and trust could fall by {_points(-short)} before {who} should think again"
    )
    yield capital(
        f"{who} can safely comply if {other} is reliable with a chance of at least {per_cent(float(least))}{which}."
    )
    yield f"{says}: {now}."
    if pair.binding is not None:
        year = "" if pair.binding.year is None else f" in year {pair.binding.year}"
        yield f"With less, {who} would gain{year} if it {pair.binding.deviation} instead."


def _how_it_changes(pair: Trust, other: str) -> Iterator[str]:
    """How trust grows while nobody breaches, what a first breach shows, and what stages do."""
    if len(pair.path) > 1:
        first, last = pair.path[0], pair.path[-1]
        if last.posterior > first.posterior:
            certain = last.posterior > ALL
            why = "because a partner of another kind would have breached by then" if certain else WHY_PART
            how = f"Trust grows from {per_cent(first.posterior)} to {per_cent(last.posterior)}"
            yield f"{how} by year {last.year} if nobody breaches, {why}."
        else:
            yield f"Years without a breach teach nothing: trust stays at {per_cent(last.posterior)}."
    if pair.after_breach is not None:
        left = pair.after_breach.posterior
        shows = f"A first breach shows that {other} is not reliable" if left < NONE else (
            f"After a first breach {other} is reliable with a chance of {per_cent(left)} only")
        yield f"{shows}; then {pair.after_breach.play}. Who breaches once for gain alone is treated the same."
    if pair.staging is not None and pair.staging.least_at_once is not None:
        written, at_once = pair.staging.least_as_written, pair.staging.least_at_once
        if written is not None and written < at_once:
            yield f"Stages help: they need {per_cent(float(written))} instead of {per_cent(float(at_once))} at once."
        elif written is not None:
            yield f"Stages do not help here: with all at stake at once, {per_cent(float(at_once))} is enough."


def unknown(pair: Trust) -> bool:
    """Whether it is open how much trust is enough: nothing was judged, or too little to tell."""
    return pair.least is None and (pair.rule is not None or pair.range is None)


def needed_in_short(pair: Trust, who: str, other: str) -> str:
    """How much trust is needed, in one phrase."""
    if unknown(pair):
        return f"how much trust of {who} in {other} is enough is not known"
    if pair.least is None:
        return f"no trust of {who} in {other} is enough"
    needs = (
        f"{who} must be {per_cent(float(pair.least))} sure of {other} (file: {per_cent(pair.prior)})"
        if pair.least else f"{who} needs no trust in {other}"
    )
    if pair.greatest is None or pair.greatest == 1:
        return needs
    return f"{needs}, but at most {per_cent(float(pair.greatest))} for types that keep their word whatever comes"


def _points(share: float) -> str:
    """A difference of chances."""
    return f"{100 * share:.3g} points"


def _of_term(term: FixedTerm, stated: str) -> Iterator[str]:
    """How long a fixed term holds: in the best equilibrium found, and in every one.

    ``stated``  the chances of conditional partners that the file has, in words.
    """
    if term.sure_years is None:
        yield "Of the fixed term no equilibrium was found by rules like those tried."
    elif not term.sure_years:
        yield "Of the fixed term no year holds for sure in the best equilibrium found."
    else:
        least = term.least_conditional
        since = "" if least is None else (
            f", if a partner complies until somebody breaches with a chance of {per_cent(float(least))} or more "
            f"(the file says {stated})")
        start = "Not all its years hold, but the" if term.failing_years_at_least else "The"
        yield f"{start} fixed term can be expected to hold to year {term.sure_years}{since}."
    if term.failing_years_at_most is not None:
        years = "the last year" if term.failing_years_at_most == 1 else f"the last {term.failing_years_at_most} years"
        yield f"In every equilibrium, all years but {years} hold as long as nobody has breached."


def per_cent(share: float) -> str:
    """A chance as readers see it."""
    return f"{100 * share:.3g} %"
