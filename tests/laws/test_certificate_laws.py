"""Laws of certificates: agreement with brute force, invariance, and refusal of whatever has been re-sealed falsely."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from games.certificates.automata import values as automaton_values
from games.certificates.automata.no_profitable_deviation import (
    VALUE_TOLERANCE,
    NoProfitableDeviation,
    ProfitableDeviation,
)
from games.certificates.automata.self_generation import SelfGeneration
from games.certificates.certificate import Certificate, SolutionConcept
from games.certificates.certificate_file import certificate_text, read_certificate
from games.certificates.exact_game import ExactGame
from games.certificates.exclusion.exclusion import DropStep, Exclusion, LevelStep, PathStep
from games.certificates.exclusion.outer_sets import Bound, Direction, OuterSets, axis_directions
from games.certificates.signals import UndetectedDeviation
from games.model.clock import with_clock
from games.model.plan import Plan
from games.model.stochastic_game import GameError, StochasticGame, repeated_game
from games.model.strategy_automaton import Cell, Lottery, StrategyAutomaton, surely
from games.questions.solve import solve
from games.solvers.outer_bounds.approximation import OuterApproximation
from games.solvers.outer_bounds.refutation import refute
from games.solvers.verdict import Unsustainable
from tests.support import brute_force
from tests.support.example_certificates import (
    PENNIES,
    PURE,
    dilemma,
    examples,
    forgiving,
    grim,
    self_generation,
    two_state_dilemma,
)
from tests.support.forging import resealed
from tests.support.random_games import random_game

F = Fraction


def random_automaton(rng: np.random.Generator, game: StochasticGame, modes: int) -> StrategyAutomaton:
    def lottery() -> Lottery:
        weights = rng.integers(0, 3, size=modes)
        weights[rng.integers(modes)] += 1
        return tuple((m, F(int(w), int(weights.sum()))) for m, w in enumerate(weights) if w)

    n, states = game.n_players, range(game.n_states)
    cells = {
        (m, s): Cell(
            int(rng.choice(game.rows_of(s))),
            lottery(),
            tuple(lottery() for _ in range(n)),
            then_at={int(rng.integers(game.n_states)): lottery()},
            punish_at={(int(rng.integers(n)), int(rng.integers(game.n_states))): lottery()},
        )
        for m in range(modes)
        for s in states
    }
    return StrategyAutomaton(tuple(f"m{k}" for k in range(modes)), cells, surely(0))


# -- the exact game -------------------------------------------------------------------------------------------------


@given(st.integers(0, 10**6))
@example(15113)
@settings(max_examples=20)
def test_the_tables_hold_the_exact_numbers_of_the_game(seed: int) -> None:
    rng = np.random.default_rng(seed)
    game = random_game(rng, states=3, actions=(1, 3), integers=bool(seed % 2))
    first = int(game.transition.indices[0])
    game = replace(game, rationals={("payoff", 1, 0): F(1, 3), ("transition", 0, first): F(2, 7)})
    exact = ExactGame.of(game)
    for row in range(game.n_rows):
        assert exact.law(row) == game.exact_transition(row)
        for i in range(game.n_players):
            assert exact.payoff(row, i) == game.exact_payoff(row, i)
    for a in range(game.n_rows):
        for b in range(game.n_rows):
            assert exact.same_outcome(np.array([a]), np.array([b]))[0] == brute_force.same_outcome(game, a, b)


def test_one_law_written_in_several_ways_is_one_law() -> None:
    chances = [0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 1.0, 1.0, 0.0]
    states, starts = [0, 1, 1, 0, 0, 1, 0, 0, 1], [0, 2, 4, 6, 7, 9]
    game = StochasticGame(
        ("A",), np.array([0.5]), ("s", "t"), ((("a", "b", "c", "d"),), (("e",),)), np.zeros((5, 1)),
        csr_array((chances, states, starts), shape=(5, 2)), rationals={("transition", 2, 0): F(1, 2)})
    assert ExactGame.of(game).tables.law_of_row.tolist() == [0, 0, 0, 1, 1]


def test_games_that_differ_in_patience_share_their_tables() -> None:
    game = two_state_dilemma(0.5)
    assert ExactGame.of(game).tables is ExactGame.of(game.with_discount("1/7")).tables


# -- automata against brute force -----------------------------------------------------------------------------------


@given(st.integers(0, 10**6), st.sampled_from([(2, 1), (2, 2), (2, 3), (3, 1), (3, 2)]), st.integers(1, 3))
@settings(max_examples=60)
def test_slacks_and_values_agree_with_brute_force(seed: int, shape: tuple[int, int], modes: int) -> None:
    rng = np.random.default_rng(seed)
    players, states = shape
    discount = None if seed % 3 else [float(x) for x in np.round(rng.uniform(0, 0.95, players), 2)]
    game = random_game(rng, players, states, (1, 3), discount=discount, integers=True, reach=2)
    automaton = random_automaton(rng, game, modes)
    found = NoProfitableDeviation.of(game, automaton).values(game)
    values = brute_force.automaton_values(game, automaton)
    for key, value in found.items():
        assert np.allclose(value, [float(v) for v in values[key]], atol=1e-12, rtol=0)
    reached = StrategyAutomaton(automaton.modes, {k: automaton.cells[k] for k in found}, automaton.initial)
    slack = brute_force.least_slack(game, reached)
    report = NoProfitableDeviation.of(game, automaton).check(game)
    assert report.accepted == (slack is None or slack >= 0)
    if slack is not None:
        assert report.numbers["least_slack"] == pytest.approx(float(slack), abs=1e-12)
        link = NoProfitableDeviation.of(game, automaton).weakest_link(game, on_path=False)
        assert link is not None
        assert ProfitableDeviation.of(game, automaton, link).check(game).accepted == (slack < 0)


@pytest.mark.parametrize("seed", range(12))
def test_the_enclosure_holds_the_exact_values(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(seed)
    game = random_game(rng, 2, 4, (1, 3), discount=[0.7, 0.99] if seed % 2 else 0.97)
    automaton = random_automaton(rng, game, 2)
    exact = NoProfitableDeviation.of(game, automaton)
    by_solving = exact.check(game)
    monkeypatch.setattr(automaton_values, "EXACT_UNKNOWNS", 0)
    enclosed = NoProfitableDeviation.of(game, automaton)
    by_refining = enclosed.check(game)
    assert 0 < by_refining.numbers["enclosure_radius"] < 1e-38
    assert by_refining.accepted == by_solving.accepted
    assert by_refining.numbers["least_slack"] == pytest.approx(by_solving.numbers["least_slack"], abs=1e-13)
    a, b = exact.evaluation(game), enclosed.evaluation(game)
    assert not hasattr(a, "place") or not hasattr(b, "problem")
    truth = a.slacks.values.exact  # type: ignore[union-attr]
    low, high = b.slacks.values.low, b.slacks.values.high  # type: ignore[union-attr]
    for x, value in enumerate(truth):
        for i, v in enumerate(value or ()):
            assert low[x, i] * int(v.q) <= int(v.p) * automaton_values.GRID <= high[x, i] * int(v.q)


def test_exact_ties_are_settled_without_exact_values(monkeypatch: pytest.MonkeyPatch) -> None:
    """A vote that changes the state's name and nothing else: staying out of it costs exactly nothing."""
    stage = np.array([[2.0, 2.0], [2.0, 2.0]])
    law = np.array([[0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [0.3, 0.7, 0.0], [0.3, 0.0, 0.7]])
    pay = np.vstack([stage, [[1.0, 3.0]], [[1.0, 3.0]]])
    game = StochasticGame(
        ("A", "B"),
        np.array([0.9, 0.9]),
        ("vote", "yes", "no"),
        ((("y", "n"), ("-",)), (("-",), ("-",)), (("-",), ("-",))),
        pay,
        csr_array(law),
    )
    automaton = brute_force.stationary(game, (0, 2, 3))
    monkeypatch.setattr(automaton_values, "EXACT_UNKNOWNS", 0)
    report = NoProfitableDeviation.of(game, automaton).check(game)
    assert report.accepted
    assert report.numbers["least_slack"] == 0


def test_a_near_tie_that_cannot_be_proved_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    game = dilemma("1/3")
    assert NoProfitableDeviation.of(game, grim(game)).check(game).accepted
    monkeypatch.setattr(automaton_values, "EXACT_UNKNOWNS", 0)
    report = NoProfitableDeviation.of(game, grim(game)).check(game)
    assert not report.accepted
    assert "not proved" in report.problem


def test_a_clock_of_a_thousand_years_is_one_component_and_checked_exactly_enough() -> None:
    years = 1000
    pay = np.tile(np.array(dilemma(0.9).payoffs), (years, 1))
    law = csr_array((np.ones(4 * years), (np.arange(4 * years), np.repeat((np.arange(years) + 1) % years, 4))))
    game = StochasticGame(
        ("A", "B"), np.full(2, 0.9), tuple(f"y{t}" for t in range(years)), ((("C", "D"), ("C", "D")),) * years, pay, law
    )
    certificate = NoProfitableDeviation.of(game, grim(game), Plan.of_profile(game, "C,C"))
    report = certificate.check(game)
    assert report.accepted
    assert report.numbers["enclosure_radius"] < 1e-38
    assert report.numbers["margin"] == pytest.approx((2 - 0.1 * 3) / 0.1, abs=1e-9)


# -- published thresholds -------------------------------------------------------------------------------------------


def test_grim_trigger_holds_from_one_third_on_exactly_as_in_friedman_1971() -> None:
    game = dilemma("1/3")
    report = NoProfitableDeviation.of(game, grim(game), Plan.of_profile(game, "C,C")).check(game)
    assert report.accepted
    assert report.numbers["least_slack"] == 0
    below = dilemma(F(1, 3) - F(1, 1000))
    report = NoProfitableDeviation.of(below, grim(below)).check(below)
    assert not report.accepted
    assert "player" in report.place and "mode 'comply'" in report.place
    for off, accepted in ((F(-1, 10**60), False), (F(1, 10**60), True)):
        tiny = dilemma(F(1, 3) + off)
        report = NoProfitableDeviation.of(tiny, grim(tiny)).check(tiny)
        assert report.accepted == accepted and abs(report.numbers["least_slack"]) < 1e-40


def test_payoffs_are_claimed_to_a_tolerance_that_is_absolute_below_one() -> None:
    game = dilemma("1/2")
    small = replace(game, payoffs=game.payoffs / 8)
    for other, worth in ((game, F(2)), (small, F(1, 4))):
        for off, accepted in ((F(9, 10), True), (F(11, 10), False)):
            claimed = (worth + off * VALUE_TOLERANCE * max(F(1), worth), worth)
            report = NoProfitableDeviation.of(other, grim(other), payoffs=claimed).check(other)
            assert report.accepted == accepted and report.place == ("" if accepted else "claim.payoffs[0]")


def test_the_two_state_dilemma_turns_at_its_published_discount_factor() -> None:
    above = two_state_dilemma("0.356108")
    assert NoProfitableDeviation.of(above, grim(above), Plan.of_profile(above, "C,C")).check(above).accepted
    below = two_state_dilemma("0.356107")
    found = refute(below, Plan.of_profile(below, "C,C"))
    assert found is not None and found.check(below).accepted


# -- invariance -----------------------------------------------------------------------------------------------------


def affine(game: StochasticGame) -> StochasticGame:
    rationals = {k: v for k, v in game.rationals.items() if k[0] != "payoff"}
    scale, shift = np.resize([4, 0.5], game.n_players), np.resize([-3, 8], game.n_players)
    if game.undiscounted:
        shift = np.zeros(game.n_players)    # nothing is paid for ever after such a game has ended
    return replace(game, payoffs=game.payoffs * scale + shift, rationals=rationals)


@pytest.mark.parametrize("name", [k for k, (_, c) in examples().items() if not isinstance(c, SelfGeneration)])
def test_positive_affine_payoffs_change_no_answer(name: str) -> None:
    game, certificate = examples()[name]
    other = affine(game)
    if isinstance(certificate, NoProfitableDeviation):
        a = replace(certificate, margin=None, payoffs=None, game_digest=other.digest)
        assert a.check(other).accepted
        first, then = certificate.path_slacks(game), a.path_slacks(other)
        assert np.allclose(then.slack, first.slack * [4, 0.5], equal_nan=True, atol=1e-12)
        assert np.array_equal(then.row, first.row)
    elif isinstance(certificate, ProfitableDeviation | UndetectedDeviation):
        assert replace(certificate, game_digest=other.digest).check(other).accepted
    elif isinstance(certificate, Exclusion):
        timed = other if certificate.clock is None else with_clock(other, certificate.clock)
        plan = None if certificate.plan is None else Plan.from_json(timed, certificate.plan)
        if game.monitoring is not None or game.undiscounted:
            assert plan is not None and isinstance(solve(other).verdict(plan), Unsustainable)
            return
        point = None
        if certificate.point is not None:
            state, (u, v) = certificate.point
            point = (state, [4 * u - 3, v / 2 + 8])
        assert refute(timed, plan, point) is not None


def swapped(game: StochasticGame) -> tuple[StochasticGame, Callable[[int], int]]:
    """The game with its two players renumbered, and where each row goes."""

    def goes(row: int) -> int:
        s = int(game.row_state[row])
        a, b = game.own_action[row].tolist()
        first: int = int(game.row_start[s]) + b * int(game.action_counts[s, 0])
        return first + int(a)

    to = np.array([goes(r) for r in range(game.n_rows)])
    back = np.argsort(to)
    rationals = {
        (k, int(to[a]), b if k == "transition" else 1 - b): v
        for (k, a, b), v in game.rationals.items()
        if k != "discount"
    }
    other = replace(
        game,
        players=game.players[::-1],
        discount=game.discount[::-1].copy(),
        actions=tuple(per[::-1] for per in game.actions),
        payoffs=game.payoffs[back][:, ::-1].copy(),
        transition=csr_array(game.transition[back]),
        rationals=rationals,
    )
    return other.with_discount([game.exact_discount(1), game.exact_discount(0)]), goes


@given(st.integers(0, 10**6))
@settings(max_examples=20)
def test_renumbering_the_players_renumbers_the_answer(seed: int) -> None:
    rng = np.random.default_rng(seed)
    game = random_game(rng, 2, 2, (1, 3), discount=[0.6, 0.8], integers=True)
    automaton = random_automaton(rng, game, 2)
    other, goes = swapped(game)
    cells = {
        key: replace(
            cell,
            row=goes(cell.row),
            punish=cell.punish[::-1],
            punish_at={(1 - i, s): x for (i, s), x in cell.punish_at.items()},
        )
        for key, cell in automaton.cells.items()
    }
    a = NoProfitableDeviation.of(game, automaton)
    b = NoProfitableDeviation.of(other, replace(automaton, cells=cells))
    assert a.check(game).accepted == b.check(other).accepted
    assert a.check(game).numbers == b.check(other).numbers
    for key, value in a.values(game).items():
        assert np.array_equal(value[::-1], b.values(other)[key])


# -- what is refused ------------------------------------------------------------------------------------------------


RESEALED: list[tuple[str, tuple[Any, ...], Any, str]] = [
    ("grim", ("cells", 0, "punish", 0), 0, "cells[0]"),
    ("grim", ("cells", 0, "row"), 1, "cells[0]"),
    ("grim", ("cells", 0, "row"), 99, "cells[0].row"),
    ("grim", ("cells", 0, "mode"), 7, "cells[0]"),
    ("grim", ("cells", 1, "then"), [[0, "1/2"], [1, "1/3"]], "cells[1].then"),
    ("grim", ("cells", 1, "then"), [[0, "3/2"], [1, "-1/2"]], "cells[1].then"),
    ("grim", ("cells", 1, "then"), [[1, "1/2"], [1, "1/2"]], "cells[1].then"),
    ("grim", ("cells", 1, "punish"), [1], "cells[1].punish"),
    ("grim", ("start",), 1, "cells[1].row"),
    ("grim", ("start",), 5, "initial"),
    ("grim", ("claim", "margin"), "1.000000001", "claim.margin"),
    ("grim", ("claim", "payoffs", 1), "2.00000001", "claim.payoffs[1]"),
    ("grim", ("claim", "plan", "s0"), [["D", "D"]], "cells[0].row"),
    ("grim", ("claim", "plan"), {"s0": [["X", "D"]]}, "claim.plan"),
    ("forgiving", ("cells", 0, "punish"), [0, 0], "cells[0]"),
    ("forgiving", ("cells", 0, "punish_at", 0, 0), 2, "cells[0].punish_at"),
    ("forgiving", ("cells", 2, "then_at", 0, 0), 9, "cells[2].then_at"),
    ("pennies", ("cells", 0, "mix", 0), ["1/3", "2/3"], "cells[0]"),
    ("pennies", ("cells", 0, "mix", 0), ["1/3", "1/3"], "cells[0].mix"),
    ("pennies", ("cells", 0, "mix", 0), ["1"], "cells[0].mix"),
    ("pennies", ("concept",), PURE.value, "cells[0].mix"),
    ("impatient", ("claim", "row"), 3, "claim"),
    ("impatient", ("claim", "mode"), 1, "claim"),
    ("impatient", ("claim", "mode"), 2, "claim"),
    ("generated", ("points", 0, "payoff", 0), "0.000001", "points[0].payoff"),
    ("generated", ("points", 2, "then", 0, 1), 1, "points[2]"),
    ("generated", ("points", 2, "then", 0, 1), 3, "points[2].then"),
    ("generated", ("points", 1, "row"), 1, "points[1]"),
    ("generated", ("claim", "target", "payoff", 0), "1.5", "claim.target.payoff[0]"),
    ("generated", ("claim", "target", "lottery"), 9, "claim.target.lottery"),
    ("excluded plan", ("steps", 0, "levels", 0), "-0.5", "steps[0].levels[0]"),
    ("excluded plan", ("steps", 0, "direction"), 77, "steps[0].direction"),
    ("excluded plan", ("steps", 0, "levels"), [], "steps[0].levels"),
    ("excluded plan", ("claim",), {"empty": True}, "steps"),
    ("excluded plan", ("claim", "plan"), {"s0": [["D", "D"]]}, "steps"),
    ("excluded point", ("claim", "point", "payoff", 0), "2.5", "steps"),
    ("excluded point", ("claim", "point", "state"), 3, "claim.point"),
    ("excluded point", ("directions", 0), [0, 0], "directions[0]"),
    ("farkas", ("steps", 0, "farkas", 0, "cuts", 0, 1), "1/2", "steps[0].farkas[0]"),
    ("farkas", ("steps", 0, "farkas", 0, "multipliers", 0, 1), "-1", "steps[0].farkas[0]"),
    ("farkas", ("steps", 0, "farkas", 0, "rows", 0), 0, "steps[0].farkas[0].rows[0]"),
    ("farkas", ("steps", 0, "farkas", 0, "rows", 0), 44, "steps[0].farkas[0].rows"),
    ("public automaton", ("cells", 0, "payoffs", 0), "0.5", "cells[0] (state 's0'"),
    ("public automaton", ("cells", 0, "row"), 1, "cells["),
    ("public automaton", ("cells", 1, "row"), 4, "cells[1].row"),
    ("public automaton", ("cells", 0, "state"), 1, "cells[0].state"),
    ("public automaton", ("cells", 0, "then", 0, 0, 0), [4, 0], "cells[0].then"),
    ("public automaton", ("cells", 0, "then", 0, 1), 1, "cells["),
    ("public automaton", ("cells", 0, "then", 1, 1), 0, "cells[0] (state 's0'"),
    ("public automaton", ("cells", 0, "then", 1, 1), [[0, "1/2"], [1, "1/3"]], "cells[0].then"),
    ("public automaton", ("start",), 2, "start"),
    ("public automaton", ("claim", "margin"), "0.0806", "claim.margin"),
    ("public automaton", ("concept",), PURE.value, "concept"),
    ("public grim", ("start",), 1, "cells[1].row"),
    ("public grim", ("cells", 0, "then", 1, 1), 0, "cells["),
    ("excluded in public", ("directions", 0), [0, 1], "directions"),
    ("excluded in public", ("claim", "plan", "s0"), [["D", "D"]], "cuts"),
    ("excluded in public", ("claim", "plan"), {}, "cuts"),
    ("excluded in public", ("cuts", 0, "state"), 1, "cuts[0].state"),
    ("excluded in public", ("cuts", 0, "direction"), 8, "cuts[0].direction"),
    ("excluded in public", ("cuts", 0, "rows", 0, 0), 9, "cuts[0].rows[0]"),
    ("excluded in public", ("cuts", 0, "rows"), [], "cuts[0].rows"),
    ("no public equilibrium", ("cuts", 0, "rows", 0, 1, 0, 2), "-1", "cuts[0].rows[0]"),
    ("no public equilibrium", ("cuts", 0, "rows", 0, 1, 0, 2), 0, "cuts[0].rows[0]"),
    ("no public equilibrium", ("cuts", 0, "rows", 0, 1, 0, 1), 3, "cuts[0].rows[0]"),
    ("no public equilibrium", ("cuts", 0, "rows"), [], "cuts[0].rows"),
]


@pytest.mark.parametrize(("name", "path", "value", "place"), RESEALED, ids=[f"{r[0]}: {r[3]}" for r in RESEALED])
def test_what_is_changed_and_sealed_again_is_refused_by_its_meaning(
    name: str, path: tuple[Any, ...], value: Any, place: str
) -> None:
    game, certificate = examples()[name]
    document: dict[str, Any] = json.loads(certificate_text(certificate))
    parent: Any = document
    for key in path[:-1]:
        parent = parent[key]
    parent[path[-1]] = value
    report = read_certificate(resealed(document)).check(game)
    assert not report.accepted
    assert report.place.startswith(place), report.place
    assert report.claim and report.problem


def test_self_consistency_proves_nothing() -> None:
    """O = {Nash point} satisfies B(O) inside O; claiming O outright, in any number of steps, is refused."""
    game = dilemma("1/2")
    at_nash = [LevelStep(k, (0,)) for k in (2, 3, 0, 1)]
    claims: list[list[Any]] = [
        at_nash,
        at_nash[::-1],
        [*at_nash[:2], DropStep((0, 1)), *at_nash[2:]],
        [LevelStep(4, (0,)), *at_nash],
        [*at_nash[:2], LevelStep(4, (0,))],
    ]
    for steps in claims:
        report = Exclusion(game.digest, PURE, ((F(1), F(1)),), tuple(steps), 0, point=(0, (F(2), F(2)))).check(game)
        assert not report.accepted
        assert report.place.startswith("steps[")
        assert "levels[0]" in report.place
    plan = Plan.of_profile(game, "C,C").to_json()
    on_path = Exclusion(game.digest, PURE, (), (PathStep(), *at_nash), 0, plan).check(game)
    assert not on_path.accepted


def test_cells_are_needed_wherever_any_deviation_leads() -> None:
    game, automaton = forgiving()
    for key in automaton.cells:
        fewer = replace(automaton, cells={k: c for k, c in automaton.cells.items() if k != key})
        report = NoProfitableDeviation.of(game, fewer).check(game)
        assert not report.accepted
        assert report.place.startswith(("cells (mode", "start"))


def test_a_state_that_only_a_joint_deviation_reaches_needs_a_cell() -> None:
    law = np.zeros((5, 2))
    law[:4, 0], law[3], law[4, 1] = 1, [0, 1], 1
    game = StochasticGame(
        ("A", "B"),
        np.full(2, 0.5),
        ("on", "far"),
        ((("a", "b"), ("a", "b")), (("-",), ("-",))),
        np.array([[1.0, 1], [0, 0], [0, 0], [0, 0], [0, 0]]),
        csr_array(law),
    )
    one = surely(0)
    cells = {(0, 0): Cell(0, one, (one, one))}
    report = NoProfitableDeviation.of(game, StrategyAutomaton(("m",), cells, one)).check(game)
    assert not report.accepted and "'far'" in report.place
    cells[0, 1] = Cell(4, one, (one, one))
    assert NoProfitableDeviation.of(game, StrategyAutomaton(("m",), cells, one)).check(game).accepted


def test_indistinguishable_deviations_are_none() -> None:
    """Two names for one action: the punishment cannot be meant for the second, so it does not count."""
    game = repeated_game([[[1, 1], [0, 2]], [[1, 1], [0, 2]]], "1/2", actions=[["a", "same"], ["C", "D"]])
    one, two = surely(0), surely(1)
    cells = {(0, 0): Cell(0, one, (two, two)), (1, 0): Cell(1, two, (two, two))}
    report = NoProfitableDeviation.of(game, StrategyAutomaton(("x", "y"), cells, one)).check(game)
    assert not report.accepted and "player 'P2'" in report.place
    slacks = NoProfitableDeviation.of(game, StrategyAutomaton(("x", "y"), cells, one)).path_slacks(game)
    assert np.isnan(slacks.slack[0, 0]) and not np.isnan(slacks.slack[0, 1])


def test_values_of_an_automaton_that_does_not_fit_are_an_error_in_words() -> None:
    game, other = dilemma("1/2"), two_state_dilemma("1/2")
    with pytest.raises(GameError, match="cells"):
        NoProfitableDeviation.of(other, grim(game)).values(other)


def test_a_self_generating_set_needs_every_state_that_a_deviation_reaches() -> None:
    game, certificate = self_generation()
    assert certificate.check(game).accepted
    for broken in ({0: ()}, {}, {0: certificate.points[0], 5: certificate.points[0]}):
        report = replace(certificate, points=broken).check(game)
        assert not report.accepted and report.place.startswith("points")


def test_mixed_equilibria_are_no_matter_of_exclusion() -> None:
    game = repeated_game(PENNIES, "0.9")
    found = refute(game)
    assert found is not None
    report = replace(found, concept=SolutionConcept.MIXED_REVERSION).check(game)
    assert not report.accepted and report.place == "concept"


def test_exclusions_do_not_speak_of_games_with_transfers() -> None:
    game = replace(dilemma("0.33"), transfers="voluntary")
    empty: Certificate = Exclusion(game.digest, PURE, (), (), 3)
    assert empty.check(game).place == "game"
    with pytest.raises(GameError, match="transfers"):
        refute(game)


# -- outer sets: the exact checker against its floating-point twin --------------------------------------------------

@given(st.integers(0, 10**6), st.sampled_from([2, 3]), st.booleans())
@example(346, 2, False)
@settings(max_examples=25)
def test_a_level_is_accepted_down_to_the_fixed_point_and_no_further(seed: int, players: int, equal: bool) -> None:
    rng = np.random.default_rng(seed)
    discount = 0.7 if equal else [float(x) for x in np.round(rng.uniform(0.2, 0.9, players), 2)]
    game = random_game(rng, players, 2, (1, 2), discount=discount)
    more: list[Direction] = [tuple(F(int(x)) for x in rng.integers(-2, 3, players)) for _ in range(4)]
    directions = [*axis_directions(players), *(d for d in more if any(d))]
    grid = 10**14
    exact, twin = OuterSets(ExactGame.of(game), directions, grid), OuterApproximation(game, directions)
    for k in [*range(players, 2 * players), *range(players), *range(2 * players, len(directions))] * 2:
        level, cap, which = twin.fixed_point(k)
        level = np.minimum(level, twin.level[k])
        options = tuple(
            Bound(*twin.exact_option(k, int(m)), tuple(np.flatnonzero(twin.alive & (which == m)).tolist()))
            for m in np.unique(which) if m != -1 and np.isfinite(cap[which == m]).all())

        def on_grid(values: np.ndarray) -> np.ndarray:
            return np.array([int(x) for x in np.ceil(values * 1e14).tolist()] + [None], dtype=object)[:-1]

        lower = twin.level[k] - level
        s = int(lower.argmax())
        # Where an option leans on the direction itself the checker may go further: it puts the new level there.
        if lower[s] > 1e-6 and not twin.empty[s] and all(k not in option.multipliers for option in options):
            too_low = level.copy()
            too_low[s] -= 1e-9
            assert exact.lower(k, on_grid(too_low), options, "step") is not None
        assert exact.lower(k, on_grid(level + 1e-10), options, "step") is None
        twin.set_level(k, np.minimum(level + 1e-10, twin.level[k]))
        if k == players - 1:
            used = twin.drop(1e-9)
            assert exact.drop(tuple(used), (), "step") is None
            assert np.all(exact.alive <= twin.alive)
            if exact.empty.any():
                return


# -- mixing ---------------------------------------------------------------------------------------------------------

def battle_of_the_sexes(third: float) -> StochasticGame:
    """Battle of the sexes 2/1, and a third action of the first player that earns ``third`` against the mix."""
    payoffs = np.array([[[2, 1], [0, 0]], [[0, 0], [1, 2]], [[third, 0], [third, 0]]])
    return repeated_game(payoffs, "0.8", actions=[["opera", "boxing", "home"], ["opera", "boxing"]])


def reverting_to_a_mix(game: StochasticGame) -> StrategyAutomaton:
    keep, stop = surely(0), surely(1)
    mix = ((F(2, 3), F(1, 3), F(0)), (F(1, 3), F(2, 3)))
    cells = {(0, 0): Cell(0, keep, (stop, stop)), (1, 0): Cell(-1, stop, (stop, stop), mix=mix)}
    return StrategyAutomaton(("opera", "mix"), cells, keep)


def test_reversion_to_a_mixed_equilibrium_is_its_own_concept() -> None:
    game = battle_of_the_sexes(0.5)
    certificate = NoProfitableDeviation.of(game, reverting_to_a_mix(game), Plan.of_profile(game, "opera,opera"))
    assert certificate.concept is SolutionConcept.MIXED_REVERSION
    report = certificate.check(game)
    assert report.accepted
    values = certificate.values(game)
    assert np.allclose(values[1, 0], [2 / 3, 2 / 3], atol=1e-15)
    # On the path the second player is tempted most: 1 for ever, against 0 once and 2/3 for ever.
    assert report.numbers["margin"] == pytest.approx((1 - 0.8 * 2 / 3) / 0.2, abs=1e-12)
    # In the mix, staying at home costs 2/3 - 1/2 once; the other player has no action outside the mix.
    assert report.numbers["least_slack"] == pytest.approx(2 / 3 - 0.5, abs=1e-12)
    assert not replace(certificate, plan={"s0": [["boxing", "boxing"]]}).check(game).accepted


def test_an_action_outside_the_mix_that_pays_is_found() -> None:
    game = battle_of_the_sexes(0.75)
    report = NoProfitableDeviation.of(game, reverting_to_a_mix(game)).check(game)
    assert not report.accepted
    assert "mode 'mix'" in report.place and "home" in report.place
    link = NoProfitableDeviation.of(game, reverting_to_a_mix(game)).weakest_link(game, on_path=False)
    assert link is not None and link.slack == pytest.approx(2 / 3 - 0.75, abs=1e-12)
    assert ProfitableDeviation.of(game, reverting_to_a_mix(game), link).check(game).accepted


def test_a_mix_that_leaves_a_player_with_a_preference_is_refused() -> None:
    game = battle_of_the_sexes(0.5)
    automaton = reverting_to_a_mix(game)
    for mix in (((F(1, 2), F(1, 2), F(0)), (F(1, 3), F(2, 3))), ((F(2, 3), F(1, 3), F(0)), (F(1, 2), F(1, 2)))):
        cells = {**automaton.cells, (1, 0): replace(automaton.cells[1, 0], mix=mix)}
        report = NoProfitableDeviation.of(game, replace(automaton, cells=cells)).check(game)
        assert not report.accepted and "mode 'mix'" in report.place


def test_the_path_of_a_mix_needs_every_action_it_may_take_in_the_plan() -> None:
    game = repeated_game(PENNIES, "9/10")
    certificate = examples()["pennies"][1]
    assert isinstance(certificate, NoProfitableDeviation)
    report = replace(certificate, plan={"s0": [["a0", "b0"], ["a0", "b1"], ["a1", "b0"]]}).check(game)
    assert not report.accepted and report.place == "cells[0].row"
