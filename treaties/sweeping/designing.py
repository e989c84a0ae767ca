"""Which designs of a treaty are best?  Those that no other beats in likelihood and in what every party has from them.

All designs are judged in the same worlds: the text, its variants, and the grid that its ``design`` entries open.  As in
talks, a design is left out that crosses a party's red line, is refused at home, or leaves a party with less than it has
without an agreement.

Source: Pareto (1906) for the front; Lempert, Groves, Popper and Bankes (2006) for designs over many worlds.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, final

import numpy as np
import pyarrow as pa

from games.numerics.arrays import Floats
from games.numerics.progress import Progress
from treaties.assessing.ratifiers import refused_at_home
from treaties.bargaining.designs import AS_IT_STANDS, Design, from_grid, from_variants, grid_size
from treaties.compiling.compile import compile_treaty
from treaties.effects import CompilationError
from treaties.findings.grid_words import held_finer
from treaties.model.errors import TreatyFileError
from treaties.model.names import choose_from
from treaties.model.ratifier import Ratifiers
from treaties.model.treaty import Treaty
from treaties.reading.red_lines import crossed_red_lines
from treaties.reading.variants import apply_variant, design_space, opened_terms
from treaties.sweeping.comparing import paired
from treaties.sweeping.draws import Draws, Shape
from treaties.sweeping.fronts import Front, beaten_by, front
from treaties.sweeping.likelihood import Likelihood, likelihood
from treaties.sweeping.pairs import Block
from treaties.sweeping.plan import SweepPlan, sweep_plan
from treaties.sweeping.robustness import Ranking, ranking
from treaties.sweeping.sample import Sample, samples
from treaties.sweeping.sweep import Task, judged, lasting

if TYPE_CHECKING:
    import pandas as pd

FORMAT = "servanda-design/1"
LIKELIHOOD, JOINT = "likelihood", "joint"
MOST_DESIGNS = 100_000
"""More designs are not tried in one run."""
SAME = 1e-9

Standing = Literal[
    "candidate", "no treaty", "red line", "refused at home", "less than without", "never holds", "undecided", "void"
]


@final
@dataclass(frozen=True)
class Tried:
    """One design.

    ``terms``       what the terms that the file opens are in it, and whatever else its variant sets.
    ``standing``    "candidate" if it may be on the front, else why not; ``why`` the same in words.
    ``likelihood``  None of a design that was not judged.
    ``values``      by party, the mean over worlds of its average payoff per period under full compliance.
    """

    design: Design
    terms: Mapping[str, Any]
    standing: Standing = "candidate"
    why: str = ""
    likelihood: Likelihood | None = None
    values: Mapping[str, float] = field(default_factory=dict)
    sample: Sample | None = field(default=None, repr=False, compare=False)

    @property
    def no_treaty(self) -> int:
        """Worlds that are left out because its numbers do not go together there."""
        return 0 if self.sample is None else self.sample.no_treaty

    @property
    def joint(self) -> float:
        """What the parties have together; not a number if it is not known."""
        return sum(self.values.values()) if self.values else float("nan")

    def objective(self, name: str) -> float:
        """What it reaches in one objective."""
        if name == LIKELIHOOD:
            return float("nan") if self.likelihood is None else self.likelihood.share[0]
        return self.joint if name == JOINT else self.values[name]


@final
@dataclass(frozen=True)
class Designed:
    """What was found out about the designs of a treaty.

    ``plan``        the worlds;  of a treaty without ranges a single one, its own numbers.
    ``designs_all``  how many designs there are, of which ``tried`` are those that were looked at, the text first.
    ``objectives``  by which designs are compared.
    ``concepts``    the solution concepts of the verdicts.
    ``on_time``     whether the time allowed was enough for all that were to be tried.
    """

    plan: SweepPlan
    designs_all: int
    tried: tuple[Tried, ...]
    objectives: tuple[str, ...]
    seconds_cpu: float
    on_time: bool = True
    proved: int = 0
    unproved: int = 0
    refused: tuple[str, ...] = ()
    concepts: tuple[str, ...] = ()

    @property
    def treaty(self) -> Treaty:
        """The text."""
        return self.plan.treaty

    @property
    def parties(self) -> tuple[str, ...]:
        """Their ids."""
        return tuple(party.id for party in self.treaty.parties)

    @property
    def thinned(self) -> bool:
        """Whether some designs were not tried."""
        return len(self.tried) < self.designs_all

    @property
    def varied(self) -> bool:
        """Whether there is more than one world."""
        return bool(self.plan.spans)

    @cached_property
    def candidates(self) -> tuple[int, ...]:
        """Numbers of the designs that may be on the front."""
        return tuple(k for k, one in enumerate(self.tried) if one.standing == "candidate")

    @cached_property
    def _points(self) -> Floats:
        """Float[candidates, objectives]."""
        told = [[self.tried[k].objective(name) for name in self.objectives] for k in self.candidates]
        return np.array(told, dtype=np.float64).reshape(len(told), len(self.objectives))

    @cached_property
    def _front(self) -> Front:
        return front(self._points)

    @cached_property
    def front(self) -> tuple[int, ...]:
        """Numbers of the designs that none dominates, the likeliest to hold first; one of each that are the same."""
        found = (self.candidates[k] for k in self._front.members)
        return tuple(sorted(found, key=lambda k: (-self.tried[k].objective(LIKELIHOOD), -self.tried[k].joint, k)))

    @cached_property
    def same(self) -> dict[int, tuple[int, ...]]:
        """By a member of the front, the designs that reach the same in all objectives."""
        return {
            self.candidates[member]: tuple(self.candidates[k] for k in others)
            for member, others in self._front.same.items()
        }

    @property
    def dominated(self) -> int:
        """How many candidates another one dominates."""
        return len(self.candidates) - len(self.front) - sum(len(others) for others in self.same.values())

    @cached_property
    def even(self) -> dict[int, tuple[int, ...]]:
        """By a member of the front, those from which it differs in no objective by more than the sampling error."""
        found: dict[int, list[int]] = {k: [] for k in self.front}
        if self.varied:
            compared = {k: self._compared(k) for k in self.front}
            for place, a in enumerate(self.front):
                for b in self.front[place + 1 :]:
                    if _even(compared[a], compared[b], LIKELIHOOD in self.objectives):
                        found[a].append(b)
                        found[b].append(a)
        return {k: tuple(others) for k, others in found.items()}

    @cached_property
    def nearly(self) -> int:
        """How many dominated designs are about even with each member of the front that dominates them."""
        if not self.varied:
            return 0
        count = 0
        for place, members in enumerate(beaten_by(self._points, self._front.members)):
            mine = self._compared(self.candidates[place])
            count += bool(len(members)) and all(
                _even(mine, self._compared(self.candidates[k]), LIKELIHOOD in self.objectives) for k in members
            )
        return count

    def _compared(self, number: int) -> Sample:
        """A design's worlds with only the amounts by which designs are compared."""
        sample = self.tried[number].sample
        assert sample is not None
        amounts = dict(sample.values)
        amounts[JOINT] = np.sum(list(sample.values.values()), axis=0)
        return replace(sample, values={name: amounts[name] for name in self.objectives if name in amounts})

    @cached_property
    def robustness(self) -> Ranking:
        """The measures of all candidates."""
        return ranking([one.sample for k in self.candidates if (one := self.tried[k]).sample is not None])

    def standing(self, number: int) -> str:
        """How a design stands: "front", "same as one on the front", "dominated", or why it is no candidate."""
        if number in self.front:
            return "front"
        if any(number in others for others in self.same.values()):
            return "same as one on the front"
        one = self.tried[number]
        return "dominated" if one.standing == "candidate" else one.standing

    def to_frame(self) -> pd.DataFrame:
        """A row for each design that was tried.

        Columns: name, each open term by its path, standing and why, yes, no, undecided, no_treaty, likelihood, low and
        high (its 95 % interval), ``value.`` of each party, joint, and the measures of robustness.
        """
        import pandas as pd

        frame = pd.DataFrame([self._row(k) for k in range(len(self.tried))])
        return frame.astype(dict.fromkeys(("yes", "no", "undecided", "no_treaty"), "Int64")) if len(frame) else frame

    def _row(self, number: int) -> dict[str, Any]:
        one, measures = self.tried[number], self.robustness.measures.get(self.tried[number].design.name)
        row: dict[str, Any] = {"name": one.design.name}
        row |= {path: _cell(one.terms.get(path)) for path in design_space(self.treaty)}
        row |= {"standing": self.standing(number), "why": one.why}
        likely = one.likelihood
        row |= {
            "yes": None if likely is None else likely.yes,
            "no": None if likely is None else likely.no,
            "undecided": None if likely is None else likely.undecided,
            "no_treaty": None if likely is None else one.no_treaty,
            "likelihood": None if likely is None else likely.share[0],
            "low": None if likely is None else likely.interval[0],
            "high": None if likely is None else likely.interval[1],
        }
        row |= {f"value.{party}": one.values.get(party) for party in self.parties}
        row["joint"] = one.joint
        told = {} if measures is None else measures.to_json(self.robustness.parties)
        for name in ("maximin", "maximum_regret", "satisficing"):
            row |= {f"{name}.{party}": told.get(name, {}).get(party) for party in self.parties}
        row["all_satisfied"] = told.get("all_satisfied")
        return row

    def to_json(self) -> dict[str, Any]:
        """The ``servanda-design/1`` document."""
        measures = self.robustness.measures
        reasons = [one.standing for one in self.tried if one.standing != "candidate"]
        return {
            "format": FORMAT,
            "treaty": self.treaty.title,
            "file": self.treaty.source_name,
            "sha256": self.treaty.source_hash,
            "worlds": self.plan.draws.worlds,
            "seed": self.plan.draws.seed,
            "varied": len(self.plan.spans),
            "objectives": list(self.objectives),
            "concepts": list(self.concepts),
            "notes": held_finer(self.treaty),
            "designs_tried": len(self.tried),
            "designs_all": self.designs_all,
            "thinned": self.thinned,
            "on_time": self.on_time,
            "tried": [one.design.name for one in self.tried],
            "front": [
                {
                    **self._told(k),
                    "same": [self.tried[j].design.name for j in self.same.get(k, ())],
                    "about_even": [self.tried[j].design.name for j in self.even[k]],
                    "robustness": measures[name].to_json(self.robustness.parties)
                    if (name := self.tried[k].design.name) in measures
                    else None,
                }
                for k in self.front
            ],
            "dominated": self.dominated,
            "dominated_within_error": self.nearly,
            "left_out": {reason: reasons.count(reason) for reason in dict.fromkeys(reasons)},
            "robustness_worlds": self.robustness.worlds,
            "spot_checks": {"proved": self.proved, "unproved": self.unproved, "refused": list(self.refused)},
            "seconds_cpu": self.seconds_cpu,
        }

    def _told(self, number: int) -> dict[str, Any]:
        one = self.tried[number]
        assert one.likelihood is not None
        return {
            "name": one.design.name,
            "terms": dict(one.terms),
            **one.likelihood.to_json(),
            "no_treaty": one.no_treaty,
            "values": dict(one.values),
            "joint": one.joint,
        }


