"""A treaty in other worlds: the same text with other values of its numbers, made without reading the text again.

A world gives a value to every number that has a range, by path (``party.NOR.discount``).  Whatever it leaves alone is
the same object as before, so that what was made of it still holds.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, final

from pydantic import BaseModel, ValidationError
from pydantic_core import PydanticCustomError

from treaties.model.errors import Place, TreatyError, TreatyFileError
from treaties.model.names import choose_from
from treaties.model.quantity import Quantity, finite
from treaties.model.treaty import BLOCKS, NamedNumber, Treaty
from treaties.reading.document import Fault, faults_of

World = Mapping[str, float]
"""Values by path."""
_SINGULAR = {plural: name for name, plural in BLOCKS.items()}
_Tree = dict[str | int, Any]
"""Steps down from the treaty; at the end of each stands the path of a quantity."""


def ranged(treaty: Treaty) -> tuple[NamedNumber, ...]:
    """Every number of a treaty that has a range, in the order of the file."""
    return tuple(number for number in treaty.numbers() if number.low is not None or number.high is not None)


def with_values(treaty: Treaty, world: World) -> Treaty:
    """The treaty in a world; raises ``TreatyFileError`` (``Worlds.at``)."""
    return Worlds.of(treaty).at(world)


@final
@dataclass(frozen=True, eq=False)
class Worlds:
    """A treaty and where its numbers stand.

    ``values``  what each number is in the text, by path.
    ``steps``   the way to each: block, place in its list, fields, keys and indexes.
    ``digest``  the treaty's ``source_hash``.
    ``spans``   between what a world may set those that have another range here than in the text.
    """

    treaty: Treaty
    values: Mapping[str, float]
    steps: Mapping[str, tuple[str | int, ...]]
    digest: str
    spans: Mapping[str, tuple[float, float]] = field(default_factory=dict)

    @staticmethod
    def of(treaty: Treaty) -> Worlds:
        """The worlds of a treaty."""
        heads = dict(_heads(treaty))
        values = {number.path: number.value for number in treaty.numbers()}
        steps: dict[str, tuple[str | int, ...]] = {}
        for path in values:
            head = next(head for head in heads if path.startswith(f"{head}."))
            steps[path] = (*heads[head], *path[len(head) + 1 :].split("."))
        return Worlds(treaty, values, steps, treaty.source_hash)

    def only(self, spans: Mapping[str, tuple[float, float]]) -> Worlds:
        """The worlds that set some numbers, each between two ends; raises ``TreatyFileError`` if one is not there."""
        self._insist_on(spans)
        return replace(self, steps={path: self.steps[path] for path in spans}, spans=spans)

    def at(self, world: World) -> Treaty:
        """The treaty with these values; their ranges, units and sources stay, and everything is validated again.

        Raises ``TreatyFileError`` if a path leads to no quantity, a value lies outside its range or is none that the
        quantity can have, or values do not go together.
        """
        self._insist_on(world)
        tree: _Tree = {}
        for path, number in world.items():
            span = self.spans.get(path)
            if span is not None and not span[0] <= number <= span[1]:
                raise self._refusal([Fault((path,), *_outside(number, *span))])
            below = tree
            *way, last = self.steps[path]
            for step in way:
                below = below.setdefault(step, {})
            below[last] = path
        changed: dict[str, Any] = {}
        for name, below in tree.items():
            old = getattr(self.treaty, str(name))
            if isinstance(old, BaseModel):
                changed[str(name)] = self._block(old, (name,), below, world)
            else:
                changed[str(name)] = tuple(
                    self._block(block, (_SINGULAR[str(name)], k), below[k], world) if k in below else block
                    for k, block in enumerate(old)
                )
        content = "".join(f"{path}={world[path]!r};" for path in sorted(world))
        digest = hashlib.sha256(f"{self.digest} {content}".encode()).hexdigest() if world else self.digest
        return self.treaty.model_copy(update=changed).came_from(
            self.treaty.source_name, digest, self.treaty.variant_name
        )

    def _insist_on(self, paths: Iterable[str]) -> None:
        """Raise ``TreatyFileError`` unless these are numbers that worlds may set."""
        for path in paths:
            if path not in self.steps:
                problem = "is no number of the treaty that a world may set"
                raise self._refusal([Fault((path,), problem, choose_from(path, self.steps, "it may set"))])

    def _block(self, block: BaseModel, place: Place, tree: _Tree, world: World) -> BaseModel:
        try:
            changed: BaseModel = _changed(block, tree, world)
        except ValidationError as error:
            raise self._refusal(list(faults_of(error, type(block), place))) from None
        except _NotOne as error:
            raise self._refusal([Fault((error.path,), error.problem, error.remedy)]) from None
        return changed

    def _refusal(self, faults: list[Fault]) -> TreatyFileError:
        name = self.treaty.source_name or self.treaty.title
        return TreatyFileError([
            TreatyError(name, None, None, ".".join(["world", *map(str, fault.place)]), fault.problem, fault.remedy)
            for fault in faults
        ])  # fmt: skip


def _heads(treaty: Treaty) -> Iterator[tuple[str, tuple[str | int, ...]]]:
    """How paths name the blocks of a treaty, and where these are."""
    for kind in ("party", "matter", "event"):
        for k, item in enumerate(getattr(treaty, BLOCKS[kind])):
            yield f"{kind}.{item.id}", (BLOCKS[kind], k)
    for k, provision in enumerate(treaty.provisions):
        yield treaty.path_of(provision), ("provisions", k)
    for name in Treaty.model_fields:
        if isinstance(getattr(treaty, name), BaseModel):
            yield name, (name,)


def _outside(number: float, low: float, high: float) -> tuple[str, str]:
    return f"{number:g} lies outside its range, {low:g} to {high:g}", "stay within, or widen the range"


class _NotOne(Exception):
    """The value of a path is no number that it can have."""

    def __init__(self, path: str, problem: str, remedy: str) -> None:
        self.path, self.problem, self.remedy = path, problem, remedy


def _changed(value: Any, tree: _Tree | str, world: World) -> Any:
    """A model, map or list with the values of a world below it."""
    if isinstance(tree, str):
        return _quantity(value, tree, world[tree])
    if isinstance(value, BaseModel):
        given = {name: getattr(value, name) for name in value.model_fields_set}
        given |= {str(name): _changed(getattr(value, str(name)), below, world) for name, below in tree.items()}
        given = {type(value).model_fields[name].alias or name: item for name, item in given.items()}
        return type(value).model_validate(given)
    if isinstance(value, dict):
        return {**value, **{key: _changed(value[key], below, world) for key, below in tree.items()}}
    return tuple(_changed(item, tree[str(k)], world) if str(k) in tree else item for k, item in enumerate(value))


def _quantity(value: Any, path: str, number: float) -> Any:
    """A quantity, or a plain number, of another value."""
    try:
        number = finite(number)
    except PydanticCustomError as error:
        context = error.context or {}
        raise _NotOne(path, context["problem"], context["remedy"]) from None
    if not isinstance(value, Quantity):
        return number
    own_range = value.low is not None or value.high is not None
    if own_range and not value.lowest <= number <= value.highest:
        raise _NotOne(path, *_outside(number, value.lowest, value.highest))
    return value.model_copy(update={"value": number})
