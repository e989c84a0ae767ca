"""From approximate to exact prices of votes: members whose votes cost the same, and linear equations among the classes.

If it is known which members ask the same price, and how many votes each proposer buys from each such class, then the
prices solve a linear system: what a member gets beyond its own proposals is its price times the chance that its vote is
bought, and over a class these chances sum to the number of votes bought.  Whether chances can be dealt out within
classes is a transportation problem.  A wrong guess of the classes shows, because nothing comes out of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import final

import numpy as np
import scipy

from games.bargaining.exact_linear import exact_point, solve_exactly
from games.bargaining.stationary_proposals import Lottery, StationaryProposals
from games.bargaining.voting_rules import Coalition, CoalitionRule, QuotaRule
from games.numerics.arrays import Floats

Row = tuple[Fraction, ...]
GAPS = (1e-5, 1e-6, 1e-7, 1e-4, 1e-8, 1e-3)
"""Prices closer than this share of their mean are tried as equal."""
LARGEST_DENOMINATOR = 10**6
"""Values with denominators up to this are recognised in floating point."""


@final
@dataclass(frozen=True)
class _Chances:
    """Prices, costs of proposing, and the chance that each priced member's vote must have of being bought."""

    prices: Row
    values: Row
    bought: dict[int, Fraction]


def exact_equilibrium(
    recognition: Row, discounts: Row, rule: QuotaRule | CoalitionRule, guess: Floats
) -> StationaryProposals | None:
    """A stationary equilibrium without error whose prices are close to ``guess``; None if none was found there."""
    priced = [j for j in range(rule.members) if recognition[j] and discounts[j]]
    scale = float(guess[priced].mean()) if priced else 1.0
    for gap in GAPS:
        classes = _classes(priced, guess, gap * scale, rule.veto)
        counts = (_quota_counts(rule, classes, guess) if isinstance(rule, QuotaRule)
                  else _coalition_counts(rule, classes, guess, gap * scale))
        chances = None if counts is None else _solve(recognition, discounts, classes, counts)
        if counts is None or chances is None:
            continue
        lotteries = (_deal_votes(rule, recognition, classes, counts, chances) if isinstance(rule, QuotaRule)
                     else _deal_coalitions(rule, recognition, chances))
        if lotteries is None:
            continue
        found = StationaryProposals(recognition, discounts, rule, tuple(lotteries), chances.values)
        if found.check():
            return found
    return None


def exact_equilibrium_at(
    recognition: Row, discounts: Row, rule: CoalitionRule, values: Floats
) -> StationaryProposals | None:
    """A stationary equilibrium without error, with simple rationals next to ``values``; None if there is none."""
    simple = tuple(Fraction(float(v)).limit_denominator(LARGEST_DENOMINATOR) for v in values)
    prices = tuple(d * v for d, v in zip(discounts, simple, strict=True))
    priced = [j for j in range(rule.members) if prices[j] > 0]
    kept = {j: 1 - rule.least_cost(j, prices) for j in priced}
    chances = _Chances(prices, simple, {j: 1 / discounts[j] - recognition[j] * kept[j] / prices[j] for j in priced})
    lotteries = _deal_coalitions(rule, recognition, chances)
    found = lotteries and StationaryProposals(recognition, discounts, rule, tuple(lotteries), simple)
    return found if found and found.check() else None


def _classes(priced: Sequence[int], guess: Floats, gap: float, alone: Coalition) -> list[list[int]]:
    """Members in order of price, those within ``gap`` of the one before in one class; veto players are on their own."""
    out: list[list[int]] = [[j] for j in priced if j in alone]
    vetoes = len(out)
    for j in sorted((j for j in priced if j not in alone), key=lambda j: float(guess[j])):
        if len(out) > vetoes and guess[j] - guess[out[-1][-1]] <= gap:
            out[-1].append(j)
        else:
            out.append([j])
    return out


