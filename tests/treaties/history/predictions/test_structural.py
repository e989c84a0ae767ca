"""Predictions free of payoffs: clocks, terms, notices, votes, lists, fees; each worked out by hand on small facts."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import Any

import pytest

from tests.support.small_cases import case, entry, found
from treaties.history import predictions
from treaties.history.foretelling import findings, predictions_of
from treaties.history.predictions import all_predictions
from treaties.history.predictions.default_rule import Votes, outcome
from treaties.history.predictions.list_rule import lasting, reachable
from treaties.history.predictions.notice import Counter
from treaties.model.errors import TreatyFileError

LADDER = '["ladder.first_days", ["ladder.second_days", "ladder.board_days"], "ladder.first_days"]'


@pytest.mark.parametrize(
    ("relation", "end", "verdict"),
    [("on", "2020-08-20", "agrees"), ("not before", "2020-08-20", "agrees"), ("not after", "2020-08-20", "agrees"),
     ("on", "2026-07-01", "differs"), ("not before", "2026-07-01", "agrees"), ("not after", "2026-07-01", "differs")],
)
def test_a_ladder_takes_the_sum_of_its_stages_and_the_longest_of_those_side_by_side(
    relation: str, end: str, verdict: str
) -> None:
    one = found(kind='"clock"', stages=LADDER, total='"ladder.total_days"', start='"2020-07-01"',
                relation=f'"{relation}"', end=f'"{end}"')
    assert "come to 50 days; the text says 50 days" in one.told.foretold
    assert "2020-08-20" in one.told.foretold
    assert one.told.verdict == verdict


def test_a_date_need_not_stand_in_quotes() -> None:
    quoted = found(kind='"clock"', stages=LADDER, start='"2020-07-01"', end='"2026-07-01"')
    assert found(kind='"clock"', stages=LADDER, start="2020-07-01", end="2026-07-01") == quoted


def test_a_text_that_says_another_total_is_found_out() -> None:
    one = found(kind='"clock"', stages='["ladder.first_days"]', total='"ladder.total_days"')
    assert one.told.verdict == "differs"


def test_a_clock_that_nobody_started_is_open() -> None:
    assert found(kind='"clock"', stages=LADDER, total='"ladder.total_days"').told.verdict == "open"
    assert found(kind='"clock"', stages=LADDER, start='"2020-07-01"').told.verdict == "open"


def test_an_imprecise_date_may_leave_it_open() -> None:
    years = '[{ of = "term.term_years" }]'
    terms: dict[str, Any] = {"kind": '"clock"', "stages": years, "start": '"2020-07-01"', "end": '"2036"'}
    assert found(**terms, relation='"not after"').told.verdict == "open"
    assert found(**terms, relation='"on"').told.verdict == "agrees"


def test_a_finding_is_no_better_established_than_its_weakest_fact_and_as_disputed() -> None:
    one = found(kind='"clock"', stages='["ladder.first_days"]', start='"2020-07-01"', end='"2020-08-20"')
    assert (one.evidence, one.contested) == ("recalled", False)
    one = found(kind='"clock"', stages='["term.first_year"]', start='"2020-07-01"', end='"2026-07-01"')
    assert (one.evidence, one.contested) == ("weak", True)


ROLLING: dict[str, Any] = {
    "kind": '"term"', "rule": '"rolling"', "start": '"2020-07-01"', "length": '"term.term_years"',
    "first_vote": '"term.first_year"', "after_refusal": '"term.refusal_years"',
}


def test_an_end_that_tells_no_time_is_refused_at_its_place() -> None:
    with pytest.raises(TreatyFileError, match=r"facts\.prediction\.0\.ends: 'soon' tells no time; write a day"):
        found(**ROLLING, decisions='[{ date = "2026-07-01", choice = "decline" }]', ends='"soon"')


def test_a_rolling_term_keeps_its_end_if_one_does_not_confirm_and_begins_anew_if_all_do() -> None:
    declined = found(**ROLLING, decisions='[{ date = "2026-07-01", choice = "decline" }]', ends='"2036"',
                     in_force=True, voted_again=True)
    assert "ends 2036-07-01 (10 years left), next vote 2027-07-01" in declined.told.foretold
    assert "had they gone on: ends 2042-07-01 (16 years left), next vote 2032-07-01" in declined.told.foretold
    assert declined.told.verdict == "agrees"
    confirmed = found(**ROLLING, decisions='[{ date = "2026-07-01", choice = "go on" }]', ends='"2036"')
    assert confirmed.told.verdict == "differs"


def test_a_review_on_another_day_than_the_text_sets_is_found_out() -> None:
    one = found(**ROLLING, decisions='[{ date = "2020-08-20", choice = "go on" }]')
    assert one.told.verdict == "differs"


EXTENSION: dict[str, Any] = {
    "kind": '"term"', "rule": '"extension"', "start": '"2020-07-01"', "length": '"term.first_year"',
    "most_times": '"term.times"', "by_at_most": '"term.more_years"',
}


def test_after_the_one_extension_no_vote_is_offered() -> None:
    once = '{ date = "2020-08-20", choice = "go on" }'
    one = found(**EXTENSION, decisions=f"[{once}]", voted_again=False)
    assert "ends 2031-07-01" in one.told.foretold
    assert "no vote is offered any more" in one.told.foretold
    assert one.told.verdict == "agrees"
    with pytest.raises(TreatyFileError, match="no vote is offered any more"):
        found(**EXTENSION, decisions=f"[{once}, {once}]")


def test_renewals_add_terms_until_there_is_no_end() -> None:
    terms: dict[str, Any] = {"kind": '"term"', "rule": '"renewable"', "start": '"2020-07-01"',
                             "length": '"term.first_year"'}
    one = found(**terms, decisions='[{ date = "2026-07-01", choice = "go on" }]')
    assert "ends 2032-07-01 (6 years left)" in one.told.foretold
    assert one.told.verdict == "agrees"
    early = '[{ date = "2020-08-20", choice = "go on" }]'
    assert found(**terms, decisions=early).told.verdict == "agrees"
    assert found(**terms, decisions=early, relation='"on"').told.verdict == "differs"
    last = found(**terms, decisions='[{ date = "2026-07-01", choice = "for good" }]', in_force=True, voted_again=False)
    assert last.told.verdict == "agrees"
    assert "no end" in last.told.foretold


def test_a_notice_runs_from_the_day_it_is_given() -> None:
    terms: dict[str, Any] = {"kind": '"notice"', "length": '"term.notice_months"', "given": '"2020-07-01"'}
    assert "run out on 2020-10-01" in found(**terms).told.foretold
    assert found(**terms).told.verdict == "open"
    assert found(**terms, end='"2020-08-20"').told.verdict == "differs"
    assert found(**terms, end='"2026-07-01"', relation='"not before"').told.verdict == "agrees"


@pytest.mark.parametrize(("claimed", "verdict"), [(1, "agrees"), (90, "differs")])
def test_a_paused_notice_is_out_after_the_days_that_were_left(claimed: int, verdict: str) -> None:
    pause = f'{{ given = "2020-07-01", after_days = 89, resumed = "2026-07-01", claimed_days = {claimed} }}'
    one = found(kind='"notice"', length='"term.notice_months"', pause=pause)
    assert "of 90 days 89 had run: if they count, 1 more, and it is out on 2026-07-02" in one.told.foretold
    assert "anew, on 2026-10-01" in one.told.foretold
    assert (one.told.verdict, one.contested) == (verdict, True)


def test_a_counter_counts_only_while_it_runs() -> None:
    counter = Counter(3).day()
    assert counter.run == 0
    counter = counter.give().day().pause().day().day()
    assert (counter.run, counter.out) == (1, False)
    assert counter.give().day().day().out
    assert counter.restart().run == 0


def test_the_reversed_default_is_the_ordinary_one_with_sides_exchanged() -> None:
    for a, b, c in product(range(4), repeat=3):
        for x, y in product(range(a + 1), range(b + 1)):
            votes = Votes(wanting=a, opposed=b, abstaining=c, vetoes_wanting=x, vetoes_opposed=y)
            turned = Votes(wanting=b, opposed=a, abstaining=c, vetoes_wanting=y, vetoes_opposed=x)
            for quorum in range(1, 5):
                stopped = outcome(turned, quorum, reversed_default=False) == "measures"
                assert (outcome(votes, quorum, reversed_default=True) == "no measures") == stopped


@pytest.mark.parametrize(("happened", "verdict"), [("measures", "agrees"), ("no measures", "differs")])
def test_one_vote_against_relief_that_holds_a_veto_is_enough_when_the_default_is_turned(
    happened: str, verdict: str
) -> None:
    votes = "{ wanting = 1, opposed = 14, vetoes_wanting = 1, vetoes_opposed = 4 }"
    one = found(kind='"default_rule"', votes=votes, quorum=9, rule='"ladder.whole"', voted='"2020-07-01"',
                happened=f'"{happened}"', when='"2020-08-20"', evidence='"recalled"')
    assert one.told.foretold.startswith("under an ordinary veto no measures, under the reversed one measures")
    assert "66 of the 66 ways" in one.told.foretold  # ten without a veto, each in one of three ways: 12 over 2
    assert one.told.verdict == verdict


def test_a_list_that_all_must_lengthen_and_one_may_shorten_ends_as_what_all_want() -> None:
    start = frozenset({0, 1})
    assert lasting(start, (3, 2, 3), 3, "all", "one") == {frozenset({0, 2})}
    assert reachable(frozenset({0}), (3, 2), 3, "all", "one") == {frozenset({0})}
    assert lasting(start, (1, 0), 3, "one", "all") == {frozenset({0})}
    # Under consensus both ways it stays as it is where members differ.
    assert lasting(start, (2, 3), 3, "all", "all") == {start}


@pytest.mark.parametrize(
    ("add", "remove", "happened", "verdict"),
    [("ladder.rule", "ladder.off", "little used", "agrees"), ("ladder.rule", "ladder.off", "much used", "differs"),
     ("ladder.off", "ladder.rule", "much used", "agrees"), ("ladder.rule", "ladder.rule", "much used", "open")],
)
def test_what_becomes_of_a_list_depends_on_who_may_change_it(
    add: str, remove: str, happened: str, verdict: str
) -> None:
    text = entry(kind='"list_rule"', add=f'"{add}"', remove=f'"{remove}"', happened=f'"{happened}"', when='"2036"')
    treaty = case(text)
    assert treaty.facts is not None
    three = treaty.facts.model_copy(update={"parties": ("A", "B", "C")})
    treaty = treaty.model_copy(update={"facts": three})
    assert findings(treaty, predictions_of(treaty))[0].told.verdict == verdict


@pytest.mark.parametrize(
    ("cost", "stake", "happened", "verdict"),
    [("[0.5, 0.6]", "[1.4]", "expelled", "agrees"), ("[0.5, 0.6]", "[1.4]", "stayed", "differs"),
     ("2", "[1.4, [0, 0.5]]", "stayed", "agrees"), ("2", "[1.4, [0, 9]]", "expelled", "open")],
)
def test_expulsion_is_credible_while_it_costs_less_than_is_at_stake(
    cost: str, stake: str, happened: str, verdict: str
) -> None:
    text = entry(kind='"expulsion"', cost=cost, at_stake=stake, unit='"billion"', sources='["s"]',
                 happened=f'"{happened}"', when='"2036"')
    treaty = case(text + '\n[facts.sources]\ns = "somewhere"\n')
    assert findings(treaty, predictions_of(treaty))[0].told.verdict == verdict


def test_expulsion_is_credible_up_to_a_cost_and_never_beyond() -> None:
    verdicts = []
    for cost in (0.5, 1.0, 1.3, 1.4, 2.0, 5.0):
        text = entry(kind='"expulsion"', cost=cost, at_stake="[1.4]", unit='"billion"', sources='["s"]',
                     happened='"expelled"', when='"2036"')
        treaty = case(text + '\n[facts.sources]\ns = "somewhere"\n')
        verdicts.append(findings(treaty, predictions_of(treaty))[0].told.verdict)
    assert verdicts == ["agrees"] * 3 + ["differs"] * 3


@pytest.mark.parametrize(
    ("fee", "verdict"),
    [(', fee = "ladder.fees.0"', "agrees"), ("", "open"), (', fee = "ladder.total_days"', "differs")],
)
def test_who_is_asked_less_joins_if_the_other_does(fee: str, verdict: str) -> None:
    newcomers = (
        f'[{{ name = "X", joined = true, when = "2036"{fee} }}, '
        '{ name = "Y", joined = false, when = "2036", fee = "ladder.fees.1" }]'
    )
    assert found(kind='"joining"', newcomers=newcomers, unit='"billion"').told.verdict == verdict


@pytest.mark.parametrize(
    ("decided", "others", "package", "verdict"),
    [("2020-08-20", '["term.end"]', True, "agrees"), ("2020-08-20", '["term.end"]', False, "differs"),
     ("2020-08-20", '["term.other_end"]', False, "agrees"), ("2026-07-01", "[]", True, "differs")],
)
def test_one_decides_by_the_day_on_which_parts_lapse(decided: str, others: str, package: bool, verdict: str) -> None:
    one = found(kind='"deadline"', due='"term.end"', with_it=others, decided=f'"{decided}"', package=package)
    assert one.told.verdict == verdict


def test_whether_parts_were_decided_together_may_not_be_told() -> None:
    one = found(kind='"deadline"', due='"term.end"', with_it='["term.end"]', decided='"2020-08-20"')
    assert one.told.verdict == "open"


def test_every_kind_of_prediction_bears_the_name_that_files_write() -> None:
    for kind, model in all_predictions().items():
        assert model.model_fields["kind"].default == kind
        assert (model.__doc__ or "").strip()


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        ({"kind": '"clok"'}, "facts.prediction.0.kind: unknown kind 'clok'; did you mean 'clock'?"),
        ({"kind": '"clock"'}, "facts.prediction.0.stages: is missing"),
        ({"kind": '"clock"', "stages": '["ladder.third_days"]'}, "has no parameter 'third_days'"),
        ({"kind": '"clock"', "stages": '["lader.first_days"]'}, "no article of the facts is of kind 'lader'"),
        ({"kind": '"clock"', "stages": '["ladder.review"]'}, "does not say whether it counts days, months or years"),
        ({"kind": '"clock"', "stages": '["term.end_years"]', "start": '"1999"'}, "has no parameter 'end_years'"),
        ({"kind": '"clock"', "stages": '["ladder.first_days"]', "start": '"1999"'}, "no event of the facts is of"),
        ({"kind": '"clock"', "stages": '["ladder.first_days"]', "strt": '"1999"'}, "strt: unknown field"),
        ({"kind": '"clock"', "stages": '[["ladder.first_days", "term.term_years"]]'}, "so that none is the longest"),
        ({"kind": '"term"', "rule": '"rolling"', "start": '"2036"', "length": '"term.term_years"',
          "decisions": '[{ date = "2036", choice = "go on" }]'}, "lacks first_vote; add first_vote"),
        ({"kind": '"notice"', "length": '"term.notice_months"'}, "needs the day on which notice was given, or a pause"),
        ({"kind": '"comparison"', "more": '"fixed"', "fewer": '"fixd"'}, "compares the variant 'fixd'"),
        ({"kind": '"list_rule"', "add": '"ladder.whole"', "remove": '"ladder.off"', "happened": '"much used"',
          "when": '"2036"'}, "knows no rule True"),
    ],
)  # fmt: skip
def test_an_entry_that_cannot_be_read_is_refused_with_its_place(terms: dict[str, Any], said: str) -> None:
    with pytest.raises(TreatyFileError) as refused:
        found(**terms)
    assert said in str(refused.value)
    assert str(refused.value).startswith("Arland and Borland.toml: facts.prediction.0")


NEW = '''
from collections.abc import Mapping
from typing import Literal, final

from treaties.history.lookup import Lookup
from treaties.history.prediction import Prediction, Told


@final
class Ever(Prediction):
    """That something happened at all."""

    kind: Literal["ever"] = "ever"
    when: str

    def told(self, facts: Lookup, worlds: Mapping[str, object] | None) -> Told:
        return Told("it happens", facts.event(self.when).event, "agrees", self.when)
'''


def test_a_new_kind_of_prediction_is_one_new_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "ever.py").write_text(NEW, encoding="utf-8")
    monkeypatch.setattr(predictions, "__path__", [*predictions.__path__, str(tmp_path)])
    assert found(kind='"ever"', when='"2036"').told.happened == "It ends."
    monkeypatch.undo()
    assert "ever" not in all_predictions()
