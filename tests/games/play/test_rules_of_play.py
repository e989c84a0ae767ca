"""Where rules of play lead, against enumeration of everything that everybody may do."""

from __future__ import annotations

import numpy as np
import pytest

from games.model.stochastic_game import StochasticGame
from games.play.rules_of_play import RuleOfPlay, always, reversion, suspension
from tests.games.model.test_row_quotient import tied_game


def reached(rule: RuleOfPlay) -> set[tuple[int, int]]:
    """Modes and states from the start, row by row: by complying, by deviating alone, and jointly."""
    game = rule.game
    waiting, seen = [(0, game.initial)], {(0, game.initial)}
    while waiting:
        mode, state = waiting.pop()
        played = int(rule.rows[mode, state])
        for row in game.rows_of(state):
            movers = np.flatnonzero(game.own_action[row] != game.own_action[played])
            alone = len(movers) == 1 and not alike(game, row, played)
            for after in game.exact_transition(row):
                lapses = mode == 0 and rule.lapse is not None and not rule.on_path[after]
                quiet = rule.lapse if lapses and rule.lapse is not None else rule.then[mode]
                cell = (rule.punish[mode] if alone else quiet, after)
                if cell not in seen:
                    seen.add(cell)
                    waiting.append(cell)
    return seen


def alike(game: StochasticGame, row: int, other: int) -> bool:
    same = all(game.exact_payoff(row, i) == game.exact_payoff(other, i) for i in range(game.n_players))
    return same and game.exact_transition(row) == game.exact_transition(other)


@pytest.mark.parametrize("seed", range(10))
def test_cells_within_reach_are_those_that_enumeration_finds(seed: int) -> None:
    game = tied_game(40 + seed, players=2 + seed % 2)
    rng = np.random.default_rng(seed)
    comply, answer = (rng.integers(game.row_start[:-1], game.row_start[1:]) for _ in range(2))
    for rule in (always(game, "x", comply), suspension(game, comply, answer, 2), reversion(game, comply, answer)):
        assert {(int(m), int(s)) for m, s in np.argwhere(rule.reach)} == reached(rule)
