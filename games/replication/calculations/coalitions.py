"""Calculations about coalitions that published results name; see `games.replication.calculations`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

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


def _with_vetoes(members: int, vetoes: int, needed: int) -> Numbers:
    """Shapley-Shubik, as two composed rules: enough members, and every one of the first ``vetoes``."""
    from games.coalitions import all_of, at_least, consent_of, shapley_shubik

    return shapley_shubik(all_of(at_least(needed, members), consent_of(range(vetoes), members)))


def _stable_agreements(countries: int, a: Any, b: Any, c: Any) -> Numbers:
    from games.coalitions import EnvironmentalAgreement

    return [Fraction(x.members) for x in EnvironmentalAgreement.of(countries, a, b, c).sizes() if x.stable]


def _environmental_agreement(countries: int, a: Any, b: Any, c: Any, members: int) -> Numbers:
    """Abatement of each signatory and outsider, their payoffs, total abatement; without those there are none of."""
    from games.coalitions import EnvironmentalAgreement

    found = EnvironmentalAgreement.of(countries, a, b, c).outcome(members)
    listed = (found.by_member, found.by_outsider, found.member, found.outsider, found.total)
    return [x for x in listed if x is not None]


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
    "shapley_shubik_with_vetoes": _with_vetoes,
    "banzhaf": _banzhaf,
    "swings": _swings,
    "stable_environmental_agreements": _stable_agreements,
    "environmental_agreement": _environmental_agreement,
    "stable_cartels": _stable_cartels,
    "cartel": _cartel,
}
