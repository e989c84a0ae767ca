"""Technology transfer in the compiled game, by hand; a treaty for each sign; laws."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from games.play.markov_play import MarkovPlay
from tests.support.small_treaties import DILEMMA, DISCOUNT, chances_after, plus, row
from treaties.assessing.answers import Answers
from treaties.compiling.compile import compile_treaty
from treaties.effects import STATUS
from treaties.findings.records import Judgement
from treaties.linting.clauses import lint
from treaties.model.treaty import Treaty
from treaties.reading.treaty_file import read_treaty_text

KEPT = DILEMMA.replace("A = 6, B = 1", "A = 6, B = 3")
"""The dilemma in which B earns enough for both to comply: margin (3 − 0.4 · 4) / 0.4 = 3.5."""
KNOW_HOW = "know-how of B on trade"


def transfer(**terms: object) -> str:
    """The lines of a clause by which A teaches B."""
    known = {"per_year": 1, "surplus": 0, "alone": 0, "points": 2} | terms
    lines = [f"{name} = {f'{value!r}'.replace(chr(39), chr(34))}" for name, value in known.items()]
    return "\n".join(['type = "technology_transfer"', 'supplier = "A"', 'recipient = "B"', 'matter = "trade"', *lines])


def judged(treaty: Treaty) -> Judgement:
    return Answers(treaty).text.verdict("none")


@pytest.mark.behaviour("technology_transfer")
def test_know_how_that_earns_together_mends_a_treaty_that_fails_without_it() -> None:
    """Discount 0.6; B earns 1 from complying, 4 from a breach, 0 once nobody complies.

    Without the clause (1 − 0.4 · 4) / 0.4 = −1.5.  All know-how is there from the second year on and gives B 2 more:
    then (3 − 1.6) / 0.4 = 3.5, and in the first year (0.4 · 1 + 0.6 · 3 − 1.6) / 0.4 = 1.5, as what it learns while it
    breaks the treaty earns nothing alone.  A has (6 − 0.4 · 7) / 0.4 = 8.
    """
    assert judged(plus()).margin == pytest.approx(-1.5, abs=1e-9)
    found = judged(plus(transfer(surplus=2)))
    assert found.verdict == "sustainable" and found.margin == pytest.approx(1.5, abs=1e-9)


@pytest.mark.behaviour("technology_transfer")
def test_know_how_that_earns_alone_breaks_a_treaty_that_holds_without_it() -> None:
    """Discount 0.6; B earns 3 from complying, 4 from a breach.  Once it has the know-how it earns 2 more without A.

    Without the clause 3.5.  From the second year on 3 against 0.4 · (4 + 2) + 0.6 · 2 = 3.6: margin −0.6 / 0.4.
    """
    text = f"{KEPT}[[provision]]\n"
    assert judged(read_treaty_text(KEPT)).margin == pytest.approx(3.5, abs=1e-9)
    found = judged(read_treaty_text(text + transfer(alone=2)))
    assert found.verdict == "unsustainable" and found.margin == pytest.approx(-1.5, abs=1e-9)
    # Of which half stays sealed: 3 against 0.4 · 5 + 0.6 · 1 = 2.6.
    sealed = judged(read_treaty_text(text + transfer(alone=2, sealed=0.5, points=3)))
    assert sealed.verdict == "sustainable" and sealed.margin == pytest.approx(1.0, abs=1e-9)


def test_the_recipient_keeps_what_it_learned_after_the_end() -> None:
    compiled = compile_treaty(plus(transfer(surplus=2, alone=1, flowback=0.25)))
    learned = row(compiled, {STATUS: "in force", KNOW_HOW: 1.0})
    assert compiled.game.payoffs[learned].tolist() == [6 + 0.5, 1 + 1.5]
    left = row(compiled, {STATUS: "in force", KNOW_HOW: 1.0}, B={"exit": "leave"})
    assert chances_after(compiled, left, STATUS) == {"ended": 1.0}
    assert chances_after(compiled, left, KNOW_HOW) == {1.0: 1.0}
    ended = row(compiled, {STATUS: "ended", KNOW_HOW: 1.0})
    assert compiled.game.payoffs[ended].tolist() == [0, 1]


def test_a_gate_stops_what_a_breach_would_learn_and_leaks_go_on() -> None:
    gated = compile_treaty(plus(transfer(per_year=0.5, surplus=1, gate="compliance", leakage=0.25, points=5)))
    start: dict[str, str | int | float] = {STATUS: "in force", KNOW_HOW: 0.0}
    assert chances_after(gated, row(gated, start), KNOW_HOW) == {0.75: 1.0}
    assert chances_after(gated, row(gated, start, B={"trade": "breach"}), KNOW_HOW) == {0.25: 1.0}
    free = compile_treaty(plus(transfer(per_year=0.5, surplus=1, points=5)))
    assert chances_after(free, row(free, start, B={"trade": "breach"}), KNOW_HOW) == {0.5: 1.0}
    assert chances_after(free, row(free, start, A={"trade": "breach"}), KNOW_HOW) == {0.0: 1.0}


@pytest.mark.law("technology_transfer")
@pytest.mark.parametrize("seed", range(6))
def test_rounding_by_chance_keeps_the_value_of_compliance_where_know_how_never_reaches_the_top_of_its_grid(
    seed: int,
) -> None:
    """Earnings are linear in know-how, whose mean goes as without a grid: K' = (1 − f) K + p, with p no more than f."""
    rng = np.random.default_rng(seed)
    fades, points = round(float(rng.uniform(0.2, 0.9)), 3), int(rng.integers(2, 7))
    per_year, surplus = round(fades * float(rng.uniform(0.1, 1.0)), 3), round(float(rng.uniform(0.5, 4)), 2)
    compiled = compile_treaty(plus(transfer(per_year=per_year, surplus=surplus, fades=fades, points=points)))
    value = MarkovPlay(compiled.game, compiled.compliance).values()[compiled.game.initial]
    mean = per_year / fades * (1 - (1 - DISCOUNT) / (1 - DISCOUNT * (1 - fades)))
    assert value.tolist() == pytest.approx([6, 1 + surplus * mean], abs=1e-9)


