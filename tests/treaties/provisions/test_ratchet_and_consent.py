"""Passerelles and consent rules: what cannot be taken back, and lists that one objection shortens, by hand."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from games.play.markov_equilibria import markov_equilibria
from tests.support.small_treaties import DILEMMA, FILES, drawn, plus, row
from treaties.compiling.compile import compile_treaty
from treaties.compiling.compiled_treaty import CompiledTreaty
from treaties.compiling.provenance import deviation_in_words
from treaties.effects import STATUS, YEAR, CompilationError, ballot
from treaties.reading.treaty_file import read_treaty, read_treaty_text

RATCHET = read_treaty(FILES / "majority_ratchet.toml")
DECISIONS = "decisions under article 6"
SWITCH = ballot("majority under article 6")
INSIST = "unanimity under article 6"
RELEASE = ballot("release of trade")

LIST = "items listed for trade"
BALLOT = ballot(LIST)
KEEP, STRIKE, ADD = "keep the list", "strike from trade", "add to trade"


def after(compiled: CompiledTreaty, k: int, variable: str) -> list[str | int | float]:
    codes = compiled.state_columns.codes[variable][compiled.game.transition[[k]].indices]
    return [compiled.columns.values[variable][int(code)] for code in codes]


# -- passerelle ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("insists", ["", "A", "B", "AB"])
def test_the_step_needs_every_party_in_the_same_year(insists: str) -> None:
    compiled = compile_treaty(RATCHET)
    moves = {party: {SWITCH: INSIST} for party in insists}
    k = row(compiled, {STATUS: "in force", YEAR: 2, DECISIONS: "unanimity"}, **moves)
    assert after(compiled, k, DECISIONS) == (["unanimity"] if insists else ["majority"])


def test_nobody_votes_before_its_year_and_nobody_brings_unanimity_back() -> None:
    compiled = compile_treaty(RATCHET)
    first = compiled.columns.is_value(YEAR, 1)
    assert np.all(compiled.columns.chosen["A", SWITCH][first] == -1)
    switched = np.flatnonzero(compiled.columns.is_value(DECISIONS, "majority") & compiled.columns.operating)
    assert len(switched) and np.all(compiled.columns.chosen["A", SWITCH][switched] == -1)
    for k in switched.tolist():
        states = compiled.game.transition[[k]].indices
        kept = compiled.state_columns.operating[states]
        assert np.all(compiled.state_columns.is_value(DECISIONS, "majority")[states[kept]])


@pytest.mark.parametrize(
    ("rule", "against", "released"),
    [
        ("unanimity", "", True),
        ("unanimity", "A", False),
        ("unanimity", "B", False),
        ("majority", "", True),
        ("majority", "A", False),
        ("majority", "B", True),
        ("majority", "AB", False),
    ],
)
@pytest.mark.behaviour("majority_ratchet")
def test_after_the_step_the_casting_vote_carries_against_the_other_member(
    rule: str, against: str, released: bool
) -> None:
    compiled = compile_treaty(RATCHET)
    moves = {party: {RELEASE: "hold trade"} for party in against}
    found = compiled.columns.is_value(DECISIONS, rule) & compiled.columns.in_force
    assert found.any()
    year = int(np.max(compiled.columns.codes[YEAR][found])) + 1
    k = row(compiled, {STATUS: "in force", YEAR: year, DECISIONS: rule}, **moves)
    assert compiled.game.payoffs[k].tolist() == ([6, 1] if released else [0, 0])


def test_a_plan_that_keeps_unanimity_never_takes_the_step() -> None:
    kept = compile_treaty(plus(
        'type = "joint_committee"\narticle = "6"\nmembers = [{ party = "A" }, { party = "B" }]\nmatter = "trade"',
        'type = "majority_ratchet"\narticle = "7"\ncommittee = "6"\nplan = "never"',
    ))  # fmt: skip
    first = int(kept.compliance[kept.game.initial])
    assert after(kept, first, DECISIONS) == ["unanimity"]
    agrees = row(kept, {STATUS: "in force", DECISIONS: "unanimity"}, A={SWITCH: "majority under article 6"})
    said = deviation_in_words(kept, first, agrees, 0)
    assert (said.words, said.article) == ("agrees to decide by majority in the committee of article 6", "7")
    assert said.lawful


def test_a_passerelle_of_no_committee_or_of_one_without_unanimity_is_refused() -> None:
    ratchet = 'type = "majority_ratchet"\narticle = "7"\ncommittee = "5"'
    with pytest.raises(CompilationError, match="no joint committee has the article '5'; articles of committees: none"):
        compile_treaty(plus(ratchet))
    by_majority = 'type = "joint_committee"\narticle = "5"\nmembers = [{ party = "A" }]\nrule = "majority"'
    with pytest.raises(CompilationError, match="needs no unanimity"):
        compile_treaty(plus(ratchet, by_majority + '\nmatter = "trade"'))


# -- consent rule --------------------------------------------------------------------------------------------------


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 6), st.data())
def test_any_objection_shortens_the_list_and_only_unanimity_lengthens_it(items: int, data: st.DataObject) -> None:
    """Law of the transition, whatever the parties do: random votes can only shorten a list to which one objects."""
    listed = data.draw(st.integers(0, items))
    compiled = compile_treaty(plus(f'type = "consent_rule"\nmatter = "trade"\nitems = {items}\nlisted = {listed}'))
    columns = compiled.columns
    for k in np.flatnonzero(columns.operating).tolist():
        now = int(columns.code(LIST)[k])
        votes = [columns.options[p, BALLOT][int(columns.chosen[p, BALLOT][k])] for p in "AB"]
        states = compiled.game.transition[[k]].indices
        if not compiled.state_columns.operating[states].all():
            continue
        (then,) = compiled.state_columns.codes[LIST][states].tolist()
        assert then == (now - 1 if STRIKE in votes else now + 1 if votes == [ADD, ADD] else now)
        assert (now > 0) == bool(STRIKE in columns.options["A", BALLOT] and _has(compiled, k, STRIKE))
        assert (now < items) == _has(compiled, k, ADD)


def _has(compiled: CompiledTreaty, k: int, option: str) -> bool:
    """Whether the option exists for A in the state of a row."""
    same = compiled.game.row_state == compiled.game.row_state[k]
    return bool(compiled.columns.takes("A", BALLOT, option)[same].any())


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 4), st.integers(0, 4), st.integers(0, 4))
@pytest.mark.law("consent_rule")
def test_a_list_shrinks_to_the_intersection_of_nested_national_lists(a: int, b: int, listed: int) -> None:
    """A accepts the first ``a`` items, B the first ``b``: each strikes while there are more, and never proposes any."""
    compiled = compile_treaty(plus(f'type = "consent_rule"\nmatter = "trade"\nitems = 4\nlisted = {listed}'))
    state, lengths = compiled.game.initial, []
    for _ in range(6):
        now = int(compiled.state_columns.codes[LIST][state])
        lengths.append(now)
        votes = {p: {BALLOT: STRIKE if now > limit else KEEP} for p, limit in (("A", a), ("B", b))}
        (state,) = compiled.game.transition[[row(compiled, {STATUS: "in force", LIST: now}, **votes)]].indices.tolist()
    assert all(later <= earlier for earlier, later in itertools.pairwise(lengths))
    assert lengths[-1] == min(a, b, listed)


@pytest.mark.parametrize("listed", [0, 1, 2, 3, 4])
@pytest.mark.behaviour("consent_rule")
def test_the_length_of_the_list_is_the_share_of_the_stakes(listed: int) -> None:
    compiled = compile_treaty(plus(f'type = "consent_rule"\nmatter = "trade"\nitems = 4\nlisted = {listed}'))
    share = listed / 4
    k = row(compiled, {STATUS: "in force", LIST: listed})
    assert compiled.game.payoffs[k].tolist() == [6 * share, 1 * share]
    breach = row(compiled, {STATUS: "in force", LIST: listed}, B={"trade": "breach"})
    assert compiled.game.payoffs[breach].tolist() == [-1 * share, 4 * share]


def test_a_list_for_risk_scales_what_breach_wins_and_nothing_else() -> None:
    compiled = compile_treaty(read_treaty(FILES / "consent_rule_growing.toml"))
    for listed in (0, 1, 2):
        k = row(compiled, {STATUS: "in force", LIST: listed})
        moves = {"A": {"trade": "breach"}}
        breach = row(compiled, {STATUS: "in force", LIST: listed}, **moves)
        assert compiled.game.payoffs[k].tolist() == [6, 1]
        assert compiled.game.payoffs[breach].tolist() == [6 + listed / 2 * 1, 0 - listed / 2 * 1]
    state, lengths = compiled.game.initial, []
    for _ in range(4):
        lengths.append(int(compiled.state_columns.codes[LIST][state]))
        (state,) = compiled.game.transition[[int(compiled.compliance[state])]].indices.tolist()
    assert lengths == [0, 1, 2, 2], "the plan proposes until the list is full"


def test_the_list_only_shrinks_on_the_path_of_equilibrium_where_one_party_gains_by_a_shorter_one() -> None:
    """B loses 1 a year with the full list and nothing without any; nobody breaches, nobody can leave."""
    text = DILEMMA.replace("reward = { A = 6, B = 1 }", "reward = { A = 6, B = -1 }")
    text = text.replace("temptation = { A = 7, B = 4 }", "temptation = { A = 5, B = -2 }")
    text = text.replace("sucker = { A = -1, B = -1 }", "sucker = { A = 0, B = -2 }")
    text = text.replace("punishment = { A = 0, B = 0 }", "punishment = { A = -1, B = -3 }")
    text = text.replace('payoff_unit = "points per year"', 'payoff_unit = "points per year"\nexit = false')
    clause = '[[provision]]\ntype = "consent_rule"\nmatter = "trade"\nitems = 3\n'
    compiled = compile_treaty(read_treaty_text(text + clause))
    found = markov_equilibria(compiled.game)
    assert found
    for rows in found:
        state, lengths = compiled.game.initial, []
        for _ in range(6):
            lengths.append(int(compiled.state_columns.codes[LIST][state]))
            (state,) = compiled.game.transition[[int(rows[state])]].indices.tolist()
        assert lengths == [3, 2, 1, 0, 0, 0]


def test_striking_is_lawful_and_told_in_words() -> None:
    compiled = compile_treaty(read_treaty(FILES / "consent_rule.toml"))
    now: dict[str, str | int] = {STATUS: "in force", LIST: 3}
    complying = row(compiled, now)
    assert compiled.compliance[compiled.game.initial] == complying
    for option, words in [
        (STRIKE, "strikes an item from the list for trade"),
        (ADD, "proposes an item for the list for trade"),
    ]:
        said = deviation_in_words(compiled, complying, row(compiled, now, B={BALLOT: option}), 1)
        assert (said.words, said.article, said.lawful) == (words, "13", True)


def test_order_of_articles_cannot_matter_to_the_last_bit_for_committees_snapbacks_and_lists() -> None:
    treaty = plus(
        'type = "joint_committee"\narticle = "1"\nmembers = [{ party = "A", weight = 0.7 }, { party = "B" }]\n'
        'matter = "trade"\nneutral = { yes = 0.3, weight = 0.1 }',
        'type = "majority_ratchet"\narticle = "2"\ncommittee = "1"\nfrom_year = 1',
        'type = "reversed_veto"\narticle = "3"\nmembers = [{ party = "A" }]\nyears = [2]\nclosed_years = 1',
        'type = "consent_rule"\narticle = "4"\nmatter = "trade"\nitems = 2',
        'type = "joint_committee"\narticle = "5"\nmembers = [{ party = "B" }]\ndecides = "stages"',
        'type = "staged_derisking"\narticle = "6"\ngate = "committee"\n'
        "stages = [{ year = 0, exposure = 0.3 }, { year = 1, exposure = 0.7 }]",
    )
    base = compile_treaty(treaty)
    for order in list(itertools.permutations(range(6)))[::97]:
        shuffled = treaty.model_copy(update={"provisions": tuple(treaty.provisions[k] for k in order)})
        assert compile_treaty(shuffled).game.digest == base.game.digest


@pytest.mark.law("majority_ratchet")
@pytest.mark.parametrize("votes", list(itertools.product(["for", "against"], repeat=2)))
@pytest.mark.parametrize("seed", range(2))
def test_going_over_to_majority_releases_no_more_where_two_equal_members_have_no_casting_vote(
    seed: int, votes: tuple[str, str]
) -> None:
    """One of two is no majority: each still has to vote in favour, and a year pays the same before and after."""
    committee = (
        'type = "joint_committee"\narticle = "6"\nmatter = "trade"\nmembers = [{ party = "A" }, { party = "B" }]'
    )
    compiled = compile_treaty(drawn(seed, committee, 'type = "majority_ratchet"\narticle = "7"\ncommittee = "6"'))
    options = {p: compiled.columns.options[p, RELEASE] for p in "AB"}
    moves = {
        party: {RELEASE: options[party][0 if vote == "for" else 1]} for party, vote in zip("AB", votes, strict=True)
    }
    before, after_it = (
        compiled.game.payoffs[row(compiled, {STATUS: "in force", DECISIONS: how}, **moves)]
        for how in ("unanimity", "majority")
    )
    assert before.tolist() == after_it.tolist()
    released = votes == ("for", "for")
    assert bool(np.all(before > 0)) is released
