"""The facts of a case, looked up by name, so that no prediction types a number or a date again.

A parameter is ``kind.key`` of an article, and further keys or positions below it: ``dispute_ladder.unsc_days``.  A date
is the text of one of the events.  What was looked up is remembered: a prediction is no better established than the
weakest fact it rests on.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, final

from treaties.history.moments import Moment, Span, moment, span, unit_of
from treaties.model.errors import fault
from treaties.model.facts import Article, Dated, Evidence, Facts
from treaties.model.names import choose_from

_STRENGTH: tuple[Evidence, ...] = ("verified", "weak", "recalled")


@final
class Lookup:
    """Facts, and which of them were asked for."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self._read: list[Article | Dated] = []

    def weakest(self, own: Evidence | None = None) -> Evidence | None:
        """How well the weakest of the facts that were read is established, or of what else was used (``own``)."""
        found = [item.evidence for item in self._read] + ([] if own is None else [own])
        return max(found, key=_STRENGTH.index, default=None)

    @property
    def contested(self) -> bool:
        """Whether those concerned dispute what one of the events that were read amounts to."""
        return any(isinstance(item, Dated) and item.contested for item in self._read)

    def parameter(self, reference: str) -> Any:
        """A parameter of an article; raises a fault that names what there is."""
        kind, *steps = reference.split(".")
        articles = [article for article in self.facts.articles if article.kind == kind]
        if not articles:
            kinds = sorted({article.kind for article in self.facts.articles})
            raise fault(f"no article of the facts is of kind {kind!r}", choose_from(kind, kinds, "kinds there"))
        for article in articles:
            value: Any = article.parameters
            for step in steps:
                value = _below(value, step)
            if value is not None and steps:
                self._read.append(article)
                return value
        keys = sorted({key for article in articles for key in article.parameters})
        raise fault(
            f"the article on {kind} has no parameter {'.'.join(steps)!r}",
            choose_from(steps[0] if steps else "", [f"{kind}.{key}" for key in keys], "parameters there"),
        )

    def count(self, reference: str) -> int:
        """A parameter that is a whole number."""
        value = self.parameter(reference)
        if isinstance(value, bool) or not isinstance(value, int):
            raise fault(f"{reference} is {value!r} and no whole number", "refer to a parameter that counts something")
        return value

    def span(self, reference: str, unit: str | None = None) -> Span:
        """A parameter that counts time, in the unit that its name ends with."""
        unit = unit or unit_of(reference.rpartition(".")[2])
        if unit is None:
            raise fault(
                f"the name of {reference} does not say whether it counts days, months or years",
                f'write {{ of = "{reference}", unit = "years" }}',
            )
        return span(self.count(reference), unit)

    def time(self, text: str) -> Moment:
        """An event's time, or that of a parameter which is a date; raises a fault that lists the dates there are."""
        event = next((event for event in self.facts.dates if event.date == text), None)
        if event is not None:
            self._read.append(event)
            written = text
        elif "." in text:
            written = str(self.parameter(text))
        else:
            dates = [event.date for event in self.facts.dates]
            raise fault(f"no event of the facts is of {text!r}", choose_from(text, dates, "dates there"))
        found = moment(written)
        if found is None:
            raise fault(f"{written!r} tells no time", "refer to a date such as 2019-08-02, 2016-01 or 1995")
        return found

    def sources(self, keys: tuple[str, ...]) -> None:
        """Insist on sources that the facts list; raises a fault that names those there are."""
        for k, key in enumerate(keys):
            if key not in self.facts.sources:
                remedy = choose_from(key, self.facts.sources, "sources there")
                raise fault(f"names the source {key!r}, which [facts.sources] does not list", remedy, at=("sources", k))

    def event(self, text: str) -> Dated:
        """The event of a date."""
        self.time(text)
        return next(event for event in self.facts.dates if event.date == text)


def _below(value: Any, step: str) -> Any:
    if isinstance(value, Mapping):
        return value.get(step)
    if isinstance(value, list | tuple) and step.isdigit() and int(step) < len(value):
        return value[int(step)]
    return None
