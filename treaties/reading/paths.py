"""Paths to the terms of a treaty: ``veto.uses_per_term``, ``veto[14(2)].grounds``, ``party.NOR.discount``.

A path begins with the type of a provision (with ``[article]`` or ``[#number]`` where there are several of that type),
with ``party.<id>``, ``matter.<id>``, ``event.<id>`` or ``entry_into_force``, or is the word ``exit``. It goes on with
names of fields, keys of maps and indexes of lists. ``staged_derisking.years`` names a column: field ``year`` of every
entry of a list.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any, final, get_origin

from pydantic import BaseModel

from treaties.model.entry_into_force import EntryIntoForce
from treaties.model.event import Event
from treaties.model.matter import Matter
from treaties.model.names import choose_from, field_named, field_names, inner_model, nearest
from treaties.model.party import Party
from treaties.model.provision import Provision
from treaties.model.quantity import Quantity
from treaties.model.treaty import Treaty
from treaties.provisions import all_types, type_named
from treaties.reading.expressions import Value

_HEAD = re.compile(r"([A-Za-z_]\w*)(?:\[([^\]]*)\])?((?:\.\w+)*)\Z")
_NUMBER = re.compile(r"[0-9]{1,4}")
_OWNERS: dict[str, type[BaseModel]] = {"party": Party, "matter": Matter, "event": Event}
_ENTRY = "entry_into_force"


class PathError(ValueError):
    """A path that leads nowhere: what is wrong and what to do."""

    def __init__(self, problem: str, remedy: str = "") -> None:
        self.problem = problem
        self.remedy = remedy
        super().__init__(f"{problem}; {remedy}" if remedy else problem)


class NoSuchClause(PathError):
    """A legal path to a clause that this treaty does not have."""


@final
@dataclass(frozen=True)
class Path:
    """A path taken apart: its head, what stands in brackets, and the steps that follow."""

    head: str
    selector: str | None
    steps: tuple[str, ...]


def parse_path(text: str) -> Path:
    """Take a path apart; raises `PathError`.

    >>> parse_path("veto[14(2)].uses_per_term")
    Path(head='veto', selector='14(2)', steps=('uses_per_term',))
    """
    found = _HEAD.match(text)
    if not found:
        raise PathError(f"{text!r} is no path", "write, for example, veto.uses_per_term or party.NOR.discount")
    return Path(found[1], found[2], tuple(found[3].split(".")[1:]))


def set_at(document: dict[str, Any], text: str, value: Any) -> None:
    """Give the term at a path of a parsed treaty document a new value; raises `PathError`."""
    path = parse_path(text)
    if path.head == "exit" and not path.steps:
        document["exit"] = value
        return
    block, model, steps = _block(document, path)
    if not steps:
        raise PathError("names no term", choose_from("", _settable(model), "legal fields"))
    _set_below(block, model, steps, value, text)


def drop_at(document: dict[str, Any], text: str) -> None:
    """Leave out the provision that a path names, every one of a type if there is no bracket, or one term of it.

    A term that is left out falls back to what the file format says of its absence. Raises `PathError`.
    """
    path = parse_path(text)
    if path.head == _ENTRY and not path.steps and document.get(_ENTRY) is not None:
        del document[_ENTRY]
        return
    if path.steps or path.head in _OWNERS or path.head == _ENTRY:
        _drop_term(document, path)
        return
    found = _of_type(document, path)
    if path.selector is not None:
        found = [_selected(found, path)]
    document["provision"] = [block for block in document["provision"] if not any(block is other for other in found)]


def unset_at(document: dict[str, Any], text: str) -> None:
    """Leave out the single term that a path names, as ``drop_at`` does; raises `PathError` if it names more."""
    path = parse_path(text)
    if path.head == "exit" and not path.steps and "exit" in document:
        del document["exit"]
        return
    if len(path.steps) <= (path.head in _OWNERS):
        raise PathError(f"{text!r} names no single term", 'write, for example, veto.uses_per_term; a whole clause '
                        'is left out by remove = ["veto"]')  # fmt: skip
    _drop_term(document, path)


def _drop_term(document: dict[str, Any], path: Path) -> None:
    block, model, steps = _block(document, path)
    _check_fields(model, steps)
    for step in steps[:-1]:
        if isinstance(block, list):
            block = block[_index(step, len(block))]
        else:
            block = block.get(step) if isinstance(block, dict) else None
    if not steps or not isinstance(block, dict) or steps[-1] not in block:
        raise PathError("there is nothing to leave out", "name a provision, or a term that the file gives")
    del block[steps[-1]]


def value_at(treaty: Treaty, text: str) -> Value:
    """What a path stands for in a treaty: a number, text or truth value; None if the treaty has no such thing.

    A path to a provision itself gives True. Raises `PathError` if no treaty could have the path.
    """
    path = parse_path(text)
    if path.head == "exit" and not path.steps:
        return treaty.exit
    document = {
        **{kind: list(getattr(treaty, _PLURAL[kind])) for kind in _OWNERS},
        "provision": list(treaty.provisions),
        _ENTRY: treaty.entry_into_force,
    }
    try:
        here, model, steps = _block(document, path)
    except NoSuchClause:
        _check_fields(EntryIntoForce if path.head == _ENTRY else _clause(path), path.steps)
        return None
    current: Any = here
    inner: type[BaseModel] | None = model
    for step in steps:
        current, inner = _below(current, inner, step)
        if current is None:
            return None
    return _plain(current, text)


def table_at(document: dict[str, Any], text: str) -> Any:
    """What a document has at a path, a table or a value; None if it says nothing there.  Raises `PathError`."""
    here, _, steps = _block(document, parse_path(text))
    for step in steps:
        if not isinstance(here, dict):
            return None
        here = here.get(step)
    return here


_PLURAL = {"party": "parties", "matter": "matters", "event": "events"}


def _plain(value: Any, text: str) -> Value:
    if isinstance(value, Quantity):
        return value.value
    if isinstance(value, bool):
        return value
    if isinstance(value, (int, float)):
        return float(value)
    if isinstance(value, str):
        return math.inf if value == "unlimited" else value
    if isinstance(value, (Provision, Party, Matter, Event, EntryIntoForce)):
        return True
    raise PathError(f"{text!r} is not one number or word", "name one of its terms")


def _block(document: dict[str, Any], path: Path) -> tuple[Any, type[BaseModel], tuple[str, ...]]:
    """The block a path begins in, its model, and the steps that are left."""
    if path.head in _OWNERS:
        blocks = document.get(path.head, [])
        ids = [_get(block, "id") for block in blocks]
        if not path.steps or path.steps[0] not in ids:
            problem = f"there is no {path.head} {path.steps[0]!r}" if path.steps else f"names no {path.head}"
            raise PathError(
                problem, choose_from(path.steps[0] if path.steps else "", ids, f"declared in [[{path.head}]]")
            )
        return blocks[ids.index(path.steps[0])], _OWNERS[path.head], path.steps[1:]
    if path.head == _ENTRY:
        if document.get(_ENTRY) is None:
            raise NoSuchClause("nothing is said of entry into force", "add entry_into_force = { parties = 3 }, say")
        return document[_ENTRY], EntryIntoForce, path.steps
    found = _of_type(document, path)
    return _selected(found, path), _clause(path), path.steps


def _clause(path: Path) -> type[Provision]:
    """The model of the clause that a path begins in, which is known to be one."""
    found = type_named(path.head)
    assert found is not None
    return found


def _of_type(document: dict[str, Any], path: Path) -> list[Any]:
    if type_named(path.head) is None:
        legal = [*all_types(), *_OWNERS, _ENTRY, "exit"]
        begin = f"paths begin with a type of provision, {', '.join(_OWNERS)}, {_ENTRY} or exit"
        raise PathError(f"nothing is called {path.head!r}", f"{nearest(path.head, legal)}{begin}")
    found = [block for block in document.get("provision", []) if _get(block, "type") == path.head]
    if not found:
        raise NoSuchClause(f"the treaty has no {path.head} clause", f'add a [[provision]] with type = "{path.head}"')
    return found


def _selected(found: list[Any], path: Path) -> Any:
    articles = [str(_get(block, "article") or "-") for block in found]
    names = [f"{path.head}[{article}]" for article in articles]
    if len(set(articles)) < len(articles):
        names = [f"{path.head}[#{k}]" for k in range(1, len(found) + 1)]
    if path.selector is None:
        if len(found) > 1:
            raise PathError(f"there are {len(found)} {path.head} clauses", f"write {' or '.join(names)}")
        return found[0]
    if re.fullmatch(r"#[0-9]{1,4}", path.selector) and 1 <= int(path.selector[1:]) <= len(found):
        return found[int(path.selector[1:]) - 1]
    if articles.count(path.selector) == 1:
        return found[articles.index(path.selector)]
    how_many = "several" if path.selector in articles else "no"
    raise PathError(
        f"there is {how_many} {path.head} clause in article {path.selector!r}", f"write {' or '.join(names)}"
    )


def _get(block: Any, name: str) -> Any:
    return block.get(name) if isinstance(block, dict) else getattr(block, name, None)


def _settable(model: type[BaseModel]) -> list[str]:
    fixed = {"type", "id", "article", "note", "source", "design"}
    return [name for name in field_names(model) if name not in fixed] + list(_columns(model))


def _columns(model: type[BaseModel]) -> dict[str, tuple[str, str]]:
    """Columns of lists of tables: plural name -> (field that holds the list, field of its entries)."""
    columns = {}
    for name in field_names(model):
        field = field_named(model, name)
        inner = inner_model(field.annotation) if field and get_origin(field.annotation) is tuple else None
        for entry in field_names(inner) if inner is not None else []:
            columns[f"{entry}s"] = (name, entry)
    return columns


def _check_fields(model: type[BaseModel], steps: tuple[str, ...]) -> None:
    """Whether a model could have a path at all."""
    inner: type[BaseModel] | None = model
    for step in steps:
        if inner is None or inner is Quantity:
            return
        field = field_named(inner, step)
        if field is None:
            if step in _columns(inner) or _NUMBER.fullmatch(step):
                continue
            raise PathError(f"{step!r} is no field", choose_from(step, _settable(inner), "legal fields"))
        inner = inner_model(field.annotation)


def _below(current: Any, inner: type[BaseModel] | None, step: str) -> tuple[Any, type[BaseModel] | None]:
    """One step down in a treaty's models."""
    if isinstance(current, dict):
        if step not in current:
            raise PathError(f"there is no {step!r} here", choose_from(step, current, "known names"))
        return current[step], inner
    if isinstance(current, tuple):
        return current[_index(step, len(current))], inner
    if isinstance(current, BaseModel):
        _check_fields(type(current), (step,))
        field = field_named(type(current), step)
        if field is not None:
            return getattr(current, step), inner_model(field.annotation)
    raise PathError(f"{step!r} leads nowhere", "end the path before it")


