"""Calculations about coalitions that published results name; see `games.replication.calculations`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from games.model.stochastic_game import GameError

if TYPE_CHECKING:
    from games.coalitions.rules import Rule

Numbers = Sequence[Fraction]


def _shapley_shubik(quota: Any, weights: Sequence[Any]) -> Numbers:
    from games.coalitions import shapley_shubik

    return shapley_shubik(quota, weights)


def _banzhaf(quota: Any, weights: Sequence[Any], absolute: bool = False) -> Numbers:
    from games.coalitions import banzhaf

    return banzhaf(quota, weights, absolute=absolute)


def _swings(quota: Any, weights: Sequence[Any]) -> Numbers:
    from games.coalitions import swings

    return [Fraction(sum(row)) for row in swings(quota, weights)]


def _with_vetoes(members: int, vetoes: int, needed: int) -> Rule:
    """Two composed rules: enough members, and every one of the first ``vetoes``."""
    from games.coalitions import all_of, at_least, consent_of

    return all_of(at_least(needed, members), consent_of(range(vetoes), members))


def _shapley_shubik_with_vetoes(**given: Any) -> Numbers:
    from games.coalitions import shapley_shubik

    return shapley_shubik(_with_vetoes(**given))


def _banzhaf_with_vetoes(**given: Any) -> Numbers:
    from games.coalitions import banzhaf

    return banzhaf(_with_vetoes(**given))


def _swings_with_vetoes(**given: Any) -> Numbers:
    from games.coalitions import swings

    return [Fraction(sum(row)) for row in swings(_with_vetoes(**given))]


def _stable_agreements(countries: int, a: Any, b: Any, c: Any) -> Numbers:
    from games.coalitions import EnvironmentalAgreement

    return [Fraction(x.members) for x in EnvironmentalAgreement.of(countries, a, b, c).sizes() if x.stable]


def _environmental_agreement(countries: int, a: Any, b: Any, c: Any, members: int) -> Numbers:
    """Abatement of each signatory and outsider, their payoffs, total abatement; without those there are none of."""
    from games.coalitions import EnvironmentalAgreement

    found = EnvironmentalAgreement.of(countries, a, b, c).outcome(members)
    listed = (found.by_member, found.by_outsider, found.member, found.outsider, found.total)
    return [x for x in listed if x is not None]


def _linear_agreements(countries: int, benefit: Any, cost: Any) -> Numbers:
    """Stable sizes from 2 on, if a unit brings each country ``benefit``, and abating q costs it ``cost`` q²/2.

    Marginal benefit to those who decide together equals marginal cost, which is linear; nobody's choice depends on
    another's.
    """
    from games.coalitions import stable_sizes

    gain, slope = Fraction(benefit), Fraction(cost)

    def payoff(size: int, own: Fraction) -> Fraction:
        total = size * size * gain / slope + (countries - size) * gain / slope
        return gain * total - slope * own**2 / 2

    found = stable_sizes(lambda k: payoff(k, k * gain / slope), lambda k: payoff(k, gain / slope), countries)
    return [Fraction(k) for k in found if k > 1]


def _contributions(countries: int, costs: Sequence[Any]) -> Numbers:
    """For each cost of contributing what brings 1 to every country: the largest stable group that decides together.

    A group contributes if that leaves it no worse off, an outsider would only where the cost is at most 1.
    """
    from games.coalitions import stable_sizes

    out = []
    for cost in map(Fraction, costs):
        if cost <= 1:
            raise GameError(f"contributions: with a cost of {cost} everybody contributes alone; give one above 1")

        def member(k: int, cost: Fraction = cost) -> Fraction:
            return max(k - cost, Fraction(0))

        def outsider(k: int, cost: Fraction = cost) -> Fraction:
            return Fraction(k if k >= cost else 0)

        out.append(Fraction(max(stable_sizes(member, outsider, countries))))
    return out


def _stable_cartels(firms: int, intercept: Any, slope: Any, cost: Any = 1) -> Numbers:
    from games.coalitions import PriceLeadership

    return [Fraction(x.members) for x in PriceLeadership.of(firms, intercept, slope, cost).sizes() if x.stable]


def _cartel(firms: int, intercept: Any, slope: Any, members: int, cost: Any = 1) -> Numbers:
    """The price and the profits of each member and outsider; without those there are none of."""
    from games.coalitions import PriceLeadership

    found = PriceLeadership.of(firms, intercept, slope, cost).outcome(members)
    return [x for x in (found.price, found.member, found.outsider) if x is not None]


CALCULATIONS: dict[str, Callable[..., Numbers]] = {
    "shapley_shubik": _shapley_shubik,
    "shapley_shubik_with_vetoes": _shapley_shubik_with_vetoes,
    "banzhaf_with_vetoes": _banzhaf_with_vetoes,
    "swings_with_vetoes": _swings_with_vetoes,
    "linear_environmental_agreements": _linear_agreements,
    "contributions": _contributions,
    "banzhaf": _banzhaf,
    "swings": _swings,
    "stable_environmental_agreements": _stable_agreements,
    "environmental_agreement": _environmental_agreement,
    "stable_cartels": _stable_cartels,
    "cartel": _cartel,
}
