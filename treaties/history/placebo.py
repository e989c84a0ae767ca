"""The same clauses with payoffs that know nothing of the case: what is foretold by the clauses and by chance alone.

Ranges of all cases are pooled by the kind of number (what is earned when all comply, patience, the chance of a hostile
turn ...).  In each draw every number of a case takes one of the pooled ranges of its kind, whichever case that is of,
and worlds are drawn from these.  Amounts of a matter are pooled as if it were all of its case, by its share of what is
earned when all comply; those of cases that count in another unit are converted by what the cases of each unit earn on
average then.  Numbers of a kind that no other case has keep their own range, and so do chances that could no longer be
added up.

Drawn one by one, numbers no longer fit together: a temptation need not exceed the gain of the same case.  So there is a
second placebo, in which each draw takes all numbers from one other case.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from statistics import fmean
from typing import NamedTuple, final

from treaties.bargaining.designs import AS_IT_STANDS, Design
from treaties.findings.quantities import PATIENCE, UNITS, NumberWords
from treaties.history.worlds import Kept
from treaties.model.errors import TreatyFileError
from treaties.model.matter import Matter
from treaties.model.treaty import Treaty
from treaties.reading.variants import with_terms
from treaties.sweeping.draws import Draws, Span
from treaties.sweeping.judging import DesignJudge
from treaties.sweeping.plan import sweep_plan


@final
class Offer(NamedTuple):
    """The range that a number has in some case, by the title of that case."""

    case: str
    value: float
    low: float
    high: float

    def times(self, unit: float) -> Offer:
        """The same in another unit."""
        return Offer(self.case, self.value * unit, self.low * unit, self.high * unit)


@final
@dataclass(frozen=True)
class Pool:
    """Ranges of all cases by kind of number, amounts in units of what is earned on average when all comply.

    ``scales``  what one such unit is, by the unit that a case counts in.
    """

    ranges: Mapping[str, tuple[Offer, ...]]
    scales: Mapping[str, float]

    @property
    def cases(self) -> tuple[str, ...]:
        """The titles of all cases."""
        return tuple(sorted({offer.case for offers in self.ranges.values() for offer in offers}))

    def of(self, treaty: Treaty) -> dict[str, tuple[Offer, ...]]:
        """The ranges that each number of a treaty may take, by its path, in the treaty's own unit."""
        units = _Units.of(treaty, self.scales[treaty.payoff_unit])
        found = {}
        for span in spans_of(treaty):
            unit = units.at(span.path)
            known = self.ranges[kind_of(treaty, span.path)]
            found[span.path] = tuple(offer.times(unit) for offer in known)
        return found


@final
@dataclass(frozen=True)
class _Units:
    """In what the numbers of a treaty are counted: amounts in ``scale``, those of a matter in its share of that."""

    words: NumberWords
    scale: float
    shares: Mapping[str, float]

    @staticmethod
    def of(treaty: Treaty, scale: float) -> _Units:
        earned = {f"matter.{matter.id}": _earned(matter) for matter in treaty.matters}
        whole = sum(earned.values())
        shares = {path: amount / whole for path, amount in earned.items() if amount > 0}
        return _Units(NumberWords.of(treaty), scale, shares)

    def at(self, path: str) -> float:
        kind = self.words.kinds.get(path, "")
        if kind in UNITS or kind == PATIENCE:
            return 1.0
        return self.scale * self.shares.get(self.words.head(path), 1.0)


def _earned(matter: Matter) -> float:
    """What is earned in a matter on average when all comply; none where that is not told, or is a loss."""
    amounts = [] if matter.reward is None else [amount.value for amount in matter.reward.values()]
    return max(fmean(amounts), 0.0) if amounts else 0.0


def spans_of(treaty: Treaty) -> tuple[Span, ...]:
    """The numbers of a treaty that have a range."""
    return tuple(sweep_plan(treaty, 1).spans.values())


