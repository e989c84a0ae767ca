"""Sunset: the treaty ends after a fixed term unless it is renewed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar, Literal, final

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, model_validator

from treaties.effects import (
    RENEWAL,
    STATUS,
    YEAR,
    YEAR_IN_WORDS,
    Announcement,
    Bools,
    Choice,
    Columns,
    Effect,
    Law,
    Option,
    ProvisionContext,
    RenewalVote,
    StateVariable,
    Term,
    Transition,
)
from treaties.model.errors import fault
from treaties.model.presets import Preset
from treaties.model.provision import Group, Provision, TreatyText
from treaties.model.quantity import Probability
from treaties.model.references import MatterIds, YearOfTerm
from treaties.model.remark import Remark

RenewalRule = Literal["none", "automatic", "mutual", "any", "chance"]


@final
class Renewal(BaseModel):
    """What happens at the end of the term.

    ``none`` the treaty ends; ``automatic`` a new term begins; ``mutual`` it does if every party votes for it;
    ``any`` if at least one does; ``chance`` it does with a probability that nobody's conduct changes.  Terms that the
    rule does not use may stay, so that changing the rule alone makes a valid variant.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    rule: RenewalRule = Field(default="none", description="Who decides whether a new term begins.")
    decide_by_year: YearOfTerm | None = Field(
        default=None,
        description="Year of the term (1 = first) of the vote, for `mutual` and `any`; omitted = the last year.",
    )
    probability: Probability | None = Field(
        default=None, description="Chance (0 to 1) that a new term begins; for the rule `chance`."
    )
    plan: Literal["never", "at will"] = Field(
        default="never",
        description="Whether compliance expects that nobody refuses, or that each party refuses at will, as pays it; "
        "for `mutual` and `any`.",
    )

    @property
    def votes(self) -> bool:
        """True when the parties vote on renewal."""
        return self.rule in ("mutual", "any")

    @model_validator(mode="after")
    def _fit_the_rule(self) -> Renewal:
        if self.probability is None and self.rule == "chance":
            raise fault("is needed by the rule 'chance'", "add probability = 0.5, say", at=("probability",))
        return self


