"""Reciprocal access: what hostages make a breach cost, what crises make of access, and whom hostages disarm."""

from __future__ import annotations

import pytest

from tests.support.dilemmas import Dilemma, Event, drawn
from tests.support.small_treaties import row
from treaties.effects import STATUS

FOUR = (3.0, 4.0, -1.0, 0.0)
TWO = Dilemma({"A": FOUR, "B": FOUR}, 0.5)
THREE = Dilemma({"A": FOUR, "B": FOUR, "C": FOUR}, 0.5, event=Event(0.25, {}))
LAWFUL = 'type = "suspension_of_benefits"\nmatter = "trade"\nyears = 1\n'


def clause(hostages: str, **terms: object) -> str:
    told = "".join(f"{name} = {value}\n" for name, value in terms.items())
    return f'type = "reciprocal_access"\narticle = "8"\nmatter = "trade"\nhostages = {{ {hostages} }}\n{told}'


@pytest.mark.behaviour("reciprocal_access")
def test_who_breaches_loses_its_hostage_and_in_a_crisis_its_place() -> None:
    """A loses 3/4 of 4, of which B and C share half; in a crisis B is served by C alone: half of 2."""
    compiled = THREE.compiled(clause("A = 4, B = 1, C = 0", seizure=0.75, kept=0.5, crisis='"shock"', priority=2))
    quiet, crisis = ({STATUS: "in force", "event shock": now} for now in ("no", "yes"))
    breach = {"A": {"trade": "breach"}}
    assert compiled.game.payoffs[row(compiled, quiet)].tolist() == [3, 3, 3]
    assert compiled.game.payoffs[row(compiled, crisis)].tolist() == [5, 5, 5]
    assert compiled.game.payoffs[row(compiled, quiet, **breach)].tolist() == [1, 1.75, 1.75]
    assert compiled.game.payoffs[row(compiled, crisis, **breach)].tolist() == [1, 2.75, 2.75]


def test_hostages_of_a_half_make_less_patience_enough() -> None:
    """A breach wins 3.5 - 3, and after it nobody can do better than to breach and leave, at -1/2.

    Leaving with the breach is the best of deviations: 3 >= 3.5 (1 - δ), from 1/7 on; without hostages from 1/4.
    """
    for threshold, hostages in ((1 / 4, "A = 0, B = 0"), (1 / 7, "A = 0.5, B = 0.5")):
        assert not TWO.at(threshold - 1e-4).holds(clause(hostages))
        assert TWO.at(threshold + 1e-4).holds(clause(hostages))


def test_a_hostage_that_its_owner_cannot_risk_disarms_it_unless_it_may_withhold_lawfully() -> None:
    """Where B may not breach at any price, A breaches and B can only leave: 3 >= 4 (1 - δ) + δ (1 - δ) 4, from 1/2.

    The sign of hostages is open: at δ = 2/5 A keeps the treaty with a B that can punish, and not with one that cannot.
    """
    patient = TWO.at(0.4)
    assert patient.holds(clause("A = 0, B = 0"))
    assert not patient.holds(clause("A = 0, B = 1000"))
    assert TWO.at(0.51).holds(clause("A = 0, B = 1000")) and not TWO.at(0.49).holds(clause("A = 0, B = 1000"))
    assert patient.holds(clause("A = 0, B = 1000"), LAWFUL)


@pytest.mark.law("reciprocal_access")
@pytest.mark.parametrize("seed", range(10))
def test_larger_or_surer_hostages_never_break_a_kept_treaty_of_one_matter_that_two_may_leave_where_all_earn_alike(
    seed: int,
) -> None:
    """Up to T - R the worst is a year of leaving with max(S, P - h), which falls in h; beyond, no breach pays."""
    dilemma = drawn(seed, alike=True)
    assert dilemma.payoffs["A"][0] >= (dilemma.outside or {})["A"]
    held = [dilemma.holds(clause(f"A = {h}, B = {h}", seizure=0.5)) for h in (0.0, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0)]
    assert held == sorted(held) and held[-1]
    surer = [dilemma.holds(clause("A = 2, B = 2", seizure=s)) for s in (0.0, 0.25, 0.5, 1.0)]
    assert surer == sorted(surer)
