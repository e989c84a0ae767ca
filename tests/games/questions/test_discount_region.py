"""Discount regions: known thresholds with both sides proved, islands, edges that cannot be told; weakest links."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import final

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array

from games import GameError, Plan, StochasticGame, Sustainable, Unsustainable, repeated_game, solve
from games.numerics.progress import Progress
from games.questions.discount_region import discount_region
from games.questions.scan import insist_on_grid, scan
from games.solvers.outer_bounds.refutation import refute
from games.solvers.solution import Solution
from games.solvers.solver import Solver
from tests.support.example_certificates import two_state_dilemma

LABELS = [["C", "D"], ["C", "D"]]


def dilemma(reward: float, temptation: float, sucker: float, punishment: float) -> StochasticGame:
    return repeated_game(
        [[[reward, reward], [sucker, temptation]], [[temptation, sucker], [punishment, punishment]]],
        discount=0.5, actions=LABELS, players=["A", "B"])


# -- the scan --------------------------------------------------------------------------------------------------------


def seen(margin: Callable[[float], float | None], step: float = 0.05, tolerance: float = 1e-6) -> list[list[float]]:
    found = scan(margin, lowest=0.05, highest=0.95, step=step, tolerance=tolerance)
    return [list(interval) for interval in found.intervals]


@given(edge=st.floats(0.06, 0.94), curve=st.sampled_from([0.0, 1.0, 40.0]), jump=st.floats(0, 3))
def test_edges_of_curved_and_jumping_margins_are_found(edge: float, curve: float, jump: float) -> None:
    def margin(discount: float) -> float:
        return (discount - edge) * math.exp(curve * discount) + (jump if discount >= edge else -2 * jump)

    intervals = seen(margin)
    assert len(intervals) == 1
    assert 0 <= intervals[0][0] - edge <= 1e-6
    assert intervals[0][1] == 0.95


def test_islands_are_found_with_both_their_edges() -> None:
    intervals = seen(lambda d: 0.01 - (d - 0.3) ** 2 if d < 0.6 else d - 0.8)
    assert intervals == [pytest.approx([0.2, 0.4], abs=1e-6), pytest.approx([0.8, 0.95], abs=1e-6)]
    found = scan(lambda d: 0.01 - (d - 0.3) ** 2, lowest=0.05, highest=0.95, step=0.05, tolerance=1e-6)
    assert [edge.holds for edge in found.edges] == ["above", "below"]


def test_an_island_narrower_than_the_step_may_be_missed_and_a_finer_one_finds_it() -> None:
    def narrow(discount: float) -> float:
        return 0.004 - abs(discount - 0.425)

    assert seen(narrow) == []
    assert seen(narrow, step=0.005) == [pytest.approx([0.421, 0.429], abs=1e-6)]


def test_what_cannot_be_told_is_never_called_stable() -> None:
    def margin(discount: float) -> float | None:
        return None if 0.31 < discount < 0.52 else 1.0

    found = scan(margin, lowest=0.05, highest=0.95, step=0.05, tolerance=1e-6)
    assert [edge.beyond for edge in found.edges] == ["undecided", "undecided"]
    assert found.intervals[0] == pytest.approx((0.05, 0.31), abs=1e-6)
    assert found.intervals[1] == pytest.approx((0.52, 0.95), abs=1e-6)
    assert found.undecided == (0.35, 0.4, 0.45, 0.5)


def test_everywhere_and_nowhere() -> None:
    assert seen(lambda d: 0.0) == [[0.05, 0.95]]
    assert seen(lambda d: -1e-300) == []
    assert seen(lambda d: None) == []


def test_further_points_are_tried_as_well_and_may_lie_outside_the_grid() -> None:
    shares: list[float] = []
    found = scan(
        lambda d: 0.001 - abs(d - 0.51) if d < 0.9 else d - 0.985, lowest=0.02, highest=0.98, step=0.04, tolerance=1e-6,
        also=(0.51, 0.99), progress=lambda what, share: shares.append(share))
    (first, last), (from_, until) = found.intervals
    assert (first, last) == pytest.approx((0.509, 0.511), abs=1e-6), "an island narrower than the step"
    assert (from_, until) == pytest.approx((0.985, 0.99), abs=1e-6)
    assert found.grid == (0.02, 0.98, 0.04)
    assert shares == sorted(shares)


@pytest.mark.parametrize(("lowest", "highest", "step", "tolerance"), [
    (0.5, 0.5, 0.1, 1e-6), (0.6, 0.5, 0.1, 1e-6), (-0.1, 0.5, 0.1, 1e-6), (0.1, 1.0, 0.1, 1e-6), (0.1, 0.9, 0.0, 1e-6),
    (0.1, 0.9, 0.1, 0.0), (0.1, 0.9, 0.1, math.inf), (0.1, math.nan, 0.1, 1e-6),
])
def test_a_scan_that_makes_no_sense_is_refused(lowest: float, highest: float, step: float, tolerance: float) -> None:
    with pytest.raises(GameError):
        discount_region(dilemma(2, 3, -1, 0), "C,C", lowest, highest, step, tolerance)


def test_a_scan_of_too_many_points_is_refused_with_the_step_that_would_do() -> None:
    with pytest.raises(GameError, match=r"800,000,00\d points .* than 10,000; take a step of 8.5e-05 or more"):
        discount_region(dilemma(2, 3, -1, 0), "C,C", 0.1, 0.9, 1e-9)
    with pytest.raises(GameError, match=r"about 10\^299 points"):
        insist_on_grid(0.1, 0.9, 1e-300)
    insist_on_grid(0.1, 0.9, 8.5e-5)


# -- games -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("game", "threshold"), [
    (dilemma(2, 3, -1, 0), 1 / 3),
    (dilemma(9, 10, 1, 3), 1 / 7),
    (two_state_dilemma(0.5), (math.sqrt(97) - 7) / 8),
], ids=["2/3/0/-1", "9/1/10/3", "Abreu, Brooks and Sannikov"])
def test_thresholds_of_prisoners_dilemmas_with_both_sides_proved(game: StochasticGame, threshold: float) -> None:
    region = discount_region(game, "C,C")
    assert len(region.intervals) == len(region.edges) == 1
    edge = region.edges[0]
    assert region.intervals[0] == (edge.discount, 0.99)
    assert abs(edge.discount - threshold) <= 1e-6
    assert edge.holds == "above"
    assert edge.proved
    assert edge.holds_at is not None
    assert edge.fails_at is not None
    assert edge.holds_at - edge.fails_at == pytest.approx(4e-6)
    # What is called proved can be proved again, by asking at those very discount factors.
    assert isinstance(solve(game.with_discount(edge.holds_at)).verdict("C,C"), Sustainable)
    below = game.with_discount(edge.fails_at)
    exclusion = refute(below, Plan.of_profile(below, "C,C"))
    assert exclusion is not None
    assert exclusion.check(below).accepted


def test_more_patience_can_hurt() -> None:
    """Investing costs 2 now, pays 9 next period and costs 3 ever after: -2 + 11 d - 12 d^2 >= 0 from 1/4 to 2/3."""
    payoffs = np.array([[-2.0, 0], [0, 0], [9, 0], [-3, 0], [0, 0]])
    law = np.zeros((5, 4))
    law[[0, 1, 2, 3, 4], [1, 3, 2, 2, 3]] = 1
    wait = (("wait",), ("watch",))
    game = StochasticGame(
        ("A", "B"), np.zeros(2), ("choose", "prize", "bill", "rest"),
        ((("invest", "refuse"), ("watch",)), wait, wait, wait), payoffs, csr_array(law),
    ).with_discount(0.5)
    region = discount_region(game, "invest,watch")
    assert len(region.intervals) == 1
    assert list(region.intervals[0]) == pytest.approx([1 / 4, 2 / 3], abs=1e-6)
    assert [edge.holds for edge in region.edges] == ["above", "below"]
    assert all(edge.proved for edge in region.edges)
    assert region.edges[1].holds_at == pytest.approx(region.edges[1].discount - 2e-6, abs=1e-8)


def _random_game(seed: int) -> tuple[StochasticGame, dict[str, list[list[str]]]]:
    """Up to three states and two actions each; a plan that leaves a choice."""
    rng = np.random.default_rng(seed)
    states = int(rng.integers(1, 4))
    payoffs = rng.integers(-3, 6, size=(4 * states, 2)).astype(float)
    law = np.zeros((4 * states, states))
    for row in range(4 * states):
        law[row, rng.integers(states)] += 0.5
        law[row, rng.integers(states)] += 0.5
    game = StochasticGame(
        ("A", "B"), np.zeros(2), tuple(f"s{s}" for s in range(states)), ((("C", "D"),) * 2,) * states, payoffs,
        csr_array(law),
    ).with_discount(0.5)
    return game, {"s0": [["C", "C"], ["D", "D"]]}


@pytest.mark.parametrize("seed", [6, 84, 124])
def test_edges_that_only_the_normals_of_the_sets_can_prove(seed: int) -> None:
    game, plan = _random_game(seed)
    region = discount_region(game, plan, step=0.1)
    assert len(region.edges) == 1
    assert region.edges[0].proved


@pytest.mark.parametrize("seed", range(8))
def test_regions_agree_with_verdicts(seed: int) -> None:
    game, plan = _random_game(seed)
    region = discount_region(game, plan, step=0.1, prove=False)
    for discount in (0.205, 0.505, 0.805):
        verdict = solve(game.with_discount(discount), refute_seconds=2.0).verdict(plan)
        inside = any(low <= discount <= high for low, high in region.intervals)
        assert isinstance(verdict, Unsustainable) <= (not inside)
        assert isinstance(verdict, Sustainable) <= inside


def test_of_three_players_both_sides_of_an_edge_are_proved() -> None:
    """Public good, three players: contributing costs 1 and gives everybody 0.6.  It holds from 1/3 up."""
    payoffs = np.zeros((2, 2, 2, 3))
    for profile in np.ndindex(2, 2, 2):
        given_up = np.array([1 - a for a in profile])
        payoffs[profile] = 0.6 * given_up.sum() - given_up
    game = repeated_game(payoffs, discount=0.5, actions=[["give", "keep"]] * 3)
    # One-off gain 0.4, loss 0.8 for ever after.
    region = discount_region(game, "give,give,give", step=0.1)
    assert region.edges[0].discount == pytest.approx(1 / 3, abs=1e-6)
    assert region.edges[0].proved
    assert not region.undecided


@final
@dataclass(frozen=True)
class Mistaken(Solver):
    """Computes that the plan holds above ``edge``; its proofs are another method's, so true."""

    edge: float
    name = "mistaken"
    preference = 99

    def accepts(self, game: StochasticGame) -> None:
        return None

    def solve(self, game: StochasticGame, progress: Progress | None = None) -> Solution:
        return solve(game, solver="equilibrium_polygons")

    def margin_at(self, game: StochasticGame, plan: Plan, discount: float) -> float:
        return discount - self.edge


