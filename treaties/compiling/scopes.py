"""What a clause looks at: an amount or a law is put to the moves that it reads, and to no others.

An effect is a function of columns.  It is given the options of some choices in all their combinations, and whatever
else it reaches for is added until it reaches for nothing more; so its scope is found, not declared, and is right by
construction: over all rows of these states, nothing but the choices in the scope makes a difference to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from math import prod
from typing import TypeVar, final

import numpy as np

from games.numerics.arrays import Bools, Ints
from treaties.compiling.merging import MergedChoice
from treaties.effects import Columns

Result = TypeVar("Result")
Fill = Callable[[Columns], Columns]
"""Completes columns that have states and moves with all that follows from them."""


@final
class Beyond(Exception):
    """A function of columns has asked for a move that it was not given; ``choice`` is the number of that choice."""

    def __init__(self, choice: int) -> None:
        super().__init__(choice)
        self.choice = choice


@final
@dataclass(frozen=True, eq=False)
class Offer:
    """States in which the same options are there.

    ``states``   Int[states, variables], codes.
    ``options``  per choice, the numbers of the options that are there; -1 alone where there are none.
    """

    states: Ints
    options: tuple[tuple[int, ...], ...]

    @staticmethod
    def of(states: Ints, available: Bools, choices: tuple[MergedChoice, ...]) -> Offer:
        """From Bool[options], which options of all choices in turn are there."""
        options, start = [], 0
        for choice in choices:
            here = np.flatnonzero(available[start : start + len(choice.options)]).tolist()
            options.append(tuple(here) or (-1,))
            start += len(choice.options)
        return Offer(states, tuple(options))

    def sizes(self, scope: tuple[int, ...]) -> tuple[int, ...]:
        """How many options each of some choices has."""
        return tuple(len(self.options[c]) for c in scope)

    def rows(self, scope: tuple[int, ...]) -> int:
        """States together with all combinations of the options of some choices."""
        return len(self.states) * prod(self.sizes(scope))


@final
@dataclass(frozen=True, eq=False)
class Scopes:
    """Puts functions of columns to the states of an ``Offer`` and the moves that they read.

    ``choices``  of the treaty, in order.
    ``columns``  makes columns of states out of their codes.
    ``fill``     completes columns of rows.
    ``insist``   is called with an offer and a scope before rows are made for them.
    ``known``    by name, the scopes found so far.
    """

    choices: tuple[MergedChoice, ...]
    columns: Callable[[Ints], Columns]
    fill: Fill
    insist: Callable[[Offer, tuple[int, ...]], None]
    known: dict[str, tuple[int, ...]] = field(default_factory=dict)

    def read(self, what: str, function: Callable[[Columns], Result], offer: Offer) -> tuple[tuple[int, ...], Result]:
        """The scope of a function in some states, and what it gives: states in order, moves in C order.

        ``what``  the function's name: what it has read before is given at once the next time.
        """
        scope = self.known.get(what, ())
        if what not in self.known:
            # What is read once finds nearly all of the scope for nothing; then it is put to all states and moves.
            one = Offer(offer.states[:1], offer.options)
            scope = self._widened(scope, lambda wider: function(self.only(one, wider)))[0]
        scope, result = self._widened(scope, lambda wider: function(self.rows(offer, wider)))
        self.known[what] = scope
        return scope, result

    @staticmethod
    def _widened(scope: tuple[int, ...], read: Callable[[tuple[int, ...]], Result]) -> tuple[tuple[int, ...], Result]:
        """The scope with all that is read, and what comes of it."""
        while True:
            try:
                return scope, read(scope)
            except Beyond as missing:
                scope = tuple(sorted({*scope, missing.choice}))

    def rows(self, offer: Offer, scope: tuple[int, ...]) -> Columns:
        """As ``over``, once it is certain that there are not too many."""
        self.insist(offer, scope)
        return self.over(offer, scope)

    def only(self, offer: Offer, scope: tuple[int, ...]) -> Columns:
        """As ``over``, with one option of each choice: to see what is read."""
        options = (of[:1] if c in scope else of for c, of in enumerate(offer.options))
        return self.over(Offer(offer.states, tuple(options)), scope)

    def over(self, offer: Offer, scope: tuple[int, ...]) -> Columns:
        """Columns of states with all combinations of some choices; to read any other choice raises ``Beyond``."""
        sizes = offer.sizes(scope)
        count = prod(sizes)
        taken = np.unravel_index(np.arange(count), sizes) if scope else ()
        held = {
            c: np.tile(np.array(offer.options[c], dtype=np.int64)[which], len(offer.states))
            for c, which in zip(scope, taken, strict=True)
        }
        bare = self.columns(np.repeat(offer.states, count, axis=0))
        chosen = _Held(self.choices, held, offer, bare.size)
        options = {(choice.party, choice.matter): choice.names for choice in self.choices}
        return self.fill(replace(bare, chosen=chosen, options=options))


@final
class _Held(Mapping[tuple[str, str], Ints]):
    """Moves of the choices that are held; the only option where there is no more than one; ``Beyond`` for others."""

    def __init__(
        self, choices: tuple[MergedChoice, ...], held: Mapping[int, Ints], offer: Offer, size: int
    ) -> None:
        self._number = {(choice.party, choice.matter): c for c, choice in enumerate(choices)}
        self._held, self._offer, self._size = held, offer, size

    def __getitem__(self, key: tuple[str, str]) -> Ints:
        c = self._number[key]
        if c in self._held:
            return self._held[c]
        if len(self._offer.options[c]) > 1:
            raise Beyond(c)
        return np.full(self._size, self._offer.options[c][0], dtype=np.int64)

    def __contains__(self, key: object) -> bool:
        return key in self._number

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self._number)

    def __len__(self) -> int:
        return len(self._number)