def _quota_counts(rule: QuotaRule, classes: list[list[int]], guess: Floats) -> list[list[int]]:
    """[proposer][class]: votes bought, cheapest first; votes that cost nothing come before all others."""
    unpriced = set(range(rule.members)) - rule.veto - {j for one in classes for j in one}
    counts = []
    for k in range(rule.members):
        need = max(0, rule.bought(k) - len(unpriced - {k}))
        row = []
        for one in classes:
            if one[0] in rule.veto:
                row.append(int(one[0] != k))
                continue
            row.append(min(need, len(one) - (k in one)))
            need -= row[-1]
        counts.append(row)
    return counts


def _coalition_counts(
    rule: CoalitionRule, classes: list[list[int]], guess: Floats, gap: float
) -> list[list[int]] | None:
    """The same for sets of partners; None if sets that cost about the same differ in it."""
    counts = []
    for k in range(rule.members):
        sets = rule.partners(k)
        costs = [sum(guess[j] for j in one) for one in sets]
        near = {tuple(len(one & set(group)) for group in classes)
                for one, cost in zip(sets, costs, strict=True) if cost <= min(costs) + rule.members * gap}
        if len(near) > 1:
            return None
        counts.append(list(near.pop()))
    return counts


def _solve(recognition: Row, discounts: Row, classes: list[list[int]], counts: list[list[int]]) -> _Chances | None:
    members, sizes = range(len(recognition)), range(len(classes))
    matrix, right = [], []
    for t, one in enumerate(classes):
        sold = sum((recognition[k] * counts[k][t] for k in members), Fraction(0))
        row = [sum((recognition[j] * counts[j][u] for j in one), Fraction(0)) for u in sizes]
        row[t] += sum((1 / discounts[j] for j in one), Fraction(0)) - sold
        matrix.append(row)
        right.append(sum((recognition[j] for j in one), Fraction(0)))
    found = solve_exactly(matrix, right)
    if found is None or any(price <= 0 for price in found):
        return None
    of = {j: found[t] for t, one in enumerate(classes) for j in one}
    prices = tuple(of.get(j, Fraction(0)) for j in members)
    kept = [1 - sum((counts[k][t] * found[t] for t in sizes), Fraction(0)) for k in members]
    values = tuple(prices[j] / discounts[j] if j in of else recognition[j] * kept[j] for j in members)
    return _Chances(prices, values, {j: 1 / discounts[j] - recognition[j] * kept[j] / of[j] for j in of})


# -- quotas: chances member by member ------------------------------------------------------------------------------


def _deal_votes(
    rule: QuotaRule, recognition: Row, classes: list[list[int]], counts: list[list[int]], chances: _Chances
) -> list[Lottery] | None:
    members = range(rule.members)
    unpriced = sorted(set(members) - rule.veto - {j for one in classes for j in one})
    chance = [{j: Fraction(1) for j in rule.veto - {k}} for k in members]
    for k in members:
        chance[k] |= {j: Fraction(1) for j in [j for j in unpriced if j != k][:rule.bought(k)]}
    for t, one in enumerate(classes):
        if one[0] in rule.veto:
            continue
        need = [row[t] for row in counts]
        for k in members:
            others = [j for j in one if j != k]
            chance[k] |= {j: Fraction(need[k], len(others)) for j in others}
        uneven = any(
            sum((recognition[k] * chance[k].get(j, Fraction(0)) for k in members), Fraction(0)) != chances.bought[j]
            for j in one)
        if uneven and not _transport(recognition, one, need, chances, chance):
            return None
    return [lottery_of(one) for one in chance]


