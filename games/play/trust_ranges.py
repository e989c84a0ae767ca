"""For how much of a range of priors nothing that a player could do pays: all of it, part of it, or nowhere.

The priors of a partner at which no deviation pays are a polytope, so that the corners of the range tell of all of it.
That none is good is shown by deviations that leave out every prior of the range: one that pays at the middle of what is
left is taken up, again and again, until nothing is left or the middle is good.

Source: linear slacks after Sondik (1971); cuts through the middle as in Levin (1965).
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import product
from typing import Literal

import numpy as np

from games.certificates.typed.evaluation import Group, RuleEvaluation
from games.certificates.typed.half_spaces import HalfSpace, lowest, rays
from games.model.stochastic_game import GameError
from games.model.typed_game import Matrix

LITTLE = Fraction(1, 10**9)
"""What stands for no chance at the end of a range: a type without a chance would not exist."""
Part = Literal["whole", "part", "none"]


def part_of_range(
    found: RuleEvaluation, player: int, partner: int, low: Sequence[Fraction], high: Sequence[Fraction]
) -> Part:
    """For how much of a partner's priors nothing that a player could do pays, the priors of all others as they are.

    ``low``, ``high``  of the partner's types but the first, which has the rest; ``high`` sums to no more than 1.

    Where a slack is only enclosed, part is told rather than none.  Raises ``GameError`` where types are drawn anew.
    """
    if found.typed.draws_anew:
        raise GameError("types are drawn anew in this game, and slacks are not linear in priors")
    ends = [sorted({max(a, LITTLE), max(b, LITTLE)}) for a, b in zip(low, high, strict=True)]
    kept = [paying_deviation(found, _prior(found, partner, _whole(corner)), (player,)) is None
            for corner in product(*ends)]
    if all(kept):
        return "whole"
    if any(kept):
        return "part"
    count, cuts = len(ends) + 1, list[HalfSpace]()
    for t, (least, *most) in enumerate(ends, start=1):
        unit = [Fraction(int(k == t)) for k in range(count)]
        cuts += [lowest([x - least for x in unit]), lowest([(most or [least])[0] - x for x in unit])]
    while corners := rays(cuts, count):
        middle = [sum((Fraction(ray[t], sum(ray)) for ray in corners), Fraction(0)) / len(corners)
                  for t in range(count)]
        if not all(middle):
            return "none"                                              # the first type has no chance in all of it
        pays = paying_deviation(found, _prior(found, partner, middle), (player,))
        if pays is None:
            return "part"
        cut = lowest(_demand(found, *pays, partner))
        if sum((h * p for h, p in zip(cut, middle, strict=True)), Fraction(0)) >= 0:
            return "part"
        cuts.append(cut)
    return "none"


def paying_deviation(found: RuleEvaluation, prior: Matrix, players: Sequence[int]) -> tuple[Group, int] | None:
    """A deviation of one of some players, by its number in a group, that is not proved to cost nothing less than 0."""
    for group in found.groups:
        if group.player not in players:
            continue
        low, high, _ = group.bounds(prior)
        for k in np.flatnonzero(low < 0).tolist():
            if high[k] < 0 or (slack := group.exact(k, prior)) is None or slack < 0:
                return group, k
    return None


def _whole(corner: Sequence[Fraction]) -> list[Fraction]:
    """Chances of all types that sum to 1, the first of which has the rest."""
    rest = max(1 - sum(corner, Fraction(0)), LITTLE)
    total = rest + sum(corner, Fraction(0))
    return [p / total for p in (rest, *corner)]


def _prior(found: RuleEvaluation, partner: int, chances: Sequence[Fraction]) -> Matrix:
    prior = found.typed.prior
    return (*prior[:partner], tuple(chances), *prior[partner + 1:])


def _demand(found: RuleEvaluation, group: Group, k: int, partner: int) -> list[Fraction]:
    """Per type of a partner what a deviation costs at most, times how likely that type would have come so far."""
    deviation, prior, belief = int(group.deviation[k]), found.typed.prior, group.beliefs[partner]
    out = [Fraction(0)] * len(prior[partner])
    others = [None if b is None else b.posterior(prior[j]) for j, b in enumerate(group.beliefs)]
    for p, profile in enumerate(group.alphas.profiles):
        weight = Fraction(int(profile[group.player] == group.kind))
        for j, t in enumerate(profile):
            mine = others[j]
            if j != partner and mine is not None:
                weight *= mine[t]
        if not weight:
            continue
        cost = group.alphas.cost(deviation, p)
        worth = weight * (group.alphas.highest(deviation, p) if cost is None else cost)
        if belief is None or not belief.of_prior:
            # The partner's type is not in doubt here, or not by its prior: all types count alike.
            share = Fraction(1) if belief is None else belief.posterior(prior[partner])[profile[partner]]
            out = [x + share * worth for x in out]
        else:
            out[profile[partner]] += belief.likelihood[profile[partner]] * worth
    return out