def kind_of(treaty: Treaty, path: str) -> str:
    """What kind of number a path leads to: the path without whatever names a party, a matter, an event or a place."""
    names = {item.id for items in (treaty.parties, treaty.matters, treaty.events) for item in items}
    head = NumberWords.of(treaty).head(path)
    block = head.partition("[")[0].partition(".")[0]
    steps = path.removeprefix(f"{head}.").split(".")
    return ".".join([block, *(step for step in steps if step not in names and not step.isdigit())])


def pooled(treaties: Sequence[Treaty]) -> Pool:
    """The ranges of all cases."""
    earned: dict[str, list[float]] = {}
    for treaty in treaties:
        earned.setdefault(treaty.payoff_unit, []).append(sum(map(_earned, treaty.matters)))
    scales = {unit: fmean(amounts) or 1.0 for unit, amounts in earned.items()}
    ranges: dict[str, list[Offer]] = {}
    for treaty in treaties:
        units = _Units.of(treaty, scales[treaty.payoff_unit])
        for span in spans_of(treaty):
            unit = units.at(span.path)
            told = Offer(treaty.title, span.value, span.low, span.high).times(1 / unit)
            ranges.setdefault(kind_of(treaty, span.path), []).append(told)
    return Pool({kind: tuple(found) for kind, found in ranges.items()}, scales)


def placebo(treaty: Treaty, pool: Pool, draws: int, worlds: int, seed: int, *, whole: bool = False) -> tuple[Kept, ...]:
    """What becomes of the text of a case in each draw, in so many worlds each.

    ``whole``  each draw takes all numbers from one other case, as far as that has numbers of their kinds, so that what
               goes together stays together.
    The structure is compiled once, with ranges as wide as any draw needs.  Nothing here is proved in exact arithmetic.
    """
    own = {span.path: span for span in spans_of(treaty)}
    wide = {path: _widest(own[path], offers) for path, offers in pool.of(treaty).items()}
    opened, wide = _opened(treaty, wide)
    offered = {path: offers for path, offers in pool.of(treaty).items() if path in wide}
    left = {path: span for path, span in own.items() if path not in wide}
    judge = DesignJudge(opened, Design(AS_IT_STANDS), wide | left)
    found = []
    for draw in range(draws):
        spans = dict(left)
        others = [name for name in pool.cases if name != treaty.title] or [treaty.title]
        donor = others[_pick(len(others), seed, draw, treaty.title)]
        for path, offers in offered.items():
            among = [offer for offer in offers if offer.case == donor] if whole else offers
            if among:
                _, value, low, high = among[_pick(len(among), seed, draw, treaty.title, path)]
                spans[path] = Span(path, value, low, high)
            else:
                spans[path] = own[path]
        columns = Draws(worlds, seed + draw).columns(spans)
        counts = {"yes": 0, "no": 0, "undecided": 0, "no treaty": 0}
        for world in range(worlds):
            counts[judge.judge({path: float(columns[path][world]) for path in judge.paths}).verdict] += 1
        found.append(Kept(counts["yes"], counts["no"], counts["undecided"], counts["no treaty"]))
    return tuple(found)


def _opened(treaty: Treaty, wide: Mapping[str, Span]) -> tuple[Treaty, dict[str, Span]]:
    """The treaty with ranges so wide, and those of them that it can have: chances that must sum to less keep theirs."""

    def tables(spans: Mapping[str, Span]) -> dict[str, dict[str, float]]:
        return {path: {"value": s.value, "low": s.low, "high": s.high} for path, s in spans.items()}

    try:
        return with_terms(treaty, tables(wide)), dict(wide)
    except TreatyFileError:
        had: dict[str, Span] = {}
        opened = treaty
        for path, span in wide.items():
            with suppress(TreatyFileError):
                opened = with_terms(opened, tables({path: span}))
                had[path] = span
        return opened, had


def _widest(own: Span, offers: tuple[Offer, ...]) -> Span:
    low = min(own.low, *(offer.low for offer in offers))
    high = max(own.high, *(offer.high for offer in offers))
    return Span(own.path, own.value, low, high)


def _pick(count: int, *key: object) -> int:
    """Which of so many, as good as at random, and the same for the same key."""
    return int.from_bytes(hashlib.sha256(repr(key).encode()).digest()[:8], "big") % count
