"""The first page: what a reader asks, in the order in which it is asked, each answered in plain words.

No term of the theory stands here; what the answers rest on is on the second page and in the annex.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from treaties.advising.reason_words import because
from treaties.briefing.advice_replies import smallest_reply, trade_reply, worlds_reply
from treaties.briefing.parts import FirstPage, PartyReply, Reply
from treaties.findings.amounts import money, per_period, span
from treaties.findings.amounts import once as once_unit
from treaties.findings.answer import Answer
from treaties.findings.participation_words import equilibria_sentence

if TYPE_CHECKING:
    from treaties.advising.advice import Advice
    from treaties.assessing.assess import Assessment
    from treaties.findings.cooperation import Cooperation
    from treaties.findings.records import PartyValue

NO_TREATY = (
    "Staying out is what the file says a party has when it does not sign (its outside option). No treaty means the "
    "same dealings without any clause of this text, when nobody cooperates."
)
SIGNING: dict[str, tuple[Answer | None, str]] = {
    "always": ("sustainable", "yes, in every group that would sign"),
    "sometimes": (None, "in some groups that would sign, not in others"),
    "never": ("unsustainable", "no, in no group that would sign"),
    "open": ("undecided", "not decided"),
}  # fmt: skip


def first_page(found: Assessment, advice: Advice | None, bottom_line: tuple[str, str, str]) -> FirstPage:
    """The answers after the first, which is the heading.  ``bottom_line`` as in ``Briefing``."""
    fails = found.verdict == "unsustainable"
    _, breaks, changes = bottom_line
    question = "What breaks first, and when?" if fails else "What would break first, and when?"
    replies = (
        worlds_reply(found, advice),
        Reply(question, _breaks(found, breaks, advice)),
        smallest_reply(found, advice, changes),
        trade_reply(found, advice),
    )
    return FirstPage(replies, _parties(found), _signing(found), NO_TREATY)


def _breaks(found: Assessment, told: str, advice: Advice | None) -> tuple[str, ...]:
    """The tightest step, when the best plan that is stable is first departed from, and the clauses that decide it."""
    plan = found.departure
    instead = "" if plan is None else f"Expect instead: {_going_on(plan.first_departure)}."
    why = "" if advice is None else because(advice.reasons, found.treaty)
    return tuple(filter(None, (told, instead, why)))


def _going_on(sentence: str) -> str:
    """A sentence that stands after a colon; a name that begins it keeps its capital."""
    return (sentence[0].lower() + sentence[1:] if sentence.startswith(("Most ", "No ")) else sentence).rstrip(".")


def _signing(found: Assessment) -> str:
    """Which groups would sign, where that is asked, and what the table of parties takes for granted."""
    if found.participation is not None:
        names = {party.id: party.name for party in found.treaty.parties}
        return equilibria_sentence(found.participation, names)
    if found.verdict == "sustainable":
        return "Signing is judged on what the treaty brings if all keep it."
    verb = "does not hold" if found.verdict == "unsustainable" else "is not known to hold"
    return f"Signing and ratifying are judged as if all kept it; as the treaty {verb}, that is not what to expect."


def _parties(found: Assessment) -> tuple[PartyReply, ...]:
    """Every party in the order of the file."""
    return tuple(
        PartyReply(value.name, _signs(found, value), _ratifies(found, value.party), _keeps(found, value.party))
        for value in found.values
    )


def _signs(found: Assessment, value: PartyValue) -> tuple[Answer | None, str]:
    """Whether it would sign: by the groups that would, else by what it gains over staying out."""
    if value.party in {party.id for party in found.treaty.third_parties}:
        return None, "signs nothing"
    text = next(iter(found.variants), None)
    crossed = text is not None and any(line.party == value.party for line in text.red_lines_crossed)
    if crossed:
        return "unsustainable", "no, it crosses a red line of its own"
    if found.participation is not None:
        return SIGNING[found.participation.signs(value.party)]
    gain = value.compliance - value.outside_option
    flow = per_period(found.treaty.payoff_unit, found.treaty.period)
    if abs(gain) < found.matters:
        return ("sustainable" if gain >= 0 else "unsustainable"), "about even with staying out"
    if gain > 0:
        return "sustainable", f"yes, it gains {money(gain, flow)} over staying out"
    return "unsustainable", f"no, staying out is worth {money(-gain, flow)} more"


def _ratifies(found: Assessment, party: str) -> tuple[Answer | None, str]:
    """Whether those at home who must approve it would."""
    text = next(iter(found.variants), None)
    if text is None or party not in text.asked_at_home:
        return None, "no ratifier in the file"
    if party in text.refused_at_home:
        return "unsustainable", "no, it would be refused at home"
    return "sustainable", "yes, it is worth it to those who are asked"


def _keeps(found: Assessment, party: str) -> tuple[Answer | None, str]:
    """Whether it would keep it, and what it has to spare at its tightest."""
    treaty, link = found.treaty, found.tightest
    unit = once_unit(treaty.payoff_unit, treaty.period)
    if found.verdict == "undecided":
        return "undecided", "not decided"
    if found.monitoring is not None:
        lasts = found.monitoring.stances[0].cooperation
        if found.verdict == "unsustainable" and lasts is not None:
            # With signals that can be mistaken nobody is the one that breaks: flags start the punishments.
            return None, _until_a_break(lasts, treaty.period)
    mine = [point for point in found.timeline.incentives if point.party == party]
    tightest = min(mine, key=lambda point: point.stay_minus_leave, default=None)
    spare = None if tightest is None else tightest.stay_minus_leave
    when = "" if tightest is None else f", in {treaty.period} {tightest.year + 1} after signature"
    if link is not None and link.party == party:
        if found.verdict == "unsustainable":
            return "unsustainable", "no, it breaks first"
        return "sustainable", "yes, and it is the one nearest to breaking"
    if spare is None:
        if found.verdict == "sustainable":
            return "sustainable", "yes"
        return None, "not told apart from the one that breaks first"
    if spare < 0:
        return "unsustainable", f"no, it would gain {money(-spare, unit)}{when}"
    if found.verdict == "unsustainable":
        return "sustainable", "yes, as long as the others do"
    if found.leans_on.number < len(found.ladder):
        # The timeline is of the harshest answers; what is told of how it is kept is told of milder ones.
        return "sustainable", "yes"
    return "sustainable", f"yes, with {money(spare, unit)} to lose at its tightest{when}"


def _until_a_break(lasts: Cooperation, period: str) -> str:
    """How long all keep it before flags lead to a punishment."""
    if lasts.keeps is None:
        return "yes, but for breaks that need not come"
    return f"for {span(float(f'{lasts.keeps:.3g}'), period)} on average, then comes a break"
