"""What every kind of prediction has in common: terms that refer to facts, and a finding.

A kind of prediction is one file in ``treaties/history/predictions`` and is found there.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, final

from pydantic import BaseModel, ConfigDict, Field, model_validator

from treaties.history.lookup import Lookup
from treaties.history.moments import Span, Verdict
from treaties.model.facts import Evidence
from treaties.sweeping.sample import Sample

Group = Literal["structural", "comparative", "stylised"]
"""Needs no payoffs; compares two designs at the same payoffs; depends on stylised payoffs."""


@final
@dataclass(frozen=True)
class Told:
    """What one prediction comes to.

    ``foretold``, ``happened``  in words;  ``date`` of what happened, as the facts write it, "" if it needs none.
    """

    foretold: str
    happened: str
    verdict: Verdict
    date: str = ""


@final
@dataclass(frozen=True)
class Finding:
    """A prediction of a case, worked out.

    ``test``       the face-validity test that it is, "" if none.
    ``evidence``   how well the weakest fact it rests on is established.
    ``contested``  those concerned dispute what an event that it rests on amounts to.
    ``note``       what its author says of it.
    """

    kind: str
    title: str
    test: str
    group: Group
    told: Told
    evidence: Evidence | None
    contested: bool
    note: str = ""

    def to_json(self) -> dict[str, Any]:
        """One entry of ``predictions``."""
        return {
            "kind": self.kind,
            "title": self.title,
            "test": self.test,
            "group": self.group,
            "foretold": self.told.foretold,
            "happened": self.told.happened,
            "date": self.told.date,
            "verdict": self.told.verdict,
            "evidence": self.evidence,
            "contested": self.contested,
            "note": self.note,
        }


@final
class Lasting(BaseModel):
    """A parameter that counts time, with the unit where its name does not say it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    of: str = Field(description="The parameter, as kind.key of an article.")
    unit: Literal["days", "months", "years"] | None = Field(default=None, description="What it counts.")

    @model_validator(mode="before")
    @classmethod
    def _accept_names(cls, data: Any) -> Any:
        return {"of": data} if isinstance(data, str) else data

    def read(self, facts: Lookup) -> Span:
        """How long that is."""
        return facts.span(self.of, self.unit)


class Prediction(BaseModel, ABC):
    """One prediction of a case; subclasses live one per file in ``treaties/history/predictions``.

    ``group``    what it needs.
    ``designs``  the variants that it compares, by name, "" for the text; none where it needs no worlds.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    group: ClassVar[Group] = "structural"

    kind: str = Field(description="Kind of prediction.")
    title: str = Field(min_length=1, description="What it is about, in a few words.")
    evidence: Evidence | None = Field(
        default=None, description="How well numbers are established that it types itself; omitted = it types none."
    )
    test: str = Field(default="", pattern=r"^(F\d+)?$", description="The face-validity test that it is, such as F4.")

    note: str = Field(default="", description="What its author says of it, above all where it is not met.")

    @property
    def designs(self) -> tuple[str, ...]:
        """Variants that it compares."""
        return ()

    @abstractmethod
    def told(self, facts: Lookup, worlds: Mapping[str, Sample] | None) -> Told:
        """What is foretold, and what happened.

        ``worlds``  what became of each design; None where no worlds were judged.
        Raises a fault (``treaties.model.errors``) where a reference leads nowhere.
        """
