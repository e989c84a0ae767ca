"""What must not matter does not: names, the order of types and players, types without a chance."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from scipy.sparse import csr_array

from games.certificates.typed import TypedRuleEquilibrium
from games.model.stochastic_game import repeated_game
from games.model.typed_game import PartyType, TypedGame, TypeRule
from games.model.typed_rule import TypedRule
from tests.support.typed_games import (
    BAD,
    CONDITIONAL,
    DILEMMA,
    KEEPER,
    dilemma,
    improved,
    random_case,
)

F = Fraction


def judged(typed: TypedGame, rule: TypedRule) -> tuple[bool, float]:
    report = TypedRuleEquilibrium.of(typed, rule).check(typed)
    return report.accepted, report.numbers["least_slack"]


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_types_and_their_names_do_not_matter(seed: int) -> None:
    case = improved(random_case(seed, 2, mixed=True), seed)
    typed, rule = case.typed, case.rule
    order = [[0, *range(len(types) - 1, 0, -1)] for types in typed.types]
    other = TypedGame(
        typed.game, tuple(tuple(replace(types[t], name=f"{k}") for k, t in enumerate(mine))
                          for types, mine in zip(typed.types, order, strict=True)),
        tuple(tuple(prior[t] for t in mine) for prior, mine in zip(typed.prior, order, strict=True)))
    moved = replace(
        rule, action=tuple(tuple(tables[t] for t in mine) for tables, mine in zip(rule.action, order, strict=True)),
        mix={(i, order[i].index(t), m, s): p for (i, t, m, s), p in rule.mix.items()})
    assert judged(typed, rule) == judged(other, moved)


def test_the_order_of_players_does_not_matter() -> None:
    typed, rule = dilemma("3/5", {BAD: F(1, 5)}, {KEEPER: F(1, 5), CONDITIONAL: F(1, 3)})
    swap = np.array([0, 2, 1, 3])
    types = tuple(tuple(one if one.rule is None else replace(one, rule=TypeRule(
        one.rule.memories, 0, one.rule.action, one.rule.next_memory[:, swap])) for one in mine)
        for mine in typed.types[::-1])
    other = TypedGame(repeated_game(DILEMMA, "3/5"), types, typed.prior[::-1])
    assert judged(typed, rule) == judged(other, replace(rule, action=rule.action[::-1]))


@pytest.mark.parametrize("extra", [BAD, KEEPER, CONDITIONAL, PartyType("rich", payoffs=np.array([9.0, 0.0, 0.0, 9.0]))])
def test_a_type_without_a_chance_does_not_exist(extra: PartyType) -> None:
    typed, rule = dilemma("3/5", {}, {BAD: F(1, 5)})
    more, same = dilemma("3/5", {}, {BAD: F(1, 5), replace(extra, name="extra"): F(0)})
    assert judged(typed, rule) == judged(more, same)


def test_without_doubt_it_is_the_game_without_types() -> None:
    for discount, good in (("1/3", True), ("33/100", False)):
        assert judged(*dilemma(discount, {}, {}))[0] == good


@pytest.mark.parametrize("seed", range(4))
def test_a_partner_that_answers_breach_never_lowers_the_verdict(seed: int) -> None:
    draw = np.random.default_rng(seed)
    for _ in range(5):
        discount, chance = f"{draw.integers(20, 95)}/100", F(int(draw.integers(1, 100)), 100)
        bad = F(int(draw.integers(0, 90)), 100)
        without = judged(*dilemma(discount, {}, {BAD: bad}))[0]
        doubt = {BAD: bad, CONDITIONAL: (1 - bad) * chance}
        assert judged(*dilemma(discount, {}, doubt))[0] >= without


def test_a_type_that_is_drawn_anew_every_year_is_trusted_as_at_the_start() -> None:
    """Redrawn each year and seen to be: complying needs r R + (1 - r) S >= r T (1 - d r), here r >= 2/3."""
    for trust, good in ((F(2, 3), True), (F(2, 3) - F(1, 10**6), False)):
        typed, rule = dilemma("3/4", {}, {BAD: 1 - trust})
        again = replace(typed, redraws=(None, csr_array(np.ones((1, 1)))))
        assert judged(again, rule)[0] == good
