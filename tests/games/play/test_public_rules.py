"""Rules of play on public signals: the dilemma R=2, T=3, P=0, S=-1 with audits that catch a breach and never err."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from games.certificates.signals import PublicProfitableDeviation, PublicSelfGeneration
from games.model.plan import Plan
from games.model.public_monitoring import PublicMonitoring
from games.model.stochastic_game import StochasticGame
from games.play.public_rules import PublicRule
from games.play.rules_of_play import RuleOfPlay, always, reversion, suspension
from games.solvers.public_automata import PublicAutomata
from games.solvers.verdict import Sustainable
from tests.support.example_certificates import dilemma

COMPLY, BREACH = np.array([0]), np.array([3])


def audited(discount: str, caught: float = 0.5, mistaken: float = 0.0) -> StochasticGame:
    """One signal, "flag", with a chance of ``caught`` if somebody breaches and of ``mistaken`` otherwise."""
    law = np.array([[1 - mistaken, mistaken]] + [[1 - caught, caught]] * 3)
    return replace(dilemma(discount), monitoring=PublicMonitoring((("clean", "flag"),), (law,)))


def proved(rule: RuleOfPlay) -> bool:
    """Whether it is an equilibrium, with the proof of either answer."""
    game, followed = rule.game, PublicRule(rule)
    worst = followed.least_anywhere
    assert worst is not None
    if worst.slack >= 0:
        assert PublicSelfGeneration.of(game, followed.automaton(), Plan.of_profile(game, "C,C")).check(game).accepted
        return True
    found = PublicProfitableDeviation.of(
        game, followed.automaton(), followed.number(worst), worst.player, worst.row).check(game)
    assert found.accepted and found.numbers["slack"] == pytest.approx(worst.slack)
    return False


@pytest.mark.parametrize(("discount", "holds"), [("49/100", False), ("1/2", True), ("51/100", True), ("9/10", True)])
def test_reversion_needs_half_the_chance_twice(discount: str, holds: bool) -> None:
    """(1 - d) 1 <= d c 2: with c = 1/2 from d = 1/2 on."""
    rule = reversion(audited(discount), COMPLY, BREACH)
    assert proved(rule) is holds
    d = float(rule.game.discount[0])
    least = PublicRule(rule).least_on_path
    assert least is not None and least.slack == pytest.approx(d / (1 - d) - 1, abs=1e-12)


@pytest.mark.parametrize(("periods", "holds"), [(1, False), (2, False), (3, True)])
def test_suspension_needs_enough_periods(periods: int, holds: bool) -> None:
    """(1 - d) <= d c 2 (1 - d^k): with d = 3/5 and c = 1/2 from 1 - d^k >= 2/3 on, k = 3."""
    assert proved(suspension(audited("3/5"), COMPLY, BREACH, periods)) is holds


def test_where_a_flag_may_be_a_mistake_it_is_not_answered() -> None:
    for rule in (reversion, lambda game, one, two: suspension(game, one, two, 5)):
        follows = PublicRule(rule(audited("9/10", mistaken=0.01), COMPLY, BREACH))
        least = follows.least_on_path
        assert least is not None and least.slack == pytest.approx(-1.0)
        assert len(follows.places) == 1


def test_playing_a_static_equilibrium_for_ever_holds_whatever_is_seen() -> None:
    for mistaken in (0.0, 0.3):
        follows = PublicRule(always(audited("9/10", mistaken=mistaken), "breach", BREACH))
        game = follows.rule.game
        assert follows.least_anywhere is not None and follows.least_anywhere.slack == pytest.approx(1.0)
        assert PublicSelfGeneration.of(game, follows.automaton()).check(game).accepted


def test_what_a_rule_holds_the_solver_finds_with_no_less_margin() -> None:
    for discount in ("3/5", "9/10"):
        rule = PublicRule(reversion(audited(discount), COMPLY, BREACH))
        least = rule.least_on_path
        verdict = PublicAutomata().solve(rule.rule.game).verdict("C,C")
        assert isinstance(verdict, Sustainable) and least is not None
        assert verdict.margin is not None and verdict.margin >= least.slack - 1e-6
