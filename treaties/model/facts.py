"""What is known about a real treaty, kept apart from the stylised numbers of its model.

Every fact carries a tag: ``verified`` (seen in a source), ``weak`` (seen second-hand) or ``recalled`` (not checked).
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal, final

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from treaties.model.errors import fault
from treaties.model.references import OneOrMany

Evidence = Literal["verified", "weak", "recalled"]
Instrument = Literal["treaty", "memorandum", "programme", "regulation", "political"]
"""What binds: a treaty, a memorandum, a programme under several texts, a regulation, a political understanding."""
OutcomeKind = Literal[
    "renewed",
    "renewed_and_widened",
    "sunset_renewed_then_made_permanent",
    "sunset_made_permanent_one_defector",
    "sub_sunset_renewed_with_linkage",
    "renewal_declined_still_in_force",
    "extended_once_then_expired_unreplaced",
    "expired_absorbed",
    "withdrawn_after_alleged_breach",
    "unilateral_suspension_despite_no_exit_clause",
    "member_expelled_regime_survives",
    "collapsed_before_irreversible_stage",
    "collapsed_enforcement_triggered_before_trigger_expiry",
    "one_joins_one_declines",
    "completed_after_renegotiation",
    "in_force",
    "in_force_dormant",
    "in_force_hedged",
    "veto_exercised_then_lifted",
    "self_reinforcing_success",
]
"""What can become of an agreement; a closed list, so that cases can be compared."""


def _date_as_text(data: Any) -> Any:
    return data.isoformat() if isinstance(data, date) else data


def _dates_as_text(data: Any) -> Any:
    if isinstance(data, dict):
        return {key: _dates_as_text(item) for key, item in data.items()}
    return [_dates_as_text(item) for item in data] if isinstance(data, list) else _date_as_text(data)


Keys = Annotated[tuple[str, ...], OneOrMany]


@final
class Article(BaseModel):
    """What one article says."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    article: str = Field(description="Article as the treaty numbers it.")
    kind: str = Field(description="Kind of provision, in general terms.")
    fact: str = Field(description="What the article says.")
    parameters: dict[str, Any] = Field(default_factory=dict, description="Its numbers and lists.")
    evidence: Evidence = Field(description="How well the fact is established.")
    sources: Keys = Field(default=(), description="Keys of facts.sources.")


@final
class Dated(BaseModel):
    """Something that happened."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    date: Annotated[str, BeforeValidator(_date_as_text)] = Field(description="When: a date, or a year in quotes.")
    event: str = Field(description="What happened.")
    contested: bool = Field(default=False, description="True if those concerned dispute what it amounts to.")
    evidence: Evidence = Field(description="How well the fact is established.")
    sources: Keys = Field(default=(), description="Keys of facts.sources.")


@final
class Foretold(BaseModel):
    """What the text alone, without any payoff, lets one foretell, to be held against what happened.

    Its other terms depend on its kind; the room that works predictions out (``treaties.history``) knows them.
    """

    model_config = ConfigDict(frozen=True, extra="allow")

    kind: str = Field(description="Kind of prediction; its other terms depend on it.")

    @model_validator(mode="before")
    @classmethod
    def _write_dates_as_text(cls, data: Any) -> Any:
        return _dates_as_text(data)

    @property
    def terms(self) -> dict[str, Any]:
        """Everything that the file says of it, the kind included."""
        return {"kind": self.kind, **(self.model_extra or {})}


@final
class Facts(BaseModel):
    """Articles, dates and sources of a real treaty."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(description="Name of the treaty.")
    instrument: Instrument | None = Field(default=None, description="What kind of text binds them.")
    parties: tuple[str, ...] = Field(default=(), description="Who signed it.")
    outcome_kind: OutcomeKind | None = Field(default=None, description="What became of it, in a word of the list.")
    outcome: str | None = Field(default=None, description="What became of it.")
    lesson: str | None = Field(default=None, description="Reading to be tested; not a fact.")
    articles: tuple[Article, ...] = Field(default=(), alias="article", description="What its articles say.")
    dates: tuple[Dated, ...] = Field(default=(), alias="date", description="What happened, and when.")
    predictions: tuple[Foretold, ...] = Field(
        default=(), alias="prediction", description="What the articles let one foretell, and what happened."
    )
    lasting_rank: Annotated[int, Field(ge=1)] | None = Field(
        default=None, description="Its place among cases by how lasting they proved, 1 for the most."
    )
    discussion: str | None = Field(
        default=None, description="Why what the model says is not what happened: what it leaves out."
    )
    sources: dict[str, str] = Field(default_factory=dict, description="Sources by a short key.")

    @model_validator(mode="after")
    def _name_known_sources(self) -> Facts:
        cited = [(("article", k), item.sources) for k, item in enumerate(self.articles)]
        cited += [(("date", k), item.sources) for k, item in enumerate(self.dates)]
        for place, keys in cited:
            for key in keys:
                if key not in self.sources:
                    raise fault(
                        f"names the source {key!r}, which [facts.sources] does not list",
                        f"known sources: {', '.join(self.sources) or 'none'}",
                        at=(*place, "sources"),
                    )
        return self


@final
class Stylised(BaseModel):
    """Says which numbers of the file are a model's and not facts."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    label: Annotated[str, Field(min_length=1)] = Field(description="Warning printed wherever the numbers are shown.")
    basis: str | None = Field(default=None, description="How the numbers were chosen.")
