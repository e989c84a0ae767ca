"""Committees over lotteries of deals: against the divisible pie, alternating offers and the conditions themselves."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from games.bargaining import committee_over_deals, legislative
from games.model.stochastic_game import GameError

Coalition = frozenset[int]


@pytest.mark.parametrize(("chance", "discounts"), [
    ([0.5, 0.5], [0.9, 0.9]), ([0.3, 0.7], [0.9, 0.6]), ([0.25, 0.75], [0.99, 0.95]),
])  # fmt: skip
def test_over_the_whole_pie_two_members_share_it_as_by_the_closed_rule(
    chance: list[float], discounts: list[float]
) -> None:
    pie = legislative(chance, discounts, 2)
    found = committee_over_deals([[1, 0], [0, 1]], [0, 0], chance, discounts)
    assert pie is not None and found is not None
    assert found.values == pytest.approx(pie.values, abs=1e-7)
    assert found.proposals == pytest.approx(np.array(pie.proposals), abs=1e-7)


@pytest.mark.parametrize(("rule", "veto"), [(3, ()), (2, ()), (2, (0,))])
def test_over_the_whole_pie_three_members_expect_what_baron_and_ferejohn_say(rule: int, veto: tuple[int, ...]) -> None:
    winning: Callable[[Coalition], bool] = lambda c: len(c) >= rule and set(veto) <= c  # noqa: E731
    pie = legislative([1 / 3] * 3, 0.8, rule, veto=veto)
    found = committee_over_deals(np.eye(3), [0, 0, 0], [1 / 3] * 3, 0.8, winning)
    assert pie is not None and found is not None
    assert found.values == pytest.approx(pie.values, abs=1e-6)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6))
def test_with_consent_of_two_every_proposal_is_accepted_on_the_frontier_and_the_best_that_is(seed: int) -> None:
    rng = np.random.default_rng(seed)
    deals, base = rng.uniform(1, 9, (6, 2)), rng.uniform(0, 1, 2)
    chance, patience = rng.dirichlet([1, 1]), rng.uniform(0.2, 0.95, 2)
    found = committee_over_deals(deals, base.tolist(), chance.tolist(), patience.tolist())
    assert found is not None
    assert found.values == pytest.approx(chance @ found.proposals, abs=1e-7)
    assert found.waiting == pytest.approx((1 - patience) * base + patience * found.values)
    mixtures = rng.dirichlet(np.full(6, 0.3), 3000) @ deals
    for k in range(2):
        accepted = np.vstack([deals, mixtures])
        accepted = accepted[accepted[:, 1 - k] >= found.waiting[1 - k]]
        assert found.proposals[k, 1 - k] >= found.waiting[1 - k] - 1e-9
        assert found.proposals[k, k] >= accepted[:, k].max(initial=-np.inf) - 1e-9


def test_one_deal_leaves_nothing_to_choose_and_a_dictator_takes_the_best() -> None:
    one = committee_over_deals([[3, 4]], [1, 1], [0.5, 0.5], 0.9)
    assert one is not None and one.values.tolist() == pytest.approx([3, 4])
    alone = committee_over_deals([[3, 4], [5, 2]], [1, 1], [0.5, 0.5], 0.9, lambda coalition: 0 in coalition)
    assert alone is not None and alone.proposals[0] == pytest.approx([5, 2])


def test_numbers_that_do_not_fit_are_refused() -> None:
    with pytest.raises(GameError, match="needs a deal"):
        committee_over_deals([], [0, 0], [0.5, 0.5], 0.9)
    with pytest.raises(GameError, match="one discount factor for each"):
        committee_over_deals([[1, 1]], [0, 0], [0.5, 0.5], [0.9])
