"""Which directions the points of a state are to lie far out in: one per mode, the first of them the punishments."""

from __future__ import annotations

from itertools import product

import numpy as np

from games.numerics.arrays import Floats

MOST_CUBE_PLAYERS = 4
ALL_ROUND = 80
ALIKE = 1 - 1e-4
"""Cosine of the angle below which two directions are one."""


def few_modes(players: int) -> Floats:
    """Float[n + 1, players]: punish each player, and do well by all.

    Source: Abreu (1988), one punishment per player suffices; the other modes are what punishments lead back to.
    """
    return np.vstack([-np.eye(players), np.ones((1, players))])


def twice_as_many(players: int) -> Floats:
    """Float[2n + 2, players]: also reward each player, and do badly by all."""
    return np.vstack([few_modes(players), np.eye(players), -np.ones((1, players))])


def all_round(players: int, seed: int) -> Floats:
    """Float[k, players]: directions to all sides: for few players first the cube with entries -1, 0, 1, else random."""
    if seed == 0 and players <= MOST_CUBE_PLAYERS:
        return np.array([d for d in product((-1.0, 0.0, 1.0), repeat=players) if any(d)])
    return np.random.default_rng(seed).normal(size=(ALL_ROUND, players))


def with_directions(family: Floats, further: Floats, most: int) -> Floats:
    """The family and at most so many further directions, each in turn the one furthest in angle from all chosen."""
    size = np.linalg.norm(further, axis=1)
    units = further[size > 0] / size[size > 0, None]
    chosen = [family]
    if not len(units):
        return family
    nearest = (units @ (family / np.linalg.norm(family, axis=1)[:, None]).T).max(axis=1)
    for _ in range(most):
        k = int(nearest.argmin())
        if nearest[k] > ALIKE:
            break
        chosen.append(units[k][None, :])
        nearest = np.maximum(nearest, units @ units[k])
    return np.vstack(chosen)


def leaning(family: Floats, tie_break: float) -> Floats:
    """The family with its punishments leaning a little towards what the others want, to break ties."""
    players = family.shape[1]
    out = family.copy()
    out[:players] += tie_break * (1 - np.eye(players))
    return out
