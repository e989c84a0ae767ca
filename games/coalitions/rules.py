"""Voting rules: which sets of voters carry a motion.

A rule is weighted (the weights in favour reach a quota) or made of other rules by ``any_of`` and ``all_of``.  Every
rule built here is a monotone simple game: who is in favour never hurts a motion.  Rules say how they decide from the
*weight sums* of a coalition alone, so that one description serves a single vote, all coalitions at once, and tables
over weight sums (`games.coalitions.power`).

Source: Taylor and Zwicker, Simple Games (1999): every simple game is an intersection of weighted ones.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import gcd, lcm
from typing import Any, final

import numpy as np
from numpy.typing import NDArray

from games.model.stochastic_game import GameError
from games.numerics.exact import to_fraction

Number = float | int | str | Fraction
Weights = tuple[int, ...]
SumsOf = Callable[[Weights], NDArray[Any]]
"""Weight sums of the coalitions at hand, for one vector of weights; all answers have shapes that broadcast."""


class Rule(ABC):
    """Says which coalitions of the voters 0 … ``voters`` − 1 win."""

    @property
    @abstractmethod
    def voters(self) -> int:
        """How many voters there are."""

    @abstractmethod
    def decides(self, sums_of: SumsOf) -> NDArray[np.bool_]:
        """Whether each of the coalitions at hand wins, from its weight sums."""

    @abstractmethod
    def weightings(self) -> tuple[Weights, ...]:
        """The distinct vectors of weights that ``decides`` asks for."""

    def __call__(self, coalition: Iterable[int]) -> bool:
        """Whether a coalition wins; raises ``GameError`` if it holds anybody who is not a voter."""
        inside = known_voters(coalition, self.voters)
        return bool(self.decides(lambda weights: np.array(sum(weights[i] for i in inside), dtype=object)))


@final
@dataclass(frozen=True)
class WeightedRule(Rule):
    """A coalition wins if its weights add up to ``quota`` at least; integers, see ``weighted``."""

    quota: int
    weights: Weights

    @property
    def voters(self) -> int:
        """How many voters there are."""
        return len(self.weights)

    def decides(self, sums_of: SumsOf) -> NDArray[np.bool_]:
        """Whether the sum reaches the quota."""
        return np.asarray(sums_of(self.weights) >= self.quota)

    def weightings(self) -> tuple[Weights, ...]:
        """Its own weights."""
        return (self.weights,)


@final
@dataclass(frozen=True)
class CompositeRule(Rule):
    """A coalition wins if it wins under every one of ``parts`` (``needs_all``), or under one of them at least."""

    parts: tuple[Rule, ...]
    needs_all: bool

    @property
    def voters(self) -> int:
        """How many voters there are."""
        return self.parts[0].voters

    def decides(self, sums_of: SumsOf) -> NDArray[np.bool_]:
        """Every part, or one part at least."""
        join = np.logical_and if self.needs_all else np.logical_or
        out = self.parts[0].decides(sums_of)
        for part in self.parts[1:]:
            out = join(out, part.decides(sums_of))
        return np.asarray(out)

    def weightings(self) -> tuple[Weights, ...]:
        """Those of the parts, each once."""
        return tuple(dict.fromkeys(w for part in self.parts for w in part.weightings()))


def weighted(quota: Number, weights: Sequence[Number]) -> WeightedRule:
    """The rule that the weights in favour must reach ``quota``.

    ``quota``, ``weights``  numbers or texts such as "1/3"; weights at least 0.  They are brought to integers without
    a common factor, which changes no decision.
    Raises ``GameError`` if there are no voters or a weight is negative or no number.

    >>> weighted("2/3", ["1/2", "1/4", "1/4"])
    WeightedRule(quota=3, weights=(2, 1, 1))
    """
    try:
        exact = [to_fraction(plain(w)) for w in weights]
        needed = to_fraction(plain(quota))
    except (TypeError, ValueError, ZeroDivisionError, OverflowError) as error:
        raise GameError(f"voting rule: {error}; a quota and one finite number per voter are needed") from None
    if not exact:
        raise GameError("voting rule: there are no weights; give one for each voter")
    for i, weight in enumerate(exact):
        if weight < 0:
            raise GameError(f"voting rule: voter {i} has the weight {weight}; weights are at least 0")
    below = lcm(*(w.denominator for w in exact))
    whole = [int(w * below) for w in exact]
    factor = gcd(*whole) or 1
    return WeightedRule(-(-needed * below // factor).__floor__(), tuple(w // factor for w in whole))


def at_least(needed: int, voters: int) -> WeightedRule:
    """The rule that ``needed`` of the voters must be in favour.

    >>> at_least(2, 3)
    WeightedRule(quota=2, weights=(1, 1, 1))
    """
    return weighted(needed, [1] * voters)


def fewer_against(than: int, voters: int) -> WeightedRule:
    """The rule that fewer than ``than`` of the voters may fail to be in favour.

    >>> fewer_against(4, 27)(range(24)), fewer_against(4, 27)(range(23))
    (True, False)
    """
    return at_least(voters - than + 1, voters)


def consent_of(members: Iterable[int], voters: int) -> WeightedRule:
    """The rule that every one of ``members`` must be in favour: each of them has a veto.

    >>> consent_of([0, 2], 3)({0, 2}), consent_of([0, 2], 3)({0, 1})
    (True, False)
    """
    needed = known_voters(members, voters)
    return WeightedRule(len(needed), tuple(int(i in needed) for i in range(voters)))


def any_of(*rules: Rule) -> CompositeRule:
    """The rule under which a coalition wins if it wins under one of ``rules`` at least.

    Raises ``GameError`` if there are none, or if they are not about equally many voters.
    """
    return CompositeRule(_together(rules), needs_all=False)


def all_of(*rules: Rule) -> CompositeRule:
    """The rule under which a coalition wins if it wins under every one of ``rules``; raises as ``any_of``."""
    return CompositeRule(_together(rules), needs_all=True)


def known_voters(coalition: Iterable[int], voters: int) -> frozenset[int]:
    """The coalition as a set; raises ``GameError`` if it holds anything but voters."""
    inside: frozenset[Any] = frozenset(coalition)
    for i in inside:
        if isinstance(i, bool) or not isinstance(i, (int, np.integer)) or not 0 <= i < voters:
            raise GameError(f"coalition: {i!r} is no voter; voters are the numbers 0 to {voters - 1}")
    return inside


def plain(number: Any) -> Any:
    """A numpy scalar as the Python number that it is; anything else as it came.  Truth values are refused."""
    if isinstance(number, np.generic):
        number = number.item()
    if isinstance(number, bool):
        raise TypeError(f"{number} is no number")
    return number


def _together(rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
    if not rules:
        raise GameError("voting rule: nothing to combine; give one rule at least")
    if len({rule.voters for rule in rules}) > 1:
        raise GameError(f"voting rule: rules for {[rule.voters for rule in rules]} voters; combine rules of one body")
    return rules
