"""Changed versions of a treaty: the file's variants, and the points of a design search."""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from treaties.model.errors import Place, TreatyError, TreatyFileError
from treaties.model.treaty import Treaty, Variant
from treaties.reading.document import Fault, validate_document
from treaties.reading.expressions import Lookup
from treaties.reading.paths import PathError, drop_at, set_at, table_at, unset_at, value_at


def apply_variant(treaty: Treaty, variant: Variant) -> Treaty:
    """The treaty with a variant's changes, validated again; raises `TreatyFileError` if it is none."""
    changed, faults = changed_treaty(treaty, variant)
    if changed is None:
        raise _refusal(treaty, faults)
    return changed


def with_terms(treaty: Treaty, terms: Mapping[str, Any]) -> Treaty:
    """The treaty with new values of its terms, such as ``{"sunset.term_years": 5}``; without any, as it is.

    Raises `TreatyFileError`.
    """
    if not terms:
        return treaty
    try:
        variant = Variant(name=", ".join(f"{k} = {v}" for k, v in terms.items()), set=dict(terms))
    except ValueError:  # tables that hold nothing, or a whole number of thousands of digits
        problem, remedy = "gives no term a value that a treaty can hold", 'write {"sunset.term_years": 5}, say'
        raise _refusal(treaty, [Fault(("set",), problem, remedy)]) from None
    return apply_variant(treaty, variant)


def design_space(treaty: Treaty) -> dict[str, tuple[Any, ...]]:
    """Every term that the file opens to a design search, by path, with the values to try."""
    return {
        f"{treaty.path_of(provision)}.{term}": span.values
        for provision in treaty.provisions
        for term, span in (provision.design or {}).items()
    }


def opened_terms(treaty: Treaty) -> dict[str, Any]:
    """Every term of `design_space` as the text has it, in the form in which a design sets it, by path.

    A table, such as shares by party, is the first listed one that is the same as the text's, else the text's own.
    """
    return {path: _as_set(treaty, path, values) for path, values in design_space(treaty).items()}


def _as_set(treaty: Treaty, path: str, values: Sequence[Any]) -> Any:
    try:
        value = value_at(treaty, path)
    except PathError:  # a table: amounts in it may be written in several ways, of which the text has one
        return next((one for one in values if _changes_nothing(treaty, path, one)), table_at(document_of(treaty), path))
    value = getattr(value, "value", value)
    return "unlimited" if value is None else value


def _changes_nothing(treaty: Treaty, path: str, value: Any) -> bool:
    try:
        return with_terms(treaty, {path: value}).provisions == treaty.provisions
    except TreatyFileError:
        return False


def lookup_in(treaty: Treaty) -> Lookup:
    """For conditions: what a path stands for in this treaty."""
    return lambda path: value_at(treaty, path)


def changed_treaty(treaty: Treaty, variant: Variant) -> tuple[Treaty | None, list[Fault]]:
    """The treaty with a variant's changes, or None and the faults, placed below the variant."""
    document = document_of(treaty)
    faults: list[Fault] = []
    for k, name in enumerate(variant.remove):
        try:
            drop_at(document, name)
        except PathError as error:
            faults.append(Fault(("remove", k), error.problem, error.remedy))
    # What stood there before goes first: a clause may make room for another of its type.
    first: dict[str, int] = {kind: len(document.get(kind, ())) for kind in variant.add}
    for kind, blocks in variant.add.items():
        document[kind] = [*document.get(kind, ()), *copy.deepcopy(blocks)]
    for k, name in enumerate(variant.unset):
        try:
            unset_at(document, name)
        except PathError as error:
            faults.append(Fault(("unset", k), error.problem, error.remedy))
    for path, value in variant.set.items():
        try:
            set_at(document, path, copy.deepcopy(value))
        except PathError as error:
            faults.append(Fault(("set", path), error.problem, error.remedy))
    if faults:
        return None, faults
    document.pop("variant", None)
    changed, found = validate_document(document)
    if changed is None:
        changes: list[Place] = [("set", path) for path in variant.set]
        changes += [("remove", k) for k in range(len(variant.remove))]
        changes += [("unset", k) for k in range(len(variant.unset))]
        changes += [("add", kind, k) for kind, blocks in variant.add.items() for k in range(len(blocks))]
        place = changes[0] if len(changes) == 1 else ()
        return None, [
            Fault(_added(f.place, first) or place, f"the result is no treaty: {_where(document, f)} {f.problem}",
                  f.remedy)
            for f in found
        ]  # fmt: skip
    unused = {name for name in ("unset", "add") if not getattr(variant, name)}
    said = variant.model_dump(mode="json", exclude=unused)
    text = json.dumps([treaty.source_hash, said], sort_keys=True, default=str)
    digest = hashlib.sha256(text.encode()).hexdigest()
    return changed.came_from(treaty.source_name, digest, variant.name), []


def design_faults(treaty: Treaty) -> Iterator[Fault]:
    """Terms opened to a design search that do not exist."""
    for k, provision in enumerate(treaty.provisions):
        for term, span in (provision.design or {}).items():
            document = document_of(treaty)
            try:
                set_at(document, f"{treaty.path_of(provision)}.{term}", span.values[0])
            except PathError as error:
                yield Fault(("provision", k, "design", term), error.problem, error.remedy)


def document_of(treaty: Treaty) -> dict[str, Any]:
    """The treaty as the tables of a file, with only what its file says."""
    document: dict[str, Any] = _as_lists(treaty.model_dump(by_alias=True, exclude_unset=True))
    for block, provision in zip(document.get("provision", []), treaty.provisions, strict=True):
        block["type"] = provision.type
    return document


def _as_lists(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _as_lists(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_as_lists(item) for item in value]
    return value


def _added(place: Place, first: Mapping[str, int]) -> Place:
    """The place below the variant of a fault in a block that it adds; empty of any other.

    ``first``  the number of the first block that it adds, of every kind.
    """
    if len(place) < 2 or not isinstance(place[1], int) or place[1] < first.get(str(place[0]), place[1] + 1):
        return ()
    return ("add", place[0], place[1] - first[str(place[0])], *place[2:])


def _where(document: dict[str, Any], fault: Fault) -> str:
    place = list(fault.place)
    if len(place) > 1 and isinstance(place[1], int):
        block = document[str(place[0])][place[1]]
        name = block.get("type" if place[0] == "provision" else "id")
        place[1] = name or place[1]
        if place[0] == "provision":
            place = place[1:]
    return ".".join(str(step) for step in place)


def _refusal(treaty: Treaty, faults: list[Fault]) -> TreatyFileError:
    name = treaty.source_name or treaty.title
    return TreatyFileError(
        [
            TreatyError(name, None, None, ".".join(["variant", *map(str, fault.place)]), fault.problem, fault.remedy)
            for fault in faults
        ]
    )
