"""Values of zero-sum trees: published numbers, brute force over the strategic form, tampered certificates."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import comb
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from games import GameError
from games.certificates.reading import CertificateError
from games.extensive_form import (
    EquilibriumProfile,
    ExtensiveGame,
    ZeroSumValue,
    answer,
    chance,
    decision,
    expected_payoffs,
    extensive_game,
    named,
    profile,
    realisation_plan,
    sequence_form,
    solve_zero_sum,
    terminal,
)
from games.extensive_form.classics import chain_store, inspection_game, kuhn_poker, selten_horse
from tests.support.example_trees import forgetful


def test_kuhn_poker_is_worth_minus_one_eighteenth() -> None:
    solution = solve_zero_sum(kuhn_poker())
    assert solution.value == Fraction(-1, 18)
    assert solution.certificate.check(kuhn_poker()).accepted
    assert expected_payoffs(kuhn_poker(), solution.profile) == (Fraction(-1, 18), Fraction(1, 18))


def test_second_players_optimum_in_kuhn_poker_is_the_only_one() -> None:
    found = named(kuhn_poker(), solve_zero_sum(kuhn_poker()).profile)["B"]
    assert found["J, check"]["bet"] == Fraction(1, 3)
    assert found["Q, bet"]["call"] == Fraction(1, 3)
    assert found["K, bet"] == {"call": 1} and found["J, bet"] == {"fold": 1}


def recursion(periods: int, budget: int) -> Fraction:
    """Dresher's closed form."""
    if budget >= periods:
        return Fraction(0)
    return -Fraction(comb(periods - 1, budget), sum(comb(periods, i) for i in range(budget + 1)))


@pytest.mark.parametrize(("periods", "budget"), [(n, m) for n in range(1, 7) for m in range(n + 1)])
def test_inspection_games_have_dreshers_values(periods: int, budget: int) -> None:
    game = inspection_game(periods, budget)
    solution = solve_zero_sum(game)
    assert solution.value == recursion(periods, budget)
    assert solution.certificate.check(game).accepted


@pytest.mark.parametrize(("periods", "budget", "chance_of_inspection"), [
    (2, 1, "1/3"), (3, 1, "1/4"), (3, 2, "3/7"), (4, 1, "1/5"), (4, 2, "4/11"), (4, 3, "7/15"), (5, 2, "5/16"),
    (5, 3, "11/26"),
])
def test_first_day_is_inspected_as_often_as_dresher_says(periods: int, budget: int, chance_of_inspection: str) -> None:
    game = inspection_game(periods, budget)
    found = named(game, solve_zero_sum(game).profile)
    assert found["Inspector"]["day "]["inspect"] == Fraction(chance_of_inspection)


def test_constant_sums_are_solved_as_well() -> None:
    pennies = extensive_game(["A", "B"], decision("A", {
        a: decision("B", {b: terminal([3, 1] if a == b else [0, 4]) for b in "ht"}, "b") for a in "ht"}))
    assert solve_zero_sum(pennies).value == Fraction(3, 2)


def test_plans_of_dominated_branches_are_sound() -> None:
    game = extensive_game(["A", "B"], terminal([2, -2]))
    assert solve_zero_sum(game).value == 2


@pytest.mark.parametrize(("game", "message"), [
    (selten_horse(), "3 players"), (chain_store(1), "payoffs do not add up"), (forgetful(), "no longer knows which"),
], ids=["three players", "not zero-sum", "no recall"])
def test_what_has_no_value_by_plans_is_refused_with_the_reason(game: ExtensiveGame, message: str) -> None:
    with pytest.raises(GameError) as error:
        solve_zero_sum(game)
    assert message in str(error.value)


def changed(solution: ZeroSumValue) -> list[ZeroSumValue]:
    """Every weight moved, and both bounds."""
    out = [replace(solution, lower=solution.lower + Fraction(1, 10**9)),
           replace(solution, upper=solution.upper - Fraction(1, 10**9)), replace(solution, game_digest="0" * 64)]
    for player in (0, 1):
        for row in range(len(solution.plans[player])):
            for cell in range(len(solution.plans[player][row])):
                rows = [list(x) for x in solution.plans[player]]
                rows[row][cell] += Fraction(1, 1000)
                plan = tuple(map(tuple, rows))
                plans = (plan, solution.plans[1]) if player == 0 else (solution.plans[0], plan)
                out.append(replace(solution, plans=plans))
    return out


def test_a_changed_number_is_refused_and_named() -> None:
    game = kuhn_poker()
    for forged in changed(solve_zero_sum(game).certificate):
        report = forged.check(game)
        assert not report.accepted
        assert report.place and report.problem


