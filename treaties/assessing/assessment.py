"""What was found about a treaty, as data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, final

from games.questions.discount_region import DiscountRegion
from treaties.compiling.compiled_treaty import CompiledTreaty
from treaties.findings.fix_words import fix_sentences
from treaties.findings.fixes import Fix
from treaties.findings.participation import AfterExit, Participation
from treaties.findings.records import (
    Departure,
    Judged,
    Judgement,
    PartyValue,
    Rung,
    SidePayments,
    Timeline,
    Transfers,
    VariantFinding,
    first_standing,
    plain,
    region_json,
)
from treaties.findings.signals import MonitoringReport
from treaties.linting.clauses import Finding
from treaties.model.treaty import Treaty


@final
@dataclass(frozen=True, eq=False)
class Assessment(Judged):
    """What was found about a treaty; all words and tables are written from it.

    ``ladder``      the four rungs; ``first_rung`` the lowest that holds.  The verdict is that of rung 4: on full
                    compliance from signature on.
    ``departure``   the best plan there is instead, when full compliance fails.
    ``variants``    the options table; its first line is the file as it stands.
    ``leans_on_refused_renewal``  True if rung 4 fails once no party can refuse a renewal.
    ``transfers``     whether the verdict is on the treaty with voluntary side payments.  If so it is given at common
                      discount factors only, and the ladder has only its rung 4.
    ``side_payments`` what they would buy, None if that was not asked for.
    ``participation`` who would sign; None where the text does not say how many have to.
    ``after_exit``    what is left of it once a party whose exit it survives has left.
    ``monitoring``    what comes of nobody seeing everything; None where everyone sees everything.  On rungs 1 to 3 a
                      breach is then answered when what everyone sees proves that there was one.
    """

    treaty: Treaty
    compiled: CompiledTreaty
    ladder: tuple[Rung, ...]
    discount_region: DiscountRegion
    values: tuple[PartyValue, ...]
    timeline: Timeline
    departure: Departure | None
    variants: tuple[VariantFinding, ...]
    lints: tuple[Finding, ...]
    fixes: tuple[Fix, ...]
    leans_on_refused_renewal: bool | None
    versions: dict[str, str]
    transfers: Transfers = "none"
    side_payments: SidePayments | None = None
    monitoring: MonitoringReport | None = None
    participation: Participation | None = None
    after_exit: tuple[AfterExit, ...] = ()

    @property
    def judgement(self) -> Judgement:
        """That of rung 4."""
        return self.ladder[-1].found

    @property
    def first_rung(self) -> int | None:
        """The lowest rung that holds, None if none does."""
        first = first_standing(self.ladder)
        return None if first is None else first.number

    def to_json(self) -> dict[str, Any]:
        """The ``servanda-assessment/1`` object."""
        game = self.compiled.game
        note = self.certificate
        return {
            "format": "servanda-assessment/1",
            "treaty": {"title": self.treaty.title, "file": self.treaty.source_name, "sha256": self.treaty.source_hash},
            "transfers": self.transfers,
            "verdict": self.verdict,
            "concept": self.concept,
            "margin": self.margin,
            "payoff_unit": self.treaty.payoff_unit,
            "weakest_link": None if self.weakest_link is None else plain(self.weakest_link),
            "first_rung": self.first_rung,
            "ladder": [rung.to_json() for rung in self.ladder],
            "discount_region": region_json(self.discount_region),
            "values": [plain(value) for value in self.values],
            "certificate": None if note is None else note.to_json() | {"content": note.content},
            "leans_on_refused_renewal": self.leans_on_refused_renewal,
            "timeline": plain(self.timeline),
            "departure": None if self.departure is None else plain(self.departure),
            "variants": [found.to_json() for found in self.variants],
            "fixes": fix_sentences(self.fixes, self.treaty),
            "side_payments": None if self.side_payments is None else self.side_payments.to_json(),
            "monitoring": None if self.monitoring is None else self.monitoring.to_json(),
            "participation": None if self.participation is None else self.participation.to_json(),
            "after_exit": [found.to_json() for found in self.after_exit],
            "findings": [plain(found) for found in self.lints],
            "game": {
                "states": game.n_states,
                "profiles": self.compiled.profiles,
                "rows": game.n_rows,
                "classes": self.compiled.row_classes,
                "digest": game.digest,
            },
            "versions": self.versions,
        }
