"""Strategies by name, judged: against brute force, closed forms, known results, and the rules of play of treaties."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from games import (
    GameError,
    PublicAutomaton,
    StochasticGame,
    StrategyAutomaton,
    repeated_game,
    solve,
    stochastic_game,
    strategies,
    timed_plan,
)
from games.certificates.automata.no_profitable_deviation import NoProfitableDeviation
from games.files.game_file import read_game
from games.play.rules_of_play import reversion
from games.play.strategies.evaluation import Judged, evaluate
from games.play.strategies.names import STRATEGIES
from games.play.strategies.strategy import Strategy
from games.tables import html_of
from tests.support import brute_strategies as brute
from tests.support.noisy_games import noisy_dilemma
from tests.support.random_games import random_game
from treaties import compile_treaty, read_treaty, with_terms
from treaties.assessing.ladder import Ladder

ROOT = Path(__file__).parents[4]
Make = Callable[[tuple[int, ...], tuple[int, ...]], tuple[Strategy, brute.Rule]]

KINDS: dict[str, Make] = {
    "grim": lambda c, p: (strategies.grim(c, p), brute.grim(c, p)),
    "one period": lambda c, p: (strategies.k_period(1, c, p), brute.k_period(c, p, 1)),
    "stick and carrot": lambda c, p: (strategies.stick_and_carrot(p, c), brute.k_period(c, p, 1)),
    "three periods": lambda c, p: (strategies.k_period(3, c, p), brute.k_period(c, p, 3)),
    "penance": lambda c, p: (strategies.penance(1, c, p), brute.penance(c, p)),
    "tit for tat": lambda c, p: (strategies.tit_for_tat(c, p), brute.tit_for_tat(c, p)),
    "tit for two tats": lambda c, p: (strategies.tit_for_two_tats(c, p), brute.tit_for_tat(c, p, 2)),
    "win-stay lose-shift": lambda c, p: (strategies.win_stay_lose_shift(c, p), brute.win_stay_lose_shift(c, p)),
}


def dilemma(t: object = 3, r: object = 2, p: object = 0, s: object = -1, discount: object = "1/2") -> StochasticGame:
    """Payoffs T, R, P, S; actions C and D."""
    payoffs = [[[r, r], [s, t]], [[t, s], [p, p]]]
    return repeated_game(payoffs, discount=discount, actions=[["C", "D"]] * 2)  # type: ignore[arg-type]


def least(judged: Judged) -> Fraction:
    return min(d.slack for x in judged.situations for d in x.best if d is not None)


SIZES = [(2, 2), (2, 3), (3, 2)]
"""(players, actions); of two tats brute force remembers too much in all but the first."""


@pytest.mark.parametrize(("kind", "players", "actions"), [
    (kind, *size) for kind in KINDS for size in (SIZES if kind != "tit for two tats" else SIZES[:1])])
def test_brute_force_finds_the_same_in_random_games(kind: str, players: int, actions: int) -> None:
    rng = np.random.default_rng(players * 10 + actions)
    answers = set()
    for _ in range(3):
        game = random_game(rng, players, 1, actions, integers=True)
        c, p = (tuple(int(rng.integers(actions)) for _ in range(players)) for _ in range(2))
        strategy, rule = KINDS[kind](c, p)
        found, expected = evaluate(game, strategy), brute.judged(game, rule)
        # Deviations that change nothing for anybody are none here; by brute force they count, with what follows them.
        if len(np.unique(game.outcome_class)) < game.n_rows:
            continue
        assert least(found) == expected.least
        assert found.values == expected.values[rule.start]
        assert {x.values for x in found.situations} == set(expected.values.values())
        assert found.equilibrium is (expected.least >= 0)
        assert found.certificate is not None and found.certificate.check(game).accepted
        answers.add(found.equilibrium)
    assert answers


def test_brute_force_finds_dilemmas_in_which_each_strategy_holds_and_fails() -> None:
    for kind, make in KINDS.items():
        answers = set()
        for t, s, d in [(3, -1, "1/3"), (3, -1, "4/5"), (5, -2, "2/5")]:
            game = dilemma(t=t, s=s, discount=d)
            strategy, rule = make((0, 0), (1, 1))
            found, expected = evaluate(game, strategy), brute.judged(game, rule)
            assert (found.equilibrium, least(found)) == (expected.least >= 0, expected.least), (kind, t, s, d)
            answers.add(found.equilibrium)
        # Tit for two tats invites a defection every other period, and is none of these.
        assert answers == ({False} if kind == "tit for two tats" else {True, False}), kind


# -- closed forms -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("t", "r", "p", "s"), [(3, 2, 0, -1), (5, 3, 1, 0), ("7/2", "3/2", "1/3", "-2/3")])
@pytest.mark.parametrize("kind", ["grim", "win-stay lose-shift", "penance"])
def test_in_a_dilemma_with_t_over_r_over_p_over_s_thresholds_are_those_of_the_closed_forms(
    kind: str, t: object, r: object, p: object, s: object
) -> None:
    T, R, P, S = (Fraction(str(x)) for x in (t, r, p, s))
    threshold = {
        "grim": (T - R) / (T - P),                              # Friedman (1971)
        "win-stay lose-shift": (T - R) / (R - P),               # Nowak and Sigmund (1993), with patience
        "penance": max(T - R, P - S) / (R - S),                 # van Damme (1989)
    }[kind]
    strategy, _ = KINDS[kind]((0, 0), (1, 1))
    for step in (Fraction(-1, 10**9), Fraction(0), Fraction(1, 10**9), Fraction(1, 50)):
        if 0 <= threshold + step < 1:
            found = evaluate(dilemma(t, r, p, s, threshold + step), strategy)
            assert found.equilibrium is (step >= 0)


@pytest.mark.parametrize("k", [1, 2, 5])
def test_k_periods_of_a_stage_equilibrium_deter_if_what_they_cost_covers_the_gain(k: int) -> None:
    for d in (Fraction(n, 20) for n in (1, 5, 7, 8, 10, 11, 19)):
        found = evaluate(dilemma(discount=d), strategies.k_period(k))
        assert found.equilibrium is (sum(d**m for m in range(1, k + 1)) * 2 >= 1)
        assert found.margin == pytest.approx(float(sum(2 * d**m for m in range(1, k + 1)) - 1), abs=1e-12)


@pytest.mark.parametrize("chance", ["0", "1/10", "1/2", "1"])
def test_a_grim_that_forgives_with_a_chance_is_worth_what_the_public_draw_leaves(chance: str) -> None:
    q, d = Fraction(chance), Fraction(1, 2)
    found = evaluate(dilemma(discount=d), strategies.forgiving_grim(chance))
    # v = d (q R + (1 - q) v) after a deviation, with P = 0 and R = 2.
    after = d * q * 2 / (1 - d * (1 - q))
    assert [x.values[0] for x in found.situations] == [2, after]
    assert found.equilibrium is ((1 - d) * 3 + d * after <= 2)


def test_stick_and_carrot_in_cournot_holds_from_nine_thirtyseconds_on() -> None:
    """Abreu (1986): two firms, monopoly output, one period of 5/12 each."""
    game = read_game(ROOT / "papers/abreu_1986/cournot_2_firms.json")
    strategy = strategies.stick_and_carrot("5/12,5/12", "1/4,1/4")
    for d, holds in (("9/32", True), (Fraction(9, 32) - Fraction(1, 10**9), False), ("1/3", True)):
        assert evaluate(game.with_discount(d), strategy).equilibrium is holds
    assert evaluate(game.with_discount("9/32"), strategies.grim("1/4,1/4")).equilibrium is False


# -- known results ----------------------------------------------------------------------------------------------------


def test_tit_for_tat_is_subgame_perfect_at_a_knife_edge_of_additive_dilemmas_only() -> None:
    """Every deviation has to be a matter of indifference: (T - R)/(R - S) = (P - S)/(T - P) = d."""
    for d in [Fraction(n, 30) for n in (1, 5, 9, 10, 11, 20, 27)]:
        assert evaluate(dilemma(discount=d), "tit_for_tat").equilibrium is (d == Fraction(1, 3))      # T + S = R + P
        assert evaluate(dilemma(5, 3, 1, 0, d), "tit_for_tat").equilibrium is False                  # Axelrod
    # Nor does it punish readily: after a defection it pays to let bygones be bygones.
    situation, player, deviation = evaluate(dilemma(discount="4/5"), "tit_for_tat").profitable[0]
    assert situation.profile[player] == "D" and deviation.action == "C"


def test_a_strategy_of_cooperation_for_ever_or_defection_for_ever_is_judged_as_the_stage_game_is() -> None:
    assert evaluate(dilemma(), strategies.always("D,D")).equilibrium is True
    found = evaluate(dilemma(), strategies.always("C,C"))
    assert found.equilibrium is False and found.profitable[0][2].slack == -1


def test_one_automaton_for_all_is_the_same_as_one_each_that_are_alike() -> None:
    for kind, make in KINDS.items():
        strategy, _ = make((0, 0), (1, 1))
        one, each = evaluate(dilemma(), strategy), evaluate(dilemma(), [strategy, strategy])
        assert (one.equilibrium, one.margin, one.values) == (each.equilibrium, each.margin, each.values), kind
        assert {(x.profile, x.values) for x in one.situations} == {(x.profile, x.values) for x in each.situations}


def test_grim_against_tit_for_tat_is_no_equilibrium_because_grim_does_not_forgive() -> None:
    found = evaluate(dilemma(discount="4/5"), [strategies.grim(), strategies.tit_for_tat()])
    assert found.equilibrium is False and found.margin is not None and found.margin > 0
    assert any(x.mode == "punish | P2 defected" for x, _, _ in found.profitable)


# -- with what there was before ---------------------------------------------------------------------------------------


def test_grim_is_the_reversion_of_the_rules_of_play_in_random_stochastic_games() -> None:
    rng = np.random.default_rng(5)
    for _ in range(6):
        game = random_game(rng, 2, 3, 2, reach=2)
        keep, threat = (np.array([int(rng.integers(*game.row_start[s:s + 2])) for s in range(3)]) for _ in range(2))
        rule = reversion(game, keep, threat)
        found = evaluate(game, strategies.grim(keep, threat))
        expected = NoProfitableDeviation.of(game, rule.automaton()).check(game)
        assert found.equilibrium is expected.accepted
        assert found.margin is not None and rule.least_on_path is not None
        assert abs(found.margin - rule.least_on_path.slack) < 1e-9


@pytest.mark.parametrize("players", [2, 3])
def test_it_is_the_same_whether_one_sees_who_deviates_or_what_is_done(players: int) -> None:
    """Both automata of a machine, in random stochastic games: the same subgames, values and answers."""
    rng = np.random.default_rng(players)
    both = 0
    for _ in range(3):
        game = random_game(rng, players, 3, 2, reach=2)
        keep, threat = (np.array([int(rng.integers(*game.row_start[s:s + 2])) for s in range(3)]) for _ in range(2))
        for strategy in (strategies.grim(keep, threat), strategies.k_period(2, keep, threat),
                         strategies.forgiving_grim("1/3", keep, threat), strategies.penance(1, keep, threat)):
            machine = strategy.machine(game)
            by_whom = machine._by_who_deviates()
            if by_whom is None:
                continue
            one, other = evaluate(game, by_whom), evaluate(game, machine._by_what_is_seen())
            assert one.values == pytest.approx(other.values, abs=1e-12) and one.equilibrium is other.equilibrium
            assert least(one) == pytest.approx(least(other), abs=1e-12)
            assert len(one.situations) == len(other.situations) == machine.reach.sum()
            both += 1
    assert both >= 6


def test_who_cannot_be_told_from_others_by_a_state_is_told_by_what_is_seen() -> None:
    """Three states of which only joint errors reach one: what follows them is part of the strategy."""
    law = [[[1, 0, 0], [1, 0, 0]], [[1, 0, 0], [0, 0, 1]]]
    game = stochastic_game(
        [[[[2, 2], [-1, 3]], [[3, -1], [0, 0]]], [[[0, 0]]], [[[2, 2], [-1, 3]], [[3, -1], [0, 0]]]],
        [law, [[[0, 1, 0]]], [[[0, 0, 1]] * 2] * 2], "1/2")
    found = evaluate(game, strategies.grim((0, 0), {"s0": (1, 1), "s2": (1, 1)}))
    # In s2 play is in the mode that punishes: nobody cooperates there, as it would in the other mode.
    assert [(x.mode, x.state) for x in found.situations] == [("cooperate", "s0"), ("punish", "s0"), ("punish", "s2")]
    assert found.equilibrium is True and isinstance(found.automaton, StrategyAutomaton)


def test_reversion_of_a_compiled_treaty_is_judged_as_on_its_ladder() -> None:
    treaty = read_treaty(ROOT / "treaties/cases/procurement.toml")
    answers = {}
    for renewal in ("none", "automatic"):
        compiled = compile_treaty(with_terms(treaty, {"sunset.renewal.rule": renewal}))
        rung, back = Ladder(compiled).rung(3), Ladder(compiled).reversions[0]
        found = evaluate(compiled.game, strategies.grim(compiled.plan, back))
        assert found.equilibrium is (rung.found.verdict == "sustainable")
        assert found.margin == pytest.approx(rung.found.margin)
        answers[renewal] = found.equilibrium
    assert answers == {"none": False, "automatic": True}


def test_a_strategy_that_holds_is_an_equilibrium_that_the_solver_knows_of() -> None:
    for d in ("1/3", "1/2", "4/5"):
        game = dilemma(discount=d)
        sets = solve(game).payoff_set()
        for make in KINDS.values():
            found = evaluate(game, make((0, 0), (1, 1))[0])
            if found.equilibrium:
                for x in found.situations:
                    assert sets.contains(np.array([float(v) for v in x.values])) != "no"


def test_an_automaton_of_a_proof_is_judged_as_its_certificate_says() -> None:
    game = dilemma()
    verdict = solve(game).verdict("C,C")
    automaton = verdict.certificate.automaton  # type: ignore[union-attr]
    found = evaluate(game, automaton)
    assert found.equilibrium is True and found.name == "" and isinstance(found.automaton, StrategyAutomaton)
    harder = evaluate(game.with_discount("1/10"), automaton)
    assert harder.equilibrium is False and harder.certificate is not None
    assert harder.certificate.kind == "profitable-deviation"


def test_what_matters_beyond_who_deviates_makes_a_public_automaton_that_the_check_accepts() -> None:
    game = repeated_game(
        [[[2, 2], [-1, 3], [-2, 1]], [[3, -1], [0, 0], [-1, 0]], [[1, -2], [0, -1], [-1, -1]]], discount="4/5")
    found = evaluate(game, strategies.win_stay_lose_shift((0, 0), (1, 1)))
    assert isinstance(found.automaton, PublicAutomaton) and found.certificate is not None
    assert found.certificate.check(game).accepted
    assert found.equilibrium is (brute.judged(game, brute.win_stay_lose_shift((0, 0), (1, 1))).least >= 0)


def test_a_frame_has_a_row_for_every_situation_and_player() -> None:
    found = evaluate(dilemma(), "tit_for_tat")
    frame = found.to_frame()
    assert len(frame) == 8 and frame["slack"].min() == pytest.approx(float(least(found)))
    assert frame[frame["pays"]]["deviation"].tolist().count("C") >= 1
    assert frame["value"].iloc[0] == 2
    line = "<Judged 'tit_for_tat': no equilibrium, least slack -0.666667, pure-action subgame-perfect equilibrium"
    assert repr(found).startswith(line)
    assert "<svg" in found.plot()
    assert r"\toprule" in found.to_latex()


def test_a_tampered_certificate_is_refused() -> None:
    game = dilemma()
    found = evaluate(game, "grim")
    assert isinstance(found.certificate, NoProfitableDeviation)
    cells = dict(found.certificate.automaton.cells)
    cells[0, 0] = replace(cells[0, 0], punish=(cells[0, 0].then,) * 2)
    forged = replace(found.certificate, automaton=replace(found.certificate.automaton, cells=cells))
    assert not forged.check(game).accepted


# -- profiles and errors ----------------------------------------------------------------------------------------------


def test_profiles_are_named_by_labels_numbers_objects_plans_or_rows() -> None:
    game = dilemma()
    for profile in ("C,C", ["C", "C"], (0, 0), {"s0": "C,C"}, {"s0": [0, 0]}, np.array([0])):
        assert evaluate(game, strategies.grim(profile, "D, D")).margin == 1


def test_in_a_dilemma_both_profiles_can_be_left_out_whatever_the_order_of_actions() -> None:
    turned = repeated_game([[[0, 0], [3, -1]], [[-1, 3], [2, 2]]], discount="1/2")
    assert evaluate(turned, "grim").situations[0].profile == ("a1", "b1")


@pytest.mark.parametrize(("make", "message"), [
    (lambda: evaluate(dilemma(), strategies.grim("C,X")), "cooperate: target 'C,X'"),
    (lambda: evaluate(dilemma(), strategies.grim((0, 2))), "has no action number 2"),
    (lambda: evaluate(dilemma(), strategies.grim((0, 0, 0))), "3 actions named for 2 players"),
    (lambda: evaluate(dilemma(), strategies.grim({"s1": "C,C"})), "state 's1' does not exist"),
    (lambda: evaluate(dilemma(), strategies.grim(np.array([9]))), "row 9 is no profile"),
    (lambda: evaluate(dilemma(), strategies.grim(3.5)), "is no profile"),  # type: ignore[arg-type]
    (lambda: evaluate(dilemma(), "grimm"), "did you mean 'grim'"),
    (lambda: evaluate(dilemma(), "k_period"), "needs 'k'"),
    (lambda: strategies.named("grim", k=3), "has no 'k'"),
    (lambda: strategies.k_period(0), "a whole number from 1"),
    (lambda: strategies.penance(True), "a whole number from 1"),
    (lambda: strategies.forgiving_grim("3/2"), "no number from 0 to 1"),
    (lambda: strategies.generous_tit_for_tat("much"), "no number from 0 to 1"),
    (lambda: evaluate(dilemma(), ["grim"]), "1 given for 2 players"),
    (lambda: evaluate(dilemma(), []), "is none"),
    (lambda: evaluate(dilemma(), 7), "is none"),  # type: ignore[arg-type]
    (lambda: evaluate(replace(dilemma(), transfers="voluntary"), "grim"), "players can pay one another"),
    (lambda: evaluate(replace(noisy_dilemma(), transfers="none"), "grim"), "players see signals"),
    (lambda: evaluate(random_game(np.random.default_rng(1), 2, 2), "tit_for_tat"), "repeated games; this game has 2"),
    (lambda: evaluate(random_game(np.random.default_rng(1), 2, 2), "grim"), "cooperate: name a profile"),
    (lambda: evaluate(dilemma(3, -1, 0, -2), "grim"), "is not better for everybody"),
    (lambda: evaluate(repeated_game([[[1, -1], [-1, 1]], [[-1, 1], [1, -1]]], 0.5), "grim"), "no equilibrium in pure"),
])
def test_what_does_not_fit_is_told(make: Callable[[], object], message: str) -> None:
    with pytest.raises(GameError, match=message):
        make()


def test_of_many_players_too_much_to_remember_is_told_and_win_stay_lose_shift_is_judged() -> None:
    n = 11
    many = repeated_game(
        np.stack([3 * np.indices((2,) * n).sum(axis=0) / n - own for own in np.indices((2,) * n)], axis=-1), "9/10")
    with pytest.raises(GameError, match="too much to remember"):
        evaluate(many, strategies.tit_for_two_tats((1,) * n, (0,) * n))
    assert evaluate(many, strategies.win_stay_lose_shift((1,) * n, (0,) * n)).equilibrium is True


def test_every_strategy_has_a_name_that_makes_it() -> None:
    options: dict[str, dict[str, object]] = {
        "k_period": {"k": 2}, "forgiving_grim": {"chance": "1/2"}, "generous_tit_for_tat": {"chance": "1/2"},
        "always": {"profile": "D,D"}}
    for name in STRATEGIES:
        strategy = strategies.named(name, **options.get(name, {}))
        assert strategy.name == name
        assert isinstance(strategy.automaton(dilemma()), StrategyAutomaton | PublicAutomaton)


TWICE = [[[1, 1], [5, 0], [0, 0]], [[0, 5], [4, 4], [0, 0]], [[0, 0], [0, 0], [3, 3]]]
"""Benoit and Krishna's kind of game: two equilibria, (0, 0) and (2, 2), and a better profile (1, 1)."""


