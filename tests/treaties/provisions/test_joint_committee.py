"""Votes and joint committees: what carries a motion, and what happens to a matter that is not released, by hand."""

from __future__ import annotations

import itertools
from fractions import Fraction
from typing import get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.small_treaties import FILES, plus, row
from treaties.compiling.compile import compile_treaty
from treaties.compiling.provenance import deviation_in_words, state_in_words
from treaties.effects import STAGE, STATUS, YEAR, CompilationError, ballot
from treaties.model.voting import Committee, Vote, VotingRule, swapped
from treaties.reading.treaty_file import read_treaty
from treaties.reading.variants import with_terms

RELEASE = read_treaty(FILES / "joint_committee_release.toml")
VOTE = ballot("release of trade")
MOOD = "neutral members on trade"


def ones(*names: str) -> tuple[tuple[str, Fraction], ...]:
    return tuple((name, Fraction(1)) for name in names)


@pytest.mark.parametrize(
    ("rule", "votes", "carried"),
    [
        (VotingRule(ones("A", "B")), {"A": "yes", "B": "yes"}, True),
        (VotingRule(ones("A", "B")), {"A": "yes"}, True),
        (VotingRule(ones("A", "B")), {"A": "yes", "B": "no"}, False),
        (VotingRule(ones("A", "B")), {}, False),
        (VotingRule(ones("A", "B"), "majority"), {"A": "yes", "B": "no"}, False),
        (VotingRule(ones("A", "B"), "majority", chair="A"), {"A": "yes", "B": "no"}, True),
        (VotingRule(ones("A", "B"), "majority", chair="A"), {"A": "no", "B": "yes"}, False),
        (VotingRule(ones("A", "B"), "majority", chair="A"), {"B": "yes"}, True),
        (VotingRule(ones("A", "B", "C"), "quota", Fraction(2)), {"A": "yes", "B": "yes", "C": "no"}, True),
        (VotingRule(ones("A", "B", "C"), "quota", Fraction(2), ("C",)), {"A": "yes", "B": "yes", "C": "no"}, False),
        (VotingRule(ones("A", "B", "C"), "quota", Fraction(2), ("C",)), {"A": "yes", "B": "yes"}, True),
    ],
)
def test_what_carries_a_motion(rule: VotingRule, votes: dict[str, Vote], carried: bool) -> None:
    assert rule.decide(votes) is carried


def test_decimal_weights_meet_a_decimal_quota_exactly() -> None:
    """As floats 0.1 + 0.2 > 0.3 and 0.7 + 0.1 < 0.8: neither may decide a vote."""
    rule = VotingRule((("A", Fraction("0.7")), ("B", Fraction("0.1"))), "quota", Fraction("0.8"))
    assert rule.decide({"A": "yes", "B": "yes"})
    tie = VotingRule((("A", Fraction("0.1")), ("B", Fraction("0.2")), ("C", Fraction("0.3"))), "majority")
    assert not tie.decide({"A": "yes", "B": "yes", "C": "no"})
    least, most = Fraction("1e-300"), Fraction(10**6)
    tiny = VotingRule((("A", least), ("B", most)), "quota", most + least)
    assert tiny.decide({"A": "yes", "B": "yes"}) and not tiny.decide({"B": "yes"})


def test_a_vote_of_a_stranger_is_refused() -> None:
    with pytest.raises(KeyError):
        VotingRule(ones("A")).decide({"B": "yes"})


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.fractions(0, 3, max_denominator=10), min_size=1, max_size=4),
    st.fractions(0, 6, max_denominator=10),
    st.sampled_from(["unanimity", "majority", "quota"]),
    st.integers(0, 15),
    st.integers(-1, 3),
)
@pytest.mark.law("joint_committee")
def test_a_rule_agrees_with_counting_by_hand_and_more_support_never_hurts(
    weights: list[Fraction], quota: Fraction, kind: str, vetoers: int, chair: int
) -> None:
    names = [f"v{k}" for k in range(len(weights))]
    holders = tuple(name for k, name in enumerate(names) if vetoers >> k & 1)
    head = names[chair] if 0 <= chair < len(names) else None
    rule = VotingRule(tuple(zip(names, weights, strict=True)), kind, quota, holders, head)  # type: ignore[arg-type]
    carried = {}
    for cast in itertools.product(get_args(Vote), repeat=len(names)):
        votes = dict(zip(names, cast, strict=True))
        yes = sum(w for n, w in rule.weights if votes[n] == "yes")
        no = sum(w for n, w in rule.weights if votes[n] == "no")
        by_hand = {
            "unanimity": "yes" in cast and "no" not in cast,
            "quota": yes >= quota,
            "majority": yes > no or (yes == no and head is not None and votes[head] == "yes"),
        }[kind]
        carried[cast] = rule.decide(votes)
        assert carried[cast] is (by_hand and not any(votes[h] == "no" for h in holders))
        assert swapped(swapped(votes)) == votes
    order = {"no": 0, "abstain": 1, "yes": 2}
    for a, b in itertools.product(carried, repeat=2):
        if all(order[x] <= order[y] for x, y in zip(a, b, strict=True)):
            assert carried[a] <= carried[b]


