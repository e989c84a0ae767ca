"""Evidence about games with types that says what is not so is refused, wherever it was changed."""

from __future__ import annotations

import json
from copy import deepcopy
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from games.certificates.reading import CertificateError
from games.certificates.sealing import sealed
from games.certificates.typed import TrustRegion, TypedDeviation, TypedRuleEquilibrium
from games.certificates.typed.files import read_typed_certificate, typed_kinds, write_typed_certificate
from games.certificates.typed.rule import StatedBelief
from games.model.plan import Plan
from games.model.stochastic_game import GameError, repeated_game
from games.model.typed_game import PartyType, TypedGame
from games.model.typed_rule import TypedRule
from games.play.drifting_beliefs import DriftingBeliefs
from tests.support.typed_games import BAD, DESCRIBED, DILEMMA, KEEPER, dilemma, evaluated

F = Fraction


def examples() -> dict[str, tuple[TypedGame, Any]]:
    typed, rule = dilemma("9/10", {}, {BAD: F(1, 4), KEEPER: F(1, 4)})
    plan = Plan.from_json(typed.game, {"s0": [["comply", "comply"]]})
    stated = StatedBelief(0, 0, 1, (F(2, 3), F(0), F(1, 3)))
    none, same = dilemma("9/10", {}, {KEEPER: F(3, 4)})
    found = evaluated(none, same)
    weak = found.paying(none.prior)
    assert weak is not None
    return {
        "typed-rule": (typed, TypedRuleEquilibrium.of(typed, rule, plan, F(1, 100), [stated])),
        "typed-deviation": (none, TypedDeviation.of(found, weak)),
        "trust-region": (typed, TrustRegion.of(evaluated(typed, rule))),
    }


@pytest.mark.parametrize("kind", list(examples()))
def test_what_is_written_is_read_back_and_accepted(kind: str, tmp_path: Any) -> None:
    typed, certificate = examples()[kind]
    assert set(examples()) <= set(typed_kinds())
    again = read_typed_certificate(write_typed_certificate(certificate, tmp_path / "proof.json"))
    assert again.to_json() == certificate.to_json()
    assert again.check(typed).accepted
    said = again.claim(typed)
    assert "P2" in said and ("at least 0.01 more" in said) == (kind == "typed-rule")


@pytest.mark.parametrize("kind", list(examples()))
def test_it_speaks_of_one_game_with_one_prior(kind: str) -> None:
    typed, certificate = examples()[kind]
    prior = (typed.prior[0], tuple(reversed(typed.prior[1])))
    assert KEEPER.rule is not None
    memory = replace(KEEPER, rule=replace(KEEPER.rule, action=np.array([[1]])))
    types = tuple(memory if one is KEEPER else one for one in typed.types[1])
    for other in (replace(typed, prior=prior), replace(typed, types=(typed.types[0], types))):
        report = certificate.check(other)
        assert (report.accepted, report.place) == (False, "typed_digest")


@pytest.mark.parametrize("kind", list(examples()))
def test_any_change_is_refused_with_its_place(kind: str) -> None:
    typed, certificate = examples()[kind]
    document = certificate.to_json()
    for name in (x for x in document if x not in ("format", "kind", "seal", "rule")):
        changed = deepcopy(document)
        changed[name] = _other(changed[name])
        if name != "claim":
            report = read_typed_certificate(changed).check(typed)
            assert not report.accepted and report.place.startswith(name)
    changed = deepcopy(document)
    changed["rule"]["start"] = 1
    assert not read_typed_certificate(changed).check(typed).accepted


