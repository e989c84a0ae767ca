"""Blocks of pairs, each a design in a world: judged, some of them proved, and put into rows."""

from __future__ import annotations

import gc
import hashlib
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, final

import numpy as np
import pyarrow as pa

from games.numerics.arrays import Bools, Floats
from treaties.sweeping.draws import Draws, Span
from treaties.sweeping.judging import DesignJudge, Outcome
from treaties.sweeping.plan import BLOCK, SweepPlan


@final
@dataclass(frozen=True)
class Block:
    """What came of a block.

    ``table``    its rows, by world;  ``seconds`` of processor time.
    ``unproved``  answers of which exact arithmetic could not tell, and ``refused`` those that it proved wrong, in
                 words; those that it proved are marked in the rows.
    ``recompiled``  worlds in which the structure was another;  ``problem`` why the design is no treaty.
    """

    design: int
    number: int
    table: pa.Table
    seconds: float
    unproved: int = 0
    refused: tuple[str, ...] = ()
    recompiled: int = 0
    problem: str = ""


@lru_cache(maxsize=2)
def columns_of(draws: Draws, spans: tuple[Span, ...]) -> dict[str, Floats]:
    """Float[worlds] by path, drawn once in each process."""
    return draws.columns({span.path: span for span in spans})


_judges: dict[tuple[str, int], DesignJudge] = {}


def judge_of(key: str, plan: SweepPlan, design: int) -> DesignJudge:
    """The judge of a design, compiled once for all blocks that a process judges one after the other.

    Blocks come design by design, so only the last judge is kept: each takes memory.
    """
    if (key, design) not in _judges:
        if _judges:
            _judges.clear()
            # Games refer to themselves, and the command line looks for such cycles seldom.
            gc.collect()
        else:
            gc.freeze()  # modules and the like stay, and need not be looked through for every design
        _judges[key, design] = DesignJudge(plan.treaty, plan.designs[design], plan.spans)
    return _judges[key, design]


def judge_block(key: str, plan: SweepPlan, design: int, block: int) -> Block:
    """Judge one design in the worlds of one block."""
    began = time.process_time()
    judge = judge_of(key, plan, design)
    columns = columns_of(plan.draws, tuple(plan.spans.values()))
    worlds = range(block * BLOCK, min((block + 1) * BLOCK, plan.draws.worlds))
    before = judge.recompiled
    outcomes: list[Outcome] = []
    checked = np.zeros(len(worlds), dtype=bool)
    unproved = 0
    refused: list[str] = []
    for k, world in enumerate(worlds):
        numbers = {path: float(columns[path][world]) for path in judge.paths}
        found = judge.judge(numbers)
        checked[k] = found.certified
        if found.screened and (found.near or drawn(plan.rate, key, design, world)):
            answer, _certificate = judge.prove(numbers)
            checked[k] = answer == found.verdict
            unproved += answer == "undecided"
            if answer not in ("undecided", found.verdict):
                refused.append(f"{plan.designs[design].name}, world {world}: told {found.verdict}, proved {answer}")
            elif answer == "undecided" and found.near:
                # So close to the edge floating point does not tell.
                found = replace(found, verdict="undecided", first="", year=0)
        outcomes.append(found)
    table = table_of(plan, design, worlds, outcomes, columns, checked, void=bool(refused))
    return Block(
        design,
        block,
        table,
        time.process_time() - began,
        unproved,
        tuple(refused),
        judge.recompiled - before,
        judge.problem,
    )


def drawn(rate: float, *key: object) -> bool:
    """Whether an answer is to be proved: the same ones, by their keys, whoever judges."""
    digest = hashlib.sha256(" ".join(map(str, key)).encode()).digest()
    return int.from_bytes(digest[:8], "big") < rate * 2**64


def table_of(
    plan: SweepPlan,
    design: int,
    worlds: range,
    outcomes: Sequence[Outcome],
    columns: Mapping[str, Floats],
    checked: Bools,
    void: bool,
) -> pa.Table:
    """The rows of a block."""
    count = len(worlds)
    rows: dict[str, Any] = {
        "design": pa.array([plan.designs[design].name] * count, pa.string()),
        "world": pa.array(np.asarray(worlds, dtype=np.int64)),
    }
    for path in plan.spans:
        rows[path] = pa.array(columns[path][worlds.start : worlds.stop])
    rows |= {
        "verdict": pa.array([o.verdict for o in outcomes], pa.string()),
        "concept": pa.array([o.concept or None for o in outcomes], pa.string()),
        "margin": pa.array([o.margin for o in outcomes], pa.float64()),
        "route": pa.array([o.route for o in outcomes], pa.string()),
        "first_to_break": pa.array([o.first or None for o in outcomes], pa.string()),
        "year": pa.array([o.year or None for o in outcomes], pa.int32()),
        "proved": pa.array(checked),
        "void": pa.array(np.full(count, void)),
    }
    for i, party in enumerate(plan.treaty.parties):
        rows[f"value.{party.id}"] = pa.array([o.values[i] if o.values else None for o in outcomes], pa.float64())
    return pa.table(rows)
