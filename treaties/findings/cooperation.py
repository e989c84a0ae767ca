"""How long cooperation lasts where mistakes lead to punishments now and then: a plain record."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import final


@final
@dataclass(frozen=True)
class Cooperation:
    """The equilibrium without side payments of greatest joint payoff found that begins with compliance.

    ``joint``    what it brings to all together, average per period.
    ``keeps``    expected periods of compliance under the treaty before the first in which play departs from it; None if
                 infinite.
    ``departs``  chance that it ever does: a phase of punishment begins.
    ``away``     expected periods of that phase; None if infinite, or if none begins.
    ``returns``  chance that compliance comes back after it; None if none begins.
    ``share``    of the periods under the treaty that are spent in compliance, each weighted by what it is worth today
                 to the party for whom that comes to least; None without such periods.
    ``proved``   whether exact arithmetic proved that it is an equilibrium; else it is one in floating point.
    """

    joint: float
    keeps: float | None
    departs: float
    away: float | None
    returns: float | None
    share: float | None
    proved: bool = True


def by_cooperation(found: Cooperation | None) -> tuple[float, float]:
    """Sorts first what keeps cooperation longest before a break, then what spends most time in compliance."""
    if found is None:
        return inf, inf
    return -(inf if found.keeps is None else found.keeps), -(found.share or 0.0)
