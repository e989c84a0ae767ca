"""Staged de-risking: exposure to the other side's breach falls (or grows) in steps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Annotated, Any, ClassVar, Literal, final

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, field_validator

from treaties.effects import (
    STAGE,
    STATUS,
    YEAR,
    Announcement,
    Bools,
    Choice,
    ClockYears,
    Columns,
    CompilationError,
    Condition,
    Effect,
    EndsOnBreach,
    Examined,
    Floats,
    Law,
    Option,
    ProvisionContext,
    Scale,
    StageDue,
    StagesHeld,
    StageVote,
    StateVariable,
    Transition,
)
from treaties.model.errors import fault
from treaties.model.provision import Provision, TreatyText
from treaties.model.quantity import Exposure
from treaties.model.references import MatterId, Years
from treaties.model.remark import Remark


@final
class Stage(BaseModel):
    """One stage: from which year, and how exposed the parties then are."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    year: Years = Field(description="Years after the term began at which the stage may begin (0 = signature).")
    exposure: Exposure = Field(description="Share of the full exposure, 0 to 2 (1 = as in the matter's payoffs).")


@final
class StagedDerisking(Provision):
    """A schedule of exposures, what opens the next stage, and what a breach does to it."""

    title: ClassVar[str] = "Staged de-risking"
    mechanism: ClassVar[str] = (
        "Exposure moves in steps, so that what a breach can win is small while trust is thin; the gate makes the next "
        "step itself a reward for compliance."
    )
    reference: ClassVar[str] = "Watson (1999)"
    real_treaty: ClassVar[str] = "Montreal Protocol (1987), articles 2A and 5"
    cannot_say: ClassVar[str] = (
        "Stages are the same for every party, and a stage that was reached is not bargained about."
    )
    neutral_terms: ClassVar[Mapping[str, Any]] = {"stages": [{"year": 0, "exposure": 1}], "on_breach": "hold"}
    drafted: ClassVar[Mapping[str, str | Mapping[str, str]]] = {
        "scales": {
            "risk": "Exposure scales what a breach wins and what being betrayed costs.",
            "stakes": "Exposure scales all that is at stake, around what each party has without the treaty.",
        },
        "gate": {
            "calendar": "Each stage opens on its date.",
            "compliance": "No stage opens before its date, nor without a year free of breach.",
            "audit": "No stage opens before its date, nor without a year of conduct that is certified and not flagged.",
            "mutual": "No stage opens before its date, nor without the consent of every party.",
            "committee": "A joint committee decides on the opening of each stage.",
        },
        "on_breach": {
            "hold": "After a breach the present stage lasts longer.",
            "roll_back": "After a breach the treaty goes back by one stage.",
            "end": "A breach ends the treaty.",
            "nothing": "A breach leaves the stages as they are.",
        },
    }

    type: Literal["staged_derisking"] = "staged_derisking"
    matter: MatterId | None = Field(default=None, description="The matter whose exposure is staged; omitted = all.")
    scales: Literal["risk", "stakes"] = Field(
        default="risk",
        description="`risk` scales what breach wins and what being betrayed costs; `stakes` scales all payoffs around "
        "the outside option.",
    )
    gate: Literal["calendar", "compliance", "audit", "mutual", "committee"] = Field(
        default="compliance",
        description="What opens the next stage: the date, a year without breach, a year in which an examination "
        "certifies conduct and none flags it, the consent of every party, or a joint committee that decides on stages.",
    )
    on_breach: Literal["hold", "roll_back", "end", "nothing"] = Field(
        default="hold",
        description="What a breach does: the stage is held, goes back one, or the treaty ends (or the membership of a "
        "party whose exit it survives), or nothing; where conduct is not public, a flag counts as a breach unless it "
        "is cleared.",
    )
    stages: Annotated[tuple[Stage, ...], Field(min_length=1)] = Field(
        description="The stages in order; the first begins in year 0."
    )

    @classmethod
    def example_terms(
        cls, signatories: Sequence[str], third_parties: Sequence[str], matters: Sequence[str]
    ) -> Mapping[str, Any] | None:
        """A schedule of two stages."""
        return {"stages": [{"year": 0, "exposure": 0.5}, {"year": 2, "exposure": 1}]}

    @field_validator("stages")
    @classmethod
    def _in_order(cls, stages: tuple[Stage, ...]) -> tuple[Stage, ...]:
        if stages[0].year != 0:
            raise fault(
                f"the first stage begins in year {stages[0].year}, so nothing holds before it",
                "let the first stage begin in year 0",
                at=(0, "year"),
            )
        for k in range(1, len(stages)):
            if stages[k].year <= stages[k - 1].year:
                raise fault(
                    f"stage {k + 1} begins in year {stages[k].year}, not after stage {k} (year {stages[k - 1].year})",
                    "list the stages in strictly increasing years",
                    at=(k, "year"),
                )
        return stages

    def announces(self) -> Iterable[Announcement]:
        """What other clauses need to know of this one."""
        if len(self.stages) > 1:
            yield ClockYears(self.stages[-1].year)
        if self.gate == "committee":
            yield StageDue(self._due)
        if self.on_breach == "end":
            yield EndsOnBreach(self.matter)

    def remarks(self, treaty: TreatyText) -> Iterable[Remark]:
        """What is odd about this clause in a treaty."""
        staged = [matter for matter in treaty.matters if self.matter in (None, matter.id)]
        for matter in staged if self.scales == "risk" else ():
            if matter.table is not None:
                problem = f"{matter.id} is given by a table, which has no temptation to scale"
                yield Remark("error", "scales", problem, 'set scales = "stakes"')
        if self.gate == "committee" and not treaty.context.all_said(StageVote):
            remedy = 'add a joint_committee with decides = "stages"'
            yield Remark("error", "gate", "no committee opens the stages", remedy)
        if len(self.stages) == 1:
            problem = f"one stage of exposure {self.stages[0].exposure.value:g} is no schedule"
            yield Remark("note", "stages", problem, "add stages")
        years = treaty.context.shortest_term
        for k, stage in enumerate(self.stages):
            if years is not None and stage.year >= years:
                problem = f"stage {k + 1} begins {stage.year} years into a term of {years}: it is never reached"
                yield Remark(
                    "warning", f"stages.{k}.year", problem, f"begin it before year {years}, or lengthen the term"
                )
        hidden = [matter.id for matter in staged if matter.unseen]
        if hidden and (self.gate == "compliance" or self.on_breach != "hold"):
            problem = f"nobody sees conduct on {hidden[0]}: a flag that is not cleared counts as the breach"
            yield Remark("note", "gate", problem)

    def clash_with(self, other: Provision) -> str | None:
        """What both clauses claim."""
        if isinstance(other, StagedDerisking) and (None in (self.matter, other.matter) or self.matter == other.matter):
            return "two schedules stage the same matter"
        return None

    def effects(self, context: ProvisionContext) -> Iterable[Effect]:
        """What the clause does to the game."""
        vote = context.said(StageVote) if self.gate == "committee" else None
        carried = None if vote is None else vote.carried
        if len(self.stages) > 1:
            yield StateVariable(STAGE, tuple(range(1, len(self.stages) + 1)), clock=True, rank=(30, 0), counted=True)
            held = tuple(said.where for said in context.all_said(StagesHeld))
            yield Transition(STAGE, partial(self._next_stage, carried, held), self.article, sees_signals=True)
        audited = [said.matter for said in context.all_said(Examined) if said.audit]
        if self.gate == "audit" and not (audited if self.matter is None else self.matter in audited):
            raise CompilationError(
                f"{self.label}: nothing certifies conduct{'' if self.matter is None else f' on {self.matter}'}, so no "
                "stage would ever open; add an audit clause, or choose another gate"
            )
        if self.gate == "committee" and vote is None:
            raise CompilationError(
                f'{self.label}: no committee opens its stages; add a joint_committee with decides = "stages"'
            )
        yield Scale(self.matter, self._exposure, self.scales, self.article)
        if self.on_breach == "end":
            binding = tuple(party for party in context.parties if party not in context.survived)
            yield Transition(STATUS, partial(self._end, binding), self.article, sees_signals=True)
        if self.gate == "mutual":
            for party in context.parties:
                options = (
                    Option(
                        "advance",
                        default=True,
                        available=self._due,
                        article=self.article,
                        words="consents to the next stage",
                    ),
                    Option("wait", available=self._due, article=self.article, words="blocks the next stage"),
                )
                yield Choice(party, STAGE, options, procedural=True)

    def _exposure(self, columns: Columns) -> Floats:
        if len(self.stages) == 1:  # there is nothing to count
            return columns.constant(self.stages[0].exposure.value)
        return np.array([stage.exposure.value for stage in self.stages])[columns.code(STAGE)]

    def _due(self, columns: Columns) -> Bools:
        """Where the next stage may begin with the next year; stages never restart with a new term."""
        if len(self.stages) == 1:
            return np.zeros(columns.size, dtype=bool)
        stage = columns.code(STAGE)
        begins = np.array([s.year for s in self.stages[1:]] + [10**6])[stage]
        return columns.in_force & (columns.code(YEAR) + 1 >= begins)

    def _next_stage(self, carried: Condition | None, held: Sequence[Condition], columns: Columns) -> Law:
        """The law of the stage; ``carried`` says where a committee opens the next, for the gate `committee`.

        ``held``  where other clauses let it wait.
        """
        stage = columns.code(STAGE)
        breach = columns.established_breach(self.matter)
        advances = self._due(columns)
        if self.gate == "compliance":
            advances = advances & ~breach
        elif self.gate == "audit":
            accused = columns.any_of(columns.accused, self.matter)
            advances = advances & columns.any_of(columns.certified, self.matter) & ~accused & ~breach
        elif self.gate == "mutual":
            advances = advances & ~columns.any_takes(STAGE, "wait")
        elif carried is not None:
            advances = advances & carried(columns)
        for waits in held:
            advances = advances & ~waits(columns)
        after = np.where(advances, stage + 1, stage)
        if self.on_breach == "roll_back":
            after = np.where(breach, np.maximum(stage - 1, 0), after)
        elif self.on_breach == "hold":
            after = np.where(breach, stage, after)
        return Law.surely(after)

    def _end(self, parties: tuple[str, ...], columns: Columns) -> Law:
        """A breach of one of these parties ends the treaty."""
        ended = len(columns.values[STATUS]) - 1
        return Law.surely(np.where(columns.established_breach(self.matter, parties), ended, columns.code(STATUS)))
