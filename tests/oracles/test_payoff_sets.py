"""Payoff sets against the reference sets kept next to this file."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from games.files.game_file import read_game
from games.solvers.equilibrium_polygons.sets import solve_payoff_sets

FILES = sorted(Path(__file__).parent.glob("set_*.json"))
ANGLE = np.arange(720) * np.pi / 360
DIRECTIONS = np.column_stack([np.cos(ANGLE), np.sin(ANGLE)])


def test_the_reference_sets_are_there() -> None:
    assert len(FILES) >= 50


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_payoff_set_is_the_reference_set(path: Path) -> None:
    data = json.loads(path.read_text())
    tolerance = 1e-5 if "grade B" in data["source"] else 1e-7
    game = read_game(data["game"])
    for expected in data["expected"]:
        solution = solve_payoff_sets(game.with_discount(expected["discount"]))
        assert solution.status == "converged"
        assert solution.empty == expected["empty"]
        if expected["empty"]:
            continue
        for name, state in expected["states"].items():
            ours = solution.polygons[game.state_index(name)]
            theirs = np.array(state["vertices"])
            difference = (ours @ DIRECTIONS.T).max(axis=0) - (theirs @ DIRECTIONS.T).max(axis=0)
            assert np.abs(difference).max() < tolerance