def _even(one: Sample, other: Sample, likely: bool) -> bool:
    """No difference between two designs, world by world, is larger than the error of sampling."""
    found = paired(one, other)
    differences = [*found.values.values(), *([found.holds] if likely else [])]
    return all(change is not None and change.interval[0] <= 0 <= change.interval[1] for change in differences)


def _cell(value: Any) -> Any:
    """A term in a table: numbers as they are, all else as text."""
    return value if value is None or isinstance(value, int | float) else str(value)


def objectives_of(treaty: Treaty, asked: Sequence[str]) -> tuple[str, ...]:
    """The objectives that are meant; none for likelihood and every party, from which what is joint follows.

    Raises ``ValueError`` for one that is none, or if a party bears the name of one that is none of the parties.
    """
    for party in treaty.parties:
        if party.id in (LIKELIHOOD, JOINT):
            raise ValueError(f"party {party.id!r} has the id of an objective; give the party another id")
    known = (LIKELIHOOD, *(party.id for party in treaty.parties), JOINT)
    for name in asked:
        if name not in known:
            raise ValueError(f"{name!r} is no objective; {choose_from(name, known, 'these are')}")
    return tuple(dict.fromkeys(asked)) or known[:-1]


def designs_of(treaty: Treaty, most: int | None = None) -> tuple[list[Design], int]:
    """The text, its variants and the grid, in an order of which any first part is spread; and how many there are.

    ``most``  how many to give.  What a variant says, the grid does not say again.
    """
    limit = min(most or MOST_DESIGNS, MOST_DESIGNS)
    named = from_variants(treaty)
    there = [terms for design in named if (terms := _point(treaty, design)) is not None]
    space = design_space(treaty)
    if not space:
        return named[:limit], len(named)
    grid = from_grid(treaty, limit + len(named), spread=True)[1:]
    fresh = [design for design in grid if _point(treaty, design) not in there]
    inside = sum(
        terms not in there[:k] and all(terms[path] in values for path, values in space.items())
        for k, terms in enumerate(there)
    )
    return [*named, *fresh][:limit], len(named) + grid_size(treaty) - inside


