"""The lossless quotient against the definition, row by row, and against equilibria of the whole game."""

from __future__ import annotations

import itertools
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from scipy.sparse import csr_array

from games.model import row_quotient as module
from games.model.public_monitoring import PublicMonitoring
from games.model.row_quotient import RowQuotient, row_quotient
from games.model.stochastic_game import GameError, StochasticGame, repeated_game


def tied_game(seed: int, players: int = 3) -> StochasticGame:
    """Some states with few payoffs and few laws, so that many rows are alike."""
    rng = np.random.default_rng(seed)
    states = 3
    actions = tuple(
        tuple(tuple(f"a{k}" for k in range(rng.integers(1, 4))) for _ in range(players)) for _ in range(states))
    rows = sum(int(np.prod([len(a) for a in of])) for of in actions)
    laws = np.array([[1, 0, 0], [0.5, 0.5, 0], [0, 0, 1]], dtype=float)
    return StochasticGame(
        players=tuple(f"P{i}" for i in range(players)),
        discount=np.full(players, 0.5),
        states=tuple(f"s{s}" for s in range(states)),
        actions=actions,
        payoffs=rng.integers(0, 2, (rows, players)).astype(float),
        transition=csr_array(laws[rng.integers(0, 3, rows)]),
    )


def told_apart(game: StochasticGame) -> list[tuple[object, ...]]:
    """Per row: its outcome, and for every player what it can bring about alone, straight from the definition."""
    law = [tuple(sorted(game.exact_transition(r).items())) for r in range(game.n_rows)]
    payoff = [tuple(game.exact_payoff(r, i) for i in range(game.n_players)) for r in range(game.n_rows)]
    out: list[tuple[object, ...]] = []
    for r in range(game.n_rows):
        options = []
        for i in range(game.n_players):
            others = list(game.deviation_rows(r, i))
            twin = any(payoff[b][i] == payoff[r][i] and law[b] == law[r] and payoff[b] != payoff[r] for b in others)
            options.append((frozenset((payoff[b][i], law[b]) for b in others), twin))
        out.append((int(game.row_state[r]), payoff[r], law[r], *options))
    return out


def assert_by_definition(game: StochasticGame, quotient: RowQuotient) -> None:
    apart = told_apart(game)
    numbers = list(zip(quotient.class_of.tolist(), apart, strict=True))
    for (a, said), (b, of_other) in itertools.combinations(numbers, 2):
        assert (a == b) == (said == of_other)
    law = [tuple(sorted(game.exact_transition(r).items())) for r in range(game.n_rows)]
    for number, row in enumerate(quotient.row.tolist()):
        assert quotient.class_of[row] == number
        assert quotient.start[game.row_state[row]] <= number < quotient.start[game.row_state[row] + 1]
        for i in range(game.n_players):
            found = quotient.alternatives(number, i).tolist()
            pairs = {(game.exact_payoff(b, i), law[b]) for b in found}
            assert len(pairs) == len(found)
            assert (pairs, bool(quotient.twin[number, i])) == apart[row][3 + i]


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("block", [1, 20, 10**6])
def test_rows_are_one_where_outcome_and_alternatives_are(
    seed: int, block: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BLOCK", block)
    game = tied_game(seed, players=2 + seed % 3)
    quotient = row_quotient(game)
    assert quotient.n_classes <= game.n_rows
    assert_by_definition(game, quotient)


def test_exact_numbers_tell_rows_apart_that_floats_do_not() -> None:
    third = Fraction(1, 3)
    close = third + Fraction(1, 10**30)
    game = repeated_game([[[third, 0], [close, 0]], [[third, 0], [third, 0]]], "0.5")
    assert row_quotient(game).class_of.tolist()[0] != row_quotient(game).class_of.tolist()[1]
    assert_by_definition(game, row_quotient(game))


def test_the_plan_s_rows_stand_for_their_classes() -> None:
    # The second column is a copy of the first.
    game = repeated_game([[[2, 2], [2, 2]], [[3, 0], [3, 0]]], "0.5")
    preferred = np.array([False, True, False, False])
    quotient = row_quotient(game)
    assert quotient.row.tolist() == [0, 2]
    assert quotient.represented_by(preferred).tolist() == [1, 2] and quotient.class_of.tolist() == [0, 0, 1, 1]
    assert quotient.some(preferred).tolist() == [True, False]


def test_signals_are_refused() -> None:
    game = repeated_game([[[2, 2], [0, 3]], [[3, 0], [1, 1]]], "0.5")
    seen = replace(game, monitoring=PublicMonitoring((("y",),), (np.ones((4, 1)),)))
    with pytest.raises(GameError, match="everyone sees the profile"):
        row_quotient(seen)


def best_to_deviate(game: StochasticGame, values: np.ndarray, rows: np.ndarray, player: int) -> float:
    """The most that one of some rows brings a player, with what is worth so much to it in the next states."""
    ahead = (1 - game.discount[player]) * game.payoffs[rows, player]
    return float((ahead + game.discount[player] * (game.transition[rows] @ values)).max())


@pytest.mark.parametrize("seed", range(6))
def test_every_row_asks_as_much_of_its_continuations_as_the_row_that_stands_for_it(seed: int) -> None:
    game = tied_game(100 + seed)
    quotient = row_quotient(game)
    values = np.random.default_rng(seed).random(game.n_states)
    for row in range(game.n_rows):
        number = int(quotient.class_of[row])
        for i in range(game.n_players):
            by_class = best_to_deviate(game, values, quotient.alternatives(number, i), i)
            assert by_class == best_to_deviate(game, values, np.array(game.deviation_rows(row, i)), i)
