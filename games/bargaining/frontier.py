"""The frontier of a two-player bargaining problem, in rationals: what one can have if the other gets so much."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import final

from games.bargaining.rational_input import Points, rationals
from games.model.stochastic_game import GameError

Pair = tuple[Fraction, Fraction]


@final
@dataclass(frozen=True)
class Frontier:
    """Undominated corners of a convex set, from the second player's favourite to the first player's."""

    corners: tuple[Pair, ...]

    @staticmethod
    def of(points: Points) -> Frontier:
        """The frontier of the hull of points; raises ``GameError`` unless they are pairs of finite numbers."""
        if isinstance(points, str) or not hasattr(points, "__len__") or not len(points):
            raise GameError("bargaining: a frontier without points; give at least one pair of payoffs")
        pairs = {(row[0], row[1]) for row in (rationals(p, "a point of the frontier", 2) for p in points)}
        chain: list[Pair] = []
        for point in sorted(pairs, key=lambda p: (-p[1], p[0])):
            while chain and (point[0] >= chain[-1][0] and point[1] >= chain[-1][1]):
                chain.pop()
            if chain and point[0] <= chain[-1][0]:
                continue
            while len(chain) > 1 and _turns_inward(chain[-2], chain[-1], point):
                chain.pop()
            chain.append(point)
        return Frontier(tuple(chain))

    def favourite(self, player: int) -> Pair:
        """The corner at which a player has most."""
        return self.corners[-1 if player == 0 else 0]

    def most(self, player: int, other_gets: Fraction) -> Fraction | None:
        """The most for a player if the other gets at least ``other_gets``; None if that cannot be had."""
        other = 1 - player
        if other_gets > self.favourite(other)[other]:
            return None
        best = self.favourite(player)
        if other_gets <= best[other]:
            return best[player]
        return min(base + slope * other_gets for base, slope in self.lines(player))

    def lines(self, player: int) -> list[Pair]:
        """(base, slope) of each edge, with the player's payoff as a function of the other's."""
        other = 1 - player
        out = []
        for p, q in zip(self.corners, self.corners[1:], strict=False):
            slope = (q[player] - p[player]) / (q[other] - p[other])
            out.append((p[player] - slope * p[other], slope))
        return out


def _turns_inward(a: Pair, b: Pair, c: Pair) -> bool:
    """Whether b lies on or below the chord from a to c."""
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]) >= 0
