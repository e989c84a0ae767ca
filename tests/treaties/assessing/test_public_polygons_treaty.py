"""Games of the size of treaties, without side payments: a term of years with audits and two public indicators."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from games import Plan, StochasticGame, Sustainable, Unsustainable
from games.model.public_automaton import PublicAutomaton
from games.play.phases import phases
from games.solvers.public_polygons.solver import PublicPolygons
from games.solvers.verdict import certificate_of
from tests.treaties.assessing.test_public_transfers_treaty import treaty

DILEMMA = np.array([[18, 22], [-12, 33], [30, -15], [0, 3]], dtype=float)


def unpaid(years: int, *, living_on: bool, discount: float = 0.9) -> StochasticGame:
    """States (year, security, standing) that never come back; after the end the dilemma lives on, or nothing does."""
    game = treaty(years, 4, 4, discount=discount)
    payoffs = game.payoffs.copy()
    if living_on:
        payoffs[-4:] = DILEMMA
    return replace(game, transfers="none", payoffs=payoffs)


def test_a_treaty_that_just_ends_unravels_and_its_best_equilibrium_never_begins_to_comply() -> None:
    game = unpaid(3, living_on=False)
    plan = Plan.of_profile(game, "comply,comply")
    solution = PublicPolygons().solve(game)
    assert solution.status == "converged"
    assert isinstance(solution.verdict(plan), Unsustainable)
    automaton = solution.best_automaton()
    assert automaton is not None
    found = phases(game, automaton, plan)
    assert not found.begins and found.keeps == 0.0 and found.share == pytest.approx([0.0, 0.0])


def test_where_the_dilemma_lives_on_two_years_hold_because_of_what_follows_them() -> None:
    game = unpaid(2, living_on=True)
    plan = Plan.of_profile(game, "comply,comply")
    solution = PublicPolygons(refine=False).solve(game)
    verdict = solution.verdict(plan)
    assert isinstance(verdict, Sustainable)
    evidence = certificate_of(verdict)
    assert evidence is not None and evidence.check(game).accepted
    automaton = solution.automaton(plan)
    assert isinstance(automaton, PublicAutomaton)
    found = phases(game, automaton, plan)
    # Two years and then the end, with no phase of punishment.
    assert found.begins and found.departs == 0.0 and found.keeps == pytest.approx(2.0)
    assert found.share == pytest.approx([1.0, 1.0])


@pytest.mark.parametrize(
    "living_on", [pytest.param(False, marks=pytest.mark.slow), pytest.param(True, marks=pytest.mark.campaign)])
def test_twelve_years_with_audits_are_decided_and_proved(living_on: bool) -> None:
    """193 states, 16 profiles and 16 signals in each, none of which comes back."""
    game = unpaid(12, living_on=living_on)
    assert game.n_states == 193 and game.monitoring is not None and len(game.monitoring.signals[0]) == 16
    solution = PublicPolygons().solve(game)
    verdict = solution.verdict(Plan.of_profile(game, "comply,comply"))
    assert isinstance(verdict, Unsustainable)
    evidence = certificate_of(verdict)
    assert evidence is not None and evidence.check(game).accepted
    assert solution.best_automaton() is not None
