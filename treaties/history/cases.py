"""Case files told: facts and predictions of each, its worlds, and the placebo beside them."""

from __future__ import annotations

import time
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import final

from games.numerics.progress import Progress
from treaties.history.foretelling import facts_of, findings, predictions_of, refusal
from treaties.history.placebo import Pool, placebo, pooled
from treaties.history.record import CaseRecord, FirstOut, History
from treaties.history.worlds import Kept, judged
from treaties.model.treaty import Treaty
from treaties.reading.document import Fault
from treaties.sweeping.sample import Sample
from treaties.sweeping.workers import each_of

CASES = Path(__file__).resolve().parents[1] / "cases"
"""Where the cases are that come with the program."""

DRAW_WORLDS = 15
"""Worlds of a draw of the placebo; odd, so that none is a tie where all are decided."""


def case_names(folder: Path) -> dict[str, Path]:
    """Every treaty file of a folder by the name of its file, in alphabetical order."""
    return {path.stem: path for path in sorted(folder.glob("*.toml"))}


def states_facts(path: Path) -> bool:
    """Whether a treaty file has facts, as far as that can be told without reading it whole."""
    try:
        return "facts" in tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError):
        return True  # what is wrong with it is told by who reads it


@final
@dataclass(frozen=True)
class _Task:
    """One case to be told, with what all share; a process of its own may do it."""

    case: str
    treaty: Treaty
    pool: Pool | None
    worlds: int
    seed: int
    draws: int
    draw_worlds: int

    def __call__(self) -> tuple[CaseRecord, float]:
        """The case, and the processor time that it took."""
        began = time.process_time()
        return self._told(), time.process_time() - began

    def _told(self) -> CaseRecord:
        treaty = self.treaty
        if not self.worlds or self.pool is None:
            return case_record(self.case, treaty)
        compared = [name for one in predictions_of(treaty) for name in one.designs]
        found = judged(treaty, self.worlds, self.seed, compared)
        names = {party.id: party.name for party in treaty.parties}
        first = found.first
        return replace(
            case_record(self.case, treaty, found.samples),
            kept=found.kept,
            first=None if first is None else FirstOut(names[first.party], first.share, first.year),
            compared={
                name: Kept(int(one.yes.sum()), int(one.no.sum()), one.undecided, one.no_treaty)
                for name, one in found.samples.items()
                if name
            },
            placebo=placebo(treaty, self.pool, self.draws, self.draw_worlds, self.seed),
            exchanged=placebo(treaty, self.pool, self.draws, self.draw_worlds, self.seed, whole=True),
            proved=found.proved,
            refused=found.refused,
        )


def case_record(case: str, treaty: Treaty, worlds: Mapping[str, Sample] | None = None) -> CaseRecord:
    """A case without its share of worlds: facts, and predictions worked out.

    ``worlds``  what became of the designs that predictions compare; None leaves such predictions open.
    Raises ``TreatyFileError`` if the file states no facts, or not what became of the treaty.
    """
    facts = facts_of(treaty)
    if facts.outcome_kind is None:
        remedy = 'write outcome_kind = "in_force", say; any other word is answered with the list of all'
        raise refusal(treaty, [Fault(("facts", "outcome_kind"), "is missing", remedy)])
    return CaseRecord(
        case,
        facts.name,
        treaty.source_hash,
        facts.instrument or "",
        facts.parties,
        tuple(dict.fromkeys(one.heading for one in treaty.provisions if not one.environment)),
        facts.outcome_kind,
        facts.outcome or "",
        facts.lasting_rank,
        findings(treaty, predictions_of(treaty), worlds),
        facts.discussion or "",
    )


def told_cases(
    treaties: Mapping[str, Treaty],
    *,
    worlds: int = 200,
    seed: int = 0,
    draws: int = 10,
    among: Sequence[Treaty] | None = None,
    workers: int = 1,
    progress: Progress | None = None,
) -> History:
    """Cases of history by their names.

    ``worlds``  drawn from the ranges of each; 0 tells facts and predictions alone.
    ``draws``   of the placebo, from the ranges of all cases ``among`` which these are; None for these alone.
    Raises ``TreatyFileError`` as ``case_record``, and ``ValueError`` if a case gives no number a range.
    """
    draw_worlds = min(worlds, DRAW_WORLDS) if draws else 0
    pool = pooled(list(treaties.values()) if among is None else among) if worlds else None
    for name, treaty in treaties.items():
        case_record(name, treaty)  # what is wrong in a file is told before anything takes time
    tasks = {name: _Task(name, one, pool, worlds, seed, draws, draw_worlds) for name, one in treaties.items()}
    done = each_of(_Task.__call__, tasks, workers, progress)
    return History(
        tuple(record for record, _ in done),
        worlds,
        seed,
        draws if worlds else 0,
        draw_worlds,
        sum(seconds for _, seconds in done),
    )
