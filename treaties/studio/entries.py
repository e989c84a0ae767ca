"""From what is entered at a field to the change of the file that it means."""

from __future__ import annotations

import copy
import tomllib
from collections.abc import Mapping
from typing import Any

from treaties.model.errors import Place
from treaties.model.quantity import Quantity
from treaties.studio.places import value_in
from treaties.studio.terms import Shape, shape_at
from treaties.studio.toml_edits import LEFT_OUT

_PARTS = tuple(Quantity.model_fields)
DEEPEST = 20
"""Tables and lists within one another that a term may have; no clause has half as many."""


def edit_of(document: Mapping[str, Any], place: Place, value: Any) -> tuple[Place, Any]:
    """Where the file changes, and to what (``LEFT_OUT``: nothing), if a value is entered at the place of a field.

    Fields of numbers with a range are those of their table (``amount.value``); a file may write the number alone.
    Raises ``ValueError`` for a value that no field of a file can have.
    """
    value = _readable(shape_at(document, place), value)
    if isinstance(value, list) and len(value) == 1 and isinstance(value_in(document, place), str):
        value = value[0]  # where the file writes a single text for a list of one
    holder, part = value_in(document, place[:-1]), place[-1]
    if part in _PARTS and not isinstance(holder, (dict, list)):
        if part == "value" or (holder is None and value is LEFT_OUT):
            return place[:-1], value
        if value is LEFT_OUT:
            return place[:-1], holder
        return place[:-1], {"value": holder, part: value} if holder is not None else {part: value}
    if part == "value" and value is LEFT_OUT and isinstance(holder, dict) and "value" in holder:
        return place[:-1], LEFT_OUT
    return place, value


def _readable(shape: Shape | None, value: Any) -> Any:
    """What was entered as files write it."""
    if value is None or value == "" or value == []:
        return LEFT_OUT
    if shape is not None and shape.toml and isinstance(value, str):
        if value in shape.choices:
            return value
        try:
            return tomllib.loads(f"value = {value}\n")["value"]
        except (ValueError, RecursionError):
            raise ValueError(f"cannot be read as a value of a file: {value}") from None
    if isinstance(value, float) and value.is_integer() and shape is not None and shape.control == "integer":
        return int(value)
    if not _can_be_written(value, DEEPEST):
        raise ValueError(f"a {type(value).__name__} is no value of a treaty file")
    return value


def _can_be_written(value: Any, deepest: int) -> bool:
    if isinstance(value, (dict, list)) and not deepest:
        return False
    if isinstance(value, dict):
        return all(isinstance(key, str) and _can_be_written(item, deepest - 1) for key, item in value.items())
    if isinstance(value, list):
        return all(_can_be_written(item, deepest - 1) for item in value)
    return isinstance(value, (str, int, float))


def new_entries(document: Mapping[str, Any], place: Place) -> list[Any]:
    """What one more entry of the list at a place may be, likeliest first; nothing if there is no list.

    A copy of the last one with whole numbers one higher, as stages and years go on, or as it is; else placeholders.
    """
    there = value_in(document, place)
    if isinstance(there, list) and there:
        last = there[-1]
        if not isinstance(last, dict):
            return [copy.deepcopy(last)]
        whole = {name: value + 1 for name, value in last.items() if type(value) is int}
        return [copy.deepcopy({**last, **whole}), copy.deepcopy(last)]
    shape = shape_at(document, place)
    return [] if shape is None or shape.entry is None else [dict(shape.entry)]


def without_options(document: Mapping[str, Any]) -> dict[str, Any]:
    """The tables of a file without its options, which placeholders need not fit."""
    return {name: value for name, value in document.items() if name != "variant"}
