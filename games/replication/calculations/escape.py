"""Calculations about the price of an escape from an agreement, and of rulings that set it, that papers name.

In every period each of two governments learns how much protection is worth to it, t uniform on [0, 1]; protection costs
the other ``loss``.  The agreement: protect only if t exceeds the price k, and pay it; a panel that upholds complaints
with chance r makes that price expected, and what is paid after a ruling is k/r.  Whoever does not pay ends the
agreement: both protect always.  Source: Rosendorff and Milner (2001), Rosendorff (2005), in a reduced form.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, final

from games.model.stochastic_game import GameError
from games.numerics.exact import to_fraction

Numbers = Sequence[Fraction]
Curve = Callable[[Fraction], Fraction]

HALF = Fraction(1, 2)


@final
@dataclass(frozen=True)
class Escape:
    """An agreement with an escape clause; everything is exact.

    ``loss``    what one's protection costs the other, per period.
    ``upheld``  the chance r that a complaint is upheld.
    ``burnt``   the price is lost to both rather than paid to the other.
    """

    loss: Fraction
    upheld: Fraction = Fraction(1)
    burnt: bool = False

    def worth(self, price: Fraction) -> Fraction:
        """A government's expected payoff in a period, before it learns t."""
        protecting = _integral(lambda t: t - price, price, Fraction(1))
        received = Fraction(0) if self.burnt else price
        return protecting + _integral(lambda t: received - self.loss, price, Fraction(1))

    @property
    def breached(self) -> Fraction:
        """The same if both protect always."""
        return _integral(lambda t: t, Fraction(0), Fraction(1)) - self.loss

    def kept(self, price: Fraction) -> Fraction:
        """What the agreement is worth more than its end, per period."""
        return self.worth(price) - self.breached

    def slack(self, price: Fraction, discount: Fraction) -> Fraction:
        """What ending the agreement costs more than it saves, at the moment of the highest payment."""
        return discount / (1 - discount) * self.kept(price) - price / self.upheld


def _integral(function: Curve, low: Fraction, high: Fraction) -> Fraction:
    """Simpson's rule, which is exact for polynomials of degree three."""
    return (high - low) / 6 * (function(low) + 4 * function((low + high) / 2) + function(high))


def _slope(curve: Curve, at: Fraction) -> Fraction:
    """The derivative of a curve of degree two."""
    return curve(at + HALF) - curve(at - HALF)


def _stationary(curve: Curve) -> Fraction:
    """Where the derivative of a curve of degree two, which is a line, is zero."""
    first, second = _slope(curve, Fraction(0)), _slope(curve, Fraction(1))
    return first / (first - second)


def greatest_price(escape: Escape, discount: Fraction) -> Fraction:
    """The highest price at which the agreement is kept, at most 1; zero if only a free escape is.

    The slack is a curve of degree two that is zero at a free escape; divided by the price it is a line.
    """
    if not 0 < discount < 1:
        raise GameError("escape: the discount factor lies between 0 and 1")

    def per_price(price: Fraction) -> Fraction:
        return escape.slack(price, discount) / price

    near, far = per_price(HALF), per_price(Fraction(1))
    start = 2 * near - far
    if start <= 0:
        return Fraction(0)
    return Fraction(1) if far >= 0 else start / (start - far)


def patience(escape: Escape, price: Fraction) -> Fraction:
    """The least discount factor at which a price is paid, d/(1 - d) kept(price) = price/r."""
    kept = escape.kept(price)
    if kept <= 0:
        raise GameError(f"escape: at a price of {price} the agreement is worth no more than its end")
    return price / escape.upheld / (price / escape.upheld + kept)


def _escape(loss: Any, upheld: Any, burnt: bool = False) -> Escape:
    escape = Escape(to_fraction(loss), to_fraction(upheld), burnt)
    if not HALF < escape.loss <= 1 or not 0 < escape.upheld <= 1:
        raise GameError("escape: the loss lies above 1/2 and at most at 1, the chance of being upheld in (0, 1]")
    return escape


def _escape_price(loss: Any, discount: Any, upheld: Any = 1) -> Numbers:
    """The best price among those at which the agreement is kept, and what it is worth to each.

    Its worth is a concave curve of degree two in the price.
    """
    escape = _escape(loss, upheld)
    best = min(_stationary(escape.worth), greatest_price(escape, to_fraction(discount)))
    return [best, escape.worth(best)]


def _expected_price(loss: Any, discount: Any, upheld: Any = 1) -> Numbers:
    """The best price alone."""
    return _escape_price(loss, discount, upheld)[:1]


def _greatest_escape_price(loss: Any, discount: Any, upheld: Any = 1) -> Numbers:
    """The highest price at which the agreement is kept."""
    return [greatest_price(_escape(loss, upheld), to_fraction(discount))]


def _best_price(loss: Any) -> Numbers:
    """The price that is best if all prices are paid, and what it is worth to each."""
    escape = _escape(loss, 1)
    best = _stationary(escape.worth)
    return [best, escape.worth(best)]


def _worst_burnt_price(loss: Any) -> Numbers:
    """The worst price of all if it is lost rather than paid: the worth is a convex curve of degree two then."""
    escape = _escape(loss, 1, burnt=True)
    worst = _stationary(escape.worth)
    if escape.worth(worst) > min(escape.worth(Fraction(0)), escape.worth(Fraction(1))):
        raise GameError("worst_burnt_price: no price inside is the worst")
    return [worst]


def _escape_patience(loss: Any, upheld: Any = 1) -> Numbers:
    """The least discount factor above which some price is paid.

    What the agreement is worth more than its end is concave in the price and nothing for a free escape, so that low
    prices need the least patience: its slope there against 1/r.
    """
    escape = _escape(loss, upheld)
    steepest = _slope(escape.kept, Fraction(0))
    return [1 / (1 + escape.upheld * steepest)]


def _price_patience(loss: Any, upheld: Any = 1) -> Numbers:
    """The least discount factor at which the best price is paid."""
    escape = _escape(loss, upheld)
    return [patience(escape, _stationary(escape.worth))]


def _rigid_patience(loss: Any, upheld: Any = 1) -> Numbers:
    """The least discount factor at which nobody ever protects: a price of 1, which is the most that t can be."""
    return [patience(_escape(loss, upheld), Fraction(1))]


CALCULATIONS: dict[str, Callable[..., Numbers]] = {
    "escape_price": _escape_price,
    "expected_price": _expected_price,
    "greatest_escape_price": _greatest_escape_price,
    "best_price": _best_price,
    "worst_burnt_price": _worst_burnt_price,
    "escape_patience": _escape_patience,
    "price_patience": _price_patience,
    "rigid_patience": _rigid_patience,
}
