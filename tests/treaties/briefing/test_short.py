"""What a terminal says in twelve lines: the page's own words, no wider than asked, nothing that was not asked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.support import briefings as fixtures
from tests.support.advice import advice, smallest
from treaties.assessing.assess import Assessment
from treaties.briefing.briefing import Briefing
from treaties.briefing.short import LINES, MORE, _shorter, short

FIXTURES = [fixtures.holds, fixtures.fails, fixtures.undecided]


def told(found: Assessment, width: int = 120, *, advised: bool = True) -> list[str]:
    return short(Briefing.of(found, advice() if advised else None), width, advised=advised)


@pytest.mark.parametrize("make", FIXTURES)
def test_it_takes_twelve_lines_with_that_of_the_file(make: object) -> None:
    assert callable(make)
    assert len(told(make())) + 1 <= LINES


@pytest.mark.parametrize("make", FIXTURES)
@pytest.mark.parametrize("width", [10, 60, 80, 120, 500])
def test_no_line_is_wider_than_the_terminal_and_every_answer_is_the_pages(make: object, width: int) -> None:
    assert callable(make)
    found = make()
    lines, page = told(found, width), Briefing.of(found, advice())
    assert max(map(len, lines)) <= min(max(width, 40), 120)
    text = " ".join(" ".join(lines).split())
    assert page.headline in text
    for reply in page.first.replies[:3]:
        assert " ".join(reply.said[0].split()) in text


def test_a_long_answer_loses_its_end_before_it_takes_a_thirteenth_line() -> None:
    told_long = advice(smallest=replace(smallest(), note="each trial takes long " * 60))
    lines = short(Briefing.of(fixtures.holds(), told_long), 120, advised=True)
    assert len(lines) + 1 <= LINES and any(line.endswith("…") for line in lines)
    assert "The smallest change that breaks it:" in " ".join(lines)


@pytest.mark.parametrize("width", [60, 80, 120])
def test_of_options_no_name_is_cut_for_the_sake_of_another_column(width: int) -> None:
    found = fixtures.holds()
    ranked = [option.name for group in Briefing.of(found).option_groups for _, option in group.rows]
    lines = told(found, width)
    (head,) = [k for k, line in enumerate(lines) if " option " in f"{line} "]
    assert lines[head + 1 :] and not any("…" in line for line in lines[head:])
    assert ranked[0] in lines[head + 1]


@pytest.mark.parametrize("known", ["proved", "computed, not proved"])
def test_however_short_a_change_is_told_it_is_said_how_it_is_known(known: str) -> None:
    said = f"The smallest change that makes it hold: the amount of article 7 from 1 to 2; {known}. It costs nobody."
    for _ in range(4):
        said = _shorter(said)
        assert known in said and said.count(MORE) == 1
    assert len(said) < 70


def test_what_was_not_asked_for_is_not_told() -> None:
    assert not any(line.startswith("Worlds") for line in told(fixtures.holds(), advised=False))
    assert any(line.startswith("Worlds") for line in told(fixtures.holds()))


def test_options_stand_in_the_pages_order_and_how_many_there_are_is_said() -> None:
    found = fixtures.holds()
    ranked = [option.name for group in Briefing.of(found).option_groups for _, option in group.rows]
    lines = told(found)
    (head,) = [k for k, line in enumerate(lines) if " option " in line]
    shown = lines[head + 1 :]
    assert len(shown) < len(ranked) and lines[head].endswith(f"({len(shown)} of {len(ranked)})")
    assert all(name in line for name, line in zip(ranked, shown, strict=False))


def test_undecided_is_never_told_as_proved_or_as_a_no() -> None:
    text = "\n".join(told(fixtures.undecided()))
    assert "full compliance is undecided." in text and "Not decided" in text
    assert "checked" not in text.split("\n")[0] and "does not hold" not in text


@pytest.mark.parametrize("make", FIXTURES)
def test_the_solution_concept_stands_with_the_verdict_and_twelve_lines_are_enough_for_it(make: object) -> None:
    assert callable(make)
    found = make()
    lines = short(Briefing.of(found, advice()), 120, advised=True, concept=found.concept)
    assert f"full compliance is {found.verdict} ({found.concept})" in " ".join(" ".join(lines).split())
    assert len(lines) + 1 <= LINES
