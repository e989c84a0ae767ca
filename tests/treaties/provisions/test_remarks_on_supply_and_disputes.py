"""What the clauses on supply and disputes find odd about themselves, and what two of them cannot both say."""

from __future__ import annotations

import pytest

from tests.support.dilemmas import Dilemma, Event
from treaties.linting.clauses import lint
from treaties.reading.treaty_file import read_treaty_text

FOUR = (3.0, 4.0, -1.0, 0.0)
TWO = Dilemma({"A": FOUR, "B": FOUR}, 0.5, event=Event(0.5, {"A": 1.0}))
THREE = Dilemma({"A": FOUR, "B": FOUR, "C": FOUR}, 0.5, event=Event(0.5, {"A": 1.0}))
TABLE = """
[[matter]]
id = "table"
options = ["comply", "breach"]
compliant = "comply"
table = { A = [[3, -1], [4, 0]], B = [[3, 4], [-1, 0]] }
"""
ESCAPE = 'type = "escape_clause"\nmatter = "trade"\n'
SALE = 'type = "re_export_limit"\nrecipient = "A"\nsupplier = "B"\nmatter = "trade"\n'
LICENCE = 'type = "export_control"\nexporter = "A"\nmatter = "trade"\n'
LIST = 'type = "technology_list"\nmatter = "trade"\n'
LADDER = 'type = "dispute_ladder"\nmatter = "trade"\ncap = 1\n'
BENEFITS = 'type = "suspension_of_benefits"\nmatter = "trade"\nyears = 1\n'
LINE = 'type = "red_line"\nmatter = "trade"\n'
ACCESS = 'type = "reciprocal_access"\nmatter = "trade"\nhostages = { A = 1, B = 1 }\n'
ASSURANCE = 'type = "security_assurance"\nthreat = "shock"\nprotected = "A"\n'
SHOCK = 'type = "sanctions_shock"\nparty = "A"\n'
SUNSET = 'type = "sunset"\nterm_years = 3\nrenewal = { rule = "automatic" }\n'


def remarks(clause: str, *others: str, of: Dilemma = TWO, more: str = "") -> str:
    text = of.text + more + "".join(f"[[provision]]\n{block}\n" for block in (clause, *others))
    return "\n".join(f"{found.severity}: {found}" for found in lint(read_treaty_text(text, "t.toml")))


@pytest.mark.parametrize(
    ("clause", "says"),
    [
        (ESCAPE + "compensation = 0", "suspending duties costs nothing"),
        (ESCAPE + "compensation = 1", "without grounds compliance never expects"),
        (SALE + "sales = [{ chance = 0.2, value = 3, content = 0.1 }]\nde_minimis = 0.2", "nobody is asked"),
        (SALE + "sales = [{ chance = 0.2, value = 3 }]", "no sale harms a supplier"),
        (LICENCE + "lag_months = 2", "no reason to wait for one"),
        (LICENCE + "refusal = 1\npenalty = 1", "no licence is ever granted"),
        (LIST + "list_share = 0", "nothing of trade may be shared"),
        (LIST + "list_share = 0.5\nageing = 0.1", "every year never ages"),
        (LADDER, "breaches for free for 1 years or less"),
        (LINE + "threshold = 0.5", "nothing follows across the line"),
        (LINE + "threshold = 0\npenalty = 1", "half of those who comply"),
        (LINE + "threshold = 1\npenalty = 1", "half of all breaches"),
        (ACCESS + 'crisis = "shock"', "no meaning without priority"),
        (ASSURANCE + "benefit = 1\ncost = 1", "no guarantor is named"),
        (ASSURANCE + "benefit = 1\nhonoured = 0", "never honoured"),
        (SHOCK + "hazard = 0.1", "changes nothing"),
        (SHOCK + "hazard = 0\nvalue_change = 1", "never struck"),
    ],
)
def test_a_clause_says_what_is_odd_about_it_and_not_of_others(clause: str, says: str) -> None:
    assert says in remarks(clause)
    assert says not in remarks(SUNSET)


def test_what_depends_on_the_treaty_is_seen_in_it() -> None:
    hidden = 'observability = "private"\n'
    assert "there is nothing to dispute" in remarks(LADDER, more=hidden)
    assert "although nobody sees it" in remarks(ACCESS, more=hidden)
    assert "withheld from the innocent" in remarks(BENEFITS, of=THREE) and "innocent" not in remarks(BENEFITS)
    late = LIST + "list_share = 0.5\nageing = 0.1\nupdate_years = 4"
    assert "in a term of 3" in remarks(late, SUNSET) and "in a term of" not in remarks(late)
    for clause in (ESCAPE + 'compensation = 1\ngrounds = "shock"', BENEFITS):
        assert "error: " in remarks(clause.replace('"trade"', '"table"'), more=TABLE)
        assert "error: " not in remarks(clause, more=TABLE)


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        (ESCAPE + "compensation = 1", ESCAPE + 'compensation = 2\nholder = "B"', "two escape clauses on trade"),
        (SALE + "sales = [{ chance = 0.2, value = 3 }]",) * 2 + ("two clauses limit sales of A",),
        (LICENCE + "lag_months = 2",) * 2 + ("two clauses license what A delivers",),
        (LIST + "list_share = 0.5",) * 2 + ("two technology lists",),
        (LADDER, LADDER + 'respondent = "A"', "two dispute ladders hear the same party"),
        (BENEFITS, BENEFITS, "two clauses suspend benefits"),
        (LINE + "threshold = 0.5\npenalty = 1",) * 2 + ("two red lines on trade",),
        (ACCESS, ACCESS, "two clauses give reciprocal access"),
        (ASSURANCE + "benefit = 1",) * 2 + ("two assurances protect A",),
        (SHOCK + "hazard = 0.1\nvalue_change = 1",) * 2 + ("two shocks strike A",),
    ],
)
def test_two_clauses_that_claim_the_same_are_an_error(one: str, other: str, both: str) -> None:
    assert any(line.startswith("error: ") and both in line for line in remarks(one, other).splitlines())
    assert both not in remarks(one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (ESCAPE + 'compensation = 1\nholder = "A"', ESCAPE + 'compensation = 2\nholder = "B"'),
        (LADDER + 'respondent = "B"', LADDER + 'respondent = "A"'),
        (LINE + 'threshold = 0.5\npenalty = 1\narticle = "1"', LINE + 'threshold = 0.9\npenalty = 1\narticle = "2"'),
    ],
)
def test_two_that_do_not_meet_stand_together(one: str, other: str) -> None:
    assert TWO.compiled(one, other).game.digest == TWO.compiled(other, one).game.digest
