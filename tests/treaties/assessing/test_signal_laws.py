"""Laws of treaties with signals that need the solver for public signals with side payments."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from games.solvers.public_transfers.solver import PublicTransfers, PublicTransferSolution
from games.solvers.verdict import Sustainable, Unsustainable
from tests.treaties.compiling.test_signals import AUDIT, DILEMMA
from treaties.assessing.assess import assess
from treaties.briefing.write import render
from treaties.compiling.compile import compile_treaty
from treaties.compiling.compiled_treaty import CompiledTreaty
from treaties.model.treaty import Treaty
from treaties.reading.treaty_file import read_treaty, read_treaty_text
from treaties.reading.variants import with_terms

CASES = Path(__file__).parents[3] / "treaties" / "cases"
DISCOUNTS = (0.3, 0.45, 0.6, 0.8, 0.95)
SAME_COST = '[[provision]]\ntype = "compliance_unit"\narticle = "2"\navoids = 0\ncost = {}\n'
"""A clause that costs every party so much a year and does nothing, where there are no accidents."""

TWELVE_YEARS = """
[[event]]
id = "shock"
enter = 0.15
stay = 0.4
cost_of_complying = { A = 0.3, B = 0 }

[[provision]]
type = "sunset"
article = "21"
term_years = 12
renewal = { rule = "mutual", decide_by_year = 10 }

[[provision]]
type = "staged_derisking"
article = "9"
gate = "audit"
stages = [{ year = 0, exposure = 1.0 }, { year = 3, exposure = 0.6 }, { year = 6, exposure = 0.3 }]

[[provision]]
type = "withdrawal"
article = "22"
notice_years = 1

