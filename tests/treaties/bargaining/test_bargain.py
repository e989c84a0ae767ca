"""``servanda bargain``: the grid of designs, the deals among them, what theories predict, and the page."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from games.bargaining import alternating_offers, committee_over_deals, kalai_smorodinsky, legislative, nash
from treaties.bargaining.bargain import Bargain, bargain, bargain_over
from treaties.bargaining.designs import AS_IT_STANDS, Design, DesignOutcome, from_grid, from_variants, grid_size, judge
from treaties.briefing.deal_page import bargaining_page
from treaties.briefing.deal_terminal import bargain_summary
from treaties.briefing.deal_words import advice
from treaties.command_line.main import app
from treaties.compiling.compile import compile_treaty
from treaties.model.red_lines import RedLine
from treaties.model.treaty import Treaty, Variant
from treaties.reading.treaty_file import read_treaty
from treaties.reading.variants import with_terms

AURORA = Path("treaties/cases/aurora.toml")

SHARING = """
schema = "servanda-treaty/1"
title = "Sharing (fictional)"
payoff_unit = "points per year"
period = "year"

[[party]]
id = "A"
name = "Ardenia"
discount = 0.8
outside_option = 1

[[party]]
id = "B"
name = "Borduria"
discount = 0.7
outside_option = 1
red_lines = ["offset.agreed <= 1.5"]

[[matter]]
id = "works"
reward     = { A = 4, B = 2 }
temptation = { A = 5, B = 4 }
sucker     = { A = -1, B = -1 }
punishment = { A = 0, B = 0 }

[[provision]]
type = "offset"
article = "3"
payer = "A"
payee = "B"
cap = 2
steps = 4
agreed = 0
design = { agreed = [0, 0.5, 1, 1.5, 2] }
"""


@pytest.fixture(scope="module")
def sharing(tmp_path_factory: pytest.TempPathFactory) -> Treaty:
    path = tmp_path_factory.mktemp("bargain") / "sharing.toml"
    path.write_text(SHARING, encoding="utf-8")
    return read_treaty(path)


@pytest.fixture(scope="module")
def found(sharing: Treaty) -> Bargain:
    return bargain(sharing, from_grid(sharing, 100), size=grid_size(sharing))


def test_the_grid_holds_every_design_once_and_the_text_first(sharing: Treaty) -> None:
    designs = from_grid(sharing, 100)
    assert grid_size(sharing) == 5
    assert designs[0].name == AS_IT_STANDS
    sets = [dict(one.variant.set) for one in designs[1:] if one.variant is not None]
    assert sets == [{"offset.agreed": amount} for amount in (0.5, 1, 1.5, 2)]


def test_a_part_of_a_large_grid_is_spread_over_it_and_always_the_same() -> None:
    aurora = read_treaty(AURORA)
    assert grid_size(aurora) == 8 * 6 * 4 * 7 * 7
    designs = from_grid(aurora, 300)
    assert designs == from_grid(aurora, 300) and len({one.name for one in designs}) == 300
    for path, count in (("sunset.term_years", 8), ("veto.uses_per_term", 6), ("remedy.amount", 7)):
        seen = [one.variant.set[path] for one in designs if one.variant is not None]
        shares = [seen.count(value) / len(seen) * count for value in set(seen)]
        assert len(shares) == count and min(shares) > 0.7 and max(shares) < 1.4


def test_a_design_may_open_a_table_of_which_the_text_has_one(tmp_path: Path) -> None:
    plant = """
