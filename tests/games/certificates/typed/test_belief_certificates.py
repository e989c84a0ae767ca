"""Evidence about beliefs that drift: files, and forgeries of every part of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from games.certificates.typed import BeliefDeviation, BeliefIntervals
from games.certificates.typed.belief_ranges import within
from games.certificates.typed.files import read_typed_certificate, write_typed_certificate
from games.model.stochastic_game import GameError, repeated_game
from games.model.typed_game import PartyType, TypedGame
from games.play.drifting_beliefs import DriftingBeliefs
from tests.support.hidden_types import flagged, strikes, with_bad_partner

F = Fraction
LEAST = F(7600, 13463)


def _proved(trust: Fraction = LEAST) -> tuple[TypedGame, Any]:
    typed = with_bad_partner(flagged("9/10"), trust)
    found = DriftingBeliefs(typed, strikes(typed, 1)).certificate()
    assert found is not None and found.check(typed).accepted
    return typed, found


@pytest.mark.parametrize("trust", [LEAST, LEAST - F(1, 10**6)])
def test_files_are_read_back(tmp_path: Path, trust: Fraction) -> None:
    typed, found = _proved(trust)
    again = read_typed_certificate(write_typed_certificate(found, tmp_path / "evidence.json"))
    assert type(again) is type(found) and again.check(typed).accepted
    assert again.to_json() == found.to_json() and again.claim(typed) == found.claim(typed)


def test_a_change_in_a_file_is_refused_with_its_place() -> None:
    typed, found = _proved()
    document = json.loads(json.dumps(found.to_json()))
    document["beliefs"][0]["corners"][0][1][0] = ["1/2", "1/2"]
    report = read_typed_certificate(document).check(typed)
    assert not report.accepted and report.place.startswith("beliefs[0]")


def _narrower(found: BeliefIntervals) -> BeliefIntervals:
    """Leaves out, in the mode after a flag, the beliefs that a flag in the first year leads to."""
    beliefs = {node: {1: tuple(c for c in corners[1] if node[0] != 1 or c[0] > F(1, 2))}
               for node, corners in found.beliefs.items()}
    return replace(found, beliefs=beliefs)


def _milder(found: BeliefIntervals) -> BeliefIntervals:
    """A third flag is needed to end it: slacks are another rule's."""
    next_mode = found.rule.next_mode.copy()
    next_mode[1, 1] = 1
    return replace(found, rule=replace(found.rule, next_mode=next_mode))


def _wider(found: BeliefIntervals) -> BeliefIntervals:
    """All beliefs at every node: closed, and not good."""
    every = ((F(1), F(0)), (F(0), F(1)))
    return replace(found, beliefs={node: {1: every} for node in found.beliefs})


def _without_a_node(found: BeliefIntervals) -> BeliefIntervals:
    return replace(found, beliefs=dict(list(found.beliefs.items())[:-1]))


def _no_chances(found: BeliefIntervals) -> BeliefIntervals:
    first = next(iter(found.beliefs))
    return replace(found, beliefs={**found.beliefs, first: {1: ((F(3, 2), F(-1, 2)), (F(1, 2), F(1, 2)))}})


def _no_beliefs(found: BeliefIntervals) -> BeliefIntervals:
    return replace(found, beliefs={node: {1: ()} for node in found.beliefs})


def _of_the_wrong_player(found: BeliefIntervals) -> BeliefIntervals:
    return replace(found, beliefs={node: {0: corners[1]} for node, corners in found.beliefs.items()})


def _trusting_start(found: BeliefIntervals) -> BeliefIntervals:
    """The start has beliefs above the prior only."""
    first = next(iter(found.beliefs))
    return replace(found, beliefs={**found.beliefs, first: {1: ((F(1), F(0)), (F(3, 5), F(2, 5)))}})


