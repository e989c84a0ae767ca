"""Final offers: the inverse density at the median, best replies of both sides by trying all, and what is refused."""

from __future__ import annotations

from math import erf, exp, pi, sqrt

import numpy as np
import pytest

from games.model.stochastic_game import GameError
from games.replication.calculations import calculate

DENSITY = {"normal": 1 / sqrt(2 * pi), "uniform": 1 / 2, "laplace": 1 / 2}
"""At the median, for a scale of 1."""


def chance(law: str, z: float) -> float:
    if law == "normal":
        return (1 + erf(z / sqrt(2))) / 2
    if law == "uniform":
        return min(max((1 + z) / 2, 0.0), 1.0)
    return exp(z) / 2 if z < 0 else 1 - exp(-z) / 2


@pytest.mark.parametrize("law", DENSITY)
@pytest.mark.parametrize(("centre", "scale"), [(0.0, 1.0), (5.0, 0.25), (-2.0, 3.0)])
def test_offers_are_apart_by_the_inverse_density_at_the_median(law: str, centre: float, scale: float) -> None:
    low, high = (float(x) for x in calculate("final_offers", {"law": law, "centre": centre, "scale": scale}))
    assert high - low == pytest.approx(scale / DENSITY[law], abs=1e-6 * scale)
    assert (low + high) / 2 == pytest.approx(centre, abs=1e-9)


@pytest.mark.parametrize("law", DENSITY)
def test_no_other_offer_of_either_side_does_better(law: str) -> None:
    low, high = (float(x) for x in calculate("final_offers", {"law": law, "centre": 1, "scale": 2}))

    def settled(a: float, b: float) -> float:
        below = chance(law, ((a + b) / 2 - 1) / 2)                  # the arbitrator is nearer to the lesser of the two
        return min(a, b) * below + max(a, b) * (1 - below)

    value = settled(low, high)
    for other in np.linspace(-20, 22, 841):
        assert settled(low, float(other)) <= value + 1e-7
        assert settled(float(other), high) >= value - 1e-7


@pytest.mark.parametrize(("given", "said"), [
    ({"law": "cauchy", "centre": 0, "scale": 1}, "normal, uniform or laplace"),
    ({"law": "normal", "centre": 0, "scale": 0}, "above 0"),
])
def test_what_makes_no_sense_is_refused(given: dict[str, object], said: str) -> None:
    with pytest.raises(GameError, match=said):
        calculate("gap_of_offers", given)
