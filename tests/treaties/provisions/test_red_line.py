"""Red lines: how often who is across, what follows, and where a line deters most."""

from __future__ import annotations

import numpy as np
import pytest

from tests.support.dilemmas import Dilemma, drawn
from tests.support.small_treaties import chances_after, row
from treaties.compiling.compile import compile_treaty
from treaties.effects import STATUS
from treaties.reading.treaty_file import read_treaty_text

FOUR = (3.0, 4.0, -1.0, 0.0)
TWO = Dilemma({"A": FOUR, "B": FOUR}, 0.5)
THREE = Dilemma({"A": FOUR, "B": (5.0, 6.0, -2.0, 1.0), "C": FOUR}, 0.5)
HALF = 0.6914624612740131
"""Chance that a standard normal number is below one half."""


def clause(threshold: float, **terms: object) -> str:
    told = "".join(f"{name} = {value}\n" for name, value in terms.items())
    return f'type = "red_line"\nmatter = "trade"\nthreshold = {threshold}\n{told}'


@pytest.mark.behaviour("red_line")
def test_halfway_a_breach_crosses_as_often_as_compliance_does_not() -> None:
    """Line 1/2, noise 1: a breach is across with chance Φ(1/2), compliance with 1 - Φ(1/2); B and C share the 2."""
    compiled = THREE.compiled(clause(0.5, noise=1, penalty=2, paid_to_others="true", party='"A"'))
    start = {STATUS: "in force"}
    for conduct, earned, across in (("comply", [3, 5, 3], 1 - HALF), ("breach", [4, 1.5, 1], HALF)):
        k = row(compiled, start, A={"trade": conduct})
        expected = np.array(earned) + np.array([-2, 1, 1]) * across
        assert compiled.game.payoffs[k] == pytest.approx(expected, abs=1e-9)


def test_without_noise_an_exact_line_is_a_fine_for_breaches() -> None:
    """A fine of 1/2: a breach wins 3.5 - 3.  The worst after it is to breach and leave: 3 >= 3.5 (1 - δ), from 1/7."""
    assert not TWO.at(1 / 7 - 1e-4).holds(clause(0.5, penalty=0.5))
    assert TWO.at(1 / 7 + 1e-4).holds(clause(0.5, penalty=0.5))
    exact = TWO.compiled(clause(0.5, penalty=0.5))
    assert exact.game.payoffs[row(exact, {STATUS: "in force"}, B={"trade": "breach"})].tolist() == [-1, 3.5]


def test_of_three_the_one_across_is_out_for_its_years_and_the_others_go_on() -> None:
    compiled = THREE.compiled(clause(0.5, noise=1, suspended_years=2, party='"A"'))
    line = "line of A on trade"
    for conduct, across in (("comply", 1 - HALF), ("breach", HALF)):
        k = row(compiled, {STATUS: "in force", line: "kept"}, A={"trade": conduct})
        assert chances_after(compiled, k, line) == pytest.approx({"out, 2 left": across, "kept": 1 - across})
    for now, then in (("out, 2 left", "out, 1 left"), ("out, 1 left", "kept")):
        k = row(compiled, {STATUS: "in force", line: now}, A={"trade": "breach"})
        assert compiled.game.payoffs[k].tolist() == [0, 5, 3] and not compiled.columns.any_breach()[k]
        assert chances_after(compiled, k, line) == {then: 1}


def test_in_a_matter_that_nobody_sees_the_measure_is_what_all_learn() -> None:
    text = TWO.text + 'observability = "private"\n'
    terms = clause(0.5, noise=1, penalty=2, suspended_years=1, party='"A"')
    compiled = compile_treaty(read_treaty_text(text + f"[[provision]]\n{terms}"))
    assert compiled.seen is not None
    (signal,) = compiled.seen.observation.signals
    assert signal.flags == ("across the line",) and signal.clean == ("below the line",)
    line = "line of A on trade"
    for conduct, across, earned in (("comply", 1 - HALF, 3), ("breach", HALF, 4)):
        k = row(compiled, {STATUS: "in force", line: "kept"}, A={"trade": conduct})
        assert chances_after(compiled, k, line) == pytest.approx({"out, 1 left": across, "kept": 1 - across})
        assert compiled.game.payoffs[k, 0] == pytest.approx(earned - 2 * across, abs=1e-9)


@pytest.mark.law("red_line")
@pytest.mark.parametrize("seed", range(6))
def test_a_penalty_deters_most_halfway_and_a_higher_line_strikes_fewer_innocents_where_noise_is_normal(
    seed: int,
) -> None:
    """The density of the noise at the line is the same from both levels halfway between them, and nowhere else."""
    draw = np.random.default_rng(seed)
    dilemma = drawn(seed, "ABC"[: 2 + seed % 2])
    low, high = sorted(float(x) / 4 for x in draw.choice(np.arange(-8, 9), 2, replace=False))
    noise, penalty = float(draw.integers(1, 9)) / 4, float(draw.integers(1, 6))

    def lost(threshold: float) -> tuple[float, float]:
        """What a complying party loses, and how much more one in breach does."""
        terms = clause(threshold, noise=noise, penalty=penalty, complying=low, breaching=high, party='"A"')
        compiled = dilemma.compiled(terms)
        start = {STATUS: "in force"}
        kept, breach = (compiled.game.payoffs[row(compiled, start, A={"trade": c}), 0] for c in ("comply", "breach"))
        reward, temptation, *_ = dilemma.payoffs["A"]
        return reward - kept, (temptation - breach) - (reward - kept)

    lines = [(low + high) / 2 + step * (high - low) for step in (-1.0, -0.4, -0.1, 0.0, 0.1, 0.4, 1.0)]
    innocent, deterred = zip(*map(lost, lines), strict=True)
    rises, falls = np.diff(deterred[:4]), np.diff(deterred[3:])
    assert np.all(rises >= -1e-9) and np.all(falls <= 1e-9), "far out the tails of the noise are nothing in floats"
    assert deterred[3] > max(deterred[0], deterred[-1])
    assert np.all(np.diff(innocent) <= 1e-9) and innocent[0] > innocent[-1]
