"""Directions that an outer approximation begins with."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import product
from math import ceil, gcd, log

import numpy as np

from games.certificates.exclusion.outer_sets import Direction, axis_directions
from games.model.stochastic_game import StochasticGame
from games.numerics.arrays import Floats


def batches_of_directions(game: StochasticGame, hint: Floats | None) -> list[list[Direction]]:
    """Directions to add, batch by batch: none, then coarse diagonals and the hinted ones, then finer ones.

    Two players have finer and finer rings; three and four all vectors of -1, 0 and 1, more have everybody and pairs.
    """
    n = game.n_players
    spread = np.ptp(game.payoffs, axis=0)
    widest = float(spread.max()) or 1.0
    # Payoffs of very different size are brought to a common one, by short rationals.
    scale = [Fraction(f"{widest / x:.1g}") if x > 0 else Fraction(1) for x in spread.tolist()]
    known = set(axis_directions(n))

    def fresh(vectors: Sequence[Sequence[int | Fraction]], scaled: bool = True) -> list[Direction]:
        out = []
        for vector in vectors:
            direction = tuple(Fraction(x) * (scale[i] if scaled else 1) for i, x in enumerate(vector))
            if any(direction) and direction not in known:
                known.add(direction)
                out.append(direction)
        return out

    hinted = []
    if hint is not None:
        for vector in np.asarray(hint, dtype=float):
            size = float(np.abs(vector).max())
            if size > 0:
                hinted.append([Fraction(x / size).limit_denominator(10**7) for x in vector.tolist()])
    if n == 2:
        rings = [[v for v in product(range(-g, g + 1), repeat=2) if max(map(abs, v)) == g and gcd(*v) == 1]
                 for g in (1, 2, 4, 8)]
        # The hinted ones come first, so that none is held back for a later batch.
        batches = [fresh(rings[0]) + fresh(hinted, scaled=False), *(fresh(ring) for ring in rings[1:])]
        if not game.common_discount and game.discount.min() > 0:
            batches[2] += fresh(_patience_fan(game))
        return [[], *batches]
    if n <= 4:
        return [[], fresh(list(product((-1, 0, 1), repeat=n))) + fresh(hinted, scaled=False)]
    pairs = [tuple((i == a) * x + (i == b) * y for i in range(n))
             for a in range(n) for b in range(a) for x in (1, -1) for y in (1, -1)]
    return [[], fresh([(1,) * n, (-1,) * n, *pairs]) + fresh(hinted, scaled=False)]


def _patience_fan(game: StochasticGame) -> list[tuple[int | Fraction, int | Fraction]]:
    """With unequal patience direction lambda leans on lambda * delta, and so on: close the list under that step."""
    ratio = float(game.discount.max() / game.discount.min())
    step = ratio ** ceil(log(1.15) / log(ratio)) if ratio < 1.15 else ratio
    slopes = [Fraction(f"{step**k:.3g}") for k in range(-ceil(log(20) / log(step)), ceil(log(20) / log(step)) + 1)]
    return [(x, y * slope) for slope in slopes for x in (1, -1) for y in (1, -1)]
