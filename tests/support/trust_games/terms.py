"""Fixed terms."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from games.model.stochastic_game import StochasticGame
from tests.support.trust_games.dilemma import BROKEN, CLEAN, NORMAL, C, D, Dilemma, Inputs, Typed, reversion, with_types
from tests.support.typed_builder import Chances, game_of, public_rule


def term(inputs: Inputs, stages: Sequence[Dilemma]) -> StochasticGame:
    """So many years of a dilemma, one stage each, then nothing."""
    years = [f"year {k + 1}" for k in range(len(stages))]
    after = dict(zip(years, [*years[1:], "end"], strict=True))
    own = dict(zip(years, stages, strict=True))
    return game_of(
        {**{year: [[C, D]] * 2 for year in years}, "end": [["rest"]] * 2},
        lambda state, profile: own[state].pays(profile) if state in own else [Fraction(0)] * 2,
        lambda state, _: after.get(state, "end"), inputs.get("discount", 1))


def conditional_term(inputs: Inputs, chance: Fraction, years: int, kind: str, both: bool) -> Typed:
    """A term in which player 1, or either, may be conditional.

    Who may be so breaches in the last two years, the other in the last; if either may be, both in the last only.
    """
    game = term(inputs, [Dilemma.of(inputs)] * years)
    prior = {"normal": 1 - chance, kind: chance}
    typed = with_types(game, [prior, prior if both else NORMAL])
    until = [years - 1, years - 1] if both else [years - 2, years - 1]
    return Typed(typed, reversion(typed, lambda player, state: game.states.index(state) < until[player]))


def mixed_term(
    inputs: Inputs, chance: Fraction, kind: str, keeps: Sequence[Sequence[Fraction]]
) -> Typed:
    """A term in which player 1 may be conditional; ``keeps[player][year]`` is how likely a choosing type complies."""
    years = len(keeps[0])
    game = term(inputs, [Dilemma.of(inputs)] * years)
    typed = with_types(game, [{"normal": 1 - chance, kind: chance}, NORMAL])

    def does(player: int, _: str, mode: str, state: str) -> str | Chances:
        year = game.states.index(state)
        if mode == BROKEN or year >= years:
            return D
        return {C: keeps[player][year], D: 1 - keeps[player][year]}

    def then(mode: str, _: str, seen: Any) -> str:
        return BROKEN if D in seen else mode

    return Typed(typed, public_rule(typed, (CLEAN, BROKEN), does, then))
