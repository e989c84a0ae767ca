"""Half-spaces of priors: a rule is an equilibrium inside and none outside, at priors drawn at random."""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction

import pytest

from games.certificates.faults import Fault
from games.certificates.typed import TrustRegion, TypedRuleEquilibrium
from games.certificates.typed.half_spaces import half_spaces, lowest, needed, not_implied, rays
from games.model.typed_game import Matrix, TypedGame
from tests.support.typed_games import BAD, CONDITIONAL, KEEPER, dilemma, evaluated, improved, random_case, three_parties

F = Fraction


def drawn(draw: random.Random, typed: TypedGame) -> Matrix:
    """Priors that give every type a chance."""
    weights = [[draw.randint(1, 12) for _ in types] for types in typed.types]
    return tuple(tuple(F(w, sum(mine)) for w in mine) for mine in weights)


def inside(region: TrustRegion, prior: Matrix) -> bool:
    return all(sum(x * p for x, p in zip(one, mine, strict=True)) >= 0
               for spaces, mine in zip(region.half_spaces, prior, strict=True) for one in spaces)


@pytest.mark.parametrize("seed", range(6))
def test_rules_of_random_games_hold_inside_and_fail_outside(seed: int) -> None:
    draw = random.Random(seed)
    case = improved(random_case(seed, 2), 12)
    found = evaluated(case.typed, case.rule)
    region = TrustRegion.of(found)
    assert region.check(case.typed).accepted
    for _ in range(20):
        prior = drawn(draw, case.typed)
        assert (found.paying(prior) is None) == inside(region, prior)


def test_a_region_of_the_dilemma_has_both_sides_and_only_what_is_needed() -> None:
    typed, rule = dilemma("3/5", {}, {BAD: F(1, 5), KEEPER: F(1, 5), CONDITIONAL: F(1, 5)})
    region = TrustRegion.of(evaluated(typed, rule))
    assert region.half_spaces == ((), ((4, -2, -5, 4),))
    held = []
    draw = random.Random(1)
    for _ in range(15):
        prior = ((F(1),), drawn(draw, typed)[1])
        other = replace(typed, prior=prior)
        held.append(TypedRuleEquilibrium.of(other, rule).check(other).accepted)
        assert held[-1] == inside(region, prior)
    assert set(held) == {False, True}


def test_a_rule_that_no_prior_saves_has_an_empty_region() -> None:
    typed, rule = dilemma("1/10", {}, {BAD: F(1, 2)})
    region = TrustRegion.of(evaluated(typed, rule))
    assert rays(region.half_spaces[1], 2) == []
    assert region.check(typed).accepted


def test_products_of_priors_have_no_half_spaces() -> None:
    found = half_spaces(evaluated(*three_parties(F(1, 2))))
    assert isinstance(found, Fault) and "products" in found.problem
    absent = half_spaces(evaluated(*dilemma("9/10", {}, {BAD: F(0)})))
    assert isinstance(absent, Fault) and "no chance" in absent.problem


@pytest.mark.parametrize("seed", range(5))
def test_what_is_needed_implies_all_and_nothing_of_it_is_too_much(seed: int) -> None:
    draw = random.Random(seed)
    size = draw.choice([2, 3, 4])
    spaces = {lowest([F(draw.randint(-3, 5)) for _ in range(size)]) for _ in range(8)}
    chosen = needed(spaces, size)
    assert set(chosen) <= spaces
    assert not_implied(chosen, spaces, size) is None
    for one in chosen:
        assert not_implied([x for x in chosen if x != one], [one], size) == one
    for ray in rays(chosen, size):
        assert min(ray) >= 0 and all(sum(a * b for a, b in zip(one, ray, strict=True)) >= 0 for one in spaces)
