"""What every provision of a treaty has in common: an article, a plain name, a mechanism, and effects on the game.

A provision is a frozen description of one clause. It never computes anything about equilibrium; it says what it does to
the game in the closed vocabulary of ``treaties.effects``.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, final, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from treaties.model.errors import Place
from treaties.model.quantity import DesignRange

if TYPE_CHECKING:
    from treaties.effects import Announcement, Effect, ProvisionContext
    from treaties.model.remark import Remark
    from treaties.model.treaty import Treaty

Kind = Literal["party", "matter", "event"]


@final
@dataclass(frozen=True)
class RefersTo:
    """Annotation: this text must be the id of a party, matter or event that the treaty file declares."""

    kind: Kind


@final
@dataclass(frozen=True)
class KeyedBy:
    """Annotation: the keys of this map must be exactly the ids of the treaty's parties."""

    kind: Kind


Identifier = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]*$", max_length=60)]
PartyId = Annotated[str, RefersTo("party")]
MatterId = Annotated[str, RefersTo("matter")]
EventId = Annotated[str, RefersTo("event")]


def one_or_many(data: Any) -> Any:
    """A single text as a list of one, anything else as it is."""
    return [data] if isinstance(data, str) else data


def _as_text(data: Any) -> Any:
    return str(data) if isinstance(data, int) and not isinstance(data, bool) else data


ArticleNumber = Annotated[str, BeforeValidator(_as_text, json_schema_input_type=str | int)]
OneOrMany = BeforeValidator(one_or_many, json_schema_input_type=str | list[str])
PartyIds = Annotated[tuple[PartyId, ...], OneOrMany, Field(min_length=1)]
MatterIds = Annotated[tuple[MatterId, ...], OneOrMany]
Years = Annotated[int, Field(strict=True, ge=0, le=60)]
YearOfTerm = Annotated[int, Field(strict=True, ge=1, le=60)]


class Provision(BaseModel, ABC):
    """One clause of a treaty. Subclasses live one per file in ``treaties/provisions`` and are found there.

    ``environment``  the clause describes the world around the treaty, not what its parties agreed.
    ``ending``       the clause only says when and how the treaty ends.
    ``how_often``    the term that says how often the clause looks into conduct, where one may ask how often is needed.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: ClassVar[str]
    mechanism: ClassVar[str]
    reference: ClassVar[str]
    environment: ClassVar[bool] = False
    ending: ClassVar[bool] = False
    how_often: ClassVar[str | None] = None

    type: str = Field(description="Kind of provision.")
    article: ArticleNumber = Field(
        default="-", description='The clause as the treaty numbers it, for example "14(2)"; "-" when it has none.'
    )
    note: str | None = Field(default=None, description="Remark for readers; changes nothing.")
    source: str | None = Field(default=None, description="Where the clause and its numbers come from.")
    design: dict[str, DesignRange] | None = Field(
        default=None, description="For each term of this clause that a design search may vary, the values to try."
    )

    @abstractmethod
    def effects(self, context: ProvisionContext) -> Iterable[Effect]:
        """What this clause does to the game, in the closed vocabulary of effects."""

    def announces(self) -> Iterable[Announcement]:
        """Facts about this clause that other clauses may need (the length of a term, the period of notice)."""
        return ()

    def caveats(self, parties: Sequence[str]) -> Iterable[str]:
        """What a reader must know of how this clause is solved, given the ids of the treaty's parties."""
        return ()

    def remarks(self, treaty: Treaty) -> Iterable[Remark]:
        """What is legal about this clause but contradicts itself, never takes effect, or is rarely meant."""
        return ()

    def clash_with(self, other: Provision) -> str | None:
        """What this clause and another both claim, in words; None if they can stand together."""
        return None

    @property
    def label(self) -> str:
        """How a reader finds the clause: ``article 14(2), veto``."""
        return self.type if self.article == "-" else f"article {self.article}, {self.type}"


def references(model: BaseModel) -> Iterator[tuple[Place, Kind, str]]:
    """Every id that a model mentions, as (place below the model, kind of thing, id)."""
    for name, field in type(model).model_fields.items():
        annotation = Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation
        yield from _references_in(getattr(model, name), annotation, (field.alias or name,))


def keyed_maps(model: BaseModel) -> Iterator[tuple[Place, Kind, tuple[str, ...]]]:
    """Every map of a model whose keys must be ids, as (place below the model, kind of thing, keys)."""
    for name, field in type(model).model_fields.items():
        value = getattr(model, name)
        for mark in [*field.metadata, *_marks(field.annotation)]:
            if isinstance(mark, KeyedBy) and isinstance(value, dict):
                yield (field.alias or name,), mark.kind, tuple(value)


def _marks(annotation: Any) -> Iterator[Any]:
    yield from getattr(annotation, "__metadata__", ())
    for argument in get_args(annotation):
        yield from _marks(argument)


def _references_in(value: Any, annotation: Any, place: Place) -> Iterator[tuple[Place, Kind, str]]:
    if isinstance(value, BaseModel):
        for inner, kind, name in references(value):
            yield (*place, *inner), kind, name
    elif isinstance(value, str):
        kinds = {mark.kind for mark in _marks(annotation) if isinstance(mark, RefersTo)}
        for kind in kinds:
            yield place, kind, value
    elif isinstance(value, tuple):
        for k, item in enumerate(value):
            yield from _references_in(item, annotation, (*place, k))
