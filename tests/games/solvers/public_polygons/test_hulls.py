"""Inner sets of games with signals: common parts of polygons, lotteries over their corners, and sets that settle."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from games.numerics.polygons import distance, hull_of
from games.solvers.payoff_set import EquilibriumPayoffSet
from games.solvers.public_polygons.hulls import common_part, lottery_over
from games.solvers.public_polygons.sets import evenly
from games.solvers.public_polygons.solver import PublicPolygons
from tests.treaties.compiling.test_signals import compiled_of

SQUARE = np.array([[0.0, 0.0], [2.0, 0.0], [2.0, 2.0], [0.0, 2.0]])


def test_the_common_part_of_two_squares_by_hand() -> None:
    found = common_part(SQUARE, SQUARE + 1.0, evenly(8))
    assert found is not None and len(found) == 8
    assert sorted(map(tuple, np.unique(found, axis=0))) == [(1.0, 1.0), (1.0, 2.0), (2.0, 1.0), (2.0, 2.0)]
    assert common_part(SQUARE, SQUARE + 5.0, evenly(8)) is None
    assert common_part(SQUARE, SQUARE[:2], evenly(8)) is None


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 10**6))
def test_common_parts_lie_in_both_and_are_lotteries_over_the_corners_of_each(seed: int) -> None:
    rng = np.random.default_rng(seed)
    first, second = hull_of(rng.random((8, 2))), hull_of(rng.random((8, 2)))
    found = common_part(first, second, evenly(16))
    if found is None:
        return
    for x, y in found:
        for polygon in (first, second):
            assert distance(polygon, len(polygon), x, y) < 1e-9
            lottery = lottery_over(polygon, np.array([x, y]), 1e-12)
            assert lottery is not None and sum(w for _, w in lottery) == pytest.approx(1.0)
            assert sum(w * polygon[j] for j, w in lottery) == pytest.approx([x, y], abs=1e-9)


def test_what_lies_off_a_polygon_is_no_lottery_over_its_corners() -> None:
    assert lottery_over(SQUARE, np.array([2.5, 1.0]), 1e-12) is None
    assert lottery_over(SQUARE, SQUARE[2], 1e-12) == [(2, 1.0)]
    assert lottery_over(SQUARE[:2], np.array([1.0, 0.0]), 1e-12) is None


@pytest.mark.parametrize("directions", [16, 48, 64])
def test_hulls_that_would_run_in_circles_settle_and_are_proved(directions: int) -> None:
    """Audits of private conduct: plain hulls of extreme points settle with none of these numbers of directions."""
    game = compiled_of("audit").with_transfers("none").game
    solution = PublicPolygons(directions=directions, refine=False).solve(game)
    assert solution.inner.settled
    found = solution.payoff_sets[0]
    assert isinstance(found, EquilibriumPayoffSet)
    inner, outer = found.inner, found.outer
    assert 3.64 < inner.sum(axis=1).max() < outer.sum(axis=1).max()
    automaton = solution.best_automaton()
    assert automaton is not None
    assert sum(automaton.modes[0].payoffs) == pytest.approx(inner.sum(axis=1).max(), abs=1e-6)


def test_what_is_computed_is_what_is_proved() -> None:
    solution = PublicPolygons(directions=8, refine=False).solve(compiled_of("audit").with_transfers("none").game)
    proved, computed = solution.best_automaton(), solution.best_automaton(prove=False)
    assert proved is not None and computed is not None and proved.modes == computed.modes
