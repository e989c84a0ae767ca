"""Reversed vetoes: a default turned round, one against all, and the Security Council's vote of 19 September 2025."""

from __future__ import annotations

import itertools
from typing import get_args

import numpy as np
import pytest

from games.solvers.equilibrium_polygons.solver import EquilibriumPolygons
from games.solvers.verdict import Unsustainable
from tests.support.small_treaties import FILES, plus, row
from treaties.compiling.compile import compile_treaty
from treaties.compiling.compiled_treaty import CompiledTreaty
from treaties.compiling.provenance import deviation_in_words, state_in_words
from treaties.effects import STATUS, YEAR, ballot
from treaties.model.quantity import Quantity
from treaties.model.voting import Member, Vote
from treaties.provisions.reversed_veto import ReversedVeto
from treaties.reading.treaty_file import read_treaty

PERMANENT = ("China", "France", "Russia", "United Kingdom", "United States")
FOR = ("Algeria", "China", "Pakistan", "Russia")
ABSTAINING = ("Guyana", "Republic of Korea")
AGAINST = (
    "Denmark", "France", "Greece", "Panama", "Sierra Leone", "Slovenia", "Somalia", "United Kingdom", "United States",
)  # fmt: skip
COUNCIL = ReversedVeto(
    members=tuple(Member(party=name, veto=name in PERMANENT) for name in (*FOR, *AGAINST, *ABSTAINING)),
    quota=Quantity(value=9.0),
)
VOTES: dict[str, Vote] = {**dict.fromkeys(FOR, "yes"), **dict.fromkeys(AGAINST, "no")}

STANDING = "continuation under article 11"
VOTE = ballot(STANDING)
AGAINST_IT = "snap back under article 11"


def test_the_vote_of_19_september_2025_ends_relief_by_the_reversed_veto_and_keeps_it_by_the_ordinary_one() -> None:
    """Four for, nine against, two abstentions; the same 15 votes, read as preferences, under two questions.

    On continuing relief nine votes are needed and four were cast.  On re-imposing sanctions the nine would have been
    enough, but two permanent members are against it.
    """
    assert (len(FOR), len(AGAINST), len(ABSTAINING)) == (4, 9, 2)
    assert sum(name in PERMANENT for name in FOR) == 2
    assert COUNCIL.decide(VOTES) is False
    assert COUNCIL.decide_by_ordinary_veto(VOTES) is True


def test_under_the_reversed_veto_one_permanent_member_ends_relief_against_all_others() -> None:
    everybody: dict[str, Vote] = dict.fromkeys((*FOR, *AGAINST, *ABSTAINING), "yes")
    assert COUNCIL.decide(everybody) and COUNCIL.decide_by_ordinary_veto(everybody)
    for name in everybody:
        one_against = everybody | {name: "no"}
        assert COUNCIL.decide(one_against) is (name not in PERMANENT)
        assert COUNCIL.decide_by_ordinary_veto(one_against) is True


@pytest.mark.law("reversed_veto")
def test_the_reversed_veto_never_keeps_what_the_ordinary_one_ends_where_the_quota_is_a_majority() -> None:
    """With any quota above half, both motions cannot be carried at once: reversing the default can only end more."""
    clause = ReversedVeto(members=tuple(Member(party=p, veto=p == "A") for p in "ABCD"), quota=Quantity(value=3.0))
    flips = 0
    for cast in itertools.product(get_args(Vote), repeat=4):
        votes = dict(zip("ABCD", cast, strict=True))
        assert clause.decide(votes) <= clause.decide_by_ordinary_veto(votes)
        flips += clause.decide(votes) != clause.decide_by_ordinary_veto(votes)
    assert flips > 0


def continues(compiled: CompiledTreaty, k: int, standing: str = STANDING) -> list[str]:
    codes = compiled.state_columns.codes[standing][compiled.game.transition[[k]].indices]
    return [str(compiled.columns.values[standing][int(code)]) for code in codes]


