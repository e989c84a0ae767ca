"""Rules, bodies and ballots: who carries a motion, and what the default rule does to the same preferences."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from games.coalitions import (
    Ballot,
    all_of,
    any_of,
    at_least,
    banzhaf,
    consent_of,
    eu_council,
    fewer_against,
    kept,
    passes,
    security_council,
    security_council_ballot,
    shapley_shubik,
    weighted,
)
from games.coalitions.ballots import Vote
from games.coalitions.bodies import EU_COUNCIL_FILE
from games.coalitions.rules import WeightedRule
from games.model.stochastic_game import GameError


def times(vote: Vote, count: int) -> list[Vote]:
    return [vote for _ in range(count)]


VOTES = st.sampled_from(["for", "against", "abstain"])


def test_weights_are_brought_to_integers_without_changing_a_decision() -> None:
    assert weighted(7, [4, 2, 6]) == WeightedRule(4, (2, 1, 3))
    assert weighted(Fraction(1, 2), ["0.3", 0.3, 0.4]) == WeightedRule(5, (3, 3, 4))
    assert weighted(0, [0, 0]) == WeightedRule(0, (0, 0))


@given(st.integers(1, 60), st.lists(st.integers(0, 20), min_size=1, max_size=5), st.sets(st.integers(0, 4)))
def test_a_weighted_rule_adds_up_weights(quota: int, weights: list[int], group: set[int]) -> None:
    inside = {i for i in group if i < len(weights)}
    assert weighted(quota, weights)(inside) == (sum(weights[i] for i in inside) >= quota)


def test_rules_combine() -> None:
    either = any_of(consent_of([0], 3), at_least(3, 3))
    assert [either({0}), either({1, 2}), either({0, 1, 2})] == [True, False, True]
    both = all_of(consent_of([0], 3), at_least(2, 3))
    assert [both({0}), both({1, 2}), both({0, 2})] == [False, False, True]
    assert fewer_against(1, 3) == at_least(3, 3)


@pytest.mark.parametrize(("wrong", "said"), [
    (lambda: any_of(), "nothing to combine"),
    (lambda: all_of(at_least(1, 2), at_least(1, 3)), "one body"),
    (lambda: at_least(1, 2)({2}), "2 is no voter"),
    (lambda: at_least(1, 2)({-1}), "-1 is no voter"),
    (lambda: consent_of(["a"], 2), "'a' is no voter"),  # type: ignore[list-item]
    (lambda: Ballot(at_least(1, 2), at_least(1, 3)), "use one body"),
    (lambda: passes(at_least(1, 2), ["for"]), "2 voters, but 1 votes"),
    (lambda: passes(at_least(1, 2), {3: "for"}), "3 is no voter"),
    (lambda: passes(at_least(1, 2), ["for", "aye"]), "'aye'"),  # type: ignore[list-item]
    (lambda: kept(at_least(1, 2), ["for", "for"], "lapses"), "'lapses'"),  # type: ignore[arg-type]
])
def test_what_is_wrong_is_named(wrong: Any, said: str) -> None:
    with pytest.raises(GameError, match=said):
        wrong()


# -- the Council of the European Union -----------------------------------------------------------------------------


def test_shares_follow_from_the_populations_in_the_file() -> None:
    import tomllib

    data = tomllib.loads(EU_COUNCIL_FILE.read_text(encoding="utf-8"))
    total = sum(member["population"] for member in data["member"])
    assert [member["units"] for member in data["member"]] == [
        round(Fraction(member["population"] * 10_000, total)) for member in data["member"]
    ]
    assert sum(member["units"] for member in data["member"]) == 10_000
    assert data["date"] == "2024-01-01" and "Eurostat" in data["source"]


def test_qualified_majority_needs_members_and_population_but_three_cannot_block() -> None:
    body = eu_council()
    at = {name: k for k, name in enumerate(body.members)}
    everybody = set(range(27))
    three = {at["Germany"], at["France"], at["Italy"]}                              # 46.9 % of the population
    assert body.rule(everybody - three)
    assert not body.rule(everybody - three - {at["Malta"]})
    assert not body.rule(set(range(14)))                                            # populous, but 14 members only
    assert body.rule(set(range(15)))
    assert not body.rule(set(range(8, 27)))                                         # 19 members, too few people


# -- the reversed veto ------------------------------------------------------------------------------------------------

# On continuing sanctions relief, 19 September 2025.  Permanent members first: China and Russia for; France, the
# United Kingdom and the United States against; then two more for, six against, two abstaining.
CONTINUE = [*times("for", 2), *times("against", 3), *times("for", 2), *times("against", 6), *times("abstain", 2)]


def test_the_vote_of_19_september_2025_is_as_recorded() -> None:
    assert [CONTINUE.count(vote) for vote in ("for", "against", "abstain")] == [4, 9, 2]
    assert CONTINUE[:5].count("for") == 2


def test_default_rule_alone_decides_the_vote_of_19_september_2025() -> None:
    council = security_council_ballot()
    positions = list(CONTINUE)
    assert not kept(council, positions, unless_voted="ends")                        # reversed veto: sanctions return
    assert kept(council, positions, unless_voted="stays")                           # ordinary: two vetoes keep relief
    assert positions == CONTINUE
    assert not passes(council, positions)
    # Nine would have carried the return of sanctions, had nobody a veto.
    assert not kept(council.carry, positions, unless_voted="stays")


@given(st.lists(VOTES, min_size=15, max_size=15))
def test_reversed_veto_never_keeps_what_the_ordinary_rule_ends_when_both_sides_cannot_win(votes: list[Vote]) -> None:
    """Nine of fifteen cannot be on both sides, so that the reversed veto is the weaker protection of a measure."""
    council = security_council_ballot()
    assert kept(council, votes, "stays") or not kept(council, votes, "ends")
    if "against" in votes[:5] and "for" in votes[:5]:
        assert kept(council, votes, "stays") and not kept(council, votes, "ends")


def test_an_abstaining_permanent_member_stops_nothing_but_a_vote_against_does() -> None:
    council = security_council_ballot()
    others = [*times("for", 9), *times("against", 1)]
    assert passes(council, times("abstain", 5) + others)
    assert not passes(council, [*times("abstain", 4), "against", *others])
    assert not passes(security_council(), times("abstain", 5) + others)
    assert passes(council, {i: "for" for i in range(9)})                            # the others abstain


def test_a_veto_is_worth_what_the_weighted_form_says() -> None:
    assert shapley_shubik(security_council()) == shapley_shubik(39, [7] * 5 + [1] * 10)
    assert banzhaf(consent_of([0, 1], 3)) == (Fraction(1, 2), Fraction(1, 2), Fraction(0))
