"""Liquidity of repeated games with public signals: the noisy prisoners' dilemma of Goldlücke and Kranz (2012)."""

from __future__ import annotations

import numpy as np
import pytest

from games import repeated_game
from games.model.stochastic_game import GameError
from games.solvers.public_transfers.liquidity import PublicLiquidity
from games.solvers.relational_transfers.staircase import transfer_staircase
from tests.support.noisy_games import garbled, noisy_dilemma, random_noisy_game, seen_in_full

AUDITS = (0.0, 0.05, 0.1, 0.2, 0.5, 1.0)


def test_thresholds_of_the_noisy_dilemma() -> None:
    assert PublicLiquidity.of(noisy_dilemma()).threshold(0) == pytest.approx(10 / 13, abs=1e-10)
    assert PublicLiquidity.of(noisy_dilemma(burning=False)).threshold(0) == pytest.approx(5 / 6, abs=1e-10)


def test_pieces_of_the_noisy_dilemma() -> None:
    both, lone, _, neither = PublicLiquidity.of(noisy_dilemma()).profiles
    assert (both.needs, lone.needs, neither.needs) == pytest.approx((5, 15 / 7, 0), abs=1e-9)
    assert both.joint is not None and lone.joint is not None
    for liquidity, joint in ((5.0001, 1.50001), (7.5, 1.75), (10, 2), (50, 2)):
        assert both.joint(liquidity) == pytest.approx(joint, abs=1e-9)
    assert lone.joint(3) == pytest.approx(0.5, abs=1e-9)
    assert [held(7) for held in neither.held] == pytest.approx([0, 0], abs=1e-12)


@pytest.mark.parametrize("audit", AUDITS)
def test_thresholds_with_audits(audit: float) -> None:
    liquidity = 2 / (0.4 + 0.6 * audit)
    joint = 2 - 0.1 * (1 - audit) * liquidity
    found = PublicLiquidity.of(noisy_dilemma(audit=audit))
    assert found.profiles[0].needs == pytest.approx(liquidity, abs=1e-9)
    assert found.threshold(0) == pytest.approx(liquidity / (liquidity + joint), abs=1e-10)
    found = PublicLiquidity.of(noisy_dilemma(audit=audit, burning=False))
    assert found.profiles[0].needs == pytest.approx(10 / (1 + 4 * audit), abs=1e-9)
    assert found.threshold(0) == pytest.approx(5 / (6 + 4 * audit), abs=1e-10)


def test_thresholds_with_audits_are_the_published_ones_and_not_those_of_the_shortcut() -> None:
    """A clean audit is information too: treating audits as if they only ever spoke of breaches asks for too much."""
    table = [(0.05, 0.749064, 0.806452), (0.5, 0.606061, 0.625)]
    for audit, burning, balanced in table:
        for burns, published in ((True, burning), (False, balanced)):
            found = PublicLiquidity.of(noisy_dilemma(audit=audit, burning=burns)).threshold(0)
            assert found == pytest.approx(published, abs=5e-7)
    assert abs(0.749064 - 0.7547) > 1e-3


def test_signals_that_show_everything_give_the_staircase_of_perfect_monitoring() -> None:
    rng = np.random.default_rng(3)
    for _ in range(12):
        payoffs = rng.integers(-4, 6, (3, 2, 2)).astype(float)
        game = repeated_game(payoffs, "1/2", transfers="voluntary")
        exact, found = transfer_staircase(game), PublicLiquidity.of(seen_in_full(game))
        for row, profile in enumerate(exact.profiles):
            assert found.profiles[row].needs == pytest.approx(float(profile.needs), abs=1e-9)
            threshold = found.threshold(row)
            if profile.always is None:
                assert threshold is None
            else:
                assert threshold == pytest.approx(float(profile.always), abs=1e-9)
        for discount in (0.2, 0.5, 0.8):
            step, level = exact.at(game.with_discount(discount).exact_discount(0)), found.best(discount)
            assert (step is None) == (level is None)
            if step is not None and level is not None:
                assert level.joint == pytest.approx(float(step.joint), abs=1e-9)
                assert level.worst == pytest.approx([float(v) for v in step.worst], abs=1e-9)


def test_coarser_signals_never_lower_a_threshold() -> None:
    rng = np.random.default_rng(5)
    for k in range(8):
        game = random_noisy_game(rng, players=2 + k % 2, signals=3)
        finer, coarser = PublicLiquidity.of(game), PublicLiquidity.of(garbled(game, rng))
        for row in range(game.n_rows):
            more, less = finer.threshold(row), coarser.threshold(row)
            assert less is None or (more is not None and more <= less + 1e-9)
            assert finer.profiles[row].needs <= coarser.profiles[row].needs + 1e-9


def test_games_of_several_states_or_without_transfers_have_no_liquidity() -> None:
    rng = np.random.default_rng(0)
    with pytest.raises(GameError, match="several states"):
        PublicLiquidity.of(random_noisy_game(rng, states=2))
    with pytest.raises(GameError, match="transfers"):
        PublicLiquidity.of(repeated_game([[[1, 1], [0, 0]], [[0, 0], [1, 1]]], 0.5))
