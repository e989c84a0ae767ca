"""How long cooperation lasts before punishment: closed forms, chains by hand, and play simulated many times."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from games.model.outcome_laws import OutcomeLaws
from games.model.plan import Plan
from games.model.public_automaton import PublicAutomaton, PublicMode
from games.model.stochastic_game import GameError, StochasticGame
from games.model.strategy_automaton import surely
from games.play.phases import Phases, mode_law, phases
from games.solvers.public_polygons.solver import PublicPolygons
from tests.support.noisy_games import noisy_dilemma
from tests.support.public_evidence import (
    noisy,
    random_public_automaton,
    random_watched_game,
    unpaid,
    until_a_bad_signal,
)

F = Fraction


def cooperation(game: StochasticGame) -> Plan:
    """CC, which is the first row."""
    return Plan.of_profile(game, "C,C")


@pytest.mark.parametrize("chance", [F(1), F(3, 4), F(1, 100)])
def test_until_a_bad_signal_cooperation_lasts_one_over_chance_times_lottery(chance: Fraction) -> None:
    """A bad signal has probability 0.3 and ends cooperation with probability q: 1 / (0.3 q) periods."""
    game = noisy("1/2")
    found = phases(game, until_a_bad_signal(game, chance), cooperation(game))
    assert found.begins and found.keeps == pytest.approx(1 / (0.3 * float(chance)), rel=1e-12)
    assert found.departs == pytest.approx(1) and found.away is None and found.returns == 0.0
    # Discounted share: sum of d ** t (1 - 0.3 q) ** t over sum of d ** t.
    assert found.share == pytest.approx([0.5 / (1 - 0.5 * (1 - 0.3 * float(chance)))] * 2)


def test_punishment_for_so_many_periods_lasts_so_many_periods() -> None:
    """Three periods of DD after a bad signal, then cooperation again."""
    game = noisy("1/2")
    nothing = (F(0), F(0))
    modes = [PublicMode(0, 0, nothing, {(y, 0): surely(0 if y == 0 else 1) for y in range(4)})]
    modes += [PublicMode(0, 3, nothing, {(y, 0): surely((k + 1) % 4) for y in range(4)}) for k in (1, 2, 3)]
    found = phases(game, PublicAutomaton(tuple(modes), surely(0)), cooperation(game))
    assert found.keeps == pytest.approx(1 / 0.3) and found.away == pytest.approx(3) and found.returns == 1.0
    # A renewal process: cooperation is worth c = 1 + d (0.7 c + 0.3 d ** 3 c) in discounted periods, of 1 / (1 - d).
    c = 1 / (1 - 0.5 * (0.7 + 0.3 * 0.5**3))
    assert found.share == pytest.approx([c / 2] * 2)


def test_from_a_punishment_phase_cooperation_begins_late() -> None:
    game = noisy("1/2")
    automaton = until_a_bad_signal(game, F(1, 2))
    late = PublicAutomaton(automaton.modes, ((0, F(1, 4)), (1, F(3, 4))))
    found = phases(game, late, cooperation(game))
    assert not found.begins and found.keeps == pytest.approx(1 / 0.15 / 4) and found.departs == pytest.approx(1)
    never = phases(game, PublicAutomaton(automaton.modes, surely(1)), cooperation(game))
    assert never.keeps == 0.0 and not never.begins and never.share == (0.0, 0.0)


def test_play_that_never_departs_keeps_to_the_plan_for_ever() -> None:
    game = noisy("1/2")
    modes = (PublicMode(0, 0, (F(1), F(1)), {(y, 0): surely(0) for y in range(4)}),)
    assert phases(game, PublicAutomaton(modes, surely(0)), cooperation(game)) == Phases(
        True, None, 0.0, None, None, (1.0, 1.0))


def test_states_that_the_plan_leaves_open_are_not_counted() -> None:
    game = noisy("1/2")
    found = phases(game, until_a_bad_signal(game), Plan.free(game))
    assert found.keeps == 0.0 and found.departs == 0.0 and found.share is None and not found.begins


def test_a_plan_of_another_game_is_refused() -> None:
    game = noisy("1/2")
    other = random_watched_game(np.random.default_rng(0))
    with pytest.raises(GameError, match="rows"):
        phases(game, until_a_bad_signal(game), Plan.free(other))


def test_the_equilibrium_of_most_joint_payoff_punishes_as_little_as_deters() -> None:
    """One signal, bad with 0.3 or 0.5: what punishes costs as much as it deters, at the greatest joint payoff.

    The best equilibrium begins with CC, and how long it lasts is at least what a grim answer to each bad signal gives.
    """
    game = unpaid(noisy_dilemma("19/20"))
    automaton = PublicPolygons(directions=8, refine=False).solve(game).best_automaton()
    assert automaton is not None
    found = phases(game, automaton, cooperation(game))
    assert found.begins and found.keeps is not None and found.keeps >= 1 / 0.3 - 1e-9


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6))
def test_expectations_agree_with_following_the_chain_step_by_step(seed: int) -> None:
    rng = np.random.default_rng(seed)
    game = random_watched_game(rng)
    automaton = random_public_automaton(rng, game)
    allowed = np.ones(game.n_rows, dtype=bool)
    for s in range(game.n_states):
        rows = game.rows_of(s)
        if len(rows) > 1 and rng.random() < 0.8:
            allowed[rows] = False
            allowed[int(rng.choice(rows))] = True
    plan = Plan(game, allowed)
    found = phases(game, automaton, plan)
    law = mode_law(game, automaton)
    assert np.allclose(law.sum(axis=1), 1)
    counts = np.array([m.state in plan.restricted_states for m in automaton.modes])
    keeping = np.array([allowed[m.row] for m in automaton.modes])
    # Follow the law for long; what has not departed by then never does, or so late that the sum has no bound.
    at = np.zeros(len(keeping))
    for mode, p in automaton.initial:
        at[mode] += float(p)
    kept = gone = 0.0
    for _ in range(6000):
        gone += float(at[~keeping].sum())
        at = np.where(keeping, at, 0.0)
        kept += float(at[counts].sum())
        at = np.asarray(law.T @ at)
    assert found.departs == pytest.approx(gone, abs=1e-7)
    if found.keeps is None:
        assert kept > 50
    else:
        assert found.keeps == pytest.approx(kept, abs=1e-6)


def test_the_law_of_modes_is_the_law_of_outcomes_and_then_the_lottery() -> None:
    game = noisy("1/2")
    law = mode_law(game, until_a_bad_signal(game, F(1, 3))).toarray()
    bad = 1 - OutcomeLaws(game).law(0)[0, 0]
    assert np.allclose(law, np.array([[1 - bad / 3, bad / 3], [0, 1]]))
