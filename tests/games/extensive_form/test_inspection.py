"""Inspections kept secret or announced: closed forms, Dresher's game trees, linear programs, laws of leadership."""

from __future__ import annotations

from fractions import Fraction
from math import comb

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.optimize import linprog

from games.extensive_form import solve_zero_sum
from games.extensive_form.classics import inspection_game
from games.extensive_form.inspection import (
    Inspection,
    Table,
    announced,
    inspection_tables,
    inspections_over_time,
    secret,
)
from games.model.stochastic_game import GameError

F = Fraction
PAIRS = [(n, m) for n in range(1, 9) for m in range(1, n)]


@pytest.mark.parametrize(("a", "b"), [(F(1, 2), F(1)), (F(1, 4), F(2)), (F(1, 2), F(1, 2)), (F(9, 10), F(7, 3))])
def test_values_over_time_are_those_of_the_closed_forms(a: Fraction, b: Fraction) -> None:
    for n, m in PAIRS:
        inspectee = F(comb(n - 1, m)) / sum(comb(n, i) * b ** (m - i) for i in range(m + 1))
        inspector = -F(comb(n - 1, m)) / sum(comb(n, i) * (-a) ** (m - i) for i in range(m + 1))
        hidden = inspections_over_time(n, m, caught=-a, fine=b)
        assert (hidden.inspector, hidden.inspectee) == (inspector, inspectee)
        told = inspections_over_time(n, m, caught=-a, fine=b, announce=True)
        assert (told.inspector, told.inspectee, told.chance) == (-inspectee, inspectee, hidden.chance)
        assert told.violation == 0


@pytest.mark.parametrize(("periods", "inspections"), [(1, 0), (2, 1), (3, 1), (3, 2), (4, 2), (2, 2)])
def test_zero_sum_values_are_those_of_dreshers_trees_and_announcing_changes_nothing(
    periods: int, inspections: int
) -> None:
    found = inspections_over_time(periods, inspections)
    assert found.inspector == solve_zero_sum(inspection_game(periods, inspections)).value == -found.inspectee
    assert inspections_over_time(periods, inspections, announce=True).inspector == found.inspector


def commitment_by_linear_programs(inspector: Table, inspectee: Table) -> float:
    """One program per reply of the inspectee: the best mixture of (inspect, wait) that makes it a best reply."""
    lead, follow = np.array(inspector, dtype=float), np.array(inspectee, dtype=float)
    found = []
    for reply in range(2):
        gain = (follow[:, 1 - reply] - follow[:, reply])[None]
        answer = linprog(-lead[:, reply], gain, [0.0], np.ones((1, 2)), [1.0], method="highs")
        if answer.status == 0:
            found.append(-float(answer.fun or 0.0))
    return max(found)


cells = st.integers(-6, 6).map(F)
tables = st.tuples(st.tuples(cells, cells), st.tuples(cells, cells))


@given(tables, tables)
def test_commitment_is_worth_what_linear_programs_say(inspector: Table, inspectee: Table) -> None:
    found = announced(inspector, inspectee)
    assert float(found.inspector) == pytest.approx(commitment_by_linear_programs(inspector, inspectee), abs=1e-9)
    for reply in range(2):
        other = found.chance * inspectee[0][reply] + (1 - found.chance) * inspectee[1][reply]
        assert found.inspectee >= other


share = st.fractions(min_value=F(1, 10), max_value=F(9, 10), max_denominator=20)


def inspections_that_err(
    cost: Fraction, caught: Fraction, fine: Fraction, detection: Fraction, false_alarm: Fraction, gain: Fraction
) -> tuple[Table, Table]:
    """A false alarm is rarer than a detection by ``false_alarm``, and costs the inspectee what a violation gains."""
    return inspection_tables(
        cost=cost, caught=-caught, fine=fine, gain=gain, detection=detection, false_alarm=false_alarm * detection,
        accusation=gain)


@given(share, share, st.fractions(1, 5, max_denominator=9), share, share, share)
def test_leadership_is_worth_secrecy_and_deters_for_more_wherever_the_inspector_prefers_compliance_at_that_chance(
    cost: Fraction, caught: Fraction, fine: Fraction, detection: Fraction, false_alarm: Fraction, gain: Fraction
) -> None:
    inspector, inspectee = inspections_that_err(cost, caught, fine, detection, false_alarm, gain)
    assume(inspectee[0][0] < inspectee[0][1])  # an inspection deters
    hidden, told = secret(inspector, inspectee), announced(inspector, inspectee)
    chance = gain / (detection * (fine + gain) - false_alarm * detection * gain)
    assert hidden.chance == chance
    assert hidden.violation == cost / (cost + detection * (1 - caught))
    for k in range(2):  # both are indifferent: nobody gains by choosing otherwise
        assert chance * inspectee[0][k] + (1 - chance) * inspectee[1][k] == hidden.inspectee
        assert hidden.violation * inspector[k][0] + (1 - hidden.violation) * inspector[k][1] == hidden.inspector
    # In secret the inspector has a mixture of what it has at that chance from a violation and from compliance.
    violated, complied = -1 + chance * detection * (1 - caught), -cost * chance
    assert told.inspector >= hidden.inspector
    assert (told.inspector > hidden.inspector) == (violated != complied)
    deterred, tolerated = (chance, F(0), complied), (chance, F(1), violated)
    assert (told.chance, told.violation, told.inspector) == (deterred if complied >= violated else tolerated)
    # What Avenhaus, von Stengel and Zamir (2002) assume is enough: caught or not, the inspector prefers compliance.
    if inspector[0][1] > inspector[0][0]:
        assert complied > violated


def test_leadership_deters_nobody_where_a_caught_violation_spares_an_inspector_more_than_it_costs() -> None:
    tables = inspections_that_err(F(11, 15), F(1, 10), F(1), F(7, 20), F(1, 10), F(1, 2))
    hidden, told = secret(*tables), announced(*tables)
    assert told == Inspection(F(200, 203), F(1), F(-20, 29), hidden.inspectee)
    deterring = -F(11, 15) * F(200, 203)
    assert deterring < hidden.inspector == F(-440, 629) < told.inspector


def test_false_alarms_and_missed_violations_take_more_inspections() -> None:
    given_payoffs = {"cost": "0.1", "caught": "-0.5", "fine": 3, "gain": 1}
    precise = secret(*inspection_tables(**given_payoffs))
    missing = secret(*inspection_tables(**given_payoffs, detection="0.8"))
    alarming = secret(*inspection_tables(**given_payoffs, detection="0.8", false_alarm="0.05", accusation=1))
    assert [x.chance for x in (precise, missing, alarming)] == [F(1, 4), F(5, 16), F(20, 63)]
    sorry = announced(*inspection_tables(**given_payoffs, false_alarm="0.05", apology=2))
    assert sorry.inspector == -F(1, 4) * (F(1, 10) + F(1, 20) * 2)


def test_what_makes_no_sense_is_refused() -> None:
    with pytest.raises(GameError, match="draw lots"):
        secret(*inspection_tables(cost=0, caught=0, fine=1, gain=1))
    with pytest.raises(GameError, match="chances"):
        inspection_tables(cost=0, caught=0, fine=1, gain=1, detection=2)
    for periods, inspections, caught, fine in ((-1, 0, 1, 1), (2, -1, 1, 1), (2, 1, -1, 1), (2, 1, 1, 0)):
        with pytest.raises(GameError, match="negative"):
            inspections_over_time(periods, inspections, caught=caught, fine=fine)
