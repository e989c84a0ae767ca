"""The annex says who owes what, what is seen of it, and what partial compliance pays."""

from __future__ import annotations

import pytest

from tests.support.small_treaties import DILEMMA, FILES
from treaties.assessing.assess import assess
from treaties.briefing.briefing import Briefing
from treaties.briefing.duties import duties
from treaties.briefing.sources import assumptions
from treaties.briefing.write import render
from treaties.reading.among import among
from treaties.reading.treaty_file import read_treaty, read_treaty_text


def test_two_parties_that_owe_the_same_in_the_open_need_no_table() -> None:
    assert duties(read_treaty_text(DILEMMA)) == ()


def test_who_owes_nothing_is_named_on_the_page() -> None:
    found = assess(read_treaty(FILES / "obliged.toml"), variants=False, region=False)
    (duty,) = Briefing.of(found).duties
    assert duty.owes == "Arcadia; Borduria owes nothing and can be in no breach."
    assert (duty.matter, duty.seen, duty.partly) == ("End use", "Everyone sees conduct.", "")
    page = render(found)
    assert "Who owes what" in page and "Borduria owes nothing" in page and "When some comply" not in page


def test_each_party_is_told_what_is_seen_of_it() -> None:
    (duty,) = duties(read_treaty(FILES / "observed_by_party.toml"))
    assert duty.owes == "Every party."
    assert duty.seen == (
        "Arcadia: everyone sees conduct; Borduria: a yearly flag, raised after a breach with a chance of 80% and after "
        "compliance with 10%; compliance looks like a breach with a chance of 2%; Cordova: nobody sees conduct; "
        "compliance looks like a breach with a chance of 5%."
    )
    assert duty.partly == "What a party earns moves with the share of the others that comply."


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ("pays_weakest_link", "One breach by another costs a party as much as if none of the others complied."),
        ("pays_each_pair", "A party earns from each of the others what that one's conduct pays, on average over them, "
                           "weighed as the file says."),
        ("pays_by_number", "What a party earns goes this share of the way, by the number of others that comply: "
                           "0 with 0, 0.2 with 1, 1 with 2."),
        ("three_parties_table", "As the table says."),
    ],
)  # fmt: skip
def test_the_rule_of_partial_compliance_is_said_in_words(file: str, words: str) -> None:
    assert duties(read_treaty(FILES / f"{file}.toml"))[0].partly == words


def test_shares_paid_are_numbers_of_the_file_with_a_name() -> None:
    treaty = read_treaty(FILES / "pays_by_number.toml")
    names = {item.name: (item.value, item.high) for item in assumptions(treaty)}
    assert names["share paid when 1 of the others comply"] == (0.2, 0.5)


def test_a_matter_whose_only_obliged_party_has_not_signed_says_so() -> None:
    text = (FILES / "pays_by_number.toml").read_text().replace('id = "trade"\n', 'id = "trade"\nobliged = "C"\n')
    (duty,) = duties(among(read_treaty_text(text), "AB"))
    assert duty.owes == "Nobody who has signed; Arcadia and Borduria owe nothing and can be in no breach."
    assert duty.seen == "There is nothing to see."
