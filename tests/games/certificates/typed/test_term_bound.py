"""How many last years can fail in any equilibrium: the formula, every small rule of play, and forged bounds."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import product

import pytest

from games import stochastic_game
from games.certificates.typed import FailingYears, TypedRuleEquilibrium
from games.certificates.typed.clean_path import CleanPath
from games.certificates.typed.files import read_typed_certificate
from games.certificates.typed.term_bound import term_bound
from games.model.typed_game import TypedGame
from games.questions.fixed_terms.rules import rule_of
from tests.support.trusting import NORMAL, breacher, compliance, conditional, dilemma, keeper, one_sided

F = Fraction
ROWS = [("1/2", "1", 4), ("1/3", "1", 6), ("1/10", "1", 20), ("1/100", "1", 200), ("3/5", "9/10", 4),
        ("1/4", "9/10", 14), ("1/5", "9/10", 29), ("19/100", "9/10", None), ("13/25", "7/10", None),
        ("53/100", "7/10", 12)]


def _failing(typed: TypedGame) -> int | None:
    found = term_bound(typed, compliance(typed.game))
    assert not isinstance(found, str), found
    return found.path.periods - found.sure_periods if found.sure_periods else None


@pytest.mark.parametrize(("p", "discount", "most"), ROWS)
def test_the_bound_is_that_of_the_formula(p: str, discount: str, most: int | None) -> None:
    game = dilemma((2, 3, 0, -1), F(discount), 40 if most is None else most + 2)
    assert _failing(one_sided(game, 0, (conditional(game, 0), F(p)))) == most


def test_in_a_shorter_term_nothing_is_shown() -> None:
    game = dilemma((2, 3, 0, -1), F(1), 4)
    assert _failing(one_sided(game, 0, (conditional(game, 0), F(1, 2)))) is None


def test_where_both_may_be_conditional_nobody_needs_the_year_more() -> None:
    game = dilemma((2, 3, 0, -1), F(1), 8)
    kinds = tuple((NORMAL, conditional(game, i)) for i in range(2))
    assert _failing(TypedGame(game, kinds, ((F(1, 2), F(1, 2)),) * 2)) == 3


def test_who_keeps_its_word_whatever_comes_shows_nothing_and_who_breaches_anyway_is_not_exploited() -> None:
    game = dilemma((2, 3, 0, -1), F(1), 12)
    assert _failing(one_sided(game, 0, (keeper(game), F(1, 2)))) is None
    # n + (1/4 + 1/4) (-1) > 3/4 * 3: n = 3.
    assert _failing(one_sided(game, 0, (conditional(game, 0), F(1, 2)), (breacher(game), F(1, 4)))) == 3


def test_every_small_rule_that_is_an_equilibrium_keeps_to_the_sure_years() -> None:
    game = dilemma((2, 3, 0, -1), F(1), 3)
    typed = one_sided(game, 0, (conditional(game, 0), F(9, 10)))
    assert _failing(typed) == 2
    path, accepted = CleanPath(typed, compliance(game)), 0
    years = [(i, s) for s in range(3) for i in range(2)]
    for keeps in product((F(0), F(1)), repeat=len(years)):
        rule = rule_of(path, dict(zip(years, keeps, strict=True)))
        if TypedRuleEquilibrium.of(typed, rule).check(typed).accepted:
            accepted += 1
            assert keeps[0] == keeps[1] == 1
    assert accepted


def test_the_years_may_be_of_different_weight() -> None:
    def table(weight: int) -> list[list[list[int]]]:
        return [[[2 * weight] * 2, [-weight, 3 * weight]], [[3 * weight, -weight], [0, 0]]]

    def law(year: int, years: int) -> list[list[list[int]]]:
        return [[[int(s == year + 1) for s in range(years + 1)]] * 2] * 2

    def term(weights: list[int]) -> TypedGame:
        n = len(weights)
        game = stochastic_game(
            [*map(table, weights), [[[0, 0]]]], [*(law(k, n) for k in range(n)), [[law(n - 1, n)[0][0]]]], 1,
            states=[*(f"year {k}" for k in range(n)), "ended"])
        return one_sided(game, 0, (conditional(game, 0), F(1, 2)))

    assert _failing(term([1] * 6)) == 4
    # What comes later weighs more: a year earlier is sure.
    assert _failing(term([1, 1, 1, 1, 2, 2])) == 3


def test_where_what_follows_is_not_settled_the_reason_is_said() -> None:
    term, ever = dilemma((2, 3, 0, -1), F(7, 10), 5), dilemma((2, 3, 0, -1), F(7, 10))
    forgiving = term_bound(one_sided(term, 0, (conditional(term, 0, forgiving=True), F(1, 2))), compliance(term))
    assert forgiving == "more than one thing can follow in state 'year 4' once the plan is left"
    assert term_bound(one_sided(ever, 0, (conditional(ever, 0), F(1, 2))), compliance(ever)) == (
        "the plan need not end: play comes back to state 's0'")
    hunt = dilemma((4, 3, 2, 0), F(7, 10), 3)
    found = term_bound(one_sided(hunt, 0, (conditional(hunt, 0), F(1, 2))), compliance(hunt))
    assert "more than one thing" in str(found)


def test_forged_bounds_are_refused() -> None:
    game = dilemma((2, 3, 0, -1), F(1), 7)
    typed = one_sided(game, 0, (conditional(game, 0), F(1, 2)))
    proof = FailingYears(typed.digest, compliance(game).to_json(), 4)
    assert proof.check(typed).accepted and "but for the last 4 years" in proof.claim(typed)
    assert replace(proof, years=5).check(typed).accepted
    for forged, place in ((replace(proof, years=3), "years"), (replace(proof, years=7), "years"),
                          (replace(proof, plan={}), "game"), (replace(proof, plan={"x": []}), "plan"),
                          (replace(proof, plan={"year 1": [["breach", "breach"]]}), "game")):
        assert forged.check(typed).place == place, forged
    less = one_sided(game, 0, (conditional(game, 0), F(1, 3)))
    assert proof.check(less).place == "typed_digest"
    assert replace(proof, typed_digest=less.digest).check(less).place == "years"
    told = proof.to_json()
    assert read_typed_certificate(told).check(typed).accepted
    assert read_typed_certificate(told | {"years": 2}).check(typed).place == "years"
