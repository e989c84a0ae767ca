"""Counting coalitions by size and weight, exactly: polynomials packed into long integers.

The number of coalitions of size s and weight t is the coefficient of y^s x^t in the product of (1 + y x^w) over the
voters.  For each s the coefficients sit side by side in the bits of one Python integer, so that multiplying by
(1 + y x^w) is a shift and an addition of long integers: exact, and as fast as memory.

Source of the generating function: Cantor (1962), reported by Mann and Shapley (1962); Brams and Affuso (1976).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

from games.model.stochastic_game import GameError

MOST_BYTES = 400_000_000
"""Tables that need more memory are refused."""


@final
@dataclass(frozen=True)
class LightCoalitions:
    """How many coalitions of each size weigh less than any limit up to ``quota``.

    ``tables[s]``  bytes: entry a, of ``width`` bytes, is the number of coalitions of size s and weight at most a.
    """

    quota: int
    width: int
    tables: tuple[bytes, ...]

    @staticmethod
    def of(quota: int, weights: tuple[int, ...]) -> LightCoalitions:
        """Count them for voters with these weights; raises ``GameError`` if the table would be too large."""
        n = len(weights)
        width = n // 8 + 1                                 # bytes: no count exceeds 2^n
        if width * quota * (n + 1) > MOST_BYTES:
            raise GameError(
                f"power index: the table for {n} voters and the quota {quota} is too large; use smaller units of weight"
            )
        cell, length = 8 * width, 8 * width * quota
        kept = (1 << length) - 1
        rows = [1] + [0] * n
        for joined, weight in enumerate(w for w in weights if w < quota):
            for size in range(joined + 1, 0, -1):
                rows[size] += (rows[size - 1] << cell * weight) & kept
        tables = []
        for row in rows:
            step = cell
            while step < length:                           # running totals by doubling
                row += (row << step) & kept
                step *= 2
            tables.append(row.to_bytes(width * quota, "little"))
        return LightCoalitions(quota, width, tuple(tables))

    def lighter(self, size: int, limit: int) -> int:
        """The number of coalitions of ``size`` voters that weigh less than ``limit`` ≤ ``quota``."""
        if limit <= 0:
            return 0
        at = (limit - 1) * self.width
        return int.from_bytes(self.tables[size][at : at + self.width], "little")

    def swings(self, weight: int) -> tuple[int, ...]:
        """For a voter of ``weight``: how many coalitions of size s of the *others* lose without it and win with it.

        Coalitions without the voter are those of all, less those that are without it and then joined by it: dividing
        the generating function by (1 + y x^w) leaves an alternating sum of as many terms as w goes into the quota.
        """
        out = []
        for size in range(len(self.tables) - 1):
            total, sign, limit = 0, 1, self.quota
            for taken in range(size + 1):
                if limit <= 0:
                    break
                total += sign * self.lighter(size - taken, limit)
                total -= sign * self.lighter(size - taken, limit - weight)
                sign, limit = -sign, limit - weight
            out.append(total)
        return tuple(out)


def swings_by_size(quota: int, weights: tuple[int, ...]) -> tuple[tuple[int, ...], ...]:
    """For each voter of a weighted rule, its swings by the size of the others' coalition: [voter][size].

    Raises ``GameError`` if the table would be too large.  Cost: about voters² additions of integers of quota · voters
    bits, and for each distinct weight w at most voters · quota / w look-ups.
    """
    total = sum(weights)
    # A coalition blocks if the rest falls short; the dual rule has the same swings at the opposite sizes.
    dual = total - quota + 1
    light = LightCoalitions.of(min(quota, dual), weights)
    found = {weight: light.swings(weight) for weight in set(weights)}
    if dual < quota:
        found = {weight: swings[::-1] for weight, swings in found.items()}
    return tuple(found[weight] for weight in weights)