@pytest.mark.parametrize("against", ["", "A", "B", "AB"])
@pytest.mark.behaviour("reversed_veto")
def test_one_vote_against_ends_trade_for_good_from_the_next_year(against: str) -> None:
    compiled = compile_treaty(read_treaty(FILES / "reversed_veto.toml"))
    start: dict[str, str | int] = {STATUS: "in force", YEAR: 1, STANDING: "continues"}
    start["snapback right under article 11"] = "alive"
    k = row(compiled, start, **{party: {VOTE: AGAINST_IT} for party in against})
    assert compiled.game.payoffs[k].tolist() == [6, 1], "the year of the vote is played as usual"
    assert continues(compiled, k) == (["ended"] if against else ["continues"])
    over = compiled.columns.is_value(STANDING, "ended")
    assert np.all(compiled.game.payoffs[over & compiled.columns.operating] == 0)
    assert not compiled.columns.any_breach()[over].any()
    for state in np.flatnonzero(compiled.state_columns.is_value(STANDING, "ended") & compiled.state_columns.operating):
        after = compiled.game.transition[[int(compiled.compliance[state])]].indices
        assert np.all(compiled.state_columns.is_value(STANDING, "ended")[after])


def test_after_its_last_year_the_right_is_gone() -> None:
    compiled = compile_treaty(read_treaty(FILES / "reversed_veto.toml"))
    state, votes = compiled.game.initial, []
    for _ in range(7):
        k = int(compiled.compliance[state])
        votes.append(int(compiled.columns.chosen["A", VOTE][k]) >= 0)
        (state,) = compiled.game.transition[[k]].indices.tolist()
    assert votes == [True] * 3 + [False] * 4


def test_closed_for_two_years_only_in_a_shock_and_only_by_the_weight_of_one() -> None:
    compiled = compile_treaty(read_treaty(FILES / "reversed_veto_for_a_while.toml"))
    start: dict[str, str | int] = {STATUS: "in force", STANDING: "continues", "event shock": "yes"}
    only_b = row(compiled, start, B={VOTE: AGAINST_IT})
    only_a = row(compiled, start, A={VOTE: AGAINST_IT})
    assert set(continues(compiled, only_b)) == {"continues"} and set(continues(compiled, only_a)) == {"closed, 2 left"}
    for now, then in [("closed, 2 left", "closed, 1 left"), ("closed, 1 left", "continues")]:
        k = row(compiled, {STATUS: "in force", STANDING: now, "event shock": "no"})
        assert set(continues(compiled, k)) == {then}
        assert compiled.game.payoffs[k].tolist() == [0, 0]
    shocked = compiled.state_columns.is_value("event shock", "yes") & compiled.state_columns.in_force
    open_ = compiled.state_columns.is_value(STANDING, "continues")
    there = compiled.columns.chosen["A", VOTE][compiled.game.row_start[:-1]] >= 0
    assert np.array_equal(there, shocked & open_)
    planned = compiled.columns.takes("A", VOTE, AGAINST_IT)[compiled.compliance[np.flatnonzero(there)]]
    assert planned.all(), "the plan uses the right where its grounds hold"


def test_a_vote_against_is_lawful_and_told_in_words() -> None:
    compiled = compile_treaty(read_treaty(FILES / "reversed_veto.toml"))
    first = int(compiled.compliance[compiled.game.initial])
    assert state_in_words(compiled, compiled.game.initial) == {"year of the term": "1"}
    start: dict[str, str | int] = {STATUS: "in force", YEAR: 1, STANDING: "continues"}
    start["snapback right under article 11"] = "alive"
    k = row(compiled, start, B={VOTE: AGAINST_IT})
    said = deviation_in_words(compiled, first, k, 1)
    assert (said.words, said.article, said.lawful) == ("votes against going on with trade", "11", True)


def test_a_right_to_end_trade_is_no_help_where_the_loss_of_trade_does_not_deter() -> None:
    """B complying has 1 a year; a breach wins 4 once and can cost it no more than all of trade: 1 < 0.4 * 4."""
    compiled = compile_treaty(plus('type = "reversed_veto"\narticle = "11"\nmembers = [{ party = "A" }]'))
    assert isinstance(EquilibriumPolygons().solve(compiled.game).verdict(compiled.plan), Unsustainable)


def test_the_stylised_resolution_2231_lets_either_side_end_relief_alone_for_ten_years() -> None:
    compiled = compile_treaty(read_treaty(FILES / "jcpoa_2231.toml"))
    standing, right = "continuation under article 37", "snapback right under article 37"
    start: dict[str, str | int] = {STATUS: "in force", standing: "continues", right: "alive", YEAR: 10}
    for who, names in [("WST", ["ended"]), ("CHR", ["ended"]), ("", ["continues"])]:
        k = row(compiled, start, **({who: {ballot(standing): "snap back under article 37"}} if who else {}))
        after = compiled.game.transition[[k]].indices
        assert continues(compiled, k, standing) == names
        assert compiled.state_columns.is_value(right, "lapsed")[after].all()
    assert ("IRN", ballot(standing)) not in compiled.columns.options, "Iran has no vote"
