"""A treaty's game asked in floating point first: most answers show in milliseconds, and are proved when they are told.

What the screen leaves open, and what it cannot take, is left to the methods that solve the game in full.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import final

from games.numerics.arrays import Bools, Floats
from games.solvers.penal_modes import Held, Screen, Screened
from games.solvers.verdict import Verdict
from games.structure.numbers import Numbers, numbers_of
from treaties.compiling.compiled_treaty import CompiledTreaty


@final
@dataclass(frozen=True, eq=False)
class Screening:
    """Full compliance with one compiled treaty, under the screen of its structure."""

    compiled: CompiledTreaty
    screen: Screen
    numbers: Numbers

    @staticmethod
    def of(compiled: CompiledTreaty, like: Screening | None = None) -> Screening | None:
        """None where the screen cannot be asked: signals, side payments, play left free, numbers that no float names.

        ``like``  of the same treaty at other discount factors, whose structure is taken over if it serves.
        """
        game = compiled.game
        if game.monitoring is not None or game.transfers != "none" or game.rationals:
            return None
        numbers = None if like is None else like.numbers.of_game(game)
        if like is not None and numbers is not None:
            return Screening(compiled, like.screen, numbers)
        numbers = numbers_of(game, compiled.compliance)
        screen = Screen(numbers.structure)
        return Screening(compiled, screen, numbers) if screen.settled else None

    @cached_property
    def _held(self) -> Held:
        return self.screen.hold(self.numbers)

    @property
    def found(self) -> Screened:
        """What floating point says."""
        return self._held[0]

    @cached_property
    def outer(self) -> tuple[Floats, Bools]:
        """Float[states, parties] and Bool[rows]: the least in any equilibrium, and the rows played in some."""
        return self.screen.outer(self.numbers)

    def glance(self) -> Screened:
        """The same by the first try alone: where that fails at one of many discount factors, others are quicker."""
        return self.screen.judge(self.numbers, tries=1)

    def prove(self, seconds: float) -> Verdict:
        """The same answer with a certificate that was checked, else ``Undecided``.

        ``seconds``  allowed for a proof that compliance fails.
        """
        return self.screen.prove(self.numbers, self.compiled.game, self.compiled.plan, seconds, self._held)
