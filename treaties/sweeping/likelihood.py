"""In how many worlds a design holds, with the error of having drawn only so many.

Source: Wilson (1927) for the interval of a share; for Latin hypercubes, whose error is no larger in large samples
(Stein 1987), it is an upper bound.  The scrambles of a net have a
spread of their own; where all agree, Wilson's interval is told.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Any, final

import numpy as np

from games.numerics.arrays import Bools
from treaties.sweeping.draws import SCRAMBLES, Sampling

LEVEL = 0.95


@final
@dataclass(frozen=True)
class Likelihood:
    """Worlds in which a design holds, fails, or could not be decided.

    ``share``           of worlds in which it holds: at least, and at most if all that is undecided were.
    ``interval``        of ``share`` at the 95 % level: the error of sampling on top of what is undecided.
    ``standard_error``  of the share that is shown to hold.
    """

    yes: int
    no: int
    undecided: int
    interval: tuple[float, float]
    standard_error: float

    @property
    def worlds(self) -> int:
        """Number of worlds that were judged."""
        return self.yes + self.no + self.undecided

    @property
    def share(self) -> tuple[float, float]:
        """Share of worlds in which it holds, at least and at most."""
        return self.yes / self.worlds, (self.yes + self.undecided) / self.worlds

    def to_json(self) -> dict[str, Any]:
        """Counts and shares as in ``servanda-sweep/1``."""
        return {
            "yes": self.yes,
            "no": self.no,
            "undecided": self.undecided,
            "likelihood": self.share[0],
            "share": list(self.share),
            "interval": list(self.interval),
            "standard_error": self.standard_error,
        }

    def in_words(self) -> str:
        """For a reader: "62 of 100 worlds (59 to 65; 1,000 tested)"."""
        low, high = (_of_a_hundred(end) for end in self.share)
        least, most = (round(100 * end) for end in self.interval)
        count = f"{low}" if low == high else f"{low} to {high}"
        return f"{count} of 100 worlds ({least} to {most}; {self.worlds:,} tested)"


def _of_a_hundred(share: float) -> str:
    """Rounded; "all" is said of all, and "none" of none."""
    if 0 < share <= 0.005:
        return "fewer than 1"
    return "more than 99" if 0.995 <= share < 1 else str(round(100 * share))


def likelihood(yes: Bools, no: Bools, sampling: Sampling, drawn: int) -> Likelihood | None:
    """From Bool[worlds], worlds in which a design holds and fails, in the order in which they were drawn.

    ``drawn``  how many worlds were drawn, some of which may have been left out: scrambles are then told apart no more.
    None without any world.
    """
    worlds, held, failed = len(yes), int(yes.sum()), int(no.sum())
    if not worlds:
        return None
    if sampling == "sobol" and worlds == drawn and worlds % SCRAMBLES == 0:
        least, error = _of_scrambles(yes)
        most, other = _of_scrambles(~no)
        from scipy.stats import t

        reach = float(t.ppf(0.5 + LEVEL / 2, SCRAMBLES - 1))
        # Scrambles that all agree show no spread, which is no proof that there is none.
        interval = (
            max(least - reach * error, 0.0) if error else _wilson(held, worlds)[0],
            min(most + reach * other, 1.0) if other else _wilson(worlds - failed, worlds)[1],
        )
    else:
        share = held / worlds
        error = sqrt(share * (1 - share) / worlds)
        interval = _wilson(held, worlds)[0], _wilson(worlds - failed, worlds)[1]
    return Likelihood(held, failed, worlds - held - failed, interval, error)


def _wilson(count: int, worlds: int) -> tuple[float, float]:
    from scipy.stats import binomtest

    found = binomtest(count, worlds).proportion_ci(LEVEL, method="wilson")
    return float(found.low), float(found.high)


def _of_scrambles(held: Bools) -> tuple[float, float]:
    """The share over all scrambles, and its standard error."""
    shares = held.reshape(SCRAMBLES, -1).mean(axis=1)
    return float(shares.mean()), float(np.std(shares, ddof=1) / sqrt(SCRAMBLES))
