"""Designs in worlds: what a pair costs in a sweep, against the methods that judge a treaty everywhere else."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import final

from treaties import read_treaty
from treaties.bargaining.designs import from_grid, from_variants
from treaties.sweeping.judging import DesignJudge
from treaties.sweeping.plan import BLOCK, SweepPlan, sweep_plan
from treaties.sweeping.sweep import run_sweep

ROOT = Path(__file__).parents[2]
PEER_WORLDS = 10
"""So many worlds of the text are put to the full methods as well."""
SPREAD = 0.1


@final
@dataclass(frozen=True)
class Sweep:
    """A treaty, in how many designs of its grid it is swept (0 for the text alone), and in how many worlds."""

    file: str
    designs: int
    worlds: int


SWEEPS = (
    Sweep("treaties/cases/aurora.toml", 18, 2 * BLOCK),
    Sweep("tests/field/cases/three_fighter_small.toml", 0, 2 * BLOCK),
    Sweep("treaties/cases/meridian_audit.toml", 0, BLOCK),
)


def sweeps(smoke: bool) -> bool:
    """Print what a pair costs in processor time; False if exact arithmetic refused an answer.

    Building designs and proving one answer in two hundred are counted; a short sweep before fills caches of kernels.
    """
    print(
        f"\n{'sweep':32}{'designs':>9}{'worlds':>8}{'ms a pair':>11}{'full, ms':>10}{'ratio':>7}{'yes':>7}{'no':>7}"
        f"{'undecided':>11}{'proved':>8}"
    )
    sound = True
    for case in SWEEPS:
        run_sweep(_plan(case, 4))
        plan = _plan(case, 4 if smoke else case.worlds)
        found = run_sweep(plan)
        pairs = len(plan.designs) * plan.draws.worlds
        mine = 1e3 * found.seconds_cpu / pairs
        theirs = _full(plan, 1 if smoke else PEER_WORLDS)
        answers = [found.table.column("verdict").to_pylist().count(answer) for answer in ("yes", "no", "undecided")]
        print(
            f"{Path(case.file).stem:32}{len(plan.designs):9}{plan.draws.worlds:8}{mine:11.2f}{theirs:10.0f}"
            f"{theirs / mine:7.0f}{answers[0]:7}{answers[1]:7}{answers[2]:11}{found.proved:8}"
        )
        sound &= not found.refused
    return sound


def _plan(case: Sweep, worlds: int) -> SweepPlan:
    treaty = read_treaty(ROOT / case.file)
    designs = from_grid(treaty, case.designs) if case.designs else list(from_variants(treaty))[:1]
    return sweep_plan(treaty, worlds, seed=1, designs=designs, spread=SPREAD)


def _full(plan: SweepPlan, worlds: int) -> float:
    """Milliseconds of processor time that the full methods take for a world of the first design."""
    judge = DesignJudge(plan.treaty, plan.designs[0], plan.spans)
    columns = plan.draws.columns(plan.spans)
    began = time.process_time()
    for world in range(worlds):
        judge.solve({path: float(columns[path][world]) for path in judge.paths})
    return 1e3 * (time.process_time() - began) / worlds