@pytest.mark.parametrize(
    ("mood", "against", "released"),
    [
        ("for", "", True),
        ("for", "B", True),
        ("for", "A", False),
        ("against", "", True),
        ("against", "B", False),
        ("against", "AB", False),
    ],
)
@pytest.mark.behaviour("joint_committee")
def test_what_is_not_released_pays_everybody_as_if_nobody_cooperated_and_nothing_is_breach(
    mood: str, against: str, released: bool
) -> None:
    """A has two votes and a veto, B one, the neutral members one; three carry."""
    compiled = compile_treaty(RELEASE)
    moves = {party: {VOTE: "hold trade"} for party in against}
    k = row(compiled, {STATUS: "in force", MOOD: mood}, **moves)
    moves["B"] = moves.get("B", {}) | {"trade": "breach"}
    breach = row(compiled, {STATUS: "in force", MOOD: mood}, **moves)
    assert compiled.game.payoffs[k].tolist() == ([6, 1] if released else [0, 0])
    assert compiled.game.payoffs[breach].tolist() == ([-1, 4] if released else [0, 0])
    assert compiled.columns.any_breach()[breach] == released
    assert compiled.columns.vetoed["trade"][k] != released


def test_neutral_members_vote_in_favour_at_first_and_then_by_chance() -> None:
    compiled = compile_treaty(RELEASE)
    first = compiled.game.initial
    assert state_in_words(compiled, first) == {}
    after = compiled.game.transition[[int(compiled.compliance[first])]]
    told = [state_in_words(compiled, int(s)).get(MOOD, "for") for s in after.indices]
    assert dict(zip(told, after.data.tolist(), strict=True)) == {"for": 0.75, "against": 0.25}
    certain = compile_treaty(with_terms(RELEASE, {"joint_committee.neutral.yes": 0}))
    assert MOOD not in certain.columns.codes
    k = row(certain, {STATUS: "in force"}, B={VOTE: "hold trade"})
    assert certain.columns.vetoed["trade"][k], "neutral members that never agree are never counted in favour"


def test_a_vote_against_is_lawful_and_told_in_words() -> None:
    compiled = compile_treaty(RELEASE)
    complying = row(compiled, {STATUS: "in force", MOOD: "for"})
    k = row(compiled, {STATUS: "in force", MOOD: "for"}, A={VOTE: "hold trade"})
    said = deviation_in_words(compiled, complying, k, 0)
    assert (said.words, said.article, said.lawful) == ("votes against releasing trade", "6", True)


def test_two_parties_that_decide_unanimously_each_hold_a_veto() -> None:
    """A committee of all by unanimity and a veto of each give the same payoffs, profile by profile."""
    members = 'members = [{ party = "A" }, { party = "B" }]\nmatter = "trade"'
    committee = compile_treaty(plus(f'type = "joint_committee"\n{members}'))
    veto = compile_treaty(plus('type = "veto"\nholder = ["A", "B"]\nmatter = "trade"'))
    for conduct in itertools.product(("comply", "breach", None), repeat=2):
        in_committee, in_veto = {}, {}
        for party, act in zip("AB", conduct, strict=True):
            in_committee[party] = {VOTE: "hold trade"} if act is None else {"trade": act}
            in_veto[party] = {"trade": act or "veto"}
        a, b = row(committee, {STATUS: "in force"}, **in_committee), row(veto, {STATUS: "in force"}, **in_veto)
        assert committee.game.payoffs[a].tolist() == veto.game.payoffs[b].tolist()


def test_the_chair_of_a_committee_opens_the_next_stage_against_the_other_member() -> None:
    compiled = compile_treaty(read_treaty(FILES / "joint_committee_stages.toml"))
    start: dict[str, str | int] = {STATUS: "in force", STAGE: 1, YEAR: 1}
    for moves, stage in [({"B": {STAGE: "wait"}}, 1), ({"A": {STAGE: "wait"}}, 0), ({}, 1)]:
        k = row(compiled, start, **moves)
        assert compiled.state_columns.codes[STAGE][compiled.game.transition[[k]].indices].tolist() == [stage]
    later = compiled.columns.is_value(STAGE, 2)
    assert np.all(compiled.columns.chosen["A", STAGE][later] == -1), "there is no vote where no stage is due"
    said = deviation_in_words(compiled, row(compiled, start), row(compiled, start, A={STAGE: "wait"}), 0)
    assert said.words == "blocks the next stage"


def test_a_committee_without_stages_and_stages_without_a_committee_are_refused() -> None:
    alone = 'type = "joint_committee"\narticle = "6"\nmembers = [{ party = "A" }]\ndecides = "stages"'
    with pytest.raises(CompilationError, match="article 6, joint_committee: no clause waits"):
        compile_treaty(plus(alone))
    stages = 'type = "staged_derisking"\ngate = "committee"\nstages = [{ year = 0, exposure = 1 }]'
    with pytest.raises(CompilationError, match="no committee opens its stages"):
        compile_treaty(plus(stages))
    with pytest.raises(CompilationError, match="2 provisions each set which committee decides on stages"):
        compile_treaty(plus(alone, alone.replace('"6"', '"7"'), stages))


def test_committees_announce_their_rules_to_those_who_bargain() -> None:
    (announced,) = compile_treaty(RELEASE).context.all_said(Committee)
    weights = (("A", Fraction(2)), ("B", Fraction(1)), ("neutral members", Fraction(1)))
    assert announced == Committee("6", VotingRule(weights, "quota", Fraction(3), ("A",)))