def _point(treaty: Treaty, design: Design) -> dict[str, Any] | None:
    """Where a design stands in the grid; None if it changes anything else."""
    here = terms_of(treaty, Design(AS_IT_STANDS))
    if design.variant is None:
        return here
    if design.variant.restructures or not set(design.variant.set) <= set(here):
        return None
    return here | dict(design.variant.set)


def terms_of(treaty: Treaty, design: Design) -> dict[str, Any]:
    """The terms that the file opens as a design has them, and what else it sets."""
    here = opened_terms(treaty)
    return here if design.variant is None else here | dict(design.variant.set)


@final
class _Trial:
    """Designs that are judged, and what comes of each."""

    def __init__(self, plan: SweepPlan) -> None:
        self.plan = plan
        self.found: dict[int, Tried] = {}
        self.blocks: dict[str, tuple[int, dict[int, Block]]] = {}
        self.seconds = 0.0
        self.unproved = self.proved = 0
        self.refused: list[str] = []
        self.concepts: set[str] = set()

    def tasks(self) -> Iterator[Task]:
        """What there is to judge, design by design; a design that will not be signed is left out here."""
        for k, design in enumerate(self.plan.designs):
            tried = Tried(design, terms_of(self.plan.treaty, design))
            standing, why = _signed(self.plan.treaty, design)
            if standing != "candidate":
                self.found[k] = replace(tried, standing=standing, why=why)
                continue
            alone = replace(self.plan, designs=(design,))
            key = alone.key
            self.blocks[key] = k, {}
            for number in range(alone.blocks):
                yield Task(key, alone, 0, number)

    def add(self, key: str, block: Block) -> None:
        """A block that is finished; with the last one of its design this is counted, and its rows are let go."""
        k, known = self.blocks[key]
        known[block.number] = block
        self.seconds += block.seconds
        if len(known) == self.plan.blocks:
            del self.blocks[key]
            self.found[k] = self._counted(k, [known[number] for number in range(self.plan.blocks)])

    def _counted(self, number: int, blocks: Sequence[Block]) -> Tried:
        alone = replace(self.plan, designs=(self.plan.designs[number],))
        tried = Tried(self.plan.designs[number], terms_of(self.plan.treaty, self.plan.designs[number]))
        table = pa.concat_tables([block.table for block in blocks])
        self.proved += sum(table["proved"].to_pylist())
        self.concepts |= {name for name in table["concept"].unique().to_pylist() if name}
        self.unproved += sum(block.unproved for block in blocks)
        self.refused += [line for block in blocks for line in block.refused]
        if all(block.refused for block in blocks):
            return replace(tried, standing="void", why="exact arithmetic refuses what was computed")
        # The numbers drawn are those of all designs: kept with each they would fill the memory.
        sample = replace(samples(alone, table)[0], columns={})
        likely = likelihood(sample.yes, sample.no, alone.draws.sampling, alone.draws.worlds)
        if likely is None:
            problem = next((block.problem for block in blocks if block.problem), "its numbers never go together")
            return replace(tried, standing="no treaty", why=problem)
        means = {party: float(np.nanmean(values)) for party, values in sample.values.items() if _known(values)}
        tried = replace(tried, likelihood=likely, values=means, sample=sample)
        if not likely.yes and likely.undecided:
            why = f"seen to hold in no world, but {likely.undecided:,} of {likely.worlds:,} are undecided"
            return replace(tried, standing="undecided", why=why)
        if not likely.yes or len(means) < len(sample.values):
            return replace(tried, standing="never holds", why="it fails in every world")
        names = {party.id: party.name for party in self.plan.treaty.parties}
        short = [names[party] for party, mean in means.items() if mean < float(sample.without[party].mean()) - SAME]
        if short:
            why = f"{', '.join(short)} would on average have more without an agreement"
            return replace(tried, standing="less than without", why=why)
        return tried


