"""Play drawn from the tables of a page meets the exact values of the same tables."""

from __future__ import annotations

import json
import math
import random
import statistics
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from treaties.playing.simulate import Game, averages, drawn, moves_of, row_of

EXAMPLE = Path(__file__).parent / "example.json"
GAMES = 1000


@pytest.fixture(scope="module")
def data() -> dict[str, Any]:
    """The ``servanda-play/1`` object of example.toml."""
    found: dict[str, Any] = json.loads(EXAMPLE.read_text())
    return found


def test_averages_of_a_thousand_games_meet_the_exact_values(data: dict[str, Any]) -> None:
    spread = 0
    for play in range(2, len(data["plays"]), 4):
        exact = data["plays"][play]
        for found, mean in zip(averages(data, play, GAMES, seed=play), exact["mean"], strict=True):
            error = statistics.stdev(found) / math.sqrt(GAMES)
            spread += error > 0
            assert abs(statistics.fmean(found) - mean) <= 4 * error + 1e-9, (play, mean)
    assert spread > 2, "chance must matter in some of the plays"


def test_the_same_seed_draws_the_same_play(data: dict[str, Any]) -> None:
    first, again, other = (Game(data, 3).year_by_year(random.Random(seed)) for seed in (5, 5, 6))
    assert first == again
    assert first != other


def test_a_student_who_breaks_a_treaty_that_holds_earns_no_more_in_the_end(data: dict[str, Any]) -> None:
    """On the design that holds by suspension a breach wins that year and is answered in the next."""
    play = data["designs"]["play"][data["designs"]["rung"].index(2)]

    def breach(year: int, node: int, menu: Sequence[str], move: int) -> int:
        return next(k for k, words in enumerate(menu) if words.startswith("breaches")) if year == 1 else move

    kept = Game(data, play).year_by_year(random.Random(1))
    broken = Game(data, play).year_by_year(random.Random(1), 1, breach)
    assert broken[0].earned[1] > kept[0].earned[1]
    assert broken[1].earned[1] < kept[1].earned[1]
    auto = data["autos"][data["plays"][play]["auto"]]
    modes = [data["strings"][auto["modes"][auto["mode"][year.node]]] for year in broken]
    assert "suspended" in modes[1]


def test_moves_and_rows_go_back_and_forth() -> None:
    counts = [2, 3, 2]
    assert [row_of(moves_of(row, counts), counts) for row in range(12)] == list(range(12))


def test_a_law_is_drawn_by_its_chances() -> None:
    draw = random.Random(0)
    found = [drawn([4, 0.25, 7, 0.75], draw) for _ in range(4000)]
    assert abs(found.count(4) / 4000 - 0.25) < 4 * math.sqrt(0.25 * 0.75 / 4000)
    assert set(found) == {4, 7}
