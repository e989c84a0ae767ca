"""A committee that chooses among lotteries over finitely many deals, without payments on the side.

Every period a member drawn by chance proposes a lottery; if a winning coalition accepts, it is carried out, else the
period passes and another member is drawn.  In a stationary equilibrium each proposer takes, of the lotteries that all
members of some winning coalition accept (worth at least waiting to each), the one best for itself; of equally good ones
that which brings the others most in all, and of equally good coalitions each with the same chance.

Source: Banks and Duggan (2000), stationary bargaining equilibria over a convex set of alternatives; Binmore (1987) for
two players who propose by chance and must both agree.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import Any, final

import numpy as np
import scipy

from games.bargaining.frontier import Frontier
from games.bargaining.rational_input import Number, Numbers, distribution, rational, rationals
from games.bargaining.voting_rules import MOST_MEMBERS, Coalition
from games.model.stochastic_game import GameError
from games.numerics.arrays import Floats

ROUNDS = 4000
TIE = 1e-9
LARGEST_RESIDUAL = 1e-8
"""Relative to the greatest gain: what a solution may miss the conditions of an equilibrium by."""


@final
@dataclass(frozen=True, eq=False)
class CommitteeOverDeals:
    """A stationary equilibrium, checked in floating point.

    ``values``     Float[members]: expected when talks begin, before a proposer is drawn.
    ``proposals``  Float[members, members]: what each proposer's lottery is worth to each member.
    ``waiting``    Float[members]: what each accepts at the least.
    ``residual``   by how much the values miss what the proposals bring, in payoffs.
    """

    values: Floats
    proposals: Floats
    waiting: Floats
    residual: float


def committee_over_deals(
    points: Sequence[Sequence[float]] | Floats,
    disagreement: Sequence[float],
    recognition: Numbers,
    discounts: Numbers | Number,
    winning: Callable[[Coalition], bool] | None = None,
) -> CommitteeOverDeals | None:
    """The stationary equilibrium of a committee over lotteries of deals; None if none could be confirmed.

    ``points``        Float[deals, members].   ``disagreement`` what each has in every period without a deal.
    ``recognition``   chance of each member to propose; they sum to 1.   ``discounts`` one each, or one for all.
    ``winning``       whether the votes of a set of members carry a proposal; None: only those of all.

    Raises ``GameError`` for numbers that do not fit, without a deal, and for more than ``MOST_MEMBERS`` members.

    >>> found = committee_over_deals([[1, 0], [0, 1]], [0, 0], [1/2, 1/2], [0.8, 0.8])
    >>> found.values.round(6).tolist(), found.proposals[0].round(6).tolist()
    ([0.5, 0.5], [0.6, 0.4])
    """
    chance = np.array(distribution(recognition, "recognition probabilities"), dtype=float)
    members = len(chance)
    if members > MOST_MEMBERS:
        raise GameError(f"bargaining: a committee of {members} members; at most {MOST_MEMBERS} are possible")
    if isinstance(discounts, (int, float, str, Fraction)):
        discounts = [discounts] * members
    patience = np.array([rational(d, "discount", 0, 1) for d in discounts], dtype=float)
    base = np.array(rationals(disagreement, "the disagreement point", members), dtype=float)
    given = [rationals(point, "a deal", members) for point in points]
    if not given or len(patience) != members:
        raise GameError("bargaining: a committee needs a deal to choose, and one discount factor for each member")
    gains = np.array(given, dtype=float) - base
    search = _Search(gains, patience, chance, winning or (lambda coalition: len(coalition) == members))
    return search.run(base)


@final
class _Search:
    """Iteration of what members expect; all payoffs are gains over the disagreement point."""

    def __init__(
        self, gains: Floats, patience: Floats, chance: Floats, winning: Callable[[Coalition], bool]
    ) -> None:
        self.gains, self.patience, self.chance = gains, patience, chance
        self.members = gains.shape[1]
        self.scale = float(np.abs(gains).max()) or 1.0
        self.frontier = Frontier.of(gains.tolist()) if self.members == 2 else None
        self.partners = [self._partners(k, winning) for k in range(self.members)]

    def _partners(self, proposer: int, winning: Callable[[Coalition], bool]) -> list[tuple[int, ...]]:
        """The smallest sets of others whose votes carry a proposal of this member."""
        others = [j for j in range(self.members) if j != proposer]
        found: list[tuple[int, ...]] = []
        for size in range(self.members):
            for those in combinations(others, size):
                if not any(set(known) <= set(those) for known in found) and winning(frozenset({proposer, *those})):
                    found.append(those)
        return found

    def run(self, base: Floats) -> CommitteeOverDeals | None:
        values = self.chance @ self.gains[self.gains.argmax(axis=0)]
        error = np.inf
        for count in range(ROUNDS):
            proposals = np.stack([self.proposal(k, self.patience * values) for k in range(self.members)])
            after = self.chance @ proposals
            last, error = error, float(np.abs(after - values).max())
            if error <= 1e-12 * self.scale or (self.frontier is None and error <= 0.1 * LARGEST_RESIDUAL * self.scale):
                break
            # Where coalitions are changed for others to and fro, smaller steps may still settle.
            values = after if error < last or count < 20 else 0.5 * (values + after)
        if error > LARGEST_RESIDUAL * self.scale:
            return None
        waiting = self.patience * values
        return CommitteeOverDeals(base + values, base + proposals, base + waiting, error)

    def proposal(self, proposer: int, waiting: Floats) -> Floats:
        """Float[members]: what the best lottery for a proposer brings, or waiting where nothing better would pass."""
        tried = (self.best(proposer, those, waiting) for those in self.partners[proposer])
        options = [found for found in tried if found is not None]
        most = max((float(option[proposer]) for option in options), default=-np.inf)
        if most < waiting[proposer] - TIE * self.scale:
            return waiting
        equal = [option for option in options if option[proposer] >= most - TIE * self.scale]
        return np.asarray(np.mean(equal, axis=0))

    def best(self, proposer: int, partners: tuple[int, ...], waiting: Floats) -> Floats | None:
        """The best lottery for the proposer that these partners accept; None if they accept none."""
        if self.frontier is not None:
            return self._on_frontier(proposer, Fraction(float(waiting[1 - proposer])) if partners else None)
        mine, those = self.gains[:, proposer], list(partners)
        rows, limits, whole = -self.gains[:, those].T, -waiting[those], np.ones((1, len(mine)))
        least: dict[str, Any] = {"A_ub": rows, "b_ub": limits} if those else {}
        first = scipy.optimize.linprog(-mine, A_eq=whole, b_eq=[1.0], **least)
        if first.status != 0:
            return None
        rows, limits = np.vstack([rows, -mine]), np.append(limits, float(first.fun or 0.0) + 1e-12 * self.scale)
        second = scipy.optimize.linprog(-self.gains.sum(axis=1), rows, limits, whole, [1.0])
        weights: Floats = np.asarray(second.x if second.status == 0 else first.x, dtype=float)
        return np.asarray(weights @ self.gains)

    def _on_frontier(self, proposer: int, least: Fraction | None) -> Floats | None:
        assert self.frontier is not None
        best = self.frontier.favourite(proposer)
        other = best[1 - proposer] if least is None else max(best[1 - proposer], least)
        most = self.frontier.most(proposer, other)
        if most is None:
            return None
        pair = (most, other) if proposer == 0 else (other, most)
        return np.array(pair, dtype=float)
