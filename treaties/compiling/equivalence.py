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
from functools import cached_property
from typing import Any, final

import numpy as np
from numpy.typing import NDArray

from games.numerics.arrays import Bools, Floats, Ints
from treaties.compiling.merging import MergedChoice
from treaties.compiling.scopes import Offer, Scopes
from treaties.effects import Columns

COMPARED = 8
"""Up to so many alternatives are compared one with another; more are sorted."""
HIDDEN = -1
"""Options below this number stand for conduct that nobody sees (-1 for no option)."""
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
@dataclass(frozen=True, eq=False)
class Classes:
    """Classes of every party's moves in some states, refined by one aspect after another.

    ``shape``  per party, how many states and moves there are.
    ``marks``  per party, Int[states, moves] each: moves of a state are alike if they bear the same marks.
    ``kinds``  Int[states] each: states with the same numbers are alike in every aspect, move by move.
    """

    shape: tuple[tuple[int, int], ...]
    marks: tuple[list[Ints], ...]
    kinds: list[Ints]

    @staticmethod
    def of(offer: Offer, moves: Sequence[Moves]) -> Classes:
        """All moves alike."""
        return Classes(tuple((len(offer.states), len(of.taken)) for of in moves), tuple([] for _ in moves), [])

    def __and__(self, other: Classes) -> Classes:
        """Moves that are alike in both."""
        marks = tuple([*mine, *its] for mine, its in zip(self.marks, other.marks, strict=True))
        return Classes(self.shape, marks, [*self.kinds, *other.kinds])

    def only(self, states: Ints) -> Classes:
        """The classes of some of the states."""
        shape = tuple((len(states), moves) for _, moves in self.shape)
        marks = tuple([mark[states] for mark in of] for of in self.marks)
        return Classes(shape, marks, [kind[states] for kind in self.kinds])

    @cached_property
    def first(self) -> list[Ints]:
        """Per party Int[states, moves]: the first move of the class of each."""
        return [_first_alike(shape, marks) for shape, marks in zip(self.shape, self.marks, strict=True)]

    def tell_apart(self, offer: Offer, moves: Sequence[Moves], scope: tuple[int, ...], values: Floats) -> None:
        """Keep together only moves after which an aspect is the same, whatever the others do.

        ``values``  Float[states * combinations of the choices in the scope, ...], as ``Scopes.read`` gives them.
        """
        table = np.asarray(values, dtype=np.float64).reshape(len(offer.states), *offer.sizes(scope), -1)
        self.kinds.append(_equal_slices(table.reshape(1, len(table), -1))[0])
        for i, of in enumerate(moves):
            own = [axis + 1 for axis, c in enumerate(scope) if c in of.choices]
            if any(table.shape[axis] > 1 for axis in own):
                moved = np.moveaxis(table, own, range(1, len(own) + 1))
                combinations = int(np.prod(moved.shape[1 : len(own) + 1]))
                alike = _equal_slices(np.ascontiguousarray(moved).reshape(len(table), combinations, -1))
                if alike.any():
                    self.marks[i].append(alike[:, of.places(scope, offer)])


def _equal_slices(table: NDArray[Any]) -> Ints:
    """Int[states, combinations]: the first combination whose values, [states, combinations, ...], are the same."""
    states, combinations, _ = table.shape
    if combinations > COMPARED:
        packed = np.ascontiguousarray(table + table.dtype.type(0)).reshape(states * combinations, -1)
        bits = packed.view(np.dtype((np.void, packed.shape[1] * packed.itemsize))).ravel()
        return _first_alike((states, combinations), [np.unique(bits, return_inverse=True)[1].reshape(states, -1)])
    out = np.zeros((states, combinations), dtype=np.int64)
    for c in range(1, combinations):
        out[:, c] = c
        for before in range(c - 1, -1, -1):
            # From the last to the first: the first that is the same is written last.
            same = (table[:, c] == table[:, before]).all(axis=1)
            out[same, c] = before
    return out


def _first_alike(shape: tuple[int, int], marks: Sequence[Ints]) -> Ints:
    """Int[states, moves]: the first move of the same state with the same marks."""
    states, moves = shape
    code = np.repeat(np.arange(states), moves)
    for mark in marks:
        # Numbered anew each time, so that numbers stay small.
        code = np.unique(code * (int(mark.max()) + 1) + mark.ravel(), return_inverse=True)[1].ravel()
    first = np.full(int(code.max()) + 1, -1)
    first[code[::-1]] = np.arange(len(code))[::-1]
    return np.asarray(first[code].reshape(states, moves) % moves, dtype=np.int64)


def classes_of(
    aspects: Iterable[tuple[str, Aspect]], scopes: Scopes, offer: Offer, moves: Sequence[Moves]
) -> Classes:
    """The classes of moves that are alike in all of some aspects, each with a name."""
    out = Classes.of(offer, moves)
    for what, aspect in aspects:
        out.tell_apart(offer, moves, *scopes.read(what, aspect, offer))
    return out


def public_marks(seen: Ints, options: Ints, first: Ints) -> Ints:
    """Int[states, moves]: moves of a party bear the same mark if it makes no difference that everyone tells them apart.

    A move is what everyone sees of it, and what nobody sees.  Two public parts are alike in a state if they go with the
    same hidden parts, and with each of these give moves that are alike: then neither says anything that matters, and in
    an equilibrium the one can always stand for the other.  Other public parts keep their moves apart.

    ``seen``   Int[moves, choices]: options as everyone sees them, negative where hidden.
    ``first``  Int[states, moves]: the first of the moves that are alike in everything but what is seen.
    """
    hidden = np.where(seen < HIDDEN, options, 0)
    public = np.unique(seen, axis=0, return_inverse=True)[1].ravel()
    secret = np.unique(hidden, axis=0, return_inverse=True)[1].ravel()
    out = np.broadcast_to(public, first.shape).copy()
    order = np.lexsort((secret, public))
    start = np.flatnonzero(np.diff(public[order], prepend=-1))
    groups: dict[bytes, list[Ints]] = {}
    for moves in np.split(order, start[1:]):
        groups.setdefault(secret[moves].tobytes(), []).append(moves)
    for alike in groups.values():
        members = np.array(alike)
        which = _equal_slices(first[:, members])
        out[:, members] = public[members[:, 0]][which][:, :, None]
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

    def only(self, states: Ints, at: Ints) -> Merged:
        """Some of the states, by their places, with new numbers."""
        offer = Offer(self.offer.states[states], self.offer.options)
        payoffs, signals, whole = (kind.only(states) for kind in (self.payoffs, self.signals, self.whole))
        return Merged(at, offer, self.moves, payoffs, signals, whole)

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

        ``state``   place of the state in ``at``.
        ``wanted``  the option of every choice; of a choice that is not there nothing is asked.

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
