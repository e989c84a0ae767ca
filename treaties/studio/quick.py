"""The computed verdict of a text: in floating point, from what was compiled before wherever only numbers changed.

A text is compiled once with all of its numbers open (``prepare``).  Another text that differs from it in these numbers
alone is put into that structure and screened, in milliseconds; any other is compiled anew.  Grids of stocks are those
of the text alone: what finer ones say is left to the proof.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, final

import numpy as np

from games.numerics.arrays import Floats
from treaties.bargaining.designs import AS_IT_STANDS, Design
from treaties.model.errors import TreatyFileError
from treaties.model.quantity import Quantity
from treaties.model.treaty import NamedNumber, Treaty
from treaties.reading.worlds import World, Worlds, ranged
from treaties.sweeping.draws import Span
from treaties.sweeping.judging import DesignJudge, Outcome

AROUND = 0.5
"""A number without a range is open by so much of itself to either side, a chance half the way to 0 and to 1."""
_UNTOLD = frozenset({"note", "source", "design", "title", "variant", "facts", "stylised", "red_lines", "payoff_unit"})
"""What a text says beside its game."""


NEAREST = 1e-9
"""Margins of parties that differ by less than this share of the larger are alike."""


@final
@dataclass(frozen=True)
class Look:
    """What the quick look at a text found.

    ``problem``   why it is no game, "" if it is one.
    ``tightest``  the parties that come nearest to leaving, and the year after signature in which the first of them
                  does, from 1 on; none where parties have no incentives year by year, or they were not worked out.
    ``moves``     how many there are in its game, over all situations: what takes long grows with them.
    """

    outcome: Outcome
    problem: str = ""
    tightest: tuple[tuple[str, ...], int] | None = None
    moves: int = 0


@final
class QuickJudge:
    """Computed verdicts of one text after another; not for two threads at once."""

    def __init__(self) -> None:
        self._base: _Base | None = None

    def judge(self, treaty: Treaty) -> Look:
        """What becomes of a text as far as that can be told at once."""
        known = None if self._base is None else self._base.judge(treaty)
        return _look(DesignJudge(treaty, Design(AS_IT_STANDS), {}, finer=False), treaty, {}) if known is None else known

    def covers(self, treaty: Treaty) -> bool:
        """Whether a text differs in open numbers alone from the one that was prepared."""
        return self._base is not None and self._base.world(treaty) is not None

    def prepare(self, treaty: Treaty, wanted: Callable[[], bool] = lambda: True) -> None:
        """Compile a text with its numbers open; raises nothing: a text that is no game is not prepared.

        ``wanted``  whether to go on, asked between the steps of it.
        """
        every = _open(treaty)
        own = {number.path for number in ranged(treaty)}
        for spans in (every, {path: span for path, span in every.items() if path in own}):
            base = _Base(treaty, spans)
            if base.judge_of_worlds.problem or not wanted():
                return
            base.judge(treaty)  # what all its worlds share is made for the first of them
            before = base.judge_of_worlds.recompiled
            if not wanted():
                return
            base.judge(treaty)
            if base.judge_of_worlds.recompiled == before:
                self._base = base
                return
            if not wanted():
                return
            # With so many numbers open the text itself is an exception, as where some of them are equal on purpose.


@final
class _Base:
    """A text whose numbers are open."""

    def __init__(self, treaty: Treaty, spans: Mapping[str, Span]) -> None:
        self.spans = spans
        self.judge_of_worlds = DesignJudge(treaty, Design(AS_IT_STANDS), self.spans, finer=False)
        ends = {path: (span.low, span.high) for path, span in self.spans.items()}
        self.worlds = Worlds.of(treaty).only(ends)
        self.said = _said(treaty)

    def world(self, treaty: Treaty) -> dict[str, float] | None:
        """The world in which the text is another one; None if there is none."""
        values = {number.path: number.value for number in treaty.numbers()}
        if values.keys() != self.worlds.values.keys():
            return None
        world = {path: value for path, value in values.items() if value != self.worlds.values[path]}
        if not world.keys() <= self.spans.keys():
            return None
        try:
            there = self.worlds.at(world)
        except TreatyFileError:
            return None
        return world if _said(there) == _said(treaty) else None

    def judge(self, treaty: Treaty) -> Look | None:
        """What becomes of another text; None if it differs in more than open numbers."""
        world = self.world(treaty)
        return None if world is None else _look(self.judge_of_worlds, treaty, world)


def _look(judge: DesignJudge, treaty: Treaty, world: World) -> Look:
    """What a judge tells of one of its worlds at once."""
    outcome, line = judge.at_once(world)
    decided = line is not None and outcome.verdict in ("yes", "no")
    return Look(outcome, judge.problem, _tightest(treaty, line) if decided and line is not None else None, judge.rows)


def _tightest(treaty: Treaty, line: Floats) -> tuple[tuple[str, ...], int] | None:
    """Who comes nearest to leaving and when, of what staying is worth minus leaving: Float[years, parties]."""
    least = float(line.min())
    if not np.isfinite(least):
        return None
    years, which = np.nonzero(line <= least + NEAREST * max(abs(least), 1.0))
    parties = tuple(party.id for k, party in enumerate(treaty.parties) if k in which)
    return parties, int(years.min()) + 1


def _open(treaty: Treaty) -> dict[str, Span]:
    """The numbers that can be another one, each on its own, and between what."""
    worlds, spans = Worlds.of(treaty), {}
    for number in treaty.numbers():
        low, high = _around(number)
        if low < high and all(_goes(worlds, number.path, end) for end in (low, high)):
            spans[number.path] = Span(number.path, number.value, low, high)
    return spans


def _around(number: NamedNumber) -> tuple[float, float]:
    """Its own range; of a number without one what lies around it, nothing around 0 and 1, which mean more."""
    value = number.value
    if number.low is not None or number.high is not None:
        return (value if number.low is None else number.low), (value if number.high is None else number.high)
    if value in (0.0, 1.0):
        return value, value
    if 0.0 < value < 1.0:
        return AROUND * value, value + AROUND * (1.0 - value)
    low, high = sorted(((1 - AROUND) * value, (1 + AROUND) * value))
    return low, high


def _goes(worlds: Worlds, path: str, value: float) -> bool:
    try:
        worlds.at({path: value})
    except TreatyFileError:
        return False
    return True


def _said(treaty: Treaty) -> Any:
    """What a text says of its game: its tables without remarks, and of numbers the value alone."""
    return _bare(treaty.model_dump(by_alias=True))


def _bare(value: Any) -> Any:
    if isinstance(value, Mapping):
        if "value" in value and value.keys() == Quantity.model_fields.keys():
            return value["value"]
        return {key: _bare(item) for key, item in value.items() if key not in _UNTOLD}
    if isinstance(value, (list, tuple)):
        return [_bare(item) for item in value]
    return value
