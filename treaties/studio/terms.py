"""The terms of a block, each with what a form needs to show it: found by looking into the models, never listed.

The models are those of the schema.  A term that can be several things (a word, a table, a map by party) is shown as
what the file has it as, and as a text field that holds it as files write it, so that it can be made any of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, final, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from treaties.drafting.catalogue import choices_of, default_of, range_of, unit_of
from treaties.drafting.example_blocks import example_entry
from treaties.model.errors import Place
from treaties.model.event import Event
from treaties.model.matter import Matter
from treaties.model.names import field_names
from treaties.model.party import Party
from treaties.model.provision import Provision
from treaties.model.quantity import Quantity
from treaties.model.references import KeyedBy, RefersTo
from treaties.model.treaty import Treaty, Variant
from treaties.provisions import type_named

Control = Literal["number", "integer", "choice", "text", "bool", "list"]
BLOCKS: dict[str, type[BaseModel]] = {"party": Party, "event": Event, "matter": Matter, "variant": Variant}
BLOCK_KINDS = ("party", "event", "matter", "provision", "variant")
HEADER = ("title", "payoff_unit", "exit", "entry_into_force", "note", "stylised")
"""Fields above all blocks that a form shows: facts about a real treaty are no terms of its model."""
UNSHOWN = {"type": Provision, "add": Variant}
"""A clause is of its kind for good; what an option adds are whole blocks."""
DETAILS = frozenset(field_names(Provision)) - {"type"} | {"low", "high", "unit", "source", "confidence"}
DEEPEST = 6
"""Tables in tables beyond this are shown as files write them."""


@final
@dataclass(frozen=True)
class Shape:
    """What a term can be.

    ``label``  within its block.  ``choices`` words, ``names`` what readers call them.  ``least``, ``most``, ``step`` of
    numbers.  ``toml`` a text that holds the value as files write it.  ``more`` a detail.  ``entry`` of a list of tables
    what one more of them may be; ``listed`` it is such a list, whose entries are terms of their own.
    """

    place: Place
    label: str
    control: Control
    help: str = ""
    choices: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    least: float | None = None
    most: float | None = None
    step: float | None = None
    unit: str = ""
    default: str = ""
    required: bool = False
    more: bool = False
    toml: bool = False
    listed: bool = False
    entry: Mapping[str, Any] | None = field(default=None, repr=False)


@final
@dataclass(frozen=True)
class _Kind:
    """One of the things that a term can be, with the marks on the way to it.

    ``of``  Literal, Quantity, a model, list, dict, bool, int, float, str, or object for what is not told apart.
    """

    of: Any
    inner: Any
    marks: tuple[Any, ...]


def terms_of(document: Mapping[str, Any], place: Place) -> Iterator[Shape]:
    """The terms of the block at a place (``("provision", 3)``; ``()``: what stands above all blocks)."""
    block: Any = document
    for step in place:
        block = block[step]
    model = model_of(place, block)
    if model is None or not isinstance(block, Mapping):
        return
    for name, of in model.model_fields.items():
        written = of.alias or name
        if (place or written in HEADER) and not issubclass(model, UNSHOWN.get(written, NoneType)):
            yield from _Walk(document).of_field((*place, written), of, block.get(written), "", 0)


def shape_at(document: Mapping[str, Any], place: Place) -> Shape | None:
    """The term at a place; None if no form shows one there."""
    block = place[:2] if place[:1] and place[0] in BLOCK_KINDS else ()
    try:
        return next((shape for shape in terms_of(document, block) if shape.place == place), None)
    except (LookupError, TypeError):
        return None


def model_of(place: Place, block: Any) -> type[BaseModel] | None:
    """The model of the block at a place; None if there is none, or the block is of no kind that there is."""
    if not place:
        return Treaty
    if place[0] == "provision":
        kind = block.get("type") if isinstance(block, Mapping) else None
        return type_named(kind) if isinstance(kind, str) else None
    return BLOCKS.get(str(place[0]))


@final
class _Walk:
    """Through the terms of one block of a file."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = document

    def of_field(self, place: Place, of: FieldInfo, value: Any, within: str, depth: int) -> Iterator[Shape]:
        """The terms at and below a field of a model."""
        name = str(place[-1])
        default = "" if of.default is PydanticUndefined else default_of(of.default) or ""
        base = Shape(
            place,
            f"{within}{name.replace('_', ' ')}",
            "text",
            of.description or "",
            default=default,
            required=of.is_required(),
            more=name in DETAILS,
        )
        yield from self._of(base, tuple(_kinds(of.annotation, tuple(of.metadata))), value, depth)

    def _of(self, base: Shape, kinds: Sequence[_Kind], value: Any, depth: int) -> Iterator[Shape]:
        words = tuple(str(word) for kind in kinds if kind.of is Literal for word in kind.inner)
        rest = [kind for kind in kinds if kind.of is not Literal]
        if not rest:
            yield replace(base, control="choice", choices=words, names=tuple(w.replace("_", " ") for w in words))
        elif len(rest) > 1 or depth > DEEPEST:
            yield replace(base, toml=True, choices=words, names=words)
            fits = None if depth > DEEPEST else _fitting(rest, value)
            if fits is not None:
                yield from self._one(replace(base, required=False, default=""), fits, (), value, depth)
        else:
            yield from self._one(base, rest[0], words, value, depth)

    def _one(
        self, base: Shape, kind: _Kind, words: tuple[str, ...], value: Any, depth: int
    ) -> Iterator[Shape]:
        """The terms of what is one thing, or a word."""
        if kind.of is Quantity:
            yield from self._quantity(base, kind, words, depth)
        elif isinstance(kind.of, type) and issubclass(kind.of, BaseModel):
            if not base.required or words:
                yield replace(base, toml=True, more=True, choices=words, names=words)
            if not words or isinstance(value, Mapping):
                yield from self._table(base.place, kind.of, value, f"{base.label}: ", depth)
        elif kind.of is list:
            yield from self._list(base, kind, words, value, depth)
        elif kind.of is dict:
            yield from self._map(base, kind, words, value, depth)
        elif kind.of is bool and not words:
            yield replace(base, control="bool")
        elif kind.of in (int, float):
            least, most = range_of(kind.of, kind.marks)
            whole = kind.of is int
            yield replace(
                base,
                control="integer" if whole else "number",
                least=least,
                most=most,
                step=1.0 if whole else None,
                unit=unit_of(str(base.place[-1]), kind.of, kind.marks) or "",
                choices=words,
                names=words,
            )
        elif kind.of is str:
            refers = [mark.kind for mark in kind.marks if isinstance(mark, RefersTo)]
            ids, names = self._ids(refers[0]) if refers else ((), ())
            if refers:
                yield replace(base, control="choice", choices=(*words, *ids), names=(*words, *names))
            else:
                yield replace(base, choices=words, names=words)
        else:
            yield replace(base, toml=True, choices=words, names=words)

    def _quantity(self, base: Shape, kind: _Kind, words: tuple[str, ...], depth: int) -> Iterator[Shape]:
        """A number with its range: the number first, the rest as details."""
        least, most = range_of(Quantity, kind.marks)
        unit = unit_of(str(base.place[-1]), Quantity, kind.marks) or ""
        if unit == "payoff unit":
            said = self.document.get("payoff_unit")
            unit = said if isinstance(said, str) else unit
        number = replace(
            base, control="number", least=least, most=most, unit=unit, step=0.01 if most == 1 and least == 0 else None
        )
        yield replace(number, place=(*base.place, "value"), choices=words, names=words)
        detail = replace(number, required=False, default="", more=True)
        for name, of in Quantity.model_fields.items():
            if name == "value":
                continue
            part = replace(detail, place=(*base.place, name), label=f"{base.label}, {name}", help=of.description or "")
            if name in ("low", "high"):
                yield part
            elif words := choices_of(of.annotation):
                yield replace(_unnumbered(part), control="choice", choices=words, names=words)
            else:
                yield replace(_unnumbered(part), control="text")

    def _table(self, place: Place, model: type[BaseModel], value: Any, within: str, depth: int) -> Iterator[Shape]:
        there = value if isinstance(value, Mapping) else {}
        for name, of in model.model_fields.items():
            written = of.alias or name
            yield from self.of_field((*place, written), of, there.get(written), within, depth + 1)

    def _list(
        self, base: Shape, kind: _Kind, words: tuple[str, ...], value: Any, depth: int
    ) -> Iterator[Shape]:
        entries = tuple(_kinds(kind.inner, ()))
        tables = [kind.of for kind in entries if _is_table(kind.of)]
        if entries and len(tables) == len(entries) and not words:
            more = replace(base, control="list", listed=True, entry=example_entry(tables[0], self.document) or {})
            yield more
            for k, item in enumerate(value if isinstance(value, list) else ()):
                within = f"{base.label} {k + 1}: "
                yield from self._table((*base.place, k), _table_for(tables, item), item, within, depth + 1)
            return
        if len(entries) == 1 and entries[0].of in (str, Literal) and not words:
            refers = [mark.kind for mark in entries[0].marks if isinstance(mark, RefersTo)]
            ids, names = self._ids(refers[0]) if refers else ((), ())
            if entries[0].of is Literal:
                ids = names = tuple(map(str, entries[0].inner))
            yield replace(base, control="list", choices=ids, names=names)
            return
        yield replace(base, toml=True, choices=words, names=words)

    def _map(
        self, base: Shape, kind: _Kind, words: tuple[str, ...], value: Any, depth: int
    ) -> Iterator[Shape]:
        there = value if isinstance(value, Mapping) else {}
        keyed = [mark.kind for mark in kind.marks if isinstance(mark, KeyedBy)]
        free = base.place[:1] == ("variant",) and base.place[-1] == "set"
        if free:
            for key in there:
                yield replace(base, place=(*base.place, key), label=key, toml=True)
            return
        if not keyed or words:
            yield replace(base, toml=True, choices=words, names=words)
            return
        ids, names = self._ids(keyed[0])
        named = dict(zip(ids, names, strict=True)) | {str(key): str(key) for key in there if key not in ids}
        kinds = tuple(_kinds(kind.inner, ()))
        for key, name in named.items():
            one = replace(base, place=(*base.place, key), label=f"{base.label}: {name}", required=False)
            yield from self._of(one, kinds, there.get(key), depth + 1)

    def _ids(self, kind: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Ids that can be named, and what readers call them."""
        blocks = self.document.get("party" if kind == "actor" else kind, ())
        found = [
            (block["id"], block.get("name") or block.get("title") or block["id"])
            for block in (blocks if isinstance(blocks, list) else ())
            if isinstance(block, Mapping) and isinstance(block.get("id"), str)
            and (kind != "party" or block.get("signatory", True))
        ]  # fmt: skip
        return tuple(id_ for id_, _ in found), tuple(str(name) for _, name in found)


def _is_table(of: Any) -> bool:
    return isinstance(of, type) and issubclass(of, BaseModel) and of is not Quantity


def _unnumbered(shape: Shape) -> Shape:
    return replace(shape, least=None, most=None, step=None, unit="")


def _kinds(annotation: Any, marks: tuple[Any, ...]) -> Iterator[_Kind]:
    """Everything that an annotation lets a term be, but for nothing."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        inner = tuple(m for mark in arguments[1:] for m in (mark.metadata if isinstance(mark, FieldInfo) else (mark,)))
        yield from _kinds(arguments[0], (*marks, *inner))
    elif origin in (Union, UnionType):
        for argument in arguments:
            yield from _kinds(argument, marks)
    elif annotation is NoneType:
        return
    elif origin is Literal:
        yield _Kind(Literal, arguments, marks)
    elif origin is tuple:
        yield _Kind(list, arguments[0], marks)
    elif origin is dict:
        yield _Kind(dict, arguments[1], marks)
    elif annotation in (bool, int, float, str) or (isinstance(annotation, type) and issubclass(annotation, BaseModel)):
        yield _Kind(annotation, None, marks)
    else:
        yield _Kind(object, None, marks)


def _fitting(kinds: Sequence[_Kind], value: Any) -> _Kind | None:
    """Of several things that a term can be, the one that holds fields of its own and that the value is."""
    if not isinstance(value, Mapping):
        return None
    models = [kind for kind in kinds if isinstance(kind.of, type) and issubclass(kind.of, BaseModel)]
    for kind in models:
        if set(value) <= {of.alias or name for name, of in kind.of.model_fields.items()}:
            return kind
    return next((kind for kind in kinds if kind.of is dict), None)


def _table_for(models: Sequence[type[BaseModel]], value: Any) -> type[BaseModel]:
    """The model that a table of a list is meant for: that of whose fields it has most, and whose words it bears."""
    there = value if isinstance(value, Mapping) else {}

    def suits(model: type[BaseModel]) -> tuple[int, int]:
        fields = {of.alias or name: of for name, of in model.model_fields.items()}
        said = sum(there[name] in choices_of(of.annotation) for name, of in fields.items() if name in there
                   and isinstance(there[name], str))  # fmt: skip
        return said, sum(name in fields for name in there)

    return max(models, key=suits)
