"""Characteristic functions: reading them, what is wrong with them, and their properties by definition."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from fractions import Fraction
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from games.coalitions import core, is_balanced, is_convex, is_monotone, is_superadditive, shapley_value
from games.coalitions.characteristic import Worths, coalition, number_of
from games.model.stochastic_game import GameError
from tests.support.random_coalitional_games import coalitional_games


def groups(n: int) -> list[frozenset[int]]:
    return [frozenset(c) for size in range(n + 1) for c in combinations(range(n), size)]


def test_function_mapping_and_table_are_one_game() -> None:
    table = np.array([0, 0.1, 0.2, 0.5])
    mapping = {(0,): "1/10", frozenset({1}): Fraction(1, 5), (1, 0): 0.5}

    def function(members: frozenset[int]) -> float:
        return float(table[number_of(members, 2)])

    for v in (table, mapping, function, list(table)):
        worths = Worths.of(v, 2)
        assert [worths.worth(coalition(k, 2)) for k in range(4)] == [0, Fraction(1, 10), Fraction(1, 5), Fraction(1, 2)]
        assert shapley_value(v, 2) == (Fraction(1, 5), Fraction(3, 10))


def test_the_package_needs_no_import_of_its_own() -> None:
    code = "import games, sys; assert 'numpy' not in sys.modules; print(games.coalitions.shapley_shubik(2, [1, 1])[0])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "1/2"


@given(coalitional_games())
def test_properties_are_what_their_definitions_say(game: tuple[int, list[int]]) -> None:
    n, v = game

    def worth(members: frozenset[int]) -> int:
        return v[number_of(members, n)]

    every = groups(n)
    assert is_monotone(v, n) == all(worth(s) <= worth(t) for s in every for t in every if s <= t)
    assert is_superadditive(v, n) == all(worth(s) + worth(t) <= worth(s | t) for s in every for t in every if not s & t)
    assert is_convex(v, n) == all(worth(s) + worth(t) <= worth(s | t) + worth(s & t) for s in every for t in every)
    assert is_balanced(v, n) == (not core(v, n).empty)


@given(st.lists(st.integers(0, 9), min_size=1, max_size=5))
def test_squares_of_weights_are_convex(weights: list[int]) -> None:
    n = len(weights)

    def v(members: frozenset[int]) -> int:
        return sum(weights[i] for i in members) ** 2

    assert is_convex(v, n) and is_superadditive(v, n) and is_monotone(v, n)


@pytest.mark.parametrize(("v", "n", "said"), [
    ([0, 1, 2], 2, "a table of 3; 2 players have 4 coalitions"),
    ([1, 1, 1, 1], 2, "nobody is worth 1"),
    ([0, 1, float("nan"), 1], 2, r"\[1\] is worth nan"),
    ([0, 1, None, 1], 2, r"\[1\] is worth None"),
    ({(0,): 1, (0, 1): 2}, 2, r"the worth of \[1\] is missing"),
    ({(0,): 1, (3,): 2}, 2, "3 is no voter"),
    ({"0": 1}, 2, "'0' is no coalition"),
    ([0, 1], 0, "from 1 to 20"),
    ("0110", 2, "a table of 0"),
])
def test_what_is_no_characteristic_function_is_refused(v: Any, n: int, said: str) -> None:
    asked: list[Callable[[Any, int], Any]] = [shapley_value, core, is_convex]
    for ask in asked:
        with pytest.raises(GameError, match=said):
            ask(v, n)
