"""Calculations about climate contracts: against conditions worked out by hand, and departures from the equilibrium."""

from __future__ import annotations

from fractions import Fraction as F
from typing import Any

import pytest

from games.model.stochastic_game import GameError
from games.replication.calculations import calculate
from games.replication.calculations.climate_contracts import climate_outcome

INSTANCE: dict[str, Any] = {
    "countries": 3, "good": F(3, 2), "harm": F(1, 4), "price": 2, "discount": F(4, 5), "keeps": [F(2, 3), F(9, 10)],
    "bliss": 20,
}


def test_outcomes_meet_the_conditions_of_each_regime() -> None:
    n, b, c, k, d = 3, F(3, 2), F(1, 4), F(2), F(4, 5)
    q, keeps = F(2, 3), F(9, 10)
    slope = -keeps * k / n * (1 - d * q)
    wanted = {
        "none": (k * (1 - d * q / n) * (b + n * c) / (b + c), 1),
        "one_period": (k * (n - d * q), n),
        "first_best": (k * (1 - d * q), n),
    }
    losses = []
    for regime, (marginal, shared) in wanted.items():
        found = climate_outcome(regime, **INSTANCE)
        assert found.slopes == (q * k / n, slope)
        assert b * (20 - found.consumed) == marginal
        assert c * found.emissions == marginal / shared + d * slope
        assert found.technology == n * found.consumed - found.emissions        # nothing was there before
        losses.append(calculate("climate_contract", INSTANCE | {"regime": regime})[2])
    assert losses[1] - losses[0] == k**2 * (n - d * q) * (n - 1) ** 2 * (n + d * q - 2) / (2 * n**2 * (b + c))
    assert losses[2] == 0
    held_up, = calculate("held_up_technology", INSTANCE)
    assert held_up == -k / n * (n - d * q) * (n - 1) ** 2 / (b + c)


@pytest.mark.parametrize("step", [F(1, 100), F(-1, 100)])
def test_without_a_treaty_nobody_gains_by_other_emissions_or_investment(step: F) -> None:
    """The value of one departure, with the emissions that follow an investment worked out by hand."""
    n, b, c, k, d = 3, F(3, 2), F(1, 4), F(2), F(4, 5)
    found = climate_outcome("none", **INSTANCE)
    in_r, in_g = found.slopes

    def worth(consumed: F, emissions: F, technology: F, invested: F) -> F:
        good, harm = b / 2 * (20 - consumed) ** 2, c / 2 * emissions**2
        return -good - harm - k * invested + d * (found.value + in_r * technology + in_g * emissions)

    stays = worth(found.consumed, found.emissions, found.technology, found.technology / n)
    assert stays == found.value
    assert worth(found.consumed + step, found.emissions + step, found.technology, found.technology / n) < stays
    # More technology is met by all with more consumption and fewer emissions: c dG = -b dy, dG = n dy - dR.
    rise = c * step / (b + n * c)
    assert worth(
        found.consumed + rise, found.emissions + n * rise - step, found.technology + step,
        found.technology / n + step,
    ) < stays


def test_an_unknown_regime_is_refused() -> None:
    with pytest.raises(GameError, match="is no regime"):
        calculate("climate_contract", INSTANCE | {"regime": "renegotiated"})
