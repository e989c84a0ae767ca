"""Payoffs of games with types that are grown from rules of play, every one with its proof."""

from __future__ import annotations

from fractions import Fraction

from games.questions.typed_sets import inner_sets
from tests.support.typed_games import BAD, KEEPER, dilemma

F = Fraction


def test_one_year_of_compliance_needs_three_sevenths_and_no_less() -> None:
    """Later play that favours who took the risk pays for it: (7/3, 1) once the partner has shown itself."""
    for trust, proved in ((F(3, 7), True), (F(43, 100), True), (F(3, 7) - F(1, 10**6), False)):
        typed, rule = dilemma("1/2", {}, {BAD: 1 - trust})
        found = inner_sets(typed, [rule], directions=4).proof((0, 0))
        assert (found is not None) is proved
        if found is not None:
            assert found.check(typed).accepted and found.target is not None
            assert found.target[0] == (trust * F(13, 6) - (1 - trust) / 2, F(3, 2))
            assert "(comply, comply) in the first period" in found.claim(typed)


def test_where_nothing_is_unknown_all_payoffs_are_found() -> None:
    typed, rule = dilemma("1/2", {}, {KEEPER: F(1, 4)})
    found = inner_sets(typed, [rule], directions=4)
    corners = {tuple(x) for x in found.at(found.places[0]).round(6).tolist()}
    assert found.places[0].living == ((0,), (0,))
    assert {(0.0, 0.0), (2.0, 2.0), (2.666667, 0.0), (0.0, 2.666667)} == corners


def test_without_rules_nothing_grows() -> None:
    typed, _ = dilemma("1/2", {}, {BAD: F(1, 4)})
    found = inner_sets(typed, [])
    assert not found.points and found.proof() is None and not len(found.at(found.public.first))
