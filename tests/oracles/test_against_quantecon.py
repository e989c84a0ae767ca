"""Payoff sets of random repeated games against QuantEcon's, and where that fails against a plain iteration."""

from __future__ import annotations

import json
import subprocess
import sys

import numpy as np
import pytest
from numpy.typing import NDArray

from games.solvers.equilibrium_polygons.sets import solve_payoff_sets
from tests.support.naive_payoff_sets import naive_payoff_set
from tests.support.quantecon_sets import random_game

GAMES = 200
ANGLE = np.arange(180) * np.pi / 90
DIRECTIONS = np.column_stack([np.cos(ANGLE), np.sin(ANGLE)])


def all_by_quantecon() -> dict[int, list[list[float]]]:
    """Vertices by seed, without the games on which QuantEcon fails; begun anew after a game that brings it down."""
    found: dict[int, list[list[float]]] = {}
    first = 0
    while first < GAMES:
        run = subprocess.run(
            [sys.executable, "-m", "tests.support.quantecon_sets", str(first), str(GAMES)],
            capture_output=True, text=True, timeout=600, check=False)
        lines = [json.loads(line) for line in run.stdout.splitlines() if line.endswith("]")]
        found |= {seed: vertices for seed, vertices in lines if vertices is not None}
        reached = max((seed for seed, _ in lines), default=first - 1)
        first = GAMES if run.returncode == 0 else reached + 2
    return found


def same(ours: NDArray[np.float64], theirs: NDArray[np.float64]) -> bool:
    if len(ours) == 0 or len(theirs) == 0:
        return len(ours) == len(theirs)
    difference = (ours @ DIRECTIONS.T).max(axis=0) - (theirs @ DIRECTIONS.T).max(axis=0)
    return bool(np.abs(difference).max() < 1e-6)


@pytest.mark.slow
def test_random_repeated_games_agree_with_quantecon_or_else_with_a_plain_iteration() -> None:
    quantecon = all_by_quantecon()
    agreed = 0
    for seed in range(GAMES):
        game = random_game(seed)
        ours = solve_payoff_sets(game)
        assert ours.status == "converged", seed
        if seed in quantecon and same(ours.polygons[0], np.array(quantecon[seed])):
            agreed += 1
            continue
        # Where the two differ a third, slow computation has the last word.
        plain = naive_payoff_set(game, sweeps=int(np.ceil(np.log(1e-9) / np.log(game.discount[0]))))
        assert same(ours.polygons[0], plain), seed
    assert agreed > GAMES // 2
