"""Calculations about concessions under threat: the expected stream, the least threat, and what is refused."""

from __future__ import annotations

from fractions import Fraction as F

import pytest

from games.model.stochastic_game import GameError
from games.replication.calculations import calculate
from games.replication.calculations.threatened_concessions import concession_value


@pytest.mark.parametrize(("d", "threat"), [("9/10", "1/3"), ("1/2", "1/5"), ("4/5", "1")])
def test_concessions_are_worth_what_the_expected_stream_is(d: str, threat: str) -> None:
    patience, chance, income, transfer = F(d), F(threat), F(1, 5), F(2)
    stream = sum(float(patience) ** t * float(income + transfer * (chance if t else 1)) for t in range(2000))
    found = concession_value(patience, chance, income, transfer)
    assert float(found) == pytest.approx(float(1 - patience) * stream, abs=1e-12)


def test_at_the_least_threat_a_revolt_is_worth_as_much_as_concessions() -> None:
    chance, = calculate("least_threat", {"discount": "0.8", "revolt": "0.7", "income": "0.3", "transfer": 1})
    assert concession_value(F(4, 5), chance, F(3, 10), F(1)) == F(7, 10)


@pytest.mark.parametrize(("given", "said"), [
    ({"discount": "9/10", "revolt": 2, "income": "1/5", "transfer": 1}, "at every chance"),
    ({"discount": 1, "revolt": 2, "income": "1/5", "transfer": 1}, "below 1"),
])
def test_what_has_no_answer_is_refused(given: dict[str, object], said: str) -> None:
    with pytest.raises(GameError, match=said):
        calculate("least_threat", given)
