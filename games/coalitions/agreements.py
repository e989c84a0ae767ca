"""Which agreements parties stay in: internal and external stability, for parties alike and for parties that differ.

An agreement is *internally* stable if no member gains by leaving alone, *externally* if no outsider gains by joining
alone; whoever is indifferent stays where it is.  Payoffs are what the parties get when all that follows has been
played: of each group of members, and exact.

Sources: d'Aspremont, Jacquemin, Gabszewicz and Weymark (1983); Barrett (1994).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, final

from games.coalitions.characteristic import coalition, number_of
from games.coalitions.rules import plain
from games.model.stochastic_game import GameError
from games.numerics.exact import to_fraction

MOST_PARTIES = 20

BySize = Callable[[int], Any]
"""A payoff by the number of members."""
ByGroup = Callable[[int, frozenset[int]], Any]
"""The payoff of a party when the parties of the group are members."""


@final
@dataclass(frozen=True)
class AgreementSize:
    """An agreement among ``members`` of ``parties`` parties that are all alike.

    ``internal``  what a member loses by leaving: π_in(k) − π_out(k − 1); None if there are no members.
    ``external``  what an outsider loses by joining: π_out(k) − π_in(k + 1); None if there are no outsiders.
    """

    parties: int
    members: int
    internal: Fraction | None
    external: Fraction | None

    @property
    def stable(self) -> bool:
        """Nobody gains by leaving or joining alone."""
        return (self.internal is None or self.internal >= 0) and (self.external is None or self.external >= 0)


@final
@dataclass(frozen=True)
class Agreement:
    """An agreement among parties that may differ.

    ``internal``  (member, what it loses by leaving alone), ``external``  (outsider, what it loses by joining alone).
    """

    members: frozenset[int]
    internal: tuple[tuple[int, Fraction], ...]
    external: tuple[tuple[int, Fraction], ...]

    @property
    def stable(self) -> bool:
        """Nobody gains by leaving or joining alone."""
        return all(slack >= 0 for _, slack in (*self.internal, *self.external))


def agreement_sizes(member: BySize, outsider: BySize, parties: int) -> tuple[AgreementSize, ...]:
    """Every size of agreement among parties that are alike, with the exact slack of leaving and of joining.

    ``member``    payoff of a member when k are members, asked for k = 1 … parties.
    ``outsider``  payoff of an outsider when k are members, asked for k = 0 … parties − 1.
    Returns sizes 0 … parties.  Raises ``GameError`` if there is no party or a payoff is no finite number.

    >>> def member(k):                                     # a public good: 2 for all per member, 5 for each member
    ...     return max(0, 2 * k - 5)
    >>> def outsider(k):
    ...     return 2 * k if 2 * k > 5 else 0
    >>> [(size.members, str(size.internal)) for size in agreement_sizes(member, outsider, 5) if size.stable]
    [(0, 'None'), (1, '0'), (3, '1')]
    """
    if parties < 1:
        raise GameError(f"agreement: {parties} parties; give one at least")
    inside = [None, *(_payoff(member(k), f"a member of {k}") for k in range(1, parties + 1)), None]
    outside = [None, *(_payoff(outsider(k), f"an outsider of {k}") for k in range(parties)), None]
    return tuple(
        AgreementSize(parties, k, _less(inside[k], outside[k]), _less(outside[k + 1], inside[k + 1]))
        for k in range(parties + 1)
    )


def stable_sizes(member: BySize, outsider: BySize, parties: int) -> tuple[int, ...]:
    """The sizes at which an agreement is internally and externally stable; arguments as in ``agreement_sizes``."""
    return tuple(size.members for size in agreement_sizes(member, outsider, parties) if size.stable)


def agreement_list(payoff: ByGroup, parties: int) -> tuple[Agreement, ...]:
    """Every group of members, with the exact slack of each party's leaving or joining alone.

    ``payoff``  the payoff of party i when the parties of a frozenset are members (i may be one of them or not).
    Raises ``GameError`` if there are not between 1 and 20 parties or a payoff is no finite number.
    Cost: parties · 2^parties payoffs.
    """
    if not 1 <= parties <= MOST_PARTIES:
        raise GameError(f"agreement: {parties} parties; give a number from 1 to {MOST_PARTIES}")
    groups = [coalition(number, parties) for number in range(2**parties)]
    paid = [
        [_payoff(payoff(i, group), f"party {i} when {sorted(group)} are members") for i in range(parties)]
        for group in groups
    ]
    out = []
    for number, group in enumerate(groups):
        slack = [(i, paid[number][i] - paid[number ^ (1 << i)][i]) for i in range(parties)]
        out.append(Agreement(
            group, tuple(x for x in slack if x[0] in group), tuple(x for x in slack if x[0] not in group)))
    return tuple(out)


def stable_agreements(payoff: ByGroup, parties: int) -> tuple[frozenset[int], ...]:
    """The groups that are internally and externally stable; arguments as in ``agreement_list``."""
    return tuple(agreement.members for agreement in agreement_list(payoff, parties) if agreement.stable)


def agreement_of(payoff: ByGroup, parties: int, members: frozenset[int]) -> Agreement:
    """One group alone, for more parties than can be enumerated; arguments as in ``agreement_list``."""
    number_of(members, parties)                            # refuses strangers

    def slack(i: int) -> tuple[int, Fraction]:
        groups = (members, members ^ {i})
        here, there = (_payoff(payoff(i, g), f"party {i} when {sorted(g)} are members") for g in groups)
        return i, here - there

    inside = tuple(slack(i) for i in sorted(members))
    return Agreement(members, inside, tuple(slack(i) for i in range(parties) if i not in members))


def _payoff(value: Any, whose: str) -> Fraction:
    try:
        return to_fraction(plain(value))
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        raise GameError(f"agreement: the payoff of {whose} is {value!r}; give a finite number") from None


def _less(here: Fraction | None, there: Fraction | None) -> Fraction | None:
    return None if here is None or there is None else here - there
