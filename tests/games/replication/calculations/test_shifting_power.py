"""Calculations about power that shifts: the inequality of many steps, values by recursion, and what is refused."""

from __future__ import annotations

import random
from fractions import Fraction as F

import pytest

from games.model.stochastic_game import GameError
from games.replication.calculations import calculate
from games.replication.calculations.shifting_power import concession_value, first_war, patience_of_parties


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


@pytest.mark.parametrize(("d", "threat"), [("9/10", "1/3"), ("1/2", "1/5"), ("4/5", "1")])
def test_concessions_are_worth_what_the_expected_stream_is(d: str, threat: str) -> None:
    patience, chance, income, transfer = F(d), F(threat), F(1, 5), F(2)
    stream = sum(float(patience) ** t * float(income + transfer * (chance if t else 1)) for t in range(2000))
    found = concession_value(patience, chance, income, transfer)
    assert float(found) == pytest.approx(float(1 - patience) * stream, abs=1e-12)


def test_at_the_least_threat_a_revolt_is_worth_as_much_as_concessions() -> None:
    chance, = calculate("least_threat", {"discount": "0.8", "revolt": "0.7", "income": "0.3", "transfer": 1})
    assert concession_value(F(4, 5), chance, F(3, 10), F(1)) == F(7, 10)


@pytest.mark.parametrize("chance", [0.5, 0.65, 0.9])
def test_no_common_policy_takes_less_patience_than_the_best(chance: float) -> None:
    policy, patience = map(float, calculate("best_compromise", {"first_governs": chance}))
    assert patience_of_parties(policy, chance) == pytest.approx((patience, patience), abs=1e-7)
    assert min(max(patience_of_parties(k / 1000, chance)) for k in range(1001)) >= patience - 1e-8


@pytest.mark.parametrize(("name", "given", "said"), [
    ("least_threat", {"discount": "9/10", "revolt": 2, "income": "1/5", "transfer": 1}, "at every chance"),
    ("least_threat", {"discount": 1, "revolt": 2, "income": "1/5", "transfer": 1}, "below 1"),
    ("least_phase_in", {"shifts": [[0, "9/10", 0, 1]]}, "steps are not enough"),
])
def test_what_has_no_answer_is_refused(name: str, given: dict[str, object], said: str) -> None:
    with pytest.raises(GameError, match=said):
        calculate(name, given)