def ended(discount: object, periods: int) -> tuple[Judged, StochasticGame]:
    game = repeated_game(TWICE, discount=discount, periods=periods)  # type: ignore[arg-type]
    path = {f"period {t + 1}": (1, 1) if t + 1 < periods else (2, 2) for t in range(periods)}
    return evaluate(game, strategies.grim(path, (0, 0))), game


@pytest.mark.parametrize("periods", [1, 2, 4])
def test_without_discounting_values_are_averages_of_what_is_left_and_slacks_are_sums(periods: int) -> None:
    judged, game = ended(1, periods)
    assert judged.equilibrium is True and judged.certificate is not None
    seen = {}
    for x in judged.situations:
        if x.state == "end":
            continue
        left = periods - game.states.index(x.state)
        total = 4 * (left - 1) + 3 if x.mode == "cooperate" else left
        assert x.values == (Fraction(total, left),) * 2
        # Deviating from (1, 1) gains 1 and loses what is ahead; from an equilibrium of the round there is nothing to
        # gain, and all that is ahead to lose if it was asked for as cooperation.
        now = 3 if left == 1 else -1
        slack = now + (total - (3 if left == 1 else 4)) - (left - 1) if x.mode == "cooperate" else 1
        assert [d.slack for d in x.best if d is not None] == [slack] * 2
        seen[x.mode, x.state] = slack
    assert judged.margin == min(s for (mode, _), s in seen.items() if mode == "cooperate")


