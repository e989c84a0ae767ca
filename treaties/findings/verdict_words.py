"""Plain-language sentences: numbers with their units, verdicts, rungs, certificates.

Everything a briefing says in words is written here, so that it can be read, tested and corrected in one place.
Rules: short sentences, three significant digits, the unit every time, + and − printed, no term without its gloss.
"""

from __future__ import annotations

from collections.abc import Sequence

from games.questions.discount_region import DiscountRegion
from treaties.findings.amounts import capital, factor, listed, money, number, percent, sentence, signed, span
from treaties.findings.answer import Answer
from treaties.findings.phrases import NOT_DECIDED, alike_sentences, article, when, years_listed
from treaties.findings.records import Rung, VariantFinding, WeakestLink

MARKS: dict[Answer, str] = {"sustainable": "✓", "unsustainable": "✗", "undecided": "?"}
VERDICTS: dict[Answer, str] = {"sustainable": "holds", "unsustainable": "does not hold", "undecided": "not decided"}
FOLLOWED = 199
"""Periods of compliance past which the best stable plan is said to last; plans are followed for 200."""
ANSWERS: dict[Answer, str] = {"sustainable": "holds", "unsustainable": "fails", "undecided": "not decided"}
INCENTIVES = (
    "This briefing describes incentives, not intentions. It says what would pay each party on the numbers in the file; "
    "it does not predict what a government will do."
)
MARGIN = (
    "The margin is the largest extra one-off temptation that a party can face, at the tightest moment, before "
    "breaking the treaty pays. A negative margin is what the best breach already earns."
)
RUNG_NAMES = {1: "Self-executing", 2: "Proportionate", 3: "Reversion", 4: "Any credible punishment"}
RUNG_GLOSSES = {
    1: "Nobody does more than the treaty’s own text provides.",
    2: "A breach is answered by suspending cooperation for a while; then all return to it.",
    3: "A breach ends cooperation for good.",
    4: "A breach is answered by the harshest response that the parties would really carry out.",
}


def short_of(link: WeakestLink, period: str) -> str:
    """Who does what and when, on one line for a table."""
    time = years_listed(link.years or (link.year,), period) if link.year else ""
    place = ", ".join(part for part in (time, article(link.article)) if part)
    lawful = " (lawful)" if link.lawful else ""
    return capital(f"{link.party_name} {link.deviation}{lawful}" + (f"; {place}" if place else ""))


EVEN_SHARE = 0.005
"""Of the range of what a party can earn in a period: a margin that is less is told as about even."""


def is_even(margin: float | None, matters: float) -> bool:
    """Whether a margin is too small to matter.  ``matters``  the least that does, ``EVEN_SHARE`` of the range."""
    return margin is not None and abs(margin) < matters


def even_words(matters: float, unit: str) -> str:
    """That a margin is about even, and what is called so.

    >>> even_words(0.15, "EUR million")
    'That is about even: less than EUR 0.15 million, 0.5% of the range of what a party can earn in a period.'
    """
    of = f"{percent(EVEN_SHARE)} of the range of what a party can earn in a period"
    return f"That is about even: less than {money(matters, unit)}, {of}."


def lean(first_rung: int | None, periods: int | None, period: str) -> str:
    """How hard a treaty that holds leans on punishment: a clause that follows "it holds"."""
    if first_rung == 1:
        return "it enforces itself, without anyone doing more than its own text provides"
    if first_rung == 2:
        length = f"for {span(periods, period)}" if periods else "for a while"
        return f"but it leans on the threat to suspend cooperation {length} after a breach"
    if first_rung == 3:
        return "but it leans on the threat that one breach ends cooperation for good"
    if first_rung == 4:
        return (
            "but only for fear of the harshest punishment that is still credible; "
            "no milder answer was shown to be enough"
        )
    return "but how hard it leans on punishment was not found"