[[provision]]
type = "co_investment"
article = "4"
amount = { value = 1, unit = "points" }
over_years = 2
returns = 2
shares = { A = 0.5, B = 0.5 }
design = { shares = [{ A = 0.9, B = 0.9 }, { B = 0.5, A = 0.5 }, { A = 0.2, B = 0.8 }] }
"""
    path = tmp_path / "plant.toml"
    parties = SHARING[: SHARING.index("[[provision]]")].replace('red_lines = ["offset.agreed <= 1.5"]', "")
    path.write_text(parties + plant, encoding="utf-8")
    treaty = read_treaty(path)
    designs = from_grid(treaty, 100)
    found = bargain(treaty, designs, size=grid_size(treaty))
    assert [one.variant and one.variant.set for one in designs] == [
        None, {"co_investment.shares": {"A": 0.9, "B": 0.9}}, {"co_investment.shares": {"A": 0.2, "B": 0.8}}]
    assert found.outcomes[1].finding is None and found.outcomes[1].problem
    assert len(found.deals) == 2 and [effect.deals for effect in found.terms] == [0, 1, 1]


def test_payments_move_value_from_one_party_to_the_other_and_deals_are_what_both_can_accept(found: Bargain) -> None:
    # Nobody breaches for ever: A has 4 - agreed and B 2 + agreed a year, and B's red line forbids more than 1.5.
    paid = [0.0 if o.design.variant is None else float(o.design.variant.set["offset.agreed"]) for o in found.outcomes]
    for one, amount in zip(found.outcomes, paid, strict=True):
        assert one.values == pytest.approx((4 - amount, 2 + amount), abs=1e-12)
        assert one.verdict in {"sustainable", "unsustainable"} and one.certificate is not None
        assert one.crossed == ((RedLine("B", "Borduria", "offset.agreed <= 1.5"),) if amount > 1.5 else ())
    assert [paid[k] for k in found.deals] == [amount for k, amount in enumerate(paid)
                                              if found.outcomes[k].kept and amount <= 1.5]
    assert found.deals and set(found.frontier) == set(found.deals)


def test_predictions_are_those_of_the_theories_on_the_same_points(found: Bargain) -> None:
    points = np.array([found.outcomes[k].values for k in found.deals])
    by_name = {one.concept: one for one in found.predictions}
    exact = nash(points, found.batna)
    assert exact is not None and by_name["Nash"].values == pytest.approx(exact.tolist(), abs=1e-9)
    even = kalai_smorodinsky(points, found.batna)
    assert even is not None and by_name["Kalai-Smorodinsky"].values == pytest.approx(even.tolist(), abs=1e-9)
    for k, name in enumerate(("Ardenia", "Borduria")):
        offers = alternating_offers((0.8, 0.7), outside=(1, 1), inside=(1, 1), frontier=points.tolist(), first=k)
        assert by_name[f"alternating offers, {name} first"].values == pytest.approx(offers.values.tolist(), abs=1e-9)
    gains = points - 1
    best = found.deals[int(np.argmax(gains.prod(axis=1)))]
    assert by_name["Nash"].nearest == best


COMMITTEE = '''
[[provision]]
type = "joint_committee"
article = "5"
matter = "works"
rule = "quota"
quota = 2
members = [{ party = "A", weight = 2 }, { party = "B", weight = 1 }]
'''


def test_without_payments_the_committee_chooses_among_lotteries_by_the_votes_of_the_file(found: Bargain) -> None:
    by_all = next(one for one in found.predictions if one.concept == "committee")
    points = [found.outcomes[k].values for k in found.deals]
    free = committee_over_deals(points, found.batna, [0.5, 0.5], [0.8, 0.7])
    assert free is not None and by_all.values == pytest.approx(free.values.tolist(), abs=1e-9)
    assert "consent of all" in by_all.note and "no payments" in by_all.note
    # A has votes enough alone: its own proposals are its favourite, whatever B would say.
    treaty = _read(SHARING + COMMITTEE)
    alone = bargain_over(treaty, found.outcomes, size=5)
    voted = next(one for one in alone.predictions if one.concept == "committee")
    assert "committee in article 5" in voted.note and voted.values[0] > by_all.values[0]
    favourite = max(points)
    reply = committee_over_deals(points, found.batna, [0.5, 0.5], [0.8, 0.7], lambda votes: 0 in votes)
    assert reply is not None and reply.proposals[0] == pytest.approx(favourite)
    assert voted.values == pytest.approx(reply.values.tolist(), abs=1e-9)


def test_where_the_text_has_payments_the_committee_divides_the_joint_gain(found: Bargain) -> None:
    treaty = _read(SHARING.replace("cap = 2\nsteps = 4\nagreed = 0\ndesign = { agreed = [0, 0.5, 1, 1.5, 2] }", "")
                   .replace('red_lines = ["offset.agreed <= 1.5"]', ""))
    paid = bargain_over(treaty, found.outcomes, size=5).predictions[-1]
    assert paid.concept == "committee with payments"
    most = max(sum(found.outcomes[k].values) for k in found.deals)
    assert sum(paid.values) == pytest.approx(most)


def test_payoffs_that_the_text_makes_equal_are_equal_to_the_last_digit() -> None:
    """Damages that both owe each other cancel: floating point must leave no temptation of 4e-16 behind."""
    aurora = with_terms(read_treaty(AURORA), {"remedy.amount": 4, "sunset.term_years": 8})
    payoffs = np.unique(compile_treaty(aurora).game.payoffs)
    assert -2.0 in payoffs and np.diff(payoffs).min() > 1e-9
    assert max(len(repr(float(value))) for value in payoffs) <= 15


@pytest.mark.parametrize(("terms", "verdict"), [
    # The first two hinge on exact ties, the third on a margin of 0.02: too little for coarse sets, enough for a proof.
    ({"sunset.term_years": 13, "withdrawal.notice_years": 2, "remedy.amount": 4, "continuity.exit_cost": 30},
     "sustainable"),
    ({"sunset.term_years": 15, "veto.uses_per_term": 2, "withdrawal.notice_years": 3, "continuity.exit_cost": 20},
     "unsustainable"),
    ({"sunset.term_years": 9, "veto.uses_per_term": 4, "withdrawal.notice_years": 2, "continuity.exit_cost": 25},
     "sustainable"),
])  # fmt: skip
def test_designs_near_a_tie_are_decided_in_a_few_seconds(terms: dict[str, Any], verdict: str) -> None:
    found = judge(read_treaty(AURORA), Design("near a tie", Variant(name="1", set=terms)))
    assert found.verdict == verdict and found.certificate is not None


def test_other_alternatives_change_what_is_a_deal_and_a_strange_party_is_refused(sharing: Treaty) -> None:
    designs = from_grid(sharing, 100)
    greedy = bargain(sharing, designs, size=5, batna={"B": 10.0})
    assert greedy.deals == () and greedy.predictions == () and greedy.zone(0) is None
    assert "no deal among them" in advice(greedy)[-1]
    assert "No deal among the designs tried" in bargaining_page(greedy)
    with pytest.raises(ValueError, match="no party 'C'; the parties are A, B"):
        bargain(sharing, designs, size=5, batna={"C": 1.0})


def test_what_is_not_proved_is_no_deal(sharing: Treaty) -> None:
    one = judge(sharing, from_grid(sharing, 1)[0])
    assert one.kept
    assert one.finding is not None
    (rung,) = one.finding.ladder
    for other in (replace(rung.found, certificate=None), replace(rung.found, verdict="undecided")):
        assert not replace(one, finding=replace(one.finding, ladder=(replace(rung, found=other),))).kept


def test_terms_that_do_not_go_together_are_counted_and_not_believed() -> None:
    treaty = _read(SHARING.replace("agreed = [0, 0.5, 1, 1.5, 2]", "agreed = [0, 0.7]"))
    outcomes: list[DesignOutcome] = [judge(treaty, one) for one in from_grid(treaty, 10)]
    assert outcomes[1].verdict == "no treaty" and "none of the steps" in outcomes[1].detail


def test_two_processes_find_what_one_finds(sharing: Treaty, found: Bargain) -> None:
    again = bargain(sharing, from_grid(sharing, 100), size=5, workers=2)
    assert again.outcomes == found.outcomes
    assert again.predictions == found.predictions


def test_the_command_prints_advice_and_writes_a_page_without_outside_addresses(tmp_path: Path) -> None:
    path, page = tmp_path / "sharing.toml", tmp_path / "page.html"
    path.write_text(SHARING, encoding="utf-8")
    run = CliRunner().invoke(app, ["bargain", str(path), "--out", str(page), "--workers", "1"])
    assert page.with_suffix(".jsonl").exists()
    assert run.exit_code == 0, run.output
    assert "With equal bargaining strength (Nash)" in run.output and "kept by all" in run.output
    text = page.read_text(encoding="utf-8")
    assert "<svg" in text and "http" not in text and "Ardenia" in text
    again = ["bargain", str(path), "--json", "--out", str(page), "--workers", "1", "--batna", "A=2,B=2.2"]
    answer = CliRunner().invoke(app, again)
    assert "5 of 5 designs were told from certificates" in answer.stderr
    data = json.loads(answer.stdout)
    assert data["format"] == "servanda-bargain/1" and data["batna"] == {"A": 2.0, "B": 2.2}
    assert data["verdicts"]["sustainable"] == sum(one["verdict"] == "sustainable" for one in data["designs"])
    assert all(one["certificate"]["checked"] for one in data["designs"] if one["verdict"] == "sustainable")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--over", "design"], "opens no term to a design search"),
        (["--batna", "X=1"], "there is no party 'X'"),
        (["--batna", "NOR=much"], "'much' is not a number"),
        (["--weights", "NOR=-1"], "weights must be positive"),
    ],
)
def test_bad_options_say_what_to_do(arguments: list[str], said: str) -> None:
    from games.command_line.terminal import BadInput

    run = CliRunner().invoke(app, ["bargain", "treaties/cases/procurement.toml", *arguments])
    assert isinstance(run.exception, BadInput) and said in str(run.exception)


THREE = (SHARING.replace('[[matter]]', '[[party]]\nid = "C"\nname = "Corvia"\ndiscount = 0.8\n\n[[matter]]')
         .replace("B = 2 }", "B = 2, C = 2 }").replace("B = 4 }", "B = 4, C = 3 }")
         .replace("B = -1 }", "B = -1, C = -1 }").replace("B = 0 }", "B = 0, C = 0 }"))


def test_the_variants_of_three_parties_can_be_bargained_over() -> None:
    treaty = _read(THREE)
    found = bargain(treaty, from_variants(treaty), size=1)
    assert len(found.outcomes) == 1 and len(found.batna) == 3
    assert bargain_summary(found) and bargaining_page(found)


@pytest.fixture(scope="module")
def of_three() -> Bargain:
    """Three parties, of whom A may pay B."""
    treaty = _read(THREE)
    return bargain(treaty, from_grid(treaty, 100), size=5)


def test_of_three_parties_everything_is_told_that_is_told_of_two_and_what_is_not_with_its_reason(
    of_three: Bargain
) -> None:
    assert [one.concept for one in of_three.predictions] == ["Nash", "Kalai-Smorodinsky", "committee"]
    points = np.array([of_three.outcomes[k].values for k in of_three.deals])
    exact = nash(points, of_three.batna)
    assert exact is not None and of_three.predictions[0].values == pytest.approx(exact.tolist(), abs=1e-9)
    page, said = bargaining_page(of_three), "\n".join(bargain_summary(of_three))
    reason = "Alternating offers are told of two parties only"
    assert reason in page and reason in said and reason in of_three.to_json()["left_out"]
    assert page.count("<svg") == 2 and "worth to each two of Ardenia, Borduria and Corvia" in page
    assert "Corvia 2 under each" in said


def test_two_parties_are_told_of_alternating_offers_and_nothing_is_left_out(found: Bargain) -> None:
    assert found.left_out == "" and "are told of two parties only" not in bargaining_page(found)


def test_what_patience_is_worth_among_three_is_how_far_it_moves_the_committee(of_three: Bargain) -> None:
    points, third = [of_three.outcomes[k].values for k in of_three.deals], [1 / 3] * 3
    before = committee_over_deals(points, of_three.batna, third, [0.8, 0.7, 0.8])
    after = committee_over_deals(points, of_three.batna, third, [0.8, 0.71, 0.8])
    assert before is not None and after is not None
    (worth,) = [one for one in of_three.worths if one.party == "B" and "patience" in one.what]
    assert worth.concept == "committee" and worth.what.endswith("(a discount factor of 0.71, not 0.7)")
    assert worth.gain == pytest.approx(after.values[1] - before.values[1], abs=1e-6)


def test_what_patience_is_worth_among_three_who_may_pay_is_how_they_divide_the_joint_gain(of_three: Bargain) -> None:
    treaty = _read(THREE.replace("cap = 2\nsteps = 4\nagreed = 0\ndesign = { agreed = [0, 0.5, 1, 1.5, 2] }", "")
                   .replace('red_lines = ["offset.agreed <= 1.5"]', ""))
    paid = bargain_over(treaty, of_three.outcomes, size=5)
    (worth,) = [one for one in paid.worths if one.party == "B" and "patience" in one.what]
    pie = max(sum(of_three.outcomes[k].values) for k in paid.deals) - sum(paid.batna)
    before, after = (legislative([1 / 3] * 3, [0.8, d, 0.8], 3) for d in (0.7, 0.71))
    assert before is not None and after is not None and worth.gain is not None
    assert worth.concept == "committee with payments"
    assert worth.gain == pytest.approx(pie * float(after.values[1] - before.values[1])) and worth.gain > 0


@pytest.mark.slow
def test_forty_designs_of_aurora_hold_a_zone_of_agreement_and_a_veto_has_a_price() -> None:
    aurora = read_treaty(AURORA)
    found = bargain(aurora, from_grid(aurora, 40), size=grid_size(aurora), workers=2)
    assert found.outcomes[0].kept and found.outcomes[0].margin == pytest.approx(0.964, abs=1e-3)
    assert len(found.deals) >= 10 and len({one.concept for one in found.predictions}) == 5
    veto = [one for one in found.terms if one.path == "veto.uses_per_term" and one.values is not None]
    first, last = veto[0].values, veto[-1].values
    assert first is not None and last is not None and last[0] > first[0] and last[1] < first[1]


def _read(text: str) -> Treaty:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "treaty.toml"
        path.write_text(text, encoding="utf-8")
        return read_treaty(path)
