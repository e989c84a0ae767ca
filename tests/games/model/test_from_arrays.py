"""Games made from arrays: the same game as the file says, exact entries kept, what is no game refused in its place."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from games import GameError, read_game, repeated_game, solve, stage_game, stochastic_game
from games.model.stage_game import stage_game_of

PEACE = [[[2, 2], [-1, 3]], [[3, -1], [0, 0]]]
WAR = [[[0, 0]]]
LAWS: list[Any] = [[[["2/3", "1/3"], [0, 1]], [[0, 1], [0, 1]]], [[[0, 1]]]]


def test_a_stochastic_game_from_arrays_is_the_game_of_the_file() -> None:
    made = stochastic_game(
        [PEACE, WAR], LAWS, ["1/3", 0.8],
        states=["peace", "war"], players=["A", "B"],
        actions=[[["comply", "breach"], ["comply", "breach"]], [["fight"], ["fight"]]], name="from arrays",
    )
    written = read_game({
        "format": "servanda-game/1", "name": "from a file", "players": ["A", "B"], "discount": ["1/3", 0.8],
        "states": [
            {"name": "peace", "actions": [["comply", "breach"], ["comply", "breach"]], "payoffs": PEACE,
             "transitions": [[{"peace": "2/3", "war": "1/3"}, {"war": 1}], [{"war": 1}, {"war": 1}]]},
            {"name": "war", "actions": [["fight"], ["fight"]], "payoffs": WAR},
        ],
    })
    assert made.digest == written.digest
    assert made.exact_transition(0) == {0: Fraction(2, 3), 1: Fraction(1, 3)}


def test_a_repeated_game_is_the_stochastic_game_of_one_state() -> None:
    ones = np.ones((2, 2, 1))
    assert stochastic_game([PEACE], [ones], 0.5).digest == repeated_game(PEACE, 0.5).digest


def test_states_may_differ_in_their_actions_and_play_may_begin_in_any() -> None:
    game = stochastic_game([PEACE, WAR], LAWS, 0.9, states=["peace", "war"], initial="war")
    assert (game.n_rows, game.initial) == (5, 1)
    assert solve(game).payoff_set("war").vertices.tolist() == [[0.0, 0.0]]


def test_exact_payoffs_are_kept() -> None:
    third = [[[Fraction(1, 3), "1/3"]]]
    assert stage_game(third).exact((0, 0), 1) == Fraction(1, 3)
    assert repeated_game(third, 0.5).exact_payoff(0, 0) == Fraction(1, 3)
    made = stochastic_game([WAR, third], [[[[1, 0]]], [[[0, 1]]]], 0.5)
    assert made.exact_payoff(1, 1) == Fraction(1, 3)
    assert made.exact_payoff(0, 1) == 0


@pytest.mark.parametrize("entries", [
    np.array([Fraction(1, 3), Fraction(2, 3)], dtype=object), np.array(["1/3", "2/3"]), [Fraction(1, 3), "2/3"],
    ("1/3", Fraction(2, 3)), [np.str_("1/3"), Fraction(2, 3)],
])
def test_arrays_of_fractions_and_of_text_are_exact(entries: Any) -> None:
    payoffs = np.asarray(entries, dtype=object).reshape(1, 1, 2)
    for made in (repeated_game(payoffs, "1/3"), stochastic_game([payoffs], [np.ones((1, 1, 1))], "1/3")):
        assert [made.exact_payoff(0, i) for i in (0, 1)] == [Fraction(1, 3), Fraction(2, 3)]
        assert made.exact_discount(1) == Fraction(1, 3)
        assert stage_game_of(made, 0).exact((0, 0), 1) == Fraction(2, 3)
    assert stage_game(payoffs).exact((0, 0), 0) == Fraction(1, 3)


def test_whole_numbers_that_floats_do_not_hold_are_exact() -> None:
    big = 2**53 + 1
    for payoffs in ([[[big, 0]]], np.array([[[big, 0]]]), [[[np.int64(big), Fraction(1, 3)]]], [[[10**30 + 1, "0"]]]):
        number = stage_game(payoffs).exact((0, 0), 0)
        assert number in (big, 10**30 + 1)
        assert type(number.numerator) is int


@pytest.mark.parametrize(("entry", "problem"), [
    ("1/0", "'1/0', which divides by zero"), ("1e400", "'1e400', which is too large"), (10**400, "too large"),
])
def test_numbers_that_cannot_be_held_are_refused(entry: Any, problem: str) -> None:
    with pytest.raises(GameError, match=f"payoffs: not an array of numbers: .*{problem}"):
        repeated_game([[[entry, 0]]], 0.5)
    with pytest.raises(GameError, match=f"payoffs: not an array of numbers: .*{problem}"):
        stage_game([[[entry, 0]]])


@pytest.mark.parametrize(("payoffs", "problem"), [
    ([[[2, 2], [-1, 3]], [[3, -1]]], r"entry \[1\] is a list of 1, entry \[0\] a list of 2; give lists on one level"),
    ([[[2, 2], [-1]], [[3, -1], [0, 0]]], r"entry \[0\]\[1\] is a list of 1, entry \[0\]\[0\] a list of 2;"),
    ([[[2], [3]], [[1, 2], [0, 0]]], r"entry \[1\]\[0\] is a list of 2, entry \[0\]\[0\] a list of 1;"),
    ([[[2, 2], [-1, 3]], 5], r"entry \[1\] is no list, entry \[0\] a list of 2;"),
    ([[["1/3", 1], ["1/3"]]], r"entry \[0\]\[1\] is a list of 1, entry \[0\]\[0\] a list of 2;"),
    ([[["a", 2]]], r"entry \[0\]\[0\]\[0\] is 'a'; write a number, a Fraction, or text such as '1/3'"),
    ([[[1, None]]], r"entry \[0\]\[0\]\[1\] is None; write a number"),
    ("abc", "it is 'abc'; write a number"),
])
def test_what_is_no_array_of_numbers_is_told_by_the_entry_with_what_to_do(payoffs: Any, problem: str) -> None:
    for make in (lambda: repeated_game(payoffs, 0.5), lambda: stage_game(payoffs),
                 lambda: stochastic_game([payoffs], [[[[1]]]], 0.5)):
        with pytest.raises(GameError, match=f"payoffs: not an array of numbers: {problem}"):
            make()


@pytest.mark.parametrize(("changed", "message"), [
    ({"transitions": LAWS[:1]}, "transitions: given for 1 states, the game has 2; give one for each"),
    ({"states": ["only"]}, "payoffs: given for 2 states, the game has 1"),
    ({"payoffs": [], "transitions": [], "states": []}, "at least one state is needed"),
    ({"payoffs": [PEACE, [[0, 0]]]}, r"state 's1', payoffs: shape \(1, 2\)"),
    ({"payoffs": [PEACE, [[[0]]]]}, r"state 's1', payoffs: shape \(1, 1, 1\)"),
    ({"payoffs": [PEACE, [[0]]]}, r"state 's1', transitions: shape \(1, 1, 2\); .* shape \(1, 2\)"),
    ({"payoffs": [PEACE, [[0]]], "transitions": [LAWS[0], [[0, 1]]]}, "state 's1', payoffs: of 1 players, of 2 in"),
    ({"payoffs": [[[1, 2], [3]], WAR]}, "state 's0', payoffs: not an array of numbers"),
    ({"payoffs": [[[["a", 0]]], WAR]}, "state 's0', payoffs: not an array of numbers"),
    ({"payoffs": [[[[float("nan"), 0]]], WAR], "transitions": [[[[1, 0]]], LAWS[1]]}, "state 's0', profile .* finite"),
    ({"payoffs": [[[[-1e200, 0]]], WAR], "transitions": [[[[1, 0]]], LAWS[1]]},
     r"state 's0', profile \(a0, b0\): the payoff of 'P1' is too large; numbers go up to 1e100, count in a larger"),
    ({"transitions": [LAWS[0], [[[0, 0.5]]]]}, r"state 's1', profile \(a0, b0\): transition probabilities sum to 0.5"),
    ({"transitions": [LAWS[0], [[[-1, 2]]]]}, "state 's1', profile .* negative"),
    ({"actions": [[["x", "y"], ["z"]], [["w"], ["w"]]]}, r"state 's0', actions: \[2, 1\] labels given"),
    ({"players": ["A"]}, "players: 1 names given, the payoffs have 2 players"),
    ({"initial": "limbo"}, "initial: state 'limbo' does not exist; states are s0, s1"),
    ({"initial": 2}, "initial: state 2 does not exist"),
    ({"discount": 1}, r"discount of 'P1': 1.0 is not in \[0, 1\)"),
])
def test_what_is_no_game_is_refused_in_its_place(changed: dict[str, Any], message: str) -> None:
    given: dict[str, Any] = {"payoffs": [PEACE, WAR], "transitions": LAWS, "discount": 0.9}
    with pytest.raises(GameError, match=message):
        stochastic_game(**(given | changed))


@pytest.mark.parametrize(("payoffs", "message"), [
    ([[1, 2], [3]], "payoffs: not an array of numbers"),
    ([[1, 2], [3, 4]], r"payoffs: shape \(2, 2\)"),
    ([[[1, float("inf")]]], r"payoffs\[0, 0, 1\]: inf is not a finite number"),
])
def test_what_is_no_stage_game_is_refused(payoffs: Any, message: str) -> None:
    with pytest.raises(GameError, match=message):
        stage_game(payoffs)
