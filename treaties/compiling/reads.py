"""What a function of columns reads of states and moves, and one entry for every combination of it.

A function of columns works entry by entry, so it says the same of two entries that agree in all that it reads, in every
world.  What it reads is found, not declared, and a function that reaches for more than it did is refused (``Unread``).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, final

import numpy as np
from numpy.typing import NDArray

from games.numerics.arrays import Ints
from games.numerics.numbering import numbered
from treaties.compiling.scopes import Fill
from treaties.effects import Columns

Key = TypeVar("Key", bound=Hashable)
Arrays = tuple[NDArray[Any], ...]
Reader = Callable[[Columns], Arrays]
"""Arrays with one row per entry."""
MAPS = ("codes", "chosen", "accused", "certified")
"""What columns are made of; everything else follows from it."""


@final
class Unread(Exception):
    """A function of columns has asked for something that it did not read before."""


@final
class Uneven(Exception):
    """A function of columns does not work entry by entry."""


@final
@dataclass(frozen=True, eq=False)
class Sample:
    """One entry for every combination of what a function reads.

    ``bare``    columns of these entries, of what the function reads alone.
    ``values``  what it says of them.
    ``places``  per batch of entries Int[entries]: which of them each is.
    """

    bare: Columns
    values: Arrays
    places: tuple[Ints, ...]


def sample(function: Reader, batches: Sequence[Columns], fill: Fill) -> Sample:
    """Every combination of what a function reads in some batches of columns.

    ``fill``  completes columns that have states and moves.

    Raises ``Uneven`` if the function says of them anything else than of the batches.
    """
    noted: set[tuple[str, Any]] = set()
    found = [function(fill(_watched(columns, noted))) for columns in batches]
    keys = sorted(noted, key=repr)
    read = [np.concatenate([getattr(columns, name)[key] for columns in batches]) for name, key in keys]
    sizes = [columns.size for columns in batches]
    place, first = numbered(*read) if read else (np.zeros(sum(sizes), dtype=np.int64), np.zeros(1, dtype=np.int64))
    given: dict[str, dict[Any, NDArray[Any]]] = {name: {} for name in MAPS}
    for (name, key), column in zip(keys, read, strict=True):
        given[name][key] = column[first]
    bare = _columns(
        batches[0], len(first), {name: _Given(frozenset(getattr(batches[0], name)), given[name]) for name in MAPS}
    )
    values = function(fill(bare))
    for k, value in enumerate(values):
        if len(value) != len(first) or any(arrays[k].shape[1:] != value.shape[1:] for arrays in found):
            raise Uneven
        if not np.array_equal(np.concatenate([arrays[k] for arrays in found]), value[place]):
            raise Uneven
    return Sample(bare, values, tuple(np.split(place, np.cumsum(sizes)[:-1])))


def _watched(columns: Columns, noted: set[tuple[str, Any]]) -> Columns:
    return _columns(columns, columns.size, {name: _Noting(getattr(columns, name), name, noted) for name in MAPS})


def _columns(like: Columns, size: int, maps: Mapping[str, Mapping[Any, Any]]) -> Columns:
    return Columns(
        size,
        maps["codes"],
        like.values,
        maps["chosen"],
        like.options,
        unseen=like.unseen,
        accused=maps["accused"],
        certified=maps["certified"],
    )


@final
class _Noting(Mapping[Key, NDArray[Any]], Generic[Key]):
    """A mapping that notes what is read."""

    def __init__(self, of: Mapping[Key, NDArray[Any]], name: str, noted: set[tuple[str, Any]]) -> None:
        self._of, self._name, self._noted = of, name, noted

    def __getitem__(self, key: Key) -> NDArray[Any]:
        value = self._of[key]
        self._noted.add((self._name, key))
        return value

    def __contains__(self, key: object) -> bool:
        return key in self._of

    def __iter__(self) -> Iterator[Key]:
        return iter(self._of)

    def __len__(self) -> int:
        return len(self._of)


@final
class _Given(Mapping[Key, NDArray[Any]], Generic[Key]):
    """A mapping of which only some values are given; to read another raises ``Unread``."""

    def __init__(self, keys: frozenset[Key], given: Mapping[Key, NDArray[Any]]) -> None:
        self._keys, self._given = keys, given

    def __getitem__(self, key: Key) -> NDArray[Any]:
        if key in self._given:
            return self._given[key]
        if key in self._keys:
            raise Unread
        raise KeyError(key)

    def __contains__(self, key: object) -> bool:
        return key in self._keys

    def __iter__(self) -> Iterator[Key]:
        return iter(sorted(self._keys, key=repr))

    def __len__(self) -> int:
        return len(self._keys)
