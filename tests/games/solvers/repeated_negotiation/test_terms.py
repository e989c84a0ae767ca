"""Hazards, bargaining weights and concepts as callers give them, right and wrong."""

from __future__ import annotations

from fractions import Fraction as F
from typing import Any

import pytest

from games import GameError, repeated_game, solve
from games.solvers.repeated_negotiation.terms import NegotiationTerms
from tests.support.example_certificates import DILEMMA


@pytest.mark.parametrize(("options", "message"), [
    ({"negotiation_hazard": 1.5}, "no probability"), ({"negotiation_hazard": -0.1}, "no probability"),
    ({"negotiation_hazard": "often"}, "not a number"), ({"negotiation_hazard": [0.1, 0.2]}, "2 numbers for 1 states"),
    ({"negotiation_hazard": {"nowhere": 1}}, "does not exist"), ({"bargaining_weights": [1]}, "1 given for 2 players"),
    ({"bargaining_weights": [1, -1]}, "negative"), ({"bargaining_weights": [0, 0]}, "all are zero"),
    ({"method": "guess"}, "methods are auto, exact"), ({"dates": 0}, "whole number"),
    ({"method": "exact", "dates": 3}, "knows none"),
])
def test_options_that_make_no_sense_are_refused_in_words(options: dict[str, Any], message: str) -> None:
    game = repeated_game(DILEMMA, 0.5, transfers="voluntary")
    with pytest.raises(GameError, match=message):
        solve(game, concept="rne", **options)


def test_concepts_choose_solvers() -> None:
    game = repeated_game(DILEMMA, 0.5, transfers="voluntary")
    assert solve(game).solver == solve(game, concept="spe").solver == "relational_transfers"
    assert solve(game, concept="rne").solver == "repeated_negotiation"
    with pytest.raises(GameError, match="leave one out"):
        solve(game, concept="rne", solver="relational_transfers")
    with pytest.raises(GameError, match="concepts are spe, rne"):
        solve(game, concept="mpe")  # type: ignore[arg-type]
    with pytest.raises(GameError, match="cannot pay one another"):
        solve(repeated_game(DILEMMA, 0.5), concept="rne")


def test_weights_are_shares() -> None:
    game = repeated_game(DILEMMA, 0.5)
    assert NegotiationTerms.of(game, 0.5, (1, 3)).weights == (F(1, 4), F(3, 4))
    assert NegotiationTerms.of(game, 0.5).weights == (F(1, 2), F(1, 2))
