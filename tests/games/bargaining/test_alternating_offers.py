"""Alternating offers: worked numbers, plain iteration, the outside option principle, short periods, deadlines."""

from __future__ import annotations

from fractions import Fraction
from math import exp
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from games import GameError
from games.bargaining import alternating_offers, nash, short_periods

tenths = st.integers(0, 10).map(lambda k: Fraction(k, 10))
patience = st.integers(0, 9).map(lambda k: Fraction(k, 10))


@pytest.mark.parametrize(("discounts", "share"), [
    ((0.9, 0.9), 0.526316), ((0.9, 0.8), 0.714286), ((0.5, 0.5), 2 / 3), ((0.95, 0.9), 0.689655),
])
def test_rubinstein(discounts: tuple[float, float], share: float) -> None:
    found = alternating_offers(discounts)
    assert found.values == pytest.approx([share, 1 - share], abs=1e-6)
    assert found.thresholds[0] == pytest.approx(discounts[0] * found.proposals[0, 0])
    assert found.agrees == (True, True)
    assert found.check()


@given(first=patience, second=patience)
def test_the_closed_form_is_exact(first: Fraction, second: Fraction) -> None:
    found = alternating_offers((first, second))
    share = (1 - second) / (1 - first * second)
    assert found.exact[0] == (share, 1 - share)


@pytest.mark.parametrize(("option", "left"), [(0, 0.526316), (0.4, 0.526316), (0.473, 0.526316), (0.5, 0.5),
                                              (0.6, 0.4), (0.7, 0.3)])
def test_an_outside_option_matters_only_if_it_is_better_than_bargaining(option: float, left: float) -> None:
    found = alternating_offers((0.9, 0.9), outside=(0, option))
    assert found.values == pytest.approx([left, 1 - left], abs=1e-6)
    assert found.opts_out == (False, option > 0.4736)


@pytest.mark.parametrize(("floors", "shares"), [
    ((0, 0), (0.526316, 0.473684)), ((0.5, 0), (0.55, 0.5)), ((0.6, 0), (0.64, 0.6)), ((0.7, 0), (0.73, 0.7)),
    ((0, 0.5), (0.5, 0.45)), ((0, 0.6), (0.4, 0.36)), ((0.5, 0.4), (0.55, 0.5)),
])
def test_what_ratifiers_insist_on_helps_who_faces_them(floors: Any, shares: Any) -> None:
    found = alternating_offers((0.9, 0.9), outside=floors)
    assert found.proposals[:, 0] == pytest.approx(shares, abs=1e-6)


@pytest.mark.parametrize(("risk", "share"), [(0.1, 0.568421), (0.01, 0.551759), (0.001, 0.550175)])
def test_risk_of_breakdown_leads_to_the_nash_split(risk: float, share: float) -> None:
    found = alternating_offers((1, 1), outside=(0.2, 0.1), breakdown=risk)
    assert found.values[0] == pytest.approx(share, abs=1e-6)
    split = nash([[1, 0], [0, 1]], [0.2, 0.1])
    assert split is not None
    assert found.values == pytest.approx(split, abs=0.2 * risk)


@pytest.mark.parametrize(("periods", "share"), [(1, 1), (2, 0.1), (3, 0.91), (4, 0.181), (5, 0.8371), (10, 0.342801),
                                                (50, 0.523603)])
def test_a_deadline_favours_who_proposes_last(periods: int, share: float) -> None:
    found = alternating_offers((0.9, 0.9), periods=periods)
    assert found.values[0] == pytest.approx(share, abs=1e-6)
    assert found.check()


@settings(max_examples=60, deadline=None)
@given(discounts=st.tuples(patience, patience), outside=st.tuples(tenths, tenths), inside=st.tuples(tenths, tenths),
       broken=st.tuples(tenths, tenths), risk=st.sampled_from([Fraction(0), Fraction(1, 10), Fraction(1, 2)]))
def test_backward_induction_from_far_away_comes_to_the_same(
    discounts: Any, outside: Any, inside: Any, broken: Any, risk: Fraction
) -> None:
    found = alternating_offers(discounts, outside, risk, inside=inside, broken=broken)
    assert found.check()
    far = _iterated([float(x) for x in discounts], [float(x) for x in outside], [float(x) for x in inside],
                    [float(x) for x in broken], float(risk))
    if far is not None and not found.others:
        assert found.proposals == pytest.approx(far, abs=1e-9)
    if sum(outside) <= 1 and sum(inside) <= 1 and sum(broken) <= 1:  # else options can beat every agreement
        assert found.others == ()
        if max(outside) == 0 and (risk == 0 or broken == inside):
            assert found.agrees == (True, True)


