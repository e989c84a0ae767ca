"""Whether cases are kept in more worlds the longer they lasted: one order against the other.

Source: Spearman (1904) for the correlation of ranks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any, final

from scipy.stats import spearmanr

from treaties.history.worlds import Kept


@final
@dataclass(frozen=True)
class Order:
    """Cases by how lasting they proved, the most lasting first, with the share of worlds in which each is kept.

    ``inversions``  pairs of which the more lasting is kept in the smaller share; ``undecided_pairs`` of these and the
                    others those whose order turns on worlds that are undecided.
    """

    cases: tuple[str, ...]
    shares: tuple[float, ...]
    correlation: float | None
    inversions: tuple[tuple[str, str], ...]
    ties: tuple[tuple[str, str], ...]
    undecided_pairs: tuple[tuple[str, str], ...]

    def to_json(self) -> dict[str, Any]:
        """The order, the shares, the correlation and every inversion."""
        return {
            "cases": list(self.cases),
            "shares": list(self.shares),
            "correlation": self.correlation,
            "inversions": [list(pair) for pair in self.inversions],
            "ties": [list(pair) for pair in self.ties],
            "undecided_pairs": [list(pair) for pair in self.undecided_pairs],
        }


def order(ranks: Mapping[str, int], kept: Mapping[str, Kept]) -> Order:
    """Cases in the order of their ranks, without those of which nothing was decided.

    ``ranks``  1 for the most lasting;  ``kept`` what became of each in its worlds.
    """
    cases = tuple(sorted((case for case in ranks if kept[case].share is not None), key=lambda case: ranks[case]))
    shares = {case: kept[case].share or 0.0 for case in cases}
    pairs = list(combinations(cases, 2))
    differing = len(cases) > 1 and len(set(shares.values())) > 1
    # The most lasting first: agreement is a falling share.
    told = spearmanr([-ranks[case] for case in cases], [shares[case] for case in cases]) if differing else None
    return Order(
        cases,
        tuple(shares.values()),
        None if told is None else float(told.statistic),
        tuple((a, b) for a, b in pairs if shares[a] < shares[b]),
        tuple((a, b) for a, b in pairs if shares[a] == shares[b]),
        tuple((a, b) for a, b in pairs if _overlap(kept[a].bounds, kept[b].bounds)),
    )


def _overlap(first: tuple[float, float], second: tuple[float, float]) -> bool:
    """Whether undecided worlds could turn the order of two shares."""
    return first[0] < second[1] and second[0] < first[1] and (first[0] < first[1] or second[0] < second[1])