def test_players_with_and_without_discounting_are_judged_each_in_its_own_units() -> None:
    both, _ = ended([1, "1/2"], 2)
    alone, _ = ended(["1/2", "1/2"], 2)
    first = {(x.mode, x.state): x for x in alone.situations}
    for x in both.situations:
        assert x.values[1] == first[x.mode, x.state].values[1] and x.best[1] == first[x.mode, x.state].best[1]
    assert both.values[0] == Fraction(7, 2)


def test_profiles_that_are_left_out_are_found_without_discounting_too() -> None:
    game = repeated_game(TWICE, discount=1, periods=3)
    path = {"period 1": (1, 1), "period 2": (1, 1), "period 3": (2, 2)}
    assert evaluate(game, strategies.grim(path)).equilibrium is True


def test_what_cannot_be_judged_without_discounting_is_told() -> None:
    game = repeated_game(TWICE, discount=1, periods=2)
    path = {"period 1": (1, 1), "period 2": (2, 2)}
    with pytest.raises(GameError, match="take discount factors below 1"):
        evaluate(game, [strategies.grim(path, (0, 0)), strategies.always((2, 2))])
    with pytest.raises(GameError, match="where a game is needed"):
        evaluate(strategies.grim(), dilemma())  # type: ignore[arg-type]