def _iterated(discounts: Any, outside: Any, inside: Any, broken: Any, risk: float) -> Any:
    """Plain backward induction in floating point on a pie of size 1; None if it does not settle."""
    value = np.array([outside, outside], dtype=float)
    for _ in range(600):
        before = value.copy()
        for k in range(2):
            j = 1 - k
            wait = [risk * broken[i] + (1 - risk) * ((1 - discounts[i]) * inside[i] + discounts[i] * before[1 - k][i])
                    for i in range(2)]
            least = max(outside[j], wait[j])
            end = outside if outside[j] > wait[j] else wait
            value[k][j] = least
            value[k][k] = max(1 - least, end[k]) if least <= 1 else end[k]
    return value if np.abs(value - before).max() < 1e-10 else None


def test_the_equilibrium_with_inside_options_is_known() -> None:
    """x = (1 - d2)(1 - s2)/(1 - d1 d2) + d2 (1 - d1) s1/(1 - d1 d2)."""
    d1, d2, s1, s2 = Fraction(9, 10), Fraction(4, 5), Fraction(1, 5), Fraction(3, 10)
    found = alternating_offers((d1, d2), inside=(s1, s2))
    assert found.exact[0][0] == ((1 - d2) * (1 - s2) + d2 * (1 - d1) * s1) / (1 - d1 * d2)


@pytest.mark.parametrize("length", [1, 0.1, 0.01])
def test_short_periods(length: float) -> None:
    found = alternating_offers((exp(-0.1 * length), exp(-0.2 * length)))
    expected = {1: 0.699390, 0.1: 0.669994, 0.01: 0.667000}[length]
    assert found.values[0] == pytest.approx(expected, abs=1e-6)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_short_periods_come_to_the_weighted_nash_solution(seed: int) -> None:
    rng = np.random.default_rng(seed)
    rates, risk = rng.uniform(0.05, 0.5, 2), float(rng.uniform(0, 0.3))
    outside, inside, broken = rng.uniform(0, 0.5, 2), rng.uniform(0, 0.5, 2), rng.uniform(0, 0.5, 2)
    corners: Any = [[0, 1], [0.6, 0.8], [1, 0]] if seed % 2 else [[0, 1], [1, 0]]
    limit = short_periods(rates.tolist(), outside.tolist(), risk, inside=inside.tolist(), broken=broken.tolist(),
                          frontier=corners)
    length = 1e-6
    found = alternating_offers(
        [exp(-r * length) for r in rates], outside.tolist(), 1 - exp(-risk * length), inside=inside.tolist(),
        broken=broken.tolist(), frontier=corners)
    assert limit is not None
    assert found.agrees == (True, True)
    assert found.proposals[0] == pytest.approx(limit, abs=1e-5)
    assert found.proposals[1] == pytest.approx(limit, abs=1e-5)


def test_no_agreement_is_an_answer() -> None:
    found = alternating_offers((0.9, 0.9), outside=(0.5, 0.6))
    assert found.agrees == (False, False)
    assert found.values.tolist() == [0.5, 0.6]
    assert short_periods((0.1, 0.1), outside=(0.5, 0.6)) is None


def test_a_frontier_of_polygons() -> None:
    """Symmetric and patient: near the Nash point (0.75, 0.75); what can be thrown away is never offered."""
    found = alternating_offers((0.999, 0.999), frontier=[(0, 1), (0.75, 0.75), (1, 0), (0.2, 0.2)])
    assert found.values == pytest.approx([0.75, 0.75], abs=1e-3)
    assert alternating_offers((0.5, 0.5), frontier=[(1, 1), (0, 1), (1, 0)]).proposals.tolist() == [[1, 1], [1, 1]]


@pytest.mark.parametrize(("arguments", "said"), [
    ({"discounts": (1, 1)}, "delay costs nobody"),
    ({"discounts": (0.9, 1.1)}, "from 0 to 1"),
    ({"discounts": (0.9,)}, "2 are needed"),
    ({"discounts": "0.9"}, "list of numbers"),
    ({"discounts": (0.9, float("nan"))}, "finite"),
    ({"discounts": (0.9, 0.9), "breakdown": 2}, "breakdown"),
    ({"discounts": (0.9, 0.9), "first": 2}, "first"),
    ({"discounts": (0.9, 0.9), "periods": 0}, "periods"),
    ({"discounts": (0.9, 0.9), "frontier": []}, "frontier"),
    ({"discounts": (0.9, 0.9), "frontier": [(1, 2, 3)]}, "frontier"),
])
def test_what_does_not_fit_is_refused(arguments: dict[str, Any], said: str) -> None:
    with pytest.raises(GameError, match=said):
        alternating_offers(**arguments)


def test_free_delay_has_no_limit() -> None:
    with pytest.raises(GameError, match="delay costs"):
        short_periods((0, 0.1))


def test_the_shares_of_alternating_offers_can_be_unpacked() -> None:
    first, second = alternating_offers((0.9, 0.8))
    assert (first, second) == pytest.approx((5 / 7, 2 / 7), abs=1e-15)
