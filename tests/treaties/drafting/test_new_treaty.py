"""A first file: it is read, solved, and says that its numbers are placeholders."""

from __future__ import annotations

import pytest

from treaties.assessing.assess import assess
from treaties.briefing.terminal import explain, summary
from treaties.compiling.compile import compile_treaty
from treaties.drafting.new_treaty import LABEL, CannotDraft, draft
from treaties.provisions import all_types
from treaties.reading.treaty_file import read_treaty_text

PARTIES = {"FRA": "France", "DEU": "Germany"}
MATTERS = {"development": "joint development"}


def test_a_draft_is_a_treaty_with_ranges_and_remarks() -> None:
    text = draft(PARTIES, MATTERS, ["veto", "sunset", "remedy"], events={"crisis": "crisis"}, title='The "first"')
    treaty = read_treaty_text(text)
    assert [party.name for party in treaty.parties] == ["France", "Germany"]
    assert [clause.label for clause in treaty.provisions] == [
        "article 1, veto",
        "article 2, sunset",
        "article 3, remedy",
    ]
    assert treaty.stylised is not None and treaty.stylised.label == LABEL and treaty.title == 'The "first"'
    assert all(number.low is not None and number.source == "placeholder" for number in treaty.numbers()
               if not number.path.endswith(("upheld",)))  # fmt: skip
    assert "# All its terms: servanda provisions veto" in text
    assert max(map(len, text.splitlines())) <= 120
    assert compile_treaty(treaty).game.n_states > 2


@pytest.mark.parametrize("kind", all_types())
def test_every_clause_can_be_drafted_and_the_one_that_needs_another_says_so(kind: str) -> None:
    if kind == "majority_ratchet":
        with pytest.raises(CannotDraft, match=r"cannot stand alone.*add a joint_committee clause before this one"):
            draft(PARTIES, MATTERS, [kind])
    else:
        assert read_treaty_text(draft(PARTIES, MATTERS, [kind])).provisions[0].type == kind


def test_what_a_clause_needs_is_added_once() -> None:
    treaty = read_treaty_text(draft(PARTIES, MATTERS, ["outside_choice", "risk_sharing", "security_assurance"]))
    assert [event.id for event in treaty.events] == ["crisis"]
    assert [party.id for party in treaty.parties if not party.signatory] == ["FIRM"]
    own = read_treaty_text(draft(PARTIES, MATTERS, ["outside_choice"], others={"YARD": "Shipyard"}))
    assert [party.id for party in own.parties] == ["FRA", "DEU", "YARD"]


def test_a_clause_that_needs_another_stands_after_it() -> None:
    text = draft(PARTIES, MATTERS, ["joint_committee", "majority_ratchet"])
    assert 'committee = "1"' in text


def test_conduct_can_be_private() -> None:
    assert read_treaty_text(draft(PARTIES, MATTERS, ["audit"], private=True)).matters[0].unseen


@pytest.mark.parametrize(
    ("parties", "matters", "clauses", "said"),
    [
        ({"FRA": "France"}, MATTERS, [], "at least 2"),
        ({"F A": "France", "DEU": "Germany"}, MATTERS, [], "no legal id"),
        (PARTIES, {}, [], "at least 1"),
        (PARTIES, MATTERS, ["vetto"], "did you mean 'veto'"),
        (PARTIES, MATTERS, ["sunset", "sunset"], "two sunset clauses"),
    ],
)
def test_what_makes_no_treaty_is_refused_with_the_reason(
    parties: dict[str, str], matters: dict[str, str], clauses: list[str], said: str
) -> None:
    with pytest.raises(CannotDraft, match=said):
        draft(parties, matters, clauses)


def test_a_margin_of_which_only_the_sign_is_known_is_not_told_as_a_number() -> None:
    """A firm that chooses as pays it leaves play open: that a term of two years unravels is proved without a margin."""
    treaty = read_treaty_text(draft(PARTIES, MATTERS, ["sunset", "outside_choice"]))
    found = assess(treaty, region=False, variants=False)
    assert found.verdict == "unsustainable" and found.certificate is not None and found.certificate.checked
    assert found.margin is None and found.to_json()["margin"] is None
    assert not any("308" in line for line in [*summary(found), *explain(found)])
