"""States whose moves merge alike, and the places of their rows among payoffs, laws of motion and laws of signals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import final

import numpy as np

from games.numerics.arrays import Ints
from treaties.compiling.equivalence import Merged, representatives
from treaties.compiling.rows import Block, moves_of


@final
@dataclass(frozen=True, eq=False)
class Part:
    """States with the same moves left, each told by the one that stands for its class.

    ``whole``    rows over the moves that are not alike.
    ``paid``     rows over those of them that are paid differently; ``payoff`` Int[profiles] is the place there.
    ``spoken``   rows over those that signals tell apart; ``signal`` Int[profiles] is the place there.
    ``law``      Int[profiles]: the place among the combinations of the moves that laws read.
    ``planned``  Int[states]: the profile of the plan, -1 where the state does not have it.
    ``at_will``  Int[uses, states]: the same where rights are used at will, one combination of them after the other.
    """

    whole: Block
    paid: Block
    spoken: Block
    payoff: Ints
    signal: Ints
    law: Ints
    planned: Ints
    at_will: Ints


def parts_of(
    merged: Merged, planned: Ints, law_scope: tuple[int, ...], at_will: Sequence[Ints] = ()
) -> Iterable[Part]:
    """The states of a group by what is left of their moves.

    ``planned``    Int[all states, choices]: the options that the plan takes; ``at_will`` the same where rights are used
                   at will, one combination of them after the other.
    ``law_scope``  the choices that laws read.
    """
    offer, moves = merged.offer, merged.moves
    here = planned[merged.at]
    options = [of.options(offer) for of in moves]
    stands = [
        representatives(first, here[:, of.choices], taken)
        for first, of, taken in zip(merged.whole.first, moves, options, strict=True)
    ]
    kinds = [merged.whole.first, stands, merged.payoffs.first, merged.signals.first]
    table = np.concatenate([one for kind in kinds for one in kind], axis=1)
    _, example, which = np.unique(table, axis=0, return_index=True, return_inverse=True)
    plans = [
        [_planned_class(first, of_all[merged.at][:, of.choices], taken)
         for first, of, taken in zip(merged.whole.first, moves, options, strict=True)]
        for of_all in (planned, *at_will)
    ]  # fmt: skip
    strides = _strides(offer.sizes(law_scope))
    for kind, s in enumerate(example.tolist()):
        at = np.flatnonzero(which.ravel() == kind)
        classes = [np.unique(first[s]) for first in merged.whole.first]
        left = [stand[s, first] for stand, first in zip(stands, classes, strict=True)]
        paid, payoff = _classes([first[s, of] for first, of in zip(merged.payoffs.first, left, strict=True)])
        spoken, signal = _classes([first[s, of] for first, of in zip(merged.signals.first, left, strict=True)])
        law = np.zeros(len(payoff), dtype=np.int64)
        for of, mine, k in zip(moves, left, moves_of([len(mine) for mine in left]), strict=True):
            for c, stride in zip(law_scope, strides, strict=True):
                if c in of.choices:
                    law += stride * of.taken[mine, of.choices.index(c)][k]
        states = merged.at[at]
        profiles = [_planned_profile([of[at] for of in plan], classes) for plan in plans]
        yield Part(
            Block(states, tuple(taken[mine] for taken, mine in zip(options, left, strict=True))),
            Block(states, tuple(taken[mine[k]] for taken, mine, k in zip(options, left, paid, strict=True))),
            Block(states, tuple(taken[mine[k]] for taken, mine, k in zip(options, left, spoken, strict=True))),
            payoff, signal, law, profiles[0], np.array(profiles[1:], dtype=np.int64).reshape(len(at_will), len(at)),
        )  # fmt: skip


def _classes(firsts: Sequence[Ints]) -> tuple[list[Ints], Ints]:
    """Per party the moves that begin a class, and Int[profiles]: the profile of these classes.

    ``firsts``  per party Int[moves]: moves with the same number are in one class.
    """
    found = [np.unique(first, return_index=True, return_inverse=True) for first in firsts]
    place = np.zeros(int(np.prod([len(first) for first in firsts])), dtype=np.int64)
    for (kinds, _, number), k in zip(found, moves_of([len(first) for first in firsts]), strict=True):
        place = place * len(kinds) + number.ravel()[k]
    return [example for _, example, _ in found], place


def _strides(sizes: Sequence[int]) -> list[int]:
    """How far apart two combinations are that differ by one in one place, in C order."""
    return [int(np.prod(sizes[k + 1 :])) for k in range(len(sizes))]


def _planned_class(first: Ints, planned: Ints, options: Ints) -> Ints:
    """Int[states]: the first move of the class of the plan's move, -1 where a state does not have the move."""
    out = np.full(len(first), -1, dtype=np.int64)
    # What a choice without options would be is not asked.
    fits = ((options[None] == planned[:, None]) | (options[None] < 0)).all(axis=2)
    there = fits.any(axis=1)
    out[there] = first[there, fits[there].argmax(axis=1)]
    return out


def _planned_profile(plan: Sequence[Ints], classes: Sequence[Ints]) -> Ints:
    """Int[states]: the profile of the classes of the plan's moves, -1 where a state does not have them."""
    out = np.zeros(len(plan[0]), dtype=np.int64)
    missing = np.zeros(len(plan[0]), dtype=bool)
    for first, of in zip(plan, classes, strict=True):
        missing |= first < 0
        out = out * len(of) + np.searchsorted(of, np.maximum(first, 0))
    return np.where(missing, -1, out)