@pytest.mark.parametrize("kind", list(examples()))
def test_a_changed_item_that_is_sealed_anew_meets_the_check(kind: str) -> None:
    typed, certificate = examples()[kind]
    document = certificate.to_json()
    changes: dict[str, list[dict[str, Any]]] = {
        "typed-rule": [{"claim": {"plan": {}, "margin": "100"}}, {"claim": {"plan": {"s0": [["breach", "breach"]]}}},
                       {"claim": {"plan": {}, "beliefs": [[0, 0, 1, ["1", "0", "0"]]]}},
                       {"claim": {"plan": {}, "beliefs": [[0, 0, 5, ["1"]]]}}],
        "typed-deviation": [{"posteriors": [["1"], ["1/2", "1/2"]]}, {"action": 0}, {"player": 1}, {"type": 1},
                            {"mode": 7}, {"state": -1}, {"memory": [0, 0]}, {"memory": []}],
        "trust-region": [{"half_spaces": [[], [[17, -1, -11]]]}, {"half_spaces": [[], []]}, {"half_spaces": [[]]},
                         {"half_spaces": [[[1]], [[17, -1, -10]]]}, {"half_spaces": [[], [[17, -1]]]}],
    }
    for change in changes[kind]:
        forged = read_typed_certificate(sealed({k: v for k, v in document.items() if k != "seal"} | change))
        assert not forged.check(typed).accepted, change


@pytest.mark.parametrize("change", [
    {"start": 9}, {"next_mode": [[[0, 4]], [[1, 5]]]}, {"next_mode": [[[0, 4]], [[7, 4]]]},
    {"action": [[None], [None]]}, {"next_mode": [[[0, 1], [-1, 3]], [[1, 4]]]}, {"mix": [[1, 1, 0, 0, [[0, "1"]]]]},
    {"shares": [None, ["1/2", "1/2"]]},
    {"mix": [[0, 0, 0, 0, [[0, "1/2"], [1, "1/2"]]]]}, {"arrival": [[[-1, 1]], [[1, 1]]]}, {"modes": ["a", "a"]},
    {"mix": [[0, 0, 0, 0, [[0, "1/2"]]]]}, {"mix": [[0, 0, 9, 0, [[0, "1"]]]]}, {"action": []},
])
def test_a_rule_that_makes_no_sense_is_reported(change: dict[str, Any]) -> None:
    typed, certificate = examples()["typed-rule"]
    document = json.loads(json.dumps(certificate.to_json()))
    rule = sealed({k: v for k, v in document["rule"].items() if k != "seal"} | change)
    try:
        forged = read_typed_certificate(sealed({k: v for k, v in document.items() if k != "seal"} | {"rule": rule}))
    except CertificateError:
        return
    assert not forged.check(typed).accepted


def test_a_type_that_is_paid_for_ever_and_never_discounts_has_no_values() -> None:
    game = repeated_game(DILEMMA, 1, periods=2)
    paid = PartyType("paid at the end", payoffs=np.ones(game.n_rows))
    with pytest.raises(GameError, match="paid for ever in state"):
        TypedGame(game, ((DESCRIBED,), (DESCRIBED, paid)), ((F(1),), (F(1, 2), F(1, 2))))


def test_nobody_is_taken_for_a_type_without_a_chance() -> None:
    """What no type does would show a B that is not there, so that nobody would look at what pays it."""
    typed, rule = dilemma("9/10", {}, {BAD: F(1, 4)})
    odd = PartyType("odd", payoffs=np.array([0.0, 0.0, 5.0, 5.0]))
    types = (typed.types[0], (*typed.types[1], odd))
    tables = (rule.action[0], (*rule.action[1], rule.action[1][0]))
    phantom = replace(rule, action=tables, shares=(None, (F(0), F(1))))
    none = replace(typed, types=types, prior=(typed.prior[0], (*typed.prior[1], F(0))))
    sure = replace(phantom, shares=(None, (F(1), F(0))))
    intervals = DriftingBeliefs(none, sure).certificate()
    assert intervals is not None and intervals.check(none).accepted
    assert TypedRuleEquilibrium.of(none, sure).check(none).accepted
    for forged in (TypedRuleEquilibrium.of(none, phantom), replace(intervals, rule=phantom)):
        report = forged.check(none)
        assert not report.accepted and "'odd' has no chance" in report.problem


