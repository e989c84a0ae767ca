"""The parts of a bound, against exact fractions: rounded outward, and by little."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from games.certificates.exact_game import ExactGame
from games.certificates.exclusion.exclusion import DropStep, Exclusion
from games.certificates.exclusion.outer_sets import Bound, Direction, OuterSets, axis_directions
from tests.support.example_certificates import PURE, dilemma
from tests.support.random_games import random_game

F = Fraction
GRID = 7
"""So coarse that every rounding shows."""


@pytest.mark.parametrize("seed", range(6))
def test_bounds_are_rounded_outward_and_by_little(seed: int) -> None:
    rng = np.random.default_rng(seed)
    game = random_game(rng, 3, 2, (1, 3), discount=[0.35, 0.6, 0.85])
    exact = ExactGame.of(game)
    directions: list[Direction] = [
        *axis_directions(3), (F(1), F(1), F(1)), (F(2), F(-1), F(0)), (F(0), F(-1, 3), F(2))]
    sets = OuterSets(exact, directions, GRID)
    delta = [game.exact_discount(i) for i in range(3)]

    def worth(row: int, k: int) -> Fraction:
        """lambda . ((1 - delta) g + delta w), of w what the levels allow: own level as far as all share it."""
        vector = directions[k]
        own = min(d for d, x in zip(delta, vector, strict=True) if x)
        now = sum(((1 - d) * x * game.exact_payoff(row, i) for i, (d, x) in enumerate(zip(delta, vector, strict=True))),
                  F(0)) * GRID
        for s, p in game.exact_transition(row).items():
            now += p * own * int(sets.level[k][s])
            for i, (d, x) in enumerate(zip(delta, vector, strict=True)):
                if x and d > own:
                    now += p * (d - own) * abs(x) * int(sets.level[i if x > 0 else 3 + i][s])
        return now

    for k in range(len(directions)):
        found = sets.default_bound(k, sets.level[k])
        assert all(worth(row, k) <= int(found[row]) < worth(row, k) + 9 for row in range(game.n_rows))
    for i in range(3):
        found, incentive = sets.best_alternative(i), sets.incentive(i)
        for row in range(game.n_rows):
            best = max(-worth(b, 3 + i) for b in game.deviation_rows(row, i))
            assert best - 9 < int(found[row]) <= best
            need = best - (1 - delta[i]) * game.exact_payoff(row, i) * GRID
            assert need - 9 < int(incentive[row]) <= need


@pytest.mark.parametrize("weight", [F(1, 2), F(1), F(2)])
def test_who_does_not_look_ahead_is_bound_by_no_continuation(weight: Fraction) -> None:
    """A player with discount factor 0 is indifferent to what follows: its incentives say nothing of it."""
    game = dilemma("1/2").with_discount([0, "1/2"])
    bound = Bound({0: weight}, {0: weight}, (0,))
    certificate = Exclusion(game.digest, PURE, (), (DropStep((), (bound,)),), 0)
    report = certificate.check(game)
    assert not report.accepted and report.place == "steps[0].farkas[0].cuts"
    patient = dilemma("1/2")
    assert replace(certificate, game_digest=patient.digest).check(patient).place == "steps[0].farkas[0].rows[0]"
