"""Ids that parts of a treaty refer to one another by: how they are annotated, and where a model mentions them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Literal, final, get_args

from pydantic import BaseModel, BeforeValidator, Field
from pydantic.fields import FieldInfo

from treaties.model.errors import Place

Kind = Literal["party", "matter", "event", "actor"]
"""A ``party`` is one that signs; an ``actor`` any party of the file, whether it signs or not."""


@final
@dataclass(frozen=True)
class RefersTo:
    """Annotation: this text must be the id of a party, matter or event that the treaty file declares."""

    kind: Kind


@final
@dataclass(frozen=True)
class KeyedBy:
    """Annotation: the keys of this map must be the ids of the treaty's parties, all of them.

    A model may have ``needs_number(field, party)`` to say of which parties it needs to know nothing.
    """

    kind: Kind


@final
@dataclass(frozen=True)
class GoesAlone:
    """Annotation: if this party does not sign, the term is left out and the clause stays."""


@final
@dataclass(frozen=True)
class StaysNamed:
    """Annotation: parties that do not sign stay named: what the text says of them bears on the others."""


@final
@dataclass(frozen=True)
class NamesSomething:
    """Annotation: a number here is part of how something is written, as the value of a state or the points of a grid.

    It is no amount that could be negotiated.
    """


Identifier = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]*$", max_length=60)]
PartyId = Annotated[str, RefersTo("party")]
ActorId = Annotated[str, RefersTo("actor")]
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


def references(model: BaseModel) -> Iterator[tuple[Place, Kind, str]]:
    """Every id that a model mentions, as (place below the model, kind of thing, id)."""
    for name, place, marks in _fields(type(model)):
        kinds = tuple(dict.fromkeys(mark.kind for mark in marks if isinstance(mark, RefersTo)))
        yield from _references_in(getattr(model, name), kinds, (place,))


def keyed_maps(model: BaseModel) -> Iterator[tuple[Place, Kind, tuple[str, ...]]]:
    """Every map of a model whose keys must be ids, as (place below the model, kind of thing, keys)."""
    for name, place, marks in _fields(type(model)):
        value = getattr(model, name)
        for mark in marks:
            if isinstance(mark, KeyedBy) and isinstance(value, dict):
                yield (place,), mark.kind, tuple(value)


@cache
def _fields(kind: type[BaseModel]) -> tuple[tuple[str, str, tuple[Any, ...]], ...]:
    """The fields of a kind of model: name, name in files, and what they are annotated with."""
    return tuple(
        (name, field.alias or name, marks_on(field))
        for name, field in kind.model_fields.items()
    )


def bears(mark_of: type[GoesAlone] | type[StaysNamed], model: type[BaseModel], name: str) -> bool:
    """Whether a field of a model, by its name in files, bears a mark."""
    return any(
        isinstance(mark, mark_of)
        for attribute, field in model.model_fields.items()
        if (field.alias or attribute) == name
        for mark in marks_on(field)
    )


def names_something(model: type[BaseModel], name: str) -> bool:
    """Whether the attribute of a model bears the mark ``NamesSomething``."""
    return any(isinstance(mark, NamesSomething) for attribute, _, marks in _fields(model) if attribute == name
               for mark in marks)

def marks_on(field: FieldInfo) -> tuple[Any, ...]:
    """What a field and the types that it holds are annotated with, at any depth."""
    return (*field.metadata, *_marks(field.annotation))


def _marks(annotation: Any) -> Iterator[Any]:
    for mark in getattr(annotation, "__metadata__", ()):
        yield from mark.metadata if isinstance(mark, FieldInfo) else (mark,)
    for argument in get_args(annotation):
        yield from _marks(argument)


def _references_in(value: Any, kinds: tuple[Kind, ...], place: Place) -> Iterator[tuple[Place, Kind, str]]:
    if isinstance(value, BaseModel):
        for inner, kind, name in references(value):
            yield (*place, *inner), kind, name
    elif isinstance(value, str):
        for kind in kinds:
            yield place, kind, value
    elif isinstance(value, tuple):
        for k, item in enumerate(value):
            yield from _references_in(item, kinds, (*place, k))
