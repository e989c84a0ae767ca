"""Calculations about votes on a reform whose winners are not all known, for `calculations`.

Source: Fernandez and Rodrik (1991).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from games.model.stochastic_game import GameError
from games.numerics.exact import to_fraction

Numbers = Sequence[Fraction]


def gains_of_reform(winners: int, losers: int, known: int, gain: Any, loss: Any) -> list[Fraction]:
    """What each voter expects of a reform: ``known`` winners know that they gain, all others are equally likely to.

    Raises ``GameError`` if more winners are known than there are.
    """
    if not 0 <= known <= winners:
        raise GameError(f"reform: {known} of {winners} winners are known; give a number up to that of winners")
    won, lost = to_fraction(gain), -to_fraction(loss)
    unknown = winners + losers - known
    chance = Fraction(winners - known, unknown) if unknown else Fraction(0)
    return [won] * known + [chance * won + (1 - chance) * lost] * unknown


def _reform(winners: int, losers: int, known: int, gain: Any, loss: Any) -> Numbers:
    """The joint gain, what who is not known to win expects, votes for it before and after winners are known, the price.

    The price is the least compensation of each voter not known to win that brings a majority of votes before.
    """
    before = gains_of_reform(winners, losers, known, gain, loss)
    after = gains_of_reform(winners, losers, winners, gain, loss)
    majority = (winners + losers) // 2 + 1
    wanted = sorted(max(Fraction(0), -expected) for expected in before)
    votes = [Fraction(sum(expected > 0 for expected in voters)) for voters in (before, after)]
    return [sum(before, Fraction(0)), before[-1], *votes, wanted[majority - 1]]


CALCULATIONS: dict[str, Callable[..., Numbers]] = {"reform": _reform}
