"""Export controls: what waiting and refusals cost, and what going without a licence wins, by hand."""

from __future__ import annotations

import pytest

from tests.support.dilemmas import Dilemma, drawn
from tests.support.small_treaties import row
from treaties.effects import STATUS

FOUR = (3.0, 4.0, -1.0, 0.0)
TWO = Dilemma({"A": FOUR, "B": FOUR}, 0.5)
THREE = Dilemma({"A": FOUR, "B": FOUR, "C": FOUR}, 0.5, outside={"A": 1.0, "B": 0.0, "C": 2.0})
LICENCE = "licence of A for trade"
EXPORT = "export without a licence"


def clause(kind: str = "export_control", **terms: float) -> str:
    told = "".join(f"{name} = {value}\n" for name, value in terms.items())
    return f'type = "{kind}"\narticle = "15"\nexporter = "A"\nmatter = "trade"\n{told}'


@pytest.mark.behaviour("export_control")
def test_waiting_takes_its_part_of_the_year_for_all_and_going_without_is_fined() -> None:
    """Three months leave three quarters of the year: 1 + 3/4 (3 - 1), 3/4 · 3, 2 + 3/4 (3 - 2); the fine is 5 · 0.4."""
    compiled = THREE.compiled(clause(lag_months=3, penalty=5, caught=0.4))
    start = {STATUS: "in force"}
    waits = row(compiled, start)
    assert compiled.compliance[compiled.game.initial] == waits
    assert compiled.game.payoffs[waits].tolist() == [2.5, 2.25, 2.75]
    goes = row(compiled, start, A={LICENCE: EXPORT})
    assert compiled.game.payoffs[goes].tolist() == [1, 3, 3]
    assert not compiled.columns.any_breach()[goes]
    betrayed = row(compiled, start, B={"trade": "breach"})
    assert compiled.game.payoffs[betrayed].tolist() == [1, 3, 1.25], "1 + 3/4 (1 - 1), 3/4 · 4, 2 + 3/4 (1 - 2)"


def test_a_refused_licence_stops_the_matter_for_a_year_unless_the_exporter_goes_without() -> None:
    compiled = THREE.compiled(clause(refusal=0.25, penalty=2))
    refused = {STATUS: "in force", LICENCE: "refused"}
    waits, goes = row(compiled, refused), row(compiled, refused, A={LICENCE: EXPORT})
    assert compiled.game.payoffs[waits].tolist() == [0, 0, 0] and compiled.columns.vetoed["trade"][waits]
    assert compiled.game.payoffs[goes].tolist() == [1, 3, 3] and not compiled.columns.vetoed["trade"][goes]
    quiet = compiled.compliance[compiled.game.initial]
    assert compiled.game.payoffs[quiet].tolist() == [3, 3, 3]
    assert compiled.columns.chosen["A", LICENCE][quiet] == -1, "a licence that is granted at once is not waited for"


def test_who_may_be_refused_must_be_patient_enough_for_the_fine() -> None:
    """Worst is 0.  Refused with chance 1/4, A has 9/4 a year; in a refused year it could go without, breach and leave.

    That earns 4 - 2 now: 9/4 · δ is no less than 2 (1 - δ) from 8/17 on.  A fine of 4 leaves the breach in a year with
    a licence, which wins 1: 3 (1 - δ) + 9/4 · δ >= 4 (1 - δ) from 4/13 on.
    """
    for threshold, penalty in ((8 / 17, 2), (4 / 13, 4)):
        assert not TWO.at(threshold - 1e-4).holds(clause(refusal=0.25, penalty=penalty))
        assert TWO.at(threshold + 1e-4).holds(clause(refusal=0.25, penalty=penalty))


@pytest.mark.behaviour("general_licence")
def test_under_a_general_licence_nobody_waits() -> None:
    """The game is that of export controls without a lag, whose licence is withdrawn with the same chance."""
    general = THREE.compiled(clause("general_licence", refusal=0.1, penalty=2))
    single = THREE.compiled(clause(refusal=0.1, penalty=2))
    assert general.game.digest == single.game.digest
    assert general.game.payoffs[general.compliance[general.game.initial]].tolist() == [3, 3, 3]


@pytest.mark.law("export_control")
@pytest.mark.parametrize("seed", range(8))
def test_waiting_changes_no_verdict_where_there_is_one_matter_no_refusal_and_a_fine_beyond_all_gains(seed: int) -> None:
    """Of one matter everything is scaled around the outside option alike, after exit too: the same equilibria."""
    dilemma = drawn(seed)
    assert dilemma.holds(clause(lag_months=1 + seed % 11, penalty=1000)) == dilemma.holds()


@pytest.mark.law("export_control")
@pytest.mark.parametrize("seed", range(6))
def test_at_once_going_without_wins_the_months_less_the_fine_where_all_comply(seed: int) -> None:
    """So a fine of the share of the year times what the year is worth over the outside option takes all of it."""
    dilemma = drawn(seed, "ABC"[: 2 + seed % 2])
    assert dilemma.outside is not None
    months, fine = 1 + 2 * (seed % 5), 0.5 * seed
    compiled = dilemma.compiled(clause(lag_months=months, penalty=fine))
    start = {STATUS: "in force"}
    waits, goes = row(compiled, start), row(compiled, start, A={LICENCE: EXPORT})
    surplus = dilemma.payoffs["A"][0] - dilemma.outside["A"]
    won = compiled.game.payoffs[goes, 0] - compiled.game.payoffs[waits, 0]
    assert won == pytest.approx(months / 12 * surplus - fine, abs=1e-9)
