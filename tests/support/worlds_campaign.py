"""A campaign over worlds of a treaty: does what the screen tells agree with exact proofs and with the full methods?

Five times as many worlds are drawn as are looked at: half of those looked at are the ones whose margins are closest to
nothing, the others come at random.  Each is screened, proved, and put to the methods that judge a treaty elsewhere.

``python -m tests.support.worlds_campaign TREATY.toml 1000 FILE`` runs it and prints the figures; what is done is kept
in the file, so that it goes on where it was broken off.
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import final

import numpy as np

from treaties import read_treaty
from treaties.bargaining.designs import Design
from treaties.sweeping.judging import DesignJudge
from treaties.sweeping.plan import sweep_plan

CHUNK = 10
DRAWN = 5
SPREAD = 0.2
"""By so much every number of a treaty varies that has no range."""


@final
@dataclass(frozen=True)
class Compared:
    """One world: what the screen told, and by what margin; what was proved of it; what the full methods tell."""

    world: int
    screened: str
    route: str
    margin: float | None
    proved: str
    solved: str
    seconds: float

    @property
    def contradicts(self) -> bool:
        """Two of the three say yes and no."""
        return {"yes", "no"} <= {self.screened, self.proved, self.solved}


@final
class Campaign:
    """The text of a treaty in worlds drawn from its ranges."""

    def __init__(self, path: Path, worlds: int, seed: int = 0) -> None:
        treaty = read_treaty(path)
        plan = sweep_plan(treaty, DRAWN * worlds, seed=seed, designs=[Design("text")], spread=SPREAD)
        self._columns = plan.draws.columns(plan.spans)
        self._judge = DesignJudge(treaty, plan.designs[0], plan.spans)
        told = [self._judge.judge(self._world(w), quick=True) for w in range(DRAWN * worlds)]
        size = np.array([np.inf if o.margin is None else abs(o.margin) for o in told])
        near = np.argsort(size, kind="stable")[: worlds // 2].tolist()
        others = np.random.default_rng(seed).permutation(np.setdiff1d(np.arange(DRAWN * worlds), near))
        self.worlds: list[int] = near + others[: worlds - len(near)].tolist()

    def compared(self, world: int) -> Compared:
        """One of the worlds."""
        began, told = time.process_time(), self._judge.judge(self._world(world))
        proved, _ = self._judge.prove(self._world(world))
        solved = self._judge.solve(self._world(world))
        seconds = time.process_time() - began
        return Compared(world, told.verdict, told.route, told.margin, proved, solved.verdict, seconds)

    def _world(self, world: int) -> dict[str, float]:
        return {path: float(self._columns[path][world]) for path in self._judge.paths}


def table(done: list[Compared]) -> str:
    """How often each combination of answers came, and every contradiction."""
    lines = [f"{'screened':<12}{'route':<14}{'proved':<12}{'full methods':<14}{'worlds':>7}"]
    counts = Counter((c.screened, c.route, c.proved, c.solved) for c in done)
    for (screened, route, proved, solved), count in sorted(counts.items()):
        lines.append(f"{screened:<12}{route:<14}{proved:<12}{solved:<14}{count:>7}")
    against = [c for c in done if c.contradicts]
    seconds = sum(c.seconds for c in done)
    lines.append(f"{len(done)} worlds, {len(against)} contradictions, {seconds:.0f} s of processor time")
    return "\n".join(lines + [f"contradiction: {c}" for c in against])


def _main(path: Path, worlds: int, record: Path) -> None:
    done = [Compared(**entry) for entry in json.loads(record.read_text())] if record.exists() else []
    campaign = Campaign(path, worlds)
    for first in range(len(done), worlds, CHUNK):
        done += [campaign.compared(world) for world in campaign.worlds[first : first + CHUNK]]
        record.write_text(json.dumps([asdict(compared) for compared in done]))
    print(table(done))


if __name__ == "__main__":
    _main(Path(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))
