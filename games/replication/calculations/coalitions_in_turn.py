"""Calculations about coalitions that form one after the other, for `calculations`.

Sources: Bloch (1996), who shows that players who are alike can be taken to choose sizes in turn; Ray and Vohra (2001)
for groups that provide a public good.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import cache

from games.replication.calculations.mergers import cournot_profit

Numbers = Sequence[Fraction]


def sizes_in_turn(
    players: int, adds: Callable[[int], int], payoff: Callable[[int, int], Fraction], *, separable: bool = False
) -> tuple[int, ...]:
    """Sizes of the coalitions that players who are alike form in turn, in order, by backward induction.

    Whoever is next names the size of its coalition, whose members share alike and therefore join; then the next of
    those left does, until nobody is left (Bloch 1996).  What counts of the coalitions of all others is a total.

    ``adds``       what a coalition of some size adds to the total.
    ``payoff``     of each member: of the size of its coalition and the total of all coalitions.
    ``separable``  differences of payoffs do not depend on what the earlier coalitions added: it is left out.

    Among equally good sizes the largest is chosen.  Cost: players² sizes, times the totals that can arise.
    """

    @cache
    def rest(left: int, before: int) -> tuple[tuple[int, ...], int]:
        """Sizes from here on, and the total with them."""
        if left == 0:
            return (), before
        found = []
        for size in range(left, 0, -1):
            ahead = before + adds(size)
            sizes, total = rest(left - size, 0 if separable else ahead)
            found.append(((size, *sizes), total + ahead if separable else total))
        return max(found, key=lambda one: payoff(one[0][0], one[1]))       # of equals the first, which is the largest

    return rest(players, 0)[0]


def _cartels_in_turn(firms: int) -> Numbers:
    """Sizes of the cartels that Cournot firms form in turn; cartels are then the Cournot firms of the market."""
    return _listed(sizes_in_turn(firms, lambda _: 1, lambda size, cartels: cournot_profit(cartels) / size))


def _groups_in_turn(players: int) -> Numbers:
    """Sizes of the groups that provide a public good, formed in turn."""
    return _listed(_public_good(players))


def _all_in_one_group(most: int) -> Numbers:
    """The numbers of players, up to the largest, who all form one group to provide a public good."""
    return [Fraction(players) for players in range(1, most + 1) if _public_good(players) == (players,)]


def _public_good(players: int) -> tuple[int, ...]:
    """All enjoy what all contribute; a contribution z costs z²/2, and groups choose it for their members' joint good.

    A member of a group of s therefore contributes s, the group s².
    """
    def payoff(size: int, total: int) -> Fraction:
        return total - Fraction(size**2, 2)

    return sizes_in_turn(players, lambda size: size**2, payoff, separable=True)


def _listed(sizes: Sequence[int]) -> Numbers:
    return list(map(Fraction, sizes))


CALCULATIONS: dict[str, Callable[..., Numbers]] = {
    "cartels_in_turn": _cartels_in_turn,
    "groups_in_turn": _groups_in_turn,
    "all_in_one_group": _all_in_one_group,
}
