"""Finitely repeated games by brute force: every pure equilibrium, and payoff sets by plain linear programs."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

Vector = tuple[Fraction, ...]
Table = dict[tuple[int, ...], Vector]


def stage(payoffs: NDArray[np.float64]) -> Table:
    """Exact payoffs per profile of an array [a1, ..., an, i] of whole numbers."""
    return {profile: tuple(Fraction(int(x)) for x in payoffs[profile]) for profile in np.ndindex(*payoffs.shape[:-1])}


def is_nash(table: Table, profile: tuple[int, ...]) -> bool:
    """Nobody gains alone, in a game of one round."""
    for other, payoff in table.items():
        who = [i for i, (a, b) in enumerate(zip(profile, other, strict=True)) if a != b]
        if len(who) == 1 and payoff[who[0]] > table[profile][who[0]]:
            return False
    return True


def pure_totals(table: Table, periods: int, discount: Fraction = Fraction(1)) -> set[Vector]:
    """Totals of all pure subgame-perfect equilibria without public chance: every continuation after every profile."""
    if periods == 0:
        return {tuple(Fraction(0) for _ in next(iter(table.values())))}
    ahead = sorted(pure_totals(table, periods - 1, discount))
    found = set()
    for choice in product(ahead, repeat=len(table)):
        whole = {profile: tuple(g + discount * v for g, v in zip(payoff, after, strict=True))
                 for (profile, payoff), after in zip(table.items(), choice, strict=True)}
        found |= {whole[profile] for profile in table if is_nash(whole, profile)}
    return found


def supports(table: Table, periods: int, directions: NDArray[np.float64], discount: float = 1.0) -> NDArray[np.float64]:
    """Float[periods, directions]: of equilibrium totals with public chance, the most of each direction, 1, 2, ... left.

    A set is kept by its levels in the directions, which must have every e_i and -e_i, so that it is an outer bound; in
    the plane with the directions of all of its faces it is the set.
    """
    n = directions.shape[1]
    levels = np.zeros(len(directions))
    out = []
    for _ in range(periods):
        least = np.array([-levels[np.flatnonzero((directions == -e).all(axis=1))[0]] for e in np.eye(n)])
        new = np.full(len(directions), -np.inf)
        for profile, payoff in table.items():
            g = np.array([float(x) for x in payoff])
            best = np.array([max(float(table[(*profile[:i], a, *profile[i + 1:])][i])
                                 for a in {p[i] for p in table}) for i in range(n)])
            need = best - g + discount * least
            for k, d in enumerate(directions):
                got = linprog(-d, A_ub=np.vstack([directions, -discount * np.eye(n)]),
                              b_ub=np.append(levels, -need + 1e-12), bounds=(None, None))
                if got.status == 0:
                    new[k] = max(new[k], float(d @ g) - discount * float(got.fun or 0.0))
        levels = new
        out.append(levels)
    return np.array(out)
