"""How long it takes to say how much trust treaties need: the table is printed (pytest -s)."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tests.benchmarks.trust import table


@pytest.mark.slow
def test_ten_treaties_from_two_to_eight_hundred_states_get_a_proof_each() -> None:
    found = table()
    states = [one.states for one in found]
    assert len(found) == 10 and min(states) == 2 and 700 < max(states) <= 850
    assert sum(one.report.least_common is not None for one in found) == 3
    for one in found:
        assert one.proved, one.name
        assert all(pair.least is not None for pair in one.report.pairs), one.name
    exact = {one.name: {pair.least for pair in one.report.pairs} for one in found}
    assert exact["dilemma, discount 0.5"] == {Fraction(1, 2)}
    assert exact["three parties, discount 0.5"] == {Fraction(5, 8)}
    alike = next(one.report.least_common for one in found if one.name == "three parties, discount 0.5")
    assert alike is not None and alike.low**2 < Fraction(1, 2) <= alike.high**2
    assert alike.high - alike.low <= Fraction(1, 10**9)
