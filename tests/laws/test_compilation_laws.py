"""Laws of compilation: the order of articles, the names of parties and the unit of payoffs cannot matter."""

from __future__ import annotations

import itertools
from importlib.resources import files

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from treaties.assessing.credibility import Credibility
from treaties.assessing.ladder import Ladder
from treaties.compiling.compile import compile_treaty
from treaties.compiling.compiled_treaty import CompiledTreaty
from treaties.effects import EXIT, STAGE, STATUS, YEAR, CompilationError
from treaties.model.treaty import Treaty
from treaties.reading.treaty_file import read_treaty_text
from treaties.reading.variants import with_terms

AURORA = files("treaties").joinpath("cases/aurora.toml").read_text(encoding="utf-8")


def aurora(text: str = AURORA) -> Treaty:
    return read_treaty_text(text, "aurora.toml")


def margin(compiled: CompiledTreaty) -> float:
    found = Credibility(compiled, Ladder(compiled), quick=True).margin
    assert found is not None
    return found


BASE = compile_treaty(aurora())


def test_a_change_of_the_example_that_every_reader_sees_is_noticed() -> None:
    """The one pin: what changes this digest on purpose says so in the change log; why it may is tested elsewhere."""
    assert BASE.game.digest == "f73073d8b69b04d5554422a2b2ff4173e9fa19a4e3721123fdfb9c783d54d62d"


def test_aurora_keeps_at_least_500_reachable_states() -> None:
    assert BASE.game.n_states >= 500


@settings(max_examples=20)
@given(st.permutations(range(len(aurora().provisions))))
def test_order_of_articles_cannot_matter_to_the_last_bit(order: list[int]) -> None:
    treaty = aurora()
    shuffled = treaty.model_copy(update={"provisions": tuple(treaty.provisions[k] for k in order)})
    assert compile_treaty(shuffled).game.digest == BASE.game.digest


def test_renaming_parties_changes_names_only_to_the_last_bit() -> None:
    renamed = compile_treaty(aurora(AURORA.replace("NOR", "ZED").replace("SUN", "ABE")))
    assert np.array_equal(renamed.game.payoffs, BASE.game.payoffs)
    assert np.array_equal(renamed.game.transition.toarray(), BASE.game.transition.toarray())
    assert np.array_equal(renamed.compliance, BASE.compliance)
    assert margin(renamed) == margin(BASE)


AMOUNTS = {
    "matter.technology.{kind}.{party}": 1,
    "party.{party}.outside_option": 1,
    "event.security_shock.cost_of_complying.NOR": 0,
    "remedy.amount": 0,
    "turnover.sceptic_cost_of_complying": 0,
    "continuity.exit_cost": 0,
}


def affine(treaty: Treaty, factor: float, shift: float) -> Treaty:
    """The treaty with every amount multiplied, and every payoff level shifted as well."""
    terms = {}
    values = {number.path: number.value for number in treaty.numbers()}
    for pattern, level in AMOUNTS.items():
        for kind, party in itertools.product(("reward", "temptation", "sucker", "punishment"), ("NOR", "SUN")):
            path = pattern.format(kind=kind, party=party)
            terms[path] = factor * values[path] + level * shift
    return with_terms(treaty, terms)


def test_scaling_payoffs_by_a_power_of_two_scales_them_to_the_last_bit() -> None:
    scaled = compile_treaty(affine(aurora(), 4.0, 0.0))
    assert np.array_equal(scaled.game.payoffs, 4.0 * BASE.game.payoffs)
    assert margin(scaled) == pytest.approx(4.0 * margin(BASE), rel=1e-12)


def test_positive_affine_change_of_payoffs_scales_the_margin_and_keeps_the_verdict() -> None:
    changed = compile_treaty(affine(aurora(), 2.5, 100.0))
    assert margin(changed) == pytest.approx(2.5 * margin(BASE), rel=1e-6)


def test_every_row_that_nobody_vetoes_has_each_party_comply_or_breach_while_the_treaty_operates() -> None:
    columns = BASE.columns
    for party in ("NOR", "SUN"):
        acts = columns.complies[party, "technology"] | columns.in_breach[party, "technology"]
        assert np.array_equal(acts, columns.operating & ~columns.vetoed["technology"])


def test_a_vetoed_matter_pays_everyone_its_punishment_moves_no_gate_and_earns_no_damages() -> None:
    columns, game = BASE.columns, BASE.game
    vetoed = columns.vetoed["technology"] & ~columns.any_takes(EXIT, "give notice")
    assert vetoed.any()
    assert np.all(game.payoffs[vetoed] == [-2.0, 1.0])


def test_notice_freezes_the_clock_and_ends_the_treaty_after_the_notice_period() -> None:
    columns, game = BASE.state_columns, BASE.game
    noticed = np.flatnonzero(columns.is_value(STATUS, "notice, 1 left"))
    for state in noticed.tolist():
        after = np.unique(game.transition[list(game.rows_of(state))].indices)
        assert np.all(columns.is_value(STATUS, "ended")[after])
    given = BASE.columns.in_force & BASE.columns.any_takes(EXIT, "give notice")
    last = BASE.columns.code(YEAR) == 9
    for row in np.flatnonzero(given & ~last)[:200].tolist():
        after = game.transition[[row]].indices
        assert np.all(columns.is_value(STATUS, "notice, 1 left")[after])


def test_stages_advance_only_without_breach_and_never_restart() -> None:
    rows = BASE.columns
    for row in np.flatnonzero(rows.in_force & ~rows.any_takes(EXIT, "give notice"))[::7].tolist():
        now = int(rows.code(STAGE)[row])
        after = BASE.state_columns.codes[STAGE][BASE.game.transition[[row]].indices]
        still = BASE.state_columns.operating[BASE.game.transition[[row]].indices]
        assert np.all(after[still] >= now)
        if rows.any_breach()[row]:
            assert np.all(after[still] == now)


def test_delayed_damages_are_valued_at_the_discount_factor_of_payer_and_payee() -> None:
    columns, game = BASE.columns, BASE.game
    alone = columns.in_breach["NOR", "technology"] & columns.complies["SUN", "technology"]
    row = int(np.flatnonzero(alone & columns.in_force & ~columns.any_takes(EXIT, "give notice"))[0])
    exposure = [1.0, 0.6, 0.25][int(columns.code(STAGE)[row])]
    sceptic = 13.5 * int(columns.is_value("government of SUN", "sceptic")[row])
    assert game.payoffs[row, 0] == pytest.approx(12 + exposure * 18 - 12 * 0.7 * 0.88)
    assert game.payoffs[row, 1] == pytest.approx(1 - exposure * 15 + 12 * 0.7 * 0.90 - sceptic)
    patient = BASE.with_discount(0.5)
    assert patient.game.payoffs[row, 0] == pytest.approx(12 + exposure * 18 - 12 * 0.7 * 0.5)


def test_the_size_is_refused_before_anything_large_is_built_naming_what_makes_it_so() -> None:
    with pytest.raises(CompilationError, match=r"rows .* more than 5,000\.  Most comes of .*: without it \d"):
        compile_treaty(aurora(), row_limit=5000)
