"""What an assessment says where nobody sees everything, as far as it needs no solver; numbers by hand."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from games.play.markov_play import MarkovPlay
from games.play.temptation import seen_law
from tests.support.small_treaties import row
from tests.treaties.compiling.test_signals import compiled_of, moves
from treaties.assessing import signal_report as monitoring_report
from treaties.assessing.answers import Answers
from treaties.assessing.assess import Assessment, assess
from treaties.assessing.signal_report import coverage_scan, unseen_words, until_flag
from treaties.assessing.temptation import accusation, hardest_to_deter
from treaties.briefing.briefing import Briefing
from treaties.briefing.terminal import explain, summary
from treaties.briefing.write import render
from treaties.compiling.compile import compile_treaty
from treaties.effects import STATUS
from treaties.findings.cooperation import Cooperation
from treaties.findings.signal_words import cooperation_words, coverage_words
from treaties.findings.signals import CoveragePoint, CoverageScan
from treaties.reading.treaty_file import read_treaty, read_treaty_text
from treaties.reading.variants import with_terms

FILES = Path(__file__).parents[1] / "reading" / "accepted"


@pytest.fixture(scope="module")
def found() -> Assessment:
    """A treaty of three parties without side payments whose reports tell something, and are mistaken now and then."""
    text = (FILES / "three_parties.toml").read_text()
    text = text.replace("[[provision]]", 'observability = { detection = 0.9, false_alarm = 0.1 }\n[[provision]]', 1)
    return assess(read_treaty_text(text, "t.toml"))


def test_three_parties_without_payments_are_decided_and_proved_on_every_rung(found: Assessment) -> None:
    assert found.verdict == "unsustainable" and found.certificate is not None and found.monitoring is not None
    assert found.certificate.checked and found.monitoring.stances[0].solver == "public_automata"
    assert found.discount_region.intervals == () and found.discount_region.note.startswith("not sought")
    assert [rung.number for rung in found.ladder] == [1, 2, 3, 4]
    assert {rung.verdict for rung in found.ladder} == {"unsustainable"}
    assert {rung.concept for rung in found.ladder} == {found.concept}
    data = json.loads(json.dumps(found.to_json(), allow_nan=False))
    assert data["monitoring"]["signals"][0]["flags_breach"] == pytest.approx(0.9)
    assert data["concept"].startswith("pure-action perfect public equilibrium")
    page, words = render(found), Briefing.of(found)
    assert "What nobody can see" in page and words.monitoring and words.headline.startswith("Not without a break")
    assert "a flag that may be a mistake is not answered" in "\n".join(explain(found))


def test_values_of_compliance_do_not_depend_on_what_is_seen() -> None:
    """Arcadia and Borduria earn 2 each; an audit of 0.2 in half of the years takes 0.1."""
    hidden = assess(read_treaty(FILES / "audit.toml"), variants=False, region=False, transfers="none")
    assert [value.compliance for value in hidden.values] == pytest.approx([1.9, 1.9])
    assert [value.worst_credible for value in hidden.values] == [None, None]
    assert hidden.monitoring is not None and hidden.monitoring.compliance == pytest.approx(3.8)


def test_the_first_flag_on_the_innocent_by_hand() -> None:
    """Two audits a year flag the innocent with 0.05 each: 1 / (1 - 0.95 ** 2) years until the first."""
    compiled = compiled_of("audit")
    assert until_flag(compiled, compiled.compliance) == pytest.approx((1 / (1 - 0.95**2), 1.0))
    sure = compile_treaty(with_terms(read_treaty(FILES / "audit.toml"), {"audit.false_alarm": 0}))
    assert until_flag(sure, sure.compliance) == (None, 0.0)
    cleared = compiled_of("crisis_channel")
    assert until_flag(cleared, cleared.compliance) == pytest.approx((1 / (1 - 0.99**2), 1.0))


def test_a_flag_is_not_sure_to_come_before_a_treaty_ends() -> None:
    """Three years with a chance of 1 - 0.95 ** 2 of a false flag in each."""
    text = (FILES / "audit.toml").read_text() + '\n[[provision]]\ntype = "sunset"\narticle = "9"\nterm_years = 3\n'
    ending = compile_treaty(read_treaty_text(text))
    after, chance = until_flag(ending, ending.compliance)
    assert after is None and chance == pytest.approx(1 - 0.95**6)


def test_the_first_flag_where_audits_are_announced_by_hand() -> None:
    """An audit in half of the years, which flags with 0.1: in the first year unannounced.

    Before the first flag, from a quiet year on: x = 1 + (x + y) / 2, from an announced one: y = 1 + 0.9 (x + y) / 2.
    So with m = (x + y) / 2: m = 1 + 0.95 m, m = 20, and the first year brings 1 + 0.95 m.  Stages do not matter to it.
    """
    compiled = compiled_of("audit_announced")
    assert until_flag(compiled, compiled.compliance) == pytest.approx((20.0, 1.0))


def test_what_nobody_sees_of_a_party_is_said_even_where_its_matter_is_audited() -> None:
    """The audit is of Borduria alone, and announced: without one, in two situations of five, nothing shows."""
    compiled = compiled_of("audit_announced")
    assert unseen_words(compiled, compiled.compliance) == [
        "Nothing that is seen ever tells “breach” by Arcadia from compliance.",
        "Nothing that is seen in 2 of the 5 situations on the path of compliance tells “breach” by Borduria from "
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
        law = seen_law(compiled.game, k)
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


@pytest.fixture(scope="module")
def bare() -> Assessment:
    """Two parties, false flags, no side payments."""
    return assess(read_treaty(FILES / "audit.toml"), variants=False, region=False)


def test_without_payments_compliance_stops_now_and_then_and_the_best_one_says_how(bare: Assessment) -> None:
    """Where any signal can be a mistake nothing deters on a path never left; punishing now and then does."""
    assert bare.verdict == "unsustainable" and bare.margin == pytest.approx(-1.0)
    assert bare.certificate is not None and bare.certificate.kind == "public-exclusion" and bare.certificate.checked
    assert bare.monitoring is not None
    stance, found = bare.monitoring.stances[0], bare.monitoring.stances[0].cooperation
    assert stance.solver == "public_polygons" and stance.first_best == pytest.approx(3.8)
    assert found is not None and found.proved
    low, high = stance.best
    assert low is not None and high is not None and 3.6 < found.joint <= low + 1e-9 <= high + 2e-9
    assert stance.lost == pytest.approx((3.8 - high, 3.8 - low))
    assert found.departs == pytest.approx(1.0) and found.share is not None and 0.8 < found.share < 1.0
    # Only flags are answered, and not each of them.
    assert found.keeps is not None and bare.monitoring.flagged_after is not None
    assert bare.monitoring.flagged_after < found.keeps < 100


def test_the_report_says_how_long_cooperation_lasts(bare: Assessment) -> None:
    words = Briefing.of(bare)
    assert words.headline.startswith("Not without a break: ") and "years on average" in words.headline
    assert any("begins with compliance brings 3.6" in line for line in words.monitoring)
    assert any("flags on the innocent included" in line for line in words.monitoring)
    assert "on what everyone sees" in words.proof.name and "public-exclusion" in "\n".join(summary(bare))
    assert any("before a phase of punishment" in line for line in explain(bare)) and words.headline in render(bare)
    data = json.loads(json.dumps(bare.to_json(), allow_nan=False))
    told = data["monitoring"]["stances"][0]
    assert told["cooperation"]["keeps"] > 10 and told["certificate"]["kind"] == "public-exclusion"


def test_with_payments_cooperation_never_stops() -> None:
    paid = assess(read_treaty(FILES / "audit.toml"), variants=False, region=False, transfers="voluntary")
    assert paid.monitoring is not None and paid.monitoring.stances[0].cooperation is None
    assert any("cooperation never stops for a phase of punishment" in line for line in summary(paid))


def test_how_much_to_audit_without_payments(monkeypatch: pytest.MonkeyPatch) -> None:
    """By hand: without an audit nothing is seen, and a breach wins; audits of every year deter."""
    monkeypatch.setattr(monitoring_report, "STEP", 0.5)
    monkeypatch.setattr(monitoring_report, "TOLERANCE", 0.1)
    compiled = compiled_of("audit").with_transfers("none")
    found = coverage_scan(Answers(compiled.treaty).text, "none", lambda what, share: None)
    assert found.transfers == "none" and [point.begins for point in found.points] == [False, True, True]
    assert found.points[0].joint == pytest.approx(0.0, abs=1e-6) and found.points[0].share is None
    assert found.sustainable_from is not None and 0.0 < found.sustainable_from < 0.5
    assert found.pays_until == 0.5 and found.points[1].share is not None
    said = coverage_words(found, "points per year")
    assert "some equilibrium begins with compliance" in said and "is spent in compliance" in said
    none = replace(found, sustainable_from=None, pays_until=None)
    assert coverage_words(none, "points per year").startswith("At no coverage of audits was an equilibrium found")


def test_where_signals_end_with_the_treaty_what_follows_is_seen_in_full(bare: Assessment) -> None:
    monitoring = bare.compiled.game.monitoring
    assert monitoring is not None and [bool(told) for told in monitoring.signals] == [True, False]
    assert bare.certificate is not None and bare.certificate.evidence.check(bare.compiled.game).accepted


def test_words_on_how_long_cooperation_lasts() -> None:
    flow = "points per year"
    assert "cooperation never stops" in cooperation_words(Cooperation(7, None, 0.0, None, None, 1.0), flow, "year")
    lost = cooperation_words(Cooperation(7, 4.0, 1.0, None, 0.0, 0.4), flow, "year")
    assert "4 years on average before a phase of punishment, after which compliance does not come back" in lost
    ending = cooperation_words(Cooperation(7, 4.0, 0.3, 1.0, 1.0, 0.9), flow, "year")
    assert "4 years on average until the treaty ends or, with a chance of 30%, a phase of punishment begins" in ending
    sure = cooperation_words(Cooperation(7, None, 0.3, None, 0.5, 0.9), flow, "year")
    assert "stops at some time with a chance of 30%" in sure and "comes back with a chance of 50%" in sure
    floating = cooperation_words(Cooperation(7, 4.0, 1.0, 2.0, 1.0, 0.9, proved=False), flow, "year")
    assert floating.endswith("was computed, not proved exactly.")
    assert cooperation_words(None, flow, "year").startswith("No equilibrium without side payments was found")


def test_words_on_how_much_to_audit() -> None:
    points = tuple(CoveragePoint(c, m, j) for c, m, j in ((0.0, -1.0, 2.0), (0.5, 1.0, 3.0), (1.0, -0.5, 2.5)))
    scan = CoverageScan(points, 0.4, 0.5, 0.5, 0.001, "lowest", (0.8,))
    said = coverage_words(scan, "points per year")
    assert "holds at the lowest discount factor from a coverage of 0.4 on" in said and "it fails again" in said
    assert "3 points per year to all together, at a coverage of 0.5" in said and "steps of 0.5" in said
    none = CoverageScan(points[:1], None, None, 0.5, 0.0, "common", (0.8,))
    assert coverage_words(none, "points per year").startswith("No coverage of audits makes compliance hold.")
