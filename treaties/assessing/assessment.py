"""What was found about a treaty, as data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, final

from games.questions.discount_region import DiscountRegion
from treaties.compiling.coarsening import coarser_sentences
from treaties.compiling.compiled_treaty import CompiledTreaty
from treaties.findings.fix_words import fix_sentences
from treaties.findings.fixes import Fix
from treaties.findings.grid import StockPath
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
    WeakestLink,
    first_standing,
    plain,
    region_json,
)
from treaties.findings.rights import Division, RightsUsed
from treaties.findings.signals import MonitoringReport
from treaties.findings.third_parties import ThirdParty
from treaties.findings.trust import TrustReport
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
    ``rights``        what use is made of rights that may be used at will; None where the plan leaves none open.
    ``divisions``     of the text and its variants, how gains are divided before a stake is sunk and after.
    ``third_parties``  what parties that sign nothing do while the treaty is kept.
    ``monitoring``    what comes of nobody seeing everything; None where everyone sees everything.  On rungs 1 to 3 a
                      breach is then answered when what everyone sees proves that there was one.
    ``trust``         how much trust it needs; None where no party has types.  Verdict and ladder then speak of every
                      type that chooses, while nobody has been seen to breach; values are those if all are as described.
    ``matters``       the least margin that matters, a share of the range of payoffs; less is told as about even.
    ``stocks``        how stocks go along full compliance; ``grid`` says what comes of finer grids for them.
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
    stocks: tuple[StockPath, ...] = ()
    rights: RightsUsed | None = None
    divisions: tuple[Division, ...] = ()
    third_parties: tuple[ThirdParty, ...] = ()
    trust: TrustReport | None = None
    matters: float = 0.0

    @property
    def leans_on(self) -> Rung:
        """The rung that a treaty that holds first stands on: what is told of how it is kept is told of this one."""
        first = first_standing(self.ladder)
        return self.ladder[-1] if self.verdict != "sustainable" or first is None else first

    @property
    def tightest(self) -> WeakestLink | None:
        """The departure that decides the margin of that rung; of the verdict where the rung names none."""
        return self.leans_on.weakest_link or self.weakest_link

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
            "margin_that_matters": self.matters,
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
            "grid": None if self.grid is None else self.grid.to_json(),
            "stocks": [path.to_json() for path in self.stocks],
            "limits": list(self.treaty.limits_told),
            "rights": None if self.rights is None else self.rights.to_json(),
            "divisions": [found.to_json() for found in self.divisions],
            "third_parties": [found.to_json() for found in self.third_parties],
            **({} if self.trust is None else self.trust.to_json()),
            "findings": [plain(found) for found in self.lints],
            "game": {
                "states": game.n_states,
                "profiles": self.compiled.profiles,
                "rows": game.n_rows,
                "classes": self.compiled.row_classes,
                "digest": game.digest,
                "coarser": list(coarser_sentences(self.compiled)),
            },
            "versions": self.versions,
        }
