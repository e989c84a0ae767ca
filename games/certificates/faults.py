"""What every kind of certificate is refused for, and how a check says where and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import final

from games.certificates.certificate import SolutionConcept
from games.model.stochastic_game import StochasticGame
from games.model.strategy_automaton import StrategyAutomaton


@final
@dataclass(frozen=True)
class Fault:
    """Where a check fails and why."""

    place: str
    problem: str


def common_fault(
    game: StochasticGame, digest: str, changed: tuple[str, ...], concept: SolutionConcept,
    automaton: StrategyAutomaton | None,
) -> Fault | None:
    """What every certificate is refused for: a changed file, another game, mixing under a pure concept."""
    if changed:
        return Fault(changed[0], "this has been changed since the certificate was written: it does not match its seal")
    if digest != game.digest:
        return Fault("game_digest", "the certificate speaks of another game")
    if automaton is not None and concept is SolutionConcept.PURE_SUBGAME_PERFECT:
        for k, cell in enumerate(automaton.cells.values()):
            if cell.mix is not None:
                return Fault(f"cells[{k}].mix", f"actions are mixed, but the concept is {concept.value}")
    return None


def rounded(numbers: Mapping[str, float | None]) -> dict[str, float]:
    """Numbers for a report, without those that do not exist."""
    return {k: float(v) for k, v in numbers.items() if v is not None}
