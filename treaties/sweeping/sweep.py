"""Designs of a treaty in many worlds: each pair judged, written down, and counted.

Pairs are judged in blocks of worlds, by as many processes as are asked for or by a cluster; what is found is the same
whoever finds it.  Some answers are proved in exact arithmetic: all that are close, and others at a stated rate.  One
that is refused voids its block, which is reported and not counted.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, final

import numpy as np
import pyarrow as pa
from joblib import Parallel, delayed, parallel_config

from games.model.stochastic_game import GameError
from games.numerics.arrays import Floats
from games.numerics.progress import Progress
from treaties.bargaining.designs import Design, from_variants
from treaties.effects import CompilationError
from treaties.model.errors import TreatyFileError
from treaties.model.treaty import Treaty
from treaties.reading.worlds import ranged
from treaties.sweeping.chunks import Chunks
from treaties.sweeping.draws import Draws, Span, blocks
from treaties.sweeping.judging import DesignJudge, Outcome
from treaties.sweeping.likelihood import Likelihood, likelihood

if TYPE_CHECKING:
    import pandas as pd

BLOCK = 500
"""Worlds of one design that are judged together."""

RATE = 0.005
"""Share of the answers that are proved although they are not close."""
KEPT = 4


@final
@dataclass(frozen=True)
class Plan:
    """What is swept.

    ``spans``  the quantities that vary, by path; of designs that change or lack one, those that are left.
    ``rate``   share of answers that are proved although they are not close.
    """

    treaty: Treaty
    designs: tuple[Design, ...]
    draws: Draws
    spans: Mapping[str, Span]
    rate: float = RATE

    @property
    def key(self) -> str:
        """A digest of all that the answers depend on."""
        told = {
            "treaty": self.treaty.content_hash,
            "designs": [[d.name, None if d.variant is None else d.variant.model_dump(mode="json")] for d in self.designs],
            "draws": [self.draws.worlds, self.draws.seed, self.draws.sampling, self.draws.shape],
            "spans": [[s.path, s.value, s.low, s.high] for s in self.spans.values()],
            "rate": self.rate,
            "version": version("servanda"),
        }
        return hashlib.sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()

    def about(self) -> dict[str, Any]:
        """What the file tells of the sweep."""
        return {
            "format": "servanda-sweep/1",
            "treaty": self.treaty.title,
            "file": self.treaty.source_name,
            "file_sha256": self.treaty.source_hash,
            "version": version("servanda"),
            "worlds": self.draws.worlds,
            "seed": self.draws.seed,
            "sampling": self.draws.sampling,
            "shape": self.draws.shape,
            "rate": self.rate,
            "designs": [design.name for design in self.designs],
            "quantities": [[s.path, s.value, s.low, s.high] for s in self.spans.values()],
        }


def plan(
    treaty: Treaty,
    worlds: int,
    *,
    seed: int = 0,
    designs: Sequence[Design] | None = None,
    draws: Draws | None = None,
    spread: float | None = None,
    rate: float = RATE,
) -> Plan:
    """What a sweep of a treaty would judge.

    ``designs``  None for the text and its variants;  ``spread`` varies every number of a treaty without ranges by such
    a share of its value.
    Raises ``ValueError`` if nothing varies.
    """
    chosen = tuple(from_variants(treaty) if designs is None else designs)
    spans: dict[str, Span] = {}
    for number in ranged(treaty):
        low = number.value if number.low is None else number.low
        high = number.value if number.high is None else number.high
        if low < high:
            spans[number.path] = Span(number.path, number.value, low, high)
    if spread is not None:
        for number in treaty.numbers():
            reach = abs(number.value) * spread
            if number.path not in spans and reach > 0:
                spans[number.path] = Span(number.path, number.value, number.value - reach, number.value + reach)
    if not spans:
        raise ValueError(f"{treaty.source_name or treaty.title} gives no number a range, so there is nothing to vary; "
                         "write { value = 0.9, low = 0.8, high = 0.95 }, or vary every number with --spread 10%")
    return Plan(treaty, chosen, draws or Draws(worlds, seed), spans, rate)


@final
@dataclass(frozen=True)
class Block:
    """What came of a block: ``table`` of its rows; spot checks that proved, could not tell, and refused."""

    design: int
    number: int
    table: pa.Table
    seconds: float
    proved: int = 0
    open_: int = 0
    refused: tuple[str, ...] = ()
    recompiled: int = 0
    problem: str = ""


@lru_cache(maxsize=2)
def _columns(draws: Draws, spans: tuple[Span, ...]) -> dict[str, Floats]:
    return draws.columns({span.path: span for span in spans})


_judges: dict[tuple[str, int], DesignJudge] = {}


def _judge(key: str, plan: Plan, design: int) -> DesignJudge:
    """The judge of a design, compiled once in each process."""
    if (key, design) not in _judges:
        while len(_judges) >= KEPT:
            _judges.pop(next(iter(_judges)))
        _judges[key, design] = DesignJudge(plan.treaty, plan.designs[design], plan.spans)
    return _judges[key, design]


def judge_block(key: str, plan: Plan, design: int, block: int) -> Block:
    """Judge one design in the worlds of one block."""
    began = time.process_time()
    judge = _judge(key, plan, design)
    columns = _columns(plan.draws, tuple(plan.spans.values()))
    worlds = range(block * BLOCK, min((block + 1) * BLOCK, plan.draws.worlds))
    before = judge.recompiled
    outcomes, checked = [], np.zeros(len(worlds), dtype=bool)
    proved, open_, refused = 0, 0, []
    for k, world in enumerate(worlds):
        numbers = {path: float(columns[path][world]) for path in judge.paths}
        found = judge.judge(numbers)
        outcomes.append(found)
        if found.verdict in ("yes", "no") and found.route != "solver" and (found.near or _drawn(key, design, world, plan.rate)):
            checked[k] = True
            answer = judge.prove(numbers)
            proved += answer == found.verdict
            open_ += answer == "undecided"
            if answer not in ("undecided", found.verdict):
                refused.append(f"{plan.designs[design].name}, world {world}: told {found.verdict}, proved {answer}")
    table = _table(plan, design, worlds, outcomes, columns, checked, void=bool(refused))
    return Block(design, block, table, time.process_time() - began, proved, open_, tuple(refused),
                 judge.recompiled - before, judge.problem)


def _drawn(key: str, design: int, world: int, rate: float) -> bool:
    """Whether an answer is to be proved: the same ones whoever judges."""
    digest = hashlib.sha256(f"{key} {design} {world}".encode()).digest()
    return int.from_bytes(digest[:8], "big") < rate * 2**64


def _table(
    plan: Plan, design: int, worlds: range, outcomes: Sequence[Outcome], columns: Mapping[str, Floats],
    checked: np.ndarray, void: bool,
) -> pa.Table:
    """The rows of a block."""
    count = len(worlds)
    rows: dict[str, Any] = {
        "design": pa.array([plan.designs[design].name] * count, pa.string()),
        "world": pa.array(np.asarray(worlds, dtype=np.int64)),
    }
    for path in plan.spans:
        rows[path] = pa.array(columns[path][worlds.start:worlds.stop])
    rows |= {
        "verdict": pa.array([o.verdict for o in outcomes], pa.string()),
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


@final
@dataclass(frozen=True)
class Swept:
    """What a sweep found.

    ``path``     the file; None if its rows were kept in memory.
    ``table``    its rows, by design and world.
    ``blocks``   of how many blocks the rows are, and of how many they would be: fewer where the time was up.
    ``refused``  answers that exact arithmetic refused.
    """

    plan: Plan
    table: pa.Table
    seconds_cpu: float
    blocks: tuple[int, int]
    path: Path | None = None
    proved: int = 0
    undecided_proofs: int = 0
    refused: tuple[str, ...] = ()
    recompiled: int = 0
    problems: Mapping[str, str] = field(default_factory=dict)

    def likelihoods(self) -> dict[str, Likelihood | None]:
        """By name of the design; None of one that is no treaty in any world."""
        names = np.asarray(self.table["design"].to_numpy(zero_copy_only=False))
        verdict = np.asarray(self.table["verdict"].to_numpy(zero_copy_only=False))
        void = np.asarray(self.table["void"].to_numpy(zero_copy_only=False))
        found = {}
        for design in self.plan.designs:
            mine = verdict[(names == design.name) & ~void]
            mine = mine[mine != "no treaty"]
            found[design.name] = likelihood(mine == "yes", mine == "no", self.plan.draws.sampling)
        return found

    def to_json(self) -> dict[str, Any]:
        """The ``servanda-sweep/1`` document."""
        designs = []
        for name, found in self.likelihoods().items():
            told = {"name": name, "problem": self.problems.get(name, "")}
            designs.append(told | ({} if found is None else found.to_json()))
        return {
            "format": "servanda-sweep/1",
            "treaty": self.plan.treaty.title,
            "pairs": self.table.num_rows,
            "seconds_cpu": self.seconds_cpu,
            "worlds": self.plan.draws.worlds,
            "seed": self.plan.draws.seed,
            "sampling": self.plan.draws.sampling,
            "blocks": list(self.blocks),
            "recompiled": self.recompiled,
            "spot_checks": {
                "proved": self.proved, "undecided": self.undecided_proofs, "refused": list(self.refused)},
            "out": None if self.path is None else str(self.path),
            "designs": designs,
        }


def sweep_plan(
    plan: Plan,
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
        chunks.start(fresh)
    numbers = list(range(-(-plan.draws.worlds // BLOCK)))
    # Block by block through all designs, so that whenever time is up all designs were judged in the same worlds.
    wanted = [(design, block) for block in numbers for design in range(len(plan.designs))]
    found: dict[tuple[int, int], Block] = {}
    if chunks is not None:
        for piece in wanted:
            table = chunks.read(*piece)
            if table is not None:
                found[piece] = Block(*piece, table, 0.0)
    left = [piece for piece in wanted if piece not in found]
    began, done = time.monotonic(), 0
    for block in _judged(key, plan, left, workers, scheduler, budget):
        done += 1
        found[block.design, block.number] = block
        if chunks is not None and not block.refused:
            chunks.write(block.design, block.number, block.table)
        share = (len(wanted) - len(left) + done) / len(wanted)
        rest = (time.monotonic() - began) / done * (len(left) - done)
        said(f"{len(found) * BLOCK:,} pairs, about {_lasting(rest)} left", share)
    whole = [block for block in numbers if all((design, block) in found for design in range(len(plan.designs)))]
    order = [(design, block) for design in range(len(plan.designs)) for block in whole]
    if chunks is not None and len(whole) == len(numbers) and not any(found[piece].refused for piece in order):
        chunks.join(order)
    tables = [found[piece].table for piece in order]
    every = [found[piece] for piece in order]
    return Swept(
        plan, pa.concat_tables(tables) if tables else _empty(plan), sum(block.seconds for block in every),
        (len(order), len(wanted)), out, sum(block.proved for block in every), sum(block.open_ for block in every),
        tuple(line for block in every for line in block.refused), sum(block.recompiled for block in every),
        {plan.designs[block.design].name: block.problem for block in every if block.problem})


def _empty(plan: Plan) -> pa.Table:
    columns = {path: np.empty(0) for path in plan.spans}
    return _table(plan, 0, range(0), [], columns, np.empty(0, dtype=bool), void=False)


def _judged(
    key: str, plan: Plan, pieces: Sequence[tuple[int, int]], workers: int, scheduler: str | None,
    budget: float | None,
) -> Iterator[Block]:
    """Blocks as they are finished."""
    until = None if budget is None else time.monotonic() + budget

    def begun() -> Iterator[tuple[int, int]]:
        for piece in pieces:
            if until is not None and time.monotonic() > until:
                return
            yield piece

    if scheduler is None and workers == 1:
        yield from (judge_block(key, plan, *piece) for piece in begun())
        return
    with _cluster(scheduler) as count:
        parallel = Parallel(n_jobs=count or workers, batch_size=1, pre_dispatch="n_jobs" if count is None else "2*n_jobs",
                            return_as="generator_unordered")
        yield from parallel(delayed(judge_block)(key, plan, *piece) for piece in begun())


def _cluster(scheduler: str | None) -> AbstractContextManager[int | None]:
    return nullcontext(None) if scheduler is None else _Dask(scheduler)


class _Dask(AbstractContextManager[int | None]):
    """A Dask cluster at an address does what joblib is asked."""

    def __init__(self, address: str) -> None:
        try:
            from distributed import Client
        except ImportError:
            raise GameError("--scheduler needs Dask; install servanda[cluster]") from None
        try:
            self.client = Client(address, timeout="10s")
        except (OSError, ValueError, TimeoutError) as error:
            raise GameError(f"--scheduler {address!r}: no cluster answers there ({error}); start one with "
                            "`dask scheduler` and `dask worker`, and give its tcp://host:port") from None
        self.config = parallel_config(backend="dask")

    def __enter__(self) -> int | None:
        self.config.__enter__()
        return max(len(self.client.scheduler_info()["workers"]), 1)

    def __exit__(self, *error: object) -> None:
        self.config.__exit__(*error)
        self.client.close()


def _lasting(seconds: float) -> str:
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
    verdict ("yes", "no", "undecided", "no treaty"), margin, route, first_to_break, year, proved, void, and each
    party's value.
    Raises ``ValueError`` if no number of the treaty has a range.
    """
    chosen = plan(treaty, worlds, seed=seed, designs=designs, spread=spread)
    found = sweep_plan(chosen, None if out is None else Path(out), workers=workers, progress=progress)
    return found.table.to_pandas()
