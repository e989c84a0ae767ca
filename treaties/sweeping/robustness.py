"""How well designs do in worlds of which nobody knows the odds, by the measures that go by a name.

What a party has in a world is what it earns where the design is kept, and what it has without an agreement where it is
not: as in talks, only what is kept counts.

Sources: Wald (1950) for maximin; Savage (1951) for regret; Starr (1963) for the share of worlds that satisfy, named by
Simon (1956); Lempert, Groves, Popper and Bankes (2006) for their use with many worlds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, final

import numpy as np

from games.numerics.arrays import Bools, Floats
from treaties.sweeping.fronts import ROUNDING
from treaties.sweeping.sample import Sample, common


@final
@dataclass(frozen=True)
class Robustness:
    """One design, party by party, over the same worlds as all designs beside it.

    ``maximin``      Float[parties]: what each has in its worst world.
    ``regret``       Float[parties]: in the worst world, how much less than the best design there brings it.
    ``mean``         Float[parties].
    ``satisficing``  Float[parties]: share of worlds in which the design holds and the party has at least its level.
    ``all_satisfied``  share of worlds in which it holds and every party has at least its level.
    """

    maximin: Floats
    regret: Floats
    mean: Floats
    satisficing: Floats
    all_satisfied: float

    def to_json(self, parties: Sequence[str]) -> dict[str, Any]:
        """One entry of ``robustness``."""

        def told(values: Floats) -> dict[str, float]:
            return {party: float(value) for party, value in zip(parties, values, strict=True)}

        return {
            "maximin": told(self.maximin),
            "maximum_regret": told(self.regret),
            "mean": told(self.mean),
            "satisficing": told(self.satisficing),
            "all_satisfied": self.all_satisfied,
        }


def robustness(holds: Bools, values: Floats, without: Floats, levels: Floats) -> tuple[Robustness, ...]:
    """Of every design.

    ``holds``    Bool[designs, worlds].
    ``values``   Float[designs, worlds, parties]: what each earns per period if the design is kept; only read where it
                 is.
    ``without``  Float[designs, worlds, parties]: what each has without an agreement.
    ``levels``   Float[designs, worlds, parties]: what each wants at least.
    Raises ``ValueError`` without any world.
    """
    if not holds.size:
        raise ValueError("there is no world in which all designs were decided; draw more worlds, or fewer designs")
    had = np.where(holds[:, :, None], values, without)
    best = np.broadcast_to(had.max(axis=0), had.shape)
    # What rounding makes of the same amount is no regret.
    regret = np.where(np.isclose(had, best, rtol=ROUNDING, atol=ROUNDING), 0.0, best - had)
    satisfied = holds[:, :, None] & (values >= levels)
    return tuple(
        Robustness(
            had[d].min(axis=0),
            regret[d].max(axis=0),
            had[d].mean(axis=0),
            satisfied[d].mean(axis=0),
            float(satisfied[d].all(axis=1).mean()),
        )
        for d in range(len(holds))
    )


@final
@dataclass(frozen=True)
class Ranking:
    """The measures of designs by name.

    ``worlds``    in which all of them were decided.
    ``measures``  by name of the design; of those that were decided in some world.
    """

    parties: tuple[str, ...]
    worlds: int
    measures: Mapping[str, Robustness]

    def to_json(self) -> dict[str, Any]:
        """The ``robustness`` of a document."""
        return {
            "worlds": self.worlds,
            "designs": {name: found.to_json(self.parties) for name, found in self.measures.items()},
        }


def ranking(found: Sequence[Sample]) -> Ranking:
    """Designs over the worlds in which all were decided, for the parties that all have.

    The level of a party is its outside option in that world.
    """
    some = [one for one in found if one.decided.any()]
    worlds = common(some, decided=True) if some else np.empty(0, dtype=np.int64)
    if not len(worlds):
        return Ranking((), 0, {})
    parties = tuple(party for party in some[0].values if all(party in one.values for one in some))
    places = [one.places(worlds) for one in some]

    def stacked(of: str) -> Floats:
        return np.stack([
            np.stack([getattr(one, of)[party][place] for party in parties], axis=1)
            for one, place in zip(some, places, strict=True)
        ])  # fmt: skip

    without = stacked("without")
    holds = np.stack([one.yes[place] for one, place in zip(some, places, strict=True)])
    measures = robustness(holds, stacked("values"), without, without)
    return Ranking(parties, len(worlds), dict(zip((one.name for one in some), measures, strict=True)))
