"""What is told of the best plan where full compliance fails: who departs, when, with what chance, and its history."""

from __future__ import annotations

import re

from treaties.assessing.assess import assess
from treaties.briefing.terminal import explain
from treaties.model.treaty import Treaty
from treaties.reading.treaty_file import read_treaty_text

TEXT = """
schema = "servanda-treaty/1"
title = "Joint radar (fictional)"
payoff_unit = "EUR million per year"
[[party]]
id = "NOR"
name = "Norland"
discount = 0.7
[[party]]
id = "SUN"
name = "Sundmark"
discount = 0.3
[[matter]]
id = "radar"
reward     = { NOR = 2,  SUN = 2 }
temptation = { NOR = 3,  SUN = 3 }
sucker     = { NOR = -1, SUN = -1 }
punishment = { NOR = 0,  SUN = 0 }
"""
FIXED = '[[provision]]\ntype = "sunset"\narticle = "1"\nterm_years = 2\nrenewal = { rule = "none" }\n'


def told(treaty: Treaty) -> list[str]:
    return explain(assess(treaty, region=False))


def test_a_departure_that_comes_by_lot_is_told_with_its_chance_beside_the_likeliest_history() -> None:
    treaty = read_treaty_text(TEXT, "radar.toml")
    found = assess(treaty, region=False).departure
    assert found is not None
    chance = re.match(r"Most likely in year 2, with a chance of ([\d.]+)% \(", found.first_departure)
    assert chance is not None and 0 < float(chance[1]) < 50
    # Where compliance is likelier than not in every year, the likeliest history has no departure at all.
    assert all("complies" in doing and "breaches" not in doing for _, _, doing in found.path)
    lines = told(treaty)
    place = lines.index(found.first_departure)
    assert lines[place + 1] == "Its likeliest history, step by step:"
    assert lines[place + 2].startswith("  years 1 to 12: Norland complies") and len(found.path) == 12
    assert not lines[place + 3].startswith("  year")


def test_a_departure_that_is_sure_is_told_without_a_chance() -> None:
    lines = told(read_treaty_text(TEXT.replace("0.3", "0.7") + FIXED, "radar.toml"))
    (said,) = [line for line in lines if line.startswith("Most likely")]
    assert said.startswith("Most likely in year 1 (situation: ") and "chance" not in said
    assert any(line.startswith("  year 1 (year of the term 1): Norland breaches") for line in lines)
