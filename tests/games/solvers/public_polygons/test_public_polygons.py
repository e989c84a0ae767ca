"""Two players, public signals, no side payments: outer and inner sets, verdicts with exact proofs, the command."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from games import StochasticGame, Sustainable, Undecided, Unsustainable, repeated_game, solve
from games.certificates.certificate_file import read_certificate
from games.model.plan import Plan
from games.model.public_monitoring import PublicMonitoring
from games.model.stochastic_game import GameError
from games.numerics.arrays import Floats
from games.numerics.polygons import excess, hausdorff
from games.questions.solve import choose_solver
from games.solvers.public_polygons import solver as polygon_solver
from games.solvers.public_polygons.layout import signal_game
from games.solvers.public_polygons.sets import SignalIteration, evenly
from games.solvers.public_polygons.solver import PublicPolygonEquilibria, PublicPolygons
from tests.support.brute_public import outcome_law
from tests.support.command_line import run_with
from tests.support.noisy_games import random_noisy_game
from tests.support.random_games import random_game

GOOD = (0.9, 0.4, 0.2)
"""Probability of the good signal if both, one or none cooperate."""


def partnership(discount: float, good: tuple[float, float, float] = GOOD) -> StochasticGame:
    """Payoffs 1, -1.5, 2, 0 and one public signal that is good or bad."""
    game = repeated_game(np.array([[[1, 1], [-1.5, 2]], [[2, -1.5], [0, 0]]]), discount, actions=[["C", "D"]] * 2)
    law = np.array([[p, 1 - p] for p in (good[0], good[1], good[1], good[2])]).round(12)
    return replace(game, monitoring=PublicMonitoring((("good", "bad"),), (law,)))


def solved(game: StochasticGame, **options: object) -> PublicPolygonEquilibria:
    found = solve(game, solver="public_polygons", **options)  # type: ignore[arg-type]
    assert isinstance(found, PublicPolygonEquilibria)
    return found


def sticks_out(inner: Floats, outer: Floats) -> float:
    return float(excess(inner, len(inner), outer, len(outer)))


def best_of_all(levels: Floats, directions: Floats, game: StochasticGame) -> Floats:
    """One application of the set operator, slowly: the support in every direction, one program per row."""
    d, k = game.discount, len(directions)
    out = np.full(k, -np.inf)
    for row in range(game.n_rows):
        law = outcome_law(game, row)
        outcomes = sorted({z for i in range(2) for b in game.deviation_rows(row, i) for z in outcome_law(game, b)})
        number = {z: j for j, z in enumerate(outcomes)}
        upper, bound = [], []
        for j in range(len(outcomes)):
            for line, level in zip(directions, levels, strict=True):
                entry = np.zeros(2 * len(outcomes))
                entry[2 * j:2 * j + 2] = line
                upper.append(entry)
                bound.append(level)
        for i in range(2):
            for b in game.deviation_rows(row, i):
                if b == row:
                    continue
                entry = np.zeros(2 * len(outcomes))
                for z, p in outcome_law(game, b).items():
                    entry[2 * number[z] + i] += d[i] * float(p)
                for z, p in law.items():
                    entry[2 * number[z] + i] -= d[i] * float(p)
                upper.append(entry)
                bound.append((1 - d[i]) * (game.payoffs[row, i] - game.payoffs[b, i]))
        for k, line in enumerate(directions):
            worth = np.zeros(2 * len(outcomes))
            for z, p in law.items():
                worth[2 * number[z]:2 * number[z] + 2] = line * d * float(p)
            found = linprog(-worth, np.array(upper), np.array(bound), bounds=(None, None))
            if found.fun is not None:
                out[k] = max(out[k], float(line @ ((1 - d) * game.payoffs[row])) - float(found.fun))
    return out


@pytest.mark.parametrize("seed", range(6))
def test_outer_levels_are_those_of_plain_programs(seed: int) -> None:
    rng = np.random.default_rng(seed)
    game = replace(random_noisy_game(rng, discount=0.6), transfers="none")
    laid = signal_game(game)
    work = SignalIteration(laid, max_sweeps=1)
    family = work.box(evenly(8))
    directions = np.array([[float(x), float(y)] for x, y in family.exact])
    levels = np.array([
        sum(max(line[i] * game.payoffs[:, i].min(), line[i] * game.payoffs[:, i].max()) for i in range(2))
        for line in directions
    ])
    for _ in range(4):
        family = work._settle(family, laid.components[0], np.ones(game.n_rows, dtype=bool), on_path=False)
        levels = np.minimum(levels, best_of_all(levels, directions, game))
        if not np.isfinite(levels).all():
            assert not family.alive[0]
            return
        size = np.hypot(*(directions * laid.scale).T)
        assert family.sets.levels[0] * size + directions @ laid.centre == pytest.approx(levels, abs=1e-6)


def test_a_partnership_loses_to_mistakes_what_the_likelihood_ratio_says() -> None:
    # Punishment must cost a deviator its gain: v = 1 - gain * P(bad | both) / (P(bad | one) - P(bad | both)).
    found = solved(partnership(0.9))
    best = 1 - 1 * 0.1 / 0.5
    assert found.status == "converged"
    assert found.payoff_set().outer.max(axis=0) == pytest.approx([best, best], abs=1e-6)
    assert found.payoff_set().inner.max(axis=0) == pytest.approx([best, best], abs=1e-6)


def test_a_partnership_turns_where_the_punishment_of_a_deviation_is_worth_its_gain() -> None:
    # d (P(bad | one) - P(bad | both)) v >= 1 - d with v = .8: d = 5/7.
    for discount, cooperates in ((5 / 7 - 1e-3, False), (5 / 7 + 1e-3, True)):
        best = solved(partnership(discount)).payoff_set().inner.max()
        assert best == pytest.approx(0.8 if cooperates else 0.0, abs=1e-6)


@pytest.mark.parametrize("discount", [0.3, 0.4, 0.5, 0.8, 0.95])
def test_where_everyone_sees_everything_the_sets_are_those_of_equilibrium_polygons(discount: float) -> None:
    game = repeated_game([[[2, 2], [-1, 3]], [[3, -1], [0, 0]]], discount)
    mine, theirs = solved(game).payoff_set(), solve(game, solver="equilibrium_polygons").payoff_set()
    assert hausdorff(mine.outer, theirs.outer) < 1e-6
    assert hausdorff(mine.inner, theirs.outer) < 1e-6


@pytest.mark.parametrize("seed", range(8))
def test_where_everyone_sees_everything_random_sets_hold_the_true_ones_between_them(seed: int) -> None:
    game = random_game(np.random.default_rng(seed), 2, 1 + seed % 3, (2, 3), discount=0.6)
    mine, theirs = solved(game), solve(game, solver="equilibrium_polygons")
    assert theirs.status == "converged"
    for s in range(game.n_states):
        here, true = mine.payoff_set(s), theirs.payoff_set(s)
        assert here.empty == true.empty
        if not true.empty:
            assert sticks_out(true.outer, here.outer) < 1e-8
            assert len(here.inner) == 0 or sticks_out(here.inner, true.outer) < 1e-6


@settings(max_examples=30)
@given(st.integers(0, 10**6))
def test_inner_sets_lie_in_outer_sets(seed: int) -> None:
    rng = np.random.default_rng(seed)
    game = replace(random_noisy_game(rng, states=1 + seed % 2, discount=0.7), transfers="none")
    found = solved(game)
    for s in range(game.n_states):
        known = found.payoff_set(s)
        assert len(known.inner) == 0 or sticks_out(known.inner, known.outer) < 1e-7


@pytest.mark.slow
@settings(max_examples=12)
@given(st.integers(0, 10**6))
def test_every_answer_is_proved_and_agrees_with_its_margin(seed: int) -> None:
    rng = np.random.default_rng(seed)
    game = replace(random_noisy_game(rng, states=1 + seed % 2, discount=0.8), transfers="none")
    found = solved(game)
    for row in range(0, game.n_rows, 3):
        plan = Plan.of_profile(game, game.profile_labels(row))
        verdict = found.verdict(plan)
        margin = found.margin(plan)
        if isinstance(verdict, Undecided):
            continue
        assert verdict.certificate.check(game).accepted
        again = read_certificate(json.loads(json.dumps(verdict.certificate.to_json())))
        assert again.check(game).accepted
        if margin is not None:
            assert (margin > -1e-6) if isinstance(verdict, Sustainable) else (margin < 1e-6)


def test_a_plan_without_punishments_on_its_path_fails_where_every_signal_is_always_possible() -> None:
    for discount in (0.5, 0.9):
        verdict = solved(partnership(discount)).verdict("C,C")
        assert isinstance(verdict, Unsustainable)
        assert verdict.certificate.kind == "public-exclusion"
        assert verdict.margin == pytest.approx(-1.0, abs=1e-6)


def test_a_signal_that_cooperation_never_brings_may_be_punished_without_mercy() -> None:
    # After a bad signal play stops for ever: d * .6 * 1 >= 1 - d, from 5/8 on.
    for discount, kind in ((0.62, Unsustainable), (0.63, Sustainable)):
        verdict = solved(partnership(discount, (1.0, 0.4, 0.2))).verdict("C,C")
        assert type(verdict) is kind
        # A one-off temptation of t more is deterred if d * .6 >= (1 - d) (1 + t).
        assert verdict.margin == pytest.approx(discount * 0.6 / (1 - discount) - 1, abs=1e-6)


def test_the_best_equilibrium_is_an_automaton_worth_the_best_payoff() -> None:
    found = solved(partnership(0.95))
    automaton = found.best_automaton(np.array([1.0, 0.0]))
    assert automaton is not None
    start = automaton.modes[automaton.initial[0][0]]
    assert float(start.payoffs[0]) == pytest.approx(found.payoff_set().inner[:, 0].max(), abs=1e-6)


def test_unequal_discount_factors_and_distant_units() -> None:
    game = partnership(0.9)
    other = replace(game, payoffs=game.payoffs * [1e6, 1e-3] + [1e7, 5.0], rationals={})
    plain, moved = solved(game).payoff_set(), solved(other).payoff_set()
    assert (moved.outer.max(axis=0) - [1e7, 5.0]) / [1e6, 1e-3] == pytest.approx(plain.outer.max(axis=0), abs=1e-6)
    unequal = solved(replace(game, discount=np.array([0.9, 0.8]), rationals={})).payoff_set()
    assert sticks_out(unequal.inner, unequal.outer) < 1e-9


def test_no_equilibrium_is_an_answer() -> None:
    game = repeated_game([[[1, -1], [-1, 1]], [[-1, 1], [1, -1]]], discount=0.1)
    blind = replace(game, monitoring=PublicMonitoring((("a", "b"),), (np.full((4, 2), 0.5),)))
    found = solved(blind)
    assert found.empty and found.payoff_set().empty
    verdict = found.verdict(Plan.free(blind))
    assert isinstance(verdict, Unsustainable) and verdict.margin is None


def test_it_is_chosen_where_there_are_signals_and_no_payments_and_refuses_the_rest() -> None:
    assert choose_solver(partnership(0.9))[0].name == "public_polygons"
    with pytest.raises(GameError, match="two players"):
        PublicPolygons().solve(repeated_game(np.zeros((2, 2, 2, 3)), 0.9))
    with pytest.raises(GameError, match="side payments"):
        PublicPolygons().solve(replace(partnership(0.9), transfers="voluntary"))


def test_without_settling_only_outer_sets_are_reported() -> None:
    found = solved(partnership(0.9), settle=False)
    assert found.status == "undecided" and len(found.payoff_set().inner) == 0
    assert found.payoff_set().outer.max() == pytest.approx(0.8, abs=1e-6)
    assert isinstance(found.verdict("D,D"), Sustainable)


def test_the_command_solves_proves_and_certifies(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = run_with(capsys)
    path, proof = tmp_path / "partnership.json", tmp_path / "proof.json"
    path.write_text(json.dumps({
        "format": "servanda-game/1", "players": ["A", "B"], "discount": 0.9, "states": [{
            "name": "work", "actions": [["C", "D"], ["C", "D"]],
            "payoffs": [[[1, 1], [-1.5, 2]], [[2, -1.5], [0, 0]]], "signals": ["good", "bad"],
            "signal_probabilities": [[[1, 0], [0.4, 0.6]], [[0.4, 0.6], [0.2, 0.8]]],
        }],
    }))
    answer = run("game", "solve", str(path), "--target", "C,C", "--certificate", str(proof), "--json")
    assert answer.code == 0, answer.err
    told = json.loads(answer.out)
    assert told["solver"] == "public_polygons" and told["verdict"]["verdict"] == "sustainable"
    assert told["states"]["work"]["inner"]
    checked = run("game", "certify", str(path), "--certificate", str(proof))
    assert checked.code == 0, checked.err
    region = run("game", "solve", str(path), "--target", "C,C", "--region", "--json")
    assert region.code == 0, region.err
    told = json.loads(region.out)["region"]
    assert told["edges"][0]["discount"] == pytest.approx(5 / 8, abs=1e-4)


def test_with_little_effort_sets_are_bounded_from_outside_and_nothing_is_told_as_a_no() -> None:
    """At 0.9 defection for ever is an equilibrium and some cooperation is; neither is looked for."""
    whole, short = solved(partnership(0.9)), solved(partnership(0.9), effort=1)
    assert short.exhausted and not whole.exhausted
    assert short.status == "undecided" and len(short.payoff_set("s0").inner) == 0
    assert sticks_out(whole.payoff_set("s0").vertices, short.payoff_set("s0").vertices) <= 1e-9
    verdict = short.verdict("D,D")
    assert isinstance(whole.verdict("D,D"), Sustainable)
    assert isinstance(verdict, Undecided) and "too large for the effort allowed" in verdict.reason
    assert short.best_automaton() is None and short.best_automaton(prove=False) is None
    refuted = short.verdict("C,C")
    assert isinstance(refuted, Unsustainable) and refuted.certificate.check(partnership(0.9)).accepted


def test_refinement_that_takes_too_much_effort_leaves_what_was_found_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(polygon_solver, "SETTLED_GAP", -1.0)
    finer, some = solved(partnership(0.9)), solved(partnership(0.9), effort=1e5)
    first = solved(partnership(0.9), refine=False)
    assert len(finer.outer.normals) > len(some.outer.normals) == len(first.outer.normals)
    assert not some.exhausted and len(some.payoff_set("s0").inner)
