"""Cases of treaties that end, with a partner that may be conditional."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

from games.certificates.typed import TypedRuleEquilibrium
from games.certificates.typed.term_bound import FailingYears, term_bound
from games.model.plan import Plan
from games.replication.calculations import calculate
from tests.support.brute_typed import Brute
from tests.support.trust_families.verdicts import (
    BEYOND,
    F,
    Numbers,
    assert_proved,
    assert_threshold,
    assert_worth,
    family,
    kept_for,
    two,
)
from tests.support.trust_games.dilemma import NORMAL, C, Dilemma, Typed, with_types
from tests.support.trust_games.terms import conditional_term, mixed_term, term
from tests.support.typed_replies import same_replies, tit_for_tat_term


@family("kmrw_grim", "procurement_one_sided", "procurement_two_sided")
def _fixed_term(inputs: Numbers, expect: Numbers) -> None:
    years, both = inputs["years"], inputs["informed_party"] == "both"
    kept = expect.get("years_of_sure_compliance", years - expect.get("failing_years", 0))

    def make(chance: Fraction) -> Typed:
        return conditional_term(inputs, chance, years, inputs["type"], both)

    assert_threshold(make, expect["least_probability_of_type"])
    case = make(F(expect["least_probability_of_type"]))
    assert_proved(case, True, kept_for(case, kept))
    longer = TypedRuleEquilibrium.of(case.game, case.rule, kept_for(case, kept + 1)).check(case.game)
    assert not longer.accepted
    assert "the plan forbids" in longer.problem


@family("kmrw_tit_for_tat")
def _tit_for_tat(inputs: Numbers, expect: Numbers) -> None:
    years, least = inputs["years"], F(expect["least_probability_of_type"])
    case = tit_for_tat_term(inputs, least, years)
    assert_proved(case, True, kept_for(case, years - expect["failing_years"]))
    assert_proved(same_replies(case, least - BEYOND), False)


@family("procurement_small_temptation")
def _small_temptation(inputs: Numbers, expect: Numbers) -> None:
    def make(chance: Fraction, both: bool) -> Typed:
        return conditional_term(inputs, chance, inputs["years"], "grim", both)

    assert_threshold(lambda chance: make(chance, False), expect["one_sided"])
    assert_threshold(lambda chance: make(chance, True), expect["two_sided"])


MANY_YEARS = 30
"""Bounds of more years are added up only, which takes no time."""


@family("every_equilibrium_bound")
def _every_equilibrium(inputs: Numbers, expect: Numbers) -> None:
    for row in expect["rows"]:
        given, chance = dict(inputs) | {"discount": row["discount"]}, F(row["p"])
        limit = calculate("least_for_long_terms", given)[0]
        most = row["failing_years_at_most"]
        assert (chance > limit or F(row["discount"]) == 1) == (most is not None)
        if most is None:
            assert _bounded(given, chance, MANY_YEARS) == MANY_YEARS
            continue
        assert calculate("failing_years", given | {"chances": [row["p"]]}) == (most,)
        if most <= MANY_YEARS:
            assert _bounded(given, chance, most + 1) == most
    for name, least in expect.items():
        if name.startswith("least_trust_discount_"):
            given = dict(inputs) | {"discount": F(*map(int, name.split("_")[-2:]))}
            assert calculate("least_for_long_terms", given) == (F(least),)


def _bounded(inputs: Numbers, chance: Fraction, years: int) -> int:
    """How many years of a term can fail in any equilibrium, certified."""
    game = term(inputs, [Dilemma.of(inputs)] * years)
    typed = with_types(game, [two("grim", chance), NORMAL])
    plan = Plan.from_json(game, {game.states[k]: [[C, C]] for k in range(years)})
    bound = term_bound(typed, plan)
    assert not isinstance(bound, str), bound
    found = years - bound.sure_periods
    if found < years:
        assert FailingYears(typed.digest, plan.to_json(), found).check(typed).accepted
        assert not FailingYears(typed.digest, plan.to_json(), found - 1).check(typed).accepted
    return found


@family("best_equilibrium_staircase")
def _staircase(inputs: Numbers, expect: Numbers) -> None:
    for years, least in zip(expect["n"], expect["least"], strict=True):
        case = _stairs(inputs, F(least), years)
        assert_proved(case, True, kept_for(case, 1))
        assert_proved(_stairs(inputs, F(least), years, F(least) - BEYOND), False)


def _stairs(inputs: Numbers, least: Fraction, years: int, chance: Fraction | None = None) -> Typed:
    """The rule of the staircase, made for the chance ``least``, where player 1 is conditional with another ``chance``.

    Every other year player 1 complies so rarely that a clean year is news; player 2 mixes in the same year if the term
    has an even length, else in the year after.  Both are then indifferent, which takes one chance of compliance only.
    """
    r, t, s = (F(inputs[name]) for name in ("reward", "temptation", "sucker"))
    step = (t - r) / t
    assert step == -s / (r - s), "these payoffs need other steps"
    informed, other, belief = [], [], least
    for year in range(years - 2):
        news = year % 2 == 1
        informed.append((step - belief) / (1 - belief) if news else F(1))
        other.append(step if year and news == (years % 2 == 0) else F(1))
        belief = belief / step if news else belief
    keeps = [[*informed, F(0), F(0)], [*other, F(1), F(0)]]
    return mixed_term(inputs, least if chance is None else chance, "grim", keeps)


@family("kmrw_mixed")
def _mixed(inputs: Numbers, expect: Numbers) -> None:
    """Who may be conditional mixes to the posteriors; the other once, so that this is worth it no more and no less."""
    r, t, s, d = (F(inputs[name]) for name in ("reward", "temptation", "sucker", "discount"))
    path = [F(inputs["prior_grim"]), *map(F, expect["posterior_after_years"])]
    informed = [a * (1 - b) / ((1 - a) * b) for a, b in pairwise(path)]
    other = [F(1)] * len(informed)
    other[-2] = ((t - r) / d - s) / (r + d * t - s)
    case = mixed_term(inputs, path[0], "grim", [[*informed, F(0)], [*other, F(0)]])
    assert_proved(case, True)
    assert_worth(case, 0, 0, expect["value_informed_normal"])
    assert_worth(case, 1, 0, expect["value_other"])
    slow = Brute(case.game, case.rule)
    assert len(slow.nodes) == expect["public_nodes"]
    for year, belief in enumerate(path):
        assert slow.posteriors(0, year, 0) == {(1 - belief, belief)}
