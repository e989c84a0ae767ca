"""The game on which evidence is judged: with a clock where a plan varies over time, and with discounting for everybody.

Both restatements keep the equilibria, in exact rationals: see ``games/model/clock.py`` and ``games/model/horizon.py``.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import final

from games.certificates.faults import Fault
from games.model.clock import Clock, with_clock
from games.model.horizon import with_discounting
from games.model.stochastic_game import GameError, StochasticGame

Factors = tuple[tuple[Fraction, ...], ...]
"""One factor per state and player."""


@final
@dataclass(frozen=True, eq=False)
class Judged:
    """The game on which evidence is judged.

    ``game``   with discount factors below 1, and the clock's hands in its states.
    ``scale``  what a payoff of 1 has become in each state; None where payoffs are as they were.
    ``share``  what a value of 1 has been; None likewise.
    """

    game: StochasticGame
    scale: Factors | None = None
    share: Factors | None = None


def judged(game: StochasticGame, clock: Clock | None) -> Judged | Fault:
    """The game restated, or why that cannot be."""
    if clock is not None:
        if clock.first < 0 or clock.cycle < 1:
            return Fault("claim.clock", "a clock has no fewer than 0 first periods, and 1 that come again")
        try:
            game = with_clock(game, clock)
        except GameError as error:
            return Fault("claim.clock", str(error))
    if not game.undiscounted:
        return Judged(game)
    found = with_discounting(game)
    return Fault("game", found) if isinstance(found, str) else Judged(found.game, found.scale, found.share)