def headline(
    verdict: Answer,
    first_rung: int | None,
    link: WeakestLink | None,
    paying: bool = False,
    matters: float = 0.0,
    kept_to: tuple[int, int] | None = None,
    period: str = "year",
) -> str:
    """The answer in a few words, for the heading; ``paying`` if it is given with side payments.

    ``matters``  the least margin that does;  ``kept_to`` the last year to which a treaty that fails can be kept, and
    the years of its term.

    >>> headline("sustainable", 4, None), headline("unsustainable", None, None)
    ('It holds, but leans on the harshest credible punishment', 'It does not hold: nothing stable exists')
    """
    if paying and verdict != "undecided":
        return "It holds with side payments" if verdict == "sustainable" else "It fails even with side payments"
    if verdict == "sustainable" and link is not None and is_even(link.margin, matters):
        return "It holds, but only just: it is about even"
    if verdict == "sustainable":
        return {
            1: "It holds, and enforces itself",
            2: "It holds, with proportionate answers to a breach",
            3: "It holds, under threat of ending cooperation",
            4: "It holds, but leans on the harshest credible punishment",
        }.get(first_rung or 0, "It holds")
    if verdict == "unsustainable":
        if link is None:
            return "It does not hold: nothing stable exists"
        if kept_to is not None:
            return f"It does not hold to the end: it can be kept to {period} {kept_to[0]} of {kept_to[1]}"
        if is_even(link.margin, matters):
            return "It does not hold, but only just: it is about even"
        return "It does not hold: a lawful way out pays" if link.lawful else "It does not hold: a breach pays"
    return "Not decided"


def stands_on(first_rung: int | None, name: str, verdict: Answer) -> str:
    """The first rung a treaty stands on, for a table.

    >>> stands_on(4, "", "sustainable"), stands_on(None, "", "unsustainable")
    ('4, any credible punishment', 'none')
    """
    if first_rung is None:
        return "none" if verdict == "unsustainable" else "not found"
    return f"{first_rung}, {RUNG_NAMES.get(first_rung, name).lower()}"


def lasts(years: float, period: str) -> str:
    """How long compliance lasts under the best stable plan."""
    if years == 0:
        return f"Full compliance does not last even one {period}."
    if years >= FOLLOWED:
        return "Full compliance lasts as long as it was followed."
    return f"Full compliance lasts {span(years, period)} on average before that."


def game_size(states: int, rows: int) -> str:
    """The size of the compiled game.

    >>> game_size(1234, 45678)
    '1,234 situations and 45,678 combinations of moves'
    """
    return f"{states:,} situations and {rows:,} combinations of moves"


def held(
    verdict: Answer,
    first_rung: int | None,
    periods: int | None,
    link: WeakestLink | None,
    period: str,
    paying: bool = False,
    typed: bool = False,
) -> str:
    """First sentence of the bottom line: does it hold, and how hard does it lean on punishment.

    ``paying``  the answer is given with side payments;  ``typed`` parties have types, so that rungs 1 to 3 are judged.
    """
    if paying and verdict == "sustainable":
        return (
            "Yes, it holds on these numbers with the side payments that the parties may make, where it pays each of "
            "them to make them; whether any is needed, and who pays, is said below."
        )
    if paying and verdict == "unsustainable":
        return (
            "No, it does not hold on these numbers: no side payments, made willingly, can keep every party from "
            "breaking or leaving the treaty."
        )
    if verdict == "sustainable":
        return (
            "Yes, it holds on these numbers: no party gains by breaking or leaving it while the others keep it, "
            f"{lean(first_rung, periods, period)}."
        )
    if verdict == "unsustainable":
        if link is None:
            return (
                "No, it does not hold on these numbers: the situation that the treaty creates has no stable way of "
                "playing at all, of the kind examined here."
            )
        if typed:
            return (
                "No, it does not hold on these numbers: as little as the parties can be sure of one another, none of "
                "the answers to a breach on rungs 1 to 3 keeps all of them to it."
            )
        return (
            "No, it does not hold on these numbers: even under the harshest credible punishment, "
            "breaking or leaving the treaty pays for at least one party."
        )
    return NOT_DECIDED