def test_numbers_beyond_all_bounds_are_reported() -> None:
    typed, certificate = examples()["typed-deviation"]
    for memory in (10**30, -2**63):
        assert not replace(certificate, memory=(memory,) * len(certificate.memory)).check(typed).accepted


def test_a_type_that_is_thought_not_to_exist_must_play_a_best_reply() -> None:
    """After its breach B is taken for bad; the B that chooses would then comply while A breaches, which costs it 1."""
    typed, _ = dilemma("9/10", {}, {BAD: F(1, 4)})
    after = np.array([[0, 2, 1, 1], [1, 1, 1, 1], [2, 2, 2, 2]])
    own, breach, meek = (np.array([[0], [1], [x]]) for x in (1, 1, 0))
    modes = ("calm", "breached", "B breached")
    sound = TypedRule(modes, 0, ((own,), (breach, None)), after)
    assert TypedRuleEquilibrium.of(typed, sound).check(typed).accepted
    planted = replace(sound, action=((own,), (meek, None)))
    report = TypedRuleEquilibrium.of(typed, planted).check(typed)
    assert not report.accepted
    assert "mode 'B breached'" in report.place and "of 'P2', deviation to breach" in report.place
    thought_bad = TypedDeviation(typed.digest, planted, 1, 0, 1, 2, 0, (0,), ((F(1),), (F(0), F(1))))
    assert thought_bad.check(typed).accepted


def test_complying_where_a_breach_was_expected_shows_another_type() -> None:
    """B as described breaches for a year, then complies: a B that complies at once is a keeper to exploit."""
    late = np.array([[1], [0], [1]])
    waits = TypedRule(("first", "calm", "breached"), 0, ((late,), (late, None)),
                      np.array([[1, 1, 1, 1], [1, 2, 2, 2], [2, 2, 2, 2]]))
    alone, _ = dilemma("9/10", {}, {})
    without = TypedRule(waits.modes, 0, ((waits.action[0][0],), (waits.action[1][0],)), waits.next_mode)
    assert TypedRuleEquilibrium.of(alone, without).check(alone).accepted
    typed, _ = dilemma("9/10", {}, {KEEPER: F(1, 100)})
    report = TypedRuleEquilibrium.of(typed, waits).check(typed)
    assert not report.accepted
    assert "mode 'calm'" in report.place and "'P2' is 'keeps always'" in report.place


def test_beliefs_after_what_no_type_does_are_those_of_the_shares() -> None:
    """B is greedy (3, 4, 1, -2) or a seeker (3, 2, 1, -2); A trusts only if what nobody would do shows a seeker."""
    seeker = [[[3, 3], [-2, 2]], [[2, -2], [1, 1]]]
    game = repeated_game(seeker, "1/10", actions=[["comply", "breach"]] * 2)
    greedy = PartyType("greedy", payoffs=np.array([3.0, 4.0, -2.0, 1.0]))
    typed = TypedGame(game, ((DESCRIBED,), (DESCRIBED, greedy)), ((F(1),), (F(1, 2), F(1, 2))))
    # Both types of B breach at first; a B that complies brings play to a mode in which A and the seeker comply.
    opened = np.array([[1, 2, 1, 2], [2] * 4, [2] * 4])
    play = TypedRule(
        ("first", "open", "closed"), 0,
        ((np.array([[1], [0], [1]]),), (np.array([[1], [0], [1]]), np.array([[1], [1], [1]]))), opened)
    for share, good in ((F(1), True), (F(3, 4), True), (F(74, 100), False), (F(1, 2), False)):
        rule = replace(play, shares=(None, (share, 1 - share)))
        assert TypedRuleEquilibrium.of(typed, rule).check(typed).accepted == good
    assert not TypedRuleEquilibrium.of(typed, play).check(typed).accepted


def _other(value: Any) -> Any:
    if isinstance(value, int):
        return value + 1
    if isinstance(value, str):
        return value[::-1]
    if isinstance(value, list):
        return [*value, [] if value and isinstance(value[0], list) else 0]
    return value