@pytest.mark.law("technology_transfer")
@pytest.mark.parametrize("seed", range(4))
def test_raising_what_it_earns_alone_never_raises_the_margin_where_only_the_recipient_is_tempted(seed: int) -> None:
    """A gains nothing from breaking the treaty first, so that both breaking it for ever is what deters B most."""
    rng = np.random.default_rng(100 + seed)
    reward, extra = round(float(rng.uniform(1, 3)), 2), round(float(rng.uniform(0, 3)), 2)
    text = DILEMMA.replace("A = 6, B = 1", f"A = 6, B = {reward}")
    text = text.replace("A = 7, B = 4", f"A = 5, B = {reward + extra}")
    surplus, per_year = round(float(rng.uniform(0, 2)), 2), round(float(rng.uniform(0.2, 1)), 2)
    margins = []
    for alone in (0.0, 0.7, 1.5, 3.0):
        clause = transfer(per_year=per_year, surplus=surplus, alone=alone, points=3)
        check = judged(read_treaty_text(f"{text}[[provision]]\n{clause}")).grid
        assert check is not None and check.margin is not None
        margins.append(check.margin)
    assert all(after <= before + 1e-9 for before, after in pairwise(margins))


def test_know_how_that_earns_nothing_adds_no_state_and_is_remarked_upon_otherwise() -> None:
    without = compile_treaty(plus()).game.digest
    assert compile_treaty(plus(transfer(per_year=0.3, points=9))).game.digest == without
    said = [finding.problem for finding in lint(plus(transfer(per_year=0.3, alone=1, rounding="down")))]
    assert any("less than a step of 1, so that rounding down loses all of it" in one for one in said)
    assert any("every disclosure makes it easier to leave" in one for one in said)
