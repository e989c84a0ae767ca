"""What an assessment finds where nobody sees everything: plain records beside those of ``records``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, final

from treaties.findings.cooperation import Cooperation
from treaties.findings.records import Bounds, Judged, Judgement, Transfers, difference, plain


@final
@dataclass(frozen=True)
class SignalNote:
    """One public signal at signature, with what it makes of the party when it complies, and when it is in breach.

    ``name``    as readers should see it; ``article`` "-" for the yearly report of a matter.
    ``values``  what it can say, the quiet one first.
    ``flags_compliance``, ``flags_breach``  chance of a flag;  ``clears_compliance``, ``clears_breach``  chance that it
    takes a flag back, once there is one.
    """

    name: str
    article: str
    party: str
    matter: str
    values: tuple[str, ...]
    flags_compliance: float
    flags_breach: float
    clears_compliance: float = 0.0
    clears_breach: float = 0.0


@final
@dataclass(frozen=True)
class MonitoredStance(Judged):
    """Full compliance at discount factors, where nobody sees everything; joint payoffs are averages per period.

    ``label``       "own" for each party's own factor, else "common", "lowest" or "highest".
    ``first_best``  most that all together could have if everybody did what is best for all; None if factors differ.
    ``seen``        bounds on what the best equilibrium can bring if everyone saw everything.
    ``cooperation`` how long compliance lasts without side payments; None with them, or if no equilibrium was found that
                    begins with it.
    """

    label: str
    found: Judgement
    solver: str
    first_best: float | None
    seen: Bounds
    cooperation: Cooperation | None = None

    @property
    def judgement(self) -> Judgement:
        """As found."""
        return self.found

    @property
    def discount(self) -> tuple[float, ...]:
        """A factor per party."""
        return self.found.discount

    @property
    def transfers(self) -> Transfers:
        """The kind of side payments."""
        return self.found.transfers

    @property
    def best(self) -> Bounds:
        """What the best equilibrium can bring."""
        return self.found.joint

    @property
    def lost(self) -> Bounds:
        """What is lost to mistakes: first best less best equilibrium."""
        return difference((self.first_best, self.first_best), self.best)

    def to_json(self) -> dict[str, Any]:
        """One entry of ``stances``; the certificate is named, not written out."""
        note = self.certificate
        return {
            "label": self.label,
            "discount": list(self.discount),
            "transfers": self.transfers,
            "verdict": self.verdict,
            "concept": self.concept,
            "margin": self.margin,
            "detail": self.detail,
            "solver": self.solver,
            "first_best": self.first_best,
            "best": list(self.best),
            "seen": list(self.seen),
            "lost": list(self.lost),
            "certificate": None
            if note is None
            else {"kind": note.kind, "checked": note.checked, "game_digest": note.game_digest},
            "cooperation": None if self.cooperation is None else plain(self.cooperation),
        }


@final
@dataclass(frozen=True)
class CoveragePoint:
    """All audits of the text at one coverage.

    ``margin``  of full compliance; None without side payments, where other things are asked.
    ``joint``   payoff of the best equilibrium; without side payments of the best one found, in floating point.
    ``begins``  without side payments: whether an equilibrium was found that begins with compliance; ``share`` of its
                time in compliance, as in ``Cooperation``.
    """

    coverage: float
    margin: float | None
    joint: float | None
    begins: bool | None = None
    share: float | None = None

    @property
    def holds(self) -> bool:
        """With side payments full compliance; without, an equilibrium that begins with compliance."""
        return (self.margin is not None and self.margin >= 0) if self.begins is None else self.begins


@final
@dataclass(frozen=True)
class CoverageScan:
    """How much auditing there should be: the chance of an audit of all audit clauses, moved together.

    ``sustainable_from``  least coverage on the grid from which compliance holds (``CoveragePoint.holds``), refined to
                          ``tolerance`` towards the grid point below; None if it holds nowhere on the grid.
    ``pays_until``        the coverage of the grid at which the best equilibrium brings most; more no longer pays.
    ``step``              of the grid from 0 to 1; what happens between its points is not known.
    """

    points: tuple[CoveragePoint, ...]
    sustainable_from: float | None
    pays_until: float | None
    step: float
    tolerance: float
    label: str
    discount: tuple[float, ...]
    transfers: Transfers = "voluntary"


@final
@dataclass(frozen=True)
class MonitoringReport:
    """What comes of nobody seeing everything.

    ``unseen``      matters in which nobody sees conduct itself.
    ``compliance``  joint payoff of full compliance, average per period, at the parties' own discount factors.
    ``flagged_after``  expected periods until a party that complied is flagged and not cleared, if all comply; None
                       where that is not sure to come, with a chance of ``flag_chance``.
    """

    signals: tuple[SignalNote, ...]
    unseen: tuple[str, ...]
    compliance: float
    stances: tuple[MonitoredStance, ...]
    flagged_after: float | None
    flag_chance: float
    coverage: CoverageScan | None
    notes: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """The ``monitoring`` object of ``servanda-assessment/1``."""
        return {
            "signals": [plain(signal) for signal in self.signals],
            "unseen": list(self.unseen),
            "compliance": self.compliance,
            "stances": [stance.to_json() for stance in self.stances],
            "flagged_after": self.flagged_after,
            "flag_chance": self.flag_chance,
            "coverage": None if self.coverage is None else plain(self.coverage),
            "notes": list(self.notes),
        }
