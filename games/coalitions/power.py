"""Power indices: how often a voter decides, exactly, for weighted voting, composite rules and any simple game.

A voter *swings* a coalition of the others if that loses without the voter and wins with it.  Shapley and Shubik count
swings in orders of voters; Banzhaf (and Penrose) count them in coalitions.

Sources: Penrose (1946); Shapley and Shubik (1954); Banzhaf (1965); Dubey and Shapley (1979).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from math import factorial
from typing import overload

import numpy as np

from games.coalitions import packed_sums, sum_tables
from games.coalitions.rules import Number, Rule, WeightedRule, weighted
from games.model.stochastic_game import GameError

SimpleGame = Callable[[frozenset[int]], bool]
Swings = tuple[tuple[int, ...], ...]
"""[voter][size of the coalition of others]."""

MOST_CALLED = 20
"""Voters up to which a simple game may be given as a function."""


@overload
def shapley_shubik(quota: Number, weights: Sequence[Number]) -> tuple[Fraction, ...]: ...
@overload
def shapley_shubik(quota: Rule) -> tuple[Fraction, ...]: ...
@overload
def shapley_shubik(quota: SimpleGame, weights: int) -> tuple[Fraction, ...]: ...
def shapley_shubik(
    quota: Number | Rule | SimpleGame, weights: Sequence[Number] | int | None = None
) -> tuple[Fraction, ...]:
    """The chance that each voter is the one whose joining makes the coalition win, all orders being equally likely.

    Give a body in one of three ways: ``shapley_shubik(quota, weights)``; ``shapley_shubik(rule)``, a ``Rule`` built
    with ``weighted``, ``any_of``, ``all_of`` …; or ``shapley_shubik(winning, n)``, any monotone simple game of at most
    20 voters as a function of frozensets of the voters 0 … n − 1.

    Returns exact ``Fraction``s, one per voter, which sum to 1.
    Raises ``GameError`` if the rule is decided before anybody votes (no coalition wins, or the empty one does), if a
    function is not monotone, or if the count would need too large a table: of a weighted rule of n voters and the quota
    q (or the blocking minority, if that is less) one of some n² q / 8 bytes, more than 400 MB.  So 190 voters may have
    a quota of about 87,000, and 27 voters one of about 3.5 million;
    ``approximate_shapley_shubik`` goes further, in floating point.
    Source: Shapley and Shubik (1954).

    >>> [str(x) for x in shapley_shubik(51, [50, 49, 1])]
    ['2/3', '1/6', '1/6']
    >>> [str(x) for x in shapley_shubik(lambda coalition: 0 in coalition and len(coalition) > 1, 3)]
    ['2/3', '1/6', '1/6']
    """
    counted = swings(quota, weights)  # type: ignore[arg-type]
    n = len(counted)
    share = [Fraction(factorial(size) * factorial(n - 1 - size), factorial(n)) for size in range(n)]
    by_swings = {row: sum((count * p for count, p in zip(row, share, strict=True)), Fraction(0)) for row in {*counted}}
    return tuple(by_swings[row] for row in counted)


@overload
def banzhaf(quota: Number, weights: Sequence[Number], *, absolute: bool = False) -> tuple[Fraction, ...]: ...
@overload
def banzhaf(quota: Rule, *, absolute: bool = False) -> tuple[Fraction, ...]: ...
@overload
def banzhaf(quota: SimpleGame, weights: int, *, absolute: bool = False) -> tuple[Fraction, ...]: ...
def banzhaf(
    quota: Number | Rule | SimpleGame, weights: Sequence[Number] | int | None = None, *, absolute: bool = False
) -> tuple[Fraction, ...]:
    """The normalised Banzhaf index: each voter's share of all swings.  Bodies and errors as in ``shapley_shubik``.

    ``absolute``  give the absolute index (Penrose 1946, Banzhaf 1965) instead: the chance that the voter swings when
    each of the others is in favour with probability one half.  It need not sum to 1.

    Returns exact ``Fraction``s, one per voter.

    >>> [str(x) for x in banzhaf(51, [50, 49, 1])]
    ['3/5', '1/5', '1/5']
    >>> [str(x) for x in banzhaf(51, [50, 49, 1], absolute=True)]
    ['3/4', '1/4', '1/4']
    """
    body = _decided_body(quota, weights)
    if isinstance(body, WeightedRule):
        counts = packed_sums.swings(body.quota, body.weights)
    else:
        counts = tuple(sum(row) for row in _swings(body))
    return tuple(Fraction(count, 2 ** (len(counts) - 1) if absolute else sum(counts)) for count in counts)


@overload
def swings(quota: Number, weights: Sequence[Number]) -> Swings: ...
@overload
def swings(quota: Rule) -> Swings: ...
@overload
def swings(quota: SimpleGame, weights: int) -> Swings: ...
def swings(quota: Number | Rule | SimpleGame, weights: Sequence[Number] | int | None = None) -> Swings:
    """How many coalitions of the others each voter swings, by their size: [voter][size].

    Bodies and errors as in ``shapley_shubik``.

    >>> swings(51, [50, 49, 1])
    ((0, 2, 1), (0, 1, 0), (0, 1, 0))
    """
    return _swings(_decided_body(quota, weights))


Body = Rule | np.ndarray[tuple[int], np.dtype[np.bool_]]
"""A rule, or Bool[2^n] for a function."""


def _swings(body: Body) -> Swings:
    if isinstance(body, WeightedRule):
        return packed_sums.swings_by_size(body.quota, body.weights)
    if isinstance(body, Rule):
        return sum_tables.swings_by_size(body)
    return sum_tables.swings_of_table(body, len(body).bit_length() - 1)


def _decided_body(quota: object, weights: object) -> Body:
    """A body in which somebody's vote can matter."""
    body = _body(quota, weights)
    if isinstance(body, Rule):
        nobody, everybody = body(()), body(range(body.voters))
    else:
        nobody, everybody = bool(body[0]), bool(body[-1])
    if nobody or not everybody:
        found = "the empty coalition wins" if nobody else "no coalition wins"
        raise GameError(f"power index: {found}, so that nobody's vote matters; use a quota that some can reach")
    return body


