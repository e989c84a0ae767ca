"""Accession: who takes part when, at what price, and what members earn meanwhile, by hand."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from tests.support.one_deviation import start
from tests.support.small_treaties import DILEMMA, FILES, drawn, row
from treaties.compiling.compile import compile_treaty
from treaties.compiling.compiled_treaty import CompiledTreaty
from treaties.compiling.provenance import deviation_in_words, state_in_words
from treaties.effects import STATUS, YEAR, CompilationError, ballot
from treaties.reading.treaty_file import read_treaty, read_treaty_text
from treaties.reading.variants import with_terms

JOINS = read_treaty(FILES / "accession.toml")
STANDING = "accession of B"
BALLOT = ballot(STANDING)
PARTIES = (FILES / "three_parties.toml").read_text().split("red_lines")[0]
THREE = (
    PARTIES
    + """
[[matter]]
id = "trade"
reward = { A = 3, B = 3, C = 2 }
temptation = { A = 5, B = 5, C = 4 }
sucker = { A = -1, B = -1, C = -2 }
punishment = { A = 0, B = 0, C = 0 }

[[matter]]
id = "research"
reward = { A = 1, B = 1, C = 1 }
temptation = { A = 2, B = 2, C = 2 }
sucker = { A = -1, B = -1, C = -1 }
punishment = { A = 0, B = 0, C = 0 }
"""
)
CLAUSE = '[[provision]]\ntype = "accession"\narticle = "30"\nparty = "C"\n'


def of_three(clause: str) -> CompiledTreaty:
    return compile_treaty(read_treaty_text(THREE + CLAUSE + clause))


def standing(compiled: CompiledTreaty, k: int, variable: str) -> str:
    (after,) = compiled.game.transition[[k]].indices
    return str(compiled.columns.values[variable][int(compiled.state_columns.codes[variable][after])])


@pytest.mark.parametrize(("joins", "admitted"), list(itertools.product([True, False], repeat=2)))
def test_joining_needs_the_newcomer_and_the_member_and_costs_the_fee_once(joins: bool, admitted: bool) -> None:
    """Two parties: before B has joined there is nobody for A to trade with."""
    compiled = compile_treaty(JOINS)
    moves = {"B": {BALLOT: "join" if joins else "stay out"}, "A": {BALLOT: "admit B" if admitted else "refuse B"}}
    k = row(compiled, {STATUS: "in force", STANDING: "outside", YEAR: 1}, **moves)
    joined = joins and admitted
    assert compiled.game.payoffs[k].tolist() == ([3, -3] if joined else [0, 0])
    assert standing(compiled, k, STANDING) == ("joined" if joined else "outside")
    later = row(compiled, {STATUS: "in force", STANDING: "joined"})
    assert compiled.game.payoffs[later].tolist() == [6, 1]
    assert standing(compiled, later, STANDING) == "joined"
    assert compiled.columns.chosen["B", BALLOT][later] == -1


def test_before_it_has_joined_nothing_it_does_is_breach_and_the_plan_has_it_join() -> None:
    compiled = compile_treaty(JOINS)
    outside = compiled.columns.is_value(STANDING, "outside")
    assert not compiled.columns.any_breach()[outside].any()
    first = int(compiled.compliance[compiled.game.initial])
    assert standing(compiled, first, STANDING) == "joined"
    assert state_in_words(compiled, compiled.game.initial)["accession of Borduria"] == "outside"
    never = compile_treaty(with_terms(JOINS, {"accession.plan": "never"}))
    assert standing(never, int(never.compliance[never.game.initial]), STANDING) == "outside"


@pytest.mark.behaviour("accession")
def test_members_cooperate_without_the_newcomer_and_share_its_fee() -> None:
    compiled = of_three('steps = [{ year = 2, matters = "trade" }]\nentry_fee = 4')
    start: dict[str, str | int] = {STATUS: "in force", YEAR: 1, "accession of C": "outside"}
    assert compiled.columns.chosen["C", ballot("accession of C")][row(compiled, start)] == -1, "too early to join"
    for moves, payoffs in [
        ({}, [3 + 1, 3 + 1, 0 + 1]),
        ({"C": {"trade": "breach"}}, [3 + 1, 3 + 1, 0 + 1]),
        ({"A": {"trade": "breach"}}, [5 + 1, -1 + 1, 0 + 1]),
        ({"C": {"research": "breach"}}, [3 + 0, 3 + 0, 0 + 2]),
    ]:
        k = row(compiled, start, **moves)
        assert compiled.game.payoffs[k].tolist() == payoffs, moves
        assert bool(compiled.columns.any_breach()[k]) is (moves not in ({}, {"C": {"trade": "breach"}}))
    joining = row(compiled, {**start, YEAR: 2})
    assert compiled.game.payoffs[joining].tolist() == [4 + 2, 4 + 2, 1 - 4]
    joined = row(compiled, {**start, YEAR: 3, "accession of C": "joined"}, C={"trade": "breach"})
    same = 0 + 0.5 * (3 - -1) + -1
    assert compiled.game.payoffs[joined].tolist() == [same + 1, same + 1, 4 + 1]


def test_later_steps_follow_by_themselves() -> None:
    compiled = of_three('steps = [{ year = 1, matters = "trade" }, { year = 3, matters = "research" }]')
    state, told = compiled.game.initial, []
    for _ in range(5):
        k = int(compiled.compliance[state])
        part = [m for m in ("trade", "research") if compiled.columns.complies["C", m][k]]
        told.append((standing_of(compiled, state), part))
        (state,) = compiled.game.transition[[k]].indices.tolist()
    assert told == [
        ("outside", []),
        ("step 1 of 2", ["trade"]),
        ("step 1 of 2", ["trade"]),
        ("joined", ["trade", "research"]),
        ("joined", ["trade", "research"]),
    ]


def standing_of(compiled: CompiledTreaty, state: int) -> str:
    code = int(compiled.state_columns.codes["accession of C"][state])
    return str(compiled.columns.values["accession of C"][code])


def test_staying_out_is_lawful_and_told_in_words() -> None:
    compiled = compile_treaty(JOINS)
    first = int(compiled.compliance[compiled.game.initial])
    for player, moves, words in [
        (1, {"B": {BALLOT: "stay out"}}, "stays out"),
        (0, {"A": {BALLOT: "refuse B"}}, "keeps Borduria out"),
    ]:
        k = row(compiled, {STATUS: "in force", STANDING: "outside", YEAR: 1}, **moves)
        said = deviation_in_words(compiled, first, k, player)
        assert (said.words, said.article, said.lawful) == (words, "30", True)


def test_a_table_of_three_parties_does_not_say_what_a_matter_is_worth_to_two() -> None:
    text = (FILES / "three_parties_table.toml").read_text()
    treaty = read_treaty_text(text)
    party, matter = treaty.parties[-1].id, treaty.matters[0].id
    clause = f'[[provision]]\ntype = "accession"\nparty = "{party}"\nsteps = [{{ year = 1, matters = "{matter}" }}]\n'
    with pytest.raises(CompilationError, match="does not say what it is worth while a party takes no part"):
        compile_treaty(read_treaty_text(text + "\n" + clause))


def test_order_of_articles_cannot_matter_to_the_last_bit_for_accession_ratification_and_vetoes() -> None:
    clauses = [
        CLAUSE.replace('"C"', '"B"') + 'steps = [{ year = 1, matters = "trade" }]\nentry_fee = 0.7\n',
        '[[provision]]\ntype = "ratification"\nratifiers = [{ party = "A", name = "Senate" }]\ngranted_per_year = 0.3\n'
        "refused_per_year = 0.1\n",
        '[[provision]]\ntype = "veto"\narticle = "3"\nholder = "A"\nmatter = "trade"\noverride_by = "B"\n',
        '[[provision]]\ntype = "withdrawal"\narticle = "4"\nnotice_years = 1\n',
        '[[provision]]\ntype = "sunset"\nterm_years = 3\nrenewal = { rule = "chance", probability = 0.7 }\n',
    ]
    base = compile_treaty(read_treaty_text(DILEMMA + "".join(clauses)))
    for order in list(itertools.permutations(range(5)))[::17]:
        other = compile_treaty(read_treaty_text(DILEMMA + "".join(clauses[k] for k in order)))
        assert other.game.digest == base.game.digest
    ended = base.columns.is_value(STATUS, "ended")
    assert np.all(base.game.payoffs[ended] == 0)


@pytest.mark.law("accession")
@pytest.mark.parametrize("seed", range(4))
def test_the_fee_lowers_the_newcomers_worth_by_itself_and_raises_the_members_by_equal_parts_where_it_joins_at_once(
    seed: int,
) -> None:
    """It decides in the first year and pays in it, whatever payoffs are."""
    clause = 'type = "accession"\nparty = "C"\nsteps = [{ year = 1, matters = "trade" }]\nentry_fee = '
    free, paid = (compile_treaty(drawn(seed, clause + fee, parties="ABC")) for fee in ("0", "3"))
    assert start(paid) - start(free) == pytest.approx([1.5, 1.5, -3], abs=1e-9)
