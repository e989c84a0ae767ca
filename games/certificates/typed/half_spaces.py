"""The priors at which a rule is an equilibrium, as half-spaces: every deviation sets one, in exact whole numbers.

A deviation of one player bounds the prior of one partner, as long as no more than one partner has several types;
with more, products of priors appear, and the set is no polytope.

Source: Motzkin, Raiffa, Thompson and Thrall (1953) for the rays of a cone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import gcd, lcm

import numpy as np

from games.certificates.faults import Fault
from games.certificates.typed.evaluation import Group, RuleEvaluation

HalfSpace = tuple[int, ...]
"""A whole number per type: the sum over types of number times prior is at least 0."""


def half_spaces(found: RuleEvaluation) -> tuple[frozenset[HalfSpace], ...] | Fault:
    """Per player all half-spaces that its prior has to lie in; those that hold for all priors are left out.

    What depends on nobody's prior is told of the deviator's, with equal numbers.
    """
    typed = found.typed
    for i, prior in enumerate(typed.prior):
        if not all(prior):
            return Fault(f"prior of {typed.game.players[i]!r}", "a type has no chance; leave it out, or give it one")
    if typed.redraws is not None and any(again is not None for again in typed.redraws):
        return Fault("game", "types are drawn anew: what a deviation costs is not linear in the prior")
    out: list[set[HalfSpace]] = [set() for _ in typed.types]
    for group in found.groups:
        unsure = [j for j, types in enumerate(typed.types) if j != group.player and len(types) > 1]
        if len(unsure) > 1:
            return Fault(f"player {typed.game.players[group.player]!r}", "more than one partner has several types: "
                         "products of their priors appear, and the set is no polytope")
        partner = unsure[0] if unsure else group.player
        for k in range(len(group.deviation)):
            vector = _vector(group, k, partner, len(typed.types[partner]))
            if vector is None:
                return Fault("rule", "what a deviation costs is not known exactly, the game is too large for it")
            if min(vector) < 0:
                out[partner].add(lowest(vector))
    return tuple(map(frozenset, out))


def _vector(group: Group, k: int, partner: int, types: int) -> list[Fraction] | None:
    """What a deviation costs, per type of the partner, weighted by how likely that type would have come so far."""
    costs: dict[int, Fraction] = {}
    for p, profile in enumerate(group.alphas.profiles):
        cost = group.alphas.cost(int(group.deviation[k]), p)
        if cost is None:
            return None
        costs[profile[partner]] = cost
    belief = group.beliefs[partner]
    if belief is None:
        return [costs[group.kind]] * types
    if belief.of_prior:
        return [x * costs[t] if x else Fraction(0) for t, x in enumerate(belief.likelihood)]
    total = sum((x * costs[t] for t, x in enumerate(belief.likelihood) if x), Fraction(0))
    return [total] * types


def lowest(vector: Sequence[Fraction]) -> HalfSpace:
    """The smallest whole numbers in the same proportions."""
    below = lcm(*(x.denominator for x in vector))
    numbers = [int(x * below) for x in vector]
    common = gcd(*numbers) or 1
    return tuple(x // common for x in numbers)


def rays(half: Iterable[HalfSpace], dimension: int) -> list[HalfSpace]:
    """The extreme rays of the cone of all x at least 0 in the half-spaces."""
    units = [tuple(int(i == j) for j in range(dimension)) for i in range(dimension)]
    known, cone = list(units), list(units)
    for one in half:
        known.append(one)
        value = {ray: _times(one, ray) for ray in cone}
        if min(value.values(), default=0) >= 0:
            continue
        new = [ray for ray in cone if value[ray] >= 0]
        for up in (ray for ray in cone if value[ray] > 0):
            for down in (ray for ray in cone if value[ray] < 0):
                mixed = [Fraction(value[up] * d - value[down] * u) for u, d in zip(up, down, strict=True)]
                new.append(lowest(mixed))
        cone = [ray for ray in dict.fromkeys(new) if any(ray) and _extreme(ray, known, dimension)]
    return cone


def _extreme(ray: HalfSpace, known: Sequence[HalfSpace], dimension: int) -> bool:
    tight = [one for one in known if _times(one, ray) == 0]
    rows, rank = [list(map(Fraction, one)) for one in tight], 0
    for column in range(dimension):
        pivot = next((r for r in range(rank, len(rows)) if rows[r][column]), None)
        if pivot is None:
            continue
        rows[rank], rows[pivot] = rows[pivot], rows[rank]
        for r in range(rank + 1, len(rows)):
            if rows[r][column]:
                factor = rows[r][column] / rows[rank][column]
                rows[r] = [a - factor * b for a, b in zip(rows[r], rows[rank], strict=True)]
        rank += 1
    return rank == dimension - 1


def not_implied(claimed: Sequence[HalfSpace], all_of: Iterable[HalfSpace], dimension: int) -> HalfSpace | None:
    """A half-space that leaves out some prior which all claimed ones let in; None if there is none."""
    cone = rays(claimed, dimension)
    return next((one for one in all_of if any(_times(one, ray) < 0 for ray in cone)), None)


def needed(all_of: Iterable[HalfSpace], dimension: int) -> tuple[HalfSpace, ...]:
    """A smallest choice of half-spaces that implies all."""
    rest = sorted(all_of)
    chosen: list[HalfSpace] = []
    while rest:
        cone = rays(chosen, dimension)
        if not cone:
            break
        table = np.array([[float(x) / max(map(abs, one)) for x in one] for one in rest])
        points = np.array([[float(x) / sum(ray) for x in ray] for ray in cone])
        for k in np.argsort((table @ points.T).min(axis=1), kind="stable").tolist():
            if any(_times(rest[k], ray) < 0 for ray in cone):
                chosen.append(rest.pop(k))
                break
        else:
            break
    for one in tuple(chosen):
        others = [x for x in chosen if x != one]
        if not_implied(others, [one], dimension) is None:
            chosen = others
    return tuple(sorted(chosen))


def _times(one: Sequence[int], other: Sequence[int]) -> int:
    return sum(a * b for a, b in zip(one, other, strict=True))
