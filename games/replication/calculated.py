"""Claims about numbers that are no equilibria of a game file."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any, Literal, final

import numpy as np

from games.replication.calculations import calculate
from games.replication.claims import Claim, Number, Replication, listed


@final
class CalculationClaim(Claim):
    """Numbers that a named calculation of `games.replication.calculations` gives; there is no game file.

    ``given``  its arguments by name.
    ``value``  one number, or several in order.
    """

    kind: Literal["calculation"]
    game: Literal[""] = ""
    calculation: str
    given: dict[str, Any]
    value: Number | tuple[Number, ...]

    @property
    def numbers(self) -> tuple[Fraction, ...]:
        """What it must give, in order."""
        return (self.value,) if isinstance(self.value, Fraction) else self.value

    def replicate(self, folder: Path) -> Replication:
        """As in ``Claim``; there is no game."""
        published, found = self.numbers, calculate(self.calculation, self.given)
        if len(found) != len(published):
            said = f"{len(published)} numbers published, {len(found)} computed"
            return Replication(self, listed(published), listed(found), np.inf, said)
        off = max((abs(float(a - b)) for a, b in zip(published, found, strict=True)), default=0.0)
        return Replication(self, listed(published), listed(found), off)

