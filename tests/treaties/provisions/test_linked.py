"""Linked matters: which matters a breach in another suspends, and what that supports, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from tests.support.random_pairs import SEEDS, dilemma, head, margin, treaty
from tests.support.small_treaties import FILES, chances_after, row
from treaties.assessing.answers import Answers
from treaties.compiling.compile import compile_treaty
from treaties.effects import STATUS

TWO = (FILES / "linkage.toml").read_text().split("[[provision]]")[0]
"""Trade with R = 2, T = 3, S = -1, P = 0; coal, in which nobody is tempted, with R = 4, P = 0; discount factor 1/2."""
LEFT = "years of answer to trade under article 5"


def linked(years: int, more: str = "") -> str:
    return f'type = "linked"\narticle = "5"\nmatter = "trade"\nyears = {years}\n{more}'


def test_the_others_are_out_of_force_from_the_next_year_on_and_a_new_breach_begins_the_years_anew() -> None:
    compiled = compile_treaty(treaty(TWO, linked(2)))
    first = row(compiled, {STATUS: "in force", LEFT: 0}, A={"trade": "breach"})
    assert compiled.game.payoffs[first].tolist() == [3 + 4, -1 + 4]
    assert chances_after(compiled, first, LEFT) == {2: 1.0}
    assert chances_after(compiled, row(compiled, {STATUS: "in force", LEFT: 0}, A={"coal": "breach"}), LEFT) == {0: 1.0}
    for years in (2, 1):
        here: dict[str, str | int] = {STATUS: "in force", LEFT: years}
        assert compiled.game.payoffs[row(compiled, here)].tolist() == [2, 2], "coal pays what nobody's keeping it pays"
        assert chances_after(compiled, row(compiled, here), LEFT) == {years - 1: 1.0}
        assert chances_after(compiled, row(compiled, here, B={"trade": "breach"}), LEFT) == {2: 1.0}


@pytest.mark.behaviour("linked")
@pytest.mark.parametrize(("years", "verdict"), [(1, "sustainable"), (2, "sustainable"), (3, "unsustainable")])
def test_a_matter_in_which_nobody_is_tempted_supports_one_in_which_all_are(years: int, verdict: str) -> None:
    """A breach of trade wins 1; in the last of k years of answer to come it adds a year without coal: 4 / 2^k.

    So nobody need do more than the text says if 4 / 2^k >= 1, k <= 2: begun anew too late, a long answer deters less.
    """
    (rung, *_) = Answers(treaty(TWO, linked(years))).text.ladder("none")
    assert (rung.number, rung.found.verdict) == (1, verdict)


@pytest.mark.behaviour("linkage")
def test_linkage_makes_self_executing_what_is_not_without_it() -> None:
    """A year without coal costs 4 / 2 where a breach of trade wins 1."""
    clause = 'type = "linkage"\narticle = "5"\nmatter = "trade"'
    with_it, without = (Answers(treaty(TWO, *clauses)).text for clauses in ((clause,), ()))
    assert [text.ladder("none")[0].found.verdict for text in (with_it, without)] == ["sustainable", "unsustainable"]
    assert with_it.compiled.game.digest == compile_treaty(treaty(TWO, linked(1))).game.digest


def test_it_can_name_some_of_the_others() -> None:
    gas = TWO + dilemma(np.random.default_rng(0), "gas")
    compiled = compile_treaty(treaty(gas, linked(1, 'suspends = "gas"')))
    answered = compiled.columns.is_value(LEFT, 1)
    assert compiled.columns.vetoed["gas"][answered].all() and not compiled.columns.vetoed["coal"].any()
    assert not compiled.columns.vetoed["gas"][~answered].any()


def test_where_nobody_sees_conduct_a_flag_that_is_not_cleared_suspends_the_others() -> None:
    hidden = TWO.replace(
        "temptation = { A = 3", "observability = { detection = 0.75, false_alarm = 0.25 }\ntemptation = { A = 3"
    )
    compiled = compile_treaty(treaty(hidden, linked(1)))
    here: dict[str, str | int] = {STATUS: "in force", LEFT: 0}
    assert chances_after(compiled, row(compiled, here), LEFT) == pytest.approx({0: 0.5625, 1: 0.4375})
    broken = chances_after(compiled, row(compiled, here, A={"trade": "breach"}), LEFT)
    assert broken == pytest.approx({0: 0.25 * 0.75, 1: 1 - 0.25 * 0.75})


def test_a_false_alarm_in_one_matter_then_costs_the_innocent_in_all() -> None:
    """A year after one without a flag on either, 0.75^2, coal pays 4: 2 + 4 on average, less 4 * 0.4375 from year 2."""
    hidden = TWO.replace(
        "temptation = { A = 3", "observability = { detection = 0.75, false_alarm = 0.25 }\ntemptation = { A = 3", 1
    )
    with_it, without = (Answers(treaty(hidden, *clauses)).text.values for clauses in ((linked(1),), ()))
    assert without == pytest.approx([6, 6], abs=1e-9)
    assert with_it == pytest.approx([6 - 4 * 0.4375 / 2] * 2, abs=1e-9)


@pytest.mark.law("linked")
@pytest.mark.parametrize("seed", SEEDS)
def test_linking_adds_nothing_where_conduct_is_public_and_mutual_breach_is_the_harshest_answer_in_every_matter(
    seed: int,
) -> None:
    """Strategies link matters by themselves (Bernheim and Whinston 1990): P in all of them is the worst either way."""
    rng = np.random.default_rng(seed)
    text = head(rng) + dilemma(rng) + dilemma(rng, "coal")
    years = int(rng.integers(1, 4))
    assert margin(treaty(text, linked(years))) == pytest.approx(margin(treaty(text)), abs=1e-9)