def test_a_bound_that_is_too_tight_names_the_player_whose_plan_gives_less() -> None:
    game, solution = kuhn_poker(), solve_zero_sum(kuhn_poker()).certificate
    tight = replace(solution, lower=solution.lower + 1), replace(solution, upper=solution.upper - 1)
    for forged, player in zip(tight, game.players, strict=True):
        problem = forged.check(game).problem
        assert problem.startswith(f"{player}'s plan")


def test_without_an_optimum_the_value_is_enclosed_and_nothing_more_is_claimed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sequence_form, "_optimum", lambda program: None)
    solution = solve_zero_sum(kuhn_poker())
    assert solution.value is None
    assert solution.lower < Fraction(-1, 18) < solution.upper
    assert solution.certificate.check(kuhn_poker()).accepted
    answered = answer(kuhn_poker())
    assert answered.status == "undecided" and answered.to_json()["value"] is None
    assert not answered.to_json()["subgame_perfect"]


def test_where_a_subgame_is_not_solved_the_value_is_enclosed(monkeypatch: pytest.MonkeyPatch) -> None:
    game = inspection_game(3, 1)
    monkeypatch.setattr(sequence_form, "_optimum", lambda program: None)
    solution = solve_zero_sum(game)
    assert solution.value is None
    assert solution.lower < recursion(3, 1) < solution.upper
    assert solution.certificate.check(game).accepted


@pytest.mark.parametrize("denominator", [7, 10**7 + 19])
def test_values_with_large_denominators_come_out_exactly(denominator: int) -> None:
    """Two by two without a saddle point: (ad - bc) / (a + d - b - c)."""
    a, b, c, d = Fraction(3, denominator), Fraction(-2, 3), Fraction(-1, 11), Fraction(5, denominator + 2)
    cells = {"lx": a, "ly": b, "rx": c, "ry": d}
    game = extensive_game(["A", "B"], decision("A", {
        r: decision("B", {s: terminal([cells[r + s], -cells[r + s]]) for s in "xy"}, "b") for r in "lr"}))
    assert solve_zero_sum(game).value == (a * d - b * c) / (a + d - b - c)


def test_wider_bounds_are_true_and_accepted() -> None:
    certificate = solve_zero_sum(kuhn_poker()).certificate
    assert replace(certificate, lower=Fraction(-1), upper=Fraction(1)).check(kuhn_poker()).accepted


def test_certificates_survive_being_written_and_refuse_what_is_none() -> None:
    certificate = solve_zero_sum(inspection_game(4, 2)).certificate
    document = certificate.to_json()
    assert ZeroSumValue.from_json(document) == certificate
    for broken in ({**document, "kind": "other"}, {**document, "lower": "x"}, {**document, "plans": 3},
                   {**document, "more": 1}):
        with pytest.raises(CertificateError):
            ZeroSumValue.from_json(broken)


@st.composite
def zero_sum_trees(draw: st.DrawFn) -> ExtensiveGame:
    """Simultaneous moves, chance, and a second round that both see, with random integer payoffs."""
    def matrix(name: str, deeper: bool) -> dict[str, Any]:
        rows, columns = draw(st.integers(1, 3)), draw(st.integers(1, 3))

        def cell(r: int, c: int) -> dict[str, Any]:
            if deeper and draw(st.integers(0, 3)) == 0:
                return matrix(f"{name}{r}{c}", False)
            x = draw(st.integers(-5, 5))
            return terminal([x, -x])

        return decision("A", {
            str(r): decision("B", {str(c): cell(r, c) for c in range(columns)}, name) for r in range(rows)}, name)

    if draw(st.booleans()):
        weight = Fraction(draw(st.integers(1, 4)), 5)
        moves = {"l": (weight, matrix("l", True)), "r": (1 - weight, matrix("r", True))}
        return extensive_game(["A", "B"], chance(moves))
    return extensive_game(["A", "B"], matrix("m", True))


@settings(max_examples=60, deadline=None)
@given(zero_sum_trees())
def test_random_trees_are_solved_exactly_and_the_certificate_is_accepted(game: ExtensiveGame) -> None:
    solution = solve_zero_sum(game)
    assert solution.value is not None
    assert solution.certificate.check(game).accepted
    assert expected_payoffs(game, solution.profile)[0] == solution.value
    assert EquilibriumProfile.of(game, solution.profile).check(game).accepted
    for player in (0, 1):
        plan = realisation_plan(game, player, solution.profile)
        assert all(sum(plan[k]) == sum(solution.plans[player][k]) for k in plan)


def test_profiles_are_read_by_name() -> None:
    game = inspection_game(1, 0)
    found = profile(game, {"Inspector": {"day ": "wait"}, "Inspectee": {"day ": {"act": "1/3", "violate": "2/3"}}})
    assert found == ((Fraction(1),), (Fraction(1, 3), Fraction(2, 3)))
    with pytest.raises(GameError, match="probabilities add up to 1/2"):
        profile(game, {"Inspector": {"day ": "wait"}, "Inspectee": {"day ": {"act": "1/2"}}})