@pytest.mark.parametrize("own", [0.5, 0.333334, 0.995, 0.2])
def test_what_is_proved_at_the_games_own_factor_is_told_again_whatever_is_computed(own: float) -> None:
    game = dilemma(2, 3, -1, 0).with_discount(own)
    verdict = solve(game).verdict("C,C")
    for method in (Mistaken(0.7), Mistaken(0.1), Mistaken(2.0)):
        region = discount_region(game, "C,C", solver=method, verdict=verdict, prove=False)
        inside = any(low <= own <= high for low, high in region.intervals)
        assert inside == isinstance(verdict, Sustainable)


@pytest.mark.parametrize("edge", [0.2, 0.5])
def test_an_edge_that_the_proofs_contradict_is_said_to_be_unclear(edge: float) -> None:
    region = discount_region(dilemma(2, 3, -1, 0), "C,C", solver=Mistaken(edge))
    assert not region.edges[0].proved
    assert [d for d in region.undecided if abs(d - edge) < 1e-5]
    assert "a proof says the opposite" in region.note
    right = discount_region(dilemma(2, 3, -1, 0), "C,C", solver=Mistaken(1 / 3))
    assert right.edges[0].proved and not right.undecided and "opposite" not in right.note


def test_games_without_equilibrium_have_an_empty_region() -> None:
    pennies = repeated_game([[[1, -1], [-1, 1]], [[-1, 1], [1, -1]]], discount=0.5, actions=LABELS)
    region = discount_region(pennies, "C,C", step=0.2)
    assert (region.intervals, region.edges, region.undecided) == ((), (), ())


