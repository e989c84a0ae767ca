"""Burden of inspection: whom every examination costs what, and how many of them are best, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from tests.support.random_pairs import dilemma, head, judged, treaty
from tests.support.small_treaties import FILES, plus, row
from treaties.assessing.answers import Answers
from treaties.compiling.compile import compile_treaty
from treaties.effects import EXIT, STATUS
from treaties.reading.treaty_file import read_treaty_text

TEXT = (FILES / "inspection_burden.toml").read_text()
"""R = 2, T = 3, S = -1, P = 0, discount factor 1/2; audits of conduct that nobody sees miss nothing; b = 0.7 + 0.5."""
AUDITED = 'type = "audit"\nmatter = "trade"\ndetection = 0.9\ncoverage = 0.25\n'


def at(coverage: float, text: str = TEXT) -> float:
    """The margin with audits so likely."""
    found = judged(read_treaty_text(text.replace("coverage = 0.7", f"coverage = {coverage:g}"))).margin
    assert found is not None
    return found


def test_every_examination_costs_who_is_examined_whatever_it_did() -> None:
    burden = 'type = "inspection_burden"\narticle = "7"\ncost = 1\nleak_risk = 0.1\nleak_loss = 10'
    compiled = compile_treaty(plus(AUDITED, burden))
    here = {STATUS: "in force"}
    assert compiled.game.payoffs[row(compiled, here)].tolist() == [5.5, 0.5]
    assert compiled.game.payoffs[row(compiled, here, B={"trade": "breach"})].tolist() == [-1.5, 3.5]
    one = compile_treaty(plus(AUDITED + 'party = "B"', burden))
    assert one.game.payoffs[row(one, here)].tolist() == [6, 0.5], "who is not examined bears nothing"
    mine = compile_treaty(plus(AUDITED, burden + '\nparty = "A"'))
    assert mine.game.payoffs[row(mine, here)].tolist() == [5.5, 1]


@pytest.mark.parametrize(
    ("examines", "borne"),
    [
        ('type = "transparency"\nmatter = "trade"\nprecision = 0.75\n', [1, 1]),
        ('type = "data_exchange"\nmatter = "trade"\nverifiable_share = 0.5\n', [1, 1]),
        ('type = "end_use_monitoring"\nmatter = "trade"\nrecipient = "B"\nsupplier = "A"\ndetection = 0.5\n'
         "coverage = 0.5\n", [0, 0.5]),
        (AUDITED + 'timing = "announced"\n', [0.25, 0.25]),
    ],
)  # fmt: skip
def test_it_knows_how_often_each_clause_examines(examines: str, borne: list[float]) -> None:
    """In the year of signature, before which none can be announced, audits come at random."""
    compiled = compile_treaty(plus(examines, 'type = "inspection_burden"\ncost = 1'))
    first = int(compiled.compliance[compiled.game.initial])
    assert compiled.game.payoffs[first].tolist() == [6 - borne[0], 1 - borne[1]]


@pytest.mark.behaviour("inspection_burden")
@pytest.mark.parametrize(("coverage", "kept"), [(0.6, False), (0.7, True), (0.9, False)])
def test_the_best_intensity_lies_inside(coverage: float, kept: bool) -> None:
    """With audits at a, complying is worth 2 - 1.2 a a year, and what answers a flag is a year of -1.2 a, then exit.

    A breach wins 1 and is found with chance a, so that it must hold a (2 - 1.2 a + 0.6 a) >= 1; leaving with a breach
    must not pay, 3 - 1.2 a <= 2 (2 - 1.2 a), or 1.2 a <= 1.
    """
    expected = min(coverage * (2 - 0.6 * coverage) - 1, 1 - 1.2 * coverage)
    assert (expected >= 0) == kept
    assert at(coverage) == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize(("coverage", "found"), [(0.45, -0.1), (0.6, 0.2), (0.9, 0.8)])
def test_without_it_more_audits_only_help(coverage: float, found: float) -> None:
    """2 a - 1, of a treaty that audits make worth keeping; with the burden that from 0.7 to 0.9 breaks it."""
    free = TEXT.rpartition("[[provision]]")[0]
    assert at(coverage, free) == pytest.approx(found, abs=1e-6)


def test_leaving_escapes_it() -> None:
    compiled = compile_treaty(read_treaty_text(TEXT))
    last = row(compiled, {STATUS: "in force"}, A={EXIT: "leave"})
    assert compiled.game.payoffs[last].tolist() == pytest.approx([2 - 0.84, 2 - 0.84])
    (ended,) = (s for s, name in enumerate(compiled.game.states) if name == "status=ended")
    assert not compiled.game.payoffs[list(compiled.game.rows_of(ended))].any()


@pytest.mark.law("inspection_burden")
@pytest.mark.parametrize("seed", [1, 2, 3, 6, 8, 11, 12])
def test_a_burden_that_nobody_can_escape_lowers_values_and_changes_no_margin(seed: int) -> None:
    """The same amount off everything a party can earn leaves every comparison of its strategies as it was.

    Where nobody can leave, no matter can be out of force and audits come by chance alone.
    """
    rng = np.random.default_rng(seed)
    text, burden, coverage = head(rng) + dilemma(rng), rng.integers(1, 20) / 10, rng.integers(1, 5) / 5
    audited = f'type = "audit"\nmatter = "trade"\ndetection = 0.9\nfalse_alarm = 0.1\ncoverage = {coverage}'
    free, borne = (
        Answers(treaty(text, audited, *clauses)).text
        for clauses in ((), (f'type = "inspection_burden"\ncost = {burden}',))
    )
    assert borne.verdict("none").margin == pytest.approx(free.verdict("none").margin, abs=1e-6)
    assert borne.verdict("none").verdict == free.verdict("none").verdict
    assert borne.values == pytest.approx(free.values - burden * coverage)


def test_a_measure_of_one_party_burdens_it_alone() -> None:
    """A red line on B examines B once a year; A bears nothing."""
    burden = 'type = "inspection_burden"\narticle = "7"\ncost = 1'
    line = 'type = "red_line"\narticle = "8"\nparty = "B"\nmatter = "trade"\nthreshold = 0.5\npenalty = 1\n'
    compiled = compile_treaty(plus(line, burden))
    assert compiled.game.payoffs[row(compiled, {STATUS: "in force"})].tolist() == [6, 0]


def test_an_examination_that_applies_to_one_party_burdens_it_alone() -> None:
    """Audits of both with 0.25, limited to A: 0.25 for A, nothing for B."""
    burden = 'type = "inspection_burden"\narticle = "7"\ncost = 1\n'
    compiled = compile_treaty(plus(AUDITED + 'applies_to = ["A"]', burden))
    assert compiled.game.payoffs[row(compiled, {STATUS: "in force"})].tolist() == [5.75, 1]
