"""What a judge of full compliance found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

from games.solvers.solution import Solution
from treaties.compiling.compiled_treaty import CompiledTreaty
from treaties.findings.cooperation import Cooperation
from treaties.findings.records import Judgement


@final
@dataclass(frozen=True, eq=False)
class Found:
    """A judgement with the game it speaks of.

    ``solution``     what it was read from; None where none was needed or no method applies.
    ``cooperation``  without payments, where nobody sees everything: the best equilibrium found that begins with
                     compliance.
    """

    judgement: Judgement
    compiled: CompiledTreaty
    solution: Solution | None = None
    cooperation: Cooperation | None = None
