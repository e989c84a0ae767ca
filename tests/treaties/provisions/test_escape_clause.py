"""Escape clauses: who owes what while duties are suspended, what it costs, for how long, and what it holds together."""

from __future__ import annotations

import pytest

from tests.support.dilemmas import Dilemma, Event, drawn
from tests.support.small_treaties import DILEMMA, row
from treaties.compiling.compile import compile_treaty
from treaties.compiling.provenance import deviation_in_words
from treaties.effects import STATUS
from treaties.linting.clauses import lint
from treaties.reading.treaty_file import read_treaty_text

SUSPEND = "suspend own duties"
FOUR = (3.0, 4.0, -1.0, 0.0)
TWO = Dilemma({"A": FOUR, "B": FOUR}, 0.5, event=Event(0.25, {"A": 10.0}))
THREE = Dilemma({"A": FOUR, "B": FOUR, "C": FOUR}, 0.5, event=Event(0.25, {"A": 10.0}))
CLAUSE = 'type = "escape_clause"\narticle = "9"\nholder = "A"\nmatter = "trade"\ncompensation = 2\n'
ON_GROUNDS = CLAUSE + 'grounds = "shock"\n'
SHOCK = {STATUS: "in force", "event shock": "yes"}
RECORD = "escape of A on trade"


@pytest.mark.behaviour("escape_clause")
def test_one_suspends_the_others_go_on_and_are_paid_in_equal_parts() -> None:
    """A earns 4 (a breach, no cost of complying) less 2.  B of two: -1 + 2.  B and C of three: -1 + (3 + 1) / 2 + 1."""
    two, three = TWO.compiled(ON_GROUNDS), THREE.compiled(ON_GROUNDS)
    for compiled, paid in ((two, [2, 1]), (three, [2, 2, 2])):
        k = row(compiled, SHOCK, A={"trade": SUSPEND})
        assert compiled.game.payoffs[k].tolist() == paid
        assert k == compiled.compliance[compiled.game.row_state[k]], "the plan uses it where the grounds hold"
        assert not compiled.columns.any_breach()[k]
        assert not compiled.columns.complies["A", "trade"][k]
        said = deviation_in_words(compiled, row(compiled, SHOCK, A={"trade": "comply"}), k, 0)
        assert (said.words, said.article, said.lawful) == ("suspends its duties on trade", "9", True)
    k = row(two, SHOCK, A={"trade": SUSPEND}, B={"trade": "breach"})
    assert two.game.payoffs[k].tolist() == [-2, 2] and two.columns.in_breach["B", "trade"][k]
    quiet = two.compliance[two.game.initial]
    assert two.game.payoffs[quiet].tolist() == [3, 3]
    with pytest.raises(KeyError):
        two.row_of(two.game.initial, {("A", "trade"): SUSPEND})


def test_it_keeps_a_treaty_that_bad_times_would_break() -> None:
    """Worst is 0: nobody trades.  The shock comes with chance 1/4 every year and makes complying cost A 10.

    Without the clause a breach in a shock wins 4 - (3 - 10) = 11 against δ (3 - 10/4) / (1 - δ): kept from 22/23.
    With it, it wins the 2 saved against δ (3 · 3/4 + (4 - 2) / 4) / (1 - δ) = 11/4 · δ / (1 - δ): kept from 8/19.
    """
    for threshold, clauses in ((22 / 23, ()), (8 / 19, (ON_GROUNDS,))):
        assert not TWO.at(threshold - 1e-4).holds(*clauses)
        assert TWO.at(threshold + 1e-4).holds(*clauses)


