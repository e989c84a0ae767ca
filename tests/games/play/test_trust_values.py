"""How much trust a rule needs: closed forms for the dilemma (2, 3, 0, -1), and both sides of every bound."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from scipy.sparse import csr_array

from games.certificates.typed import TypedRuleEquilibrium
from games.model.stochastic_game import GameError, stochastic_game
from games.model.typed_game import PartyType, TypedGame, TypeRule
from games.model.typed_rule import TypedRule
from games.play.trust_values import bracket, keepers_range, least_common, least_trust, point_of, trust, trust_line
from tests.support.typed_games import BAD, CONDITIONAL, DESCRIBED, KEEPER, dilemma, evaluated, three_parties

F = Fraction
STEP = F(1, 10**9)


@pytest.mark.parametrize("discount", ["1/2", "3/5", "9/10"])
def test_least_trust_in_a_partner_that_may_breach_always(discount: str) -> None:
    """(1-d)(P-S) / ((1-d)(P-S) + (R-P) - (1-d)(T-P))."""
    typed, rule = dilemma(discount, {BAD: F(1, 5)}, {BAD: F(1, 3)})
    rest = 1 - F(discount)
    for player in range(2):
        found = least_trust(evaluated(typed, rule), player, 1 - player)
        assert found is not None and found.greatest is None and not found.empty
        assert found.least is not None and found.least.exact
        assert found.least.value == rest / (rest + 2 - rest * 3)
        assert found.least.binding is not None and found.least.binding.low == 0


def test_other_types_keep_their_proportions() -> None:
    """Trust l, half of it in a conditional partner: the same least trust, as that is as good as one that chooses."""
    typed, rule = dilemma("9/10", {}, {BAD: F(1, 2), CONDITIONAL: F(1, 4)})
    found = least_trust(evaluated(typed, rule), 0, 1)
    assert found is not None and found.least is not None and found.least.value == F(1, 18)
    assert trust(typed, 1) == F(1, 2)
    line = trust_line(typed, 1)
    assert line is not None and point_of(line, F(1, 2)) == typed.prior[1]


@pytest.mark.parametrize(("discount", "greatest"), [("1/2", F(1, 3)), ("9/10", F(17, 27))])
def test_the_greatest_chance_of_a_partner_that_keeps_whatever_comes(discount: str, greatest: Fraction) -> None:
    found = keepers_range(evaluated(*dilemma(discount, {}, {KEEPER: F(1, 7)})), 0, 1)
    assert found is not None and found.least is None
    assert found.greatest is not None and found.greatest.exact and found.greatest.value == greatest


def test_no_trust_is_enough_where_a_deviation_always_pays() -> None:
    found = least_trust(evaluated(*dilemma("1/10", {}, {BAD: F(1, 2)})), 0, 1)
    assert found is not None and found.empty and found.never is not None
    assert found.never.high < 0


def test_there_is_nothing_to_trust_in_who_has_one_type_or_does_not_breach() -> None:
    found = evaluated(*dilemma("9/10", {KEEPER: F(1, 9)}, {}))
    assert least_trust(found, 0, 1) is None and least_trust(found, 1, 0) is None


def test_priors_at_which_other_types_exist_need_an_evaluation_of_their_own() -> None:
    found = evaluated(*dilemma("9/10", {}, {BAD: F(1, 5)}))
    assert found.paying(((F(1),), (F(1, 3), F(2, 3)))) is None
    with pytest.raises(GameError, match="evaluate it anew"):
        found.paying(((F(1),), (F(1), F(0))))


def test_three_who_are_trusted_alike_need_a_root() -> None:
    """The square of trust must be 1/2 at least."""
    typed, rule = three_parties(F(9, 10))
    found = least_common(typed, rule)
    assert found is not None and found.refused is not None and not found.exact
    assert 0 < found.value - found.refused <= STEP
    assert 2 * found.refused**2 < 1 <= 2 * found.value**2
    for at, good in ((found.value, True), (found.refused, False)):
        other, same = three_parties(at)
        assert TypedRuleEquilibrium.of(other, same).check(other).accepted == good


def test_trust_in_one_of_two_is_one_division() -> None:
    """With 9/10 for the other partner, 1/2 = 9/10 l."""
    found = least_trust(evaluated(*three_parties(F(9, 10))), 0, 1)
    assert found is not None and found.least is not None and found.least.value == F(5, 9)


def test_a_type_drawn_anew_has_a_bracket_only() -> None:
    typed, rule = dilemma("3/4", {}, {BAD: F(1, 5)})
    again = replace(typed, redraws=(None, csr_array(np.ones((1, 1)))))
    with pytest.raises(GameError, match="drawn anew"):
        least_trust(evaluated(again, rule), 0, 1)
    found = bracket(again, rule, lambda at: ((F(1),), (at, 1 - at)))
    assert found is not None and found.refused is not None
    assert found.refused < F(2, 3) <= found.value
    # Where all is enough it is told apart from where nothing is.
    enough = bracket(again, rule, lambda at: ((F(1),), ((9 + at) / 10, (1 - at) / 10)))
    assert enough is not None and enough.value == 0 and enough.refused is None
    assert bracket(again, rule, lambda at: ((F(1),), (at / 10, 1 - at / 10))) is None


def test_large_games_have_a_bound_that_is_accepted_and_one_that_is_refused() -> None:
    """A ring of 50 states in which the dilemma is played with weights that differ: values are enclosed, not exact."""
    size = 50
    stakes = [F(k % 7 + 9, 10) for k in range(size)]
    step = {1: F(1, 3), 7: F(2, 3)}
    law = [[[[step.get((t - s) % size, F(0)) for t in range(size)]] * 2] * 2 for s in range(size)]
    payoffs = [[[[2, 2], [-w, 2 + w]], [[2 + w, -w], [0, 0]]] for w in stakes]
    game = stochastic_game(payoffs, law, "3/5")
    breach = TypeRule(("m",), 0, np.ones((1, size), dtype=np.int64), np.zeros((1, game.n_rows), dtype=np.int64))
    bad = PartyType("bad", breach, kind="breaches")
    play = np.stack([np.zeros(size, dtype=np.int64), np.ones(size, dtype=np.int64)])
    after = np.stack([np.where(np.arange(game.n_rows) % 4 == 0, 0, 1), np.ones(game.n_rows, dtype=np.int64)])
    typed = TypedGame(game, ((DESCRIBED,), (DESCRIBED, bad)), ((F(1),), (F(9, 10), F(1, 10))))
    rule = TypedRule(("calm", "off"), 0, ((play,), (play, None)), after)
    found = least_trust(evaluated(typed, rule), 0, 1)
    assert found is not None and found.least is not None and not found.least.exact
    least = found.least
    assert least.refused is not None and least.value - least.refused == STEP
    for at, good in ((least.value, True), (least.refused, False)):
        other = replace(typed, prior=((F(1),), (at, 1 - at)))
        assert TypedRuleEquilibrium.of(other, rule).check(other).accepted == good
