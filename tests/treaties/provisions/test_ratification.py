"""Ratification: what waits until it is granted, and who at home would approve, by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.small_treaties import DILEMMA, FILES, row
from treaties.assessing.ratifiers import domestic_votes, refused_at_home
from treaties.compiling.compile import compile_treaty
from treaties.compiling.provenance import situation, term_year
from treaties.effects import EXIT, RATIFICATION, STATUS, YEAR, CompilationError
from treaties.reading.treaty_file import read_treaty, read_treaty_text
from treaties.reading.variants import with_terms

SIGNED = read_treaty(FILES / "ratification.toml")
OUTSIDE = "outside_option = 2\n"
CLAUSE = '[[provision]]\ntype = "ratification"\nratifiers = [{ party = "A", name = "Senate" }]\n'


def test_until_it_is_granted_nothing_is_owed_and_every_party_has_its_outside_option() -> None:
    text = DILEMMA.replace('name = "Arcadia"\n', 'name = "Arcadia"\n' + OUTSIDE)
    compiled = compile_treaty(read_treaty_text(text + CLAUSE + "granted_per_year = 0.5\n"))
    pending = compiled.game.initial
    assert situation(compiled, pending) == "ratification pending"
    (only,) = compiled.game.rows_of(pending)
    assert compiled.game.payoffs[only].tolist() == [2, 0]
    assert not compiled.columns.any_breach()[only] and compiled.compliance[pending] == only
    assert compiled.columns.chosen["A", EXIT][only] == 0, "nobody leaves what is not in force"
    in_force = row(compiled, {STATUS: "in force", RATIFICATION: "granted"})
    assert compiled.game.payoffs[in_force].tolist() == [6, 1]


def test_it_is_granted_refused_or_pending_with_the_chances_of_the_file() -> None:
    compiled = compile_treaty(SIGNED)
    (only,) = compiled.game.rows_of(compiled.game.initial)
    after = compiled.game.transition[[only]]
    told = [situation(compiled, int(state)) for state in after.indices]
    assert dict(zip(told, after.data.tolist(), strict=True)) == pytest.approx(
        {"year of the term 1": 0.6, "ratification pending": 0.3, "status ended": 0.1}
    )


def test_the_clock_of_the_term_begins_with_entry_into_force() -> None:
    """Three years in force follow the year in which it was pending; then the treaty ends."""
    certain = with_terms(SIGNED, {"ratification.granted_per_year": 1, "ratification.refused_per_year": 0})
    compiled = compile_treaty(certain)
    state, years = compiled.game.initial, []
    for _ in range(6):
        years.append(term_year(compiled, state))
        (state,) = compiled.game.transition[[int(compiled.compliance[state])]].indices.tolist()
    assert years == [None, 1, 2, 3, None, None]
    assert len(np.unique(compiled.state_columns.codes[YEAR])) == 3


def test_without_a_chance_the_treaty_is_in_force_at_signature() -> None:
    compiled = compile_treaty(read_treaty(FILES / "ratification_at_signature.toml"))
    bare = compile_treaty(read_treaty_text(DILEMMA))
    assert compiled.game.digest == bare.game.digest
    assert [vote.value for vote in domestic_votes(compiled)] == pytest.approx([1.0])


@pytest.mark.behaviour("ratification")
def test_domestic_payoffs_are_those_of_a_hand_calculation() -> None:
    """In force for three years, pending before with 0.6 granted, 0.1 refused.

    Senate (discount 0.6): half of 6 less 2 is 1 a year, 1 - 0.6^3 = 0.784 once in force; from signature V solves
    V = 0.6 (0.6 * 0.784 + 0.3 V).  Diet (discount 0.5): 1 a year against a reservation of 2.
    """
    senate, diet, chamber = domestic_votes(compile_treaty(SIGNED))
    assert senate.surplus == pytest.approx(0.6 * 0.6 * 0.784 / (1 - 0.6 * 0.3))
    assert diet.surplus == pytest.approx(-0.5 * 0.6 * (1 - 0.5**3) / (1 - 0.5 * 0.3))
    assert diet.value == pytest.approx(2 + diet.surplus)
    assert (senate.approves, diet.approves, chamber.approves) == (True, False, False)


def test_a_party_ratifies_if_all_whose_consent_it_needs_approve() -> None:
    compiled = compile_treaty(SIGNED)
    assert refused_at_home(compiled) == ("B",)
    content = compile_treaty(with_terms(SIGNED, {"ratification.ratifiers.1.reservation": 1}))
    assert refused_at_home(content) == (), "indifferent ratifiers approve, and the chamber is only heard"


@settings(max_examples=25, deadline=None)
@given(st.floats(-5, 5), st.floats(0, 5), st.floats(0, 2), st.floats(-3, 3), st.floats(0.05, 0.95))
@pytest.mark.law("ratification")
def test_a_ratifier_approves_exactly_if_a_year_of_compliance_beats_a_year_without_where_every_year_is_alike(
    gain: float, cost: float, share: float, reservation: float, granted: float
) -> None:
    terms = {"gain": gain, "cost": cost, "share": share, "reservation": reservation}
    paths = {f"ratification.ratifiers.0.{name}": value for name, value in terms.items()}
    treaty = with_terms(SIGNED, paths | {"ratification.granted_per_year": granted, "ratification.refused_per_year": 0})
    vote = domestic_votes(compile_treaty(treaty))[0]
    yearly = share * 6 + gain - cost - reservation
    assert vote.surplus == pytest.approx(0.784 * 0.6 * granted / (1 - 0.6 * (1 - granted)) * yearly, abs=1e-9)
    assert vote.approves == (vote.surplus >= 0)


def test_two_clauses_on_ratification_by_chance_are_refused() -> None:
    with pytest.raises(CompilationError, match="two articles declare the state variable 'ratification'"):
        compile_treaty(read_treaty_text(DILEMMA + 2 * (CLAUSE + "granted_per_year = 0.5\n")))
