"""Every input in ``cases`` through the command that a user would type, against what is right.

Each stands for a kind of fault.  What is right was found by hand or by other software, not by this one.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import final

import pytest

from tests.support.command_line import Run, run_with

CASES = Path(__file__).parent / "cases"


@final
@dataclass(frozen=True)
class Case:
    """One command line and what it must come to.

    ``command``  its arguments; those that name a file of ``cases`` stand for its path.
    ``code``     exit status: 0 answered, 1 refused by the checker, 2 bad input, 3 undecided where that was asked.
    ``says``, ``never``  what must, and must not, stand in what is printed.
    """

    command: str
    code: int
    says: tuple[str, ...] = ()
    never: tuple[str, ...] = ()


CHECKED = (
    Case("game solve coordination_4x4.json --solver nash_reversion", 0,
         ("15 Nash equilibria of one period; there are no others",)),
    Case("game solve component_2x3.json --solver nash_reversion", 0,
         ("all Nash equilibria of one period: 2 maximal sets with 3 extreme points", "T against l",
          "any mixture of (2/3 T + 1/3 B), (1/3 T + 2/3 B) against j")),
    Case("game tree tree_no_pure.json --strict", 0,
         ("a sequential equilibrium: payoffs (7/3, 7/3)", "1, 1:1: S 2/3, T 1/3", "2, 2:1: E 2/3, O 1/3",
          "in pure strategies: none", "payoffs (3, 1): not subgame perfect"), ("undecided",)),
    Case("game tree tree_zero_sum.json", 0, ("value to 1: 0", "1, x: u 2/3, d 1/3", "2, y: l 1/3, r 2/3")),
    Case("game tree absent_minded_driver.json", 0, ("1 subgame", "does not have perfect recall"), ("0 subgames",)),
    Case("game solve bertrand_3_firms.json --target high,high,high", 0, ("high,high,high: sustainable",)),
    Case("game certify pennies.json --certificate cert_pennies_mixed_as_pure.json", 1,
         ("refused", "cells[0].mix", "mixed stationary equilibrium")),
    Case("game certify dilemma_fifth.json --certificate cert_dilemma_tolerance.json", 1, ("refused",)),
    Case("game certify tiny_chance.json --certificate cert_tiny_chance.json", 1,
         ("refused", "'s1' can be reached")),
    Case("game solve tiny_chance.json --target C,C", 0, ("C,C: unsustainable", "checked exactly")),
    Case("game solve unequal_outside_box.json", 0, ("state s0: equilibrium payoffs (0, 0.5) state s1",), ("4747",)),
    Case("check crash_cooling_off.toml", 0, ("full compliance is sustainable", "the clause binds nobody")),
    Case("check fmt_brace.toml", 0, ("Margin EUR −1 {million}",)),
    Case("check fmt_open.toml", 0, ("Margin EUR −1 {",)),
    Case("check huge_int.toml", 2, ("huge_int.toml:2: title: is a whole number of more than 64 bits; write",)),
    Case("check design_empty_choices.toml", 2, (".toml:28: ", "(article 12, sunset)", "list at least one value")),
    Case("check superscript_index.toml", 2, (".toml:32: ", "'²' is no entry of a list of 1", "numbered 0 to 0")),
    Case("check --long three_submarine.toml", 0,
         ("full compliance is unsustainable", "Margin EUR −5 million", "undetected-deviation, checked by exact")),
    Case("check lesson_two_matters.toml", 0,
         ("full compliance is unsustainable", "can be kept to year 4 of 5", "Sundmark is in the same position")),
    Case("check --long lesson_two_matters.toml", 0,
         ("full compliance is unsustainable", "year 5, the last of the term, falls, but year 4 is kept",
          "compliance can be kept to year 4 of 5", "Most likely in year 5", "Sundmark is in the same position")),
    Case("check --long lesson_holdup.toml", 0,
         ("full compliance is sustainable", "talks before anything is sunk would bring",
          "by what it may do with its rights Norland takes 6 a year"), ("leaves the treaty",)),
)
"""Answered within seconds."""

SLOW = (
    Case("check --long two_offset_deal.toml", 0,
         ("full compliance is unsustainable", "public-exclusion, checked by exact")),
    Case("check --long two_codevelopment.toml", 0, ("full compliance is sustainable", "[0.870021, 0.980000]")),
    Case("check --long three_fighter_small.toml", 0,
         ("full compliance is sustainable", "[0.697511, 0.980000]"), ("it holds: none",)),
    Case("check --long lesson_watch_class.toml --variants", 0,
         ("full compliance is unsustainable",
          "42.3 years of cooperation before a break, 5.11 years of punishment, 96.8% of the time in compliance",
          "cooperation lasts longest with", "option Team 11: "), ("Margin EUR −5 million",)),
    Case("bargain lesson_watch_class.toml --json", 0, ('"undecided": 13', '"keeps": '), ("would not be kept",)),
)
"""Answered within a minute."""


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    return run_with(capsys)


def arguments(command: str) -> list[str]:
    return [str(CASES / word) if (CASES / word).is_file() else word for word in command.split()]


@pytest.mark.parametrize("case", [*CHECKED, *(pytest.param(case, marks=pytest.mark.slow) for case in SLOW)],
                         ids=lambda case: case.command)
def test_the_command_says_what_is_right(run: Run, case: Case) -> None:
    result = run(*arguments(case.command))
    printed = " ".join((result.out + result.err).split())
    assert result.code == case.code, printed
    assert [words for words in case.says if words not in printed] == [], printed
    assert [words for words in case.never if words in printed] == [], printed


def test_the_first_page_says_to_which_year_a_treaty_of_two_matters_is_kept(run: Run, tmp_path: Path) -> None:
    """And not that it comes apart from year 1, as the same treaty of one matter does."""
    page, text = tmp_path / "page.html", (CASES / "lesson_two_matters.toml").read_text(encoding="utf-8")
    one = tmp_path / "one_matter.toml"
    before, _, after = text.partition('[[matter]]\nid = "standards"')
    one.write_text(before + after[after.index("[[provision]]") :], encoding="utf-8")
    told = []
    for treaty in (CASES / "lesson_two_matters.toml", one):
        assert run("brief", treaty, "--out", page).code == 0
        told.append(page.read_text(encoding="utf-8").partition('class="annex"')[0])
    assert "It does not hold to the end: it can be kept to year 4 of 5" in told[0]
    assert "No year is kept once those after it are lost" in told[1] and "year 4 of 5" not in told[1]


@pytest.mark.parametrize("name", ["fmt_brace", "fmt_open"])
def test_a_unit_with_braces_is_briefed(run: Run, tmp_path: Path, name: str) -> None:
    page = tmp_path / "page.html"
    assert run("brief", CASES / f"{name}.toml", "--out", page).code == 0
    assert "{" in page.read_text(encoding="utf-8")
