"""Plans with side payments under public signals: what is refused says where, of whom, and why."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from games import StochasticGame, solve
from games.certificates.signals.transfer_plan import PublicTransferPlan
from games.solvers.verdict import certificate_of
from tests.support.noisy_games import noisy_dilemma


@pytest.fixture(scope="module")
def game() -> StochasticGame:
    return noisy_dilemma("9/10")


@pytest.fixture(scope="module")
def proof(game: StochasticGame) -> PublicTransferPlan:
    found = certificate_of(solve(game, solver="public_transfers").verdict("C,C"))
    assert isinstance(found, PublicTransferPlan) and found.check(game).accepted
    return found


@pytest.mark.parametrize(("changes", "problem"), [
    ({"transfers": "none"}, "players cannot pay one another"),
    ({"discount": np.array([0.9, 0.8])}, "discount factors differ"),
])
def test_games_that_it_does_not_speak_of_are_refused(
    game: StochasticGame, proof: PublicTransferPlan, changes: dict[str, object], problem: str
) -> None:
    other = replace(game, **changes)  # type: ignore[arg-type]
    report = replace(proof, game_digest=other.digest).check(other)
    assert not report.accepted
    assert report.place == "game" and problem in report.problem


def test_a_deviation_that_pays_is_named(game: StochasticGame, proof: PublicTransferPlan) -> None:
    [cell] = proof.cells
    assert cell.path is not None
    alone = replace(cell.path, shares=())
    report = replace(proof, cells=(replace(cell, path=alone),)).check(game)
    assert not report.accepted
    assert "gains" in report.problem and "by 'D'" in report.problem


def test_a_punishment_that_is_worth_more_than_is_stated_is_named(
    game: StochasticGame, proof: PublicTransferPlan
) -> None:
    [cell] = proof.cells
    assert cell.path_joint is not None
    worst, *others = cell.worst
    lower = replace(cell, worst=(worst - 1, *others), joint=cell.joint - 1, path_joint=cell.path_joint - 1)
    report = replace(proof, cells=(lower,)).check(game)
    assert not report.accepted
    assert report.place == "cells[0].worst[0]" and "has more in" in report.problem
    assert game.place(cell.punish[0].row) in report.problem


def test_a_path_and_its_joint_payoff_go_together(game: StochasticGame, proof: PublicTransferPlan) -> None:
    [cell] = proof.cells
    for half in (replace(cell, path=None), replace(cell, path_joint=None)):
        report = replace(proof, cells=(half,)).check(game)
        assert not report.accepted and report.place == "cells[0]"