def test_no_proof_is_claimed_when_none_is_asked_for() -> None:
    region = discount_region(dilemma(2, 3, -1, 0), "C,C", step=0.2, prove=False)
    assert region.edges[0].discount == pytest.approx(1 / 3, abs=1e-6)
    assert not region.edges[0].proved
    assert (region.edges[0].holds_at, region.edges[0].fails_at) == (None, None)


# -- weakest links ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("discount", [0.2, 0.5])
def test_the_weakest_link_of_a_settled_plan_has_the_margin_of_the_plan(discount: float) -> None:
    # B is tempted more: 4 instead of 3.
    game = repeated_game([[[2, 2], [-1, 4]], [[3, -1], [0, 0]]], discount, actions=LABELS, players=["A", "B"])
    solution = solve(game)
    verdict = solution.verdict("C,C")
    assert isinstance(verdict, Sustainable | Unsustainable)
    link = solution.weakest_link("C,C", verdict)
    assert link is not None
    assert link.margin == verdict.margin == pytest.approx(2 * discount / (1 - discount) - 2)
    assert link.to_json(game) == {
        "state": "s0", "player": "B", "played": ["C", "C"], "deviation": "D", "margin": link.margin}


def test_the_weakest_link_of_a_plan_that_leaves_states_free() -> None:
    """The plan binds one state only; in the other anything may be played."""
    for discount, word in ((0.6, Sustainable), (0.2, Unsustainable)):
        game = two_state_dilemma(discount)
        solution = solve(game)
        target = {"low": [["C", "C"]]}
        verdict = solution.verdict(target)
        link = solution.weakest_link(target, verdict)
        assert isinstance(verdict, word)
        assert link is not None
        assert (link.margin >= 0) == (word is Sustainable)
        if word is Unsustainable:
            assert link.to_json(game)["state"] == "low"
            assert link.to_json(game)["deviation"] == "D"


def test_nobody_who_can_deviate_means_no_weakest_link() -> None:
    game = repeated_game([[[1, 2]]], discount=0.5, actions=[["x"], ["y"]])
    assert solve(game).weakest_link("x,y") is None


def test_the_weakest_link_of_reversion_is_that_of_its_automaton() -> None:
    game = dilemma(2, 3, -1, 0)
    solution = solve(game, solver="nash_reversion")
    link = solution.weakest_link("C,C")
    assert link is not None
    assert link.margin == pytest.approx(1.0)
    assert game.profile_labels(link.deviation) in (("C", "D"), ("D", "C"))
    assert solve(game.with_discount(0.2), solver="nash_reversion").weakest_link("C,C") is None