[[provision]]
type = "offset"
article = "5"
between = ["A", "B"]
"""


def solved(treaty: Treaty, discount: float) -> tuple[CompiledTreaty, PublicTransferSolution]:
    compiled = compile_treaty(treaty).with_discount(discount).with_transfers("voluntary")
    return compiled, PublicTransfers(settle=False).solve(compiled.game)


def audited(**terms: float) -> Treaty:
    return with_terms(read_treaty_text(AUDIT), {f"audit.{name}": value for name, value in terms.items()})


@pytest.mark.parametrize("discount", DISCOUNTS)
def test_detection_equal_to_the_false_alarm_gives_no_information_and_costs_remain(discount: float) -> None:
    """Audits of 0.2 in half of the years, against nothing seen and a fee of 0.1."""
    for equal in (0.0, 0.3, 1.0):
        compiled, told = solved(audited(detection=equal, false_alarm=equal), discount)
        bare, nothing = solved(read_treaty_text(DILEMMA + SAME_COST.format(0.1)), discount)
        here, there = compiled.game.initial, bare.game.initial
        assert told.joint_payoff[here] == pytest.approx(nothing.joint_payoff[there], abs=1e-9)
        assert told.punishment_payoffs[here] == pytest.approx(nothing.punishment_payoffs[there], abs=1e-9)
        assert isinstance(told.verdict(compiled.plan), Unsustainable)


@pytest.mark.parametrize("discount", DISCOUNTS)
def test_detection_one_without_false_alarms_identifying_the_party_equals_perfect_monitoring(discount: float) -> None:
    """Audits of 0.2 in every year, against conduct that everyone sees and a fee of 0.2."""
    compiled, sharp = solved(audited(detection=1, false_alarm=0, coverage=1), discount)
    public = DILEMMA.replace('"private"', '"public"') + SAME_COST.format(0.2)
    bare, seen = solved(read_treaty_text(public), discount)
    assert compiled.game.monitoring is not None and bare.game.monitoring is None
    here, there = compiled.game.initial, bare.game.initial
    assert sharp.joint_payoff[here] == pytest.approx(seen.joint_payoff[there], abs=1e-9)
    assert sharp.punishment_payoffs[here] == pytest.approx(seen.punishment_payoffs[there], abs=1e-9)
    assert type(sharp.verdict(compiled.plan)) is type(seen.verdict(bare.plan))


@pytest.mark.parametrize("discount", [0.45, 0.6, 0.8])
@pytest.mark.law("audit")
def test_free_audits_that_are_less_frequent_or_less_sharp_never_help(discount: float) -> None:
    """Both are garblings: an audit less, or one replaced by chance (Kandori 1992; with payments and burning)."""
    joint = []
    for coverage in (0.05, 0.1, 0.2, 0.5, 1.0):
        compiled, found = solved(audited(cost=0, coverage=coverage), discount)
        joint.append(found.joint_payoff[compiled.game.initial])
    assert np.all(np.diff(joint) >= -1e-9) and joint[-1] > joint[0] - 1e-9
    blurred = []
    for weight in (0.0, 0.25, 0.5, 1.0):
        mixed = {"detection": 0.5 + 0.4 * weight, "false_alarm": 0.5 - 0.4 * weight, "cost": 0.0}
        compiled, found = solved(audited(**mixed), discount)
        blurred.append(found.joint_payoff[compiled.game.initial])
    assert np.all(np.diff(blurred) >= -1e-9)


def test_a_treaty_of_twelve_years_with_audits_is_judged_and_proved_in_time() -> None:
    treaty = read_treaty_text(AUDIT + TWELVE_YEARS)
    compiled = compile_treaty(treaty)
    solution = PublicTransfers().solve(compiled.game)
    verdict = solution.verdict(compiled.plan)
    monitoring = compiled.game.monitoring
    assert compiled.game.n_states >= 100 and monitoring is not None
    assert compiled.seen is not None
    said = [len(said) // len(seen) for said, seen in zip(compiled.seen.said, compiled.seen.seen, strict=True)]
    assert 4 <= max(said) <= 16
    assert isinstance(verdict, Sustainable) and verdict.certificate.check(compiled.game).accepted


def test_a_treaty_of_twelve_years_that_just_ends_is_judged_without_payments_too() -> None:
    """107 states that never come back, but for notice that waits; known last years let cooperation unravel."""
    treaty = read_treaty_text((AUDIT + TWELVE_YEARS).replace('"mutual"', '"none"'))
    found = assess(treaty, variants=False, region=False, transfers="none")
    assert found.compiled.game.n_states > 60 and found.monitoring is not None
    assert found.verdict == "unsustainable" and found.certificate is not None and found.certificate.checked
    assert found.certificate.kind == "public-exclusion" and found.monitoring.stances[0].cooperation is None


@pytest.mark.slow
def test_coverage_decides_the_case() -> None:
    found = assess(read_treaty(CASES / "meridian_audit.toml"), side_payments="options")
    assert found.verdict == "unsustainable" and found.certificate is not None and found.certificate.checked
    answers = {option.name: option.verdict for option in found.variants}
    assert answers["Audits of two sites in five"] == answers["Every site every year"] == "sustainable"
    assert answers["No audits"] == answers["Audits announced a year ahead"] == "unsustainable"
    report = found.monitoring
    assert report is not None and report.coverage is not None
    assert report.coverage.sustainable_from == pytest.approx(0.18, abs=0.01)
    assert report.coverage.pays_until == pytest.approx(0.2)
    stance = report.stances[0]
    assert stance.first_best is not None and stance.lost[0] is not None and stance.lost[0] > 0
    assert stance.seen[0] == pytest.approx(stance.first_best)
    assert found.discount_region.intervals[0][0] == pytest.approx(0.8734, abs=1e-3)
    page = render(found)
    assert "a breach may go unseen" in page and "Compliance holds from a coverage of" in page


def test_patience_that_differs_is_judged_at_the_lowest_and_the_highest_factor() -> None:
    text = AUDIT.replace("discount = 0.8", "discount = 0.5", 1)
    found = assess(read_treaty_text(text), transfers="voluntary", region=False, variants=False)
    assert found.monitoring is not None
    assert [(s.label, s.discount[0]) for s in found.monitoring.stances] == [("lowest", 0.5), ("highest", 0.8)]
    assert "at the common discount factors 0.5 (lowest) and 0.8 (highest)" in found.concept


def test_three_parties_with_payments_are_judged() -> None:
    third = '[[party]]\nid = "C"\nname = "Caledonia"\ndiscount = 0.8\n\n[[matter]]'
    text = AUDIT.replace("[[matter]]", third, 1)
    for kind, amount in (("reward", 2), ("temptation", 3), ("sucker", -1), ("punishment", 0)):
        text = text.replace(f"{kind} = {{ A = {amount},", f"{kind} = {{ C = {amount}, A = {amount},")
    found = assess(read_treaty_text(text), transfers="voluntary", region=False, variants=False)
    assert found.verdict == "sustainable" and found.certificate is not None and found.certificate.checked
