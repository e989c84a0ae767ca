"""What is proved of a rule of play in a game with types, and which check a case of trust is for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from math import isclose
from typing import Any

from games.certificates.faults import Fault
from games.certificates.typed import BeliefDeviation, BeliefIntervals, TypedDeviation, TypedRuleEquilibrium
from games.certificates.typed.evaluation import RuleEvaluation, evaluate_rule
from games.model.plan import Plan
from games.play.drifting_beliefs import DriftingBeliefs
from games.play.trust_values import Range
from tests.support.brute_typed import Brute
from tests.support.trust_games.dilemma import C, Prior, Typed

F = Fraction
BEYOND, ONCE = F(1, 10**6), F(1)
Numbers = Mapping[str, Any]
Check = Callable[[Numbers, Numbers], None]
FAMILIES: dict[str, Check] = {}


def family(*beginnings: str) -> Callable[[Check], Check]:
    """Cases whose names begin so."""
    def note(check: Check) -> Check:
        FAMILIES.update(dict.fromkeys(beginnings, check))
        return check
    return note


def check_of(name: str) -> Check:
    """The check of the family with the longest name that begins the case's."""
    return FAMILIES[max((one for one in FAMILIES if name.startswith(one)), key=len)]


def two(name: str, chance: Fraction) -> Prior:
    """The party as described, or another with this chance."""
    return {"normal": 1 - chance, name: chance}


def breacher(trust: Fraction) -> Prior:
    """A partner that breaches always unless it is what it seems."""
    return two("breaches always", 1 - trust)


def evaluation(case: Typed) -> RuleEvaluation:
    """A rule of play laid over its game."""
    found = evaluate_rule(case.game, case.rule)
    assert not isinstance(found, Fault), found
    return found


def assert_proved(case: Typed, yes: bool, plan: Plan | None = None) -> None:
    """The rule is proved an equilibrium, or a deviation is proved to pay; the slow judge agrees."""
    report = TypedRuleEquilibrium.of(case.game, case.rule, plan).check(case.game)
    assert report.accepted == yes, report
    if not yes:
        found = evaluation(case)
        weak = found.paying(case.game.prior)
        assert weak is not None
        assert TypedDeviation.of(found, weak).check(case.game).accepted
    assert (not Brute(case.game, case.rule).deviations()) == yes


def assert_proved_at_beliefs(case: Typed, yes: bool, finite: bool = True) -> None:
    """The same where signals or unseen changes move beliefs."""
    evidence = DriftingBeliefs(case.game, case.rule).certificate()
    assert isinstance(evidence, BeliefIntervals if yes else BeliefDeviation)
    assert evidence.check(case.game).accepted
    if finite:
        assert (not Brute(case.game, case.rule).deviations()) == yes


def assert_threshold(
    make: Callable[[Fraction], Typed], at: Any, beyond: Fraction = -BEYOND,
    judged: Callable[[Typed, bool], None] = assert_proved,
) -> None:
    """Accepted at the number, refused beyond it."""
    judged(make(F(at)), True)
    judged(make(F(at) + beyond), False)


def assert_least(found: Range | None, expected: Any) -> None:
    """One exact division gives the least trust."""
    assert found is not None
    assert found.least is not None
    assert (found.least.value, found.least.exact) == (F(expected), True)


def assert_worth(case: Typed, player: int, kind: int, expected: Any, scale: Fraction = ONCE) -> None:
    """What a type has from the start, in totals if ``scale`` is what turns averages into them."""
    low, high = evaluation(case).value(player, kind, case.game.prior)
    if isinstance(expected, str):
        assert low * scale == high * scale == F(expected)
    else:
        assert isclose(float(low * scale), expected, rel_tol=0, abs_tol=1e-6)


def kept_for(case: Typed, years: int) -> Plan:
    """Both comply in the first years."""
    game = case.game.game
    return Plan.from_json(game, {game.states[k]: [[C, C]] for k in range(years)})
