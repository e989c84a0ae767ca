"""What is no game with types, or no rule for one, is refused with place, problem and remedy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from scipy.sparse import csr_array

from games.model.stochastic_game import GameError, repeated_game
from games.model.typed_game import PartyType, TypedGame
from games.model.typed_rule import TypedRule
from tests.support.typed_games import BAD, DESCRIBED, DILEMMA, KEEPER, dilemma

F = Fraction


def sound() -> tuple[TypedGame, TypedRule]:
    return dilemma("9/10", {}, {BAD: F(1, 4)})


def ruled(**changes: Any) -> PartyType:
    assert BAD.rule is not None
    return replace(BAD, rule=replace(BAD.rule, **changes))


WRONG: list[tuple[Callable[[TypedGame], Any], str]] = [
    (lambda t: replace(t, types=t.types[:1]), "types: given for 1 players, the game has 2"),
    (lambda t: replace(t, prior=((F(1),), (F(1, 2), F(1, 3)))), "not at least 0 with the sum 1"),
    (lambda t: replace(t, prior=((F(1),), (F(1),))), "1 chances for 2 types"),
    (lambda t: replace(t, prior=((F(1),), (0.5, 0.5))), "chances are exact"),  # type: ignore[arg-type]
    (lambda t: replace(t, types=((DESCRIBED,), (BAD, DESCRIBED))), "put it first"),
    (lambda t: replace(t, types=((DESCRIBED,), (DESCRIBED, replace(BAD, name="as described")))), "appears twice"),
    (lambda t: replace(t, types=((DESCRIBED,), (DESCRIBED, ruled(start=1)))), "memory 1 to start with does not exist"),
    (lambda t: replace(t, types=((DESCRIBED,), (DESCRIBED, ruled(action=np.array([[2]]))))), "action 2 does not exist"),
    (lambda t: replace(t, types=((DESCRIBED,), (DESCRIBED, ruled(action=np.array([[0, 0]]))))), "action of shape"),
    (lambda t: replace(t, types=((DESCRIBED,), (DESCRIBED, ruled(next_memory=np.ones((1, 4), int))))),
     "outcome 0: memory 1 does not exist"),
    (lambda t: replace(t, types=((DESCRIBED,), (DESCRIBED, PartyType("x", payoffs=np.ones(3))))), "payoffs of shape"),
    (lambda t: replace(t, types=((DESCRIBED,), (DESCRIBED, PartyType("x", payoffs=np.full(4, np.inf))))), "too large"),
    (lambda t: replace(t, types=((DESCRIBED,), (DESCRIBED, PartyType("x", discount=1)))), r"not in \[0, 1\)"),
    (lambda t: replace(t, redraws=(None, csr_array(np.ones((2, 2))))), "redraws of 'P2'"),
    (lambda t: replace(t, replacement=(None, ((F(1), F(0)),))), "1 rows for 2 types"),
    (lambda t: replace(t, replacement=(None, ((F(1), F(0)), (F(1), F(1))))), "type 'breaches always'"),
    (lambda t: replace(t, game=repeated_game(DILEMMA, "9/10", transfers="voluntary")), "pay one another"),
]


@pytest.mark.parametrize(("make", "says"), WRONG)
def test_what_is_no_game_with_types(make: Callable[[TypedGame], Any], says: str) -> None:
    with pytest.raises(GameError, match=says):
        make(sound()[0])


def test_the_digest_covers_all() -> None:
    typed, _ = sound()
    others = [
        replace(typed, prior=((F(1),), (F(1, 4), F(3, 4)))),
        replace(typed, types=((DESCRIBED,), (DESCRIBED, KEEPER))),
        replace(typed, types=((DESCRIBED,), (DESCRIBED, replace(BAD, kind="keeps")))),
        replace(typed, types=((DESCRIBED,), (DESCRIBED, PartyType("breaches always", discount=F(1, 3))))),
        replace(typed, types=((DESCRIBED,), (DESCRIBED, PartyType("breaches always", payoffs=np.ones(4))))),
        replace(typed, redraws=(None, csr_array(np.ones((1, 1))))),
        replace(typed, replacement=(None, ((F(1), F(0)), (F(1, 2), F(1, 2))))),
        replace(typed, game=repeated_game(DILEMMA, "8/10", actions=[["comply", "breach"]] * 2)),
    ]
    assert len({typed.digest, *(x.digest for x in others)}) == len(others) + 1
    assert replace(typed).digest == typed.digest


def test_types_have_their_own_numbers() -> None:
    typed, _ = sound()
    rich = PartyType("rich", payoffs=np.array([F(1, 3), F(2), F(3), F(4)], dtype=object), discount=F(1, 3))
    own = replace(typed, types=((DESCRIBED,), (DESCRIBED, rich)))
    assert own.exact_payoff(1, 1, 0) == F(1, 3) and own.exact_payoff(1, 0, 0) == 2
    assert own.exact_discount(1, 1) == F(1, 3) and own.exact_discount(1, 0) == F(9, 10)
    assert own.strategic(1) == (0, 1) and typed.strategic(1) == (0,)


RULES: list[tuple[dict[str, Any], str]] = [
    ({"modes": ("a", "a")}, "a name of its own"),
    ({"start": 2}, "mode 2 does not exist"),
    ({"action": ()}, "given for 0 players"),
    ({"next_mode": np.zeros((2, 3), int)}, "next_mode: shape"),
    ({"next_mode": np.full((2, 4), 2)}, "a mode that does not exist"),
    ({"arrival": np.zeros((1, 1), int)}, "arrival: shape"),
    ({"mix": {(1, 1, 0, 0): {0: F(1)}}}, "no such type chooses"),
    ({"mix": {(1, 0, 0, 1): {0: F(1)}}}, "this mode and state do not exist"),
    ({"mix": {(1, 0, 0, 0): {2: F(1)}}}, "an action does not exist"),
    ({"mix": {(1, 0, 0, 0): {0: F(1, 2)}}}, "sum to 1"),
    ({"shares": (None,)}, "given for 1 players"),
    ({"shares": (None, (F(1, 2), F(1, 2)))}, "1 chances that sum to 1"),
]


@pytest.mark.parametrize(("changes", "says"), RULES)
def test_what_is_no_rule(changes: dict[str, Any], says: str) -> None:
    typed, rule = sound()
    rule.insist_on(typed)
    with pytest.raises(GameError, match=says):
        replace(rule, **changes).insist_on(typed)


def test_actions_of_types_that_choose_are_said_and_only_theirs() -> None:
    typed, rule = sound()
    play = np.array([[0], [1]])
    for action, says in ((((play,), (None, None)), "says nothing of it"), (((play,), (play, play)), "write None"),
                         (((play,), (play,)), "given for 1 types"), (((play[:1],), (play, None)), "shape"),
                         (((play + 1,), (play, None)), "action 2 does not exist")):
        with pytest.raises(GameError, match=says):
            replace(rule, action=action).insist_on(typed)


