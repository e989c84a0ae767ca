"""Nash equilibria of one period of a repeated game, by the names of players and actions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from games.model.mixed_equilibria import Mixture
from games.model.stage_game import MixedEquilibria, stage_game_of
from games.model.stochastic_game import StochasticGame
from games.numerics.exact import written

MOST_LINES = 16


def stage_json(found: MixedEquilibria, game: StochasticGame) -> dict[str, Any]:
    """The ``stage_equilibria`` of ``servanda-solution/1``; probabilities as fractions, payoffs as exact text."""
    stage = stage_game_of(game, 0)
    return {
        "complete": found.complete,
        "extreme": [
            {
                "mixtures": [_law(mixture, game, i) for i, mixture in enumerate(profile)],
                "payoffs": [written(stage.expected(profile, i)) for i in (0, 1)],
            }
            for profile in found.profiles
        ],
        "components": [
            [[_law(mixture, game, i) for mixture in mixtures] for i, mixtures in enumerate(component)]
            for component in found.components
        ],
        "notes": list(found.notes),
    }


def stage_lines(found: MixedEquilibria, game: StochasticGame) -> Iterator[str]:
    """How many there are, and each of them or each set of them: any mixture of the one's with any of the other's."""
    extreme = f"{len(found.profiles)} Nash equilibri{'um' if len(found.profiles) == 1 else 'a'} of one period"
    parts = found.components
    if not found.complete:
        parts = tuple([((x,), (y,)) for x, y in found.profiles])
        yield f"{extreme} found; {'; '.join(found.notes)}"
    elif any(len(xs) * len(ys) > 1 for xs, ys in parts):
        yield f"all Nash equilibria of one period: {len(parts)} maximal sets with {len(found.profiles)} extreme points"
    else:
        yield f"{extreme}; there are no others"
    for part in parts[:MOST_LINES]:
        yield " against ".join(_any(mixtures, game, i) for i, mixtures in enumerate(part))
    if len(parts) > MOST_LINES:
        yield f"and {len(parts) - MOST_LINES} more; --json gives all"


def _any(mixtures: tuple[Mixture, ...], game: StochasticGame, player: int) -> str:
    told = [
        " + ".join(action if p == "1" else f"{p} {action}" for action, p in _law(mixture, game, player).items())
        for mixture in mixtures
    ]
    return told[0] if len(told) == 1 else "any mixture of " + ", ".join(f"({law})" for law in told)


def _law(mixture: Mixture, game: StochasticGame, player: int) -> dict[str, str]:
    """The actions used, with their probabilities."""
    return {action: str(p) for action, p in zip(game.actions[0][player], mixture, strict=True) if p}
