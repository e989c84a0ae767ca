"""Re-export limits: which sales may be refused, what a refusal blocks, and what it makes a breach worth."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from tests.support.dilemmas import Dilemma, Event, drawn, values_of_compliance
from tests.support.small_treaties import row
from treaties.effects import STATUS, ballot

FOUR = (3.0, 4.0, -1.0, 0.0)
TWO = Dilemma({"A": FOUR, "B": FOUR}, 0.5)
THREE = Dilemma({"A": FOUR, "B": FOUR, "C": FOUR}, 0.5)
OFFER = "sale of A under trade"
QUESTION = ballot(OFFER)
REFUSE = "refuse the sale"
ON_OFFER = {STATUS: "in force", OFFER: "sale 1"}
SALE = "{ chance = 0.25, value = 4, harm = 2, content = 0.5 }"


def clause(supplier: str = '"B"', sales: str = SALE, **terms: str) -> str:
    told = "".join(f"{name} = {value}\n" for name, value in terms.items())
    head = 'type = "re_export_limit"\narticle = "14"\nrecipient = "A"\nmatter = "trade"\n'
    return f"{head}supplier = {supplier}\nsales = [{sales}]\n{told}"


@pytest.mark.behaviour("re_export_limit")
def test_any_supplier_blocks_the_one_sale_and_nothing_else() -> None:
    """All comply and earn 3 from trade, refused or not; a sale that goes ahead is worth 4 to A and costs B and C 2."""
    compiled = THREE.compiled(clause('["B", "C"]'))
    for b, c in itertools.product((False, True), repeat=2):
        moves = {party: {QUESTION: REFUSE} for party, refuses in (("B", b), ("C", c)) if refuses}
        moves |= {party: {QUESTION: "say nothing"} for party in "BC" if party not in moves}
        k = row(compiled, ON_OFFER, **moves)
        assert compiled.game.payoffs[k].tolist() == ([3, 3, 3] if b or c else [7, 1, 1])
        assert not compiled.columns.vetoed["trade"][k] and not compiled.columns.any_breach()[k]
        assert np.array_equal(np.sort(compiled.game.transition[[k]].data), [0.25, 0.75]), "the next sale is a new one"
    breach = row(compiled, ON_OFFER, A={"trade": "breach"}, B={QUESTION: REFUSE})
    assert compiled.game.payoffs[breach].tolist() == [8, -1, -1], "4 + 4, and (3 - 1) / 2 - 2: A sells without asking"
    quiet = compiled.compliance[compiled.game.initial]
    assert compiled.game.payoffs[quiet].tolist() == [3, 3, 3]
    assert compiled.columns.chosen["B", QUESTION][quiet] == -1, "without a sale there is no question"


def test_only_who_is_harmed_is_expected_to_refuse() -> None:
    """A sale that costs C alone 2: B lets it pass, C refuses; were B to refuse it, it would gain nothing by it."""
    compiled = THREE.compiled(clause('["B", "C"]', SALE.replace("harm = 2", 'harm = 2, harmed = "C"')))
    passes = row(compiled, ON_OFFER, B={QUESTION: "say nothing"}, C={QUESTION: "say nothing"})
    assert compiled.game.payoffs[passes].tolist() == [7, 3, 1]
    planned = int(compiled.compliance[compiled.game.row_state[passes]])
    assert planned == row(compiled, ON_OFFER, B={QUESTION: "say nothing"}, C={QUESTION: REFUSE})


def test_a_refused_sale_is_what_the_recipient_must_be_patient_for() -> None:
    """With chance 1/4 A has a sale worth 4; without one, or where it is refused, complying earns 3 and a breach 4.

    After a breach B can do no worse than leave and breach: one more year in which A breaches and has its sale with
    chance 1/4, then nothing.  A refused sale makes the breach earn 8: 3 >= (1 - δ) (8 + δ), so δ² + 7 δ >= 5.
    Where the plan is that B says nothing, A has 4 a year and B, to which each sale costs 2, has 5/2.  B must not refuse
    when the sale is there, breach and leave, for 4 (1 - δ): 1 (1 - δ) + 5/2 · δ is no less from 6/11 on.
    """
    for threshold, plan in (((69**0.5 - 7) / 2, '"harm"'), (6 / 11, '"never"')):
        assert not TWO.at(threshold - 1e-4).holds(clause(plan=plan))
        assert TWO.at(threshold + 1e-4).holds(clause(plan=plan))


def test_below_the_de_minimis_share_without_grounds_or_sale_nobody_is_asked() -> None:
    shocked = Dilemma({"A": FOUR, "B": FOUR}, 0.5, event=Event(0.5, {"A": 1.0}))
    for dilemma, terms, asked in (
        (TWO, {"de_minimis": "0.5"}, True),
        (TWO, {"de_minimis": "0.51"}, False),
        (shocked, {"grounds": '"shock"'}, True),
    ):
        compiled = dilemma.compiled(clause(plan='"always"', **terms))
        columns = compiled.state_columns
        offered = columns.operating & columns.is_value(OFFER, "sale 1")
        if "grounds" in terms:
            offered &= columns.is_value("event shock", "yes")
        there = compiled.columns.chosen["B", QUESTION][compiled.game.row_start[:-1]] >= 0 if asked else offered & False
        assert np.array_equal(there, offered) is asked
        assert (("B", QUESTION) in compiled.columns.options) is asked


def test_the_sale_earns_what_the_days_for_an_answer_leave_of_the_year() -> None:
    compiled = TWO.compiled(clause(answer_days="73", plan='"never"'))
    k = row(compiled, ON_OFFER, B={QUESTION: "say nothing"})
    assert compiled.game.payoffs[k].tolist() == pytest.approx([3 + 4 * 0.8, 1], abs=1e-9)
    small = TWO.compiled(clause(answer_days="73", de_minimis="0.6"))
    assert small.game.payoffs[row(small, ON_OFFER)].tolist() == [7, 1], "who is not asked is not waited for"


@pytest.mark.law("re_export_limit")
@pytest.mark.parametrize("seed", range(6))
def test_a_higher_de_minimis_share_never_costs_the_recipient_nor_helps_a_harmed_supplier_where_all_comply(
    seed: int,
) -> None:
    """Fewer sales may be refused, on every path of compliance: F7 of the facts, with any number of suppliers."""
    draw = np.random.default_rng(seed)
    dilemma = drawn(seed, "ABC"[: 2 + seed % 2])
    suppliers = "[" + ", ".join(f'"{p}"' for p in dilemma.parties[1:]) + "]"
    sales = ", ".join(
        f"{{ chance = {draw.integers(1, 4) / 12}, value = {draw.integers(1, 9)}, harm = {draw.integers(0, 5)}, "
        f"content = {draw.integers(0, 5) / 4} }}"
        for _ in range(3)
    )
    earned = []
    for share in (0.0, 0.3, 0.6, 1.0):
        compiled = dilemma.compiled(clause(suppliers, sales, de_minimis=str(share), plan='"always"'))
        earned.append(values_of_compliance(compiled)[compiled.game.initial])
    steps = np.diff(np.array(earned), axis=0)
    assert np.all(steps[:, 0] >= -1e-12) and np.all(steps[:, 1:] <= 1e-12)
    assert np.any(steps), "or nothing was looked at"


@pytest.mark.law("re_export_limit")
@pytest.mark.parametrize("seed", range(6))
def test_a_refusal_takes_the_sale_and_nothing_else_where_the_recipient_is_not_in_breach(seed: int) -> None:
    """Whatever the others do about the matter; a veto would take the matter itself."""
    dilemma = drawn(seed, "ABC"[: 2 + seed % 2])
    compiled = dilemma.compiled(clause())
    for conduct in itertools.product(("comply", "breach"), repeat=len(dilemma.parties) - 1):
        others = {p: {"trade": c} for p, c in zip(dilemma.parties[1:], conduct, strict=True)}
        paid = []
        for answer in ("say nothing", REFUSE):
            k = row(compiled, ON_OFFER, **(others | {"B": {**others["B"], QUESTION: answer}}))
            paid.append(compiled.game.payoffs[k])
        rest = [0.0] * (len(dilemma.parties) - 2)
        assert paid[0] - paid[1] == pytest.approx([4, -2, *rest], abs=1e-9)
