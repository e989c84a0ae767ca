"""The books of a term: when it ends, when a vote on going on is due, and what each decision leaves.

Three rules.  ``rolling``: a confirmation at a review makes the term whole again, counted from that day; a refusal
changes nothing but how often one votes.  ``renewable``: each renewal adds a term to the end.  ``extension``: the end is
moved so often, and so far, as the text permits, and then no vote is offered any more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal, final

from pydantic import BaseModel, ConfigDict, Field, model_validator

from treaties.history.lookup import Lookup
from treaties.history.moments import Moment, Relation, Span, Verdict, held, moment, worst
from treaties.history.prediction import Lasting, Prediction, Told
from treaties.model.errors import fault
from treaties.sweeping.sample import Sample

Rule = Literal["rolling", "renewable", "extension"]
Choice = Literal["go on", "decline", "for good"]
RELATION: dict[Rule, Relation] = {"rolling": "on", "renewable": "not after", "extension": "not after"}
"""When one decides: at the review itself, or by the end."""


@final
@dataclass(frozen=True)
class Books:
    """A term as it stands.

    ``end``     when it ends; None if it does not.
    ``vote``    when the next decision on going on is due; None if none is offered.
    ``left``    how often it may still go on; None without limit.
    """

    end: Moment | None
    vote: Moment | None
    left: int | None = None


@final
@dataclass(frozen=True)
class Terms:
    """What the text says of a term.

    ``length``  of the term, and of what a renewal adds;  ``first``, ``refused`` until the first review, and until the
    next one after a refusal (rolling);  ``times``, ``more`` how often it may be moved, and by how much (extension).
    """

    rule: Rule
    length: Span
    first: Span | None = None
    refused: Span | None = None
    times: int | None = None
    more: Span | None = None

    def begun(self, start: Moment) -> Books:
        """The books on the day it begins."""
        end = start.later(self.length)
        return Books(end, start.later(self.first) if self.first is not None else end, self.times)

    def after(self, books: Books, when: Moment, choice: Choice) -> Books:
        """The books after a decision; raises a fault where none is offered."""
        if books.vote is None or books.end is None:
            raise fault(f"no vote is offered any more, and yet one of {when} is told", "correct the decisions")
        if choice == "for good":
            return Books(None, None)
        if choice == "decline":
            vote = None if self.refused is None else when.later(self.refused)
            return replace(books, vote=vote if vote is not None and vote.first < books.end.last else None)
        if self.rule == "rolling":
            return self.begun(when)
        left = None if books.left is None else books.left - 1
        end = books.end.later(self.more if self.more is not None and self.rule == "extension" else self.length)
        return Books(end, None if left == 0 else end, left)


def years_left(books: Books, when: Moment) -> str:
    """How long a term still runs, in words."""
    if books.end is None:
        return "no end"
    years = (books.end.first - when.first).days / 365.25
    return f"{years:.0f} years left" if abs(years - round(years)) < 0.02 else f"{years:.1f} years left"


@final
class Decision(BaseModel):
    """What was decided, and when."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    date: str = Field(description="The date of an event.")
    choice: Choice = Field(description="To go on, to decline, or to go on for good.")


@final
class Term(Prediction):
    """Books kept from the text and the decisions, against the end on record."""

    kind: Literal["term"] = "term"
    rule: Rule = Field(description="How a term goes on.")
    start: str = Field(description="When it began: the date of an event.")
    length: Lasting = Field(description="How long it is.")
    first_vote: Lasting | None = Field(default=None, description="After how long one first votes; rolling only.")
    after_refusal: Lasting | None = Field(default=None, description="How often one votes after a refusal.")
    most_times: str | None = Field(default=None, description="How often it may be extended; extension only.")
    by_at_most: Lasting | None = Field(default=None, description="How far an extension may go; extension only.")
    relation: Relation | None = Field(
        default=None, description="How decisions stand to the day of the vote; omitted = on it if rolling, else by it."
    )
    decisions: tuple[Decision, ...] = Field(min_length=1, description="What was decided, in order.")
    ends: str | None = Field(default=None, description="The end on record: the date of an event, or a day told by one.")
    in_force: bool | None = Field(default=None, description="Whether it is in force after the last decision.")
    voted_again: bool | None = Field(default=None, description="Whether another vote was offered after that.")

    @model_validator(mode="after")
    def _have_what_the_rule_needs(self) -> Term:
        needed = {"rolling": ("first_vote", "after_refusal"), "extension": ("most_times", "by_at_most")}
        for name in needed.get(self.rule, ()):
            if getattr(self, name) is None:
                raise fault(f"keeps the books of a term with the rule {self.rule!r} and lacks {name}", f"add {name}")
        return self

    def told(self, facts: Lookup, worlds: Mapping[str, Sample] | None) -> Told:
        """The books after each decision."""
        terms = Terms(
            self.rule,
            self.length.read(facts),
            first=None if self.first_vote is None else self.first_vote.read(facts),
            refused=None if self.after_refusal is None else self.after_refusal.read(facts),
            times=None if self.most_times is None else facts.count(self.most_times),
            more=None if self.by_at_most is None else self.by_at_most.read(facts),
        )
        books = terms.begun(facts.time(self.start))
        relation = self.relation or RELATION[self.rule]
        lines = [f"from {self.start} it ends {books.end}, with a vote {relation} {books.vote}"]
        verdicts: list[Verdict] = []
        for decision in self.decisions:
            when = facts.time(decision.date)
            if books.vote is not None:
                verdicts.append(held(books.vote, when, relation))
            before, books = books, terms.after(books, when, decision.choice)
            lines.append(f"{decision.date}, {_CHOSEN[decision.choice]}: {_state(books, when)}")
            if decision is self.decisions[-1] and decision.choice == "decline":
                lines.append(f"had they gone on: {_state(terms.after(before, when, 'go on'), when)}")
        last = facts.event(self.decisions[-1].date)
        happened = f"{last.date}: {last.event}"
        if self.ends is not None:
            verdicts.append(self._ended(facts, books))
            happened += f" The end on record is {self.ends}."
        if self.in_force is not None:
            running = books.end is None or books.end.first > facts.time(last.date).last
            verdicts.append("agrees" if running == self.in_force else "differs")
        if self.voted_again is not None:
            verdicts.append("agrees" if (books.vote is not None) == self.voted_again else "differs")
            happened += f" Another vote was {'' if self.voted_again else 'not '}offered."
        return Told("; ".join(lines), happened, worst(verdicts), last.date)

    def _ended(self, facts: Lookup, books: Books) -> Verdict:
        assert self.ends is not None
        if any(event.date == self.ends for event in facts.facts.dates) or "." in self.ends:
            end = facts.time(self.ends)
        else:
            told = moment(self.ends)
            if told is None:
                raise fault(f"{self.ends!r} tells no time", "write a day such as 2036-07-01", at=("ends",))
            end = told
        return "differs" if books.end is None else held(books.end, end, "on")


_CHOSEN: dict[Choice, str] = {"go on": "they go on", "decline": "not all confirm", "for good": "they go on for good"}


def _state(books: Books, when: Moment) -> str:
    if books.end is None:
        return "no end, and no vote any more"
    vote = "no vote is offered any more" if books.vote is None else f"next vote {books.vote}"
    return f"ends {books.end} ({years_left(books, when)}), {vote}"
