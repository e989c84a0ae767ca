"""Whatever is given for arrays, labels and numbers: a game, or a ``GameError`` that says what to do; nothing else."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from games import (
    GameError,
    Plan,
    choose_solver,
    discount_region,
    from_bimatrix,
    read_certificate,
    read_game,
    read_path,
    repeated_game,
    solve,
    stage_game,
    stochastic_game,
    write_game,
)

DILEMMA = [[[2, 2], [-1, 3]], [[3, -1], [0, 0]]]
ROW = np.array([[2, -1], [3, 0]])
STAYS = [[[1]] * 2] * 2

game = repeated_game(DILEMMA, "1/2", actions=[["C", "D"]] * 2)

ODD: dict[str, Any] = {
    "None": None, "text": "x", "a number": 3, "an object": object(), "a mapping": {}, "an empty list": [],
    "bytes": b"ab", "a set": {1, 2}, "a generator": iter("CD"), "ragged": [[1, 2], [3]], "nan": [[[float("nan"), 1]]],
    "complex": [[[1j, 1]]], "divides by zero": [[["1/0", 1]]], "huge": [[[10**400, 0]]], "empty": np.zeros((0, 2, 2)),
    "infinite": float("inf"), "flat": [1, 2], "deep": [[[[[1]]]]], "none inside": [[None, None]],
    "a text inside": ["CD"], "not a number": float("nan"), "true": True, "a fraction of text": "1/0", "negative": -1,
    "far": 99,
}

DOORS: dict[str, Callable[[Any], object]] = {
    "repeated_game": lambda x: repeated_game(x, 0.5),
    "repeated_game, discount": lambda x: repeated_game(DILEMMA, x),
    "repeated_game, actions": lambda x: repeated_game(DILEMMA, 0.5, actions=x),
    "repeated_game, one player's actions": lambda x: repeated_game(DILEMMA, 0.5, actions=[x, x]),
    "repeated_game, players": lambda x: repeated_game(DILEMMA, 0.5, players=x),
    "repeated_game, transfers": lambda x: repeated_game(DILEMMA, 0.5, transfers=x),
    "stage_game": stage_game,
    "from_bimatrix": lambda x: from_bimatrix(x, ROW),
    "stochastic_game": lambda x: stochastic_game(x, [STAYS], 0.5),
    "stochastic_game, a state": lambda x: stochastic_game([x], [STAYS], 0.5),
    "stochastic_game, transitions": lambda x: stochastic_game([DILEMMA], x, 0.5),
    "stochastic_game, a law": lambda x: stochastic_game([DILEMMA], [x], 0.5),
    "stochastic_game, states": lambda x: stochastic_game([DILEMMA], [STAYS], 0.5, states=x),
    "stochastic_game, actions": lambda x: stochastic_game([DILEMMA], [STAYS], 0.5, actions=[x]),
    "stochastic_game, initial": lambda x: stochastic_game([DILEMMA], [STAYS], 0.5, initial=x),
    "with_discount": lambda x: game.with_discount(x),
    "state_index": game.state_index,
    "Plan": lambda x: Plan(game, x),
    "Plan of a game": lambda x: Plan(x, np.ones(4, dtype=bool)),
    "Plan.of_profile": lambda x: Plan.of_profile(game, x),
    "Plan.from_json": lambda x: Plan.from_json(game, x),
    "Plan.from_json, a state": lambda x: Plan.from_json(game, {"s0": x}),
    "solve": solve,
    "choose_solver": choose_solver,
    "solve, solver": lambda x: solve(game, x),
    "discount_region": lambda x: discount_region(x, "C,C"),
    "discount_region, target": lambda x: discount_region(game, x),
    "discount_region, step": lambda x: discount_region(game, "C,C", step=x),
    "discount_region, tolerance": lambda x: discount_region(game, "C,C", tolerance=x),
    "minmax": lambda x: stage_game(DILEMMA).pure_minmax(x),
    "read_game": read_game,
    "read_path": lambda x: read_path(x, game),
    "read_certificate": read_certificate,
    "write_game": lambda x: write_game(x, Path("no such folder") / "a.json"),
}


NUMBERS = {"a number", "true", "far"}
FINE = {
    ("None", door) for door in (
        "repeated_game, actions", "repeated_game, players", "stochastic_game, states", "stochastic_game, actions",
        "solve, solver")
} | {(number, f"discount_region, {what}") for number in NUMBERS for what in ("step", "tolerance")} | {
    ("a mapping", "discount_region, target"), ("a mapping", "Plan.from_json"),
    ("a text inside", "stochastic_game, states"),
}
"""What is left out, leaves all free, or is a number or a name after all."""


@pytest.mark.parametrize("odd, door", [(odd, door) for odd in ODD for door in DOORS if (odd, door) not in FINE])
def test_what_cannot_be_used_is_refused_in_words(odd: str, door: str) -> None:
    given = iter("CD") if odd == "a generator" else ODD[odd]
    with pytest.raises(GameError) as told:
        DOORS[door](given)
    assert len(str(told.value)) > 20


@pytest.mark.parametrize("odd", [odd for odd in ODD if odd != "a mapping"])
def test_verdicts_are_asked_of_profiles_only(odd: str) -> None:
    solution = solve(game, "nash_reversion")
    asks: tuple[Callable[[Any], object], ...] = (solution.verdict, solution.margin, solution.payoff_set)
    for ask in asks:
        with pytest.raises(GameError):
            ask(iter("CD") if odd == "a generator" else ODD[odd])


@pytest.mark.parametrize("pair", [
    [ROW, ROW.T], (ROW, ROW.T), (ROW.tolist(), ROW.T.tolist()), [ROW.astype(float), ROW.astype(np.int8)],
    [np.eye(3), np.eye(3)], [np.eye(3).tolist()] * 2, np.array([np.eye(3), np.eye(3)]),
])
def test_two_matrices_are_refused_with_advice(pair: Any) -> None:
    for door in (stage_game, lambda x: repeated_game(x, 0.5), lambda x: stochastic_game([x], [STAYS], 0.5)):
        with pytest.raises(GameError, match=r"from_bimatrix\(A, B\)"):
            door(pair)


@pytest.mark.parametrize("first, second", [
    (ROW, ROW.T), (ROW.tolist(), ROW.T.tolist()), (ROW.astype(np.int8), ROW.T.astype(np.float32)),
    ([["2", "-1"], ["3", "0"]], [[Fraction(2), 3], [Decimal(-1), "0/5"]]),
])
def test_two_matrices_make_the_payoffs(first: Any, second: Any) -> None:
    payoffs = from_bimatrix(first, second)
    assert repeated_game(payoffs, "1/2", actions=[["C", "D"]] * 2).digest == game.digest
    assert stage_game(payoffs).pure_equilibria() == [(1, 1)]
    assert stochastic_game([payoffs], [STAYS], 0.5).n_rows == 4


def test_matrices_stay_exact_and_have_one_shape() -> None:
    assert stage_game(from_bimatrix([["1/3"]], [[Fraction(1, 7)]])).exact((0, 0), 1) == Fraction(1, 7)
    with pytest.raises(GameError, match=r"shapes \(2, 2\) and \(1, 2\)"):
        from_bimatrix(ROW, [[1, 2]])


@pytest.mark.parametrize("factor", [0.5, "1/2", Fraction(1, 2), Decimal("0.5"), np.float32(0.5), np.array(0.5),
                                    [0.5, "1/2"], np.array([0.5, 0.5]), (np.float64(0.5), Fraction(1, 2))])
def test_numbers_of_many_kinds(factor: Any) -> None:
    assert repeated_game(np.array(DILEMMA, dtype=np.int16), factor, actions=[["C", "D"]] * 2).digest == game.digest
    assert game.with_discount(factor).digest == game.digest


@pytest.mark.parametrize("target", ["C,C", ("C", "C"), (0, 0), [np.int64(0), "C"], np.array([0, 0]),
                                    np.array(["C", "C"]), {"s0": [["C", "C"]]}, {0: [(0, np.int8(0))]}])
def test_profiles_by_label_or_by_number(target: Any) -> None:
    assert solve(game, "nash_reversion").margin(target) == 1
    region = discount_region(game, target, lowest=Fraction(1, 4), highest="1/2", step="1/8", solver="nash_reversion",
                             prove=False)
    assert region.intervals[0][0] == pytest.approx(1 / 3, abs=1e-4)


def test_labels_of_numbers_are_not_taken_for_numbers_of_actions() -> None:
    """The label "1" is the first action, the number 1 the second."""
    named = repeated_game(DILEMMA, 0.5, actions=[["1", "0"]] * 2)
    assert np.flatnonzero(Plan.of_profile(named, "1,1").allowed).tolist() == [0]
    assert np.flatnonzero(Plan.of_profile(named, (1, 1)).allowed).tolist() == [3]
    with pytest.raises(GameError, match="a name is text that is not empty, such as 'a0' or '3'"):
        repeated_game(DILEMMA, 0.5, actions=[[1, 0]] * 2)  # type: ignore[list-item]


def test_arrays_of_labels_and_states_by_number() -> None:
    labels: Any = np.array([["C", "D"], ["C", "D"]])
    first: Any = np.int64(0)
    assert repeated_game(DILEMMA, "1/2", actions=labels).digest == game.digest
    assert [game.state_index(0), game.state_index(first), game.state_index("s0")] == [0, 0, 0]
    assert stochastic_game([DILEMMA], [STAYS], 0.5, initial=first).initial == 0
