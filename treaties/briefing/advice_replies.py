"""What advice says on the first page: in how many worlds, the smallest change, what can be traded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from treaties.advising.words import package_sentence, smallest_lines, worlds_sentence
from treaties.briefing.parts import Reply
from treaties.findings.amounts import number, once, sentence
from treaties.findings.payment_words import who_pays

if TYPE_CHECKING:
    from treaties.advising.advice import Advice
    from treaties.advising.in_worlds import InWorlds
    from treaties.assessing.assess import Assessment
    from treaties.findings.answer import Answer
    from treaties.findings.records import PaymentComparison

WORLDS = "In how many of 100 worlds does it hold?"
ONE_WORLD = "No number of the file has a range, so only the one world that it describes was looked at."
NOT_ASKED = "That was not asked; only the numbers of the file were looked at."
QUESTIONS: dict[Answer, str] = {
    "sustainable": "What is the smallest change that breaks it?",
    "unsustainable": "What is the smallest change that fixes it?",
    "undecided": "What change would make it hold?",
}
TRADED = "What can be traded?"
PACKAGES = 2
"""So many packages are told on the first page."""
HALF = 0.5
LEAST = "if all looked ahead as little as the least patient of them"
MOST = "if all looked ahead as far as the most patient of them"
FACTORS = {"lowest": LEAST, "highest": MOST, "common": "on the numbers of the file"}


def worlds_reply(found: Assessment, advice: Advice | None) -> Reply:
    """In how many of the worlds that the file's ranges allow; what is not decided is said, and is no no."""
    told = None if advice is None else advice.worlds
    if told is None:
        return Reply(WORLDS, (NOT_ASKED if advice is None else ONE_WORLD,))
    said, likely = [worlds_sentence(told.text, found.treaty, "It")], told.text.likelihood
    if likely is not None and found.verdict == "sustainable" and likely.share[1] < HALF:
        said.append("So it holds on the file’s own numbers, and fails in most of the worlds around them.")
    elif likely is not None and found.verdict == "unsustainable" and likely.share[0] > HALF:
        said.append("So it fails on the file’s own numbers, and holds in most of the worlds around them.")
    return Reply(WORLDS, tuple(said))


def sampled_sentence(found: InWorlds) -> str:
    """How the worlds were drawn, and how far their answers were proved, for the annex."""
    numbers = "one number" if found.varied == 1 else f"{number(found.varied)} numbers"
    checked = found.proved + found.unproved + len(found.refused)
    said = f"Worlds: {found.worlds:,} draws from the ranges of {numbers} (seed {found.seed}), the same for every option"
    if checked:
        said += f"; of {checked:,} answers put to exact proof {found.proved:,} were proved"
        said += f" and {len(found.refused):,} refused" if found.refused else ", none refused"
    return f"{said}. The answers are computed, and the counts in brackets are where the share lies at the 95% level."


def smallest_reply(found: Assessment, advice: Advice | None, changes: str) -> Reply:
    """The smallest change and what it costs whom, then what the options of the file do.

    ``changes``  the sentence on what the file's options change.
    """
    told = None if advice is None else advice.smallest
    said = [] if told is None else smallest_lines(replace(told, options=()), found.treaty)
    return Reply(QUESTIONS[found.verdict], tuple(dict.fromkeys((*said, changes))))


def trade_reply(found: Assessment, advice: Advice | None) -> Reply:
    """What payments and packages of two clauses would do."""
    said = [*_payments(found)]
    if advice is not None:
        said += [package_sentence(one, found.treaty) for one in advice.packages[:PACKAGES]]
        if not advice.packages and advice.smallest is not None:
            said.append(sentence(f"No package of two changes is known by which all gain: {advice.packages_note}"))
        elif len(advice.packages) > PACKAGES:
            said.append(f"{number(len(advice.packages) - PACKAGES)} more packages are in the annex.")
    return Reply(TRADED, tuple(said) or ("Nothing was looked for.",))


def _payments(found: Assessment) -> Iterator[str]:
    """What side payments would do, at either end of the parties' patience."""
    pays = found.side_payments
    if pays is None:
        if found.monitoring is not None:
            yield "Payments: what they do where a breach may go unseen is on the second page."
        elif found.treaty.has_types:
            yield "Payments: not judged where the parties do not know one another’s kind."
        return
    if pays.refusal:
        yield "Payments: what they would buy could not be told of this text; the annex says why."
        return
    names = {party.id: party.name for party in found.treaty.parties}
    told = [_buys(one, names, found) for one in pays.compared]
    if len(set(told)) == 1:
        yield f"Payments: {told[0]}."
        return
    for one, said in zip(pays.compared, told, strict=True):
        yield f"Payments, {FACTORS[one.label]}: {said}."


def _buys(one: PaymentComparison, names: dict[str, str], found: Assessment) -> str:
    without, paid = one.without.verdict, one.paid.verdict
    if without == "sustainable":
        return "it holds without any"
    if paid == "sustainable":
        cases = () if one.schedule is None else one.schedule.cases
        unit = found.treaty.payoff_unit
        who = who_pays(cases, names, once(unit, found.treaty.period), found.treaty.period)
        before = "fails" if without == "unsustainable" else "is not decided"
        who = who or "none falls due while all comply, but fines after a breach"
        return f"it {before} without, and holds with them; {who}"
    if paid == "undecided":
        return "whether they make it hold is not decided"
    return "none that is made willingly makes it hold"
