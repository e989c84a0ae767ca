"""Best replies where cooperation is over: against a type with a rule something else may pay than among equals."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from games.certificates.typed import TypedRuleEquilibrium
from games.certificates.typed.evaluation import RuleEvaluation, evaluate_rule
from games.model.stochastic_game import repeated_game
from games.model.typed_game import PartyType, TypedGame, TypeRule
from games.play.rules_of_play import reversion
from games.play.typed_replies import final_modes, told_apart, with_best_replies
from games.play.typed_rules import rule_with_types


def laid(prior: Fraction) -> RuleEvaluation:
    """A dilemma with a third move, to hide: after a breach both hide for good, which is an equilibrium of a round.

    Player 2 may be a type that breaches always.  Against it to breach pays more than to hide.
    """
    game = repeated_game(
        [[[2, 2], [-1, 3], [-1, 0]],
         [[3, -1], [0, 0], [0, 0]],
         [[0, -1], [Fraction(-1, 10), -1], [0, 0]]],
        discount=0.9, actions=[["comply", "breach", "hide"]] * 2,
    )  # fmt: skip
    always = TypeRule(("always",), 0, np.array([[1]]), np.zeros((1, game.n_rows), dtype=np.int64))
    types = ((PartyType("as described"),), (PartyType("as described"), PartyType("bad", always, kind="breaches")))
    typed = TypedGame(game, types, ((Fraction(1),), (1 - prior, prior)))
    found = evaluate_rule(typed, rule_with_types(typed, reversion(game, np.array([0]), np.array([8]))))
    assert isinstance(found, RuleEvaluation)
    return found


def test_a_player_changes_to_what_pays_against_a_type_that_has_shown_itself() -> None:
    before = laid(Fraction(1, 10))
    weak = before.paying(before.typed.prior)
    assert weak is not None and before.places.rule.modes[int(before.places.mode[before.nodes.place[weak.node]])] == (
        "revert")
    after = with_best_replies(before)
    assert after.paying(after.typed.prior) is None
    certificate = TypedRuleEquilibrium.of(after.typed, after.places.rule)
    assert certificate.check(after.typed).accepted


def test_modes_are_told_apart_by_what_is_known_and_play_is_the_same() -> None:
    before = laid(Fraction(1, 10))
    told = told_apart(before)
    assert told is not None
    rule, mode_before = told
    after = evaluate_rule(before.typed, rule)
    assert isinstance(after, RuleEvaluation) and len(rule.modes) > len(before.places.rule.modes)
    assert sorted(set(mode_before.tolist())) == [0, 1] and final_modes(before.places.rule).tolist() == [False, True]
    assert after.value(0, 0, before.typed.prior) == before.value(0, 0, before.typed.prior)


def test_an_equilibrium_is_left_as_it_is() -> None:
    after = with_best_replies(laid(Fraction(1, 10)))
    assert with_best_replies(after) is after