def _index(step: str, length: int) -> int:
    if not _NUMBER.fullmatch(step) or not int(step) < length:
        raise PathError(f"{step!r} is no entry of a list of {length}", f"entries are numbered 0 to {length - 1}")
    return int(step)


def _set_below(block: Any, model: type[BaseModel] | None, steps: tuple[str, ...], value: Any, text: str) -> None:
    step, rest = steps[0], steps[1:]
    if isinstance(block, list):
        k = _index(step, len(block))
        if rest:
            _set_below(block[k], model, rest, value, text)
        else:
            block[k] = value
        return
    if not isinstance(block, dict):
        raise PathError(f"{step!r} leads nowhere in {text!r}", "end the path before it")
    field = field_named(model, step) if model is not None else None
    if model is not None and field is None and step in _columns(model) and not rest:
        _set_column(block, *_columns(model)[step], value)
        return
    is_map = model is None or (model is Quantity and "value" not in block) or step in block
    if field is None and not is_map:
        assert model is not None
        raise PathError(f"{step!r} is no field", choose_from(step, _settable(model), "legal fields"))
    inner = inner_model(field.annotation) if field is not None else model
    if rest:
        _set_below(block.setdefault(step, {}), inner, rest, value, text)
    else:
        block[step] = _keep_unit(block.get(step), value)


def _keep_unit(old: Any, new: Any) -> Any:
    """A plain number put in place of a number with a unit keeps the unit; its range and source no longer apply."""
    plain = isinstance(new, (int, float)) and not isinstance(new, bool)
    if plain and isinstance(old, dict) and old.get("unit") is not None:
        return {"value": new, "unit": old["unit"]}
    return new


def _set_column(block: dict[str, Any], rows: str, entry: str, value: Any) -> None:
    tables = block.get(rows, [])
    if not isinstance(value, list) or len(value) != len(tables):
        raise PathError(
            f"needs a list of {len(tables)} values, one for each of the {rows}", f"or set {rows} as a whole"
        )
    for table, new in zip(tables, value, strict=True):
        table[entry] = new
