"""Laws of games with public signals and transfers, and refusal of certificates that were sealed again falsely."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from games import Plan, StochasticGame, Sustainable, Unsustainable, read_game, solve
from games.certificates.certificate import Certificate
from games.certificates.certificate_file import certificate_text, read_certificate
from games.certificates.signals.shortfall import PublicShortfall
from games.certificates.signals.shortfall_steps import PublicStep
from games.certificates.signals.transfer_plan import CONCEPTS
from games.solvers.public_transfers.solver import PublicTransferSolution, tightened
from tests.support.example_certificates import public_transfer_examples
from tests.support.forging import resealed
from tests.support.noisy_games import (
    garbled,
    noisy_dilemma,
    random_noisy_game,
    seen_in_full,
    turned_round,
    with_signals,
)
from tests.support.random_games import random_game

F = Fraction


def solved(game: StochasticGame) -> PublicTransferSolution:
    solution = solve(game, solver="public_transfers")
    assert isinstance(solution, PublicTransferSolution)
    return solution


def holds(larger: PublicTransferSolution, smaller: PublicTransferSolution, tolerance: float = 1e-9) -> None:
    """Every equilibrium payoff of one game is one of the other."""
    live = smaller.outer.live
    assert larger.outer.live[live].all()
    assert np.all(larger.joint_payoff[live] >= smaller.joint_payoff[live] - tolerance)
    assert np.all(larger.punishment_payoffs[live] <= smaller.punishment_payoffs[live] + tolerance)


def random_solved_game(seed: int, discount: float | None = None) -> StochasticGame:
    rng = np.random.default_rng(seed)
    factor = float(rng.choice([0.5, 0.8, 0.95])) if discount is None else discount
    return random_noisy_game(rng, players=2 + seed % 2, states=1 + seed % 3, signals=3, actions=(1, 3), discount=factor)


# -- information -----------------------------------------------------------------------------------------------------


@given(st.integers(0, 10**6))
@settings(max_examples=25, deadline=None)
def test_garbling_lowers_the_set_with_transfers_burning_and_public_randomisation_as_in_kandori_1992(seed: int) -> None:
    """Signals drive neither payoffs nor transitions; money can be burnt, so that shares can be averaged."""
    game = random_solved_game(seed)
    holds(solved(game), solved(garbled(game, np.random.default_rng(seed))))


@given(st.integers(0, 10**6))
@settings(max_examples=15, deadline=None)
def test_perfect_monitoring_is_the_limit_of_precise_signals_from_inside(seed: int) -> None:
    game = random_game(np.random.default_rng(seed), 2, 1 + seed % 2, 2, discount=0.75)
    sizes = [len(game.rows_of(s)) for s in range(game.n_states)]

    def noisy(noise: float) -> PublicTransferSolution:
        return solved(with_signals(game, [(1 - noise) * np.eye(k) + noise / k for k in sizes]))

    perfect, before = solved(seen_in_full(game)), noisy(0.3)
    for noise in (0.05, 1e-3, 1e-6):
        now = noisy(noise)
        holds(now, before)
        holds(perfect, now)
        before = now
    slack = _least_slack(game)
    if slack > 1e-3:  # elsewhere a profile at a knife edge is lost to any noise
        assert before.joint_payoff == pytest.approx(perfect.joint_payoff, abs=1e-3, nan_ok=True)
        assert before.punishment_payoffs == pytest.approx(perfect.punishment_payoffs, abs=1e-3, nan_ok=True)


def _least_slack(game: StochasticGame) -> float:
    """How far profiles are from the edge at which they can just be played under perfect monitoring."""
    solution: Any = solve(replace(game, transfers="voluntary"), solver="relational_transfers")
    slack = solution.elimination.slack[solution.elimination.live[game.row_state]]
    return float(np.abs(slack).min()) if len(slack) else 1.0


# -- patience, units and names ---------------------------------------------------------------------------------------


@given(st.integers(0, 10**6))
@settings(max_examples=15, deadline=None)
def test_patience_never_hurts_in_repeated_games_with_transfers_and_burning(seed: int) -> None:
    rng = np.random.default_rng(seed)
    game = random_noisy_game(rng, players=2 + seed % 2, signals=3, actions=(1, 3), discount=0.5)
    found = [solved(game.with_discount(d)) for d in (0.3, 0.6, 0.85)]
    for less, more in pairwise(found):
        holds(more, less)


@given(st.integers(0, 10**6))
@settings(max_examples=15, deadline=None)
def test_one_unit_for_all_and_a_constant_for_each_change_payoffs_only(seed: int) -> None:
    game = random_solved_game(seed)
    constant = np.arange(1, game.n_players + 1) * 2.5 - 4
    first, then = solved(game), solved(replace(game, payoffs=4 * game.payoffs + constant))
    assert then.joint_payoff == pytest.approx(4 * first.joint_payoff + constant.sum(), abs=1e-8, nan_ok=True)
    assert then.punishment_payoffs == pytest.approx(4 * first.punishment_payoffs + constant, abs=1e-8, nan_ok=True)


@given(st.integers(0, 10**6))
@settings(max_examples=15, deadline=None)
def test_names_do_not_matter(seed: int) -> None:
    """States, signals and both players the other way round."""
    rng = np.random.default_rng(seed)
    game = random_noisy_game(rng, states=1 + seed % 3, signals=3, actions=(1, 3), discount=0.8)
    first, then = solved(game), solved(turned_round(game))
    assert then.joint_payoff[::-1] == pytest.approx(first.joint_payoff, abs=1e-9, nan_ok=True)
    assert then.punishment_payoffs[::-1, ::-1] == pytest.approx(first.punishment_payoffs, abs=1e-9, nan_ok=True)


@given(st.integers(0, 10**6))
@settings(max_examples=10, deadline=None)
def test_more_slack_asked_for_leaves_less(seed: int) -> None:
    solution = solved(random_solved_game(seed))
    if not solution.outer.live[solution.game.initial]:
        return
    before = solution.outer
    for slack in (1e-6, 1e-3, 1e-2):
        now = tightened(solution.outcomes, solution.laid, solution.outer, slack)
        live = now.live
        assert before.live[live].all()
        assert np.all(now.joint[live] <= before.joint[live] + 1e-9)
        assert np.all(now.worst[live] >= before.worst[live] - 1e-9)
        before = now


# -- what is refused -------------------------------------------------------------------------------------------------


@cache
def example(name: str) -> tuple[StochasticGame, Certificate]:
    return public_transfer_examples()[name]


RESEALED: list[tuple[str, tuple[Any, ...], Any, str]] = [
    ("public plan", ("cells", 0, "joint"), "1.67", "cells[0].joint"),
    ("public plan", ("cells", 0, "joint"), "-1", "cells[0].joint"),
    ("public plan", ("cells", 0, "worst", 0), "-0.000001", "cells[0]"),
    ("public plan", ("cells", 0, "path_joint"), "1.67", "cells[0].path_joint"),
    ("public plan", ("cells", 0, "path", "row"), 1, "cells[0].path"),
    ("public plan", ("cells", 0, "path", "shares"), [], "cells[0].path"),
    ("public plan", ("cells", 0, "play", "shares"), [], "cells[0].play"),
    ("public plan", ("cells", 0, "play", "row"), 9, "cells[0].play"),
    ("public plan", ("cells", 0, "punish", 0, "row"), 0, "cells[0]"),
    ("public plan", ("cells", 0, "punish"), [], "cells[0].punish"),
    ("public plan", ("cells", 0, "play", "shares"), [[[[0, 0]], ["0.6", "0.6"]]], "cells[0].play"),
    ("public plan", ("cells", 0, "play", "shares"), [[[[0, 0]], ["1"]]], "cells[0].play"),
    ("public plan", ("cells", 0, "state"), 4, "cells[0].state"),
    ("public plan", ("claim", "plan", "s0"), [["D", "D"]], "cells[0].path"),
    ("public plan", ("claim", "plan"), {"s0": [["X", "D"]]}, "claim.plan"),
    ("public plan", ("concept",), CONCEPTS[False].value, "concept"),
    ("public shortfall of a plan", ("claim",), {"empty": True}, "steps"),
    ("public shortfall of a plan", ("claim", "plan", "s0"), [["D", "D"]], "steps"),
    ("public shortfall of a plan", ("steps", 0, "joint", 0), "0.5", "steps[0].joint"),
    ("public shortfall of a plan", ("steps", 0, "worst", 0, 0), "0.5", "steps[0].worst[0]"),
    ("public shortfall of a plan", ("steps", 0, "states", 0), 7, "steps[0].states"),
    ("public shortfall of a plan", ("steps", 0, "dropped"), [[0, []]], "steps[0].dropped[0]"),
    ("public shortfall of a plan", ("steps", 0, "dropped"), [[0, [[3, "1"]]]], "steps[0].dropped[0]"),
    ("public shortfall of a plan", ("steps", 0, "dropped"), [[0, [[1, "-1"]]]], "steps[0].dropped[0]"),
    ("public shortfall of a plan", ("steps", 0, "settled"), True, "steps[0]"),
    ("public shortfall of all", ("steps",), [], "steps"),
    ("balanced plan", ("cells", 0, "joint"), "1.99", "cells[0]"),
    ("balanced plan", ("cells", 0, "path", "shares"), [[[[0, 0], [1, 0]], ["0.5", "0.4"]]], "cells[0].path"),
    ("balanced shortfall of a plan", ("steps", -2, "joint", 0), "1.9", "steps["),
    ("balanced shortfall of a plan", ("steps", -2, "settled"), False, "steps["),
    ("balanced shortfall of a plan", ("concept",), CONCEPTS[True].value, "concept"),
]


@pytest.mark.parametrize(("name", "path", "value", "place"), RESEALED, ids=[f"{r[0]}: {r[3]}" for r in RESEALED])
def test_what_is_changed_and_sealed_again_is_refused_by_its_meaning(
    name: str, path: tuple[Any, ...], value: Any, place: str
) -> None:
    game, certificate = example(name)
    document: dict[str, Any] = json.loads(certificate_text(certificate))
    parent: Any = document
    for key in path[:-1]:
        parent = parent[key]
    parent[path[-1]] = value
    report = read_certificate(resealed(document)).check(game)
    assert not report.accepted
    assert report.place.startswith(place), report.place
    assert report.claim and report.problem


@pytest.mark.parametrize("given", [(), ((2, F(5)), (1, F(5))), ((2, F(2)),), ((2, F(1, 2)), (1, F(1, 3)))])
def test_self_consistency_proves_nothing(given: Any) -> None:
    """At 4/5 cooperation can be kept to: claiming Nash payoffs outright is refused, whatever multipliers are given."""
    game = noisy_dilemma("4/5")
    replies = ((0, 1, ((2, F(1)),)), (1, 1, ((3, F(1)),)), (0, 2, ((1, F(1)),)), (2, 2, ((3, F(1)),)))
    at_nash = PublicStep(((0, 0, given), *replies), (), (0,), (F(0),), ((F(0),), (F(0),)))
    first_best = replace(at_nash, joint=(F(2),), multipliers=replies)
    plan = Plan.of_profile(game, "C,C").to_json()
    room = PublicShortfall(game.digest, CONCEPTS[True], (first_best,), plan).check(game)
    assert not room.accepted and "leave room" in room.problem
    for steps in ((at_nash,), (at_nash, at_nash), (first_best, at_nash)):
        report = PublicShortfall(game.digest, CONCEPTS[True], steps, plan).check(game)
        assert not report.accepted and report.place.endswith("joint")


def test_a_settled_path_is_no_argument_where_money_can_be_burnt() -> None:
    game, certificate = example("balanced shortfall of a plan")
    assert isinstance(certificate, PublicShortfall)
    burning = replace(game, burning=True)
    claimed = replace(certificate, game_digest=burning.digest, concept=CONCEPTS[True])
    report = claimed.check(burning)
    assert not report.accepted and report.place.endswith("settled")
    # Nor would it be true: with burning cooperation holds.
    assert isinstance(solved(burning).verdict("C,C"), Sustainable)
    assert isinstance(solved(game).verdict("C,C"), Unsustainable)


def test_what_a_settled_path_brings_is_not_lowered_on_its_own_word() -> None:
    """Multipliers of all players may count a next state negatively, which is no contraction: any level would do."""
    stays, leaves = {"s": "1/2", "t": "1/2"}, {"t": 1}
    seen = [[[1], [1]], [[1], [1]]]
    game = read_game({
        "format": "servanda-game/1", "players": ["A", "B"], "discount": "1/2", "transfers": "voluntary",
        "burning": False, "states": [
            {"name": "s", "actions": [["C", "D"], ["C", "D"]], "payoffs": [[[2, 2], [2, 0]], [[0, 2], [0, 0]]],
             "transitions": [[stays, leaves], [leaves, leaves]], "signals": ["hum"], "signal_probabilities": seen},
            {"name": "t", "actions": [["w"], ["w"]], "payoffs": [[[0, 0]]], "signals": ["hum"],
             "signal_probabilities": [[[1]]]}]})
    plan, multipliers = {"s": [["C", "C"]]}, ((2, F(9)), (1, F(9)))
    assert isinstance(solved(game).verdict(plan), Sustainable)
    steps = (
        PublicStep((), (), (), (), ((), ())),
        PublicStep((), (), (0, 1), (F(8, 3), F(0)), settled=True),
        PublicStep(((0, 0, multipliers),), (), (0,), (F(-(10**6)),)),
        PublicStep((), ((0, multipliers),), (), ()),
    )
    report = PublicShortfall(game.digest, CONCEPTS[False], steps, plan).check(game)
    assert not report.accepted and report.place == "steps[2].joint"
    room = PublicShortfall(game.digest, CONCEPTS[False], steps[:2], plan).check(game)
    assert not room.accepted and "leave room" in room.problem
