"""Two models of who joins: abatement of a common pollutant, and collusion on price with a competitive fringe.

Both are linear-quadratic, so that payoffs are rational functions of the parameters and stability is decided exactly.

Sources: Barrett (1994), Self-enforcing international environmental agreements; d'Aspremont, Jacquemin, Gabszewicz and
Weymark (1983), On the stability of collusive price leadership.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import final

from games.coalitions.agreements import AgreementSize, agreement_sizes
from games.coalitions.rules import Number
from games.model.stochastic_game import GameError
from games.numerics.exact import to_fraction


@final
@dataclass(frozen=True)
class Abatement:
    """What happens when ``members`` of the countries sign: abatement of each signatory and non-signatory, payoffs.

    None where there is nobody of the kind.
    """

    members: int
    by_member: Fraction | None
    by_outsider: Fraction | None
    total: Fraction
    member: Fraction | None
    outsider: Fraction | None


@final
@dataclass(frozen=True)
class EnvironmentalAgreement:
    """Barrett's model: ``countries`` alike, each with benefit (b/N)(a Q − Q²/2) and cost c q²/2 of abatement.

    Signatories choose together and first, foreseeing how the others, each for itself, respond.
    ``a``, ``b``, ``c``  positive numbers; the ratio c / b decides which agreements are stable.
    """

    countries: int
    a: Fraction
    b: Fraction
    c: Fraction

    @staticmethod
    def of(countries: int, a: Number, b: Number, c: Number) -> EnvironmentalAgreement:
        """Read the parameters; raises ``GameError`` if there is no country or one of them is not positive."""
        numbers = [to_fraction(x) for x in (a, b, c)]
        if countries < 1 or min(numbers) <= 0:
            raise GameError(f"agreement: {countries} countries, a, b, c = {a}, {b}, {c}; all must be positive")
        return EnvironmentalAgreement(countries, *numbers)

    def outcome(self, members: int) -> Abatement:
        """Abatement and payoffs when ``members`` countries have signed; raises ``GameError`` if it cannot be."""
        n, gamma = self.countries, self.c / self.b
        if not 0 <= members <= n:
            raise GameError(f"agreement: {members} members among {n} countries")
        share = Fraction(members, n)
        leaders = self.a * share**2 * n * gamma / ((gamma + 1 - share) ** 2 + share**2 * n * gamma)
        fringe = (1 - share) * (self.a - leaders) / (gamma + 1 - share)
        total = leaders + fringe
        benefit = self.b / n * (self.a * total - total**2 / 2)
        inside = leaders / members if members else None
        outside = fringe / (n - members) if members < n else None
        return Abatement(
            members, inside, outside, total,
            None if inside is None else benefit - self.c * inside**2 / 2,
            None if outside is None else benefit - self.c * outside**2 / 2,
        )

    def sizes(self) -> tuple[AgreementSize, ...]:
        """Every size of agreement, with the slack of leaving and of joining."""
        return agreement_sizes(lambda k: self.outcome(k).member, lambda k: self.outcome(k).outsider, self.countries)


@final
@dataclass(frozen=True)
class Market:
    """The price that a cartel of ``members`` sets, and the profit of each of its firms and of each firm outside."""

    members: int
    price: Fraction
    member: Fraction | None
    outsider: Fraction | None


@final
@dataclass(frozen=True)
class PriceLeadership:
    """A cartel that sets the price and a fringe that takes it, among ``firms`` alike with cost c q²/2.

    ``intercept``, ``slope``  demand is intercept − slope · price.  The cartel meets what the fringe, supplying p / c
    each, leaves over; without a cartel all take the price that clears the market.
    """

    firms: int
    intercept: Fraction
    slope: Fraction
    c: Fraction

    @staticmethod
    def of(firms: int, intercept: Number, slope: Number, c: Number = 1) -> PriceLeadership:
        """Read the parameters; raises ``GameError`` if there is no firm or one of them is not positive."""
        numbers = [to_fraction(x) for x in (intercept, slope, c)]
        if firms < 1 or min(numbers) <= 0:
            raise GameError(f"cartel: {firms} firms, demand {intercept} − {slope} p, cost {c}; all must be positive")
        return PriceLeadership(firms, *numbers)

    def outcome(self, members: int) -> Market:
        """Price and profits when ``members`` firms collude; raises ``GameError`` if it cannot be."""
        n, c = self.firms, self.c
        if not 0 <= members <= n:
            raise GameError(f"cartel: {members} members among {n} firms")
        # Demand left over is intercept − steep p; members share it equally, each at cost c q²/2.
        steep = self.slope + (n - members) / c
        if members == 0:
            price = self.intercept / steep
        else:
            # Joint profit p R − c R² / (2 k) with R = intercept − steep p: its derivative in p is linear.
            k = Fraction(members)
            price = self.intercept * (1 + c * steep / k) / (steep * (2 + c * steep / k))
        left = self.intercept - steep * price
        inside = None if members == 0 else price * left / members - c * (left / members) ** 2 / 2
        return Market(members, price, inside, price**2 / (2 * c) if members < n else None)

    def sizes(self) -> tuple[AgreementSize, ...]:
        """Every size of cartel, with the slack of leaving and of joining."""
        return agreement_sizes(lambda k: self.outcome(k).member, lambda k: self.outcome(k).outsider, self.firms)