@pytest.mark.parametrize(("forge", "place", "problem"), [
    (_narrower, "mode '1 flags'", "can come about, after flag"),
    (_milder, "mode '", ""),
    (_wider, "mode '0 flags'", "more than the rule"),
    (_without_a_node, "mode 'over'", "beliefs are needed"),
    (_no_chances, "mode '0 flags'", "chances that sum to 1"),
    (_no_beliefs, "mode '0 flags'", "there has to be one"),
    (_of_the_wrong_player, "mode '0 flags'", "beliefs are needed"),
    (_trusting_start, "mode '0 flags'", "the prior is not among those at the start"),
])
def test_forged_beliefs_are_refused(
    forge: Callable[[BeliefIntervals], BeliefIntervals], place: str, problem: str
) -> None:
    typed, found = _proved()
    report = forge(found).check(typed)
    assert not report.accepted
    assert report.place.startswith(place) and problem in report.problem, report


def test_evidence_speaks_of_one_prior_and_one_replacement_only() -> None:
    typed, found = _proved()
    for other in (with_bad_partner(typed.game, LEAST - F(1, 10**6)),
                  with_bad_partner(typed.game, LEAST, ((F(1), F(0)), (F(0), F(1))))):
        assert found.check(other).place == "typed_digest"
        moved = replace(found, typed_digest=other.digest)
        assert moved.check(other).accepted is (other.prior == typed.prior)


def test_unseen_replacement_is_followed() -> None:
    """Beliefs that are closed without replacement are not with it: clean years no longer make sure."""
    typed = with_bad_partner(flagged("9/10"), LEAST)
    _, found = _proved()
    changing = with_bad_partner(typed.game, LEAST, ((F(9, 10), F(1, 10)), (F(0), F(1))))
    report = replace(found, typed_digest=changing.digest).check(changing)
    assert not report.accepted and "can come about" in report.problem


@pytest.mark.parametrize("change", [
    {"path": ()}, {"path": ((0, 0),)}, {"path": ((1, 0), (1, 0))}, {"path": ((7, 0),)}, {"player": 1}, {"player": 5},
    {"player": -1}, {"type": 1}, {"action": 0}, {"action": 9},
])
def test_forged_deviations_are_refused(change: dict[str, Any]) -> None:
    typed, found = _proved(LEAST - F(1, 10**6))
    assert isinstance(found, BeliefDeviation) and found.path == ((1, 0),)
    assert not replace(found, **change).check(typed).accepted


def test_a_type_believed_dead_is_checked_too() -> None:
    """Without a chance the party as described is known not to exist, and still it must not want to deviate."""
    typed = with_bad_partner(flagged("9/10"), F(0))
    rule = strikes(typed, 1)
    action = (np.array([[1], [1], [1]]), rule.action[1][0])            # A knows, and breaches; B as described complies
    knowing = replace(rule, action=((action[0],), (action[1], None)))
    found = DriftingBeliefs(typed, knowing).certificate()
    assert isinstance(found, BeliefDeviation) and found.player == 1 and found.check(typed).accepted


def test_what_pays_for_ever_without_discounting_is_refused() -> None:
    """A game that ends pays nothing at its end; a type that values the end has no total."""
    game = repeated_game([[[1, 1]]], discount=1, periods=2)
    ones = PartyType("values the end", payoffs=np.ones(game.n_rows))
    normal = PartyType("as described")
    with pytest.raises(GameError, match="paid for ever"):
        TypedGame(game, ((normal,), (normal, ones)), ((F(1),), (F(1, 2), F(1, 2))))


def test_hulls_of_three_types() -> None:
    corners = [(F(1), F(0), F(0)), (F(0), F(1), F(0)), (F(1, 3), F(1, 3), F(1, 3))]
    assert within((F(4, 9), F(4, 9), F(1, 9)), corners)
    assert within((F(1, 2), F(1, 2), F(0)), corners)
    assert not within((F(1, 3), F(1, 3) - F(1, 10**9), F(1, 3) + F(1, 10**9)), corners)
    assert not within((F(1, 2), F(1, 3), F(1, 6) + 0), corners[1:])
