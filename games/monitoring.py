"""What everyone sees of what was done."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import final

import numpy as np
from numpy.typing import NDArray


@final
@dataclass(frozen=True, eq=False)
class PublicMonitoring:
    """Public signals drawn from a law that depends on the state and on the action profile.

    ``signals``  labels, ``signals[state]``.
    ``law``      one Float[rows of the state, signals of the state] per state; rows sum to 1.

    Source: Abreu, Pearce and Stacchetti (1990).
    """

    signals: tuple[tuple[str, ...], ...]
    law: tuple[NDArray[np.float64], ...]

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the labels and laws."""
        content = repr((self.signals, [x.tolist() for x in self.law]))
        return hashlib.sha256(content.encode()).hexdigest()
