"""Cases of how much trust a rule of play needs, or bears."""

from __future__ import annotations

from fractions import Fraction

from games.certificates.typed import TrustRegion
from games.play.trust_values import keepers_range, least_common, least_trust
from tests.support.brute_typed import Brute
from tests.support.trust_families.verdicts import (
    BEYOND,
    F,
    Numbers,
    assert_least,
    assert_proved,
    assert_threshold,
    breacher,
    evaluation,
    family,
    two,
)
from tests.support.trust_games.dilemma import NORMAL, Typed
from tests.support.trust_games.endless import first_year, repeated


@family("least_trust_breacher")
def _least_trust(inputs: Numbers, expect: Numbers) -> None:
    def make(trust: Fraction) -> Typed:
        return repeated(inputs, [NORMAL, breacher(trust)])

    least = expect["least_probability_of_normal"]
    assert_threshold(make, least)
    case = make(F(least))
    assert_least(least_trust(evaluation(case), 0, 1), least)
    if "public_nodes" in expect:
        assert len(Brute(case.game, case.rule).nodes) == expect["public_nodes"]


@family("least_trust_breacher_first_year_only")
def _first_year_only(inputs: Numbers, expect: Numbers) -> None:
    assert_threshold(lambda trust: first_year(inputs, breacher(trust)), expect["least_probability_of_normal"])


@family("too_reliable")
def _too_reliable(inputs: Numbers, expect: Numbers) -> None:
    def make(chance: Fraction) -> Typed:
        return repeated(inputs, [NORMAL, two("keeps always", chance)])

    most = F(expect["greatest_probability_of_keeper"])
    assert_threshold(make, most, BEYOND)
    found = keepers_range(evaluation(make(F(1, 100))), 0, 1)
    assert found is not None
    assert found.greatest is not None
    assert (found.greatest.value, found.greatest.exact) == (most, True)


@family("conditional_never_hurts")
def _conditional(inputs: Numbers, expect: Numbers) -> None:
    for chance in expect["accepted_at"]:
        assert_proved(repeated(inputs, [NORMAL, two(inputs["types"][1], F(chance))]), True)


@family("two_sided_product")
def _two_sided(inputs: Numbers, expect: Numbers) -> None:
    least = F(expect["least_each"])
    for a, b, yes in ((0, 0, True), (BEYOND, 0, False), (0, BEYOND, False)):
        assert_proved(repeated(inputs, [breacher(least - a), breacher(least - b)]), yes)


@family("trust_region")
def _region(inputs: Numbers, expect: Numbers) -> None:
    names, point = inputs["types"], [F(x) for x in expect["boundary_point"]]

    def at(shift: Fraction) -> Typed:
        return repeated(inputs, [NORMAL, dict(zip(names, (point[0] + shift, point[1], point[2] - shift), strict=True))])

    assert_proved(at(F(0)), True)
    assert_proved(at(BEYOND), True)
    assert_proved(at(-BEYOND), False)
    case = at(F(0))
    coefficients = [F(x) for x in expect["coefficients"]]
    assert sum(c * x for c, x in zip(coefficients, point, strict=True)) == 0
    region = TrustRegion.of(evaluation(case))
    assert region.check(case.game).accepted
    assert any(space[0] * coefficients[1] == space[1] * coefficients[0] and space[0] * coefficients[2] ==
               space[2] * coefficients[0] and space[0] > 0 for space in region.half_spaces[1])


@family("three_parties")
def _parties(inputs: Numbers, expect: Numbers) -> None:
    def make(trust: Fraction) -> Typed:
        return repeated(inputs, [NORMAL, *[breacher(trust)] * (inputs["parties"] - 1)])

    refused, accepted = F(expect["refused_at"]), F(expect["accepted_at"])
    assert_proved(make(accepted), True)
    assert_proved(make(refused), False)
    case = make(accepted)
    bound = least_common(case.game, case.rule)
    assert bound is not None
    assert bound.refused is not None
    assert refused < bound.refused < bound.value < accepted
    assert bound.value - bound.refused <= F(1, 10**9)
    if expect["root"] == "1/sqrt(2)":
        assert bound.refused**2 < F(1, 2) <= bound.value**2
