"""Verdicts by penal codes: against references, another method, brute force, and by laws."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csr_array

from games import Plan, StochasticGame, Sustainable, Undecided, Unsustainable, choose_solver, repeated_game, solve
from games.certificates.automata.no_profitable_deviation import NoProfitableDeviation
from games.files.game_file import read_game
from games.files.path_file import read_path
from games.questions.discount_region import discount_region
from games.solvers.penal_modes import PenalModes, PenalModesSolution
from games.solvers.penal_modes.search import Search
from games.solvers.verdict import Verdict, certificate_of
from tests.support.brute_force import least_slack
from tests.support.parties_campaign import best_rows, game_of, patient
from tests.support.random_games import random_game, relabelled

ORACLES = sorted((Path(__file__).parents[3] / "oracles").glob("verdict_*.json"))


def one_profile(game: StochasticGame, rng: np.random.Generator) -> Plan:
    """A random row per state."""
    allowed = np.zeros(game.n_rows, dtype=bool)
    allowed[[int(rng.choice(game.rows_of(s))) for s in range(game.n_states)]] = True
    return Plan(game, allowed)


def judged(game: StochasticGame, plan: Plan) -> Verdict:
    """The verdict by the method that is chosen for three players and more, without drawing payoff sets."""
    assert choose_solver(game)[0].name == "penal_modes"
    return PenalModes().quick().solve(game).verdict(plan)


@pytest.mark.parametrize("path", ORACLES, ids=lambda path: path.stem)
def test_targets_fail_just_below_their_thresholds_and_hold_just_above(path: Path) -> None:
    data = json.loads(path.read_text())
    game = read_game(data["game"])
    relative = [Fraction(x) for x in data["discount_factors_relative"] or ["1"] * game.n_players]
    for at, answer in (("no_at", Unsustainable), ("yes_at", Sustainable)):
        there = game.with_discount([Fraction(data[at]) * share for share in relative])
        plan = read_path(data["target"], there)
        assert isinstance(plan, Plan)
        verdict = judged(there, plan)
        evidence = certificate_of(verdict)
        assert isinstance(verdict, answer)
        assert evidence is not None and evidence.check(there).accepted


@pytest.mark.parametrize("seed", range(12))
def test_two_methods_never_contradict_each_other_on_two_players(seed: int) -> None:
    rng = np.random.default_rng(seed)
    game = random_game(rng, 2, int(rng.integers(1, 4)), (2, 3), integers=seed % 2 == 0, reach=2)
    plan = one_profile(game, rng)
    ours, theirs = (solve(game, solver=name).verdict(plan) for name in ("penal_modes", "equilibrium_polygons"))
    assert not isinstance(ours, Undecided)
    assert isinstance(ours, Sustainable) == isinstance(theirs, Sustainable)


@pytest.mark.parametrize("seed", range(6))
def test_what_proves_a_plan_is_an_equilibrium_by_brute_force(seed: int) -> None:
    rng = np.random.default_rng(seed)
    game = random_game(rng, 3, 1, 2, integers=True, discount=0.75)
    verdicts = [judged(game, one_profile(game, rng)) for _ in range(3)]
    held = [v for v in verdicts if isinstance(v, Sustainable)]
    for verdict in held:
        slack = least_slack(game, verdict.certificate.automaton)  # type: ignore[attr-defined]
        assert slack is None or slack >= 0
    assert not any(isinstance(v, Undecided) for v in verdicts)


@pytest.mark.parametrize("seed", range(8))
def test_the_names_and_the_order_of_players_and_states_do_not_matter(seed: int) -> None:
    rng = np.random.default_rng(seed)
    game = random_game(rng, 3, int(rng.integers(1, 3)), 2, integers=True, discount=0.6)
    plan = one_profile(game, rng)
    other, players, _ = relabelled(game, rng)
    renamed = {state: [[profile[i] for i in players] for profile in profiles]
               for state, profiles in plan.to_json().items()}
    assert type(judged(game, plan)) is type(judged(other, Plan.from_json(other, renamed)))


@pytest.mark.parametrize("seed", range(8))
def test_a_dummy_player_with_one_action_and_no_stake_changes_no_verdict(seed: int) -> None:
    rng = np.random.default_rng(seed)
    game = random_game(rng, 3, int(rng.integers(1, 3)), 2, integers=True, discount=0.6)
    plan = one_profile(game, rng)
    with_dummy = StochasticGame(
        (*game.players, "dummy"), np.append(game.discount, 0.3), game.states,
        tuple((*actions, ("watch",)) for actions in game.actions),
        np.column_stack([game.payoffs, np.zeros(game.n_rows)]), csr_array(game.transition), game.initial)
    a, b = judged(game, plan), judged(with_dummy, Plan(with_dummy, plan.allowed))
    assert type(a) is type(b) and not isinstance(a, Undecided)


def together(payoffs: np.ndarray) -> np.ndarray:
    """Players 1 and 2 of a three-player game as one player, who has what player 1 has."""
    first, second, third, _ = payoffs.shape
    return payoffs.reshape(first * second, third, 3)[:, :, [0, 2]]


@pytest.mark.parametrize("seed", range(10))
def test_what_holds_where_two_players_with_the_same_payoffs_choose_as_one_holds_where_they_choose_apart(
    seed: int,
) -> None:
    rng = np.random.default_rng(seed)
    payoffs = rng.integers(-3, 5, size=(2, 2, 2, 3)).astype(float)
    payoffs[..., 1] = payoffs[..., 0]
    apart = repeated_game(payoffs, discount=0.6)
    united = repeated_game(together(payoffs), discount=0.6)
    for row in range(8):
        allowed = np.arange(8) == row
        if isinstance(solve(united).verdict(Plan(united, allowed)), Sustainable):
            assert isinstance(judged(apart, Plan(apart, allowed)), Sustainable)


def test_the_converse_fails_where_two_must_move_together_to_gain() -> None:
    """Each of two allies alone cannot leave the bad profile; as one player they would, at once."""
    payoffs = np.zeros((2, 2, 1, 3))
    payoffs[1, 1, 0, :2] = 5.0
    payoffs[0, 1, 0, :2] = payoffs[1, 0, 0, :2] = -1.0
    apart = repeated_game(payoffs, discount=0.3)
    united = repeated_game(together(payoffs), discount=0.3)
    worst = np.arange(4) == 0
    assert isinstance(judged(apart, Plan(apart, worst)), Sustainable)
    assert isinstance(solve(united).verdict(Plan(united, worst)), Unsustainable)


def test_price_competition_of_three_firms_holds_from_two_thirds_up() -> None:
    game = read_game(Path(__file__).parents[3] / "field" / "cases" / "bertrand_3_firms.json")
    region = discount_region(game, "high,high,high", step=0.05)
    assert [[round(x, 5) for x in interval] for interval in region.intervals] == [[0.66667, 0.99]]
    assert region.edges[0].proved and not region.undecided
    assert isinstance(solve(game.with_discount("2/3")).verdict("high,high,high"), Sustainable)
    assert isinstance(solve(game.with_discount("0.66")).verdict("high,high,high"), Unsustainable)


@pytest.mark.parametrize("players", [3, 5])
def test_alike_contributors_to_a_public_good_need_the_patience_that_reversion_needs(players: int) -> None:
    """Of a contribution of 1 everybody gets r/n: who keeps it gains 1 - r/n now and loses r - 1 for ever after."""
    share = 2 / players
    payoffs = np.zeros((2,) * players + (players,))
    for profile in np.ndindex(*(2,) * players):
        given = np.array([1 - a for a in profile])
        payoffs[profile] = share * given.sum() - given
    edge = Fraction(players - 2, players) / (Fraction(players - 2, players) + 1)
    game = repeated_game(payoffs, discount=0.5)
    all_give = ",".join(labels[0] for labels in game.actions[0])
    near = Fraction(1, 1000)
    for factor, answer in ((edge + near, Sustainable), (edge - near, Unsustainable)):
        there = game.with_discount(factor)
        assert isinstance(judged(there, Plan.of_profile(there, all_give)), answer)


@pytest.mark.parametrize(("number", "factor", "answer"), [
    (3, "0.98", Sustainable),  # by sweeps in many directions, and many of them
    (49, "0.94", Sustainable),
    (11, "0.74875", Sustainable),  # by points that grow
    (98, "0.74", Sustainable),
    (141, "0.98", Sustainable),
    (11, "0.7475", Unsustainable),  # by directions that were refined often
    (163, "0.543125", Unsustainable),
])
def test_random_games_are_decided_close_to_their_thresholds(number: int, factor: str, answer: type[Verdict]) -> None:
    """Of ``tests.support.parties_campaign``: each was undecided once."""
    game, shares = game_of(number)
    there = patient(game, shares, Fraction(factor))
    assert isinstance(judged(there, Plan(there, best_rows(game).allowed)), answer)


def test_margins_without_proof_are_found_where_points_must_grow() -> None:
    game, shares = game_of(11)
    there = patient(game, shares, Fraction("0.74875"))
    margin = PenalModes().quick().quick_margin(there, Plan(there, best_rows(game).allowed))
    assert margin is not None and margin >= 0


@pytest.mark.parametrize("seed", range(4))
def test_a_profile_that_holds_holds_for_more_patient_players_where_patience_is_shared_and_there_is_one_state(
    seed: int,
) -> None:
    rng = np.random.default_rng(seed)
    game = random_game(rng, 3, 1, 2, integers=True, discount=0.6)
    kept = [Plan(game, np.arange(8) == row) for row in range(8)]
    held = [plan for plan in kept if isinstance(judged(game, plan), Sustainable)]
    for plan in held:
        for factor in ("0.61", "0.8", "0.99"):
            patienter = game.with_discount(Fraction(factor))
            assert isinstance(judged(patienter, Plan(patienter, plan.allowed)), Sustainable)


def without_search_above(monkeypatch: pytest.MonkeyPatch, factor: float) -> None:
    """No automaton is looked for where some player is more patient than that."""
    codes = Search.codes
    monkeypatch.setattr(Search, "codes", lambda search, way, until: (
        iter(()) if search.arrays.discount.max() > factor else codes(search, way, until)))
    monkeypatch.setattr("games.solvers.penal_modes.solver.grown_codes", lambda search, until: iter(()))
    monkeypatch.setattr(PenalModesSolution, "_pinned", staticmethod(lambda search, until: iter(())))


def test_high_factors_of_repeated_games_are_decided_by_what_does_for_less_patient_players(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    payoffs = np.array([[[[2, 2, 2], [0, 0, 3]], [[0, 3, 0], [-1, 1, 1]]], [[[3, 0, 0], [1, -1, 1]],
                        [[1, 1, -1], [0, 0, 0]]]], dtype=float)
    shared = repeated_game(payoffs, discount="0.97")
    apart = repeated_game(payoffs, discount=["0.97", "0.97", "0.96"])
    without_search_above(monkeypatch, 0.965)
    verdict = judged(shared, Plan.of_profile(shared, "a0,b0,c0"))
    assert isinstance(verdict, Sustainable)
    evidence = certificate_of(verdict)
    assert isinstance(evidence, NoProfitableDeviation) and evidence.check(shared).accepted
    # Play stays in its mode by chance, so that punishments do not begin for sure.
    assert any(len(lottery) > 1 for cell in evidence.automaton.cells.values() for lottery in cell.punish)
    solution = PenalModes(refute_seconds=1).quick().solve(apart)
    assert isinstance(solution.verdict(Plan.of_profile(apart, "a0,b0,c0")), Undecided)
