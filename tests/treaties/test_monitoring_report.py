"""What an assessment says where nobody sees everything, as far as it needs no solver; numbers by hand."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from games.markov_play import MarkovPlay
from tests.treaties.small_treaties import row
from tests.treaties.test_signals import compiled_of, moves
from treaties.assessment import Assessment, assess
from treaties.briefing import Briefing, render
from treaties.compilation import compile_treaty
from treaties.effects import STATUS
from treaties.explanation import explain
from treaties.monitoring_findings import CoveragePoint, CoverageScan
from treaties.monitoring_report import unseen_words, until_flag
from treaties.monitoring_words import coverage_words
from treaties.public_temptation import accusation, hardest_to_deter, seen_law
from treaties.treaty_file import read_treaty, read_treaty_text
from treaties.variants import with_terms

FILES = Path(__file__).parent / "accepted"


@pytest.fixture(scope="module")
def found() -> Assessment:
    """A treaty of three parties without side payments: no solver applies, now or later."""
    text = (FILES / "three_parties.toml").read_text()
    text = text.replace("[[provision]]", 'observability = { detection = 0.9, false_alarm = 0.1 }\n[[provision]]', 1)
    return assess(read_treaty_text(text, "t.toml"))


def test_without_a_solver_the_answer_is_undecided_and_says_why(found: Assessment) -> None:
    assert found.verdict == "undecided" and found.certificate is None and found.monitoring is not None
    assert found.monitoring.stances[0].solver == "" and "more than two parties" in found.ladder[0].detail
    assert found.discount_region.intervals == () and found.discount_region.note.startswith("not sought")
    assert [rung.number for rung in found.ladder] == [4]
    data = json.loads(json.dumps(found.to_json(), allow_nan=False))
    assert data["monitoring"]["signals"][0]["flags_breach"] == pytest.approx(0.9)
    assert data["concept"].startswith("pure-action perfect public equilibrium")
    page, words = render(found), Briefing.of(found)
    assert "What nobody can see" in page and words.monitoring and words.headline == "Not decided"
    assert "Rungs 1 to 3 are rules of play in which everyone sees a breach" in explain(found)


def test_values_of_compliance_do_not_depend_on_what_is_seen() -> None:
    """Arcadia and Borduria earn 2 each; an audit of 0.2 in half of the years takes 0.1."""
    hidden = assess(read_treaty(FILES / "audit.toml"), variants=False, region=False, transfers="none")
    assert [value.compliance for value in hidden.values] == pytest.approx([1.9, 1.9])
    assert [value.worst_credible for value in hidden.values] == [None, None]
    assert hidden.monitoring is not None and hidden.monitoring.compliance == pytest.approx(3.8)


def test_the_first_flag_on_the_innocent_by_hand() -> None:
    """Two audits a year flag the innocent with 0.05 each: 1 / (1 - 0.95 ** 2) years until the first."""
    compiled = compiled_of("audit")
    assert until_flag(compiled, compiled.compliance) == pytest.approx(1 / (1 - 0.95**2))
    sure = compile_treaty(with_terms(read_treaty(FILES / "audit.toml"), {"audit.false_alarm": 0}))
    assert until_flag(sure, sure.compliance) is None
    cleared = compiled_of("crisis_channel")
    assert until_flag(cleared, cleared.compliance) == pytest.approx(1 / (1 - 0.99**2))


def test_the_first_flag_where_audits_are_announced_by_hand() -> None:
    """None in the first year; then half of the years have an audit, which flags with 0.1.

    Before the first flag, from a quiet year on: x = 1 + (x + y) / 2, from an announced one: y = 1 + 0.9 (x + y) / 2.
    So with m = (x + y) / 2: m = 1 + 0.95 m, m = 20 and x = 21.  Stages do not matter to it.
    """
    compiled = compiled_of("audit_announced")
    assert until_flag(compiled, compiled.compliance) == pytest.approx(21.0)


def test_what_nobody_sees_of_a_party_is_said_even_where_its_matter_is_audited() -> None:
    """The audit is of Borduria alone, and announced: without one, in three situations of five, nothing shows."""
    compiled = compiled_of("audit_announced")
    assert unseen_words(compiled, compiled.compliance) == [
        "Nothing that is seen ever tells “breach” by Arcadia from compliance.",
        "Nothing that is seen in 3 of the 5 situations on the path of compliance tells “breach” by Borduria from "
        "compliance.",
    ]
    audited = compiled_of("audit")
    assert unseen_words(audited, audited.compliance) == []
    found = assess(read_treaty(FILES / "audit_announced.toml"), variants=False, region=False, transfers="none")
    assert found.monitoring is not None
    assert set(unseen_words(compiled, compiled.compliance)) <= set(found.monitoring.notes)


def test_what_everyone_sees_has_the_chances_of_the_game() -> None:
    compiled = compiled_of("audit_announced")
    game = compiled.game
    for k in range(game.n_rows):
        law = seen_law(compiled, k)
        assert law.sum() == pytest.approx(1.0)
        ahead = law.reshape(-1, game.n_states).sum(axis=0)
        assert np.allclose(ahead, game.transition[[k]].toarray()[0])


def test_hardest_to_deter_is_what_wins_most_for_how_much_it_shows() -> None:
    """By hand: an audit of A shows a breach with 0.45 against 0.05, one of B with half the coverage half of that."""
    text = (FILES / "audit.toml").read_text()
    block = "[[provision]]" + text.split("[[provision]]")[1].replace('article = "3"', 'article = "4"')
    text = text.replace('article = "3"', 'article = "3"\nparty = "A"')
    text += block.replace("coverage = 0.5", 'coverage = 0.25\nparty = "B"')
    compiled = compile_treaty(read_treaty_text(text))
    link = hardest_to_deter(compiled, -2.5)
    assert link is not None and link.party == "B" and link.margin == -2.5 and not link.lawful
    assert link.article == "4", "the audit of B bears on what B can win unseen"
    assert "it wins 1 points in that year" in link.sentence
    assert "flagged with a chance of 22.5%, against 2.5% if it complies" in link.sentence
    breach = row(compiled, {STATUS: "in force"}, **moves("breach", "comply"))
    assert accusation(compiled, breach, "A") == pytest.approx(0.45)
    assert accusation(compiled, breach, "B") == pytest.approx(0.025)


def test_what_is_seen_by_all_is_said_to_be_and_what_is_seen_by_nobody_too() -> None:
    nobody = compile_treaty(read_treaty_text((FILES / "audit.toml").read_text().split("[[provision]]")[0]))
    link = hardest_to_deter(nobody, None)
    assert link is not None and link.margin == -1.0
    assert "nothing that anyone sees tells it from compliance" in link.sentence


def test_the_compliance_that_is_followed_is_the_plan() -> None:
    compiled = compiled_of("audit")
    play = MarkovPlay(compiled.game, compiled.compliance)
    assert play.values()[compiled.game.initial].tolist() == pytest.approx([1.9, 1.9])


def test_words_on_how_much_to_audit() -> None:
    points = tuple(CoveragePoint(c, m, j) for c, m, j in ((0.0, -1.0, 2.0), (0.5, 1.0, 3.0), (1.0, -0.5, 2.5)))
    scan = CoverageScan(points, 0.4, 0.5, 0.5, 0.001, "lowest", (0.8,))
    said = coverage_words(scan, "points per year")
    assert "holds at the lowest discount factor from a coverage of 0.4 on" in said and "it fails again" in said
    assert "3 points per year to all together, at a coverage of 0.5" in said and "steps of 0.5" in said
    none = CoverageScan(points[:1], None, None, 0.5, 0.0, "common", (0.8,))
    assert coverage_words(none, "points per year").startswith("No coverage of audits makes compliance hold.")