def breaks(
    verdict: Answer,
    link: WeakestLink | None,
    worth: float | None,
    lasting: float | None,
    unit: str,
    period: str,
    matters: float = 0.0,
    milder: int | None = None,
    harshest: float | None = None,
    at: str = "",
) -> str:
    """Second sentence of the bottom line: what breaks first, who, when, under which article.

    ``worth``    what compliance is worth to that party per period, against which a margin is small or not.
    ``lasting``  periods of full compliance to expect under the best stable plan; None if there is none.
    ``matters``  the least margin that does.
    ``milder``   the rung below 4 whose answers the link is told under; ``harshest`` the margin under those of rung 4.
    ``at``       when, after signature; the year of the term where it is empty.
    """
    if link is None:
        return "No single step could be named as the one that breaks first."
    more = alike_sentences((), link.alike, period)
    more += [even_words(matters, unit)] if is_even(link.margin, matters) else []
    if verdict == "sustainable" and milder is not None and harshest is not None and harshest > link.margin:
        more.append(f"Under the harshest credible answers no breach or exit would lose less than "
                    f"{money(harshest, unit)}.")
    return " ".join([_breaks(verdict, link, worth, lasting, unit, period, milder, at), *more])


def _breaks(
    verdict: Answer,
    link: WeakestLink,
    worth: float | None,
    lasting: float | None,
    unit: str,
    period: str,
    milder: int | None,
    at: str,
) -> str:
    cited = article(link.article)
    told = [at or when(link.year, period, link.years), f"under {cited}" if cited else ""]
    place = "".join(f", {part}" for part in told if part)
    act = link.deviation + (", as the text allows," if link.lawful else ",")
    if verdict == "unsustainable" and link.margin < 0:
        ends = "in all, later losses counted"
        if lasting is not None and lasting < FOLLOWED:
            ends += (
                f"; the best stable plan keeps full compliance for {span(lasting, period)} on average"
                if lasting else "; the best stable plan does not begin with full compliance"
            )
        return f"What gives way is {link.party_name}{place}: if it {act} it gains {money(-link.margin, unit)} {ends}."
    if verdict == "sustainable":
        only = "only " if worth is not None and 0 < link.margin < worth else ""
        loses = f"{only}{money(link.margin, unit)}" if link.margin else "nothing"
        return (
            f"The tightest point is {link.party_name}{place}: if it {act} it loses {loses} "
            f"in all, later losses counted{_UNDER_RUNG.get(milder or 0, '')}."
        )
    gain = f"{'loses' if link.margin >= 0 else 'gains'} {money(abs(link.margin), unit)}"
    return (
        f"The tightest point found is {link.party_name}{place}: if it {act} it {gain} in all, "
        "on figures that are not proved."
    )


_UNDER_RUNG = {1: ", by what the text itself provides", 2: ", under that threat", 3: ", under that threat"}


def changes(verdict: Answer, options: Sequence[VariantFinding], fixes: Sequence[str], unit: str) -> str:
    """Third sentence of the bottom line: what would change the answer, from the options in the file."""
    base = next((option.first_rung for option in options if not option.name), None) or 9
    others = [option for option in options if option.name]
    good = sorted((o for o in others if o.verdict == "sustainable"), key=_most_wanted)
    bad = sorted((o for o in others if o.verdict == "unsustainable"), key=lambda o: (o.margin or 0.0, o.name))
    if verdict == "sustainable" and others:
        firmer = [option for option in good if (option.first_rung or 9) < base]
        said = []
        if bad:
            said.append(f"would fail with {_named(bad, 3 if firmer else 4)}")
        if firmer:
            said.append(f"would stand on less punishment with {_named(firmer, 2)}")
        if said:
            return f"It {listed(said)}; margins in {unit}."
        verb = "breaks it" if len(good) == len(others) else "was shown to break it"
        return f"None of the options in the file ({len(others)}) {verb}."
    if verdict == "unsustainable" and good:
        return f"It would hold with {_named(good)}; margins in {unit}."
    if good:
        return f"Of the options in the file, {_named(good)} was shown to hold; margins in {unit}."
    if fixes:
        return sentence(fixes[0])
    if others:
        return f"None of the options in the file ({len(others)}) was shown to make it hold."
    return "The file names no options to compare it with."


