"""A part of a treaty that lapses on a day of its own: one decides by then, and together on all that lapse that day."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, final

from pydantic import Field

from treaties.history.lookup import Lookup
from treaties.history.moments import Verdict, held, worst
from treaties.history.prediction import Prediction, Told
from treaties.sweeping.sample import Sample


@final
class Deadline(Prediction):
    """A day by which one must decide, and what else ends on it."""

    kind: Literal["deadline"] = "deadline"
    due: str = Field(description="The day, as kind.key of an article.")
    with_it: tuple[str, ...] = Field(default=(), description="What else should lapse on that day, as kind.key.")
    decided: str = Field(description="When one decided: the date of an event.")
    package: bool | None = Field(default=None, description="Whether one decided on these together; omitted = not told.")

    def told(self, facts: Lookup, worlds: Mapping[str, Sample] | None) -> Told:
        """Whether the decision came in time, and in a package where several parts lapse together."""
        due = facts.time(self.due)
        verdicts: list[Verdict] = [held(due, facts.time(self.decided), "not after")]
        foretold = f"decided not after {due}"
        if self.with_it:
            together = all(facts.time(other) == due for other in self.with_it)
            kinds = [other.partition(".")[0].replace("_", " ") for other in self.with_it]
            same = f"{', '.join(kinds)} {'end' if len(kinds) > 1 else 'ends'} on the same day"
            foretold += f"; {same}: decided in a package" if together else f"; not true that {same}"
            if self.package is None:
                verdicts.append("open")
            else:
                verdicts.append("agrees" if together == self.package else "differs")
        event = facts.event(self.decided)
        return Told(foretold, f"{self.decided}: {event.event}", worst(verdicts), self.decided)
