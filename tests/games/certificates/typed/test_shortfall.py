"""No equilibrium of any kind keeps to a plan: tight where closed forms are, sound by brute force, not to be forged."""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction
from itertools import product

import numpy as np
import pytest

from games import repeated_game
from games.certificates.typed import TrustShortfall, TypedRuleEquilibrium
from games.certificates.typed.files import read_typed_certificate
from games.model.typed_game import PartyType, TypedGame
from games.questions.trust_shortfall import shortfall_of
from tests.support.trusting import (
    BREACH,
    COMPLY,
    NORMAL,
    breacher,
    compliance,
    conditional,
    dilemma,
    keeper,
    one_sided,
)
from tests.support.typed_games import BAD
from tests.support.typed_games import dilemma as grim_dilemma

F = Fraction
LITTLE = F(1, 10**6)


@pytest.mark.parametrize(("discount", "least"), [(F(1, 2), F(1, 2)), (F(9, 10), F(1, 18))])
def test_least_trust_in_who_may_breach_is_least_in_every_equilibrium(discount: Fraction, least: Fraction) -> None:
    game = dilemma((2, 3, 0, -1), discount)
    at = {p: shortfall_of(one_sided(game, 1, (breacher(game), 1 - p)), compliance(game))
          for p in (least - LITTLE, least)}
    assert at[least - LITTLE] is not None and at[least] is None


@pytest.mark.parametrize(("discount", "greatest"), [(F(1, 2), F(1, 3)), (F(9, 10), F(17, 27))])
def test_too_reliable_a_partner_is_exploited_in_every_equilibrium(discount: Fraction, greatest: Fraction) -> None:
    game = dilemma((2, 3, 0, -1), discount)
    at = {p: shortfall_of(one_sided(game, 1, (keeper(game), p)), compliance(game))
          for p in (greatest + LITTLE, greatest)}
    assert at[greatest + LITTLE] is not None and at[greatest] is None


def test_three_types_leave_the_half_space_of_the_closed_form() -> None:
    game = dilemma((2, 3, 0, -1), F(9, 10))
    bad, good = (breacher(game), F(19, 90)), F(22, 45)
    at = [shortfall_of(one_sided(game, 1, bad, (keeper(game), good + by)), compliance(game))
          for by in (-LITTLE, F(0), LITTLE)]
    assert at[0] is None and at[1] is None and at[2] is not None


def test_with_three_parties_too_little_trust_is_refused_and_what_a_rule_can_do_is_not() -> None:
    def pays(own: int, others: int) -> Fraction:
        return F(3 * others - 2, 2) if own == COMPLY else F(3 * others, 2)

    def row(*played: int) -> list[Fraction]:
        return [pays(a, played.count(COMPLY) - (a == COMPLY)) for a in played]

    table = [[[row(a, b, c) for c in range(2)] for b in range(2)] for a in range(2)]
    game = repeated_game(table, F(1, 2), actions=[["comply", "breach"]] * 3)

    def doubted(p: Fraction) -> TypedGame:
        return TypedGame(game, ((NORMAL, breacher(game)),) * 3, ((p, 1 - p),) * 3)

    assert shortfall_of(doubted(F(1, 4)), compliance(game)) is not None
    assert shortfall_of(doubted(F(70711, 10**5)), compliance(game)) is None


def test_the_last_year_of_a_term_fails_whatever_is_believed() -> None:
    game = dilemma((2, 3, 0, -1), F(7, 10), 5)
    proof = shortfall_of(one_sided(game, 0, (conditional(game, 0), F(99, 100))), compliance(game))
    assert proof is not None and proof.history == (0, 1, 2, 3, 4) and proof.action == BREACH
    assert "'normal' of 'P1' would leave it after 4 periods" in proof.claim(
        one_sided(game, 0, (conditional(game, 0), F(99, 100))))


def test_it_speaks_of_who_is_asked_for() -> None:
    game = dilemma((2, 3, 0, -1), F(1, 2))
    doubted = one_sided(game, 1, (breacher(game), F(3, 4)))
    assert shortfall_of(doubted, compliance(game), player=1) is None
    found = shortfall_of(doubted, compliance(game), player=0)
    assert found is not None and found.player == 0


def test_it_is_read_back_and_a_changed_file_is_refused() -> None:
    game = dilemma((2, 3, 0, -1), F(1, 2))
    doubted = one_sided(game, 1, (breacher(game), F(3, 4)))
    proof = shortfall_of(doubted, compliance(game))
    assert proof is not None
    told = proof.to_json()
    assert read_typed_certificate(told).check(doubted).accepted
    refused = read_typed_certificate(told | {"action": COMPLY}).check(doubted)
    assert not refused.accepted and refused.place == "action"


