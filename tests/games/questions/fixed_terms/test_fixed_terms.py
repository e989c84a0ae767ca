"""Fixed terms: published and derived numbers, exact to 1e-6 on either side, and what must hold whatever the payoffs."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from games import stochastic_game
from games.certificates.typed import StatedBelief, TypedRuleEquilibrium
from games.certificates.typed.clean_path import CleanPath
from games.model.typed_game import TypedGame
from games.questions.fixed_terms import FixedTerm, fixed_term
from games.questions.fixed_terms.posteriors import Reputation
from games.questions.fixed_terms.pure_rules import least_conditional, pure_rules
from games.questions.fixed_terms.rules import rule_of
from tests.support.trusting import NORMAL, breacher, compliance, conditional, dilemma, one_sided
from tests.support.typed_games import evaluated

F = Fraction
LITTLE = F(1, 10**6)
USUAL = (2, 3, 0, -1)


def _doubted(payoffs: Sequence[Fraction | int], discount: Fraction, years: int, p: Fraction, both: bool) -> TypedGame:
    game = dilemma(payoffs, discount, years)
    if not both:
        return one_sided(game, 0, (conditional(game, 0), p))
    return TypedGame(game, tuple((NORMAL, conditional(game, i)) for i in range(2)), ((1 - p, p),) * 2)


def _told(typed: TypedGame) -> FixedTerm:
    found = fixed_term(typed, compliance(typed.game))
    assert not isinstance(found, str), found
    if found.equilibrium is not None:
        assert found.equilibrium.check(typed).accepted
    if found.bound is not None:
        assert found.bound.check(typed).accepted and found.bound.years == found.failing_years_at_most
    return found


@pytest.mark.parametrize(
    ("payoffs", "discount", "years", "both", "least", "sure"),
    [
        (USUAL, F(7, 10), 5, False, F(10, 21), 3),
        (USUAL, F(7, 10), 5, True, F(10, 21), 4),
        ((2, F(5, 2), 0, -1), F(7, 10), 5, False, F(4, 9), 3),
        ((2, F(5, 2), 0, -1), F(7, 10), 5, True, F(2, 7), 4),
        ((1, F(3, 2), 0, F(-1, 2)), F(1), 3, False, F(1, 3), 1),
        ((1, F(3, 2), 0, F(-1, 2)), F(1), 8, False, F(1, 3), 6),
    ],
)
def test_pure_rules_hold_from_the_least_chance_on(
    payoffs: Sequence[Fraction | int], discount: Fraction, years: int, both: bool, least: Fraction, sure: int,
) -> None:
    held = {}
    for p in (least, least - LITTLE):
        path = CleanPath(_doubted(payoffs, discount, years, p, both), compliance(dilemma(payoffs, discount, years)))
        right = next(one for one in pure_rules(path) if one.last == ((1, 1) if both else (2, 1)))
        held[p] = right.holds
        assert least_conditional(right) == least and years - right.failing == sure
    assert held == {least: True, least - LITTLE: False}


def test_the_procurement_treaty_holds_to_year_three_or_four() -> None:
    one, two = (_told(_doubted(USUAL, F(7, 10), 5, F(48, 100), both)) for both in (False, True))
    assert (one.sure_years, one.least_conditional, one.failing_years_at_least, one.failing_years_at_most) == (
        3, F(10, 21), 2, None)
    assert (two.sure_years, two.least_conditional, two.failing_years_at_least) == (4, F(10, 21), 1)
    assert not one.mixed and not two.mixed


def test_below_that_a_reputation_that_is_built_keeps_two_years() -> None:
    found = _told(_doubted(USUAL, F(7, 10), 5, F(10, 21) - LITTLE, False))
    assert found.mixed and (found.sure_years, found.least_conditional) == (2, F(400, 1071))


@pytest.mark.parametrize(
    ("years", "least"),
    [(3, F(1, 3)), (4, F(2, 9)), (5, F(1, 9)), pytest.param(6, F(2, 27), marks=pytest.mark.slow),
     pytest.param(7, F(1, 27), marks=pytest.mark.slow)],
)
def test_the_staircase_of_the_best_equilibria(years: int, least: Fraction) -> None:
    typed = _doubted(USUAL, F(1), years, least, False)
    path = CleanPath(typed, compliance(typed.game))
    reputation = Reputation(path)
    assert reputation.least_chance(years - 1) == least
    part = reputation.surely(years - 1, least)
    assert part is not None
    rule = rule_of(path, reputation.conduct(part, least))
    first = {"year 1": [["comply", "comply"]]}
    assert replace(TypedRuleEquilibrium.of(typed, rule), plan=first).check(typed).accepted
    assert reputation.surely(years - 1, least - LITTLE) is None


def test_five_years_with_one_chance_in_nine() -> None:
    typed = _doubted(USUAL, F(1), 5, F(1, 9), False)
    found = _told(typed)
    assert (found.sure_years, found.failing_years_at_least, found.least_conditional) == (1, 4, F(1, 9))
    rule = found.rule
    assert rule is not None
    assert {key[0]: dict(chances) for key, chances in rule.mix.items()} == {
        0: {0: F(1, 4), 1: F(3, 4)}, 1: {0: F(1, 3), 1: F(2, 3)}}
    laid = evaluated(typed, rule)
    assert [laid.value(i, 0, typed.prior)[0] for i in range(2)] == [5, 3]
    beliefs = [StatedBelief(rule.start, year, 0, (1 - p, p))
               for year, p in enumerate([F(1, 9), F(1, 9), F(1, 3), F(1, 3), F(1)])]
    assert TypedRuleEquilibrium.of(typed, rule, beliefs=beliefs).check(typed).accepted


def test_another_chance_of_mixing_is_no_equilibrium() -> None:
    typed = _doubted(USUAL, F(1), 5, F(1, 9), False)
    rule = _told(typed).rule
    assert rule is not None
    for key in rule.mix:
        for by in (-LITTLE, LITTLE):
            mix = dict(rule.mix)
            mix[key] = {a: p + (by if a == 0 else -by) for a, p in mix[key].items()}
            assert not TypedRuleEquilibrium.of(typed, replace(rule, mix=mix)).check(typed).accepted


@pytest.mark.parametrize("seed", range(4))
def test_no_more_years_fail_in_the_best_found_than_can_in_any(seed: int) -> None:
    draw = random.Random(seed)
    bounded = 0
    for _ in range(4):
        reward = draw.randint(2, 4)
        payoffs = (reward, reward + draw.randint(1, 3), F(draw.randint(0, 2), 2), -draw.randint(1, 2))
        typed = _doubted(payoffs, draw.choice([F(1), F(9, 10)]), 4, F(draw.randint(12, 19), 20), draw.random() < 0.3)
        found = _told(typed)
        if found.failing_years_at_most is not None:
            bounded += 1
            assert found.failing_years_at_least is not None
            assert found.failing_years_at_least <= found.failing_years_at_most
        if found.sure_years and found.least_conditional is not None:
            assert found.least_conditional <= typed.prior[0][1]
    assert bounded


def test_where_no_year_is_sure_an_equilibrium_is_found_all_the_same() -> None:
    found = _told(_doubted(USUAL, F(7, 10), 5, F(1, 10), False))
    assert (found.sure_years, found.failing_years_at_least, found.least_conditional) == (0, 5, None)


@pytest.mark.slow
def test_with_one_chance_in_a_hundred_nine_years_fail_at_best_and_two_hundred_can() -> None:
    found = _told(_doubted(USUAL, F(1), 12, F(1, 100), False))
    assert (found.sure_years, found.failing_years_at_least, found.least_conditional) == (3, 9, F(2, 243))
    assert found.failing_years_at_most is None


def test_without_conditional_kinds_no_year_holds() -> None:
    game = dilemma(USUAL, F(9, 10), 4)
    found = _told(one_sided(game, 0, (breacher(game), F(1, 5))))
    assert (found.sure_years, found.failing_years_at_least, found.least_conditional) == (0, 4, None)


def test_three_parties_may_all_be_conditional() -> None:
    table = np.zeros((2, 2, 2, 3))
    for played in np.ndindex(2, 2, 2):
        for i, own in enumerate(played):
            others = 2 - (sum(played) - own)
            table[(*played, i)] = 3 * others / 2 - (1 if own == 0 else 0)
    assert table[0, 0, 0].tolist() == [2, 2, 2]
    years = 3
    to = np.eye(years + 1)[1:]
    game = stochastic_game(
        [table] * years + [[[[[0, 0, 0]]]]],
        [np.broadcast_to(law, (2, 2, 2, years + 1)) for law in to] + [np.broadcast_to(to[-1], (1, 1, 1, years + 1))], 1,
        states=["year 1", "year 2", "year 3", "ended"], actions=[[["comply", "breach"]] * 3] * years + [[["-"]] * 3])
    p = F(9, 10)
    typed = TypedGame(game, tuple((NORMAL, conditional(game, i)) for i in range(3)), ((1 - p, p),) * 3)
    found = _told(typed)
    assert found.sure_years == 2 and not found.mixed
    least = found.least_conditional
    assert least is not None
    below = _told(replace(typed, prior=((1 - least + LITTLE, least - LITTLE),) * 3))
    assert below.sure_years != 2


@pytest.mark.parametrize(("years", "forgiving", "said"), [
    (None, False, "the plan need not end"), (4, True, "more than one thing can follow in state 'year 3'")])
def test_where_the_method_ends_it_says_so(years: int | None, forgiving: bool, said: str) -> None:
    game = dilemma(USUAL, F(7, 10), years)
    found = fixed_term(one_sided(game, 0, (conditional(game, 0, forgiving), F(1, 2))), compliance(game))
    assert isinstance(found, str) and found.startswith(said)
