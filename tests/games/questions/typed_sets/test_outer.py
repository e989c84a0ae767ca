"""Outer sets of games with types: thresholds known in closed form, and what is proved lies inside."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from games.certificates.typed import TypedRuleEquilibrium
from games.certificates.typed.public_states import PublicStates
from games.model.plan import Plan
from games.model.stochastic_game import GameError
from games.model.typed_game import PartyType, TypedGame
from games.questions.typed_sets import inner_sets, outer_sets, rule_points
from games.questions.typed_sets.incentives import compass
from tests.support.random_typed import endless, improved
from tests.support.typed_games import BAD, DESCRIBED, KEEPER, dilemma, three_parties

F = Fraction
FULL = {"s0": [["comply", "comply"]]}


@pytest.mark.parametrize(("types", "keeps"), [
    ({BAD: F(49, 100)}, True), ({BAD: F(51, 100)}, False),
    ({KEEPER: F(32, 100)}, True), ({KEEPER: F(35, 100)}, False),
])
def test_full_compliance_for_ever_needs_half_and_bears_a_third_of_keepers(
    types: dict[PartyType, Fraction], keeps: bool
) -> None:
    typed, _ = dilemma("1/2", {}, types)
    found = outer_sets(typed, Plan.from_json(typed.game, FULL), directions=8, tolerance=1e-3)
    assert found.settled and found.empty is not keeps
    assert len(found.at(found.public.first)), "other equilibria there are at any trust"
    if keeps:
        first = found.at(found.public.first, kept=True)
        share, = types.values()
        value = 2 if KEEPER in types else float((1 - share) * 2 - share / 2)
        assert np.abs(first - [value, 2]).max() < 0.01


def test_to_comply_for_one_year_needs_less_than_half_and_more_than_42_in_100() -> None:
    typed, _ = dilemma("1/2", {}, {BAD: F(58, 100)})
    found = outer_sets(typed, directions=8, tolerance=1e-3)
    assert (0, 0) not in found.plans[found.public.first, False] and (1, 1) in found.plans[found.public.first, False]
    assert not found.empty


@pytest.mark.parametrize(("seed", "rounds"), [(10, (0, 3)), (14, (0, 3)), (57, (0, 3, 6))])
def test_what_is_proved_and_what_rules_bring_lies_inside(seed: int, rounds: tuple[int, ...]) -> None:
    case = endless(seed)
    for more in rounds:
        case = improved(case, more)
    assert TypedRuleEquilibrium.of(case.game, case.rule).check(case.game).accepted
    outer = outer_sets(case.game, directions=8, tolerance=1e-2)
    inner = inner_sets(case.game, [case.rule], directions=4, rounds=2)
    proof = inner.proof()
    assert proof is not None and proof.check(case.game).accepted
    value = rule_points(case.game, [case.rule])[0, case.rule.start, outer.public.first].payoff
    for place in inner.places:
        points, hull = inner.at(place), outer.at(place)
        if place == outer.public.first:
            points = np.vstack([points, np.array(value, dtype=float)])
        for d in compass(16) if len(points) else ():
            assert (points @ d).max() <= (hull @ d).max() + 1e-9


def test_without_doubt_they_are_the_payoff_polygons() -> None:
    typed, _ = dilemma("1/2", {}, {})
    found = outer_sets(typed)
    expected = {(0.0, 0.0), (2.6667, 0.0), (2.0, 2.0), (0.0, 2.6667)}
    assert {tuple(x) for x in found.at(PublicStates(typed).first).round(4).tolist()} == expected


def test_other_games_are_refused_with_the_reason() -> None:
    typed, _ = dilemma("1/2", {}, {BAD: F(1, 4)})
    several = TypedGame(typed.game, (typed.types[0], (DESCRIBED, PartyType("patient", discount=F(1, 3)))), typed.prior)
    for game, why in ((several, "more than one type that chooses"), (three_parties(F(1, 2))[0], "need two players")):
        for sets in (outer_sets, lambda one: inner_sets(one, [])):
            with pytest.raises(GameError, match=why):
                sets(game)
