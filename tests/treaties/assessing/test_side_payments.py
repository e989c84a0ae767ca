"""What side payments would buy: against hand calculation, against certificates, and as users meet it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from games import write_game
from games.certificates.automata import NoProfitableDeviation
from games.certificates.transfers.path_payments import fault_in_path
from games.certificates.transfers.plan import TransferPlan
from games.model.plan import Plan
from games.solvers.relational_transfers import RelationalTransfers
from games.solvers.relational_transfers.payments import least_payments
from tests.support.command_line import ROOT, Run, run_with
from treaties import compile_treaty, read_treaty
from treaties.assessing.answers import Answers
from treaties.assessing.assess import Assessment, assess
from treaties.assessing.side_payments import compare
from treaties.briefing.terminal import explain
from treaties.findings.fix_words import fix_sentences
from treaties.findings.fixes import PaymentFix
from treaties.findings.payment_words import schedule_sentence, who_pays
from treaties.findings.records import PaymentComparison
from treaties.model.treaty import Treaty
from treaties.reading.variants import with_terms

CASES = ROOT / "treaties" / "cases"

LOPSIDED = """
schema = "servanda-treaty/1"
title = "Lopsided gains (fictional)"
payoff_unit = "points per year"
exit = false
[[party]]
id = "A"
name = "Arcadia"
discount = 0.6
[[party]]
id = "B"
name = "Borduria"
discount = 0.6
[[matter]]
id = "trade"
reward = { A = 9, B = 1 }
temptation = { A = 10, B = 4 }
sucker = { A = -1, B = -1 }
punishment = { A = 0, B = 0 }
"""


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    return run_with(capsys)


@pytest.fixture
def lopsided(tmp_path: Path) -> Treaty:
    path = tmp_path / "lopsided.toml"
    path.write_text(LOPSIDED, encoding="utf-8")
    return read_treaty(path)


def only(found: Assessment) -> PaymentComparison:
    assert found.side_payments is not None
    (comparison,) = found.side_payments.compared
    return comparison


def test_payments_flip_the_verdict_by_what_the_poorer_party_lacks(lopsided: Treaty) -> None:
    # Borduria forgoes 3 by complying and then has (1 + p) d / (1 - d) to lose: p = 3 (1 - d) / d - 1 deters it, and
    # without payments it lacks 3 - d / (1 - d) = 1.5.
    found = only(assess(lopsided, side_payments="text"))
    assert (found.label, found.discount) == ("common", 0.6)
    assert (found.without.verdict, found.paid.verdict) == ("unsustainable", "sustainable")
    assert found.without.margin == pytest.approx(-1.5, abs=1e-9)
    # Together they have 10 d / (1 - d) to lose and are tempted by 1 + 3.
    assert found.paid.margin == pytest.approx(10 * 0.6 / 0.4 - 4, abs=1e-9)
    assert found.schedule is not None
    (case,) = found.schedule.cases
    assert (case.payers, case.receivers, case.year) == (("A",), ("B",), None)
    assert case.low == case.mean == case.high == pytest.approx(3 * 0.4 / 0.6 - 1, abs=1e-4)
    # A breach has to cost 3 / d a year later, and the loss of 1 + p in every year to come is just that.
    penalty = next(p for p in found.schedule.penalties if p.party == "B")
    assert penalty.least == pytest.approx(3 / 0.6) and penalty.most == pytest.approx(3 / 0.6, abs=1e-4)
    # Paid once at signature, d p / (1 - d) undoes the shift.
    assert found.schedule.at_signature["B"] == pytest.approx(0.6 / 0.4, abs=1e-4)
    assert sum(found.schedule.at_signature.values()) == pytest.approx(0, abs=1e-9)


def test_the_numbers_in_the_sentence_are_those_of_payments_proved_exactly(lopsided: Treaty) -> None:
    found = only(assess(lopsided, side_payments="text"))
    note = found.paid.certificate
    assert note is not None and note.checked and isinstance(note.evidence, TransferPlan) and found.schedule is not None
    game = compile_treaty(lopsided).with_transfers("voluntary").game
    assert note.game_digest == game.digest
    proved = least_payments(note.evidence, game)
    assert proved is not None and fault_in_path(proved, note.evidence, game) is None
    amounts = {round(float(p.net[0]), 9) for p in proved}
    assert amounts == {round(found.schedule.cases[0].high, 9)}
    said = schedule_sentence(found, {"A": "Arcadia", "B": "Borduria"}, "points", "year")
    assert said == "Arcadia would pay Borduria 1 points after every year."


def test_payments_cannot_help_where_a_fixed_term_unravels() -> None:
    found = assess(read_treaty(CASES / "procurement.toml"), side_payments="options")
    here = only(found)
    assert (here.without.verdict, here.paid.verdict, here.schedule) == ("unsustainable", "unsustainable", None)
    # One party is tempted by 1 in the last year; both together by 2.
    assert (here.without.margin, here.paid.margin) == pytest.approx((-1, -2))
    assert here.paid.certificate is not None and here.paid.certificate.kind == "surplus-shortfall"
    assert found.side_payments is not None and found.side_payments.region is not None
    assert found.side_payments.region.intervals == ()
    (option,) = found.side_payments.variants
    assert (option.without.verdict, option.paid.verdict, option.cases) == ("sustainable", "sustainable", ())
    assert not any(isinstance(fix, PaymentFix) for fix in found.fixes)


def test_unequal_discount_factors_are_compared_at_the_lowest_and_the_highest_with_and_without(lopsided: Treaty) -> None:
    treaty = with_terms(lopsided, {"party.A.discount": 0.8})
    found = assess(treaty, side_payments="text")
    assert found.side_payments is not None
    low, high = found.side_payments.compared
    assert [(c.label, c.discount) for c in (low, high)] == [("lowest", 0.6), ("highest", 0.8)]
    for comparison in (low, high):
        alike = with_terms(treaty, {f"party.{p}.discount": comparison.discount for p in "AB"})
        same = assess(alike, region=False)
        assert comparison.without.verdict == same.verdict
        assert comparison.without.margin == pytest.approx(same.margin)
    # The headline stays that of the text: the parties' own factors, no payments.
    assert (found.transfers, found.verdict) == ("none", "unsustainable")
    assert len([note for note in found.side_payments.notes if "lowest, then the highest" in note]) == 1
    together = assess(treaty, transfers="voluntary")
    assert together.verdict == "sustainable" and [rung.number for rung in together.ladder] == [4]
    assert together.concept.endswith("at the common discount factors 0.6 (lowest) and 0.8 (highest)")
    assert together.margin == low.paid.margin and together.compiled.game.digest == together.certificate.game_digest  # type: ignore[union-attr]


def test_an_answer_that_depends_on_the_factor_is_undecided(lopsided: Treaty) -> None:
    treaty = with_terms(lopsided, {"party.A.discount": 0.2})
    assert Answers(treaty).text.common_factors == [("lowest", 0.2), ("highest", 0.6)]
    found = assess(treaty, transfers="voluntary")
    assert found.verdict == "undecided"
    assert found.ladder[0].detail.startswith("it depends on the discount factor: unsustainable at 0.2, the lowest")


def test_the_least_discount_factor_with_payments_solves_the_aggregate_constraint(lopsided: Treaty) -> None:
    # 10 d / (1 - d) = 4 at d = 2/7; without payments Borduria's d / (1 - d) = 3 at 3/4.
    found = assess(lopsided, side_payments="text")
    assert found.side_payments is not None and found.side_payments.region is not None
    assert found.side_payments.region.intervals[0][0] == pytest.approx(2 / 7, abs=1e-5)
    assert found.discount_region.intervals[0][0] == pytest.approx(3 / 4, abs=1e-5)
    paying = compile_treaty(lopsided).with_transfers("voluntary")
    assert RelationalTransfers().margin_at(paying.game, paying.plan, 0.5) == pytest.approx(10 - 4, abs=1e-9)


def test_three_parties_pay_and_are_proved() -> None:
    treaty = read_treaty(ROOT / "tests" / "treaties" / "reading" / "accepted" / "three_parties.toml")
    treaty = with_terms(treaty, {f"party.{party.id}.discount": 0.7 for party in treaty.parties})
    compiled = compile_treaty(treaty)
    (here,) = compare(Answers(treaty).text, region=False).compared
    assert (here.without.verdict, here.paid.verdict) == ("unsustainable", "sustainable")
    note = here.paid.certificate
    assert note is not None and note.evidence.check(compiled.with_transfers("voluntary").game).accepted
    assert here.schedule is not None
    main = here.schedule.cases[0]
    # A shock makes complying dear to Arcadia; the two that gain by its complying all the same pay it.
    assert (main.situation, main.payers, main.receivers) == ({"shock": "yes"}, ("B", "C"), ("A",))
    names = {party.id: party.name for party in treaty.parties}
    said = schedule_sentence(here, names, "points", "year")
    assert said.startswith("Borduria and Cimmeria would pay Arcadia ") and said.endswith("if there was a shock.")
    assert sum(here.schedule.values.values()) == pytest.approx(sum(here.schedule.before.values()), abs=1e-6)
    for year in here.schedule.years:
        assert sum(year.expected.values()) == pytest.approx(0, abs=1e-9) and 0 <= year.chance <= 1 + 1e-12
    # Without payments the best equilibrium brings no more than with them, nor less than the best that was found.
    least, most = here.joint_without
    best = Answers(treaty).text.credible((0.7,) * 3).modes.best_play()
    assert least is not None and most is not None and here.paid.joint[1] is not None and best is not None
    assert least == pytest.approx(best[1].sum()) and least <= most <= here.paid.joint[1]
    bare = compiled.with_transfers("none").game
    proof = NoProfitableDeviation.of(bare, best[0], Plan.free(bare))
    assert proof.check(bare).accepted
    joint = sum(float(p) * proof.values(bare)[mode, bare.initial].sum() for mode, p in best[0].initial)
    assert joint == pytest.approx(least)


def test_certificates_of_the_comparison_pass_the_command_that_checks_them(
    run: Run, tmp_path: Path, lopsided: Treaty
) -> None:
    bare = compile_treaty(lopsided).with_transfers("none")
    games = {"without": bare.game, "with": bare.with_transfers("voluntary").game}
    result = run("check", lopsided.source_name, "--transfers", "voluntary", "--json")
    assert result.code == 0
    compared = json.loads(result.out)["side_payments"]["compared"][0]
    for side, game in games.items():
        path, proof = write_game(game, tmp_path / f"{side}.json"), tmp_path / f"{side}.proof.json"
        proof.write_text(json.dumps(compared[side]["certificate"]["content"]), encoding="utf-8")
        assert run("game", "certify", path, "--certificate", proof).code == 0, side
        other = games["with" if side == "without" else "without"]
        assert run("game", "certify", write_game(other, tmp_path / "other.json"), "--certificate", proof).code == 1


def test_check_says_what_payments_buy_only_when_asked(run: Run, lopsided: Treaty) -> None:
    path = lopsided.source_name
    plain: dict[str, Any] = json.loads(run("check", path, "--json").out)
    assert (plain["transfers"], plain["verdict"], plain["side_payments"]) == ("none", "unsustainable", None)
    assert json.loads(run("check", path, "--transfers", "none", "--json").out)["verdict"] == "unsustainable"
    paid: dict[str, Any] = json.loads(run("check", path, "--transfers", "voluntary", "--json").out)
    assert (paid["transfers"], paid["verdict"]) == ("voluntary", "sustainable")
    assert "voluntary transfers" in paid["concept"] and paid["certificate"]["kind"] == "transfer-plan"
    pays = paid["side_payments"]
    assert set(pays) == {
        "refusal", "notes", "compared", "variants", "discount_region", "discount_region_without"}
    assert set(pays["compared"][0]) == {
        "label", "discount", "compliance_joint_payoff", "joint_gain", "without", "with", "with_and_reviewed",
        "schedule"}
    text = run("check", path, "--transfers", "voluntary", "--long").out
    assert "with voluntary transfers" in text.splitlines()[0]
    assert "Arcadia would pay Borduria 1 points after every year." in text
    assert "Rungs 1 to 3 are rules of play without payments" in text
    assert run("check", path, "--transfers", "some").code == 2


def test_explain_and_fixes_name_the_payment_that_mends_it(run: Run, lopsided: Treaty) -> None:
    found = assess(lopsided, side_payments="text")
    said = "Arcadia would pay Borduria 1 points after every year."
    assert f"Side payments make it hold at the factor 0.6: {said}" in fix_sentences(found.fixes, lopsided)
    assert said in "\n".join(explain(found))
    assert "What would side payments buy?" in run("explain", lopsided.source_name).out


def test_a_text_with_offsets_is_judged_with_payments_and_its_variant_without_by_its_own_text() -> None:
    treaty = read_treaty(CASES / "offset.toml")
    found = assess(treaty, region=False)
    assert (found.transfers, found.verdict) == ("voluntary", "sustainable")
    here = only(found)
    assert here.without.verdict == "unsustainable" and here.schedule is not None
    assert here.reviewed is not None and here.reviewed.verdict == "sustainable"
    assert here.reviewed.margin is not None and here.paid.margin is not None
    assert here.reviewed.margin < here.paid.margin
    verdicts = {option.name: option.verdict for option in found.variants}
    assert verdicts["No offset"] == "unsustainable" and verdicts["No review"] == "sustainable"
    bare = assess(treaty, region=False, transfers="none")
    assert (bare.transfers, bare.verdict, bare.side_payments) == ("none", "unsustainable", None)
    assert {option.name: option.verdict for option in bare.variants}["No review"] == "unsustainable"
    insists = assess(treaty, region=False, transfers="voluntary")
    assert {option.name: option.verdict for option in insists.variants}["No offset"] == "sustainable"


@pytest.mark.slow
def test_aurora_holds_at_the_lower_factor_if_norland_pays_after_a_sceptical_sixth_year() -> None:
    treaty = read_treaty(CASES / "aurora.toml")
    compiled = compile_treaty(treaty)
    low, high = compare(Answers(treaty).text, region=False).compared
    assert (low.discount, low.without.verdict, low.paid.verdict) == (0.88, "unsustainable", "sustainable")
    assert (high.discount, high.without.verdict, high.paid.verdict) == (0.9, "sustainable", "sustainable")
    assert high.schedule is not None and high.schedule.cases == ()
    assert low.schedule is not None and low.paid.certificate is not None
    main = low.schedule.cases[0]
    assert (main.year, main.payers, main.receivers) == (6, ("NOR",), ("SUN",))
    assert main.situation == {"government of Sundmark": "sceptic"}
    plan = low.paid.certificate.evidence
    assert isinstance(plan, TransferPlan)
    game = compiled.with_discount(0.88).with_transfers("voluntary").game
    proved = least_payments(plan, game)
    assert proved is not None and fault_in_path(proved, plan, game) is None
    paid = max(float(p.net[0]) for p in proved)
    assert main.high == pytest.approx(paid) and main.low > 0 and main.share > 0.9
    names = {party.id: party.name for party in treaty.parties}
    said = who_pays(low.schedule.cases, names, "EUR million", "year")
    assert said.startswith("Norland would pay Sundmark EUR ") and f"to {paid:.3g})" in said
    # A smaller payment would not do: with nothing paid the exact check names the party that would deviate.
    none = [replace(p, worth=tuple(w + (n * (1 - game.exact_discount(0))) for w, n in zip(p.worth, p.net, strict=True)))
            for p in proved]
    assert fault_in_path(none, plan, game) is not None
