"""Bargaining over designs: where a deal is possible, which one to expect, what rights are worth in the talks.

Only designs that are proved to be kept count.  The talks are over what full compliance is worth to each party, against
what it has without an agreement; a design that crosses a party's red line or is refused at home is no deal.

Source: Nash (1950), Kalai and Smorodinsky (1975), Rubinstein (1982), Baron and Ferejohn (1989); Putnam (1988) for
ratification at home; Compte and Jehiel (2004), Fearon (1998) for bargaining in the shadow of enforcement.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, final

from games.numerics.progress import Progress
from treaties.bargaining.designs import NO_TREATY, Design, DesignOutcome
from treaties.bargaining.predictions import OFFERS_OF_TWO, SAME, Prediction, Table, Worth
from treaties.bargaining.store import DesignStore
from treaties.bargaining.terms import TermEffect, term_effects
from treaties.bargaining.workers import judge_all
from treaties.findings.grid_words import held_finer
from treaties.model.treaty import Treaty

FORMAT = "servanda-bargain/1"


@final
@dataclass(frozen=True)
class Bargain:
    """The answer of ``servanda bargain``.

    ``size``      of the whole grid of designs, of which ``outcomes`` are those tried.
    ``batna``     per party, what it has without an agreement, per period.
    ``deals``     numbers of outcomes that are kept, give every party its ``batna``, cross no red line and are ratified.
    ``frontier``  numbers of those deals that no other deal beats for one party without hurting another.
    """

    treaty: Treaty
    size: int
    outcomes: tuple[DesignOutcome, ...]
    batna: tuple[float, ...]
    deals: tuple[int, ...]
    frontier: tuple[int, ...]
    predictions: tuple[Prediction, ...]
    worths: tuple[Worth, ...]
    terms: tuple[TermEffect, ...]
    seconds: float

    @property
    def kept(self) -> tuple[int, ...]:
        """Numbers of the designs that are proved to be kept."""
        return tuple(k for k, one in enumerate(self.outcomes) if one.kept)

    @property
    def open_deals(self) -> tuple[int, ...]:
        """Numbers of the designs that would be deals if they were kept, of which that was not decided."""
        return tuple(
            k for k, one in enumerate(self.outcomes)
            if one.verdict == "undecided" and _acceptable(one, self.batna)
        )

    def count(self, verdict: str) -> int:
        """How many designs have a verdict."""
        return sum(one.verdict == verdict for one in self.outcomes)

    @property
    def left_out(self) -> str:
        """Which theory says nothing of so many parties, and why; empty if none is left out."""
        return OFFERS_OF_TWO if self.predictions and len(self.batna) > 2 else ""

    def zone(self, player: int) -> tuple[float, float] | None:
        """Least and greatest value of a party over the deals; None if there are none."""
        values = [self.outcomes[k].values[player] for k in self.deals]
        return (min(values), max(values)) if values else None

    def to_json(self) -> dict[str, Any]:
        """The ``servanda-bargain/1`` object."""
        parties = [party.id for party in self.treaty.signatories]
        return {
            "format": FORMAT,
            "treaty": self.treaty.title,
            "source_hash": self.treaty.source_hash,
            "notes": held_finer(self.treaty),
            "grid_size": self.size,
            "tried": len(self.outcomes),
            "verdicts": {v: self.count(v) for v in ("sustainable", "unsustainable", "undecided", NO_TREATY)},
            "batna": dict(zip(parties, self.batna, strict=True)),
            "zone": {party: self.zone(i) for i, party in enumerate(parties)},
            "deals": list(self.deals),
            "frontier": list(self.frontier),
            "predictions": [
                {
                    "concept": one.concept,
                    "values": dict(zip(parties, one.values, strict=True)),
                    "nearest_design": one.nearest,
                    "note": one.note,
                }
                for one in self.predictions
            ],
            "left_out": self.left_out,
            "worth": [vars(one) for one in self.worths],
            "terms": [
                {
                    "term": one.path,
                    "value": one.value,
                    "deals": one.deals,
                    "nash": None if one.values is None else dict(zip(parties, one.values, strict=True)),
                }
                for one in self.terms
            ],
            "designs": [one.to_json() for one in self.outcomes],
            "seconds": round(self.seconds, 3),
        }


def bargain(
    treaty: Treaty,
    designs: Sequence[Design],
    *,
    size: int,
    batna: Mapping[str, float] | None = None,
    weights: Mapping[str, float] | None = None,
    workers: int = 1,
    progress: Progress | None = None,
    store: DesignStore | None = None,
) -> Bargain:
    """Judge the designs and say what the parties would agree on.

    ``designs``  from ``treaties.bargaining.designs``; ``size`` of the grid that they were taken from.
    ``batna``    by party id, in place of the file's outside options; ``weights`` bargaining weights, equal if None.
    ``workers``  processes to use.
    ``store``    certificates of earlier runs, which are checked anew; those of new outcomes are added as they come.

    Raises ``ValueError`` for a party that the treaty does not have.
    """
    import time

    began = time.perf_counter()
    parties = [party.id for party in treaty.signatories]
    for name in (*(batna or ()), *(weights or ())):
        if name not in parties:
            raise ValueError(f"there is no party {name!r}; the parties are {', '.join(parties)}")
    outcomes: dict[int, DesignOutcome] = {}
    for k, outcome in _outcomes(treaty, designs, workers, store):
        outcomes[k] = outcome
        if progress is not None:
            progress(f"design {len(outcomes)} of {len(designs)}", len(outcomes) / len(designs))
    found = bargain_over(treaty, [outcomes[k] for k in range(len(designs))], size=size, batna=batna, weights=weights)
    return replace(found, seconds=time.perf_counter() - began)


def _outcomes(
    treaty: Treaty, designs: Sequence[Design], workers: int, store: DesignStore | None
) -> Iterator[tuple[int, DesignOutcome]]:
    """Number and outcome of each design as it is known, from the store's certificates where these still prove it."""
    evidence = ["" if store is None else store.evidence(design) for design in designs]
    for k, found in judge_all(treaty, designs, workers, evidence):
        if store is not None:
            store.add(found)
        yield k, replace(found, evidence="")


def bargain_over(
    treaty: Treaty,
    outcomes: Sequence[DesignOutcome],
    *,
    size: int,
    batna: Mapping[str, float] | None = None,
    weights: Mapping[str, float] | None = None,
) -> Bargain:
    """What the parties would agree on among designs that are judged already; see ``bargain``."""
    parties = [party.id for party in treaty.signatories]
    base = tuple((batna or {}).get(party.id, party.outside_option.value) for party in treaty.signatories)
    deals = [k for k, one in enumerate(outcomes) if one.kept and _acceptable(one, base)]
    table = Table(treaty, outcomes, deals, base, None if weights is None else [weights.get(p, 1.0) for p in parties])
    return Bargain(
        treaty, size, tuple(outcomes), base, tuple(deals), table.frontier(), table.predictions(), table.worths(),
        tuple(term_effects(treaty, outcomes, deals, base)), 0.0,
    )  # fmt: skip


def _acceptable(one: DesignOutcome, base: Sequence[float]) -> bool:
    """Whether it would be signed if it were kept, as far as is known."""
    enough = all(value >= least - SAME for value, least in zip(one.values, base, strict=False))
    return enough and not one.crossed and not one.refusing