@pytest.mark.parametrize(
    ("limits", "uses", "left"),
    [
        ("longest_years = 2\ncooling_off_years = 2\n", "yyyyyyyy", "yynnyynn"),
        ("longest_years = 2\ncooling_off_years = 2\n", "ynyyyyyy", "yynyynny"),
        ("cooling_off_years = 1\n", "yyynyyyy", "yyyyyyyy"),
        ("cooling_off_years = 2\n", "yyynyyyy", "yyyynyyy"),
        ("longest_years = 1\ncooling_off_years = 1\n", "yyyyyyyy", "ynynynyn"),
    ],
)
def test_use_in_a_row_is_limited_and_then_closed(limits: str, uses: str, left: str) -> None:
    """Year by year: whether the clause can be used, given when A wants to; a year without use begins the pause."""
    compiled = Dilemma({"A": FOUR, "B": FOUR}, 0.5).compiled(CLAUSE + limits)
    state, there = compiled.game.initial, ""
    for wanted in uses:
        values = compiled.state_columns.values[RECORD]
        open_ = not str(values[compiled.state_columns.codes[RECORD][state]]).startswith("closed")
        there += "y" if open_ else "n"
        used = SUSPEND if open_ and wanted == "y" else "comply"
        k = compiled.row_of(state, {("A", "trade"): used})
        (state,) = compiled.game.transition[[k]].indices.tolist()
    assert there == left


def test_suspending_in_an_unseen_matter_is_seen_and_nothing_is_left_to_examine() -> None:
    text = TWO.text + "observability = { detection = 0.8, false_alarm = 0.1 }\n"
    compiled = compile_treaty(read_treaty_text(text + f"[[provision]]\n{ON_GROUNDS}"))
    assert compiled.seen is not None and compiled.game.monitoring is not None
    state = next(s for s in range(compiled.game.n_states) if compiled.state_columns.is_value("event shock", "yes")[s]
                 and compiled.state_columns.in_force[s])  # fmt: skip
    k = compiled.row_of(state, {("A", "trade"): SUSPEND})
    assert not compiled.columns.acts("A", "trade")[k] and compiled.columns.acts("B", "trade")[k]
    assert any("A trade: suspend own duties" in said for said in compiled.game.monitoring.signals[state])


@pytest.mark.law("escape_clause")
@pytest.mark.parametrize("seed", range(8))
def test_in_a_shock_a_breach_wins_the_compensation_and_no_more_where_the_plan_is_to_escape(seed: int) -> None:
    """Whatever complying costs then: both moves earn what non-compliance earns, and only the lawful one pays."""
    dilemma = drawn(seed, "ABC"[: 2 + seed % 2], event=True)
    clause = ON_GROUNDS.replace("= 2", f"= {0.5 + seed}")
    compiled = dilemma.compiled(clause)
    planned, breach = (row(compiled, SHOCK, A={"trade": move}) for move in (SUSPEND, "breach"))
    assert compiled.compliance[compiled.game.row_state[planned]] == planned
    won = compiled.game.payoffs[breach] - compiled.game.payoffs[planned]
    others = len(dilemma.parties) - 1
    assert won == pytest.approx([0.5 + seed] + [-(0.5 + seed) / others] * others, abs=1e-9)


@pytest.mark.law("escape_clause")
@pytest.mark.parametrize("seed", range(6))
def test_a_price_beyond_all_gains_leaves_the_verdict_where_the_plan_is_never_to_escape(seed: int) -> None:
    """No equilibrium pays it: one year costs more than all that equilibria can differ by.  So none is lost or won."""
    dilemma = drawn(seed, event=True)
    assert dilemma.holds(CLAUSE.replace("= 2", "= 1000") + 'plan = "never"\n') == dilemma.holds()


def test_a_party_that_owes_nothing_has_no_duties_to_suspend_and_is_remarked_on() -> None:
    clause = 'type = "escape_clause"\nmatter = "trade"\ncompensation = 1\n'
    host = DILEMMA.replace('id = "trade"', 'id = "trade"\nobliged = ["A"]')
    compiled = compile_treaty(read_treaty_text(f"{host}[[provision]]\n{clause}"))
    assert len(compiled.columns.options["B", "trade"]) == 1 and len(compiled.columns.options["A", "trade"]) == 3
    named = read_treaty_text(f'{host}[[provision]]\n{clause}holder = "B"\n')
    assert any("no duties to suspend" in finding.problem for finding in lint(named))
