"""Legislatures with a deadline: recomputed numbers, and the way to the stationary equilibrium."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from games import GameError
from games.bargaining import legislative, legislative_with_deadline

THIRDS = [Fraction(1, 3)] * 3


@pytest.mark.parametrize(("discount", "sessions", "other"), [
    (1, 1, 0.333333), (1, 2, 0.277778), (1, 3, 0.231481), (1, 5, 0.160751), (1, 10, 0.064602), (1, 20, 0.010434),
    (0.9, 1, 0.333333), (0.9, 2, 0.283333), (0.9, 3, 0.245833), (0.9, 5, 0.196615), (0.9, 10, 0.148350),
])
def test_a_deadline_protects_members_without_a_veto(discount: float, sessions: int, other: float) -> None:
    values = legislative_with_deadline(THIRDS, discount, 2, [0], sessions=sessions)
    assert len(values) == sessions
    assert [float(v) for v in values[0]] == pytest.approx([1 - 2 * other, other, other], abs=2e-6)
    assert values[-1] == tuple(THIRDS)
    stationary = legislative(THIRDS, discount, 2, [0])
    if discount < 1:
        assert stationary is not None
        assert values[0][1] > stationary.exact[1]


def test_a_far_deadline_is_none_where_all_are_alike() -> None:
    far = legislative_with_deadline(THIRDS, 0.9, 2, [0], sessions=200)[0]
    stationary = legislative(THIRDS, 0.9, 2, [0])
    assert stationary is not None
    assert [float(v) for v in far] == pytest.approx(stationary.values.tolist(), abs=1e-9)


@settings(max_examples=30, deadline=None)
@given(n=st.integers(2, 6), seed=st.integers(0, 10**6), sessions=st.integers(1, 6))
def test_all_is_divided_in_the_first_session(n: int, seed: int, sessions: int) -> None:
    p = [Fraction(1 + seed // 7**k % 7) for k in range(n)]
    p = [x / sum(p) for x in p]
    quota, veto = 1 + seed % n, [k for k in range(n) if seed >> k & 3 == 3]
    for row in legislative_with_deadline(p, [Fraction(k + 3, 10) for k in range(n)], quota, veto, sessions=sessions):
        assert sum(row) == 1
        assert min(row) >= 0


@pytest.mark.parametrize("sessions", [0, -1, 1.5, True])
def test_sessions_are_counted(sessions: int) -> None:
    with pytest.raises(GameError, match="sessions"):
        legislative_with_deadline(THIRDS, 0.9, 2, sessions=sessions)
