"""Cases of history: what is counted, the placebo, the order, and the command."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import pytest

from tests.support.command_line import Run, run_with
from tests.support.small_cases import case, entry
from treaties.history.cases import case_record, told_cases
from treaties.history.outcomes import FATES
from treaties.history.placebo import kind_of, placebo, pooled, spans_of
from treaties.history.ranking import order
from treaties.history.record import History
from treaties.history.words import summary
from treaties.history.worlds import Kept, judged
from treaties.model.errors import TreatyFileError
from treaties.model.facts import OutcomeKind
from treaties.reading.document import validate_document
from treaties.reading.variants import document_of, with_terms

FIRM = case(title="Firm", temptation=2.5)
LOOSE = case(title="Loose", outcome="withdrawn_after_alleged_breach", rank=2, temptation=30.0)
TORN = case(title="Torn", outcome="in_force_dormant", rank=3)
BOTH = "".join(
    entry(kind='"comparison"', more=f'"{more}"', fewer=f'"{fewer}"')
    for more, fewer in (("", "fixed"), ("fixed", ""), ("", ""))
)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    return run_with(capsys)


def test_every_kind_of_outcome_counts_as_something_with_a_reason() -> None:
    assert set(FATES) == set(get_args(OutcomeKind))
    assert all(reason for _, reason in FATES.values())
    assert FATES["extended_once_then_expired_unreplaced"][0] == "ended"
    assert FATES["renewal_declined_still_in_force"][0] == "kept"
    assert FATES["one_joins_one_declines"][0] == "neither"


def test_undecided_worlds_are_no_failures() -> None:
    assert Kept(2, 1, 97).says == "kept"
    assert Kept(1, 1, 0).says == "ended"
    assert Kept(0, 0, 5).says == "open"
    assert Kept(0, 0, 5).share is None
    assert Kept(1, 1, 2).bounds == (0.25, 0.75)
    assert Kept(1, 2, 3, 4) + Kept(1, 0, 0, 1) == Kept(2, 2, 3, 5)


@pytest.fixture(scope="module")
def found() -> History:
    return told_cases({"firm": FIRM, "loose": LOOSE, "torn": TORN}, worlds=10, draws=3)


def test_a_case_agrees_where_most_worlds_go_as_it_went(found: History) -> None:
    firm, loose, torn = found.cases
    assert firm.kept is not None
    assert loose.kept is not None
    assert (firm.kept.says, firm.agreement) == ("kept", "agrees")
    assert (loose.kept.yes, loose.kept.says, loose.agreement) == (0, "ended", "agrees")
    assert loose.first is not None
    assert loose.first.party in ("Arland", "Borland")
    assert torn.agreement == "not scored"
    assert (found.hits, len(found.scored), found.always_kept) == (2, 2, 1)


def test_the_order_of_cases_is_held_against_their_shares(found: History) -> None:
    told = found.order
    assert told is not None
    assert told.cases == ("firm", "loose", "torn")
    assert told.shares[1] == 0.0
    assert ("loose", "torn") in told.inversions


def test_a_correlation_of_ranks_is_one_for_the_same_order_and_tells_each_inversion() -> None:
    kept = {"a": Kept(9, 1, 0), "b": Kept(5, 5, 0), "c": Kept(1, 5, 4), "d": Kept(0, 0, 9)}
    same = order({"a": 1, "b": 2, "c": 3, "d": 4}, kept)
    assert same.cases == ("a", "b", "c")
    assert same.correlation == pytest.approx(1.0)
    assert same.inversions == ()
    turned = order({"a": 2, "b": 1, "c": 3}, kept)
    assert turned.inversions == (("b", "a"),)
    assert turned.correlation == pytest.approx(0.5)
    assert order({"b": 1, "c": 2}, {"b": Kept(5, 6, 0), "c": Kept(4, 5, 2)}).undecided_pairs == (("b", "c"),)
    assert order({"a": 1, "b": 2}, {"a": Kept(5, 5, 0), "b": Kept(5, 5, 0)}).correlation is None


def test_who_does_it_and_how_often_makes_no_difference(found: History) -> None:
    alone = told_cases({"loose": LOOSE}, worlds=10, draws=3, among=[FIRM, LOOSE, TORN])
    assert alone.to_json()["cases"][0] == found.to_json()["cases"][1]


def test_another_seed_draws_other_worlds() -> None:
    margins = [judged(FIRM, 10, seed, ()).samples[""].margin.tolist() for seed in (0, 1)]
    assert margins[0] != margins[1]


def test_two_designs_are_compared_in_the_same_worlds() -> None:
    record = told_cases({"firm": case(BOTH, title="Firm")}, worlds=5, draws=0).cases[0]
    renewable, fixed, same = record.findings
    # With one equilibrium of a round a last year that is known undoes all before it.
    assert record.compared is not None
    assert record.compared["fixed"].yes == 0
    assert renewable.told.verdict == "agrees"
    assert fixed.told.verdict == "differs"
    assert fixed.group == "comparative"
    assert (same.told.verdict, record.met("comparative")) == ("open", (1, 1, 1))
    assert "no world tells them apart" in same.told.happened
    assert record.placebo == ()


def test_comparisons_are_open_without_worlds() -> None:
    record = case_record("firm", case(BOTH, title="Firm"))
    assert record.met("comparative") == (0, 0, 3)
    assert record.agreement == "not scored"


def test_what_is_noted_of_a_comparison_is_told_only_where_worlds_were_judged() -> None:
    noted = case(entry(kind='"comparison"', more='""', fewer='"fixed"', note='"Kept in all."'), title="Firm")
    assert case_record("firm", noted).findings[0].note == ""
    assert told_cases({"firm": noted}, worlds=3, draws=0).cases[0].findings[0].note == "Kept in all."


def test_numbers_are_pooled_by_kind_and_in_the_same_unit() -> None:
    assert {kind_of(FIRM, span.path) for span in spans_of(FIRM)} == {"party.discount", "matter.reward"}
    tens = with_terms(FIRM, {"matter.m.reward.A": {"value": 20, "low": 10, "high": 40}, "matter.m.reward.B": 20})
    tens = tens.model_copy(update={"payoff_unit": "tens"})
    pool = pooled([FIRM, tens])
    ranges = dict(pool.of(FIRM))["matter.m.reward.A"]
    assert sorted(one[1:] for one in ranges)[0] == pytest.approx((2.0, 1.0, 4.0))
    assert sorted(one[1:] for one in ranges)[1:] == [pytest.approx((2.0, 1.5, 2.5))] * 2
    assert min(one[1:] for one in pool.of(tens)["matter.m.reward.A"]) == pytest.approx((20.0, 10.0, 40.0))
    assert len(pool.of(FIRM)["party.A.discount"]) == 4


def test_amounts_of_a_matter_are_pooled_as_if_it_were_all_of_its_case() -> None:
    text = document_of(case(title="Split"))
    (whole,) = text["matter"]
    parts = []
    for share in (0.75, 0.25):
        part: dict[str, Any] = {"id": f"m{int(share * 4)}"}
        for name in ("reward", "temptation", "sucker", "punishment"):
            part[name] = {
                party: {key: x * share for key, x in amount.items()} for party, amount in whole[name].items()
            }
        parts.append(part)
    text["matter"] = parts
    split, faults = validate_document(text)
    assert faults == []
    assert split is not None
    pool = pooled([case(title="Whole"), split])
    assert all(one[1:] == pytest.approx((1.0, 0.75, 1.25)) for one in pool.ranges["matter.reward"])
    assert min(one[1:] for one in pool.of(split)["matter.m1.reward.A"]) == pytest.approx((0.5, 0.375, 0.625))


def test_a_placebo_of_a_case_alone_draws_from_its_own_ranges_and_all_its_draws_say_the_same() -> None:
    draws = placebo(FIRM, pooled([FIRM]), 3, 11, 0)
    assert {one.says for one in draws} == {"kept"}
    assert {one.yes + one.no + one.undecided for one in draws} == {11}


def test_a_placebo_takes_over_what_other_cases_earn() -> None:
    poor = case(title="Poor", reward=0.6, temptation=2.5)
    own = placebo(FIRM, pooled([FIRM]), 4, 11, 0)
    mixed = placebo(FIRM, pooled([FIRM, poor, poor, poor]), 4, 11, 0)
    assert sum(one.yes for one in mixed) < sum(one.yes for one in own)
    assert placebo(FIRM, pooled([FIRM, poor, poor, poor]), 4, 11, 1) != mixed



def test_a_case_can_have_all_numbers_of_another() -> None:
    poor = case(title="Poor", reward=0.6, temptation=2.5)
    own = placebo(poor, pooled([poor]), 3, 11, 0)
    given = placebo(FIRM, pooled([FIRM, poor]), 3, 11, 0, whole=True)
    # They differ in nothing that has no range, so that each has in full what the other has.
    assert [one.yes for one in given] == [one.yes for one in own]
    assert [one.says for one in placebo(FIRM, pooled([FIRM]), 2, 11, 0, whole=True)] == ["kept"] * 2


def test_what_is_told_counts_hits_and_says_what_they_are_worth(found: History) -> None:
    text = "\n".join(summary(found.to_json(), ("firm",)))
    assert "says what happened in 2 of 2 cases; 1 is neither kept nor ended" in text
    assert 'Who says "kept" of every case is right in 1 of 2.' in text
    assert "Correlation of ranks (Spearman)" in text
    assert "This is no validation" in text
    assert "clauses of the model: " in text
    told = found.to_json()
    for name, hits in (("placebo", found.placebo_hits), ("exchanged", found.exchanged_hits)):
        assert len(hits) == 3
        assert told[f"{name}_mean"] == pytest.approx(sum(hits) / 3)
        assert told[f"{name}_no_worse"] == sum(hit >= 2 for hit in hits) / 3
    assert "drawn one by one from those of all cases" in text
    assert "all payoffs of another case" in text


def test_a_miss_lowers_the_hits_and_a_tie_is_no_hit(found: History) -> None:
    firm = replace(found.cases[0], outcome_kind="withdrawn_after_alleged_breach")
    assert replace(found, cases=(firm, *found.cases[1:])).hits == 1
    tied = replace(found.cases[0], kept=Kept(0, 0, 20))
    assert replace(found, cases=(tied, *found.cases[1:])).hits == 1
    assert tied.agreement == "open"


def test_a_file_without_an_outcome_is_refused() -> None:
    assert FIRM.facts is not None
    bare = FIRM.model_copy(update={"facts": FIRM.facts.model_copy(update={"outcome_kind": None})})
    with pytest.raises(TreatyFileError, match=r"facts\.outcome_kind: is missing"):
        told_cases({"firm": bare}, worlds=0)


def test_the_command_tells_one_case_without_worlds(run: Run) -> None:
    result = run("cases", "jcpoa_2015", "--worlds", "0")
    assert result.code == 0
    assert "agrees   whole ladder (F4, free of payoffs, verified, what happened is disputed)" in result.out
    assert "The stages come to 65 days; the text says 65 days" in result.out
    document = json.loads(run("cases", "jcpoa_2015", "--worlds", "0", "--json").out)
    assert document["format"] == "servanda-cases/1"
    assert document["cases"][0]["model"] is None
    assert [one["verdict"] for one in document["cases"][0]["predictions"]] == ["agrees"] * 4
    latex = run("cases", "jcpoa_2015", "--worlds", "0", "--latex").out
    assert latex.startswith(r"\begin{tabular}")
    assert r"jcpoa\_2015 & " in latex


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("jcpoa_2016",), "there is no case 'jcpoa_2016'; did you mean 'jcpoa_2015'?"),
        (("aurora", "--worlds", "0"), "states no facts, and only cases of history are told; add [facts]"),
        (("--folder", "nowhere"), "--folder nowhere: is no folder"),
        (("--json", "--latex"), "ask for one of them"),
    ],
)
def test_the_command_says_what_is_wrong(run: Run, arguments: tuple[str, ...], said: str) -> None:
    result = run("cases", *arguments)
    assert result.code == 2
    assert said in result.err


def test_a_folder_without_facts_is_told(run: Run, tmp_path: Path) -> None:
    assert "states facts about a real treaty" in run("cases", "--folder", tmp_path).err
