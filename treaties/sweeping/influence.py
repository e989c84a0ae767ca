"""What matters: how differently a design fares where a quantity is low and where it is high.

The worlds of a sweep are sorted by one quantity at a time, and the fifth with its lowest draws is held against the
fifth with its highest: nothing is judged again.  All else varies in both fifths as it does in the whole.

Source: Agresti and Caffo (2000) for the error of a difference of two shares, which is not none where a share is 0 or 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any, final

import numpy as np

from games.numerics.arrays import Bools, Floats
from treaties.findings.amounts import capital, money, once, signed
from treaties.findings.quantities import NumberWords
from treaties.sweeping.sample import Sample

FIFTH = 5
LEAST = 10
"""Fewer worlds in a fifth say nothing."""
TOLD = 5
"""Quantities of which a summary tells."""
NOTABLE = 1.96
"""Standard errors from which on a difference is told."""


@final
@dataclass(frozen=True)
class Contrast:
    """A share or a mean in the lowest and in the highest fifth, and the error of the difference."""

    low: float
    high: float
    standard_error: float

    @property
    def difference(self) -> float:
        """How much more it is in the highest fifth."""
        return self.high - self.low

    @property
    def reach(self) -> float:
        """Half the width of the interval of the difference at the 95 % level."""
        return NOTABLE * self.standard_error

    @property
    def notable(self) -> bool:
        """It is more than sampling brings about by itself, as a rule (95 %)."""
        return abs(self.difference) > self.reach

    def to_json(self) -> dict[str, float]:
        """Both, the difference and its error."""
        return {
            "low": self.low,
            "high": self.high,
            "difference": self.difference,
            "standard_error": self.standard_error,
        }


@final
@dataclass(frozen=True)
class Influence:
    """What one quantity does.

    ``ends``        the greatest draw of the lowest fifth, the least of the highest.
    ``likelihood``  shares of the decided worlds in which the design holds.
    ``margin``      means where margins are known; None where they are too few.
    """

    path: str
    ends: tuple[float, float]
    likelihood: Contrast
    margin: Contrast | None

    def to_json(self, words: NumberWords) -> dict[str, Any]:
        """One entry of ``influence``."""
        return {
            "path": self.path,
            "name": words.in_prose(self.path),
            "lowest_fifth_up_to": self.ends[0],
            "highest_fifth_from": self.ends[1],
            "likelihood": self.likelihood.to_json(),
            "margin": None if self.margin is None else self.margin.to_json(),
        }


def influences(sample: Sample) -> tuple[Influence, ...]:
    """Of every quantity that varies, those first that change the likelihood most, and then the margin.

    Undecided worlds are left out.  Empty where a fifth would hold fewer than ten worlds.
    """
    decided = sample.decided
    yes, margin = sample.yes[decided], sample.margin[decided]
    some = len(yes) // FIFTH
    if some < LEAST:
        return ()
    found = []
    for path, column in sample.columns.items():
        order = np.argsort(column[decided], kind="stable")
        low, high = order[:some], order[-some:]
        drawn = column[decided]
        ends = float(drawn[low].max()), float(drawn[high].min())
        found.append(Influence(path, ends, _of_shares(yes[low], yes[high]), _of_means(margin[low], margin[high])))
    return tuple(sorted(found, key=_rank))


def told_of(found: Sequence[Influence], words: NumberWords) -> list[str]:
    """The quantities that matter most, in the words of policy people; five at most."""
    notable = [one for one in found if one.likelihood.notable or (one.margin is not None and one.margin.notable)]
    if not found:
        return [f"Too few worlds to say what matters; draw {FIFTH * LEAST * 4} or more."]
    if not notable:
        return ["No single number makes a difference that sampling would not bring about by itself."]
    lines = ["What matters most (in how many of 100 worlds it holds, in the lowest and highest fifth of a number):"]
    for one in notable[:TOLD]:
        low, high = (words.amount(one.path, end) for end in one.ends)
        said = (
            f"  {capital(words.in_prose(one.path))}: {_hundred(one.likelihood.low)} below {low}, "
            f"{_hundred(one.likelihood.high)} above {high}"
        )
        if one.margin is not None and one.margin.notable:
            most = money(one.margin.high, once(words.treaty.payoff_unit, words.treaty.period), sign=True)
            said += f" (mean margin {signed(one.margin.low)} and {most})"
        lines.append(said)
    return lines


def _hundred(share: float) -> str:
    return str(round(100 * share))


def _rank(found: Influence) -> tuple[float, float]:
    return -abs(found.likelihood.difference), 0.0 if found.margin is None else -abs(found.margin.difference)


def _of_shares(low: Bools, high: Bools) -> Contrast:
    errors = []
    for held in (low, high):
        share = (held.sum() + 1) / (len(held) + 2)
        errors.append(share * (1 - share) / (len(held) + 2))
    return Contrast(float(low.mean()), float(high.mean()), sqrt(sum(errors)))


def _of_means(low: Floats, high: Floats) -> Contrast | None:
    means, errors = [], []
    for values in (low[~np.isnan(low)], high[~np.isnan(high)]):
        if len(values) < LEAST:
            return None
        means.append(float(values.mean()))
        errors.append(float(values.var(ddof=1)) / len(values))
    return Contrast(means[0], means[1], sqrt(sum(errors)))
