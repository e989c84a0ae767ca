"""Calculations about power that shifts: the inequality of many steps, and shifts that no steps make peaceful."""

from __future__ import annotations

import random
from fractions import Fraction as F

import pytest

from games.model.stochastic_game import GameError
from games.replication.calculations import calculate
from games.replication.calculations.shifting_power import first_war


def shifts_too_fast(path: list[F], destroyed: F, d: F, ahead: int | None = None) -> bool:
    """Whether power grows too much within some number of periods, or within ``ahead`` at most."""
    padded = [*path, *[path[-1]] * len(path)]
    return any(
        d**k * padded[t + k] - padded[t] > destroyed / (1 - destroyed)
        for t in range(len(path)) for k in range(1, (ahead or len(path)) + 1)
    )


def test_there_is_war_if_and_only_if_power_shifts_too_fast() -> None:
    draw = random.Random(0)
    wars = 0
    for _ in range(300):
        path = sorted(F(draw.randint(0, 100), 100) for _ in range(draw.randint(2, 8)))
        destroyed, d = F(draw.randint(1, 40), 100), F(draw.randint(50, 99), 100)
        war = first_war(path, destroyed, d)
        assert (war is not None) == shifts_too_fast(path, destroyed, d)
        wars += war is not None
    assert 50 < wars < 250


def test_looking_one_step_ahead_finds_too_few_steps() -> None:
    now, later, destroyed, d = F(1, 5), F(4, 5), F(1, 10), F(9, 10)
    steps = int(calculate("least_phase_in", {"shifts": [[destroyed, d, now, later]]})[0])
    path = [now + (later - now) * k / (steps - 1) for k in range(steps)]
    assert not shifts_too_fast(path, destroyed, d, ahead=1)
    assert first_war(path, destroyed, d) is not None


def test_who_falls_too_fast_fights_even_if_offered_everything() -> None:
    d, spoils = F(9, 10), F(9, 10) / F(1, 10)
    for later in (F(1, 5), F(3, 5), F(7, 10), F(79, 100)):
        enough = 1 + d * later * spoils >= F(4, 5) * spoils
        assert (first_war([F(4, 5), later], F(1, 10), d) is None) == enough
    assert first_war([F(1, 2)], F(1, 10), d) is None


def test_a_shift_that_no_steps_make_peaceful_is_refused() -> None:
    with pytest.raises(GameError, match="steps are not enough"):
        calculate("least_phase_in", {"shifts": [[0, "9/10", 0, 1]]})
