"""Moves of a party that make no difference to anybody, whatever the others do, are one move.

Two moves are equivalent in a state if every amount, every law and every signal is the same after both, for all moves of
the others.  Each of these is looked at over the few choices that it reads (``scopes``), never over whole profiles, so
the cost is that of what clauses say, not of what parties can do together.  Amounts are compared one by one, before they
are valued and summed: what is merged is equal at all discount factors.

In pure strategies with public randomisation, to leave out all but one of equivalent moves changes no equilibrium
payoff: an equilibrium of the larger game plays the representative in place of each, and answers it as it answered the
move itself; in the other direction, all are answered alike.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import final

import numpy as np

from games.numerics.arrays import Bools, Floats, Ints
from treaties.compiling.merging import MergedChoice
from treaties.compiling.scopes import Offer, Scopes
from treaties.effects import Columns

Aspect = Callable[[Columns], Floats]
"""Something that moves can change: Float[rows] or Float[rows, values]."""


@final
@dataclass(frozen=True, eq=False)
class Moves:
    """All moves of one party in the states of an ``Offer``: an option in each of its choices, in C order.

    ``choices``  the numbers of the party's choices.
    ``taken``    Int[moves, choices of the party]: the place of the option among those that are there.
    """

    choices: tuple[int, ...]
    taken: Ints

    @staticmethod
    def of(party: str, choices: Sequence[MergedChoice], offer: Offer) -> Moves:
        """The moves of a party."""
        mine = tuple(c for c, choice in enumerate(choices) if choice.party == party)
        sizes = offer.sizes(mine)
        taken = np.stack(np.unravel_index(np.arange(int(np.prod(sizes))), sizes), axis=1) if mine else np.zeros((1, 0))
        return Moves(mine, taken.astype(np.int64))

    def places(self, scope: tuple[int, ...], offer: Offer) -> Ints:
        """Int[moves]: which combination of its choices in a scope each move is, in C order."""
        out = np.zeros(len(self.taken), dtype=np.int64)
        for c in scope:
            if c in self.choices:
                out = out * len(offer.options[c]) + self.taken[:, self.choices.index(c)]
        return out

    def options(self, offer: Offer) -> Ints:
        """Int[moves, choices of the party]: the number of the option, -1 for none."""
        out = np.empty_like(self.taken)
        for k, c in enumerate(self.choices):
            out[:, k] = np.array(offer.options[c])[self.taken[:, k]]
        return out


@final
class Classes:
    """Classes of every party's moves in the states of an offer, refined by one aspect after another.

    ``first``  per party Int[states, moves]: the first move of the class of each.
    """

    def __init__(self, offer: Offer, moves: Sequence[Moves]) -> None:
        self.offer, self.moves = offer, tuple(moves)
        self.first = [np.zeros((len(offer.states), len(of.taken)), dtype=np.int64) for of in self.moves]

    def __and__(self, other: Classes) -> Classes:
        """Moves that are alike in both."""
        out = Classes(self.offer, self.moves)
        out.first = [joined(mine, its) for mine, its in zip(self.first, other.first, strict=True)]
        return out

    def tell_apart(self, scope: tuple[int, ...], values: Floats) -> None:
        """Keep together only moves after which an aspect is the same, whatever the others do.

        ``values``  Float[states * combinations of the choices in the scope, ...], as ``Scopes.read`` gives them.
        """
        shape = (len(self.offer.states), *self.offer.sizes(scope), -1)
        table = np.ascontiguousarray(values, dtype=np.float64).reshape(shape) + 0.0
        for i, of in enumerate(self.moves):
            own = [axis + 1 for axis, c in enumerate(scope) if c in of.choices]
            if any(table.shape[axis] > 1 for axis in own):
                moved = np.moveaxis(table, own, range(1, len(own) + 1))
                combinations = int(np.prod(moved.shape[1 : len(own) + 1]))
                slices = numbered(moved.reshape(len(table) * combinations, -1)).reshape(len(table), combinations)
                self.first[i] = joined(self.first[i], slices[:, of.places(scope, self.offer)])


def classes_of(
    aspects: Iterable[tuple[str, Aspect]], scopes: Scopes, offer: Offer, moves: Sequence[Moves]
) -> Classes:
    """The classes of moves that are alike in all of some aspects, each with a name."""
    out = Classes(offer, moves)
    for what, aspect in aspects:
        out.tell_apart(*scopes.read(what, aspect, offer))
    return out


def joined(first: Ints, ids: Ints) -> Ints:
    """Int[states, moves]: the first move that is alike by both of two numberings, Int[states, moves] each."""
    states, moves = first.shape
    code = (np.arange(states)[:, None] * (int(first.max(initial=0)) + 1) + first) * (int(ids.max(initial=0)) + 1) + ids
    _, at, which = np.unique(code.ravel(), return_index=True, return_inverse=True)
    return np.asarray(at[which.ravel()].reshape(states, moves) % moves, dtype=np.int64)


def numbered(rows: Floats) -> Ints:
    """Int[rows]: equal rows of a table have equal numbers, bit for bit."""
    packed = np.ascontiguousarray(rows)
    if packed.shape[1] == 0:
        return np.zeros(len(packed), dtype=np.int64)
    bits = packed.view(np.dtype((np.void, packed.shape[1] * packed.itemsize))).ravel()
    return np.asarray(np.unique(bits, return_inverse=True)[1].ravel(), dtype=np.int64)


def dead_choices(offer: Offer, choices: Sequence[MergedChoice], moves: Sequence[Moves], classes: Classes) -> Bools:
    """Bool[states, choices]: procedural choices that make no difference in a state, whatever else is done there."""
    out = np.zeros((len(offer.states), len(choices)), dtype=bool)
    for i, of in enumerate(moves):
        for k, c in enumerate(of.choices):
            if choices[c].procedural and len(offer.options[c]) > 1:
                # The same move with the first option of this choice in place of its own.
                sizes = offer.sizes(of.choices)
                step = int(np.prod(sizes[k + 1 :]))
                without = np.arange(len(of.taken)) - of.taken[:, k] * step
                out[:, c] = (classes.first[i] == classes.first[i][:, without]).all(axis=1)
    return out


def representatives(first: Ints, planned: Ints, options: Ints) -> Ints:
    """Int[states, moves]: of the class of each move the one that stands for it.

    It is the one that differs from what the plan does in fewest choices, and of those the first: the plan's own move
    where the class has it, else the simplest.

    ``planned``  Int[states, choices of the party]: the plan's options.   ``options``  Int[moves, choices of the party].
    """
    states, moves = first.shape
    changes = np.zeros((states, moves), dtype=np.int64)
    for k in range(options.shape[1]):
        changes += options[None, :, k] != planned[:, k, None]
    best = np.full((states, moves), np.iinfo(np.int64).max)
    at = np.broadcast_to(np.arange(states)[:, None], first.shape)
    np.minimum.at(best, (at, first), changes * moves + np.arange(moves))
    return np.asarray(best[at, first] % moves, dtype=np.int64)


def kept_counts(first: Ints, kept: Bools) -> Ints:
    """Int[states]: how many classes have a move among those that are kept, Bool[moves]."""
    marks = np.zeros(first.shape, dtype=bool)
    marks[np.arange(len(first))[:, None], first[:, kept]] = True
    return np.asarray(marks.sum(axis=1))




@final
@dataclass(frozen=True, eq=False)
class Merged:
    """The moves of some states, and which of them are alike.

    ``at``        Int[states], numbers of the states.
    ``payoffs``, ``signals``  classes of moves by what they do to payoffs, and to signals.
    ``whole``     classes of moves that are alike in everything.
    """

    at: Ints
    offer: Offer
    moves: tuple[Moves, ...]
    payoffs: Classes
    signals: Classes
    whole: Classes

    @property
    def rows(self) -> Ints:
        """Int[states]: profiles of what is left of the moves."""
        return self.rows_with([np.ones(len(of.taken), dtype=bool) for of in self.moves])

    def rows_with(self, kept: Sequence[Bools]) -> Ints:
        """Int[states]: profiles of the classes that have a move among those that are kept, per party Bool[moves]."""
        counts = [kept_counts(first, of) for first, of in zip(self.whole.first, kept, strict=True)]
        return np.asarray(np.prod(np.array(counts, dtype=float), axis=0).astype(np.int64))

    def profile(self, state: int, wanted: Sequence[int]) -> int:
        """The profile, among those of the classes, in which the parties make some moves.

        ``state``   place of the state in ``at``.   ``wanted``  the option of every choice; what is not there is not asked.

        Raises ``KeyError`` if an option is not there.
        """
        profile = 0
        for of, first in zip(self.moves, self.whole.first, strict=True):
            mine = np.array([wanted[c] for c in of.choices], dtype=np.int64)
            options = of.options(self.offer)
            fits = ((options == mine) | (options < 0)).all(axis=1)
            if not fits.any():
                raise KeyError(tuple(mine.tolist()))
            classes = np.unique(first[state])
            profile = profile * len(classes) + int(np.searchsorted(classes, first[state, fits.argmax()]))
        return profile
