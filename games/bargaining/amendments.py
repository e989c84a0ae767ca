"""The open rule (Baron and Ferejohn 1989, proposition 4): a proposal can be amended before it is voted on.

Whoever proposes faces another member, recognised at random, who either moves the previous question, so that the
proposal is put to the vote and passes by simple majority, or makes an amendment; in the next period the one of both
that a majority prefers is on the floor.  The proposer pays some others just enough to move the question, and risks
that one of those left out is recognised.

What happens among them, as far as the paper's proposition needs it: members vote for what offers them more, and for
the amendment where both offer the same.  Who amends leaves out the member whose proposal it replaces (it asks for more
than any other) unless it pays everybody, pays first those left out so far, and draws lots among the rest.  Primo
(Public Choice 130, 2006) shows that other choices of whom to pay are equilibria too, with slightly different payoffs.

An equilibrium is a size such that no other number of members to pay, at least half of the others, is better once, for
whoever proposes or amends.  There need not be one; then two neighbouring sizes are equally good, and those who amend
choose between them with a chance that makes them so.  With three members this happens for discounts from
(sqrt(5) - 1) / 2 to sqrt(3) - 1: the first proposer pays both, as in the paper, because an amender might pay it again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import final

from games.bargaining.exact_linear import solve_exactly
from games.bargaining.rational_input import Number, rational
from games.model.stochastic_game import GameError

CLOSE = Fraction(1, 2**40)
"""Chances of mixing are enclosed this closely."""


@final
@dataclass(frozen=True)
class OpenRule:
    """Symmetric stationary equilibrium under the open rule.

    ``paid``   how many others the proposer pays.
    ``share``  what the proposer keeps if its proposal passes.
    ``value``  expected payoff of the member whose proposal is on the floor.
    ``former`` expected payoff of the member whose proposal has just been replaced.
    ``mixing`` bounds on the chance with which amenders pay ``paid`` and not one fewer; None: they surely do.
    """

    discount: Fraction
    paid: int
    share: Fraction
    value: Fraction
    former: Fraction
    members: int = 3
    mixing: tuple[Fraction, Fraction] | None = None

    @property
    def expected_delay(self) -> Fraction:
        """Periods until agreement after the first proposal; with ``mixing``, at the middle of its bounds."""
        others = self.members - 1
        amended = Fraction(others - self.paid, others)
        often = amended
        if self.mixing is not None:
            often += (1 - sum(self.mixing, Fraction(0)) / 2) / others
        return amended / (1 - often)

    def check(self) -> bool:
        """Whether values are consistent, whoever is paid will move the question, and no other size is better."""
        n, d, m = self.members, self.discount, self.paid
        worth = {size: _proposing(n, d, size, self.value, self.former) for size in _sizes(n)}
        if m not in worth or self.share != 1 - m * d * self.value or self.value != max(worth.values()):
            return False
        if self.mixing is None:
            return worth[m] == self.value and self.former == _left_behind(n, d, {m: Fraction(1)}) * self.value
        if m - 1 not in worth or not self.value == worth[m] == worth[m - 1]:
            return False
        # The payoff of a former proposer is continuous in the chance: it takes the value needed within the bounds.
        low, high = (_left_behind(n, d, {m: q, m - 1: 1 - q}) * self.value - self.former for q in self.mixing)
        return 0 <= self.mixing[0] <= self.mixing[1] <= 1 and low * high <= 0


def open_rule(discount: Number, members: int = 3) -> OpenRule:
    """An equilibrium; where there are several without mixing, the one in which most others are paid.

    ``discount``  common factor per period, in [0, 1].
    ``members``   an odd number from 3 on; a simple majority passes a proposal.

    Raises ``GameError`` for a discount outside [0, 1], or an even number of members, or fewer than 3.

    >>> open_rule(1).share, open_rule("1/2").share, open_rule("1/2").paid
    (Fraction(3, 5), Fraction(1, 2), 2)
    >>> open_rule("1/10", 21).paid, open_rule("9/10", 21).paid
    (14, 10)
    """
    d = rational(discount, "discount", 0, 1)
    if members < 3 or members % 2 == 0:
        raise GameError(f"bargaining: {members} members under the open rule; their number must be odd, and 3 at least")
    for size in reversed(_sizes(members)):
        left = _left_behind(members, d, {size: Fraction(1)})
        reach = Fraction(size, members - 1)
        value = reach / (1 + reach * size * d - (1 - reach) * d * left)
        found = OpenRule(d, size, 1 - size * d * value, value, left * value, members)
        if found.check():
            return found
    for size in reversed(_sizes(members)[1:]):
        if (mixed := _indifferent(members, d, size)) is not None:
            return mixed
    raise AssertionError("best replies to sizes are upper hemicontinuous and adjacent: a fixed point exists")


def _sizes(members: int) -> range:
    """How many others may be paid: with fewer than half of them no majority passes the proposal."""
    return range((members - 1) // 2, members)


def _proposing(members: int, d: Fraction, size: int, value: Fraction, former: Fraction) -> Fraction:
    """What paying so many others is worth, if all later proposers expect ``value`` and replaced ones ``former``."""
    moved = Fraction(size, members - 1)
    return moved * (1 - size * d * value) + (1 - moved) * d * former


def _left_behind(members: int, d: Fraction, chances: Mapping[int, Fraction]) -> Fraction:
    """Payoff of a member whose proposal has just been replaced, as part of that of whoever proposes.

    ``chances``  of each number of members that amenders pay.

    With s paid on the floor, one of the n - 1 - s left out amends and pays the n - 2 - s others, and so many of the s
    that its own size is reached.  Payoffs of being paid and of being left out follow from those at the next floor.
    """
    others, sizes = members - 1, list(chances)
    count = len(sizes)
    left = [[Fraction(i == j) for j in range(2 * count)] for i in range(2 * count)]  # paid in each size, left out
    right = [Fraction(0)] * (2 * count)
    for i, s in enumerate(sizes):
        for j, t in enumerate(sizes):
            again = min(Fraction(1), Fraction(t - (others - 1 - s), s))
            replaced = Fraction(others - s, others) * d * chances[t]
            left[i][j] -= replaced * again
            left[i][count + j] -= replaced * (1 - again)
            left[count + i][j] -= Fraction(max(0, others - 1 - s), others) * d * chances[t]
        right[i] = Fraction(s, others) * d                    # the question is moved: it is paid d times the value
        right[count + i] = Fraction(1, others) * d            # it is recognised and amends
    solved = solve_exactly(left, right)
    assert solved is not None                                 # rows are diagonally dominant
    return sum((chances[t] * solved[j if t == others else count + j] for j, t in enumerate(sizes)), Fraction(0))


def _indifferent(members: int, d: Fraction, size: int) -> OpenRule | None:
    """The equilibrium in which amenders pay so many or one fewer, if there is one."""
    rows, right = [], []
    for paid in (size, size - 1):
        moved = Fraction(paid, members - 1)
        rows.append([1 + moved * paid * d, -(1 - moved) * d])
        right.append(moved)
    solved = solve_exactly(rows, right)
    if solved is None:
        return None
    value, former = solved

    def excess(chance: Fraction) -> Fraction:
        return _left_behind(members, d, {size: chance, size - 1: 1 - chance}) * value - former

    low, high = Fraction(0), Fraction(1)
    at_low = excess(low)
    if at_low * excess(high) > 0:
        return None
    while high - low > CLOSE:
        middle = (low + high) / 2
        at_middle = excess(middle)
        if at_low * at_middle <= 0:
            high = middle
        else:
            low, at_low = middle, at_middle
    found = OpenRule(d, size, 1 - size * d * value, value, former, members, (low, high))
    return found if found.check() else None
