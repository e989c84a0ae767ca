"""How much trust a rule needs, asked by the front door: closed forms, limits, and what is refused."""

from __future__ import annotations

from fractions import Fraction as F

import numpy as np
import pytest

from games import GameError, TypedRule, least_trust, trust_region
from games.certificates.typed import TypedRuleEquilibrium
from tests.support.typed_games import BAD, CONDITIONAL, KEEPER, dilemma, three_parties


@pytest.mark.parametrize("discount", ["2/5", "1/2", "9/10"])
def test_the_least_trust_is_that_of_the_closed_form_and_the_proof_agrees(discount: str) -> None:
    d = F(discount)
    needed = (1 - d) / (2 * d)
    for off, accepted in ((F(0), True), (F(-1, 10**6), False)):
        typed, rule = dilemma(discount, {}, {BAD: 1 - needed - off})
        assert least_trust(typed, rule, 0, 1) == needed
        assert TypedRuleEquilibrium.of(typed, rule).check(typed).accepted is accepted
        assert trust_region(typed, rule).check(typed).accepted


def test_no_trust_is_enough_where_a_breach_pays_anyway_and_any_is_where_the_partner_does_not_matter() -> None:
    typed, rule = dilemma("1/4", {}, {BAD: F(1, 10)})
    assert least_trust(typed, rule, 0, 1) is None
    typed, rule = dilemma("1/2", {CONDITIONAL: F(1, 2)}, {BAD: F(1, 10)})
    with pytest.raises(GameError, match=r"types\[0\]: trust cannot vary"):
        least_trust(typed, rule, 1, 0)


def test_half_spaces_say_both_that_trust_is_needed_and_that_keepers_invite_exploitation() -> None:
    typed, rule = dilemma("9/10", {}, {BAD: F(1, 10), KEEPER: F(1, 10)})
    assert trust_region(typed, rule).half_spaces == ((), ((17, -1, -10),))


def test_what_makes_no_sense_is_refused_with_its_place() -> None:
    typed, rule = dilemma("1/2", {}, {BAD: F(1, 10)})
    short = TypedRule(("calm",), 0, rule.action, np.zeros((1, 3), dtype=np.int64))
    for ask in (lambda: least_trust(typed, short, 0, 1), lambda: trust_region(typed, short)):
        with pytest.raises(GameError, match=r"rule|action|next_mode"):
            ask()
    with pytest.raises(GameError):
        trust_region(*three_parties(F(3, 4)))
