"""What was found about a treaty, as data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, final

from treaties.assessing.side_payments import to_json
from treaties.compiling.compiled_treaty import CompiledTreaty
from treaties.findings.fix_words import fix_sentences
from treaties.findings.fixes import Fix
from treaties.findings.records import (
    Answer,
    CertificateNote,
    Departure,
    DiscountRegion,
    PartyValue,
    Rung,
    SidePayments,
    Timeline,
    VariantFinding,
    WeakestLink,
    plain,
)
from treaties.findings.signals import MonitoringReport
from treaties.linting.clauses import Finding
from treaties.model.treaty import Treaty


@final
@dataclass(frozen=True, eq=False)
class Assessment:
    """What was found about a treaty; all words and tables are written from it.

    ``verdict``     on full compliance from signature on (rung 4), with ``concept`` and ``certificate``.
    ``margin``      the largest extra one-off temptation that compliance withstands, in the payoff unit; negative if it
                    fails, None if no equilibrium of the concept exists.
    ``ladder``      the four rungs; ``first_rung`` the lowest that holds.
    ``departure``   the best plan there is instead, when full compliance fails.
    ``variants``    the options table; its first line is the file as it stands.
    ``leans_on_refused_renewal``  True if rung 4 fails once no party can refuse a renewal.
    ``transfers``     whether the verdict is on the treaty with voluntary side payments.  If so it is given at common
                      discount factors only, and the ladder has only its rung 4.
    ``side_payments`` what they would buy, None if that was not asked for.
    ``monitoring``    what comes of nobody seeing everything; None where everyone sees everything.  The ladder then has
                      only its rung 4: rungs 1 to 3 are rules in which everyone sees a breach.
    """

    treaty: Treaty
    compiled: CompiledTreaty
    verdict: Answer
    concept: str
    margin: float | None
    weakest_link: WeakestLink | None
    ladder: tuple[Rung, ...]
    discount_region: DiscountRegion
    values: tuple[PartyValue, ...]
    timeline: Timeline
    departure: Departure | None
    variants: tuple[VariantFinding, ...]
    certificate: CertificateNote | None
    lints: tuple[Finding, ...]
    fixes: tuple[Fix, ...]
    leans_on_refused_renewal: bool | None
    versions: dict[str, str]
    transfers: Literal["none", "voluntary"] = "none"
    side_payments: SidePayments | None = None
    monitoring: MonitoringReport | None = None

    @property
    def first_rung(self) -> int | None:
        """The lowest rung that holds, None if none does."""
        return next((rung.number for rung in self.ladder if rung.verdict == "sustainable"), None)

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
            "ladder": [_rung_json(rung) for rung in self.ladder],
            "discount_region": plain(self.discount_region),
            "values": [plain(value) for value in self.values],
            "certificate": None if note is None else _note_json(note) | {"content": note.content},
            "leans_on_refused_renewal": self.leans_on_refused_renewal,
            "timeline": plain(self.timeline),
            "departure": None if self.departure is None else plain(self.departure),
            "variants": [plain(found) for found in self.variants],
            "fixes": fix_sentences(self.fixes, self.treaty),
            "side_payments": None if self.side_payments is None else to_json(self.side_payments),
            "monitoring": None if self.monitoring is None else self.monitoring.to_json(),
            "findings": [plain(found) for found in self.lints],
            "game": {"states": game.n_states, "rows": game.n_rows, "digest": game.digest},
            "versions": self.versions,
        }


def _note_json(note: CertificateNote) -> dict[str, Any]:
    return {
        "kind": note.kind,
        "checked": note.checked,
        "claim": note.claim,
        "numbers": note.numbers,
        "game_digest": note.game_digest,
    }


def _rung_json(rung: Rung) -> dict[str, Any]:
    link = rung.weakest_link
    return {
        "number": rung.number,
        "name": rung.name,
        "verdict": rung.verdict,
        "concept": rung.concept,
        "margin": rung.margin,
        "margin_everywhere": rung.margin_everywhere,
        "periods": rung.periods,
        "detail": rung.detail,
        "weakest_link": None if link is None else plain(link),
        "certificate": None if rung.certificate is None else _note_json(rung.certificate),
    }
