"""Designs of a treaty in many worlds: each pair judged, written down, and counted.

Pairs are judged in blocks of worlds, by as many processes as are asked for or by a cluster; what is found is the same
whoever finds it.  Some answers are proved in exact arithmetic: all that are close, and others at a stated rate.  One
that is refused voids its block, which is reported and not counted.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, final

import numpy as np
import pyarrow as pa

from games.model.stochastic_game import GameError
from games.numerics.progress import Progress
from treaties.bargaining.designs import Design
from treaties.findings.grid_words import held_finer
from treaties.findings.quantities import NumberWords
from treaties.model.treaty import Treaty
from treaties.sweeping.chunks import FORMAT, Chunks
from treaties.sweeping.discovery import scenario
from treaties.sweeping.influence import influences
from treaties.sweeping.judging import DesignJudge
from treaties.sweeping.likelihood import Likelihood, likelihood
from treaties.sweeping.pairs import Block, judge_block, table_of
from treaties.sweeping.plan import BLOCK, SweepPlan, sweep_plan
from treaties.sweeping.robustness import ranking
from treaties.sweeping.sample import Sample, samples

if TYPE_CHECKING:
    import pandas as pd

EXPLAINED = 20
"""Designs of which a document tells what matters and where they break."""


@final
@dataclass(frozen=True)
class Swept:
    """What a sweep found.

    ``path``     the file; None if its rows were kept in memory.
    ``table``    its rows, by design and world.
    ``blocks``   of how many blocks the rows are, and of how many they would be: fewer where the time was up.
    ``seconds_cpu``  of processor time that this run took, on all processors.
    ``unproved``  answers that were looked at in this run and that exact arithmetic could not prove; ``refused`` those
                 that it refused.
    """

    plan: SweepPlan
    table: pa.Table
    seconds_cpu: float
    blocks: tuple[int, int]
    path: Path | None = None
    unproved: int = 0
    refused: tuple[str, ...] = ()
    recompiled: int = 0
    problems: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def proved(self) -> int:
        """How many of the rows were proved in exact arithmetic."""
        return int(np.sum(self.table["proved"].to_numpy()))

    @cached_property
    def concepts(self) -> tuple[str, ...]:
        """The solution concepts of the verdicts."""
        return tuple(sorted({name for name in self.table["concept"].unique().to_pylist() if name}))

    def likelihoods(self) -> dict[str, Likelihood | None]:
        """By name of the design; None of one that is no treaty in any world."""
        draws = self.plan.draws
        return {one.name: likelihood(one.yes, one.no, draws.sampling, draws.worlds) for one in self.samples}

    @cached_property
    def samples(self) -> tuple[Sample, ...]:
        """Every design in its worlds."""
        return samples(self.plan, self.table)

    def to_json(self) -> dict[str, Any]:
        """The ``servanda-sweep/1`` document; what matters and where it breaks is told of the first twenty designs."""
        every, words = self.samples, NumberWords.of(self.plan.treaty)
        designs, missing = [], {one.name: one.no_treaty for one in every}
        for name, found in self.likelihoods().items():
            told = {"name": name, "problem": self.problems.get(name, ""), "no_treaty": missing[name]}
            designs.append(told | ({} if found is None else found.to_json()))
        return {
            "format": FORMAT,
            "treaty": self.plan.treaty.title,
            "pairs": self.table.num_rows,
            "seconds_cpu": self.seconds_cpu,
            "worlds": self.plan.draws.worlds,
            "seed": self.plan.draws.seed,
            "sampling": self.plan.draws.sampling,
            "blocks": list(self.blocks),
            "recompiled": self.recompiled,
            "concepts": list(self.concepts),
            "spot_checks": {"proved": self.proved, "unproved": self.unproved, "refused": list(self.refused)},
            "notes": held_finer(self.plan.treaty),
            "out": None if self.path is None else str(self.path),
            "designs": designs,
            "influence": {one.name: [i.to_json(words) for i in influences(one)] for one in every[:EXPLAINED]},
            "discovery": {one.name: scenario(one).to_json(words) for one in every[:EXPLAINED]},
            "robustness": ranking(every).to_json(),
        }


def run_sweep(
    plan: SweepPlan,
    out: Path | None = None,
    *,
    workers: int = 1,
    scheduler: str | None = None,
    budget: float | None = None,
    fresh: bool = False,
    progress: Progress | None = None,
) -> Swept:
    """Judge every design in every world.

    ``out``        the Parquet file; pieces stand beside it until it is whole, so that a run that was ended goes on.
    ``workers``    processes;  ``scheduler`` the address of a Dask cluster, which then does the work.
    ``budget``     seconds after which no block is begun any more; what is finished is told.
    Raises ``GameError`` if the file cannot be written, holds another sweep, or the cluster does not answer.
    """
    key, said = plan.key, progress or (lambda what, share: None)
    chunks = None if out is None else Chunks(out, key, plan.about())
    if chunks is not None:
        whole = None if fresh else chunks.whole()
        if whole is not None:
            every_block = len(plan.designs) * plan.blocks
            return Swept(plan, whole, 0.0, (every_block, every_block), out, problems=_problems(plan, whole, {}))
        chunks.start(fresh)
    numbers = range(plan.blocks)
    # Design by design, so that few processes compile the same; where time may be up block by block through all designs,
    # so that all were judged in the same worlds by then.
    wanted = [(design, block) for design in range(len(plan.designs)) for block in numbers]
    if budget is not None:
        wanted.sort(key=lambda piece: piece[1])
    found: dict[tuple[int, int], Block] = {}
    if chunks is not None:
        for piece in wanted:
            table = chunks.read(*piece)
            if table is not None:
                found[piece] = Block(*piece, table, 0.0)
    left = [piece for piece in wanted if piece not in found]
    began = time.monotonic()
    tasks = (Task(key, plan, *piece) for piece in left)
    for done, (_, block) in enumerate(judged(tasks, workers, scheduler, budget), 1):
        found[block.design, block.number] = block
        if chunks is not None and not block.refused:
            chunks.write(block.design, block.number, block.table)
        share = (len(wanted) - len(left) + done) / len(wanted)
        rest = (time.monotonic() - began) / done * (len(left) - done)
        said(f"{len(found) * BLOCK:,} pairs, about {lasting(rest)} left", share)
    done_for_all = [block for block in numbers if all((design, block) in found for design in range(len(plan.designs)))]
    order = [(design, block) for design in range(len(plan.designs)) for block in done_for_all]
    if chunks is not None and len(done_for_all) == len(numbers) and not any(found[piece].refused for piece in order):
        chunks.join(order)
    elif chunks is not None:
        chunks.end()
    tables = [found[piece].table for piece in order]
    every = [found[piece] for piece in order]
    table = pa.concat_tables(tables) if tables else _empty(plan)
    return Swept(
        plan,
        table,
        sum(block.seconds for block in every),
        (len(order), len(wanted)),
        out,
        sum(block.unproved for block in every),
        tuple(line for block in every for line in block.refused),
        sum(block.recompiled for block in every),
        _problems(plan, table, {plan.designs[block.design].name: block.problem for block in every if block.problem}),
    )


def _problems(plan: SweepPlan, table: pa.Table, known: Mapping[str, str]) -> dict[str, str]:
    """By name, why designs are no treaty: as ``known``, or found out again of rows that an earlier run has written."""
    rows = table.group_by(["design", "verdict"]).aggregate([]).to_pylist()
    told = {(row["design"], row["verdict"] == "no treaty") for row in rows}
    problems: dict[str, str] = {}
    for design in plan.designs:
        if (design.name, True) in told and (design.name, False) not in told:
            problem = known.get(design.name) or DesignJudge(plan.treaty, design, plan.spans).problem
            problems |= {design.name: problem} if problem else {}
    return problems


def _empty(plan: SweepPlan) -> pa.Table:
    columns = {path: np.empty(0) for path in plan.spans}
    return table_of(plan, 0, range(0), [], columns, np.empty(0, dtype=bool), void=False)


@final
class Task(NamedTuple):
    """A block to be judged: of which plan (and its key), which of its designs, and which block of worlds."""

    key: str
    plan: SweepPlan
    design: int
    number: int


def judged(
    tasks: Iterable[Task], workers: int = 1, scheduler: str | None = None, budget: float | None = None
) -> Iterator[tuple[str, Block]]:
    """Blocks as they are finished, each with its plan's key (``run_sweep``); a task is asked for as it is begun."""
    until = None if budget is None else time.monotonic() + budget

    def begun() -> Iterator[Task]:
        for task in tasks:
            if until is not None and time.monotonic() > until:
                return
            yield task

    if scheduler is None and workers == 1:
        yield from (_keyed(task) for task in begun())
        return
    from joblib import Parallel, delayed

    with _cluster(scheduler) as count:
        parallel = Parallel(
            n_jobs=count or workers, batch_size=1, pre_dispatch="2*n_jobs", return_as="generator_unordered"
        )
        yield from parallel(delayed(_keyed)(task) for task in begun())


