"""Worlds are drawn from ranges, each quantity from a stream of its own."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import kstest, triang

from treaties.sweeping.draws import SCRAMBLES, Draws, Span

ONE, TWO, EDGE = Span("a", 2.0, 1.0, 5.0), Span("b", 0.3, 0.2, 0.6), Span("c", 1.0, 1.0, 3.0)


@pytest.mark.parametrize("sampling", ["latin", "sobol", "independent"])
def test_another_quantity_changes_no_column(sampling: str) -> None:
    draws = Draws(64, 7, sampling)  # type: ignore[arg-type]
    few = draws.columns({"a": ONE})
    more = draws.columns({"b": TWO, "a": ONE, "c": EDGE})
    assert np.array_equal(few["a"], more["a"])
    assert not np.array_equal(Draws(64, 8, sampling).columns({"a": ONE})["a"], few["a"])  # type: ignore[arg-type]


@pytest.mark.parametrize("sampling", ["latin", "sobol", "independent"])
def test_values_are_triangular_about_a_value_inside_and_uniform_from_an_end(sampling: str) -> None:
    found = Draws(4096, 1, sampling).columns({"a": ONE, "c": EDGE})  # type: ignore[arg-type]
    assert kstest(found["a"], triang(0.25, loc=1.0, scale=4.0).cdf).pvalue > 1e-3
    assert kstest(found["c"], "uniform", args=(1.0, 2.0)).pvalue > 1e-3
    even = Draws(4096, 1, sampling, "uniform").columns({"a": ONE})["a"]  # type: ignore[arg-type]
    assert kstest(even, "uniform", args=(1.0, 4.0)).pvalue > 1e-3


def test_a_latin_hypercube_has_one_value_in_every_equal_share() -> None:
    shares = (Draws(500, 3, "latin", "uniform").columns({"a": ONE})["a"] - 1.0) / 4.0
    assert sorted(np.floor(shares * 500).astype(int).tolist()) == list(range(500))


def test_columns_are_not_correlated() -> None:
    for sampling in ("latin", "sobol", "independent"):
        found = Draws(4096, 5, sampling).columns({"a": ONE, "b": TWO, "c": EDGE})
        assert np.abs(np.corrcoef(list(found.values())) - np.eye(3)).max() < 0.08


def test_nets_need_worlds_for_every_scramble() -> None:
    with pytest.raises(ValueError, match="ask for 96"):
        Draws(100, 0, "sobol")
    assert len(Draws(SCRAMBLES * 4, 0, "sobol").columns({"a": ONE})["a"]) == SCRAMBLES * 4


@pytest.mark.filterwarnings("error")
def test_nets_of_other_sizes_are_the_beginning_of_larger_ones() -> None:
    few, more = (Draws(worlds, 3, "sobol").columns({"a": ONE})["a"].reshape(SCRAMBLES, -1) for worlds in (48, 64))
    assert np.array_equal(few, more[:, :6])
