"""Shared knowledge: who may use it, who is shut out for how long, how it decays and what it deters, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from tests.support.random_pairs import SEEDS, dilemma, head, judged, treaty
from tests.support.small_treaties import FILES, chances_after, row
from treaties.assessing.answers import Answers
from treaties.compiling.compile import compile_treaty
from treaties.effects import STATUS

TEXT = (FILES / "shared_knowledge.toml").read_text().split("[[provision]]")[0]
"""R = 2, T = 3, S = -1, P = 0, discount factor 1/2; nobody can leave."""
A_OUT, B_OUT = (f"{party} shut out of shared knowledge under article 9" for party in "AB")
DECAY = "decay of shared knowledge under article 9"
THERE: dict[str, str | int] = {STATUS: "in force", A_OUT: 0, B_OUT: 0}


def library(terms: str) -> str:
    return f'type = "shared_knowledge"\narticle = "9"\n{terms}'


def test_a_breach_shuts_out_who_breached_for_the_years_that_follow_and_nobody_else() -> None:
    compiled = compile_treaty(treaty(TEXT, library("size = 4\nexcluded_years = 2")))
    breach = row(compiled, THERE, A={"trade": "breach"})
    assert compiled.game.payoffs[breach].tolist() == [3 + 4, -1 + 4]
    assert chances_after(compiled, breach, A_OUT) == {2: 1.0} and chances_after(compiled, breach, B_OUT) == {0: 1.0}
    for left in (2, 1):
        out = row(compiled, {**THERE, A_OUT: left})
        assert compiled.game.payoffs[out].tolist() == [2, 2 + 4]
        assert chances_after(compiled, out, A_OUT) == {left - 1: 1.0}
        again = row(compiled, {**THERE, A_OUT: left}, A={"trade": "breach"})
        assert chances_after(compiled, again, A_OUT) == {2: 1.0}


def test_it_decays_while_a_member_is_shut_out_and_recovers() -> None:
    compiled = compile_treaty(treaty(TEXT, library("size = 4\ndepreciation = 0.25\ndecays_years = 2")))
    for decay, worth in ((0, 4), (1, 3), (2, 2.25)):
        here = {**THERE, DECAY: decay}
        assert compiled.game.payoffs[row(compiled, {**here, A_OUT: 1})].tolist() == [2, 2 + worth]
        assert chances_after(compiled, row(compiled, {**here, A_OUT: 1}), DECAY) == {min(decay + 1, 2): 1.0}
        if decay < 2:
            assert chances_after(compiled, row(compiled, here), DECAY) == {max(decay - 1, 0): 1.0}


@pytest.mark.behaviour("shared_knowledge")
@pytest.mark.parametrize(("size", "years", "verdict"), [
    (2, 1, "sustainable"), (1.9, 1, "unsustainable"), (4, 2, "sustainable"), (3.9, 2, "unsustainable")
])  # fmt: skip
def test_being_shut_out_deters_though_nobody_else_answers(size: float, years: int, verdict: str) -> None:
    """A breach wins 1; in the first of k years outside another adds a year: z / 2^k >= 1 is needed and enough."""
    (rung, *_) = Answers(treaty(TEXT, library(f"size = {size}\nexcluded_years = {years}"))).text.ladder("none")
    assert (rung.number, rung.found.verdict) == (1, verdict)


@pytest.mark.law("shared_knowledge")
@pytest.mark.parametrize("seed", SEEDS)
def test_it_adds_its_discounted_worth_to_the_margin_where_nothing_decays_and_it_is_worth_no_more_than_answers_save(
    seed: int,
) -> None:
    """(R + z) / (1 - d) - (T + z) - d P / (1 - d), for the party of which it is least, where nobody can leave.

    With z <= P - S nobody would rather be betrayed than lose its own standing by an answer, so that mutual breach for
    good, in which all are shut out, is the harshest answer; a larger good makes answers dear, and can add less.
    """
    rng = np.random.default_rng(seed)
    text, years = head(rng) + dilemma(rng), int(rng.integers(1, 3))
    (matter,) = treaty(text).matters
    size = min(matter.payoff("punishment", party) - matter.payoff("sucker", party) for party in "AB")
    found = treaty(text, library(f"size = {size}\nexcluded_years = {years}"))
    slack = []
    for party in found.parties:
        d, r, t, p = party.discount.value, *(matter.payoff(k, party.id) for k in ("reward", "temptation", "punishment"))
        slack.append((r + size) / (1 - d) - (t + size) - d * p / (1 - d))
    assert judged(found).margin == pytest.approx(min(slack), abs=1e-9)
