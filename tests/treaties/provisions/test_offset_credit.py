"""Offset credits in the compiled game, by hand, and a law."""

from __future__ import annotations

import numpy as np
import pytest

from tests.support.small_treaties import FILES, plus, row
from treaties.compiling.compile import compile_treaty
from treaties.compiling.compiled_treaty import CompiledTreaty
from treaties.effects import STATUS, YEAR
from treaties.linting.clauses import lint
from treaties.reading.treaty_file import read_treaty

CREDIT = "offset credit of A under article 11"
NOTHING, USUAL, MOST = "place nothing", "place the year's work", "place as much as it can"
FILE = read_treaty(FILES / "offset_credit.toml")


def owed(**terms: object) -> str:
    known = {"per_year": 1, "milestones": "[{ by_year = 2, level = 2 }]", "penalty": 2, "points": 3} | terms
    lines = [f"{name} = {value}" for name, value in known.items()]
    return "\n".join(['type = "offset_credit"', 'seller = "A"', 'buyer = "B"', *lines])


def played(compiled: CompiledTreaty, moves: list[str]) -> list[list[float]]:
    """Payoffs year by year when A places work as told and all comply."""
    state, earned = compiled.game.initial, []
    for move in moves:
        here = compiled.row_of(state, {("A", CREDIT): move})
        earned.append(compiled.game.payoffs[here].tolist())
        (state,) = compiled.game.transition[[here]].indices.tolist()
    return earned


@pytest.mark.behaviour("offset_credit")
def test_work_is_placed_and_milestones_settle_it() -> None:
    """Work of 1 a year costs A 1 and gives B 0.75; 2 are due by year 2, 1 more by year 3."""
    compiled = compile_treaty(FILE)
    assert played(compiled, [USUAL, USUAL, USUAL, NOTHING]) == [[5, 1.75], [5, 1.75], [5, 1.75], [6, 1]]
    assert played(compiled, [USUAL, USUAL, NOTHING]) == [[5, 1.75], [5, 1.75], [6 - 2, 1 + 2]]


@pytest.mark.behaviour("offset_credit")
def test_what_is_missing_costs_its_penalty_once_and_what_is_early_is_banked() -> None:
    """Nothing in two years: 2 missing, at 2 each.  Twice 2: 4 earned, 2 due, of the other 2 the bank keeps 1."""
    compiled = compile_treaty(FILE)
    late = played(compiled, [NOTHING, NOTHING, USUAL])
    assert late == [[6, 1], [6 - 4, 1 + 4], [5, 1.75]], "settled with its penalty"
    assert played(compiled, [MOST, MOST, NOTHING]) == [[4, 2.5], [4, 2.5], [6, 1]]
    assert played(compiled, [MOST, NOTHING, NOTHING]) == [[4, 2.5], [6, 1], [6 - 2, 1 + 2]]
    assert ("A", CREDIT) not in compiled.columns.in_breach, "to place nothing is no breach"


@pytest.mark.law("offset_credit")
@pytest.mark.parametrize("seed", range(6))
def test_a_unit_of_work_saves_the_penalty_times_the_multiplier_where_a_milestone_is_still_missed(seed: int) -> None:
    rng = np.random.default_rng(seed)
    per_year, multiplier = round(float(rng.uniform(0.2, 1)), 2), round(float(rng.uniform(0.5, 2)), 2)
    penalty, due = round(float(rng.uniform(0, 3)), 2), round(per_year * multiplier + float(rng.uniform(0.1, 2)), 2)
    clause = owed(
        per_year=per_year, multiplier=multiplier, penalty=penalty, milestones=f"[{{ by_year = 1, level = {due} }}]"
    )
    compiled = compile_treaty(plus(clause))
    name = "offset credit of A"
    places, nothing = (
        row(compiled, {STATUS: "in force", YEAR: 1, name: 0.0}, A=moves) for moves in ({}, {name: NOTHING})
    )
    gain = compiled.game.payoffs[places, 0] - compiled.game.payoffs[nothing, 0]
    assert gain == pytest.approx(per_year * (penalty * multiplier - 1), abs=1e-9)
    shared = compiled.game.payoffs[places].sum() - compiled.game.payoffs[nothing].sum()
    assert shared == pytest.approx(0, abs=1e-9), "a penalty only moves money, and so does work without loss"


def test_no_work_and_no_penalty_add_nothing_and_a_cheap_penalty_is_remarked_upon() -> None:
    without = compile_treaty(plus()).game.digest
    assert compile_treaty(plus(owed(per_year=0, penalty=0))).game.digest == without
    assert any("it pays to miss milestones" in finding.problem for finding in lint(plus(owed(penalty=0.5))))
    late = lint(plus(owed(), 'type = "sunset"\nterm_years = 1'))
    assert any("in year 2 of a term of 1 years: never" in finding.problem for finding in late)
