"""Shares of worlds and their errors."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest

from treaties.sweeping.likelihood import likelihood


def test_the_interval_is_wilsons() -> None:
    """Wilson (1927): (p + z²/2n ± z sqrt(p(1-p)/n + z²/4n²)) / (1 + z²/n)."""
    yes = np.arange(100) < 62
    found = likelihood(yes, ~yes, "independent", len(yes))
    assert found is not None
    z, n, p = 1.959963984540054, 100, 0.62
    middle, reach = p + z * z / (2 * n), z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    assert np.allclose(found.interval, [(middle - reach) / (1 + z * z / n), (middle + reach) / (1 + z * z / n)])
    assert found.standard_error == sqrt(p * (1 - p) / n)
    assert found.in_words() == "62 of 100 worlds (52 to 71; 100 tested)"


def test_what_is_undecided_widens_the_answer() -> None:
    yes, no = np.arange(100) < 50, np.arange(100) >= 60
    found = likelihood(yes, no, "latin", len(yes))
    assert found is not None
    assert (found.yes, found.no, found.undecided) == (50, 40, 10)
    assert found.share == (0.5, 0.6)
    assert found.interval[0] < 0.5 and found.interval[1] > 0.6
    assert found.in_words().startswith("50 to 60 of 100 worlds")


def test_the_error_of_nets_is_that_of_their_scrambles() -> None:
    yes = np.zeros((8, 10), dtype=bool)
    yes[:4, :5] = True
    found = likelihood(yes.ravel(), ~yes.ravel(), "sobol", yes.size)
    assert found is not None
    shares = np.array([0.5] * 4 + [0.0] * 4)
    assert np.isclose(found.standard_error, shares.std(ddof=1) / sqrt(8))
    # Where worlds were left out, which are of one scramble is not known any more.
    fewer, alone = (likelihood(yes.ravel(), ~yes.ravel(), way, 88) for way in ("sobol", "independent"))
    assert fewer == alone


def test_no_world_has_no_likelihood() -> None:
    none = np.zeros(0, dtype=bool)
    assert likelihood(none, none, "latin", 0) is None


@pytest.mark.parametrize("worlds", [200, 1000])  # with one of 200 a share is halfway between none and one of 100
def test_all_and_none_are_said_of_all_and_none_alone(worlds: int) -> None:
    nearly = np.arange(worlds) > 0
    found = likelihood(nearly, ~nearly, "latin", len(nearly)), likelihood(~nearly, nearly, "latin", len(nearly))
    assert [one.in_words().split(" of ")[0] for one in found if one] == ["more than 99", "fewer than 1"]
    every = likelihood(nearly | True, nearly & False, "latin", len(nearly))
    assert every is not None and every.in_words().startswith("100 of 100 worlds")


def test_scrambles_that_all_agree_prove_nothing_of_other_worlds() -> None:
    every = np.ones(48, dtype=bool)
    nets, other = (likelihood(every, ~every, sampling, len(every)) for sampling in ("sobol", "independent"))
    assert nets is not None and other is not None
    assert nets.interval == other.interval and nets.interval[0] < 0.95