def _keyed(task: Task) -> tuple[str, Block]:
    return task.key, judge_block(*task)


def _cluster(scheduler: str | None) -> AbstractContextManager[int | None]:
    return nullcontext(None) if scheduler is None else _Dask(scheduler)


@final
class _Dask(AbstractContextManager[int | None]):
    """A Dask cluster at an address does what joblib is asked."""

    def __init__(self, address: str) -> None:
        try:
            from distributed import Client
        except ImportError:
            raise GameError("--scheduler needs Dask; install servanda[cluster]") from None
        try:
            self.client = Client(address, timeout="10s")  # type: ignore[no-untyped-call]
        except (OSError, ValueError, TimeoutError) as error:
            raise GameError(
                f"--scheduler {address!r}: no cluster answers there ({error}); start one with "
                "`dask scheduler` and `dask worker`, and give its tcp://host:port"
            ) from None
        from joblib import parallel_config

        self.config = parallel_config(backend="dask")

    def __enter__(self) -> int | None:
        self.config.__enter__()
        return max(len(self.client.scheduler_info()["workers"]), 1)

    def __exit__(self, *error: object) -> None:
        self.config.__exit__(*error)
        self.client.close()  # type: ignore[no-untyped-call]


def lasting(seconds: float) -> str:
    """A time that is left, in words."""
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"


def sweep(
    treaty: Treaty,
    worlds: int = 1000,
    *,
    seed: int = 0,
    designs: Sequence[Design] | None = None,
    out: str | Path | None = None,
    workers: int = 1,
    spread: float | None = None,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """The designs of a treaty in many worlds, a row for each pair.

    ``designs``  None for the text and its variants.  Columns: design, world, every number that varies by its path,
    verdict ("yes", "no", "undecided", "no treaty"), concept, margin, route, first_to_break, year, proved, void, and
    each party's value.
    Raises ``ValueError`` if no number of the treaty has a range.
    """
    chosen = sweep_plan(treaty, worlds, seed=seed, designs=designs, spread=spread)
    found = run_sweep(chosen, None if out is None else Path(out), workers=workers, progress=progress)
    return found.table.to_pandas()