def _body(quota: object, weights: object) -> Body:
    if isinstance(quota, Rule):
        if weights is not None and weights != quota.voters:
            raise GameError(f"power index: weights {weights!r} next to a rule, which has its own; give the rule alone")
        return quota
    if callable(quota):
        if isinstance(weights, bool) or not isinstance(weights, int) or not 1 <= weights <= MOST_CALLED:
            raise GameError(f"power index: {weights!r} voters of a function; give a number from 1 to {MOST_CALLED}")
        return _called(quota, weights)
    if weights is None or isinstance(weights, (int, float, str)) or not hasattr(weights, "__iter__"):
        raise GameError(f"power index: weights {weights!r}; give one weight for each voter, next to the quota")
    return weighted(quota, list(weights))  # type: ignore[arg-type]


def _called(winning: SimpleGame, n: int) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    wins = np.array([bool(winning(members(mask, n))) for mask in range(2**n)])
    for i in range(n):
        halves = wins.reshape(-1, 2, 2**i)
        worse = np.argwhere(halves[:, 0] & ~halves[:, 1])
        if len(worse):
            high, low = worse[0].tolist()
            smaller = members(high * 2 ** (i + 1) + low, n)
            raise GameError(
                f"power index: {sorted(smaller)} wins and loses when voter {i} joins; a simple game must be monotone"
            )
    return wins


def members(mask: int, n: int) -> frozenset[int]:
    """The coalition with this number: voter i belongs to it if the bit i is set."""
    return frozenset(i for i in range(n) if mask >> i & 1)
