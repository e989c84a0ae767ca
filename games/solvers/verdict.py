"""The only three answers there are: sustainable, unsustainable, undecided."""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, final

from games.certificates.certificate import Certificate, CheckReport, SolutionConcept
from games.model.stochastic_game import StochasticGame
from games.numerics.shown import Shown

BARELY = -sys.float_info.min
"""The margin of what fails by no amount that is known."""


@final
@dataclass(frozen=True, repr=False)
class Sustainable(Shown):
    """The plan is the path of an equilibrium; the certificate has been re-proved exactly.

    ``margin``  the largest extra one-off temptation, in payoff units, that the plan withstands.
    ``report``  what the exact check said, as far as it was kept.
    """

    concept: SolutionConcept
    certificate: Certificate
    margin: float | None = None
    report: CheckReport | None = field(default=None, repr=False, compare=False)


@final
@dataclass(frozen=True, repr=False)
class Unsustainable(Shown):
    """The plan is the path of no equilibrium of this concept; the certificate has been re-proved exactly.

    ``margin``  negative, or None when no equilibrium of the concept exists at all.
    ``report``  what the exact check said, as far as it was kept.
    """

    concept: SolutionConcept
    certificate: Certificate
    margin: float | None = None
    report: CheckReport | None = field(default=None, repr=False, compare=False)

    def at_most(self, margin: float | None) -> Unsustainable:
        """The same, with a margin that was found otherwise if it is lower."""
        known = [x for x in (self.margin, margin) if x is not None]
        return replace(self, margin=min(known, default=None))


@final
@dataclass(frozen=True, repr=False)
class Undecided(Shown):
    """Neither could be proved; ``bounds`` hold what is known (for instance a margin's lower and upper bound)."""

    concept: SolutionConcept
    reason: str
    bounds: Mapping[str, float] = field(default_factory=dict)


Verdict = Sustainable | Unsustainable | Undecided


def known_margin(verdict: Sustainable | Unsustainable) -> float | None:
    """A verdict's margin; None where it tells no more than the verdict does."""
    return None if verdict.margin == BARELY else verdict.margin


def only_if_proved(game: StochasticGame, verdict: Verdict) -> Verdict:
    """The verdict if its certificate passes the exact check, otherwise ``Undecided`` saying where the check failed."""
    if isinstance(verdict, Undecided):
        return verdict
    report = verdict.certificate.check(game)
    if report.accepted:
        return replace(verdict, report=report)
    bounds = {} if verdict.margin is None else {"computed_margin": verdict.margin}
    return Undecided(verdict.concept, f"the exact check refused the evidence: {report.place}: {report.problem}", bounds)


def verdict_json(verdict: Verdict) -> dict[str, Any]:
    """A verdict as JSON; the certificate itself is left out, its kind and that it was checked are told."""
    if isinstance(verdict, Undecided):
        return {
            "verdict": "undecided",
            "concept": verdict.concept.value,
            "reason": verdict.reason,
            "bounds": {key: finite(value) for key, value in verdict.bounds.items()},
        }
    return {
        "verdict": "sustainable" if isinstance(verdict, Sustainable) else "unsustainable",
        "concept": verdict.concept.value,
        "margin": finite(verdict.margin),
        "certificate": {"kind": verdict.certificate.kind, "checked": True},
    }


def certificate_of(verdict: Verdict) -> Certificate | None:
    """The verdict's certificate, if it has one."""
    return verdict.certificate if isinstance(verdict, (Sustainable, Unsustainable)) else None


def finite(number: float | None) -> float | None:
    """The number if JSON can hold it, else None."""
    return float(number) if number is not None and math.isfinite(number) else None