@final
class Sunset(Provision):
    """A fixed term, what renews it, and which matters go on after the treaty has ended."""

    title: ClassVar[str] = "Sunset and renewal"
    mechanism: ClassVar[str] = (
        "A known last year lets cooperation unravel backwards from the end, unless renewal or a matter that survives "
        "gives the parties something to lose."
    )
    reference: ClassVar[str] = "Benoit and Krishna (1985); Koremenos (2005)"
    group: ClassVar[Group] = "duration and membership"
    real_treaty: ClassVar[str] = "New START (2010), article XIV(2)"
    cannot_say: ClassVar[str] = (
        "A term is as long each time as it is the first time, and there is no limit to the number of renewals."
    )
    no_neutral_terms: ClassVar[str] = (
        "a term sets the calendar by which other clauses count, even where a new one always follows"
    )
    ending: ClassVar[bool] = True
    no_refusal: ClassVar[Mapping[str, str]] = {"renewal.rule": "automatic"}
    presets: ClassVar[Mapping[str, Preset]] = {
        "joint_review": Preset(
            title="Sunset with a joint review",
            terms={"term_years": 16, "renewal": {"rule": "mutual", "decide_by_year": 6}},
            mechanism=(
                "All decide early in a long term whether another follows, so that a refusal leaves years in which it "
                "can be answered."
            ),
            real_treaty="United States-Mexico-Canada Agreement (2020), article 34.7",
        )
    }
    drafted: ClassVar[Mapping[str, str | Mapping[str, str]]] = {
        "term_years": "This treaty is concluded for a term of {}.",
        "renewal.rule": {
            "none": "It ends with its term and is not renewed.",
            "automatic": "At the end of each term it is renewed, without any decision.",
            "mutual": "It is renewed for a further term only if every party agrees.",
            "any": "It is renewed for a further term if any one party asks for it.",
            "chance": "Whether it is renewed for a further term is left to later circumstances.",
        },
        "renewal.probability": "The chance of a further term is {}.",
    }

    type: Literal["sunset"] = "sunset"
    term_years: YearOfTerm = Field(description="Length of a term, in years (1 to 60).")
    renewal: Renewal = Field(default=Renewal(), description="What happens at the end of the term.")
    survives: MatterIds = Field(
        default=(), description="Matters that go on after the treaty ends, without its supports; the others close."
    )

    @property
    def decision_year(self) -> int | None:
        """Year of the term in which the parties vote on renewal; None when they do not."""
        return (self.renewal.decide_by_year or self.term_years) if self.renewal.votes else None

    @model_validator(mode="after")
    def _vote_within_the_term(self) -> Sunset:
        year = self.decision_year
        if year is not None and year > self.term_years:
            raise fault(
                f"is year {year}, but the term has only {self.term_years} years",
                f"choose a year from 1 to {self.term_years}",
                at=("renewal", "decide_by_year"),
            )
        return self

    def announces(self) -> Iterable[Announcement]:
        """What other clauses need to know of this one."""
        yield Term(self.term_years, self.renewal.rule != "none", self.survives)
        if self.decision_year is not None:
            yield RenewalVote(self.decision_year)

    def refuses_limit(self, name: str) -> tuple[str, str] | None:
        """Why the clause cannot have a limit."""
        return "the term of the treaty cannot hold for some years only", "say it with term_years and renewal"

    def caveats(self, parties: Sequence[str]) -> Iterable[str]:
        """How matters that go on after the end are played."""
        if self.survives:
            yield (
                f"after the end the parties go on in {', '.join(self.survives)} where a breach that ends cooperation "
                "there for good pays nobody; else they are taken not to cooperate, unless a proof needs other play"
            )

    def remarks(self, treaty: TreatyText) -> Iterable[Remark]:
        """What is odd about this clause in a treaty."""
        renewal = self.renewal
        if renewal.decide_by_year is not None and not renewal.votes:
            problem = f"has no meaning under the rule '{renewal.rule}', which takes no vote"
            yield Remark("note", "renewal.decide_by_year", problem, "leave it out")
        if renewal.plan == "at will" and not renewal.votes:
            problem = f"has no meaning under the rule '{renewal.rule}', which takes no vote"
            yield Remark("note", "renewal.plan", problem, "leave it out")
        if renewal.probability is not None and renewal.rule == "chance" and renewal.probability.value in (0.0, 1.0):
            rule = "none" if renewal.probability.value == 0.0 else "automatic"
            problem = f"a chance of {renewal.probability.value:g} is no chance"
            yield Remark("note", "renewal.probability", problem, f'set rule = "{rule}"')
        supported = any(not (clause.environment or clause.ending) for clause in treaty.provisions)
        if not supported and set(self.survives) >= {matter.id for matter in treaty.matters}:
            problem = (
                "every matter goes on after the end and no clause supports it: the treaty only helps to coordinate"
            )
            yield Remark("note", "survives", problem, "let something depend on the treaty")

    def clash_with(self, other: Provision) -> str | None:
        """What both clauses claim."""
        return "two sunset clauses give the treaty two terms" if isinstance(other, Sunset) else None

    def effects(self, context: ProvisionContext) -> Iterable[Effect]:
        """What the clause does to the game."""
        yield StateVariable(
            YEAR,
            tuple(range(1, self.term_years + 1)),
            clock=True,
            rank=(10, 0),
            usual=1 if self.term_years == 1 else None,
            words=YEAR_IN_WORDS,
        )
        yield Transition(YEAR, self._year, self.article)
        yield Transition(STATUS, self._end, self.article)
        if self.renewal.votes:
            for party in context.parties:
                options = (
                    Option(
                        "renew",
                        default=True,
                        available=self._voting,
                        article=self.article,
                        words="votes for renewal",
                    ),
                    Option(
                        "refuse",
                        available=self._voting,
                        at_will=self.renewal.plan == "at will",
                        article=self.article,
                        words="refuses renewal",
                    ),
                )
                yield Choice(party, RENEWAL, options, procedural=True)
        if self._vote_is_stored:
            yield StateVariable(RENEWAL, ("open", "agreed", "refused"), clock=True, rank=(20, 0), usual="open")
            yield Transition(RENEWAL, self._vote, self.article)

    @property
    def _vote_is_stored(self) -> bool:
        """A vote before the last year has to be remembered until the term ends."""
        return self.decision_year is not None and self.decision_year < self.term_years

    def _voting(self, columns: Columns) -> Bools:
        return columns.in_force & np.equal(columns.code(YEAR), (self.decision_year or 0) - 1)

    def _agreed(self, columns: Columns) -> Bools:
        """Where the votes cast this year renew the treaty."""
        refusals = np.zeros(columns.size, dtype=np.int64)
        renewals = np.zeros(columns.size, dtype=np.int64)
        for party, matter in columns.options:
            if matter == RENEWAL:
                refusals += columns.takes(party, RENEWAL, "refuse")
                renewals += columns.takes(party, RENEWAL, "renew")
        return renewals > 0 if self.renewal.rule == "any" else refusals == 0

    def _year(self, columns: Columns) -> Law:
        return Law.surely((columns.code(YEAR) + 1) % self.term_years)

    def _vote(self, columns: Columns) -> Law:
        stored = columns.code(RENEWAL)
        voted = np.where(self._agreed(columns), 1, 2)
        after = np.where(self._voting(columns), voted, stored)
        return Law.surely(np.where(columns.code(YEAR) == self.term_years - 1, 0, after))

    def _end(self, columns: Columns) -> Law:
        status = columns.code(STATUS)
        ended = len(columns.values[STATUS]) - 1
        last = columns.in_force & (columns.code(YEAR) == self.term_years - 1)
        rule = self.renewal.rule
        if rule == "chance":
            assert self.renewal.probability is not None
            renews = np.where(last, self.renewal.probability.value, 1.0)
        elif rule == "automatic":
            renews = columns.constant(1.0)
        elif rule == "none":
            renews = np.where(last, 0.0, 1.0)
        else:
            agreed = columns.is_value(RENEWAL, "agreed") if self._vote_is_stored else self._agreed(columns)
            renews = np.where(last & ~agreed, 0.0, 1.0)
        codes = np.stack([status, np.full(columns.size, ended)], axis=1)
        return Law(codes, np.stack([renews, 1.0 - renews], axis=1))
