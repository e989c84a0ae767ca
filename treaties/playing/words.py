"""What the page of a play says of designs, in plain words; amounts stand beside them, and are told once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from treaties.drafting.catalogue import Term, catalogue
from treaties.findings.amounts import capital, listed, money, number, once, percent, span
from treaties.findings.answer import Answer
from treaties.findings.phrases import article, situation
from treaties.findings.records import WeakestLink
from treaties.model.provision import Provision
from treaties.model.treaty import Treaty
from treaties.playing.designs import Axis
from treaties.playing.reasons import Reason

LEFT_OUT = r"\s*\([^)]*\)|, in years|, in the payoff unit"
"""Of what a term means: the limits and the unit, which stand with its value."""
TIE = 1e-9
"""Amounts below this are none."""
AMOUNT, YEARS, CHANCE = "payoff unit", "years", "probability"
"""Units of terms, as the catalogue of clauses tells them."""


def heading(clause: Provision) -> str:
    """What a card of the draft is called: ``Article 12: Sunset and renewal``."""
    cited = article(clause.article)
    return f"{cited}: {clause.heading}" if cited else clause.heading


def term_of(axis: Axis) -> Term | None:
    """What the catalogue of clauses says of the term of an axis; None if it says nothing."""
    (entry,) = catalogue((axis.clause.type,), examples=False)
    terms = (*entry.terms, *entry.shared_terms)
    return next((term for term in terms if term.name == _name(axis)), None)


def label(axis: Axis) -> str:
    """What the term of an axis is called: ``term years``, ``renewal rule``."""
    return _name(axis).replace(".", " ").replace("_", " ")


def _name(axis: Axis) -> str:
    """The term within its clause: ``renewal.rule`` of ``sunset.renewal.rule`` or ``sunset[12].renewal.rule``."""
    _, bracket, tail = axis.path.rpartition("]")
    return tail.removeprefix(".") if bracket else axis.path.partition(".")[2]


def value_words(treaty: Treaty, term: Term | None, value: Any) -> str:
    """A value of a term as readers should see it, with its unit."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if not isinstance(value, int | float):
        return str(value).replace("_", " ")
    unit = None if term is None else term.unit
    if unit == AMOUNT:
        return money(value, once(treaty.payoff_unit, treaty.period))
    if unit == YEARS:
        return span(value, treaty.period)
    return percent(value) if unit == CHANCE else number(value)


def prose(treaty: Treaty, axis: Axis, term: Term | None, value: Any) -> str:
    """The clause as it reads with a value of its term."""
    told, drafted = value_words(treaty, term, value), axis.clause.wording(_name(axis), value)
    if drafted:
        return drafted.format(told)
    meaning = "" if term is None else re.sub(LEFT_OUT, "", term.meaning.partition(";")[0]).strip().rstrip(".")
    return f"{capital(meaning or label(axis))}: {told}."


def why(verdict: Answer | None, link: WeakestLink | None, problem: str) -> str:
    """The weakest link in plain words, without its amount."""
    if verdict is None:
        return f"No treaty: {problem}"
    if link is None:
        return ""
    where = situation(link.state)
    place = f" when the situation is: {where}" if where else ""
    lawful = ", as the text allows" if link.lawful else ""
    act = f"{link.party_name}{place}: if it {link.deviation} instead{lawful}"
    if verdict == "undecided":
        return f"The tightest point found is {act}; nothing is proved."
    if abs(link.margin) < TIE:
        return f"The tightest point is {act}, it neither gains nor loses."
    if verdict == "sustainable":
        return f"The tightest point is {act}, it loses."
    return f"What gives way is {act}, it gains."


def because(verdict: Answer | None, reason: Reason, clauses: Sequence[Provision]) -> str:
    """Which clauses decide, found by taking out each in turn."""
    named = [heading(clauses[k]) for k in reason.decide]
    if verdict not in ("sustainable", "unsustainable"):
        return ""
    if not named:
        return (
            "No single clause decides: taken out one at a time, none of them changes the answer."
        )
    would = "would not hold" if verdict == "sustainable" else "would hold"
    return f"Because of {listed(named)}: without {'it' if len(named) == 1 else 'any one of them'} the treaty {would}."


def mode_words(name: str, treaty: Treaty) -> str:
    """A mode of the strategies, as solvers and rules of play name it, in plain words.

    >>> from treaties.model.treaty import Treaty
    >>> mode_words("suspend, 2 left", Treaty.model_construct(parties=(), period="year"))
    'cooperation is suspended for 2 years more'
    """
    if name == "comply":
        return "as agreed"
    if name == "revert":
        return "cooperation is over"
    left = re.fullmatch(r"suspend, (\d+) left", name)
    if left:
        return f"cooperation is suspended for {span(int(left[1]), treaty.period)} more"
    punished = next((party.name for party in treaty.parties if name == f"punish {party.id}"), None)
    return f"{punished} is answered for a breach" if punished else "as the plan goes on"