def _known(values: Floats) -> bool:
    return bool((~np.isnan(values)).any())


def _signed(treaty: Treaty, design: Design) -> tuple[Standing, str]:
    """Whether a design may be signed, as far as its text says, and if not why."""
    try:
        changed = treaty if design.variant is None else apply_variant(treaty, design.variant)
        crossed = crossed_red_lines(changed)
        if crossed:
            return "red line", "; ".join(map(str, crossed))
        against = refused_at_home(compile_treaty(changed)) if changed.context.all_said(Ratifiers) else ()
    except (TreatyFileError, CompilationError) as error:
        return "no treaty", str(error).splitlines()[0]
    names = {party.id: party.name for party in treaty.parties}
    return ("refused at home", ", ".join(names[party] for party in against)) if against else ("candidate", "")


def design(
    treaty: Treaty,
    worlds: int = 200,
    *,
    seed: int = 0,
    shape: Shape = "triangular",
    spread: float | None = None,
    most: int | None = None,
    objectives: Sequence[str] = (),
    workers: int = 1,
    scheduler: str | None = None,
    budget: float | None = None,
    progress: Progress | None = None,
) -> Designed:
    """The designs of a treaty that no other beats in likelihood and in what each party has.

    ``worlds``      that are drawn from the ranges of its numbers, the same for all designs; a treaty without ranges is
                    judged in its own numbers alone, where a likelihood is 1 or 0.
    ``spread``      as in ``sweep``;  ``most`` designs to try, spread evenly over the grid.
    ``objectives``  some of "likelihood", "joint" and the parties' ids; none for likelihood and all parties.
    ``budget``      seconds after which no design is begun any more.
    Raises ``ValueError`` for an objective that is none, ``GameError`` if a cluster does not answer.
    """
    wanted = objectives_of(treaty, objectives)
    chosen, size = designs_of(treaty, most)
    plan = _plan(treaty, worlds, seed, shape, spread, chosen)
    trial, said = _Trial(plan), progress or (lambda what, share: None)
    began = time.monotonic()
    for key, block in judged(trial.tasks(), workers, scheduler, budget):
        trial.add(key, block)
        done = len(trial.found)
        rest = (time.monotonic() - began) / max(done, 1) * (len(chosen) - done)
        left = rest if budget is None else min(rest, max(budget - (time.monotonic() - began), 0.0))
        said(f"design {done:,} of {len(chosen):,}, about {lasting(left)} left", done / len(chosen))
    tried = tuple(trial.found[k] for k in sorted(trial.found))
    return Designed(
        plan,
        size,
        tried,
        wanted,
        trial.seconds,
        len(tried) == len(chosen),
        trial.proved,
        trial.unproved,
        tuple(trial.refused),
        tuple(sorted(trial.concepts)),
    )


def _plan(
    treaty: Treaty, worlds: int, seed: int, shape: Shape, spread: float | None, designs: Sequence[Design]
) -> SweepPlan:
    """The worlds of all designs; of a treaty of which nothing varies the one of its own numbers, each answer proved."""
    try:
        return sweep_plan(treaty, worlds, seed=seed, shape=shape, designs=designs, spread=spread)
    except ValueError:
        if worlds < 1:
            raise
        return SweepPlan(treaty, tuple(designs), Draws(1, seed, "latin", shape), {}, rate=1.0)
