"""The participation game: each party decides by itself whether to sign, and what follows depends on who has.

A group of signatories is an equilibrium, in pure strategies, if no signatory gains by not signing and nobody else by
signing, which is internal and external stability.  What a group brings may be known up to a few possibilities; then a
group is stable, is not, or that is open, whichever of them come true.

Sources: d'Aspremont, Jacquemin, Gabszewicz and Weymark (1983), On the stability of collusive price leadership; Barrett
(1994), Self-enforcing international environmental agreements; Carraro, Marchiori and Oreffice (2009), Endogenous
minimum participation in international environmental treaties.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, final

from games.coalitions.agreements import MOST_PARTIES
from games.coalitions.characteristic import coalition
from games.coalitions.rules import plain
from games.model.stochastic_game import GameError
from games.numerics.exact import to_fraction

Outcomes = Callable[[frozenset[int]], Collection[Sequence[Any]]]
"""What all parties may get when the parties of a group have signed: one payoff per party, in every possible case."""


@final
@dataclass(frozen=True)
class Signatories:
    """A group that signs.

    ``stable``   whether nobody gains by deciding otherwise; None if that is open.
    ``leaving``  signatories that gain by not signing, ``joining`` others that gain by signing: in every possible case.
    """

    members: frozenset[int]
    stable: bool | None
    leaving: frozenset[int]
    joining: frozenset[int]


def signing_equilibria(outcomes: Outcomes, parties: int) -> tuple[Signatories, ...]:
    """Every group of signatories, and whether it is an equilibrium of the participation game.

    ``outcomes``  one case where payoffs are known, several where one of them is true, none where nothing is known.
                  Cases of different groups go together in any way.  Whoever is indifferent stays where it is.
    Raises ``GameError`` if there are not between 1 and 20 parties, or a case is not one finite number per party.
    Cost: parties · 2^parties comparisons, times the square of the number of cases.

    >>> def club(group):                              # 2 for each of two members or more, 1 for who is left out
    ...     return [[2 if i in group else 1 for i in range(3)]] if len(group) > 1 else [[0, 0, 0]]
    >>> [sorted(found.members) for found in signing_equilibria(club, 3) if found.stable]
    [[], [0, 1, 2]]
    """
    if not 1 <= parties <= MOST_PARTIES:
        raise GameError(f"participation: {parties} parties; give a number from 1 to {MOST_PARTIES}")
    groups = [coalition(number, parties) for number in range(2**parties)]
    cases = [[_payoffs(case, group, parties) for case in outcomes(group)] for group in groups]
    return tuple(_signatories(number, groups, cases, parties) for number in range(len(groups)))


def _signatories(
    number: int, groups: Sequence[frozenset[int]], cases: Sequence[Sequence[Sequence[Fraction]]], parties: int
) -> Signatories:
    here = cases[number]
    gains = {i for i in range(parties) if _all_better(here, cases[number ^ (1 << i)], i)}
    seen = {_stable(case, number, cases, parties) for case in here} or {None}
    stable = seen.pop() if len(seen) == 1 else None
    return Signatories(groups[number], stable, groups[number] & gains, frozenset(gains) - groups[number])


def _all_better(here: Sequence[Sequence[Fraction]], there: Sequence[Sequence[Fraction]], party: int) -> bool:
    """Whether a party gains by going over, whatever is true."""
    return bool(here) and bool(there) and max(a[party] for a in here) < min(b[party] for b in there)


def _stable(
    case: Sequence[Fraction], number: int, cases: Sequence[Sequence[Sequence[Fraction]]], parties: int
) -> bool | None:
    """Whether a group is stable if one case is true of it; None if that depends on which is true of the others."""
    open_ = False
    for i in range(parties):
        stays = {case[i] >= other[i] for other in cases[number ^ (1 << i)]}
        if stays == {False}:
            return False
        open_ |= stays != {True}
    return None if open_ else True


def _payoffs(case: Sequence[Any], group: frozenset[int], parties: int) -> list[Fraction]:
    try:
        paid = [to_fraction(plain(value)) for value in case]
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        paid = []
    if len(paid) != parties:
        raise GameError(
            f"participation: payoffs when {sorted(group)} have signed are {list(case)!r}; give {parties} finite numbers"
        )
    return paid
