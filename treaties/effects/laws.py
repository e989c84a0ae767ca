"""What amounts and laws of articles are: functions of whole columns of the compiled table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import final

import numpy as np

from games.numerics.arrays import Bools, Floats, Ints
from treaties.effects.columns import Columns

Condition = Callable[[Columns], Bools]
Amount = Callable[[Columns], Floats]


@final
@dataclass(frozen=True, eq=False)
class Law:
    """The distribution of a variable's next code: ``codes`` Int[entries, k], ``probability`` Float[entries, k]."""

    codes: Ints
    probability: Floats

    @staticmethod
    def surely(codes: Ints) -> Law:
        """The law without chance."""
        return Law(codes[:, None], np.ones((len(codes), 1)))
