"""On random games of three to six players thresholds are held between proofs, and nothing contradicts brute force."""

from __future__ import annotations

from fractions import Fraction

import pytest

from games.solvers.penal_modes import PenalModes
from tests.support.parties_campaign import FAMILIES, examined, family_of, first_threshold

PATIENT = PenalModes(search_seconds=60, refute_seconds=60, whole_sets=False)


def test_a_hundred_games_hold_so_many_of_every_family() -> None:
    names = [family_of(seed) for seed in range(200, 300)]
    assert {name: names.count(name) for name in FAMILIES} == {name: f.share for name, f in FAMILIES.items()}


def test_thresholds_are_narrowed_around_what_is_undecided() -> None:
    edge, dark = Fraction(2, 3), (Fraction(7, 10), Fraction(71, 100))
    no, yes, gap, undecided = first_threshold(lambda factor: factor >= edge)
    assert no is not None and yes is not None and no < edge <= yes and not undecided
    assert gap == pytest.approx(yes - no) and gap <= 0.00125
    no, yes, gap, undecided = first_threshold(
        lambda factor: None if dark[0] <= factor <= dark[1] else factor > dark[1])
    assert no is not None and yes is not None and no < dark[0] and dark[1] < yes and gap < 0.0126 and undecided
    assert first_threshold(lambda factor: False) == (0.98, None, 0.0, ())
    assert first_threshold(lambda factor: None if factor > Fraction(9, 10) else False)[2] > 0.07


@pytest.mark.parametrize("seed", [21, 22, 24, 37])
def test_small_games_have_narrow_thresholds(seed: int) -> None:
    assert examined(seed, PATIENT).gap <= 0.01


@pytest.mark.slow
def test_of_eight_games_most_have_narrow_thresholds_and_none_contradicts_another_method() -> None:
    found = [examined(seed, PATIENT) for seed in (1000, *range(1003, 1010))]
    assert sum(f.gap <= 0.01 for f in found) >= 7
    assert {f.also for f in found} >= {"two players"}