def _most_wanted(option: VariantFinding) -> tuple[bool, int, float, str]:
    """Options that cross no red line first, then those that lean least on punishment, then the widest margins."""
    return bool(option.red_lines_crossed), option.first_rung or 9, -(option.margin or 0.0), option.name


def _named(options: Sequence[VariantFinding], limit: int = 4) -> str:
    """Options by name and margin; one that crosses a red line says so."""
    shown = []
    for option in options[:limit]:
        notes = [signed(option.margin)] if option.margin is not None else []
        if option.red_lines_crossed:
            notes.append("crosses a red line")
        shown.append(f"“{option.name}”" + (f" ({', '.join(notes)})" if notes else ""))
    rest = len(options) - limit
    return listed([*shown, f"{rest} more"] if rest > 0 else shown, "or")


def renewal(leans: bool | None) -> str:
    """Whether the answer needs the threat to refuse a renewal that everyone wants."""
    if leans is None:
        return ""
    if leans:
        return (
            "It leans on a threat to refuse a renewal that every party would want. "
            "Bar that threat and the treaty no longer holds."
        )
    return "It does not need the threat to refuse a renewal that every party would want."


def rung_gloss(rung: Rung, period: str) -> str:
    """What a rung means here, with the length of suspension where it was found."""
    if rung.number == 2 and rung.periods and rung.verdict == "sustainable":
        length = span(rung.periods, period)
        return f"A breach is answered by suspending cooperation for {length}; then all return to it."
    return RUNG_GLOSSES.get(rung.number, rung.detail)


def rung_outcome(rung: Rung) -> str:
    """Why a rung does not hold or is not decided; empty where it holds.

    >>> from treaties.findings.records import Judgement
    >>> rung_outcome(Rung(3, Judgement("unsustainable", "", -1.0, detail="punishing does not pay")))
    'Punishing does not pay.'
    """
    return "" if rung.verdict == "sustainable" else sentence(rung.detail)


def no_margin(rung: Rung) -> str:
    """What stands in place of a margin that is not there."""
    return "nothing stable" if rung.number == 4 and rung.verdict == "unsustainable" else "not measured"


def region(found: DiscountRegion) -> str:
    """The discount factors at which full compliance holds, with the reach of the search."""
    low, high, step = found.grid
    if not high:
        return f"With one factor for all parties: {found.note}."

    def zone(edges: tuple[float, float]) -> str:
        if edges[0] == edges[1]:
            return f"at {factor(edges[0])}"
        top = f"{factor(edges[1])}, the highest tried" if edges[1] >= high else factor(edges[1])
        return f"from {factor(edges[0])} to {top}"

    if found.intervals:
        said = f"With one factor for all parties, the treaty holds {listed([zone(z) for z in found.intervals])}."
        if len(found.intervals) > 1:
            said += " More patience does not always help here."
    else:
        said = "With one factor for all parties, the treaty holds at none that was tried."
    said += (
        f" Tried: {factor(low)} to {factor(high)} in steps of {number(step)}, "
        f"edges refined to {number(found.tolerance)};"
        " a gap or an island narrower than a step could have been missed."
    )
    if found.undecided:
        count = len(found.undecided)
        said += f" At {count} of the factors tried, neither answer could be proved."
    return said
