"""Strongly connected components, downstream first."""

from __future__ import annotations

import numpy as np

from games.numerics.components import components


def test_components_come_downstream_first_and_a_clock_runs_backwards() -> None:
    """Years 0 to 9 lead round, with two states a year; the last year may also end for good."""
    years, arcs = 10, []
    for year in range(years):
        after = (year + 1) % years
        for _ in range(2):
            arcs.append([2 * after, 2 * after + 1] + ([20] if year == 9 else []))
    arcs.append([20])
    pointer = np.concatenate([[0], np.cumsum([len(a) for a in arcs])])
    found = components(pointer, np.concatenate(arcs), root=0)
    assert [len(c.states) for c in found] == [1, 20]
    assert all(c.cyclic for c in found)
    assert (found[1].states // 2).tolist() == [year for year in range(9, -1, -1) for _ in range(2)]


def test_a_state_without_a_loop_is_no_cycle() -> None:
    chain = components(np.array([0, 1, 2, 3]), np.array([1, 2, 2]))
    assert [(c.states.tolist(), c.cyclic) for c in chain] == [([2], True), ([1], False), ([0], False)]
