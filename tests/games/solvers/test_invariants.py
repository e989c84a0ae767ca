"""Methods that answer what cannot be so are not believed, whatever the method, and those of the project never do."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, final

import numpy as np
import pytest

from games import StochasticGame, Sustainable, Undecided, Unsustainable, repeated_game, solve
from games.numerics.progress import Progress
from games.solvers.payoff_set import EquilibriumPayoffSet, SupportBounds
from games.solvers.relational_transfers.solver import TransferSolution
from games.solvers.solution import Solution, Target
from games.solvers.solver import Solver
from games.solvers.verdict import Verdict
from tests.games.solvers.equilibrium_polygons.test_unequal_patience import two_states

DILEMMA = repeated_game([[[2, 2], [-1, 3]], [[3, -1], [0, 0]]], 0.5, actions=[["C", "D"], ["C", "D"]])


@final
@dataclass(frozen=True)
class Says(Solver):
    """Gives one solution, whatever it is asked."""

    solution: Solution
    name = "says"

    def accepts(self, game: StochasticGame) -> None:
        return None

    def solve(self, game: StochasticGame, progress: Progress | None = None) -> Solution:
        return self.solution


@final
@dataclass(frozen=True, eq=False)
class Answers(Solution):
    """Gives one verdict and one margin, whatever it is asked."""

    answer: Verdict
    number: float | None

    def verdict(self, target: Target) -> Verdict:
        return self.answer

    def margin(self, target: Target) -> float | None:
        return self.number


def with_set(solution: Solution, found: EquilibriumPayoffSet | SupportBounds, state: int = 0, **more: Any) -> Solution:
    """What is told when the set of one state is another."""
    sets = [*solution.payoff_sets]
    sets[state] = found
    return Says(replace(solution, payoff_sets=tuple(sets), **more)).solve(solution.game)


def polygon(*corners: tuple[float, float]) -> EquilibriumPayoffSet:
    array = np.array(corners, dtype=float)
    return EquilibriumPayoffSet(array, array, 0.0)


def answering(answer: Verdict, number: float | None = None, **more: Any) -> Answers:
    s = solve(DILEMMA)
    return Answers(s.solver, s.why, s.concept, s.game, s.status, s.payoff_sets, 1, None, 0.0, answer, number, **more)


# -- sets ------------------------------------------------------------------------------------------------------------


def test_a_true_solution_is_told_as_it_is() -> None:
    solution = solve(DILEMMA)
    told = with_set(solution, solution.payoff_set(0))
    assert told.status == "converged" and not told.fault and "fault" not in told.to_json()


@pytest.mark.parametrize(("found", "word"), [
    (polygon((0, 0), (3.01, 0)), "stage payoffs allow 3"),                       # more than the greatest stage payoff
    (polygon((-1.01, 0), (0, 0)), "stage payoffs allow 1"),                      # less than the least
    (polygon((2.1, 2.1), (2, 2)), "stage payoffs allow 4"),                      # more together than any stage gives
    (polygon((0, 0), (float("nan"), 0)), "no number"),
    (EquilibriumPayoffSet(np.zeros((1, 2)), np.full((1, 2), 0.5), 0.7), "outside the set that contains all of them"),
    (EquilibriumPayoffSet(np.empty((0, 2)), np.zeros((1, 2)), 0.0), "outside the set that contains all of them"),
])
def test_sets_that_cannot_be_so_are_not_known(found: EquilibriumPayoffSet, word: str) -> None:
    told = with_set(solve(DILEMMA), found)
    assert told.status == "undecided" and told.error_bound is None
    assert word in told.fault
    assert told.to_json()["fault"] == told.fault


def test_with_unequal_factors_sums_are_free_and_payoffs_are_not() -> None:
    game = DILEMMA.with_discount([0.5, 0.9])
    solution = solve(game)
    assert with_set(solution, polygon((0, 0), (2.1, 2.1))).fault == ""
    assert "stage payoffs allow 3" in with_set(solution, polygon((0, 0), (3.1, 0))).fault


def test_known_sets_lie_among_the_payoffs_that_can_be_reached_from_their_state() -> None:
    rows = two_states([0.5, 0.5]).payoffs.copy()
    rows[:4] *= 10
    game = two_states([0.5, 0.5], rows.tolist())
    law = game.transition.toarray()
    law[4:] = [0, 1]
    stuck = replace(game, transition=type(game.transition)(law))
    solution = solve(stuck)
    assert solution.fault == "" and solution.status == "converged"
    assert with_set(solution, polygon((0, 0.5), (15, 0.5))).fault == ""
    assert "state 's1'" in with_set(solution, polygon((0, 0.5), (15, 0.5)), 1).fault
    # What is only a bound may be as wide as all payoffs of the game.
    assert with_set(solution, polygon((0, 0.5), (15, 0.5)), 1, status="undecided").fault == ""


def test_bounds_in_directions_are_held_to_the_same() -> None:
    game = repeated_game(np.random.default_rng(1).random((2, 2, 2, 3)), discount=0.6)
    solution = solve(game, solver="nash_reversion")
    bounds = solution.support_bounds(0)
    assert with_set(solution, bounds).fault == ""
    for moved in (replace(bounds, outer=bounds.outer + 1), replace(bounds, inner=bounds.outer + 0.1)):
        assert with_set(solution, moved).fault


def test_with_payments_sums_are_bounded_and_nobody_has_less_than_its_worst_equilibrium() -> None:
    solution = solve(replace(DILEMMA, transfers="voluntary"))
    assert isinstance(solution, TransferSolution)
    assert with_set(solution, polygon((0, 0), (4, 0), (0, 4))).fault == ""
    assert "stage payoffs allow 4" in with_set(solution, polygon((0, 0), (4.1, 0), (0, 4.1))).fault
    assert "no equilibrium less than" in with_set(solution, polygon((-0.5, 0), (4, 0), (0, 4))).fault
    lower = replace(solution.elimination, joint=np.array([3.0]))
    assert "no equilibrium has more than 3" in with_set(
        solution, polygon((0, 0), (4, 0), (0, 4)), elimination=lower).fault
    apart = replace(solution.elimination, joint=np.array([-0.5]))
    assert "nobody less than" in with_set(solution, polygon((0, 0)), elimination=apart).fault


# -- verdicts and margins --------------------------------------------------------------------------------------------


def test_a_margin_of_the_wrong_sign_or_no_number_decides_nothing() -> None:
    holds, fails = (solve(DILEMMA.with_discount(d)).verdict("C,C") for d in (0.5, 0.2))
    assert isinstance(holds, Sustainable) and isinstance(fails, Unsustainable)
    for wrong in (replace(holds, margin=-0.1), replace(holds, margin=float("nan")), replace(fails, margin=0.0)):
        told = answering(wrong).verdict("C,C")
        assert isinstance(told, Undecided) and "contradicts itself" in told.reason
    for right in (holds, fails, replace(holds, margin=None), replace(fails, margin=None)):
        assert answering(right).verdict("C,C") is right
    assert answering(holds, float("inf")).margin("C,C") is None
    assert answering(holds, 0.25).margin("C,C") == 0.25


def test_a_plan_does_not_hold_where_no_equilibrium_exists() -> None:
    holds = solve(DILEMMA).verdict("C,C")
    told = replace(answering(holds), payoff_sets=(EquilibriumPayoffSet(np.empty((0, 2)), np.empty((0, 2)), 0.0),))
    assert isinstance(told.verdict("C,C"), Undecided)


def test_what_the_exact_check_refused_is_undecided() -> None:
    holds = solve(DILEMMA).verdict("C,C")
    assert isinstance(holds, Sustainable)
    refused = holds.certificate.check(DILEMMA.with_discount(0.2))
    assert not refused.accepted
    assert isinstance(answering(replace(holds, report=refused)).verdict("C,C"), Undecided)


def test_where_sets_cannot_be_so_proofs_stand_and_margins_do_not() -> None:
    holds, unknown = solve(DILEMMA).verdict("C,C"), Undecided(solve(DILEMMA).concept, "nobody knows")
    told = answering(holds, 0.25, fault="too wide").verdict("C,C")
    assert isinstance(told, Sustainable) and told.margin is None
    assert answering(holds, 0.25, fault="too wide").margin("C,C") == DILEMMA.payoffs.max() - DILEMMA.payoffs.min()
    assert answering(unknown, 0.25, fault="too wide").margin("C,C") is None
    reason = answering(unknown, fault="too wide").verdict("C,C")
    assert isinstance(reason, Undecided) and "too wide" in reason.reason
