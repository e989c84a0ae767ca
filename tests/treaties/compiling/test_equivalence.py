"""Moves that make no difference are one move, and no others: against the game of all rows."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csr_array

from games.model.plan import Plan
from games.model.row_quotient import row_quotient
from games.model.stochastic_game import StochasticGame
from games.numerics.arrays import Ints
from games.questions.solve import choose_solver
from tests.support.small_treaties import plus
from tests.support.unmerged import Unmerged, rows_in, unmerged
from treaties.compiling.compile import compile_treaty
from treaties.compiling.compiled_treaty import CompiledTreaty
from treaties.compiling.equivalence import public_marks
from treaties.effects import STATUS
from treaties.model.treaty import Treaty
from treaties.reading.treaty_file import read_treaty
from treaties.reading.variants import with_terms

ROOT = Path(__file__).parents[3]
FILES = ROOT / "tests" / "treaties" / "reading" / "accepted"
FIGHTER = ROOT / "tests" / "field" / "cases" / "three_fighter_small.toml"
SUBMARINE = ROOT / "tests" / "field" / "cases" / "three_submarine.toml"


def short_fighter() -> Treaty:
    """Three parties, two matters, a gate by mutual consent: the programme with a term of three years."""
    treaty = read_treaty(FIGHTER)
    stages = {"staged_derisking.stages.1.year": 1, "staged_derisking.stages.2.year": 2, "sunset.term_years": 3}
    return with_terms(treaty, stages)


def short_submarine() -> Treaty:
    """Three parties, two of which are audited, vetoes that are used up, renewal by votes."""
    return with_terms(read_treaty(SUBMARINE), {"sunset.term_years": 2, "veto.uses_per_term": 1})


SMALL = {path.stem: path for path in sorted(FILES.glob("*.toml"))}
for moved_by_signals in ("audit_announced", "stakeholder_representation_unseen"):
    del SMALL[moved_by_signals]


def same_outcomes(full: Unmerged, compiled: CompiledTreaty) -> tuple[Ints, Ints]:
    """Assert that every row of the full game has the payoffs and the law of the row that it is part of."""
    state_of, row_of = rows_in(compiled, full)
    assert np.array_equal(full.game.payoffs, compiled.game.payoffs[row_of])
    part_of = csr_array((np.ones(len(state_of)), (np.arange(len(state_of)), state_of)))
    apart = full.game.transition @ part_of - compiled.game.transition[row_of]
    assert abs(apart).max() <= 1e-15
    assert state_of[full.game.initial] == compiled.game.initial
    return state_of, row_of


@pytest.mark.parametrize("name", SMALL)
def test_merged_rows_are_those_of_the_game_of_all_rows(name: str) -> None:
    treaty = read_treaty(SMALL[name])
    compiled = compile_treaty(treaty)
    full = unmerged(treaty)
    assert compiled.profiles == full.game.n_rows
    same_outcomes(full, compiled)


@pytest.mark.parametrize("treaty", [
    pytest.param(short_fighter(), id="fighter", marks=pytest.mark.slow),
    pytest.param(short_submarine(), id="submarine")])
def test_three_parties_keep_all_that_they_can_bring_about(treaty: Treaty) -> None:
    compiled, full = compile_treaty(treaty), unmerged(treaty)
    assert compiled.game.n_rows < compiled.profiles == full.game.n_rows
    same_outcomes(full, compiled)


def alike_by_force(game: StochasticGame, state: int, player: int) -> int:
    """How many moves of a player are left in a state if those with equal outcomes against all others are one."""
    rows = game.rows_of(state)
    shape = game.action_counts[state].tolist()
    law = [tuple(sorted(game.exact_transition(r).items())) for r in rows]
    outcome = np.array([hash((*game.payoffs[r].tolist(), law[k])) for k, r in enumerate(rows)])
    return len(np.unique(np.moveaxis(outcome.reshape(shape), player, 0).reshape(shape[player], -1), axis=0))


@pytest.mark.parametrize("name", ["joint_committee_stages", "accession", "offset_capped"])
def test_no_two_moves_that_are_left_are_alike(name: str) -> None:
    treaty = read_treaty(SMALL[name])
    compiled, full = compile_treaty(treaty), unmerged(treaty)
    state_of, _ = rows_in(compiled, full)
    for s, t in enumerate(state_of.tolist()):
        left = [alike_by_force(full.game, s, i) for i in range(full.game.n_players)]
        assert compiled.game.action_counts[t].tolist() == left


def test_a_vote_on_the_next_stage_goes_where_a_breach_holds_the_stage() -> None:
    compiled = compile_treaty(read_treaty(FIGHTER))
    assert (compiled.profiles, compiled.game.n_rows) == (558_884, 234_084)
    vote = ("ALB", "stage")
    states = compiled.state_columns
    due = int(np.flatnonzero(states.is_value(STATUS, "in force") & states.is_value("stage", 1)
                             & (np.diff(compiled.game.row_start) > 4_096))[0])  # fmt: skip
    breach = {("ALB", "technology"): "breach"}
    assert compiled.row_of(due, breach | {vote: "wait"}) == compiled.row_of(due, breach)
    assert compiled.row_of(due, {vote: "wait"}) != compiled.row_of(due, {})
    labels = compiled.game.actions[due][0]
    assert not [label for label in labels if "technology: breach" in label and "wait" in label], "the simpler is told"


def test_the_plan_s_own_move_stands_for_its_class() -> None:
    """The plan vetoes in contested years: that move stands for vetoing, whatever else is alike then."""
    compiled = compile_treaty(short_fighter())
    assert any("veto" in "".join(compiled.game.profile_labels(row)) for row in compiled.compliance.tolist() if row >= 0)
    for state, row in enumerate(compiled.compliance.tolist()):
        if row >= 0:
            assert row == compiled.row_of(state, _planned(compiled, state))
            assert compiled.plan.allowed[row]


def _planned(compiled: CompiledTreaty, state: int) -> dict[tuple[str, str], str]:
    row = int(compiled.compliance[state])
    taken = {key: int(column[row]) for key, column in compiled.columns.chosen.items()}
    return {(c.party, c.matter): c.names[taken[c.party, c.matter]] for c in compiled.choices
            if taken[c.party, c.matter] >= 0}  # fmt: skip


def test_moves_are_not_merged_because_numbers_happen_to_agree_at_one_patience() -> None:
    """A claim of 4 that is paid a year later is worth 2 at a factor of one half, as is one of 2 paid at once."""
    late = 'type = "remedy"\narticle = "1"\namount = 4\ndelay_years = 1'
    compiled = compile_treaty(plus(late))
    breach = {("B", "trade"): "breach"}
    for factor in (0.5, 0.9):
        at = compiled.with_discount(factor)
        paid = at.game.payoffs[at.row_of(at.game.initial, breach)] - _bare(factor, breach)
        assert paid.tolist() == pytest.approx([4 * factor, -4 * factor])


def _bare(factor: float, moves: dict[tuple[str, str], str]) -> np.ndarray:
    bare = compile_treaty(plus()).with_discount(factor)
    return np.asarray(bare.game.payoffs[bare.row_of(bare.game.initial, moves)])


def test_public_moves_say_nothing_only_if_they_go_with_the_same_secrets() -> None:
    """Hidden h or k, public x, y or z.  After x and y the same follows whatever is hidden; after z only if it is h."""
    options = np.array([[h, p] for h in (0, 1) for p in (0, 1, 2)])
    seen = np.where(np.arange(2) == 0, -2, options)
    first = np.array([[0, 0, 0, 3, 3, 5]])
    marks = public_marks(seen, options, first)[0]
    assert marks[0] == marks[1] == marks[3] == marks[4]
    assert marks[2] == marks[5] != marks[0], "alike with h, but with k the vote shows what nobody sees"


@pytest.mark.slow
@pytest.mark.parametrize(
    "treaty",
    [
        short_fighter(),
        with_terms(short_fighter(), {"staged_derisking.gate": "compliance"}),
        with_terms(short_fighter(), {"party.ALB.discount": 0.3}),
        read_treaty(FIGHTER),
    ],
    ids=["short", "gate by compliance", "impatient", "as it is"],
)
def test_verdict_and_margin_are_those_of_the_game_of_all_rows(treaty: Treaty) -> None:
    compiled, full = compile_treaty(treaty), unmerged(treaty)
    state_of, row_of = same_outcomes(full, compiled)
    allowed = np.zeros(full.game.n_rows, dtype=bool)
    planned = compiled.compliance[state_of]
    for s, row in enumerate(planned.tolist()):
        rows = full.game.rows_of(s)
        # Of rows that are one, the first.
        here = np.flatnonzero(row_of[rows.start : rows.stop] == row)[:1] if row >= 0 else np.arange(len(rows))
        allowed[rows.start + here] = True
    quotient = row_quotient(compiled.game)
    assert quotient.n_classes < compiled.game.n_rows < full.game.n_rows
    found = []
    for game, plan in ((full.game, Plan(full.game, allowed)), (compiled.game, compiled.plan)):
        solution = choose_solver(game)[0].solve(game)
        verdict = solution.verdict(plan)
        found.append((type(verdict).__name__, solution.margin(plan)))
    (first, margin), (second, again) = found
    assert first == second != "Undecided"
    assert margin == pytest.approx(again, abs=1e-6)
