"""Departures that pay and show nothing: by hand, against brute force on random games, and beside the other methods."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from games import GameError, StochasticGame, Undecided, Unsustainable, choose_solver, discount_region, solve
from games.certificates.signals import PublicSelfGeneration, UndetectedDeviation
from games.certificates.signals.undetected_deviation import LeadsThere, PaysUnseen
from games.model.plan import Plan
from games.model.public_monitoring import PublicMonitoring
from games.model.stochastic_game import repeated_game
from games.numerics.arrays import Bools
from games.solvers.undetected_deviation import UndetectedDeviations, undetected_deviation
from tests.support.brute_public import can_avoid, given_policy, outcome_law, pays_unseen
from tests.support.example_certificates import DILEMMA, in_the_dark
from tests.support.noisy_games import blinded, random_noisy_game
from tests.support.public_evidence import random_public_automaton, random_watched_game

WORK = "work,work,work"


def steps_of(verdict: object) -> tuple[object, ...]:
    assert isinstance(verdict, Unsustainable) and isinstance(verdict.certificate, UndetectedDeviation)
    return verdict.certificate.steps


def blind_dilemma() -> StochasticGame:
    """The dilemma in which A's defection shows (bad with 0.7 instead of 0.2) and B's does not."""
    seen = PublicMonitoring((("good", "bad"),), (np.array([[0.8, 0.2], [0.8, 0.2], [0.3, 0.7], [0.3, 0.7]]),))
    return replace(repeated_game(DILEMMA, "9/10", actions=[["C", "D"]] * 2), monitoring=seen)


# -- by hand ----------------------------------------------------------------------------------------------------------


def test_three_parties_without_payments_are_refuted() -> None:
    solution = solve(in_the_dark(), solver="undetected_deviation")
    verdict = solution.verdict(WORK)
    assert steps_of(verdict) == (PaysUnseen(8, 12), LeadsThere(0, 1))
    assert isinstance(verdict, Unsustainable) and verdict.margin == solution.margin(WORK) == -1.0
    assert verdict.report is not None and verdict.report.accepted
    link = solution.weakest_link(WORK)
    assert link is not None and (link.state, link.player, link.played, link.deviation) == (1, 0, 8, 12)
    assert link.margin == -1.0 and link.to_json(solution.game)["deviation"] == "shirk"
    assert solution.weakest_link("shirk,shirk,shirk") is None


def test_what_shows_or_can_be_avoided_is_undecided() -> None:
    solution = solve(in_the_dark(), solver="undetected_deviation")
    for target in ("shirk,shirk,shirk", {}, {"calm": [["work"] * 3]}):
        assert isinstance(solution.verdict(target), Undecided)
    assert solution.margin("shirk,shirk,shirk") is None
    assert not solution.empty and solution.automaton("shirk,shirk,shirk") is None


def test_a_dark_state_that_nothing_leads_to_refutes_nothing() -> None:
    game = in_the_dark()
    law = game.transition.toarray()
    law[0] = [1.0, 0.0]
    calm = replace(game, transition=csr_array(law))
    assert undetected_deviation(calm, Plan.of_profile(calm, WORK)) is None
    free = Plan.from_json(game, {"dark": [["work"] * 3]})
    assert steps_of(undetected_deviation(game, free))     # every row of the calm leads to the dark


def test_of_departures_those_that_gain_most_are_named() -> None:
    game = in_the_dark()
    payoffs = game.payoffs.copy()
    payoffs[10, 1] += 0.5
    richer = replace(game, payoffs=payoffs)
    verdict = undetected_deviation(richer, Plan.of_profile(richer, WORK))
    assert steps_of(verdict)[0] == PaysUnseen(8, 10) and verdict is not None and verdict.margin == -1.5


def test_the_greatest_gain_is_looked_for_behind_a_lesser_one() -> None:
    """A chain of three states; what can be gained unseen in each is 1, 3 and 2."""
    payoffs = np.concatenate([[[0.0], [gain]] for gain in (1.0, 3.0, 2.0)])
    law = np.array([[0, 1, 0], [0, 1, 0], [0, 0, 1], [0, 0, 1], [0, 0, 1], [0, 0, 1]], dtype=float)
    game = StochasticGame(
        ("A",), np.array([0.5]), ("first", "second", "third"), ((("comply", "breach"),),) * 3, payoffs, csr_array(law),
        monitoring=PublicMonitoring((("hum",),) * 3, (np.ones((2, 1)),) * 3))
    verdict = undetected_deviation(game, Plan.of_profile(game, "comply"))
    assert steps_of(verdict) == (PaysUnseen(2, 3), LeadsThere(0, 1)) and verdict is not None and verdict.margin == -3.0


def test_two_players_are_refuted_where_sets_would_do_it_too() -> None:
    for transfers, factors in (("none", "9/10"), ("none", ["9/10", "1/2"]), ("voluntary", "9/10")):
        game = replace(blind_dilemma(), transfers=transfers).with_discount(factors)  # type: ignore[arg-type]
        solution = solve(game)
        assert solution.solver in ("public_polygons", "public_transfers")
        verdict = solution.verdict("C,C")
        assert steps_of(verdict) == (PaysUnseen(0, 1),)
        assert isinstance(verdict, Unsustainable) and verdict.margin is not None and verdict.margin <= -1.0


def test_a_hair_is_enough() -> None:
    """A gain of 1e-12 is too little for sets in floating point, and one of 1e-400 for a number."""
    game = blind_dilemma()
    payoffs = game.payoffs.copy()
    payoffs[1, 1] = payoffs[0, 1] + 1e-12
    assert steps_of(solve(replace(game, payoffs=payoffs)).verdict("C,C"))
    payoffs[1, 1] = payoffs[0, 1]
    hair = replace(game, payoffs=payoffs, rationals={("payoff", 1, 1): Fraction(2) + Fraction(1, 10**400)})
    verdict = undetected_deviation(hair, Plan.of_profile(hair, "C,C"))
    assert steps_of(verdict) and verdict is not None and verdict.margin is not None and verdict.margin < 0


def test_payments_between_impatient_and_patient_players_do_not_help() -> None:
    game = replace(blind_dilemma(), transfers="voluntary").with_discount(["9/10", "1/2"])
    solver, _ = choose_solver(game)
    assert solver.name == "undetected_deviation" and steps_of(solver.solve(game).verdict("C,C"))


def test_it_fails_at_every_discount_factor_or_is_not_told() -> None:
    game = in_the_dark()
    region = discount_region(game, WORK, step=0.3)
    assert region.intervals == () and region.undecided == ()
    open_ = discount_region(game, "shirk,shirk,shirk", step=0.3, solver="undetected_deviation")
    assert open_.intervals == () and open_.undecided


def test_payoffs_are_bounded_by_those_of_a_period() -> None:
    game = in_the_dark()
    bounds = UndetectedDeviations().solve(game).support_bounds("dark")
    assert bounds.outer.tolist() == [1.0, 1.0, 1.0, 4.0, 4.0, 4.0] and np.isneginf(bounds.inner).all()
    paid = UndetectedDeviations().solve(replace(game, transfers="voluntary")).support_bounds("dark")
    assert paid.directions.tolist() == (-np.eye(3)).tolist() and paid.outer.tolist() == [4.0, 4.0, 4.0]
    with pytest.raises(GameError, match="everyone sees what was done"):
        UndetectedDeviations().solve(repeated_game(DILEMMA, "1/2"))


# -- random games -----------------------------------------------------------------------------------------------------


def some_plan(game: StochasticGame, rng: np.random.Generator) -> Bools:
    """One row per state, or some of them, or all."""
    allowed = np.zeros(game.n_rows, dtype=bool)
    for s in range(game.n_states):
        rows = np.array(game.rows_of(s))
        allowed[rng.choice(rows, size=int(rng.choice([1, 1, 2, len(rows)])) if len(rows) > 1 else 1)] = True
    return allowed


@given(st.integers(0, 10**6))
@settings(max_examples=150)
def test_it_refutes_what_brute_force_cannot_avoid_and_nothing_else(seed: int) -> None:
    rng = np.random.default_rng(seed)
    game = blinded(random_watched_game(rng, players=2 + seed % 2, states=1 + seed % 3), rng, 4)
    plan = Plan(game, some_plan(game, rng))
    found = undetected_deviation(game, plan)
    assert (found is None) == can_avoid(game, plan.allowed)
    if found is not None:
        assert found.certificate.check(game).accepted and found.margin is not None and found.margin < 0


@given(st.integers(0, 10**6))
@settings(max_examples=100)
def test_it_never_refutes_what_an_equilibrium_follows(seed: int) -> None:
    """Random automata: plans of those that exact arithmetic proves to be equilibria."""
    rng = np.random.default_rng(seed)
    game = blinded(random_watched_game(rng, players=2 + seed % 2, states=1 + seed % 2), rng, 3)
    automaton = random_public_automaton(rng, game, most=1)
    if not PublicSelfGeneration.of(game, automaton).check(game).accepted:
        return
    allowed = np.zeros(game.n_rows, dtype=bool)
    allowed[[mode.row for mode in automaton.modes]] = True
    assert undetected_deviation(game, Plan(game, allowed)) is None
    assert undetected_deviation(game, Plan.free(game)) is None


@given(st.integers(0, 10**6))
@settings(max_examples=100)
def test_evidence_of_a_neighbouring_game_or_plan_and_edited_steps_prove_nothing_false(seed: int) -> None:
    """Whatever is accepted, brute force finds true: the claim of a forged certificate is judged for its own game."""
    rng = np.random.default_rng(seed)
    game = random_watched_game(rng, players=2 + seed % 2, states=1 + seed % 3)
    near = blinded(game, rng, 6)
    found = undetected_deviation(near, Plan(near, some_plan(near, rng)))
    if found is None or not isinstance(found.certificate, UndetectedDeviation):
        return
    steps, plan, wider = list(found.certificate.steps), found.certificate.plan, some_plan(game, rng)
    asked, mixed = Plan.from_json(near, plan), [steps[k] for k in rng.permutation(len(steps))]
    forged = [UndetectedDeviation.of(game, steps, other) for other in (Plan.from_json(game, plan), Plan(game, wider))]
    forged += [UndetectedDeviation.of(near, edited, asked) for edited in (steps[::-1], mixed)]
    forged.append(UndetectedDeviation.of(near, steps, Plan(near, wider)))
    for certificate in forged:
        of = game if certificate.game_digest == game.digest else near
        if certificate.check(of).accepted:
            assert not can_avoid(of, Plan.from_json(of, certificate.plan).allowed)
    for edited in (steps[1:], steps[:-1]):
        assert not UndetectedDeviation.of(near, edited, asked).check(near).accepted


@pytest.mark.parametrize("players", [2, 3])
def test_no_payments_enforce_a_row_from_which_a_departure_pays_unseen(players: int) -> None:
    """The program of all promises and payments together has no solution if such a row is played in any mode."""
    refuted = 0
    for seed in range(12):
        rng = np.random.default_rng(seed)
        game = blinded(random_noisy_game(rng, players=players, discount=0.9), rng, 2)
        for row in range(game.n_rows):
            allowed = np.zeros(game.n_rows, dtype=bool)
            allowed[row] = True
            found = undetected_deviation(game, Plan(game, allowed))
            assert (found is not None) == pays_unseen(game, row)
            if found is not None and refuted < 12:
                refuted += 1
                policy = {(0, mode): int(rng.integers(game.n_rows)) for mode in range(players + 1)}
                assert given_policy(game, {**policy, (0, int(rng.integers(players + 1))): row}) is None
    assert refuted == 12


@pytest.mark.parametrize("seed", range(6))
def test_the_methods_of_sets_agree(seed: int) -> None:
    """What is refuted here, sets in floating point leave no room for; what they prove is not refuted here."""
    rng = np.random.default_rng(seed)
    game = blinded(random_noisy_game(rng, discount=0.8), rng, 2)
    for paid in ("none", "voluntary"):
        asked = replace(game, transfers=paid)
        solution = solve(asked, solver="public_transfers" if paid == "voluntary" else "public_polygons")
        for row in range(asked.n_rows):
            target = {"s0": [list(asked.profile_labels(row))]}
            margin = solution.margin(target)
            if undetected_deviation(asked, Plan.from_json(asked, target)) is not None:
                assert margin is not None and margin < 1e-6
                assert isinstance(solution.verdict(target), Unsustainable)


def test_blinding_makes_laws_equal() -> None:
    """The random games above do have what they are made for."""
    found = 0
    for seed in range(20):
        rng = np.random.default_rng(seed)
        game = blinded(random_watched_game(rng, players=2 + seed % 2, states=2), rng, 4)
        laws = [outcome_law(game, row) for row in range(game.n_rows)]
        assert all(sum(law.values()) == pytest.approx(1) for law in laws)
        found += any(pays_unseen(game, row) for row in range(game.n_rows))
    assert found >= 8
