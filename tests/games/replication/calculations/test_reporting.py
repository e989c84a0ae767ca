"""News of a partnership: closed forms, garbling, short and long periods, and what is refused."""

from __future__ import annotations

from fractions import Fraction as F
from math import expm1
from typing import Any

import pytest

from games.model.stochastic_game import GameError
from games.replication.calculations import calculate
from games.replication.calculations.reporting import reviewed, symmetric_payoff
from games.replication.calculations.signals import partnership

FLOWS = [2, -2, 3, 0]
BAD: dict[str, Any] = {"payoffs": FLOWS, "interest": "1/10", "rates": [1, 4]}
GOOD: dict[str, Any] = {"payoffs": FLOWS, "interest": "1/10", "rates": [4, 1]}


def closed_form(gain: float, interest: float, rates: tuple[float, float], length: float, bad: bool) -> float:
    patience = -expm1(-interest * length)                                                              # 1 - d
    quiet, breach = (-expm1(-rate * length) for rate in rates)
    punished, apart = (quiet, breach - quiet) if bad else (1 - quiet, quiet - breach)
    value = 2 - punished * gain / apart
    return value if apart > 0 and patience * gain <= (1 - patience) * apart * value else 0.0


@pytest.mark.parametrize("bad", [True, False])
@pytest.mark.parametrize("length", [0.02, 0.1, 0.25, 0.5, 0.8, 1.5, 3.0])
@pytest.mark.parametrize(("interest", "rates"), [(0.1, (1.0, 4.0)), (0.05, (0.5, 3.0)), (0.3, (2.0, 5.0))])
def test_the_program_agrees_with_bang_bang_continuations(
    interest: float, rates: tuple[float, float], length: float, bad: bool
) -> None:
    ordered = rates if bad else rates[::-1]
    found = symmetric_payoff(reviewed(FLOWS, interest, ordered, length))
    assert found == pytest.approx(closed_form(1.0, interest, ordered, length, bad), abs=1e-8)


def test_shorter_periods_help_if_news_is_bad_and_hurt_if_it_is_good() -> None:
    lengths = [0.4, 0.2, 0.1, 0.05]
    bad = [symmetric_payoff(reviewed(FLOWS, 0.1, [1, 4], length)) for length in lengths]
    good = [symmetric_payoff(reviewed(FLOWS, 0.1, [4, 1], length)) for length in lengths]
    limit, = calculate("reported_at_once", {"reward": 2, "gain": 1, "interest": "1/10", "rates": [1, 4]})
    assert 0 < bad[0] < bad[1] < bad[2] < bad[3] < limit
    assert good[0] > good[1] > good[2] == good[3] == 0


@pytest.mark.parametrize(("gain", "rates"), [(1.0, (1.0, 4.0)), (0.5, (2.0, 3.0)), (1.5, (0.5, 3.0))])
def test_news_that_is_released_as_it_comes_is_the_limit_of_short_periods(
    gain: float, rates: tuple[float, float]
) -> None:
    given = {"reward": 2, "gain": gain, "interest": "1/10", "rates": rates}
    found, = calculate("reported_at_once", given)
    assert float(found) == pytest.approx(2 - gain / (rates[1] / rates[0] - 1), abs=1e-9)
    near = symmetric_payoff(reviewed([2, -2, 2 + gain, 0], 0.1, rates, 1e-4))
    assert near == pytest.approx(float(found), abs=2e-3)
    assert calculate("reported_at_once", given | {"rates": rates[::-1]}) == (F(0),)


@pytest.mark.parametrize("noise", [0.02, 0.1, 0.2])
@pytest.mark.parametrize("law", [(0.9, 0.5, 0.2), (0.8, 0.4, 0.2), (0.95, 0.6, 0.3)])
def test_a_garbled_signal_is_never_worth_more(law: tuple[float, float, float], noise: float) -> None:
    garbled = [(1 - noise) * p + noise * (1 - p) for p in law]
    for patience in (0.6, 0.7, 0.8, 0.95):
        sharp, dull = (symmetric_payoff(partnership([2, -1, 3, 0], good, patience)) for good in (law, garbled))
        assert dull <= sharp + 1e-9


def test_all_equilibria_are_bounded_by_the_symmetric_ones() -> None:
    found, = calculate("reported", BAD | {"lengths": ["1/2"]})
    assert float(found) == pytest.approx(closed_form(1.0, 0.1, (1, 4), 0.5, True), abs=1e-8)
    assert calculate("reported", GOOD | {"lengths": ["1/20"]}) == (F(0),)


def test_where_one_sided_cooperation_brings_more_the_number_is_refused() -> None:
    with pytest.raises(GameError, match="which is too wide"):
        calculate("reported", BAD | {"payoffs": [2, "9/10", 3, 0], "lengths": ["1/2"]})
