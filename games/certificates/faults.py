"""What every kind of certificate is refused for, and how a check says where and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import final

from games.certificates.certificate import SolutionConcept
from games.model.stochastic_game import StochasticGame
from games.numerics.exact import nearest_float


@final
@dataclass(frozen=True)
class Fault:
    """Where a check fails and why."""

    place: str
    problem: str


def common_fault(
    game: StochasticGame, digest: str, changed: tuple[str, ...], concept: SolutionConcept, proved: SolutionConcept,
    place: str = "concept", *, ends: bool = False,
) -> Fault | None:
    """What every certificate is refused for: a changed file, another game, a concept that its evidence does not prove.

    ``concept``  what the file says.  ``proved``  what evidence of this kind proves of this game, worked out by the
                 check; ``place`` where that is seen.
    ``ends``     whether the check can judge games that end and in which somebody does not discount.
    """
    if changed:
        return Fault(changed[0], "this has been changed since the certificate was written: it does not match its seal")
    if digest != game.digest:
        return Fault("game_digest", "the certificate speaks of another game")
    if game.undiscounted and not ends:
        return Fault("game", "some player does not discount, and evidence of this kind needs discount factors below 1")
    if concept is not proved:
        return Fault(place, f"what this can prove is {proved.value}, and not {concept.value}, as the file has it")
    return None


def shown(number: Fraction) -> str:
    """A number for a message: exactly where that is short, otherwise about."""
    short = max(number.numerator.bit_length(), number.denominator.bit_length()) <= 200
    return str(number) if short else f"about {nearest_float(number):.12g}"


def rounded(numbers: Mapping[str, float | None]) -> dict[str, float]:
    """Numbers for a report, without those that do not exist."""
    return {k: float(v) for k, v in numbers.items() if v is not None}
