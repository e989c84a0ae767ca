"""The only three answers there are: sustainable, unsustainable, undecided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import final

from games.certificates.certificate import Certificate, SolutionConcept


@final
@dataclass(frozen=True)
class Sustainable:
    """The plan is the path of an equilibrium; the certificate has been re-proved exactly.

    ``margin``  the largest extra one-off temptation, in payoff units, that the plan withstands.
    """

    concept: SolutionConcept
    certificate: Certificate
    margin: float | None = None


@final
@dataclass(frozen=True)
class Unsustainable:
    """The plan is the path of no equilibrium of this concept; the certificate has been re-proved exactly.

    ``margin``  negative, or None when no equilibrium of the concept exists at all.
    """

    concept: SolutionConcept
    certificate: Certificate
    margin: float | None = None


@final
@dataclass(frozen=True)
class Undecided:
    """Neither could be proved; ``bounds`` hold what is known (for instance a margin's lower and upper bound)."""

    concept: SolutionConcept
    reason: str
    bounds: Mapping[str, float] = field(default_factory=dict)


Verdict = Sustainable | Unsustainable | Undecided
