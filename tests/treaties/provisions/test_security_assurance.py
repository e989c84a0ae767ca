"""Security assurances: who is protected when, what it costs whom, and which way that pulls."""

from __future__ import annotations

import pytest

from tests.support.dilemmas import Dilemma, Event, drawn
from tests.support.small_treaties import row
from treaties.effects import MEMBER, OUT, STATUS, membership_variable

FOUR = (3.0, 4.0, -1.0, 0.0)
TWO = Dilemma({"A": FOUR, "B": FOUR}, 0.5, event=Event(0.5, {}))
THREE = Dilemma({"A": FOUR, "B": FOUR, "C": FOUR}, 0.5, outside={"A": 1.0}, event=Event(0.5, {}))


def clause(protected: str, **terms: object) -> str:
    told = "".join(f"{name} = {value}\n" for name, value in terms.items())
    return f'type = "security_assurance"\narticle = "5"\nthreat = "shock"\nprotected = {protected}\n{told}'


@pytest.mark.behaviour("security_assurance")
def test_members_are_protected_in_years_of_threat_and_only_they() -> None:
    """Of three C guarantees 4, honoured three times of four, at a cost of 2: 3 + 3, 3 + 3, 3 - 1.5 in a threat."""
    leaving = 'type = "withdrawal"\nnotice_years = 0\nsurvives_exit_of = ["A", "C"]\n'
    compiled = THREE.compiled(clause('["A", "B"]', guarantor='"C"', benefit=4, cost=2, honoured=0.75), leaving)
    a, c = membership_variable("A"), membership_variable("C")

    def paid(threat: str, of_a: str = MEMBER, of_c: str = MEMBER, status: str = "in force") -> list[float]:
        state = {STATUS: status, "event shock": threat, a: of_a, c: of_c}
        earned: list[float] = compiled.game.payoffs[row(compiled, state)].tolist()
        return earned

    assert paid("no") == [3, 3, 3]
    assert paid("yes") == [6, 6, 1.5]
    assert paid("yes", of_a=OUT) == [1, 6, 1.5]
    assert paid("yes", of_c=OUT) == [3, 3, 0], "without its guarantor nobody is protected"
    assert paid("yes", status="ended") == [1, 0, 0]


def test_without_an_event_the_threat_is_always_there() -> None:
    compiled = TWO.compiled(clause('"A"', benefit=2).replace('threat = "shock"\n', ""))
    for now in ("no", "yes"):
        assert compiled.game.payoffs[row(compiled, {STATUS: "in force", "event shock": now})].tolist() == [5, 3]


def test_a_breach_loses_protection_where_that_is_the_condition() -> None:
    for condition, earned in (({}, 6), ({"matter": '"trade"'}, 4)):
        compiled = TWO.compiled(clause('"A"', benefit=2, **condition))
        k = row(compiled, {STATUS: "in force", "event shock": "yes"}, A={"trade": "breach"})
        assert compiled.game.payoffs[k].tolist() == [earned, -1]


def test_protection_of_both_holds_them_to_trade_and_its_cost_drives_a_guarantor_away() -> None:
    """Threat with chance 1/2, worth 2: 4 a year inside.  A breach wins 1, then one year of leaving, worth 1: kept where
    3 (1 - δ) + 4 δ >= 4 (1 - δ) + δ (1 - δ), from √5 - 2; unprotected from 1/4.  A guarantor that pays 4 in a threat
    has 1 a year; in a threat, by a breach and leaving, 4 - 4 in place of 3 - 4: δ >= (1 - δ), from 1/2.
    """
    for threshold, terms in (
        (5**0.5 - 2, clause('["A", "B"]', benefit=2)),
        (1 / 4, clause('["A", "B"]', benefit=0)),
        (1 / 2, clause('"A"', guarantor='"B"', benefit=2, cost=4)),
    ):
        assert not TWO.at(threshold - 1e-4).holds(terms)
        assert TWO.at(threshold + 1e-4).holds(terms)


@pytest.mark.law("security_assurance")
@pytest.mark.parametrize("seed", range(8))
def test_more_protection_never_breaks_a_kept_treaty_of_one_matter_that_two_may_leave_where_it_costs_nobody_anything(
    seed: int,
) -> None:
    """It comes whatever one does inside; after a breach it is lost from the year after next, by leaving."""
    dilemma = drawn(seed, event=True)
    protected = ('"A"', '"B"', '["A", "B"]')[seed % 3]
    held = [dilemma.holds(clause(protected, benefit=benefit)) for benefit in (0.0, 0.5, 1.0, 2.0, 4.0, 16.0)]
    assert held == sorted(held)


@pytest.mark.law("security_assurance")
@pytest.mark.parametrize("seed", range(6))
def test_a_dearer_guarantee_never_mends_a_broken_treaty_of_one_matter_that_two_may_leave(seed: int) -> None:
    """For the guarantor it is a bonus turned round."""
    dilemma = drawn(seed, event=True)
    terms = {"guarantor": '"B"', "benefit": 1}
    held = [dilemma.holds(clause('"A"', cost=cost, **terms)) for cost in (16.0, 4.0, 2.0, 1.0, 0.5, 0.0)]
    assert held == sorted(held)
