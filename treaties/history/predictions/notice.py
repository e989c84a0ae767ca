"""A notice as a counter of days that can be stopped, taken up again, or begun anew.

Two readings of a notice that was suspended and is resumed: the days that had run still count, or the notice begins
anew.  Both are worked out, as a dispute may be about nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal, final

from pydantic import BaseModel, ConfigDict, Field, model_validator

from treaties.history.lookup import Lookup
from treaties.history.moments import Moment, Relation, Span, held
from treaties.history.prediction import Lasting, Prediction, Told
from treaties.model.errors import fault
from treaties.sweeping.sample import Sample

DAYS_OF_A_MONTH = 30
"""As three months of notice were counted by the party that resumed its own: 89 days and one."""


@final
@dataclass(frozen=True)
class Counter:
    """A notice of so many days: how many have run, and whether it is running."""

    length: int
    run: int = 0
    running: bool = False

    def give(self) -> Counter:
        """Notice is given; a counter that is stopped goes on where it was."""
        return replace(self, running=True)

    def pause(self) -> Counter:
        """The notice is suspended; the days that have run are kept."""
        return replace(self, running=False)

    def restart(self) -> Counter:
        """Notice is given anew, from no day on."""
        return replace(self, run=0, running=True)

    def day(self) -> Counter:
        """A day passes."""
        return replace(self, run=min(self.run + 1, self.length)) if self.running else self

    @property
    def out(self) -> bool:
        """The notice has run out."""
        return self.run >= self.length


def runs_out(counter: Counter, when: date) -> date:
    """The day on which a running counter is out.

    >>> runs_out(Counter(90, run=89).give(), date(2003, 1, 10)).isoformat()
    '2003-01-11'
    """
    while not counter.out:
        counter, when = counter.day(), when + timedelta(days=1)
    return when


@final
class Pause(BaseModel):
    """A notice that was suspended and resumed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    after_days: int = Field(ge=0, description="How many days had run when it was suspended.")
    given: str = Field(description="When it was given: the date of an event.")
    resumed: str = Field(description="When it was resumed: the date of an event.")
    claimed_days: int = Field(ge=0, description="How many days more the party that leaves says it needs.")


@final
class Notice(Prediction):
    """When a notice runs out."""

    kind: Literal["notice"] = "notice"
    length: Lasting = Field(description="How long it runs.")
    given: str | None = Field(default=None, description="When it was given: the date of an event.")
    pause: Pause | None = Field(default=None, description="Its suspension, if there was one.")
    relation: Relation = Field(default="on", description="How the end on record stands to the day it runs out.")
    end: str | None = Field(default=None, description="When it ended: the date of an event.")

    @model_validator(mode="after")
    def _be_given_once(self) -> Notice:
        if (self.given is None) == (self.pause is None):
            raise fault("needs the day on which notice was given, or a pause", "write given, or pause, and not both")
        return self

    def told(self, facts: Lookup, worlds: Mapping[str, Sample] | None) -> Told:
        """The day on which it runs out, against the record."""
        length = self.length.read(facts)
        if self.pause is not None:
            return self._resumed(facts, length, self.pause)
        assert self.given is not None
        due = facts.time(self.given).later(length)
        foretold = f"{length} from {self.given} run out on {due}"
        if self.end is None:
            return Told(foretold, "no end of it is on record", "open")
        event = facts.event(self.end)
        return Told(foretold, f"{self.end}: {event.event}", held(due, facts.time(self.end), self.relation), self.end)

    def _resumed(self, facts: Lookup, length: Span, pause: Pause) -> Told:
        counter = Counter(length.days or length.months * DAYS_OF_A_MONTH).give()
        facts.event(pause.given)
        for _ in range(pause.after_days):
            counter = counter.day()
        counter = counter.pause()
        when = facts.time(pause.resumed)
        again = runs_out(counter.give(), when.first)
        anew = Moment(when.first, when.first).later(length)
        left = counter.length - counter.run
        foretold = (
            f"of {counter.length} days {counter.run} had run: if they count, {left} more, and it is out on {again}; "
            f"if notice begins anew, on {anew}"
        )
        event = facts.event(pause.resumed)
        happened = f"{pause.resumed}: {event.event} Days more that were claimed: {pause.claimed_days}."
        return Told(foretold, happened, "agrees" if left == pause.claimed_days else "differs", pause.resumed)