def test_forged_numbers_prove_nothing() -> None:
    game = dilemma((2, 3, 0, -1), F(1, 2), 3)
    doubted = one_sided(game, 1, (breacher(game), F(3, 4)))
    proof = shortfall_of(doubted, compliance(game))
    assert proof is not None and proof.check(doubted).accepted
    trusted = one_sided(game, 1, (breacher(game), F(1, 100)))
    for forged, place in (
        (replace(proof, action=COMPLY), "action"),
        (replace(proof, action=7), "action"),
        (replace(proof, player=1), "action"),
        (replace(proof, plan={"year 1": [["breach", "comply"]]}), "action"),
        (replace(proof, player=5), "player"),
        (replace(proof, type=1), "type"),
        (replace(proof, history=(0, 2)), "history"),
        (replace(proof, history=(1,)), "history"),
        (replace(proof, history=()), "history"),
        (replace(proof, safe=np.array([0, 0, 9, 0])), "safe"),
        (replace(proof, plan={"nowhere": [["comply", "comply"]]}), "claim.plan"),
        (replace(proof, plan={}), "action"),
    ):
        found = forged.check(doubted)
        assert not found.accepted and found.place == place, (forged, found)
    assert proof.check(trusted).place == "typed_digest"
    assert not replace(proof, typed_digest=trusted.digest).check(trusted).accepted


def test_a_path_that_leads_through_what_the_plan_leaves_open_is_none() -> None:
    game = dilemma((2, 3, 0, -1), F(1, 2), 2)
    doubted = one_sided(game, 1, (breacher(game), F(3, 4)))
    plan = {"year 2": [["comply", "comply"]]}
    forged = TrustShortfall(doubted.digest, plan, 0, 0, (0, 1), BREACH, np.array([1, 1, 0]))
    assert forged.check(doubted).place == "history"


@pytest.mark.parametrize("seed", range(3))
def test_where_a_rule_is_an_equilibrium_there_is_no_shortfall(seed: int) -> None:
    draw = random.Random(seed)
    held = 0
    for _ in range(25):
        p = F(draw.randint(1, 29), 30)
        typed, rule = grim_dilemma(f"{draw.randint(1, 9)}/10", {}, {BAD: p})
        plan = compliance(typed.game)
        holds = TypedRuleEquilibrium.of(typed, rule, plan).check(typed).accepted
        held += holds
        # The punishment is the worst there is, so that what the rule cannot do nothing can.
        assert (shortfall_of(typed, plan) is None) == holds
    assert held


@pytest.mark.parametrize("seed", range(4))
def test_no_profile_of_strategies_over_two_years_keeps_to_a_plan_that_is_refused(seed: int) -> None:
    draw = random.Random(seed)
    refused = kept = 0
    for _ in range(12):
        game = dilemma([F(draw.randint(-4, 6)) for _ in range(4)], draw.choice([F(1), F(4, 5)]), 2)
        other = draw.choice([breacher(game), keeper(game), conditional(game, 1)])
        typed = one_sided(game, 1, (other, F(draw.randint(1, 9), 10)))
        exists = _nash_on_path(typed, other)
        if shortfall_of(typed, compliance(game)) is not None:
            refused += 1
            assert not exists
        kept += exists
    assert refused and kept


def _nash_on_path(typed: TypedGame, other: PartyType) -> bool:
    """Whether a profile of pure strategies over two years is a Nash equilibrium in which all that choose comply.

    A strategy is what to do first, and what after each outcome of the first year.
    """
    game = typed.game
    discount = game.exact_discount(0)
    strategies = list(product(range(2), repeat=5))
    rule = other.rule
    assert rule is not None
    first = int(rule.action[rule.start, 0])
    automaton = (first, *(int(rule.action[int(rule.next_memory[rule.start, row]), 1]) for row in range(4)))

    def worth(one: tuple[int, ...], two: tuple[int, ...], player: int) -> Fraction:
        row = one[0] * 2 + two[0]
        return game.exact_payoff(row, player) + discount * game.exact_payoff(
            4 + one[1 + row] * 2 + two[1 + row], player)

    p = typed.prior[1][1]
    complying = [s for s in strategies if s[0] == COMPLY and s[1] == COMPLY]
    for one in complying:
        for two in complying:
            # What is off the path of both is only a threat; best replies are compared as a whole.
            mine = (1 - p) * worth(one, two, 0) + p * worth(one, automaton, 0)
            if all((1 - p) * worth(s, two, 0) + p * worth(s, automaton, 0) <= mine for s in strategies) and all(
                    worth(one, s, 1) <= worth(one, two, 1) for s in strategies):
                return True
    return False


def test_who_forgets_and_remembers_after_the_end_changes_nothing() -> None:
    """Without discounting: what a type remembers goes on changing where play has ended."""
    game = dilemma((2, 3, 0, -1), F(1), 2)
    found = []
    for then in ([[0], [1]], [[1], [0]]):
        grim = conditional(game, 1)
        assert grim.rule is not None
        after = grim.rule.next_memory.copy()
        after[:, -1:] = then
        restless = replace(grim, rule=replace(grim.rule, next_memory=after))
        found.append(shortfall_of(one_sided(game, 1, (restless, F(1, 2))), compliance(game)))
    assert found[0] is not None and found[1] is not None
    assert found[0].history == found[1].history and found[0].action == found[1].action
