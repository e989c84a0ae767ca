"""Calculations about announced prices and offers to pay for cooperation, for `calculations`.

Sources: Varian (1994) for prices of an externality; Andreoni and Varian (1999) for offers in a dilemma.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import product
from typing import Any

from games.model.stage_game import stage_game
from games.model.stochastic_game import GameError
from games.numerics.exact import to_fraction

Numbers = Sequence[Fraction]


def _compensation(gain: Any, cost: Any, harm: Any) -> Numbers:
    """Announced prices of an externality: both prices, the level that follows, and the level without them.

    One side earns gain · x - cost · x²/2, the other suffers harm · x²/2.  Both announce a price; the first pays the
    other's for each unit, and a penalty that grows with the square of the difference; the second receives the first's.
    Backward induction from the first-order conditions, solved symbolically in exact numbers.  Raises ``GameError``
    unless cost and harm are positive.
    """
    import sympy

    r, c, e = (sympy.Rational(to_fraction(x)) for x in (gain, cost, harm))
    if c <= 0 or e <= 0:
        raise GameError("compensation: without a cost or a harm some price has no best reply; give positive ones")
    own, others, level = sympy.symbols("own others level")
    earned = r * level - c * level**2 / 2
    chosen = sympy.solve(sympy.diff(earned - others * level, level), level)[0]
    first = (earned - others * level - (own - others) ** 2).subs(level, chosen)
    second = (own * level - e * level**2 / 2).subs(level, chosen)
    found = sympy.solve([sympy.diff(first, own), sympy.diff(second, others)], [own, others], dict=True)[0]
    exact = [found[own], found[others], chosen.subs(found), sympy.solve(sympy.diff(earned, level), level)[0]]
    return [Fraction(int(x.p), int(x.q)) for x in exact]


def offers_to_cooperate(
    dilemma: Sequence[Fraction], grid: Sequence[Fraction]
) -> list[tuple[tuple[Fraction, Fraction], tuple[Fraction, Fraction]]]:
    """Equilibria in which both first offer to pay the other for cooperating, then play a prisoners' dilemma.

    ``dilemma``  R, T, P, S.
    ``grid``     the offers that can be made.

    After every pair of offers an equilibrium in pure actions is played, of several the one with the largest joint
    payoff, of equals the first in C order.  Returns pairs of offers that are best replies, with the payoffs.
    """
    r, t, p, s = dilemma
    earned = {(0, 0): (r, r), (0, 1): (s, t), (1, 0): (t, s), (1, 1): (p, p)}

    def played(offers: tuple[Fraction, Fraction]) -> tuple[Fraction, Fraction]:
        def paid(profile: tuple[int, ...], player: int) -> Fraction:
            for_own, for_other = (1 - profile[player]) * offers[1 - player], (1 - profile[1 - player]) * offers[player]
            return earned[profile[0], profile[1]][player] + for_own - for_other

        game = stage_game([[[paid((a, b), i) for i in (0, 1)] for b in (0, 1)] for a in (0, 1)])
        found = [(paid(profile, 0), paid(profile, 1)) for profile in game.pure_equilibria()]
        return max(found, key=sum)

    outcome = {(one, other): played((one, other)) for one, other in product(grid, repeat=2)}
    best = [{x: max(outcome[(y, x) if player == 0 else (x, y)][player] for y in grid) for x in grid}
            for player in (0, 1)]
    return [(pair, paid) for pair, paid in outcome.items()
            if paid[0] == best[0][pair[1]] and paid[1] == best[1][pair[0]]]


def _conditional_offers(dilemma: Sequence[Any], step: Any, most: Any) -> Numbers:
    """Of each equilibrium in turn the two offers, multiples of ``step`` up to ``most``, and the two payoffs."""
    size = to_fraction(step)
    grid = [size * k for k in range(int(to_fraction(most) / size) + 1)]
    found = offers_to_cooperate(list(map(to_fraction, dilemma)), grid)
    return [x for offers, payoffs in found for x in (*offers, *payoffs)]


CALCULATIONS: dict[str, Callable[..., Numbers]] = {
    "compensation": _compensation,
    "conditional_offers": _conditional_offers,
}
