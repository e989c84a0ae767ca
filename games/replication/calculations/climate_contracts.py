"""Calculations about treaties on emissions when investment in technology is sunk first, for `calculations`.

Every period each country invests at a constant cost and then emits.  Its good consists of what it emits and of its
technology, its harm comes from the stock of all emissions; both stocks decay.  The Markov equilibrium with a value that
is linear in the stocks is found by backward induction within the period, symbolically in exact numbers: emissions for
any technologies, then investments, then the slopes of the value that reproduce themselves.

Source: Harstad (2012); quadratic good and harm are an instance of the project's own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, final

from games.model.stochastic_game import GameError
from games.numerics.exact import to_fraction

Numbers = Sequence[Fraction]

REGIMES = ("none", "one_period", "first_best")


@final
@dataclass(frozen=True)
class ClimateOutcome:
    """Stationary behaviour under a regime, per country but for totals.

    ``consumed``    emissions and technology together, the y of the model.
    ``emissions``   the stock of emissions.
    ``technology``  total technology of a period that began with both stocks at zero.
    ``value``       what is to come, total discounted, from both stocks at zero.
    ``slopes``      of that value in the stocks of technology and of emissions.
    """

    consumed: Fraction
    emissions: Fraction
    technology: Fraction
    value: Fraction
    slopes: tuple[Fraction, Fraction]


def climate_outcome(
    regime: str, *, countries: int, good: Any, harm: Any, price: Any, discount: Any, keeps: Sequence[Any], bliss: Any
) -> ClimateOutcome:
    """What countries do without a treaty, with one for each period in turn, or in everybody's interest.

    ``regime``     "none": each chooses all for itself; "one_period": emissions are negotiated when technologies are
                   sunk, with equal shares of the gains over no treaty, which for equal threats is everybody's interest;
                   "first_best": investments are as well.
    ``good``       b of a country's good -(b/2)(bliss - y)², ``harm``  c of its harm (c/2) G².
    ``price``      K of a unit of technology.
    ``keeps``      the parts of technology and of emissions that are left after a period.

    Raises ``GameError`` for an unknown regime.
    """
    import sympy

    if regime not in REGIMES:
        raise GameError(f"climate contracts: {regime!r} is no regime; known are {', '.join(REGIMES)}")
    b, c, k, d, best, keeps_r, keeps_g = (
        sympy.Rational(to_fraction(x)) for x in (good, harm, price, discount, bliss, *keeps))
    n = countries
    emits, other, invests, invest = sympy.symbols("emits other invests invest")
    own, theirs, stock_r, stock_g = sympy.symbols("own theirs stock_r stock_g")
    base, slope_r, slope_g = sympy.symbols("base slope_r slope_g")

    def payoff(of: Any, technology: Any, emissions: Any, total: Any) -> Any:
        ahead = base + slope_r * total + slope_g * emissions
        return -b / 2 * (best - of - technology) ** 2 - c / 2 * emissions**2 + d * ahead

    # One country has technology `own`, all others `theirs`; one of these is looked at beside the rest.
    rest = sympy.Symbol("rest")
    emissions = keeps_g * stock_g + emits + other + (n - 2) * rest
    total = own + (n - 1) * theirs
    mine, another = payoff(emits, own, emissions, total), payoff(other, theirs, emissions, total)
    if regime == "none":
        conditions = [sympy.diff(mine, emits), sympy.diff(another, other)]
    else:
        joint = mine + another + (n - 2) * payoff(rest, theirs, emissions, total)
        conditions = [sympy.diff(joint, emits), sympy.diff(joint, other)]
    chosen = sympy.solve([one.subs(rest, other) for one in conditions], [emits, other], dict=True)[0]
    mine = mine.subs(rest, other).subs(chosen)

    held = {own: keeps_r * stock_r / n + invests, theirs: keeps_r * stock_r / n + invest}
    mine = mine.subs(held) - k * invests
    if regime == "first_best":
        condition = sympy.diff(mine.subs(invest, invests), invests)
    else:
        condition = sympy.diff(mine, invests).subs(invest, invests)
    invested = sympy.solve(condition, invests)[0]
    value = sympy.expand(mine.subs(invest, invests).subs(invests, invested))

    slopes = sympy.solve(
        [sympy.diff(value, stock_r) - slope_r, sympy.diff(value, stock_g) - slope_g], [slope_r, slope_g], dict=True)[0]
    start = {stock_r: 0, stock_g: 0}
    worth = sympy.solve(value.subs(slopes).subs(start) - base, base)[0]
    known = slopes | start
    level = {name: expression.subs(invest, invests).subs(invests, invested).subs(known)
             for name, expression in held.items()}
    at = {name: expression.subs(level).subs(known) for name, expression in chosen.items()}
    exact = [at[emits] + level[own], emissions.subs(rest, other).subs(at).subs(start), n * level[own], worth,
             slopes[slope_r], slopes[slope_g]]
    y, g, r, v, in_r, in_g = (Fraction(int(x.p), int(x.q)) for x in map(sympy.nsimplify, exact))
    return ClimateOutcome(y, g, r, v, (in_r, in_g))


def _climate_contract(regime: str, **given: Any) -> Numbers:
    """A country's y, the stock of emissions, and what each country loses per period against the first best."""
    found, best = climate_outcome(regime, **given), climate_outcome("first_best", **given)
    return [found.consumed, found.emissions, (1 - to_fraction(given["discount"])) * (best.value - found.value)]


def _held_up_technology(**given: Any) -> Numbers:
    """How much more technology there is with a treaty for each period than without one, from the same stocks."""
    return [climate_outcome("one_period", **given).technology - climate_outcome("none", **given).technology]


CALCULATIONS: dict[str, Callable[..., Numbers]] = {
    "climate_contract": _climate_contract,
    "held_up_technology": _held_up_technology,
}
