"""Changes of a treaty file's text that leave its comments, its order and all other lines as they are.

A change is made in the lines of one block (``layout``) by a parser that keeps comments (tomlkit), and held against the
same change of the parsed tables: text that does not say exactly that is not given out.
"""

from __future__ import annotations

import copy
import tomllib
from collections.abc import Mapping
from typing import Any, NoReturn

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AoT, Array

from treaties.model.errors import Place
from treaties.reading.toml_text import block_in_toml, in_toml
from treaties.studio.layout import chunk_of, chunks

LEFT_OUT = object()
"""The value of a term that is left out."""


class CannotEdit(Exception):
    """A text in which a change could not be made without touching more; the message says what to do."""


def with_value(text: str, place: Place, value: Any) -> str:
    """The text with another value at a place, a new one where there is none, or without it (``LEFT_OUT``).

    Tables on the way to it are made.  Raises ``CannotEdit``, and ``LookupError`` if nothing can stand at the place.
    """
    wanted = tomllib.loads(text)
    _set_in(wanted, place, value)
    chunk = chunk_of(text, place)
    piece = text[chunk.start : chunk.end]
    ended = not piece or piece.endswith("\n")
    try:
        document = tomlkit.parse(piece if ended else piece + "\n")
        _write(document, _inside(chunk.place, place), value)
        edited = tomlkit.dumps(document)
    except (TOMLKitError, LookupError, TypeError, ValueError) as error:
        raise CannotEdit(f"{_BY_HAND} ({error})") from None
    if not ended and chunk.end == len(text):
        edited = edited.removesuffix("\n")
    return _held(text[: chunk.start] + edited + text[chunk.end :], wanted)


def with_block(text: str, kind: str, fields: Mapping[str, Any]) -> str:
    """The text with one more block of a kind, after the last of them; else after all other blocks but the variants.

    Raises ``CannotEdit``.
    """
    wanted = tomllib.loads(text)
    wanted.setdefault(kind, []).append(dict(fields))
    there = chunks(text)
    same = [chunk for chunk in there if chunk.place[:1] == (kind,)]
    others = [chunk for chunk in there if chunk.place[:1] != ("variant",)]
    at = (same or others)[-1].end
    before, after = text[:at], text[at:]
    if before and not before.endswith("\n"):
        before += "\n"
    gap = "\n" if before else ""
    return _held(f"{before}{gap}{block_in_toml(kind, fields)}\n{after}", wanted)


def without_block(text: str, place: Place) -> str:
    """The text without a block; comments above and below it stay.  Raises ``CannotEdit``, ``LookupError``."""
    wanted = tomllib.loads(text)
    _set_in(wanted, place, LEFT_OUT)
    if not wanted.get(str(place[0])):
        wanted.pop(str(place[0]), None)
    chunk = chunk_of(text, place)
    if chunk.place != place:
        raise CannotEdit(_BY_HAND)
    before, after = text[: chunk.start], text[chunk.end :]
    if after.startswith("\n") and (not before or before.endswith("\n\n")):
        after = after[1:]
    return _held(before + after, wanted)


_BY_HAND = "the file is laid out in a way that this change does not fit; make it in the file by hand"


def _held(text: str, wanted: Mapping[str, Any]) -> str:
    """A text if it says what is wanted."""
    try:
        told = tomllib.loads(text)
    except ValueError:
        raise CannotEdit(_BY_HAND) from None
    if told != wanted:
        raise CannotEdit(_BY_HAND)
    return text


def _set_in(document: dict[str, Any], place: Place, value: Any) -> None:
    """The change in parsed tables; raises ``LookupError`` if nothing can stand there."""
    *way, last = place
    holder: Any = document
    for step in way:
        if isinstance(holder, dict) and isinstance(step, str):
            holder = holder.setdefault(step, {})
        elif isinstance(holder, list) and isinstance(step, int):
            holder = holder[step]
        else:
            _nowhere(step)
    if isinstance(holder, list) and isinstance(last, int):
        if value is LEFT_OUT:
            del holder[last]
        elif last == len(holder):
            holder.append(copy.deepcopy(value))
        else:
            holder[last] = copy.deepcopy(value)
    elif isinstance(holder, dict) and isinstance(last, str):
        if value is LEFT_OUT:
            del holder[last]
        else:
            holder[last] = copy.deepcopy(value)
    else:
        _nowhere(last)


def _nowhere(step: object) -> NoReturn:
    raise LookupError(f"{step!r} leads nowhere")


def _inside(block: Place, place: Place) -> Place:
    """A place in the text of its block alone, where the block is the first of its kind."""
    return place if len(block) < 2 else (block[0], 0, *place[2:])


def _write(document: Any, place: Place, value: Any) -> None:
    """The change in tables that keep their comments."""
    *way, last = place
    holder = document
    for k, step in enumerate(way):
        if isinstance(step, str) and step not in holder:
            for inner in reversed(place[k + 1 :]):
                value = {inner: value}
            holder[step] = _item(value)
            return
        holder = holder[step]
    if value is LEFT_OUT:
        del holder[last]
    elif isinstance(holder, AoT) and last == len(holder):
        table = tomlkit.table()
        for name, item in value.items():
            table[name] = _item(item)
        holder.append(table)
    elif isinstance(holder, list) and last == len(holder):
        holder.append(_item(value))
    elif isinstance(value, list) and isinstance(old := _there(holder, last), Array):
        _merge(old, value)
    else:
        holder[last] = _item(value, _there(holder, last))


def _there(holder: Any, step: str | int) -> Any:
    return holder.get(step) if isinstance(holder, dict) else holder[step]


def _merge(old: Array, new: list[Any]) -> None:
    """A list made another one, entry by entry, so that comments at entries that stay are kept."""
    was = old.unwrap()
    kept = 0
    for entry in new:
        while kept < len(was) and was[kept] != entry:
            kept += 1
        if kept == len(was):
            break
        kept += 1
    else:  # what is left out is all that changes
        wanted = list(new)
        for k in reversed(range(len(was))):
            if wanted and was[k] == wanted[-1]:
                wanted.pop()
            else:
                del old[k]
        return
    for k, entry in enumerate(new):
        if k == len(old):
            old.append(_item(entry))
        elif was[k] != entry:
            old[k] = _item(entry, was[k])
    while len(old) > len(new):
        del old[-1]


def _item(value: Any, old: Any = None) -> Any:
    """A value as tomlkit has it; a number in place of one with a decimal point has one too."""
    if isinstance(old, float) and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    return tomlkit.parse(f"value = {in_toml(value)}\n")["value"]
