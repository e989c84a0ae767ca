"""Reputations against all rules without mixing, and what they need of a plan."""

from __future__ import annotations

from fractions import Fraction

import pytest

from games.certificates.typed import TypedRuleEquilibrium
from games.certificates.typed.clean_path import CleanPath
from games.certificates.typed.settled import Unsettled
from games.questions.fixed_terms.posteriors import Reputation
from games.questions.fixed_terms.rules import rule_of
from tests.support.trusting import breacher, compliance, conditional, dilemma, one_sided
from tests.support.typed_games import evaluated

F = Fraction


def _reputation(years: int, p: Fraction, informed: int = 0) -> Reputation:
    game = dilemma((2, 3, 0, -1), F(1), years)
    return Reputation(CleanPath(one_sided(game, informed, (conditional(game, informed), p)), compliance(game)))


@pytest.mark.parametrize("p", [F(1, 10), F(1, 4), F(3, 10), F(1, 2), F(9, 10)])
@pytest.mark.parametrize("informed", [0, 1])
def test_every_part_is_an_equilibrium_with_its_payoffs(p: Fraction, informed: int) -> None:
    reputation = _reputation(4, p, informed)
    typed = reputation.path.typed
    parts = reputation.parts(4, p)
    assert parts
    for part in parts:
        rule = rule_of(reputation.path, reputation.conduct(part, p))
        assert TypedRuleEquilibrium.of(typed, rule).check(typed).accepted, part
        found = evaluated(typed, rule)
        worth = tuple(found.value(i, 0, typed.prior)[0] for i in (informed, 1 - informed))
        assert worth == part.high


def test_what_it_needs_is_said() -> None:
    game = dilemma((2, 3, 0, -1), F(1), 3)
    plan = compliance(game)
    certain = one_sided(game, 0, (conditional(game, 0), F(1)))
    for typed, said in (
        (one_sided(game, 0), "between two players"),
        (one_sided(game, 0, (conditional(game, 0), F(1, 4)), (breacher(game), F(1, 4))), "between two players"),
        (one_sided(game, 0, (breacher(game), F(1, 4))), "the rule keeps to the plan"),
        (certain, "between two players"),
    ):
        with pytest.raises(Unsettled, match=said):
            Reputation(CleanPath(typed, plan))
