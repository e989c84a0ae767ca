"""What theories of bargaining expect of talks over deals, and what patience and alternatives are worth in them.

Source: Nash (1950), Kalai and Smorodinsky (1975), Rubinstein (1982), Baron and Ferejohn (1989).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import final

import numpy as np

from games.bargaining import alternating_offers, committee_over_deals, kalai_smorodinsky, legislative, nash
from games.numerics.arrays import Floats
from treaties.bargaining.designs import DesignOutcome
from treaties.compiling.merging import merge_transfers
from treaties.model.treaty import Treaty
from treaties.model.voting import Committee, Vote

NASH, KALAI_SMORODINSKY, OFFERS, COMMITTEE = "Nash", "Kalai-Smorodinsky", "alternating offers", "committee"
PAID_COMMITTEE = "committee with payments"
OFFERS_OF_TWO = (
    "Alternating offers are told of two parties only: of three and more who are patient enough they leave every "
    "division possible (Osborne and Rubinstein 1990, section 3.13). Committees, whose strategies are stationary, stand "
    "in for them."
)
PATIENCE_STEP, BATNA_STEP = 0.01, 1.0
SAME = 1e-9
ITERATED = 1e-7
"""What a committee expects is found by iteration: differences that are smaller, relative to payoffs, are rounding."""


@final
@dataclass(frozen=True)
class Prediction:
    """What one theory of bargaining expects.

    ``concept``  its name, with who proposes first where that matters.
    ``values``   per party, where lotteries over deals are possible (with payments: where gains can be divided freely).
    ``nearest``  number of the deal that comes nearest to it; by the concept's own criterion where it has one.
    ``note``     what was assumed.
    """

    concept: str
    values: tuple[float, ...]
    nearest: int
    note: str = ""


@final
@dataclass(frozen=True)
class Worth:
    """What a change is worth to a party: by how much its predicted value goes up.

    ``what``   the change, in words; ``concept`` the prediction that it moves; ``gain`` None if no deal is left.
    """

    party: str
    what: str
    concept: str
    gain: float | None


@final
@dataclass(frozen=True, eq=False)
class Table:
    """The deals as points, and what theories make of them."""

    treaty: Treaty
    outcomes: Sequence[DesignOutcome]
    deals: Sequence[int]
    base: tuple[float, ...]
    weights: Sequence[float] | None

    @property
    def points(self) -> Floats:
        """Float[deals, players]."""
        return np.array([self.outcomes[k].values for k in self.deals]).reshape(len(self.deals), len(self.base))

    def frontier(self) -> tuple[int, ...]:
        """Deals that no other deal dominates; of deals worth the same to all, the one of greatest margin."""
        points = self.points
        out = []
        for a, k in enumerate(self.deals):
            better = np.all(points >= points[a] - SAME, axis=1) & np.any(points > points[a] + SAME, axis=1)
            if not better.any():
                out.append(k)
        return tuple(self._firmest(out))

    def _firmest(self, numbers: Sequence[int]) -> list[int]:
        best: dict[tuple[float, ...], int] = {}
        for k in numbers:
            key = tuple(round(v, 9) for v in self.outcomes[k].values)
            rival = best.get(key)
            if rival is None or (self.outcomes[k].margin or 0.0) > (self.outcomes[rival].margin or 0.0):
                best[key] = k
        return sorted(best.values())

    def nash(self, base: Sequence[float] | None = None) -> Floats | None:
        """The weighted Nash solution with lotteries; None without a deal."""
        return nash(self.points, base or self.base, self.weights) if len(self.deals) else None

    def offers(self, discounts: Sequence[float] | None = None) -> list[Floats]:
        """Alternating offers, by who proposes first; two parties, as of more they predict nothing."""
        own = [party.discount.value for party in self.treaty.signatories] if discounts is None else discounts
        corners = [self.outcomes[k].values for k in self.frontier()]
        return [
            alternating_offers(own, outside=self.base, inside=self.base, frontier=corners, first=k).values
            for k in range(2)
        ]

    def predictions(self) -> tuple[Prediction, ...]:
        """By every concept that applies; empty without a deal."""
        if not len(self.deals):
            return ()
        out = []
        gains = self.points - np.array(self.base)
        even = "equal weights" if self.weights is None else "weights as given"
        if (found := self.nash()) is not None:
            power = np.ones(len(self.base)) if self.weights is None else np.array(self.weights)
            with np.errstate(divide="ignore"):
                product = (power * np.log(np.maximum(gains, 0.0))).sum(axis=1)
            out.append(self._prediction(NASH, found, product, f"{even}, lotteries over deals possible"))
        if (found := kalai_smorodinsky(self.points, self.base)) is not None:
            most = np.maximum(gains.max(axis=0), 1e-300)
            out.append(self._prediction(KALAI_SMORODINSKY, found, (gains / most).min(axis=1), "lotteries possible"))
        if len(self.base) == 2:
            for k, found in enumerate(self.offers()):
                first = self.treaty.signatories[k].name
                note = "an offer a period, each party's own discount factor, no agreement meanwhile"
                out.append(self._prediction(f"{OFFERS}, {first} first", found, None, note))
        found_by_vote = self._paid_committee() if self.pays else self._committee()
        return (*out, *([] if found_by_vote is None else [found_by_vote]))

    @property
    def pays(self) -> bool:
        """Whether the text lets the parties divide gains by payments."""
        context = self.treaty.context
        return merge_transfers(e for p in self.treaty.provisions for e in p.brings(context)) == "voluntary"

    def _committee(self) -> Prediction | None:
        """The file's joint committee, or consent of all, over lotteries of deals; None if it stays undecided."""
        found, how = self._voted([party.discount.value for party in self.treaty.signatories])
        note = f"{how}, each proposes with equal chance, lotteries over deals but no payments"
        return None if found is None else self._prediction(COMMITTEE, found, None, note)

    def _voted(self, patience: Sequence[float]) -> tuple[Floats | None, str]:
        """Float[parties], what a committee expects of so patient members, and by whose votes; None if undecided."""
        ids = [party.id for party in self.treaty.signatories]
        known = self.treaty.context.all_said(Committee)
        carried: Callable[[frozenset[int]], bool] | None = None
        how = "consent of all"
        proposers = list(range(len(ids)))
        if known:
            article, rule = known[0].article, known[0].rule
            voters = [k for k, party in enumerate(ids) if party in rule.voters]
            proposers = voters or proposers

            def carried(coalition: frozenset[int]) -> bool:
                votes: dict[str, Vote] = {ids[k]: "yes" if k in coalition else "no" for k in voters}
                return bool(voters) and rule.decide(votes)

            how = f"the votes of the committee in article {article or '-'}"
            if len(rule.voters) > len(voters):
                how += ", its neutral members abstaining"
        chance = [Fraction(int(k in proposers), len(proposers)) for k in range(len(ids))]
        found = committee_over_deals(self.points[self._corners()], self.base, chance, patience, carried)
        return None if found is None else np.asarray(found.values), how

    def _corners(self) -> list[int]:
        """Rows of ``points`` on the frontier: a proposer needs no other deal, and the fewer the quicker."""
        return [list(self.deals).index(k) for k in self.frontier()]

    def _paid_committee(self) -> Prediction:
        """Consent of all, every party recognised with equal chance: the joint gain as a pie to divide."""
        values = self._divided([party.discount.value for party in self.treaty.signatories])
        note = "consent of all, each proposes with equal chance, the joint gain divisible by payments"
        return self._prediction(PAID_COMMITTEE, values, None, note)

    def _divided(self, patience: Sequence[float]) -> Floats:
        """Float[parties]: how so patient parties divide the greatest joint gain, each of them recognised alike."""
        n = len(self.base)
        shares = legislative([Fraction(1, n)] * n, list(patience), n)
        pie = float((self.points - np.array(self.base)).sum(axis=1).max())
        return np.array(self.base) + pie * (np.full(n, 1 / n) if shares is None else np.asarray(shares.values))

    def _prediction(self, concept: str, values: Floats, score: Floats | None, note: str) -> Prediction:
        """With the deal of best score; without a score the one whose values are nearest, the firmest of equals."""
        spread = np.ptp(self.points, axis=0)
        spread[spread <= SAME] = 1.0
        distance = (((self.points - values) / spread) ** 2).sum(axis=1)
        merit = -distance if score is None else score
        best = float(merit.max())
        equals = [k for k, m in zip(self.deals, merit, strict=True) if m >= best - SAME or m == best]
        nearest = max(equals, key=lambda k: (self.outcomes[k].margin or 0.0, -k))
        return Prediction(concept, tuple(float(v) for v in values), nearest, note)

    def worths(self) -> tuple[Worth, ...]:
        """What patience and a better alternative are worth to each party in the talks."""
        found = self.nash()
        if found is None:
            return ()
        own = [party.discount.value for party in self.treaty.signatories]
        out = []
        for i, party in enumerate(self.treaty.signatories):
            more = [d + PATIENCE_STEP * (k == i) for k, d in enumerate(own)]
            moved = self._patience_moves(own, more) if more[i] < 1 else None
            if moved is not None:
                concept, gains = moved
                what = f"more patience in the talks (a discount factor of {more[i]:.4g}, not {own[i]:.4g})"
                out.append(Worth(party.id, what, concept, float(gains[i])))
            raised = tuple(b + BATNA_STEP * (k == i) for k, b in enumerate(self.base))
            better = self.nash(raised)
            what = f"a better alternative ({BATNA_STEP:g} more without an agreement)"
            out.append(Worth(party.id, what, NASH, None if better is None else float(better[i] - found[i])))
        return tuple(out)

    def _patience_moves(self, own: Sequence[float], more: Sequence[float]) -> tuple[str, Floats] | None:
        """By which theory, and Float[parties], by how much other discount factors move it; None if it is undecided.

        Of two parties by alternating offers, whoever begins; of more by a committee, with payments where they may pay.
        """
        if len(self.base) == 2:
            moved = [after - before for after, before in zip(self.offers(more), self.offers(own), strict=True)]
            return OFFERS, np.mean(moved, axis=0)
        if self.pays:
            return PAID_COMMITTEE, self._divided(more) - self._divided(own)
        after, before = self._voted(more)[0], self._voted(own)[0]
        if after is None or before is None:
            return None
        rounding = np.abs(after - before) <= ITERATED * np.abs(self.points).max()
        return COMMITTEE, np.where(rounding, 0.0, after - before)
