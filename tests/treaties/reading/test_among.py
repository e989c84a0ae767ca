"""The treaty among some of its parties: what is struck from the text, what lapses, what is refused."""

from __future__ import annotations

import pytest

from tests.support.small_treaties import FILES
from treaties.compiling.compile import compile_treaty
from treaties.model.treaty import Treaty
from treaties.reading.among import NoTreatyAmong, among
from treaties.reading.treaty_file import read_treaty, read_treaty_text

THREE = read_treaty(FILES / "three_parties.toml")
BARE = (FILES / "three_parties.toml").read_text().split("[[provision]]")[0].replace('red_lines = ["has', '#["has')


def plus(clause: str) -> Treaty:
    return read_treaty_text(f"{BARE}[[provision]]\n{clause}\n")


def test_everybody_is_the_treaty_itself() -> None:
    assert among(THREE, "ABC") is THREE and THREE.outsiders == ()


def test_parties_keep_their_numbers_in_the_order_of_the_file() -> None:
    two = among(THREE, ["C", "A"])
    assert [party.id for party in two.parties] == ["A", "C"] and [party.id for party in two.outsiders] == ["B"]
    assert two.matter("trade").reward == {k: v for k, v in (THREE.matter("trade").reward or {}).items() if k != "B"}
    assert set(two.events[0].cost_of_complying) == {"A", "C"}
    assert [clause.type for clause in two.provisions] == [clause.type for clause in THREE.provisions]
    assert all(not party.red_lines for party in two.parties)
    assert compile_treaty(two).game.players == ("A", "C")


@pytest.mark.parametrize(
    ("clause", "members", "left"),
    [
        ('type = "veto"\nholder = ["A", "B"]\nmatter = "trade"', "BC", ("B",)),
        ('type = "veto"\nholder = ["A", "B"]\nmatter = "trade"', "AC", ("A",)),
        ('type = "veto"\nholder = ["A"]\nmatter = "trade"', "BC", None),
        ('type = "withdrawal"\nnotice_years = 1\nholder = "A"', "BC", None),
    ],
)
def test_rights_are_those_of_who_signed_and_lapse_with_their_last_holder(
    clause: str, members: str, left: tuple[str, ...] | None
) -> None:
    found = among(plus(clause), members).provisions
    assert (found[0].holder if found else None) == left  # type: ignore[attr-defined]


def test_a_clause_about_one_party_goes_with_it_and_is_not_read_as_about_all() -> None:
    audit = plus('type = "audit"\nmatter = "trade"\nparty = "C"\ndetection = 0.9\nfalse_alarm = 0.1\ncoverage = 0.5')
    assert among(audit, "AB").provisions == () and len(among(audit, "AC").provisions) == 1
    turnover = plus('type = "turnover"\nparty = "A"\nto_sceptic = 0.1\nto_friendly = 0.2\nsceptic_reward_change = -1')
    assert among(turnover, "BC").provisions == ()


def test_a_committee_loses_seats_and_its_chair_but_stays() -> None:
    committee = plus(
        'type = "joint_committee"\nmembers = [{ party = "A" }, { party = "B", weight = 2 }, { party = "C" }]\n'
        'rule = "majority"\nchair = "A"\nmatter = "trade"'
    )
    (left,) = among(committee, "BC").provisions
    assert [seat.party for seat in left.members] == ["B", "C"] and left.chair is None  # type: ignore[attr-defined]
    (kept,) = among(committee, "AC").provisions
    assert kept.chair == "A"  # type: ignore[attr-defined]


def test_exits_that_the_text_survives_are_kept_in_it_and_mean_nothing_between_two() -> None:
    treaty = plus('type = "withdrawal"\nnotice_years = 1\nsurvives_exit_of = ["A", "B"]')
    (left,) = among(treaty, "AC").provisions
    assert left.survives_exit_of == ("A",)  # type: ignore[attr-defined]
    plain = plus('type = "withdrawal"\nnotice_years = 1')
    assert compile_treaty(among(treaty, "AC")).game.digest == compile_treaty(among(plain, "AC")).game.digest


def test_what_cannot_be_read_among_some_is_refused_with_the_reason() -> None:
    quota = plus(
        'type = "joint_committee"\nmembers = [{ party = "A" }, { party = "B" }, { party = "C" }]\nrule = "quota"\n'
        'quota = 3\nmatter = "trade"'
    )
    with pytest.raises(NoTreatyAmong, match="3 of 2 votes can never be the line"):
        among(quota, "AB")
    with pytest.raises(NoTreatyAmong, match="explicit table, which does not say what it is worth among some"):
        table = read_treaty(FILES / "three_parties_table.toml")
        among(table, [party.id for party in table.parties][:2])
