"""Treaties under which a breach that pays shows nothing: refuted, whoever the parties are."""

from __future__ import annotations

from pathlib import Path

import pytest

from games.certificates.certificate_file import kinds
from treaties.assessing.answers import Answers
from treaties.assessing.assess import Assessment, assess
from treaties.assessing.signal_verdicts import margin_and_joint
from treaties.briefing.briefing import Briefing
from treaties.briefing.terminal import summary
from treaties.findings.proof_words import PROOFS
from treaties.findings.records import Transfers
from treaties.model.treaty import Treaty
from treaties.reading.treaty_file import read_treaty, read_treaty_text

FILES = Path(__file__).parents[1] / "reading" / "accepted"


def three_parties(detection: float) -> Treaty:
    """Shocks and a remedy only; reports flag a breach with a chance of ``detection`` and compliance with 0.1."""
    parts = (FILES / "three_parties.toml").read_text().split("[[provision]]")
    seen = f"observability = {{ detection = {detection}, false_alarm = 0.1 }}\n"
    remedy = next(part for part in parts if 'type = "remedy"' in part)
    return read_treaty_text(f"{parts[0]}{seen}[[provision]]{remedy}", "t.toml")


@pytest.fixture(scope="module")
def found() -> Assessment:
    return assess(three_parties(0.1), variants=False)


def test_three_parties_without_payments_are_refuted_where_reports_tell_nothing(found: Assessment) -> None:
    assert found.verdict == "unsustainable" and found.certificate is not None and found.certificate.checked
    assert found.certificate.kind == "undetected-deviation" and found.certificate.kind in kinds()
    top = found.ladder[-1].found
    assert top.margin == pytest.approx(-3.8)      # A in a shock: 5 less 0.8 * 4 for a breach, 3 less 5 for complying
    assert not found.discount_region.intervals and not found.discount_region.undecided
    assert found.discount_region.note.startswith("scanned")
    assert top.detail == "some departure pays, and nothing that anyone sees tells it from compliance"


def test_who_departs_how_and_under_which_article_is_said(found: Assessment) -> None:
    link = found.ladder[-1].found.weakest_link
    assert link is not None and link.article == "11"
    said = "\n".join(summary(found))
    for words in ("full compliance is unsustainable", "Arcadia (Article 11)", "breaches its obligations on trade",
                  "nothing that anyone sees tells it from compliance", "undetected-deviation, checked"):
        assert words in said
    page = Briefing.of(found)
    assert page.headline == "Not without a break: 10 years on average before a punishment"
    assert PROOFS["undetected-deviation"][0] == "A breach that pays and shows nothing"
    assert found.monitoring is not None and found.monitoring.stances[0].solver == "public_automata"


def test_where_reports_may_be_mistaken_compliance_fails_after_a_flag_on_the_innocent() -> None:
    """A in a shock gains 3.8 as before, and what it fears of a report would come to it after compliance as well."""
    for detection in (0.2, 0.1):
        text = Answers(three_parties(detection)).text
        margin, joint = margin_and_joint(text.at(text.own, "none"))
        assert margin == pytest.approx(-3.8) and joint is not None
    told = Answers(three_parties(0.2)).text
    judged = told.judged(told.own, "none").judgement
    assert judged.verdict == "unsustainable" and judged.margin == pytest.approx(-3.8)
    assert judged.certificate is not None and judged.certificate.kind == "exclusion"
    assert judged.detail.startswith("if compliance has to go on after every flag on the innocent")


@pytest.mark.parametrize("transfers", ["none", "voluntary"])
def test_two_parties_are_refuted_with_payments_and_without(transfers: Transfers) -> None:
    """The audit is of Borduria alone."""
    text = Answers(read_treaty(FILES / "audit_announced.toml")).text
    for _, factors in text.settings(transfers):
        told = text.judged(factors, transfers)
        assert told.judgement.verdict == "unsustainable" and told.judgement.certificate is not None
        assert told.judgement.certificate.kind == "undetected-deviation"
        assert told.judgement.margin is not None and told.judgement.margin <= -1.0
        assert told.solution is not None
