"""What became of one design in the worlds of a sweep, as arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import final

import numpy as np
import pyarrow as pa

from games.numerics.arrays import Bools, Floats, Ints
from treaties.bargaining.designs import Design
from treaties.model.errors import TreatyFileError
from treaties.model.treaty import Treaty
from treaties.reading.variants import apply_variant
from treaties.sweeping.draws import left_to_worlds
from treaties.sweeping.plan import SweepPlan


@final
@dataclass(frozen=True)
class Sample:
    """One design in the worlds in which it is a treaty and no block is void, in the order in which they were drawn.

    ``worlds``   Int[worlds]: their numbers.
    ``columns``  Float[worlds] by path: the quantities that vary in this design.
    ``yes``, ``no``  Bool[worlds]: it holds, it fails; neither where that is undecided.
    ``margin``   Float[worlds], not a number where it is not known.
    ``values``   Float[worlds] by party: what it earns per period under full compliance; likewise.
    ``without``  Float[worlds] by party: its outside option.
    ``no_treaty``  number of worlds that are left out because its numbers do not go together there.
    """

    name: str
    worlds: Ints
    columns: Mapping[str, Floats]
    yes: Bools
    no: Bools
    margin: Floats
    values: Mapping[str, Floats]
    without: Mapping[str, Floats]
    no_treaty: int = 0

    @property
    def decided(self) -> Bools:
        """Bool[worlds]: whether it holds or fails is known."""
        decided: Bools = self.yes | self.no
        return decided

    @property
    def undecided(self) -> int:
        """Number of worlds of which it is not known."""
        return int(np.sum(~self.decided))

    def places(self, worlds: Ints) -> Ints:
        """Where worlds stand, all of which are among its own."""
        return np.searchsorted(self.worlds, worlds).astype(np.int64)


def samples(plan: SweepPlan, table: pa.Table) -> tuple[Sample, ...]:
    """Every design of a sweep, from its rows."""
    names = np.asarray(table["design"].to_numpy(zero_copy_only=False))
    verdict = np.asarray(table["verdict"].to_numpy(zero_copy_only=False))
    void = np.asarray(table["void"].to_numpy(zero_copy_only=False))
    counted = ~void & (verdict != "no treaty")

    def column(name: str, rows: Bools) -> Floats:
        return np.asarray(table[name].to_numpy(zero_copy_only=False)[rows], dtype=np.float64)

    found = []
    for design in plan.designs:
        rows = counted & (names == design.name)
        treaty = _changed(plan.treaty, design)
        columns = {path: column(path, rows) for path in left_to_worlds(plan.treaty, treaty, plan.spans)}
        worlds = table["world"].to_numpy()[rows].astype(np.int64)
        found.append(
            Sample(
                design.name,
                worlds,
                columns,
                verdict[rows] == "yes",
                verdict[rows] == "no",
                column("margin", rows),
                {party.id: column(f"value.{party.id}", rows) for party in plan.treaty.parties},
                {
                    party.id: columns.get(
                        f"party.{party.id}.outside_option", np.full(len(worlds), party.outside_option.value)
                    )
                    for party in treaty.parties
                },
                int(np.sum((names == design.name) & ~void & (verdict == "no treaty"))),
            )
        )
    return tuple(found)


def _changed(treaty: Treaty, design: Design) -> Treaty:
    """The design as a treaty; the text itself where its terms do not go together and nothing was judged."""
    try:
        return treaty if design.variant is None else apply_variant(treaty, design.variant)
    except TreatyFileError:
        return treaty


def common(found: Sequence[Sample], *, decided: bool) -> Ints:
    """Numbers of the worlds that samples share; ``decided`` leaves out those in which one of them is undecided."""
    every = [one.worlds[one.decided] if decided else one.worlds for one in found]
    return reduce(np.intersect1d, every).astype(np.int64)
