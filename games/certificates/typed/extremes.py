"""The most, or the least, that play can be worth where somebody else chooses: bounds that hold exactly.

Worth is the total sum of discount**t times what a period pays.  Nodes that play cannot come back to are solved exactly,
as are small groups of nodes that lead to one another; the values of larger groups lie on the safe side of the true ones
by no more than rounding.

Source: Puterman (1994), theorem 6.2.2: what no choice improves on is an upper bound, what none falls below a lower one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

import numpy as np
from flint import fmpq, fmpq_mat

from games.numerics.components import components

Choice = tuple[Fraction, Mapping[int, Fraction]]
"""What a period pays, and the chances of the next node."""

EXACT_NODES = 40
"""Larger groups of nodes that lead to one another are enclosed."""
MOST_ROUNDS = 200
"""Rounds of improving on a policy; so many are never needed, and any policy gives a bound."""


def extreme_values(choices: Sequence[Sequence[Choice]], discount: Fraction, most: bool) -> list[Fraction]:
    """Per node no less than the most (no more than the least) that play from there can be worth.

    ``choices``   per node, what can be chosen there, at least one each.
    ``discount``  from 0 to 1; 1 only where play ends up, whatever is chosen, in nodes that pay nothing.

    >>> stay, go = (Fraction(1), {0: Fraction(1)}), (Fraction(3), {1: Fraction(1)})
    >>> rest = (Fraction(0), {1: Fraction(1)})
    >>> [str(x) for x in extreme_values([[stay, go], [rest]], Fraction(3, 4), True)]
    ['4', '0']
    """
    pointer, successor = [0], []
    for options in choices:
        successor += sorted({node for _, law in options for node in law})
        pointer.append(len(successor))
    values: list[Fraction] = [Fraction(0)] * len(choices)
    for group in components(np.array(pointer), np.array(successor, dtype=np.int64)):
        nodes = group.states.tolist()
        if len(nodes) > 1 and discount == 1:
            continue                                                   # play rests there, and is remembered otherwise
        if len(nodes) == 1:
            values[nodes[0]] = _alone(choices[nodes[0]], nodes[0], values, discount, most)
        else:
            for node, value in zip(nodes, _together(choices, nodes, values, discount, most), strict=True):
                values[node] = value
    return values


def _alone(
    options: Sequence[Choice], node: int, values: Sequence[Fraction], discount: Fraction, most: bool
) -> Fraction:
    """The value of a node that leads to nodes with known values, and perhaps to itself."""
    found = []
    for pays, law in options:
        ahead = sum((p * values[k] for k, p in law.items() if k != node), Fraction(0))
        stays = discount * law.get(node, Fraction(0))
        # Who does not discount rests only where nothing is paid.
        found.append(Fraction(0) if stays == 1 else (pays + discount * ahead) / (1 - stays))
    return max(found) if most else min(found)


def _together(
    choices: Sequence[Sequence[Choice]], nodes: Sequence[int], values: Sequence[Fraction], discount: Fraction,
    most: bool,
) -> list[Fraction]:
    """Bounds on the values of nodes that lead to one another; exact for few of them."""
    place = {node: k for k, node in enumerate(nodes)}
    split = [[(pays + discount * sum((p * values[k] for k, p in law.items() if k not in place), Fraction(0)),
               {place[k]: p for k, p in law.items() if k in place}) for pays, law in choices[node]] for node in nodes]
    policy, near = _policy(split, discount, most)
    found = _solved(split, policy, discount) if len(nodes) <= EXACT_NODES else [Fraction(x) for x in near]
    # Whatever the policy: shifted by the largest violation over 1 - discount, no choice improves on it.
    worst = Fraction(0)
    for k, options in enumerate(split):
        for pays, law in options:
            gain = pays + discount * sum((p * found[j] for j, p in law.items()), Fraction(0)) - found[k]
            worst = max(worst, gain) if most else min(worst, gain)
    return [value + worst / (1 - discount) for value in found]


def _policy(split: Sequence[Sequence[Choice]], discount: Fraction, most: bool) -> tuple[list[int], list[float]]:
    """A choice per node that is best in floating point, and what it is worth."""
    size, sign, delta = len(split), 1.0 if most else -1.0, float(discount)
    pays = [[sign * float(now) for now, _ in options] for options in split]
    laws = [[(np.array(list(law), dtype=np.int64), np.array([float(p) for p in law.values()])) for _, law in options]
            for options in split]
    policy = [max(range(len(mine)), key=mine.__getitem__) for mine in pays]
    value = np.zeros(size)
    best: float | None = None
    for _ in range(MOST_ROUNDS):
        matrix = np.eye(size)
        for k, a in enumerate(policy):
            ahead, chance = laws[k][a]
            np.subtract.at(matrix[k], ahead, delta * chance)
        value = np.linalg.solve(matrix, np.array([pays[k][a] for k, a in enumerate(policy)]))
        if best is not None and value.sum() <= best + 1e-12 * abs(best):
            break
        best = float(value.sum())
        policy = [max(range(len(mine)), key=[p + delta * float(chance @ value[ahead]) for p, (ahead, chance) in
                                             zip(mine, law, strict=True)].__getitem__)
                  for mine, law in zip(pays, laws, strict=True)]
    return policy, (sign * value).tolist()


def _solved(split: Sequence[Sequence[Choice]], policy: Sequence[int], discount: Fraction) -> list[Fraction]:
    """What a policy is worth, exactly."""
    size = len(split)
    rows = [[fmpq(int(j == k)) for j in range(size)] for k in range(size)]
    now = []
    for k, a in enumerate(policy):
        pays, law = split[k][a]
        now.append([fmpq(pays.numerator, pays.denominator)])
        for j, p in law.items():
            weight = discount * p
            rows[k][j] -= fmpq(weight.numerator, weight.denominator)
    solved = fmpq_mat(rows).solve(fmpq_mat(now))
    return [Fraction(int(solved[k, 0].p), int(solved[k, 0].q)) for k in range(size)]
