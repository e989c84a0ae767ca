"""Counting coalitions by size and weight, exactly: polynomials packed into long integers.

The number of coalitions of size s and weight t is the coefficient of y^s x^t in the product of (1 + y x^w) over the
voters.  For each s the coefficients sit side by side in the bits of one Python integer, so that multiplying by
(1 + y x^w) is a shift and an addition of long integers: exact, and as fast as memory.

Source of the generating function: Cantor (1962), reported by Mann and Shapley (1962); Brams and Affuso (1976).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import final

from games.model.stochastic_game import GameError

MOST_BYTES = 400_000_000
"""Tables by size and weight that need more memory are refused."""
MOST_CELL_BYTES = 160_000_000
"""Tables by weight alone that need more memory are refused; some five times as much is in use while one is made."""


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
                f"power index: the table for {n} voters, coalitions of {n + 1} sizes and {quota} votes is too large: "
                f"{width * quota * (n + 1)} bytes, more than {MOST_BYTES}; use larger units of weight, or "
                "approximate_shapley_shubik"
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


def swings(quota: int, weights: tuple[int, ...]) -> tuple[int, ...]:
    """For each voter of a weighted rule, how many coalitions of the others it swings, of whatever size.

    Raises ``GameError`` if the table would be too large: for 190 voters it may reach to a quota, or to a blocking
    minority if that is less, of some 6.6 million.  Cost: as many additions of integers of quota · voters bits as there
    are voters, those of little weight over few bits, and for each distinct weight w some quota / w look-ups.
    """
    total = sum(weights)
    # The dual rule, under which the voters block who are needed to win, has the same swings.
    least = min(quota, total - quota + 1)
    width = len(weights) // 8 + 1                          # bytes: no count exceeds 2^n
    if width * least > MOST_CELL_BYTES:
        raise GameError(
            f"power index: the table for {len(weights)} voters and {least} votes has {width * least} bytes, more than "
            f"{MOST_CELL_BYTES}; use larger units of weight"
        )
    lighter = _lighter(least, weights, width)
    found: dict[int, int] = {}
    for weight in set(weights):
        # Without the voter: all, less those that are without it and then joined by it, and so on.
        count, sign = 0, 1
        for limit in range(least, 0, -weight) if weight else ():
            count += sign * (lighter(limit) - lighter(limit - weight))
            sign = -sign
        found[weight] = count
    return tuple(found[weight] for weight in weights)


def _lighter(quota: int, weights: tuple[int, ...], width: int) -> Callable[[int], int]:
    """How many coalitions weigh less than a limit of at most ``quota``, in a table of ``width`` bytes an entry."""
    cell, length = 8 * width, 8 * width * quota
    kept = (1 << length) - 1
    row, reached = 1, 0
    for weight in sorted(w for w in weights if w < quota):  # the light ones first, while the table is short
        reached += weight
        joined = row << cell * weight
        row += joined if reached < quota else joined & kept
    step = cell
    while step < length:                                   # running totals by doubling
        row += (row << step) & kept
        step *= 2
    table = (row & kept).to_bytes(width * quota, "little")
    return lambda limit: int.from_bytes(table[(limit - 1) * width : limit * width], "little") if limit > 0 else 0
