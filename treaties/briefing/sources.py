"""Where the numbers of a briefing come from: assumptions, clauses, facts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, final, get_args

from pydantic import BaseModel

from treaties.findings import amounts, phrases
from treaties.model.quantity import Quantity, Within

if TYPE_CHECKING:
    from treaties.model.treaty import Treaty

GLOSSES = {
    "discount": "discount factor",
    "outside_option": "outside option",
    "reward": "all comply",
    "temptation": "it alone breaches",
    "sucker": "it alone complies",
    "punishment": "nobody complies",
    "enter": "begins",
    "stay": "goes on",
}
UNITS = {
    "a probability": "chance",
    "an exposure": "share of exposure",
    "a share": "share",
    "a weight": "weight",
    "a bargaining weight": "weight in bargaining",
    "a number of votes": "votes",
}


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
    """A provision as the file states it: article, kind, and every term that is set."""

    article: str
    title: str
    terms: str


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
    kinds = dict(_kinds_of(treaty))
    units = UNITS | {"a discount factor": f"weight of next {treaty.period}"}
    groups = _groups(treaty)
    found = []
    for number in treaty.numbers():
        head = next(
            prefix for prefix in sorted(groups, key=len, reverse=True) if f"{number.path}.".startswith(f"{prefix}.")
        )
        unit = units.get(kinds.get(number.path, ""), treaty.payoff_unit)
        found.append(
            Assumption(
                groups[head],
                _name(number.path.removeprefix(f"{head}."), treaty),
                number.value,
                number.low,
                number.high,
                number.unit or unit,
                number.source or "",
                number.confidence or "",
            )
        )
    return tuple(found)


def _groups(treaty: Treaty) -> dict[str, str]:
    """Path of every block of the file -> its heading."""
    groups = {f"party.{party.id}": party.name for party in treaty.parties}
    for matter in treaty.matters:
        groups[f"matter.{matter.id}"] = amounts.capital((matter.title or matter.id).replace("_", " "))
    for event in treaty.events:
        groups[f"event.{event.id}"] = amounts.capital((event.title or event.id).replace("_", " "))
    for provision in treaty.provisions:
        cited = phrases.article(provision.article)
        groups[treaty.path_of(provision)] = f"{cited}: {provision.title.lower()}" if cited else provision.title
    return groups | {"entry_into_force": "Entry into force"}


def _name(path: str, treaty: Treaty) -> str:
    names = {party.id: party.name for party in treaty.parties}
    parts: list[str] = []
    for part in path.split("."):
        if part.isdigit():
            parts[-1] = f"{parts[-1].removesuffix('s')} {int(part) + 1}"
        else:
            parts.append(GLOSSES.get(part) or names.get(part) or part.replace("_", " "))
    return ", ".join(reversed(parts)) if parts[-1] in names.values() else ", ".join(parts)


def _kinds_of(treaty: Treaty) -> Iterator[tuple[str, str]]:
    """Path of every `Quantity` that must lie in a named range -> the name of the range ("a probability")."""
    for kind, items in (("party", treaty.parties), ("matter", treaty.matters), ("event", treaty.events)):
        for item in items:
            yield from _kinds_in(item, f"{kind}.{item.id}")
    for provision in treaty.provisions:
        yield from _kinds_in(provision, treaty.path_of(provision))
    if treaty.entry_into_force is not None:
        yield from _kinds_in(treaty.entry_into_force, "entry_into_force")


def _kinds_in(model: BaseModel, path: str) -> Iterator[tuple[str, str]]:
    for name, field in type(model).model_fields.items():
        kind = next(
            (mark.name for mark in (*field.metadata, *_marks(field.annotation)) if isinstance(mark, Within)), ""
        )
        yield from _kinds_below(getattr(model, name), f"{path}.{name}", kind)


def _kinds_below(value: Any, path: str, kind: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, Quantity):
        yield path, kind
    elif isinstance(value, BaseModel):
        yield from _kinds_in(value, path)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _kinds_below(item, f"{path}.{key}", kind)
    elif isinstance(value, tuple):
        for k, item in enumerate(value):
            yield from _kinds_below(item, f"{path}.{k}", kind)


def _marks(annotation: Any) -> Iterator[Any]:
    yield from getattr(annotation, "__metadata__", ())
    for argument in get_args(annotation):
        yield from _marks(argument)


def clauses(treaty: Treaty) -> tuple[Clause, ...]:
    """The provisions as the file states them, in its order."""
    unsaid = {"type", "article", "note", "source", "design"}
    return tuple(
        Clause(
            phrases.article(provision.article),
            provision.title,
            "; ".join(
                f"{name.replace('_', ' ')} {said}"
                for name in type(provision).model_fields
                if name not in unsaid and (said := _said(getattr(provision, name), treaty))
            ),
        )
        for provision in treaty.provisions
    )


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
    dates = (Fact(item.event, item.date, item.evidence, ", ".join(item.sources)) for item in known.dates)
    return (*articles, *dates)


def fact_notes(treaty: Treaty) -> tuple[str, ...]:
    """What became of a real treaty, and what one may read into it, marked as a reading."""
    known = treaty.facts
    if known is None:
        return ()
    outcome = (f"Outcome: {known.outcome}",) if known.outcome else ()
    lesson = (f"Reading, not a fact: {known.lesson}",) if known.lesson else ()
    return tuple(amounts.sentence(note) for note in (*outcome, *lesson))


def fact_sources(treaty: Treaty) -> tuple[tuple[str, str], ...]:
    """The sources of the facts by their short keys."""
    return tuple(treaty.facts.sources.items()) if treaty.facts else ()


def stylised(treaty: Treaty) -> str:
    """The warning that goes with numbers that are a model's and not facts; empty if the file makes no difference."""
    if treaty.stylised is None:
        return ""
    basis = f" {amounts.sentence(treaty.stylised.basis)}" if treaty.stylised.basis else ""
    return amounts.sentence(treaty.stylised.label) + basis
