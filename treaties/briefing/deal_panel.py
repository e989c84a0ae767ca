"""Where a deal is possible: the panel of a briefing, and what the figures of a bargain are drawn from.

The file's text and its options are judged already when a briefing is written, so nothing is solved here.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, final

from treaties.bargaining.bargain import Bargain, bargain_over
from treaties.bargaining.designs import AS_IT_STANDS, Design, DesignOutcome, grid_size
from treaties.bargaining.predictions import OFFERS, Prediction
from treaties.briefing.deal_words import advice, terms_of
from treaties.findings import phrases
from treaties.findings.amounts import capital, number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from treaties.assessing.assess import Assessment


@final
@dataclass(frozen=True)
class DealPoint:
    """One design: what it is worth to each party; ``crossing`` numbers of the parties whose red lines it crosses."""

    name: str
    values: tuple[float, ...]
    kept: bool
    deal: bool
    crossing: tuple[int, ...]


@final
@dataclass(frozen=True)
class DealMap:
    """Designs as points: ``batna`` per party, ``frontier`` numbers into ``points``, ``predictions`` of each concept."""

    names: tuple[str, ...]
    unit: str
    batna: tuple[float, ...]
    points: tuple[DealPoint, ...]
    frontier: tuple[int, ...]
    predictions: tuple[tuple[str, tuple[float, ...]], ...]

    @property
    def drawn(self) -> bool:
        """Whether its points can be drawn, by pairs of parties: two or three parties, and a deal."""
        return len(self.names) in (2, 3) and any(point.deal for point in self.points)

    def zone(self, party: int) -> tuple[float, float] | None:
        """Least and greatest value of a party over the deals; None if there are none."""
        values = [point.values[party] for point in self.points if point.deal]
        return (min(values), max(values)) if values else None


@final
@dataclass(frozen=True)
class DealRow:
    """What theories of bargaining expect that agree: their names, values per party, the nearest deal, its margin."""

    concepts: str
    values: tuple[float, ...]
    deal: str
    margin: float | None


@final
@dataclass(frozen=True)
class DealPanel:
    """``said`` the paragraph, sentence by sentence; ``lines`` the red lines; ``note`` what was left out."""

    said: tuple[str, ...]
    map: DealMap
    rows: tuple[DealRow, ...]
    lines: tuple[str, ...]
    note: str


def deal_map(found: Bargain) -> DealMap:
    """The designs of a bargain as points; those that are no treaty are worth nothing to anybody and are left out."""
    place: dict[int, int] = {}
    points: list[DealPoint] = []
    ids = [party.id for party in found.treaty.signatories]
    for k, one in enumerate(found.outcomes):
        if one.values:
            place[k] = len(points)
            crossing = tuple(dict.fromkeys(ids.index(line.party) for line in one.crossed))
            points.append(DealPoint(terms_of(one), one.values, one.kept, k in found.deals, crossing))
    return DealMap(
        tuple(party.name for party in found.treaty.signatories),
        found.treaty.payoff_unit,
        found.batna,
        tuple(points),
        tuple(place[k] for k in found.frontier),
        tuple((one.concept, one.values) for one in found.predictions),
    )


def deal_panel(found: Assessment) -> DealPanel | None:
    """The panel of an assessment with options; None without options, and where side payments are part of the deal."""
    if len(found.variants) < 2 or found.transfers != "none":
        return None
    treaty = found.treaty
    variants = {variant.name: variant for variant in treaty.variants}
    outcomes = [
        DesignOutcome(Design(option.name or AS_IT_STANDS, variants.get(option.name)), option)
        for option in found.variants
    ]
    bargain = bargain_over(treaty, outcomes, size=len(outcomes))
    size = grid_size(treaty)
    note = (
        f"Only the versions in the file are compared here: servanda bargain searches the {size:,} designs that its "
        "terms span, and says what rights, patience and alternatives are worth in the talks."
        if size > 1
        else "Only the versions in the file are compared here: once the file opens terms with “design = …”, servanda "
        "bargain searches the whole grid that they span."
    )
    if bargain.left_out:
        note = f"{bargain.left_out} {note}"
    return DealPanel(
        tuple(advice(bargain, "versions in the file (the text and its options)")),
        deal_map(bargain),
        tuple(_rows(bargain)),
        tuple(f"{party.name}: {phrases.paths(line)}" for party in treaty.signatories for line in party.red_lines),
        note,
    )


def together(concepts: Sequence[str]) -> list[str]:
    """Names of concepts that agree; alternating offers, whoever begins, once.

    >>> together(["Nash", "alternating offers, A first", "alternating offers, B first"])
    ['Nash', 'alternating offers']
    """
    offers = [one for one in concepts if one.startswith(OFFERS)]
    if len(offers) < 2:
        return list(concepts)
    first = concepts.index(offers[0])
    return [*concepts[:first], OFFERS, *(one for one in concepts[first:] if one not in offers)]


def _rows(found: Bargain) -> list[DealRow]:
    """Predictions with those that say the same put together."""

    def said(one: Prediction) -> tuple[tuple[str, ...], int]:
        return tuple(number(value) for value in one.values), one.nearest

    rows = []
    for (_, nearest), group in groupby(found.predictions, key=said):
        same = list(group)
        deal = found.outcomes[nearest]
        concepts = "; ".join(together([one.concept for one in same]))
        rows.append(DealRow(capital(concepts), same[0].values, terms_of(deal), deal.margin))
    return rows