def _transport(
    recognition: Row, one: list[int], need: list[int], chances: _Chances, chance: list[dict[int, Fraction]]
) -> bool:
    """Deal ``need`` votes of each proposer among a class so that everybody has its chance; writes into ``chance``."""
    groups: dict[tuple[int, int], list[int]] = {}
    for k, count in enumerate(need):
        if recognition[k] and count:
            groups.setdefault((count, k if k in one else -1), []).append(k)
    sources = [(count, who, sum((recognition[k] for k in who), Fraction(0))) for (count, _), who in groups.items()]
    cells = [(s, j) for s, (_, who, _) in enumerate(sources) for j in one if who != [j]]
    rows: list[dict[int, Fraction]] = [{} for _ in range(len(sources) + len(one))]
    for c, (s, j) in enumerate(cells):
        rows[s][c] = Fraction(1)
        rows[len(sources) + one.index(j)][c] = sources[s][2]
    right = [Fraction(count) for count, _, _ in sources] + [chances.bought[j] for j in one]
    dealt = _feasible(rows, right, len(cells))
    if dealt is None:
        return False
    for share, (s, j) in zip(dealt, cells, strict=True):
        for k in sources[s][1]:
            chance[k][j] = share
    return True


def lottery_of(chance: dict[int, Fraction]) -> Lottery:
    """A lottery over sets of equal size in which each member has its chance (systematic sampling).

    >>> half = Fraction(1, 2)
    >>> [(str(p), sorted(one)) for p, one in lottery_of({0: Fraction(1), 1: half, 2: half})]
    [('1/2', [0, 1]), ('1/2', [0, 2])]
    """
    sure = frozenset(j for j, share in chance.items() if share == 1)
    some = sorted(j for j, share in chance.items() if 0 < share < 1)
    ends, total = {}, Fraction(0)
    for j in some:
        ends[j] = (total, total + chance[j])
        total += chance[j]
    cuts = sorted({end % 1 for pair in ends.values() for end in pair} | {Fraction(0), Fraction(1)})
    drawn: dict[Coalition, Fraction] = {}
    for low, high in pairwise(cuts):
        chosen = sure | {j for j, (a, b) in ends.items() if any(a <= low + i < b for i in (int(a), int(a) + 1))}
        drawn[chosen] = drawn.get(chosen, Fraction(0)) + high - low
    return tuple((p, one) for one, p in drawn.items())


# -- other rules: chances set by set -------------------------------------------------------------------------------


def _deal_coalitions(rule: CoalitionRule, recognition: Row, chances: _Chances) -> list[Lottery] | None:
    cells: list[tuple[int, Coalition]] = []
    for k in range(rule.members):
        sets = rule.partners(k)
        costs = [sum((chances.prices[j] for j in one), Fraction(0)) for one in sets]
        cheapest = [one for one, cost in zip(sets, costs, strict=True) if cost == min(costs)]
        cells += [(k, one) for one in (cheapest if recognition[k] else cheapest[:1])]
    rows: list[dict[int, Fraction]] = [{} for _ in range(rule.members + len(chances.bought))]
    for c, (k, one) in enumerate(cells):
        rows[k][c] = Fraction(1)
        for i, j in enumerate(chances.bought):
            if j in one and recognition[k]:
                rows[rule.members + i][c] = recognition[k]
    right = [Fraction(1)] * rule.members + list(chances.bought.values())
    dealt = _feasible(rows, right, len(cells))
    if dealt is None:
        return None
    lotteries: list[list[tuple[Fraction, Coalition]]] = [[] for _ in range(rule.members)]
    for share, (k, one) in zip(dealt, cells, strict=True):
        if share:
            lotteries[k].append((share, one))
    return [tuple(one) for one in lotteries]


def _feasible(rows: Sequence[dict[int, Fraction]], right: Sequence[Fraction], columns: int) -> list[Fraction] | None:
    """A point of {0 <= x <= 1, rows . x = right} in rationals: a corner from a linear program, then made exact."""
    where = [(i, c, float(a)) for i, row in enumerate(rows) for c, a in row.items()]
    if not where:
        return [] if not any(right) else None
    table = np.zeros((len(rows), columns))
    for i, c, a in where:
        table[i, c] = a
    near = [float(x) for x in right]
    found = scipy.optimize.linprog(np.zeros(columns), A_eq=table, b_eq=near, bounds=(0, 1), method="highs-ds")
    return None if found.x is None else exact_point(rows, right, [float(x) for x in found.x])
