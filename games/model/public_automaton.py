"""Public strategies as finite automata: modes that play one row each, and which mode follows every public outcome.

Source: Abreu, Pearce and Stacchetti (1990); Mailath and Samuelson (2006), section 7.2.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import final

from games.model.outcome_laws import Outcome
from games.model.strategy_automaton import Lottery
from games.numerics.shown import Shown


@final
@dataclass(frozen=True)
class PublicMode:
    """What is played in one mode, which belongs to one state.

    ``state``    the state; ``row`` the profile played, a row of that state.
    ``payoffs``  about what each player has from here on, average discounted; short rationals, one per player.
    ``then``     for every outcome (signal, next state) that the row or a deviation of one player from it makes
                 possible, a lottery over modes of that next state.

    Where a state has no signals everyone sees the profile, and its number within the state serves as the signal.
    """

    state: int
    row: int
    payoffs: tuple[Fraction, ...]
    then: Mapping[Outcome, Lottery]


@final
@dataclass(frozen=True, repr=False)
class PublicAutomaton(Shown):
    """A public strategy profile.

    ``modes``    in the order in which lotteries number them.
    ``initial``  lottery over modes of the game's initial state.

    Outcomes that only deviations of several players at once make possible may be followed by any mode of the next
    state.
    """

    modes: tuple[PublicMode, ...]
    initial: Lottery
