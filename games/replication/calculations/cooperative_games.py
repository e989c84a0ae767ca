"""Calculations about what groups can secure: the nucleolus and the Shapley value, for `calculations`.

Characteristic functions are written as papers print them: "12" is the coalition of players 1 and 2, and coalitions
that are not named are worth nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from games.model.stochastic_game import GameError
from games.numerics.exact import to_fraction

Numbers = Sequence[Fraction]
Worth = Callable[[frozenset[int]], Fraction]

SOLUTIONS = ("nucleolus", "shapley_value")


def _shared(worth: Worth, players: int, solution: str) -> Numbers:
    """What each player gets; raises ``GameError`` for an unknown solution or where there is no nucleolus."""
    from games.coalitions import nucleolus, shapley_value

    if solution not in SOLUTIONS:
        raise GameError(f"cooperative game: {solution!r} is no solution; known are {', '.join(SOLUTIONS)}")
    found = nucleolus(worth, players) if solution == "nucleolus" else shapley_value(worth, players)
    if found is None:
        raise GameError("cooperative game: all together do not secure what each can secure alone: no nucleolus")
    return found


def _cooperative_game(players: int, worths: Mapping[str, Any], solution: str) -> Numbers:
    """A game of at most nine players by the digits of its coalitions: what each player gets."""
    known = {frozenset(int(digit) - 1 for digit in name): to_fraction(worth) for name, worth in worths.items()}
    return _shared(lambda coalition: known.get(coalition, Fraction(0)), players, solution)


def _estate(claims: Sequence[Any], estate: Any, solution: str) -> Numbers:
    """A bankrupt estate: a coalition secures what is left when all others have been paid (O'Neill 1982)."""
    owed, left = list(map(to_fraction, claims)), to_fraction(estate)

    def worth(coalition: frozenset[int]) -> Fraction:
        return max(Fraction(0), left - sum(claim for i, claim in enumerate(owed) if i not in coalition))

    return _shared(worth, len(owed), solution)


def _shared_facility(costs: Sequence[Any], solution: str) -> Numbers:
    """A facility, such as a runway, that must serve the most demanding of its users: what each user pays.

    ``costs``  of the facility that serves each user; a coalition needs the dearest of its members'.
    """
    needed = list(map(to_fraction, costs))
    paid = _shared(lambda users: -max((needed[i] for i in users), default=Fraction(0)), len(needed), solution)
    return [-x for x in paid]


CALCULATIONS: dict[str, Callable[..., Numbers]] = {
    "cooperative_game": _cooperative_game,
    "estate": _estate,
    "shared_facility": _shared_facility,
}
