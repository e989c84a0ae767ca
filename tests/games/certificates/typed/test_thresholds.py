"""Rules of play are accepted at the priors of closed forms, and refused a millionth beyond; beliefs follow Bayes' rule.

Closed forms for the dilemma (R, T, P, S) = (2, 3, 0, -1): worked out by hand.  Three and more years with a partner that
may be grim: Kreps, Milgrom, Roberts and Wilson (1982).
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from games.certificates.typed import TrustRegion, TypedDeviation, TypedRuleEquilibrium
from games.certificates.typed.rule import StatedBelief
from games.model.plan import Plan
from games.model.stochastic_game import repeated_game
from games.model.typed_game import PartyType, TypedGame, TypeRule
from games.model.typed_rule import TypedRule
from tests.support.typed_games import BAD, CONDITIONAL, DESCRIBED, GRIM, KEEPER, dilemma, evaluated, three_parties

F = Fraction
STEP = F(1, 10**6)


def accepted(typed: TypedGame, rule: TypedRule) -> bool:
    return TypedRuleEquilibrium.of(typed, rule).check(typed).accepted


@pytest.mark.parametrize(("discount", "trust"), [("1/2", F(1, 2)), ("9/10", F(1, 18))])
def test_a_partner_that_breaches_always(discount: str, trust: Fraction) -> None:
    typed, rule = dilemma(discount, {}, {BAD: 1 - trust})
    assert len(evaluated(typed, rule).nodes.place) == 4
    assert accepted(typed, rule)
    typed, rule = dilemma(discount, {}, {BAD: 1 - trust + STEP})
    assert not accepted(typed, rule)
    found = evaluated(typed, rule)
    weak = found.paying(typed.prior)
    assert weak is not None
    deviation = TypedDeviation.of(found, weak)
    assert deviation.check(typed).accepted
    assert not deviation.check(dilemma(discount, {}, {BAD: 1 - trust})[0]).accepted


@pytest.mark.parametrize(("discount", "keepers"), [("1/2", F(1, 3)), ("9/10", F(17, 27))])
def test_a_partner_that_keeps_its_word_whatever_comes_is_exploited(discount: str, keepers: Fraction) -> None:
    assert accepted(*dilemma(discount, {}, {KEEPER: keepers}))
    assert not accepted(*dilemma(discount, {}, {KEEPER: keepers + STEP}))


@pytest.mark.parametrize("chance", [F(1, 100), F(99, 100)])
def test_a_partner_that_answers_breach_is_as_good_as_one_that_chooses(chance: Fraction) -> None:
    assert accepted(*dilemma("9/10", {}, {CONDITIONAL: chance}))


def test_each_side_needs_trust_in_the_other_only() -> None:
    corner, short = F(17, 18), F(17, 18) + STEP
    assert accepted(*dilemma("9/10", {BAD: corner}, {BAD: corner}))
    assert not accepted(*dilemma("9/10", {BAD: short}, {BAD: corner}))
    assert not accepted(*dilemma("9/10", {BAD: corner}, {BAD: short}))


def test_three_types_bound_a_half_plane() -> None:
    typed, rule = dilemma("9/10", {}, {BAD: F(19, 90), KEEPER: F(22, 45)})
    assert accepted(typed, rule)
    assert TrustRegion.of(evaluated(typed, rule)).half_spaces == ((), ((17, -1, -10),))
    assert not accepted(*dilemma("9/10", {}, {BAD: F(19, 90), KEEPER: F(22, 45) + STEP}))


def fixed_term(
    years: int, temptation: Fraction, discount: Fraction, prior: Fraction, informed: int, other: int
) -> tuple[TypedGame, TypedRule]:
    """Player B may be grim; B stops complying with ``informed`` years left, A with ``other`` left, all on a breach."""
    game = repeated_game(
        [[[2, 2], [-1, temptation]], [[temptation, -1], [0, 0]]], discount, periods=years)
    rows = np.arange(game.n_rows)
    clean = np.isin(rows, game.row_start[:-1][:-1])
    by_year = np.append(np.arange(years), years)
    kept = clean | (rows == game.n_rows - 1) | (game.own_action[:, 0] == 0)
    grim = TypeRule(
        ("calm", "angry"), 0, np.stack([np.zeros(years + 1, dtype=np.int64), np.where(by_year < years, 1, 0)]),
        np.stack([np.where(kept, 0, 1), np.ones(len(rows), dtype=np.int64)]))
    typed = TypedGame(game, ((DESCRIBED,), (DESCRIBED, PartyType("grim", grim, kind="conditional"))),
                      ((F(1),), (1 - prior, prior)))
    left = years - by_year
    tables = [np.stack([np.where(left > stop, 0, 1), np.ones(years + 1, dtype=np.int64)]) for stop in (other, informed)]
    for table in tables:
        table[:, -1] = 0
    after = np.stack([np.where(clean, 0, 1), np.ones(len(rows), dtype=np.int64)])
    return typed, TypedRule(("clean", "breached"), 0, ((tables[0],), (tables[1], None)), after)


@pytest.mark.parametrize(("temptation", "discount", "least"), [
    (F(3), F(7, 10), F(10, 21)), (F(5, 2), F(7, 10), F(4, 9)), (F(3), F(1), F(1, 3)),
])
@pytest.mark.parametrize("years", [3, 5])
def test_a_partner_that_may_be_grim_carries_a_fixed_term(
    years: int, temptation: Fraction, discount: Fraction, least: Fraction
) -> None:
    assert accepted(*fixed_term(years, temptation, discount, least, informed=2, other=1))
    assert not accepted(*fixed_term(years, temptation, discount, least - STEP, informed=2, other=1))


def test_five_years_with_mixing() -> None:
    """Prior 1/9: B complies with chance 1/4 in year 2, A with chance 1/3 in year 3; worth 3 to A and 5 to B."""
    typed, rule = fixed_term(5, F(3), F(1), F(1, 9), informed=2, other=1)
    tables = [[np.array(row) for row in ([0, 0, 0, 0, 1, 0], [0, 0, 0, 1, 1, 0])][i] for i in range(2)]
    angry = np.array([1, 1, 1, 1, 1, 0])
    mix = {(0, 0, 0, 2): {0: F(1, 3), 1: F(2, 3)}, (1, 0, 0, 1): {0: F(1, 4), 1: F(3, 4)}}
    mixed = TypedRule(rule.modes, 0, ((np.stack([tables[0], angry]),), (np.stack([tables[1], angry]), None)),
                      rule.next_mode, mix=mix)
    third = (F(2, 3), F(1, 3))
    stated = [StatedBelief(0, 1, 1, (F(8, 9), F(1, 9))), StatedBelief(0, 2, 1, third), StatedBelief(0, 3, 1, third),
              StatedBelief(0, 4, 1, (F(0), F(1)))]
    assert TypedRuleEquilibrium.of(typed, mixed, beliefs=stated).check(typed).accepted
    found = evaluated(typed, mixed)
    assert found.value(0, 0, typed.prior) == (F(3), F(3)) and found.value(1, 0, typed.prior) == (F(5), F(5))
    heavier = replace(mixed, mix=mix | {(1, 0, 0, 1): {0: F(1, 4) + STEP, 1: F(3, 4) - STEP}})
    assert not accepted(typed, heavier)


def test_three_parties_need_products_of_trust() -> None:
    """One of three who faces two others, each unreliable with chance 1 - l: l squared must be at least 1/2."""
    assert not accepted(*three_parties(F(70710, 100000)))
    assert accepted(*three_parties(F(70711, 100000)))


def test_beliefs_that_are_not_by_bayes_rule_are_refused() -> None:
    typed, rule = dilemma("9/10", {}, {BAD: F(1, 4), KEEPER: F(1, 4)})
    after = (F(2, 3), F(0), F(1, 3))
    bad = (F(0), F(1), F(0))
    good = TypedRuleEquilibrium.of(typed, rule, beliefs=[StatedBelief(0, 0, 1, after), StatedBelief(1, 0, 1, bad)])
    assert good.check(typed).accepted
    wrong = StatedBelief(0, 0, 1, (F(1, 2), F(0), F(1, 2)))
    report = TypedRuleEquilibrium.of(typed, rule, beliefs=[wrong]).check(typed)
    assert (report.accepted, report.place) == (False, "claim.beliefs[0]")
    assert "(2/3, 0, 1/3)" in report.problem


def test_a_plan_is_kept_as_long_as_nobody_has_left_it() -> None:
    typed, rule = dilemma("9/10", {}, {BAD: F(1, 4)})
    plan = Plan.from_json(typed.game, {"s0": [["comply", "comply"]]})
    assert TypedRuleEquilibrium.of(typed, rule, plan).check(typed).accepted
    breach = np.array([[1], [1]])
    lazy = TypedRule(rule.modes, 0, ((breach,), (breach, None)), GRIM)
    assert TypedRuleEquilibrium.of(typed, lazy).check(typed).accepted
    assert not TypedRuleEquilibrium.of(typed, lazy, plan).check(typed).accepted
    assert not replace(TypedRuleEquilibrium.of(typed, rule, plan), margin=F(10)).check(typed).accepted
