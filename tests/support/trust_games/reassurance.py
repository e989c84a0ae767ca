"""Trust between states that may be greedy, and partnerships that start small."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from games.model.stochastic_game import StochasticGame
from games.model.typed_game import PartyType, TypedGame
from tests.support.trust_games.dilemma import BROKEN, CLEAN, C, D, Dilemma, Inputs, Typed
from tests.support.trust_games.terms import term
from tests.support.typed_builder import game_of, public_rule


def reassured(inputs: Inputs, trust: Fraction, shares: Sequence[Fraction]) -> Typed:
    """The trust game in rounds with these shares of the stakes: seekers cooperate while all have, the greedy never."""
    seeker, greedy = Dilemma.of(inputs["seeker"]), Dilemma.of(inputs["greedy"])
    game = term({}, [seeker.times(share) for share in shares])
    own = term({}, [greedy.times(share) for share in shares])
    typed = _either(game, own, ("seeker", "greedy"), trust)

    def does(_: int, name: str, mode: str, __: str) -> str:
        return C if mode == CLEAN and name == "seeker" else D

    def then(mode: str, _: str, seen: Any) -> str:
        return BROKEN if D in seen else mode

    return Typed(typed, public_rule(typed, (CLEAN, BROKEN), does, then))


def starting_small(inputs: Inputs, trust: Fraction, stakes: Sequence[Fraction]) -> Typed:
    """A ramp of stakes between partners that may be opportunists; whoever is betrayed leaves.

    A reliable partner gains nothing by betrayal; an opportunist gains and betrays at once.
    """
    gain, flow, loss = (Fraction(inputs[k]) for k in ("low_gain", "flow", "victim_loss"))
    names = [f"stake {k}" for k in range(len(stakes))]
    after = dict(zip(names, [*names[1:], names[-1]], strict=True))

    def build(betrays: Fraction) -> StochasticGame:
        kept = Dilemma(flow, betrays, Fraction(0), -loss)
        stage = dict(zip(names, map(kept.times, stakes), strict=True))
        return game_of(
            {**{name: [[C, D]] * 2 for name in names}, "over": [["rest"]] * 2},
            lambda state, profile: stage[state].pays(profile) if state in stage else [Fraction(0)] * 2,
            lambda state, profile: after[state] if profile == (C, C) else "over", inputs["discount"])

    game, own = build(Fraction(0)), build(gain)
    typed = _either(game, own, ("reliable", "opportunist"), trust)

    def does(_: int, name: str, __: str, ___: str) -> str:
        return C if name == "reliable" else D

    return Typed(typed, public_rule(typed, (CLEAN,), does, lambda mode, _, __: mode))


def _either(game: StochasticGame, other: StochasticGame, names: tuple[str, str], trust: Fraction) -> TypedGame:
    """Either player is with this chance as the one game describes it, and else paid as in the other."""
    rows = range(other.n_rows)
    types = tuple(
        (PartyType(names[0]), PartyType(names[1], payoffs=np.array([other.exact_payoff(r, i) for r in rows])))
        for i in range(2))
    return TypedGame(game, types, ((trust, 1 - trust),) * 2)
