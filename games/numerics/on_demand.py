"""A mapping whose values are computed when they are first asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Generic, TypeVar, final

Key = TypeVar("Key")
Value = TypeVar("Value")


@final
class OnDemand(Mapping[Key, Value], Generic[Key, Value]):
    """Values by key, each computed by ``make(key)`` when it is first read, and kept.

    Keys are known from the start: to ask which there are computes nothing.
    """

    def __init__(self, keys: Mapping[Key, object] | tuple[Key, ...], make: Callable[[Key], Value]) -> None:
        self._keys = dict.fromkeys(keys)
        self._make = make
        self._known: dict[Key, Value] = {}

    def __getitem__(self, key: Key) -> Value:
        if key not in self._known:
            if key not in self._keys:
                raise KeyError(key)
            self._known[key] = self._make(key)
        return self._known[key]

    def __contains__(self, key: object) -> bool:
        return key in self._keys

    def __iter__(self) -> Iterator[Key]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)
