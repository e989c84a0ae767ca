"""Games of three players against the reference verdicts and payoff sets kept next to this file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from games.files.game_file import read_game
from games.model.plan import Plan
from games.solvers.outer_bounds import outer_levels, refute_and_check

HERE = Path(__file__).parent
VERDICTS = sorted(HERE.glob("verdict_*.json"))
SETS = sorted(HERE.glob("nplayer_*.json"))
LEFT_OPEN = {"nplayer_random_2x2x2_2_d0.65": 0.03}
"""How far bounds of few directions stay above a set that has many facets."""


def read(path: Path) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(path.read_text())
    return data


def test_the_references_are_there() -> None:
    assert len(VERDICTS) == 6 and len(SETS) == 6


@pytest.mark.parametrize("path", VERDICTS, ids=lambda path: path.stem)
def test_targets_are_refuted_just_below_their_thresholds_and_not_just_above(path: Path) -> None:
    data = read(path)
    below, above = (read_game(data["game"]).with_discount(data[at]) for at in ("no_at", "yes_at"))
    found = refute_and_check(below, Plan.from_json(below, data["target"]["allowed"]))
    assert found is not None and found[1].accepted
    assert found[0].check(below).accepted
    assert refute_and_check(above, Plan.from_json(above, data["target"]["allowed"]), seconds=3) is None


@pytest.mark.parametrize("path", SETS, ids=lambda path: path.stem)
def test_outer_levels_are_the_reference_support_or_above(path: Path) -> None:
    data = read(path)
    for expected in data["expected"]:
        game = read_game(data["game"]).with_discount(expected["discount"])
        if expected["empty"]:
            assert outer_levels(game, np.eye(3), rounds=5).empty.all()
            found = refute_and_check(game)
            assert found is not None and found[1].accepted
            continue
        assert refute_and_check(game, seconds=0.5) is None
        for name, state in expected["states"].items():
            directions = np.array(state["support"]["directions"])
            found_levels = outer_levels(game, directions, rounds=5 if path.stem in LEFT_OPEN else 12)
            above = found_levels.level[: len(directions), game.state_index(name)] - np.array(state["support"]["values"])
            assert found_levels.settled and above.min() > -1e-6
            assert above.max() < LEFT_OPEN.get(path.stem, 1e-6)
            assert np.abs(found_levels.threats[game.state_index(name)] - state["worst_payoffs"]).max() < 1e-6
