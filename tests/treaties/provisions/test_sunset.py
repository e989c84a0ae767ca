"""Sunset: when a term ends, who renews it, and what goes on after the end, by hand."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from tests.support.one_deviation import start, worth
from tests.support.small_treaties import chances_after, drawn, plus, row
from treaties.assessing.assess import assess
from treaties.compiling.compile import compile_treaty
from treaties.compiling.provenance import values_of
from treaties.effects import EXIT, RENEWAL, STATUS, YEAR

TERM = 'type = "sunset"\narticle = "9"\nterm_years = 3\nrenewal = {{ rule = "{}"{} }}\n'
LAST: dict[str, str | int] = {STATUS: "in force", YEAR: 3}


@pytest.mark.parametrize("rule", ["mutual", "any"])
@pytest.mark.parametrize("votes", list(itertools.product(["renew", "refuse"], repeat=2)))
def test_a_new_term_needs_all_votes_or_any_vote(rule: str, votes: tuple[str, str]) -> None:
    compiled = compile_treaty(plus(TERM.format(rule, "")))
    k = row(compiled, LAST, A={RENEWAL: votes[0]}, B={RENEWAL: votes[1]})
    renewed = votes.count("renew") >= (2 if rule == "mutual" else 1)
    assert chances_after(compiled, k, STATUS) == {"in force" if renewed else "ended": 1.0}
    assert chances_after(compiled, k, YEAR) == {1: 1.0}


@pytest.mark.parametrize("rule", ["mutual", "any"])
@pytest.mark.parametrize("votes", list(itertools.product(["renew", "refuse"], repeat=2)))
def test_an_early_vote_is_remembered_until_the_end_of_the_term(rule: str, votes: tuple[str, str]) -> None:
    compiled = compile_treaty(plus(TERM.format(rule, ", decide_by_year = 2")))
    vote = row(compiled, {STATUS: "in force", YEAR: 2, RENEWAL: "open"}, A={RENEWAL: votes[0]}, B={RENEWAL: votes[1]})
    renewed = votes.count("renew") >= (2 if rule == "mutual" else 1)
    said = "agreed" if renewed else "refused"
    assert chances_after(compiled, vote, RENEWAL) == {said: 1.0}
    assert chances_after(compiled, vote, STATUS) == {"in force": 1.0}
    k = row(compiled, {**LAST, RENEWAL: said})
    assert compiled.columns.chosen["A", RENEWAL][k] == -1, "nobody votes again in the last year"
    assert chances_after(compiled, k, STATUS) == {"in force" if renewed else "ended": 1.0}
    assert chances_after(compiled, k, RENEWAL) == {"open": 1.0}


@pytest.mark.parametrize(
    ("rule", "more", "lasts"), [("none", "", 0.0), ("automatic", "", 1.0), ("chance", ", probability = 0.7", 0.7)]
)
def test_without_votes_the_rule_alone_decides_and_only_in_the_last_year(rule: str, more: str, lasts: float) -> None:
    compiled = compile_treaty(plus(TERM.format(rule, more)))
    assert ("A", RENEWAL) not in compiled.columns.chosen
    second = row(compiled, {STATUS: "in force", YEAR: 2})
    assert chances_after(compiled, second, STATUS) == {"in force": 1.0}
    if rule == "automatic":
        # One year is then like another, and none is told.
        assert values_of(compiled, int(compiled.game.row_state[second]), YEAR) == ()
    else:
        assert chances_after(compiled, second, YEAR) == {3: 1.0}
    after = chances_after(compiled, row(compiled, LAST), STATUS)
    assert after == {
        status: pytest.approx(chance, abs=1e-15)
        for status, chance in (("in force", lasts), ("ended", 1 - lasts)) if chance
    }  # fmt: skip


def test_full_compliance_renews_and_leaving_ends_a_term_that_all_renew() -> None:
    compiled = compile_treaty(plus(TERM.format("mutual", "")))
    renewing = row(compiled, LAST)
    assert renewing in compiled.compliance
    leaving = row(compiled, LAST, A={EXIT: "leave"})
    assert chances_after(compiled, leaving, STATUS) == {"ended": 1.0}


@pytest.mark.behaviour("sunset")
def test_a_matter_that_survives_goes_on_as_before_and_the_others_close() -> None:
    survivor = compile_treaty(plus(TERM.format("none", "") + 'survives = ["trade"]'))
    ended = {STATUS: "ended"}
    payoffs = {
        (a, b): survivor.game.payoffs[row(survivor, dict(ended), A={"trade": a}, B={"trade": b})].tolist()
        for a, b in itertools.product(("comply", "breach"), repeat=2)
    }
    assert payoffs == {
        ("comply", "comply"): [6, 1],
        ("comply", "breach"): [-1, 4],
        ("breach", "comply"): [7, -1],
        ("breach", "breach"): [0, 0],
    }
    assert not survivor.columns.any_breach()[survivor.columns.is_value(STATUS, "ended")].any()
    closed = compile_treaty(plus(TERM.format("none", "")))
    (k,) = [int(k) for k in closed.game.rows_of(closed.game.states.index("status=ended, term year=1"))]
    assert closed.game.payoffs[k].tolist() == [0, 0] and closed.columns.chosen["A", "trade"][k] == -1


@pytest.mark.behaviour("sunset")
@pytest.mark.parametrize("years", [1, 3])
def test_in_the_last_year_of_a_term_of_any_length_nothing_deters(years: int) -> None:
    """B wins 4 - 1 = 3 by a breach in it and has nothing to lose afterwards: compliance fails by 3."""
    treaty = plus(f'type = "sunset"\nterm_years = {years}')
    assert assess(treaty, variants=False, region=False).margin == pytest.approx(-3, abs=1e-9)


@pytest.mark.behaviour("joint_review")
def test_a_refusal_in_the_second_of_four_years_leaves_two_more_and_then_nothing() -> None:
    """B refuses in year 2: 1 + 0.6 + 0.36 = 1.96 in years 2 to 4, where going on for ever is worth 1 / 0.4 = 2.5."""
    compiled = compile_treaty(plus('type = "joint_review"\nterm_years = 4\nrenewal = { decide_by_year = 2 }'))
    vote = row(compiled, {STATUS: "in force", YEAR: 2, RENEWAL: "open"}, B={RENEWAL: "refuse"})
    assert worth(compiled, vote)[1] == pytest.approx(1.96, abs=1e-9)
    assert start(compiled) == pytest.approx([15, 2.5], abs=1e-9)


@pytest.mark.law("sunset")
@pytest.mark.parametrize("chance", [0.25, 0.8])
@pytest.mark.parametrize("seed", range(3))
def test_a_year_renewed_by_chance_is_worth_as_without_end_at_discount_times_chance_where_the_end_is_worth_nothing(
    seed: int, chance: float
) -> None:
    """Outside options are 0, and nothing survives: a payoff next year counts discount times chance."""
    rule = f'type = "sunset"\nterm_years = 1\nrenewal = {{ rule = "chance", probability = {chance} }}'
    compiled, bare = compile_treaty(drawn(seed, rule, outside=False)), compile_treaty(drawn(seed, outside=False))
    discount = np.asarray(bare.game.discount)
    yearly = start(bare) * (1 - discount)
    assert start(compiled) == pytest.approx(yearly / (1 - discount * chance), abs=1e-9)
