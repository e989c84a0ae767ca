"""The options of a file, ranked by what matters to a reader, apart where their numbers are of different kinds.

Where everyone sees everything, or parties pay, an option has a margin.  With noisy signals and no payments a margin
would be of never breaking off, which hardly any text reaches: years of cooperation and the time in compliance are told
instead.  An option that is not decided has no place, as it may be better or worse than any other.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from treaties.briefing.parts import Option, OptionGroup
from treaties.findings import phrases
from treaties.findings import verdict_words as words
from treaties.findings.amounts import percent, span
from treaties.findings.records import VariantFinding, WeakestLink

if TYPE_CHECKING:
    from treaties.advising.in_worlds import InWorlds
    from treaties.assessing.assess import Assessment
    from treaties.sweeping.likelihood import Likelihood

YEARS = 0.5
"""Half a year of cooperation more or less does not matter to a reader,"""
TIME = 0.01
"""nor does a hundredth of the time."""
DIGITS = 1e-4
KEPT_BY = {
    1: "its own text",
    2: "suspending cooperation for a while",
    3: "ending cooperation for good",
    4: "the harshest answer that is credible",
}
NEVER = float("inf")
PLACES = (
    "Best first among those that hold: no red line crossed, then the mildest answer to a breach, then what it "
    "withstands. Those not decided, which may be either, and those that fail, by least, have no place."
)
HARSHEST = " What it withstands, and for whom it is tightest, is told of the harshest credible answers to a breach."
EVEN = " Equal places (=) are about even."
MEASURED = "Withstands (+), or lacks (−)"
ALL_TOGETHER = "Withstands (+), or lacks (−), all parties together"
BY_YEARS = (
    "Ranked by how long cooperation lasts before a break, then by the share of the time in compliance. Where the "
    "innocent can be flagged, nothing lasts for ever: to fail at that tells no option from another."
)


def options(found: Assessment, worlds: InWorlds | None) -> tuple[Option, ...]:
    """Every option in the order of the file, the text as it stands first."""
    period, names = found.treaty.period, {party.id: party.name for party in found.treaty.parties}
    likely = {} if worlds is None else {one.name: one.likelihood for one in worlds.options}
    return tuple(_option(one, names, period, _worlds(likely.get(one.name))) for one in found.variants)


def option_groups(found: Assessment, told: Sequence[Option]) -> tuple[OptionGroup, ...]:
    """The options by kind of answer, that of the text as it stands first; none where there is nothing to compare."""
    pairs = list(zip(found.variants, told, strict=True))
    if len(pairs) < 2:
        return ()
    # How much trust the text needs is told elsewhere; of its options it is told with each.
    kinds = [_kind(one, found.treaty.has_types if not one.name else bool(one.trust)) for one in found.variants]
    ordered = sorted(zip(kinds, pairs, strict=True), key=lambda item: (item[0] != kinds[0], item[0]))
    groups = [[pair for _, pair in some] for _, some in groupby(ordered, key=lambda item: item[0])]
    return tuple(_group(some, found.matters, len(groups) > 1) for some in groups)


def _kind(one: VariantFinding, typed: bool) -> tuple[bool, str, str]:
    """What is asked of an option; only answers to the same question can be compared."""
    return typed, one.judgement.transfers, "noisy" if _noisy(one) else ""


def _noisy(one: VariantFinding) -> bool:
    """Whether years of cooperation are told of it: conduct is hidden, and nobody pays."""
    return one.cooperation is not None or (
        "public equilibrium" in one.concept and one.judgement.transfers == "none" and not one.trust
    )


def bands(ordered: Sequence[float], small: float) -> list[int]:
    """The place of each number of a list in order; numbers within ``small`` of the first of their place share it, and
    so do those of which three digits are alike.

    >>> bands([9.0, 8.9, 8.5, 2.0], 0.2), bands([11.000001, 11.0], 0.0)
    ([1, 1, 3, 4], [1, 1])
    """
    places: list[int] = []
    first = 0
    for k, value in enumerate(ordered):
        if k == 0 or abs(value - ordered[first]) > max(small, DIGITS * abs(ordered[first])):
            first = k
        places.append(first + 1)
    return places


def _group(pairs: list[tuple[VariantFinding, Option]], small: float, several: bool) -> OptionGroup:
    """One kind of options, ranked."""
    one = pairs[0][0]
    if _noisy(one):
        rows = _by_years(pairs)
        title = "Without side payments, where conduct is hidden"
        return OptionGroup(title if several else "", "", BY_YEARS + _even(rows), rows)
    rows = _by_margin(pairs, small)
    paying = one.judgement.transfers == "voluntary"
    trust = any(option.trust for option, _ in pairs)
    title = "Where trust is in question" if trust else f"With{'' if paying else 'out'} side payments"
    order = PLACES + ("" if paying else HARSHEST) + _even(rows)
    return OptionGroup(title if several else "", ALL_TOGETHER if paying else MEASURED, order, rows)


def _even(rows: Sequence[tuple[str, Option]]) -> str:
    return EVEN if any(place.endswith("=") for place, _ in rows) else ""


def _by_margin(pairs: list[tuple[VariantFinding, Option]], small: float) -> tuple[tuple[str, Option], ...]:
    """Those that hold by what they cross and what they need, then by margin; the rest has no place."""
    def wanted(one: VariantFinding) -> tuple[bool, int]:
        return bool(one.red_lines_crossed or one.refused_at_home), one.first_rung or 9

    def margin(one: VariantFinding) -> float:
        return -NEVER if one.margin is None else one.margin

    held = sorted((pair for pair in pairs if pair[0].verdict == "sustainable"),
                  key=lambda pair: (*wanted(pair[0]), -margin(pair[0])))
    places: list[str] = []
    for _, some in groupby(held, key=lambda pair: wanted(pair[0])):
        before = len(places)
        places += _places([margin(one) for one, _ in some], small, before)
    undecided = [pair for pair in pairs if pair[0].verdict == "undecided"]
    failing = sorted((pair for pair in pairs if pair[0].verdict == "unsustainable"), key=lambda pair: -margin(pair[0]))
    rest = [("", told) for _, told in (*undecided, *failing)]
    return (*zip(places, (told for _, told in held), strict=True), *rest)


def _places(values: Sequence[float], small: float, before: int) -> list[str]:
    found = bands(values, small)
    return [f"{place + before}{'=' * (found.count(place) > 1)}" for place in found]


def _by_years(pairs: list[tuple[VariantFinding, Option]]) -> tuple[tuple[str, Option], ...]:
    """Those that last longest first, in bands of what matters; those of which nothing was found have no place."""
    known = [pair for pair in pairs if _years(pair[0]) is not None]
    rest = [pair for pair in pairs if _years(pair[0]) is None]
    known.sort(key=lambda pair: -(_years(pair[0]) or 0.0))
    band = bands([min(_years(one) or 0.0, 1e9) for one, _ in known], YEARS)
    ranked: list[tuple[str, Option]] = []
    for _, some in groupby(zip(band, known, strict=True), key=lambda item: item[0]):
        same = sorted((pair for _, pair in some), key=lambda pair: -_share(pair[0]))
        places = _places([_share(one) for one, _ in same], TIME, len(ranked))
        ranked += zip(places, (told for _, told in same), strict=True)
    return (*ranked, *(("", told) for _, told in rest))


def _years(one: VariantFinding) -> float | None:
    """Years of cooperation before a break; infinite where none comes; None where it is not known."""
    if one.verdict == "sustainable":
        return NEVER
    if one.cooperation is None:
        return None
    return NEVER if one.cooperation.keeps is None else one.cooperation.keeps


def _share(one: VariantFinding) -> float:
    lasts = one.cooperation
    return 1.0 if lasts is None or lasts.share is None else lasts.share


def _option(found: VariantFinding, names: dict[str, str], period: str, worlds: str) -> Option:
    undecided = found.verdict == "undecided"
    # With noisy signals the note says how long cooperation lasts, which has columns of its own.
    said = "" if undecided or found.cooperation is not None else found.note
    return Option(
        found.name or "As it stands",
        phrases.paths(found.changes),
        found.verdict,
        words.stands_on(found.first_rung, found.first_rung_name, found.verdict),
        found.margin,
        words.short_of(found.weakest_link, period) if found.weakest_link else "",
        tuple(found.values.get(party) for party in names),
        tuple(phrases.paths(str(line)) for line in found.red_lines_crossed),
        "; ".join(filter(None, (said, found.trust))),
        _kept_by(found),
        worlds,
        _lasts(found, period),
        "" if found.cooperation is None or found.cooperation.share is None else percent(found.cooperation.share),
        tuple(names[party] for party in found.refused_at_home),
        found.note if undecided else "",
        _tightest(found.weakest_link, period),
    )


def _tightest(link: WeakestLink | None, period: str) -> str:
    """Who, which year of the term, and under which article."""
    if link is None:
        return ""
    return ", ".join(filter(None, (
        link.party_name, f"{period} {link.year}" if link.year else "", phrases.article(link.article))))  # fmt: skip


def _kept_by(found: VariantFinding) -> str:
    if found.first_rung is not None:
        return KEPT_BY[found.first_rung]
    return "nothing that is credible" if found.verdict == "unsustainable" and not found.trust else "not found"


def _lasts(found: VariantFinding, period: str) -> str:
    if not _noisy(found):
        return ""
    years = _years(found)
    if years is None:
        return "not decided" if found.verdict == "undecided" else "none found"
    if years == NEVER:
        lasts = found.cooperation
        return "no break" if lasts is None or lasts.departs == 0.0 else "a break need not come"
    return span(float(f"{years:.3g}"), period)


def _worlds(found: Likelihood | None) -> str:
    """In how many of 100 worlds, for a table; what is not decided widens it."""
    return "" if found is None else found.in_words().partition(" of ")[0]
