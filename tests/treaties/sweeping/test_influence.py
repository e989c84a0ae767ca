"""What matters: a number that decides stands out, one that does nothing does not."""

from __future__ import annotations

from math import isclose, sqrt

import numpy as np

from tests.support.samples import sample
from treaties.sweeping.influence import influences


def test_fifths_are_counted_by_hand() -> None:
    a = np.arange(100.0)[::-1].copy()
    yes = a >= 85  # of the highest fifth (80 to 99) 15, of the lowest none
    (found,) = influences(sample({"a": a}, yes, margin=2 * a))
    assert found.ends == (19.0, 80.0)
    assert (found.likelihood.low, found.likelihood.high) == (0.0, 15 / 20)
    shares = (1 / 22, 16 / 22)  # a success and a failure more in each (Agresti and Caffo 2000)
    assert isclose(found.likelihood.standard_error, sqrt(sum(p * (1 - p) / 22 for p in shares)))
    assert found.margin is not None
    assert (found.margin.low, found.margin.high) == (19.0, 179.0)
    deviation = np.std(2 * np.arange(20.0), ddof=1)
    assert isclose(found.margin.standard_error, deviation * sqrt(2 / 20))


def test_what_decides_comes_first_and_what_does_nothing_is_not_notable() -> None:
    rng = np.random.default_rng(4)
    columns = {name: rng.random(2000) for name in ("idle", "strong", "weak")}
    yes = columns["strong"] + 0.3 * columns["weak"] + 0.1 * rng.random(2000) > 0.7
    found = influences(sample(columns, yes))
    assert [one.path for one in found] == ["strong", "weak", "idle"]
    assert found[0].likelihood.difference > 0.9 and found[0].margin is None
    assert [one.likelihood.notable for one in found] == [True, True, False]


def test_the_margin_ranks_numbers_where_it_always_holds() -> None:
    rng = np.random.default_rng(5)
    columns = {name: rng.random(500) for name in ("a", "b")}
    yes = np.ones(500, dtype=bool)
    found = influences(sample(columns, yes, margin=10 + columns["a"] - 3 * columns["b"]))
    assert [one.path for one in found] == ["b", "a"]
    assert found[0].margin is not None and found[0].margin.difference < 0
    assert found[0].likelihood.difference == 0 < found[0].likelihood.standard_error


def test_undecided_worlds_are_left_out() -> None:
    rng = np.random.default_rng(6)
    a = rng.random(300)
    yes, open_ = a > 0.5, rng.random(300) < 0.3
    some = influences(sample({"a": a}, yes & ~open_, ~yes & ~open_))
    kept = influences(sample({"a": a[~open_]}, yes[~open_]))
    assert some == kept


def test_few_worlds_say_nothing() -> None:
    assert influences(sample({"a": np.arange(49.0)}, np.ones(49, dtype=bool))) == ()
