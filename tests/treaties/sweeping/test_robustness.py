"""Robustness measures, worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from games.numerics.arrays import Floats
from treaties.sweeping.robustness import ranking, robustness
from treaties.sweeping.sample import Sample

HOLDS = np.array([[True, True, False], [True, True, True]])
VALUES = np.array([[[10, 4], [8, 1], [99, 99]], [[6, 5], [5, 5], [3, 2]]], dtype=float)
WITHOUT = np.full((2, 3, 2), 2.0)
"""Two designs, three worlds, two parties: the first brings one 10, 8 and, as it fails, 2; the other 4, 1 and 2."""


def test_the_measures_are_those_worked_out_by_hand() -> None:
    first, second = robustness(HOLDS, VALUES, WITHOUT, WITHOUT)
    assert first.maximin.tolist() == [2, 1]
    assert second.maximin.tolist() == [3, 2]
    # Regrets of the first: 0, 0, 3-2 = 1; 5-4 = 1, 5-1 = 4, 0.  Of the second: 4, 3, 0; 0, 0, 0.
    assert first.regret.tolist() == [1, 4]
    assert second.regret.tolist() == [4, 0]
    assert np.allclose(first.mean, [20 / 3, 7 / 3])
    assert np.allclose(second.mean, [14 / 3, 12 / 3])
    # At least 2: the first party in two worlds (in the third the design fails), the second only in the first.
    assert np.allclose(first.satisficing, [2 / 3, 1 / 3])
    assert np.allclose(second.satisficing, [1, 1])
    assert (first.all_satisfied, second.all_satisfied) == (1 / 3, 1)


def test_a_level_that_nobody_reaches_is_met_in_no_world() -> None:
    for one in robustness(HOLDS, VALUES, WITHOUT, np.full((2, 3, 2), 50.0)):
        assert one.satisficing.tolist() == [0, 0] and one.all_satisfied == 0


def test_no_regret_where_one_design_is_best_everywhere() -> None:
    better = np.stack([VALUES[1], VALUES[1] - 1])
    first, second = robustness(np.ones((2, 3), dtype=bool), better, WITHOUT, WITHOUT)
    assert not first.regret.any() and second.regret.tolist() == [1, 1]


def sample(name: str, worlds: list[int], yes: list[bool], no: list[bool], values: list[float]) -> Sample:
    def floats(numbers: list[float]) -> Floats:
        return np.array(numbers, dtype=float)

    held, failed = np.array(yes, dtype=bool), np.array(no, dtype=bool)
    nothing, ones = floats([np.nan] * len(worlds)), floats([1.0] * len(worlds))
    earned = {"NOR": floats(values)}
    return Sample(name, np.array(worlds, dtype=np.int64), {}, held, failed, nothing, earned, {"NOR": ones})


def test_designs_are_ranked_over_the_worlds_in_which_all_were_decided() -> None:
    found = ranking([
        sample("a", [0, 1, 2, 4], [True, True, False, True], [False, False, True, False], [5, 6, 7, 8]),
        sample("b", [1, 2, 3, 4], [True, False, True, False], [False, True, False, False], [3, 4, 5, 6]),
        sample("never", [], [], [], []),
    ])  # fmt: skip
    assert found.worlds == 2 and found.parties == ("NOR",)  # worlds 1 and 2; of 4 it is not known for b
    assert found.measures["a"].mean.tolist() == [(6 + 1) / 2]
    assert found.measures["b"].mean.tolist() == [(3 + 1) / 2]
    assert found.measures["b"].regret.tolist() == [3]
    assert "never" not in found.to_json()["designs"]


def test_without_a_common_world_nothing_is_ranked() -> None:
    apart = [sample("a", [0], [True], [False], [5]), sample("b", [1], [True], [False], [3])]
    assert ranking(apart).to_json() == {"worlds": 0, "designs": {}}
    with pytest.raises(ValueError, match="draw more worlds"):
        robustness(np.zeros((2, 0), dtype=bool), np.zeros((2, 0, 1)), np.zeros((2, 0, 1)), np.zeros((2, 0, 1)))


def test_what_rounding_makes_of_the_same_amount_is_no_regret() -> None:
    """Each of two designs alike is best in one world by the last bit."""
    up, down = np.nextafter(2, 3), np.nextafter(2, 1)
    values = np.array([[[up], [down]], [[down], [up]]])
    for one in robustness(np.ones((2, 2), dtype=bool), values, values * 0, values * 0):
        assert one.regret.tolist() == [0]
