"""A clock that the text sets: the earliest, latest or only day on which something could happen.

Stages run one after the other; those in a list within the list run side by side, and the longest counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, final

from pydantic import Field

from treaties.history.lookup import Lookup
from treaties.history.moments import Relation, Span, Verdict, held, worst
from treaties.history.prediction import Lasting, Prediction, Told
from treaties.model.errors import fault
from treaties.sweeping.sample import Sample


@final
class Clock(Prediction):
    """Time that must pass, or must not have passed, between two events."""

    kind: Literal["clock"] = "clock"
    stages: tuple[Lasting | tuple[Lasting, ...], ...] = Field(
        min_length=1, description="What must pass, one after the other; stages in a list run side by side."
    )
    total: Lasting | None = Field(default=None, description="What the text itself says the stages come to.")
    start: str | None = Field(default=None, description="When the clock began: the date of an event.")
    relation: Relation = Field(default="not before", description="How the end stands to what the clock says.")
    end: str | None = Field(default=None, description="When that happened of which the clock speaks.")

    def told(self, facts: Lookup, worlds: Mapping[str, Sample] | None) -> Told:
        """The day that the clock gives, against the day on record."""
        whole = Span()
        for k, stage in enumerate(self.stages):
            whole += self._longest(facts, k, stage) if isinstance(stage, tuple) else stage.read(facts)
        verdicts: list[Verdict] = []
        foretold = f"the stages come to {whole}"
        if self.total is not None:
            total = self.total.read(facts)
            verdicts.append("agrees" if total == whole else "differs")
            foretold += f"; the text says {total}"
        if self.start is None:
            return Told(foretold, "no use of it is on record", "differs" if "differs" in verdicts else "open")
        due = facts.time(self.start).later(whole)
        foretold += f"; counted from {self.start}, {self.relation} {due}"
        if self.end is None:
            return Told(foretold, "no end of it is on record", "differs" if "differs" in verdicts else "open")
        verdicts.append(held(due, facts.time(self.end), self.relation))
        return Told(foretold, _in_words(facts, self.end), worst(verdicts), self.end)

    @staticmethod
    def _longest(facts: Lookup, k: int, stages: tuple[Lasting, ...]) -> Span:
        spans = [stage.read(facts) for stage in stages]
        if len({bool(one.months) for one in spans}) > 1:
            raise fault(
                "stages that run side by side are counted in months and in days, so that none is the longest",
                "let stages side by side count in one unit",
                at=("stages", k),
            )
        return max(spans, key=lambda one: (one.months, one.days))


def _in_words(facts: Lookup, end: str) -> str:
    event = next((event for event in facts.facts.dates if event.date == end), None)
    return f"{end}: {event.event}" if event is not None else f"the text names {facts.time(end)}"
