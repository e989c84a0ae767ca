"""From the tables of a treaty file, already parsed, to a treaty or to everything that is wrong with them.

Every block is validated on its own and references are checked over whatever could be read, so that one mistake never
hides another.  Nothing here knows about lines; ``treaties.reading.treaty_file`` adds them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, final

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from treaties.model.cross_references import cross_reference_faults
from treaties.model.entry_into_force import EntryIntoForce
from treaties.model.errors import FAULT, Place
from treaties.model.event import Event
from treaties.model.matter import Matter
from treaties.model.names import choose_from, field_named, field_names, inner_model, nearest, quoted
from treaties.model.observability import EACH
from treaties.model.party import Party
from treaties.model.provision import Provision
from treaties.model.quantity import in_words
from treaties.model.references import Kind
from treaties.model.treaty import BLOCKS, Treaty, Variant, misfits
from treaties.provisions import all_types, type_named

_MODELS: dict[str, type[BaseModel]] = {"party": Party, "event": Event, "matter": Matter, "variant": Variant}
_MANY_TRIES = 1000
_WHERE_TYPES_ARE = "`servanda provisions` lists the legal types"


@final
@dataclass(frozen=True)
class Fault:
    """One thing wrong: where (keys and indexes from the top of the document), what, and what to do."""

    place: Place
    problem: str
    remedy: str = ""


def validate_document(data: Mapping[str, Any]) -> tuple[Treaty | None, list[Fault]]:
    """The treaty that a parsed document states, or None and every fault in it."""
    faults: list[Fault] = []
    blocks: dict[str, list[tuple[int, BaseModel]]] = {}
    unreadable = {name for name, plural in BLOCKS.items() if plural in data or not isinstance(data.get(name, []), list)}
    damaged = set(unreadable)
    for name in BLOCKS:
        found: list[Fault] = []
        blocks[name] = list(_blocks(name, data.get(name, []), found))
        faults += found
        if found:
            damaged.add(name)
    header = {key: value for key, value in data.items() if key not in BLOCKS}
    entry = _entry_into_force(header, faults)
    treaty, found = _whole(header, blocks)
    faults += [fault for fault in found if fault.place[:1] not in {(name,) for name in damaged}]
    known = {kind: _ids(data.get(kind)) for kind in _KINDS if kind not in unreadable}
    if "party" in known:
        third = {party.id for _, party in blocks["party"] if isinstance(party, Party) and not party.signatory}
        known["actor"] = known["party"]
        known["party"] = [name for name in known["actor"] if name not in third]
    parsed: list[tuple[Place, BaseModel]] = [
        ((name, k), block) for name in ("party", "event", "matter", "provision") for k, block in blocks[name]
    ]
    parsed += [] if entry is None else [((_ENTRY,), entry)]
    faults += [Fault(*each) for each in cross_reference_faults(parsed, known)]
    if "party" in known:
        faults += [Fault(*each) for each in misfits(parsed, known["party"])]
    faults += _twice(blocks["variant"])
    return (None, faults) if faults or treaty is None else (treaty, [])


def _entry_into_force(header: dict[str, Any], faults: list[Fault]) -> EntryIntoForce | None:
    """The block on entry into force, taken out of the header if it cannot be read."""
    if _ENTRY not in header:
        return None
    try:
        header[_ENTRY] = found = EntryIntoForce.model_validate(header[_ENTRY])
    except ValidationError as error:
        faults.extend(faults_of(error, EntryIntoForce, (_ENTRY,)))
        del header[_ENTRY]
        return None
    return found


_ENTRY = "entry_into_force"
_KINDS: tuple[Kind, ...] = ("party", "matter", "event")


def _ids(blocks: Any) -> list[str]:
    """Every id declared, also by blocks that have other faults, so that their ids are not reported as unknown."""
    if not isinstance(blocks, list):
        return []
    return [block["id"] for block in blocks if isinstance(block, dict) and isinstance(block.get("id"), str)]


def _blocks(name: str, written: Any, faults: list[Fault]) -> Iterator[tuple[int, BaseModel]]:
    if not isinstance(written, list):
        faults.append(Fault((name,), f"is {in_words(written)}", f"write every {name} under its own [[{name}]]"))
        return
    for k, block in enumerate(written):
        if not isinstance(block, dict):
            faults.append(Fault((name, k), f"is {in_words(block)}", f"write every {name} under its own [[{name}]]"))
            continue
        model = _provision_type(k, block, faults) if name == "provision" else _MODELS[name]
        if model is None:
            continue
        try:
            yield k, model.model_validate(block)
        except ValidationError as error:
            faults.extend(faults_of(error, model, (name, k)))


def _provision_type(k: int, block: dict[str, Any], faults: list[Fault]) -> type[Provision] | None:
    if "type" not in block:
        faults.append(Fault(("provision", k), "has no type", f'write type = "…"; {_WHERE_TYPES_ARE}'))
        return None
    kind = block["type"]
    model = type_named(kind) if isinstance(kind, str) else None
    if model is None:
        problem = f"unknown type {kind!r}" if isinstance(kind, str) else f"needs text in quotes, got {in_words(kind)}"
        guess = nearest(kind, all_types()) if isinstance(kind, str) else ""
        faults.append(Fault(("provision", k, "type"), problem, f"{guess}{_WHERE_TYPES_ARE}"))
    return model


def _whole(
    header: Mapping[str, Any], blocks: Mapping[str, list[tuple[int, BaseModel]]]
) -> tuple[Treaty | None, list[Fault]]:
    faults = []
    fields: dict[str, Any] = {}
    for key, value in header.items():
        if field_named(Treaty, key) is None:
            legal = [name for name in field_names(Treaty)]
            block = next((name for name, attribute in BLOCKS.items() if attribute == key), None)
            remedy = f"did you mean [[{block}]]?" if block else choose_from(key, legal, "legal fields")
            faults.append(Fault((key,), "unknown field", remedy))
        else:
            fields[key] = value
    for name, items in blocks.items():
        fields[name] = [block for _, block in items]
    try:
        return Treaty.model_validate(fields, context={"cross_checked": True}), faults
    except ValidationError as error:
        return None, faults + list(faults_of(error, Treaty, ()))


def _twice(variants: list[tuple[int, BaseModel]]) -> Iterator[Fault]:
    seen: set[str] = set()
    for k, variant in variants:
        assert isinstance(variant, Variant)
        if variant.name in seen:
            yield Fault(("variant", k, "name"), f"there are two variants {variant.name!r}", "give each its own name")
        seen.add(variant.name)


def faults_of(error: ValidationError, model: type[BaseModel], prefix: Place) -> Iterator[Fault]:
    """The errors of a pydantic validation in plain words."""
    found = error.errors(include_url=False)[:_MANY_TRIES]
    for details in found:
        place: Place = tuple(details["loc"])
        if details["type"] == "too_short" and any(_below(tuple(other["loc"]), place) for other in found):
            continue  # what is missing there are the entries that were refused
        if details["type"] == FAULT:
            context = details["ctx"]
            yield Fault((*prefix, *_written(place), *context["at"]), context["problem"], context["remedy"])
        else:
            problem, remedy = _plain(details, model, place)
            yield Fault((*prefix, *_written(place)), problem, remedy)


def _written(place: Place) -> Place:
    """A place without the steps that no file writes: that a key is meant, and what kind of value was taken for it."""
    return tuple(step for step in place if step not in _TAGS)


def _below(inner: Place, outer: Place) -> bool:
    """Whether a place lies inside another."""
    return len(inner) > len(outer) and inner[: len(outer)] == outer


def _plain(details: ErrorDetails, model: type[BaseModel], place: Place) -> tuple[str, str]:
    kind, given, context = details["type"], in_words(details["input"]), details.get("ctx", {})
    if kind == "extra_forbidden":
        owner = model_at(model, place[:-1])
        return "unknown field", choose_from(place[-1], field_names(owner) if owner else [], "legal fields")
    if kind == "missing":
        owner = model_at(model, place[:-1])
        field = field_named(owner, str(place[-1])) if owner else None
        return "is missing", f"add it: {field.description}" if field and field.description else "add it"
    if kind == "literal_error":
        legal = [word.strip(" '\"") for word in str(context["expected"]).replace(" or ", ", ").split(", ")]
        return f"cannot be {quoted(details['input'])}", choose_from(details["input"], legal, "legal values")
    if kind == "string_pattern_mismatch":
        return f"{quoted(details['input'])} is no legal id", "use letters, digits and _, beginning with a letter"
    if kind in _WANTED:
        return f"needs {_WANTED[kind]}, got {given}", ""
    if kind in _BOUNDS:
        words, key = _BOUNDS[kind]
        return f"needs {words} {context[key]}, got {given}", ""
    if kind == "too_short":
        number = context["min_length"]
        what = f"[[{place[0]}]] block" if model is Treaty and not place[1:] and place[0] in BLOCKS else "entry"
        return f"needs at least {number} {what}{'s' if number > 1 else ''}, got {context['actual_length']}", ""
    return str(details["msg"])[:1].lower() + str(details["msg"])[1:], ""


_TAGS = ("[key]", "[text]", "[number]", EACH)
_WANTED = {
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "string_type": "text in quotes",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "list_type": "a list",
    "dict_type": "a table { … }",
    "model_type": "a table { … }",
    "model_attributes_type": "a table { … }",
    "string_too_short": "some text",
}
_BOUNDS = {
    "greater_than_equal": ("a whole number of at least", "ge"),
    "less_than_equal": ("a whole number of at most", "le"),
    "string_too_long": ("text no longer than", "max_length"),
}


def model_at(model: type[BaseModel], place: Place) -> type[BaseModel] | None:
    """The model that sits at a place below another; None if there is none."""
    current: type[BaseModel] | None = model
    for step in place:
        if current is None:
            return None
        field = field_named(current, step) if isinstance(step, str) else None
        if field is not None:
            current = inner_model(field.annotation)
        # Indexes of a list and keys of a map stay with the model of its entries.
    return current
