"""The core: payoffs that no coalition can improve on by itself, or the balancing weights that prove there are none.

Minimising the total x(N) that gives every smaller coalition its worth settles it: if the least total is at most the
worth of all, what is left over can be shared out; if it is more, the multipliers of the coalitions are balancing
weights (Bondareva 1963, Shapley 1967).  The program is solved in rationals and its answer is checked once more by code
that knows no solver (`games.certificates.core_evidence`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, final

from games.certificates.certificate import CheckReport
from games.certificates.core_evidence import BalancedCollection, CorePoint
from games.coalitions.characteristic import Characteristic, Worths, coalition, subset_sums
from games.coalitions.rules import plain
from games.model.stochastic_game import GameError
from games.numerics.exact import common_denominator, to_fraction
from games.numerics.exact_programs import Program, minimise


@final
@dataclass(frozen=True)
class Core:
    """Whether the core of a game is empty, with the evidence: a point of it, or a balanced collection."""

    worths: Worths
    evidence: CorePoint | BalancedCollection

    @property
    def empty(self) -> bool:
        """No payoffs content every coalition."""
        return isinstance(self.evidence, BalancedCollection)

    @property
    def point(self) -> tuple[Fraction, ...] | None:
        """Payoffs in the core; None if it is empty."""
        return self.evidence.payoffs if isinstance(self.evidence, CorePoint) else None

    @property
    def balancing_weights(self) -> dict[frozenset[int], Fraction] | None:
        """Coalitions and weights that prove the core empty; None if it is not."""
        return dict(self.evidence.weights) if isinstance(self.evidence, BalancedCollection) else None

    def check(self) -> CheckReport:
        """Re-prove the answer from the worths, by code that knows no solver."""
        return self.evidence.check(self.worths.worth)


def core(v: Characteristic, n: int) -> Core:
    """A point of the core of a game, or the proof that there is none.

    ``v``, ``n``, errors  as in ``shapley_value``.

    >>> core(lambda coalition: int(len(coalition) > 1), 3).balancing_weights == {
    ...     frozenset({0, 1}): Fraction(1, 2), frozenset({0, 2}): Fraction(1, 2), frozenset({1, 2}): Fraction(1, 2)}
    True
    >>> core([0, 0, 0, 2], 2).point
    (Fraction(1, 1), Fraction(1, 1))
    """
    worths = Worths.of(v, n)
    if n == 1:
        return Core(worths, CorePoint((worths.whole,)))
    program = Program(
        (Fraction(1),) * n, lambda k: _belongs(k + 1, n), lambda x: subset_sums(x)[1:-1], worths.units[1:-1]
    )
    least = minimise(program, [2**i - 1 for i in range(n)])
    if least is None:
        raise ArithmeticError("no payoffs are large enough for every coalition, which cannot be")
    left = worths.whole * worths.below - sum(least.x)
    if left >= 0:
        return Core(worths, CorePoint(tuple((x + left / n) / worths.below for x in least.x)))
    pairs = sorted((k + 1, weight) for k, weight in zip(least.basis, least.y, strict=True) if weight)
    return Core(worths, BalancedCollection(n, tuple((coalition(number, n), weight) for number, weight in pairs)))


def in_core(payoffs: Sequence[Any], v: Characteristic, n: int) -> bool:
    """Whether payoffs add up to the worth of all and give every coalition its worth, exactly.

    Raises ``GameError`` as ``core``, or if there is not one finite number per player.

    >>> in_core(["1/2", "3/2"], [0, 0, 0, 2], 2)
    True
    """
    worths = Worths.of(v, n)
    units, below = common_denominator(exact_payoffs(payoffs, n))
    over = subset_sums(units) * worths.below - worths.units * below
    return bool(over[-1] == 0 and (over >= 0).all())


def is_balanced(v: Characteristic, n: int) -> bool:
    """Whether the core is not empty (Bondareva and Shapley); raises ``GameError`` as ``core``."""
    return not core(v, n).empty


def exact_payoffs(payoffs: Sequence[Any], n: int) -> list[Fraction]:
    """Payoffs as rationals; raises ``GameError`` if there is not one finite number per player."""
    try:
        exact = [to_fraction(plain(x)) for x in payoffs]
    except (TypeError, ValueError, ZeroDivisionError, OverflowError) as error:
        raise GameError(f"payoffs: {error}; give one finite number per player") from None
    if len(exact) != n:
        raise GameError(f"payoffs: {len(exact)} numbers for {n} players; give one for each")
    return exact


def _belongs(number: int, n: int) -> list[int]:
    return [number >> i & 1 for i in range(n)]
