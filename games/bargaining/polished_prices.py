"""Prices of votes where sets of votes that cost the same are not of the same make: right to rounding, then proved so.

If one vote costs as much as two others together, prices solve quadratic equations and are irrational in general.  They
and the lotteries over the cheapest sets are found by Newton's method; how far the rationals next to them are from an
equilibrium is for `stationary_proposals` to say.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from games.bargaining.stationary_proposals import Lottery, StationaryProposals
from games.bargaining.voting_rules import Coalition, CoalitionRule
from games.numerics.arrays import Floats

Row = tuple[Fraction, ...]
LIKELY = (1e-6, 1e-4, 1e-8, 1e-3)
"""Sets bought with at least these odds under smoothed choices are tried as the cheapest."""
STEPS = 30


def polished_equilibrium(
    recognition: Row, discounts: Row, rule: CoalitionRule, guess: Floats, smoothing: float
) -> StationaryProposals | None:
    """What is nearly a stationary equilibrium, in rationals; None if Newton's method comes to nothing."""
    best: StationaryProposals | None = None
    for likely in LIKELY:
        sets, odds = _support(rule, guess, smoothing, likely)
        found = _newton(np.array(recognition, dtype=float), np.array(discounts, dtype=float), sets, guess, odds)
        if found is None:
            continue
        nearly = _in_rationals(recognition, discounts, rule, sets, *found)
        if best is None or nearly.residual < best.residual:
            best = nearly
    return best


def _support(
    rule: CoalitionRule, guess: Floats, smoothing: float, likely: float
) -> tuple[list[list[Coalition]], list[Floats]]:
    sets, odds = [], []
    for k in range(rule.members):
        partners = rule.partners(k)
        cost = np.array([sum(guess[j] for j in one) for one in partners])
        weight = np.exp(-(cost - cost.min()) / smoothing)
        weight /= weight.sum()
        kept = np.flatnonzero(weight >= min(likely, weight.max()))
        sets.append([partners[i] for i in kept])
        odds.append(weight[kept] / weight[kept].sum())
    return sets, odds


def _newton(
    recognition: Floats, discounts: Floats, sets: list[list[Coalition]], guess: Floats, odds: list[Floats]
) -> tuple[Floats, list[Floats]] | None:
    """Least-norm Newton steps for prices and lotteries together."""
    n = len(recognition)
    active = np.flatnonzero((recognition > 0) & (discounts > 0))
    has = [np.array([[j in one for j in range(n)] for one in mine], dtype=float) for mine in sets]
    start = np.cumsum([0, *(len(mine) for mine in sets)])
    prices, weight = guess.copy(), np.concatenate(odds)
    for _ in range(STEPS):
        chosen = np.array([weight[start[k]:start[k + 1]] @ has[k] for k in range(n)])
        bought = recognition @ chosen
        rows, off = [], []
        for j in active:
            row = np.zeros(n + len(weight))
            row[j] += 1 / discounts[j] - bought[j]
            row[:n] += recognition[j] * has[j][0]
            for k in range(n):
                row[n + start[k]:n + start[k + 1]] -= recognition[k] * prices[j] * has[k][:, j]
            rows.append(row)
            off.append(prices[j] / discounts[j] - recognition[j] * (1 - has[j][0] @ prices) - bought[j] * prices[j])
        for k in range(n):
            row = np.zeros(n + len(weight))
            row[n + start[k]:n + start[k + 1]] = 1
            rows.append(row)
            off.append(weight[start[k]:start[k + 1]].sum() - 1)
            for other in has[k][1:]:
                rows.append(np.concatenate([other - has[k][0], np.zeros(len(weight))]))
                off.append((other - has[k][0]) @ prices)
        table = np.array(rows)
        keep = np.r_[active, n:n + len(weight)]
        step = np.zeros(n + len(weight))
        step[keep] = np.linalg.lstsq(table[:, keep], -np.array(off), rcond=1e-12)[0]
        prices, weight = prices + step[:n], weight + step[n:]
        if np.abs(step).max() < 1e-15:
            break
    if not np.all(np.isfinite(prices)) or prices.min() < 0 or weight.min() < -1e-9:
        return None
    weight = np.maximum(weight, 0.0)
    return prices, [weight[start[k]:start[k + 1]] for k in range(n)]


def _in_rationals(
    recognition: Row, discounts: Row, rule: CoalitionRule, sets: list[list[Coalition]], prices: Floats,
    odds: list[Floats]
) -> StationaryProposals:
    ask = [Fraction(float(w)) for w in prices]
    lotteries: list[Lottery] = []
    for mine, weight in zip(sets, odds, strict=True):
        shares = [Fraction(float(x)) for x in weight]
        total = sum(shares, Fraction(0))
        lotteries.append(tuple((x / total, one) for x, one in zip(shares, mine, strict=True) if x))
    values = tuple(
        ask[j] / discounts[j] if ask[j] else
        recognition[j] * (1 - sum((p * ask[i] for p, one in lotteries[j] for i in one), Fraction(0)))
        for j in range(rule.members))
    return StationaryProposals(recognition, discounts, rule, tuple(lotteries), values)
