"""The stages that are best for the trust that a file states: plain records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, final

from treaties.findings.records import CertificateNote

Aim = Literal["value", "exposure"]
"""What a ramp makes most of: what complying is worth to the parties together, or exposure, the earlier the better."""


@final
@dataclass(frozen=True)
class RampStage:
    """One stage: from which year since the term began, the best exposure, and that of the text (None: it has none)."""

    year: int
    exposure: float
    written: float | None


@final
@dataclass(frozen=True)
class RampLimit:
    """Why a stage is no more (or no less) exposed: with another exposure this would pay.

    ``kind``  the party's type that would gain.
    """

    party: str
    kind: str
    state: dict[str, str]
    deviation: str


@final
@dataclass(frozen=True)
class MeasureCosts:
    """What a measure to build trust may cost the party as described so that it tells other types apart, in totals.

    ``cost``      in the text.  ``least``, ``greatest`` None where no cost does (``rule`` is then None), and
                  ``greatest`` where any dearer one does.
    ``rule``      the rung of the ladder.  ``shown`` the types that would not take it.
    """

    party: str
    name: str
    cost: float
    least: float | None
    greatest: float | None
    rule: int | None
    shown: tuple[str, ...]


@final
@dataclass(frozen=True, eq=False)
class Ramp:
    """The best stages by the rules of the ladder.

    ``stages``    empty where no stages make any of these rules an equilibrium, as ``why`` says.
    ``trust``     by party the chance that the file gives it of being of no type that breaches.
    ``described``  by party the chance of being as described.
    ``values``    by party what the treaty is worth to it as described, per period, by the rule at the best stages.
    ``as_written``  the same at the stages of the text; None where the rule is no equilibrium there.
    ``rule``      the rung of the ladder.
    ``shown``     the types, such as "opportunist of Sundmark", that choose to breach at once.
    ``limits``    what keeps the stages from being better.
    ``measures``  what measures to build trust may cost.
    ``certificate``  that the rule is an equilibrium at these stages, with the rounded exposures.
    """

    stages: tuple[RampStage, ...]
    aim: Aim
    trust: dict[str, float]
    described: dict[str, float]
    values: dict[str, float]
    as_written: dict[str, float] | None = None
    rule: int | None = None
    shown: tuple[str, ...] = ()
    limits: tuple[RampLimit, ...] = ()
    measures: tuple[MeasureCosts, ...] = ()
    certificate: CertificateNote | None = None
    why: str = ""

    def to_json(self) -> dict[str, Any]:
        """The object of ``design --ramp --json``."""
        return {
            "format": "servanda-ramp/1",
            "stages": [vars(stage) for stage in self.stages],
            "aim": self.aim,
            "trust": self.trust,
            "described": self.described,
            "values": self.values,
            "as_written": self.as_written,
            "rule": self.rule,
            "shown": list(self.shown),
            "limits": [vars(limit) for limit in self.limits],
            "measures": [{**vars(of), "shown": list(of.shown)} for of in self.measures],
            "certificate": None if self.certificate is None else self.certificate.to_json(),
            "why": self.why,
        }
