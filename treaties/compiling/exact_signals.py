"""What the signals of a treaty say, with chances as the text has them: products of decimals, and not of rounded ones.

Beliefs about several parties stay apart only if the chance of what all signals say together is exactly the product of
what those about each party say.  Floating point cannot hold that product; the parts it can.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from math import prod

import numpy as np

from games.model.public_monitoring import PublicMonitoring, dense, packed
from games.model.stochastic_game import StochasticGame
from games.numerics.exact import nearest_float, to_fraction
from treaties.compiling.observation import SeenByAll
from treaties.effects import Floats, Ints

DIGITS = 15
"""Digits after the point of the chances of what signals about one party say."""


def with_exact_signals(game: StochasticGame, seen: SeenByAll | None) -> StochasticGame:
    """The game with the chances of its signals multiplied out exactly, party by party."""
    monitoring = game.monitoring
    if monitoring is None or seen is None:
        return game
    parties = sorted({signal.party for signal in seen.observation.signals})
    parts = [[k for k, signal in enumerate(seen.observation.signals) if signal.party == party] for party in parties]
    law, rationals = list(monitoring.law), dict(monitoring.rationals)
    for state, labels in enumerate(monitoring.signals):
        if not labels:
            continue
        table, first = dense(monitoring.law[state]).copy(), int(game.row_start[state])
        codes = seen.observation.codes[seen.said[state]]
        groups = [np.unique(codes[:, columns], axis=0, return_inverse=True)[1].ravel() for columns in parts]
        for row, chances in enumerate(table):
            for signal, exact in _multiplied(chances, groups).items():
                table[row, signal] = nearest_float(exact)
                if to_fraction(table[row, signal]) != exact:
                    rationals["signal", first + row, signal] = exact
        law[state] = packed(table)
    return replace(game, monitoring=PublicMonitoring(monitoring.signals, tuple(law), monitoring.next_law, rationals))


def _multiplied(chances: Floats, groups: Sequence[Ints]) -> dict[int, Fraction]:
    """The exact chances of the signals that a row may send, from its floats.

    ``groups``  per party Int[signals]: which signals say the same of it.
    """
    parts = []
    for group in groups:
        sums = np.round(np.bincount(group, chances), DIGITS)
        parts.append([to_fraction(p) for p in sums.tolist()])
    pairs = list(zip(parts, groups, strict=True))
    return {signal: prod((part[int(group[signal])] for part, group in pairs), start=Fraction(1))
            for signal in np.flatnonzero(chances).tolist()}
