"""Evidence about rules of play agrees with a judge who writes out every belief and tries every deviation."""

from __future__ import annotations

import pytest

from games.certificates.faults import Fault
from games.certificates.typed import BeliefDeviation, BeliefIntervals, TypedDeviation, TypedRuleEquilibrium
from games.certificates.typed.evaluation import evaluate_rule
from games.play.drifting_beliefs import DriftingBeliefs
from tests.support.brute_typed import Brute
from tests.support.random_typed import drifting, endless, improved
from tests.support.trust_games.dilemma import Typed

EACH = 6
BATCHES = [0, *(pytest.param(batch, marks=pytest.mark.slow) for batch in range(1, 8))]


def agrees(case: Typed) -> bool:
    """Whether the rule is an equilibrium, after both judges have said the same, and the same of values."""
    slow = Brute(case.game, case.rule)
    gains = [one.gain for one in slow.deviations()]
    found = evaluate_rule(case.game, case.rule)
    assert not isinstance(found, Fault), found
    assert TypedRuleEquilibrium.of(case.game, case.rule).check(case.game).accepted == (not gains)
    for i in range(case.game.game.n_players):
        for kind in case.game.strategic(i):
            low, high = found.value(i, kind, case.game.prior)
            assert low <= slow.value(i, kind) * (1 - case.game.exact_discount(i, kind)) <= high
    weak = found.paying(case.game.prior)
    assert (weak is None) == (not gains)
    if weak is not None:
        assert weak.low <= -max(gains) <= weak.high
        assert TypedDeviation.of(found, weak).check(case.game).accepted
    return not gains


@pytest.mark.parametrize("batch", BATCHES)
def test_endless_games_are_judged_alike(batch: int) -> None:
    held = 0
    for seed in range(batch * EACH + 1, (batch + 1) * EACH + 1):
        case = endless(seed, players=3 if seed % 8 == 0 else 2)
        agrees(case)
        held += agrees(improved(case, 6))
    assert held > 0


@pytest.mark.parametrize("batch", BATCHES)
def test_drifting_beliefs_are_judged_alike(batch: int) -> None:
    held = 0
    for seed in range(batch * EACH, (batch + 1) * EACH):
        for case in (drifting(seed), improved(drifting(seed), 4)):
            holds = not Brute(case.game, case.rule).deviations()
            evidence = DriftingBeliefs(case.game, case.rule).certificate()
            assert isinstance(evidence, BeliefIntervals if holds else BeliefDeviation), (seed, holds)
            assert evidence.check(case.game).accepted
            held += holds
    assert held > 0
