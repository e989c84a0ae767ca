"""Where the numbers of a briefing come from: assumptions, clauses, facts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, final

from pydantic import BaseModel

from treaties.findings import amounts, phrases
from treaties.findings.quantities import NumberWords
from treaties.model.limits import LIMITS
from treaties.model.quantity import Quantity

if TYPE_CHECKING:
    from treaties.model.provision import Provision
    from treaties.model.treaty import Treaty


@final
@dataclass(frozen=True)
class Assumption:
    """A number of the file, where it stands, and where it comes from ("" where the file does not say)."""

    group: str
    name: str
    value: float
    low: float | None
    high: float | None
    unit: str
    source: str
    confidence: str


@final
@dataclass(frozen=True)
class Clause:
    """A provision as the file states it: article, kind, every term that is set, and the author's remark.

    ``does``  why it matters, in one or two sentences; "" of a clause that the file itself writes and explains.
    """

    article: str
    title: str
    terms: str
    remark: str
    does: str


@final
@dataclass(frozen=True)
class Fact:
    """A fact about a real treaty, with its evidence tag and the keys of its sources."""

    what: str
    where: str
    evidence: str
    sources: str


def assumptions(treaty: Treaty) -> tuple[Assumption, ...]:
    """Every amount, chance and discount factor of the file, in its order, with what the file says of its source."""
    words = NumberWords.of(treaty)
    return tuple(
        Assumption(
            words.group(number.path),
            words.name(number.path),
            number.value,
            number.low,
            number.high,
            number.unit or words.unit(number.path),
            number.source or "",
            number.confidence or "",
        )
        for number in treaty.numbers()
    )


def clauses(treaty: Treaty) -> tuple[Clause, ...]:
    """The provisions as the file states them, in its order."""
    return tuple(
        Clause(
            phrases.article(provision.article),
            provision.heading,
            "; ".join(_terms(provision, treaty)),
            amounts.sentence(provision.note) if provision.note else "",
            "" if any(provision.in_own_words(treaty.names)) else provision.mechanism,
        )
        for provision in treaty.provisions
    )


def _terms(provision: Provision, treaty: Treaty) -> Iterator[str]:
    """What a clause says, and within which limits."""
    unsaid = {"type", "article", "note", "source", "design", *(LIMITS - provision.own_limits)}
    own = tuple(provision.in_own_words(treaty.names))
    yield from own
    for name in type(provision).model_fields if not own else ():
        if name not in unsaid and (said := _said(getattr(provision, name), treaty)):
            yield f"{name.replace('_', ' ')} {said}"
    if limited := provision.limits_in_words(treaty.names):
        yield limited


def _said(value: Any, treaty: Treaty) -> str:
    """A term of a clause in words; empty if it is not set."""
    if value is None or value == ():
        return ""
    if isinstance(value, Quantity):
        return amounts.number(value.value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float)):
        return amounts.number(value)
    if isinstance(value, BaseModel):
        inner = [(name, _said(getattr(value, name), treaty)) for name in type(value).model_fields]
        return ", ".join(f"{name.replace('_', ' ')} {said}" for name, said in inner if said)
    if isinstance(value, dict):
        return ", ".join(f"{_said(key, treaty)} {_said(item, treaty)}" for key, item in value.items())
    if isinstance(value, tuple):
        items = [_said(item, treaty) for item in value]
        return " / ".join(items) if any("," in item for item in items) else ", ".join(items)
    names = {party.id: party.name for party in treaty.parties}
    return names.get(str(value), str(value)).replace("_", " ")


def facts(treaty: Treaty) -> tuple[Fact, ...]:
    """What is known about a real treaty, article by article and date by date, each with its evidence tag."""
    known = treaty.facts
    if known is None:
        return ()

    articles = (
        Fact(item.fact, phrases.article(item.article), item.evidence, ", ".join(item.sources))
        for item in known.articles
    )
    dates = (
        Fact(item.event, item.date, item.evidence + (", contested" if item.contested else ""), ", ".join(item.sources))
        for item in known.dates
    )
    return (*articles, *dates)


def fact_notes(treaty: Treaty) -> tuple[str, ...]:
    """What became of a real treaty, why the model says otherwise, and what one may read into it, marked as readings."""
    known = treaty.facts
    if known is None:
        return ()
    outcome = (f"Outcome: {known.outcome}",) if known.outcome else ()
    lesson = (f"Reading, not a fact: {known.lesson}",) if known.lesson else ()
    missed = (f"The model and what happened, a reading: {known.discussion}",) if known.discussion else ()
    return tuple(amounts.sentence(note) for note in (*outcome, *missed, *lesson))


def on_record(treaty: Treaty) -> str:
    """What became of a real treaty, for the first page; empty of any other."""
    known = treaty.facts.outcome if treaty.facts else None
    return f"What happened, which the model does not use: {amounts.sentence(known)}" if known else ""


def fact_sources(treaty: Treaty) -> tuple[tuple[str, str], ...]:
    """The sources of the facts by their short keys."""
    return tuple(treaty.facts.sources.items()) if treaty.facts else ()


def stylised(treaty: Treaty) -> str:
    """The warning that goes with numbers that are a model's and not facts; empty if the file makes no difference."""
    if treaty.stylised is None:
        return ""
    basis = f" {amounts.sentence(treaty.stylised.basis)}" if treaty.stylised.basis else ""
    return amounts.sentence(treaty.stylised.label) + basis
