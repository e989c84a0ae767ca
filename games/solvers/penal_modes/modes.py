"""Which directions the points of a state are to lie far out in: the families of modes that are tried."""

from __future__ import annotations

from itertools import product

import numpy as np

from games.numerics.arrays import Floats

MOST_CUBE_PLAYERS = 4


def families(players: int) -> tuple[Floats, ...]:
    """Float[modes, players] each, small families first; the first ``players`` modes punish one player each.

    n + 1 modes (punish each player; do well by all), 2n + 2 (reward each; do badly by all), and for up to four players
    the cube of directions with entries -1, 0, 1.  Source: Abreu (1988), one punishment per player suffices; the other
    modes are what punishments lead back to.
    """
    eye = np.eye(players)
    few = np.vstack([-eye, np.ones((1, players))])
    twice = np.vstack([few, eye, -np.ones((1, players))])
    if players > MOST_CUBE_PLAYERS:
        return few, twice
    return few, twice, with_directions(twice, np.array(list(product((-1.0, 0.0, 1.0), repeat=players))))


def with_directions(family: Floats, further: Floats) -> Floats:
    """The family and those further directions that are not among it yet; the zero direction is none."""
    known = {tuple(np.round(d, 9)) for d in family}
    kept = [family]
    for direction in further:
        size = float(np.abs(direction).max())
        if size > 0 and tuple(np.round(direction / size, 9)) not in known:
            known.add(tuple(np.round(direction / size, 9)))
            kept.append(direction[None, :] / size)
    return np.vstack(kept)


def leaning(family: Floats, players: int, tie_break: float) -> Floats:
    """The family with its punishments leaning a little towards what the others want, to break ties."""
    out = family.copy()
    out[:players] += tie_break * (1 - np.eye(players))
    return out
