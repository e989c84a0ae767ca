"""The best stakes, shares and costs of signals: published recursions and closed forms, proved at and refused beyond."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from games.certificates.typed import TypedRuleEquilibrium
from games.model.payoff_family import PayoffFamily
from games.model.stochastic_game import GameError
from games.model.typed_rule import TypedRule
from games.questions.best_parameters import ParameterProgram, ProvedParameters
from tests.support.staged_stakes import growing_stakes, signal_at_signature, two_rounds

F = Fraction
BEYOND = F(1, 10**6)


def accepted(family: PayoffFamily, rule: TypedRule, *values: Fraction) -> bool:
    typed = family.at(values)
    return TypedRuleEquilibrium.of(typed, rule).check(typed).accepted


def best_stakes(trust: Fraction, steps: int) -> tuple[ParameterProgram, ProvedParameters | None]:
    program = ParameterProgram(*growing_stakes(trust, steps))
    found = program.proved(program.worth(0), [(0, 1)] * steps + [(1, 1)])
    assert found is None or isinstance(found, ProvedParameters)
    return program, found


@pytest.mark.parametrize(
    ("trust", "steps", "stakes", "worth"),
    [
        (F(1, 2), 1, ("27/38", "1"), 3.078947),
        (F(1, 2), 3, ("19683/29792", "729/784", "27/28", "1"), 3.132605),
    ],
)
def test_the_best_stakes_keep_who_would_betray_indifferent(
    trust: Fraction, steps: int, stakes: tuple[str, ...], worth: float
) -> None:
    """Watson (1999, 2002), the case watson_starting_small: growth (x - z) / (d x) a step."""
    _, found = best_stakes(trust, steps)
    assert found is not None and found.values == tuple(map(F, stakes))
    assert found.best.worth == pytest.approx(worth, abs=1e-6)
    assert {(bound.kind, bound.action) for bound in found.best.binding} == {(1, 0)}


@pytest.mark.parametrize(("trust", "worth", "steps"), [(F(1, 10), 0.111193, 20), (F(1, 2), 3.137887, 4)])
def test_the_best_of_all_ramps_has_the_right_length(trust: Fraction, worth: float, steps: int) -> None:
    """The case watson_best_ramp: sixty stakes to choose, and so many of them are below the last."""
    program = ParameterProgram(*growing_stakes(trust, 60))
    best = program.best(program.worth(0), [(0, 1)] * 60 + [(1, 1)])
    assert best is not None and best.worth == pytest.approx(worth, abs=1e-6)
    assert sum(value < 1 - 1e-9 for value in best.values) == steps


@pytest.mark.parametrize(("steps", "least"), [(0, F(1, 3)), (1, F(5, 36)), (2, F(70, 549)), (3, F(980, 8361))])
def test_a_longer_ramp_needs_less_trust(steps: int, least: Fraction) -> None:
    """Least trust 1/3 at once, (75 - 5 q) / (90 + 9 q) with steps: there is a ramp at it, and none 1e-6 below."""
    _, found = best_stakes(least, steps)
    assert found is not None and found.best.worth == pytest.approx(0, abs=1e-6)
    assert best_stakes(least - BEYOND, steps)[1] is None


def test_a_ramp_is_refused_just_beyond_the_best() -> None:
    family, rule = growing_stakes(F(1, 2), 1)
    assert accepted(family, rule, F(27, 38), F(1))
    assert not accepted(family, rule, F(27, 38) - BEYOND, F(1))


@pytest.mark.parametrize(
    ("trust", "shares"), [(F(1, 2), (F(3, 7), F(1, 2))), (F(3, 8), (F(1, 3), F(1, 3))), (F(3, 8) - BEYOND, None)]
)
def test_a_first_round_is_large_enough_to_convince_and_small_enough_to_dare(
    trust: Fraction, shares: tuple[Fraction, Fraction] | None
) -> None:
    """The case kydd_two_rounds: at trust 1/2 shares from 3/7 to 1/2 tell seekers from greedy types, below 3/8 none."""
    family, rule = two_rounds(trust)
    program = ParameterProgram(family, rule)
    ends = [program.proved(sign * np.array([0.0, 1.0]), [(0, 1)]) for sign in (-1, 1)]
    if shares is None:
        assert ends == [None, None]
        return
    assert [isinstance(end, ProvedParameters) and end.values for end in ends] == [(shares[0],), (shares[1],)]
    assert accepted(family, rule, *shares[:1]) and accepted(family, rule, *shares[1:])
    assert not accepted(family, rule, shares[0] - BEYOND) and not accepted(family, rule, shares[1] + BEYOND)


def test_a_costly_measure_tells_the_patient_from_the_impatient_within_two_bounds() -> None:
    """The case costly_signal_at_signature: d' (T - P) <= c <= d (R - P) / (1 - d), from 3/5 to 18."""
    family, rule = signal_at_signature()
    program = ParameterProgram(family, rule)
    least, greatest = (program.proved(sign * np.array([0.0, 1.0]), [(0, 100)]) for sign in (-1, 1))
    assert isinstance(least, ProvedParameters) and isinstance(greatest, ProvedParameters)
    assert (least.values, greatest.values) == ((F(3, 5),), (F(18),))
    assert not accepted(family, rule, F(3, 5) - BEYOND) and not accepted(family, rule, F(18) + BEYOND)


def test_a_program_that_nothing_satisfies_is_told_apart_from_one_of_a_rule_that_says_too_little() -> None:
    family, rule = signal_at_signature()
    assert ParameterProgram(family, rule).best(np.array([0.0, 1.0]), [(0, 0.5)]) is None
    silent = TypedRule(rule.modes, rule.start, rule.action, np.full_like(rule.next_mode, -1))
    with pytest.raises(GameError, match="next_mode: nothing is said"):
        ParameterProgram(family, silent)
