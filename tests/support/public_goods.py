"""Public goods of any number of players after one public signal, whose best equilibria with one trigger are known.

Everyone who gives pays 1, and r is shared out for it.  The signal is bad with a chance of ``noise`` if all give, and of
``caught`` and more if somebody keeps.

With continuations that are the same for all, giving is enforced by a chance p of giving up for good after a bad signal:
(1 - d) (1 - r/n) <= d (caught - noise) p v.  With v = (1 - d)(r - 1) + d v (1 - noise p) the best is
v = (r - 1) - noise (1 - r/n) / (caught - noise), if p <= 1 is enough for it.
Source: Green and Porter (1984); Abreu, Milgrom and Pearce (1991), on what mistakes cost when a signal points at nobody.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np

from games import StochasticGame, repeated_game
from games.model.public_monitoring import PublicMonitoring


def public_goods(
    discount: str, players: int = 3, share: float = 2.0, noise: str = "1/10", caught: str = "1/2"
) -> StochasticGame:
    """Row 0 has everyone give, the last nobody."""
    low, high = float(Fraction(noise)), float(Fraction(caught))
    payoffs = np.zeros((*(2,) * players, players))
    bad = []
    for keeps in np.ndindex(*(2,) * players):
        given = players - sum(keeps)
        for i in range(players):
            payoffs[(*keeps, i)] = share / players * given - (1 - keeps[i])
        bad.append(low if not any(keeps) else min(high + (sum(keeps) - 1) / 10, 0.95))
    law = np.column_stack([1 - np.array(bad), bad]).round(12)
    game = repeated_game(payoffs, discount, actions=[["give", "keep"]] * players, name="public goods")
    return replace(game, monitoring=PublicMonitoring((("good", "bad"),), (law,)))


def best_trigger(
    discount: str, players: int = 3, share: float = 2.0, noise: str = "1/10", caught: str = "1/2"
) -> float | None:
    """What everyone has in the best equilibrium that gives up for good, with a chance, after a bad signal; or None."""
    d, low, high = float(Fraction(discount)), float(Fraction(noise)), float(Fraction(caught))
    gain = 1 - share / players
    value = share - 1 - low * gain / (high - low)
    if value <= 0 or (1 - d) * gain > d * (high - low) * value:
        return None
    return value
