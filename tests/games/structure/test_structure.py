"""Structure and numbers of a game: what the arrays say is what the game says, row by row and deviation by deviation."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from games.model.stochastic_game import GameError, StochasticGame
from games.numerics.arrays import Ints
from games.structure.numbers import Numbers, numbers_of
from games.structure.structure import Laws, Structure
from tests.support.noisy_games import noisy_dilemma
from tests.support.random_games import random_game


def games() -> list[StochasticGame]:
    rng = np.random.default_rng(0)
    return [
        random_game(rng, players, states, (1, 3), integers=integers, reach=2)
        for players in (2, 3) for states in (1, 4) for integers in (False, True)
    ]  # fmt: skip


def law_of(numbers: Numbers, law: int) -> dict[int, float]:
    s = numbers.structure
    span = slice(int(s.law_start[law]), int(s.law_start[law + 1]))
    return dict(zip(s.law_state[span].tolist(), numbers.chance[span].tolist(), strict=True))


def game_law(game: StochasticGame, row: int) -> dict[int, float]:
    t = game.transition[[row]]
    return {s: p for s, p in zip(t.indices.tolist(), t.data.tolist(), strict=True) if p}


@pytest.mark.parametrize("game", games(), ids=lambda game: f"{game.n_players}-{game.n_states}-{game.n_rows}")
def test_a_class_pays_and_leads_as_its_rows_do(game: StochasticGame) -> None:
    numbers = numbers_of(game)
    s = numbers.structure
    for row, k in enumerate(s.quotient.class_of.tolist()):
        assert numbers.payoff[k].tolist() == game.payoffs[row].tolist()
        assert law_of(numbers, int(s.law[k])) == game_law(game, row)
        assert s.start[game.row_state[row]] <= k < s.start[game.row_state[row] + 1]


@pytest.mark.parametrize("game", games(), ids=lambda game: f"{game.n_players}-{game.n_states}-{game.n_rows}")
def test_the_options_of_a_class_are_what_each_player_can_bring_about_alone(game: StochasticGame) -> None:
    numbers = numbers_of(game)
    s = numbers.structure
    for k, row in enumerate(s.row.tolist()):
        for i in range(game.n_players):
            chosen = int(s.options[k, i])
            span = range(int(s.set_start[chosen]), int(s.set_start[chosen + 1]))
            found = {(float(numbers.set_payoff[e]), str(law_of(numbers, int(s.set_law[e])))) for e in span}
            alone = [int(r) for r in game.deviation_rows(row, i)]
            assert found == {(float(game.payoffs[r, i]), str(game_law(game, r))) for r in alone}
            assert len(found) == len(span)
            assert s.set_player[chosen] == i
            outcomes = {(tuple(game.payoffs[r]), str(game_law(game, r))) for r in alone}
            mine = (float(game.payoffs[row, i]), str(game_law(game, row)))
            alike = [o for o in outcomes if (o[0][i], o[1]) == mine]
            assert bool(s.twin[k, i]) == (len(alike) > 1)


@pytest.mark.parametrize("game", games(), ids=lambda game: f"{game.n_players}-{game.n_states}-{game.n_rows}")
def test_places_within_a_state_lead_back_to_laws_and_sets(game: StochasticGame) -> None:
    s = numbers_of(game).structure
    state_of = np.searchsorted(s.start, np.arange(s.n_classes), side="right") - 1
    assert np.array_equal(s.known_law[s.known_start[state_of] + s.local_law], s.law)
    for state in range(s.n_states):
        classes = slice(int(s.start[state]), int(s.start[state + 1]))
        used = s.used_set[s.used_start[state] : s.used_start[state + 1]]
        assert used.tolist() == np.unique(s.options[classes]).tolist()
        known = s.known_law[s.known_start[state] : s.known_start[state + 1]]
        assert known.tolist() == np.unique(s.law[classes]).tolist()
        for one in used.tolist():
            span = slice(int(s.set_start[one]), int(s.set_start[one + 1]))
            assert np.array_equal(known[s.set_local[span]], s.set_law[span])
        after = {t for law in known.tolist() for t in s.law_state[s.law_start[law] : s.law_start[law + 1]].tolist()}
        assert s.successor[s.pointer[state] : s.pointer[state + 1]].tolist() == sorted(after)


def test_states_come_after_those_they_lead_to_where_nothing_leads_back() -> None:
    chain = random_game(np.random.default_rng(1), states=5, reach=1)
    onward = np.minimum(chain.row_state + 1, 4)
    law = np.zeros((chain.n_rows, 5))
    law[np.arange(chain.n_rows), onward] = 1.0
    structure = numbers_of(replace(chain, transition=type(chain.transition)(law))).structure
    assert structure.order.tolist() == [4, 3, 2, 1, 0]


def test_the_row_of_a_plan_stands_for_its_class() -> None:
    game = random_game(np.random.default_rng(2), states=3, actions=2)
    game = replace(
        game, payoffs=np.zeros_like(game.payoffs), transition=type(game.transition)(np.eye(3)[game.row_state])
    )
    plan = game.row_start[1:].astype(np.int64) - 1
    plan[1] = -1
    structure = numbers_of(game, plan).structure
    assert structure.n_classes == 3
    assert structure.plan.tolist() == [0, -1, 2]
    assert structure.row.tolist() == [plan[0], game.row_start[1], plan[2]]


def test_what_is_to_be_held_apart_is_although_it_is_equal() -> None:
    game = random_game(np.random.default_rng(3), states=2, actions=2)
    game = replace(
        game, payoffs=np.zeros_like(game.payoffs), transition=type(game.transition)(np.eye(2)[game.row_state])
    )
    rows = np.arange(game.n_rows)
    laws = Laws.of(np.array([0, 1, 2]), np.array([0, 1]), np.array([0, 0]), game.row_state)
    free: Ints = np.full(2, -1)
    assert Structure.of(game, laws, np.zeros((game.n_rows, 2), dtype=np.int64), free).n_classes == 2
    assert Structure.of(game, laws, np.stack([rows, rows], axis=1), free).n_classes == game.n_rows


def test_games_with_signals_and_numbers_that_no_float_names_are_refused() -> None:
    with pytest.raises(GameError, match="signals"):
        numbers_of(noisy_dilemma())
    game = random_game(np.random.default_rng(4))
    with pytest.raises(GameError, match="no float names"):
        numbers_of(replace(game, rationals={("payoff", 0, 0): Fraction(1, 3)}))


@pytest.mark.parametrize("game", games(), ids=lambda game: f"{game.n_players}-{game.n_states}-{game.n_rows}")
def test_a_structure_serves_at_other_discount_factors_where_equal_payoffs_stay_equal(game: StochasticGame) -> None:
    numbers, payoffs = numbers_of(game), 2 * game.payoffs + 1
    other = numbers.of_game(game.with_discount(0.3, payoffs))
    assert other is not None and other.structure is numbers.structure
    assert other.discount.tolist() == [0.3] * game.n_players
    assert np.array_equal(other.payoff[other.structure.quotient.class_of], payoffs)
    assert np.array_equal(other.set_payoff, 2 * numbers.set_payoff + 1)


def test_a_structure_does_not_serve_where_payoffs_that_were_one_number_differ() -> None:
    rng = np.random.default_rng(1)
    game = random_game(rng, 2, 2, (2, 3), integers=True, reach=2)
    values, counts = np.unique(game.payoffs[:, 0], return_counts=True)
    payoffs = game.payoffs.copy()
    payoffs[np.flatnonzero(game.payoffs[:, 0] == values[counts.argmax()])[0], 0] += 0.5
    assert counts.max() > 1 and numbers_of(game).of_game(game.with_discount(0.3, payoffs)) is None
