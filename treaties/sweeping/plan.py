"""What a sweep judges: designs of one treaty, the quantities that vary, and how worlds are drawn from their ranges."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from typing import Any, final

from games.model.stochastic_game import GameError
from treaties.bargaining.designs import Design, from_variants
from treaties.model.errors import TreatyFileError
from treaties.model.treaty import NamedNumber, Treaty, Variant
from treaties.reading.document import validate_document
from treaties.reading.variants import document_of
from treaties.reading.worlds import Worlds, ranged
from treaties.sweeping.chunks import FORMAT
from treaties.sweeping.draws import Draws, Sampling, Shape, Span

BLOCK = 500
"""Worlds of one design that are judged together."""

RATE = 0.005
"""Share of the answers that are proved although they are not close."""


@final
@dataclass(frozen=True)
class SweepPlan:
    """What is swept.

    ``spans``  the quantities that vary, by path; of designs that change or lack one, those that are left.
    ``rate``   share of answers that are proved although they are not close.
    Raises ``GameError`` if two designs have the same name.
    """

    treaty: Treaty
    designs: tuple[Design, ...]
    draws: Draws
    spans: Mapping[str, Span]
    rate: float = RATE

    def __post_init__(self) -> None:
        names = Counter(design.name for design in self.designs)
        name, count = names.most_common(1)[0] if names else ("", 0)
        if count > 1:
            raise GameError(
                f"{count} designs are called {name!r}, and answers are told by name; give the variant another name"
            )

    @property
    def blocks(self) -> int:
        """How many blocks of worlds there are."""
        return -(-self.draws.worlds // BLOCK)

    @property
    def key(self) -> str:
        """A digest of all that the answers depend on."""
        told = {
            "treaty": self.treaty.content_hash,
            "designs": [
                [design.name, None if design.variant is None else design.variant.model_dump(mode="json")]
                for design in self.designs
            ],
            "draws": [self.draws.worlds, self.draws.seed, self.draws.sampling, self.draws.shape],
            "spans": [[s.path, s.value, s.low, s.high] for s in self.spans.values()],
            "rate": self.rate,
            "version": version("servanda"),
        }
        return hashlib.sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()

    def about(self) -> dict[str, Any]:
        """What the file tells of the sweep."""
        return {
            "format": FORMAT,
            "treaty": self.treaty.title,
            "file": self.treaty.source_name,
            "file_sha256": self.treaty.source_hash,
            "version": version("servanda"),
            "worlds": self.draws.worlds,
            "seed": self.draws.seed,
            "sampling": self.draws.sampling,
            "shape": self.draws.shape,
            "rate": self.rate,
            "document": document_of(self.treaty),
            "designs": [
                [design.name, None if design.variant is None else design.variant.model_dump(mode="json")]
                for design in self.designs
            ],
            "quantities": [[s.path, s.value, s.low, s.high] for s in self.spans.values()],
        }


def plan_told(about: Mapping[str, Any]) -> SweepPlan:
    """The plan of a sweep from what its file tells; raises ``GameError`` if that is not whole."""
    try:
        treaty, _faults = validate_document(about["document"])
        assert treaty is not None
        designs = tuple(
            Design(name, None if variant is None else Variant.model_validate(variant))
            for name, variant in about["designs"]
        )
        draws = Draws(about["worlds"], about["seed"], about["sampling"], about["shape"])
        spans = {path: Span(path, value, low, high) for path, value, low, high in about["quantities"]}
        return SweepPlan(treaty.came_from(about["file"], about["file_sha256"]), designs, draws, spans, about["rate"])
    except (AssertionError, KeyError, TypeError, ValueError):
        raise GameError("the file does not tell what was swept; sweep the treaty again") from None


def _spread(worlds: Worlds, share: float, number: NamedNumber) -> Span | None:
    """A span about the value of a number, no further than the number can go by itself; None if it cannot go at all."""
    ends = []
    for end in (number.value * (1 - share), number.value * (1 + share)):
        try:
            worlds.at({number.path: end})
        except TreatyFileError:
            end = number.value
        ends.append(end)
    low, high = min(ends), max(ends)
    return Span(number.path, number.value, low, high) if low < high else None


def sweep_plan(
    treaty: Treaty,
    worlds: int,
    *,
    seed: int = 0,
    sampling: Sampling = "latin",
    shape: Shape = "triangular",
    designs: Sequence[Design] | None = None,
    spread: float | None = None,
    rate: float = RATE,
) -> SweepPlan:
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
        others = (number for number in treaty.numbers() if number.path not in spans)
        spans |= {span.path: span for span in map(partial(_spread, Worlds.of(treaty), spread), others) if span}
    if not spans:
        raise ValueError(
            f"{treaty.source_name or treaty.title} gives no number a range, so there is nothing to vary; "
            "write { value = 0.9, low = 0.8, high = 0.95 }, or vary every number with --spread 10%"
        )
    return SweepPlan(treaty, chosen, Draws(worlds, seed, sampling, shape), spans, rate)
