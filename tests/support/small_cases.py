"""Small facts and treaties for tests of cases."""

from __future__ import annotations

from typing import Any

from treaties.history.foretelling import findings, predictions_of
from treaties.history.prediction import Finding
from treaties.model.treaty import Treaty
from treaties.reading.treaty_file import read_treaty_text

TREATY = """
schema = "servanda-treaty/1"
title = "{title}"
payoff_unit = "points"

[facts]
name = "{title}"
outcome_kind = "{outcome}"
lasting_rank = {rank}

[[facts.article]]
article = "1"
kind = "ladder"
fact = "Three stages."
evidence = "verified"

[facts.article.parameters]
first_days = 15
second_days = 15
board_days = 20
total_days = 50
review = 6
whole = true
rule = "consensus"
off = "any_one_participant"
fees = [4.0, 6.5]

[[facts.article]]
article = "2"
kind = "term"
fact = "A term."
evidence = "weak"

[facts.article.parameters]
term_years = 16
first_year = 6
refusal_years = 1
times = 1
more_years = 5
notice_months = 3
end = "2026-06-30"
other_end = "2027-06-30"

[[facts.date]]
date = 2020-07-01
event = "It enters into force."
evidence = "verified"

[[facts.date]]
date = 2020-08-20
event = "Something is done."
evidence = "recalled"

[[facts.date]]
date = 2026-07-01
event = "One party does not confirm."
contested = true
evidence = "verified"

[[facts.date]]
date = "2036"
event = "It ends."
evidence = "verified"

{predictions}

[stylised]
label = "Stylised."

[[party]]
id = "A"
name = "Arland"
discount = {{ value = 0.8, low = 0.5, high = 0.95 }}

[[party]]
id = "B"
name = "Borland"
discount = {{ value = 0.8, low = 0.5, high = 0.95 }}

[[matter]]
id = "m"
reward.A = {{ value = {reward}, low = {low}, high = {high} }}
reward.B = {{ value = {reward}, low = {low}, high = {high} }}
temptation = {{ A = {temptation}, B = {temptation} }}
sucker = {{ A = -1, B = -1 }}
punishment = {{ A = 0, B = 0 }}

[[provision]]
type = "sunset"
term_years = 5
renewal = {{ rule = "mutual" }}

[[variant]]
name = "fixed"
set = {{ "sunset.renewal.rule" = "none" }}
"""


def case(
    predictions: str = "",
    *,
    title: str = "Arland and Borland",
    outcome: str = "in_force",
    rank: int = 1,
    reward: float = 2.0,
    temptation: float = 3.0,
) -> Treaty:
    """A treaty of two parties that is kept if they are patient enough, with facts and predictions."""
    text = TREATY.format(
        predictions=predictions, title=title, outcome=outcome, rank=rank, reward=reward, low=reward - 0.5,
        high=reward + 0.5, temptation=temptation,
    )
    return read_treaty_text(text, f"{title}.toml")


def entry(**terms: Any) -> str:
    """One prediction as a file writes it; text is told as it is, for inline tables."""
    lines = [f"{key} = {value if isinstance(value, str) else repr(value).lower()}" for key, value in terms.items()]
    return "\n".join(["[[facts.prediction]]", 'title = "it"', *lines, ""])


def found(**terms: Any) -> Finding:
    """What one prediction comes to."""
    treaty = case(entry(**terms))
    return findings(treaty, predictions_of(treaty))[0]
