"""Everything that is told of cases of history, in one record that terminal, JSON and handbook read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, pstdev
from typing import Any, Literal, final

from treaties.history.outcomes import FATES, Fate
from treaties.history.prediction import Finding, Group
from treaties.history.ranking import Order, order
from treaties.history.worlds import Kept, Says
from treaties.model.facts import OutcomeKind

FORMAT = "servanda-cases/1"
Agreement = Literal["agrees", "differs", "open", "not scored"]
CAUTION = (
    "This is no validation: the cases were picked by hand, their payoffs were set by someone who knew how they ended, "
    "and a hit may be chance."
)


@final
@dataclass(frozen=True)
class FirstOut:
    """Who breaks a case first, in what share of its failures, and in which year most often; None if not known."""

    party: str
    share: float
    year: int | None


@final
@dataclass(frozen=True)
class CaseRecord:
    """One case.

    ``clauses``  of the model, by name;  ``kept`` None where no worlds were judged;  ``compared`` by variant what became
    of those that predictions compare.
    ``placebo``  draw by draw, with numbers of all cases;  ``exchanged`` with all numbers of one other case.
    ``refused``  answers that exact arithmetic proved wrong, in words.
    """

    case: str
    title: str
    sha256: str
    instrument: str
    parties: tuple[str, ...]
    clauses: tuple[str, ...]
    outcome_kind: OutcomeKind
    outcome: str
    lasting_rank: int | None
    findings: tuple[Finding, ...]
    discussion: str
    kept: Kept | None = None
    first: FirstOut | None = None
    compared: Mapping[str, Kept] | None = None
    placebo: tuple[Kept, ...] = ()
    exchanged: tuple[Kept, ...] = ()
    proved: int = 0
    refused: tuple[str, ...] = ()

    @property
    def fate(self) -> Fate:
        """What its outcome counts as."""
        return FATES[self.outcome_kind][0]

    @property
    def scored(self) -> bool:
        """Whether its outcome is held against what the model says."""
        return self.fate in ("kept", "ended")

    @property
    def agreement(self) -> Agreement:
        """Whether the model says what happened."""
        if self.kept is None or not self.scored:
            return "not scored"
        return _against(self.kept.says, self.fate)

    @property
    def chance(self) -> Kept | None:
        """What became of it over all draws of the placebo; None without one."""
        return sum(self.placebo[1:], self.placebo[0]) if self.placebo else None

    def met(self, group: Group) -> tuple[int, int, int]:
        """Of the predictions of a group: met, not met, and those of which the record cannot tell."""
        verdicts = [one.told.verdict for one in self.findings if one.group == group]
        return verdicts.count("agrees"), verdicts.count("differs"), verdicts.count("open")

    def to_json(self) -> dict[str, Any]:
        """One entry of ``cases``."""
        return {
            "case": self.case,
            "title": self.title,
            "sha256": self.sha256,
            "instrument": self.instrument,
            "parties": list(self.parties),
            "clauses": list(self.clauses),
            "outcome_kind": self.outcome_kind,
            "outcome": self.outcome,
            "fate": self.fate,
            "fate_because": FATES[self.outcome_kind][1],
            "lasting_rank": self.lasting_rank,
            "predictions": [one.to_json() for one in self.findings],
            "model": None if self.kept is None else self.kept.to_json(),
            "first_departure": None
            if self.first is None
            else {"party": self.first.party, "share": self.first.share, "year": self.first.year},
            "compared": {name: kept.to_json() for name, kept in (self.compared or {}).items()},
            "agreement": self.agreement,
            "placebo": None if self.chance is None else self.chance.to_json(),
            "placebo_says": [one.says for one in self.placebo],
            "exchanged_says": [one.says for one in self.exchanged],
            "proved": self.proved,
            "refused": list(self.refused),
            "discussion": self.discussion,
        }


def _against(says: Says, fate: Fate) -> Agreement:
    if says == "open":
        return "open"
    return "agrees" if says == fate else "differs"


@final
@dataclass(frozen=True)
class History:
    """All cases that were asked for.

    ``worlds``  of each case (0: none was judged), drawn with ``seed``;  ``draws`` of the placebo, of ``draw_worlds``
    worlds each.
    """

    cases: tuple[CaseRecord, ...]
    worlds: int
    seed: int
    draws: int
    draw_worlds: int
    seconds_cpu: float = 0.0

    @property
    def scored(self) -> tuple[CaseRecord, ...]:
        """Cases whose outcome is held against what the model says."""
        return tuple(case for case in self.cases if case.scored and case.kept is not None)

    @property
    def hits(self) -> int:
        """Cases of which the model says what happened."""
        return sum(case.agreement == "agrees" for case in self.scored)

    @property
    def always_kept(self) -> int:
        """Hits of whoever says of every case that it is kept."""
        return sum(case.fate == "kept" for case in self.scored)

    @property
    def placebo_hits(self) -> tuple[int, ...]:
        """Hits of each draw of the placebo."""
        return self._hits([case.placebo for case in self.scored])

    @property
    def exchanged_hits(self) -> tuple[int, ...]:
        """Hits of each draw in which every case has the numbers of another."""
        return self._hits([case.exchanged for case in self.scored])

    def _hits(self, drawn: Sequence[Sequence[Kept]]) -> tuple[int, ...]:
        """``drawn``  of every scored case, draw by draw."""
        return tuple(
            sum(kept.says == case.fate for case, kept in zip(self.scored, together, strict=True))
            for together in zip(*drawn, strict=True)
        )

    def _against(self, name: str, hits: tuple[int, ...]) -> dict[str, Any]:
        """Hits of a placebo, their mean and deviation, and the share of draws that do as well as the model."""
        return {
            f"{name}_hits": list(hits),
            f"{name}_mean": fmean(hits) if hits else None,
            f"{name}_deviation": pstdev(hits) if hits else None,
            f"{name}_no_worse": sum(count >= self.hits for count in hits) / len(hits) if hits else None,
        }

    @property
    def order(self) -> Order | None:
        """The cases that are ranked by how lasting they proved, against their shares; None of fewer than two."""
        ranked = {case.case: case for case in self.cases if case.lasting_rank is not None and case.kept is not None}
        if len(ranked) < 2:
            return None
        ranks = {name: case.lasting_rank for name, case in ranked.items() if case.lasting_rank is not None}
        return order(ranks, {name: case.kept for name, case in ranked.items() if case.kept is not None})

    def met(self, group: Group) -> tuple[int, int, int]:
        """Over all cases, as ``CaseRecord.met``."""
        counts = [case.met(group) for case in self.cases]
        return sum(c[0] for c in counts), sum(c[1] for c in counts), sum(c[2] for c in counts)

    def to_json(self) -> dict[str, Any]:
        """The ``servanda-cases/1`` document."""
        found = self.order
        return {
            "format": FORMAT,
            "worlds": self.worlds,
            "seed": self.seed,
            "placebo_draws": self.draws,
            "placebo_worlds": self.draw_worlds,
            "caution": CAUTION,
            "cases": [case.to_json() for case in self.cases],
            "scored": len(self.scored),
            "hits": self.hits,
            "always_kept": self.always_kept,
            **self._against("placebo", self.placebo_hits),
            **self._against("exchanged", self.exchanged_hits),
            "order": None if found is None else found.to_json(),
        }


def misses(cases: Sequence[CaseRecord]) -> tuple[CaseRecord, ...]:
    """Cases in which what the model says is not what happened."""
    return tuple(case for case in cases if case.agreement == "differs")
