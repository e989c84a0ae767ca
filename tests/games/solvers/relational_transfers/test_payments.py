"""The least side payments that keep a plan's path, against hand calculation and against the exact check."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from games import StochasticGame, repeated_game
from games.certificates.transfers.path_payments import fault_in_path
from games.certificates.transfers.plan import TransferPlan
from games.model.plan import Plan
from games.solvers.relational_transfers.payments import least_payments
from games.solvers.relational_transfers.solver import RelationalTransfers
from games.solvers.verdict import Sustainable
from tests.support.random_games import random_game


def lopsided(discount: float) -> StochasticGame:
    """Player 1 gains 1 by complying and 4 by breaching alone; player 0 has all the gain: 9 if both comply."""
    payoffs = np.array([[[9.0, 1.0], [-1.0, 4.0]], [[10.0, -1.0], [0.0, 0.0]]])
    return replace(repeated_game(payoffs, discount=discount), transfers="voluntary")


def proved(game: StochasticGame, target: str) -> TransferPlan:
    verdict = RelationalTransfers().solve(game).verdict(target)
    assert isinstance(verdict, Sustainable) and isinstance(verdict.certificate, TransferPlan)
    return verdict.certificate


@pytest.mark.parametrize("discount", [0.4, 0.5, 0.6])
def test_the_poorer_player_is_paid_what_its_temptation_lacks(discount: float) -> None:
    # Player 1 forgoes 3 now; what it has to lose from the next period on is (1 + p) / (1 - d) with a payment p.
    game = lopsided(discount)
    found = least_payments(proved(game, "a0,b0"), game)
    assert found is not None
    paid = 3 * (1 - discount) / discount - 1
    assert [float(x) for x in found[0].net] == pytest.approx([paid, -paid], abs=1e-4)


def test_nothing_is_paid_where_nothing_is_needed() -> None:
    game = lopsided(0.9)
    found = least_payments(proved(game, "a0,b0"), game)
    assert found is not None
    assert abs(float(found[0].net[0])) < 1e-9


def test_every_change_that_takes_from_the_tempted_is_refused() -> None:
    game = lopsided(0.5)
    plan = proved(game, "a0,b0")
    (payment,) = least_payments(plan, game) or ()
    for shift in (Fraction(1, 100), Fraction(-1, 100)):
        net = tuple(x + s for x, s in zip(payment.net, (shift, -shift), strict=True))
        assert fault_in_path([replace(payment, net=net)], plan, game) is not None
    assert fault_in_path([], plan, game) is not None
    less = replace(payment, worth=(payment.worth[0] + Fraction(1, 10), payment.worth[1] - Fraction(1, 10)))
    assert "would gain by deviating" in (fault_in_path([less], plan, game) or "")


@pytest.mark.parametrize("seed", range(40))
def test_on_random_games_of_two_to_three_players_the_exact_check_accepts(seed: int) -> None:
    rng = np.random.default_rng(seed)
    game = replace(random_game(rng, players=2 + seed % 2, states=1 + seed % 3), transfers="voluntary")
    game = game.with_discount(float(rng.uniform(0.3, 0.95)))
    solution = RelationalTransfers().solve(game)
    if solution.empty:
        return
    verdict = solution.verdict(Plan.free(game))
    if not isinstance(verdict, Sustainable) or not isinstance(verdict.certificate, TransferPlan):
        return
    found = least_payments(verdict.certificate, game)
    assert found is None or fault_in_path(found, verdict.certificate, game) is None
    if verdict.margin is not None and verdict.margin > 1e-3 * float(np.abs(game.payoffs).max()):
        assert found is not None
