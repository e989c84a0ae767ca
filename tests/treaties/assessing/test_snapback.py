"""A pact of three with snapback, inspections and relief in steps: every version decided, and proved.

Caldera alone is tempted: a breach wins it 50 once relief is full.  If the Concert answers with sanctions that the
League does not join, half of the others keep to the pact, so that Caldera has (70 + 0) / 2 = 35 a year where compliance
brings 20: nothing is deterred.  The reversed veto leaves it nothing from the second year after its breach on.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from games import Unsustainable
from games.certificates.exclusion import Exclusion
from games.solvers.penal_modes import PenalModes
from tests.support.command_line import ROOT
from treaties.assessing.answers import Answers
from treaties.assessing.assess import assess
from treaties.briefing.briefing import Briefing
from treaties.briefing.write import render
from treaties.model.treaty import Treaty
from treaties.reading.treaty_file import read_treaty

DISCOUNT, GAIN, COMPLYING, SANCTIONED = 0.85, 50.0, 20.0, 35.0


@pytest.fixture(scope="module")
def treaty() -> Treaty:
    return read_treaty(ROOT / "treaties" / "cases" / "caldera_snapback.toml")


@pytest.fixture(scope="module")
def answers(treaty: Treaty) -> Answers:
    return Answers(treaty)


@pytest.mark.parametrize(
    ("name", "verdict", "kind"),
    [
        ("", "unsustainable", "exclusion"),
        ("Everyone sees", "unsustainable", "exclusion"),
        ("Everyone sees, the right does not end", "sustainable", "no-profitable-deviation"),
        ("Everyone sees, no snapback", "unsustainable", "exclusion"),
        ("Flags prove a breach", "unsustainable", "exclusion"),
        ("Flags prove a breach, the right does not end", "sustainable", "public-self-generation"),
    ],
)
def test_the_pact_holds_where_the_right_to_snap_back_lasts_and_the_innocent_are_never_flagged(
    treaty: Treaty, answers: Answers, name: str, verdict: str, kind: str
) -> None:
    version = {"": answers.text, **{v.name: answers.variant(v) for v in treaty.variants}}[name]
    found = version.verdict("none")
    assert found.verdict == verdict
    assert found.certificate is not None and found.certificate.kind == kind and found.certificate.checked
    assert found.certificate.evidence.check(version.at(version.own, "none").game).accepted


def test_margins_are_those_of_arithmetic_by_hand(treaty: Treaty, answers: Answers) -> None:
    versions = {v.name: answers.variant(v).verdict("none") for v in treaty.variants if v.name.startswith("Everyone")}
    without = -GAIN + DISCOUNT / (1 - DISCOUNT) * (COMPLYING - SANCTIONED)
    snapping = -GAIN + DISCOUNT * (COMPLYING - SANCTIONED) + DISCOUNT**2 / (1 - DISCOUNT) * COMPLYING
    assert versions["Everyone sees, no snapback"].margin == pytest.approx(without)
    assert versions["Everyone sees"].margin == pytest.approx(without)
    assert versions["Everyone sees, the right does not end"].margin == pytest.approx(snapping)


def test_a_right_that_does_not_end_is_a_threat_of_an_end_for_good(treaty: Treaty, answers: Answers) -> None:
    lasting = next(v for v in treaty.variants if v.name == "Everyone sees, the right does not end")
    rungs = answers.variant(lasting).ladder("none")
    assert [rung.verdict for rung in rungs[2:]] == ["sustainable", "sustainable"]
    assert "sustainable" not in {rung.verdict for rung in rungs[:2]}


def test_no_rung_is_open_where_any_credible_punishment_fails(answers: Answers) -> None:
    assert {rung.verdict for rung in answers.text.ladder("none")} == {"unsustainable"}


def test_what_fails_even_if_everyone_sees_is_told_so(treaty: Treaty, answers: Answers) -> None:
    """Where no flag is a mistake, signals are not to blame: what would be seen does not deter either."""
    (clear,) = [v for v in treaty.variants if v.name == "Flags prove a breach"]
    version = answers.variant(clear)
    judged = version.verdict("none")
    assert judged.detail == "no credible answer to a breach deters it, and none would if everyone saw everything"
    assert judged.certificate is not None
    assert isinstance(judged.certificate.evidence, Exclusion) and not judged.certificate.evidence.uses_signals
    game = replace(version.at(version.own, "none").game, monitoring=None)
    assert isinstance(
        PenalModes()
        .quick()
        .solve(game)
        .verdict({state: list(rows) for state, rows in version.compiled.plan.to_json().items()}),
        Unsustainable,
    )


@pytest.mark.slow
def test_the_briefing_tells_what_would_mend_it_and_what_fails(treaty: Treaty) -> None:
    found = assess(treaty, side_payments="options")
    briefing, page = Briefing.of(found), render(found)
    assert (found.verdict, [option.verdict for option in found.variants]) == (
        "unsustainable",
        ["unsustainable", "unsustainable", "sustainable", "unsustainable", "unsustainable", "sustainable"],
    )
    assert briefing.bottom_line[2].startswith("It would hold with “Everyone sees, the right does not end” (+33.6)")
    assert briefing.deals is not None and "2 are proved to be kept" in briefing.deals.said[0]
    assert "Alternating offers are told of two parties only" in page
    assert all(name in page for name in briefing.parties)
