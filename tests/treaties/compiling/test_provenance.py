"""What a move, a situation and a citation are called in the treaty's words."""

from __future__ import annotations

import numpy as np
import pytest

from tests.support.small_treaties import DILEMMA, plus, row
from treaties.compiling.compile import compile_treaty
from treaties.compiling.compiled_treaty import CompiledTreaty
from treaties.compiling.provenance import (
    deviation_in_words,
    named,
    row_in_words,
    situation,
    state_in_words,
    world_in_words,
)
from treaties.reading.treaty_file import read_treaty_text

FISH = """
[[matter]]
id = "deep_fish"
title = "deep-sea fish"
reward = { A = 4, B = 4 }
temptation = { A = 6, B = 6 }
sucker = { A = -2, B = -2 }
punishment = { A = 0, B = 0 }
"""
ON_TRADE = 'type = "remedy"\narticle = "11"\nmatter = "trade"\namount = 1'
ON_FISH = 'type = "remedy"\narticle = "12"\nmatter = "deep_fish"\namount = 2'
ON_ALL = 'type = "remedy"\narticle = "13"\namount = 1'
BREACH = "breaches its obligations on "


def two_matters(*clauses: str) -> CompiledTreaty:
    return compile_treaty(
        read_treaty_text(DILEMMA + FISH + "".join(f"[[provision]]\n{clause}\n" for clause in clauses), "t.toml")
    )


def said(compiled: CompiledTreaty, **moves: str) -> tuple[str, str]:
    """Words and articles of what the first party does instead of complying at signature."""
    columns, first = compiled.state_columns, compiled.game.initial
    start = {name: values[int(columns.codes[name][first])] for name, values in columns.values.items()}
    other = row(compiled, start, A=moves)
    found = deviation_in_words(compiled, row(compiled, start), other, 0)
    return found.words, found.article


@pytest.mark.parametrize(("clauses", "matters", "articles"), [
    ((ON_TRADE, ON_FISH), ("trade",), "11"),
    ((ON_TRADE, ON_FISH), ("deep_fish",), "12"),
    ((ON_FISH,), ("trade",), "-"),
    ((ON_TRADE, ON_FISH, ON_ALL), ("trade",), "11, 13"),
])  # fmt: skip
def test_a_breach_cites_the_remedies_of_its_own_matter(
    clauses: tuple[str, ...], matters: tuple[str, ...], articles: str
) -> None:
    assert said(two_matters(*clauses), **dict.fromkeys(matters, "breach"))[1] == articles


def test_a_breach_of_both_matters_cites_both_and_is_said_once() -> None:
    words, articles = said(two_matters(ON_TRADE, ON_FISH), trade="breach", deep_fish="breach")
    assert words == f"{BREACH}deep-sea fish and on trade"
    assert sorted(articles.split(", ")) == ["11", "12"]


def test_a_breach_cites_only_what_its_own_party_pays() -> None:
    stake = (
        'type = "co_investment"\narticle = "8"\nmatter = "trade"\namount = 6\nover_years = 2\n'
        "shares = { A = 0.5, B = 0.5 }\nforfeitable = true"
    )
    assert said(two_matters(ON_FISH, stake), trade="breach")[1] == "8"
    assert said(two_matters(ON_FISH, stake), deep_fish="breach")[1] == "12"


def test_an_exposure_is_cited_for_its_own_matter_only() -> None:
    staged = (
        'type = "staged_derisking"\narticle = "9"\nmatter = "deep_fish"\n'
        "stages = [{ year = 0, exposure = 1 }, { year = 2, exposure = 0.5 }]"
    )
    compiled = two_matters(ON_TRADE, ON_FISH, staged)
    assert [said(compiled, **{matter: "breach"})[1] for matter in ("trade", "deep_fish")] == ["11", "9"]


def test_conduct_is_told_with_what_is_done_in_several_matters_said_once_and_breaches_first() -> None:
    compiled = two_matters()
    start: dict[str, str | int] = {"status": "in force"}
    assert row_in_words(compiled, row(compiled, start), 0) == "complies on deep-sea fish and on trade"
    mixed = row(compiled, start, A={"trade": "breach", "exit": "leave"})
    out = "walks out (no article forbids it)"
    assert row_in_words(compiled, mixed, 0) == f"{BREACH}trade and complies on deep-sea fish and {out}"


def test_situations_name_parties_and_matters_and_leave_out_what_is_as_usual() -> None:
    event = '[[event]]\nid = "oil_shock"\nenter = 0.2\nstay = 0.5\ncost_of_complying = { A = 1, B = 0 }\n'
    clauses = (
        'type = "veto"\narticle = "14"\nholder = ["A"]\nmatter = "deep_fish"\nuses_per_term = 1',
        'type = "turnover"\nparty = "B"\nto_sceptic = 0.1\nto_friendly = 0.2',
        'type = "sunset"\narticle = "21"\nterm_years = 3\nrenewal = { rule = "mutual", decide_by_year = 2 }',
    )
    text = DILEMMA + FISH + event + "".join(f"[[provision]]\n{clause}\n" for clause in clauses)
    compiled = compile_treaty(read_treaty_text(text, "t.toml"))
    told = state_in_words(compiled, compiled.game.initial)
    names = {party.id: party.name for party in compiled.treaty.parties}
    assert told == {
        "year of the term": "1",
        f"vetoes left to {names['A']} on deep-sea fish": "1",
        f"government of {names['B']}": "friendly",
    }
    columns = compiled.state_columns
    shock = int(np.flatnonzero(columns.is_value("event oil_shock", "yes") & columns.in_force)[0])
    assert state_in_words(compiled, shock)["oil shock"] == "yes" and "oil shock" in situation(compiled, shock)
    assert world_in_words(compiled, shock) == {
        k: v for k, v in state_in_words(compiled, shock).items() if k in ("oil shock", f"government of {names['B']}")
    }
    ended = int(np.flatnonzero(columns.is_value("status", "ended"))[0])
    assert set(state_in_words(compiled, ended)) == {"status", f"government of {names['B']}"}


def test_a_term_of_one_year_has_no_year_to_tell() -> None:
    clause = 'type = "sunset"\narticle = "21"\nterm_years = 1\nrenewal = { rule = "automatic" }'
    compiled = compile_treaty(plus(clause))
    assert state_in_words(compiled, compiled.game.initial) == {}


@pytest.mark.parametrize("article", ["A", "{A}", "{trade} {", "{}"])
def test_an_article_that_bears_the_name_of_a_party_stays_an_article(article: str) -> None:
    clause = f'type = "audit"\narticle = "{article}"\nmatter = "trade"\ncoverage = 0.5\ndetection = 0.9\n'
    compiled = compile_treaty(plus(clause + "false_alarm = 0.1"))
    assert compiled.seen is not None
    told = [named(compiled, signal.words or "") + signal.citing for signal in compiled.seen.observation.signals]
    parties = [party.name for party in compiled.treaty.parties]
    assert sorted(told) == [f"audit of {name} on trade under article {article}" for name in parties]


def test_a_party_whose_name_has_braces_is_told_by_that_name() -> None:
    compiled = compile_treaty(read_treaty_text(DILEMMA.replace('name = "Arcadia"', 'name = "{B}"'), "t.toml"))
    assert named(compiled, "audit of {A}") == "audit of {B}"
