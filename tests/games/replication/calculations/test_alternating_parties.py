"""Calculations about alternating parties: no common policy of a grid takes less patience."""

from __future__ import annotations

from itertools import pairwise

import pytest

from games.replication.calculations import calculate
from games.replication.calculations.alternating_parties import patience_of_parties


@pytest.mark.parametrize("chance", [0.5, 0.65, 0.9])
def test_no_common_policy_takes_less_patience_than_the_best(chance: float) -> None:
    policy, patience = map(float, calculate("best_compromise", {"first_governs": chance}))
    assert patience_of_parties(policy, chance) == pytest.approx((patience, patience), abs=1e-7)
    assert min(max(patience_of_parties(k / 1000, chance)) for k in range(1001)) >= patience - 1e-8


def test_the_party_that_governs_more_asks_for_more_patience_of_the_even_policy() -> None:
    asked = [patience_of_parties(0.5, chance) for chance in (0.5, 0.6, 0.7)]
    assert all(a[0] < b[0] and a[1] > b[1] for a, b in pairwise(asked))
