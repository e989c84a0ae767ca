"""Scenario discovery: boxes that were planted are found, and nothing is told of noise."""

from __future__ import annotations

import numpy as np
import pytest

from games.numerics.arrays import Bools, Floats
from tests.support.command_line import ROOT
from tests.support.samples import sample
from treaties import read_treaty
from treaties.findings.quantities import NumberWords
from treaties.sweeping.discovery import Limit, Scenario, scenario

AURORA = ROOT / "treaties" / "cases" / "aurora.toml"


def drawn(worlds: int, quantities: int, seed: int) -> dict[str, Floats]:
    table = np.random.default_rng(seed).random((quantities, worlds))
    return {f"x{k}": table[k] for k in range(quantities)}


def planted(columns: dict[str, Floats], seed: int) -> Bools:
    """Failures: nine in ten where x1 > .6 and x3 < .5, one in fifty elsewhere."""
    inside = (columns["x1"] > 0.6) & (columns["x3"] < 0.5)
    return np.random.default_rng(seed).random(len(inside)) < np.where(inside, 0.9, 0.02)


@pytest.mark.parametrize("seed", range(5))
def test_a_planted_box_is_found(seed: int) -> None:
    columns = drawn(2000, 12, seed)
    failed = planted(columns, 100 + seed)
    found = scenario(sample(columns, ~failed))
    limits = {limit.path: limit for limit in found.limits}
    assert set(limits) == {"x1", "x3"}
    assert limits["x1"].high is None and limits["x1"].low == pytest.approx(0.6, abs=0.04)
    assert limits["x3"].low is None and limits["x3"].high == pytest.approx(0.5, abs=0.04)
    assert found.coverage > 0.8 and found.density > 0.8
    assert found.reason == ""


def test_coverage_and_density_are_counted_in_the_worlds_that_had_no_part_in_the_search() -> None:
    columns = drawn(1000, 6, 7)
    failed = planted(columns, 8)
    found = scenario(sample(columns, ~failed))
    others = {path: column[500:] for path, column in columns.items()}
    inside = np.ones(500, dtype=bool)
    for limit in found.limits:
        inside &= others[limit.path] >= (-np.inf if limit.low is None else limit.low)
        inside &= others[limit.path] <= (np.inf if limit.high is None else limit.high)
    assert found.limits
    assert found.coverage == (failed[500:] & inside).sum() / failed[500:].sum()
    assert found.density == failed[500:][inside].mean()
    assert found.mass == inside.mean()
    assert found.base == failed.mean()


def test_a_rising_transform_of_a_quantity_moves_its_limits_and_nothing_else() -> None:
    columns = drawn(1500, 8, 3)
    failed = planted(columns, 4)
    plain = scenario(sample(columns, ~failed))
    bent = scenario(sample({**columns, "x1": np.exp(5 * columns["x1"])}, ~failed))
    assert (bent.coverage, bent.density, bent.mass) == (plain.coverage, plain.density, plain.mass)
    ends = {limit.path: (limit.low, limit.high) for limit in plain.limits}
    assert ends["x1"][0] is not None
    ends["x1"] = float(np.exp(5 * np.float64(ends["x1"][0]))), None
    assert {limit.path: (limit.low, limit.high) for limit in bent.limits} == ends


def test_the_order_of_quantities_does_not_matter() -> None:
    columns = drawn(1500, 8, 5)
    failed = planted(columns, 6)
    turned = dict(reversed(columns.items()))
    assert scenario(sample(turned, ~failed)) == scenario(sample(columns, ~failed))


def test_a_mirrored_quantity_mirrors_its_limits() -> None:
    columns = drawn(1500, 8, 9)
    failed = planted(columns, 10)
    plain = scenario(sample(columns, ~failed))
    mirrored = scenario(sample({**columns, "x1": -columns["x1"]}, ~failed))
    ends = {limit.path: (limit.low, limit.high) for limit in plain.limits}
    low, high = ends["x1"]
    ends["x1"] = (None if high is None else -high), (None if low is None else -low)
    assert {limit.path: (limit.low, limit.high) for limit in mirrored.limits} == ends


def test_at_most_three_quantities_are_told() -> None:
    columns = drawn(4000, 8, 11)
    failed = np.ones(4000, dtype=bool)
    for k in range(5):
        failed &= columns[f"x{k}"] < 0.8
    found = scenario(sample(columns, ~failed))
    assert 1 <= len(found.limits) <= 3
    assert {limit.path for limit in found.limits} <= {f"x{k}" for k in range(5)}


def test_nothing_is_told_of_noise() -> None:
    for seed in range(24):
        columns = drawn(400, 15, seed)
        base = (0.1, 0.3, 0.5, 0.8)[seed % 4]
        failed = np.random.default_rng(1000 + seed).random(400) < base
        found = scenario(sample(columns, ~failed))
        assert found.limits == () and found.reason == "nothing", seed


def test_failures_that_are_rare_or_nearly_certain_are_not_explained() -> None:
    columns = drawn(1000, 3, 1)
    rare = columns["x0"] < 0.04
    assert scenario(sample(columns, ~rare)).reason == "rare"
    assert scenario(sample(columns, rare)).reason == "frequent"
    none = np.zeros(0, dtype=bool)
    assert scenario(sample({"x0": np.zeros(0)}, none)).worlds == 0


def test_undecided_worlds_are_left_out_and_counted() -> None:
    columns = drawn(1500, 6, 12)
    failed = planted(columns, 13)
    open_ = np.random.default_rng(14).random(1500) < 0.2
    some = scenario(sample(columns, ~failed & ~open_, failed & ~open_))
    kept = scenario(sample({path: column[~open_] for path, column in columns.items()}, ~failed[~open_]))
    assert some.undecided == open_.sum() and some.limits and some.limits == kept.limits
    assert (some.coverage, some.density) == (kept.coverage, kept.density)


def test_a_scenario_is_told_in_the_words_of_the_treaty() -> None:
    words = NumberWords.of(read_treaty(AURORA))
    limits = (
        Limit("event.security_shock.enter", 0.18, None),
        Limit("party.SUN.discount", None, 0.87),
        Limit("remedy.amount", 9.0, 12.5),
    )
    told = Scenario(limits, 0.834, 0.71, 0.2, 0.3, 1000, 12).in_words(words)
    assert told == (
        "It breaks when the chance per year that it begins (Security shock) is above 18%, Sundmark's discount factor "
        "is below 0.87 and amount (Article 17: remedy (damages)) is between EUR 9 million per year and "
        "EUR 12.5 million per year: 83% of the failures (71% of such worlds fail, 30% of all); "
        "12 undecided worlds are left out."
    )
    assert "no range of a few numbers stands out" in Scenario((), 0, 0, 0, 0.3, 9, 0, "nothing").in_words(words)
