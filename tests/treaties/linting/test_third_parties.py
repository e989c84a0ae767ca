"""Who signs nothing has no duties, makes no claims and counts in no rule among the parties."""

from __future__ import annotations

import pytest

from treaties.briefing.duties import duties
from treaties.linting.clauses import lint
from treaties.model.errors import TreatyFileError
from treaties.model.treaty import Treaty
from treaties.reading.treaty_file import read_treaty_text

PARTY = '[[party]]\nid = "{0}"\nname = "{0}"\ndiscount = 0.5\n'
FIRM = '[[party]]\nid = "F"\nname = "Firm"\ndiscount = 0.01\nsignatory = false\n'
PAYOFFS = (
    "reward = { A = 2, B = 2 }\ntemptation = { A = 3, B = 3 }\n"
    "sucker = { A = -1, B = -1 }\npunishment = { A = 0, B = 0 }\n"
)
TABLE = 'options = ["keep", "break"]\ncompliant = "keep"\ntable = { A = [[2, -1], [3, 0]], B = [[2, 3], [-1, 0]] }\n'


def treaty(matter: str, *clauses: str, third: str = FIRM) -> Treaty:
    """A and B in one matter, and a firm."""
    head = 'schema = "servanda-treaty/1"\ntitle = "Two and a firm"\npayoff_unit = "points per year"\n'
    text = head + "".join(map(PARTY.format, "AB")) + third + f'[[matter]]\nid = "trade"\n{matter}'
    return read_treaty_text(text + "".join(f"[[provision]]\n{clause}" for clause in clauses))


@pytest.mark.parametrize(
    ("matter", "clause"),
    [
        (PAYOFFS + 'observability = { A = "private", B = "private" }\n', ""),
        (PAYOFFS, 'type = "remedy"\namount = 2\ndelay_years = 2\nproceedings_cost = 0.1\n'),
        (PAYOFFS, 'type = "subsidy_coordination"\ncap = 1\nlargest = 2\ngain = 1.5\nharm = 1\n'),
        (TABLE, 'type = "red_line"\nmatter = "trade"\nthreshold = 0.5\nsuspended_years = 1\n'),
        (TABLE, 'type = "suspension_of_benefits"\nmatter = "trade"\nyears = 1\n'),
    ],
)
def test_a_firm_that_signs_nothing_changes_nothing_that_is_odd(matter: str, clause: str) -> None:
    clauses = (clause,) if clause else ()
    with_firm, without = (lint(treaty(matter, *clauses, third=third)) for third in (FIRM, ""))
    assert list(map(str, with_firm)) == list(map(str, without))


def test_what_two_signatories_earn_when_some_comply_needs_no_rule() -> None:
    (told,) = duties(treaty(PAYOFFS))
    assert told.partly == ""
    assert "Firm owes nothing" in told.owes


@pytest.mark.parametrize(
    ("obliged", "when"),
    [("", "complies.F.trade"), ("", "takes.F.trade.comply"), ('obliged = "A"\n', "takes.B.trade.breach")],
)
def test_conduct_of_who_owes_nothing_is_no_name_and_the_file_says_so(obliged: str, when: str) -> None:
    clause = f'type = "custom"\nname = "Own"\npayoffs = [{{ party = "A", amount = 1, when = "{when}" }}]\n'
    with pytest.raises(TreatyFileError, match=rf"payoffs\[0\]\.when.*names '{when}', which there is not"):
        treaty(obliged + PAYOFFS, clause)
