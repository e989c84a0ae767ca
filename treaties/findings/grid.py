"""What was found on grids twice as fine, and how stocks go along the plan, as data."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, final

from treaties.effects import Grid
from treaties.findings.answer import Answer


@final
@dataclass(frozen=True)
class StockPath:
    """A stock along full compliance, as expected at the beginning of each period from signature on.

    ``levels``  None from where nothing depends on it any more, or the treaty has surely ended.
    """

    name: str
    grid: Grid
    levels: tuple[float | None, ...]

    def to_json(self) -> dict[str, Any]:
        """One entry of ``stocks`` in ``servanda-assessment/1``."""
        return {"name": self.name, **asdict(self.grid), "expected": list(self.levels)}


@final
@dataclass(frozen=True)
class GridCheck:
    """The same question asked on the grids of the text and on grids twice as fine.

    ``states``, ``verdict``, ``margin``  on the grids of the text;  ``finer_states``, ``finer_verdict``,
    ``finer_margin``  on the finer ones, None where that was not asked: ``unchecked`` then says why.
    """

    states: int
    verdict: Answer
    margin: float | None
    finer_states: int | None = None
    finer_verdict: Answer | None = None
    finer_margin: float | None = None
    unchecked: str = ""

    @property
    def flipped(self) -> bool:
        """The answer turns on the grid: it is yes on one and no on the other."""
        return {self.verdict, self.finer_verdict} == {"sustainable", "unsustainable"}

    def to_json(self) -> dict[str, Any]:
        """The ``grid`` of a judgement in ``servanda-assessment/1``."""
        return asdict(self) | {"flipped": self.flipped}
