"""One row of a sweep, proved again from what the file itself tells."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, final

import pyarrow as pa
import pyarrow.parquet as pq

from games.certificates.certificate import Certificate
from games.model.stochastic_game import GameError
from treaties.sweeping.chunks import about
from treaties.sweeping.judging import DesignJudge, Verdict
from treaties.sweeping.pairs import columns_of
from treaties.sweeping.plan import plan_told


@final
@dataclass(frozen=True)
class Reproved:
    """A row, what the file tells of it, and what was proved."""

    row: int
    design: str
    world: int
    told: Verdict
    proved: Verdict
    certificate: Certificate | None

    @property
    def agrees(self) -> bool:
        """The proof is of what the file tells; what the file leaves undecided any proof may decide."""
        return self.proved == self.told or self.told == "undecided"

    def lines(self) -> list[str]:
        """For a reader."""
        how = "no certificate" if self.certificate is None else f"certificate: {self.certificate.kind}, checked"
        told = f"the file tells {self.told}; proved: {self.proved} ({how})"
        said = f"Row {self.row}, {self.design} in world {self.world}: {told}."
        said += " Only the verdict is proved; the other columns are what floating point tells."
        return [said if self.agrees else f"{said} They differ."]

    def to_json(self) -> dict[str, Any]:
        """The row with its certificate in full."""
        return {
            "format": "servanda-sweep-row/1",
            "row": self.row,
            "design": self.design,
            "world": self.world,
            "verdict": self.told,
            "proved": self.proved,
            "agrees": self.agrees,
            "certificate": None if self.certificate is None else self.certificate.to_json(),
        }


def reprove(path: Path, row: int) -> Reproved:
    """Prove a row of a file again.

    Raises ``GameError`` if the file holds no sweep or has no such row.
    """
    try:
        plan = plan_told(about(path))
    except GameError as error:
        raise GameError(f"{path}: {str(error).removeprefix(f'{path}: ')}") from None
    try:
        table = pq.read_table(path)
    except (OSError, pa.ArrowException):
        raise GameError(f"{path}: its rows cannot be read, as the file was damaged; sweep the treaty again") from None
    if not 0 <= row < table.num_rows:
        raise GameError(f"{path}: has no row {row}; rows are 0 to {table.num_rows - 1:,}")
    here = table.slice(row, 1).to_pylist()[0]
    numbers = {design.name: design for design in plan.designs}
    if here.get("design") not in numbers:
        raise GameError(f"{path}: row {row} names no design of the sweep; sweep the treaty again")
    judge = DesignJudge(plan.treaty, numbers[here["design"]], plan.spans)
    for column in ("world", "verdict", *judge.paths):
        if here.get(column) is None:
            raise GameError(f"{path}: row {row} has nothing under {column}; sweep the treaty again")
    drawn = columns_of(plan.draws, tuple(plan.spans.values()))
    world = int(here["world"])
    if not 0 <= world < plan.draws.worlds or any(here[q] != drawn[q][world] for q in judge.paths):
        raise GameError(f"{path}: row {row} was changed, as its numbers are not those of world {world}; sweep it again")
    proved, certificate = judge.reprove({quantity: float(here[quantity]) for quantity in judge.paths})
    return Reproved(row, here["design"], int(here["world"]), here["verdict"], proved, certificate)
