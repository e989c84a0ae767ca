"""Exit, links, burdens, exchanges, knowledge, stakeholders, assessments: what they remark on, and what clashes."""

from __future__ import annotations

import pytest

from tests.support.random_pairs import treaty
from tests.support.small_treaties import FILES, plus
from treaties.compiling.compile import compile_treaty
from treaties.linting.clauses import lint
from treaties.provisions import all_types
from treaties.reading.treaty_file import read_treaty
from treaties.reading.variants import with_terms

SHUT = (FILES / "no_exit.toml").read_text().split("[[provision]]")[0]
TWO = (FILES / "linkage.toml").read_text().split("[[provision]]")[0]
UNSEEN = (FILES / "stakeholder_representation_unseen.toml").read_text().split("[[provision]]")[0]
OPEN = SHUT.replace("exit = false\n", "")
TERM = 'type = "sunset"\nterm_years = 2\nrenewal = { rule = "mutual" }'
ASSESSED = 'type = "impact_assessment"\nmatter = "trade"\nspread = { A = 1, B = 1 }\n'


@pytest.mark.parametrize(
    ("text", "clauses", "severity", "problem"),
    [
        (SHUT, ('type = "exit"\nreal_cost = 1',), "warning", "nobody may leave"),
        (OPEN, ('type = "no_exit"\nreal_cost = 1',), "warning", "every party may leave at once for nothing"),
        (OPEN, ('type = "exit"\nlegal_cost = 1\nenforced = 0',), "warning", "leaving costs nothing"),
        (SHUT, ('type = "linkage"\nmatter = "trade"',), "warning", "trade is the only matter"),
        (UNSEEN, ('type = "linkage"\nmatter = "trade"',), "note", "a flag that is not cleared counts as the breach"),
        (SHUT, ('type = "inspection_burden"\ncost = 1',), "warning", "no clause examines conduct there"),
        (UNSEEN, ('type = "audit"\nmatter = "trade"\ndetection = 1\ncoverage = 0.5', 'type = "inspection_burden"'),
         "warning", "an examination costs nothing"),
        (SHUT, ('type = "exchange_programme"\navoids = 0.5',), "warning", "no matter that it serves has accidents"),
        (UNSEEN, ('type = "exchange_programme"\ncost = 1',), "warning", "takes away no misperception"),
        (SHUT, ('type = "shared_knowledge"\nsize = 0',), "warning", "is worth nothing to anybody"),
        (UNSEEN, ('type = "shared_knowledge"\nsize = 1',), "note", "a flag that is not cleared costs good standing"),
        (SHUT, ('type = "stakeholder_representation"',), "warning", "nobody watches and nobody has to approve"),
        (UNSEEN, ('type = "stakeholder_representation"\naudience_cost = 1',), "note", "paid for, a year later"),
        (SHUT, (TERM, ASSESSED + "precision = 1\nyear = 3"), "warning", "nothing is ever published"),
        (SHUT, (TERM, ASSESSED + "precision = 1\nyear = 2"), "note", "the first vote on renewal is taken before"),
        (SHUT, (TERM, ASSESSED + "precision = 0.5\nyear = 1"), "warning", "right as often as it is wrong"),
        (SHUT, (ASSESSED + 'precision = 1\nyear = 1\nrefuse_if_bad = "A"',), "warning", "nobody can refuse it"),
    ],
)  # fmt: skip
def test_what_is_odd_is_remarked_on(text: str, clauses: tuple[str, ...], severity: str, problem: str) -> None:
    found = [(one.severity, one.problem) for one in lint(treaty(text, *clauses))]
    assert any(kind == severity and problem in told for kind, told in found), found


@pytest.mark.parametrize(
    "name", ["exit", "no_exit", "linked", "linkage", "exchange_programme", "shared_knowledge", "impact_assessment"]
)
def test_an_ordinary_file_is_not_remarked_on(name: str) -> None:
    found = lint(read_treaty(FILES / f"{name}.toml"))
    assert [one for one in found if one.severity != "note" and one.place.startswith(name)] == []


@pytest.mark.parametrize(
    ("one", "other", "problem"),
    [
        ('type = "exit"\nreal_cost = 1\nparty = "A"', 'type = "exit"\nreal_cost = 1', "price of the same party's exit"),
        ('type = "linkage"\nmatter = "trade"', 'type = "linkage"\nmatter = "trade"', "one article number"),
        ('type = "exchange_programme"\ngrowth = 1', 'type = "exchange_programme"\navoids = 0.5', "same article number"),
        ('type = "shared_knowledge"\nsize = 1', 'type = "shared_knowledge"\nsize = 1', "same article number"),
        ('type = "stakeholder_representation"\naudience_cost = 1',
         'type = "stakeholder_representation"\naudience_cost = 1', "same article number"),
        (ASSESSED + "precision = 1\nyear = 1", ASSESSED + "precision = 1\nyear = 2", "two clauses assess what trade"),
    ],
)  # fmt: skip
def test_what_two_clauses_both_claim_is_told(one: str, other: str, problem: str) -> None:
    first, second = plus(one, other).provisions
    assert problem in (first.clash_with(second) or "") and problem in (second.clash_with(first) or "")
    elsewhere = plus(one + '\narticle = "7"', 'type = "remedy"\namount = 1').provisions
    assert elsewhere[0].clash_with(elsewhere[1]) is None


def test_prices_of_different_parties_and_of_different_ways_out_stand_together() -> None:
    mine, yours, shut = plus(
        'type = "exit"\nreal_cost = 1\nparty = "A"', 'type = "exit"\nreal_cost = 1\nparty = "B"',
        'type = "no_exit"\nreal_cost = 1\nparty = "A"',
    ).provisions  # fmt: skip
    assert mine.clash_with(yours) is None and mine.clash_with(shut) is None


@pytest.mark.parametrize(
    "kind",
    ["exit", "inspection_burden", "exchange_programme", "shared_knowledge", "stakeholder_representation",
     "impact_assessment"],
)  # fmt: skip
def test_with_its_neutral_terms_a_clause_is_none(kind: str) -> None:
    text = read_treaty(FILES / f"{kind}.toml")
    neutral = with_terms(text, {f"{kind}.{term}": value for term, value in all_types()[kind].neutral_terms.items()})
    without = tuple(clause for clause in text.provisions if clause.type != kind)
    bare = compile_treaty(text.model_copy(update={"provisions": without}))
    assert compile_treaty(neutral).game.digest == bare.game.digest != compile_treaty(text).game.digest