def test_a_plan_that_varies_over_time_is_followed_where_states_tell_the_time() -> None:
    turns = timed_plan(dilemma(discount="3/5"), pattern=["C,D", "D,C"])
    with pytest.raises(GameError, match=r"varies over time, .* with plan\.plan"):
        evaluate(dilemma(discount="3/5"), strategies.grim(turns, "D,D"))
    judged = evaluate(turns.plan.game, strategies.grim(turns.plan, "D,D"))  # type: ignore[union-attr]
    assert judged.equilibrium is True and judged.values == (Fraction(1, 2), Fraction(3, 2))


def test_states_may_be_named_by_their_numbers() -> None:
    game = repeated_game(TWICE, discount="1/2", periods=2)
    named = {"period 1": (1, 1), "period 2": (2, 2)}
    assert evaluate(game, strategies.grim({0: (1, 1), np.int64(1): (2, 2)}, (0, 0))).values == evaluate(
        game, strategies.grim(named, (0, 0))).values


def test_at_a_prompt_answers_take_one_line_however_many_situations_there_are() -> None:
    judged = evaluate(dilemma(), strategies.k_period(50))
    assert repr(judged).startswith("<Judged 'k_period': equilibrium, least slack ") and "\n" not in repr(judged)
    assert "and 62 more rows" in html_of(judged) and len(judged.to_frame()) == 102
