"""First guesses for legislative bargaining: prices at which proposers nearly always take the cheapest votes.

Best replies jump, and plain iteration cycles.  So proposers are first given choices that are smooth in prices (the
cheaper a vote, the likelier it is bought), Newton's method finds their prices, and smoothing is taken away by degrees.
What comes out is only a guess, from which the exact answer is read off.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import final

import numpy as np
from numpy.typing import NDArray

from games.bargaining.voting_rules import Coalition, QuotaRule
from games.numerics.arrays import Floats

SMOOTHEST, SHARPEST = 1.0, 1e-9
"""Smoothing, in shares of the mean price."""
NEWTON_STEPS = 60


class Chooser(ABC):
    """Smooth choices of votes.

    ``choose(prices, smoothing)`` returns (chosen, spread, along): Float[proposer, member], the probability that a vote
    is bought; Float[member, member], minus the derivative of the mean of ``chosen`` over proposers by prices; and
    Float[proposer, member], minus the derivative of ``chosen`` by prices applied to prices.
    """

    @abstractmethod
    def choose(self, prices: Floats, smoothing: float) -> tuple[Floats, Floats, Floats]:
        """Probabilities that votes are bought, and their derivatives."""


@final
@dataclass(frozen=True, eq=False)
class QuotaChooser(Chooser):
    """Votes are bought independently, at odds that fall with their price, as many as needed on average."""

    rule: QuotaRule
    recognition: Floats
    priced: NDArray[np.bool_]

    def choose(self, prices: Floats, smoothing: float) -> tuple[Floats, Floats, Floats]:
        """Probabilities that votes are bought, and their derivatives."""
        n = self.rule.members
        veto = np.isin(np.arange(n), list(self.rule.veto))
        pool = ~veto & self.priced & ~np.eye(n, dtype=bool)
        free = (~veto & ~self.priced)[None, :] & ~np.eye(n, dtype=bool)
        need = np.maximum(np.array([self.rule.bought(k) for k in range(n)]) - free.sum(axis=1), 0)
        level = _levels(prices, pool, need, smoothing)
        chosen = np.where(pool, _sigmoid((level[:, None] - prices) / smoothing), 0.0)
        chosen[need == 0] = 0.0
        full = need >= pool.sum(axis=1)
        chosen[full] = pool[full]
        bend = np.where((need == 0)[:, None] | full[:, None], 0.0, chosen * (1 - chosen) / smoothing)
        total = np.maximum(bend.sum(axis=1), 1e-300)
        spread = np.diag(self.recognition @ bend) - bend.T @ (bend * (self.recognition / total)[:, None])
        along = bend * prices - bend * ((bend @ prices) / total)[:, None]
        return np.where(veto[None, :] & ~np.eye(n, dtype=bool), 1.0, chosen), spread, along


@final
@dataclass(frozen=True, eq=False)
class CoalitionChooser(Chooser):
    """Sets of partners are drawn at odds that fall with their price."""

    partners: Sequence[Sequence[Coalition]]
    recognition: Floats

    def choose(self, prices: Floats, smoothing: float) -> tuple[Floats, Floats, Floats]:
        """Probabilities that votes are bought, and their derivatives."""
        n = len(self.recognition)
        chosen, along, spread = np.zeros((n, n)), np.zeros((n, n)), np.zeros((n, n))
        for k, sets in enumerate(self.partners):
            bought = np.array([[j in one for j in range(n)] for one in sets], dtype=float)
            cost = bought @ prices
            odds = np.exp(-(cost - cost.min()) / smoothing)
            odds /= odds.sum()
            chosen[k] = odds @ bought
            around = bought - chosen[k]
            bend = (around * odds[:, None]).T @ around / smoothing
            along[k] = bend @ prices
            spread += self.recognition[k] * bend
        return chosen, spread, along


def smoothed_prices(chooser: Chooser, recognition: Floats, discounts: Floats) -> tuple[Floats, float] | None:
    """(Float[member], smoothing): prices (discounted values) under the sharpest choices for which they were found.

    The smoothing is in units of prices; None if Newton's method failed from the start.
    """
    active = (recognition > 0) & (discounts > 0)
    if not active.any():
        return np.zeros(len(recognition)), SHARPEST
    prices = np.where(active, discounts * recognition, 0.0)
    unit = float(prices[active].mean())
    reached: tuple[Floats, float] | None = None
    last, factor = SMOOTHEST / 0.3, 0.3
    while last * factor >= SHARPEST and factor < 0.97:
        found = _newton(chooser, recognition, discounts, prices, active, last * factor * unit)
        if found is None:
            factor = factor**0.5
        else:
            prices = found
            last *= factor
            reached = found, last * unit
    return reached


def _newton(
    chooser: Chooser, recognition: Floats, discounts: Floats, start: Floats, active: NDArray[np.bool_], smoothing: float
) -> Floats | None:
    prices = start.copy()
    inverse = np.where(active, 1 / np.where(active, discounts, 1.0), 0.0)

    def error(w: Floats) -> tuple[Floats, Floats]:
        chosen, spread, along = chooser.choose(w, smoothing)
        bought = recognition @ chosen
        off = w * inverse - recognition * (1 - chosen @ w) - bought * w
        slope = np.diag(inverse - bought) + recognition[:, None] * (chosen - along) + w[:, None] * spread
        return np.where(active, off, 0.0), slope

    scale = float(start[active].mean())
    off, slope = error(prices)
    for _ in range(NEWTON_STEPS):
        size = float(np.abs(off).max())
        if size <= 1e-14 * scale:
            return prices
        step = np.zeros(len(prices))
        try:
            step[active] = -np.linalg.solve(slope[np.ix_(active, active)], off[active])
        except np.linalg.LinAlgError:
            return None
        length = 1.0
        while length > 1e-6:
            trial = np.maximum(prices + length * step, 0.2 * prices)
            new_off, new_slope = error(trial)
            if np.abs(new_off).max() < (1 - 0.1 * length) * size:
                break
            length *= 0.5
        else:
            return prices if size <= 1e-11 * scale else None
        prices, off, slope = trial, new_off, new_slope
    return prices if float(np.abs(off).max()) <= 1e-11 * scale else None


def _sigmoid(x: Floats) -> Floats:
    return np.asarray(0.5 * (1 + np.tanh(0.5 * x)))


def _levels(prices: Floats, pool: NDArray[np.bool_], need: NDArray[np.int64], smoothing: float) -> Floats:
    """Float[proposer]: the price at which a vote is bought half of the time, so that ``need`` are bought on average."""
    low = np.full(len(need), float(prices.min()) - 60 * smoothing)
    high = np.full(len(need), float(prices.max()) + 60 * smoothing)
    for _ in range(64):
        middle = 0.5 * (low + high)
        enough = np.where(pool, _sigmoid((middle[:, None] - prices) / smoothing), 0.0).sum(axis=1) >= need
        low, high = np.where(enough, low, middle), np.where(enough, middle, high)
    return np.asarray(0.5 * (low + high))
