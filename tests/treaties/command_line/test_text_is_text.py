"""Text of a file is text: no template, no format string, no markup, nothing that acts on a terminal or a page."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from matplotlib.figure import Figure

from games.numerics.visible import visible_lines
from tests.support.command_line import Run, run_with
from treaties.briefing.deal_figures import zones
from treaties.briefing.deal_panel import DealMap, DealPoint

TREATY = '''schema = "servanda-treaty/1"
title = "TITLE"
payoff_unit = "UNIT"
exit = EXIT

[[party]]
id = "A"
name = "NAME"
discount = 0.7

[[party]]
id = "B"
name = "Sundmark"
discount = 0.7

[[matter]]
id = "trade"
title = "MATTER"
reward = { A = 2, B = 2 }
temptation = { A = 3, B = 3 }
sucker = { A = -1, B = -1 }
punishment = { A = 0, B = 0 }

[[provision]]
type = "sunset"
article = "ARTICLE"
term_years = 2
renewal = { rule = "none" }
'''
PLAIN = {"TITLE": "Aurora", "UNIT": "points per year", "EXIT": "true", "NAME": "Norland", "MATTER": "Trade",
         "ARTICLE": "12"}
COOLING_OFF = '''
[[provision]]
type = "turnover"
party = "A"
to_sceptic = 0.1
to_friendly = 0.6

[[provision]]
type = "continuity"
article = "2"
cooling_off_years = 1
'''


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    return run_with(capsys)


def written(folder: Path, more: str = "", **said: str) -> Path:
    """The treaty with some of its texts replaced."""
    text = TREATY
    for place, words in (PLAIN | said).items():
        text = text.replace(place, words)
    path = folder / "t.toml"
    path.write_text(text + more, encoding="utf-8")
    return path


@pytest.mark.parametrize("unit", ["EUR {million} per year", "EUR {", "%s {period}", "points $x$ {{7*7}} [/bold]"])
def test_a_unit_is_printed_as_it_is_written(run: Run, tmp_path: Path, unit: str) -> None:
    page = tmp_path / "t.html"
    result = run("brief", written(tmp_path, UNIT=unit, ARTICLE="{A}", NAME="{B}"), "--out", page)
    assert result.code == 0, result.err
    html = page.read_text(encoding="utf-8")
    rest = unit.removeprefix("EUR ").removesuffix(" per year")
    assert rest in " ".join(result.out.split()) and rest in html.replace("\N{NO-BREAK SPACE}", " ")
    assert "{B}" in result.out and "{A}" in html


def test_what_acts_on_a_terminal_or_a_page_is_shown_as_a_mark(run: Run, tmp_path: Path) -> None:
    acting = r"x\u001b[31m\u0007\u202e\u200b\u009b\n"
    marks = r"x\x1b[31m\x07\u202e\u200b\x9b"
    treaty = written(tmp_path, TITLE=f"t{acting}", UNIT=f"u{acting}", NAME=f"n{acting}", MATTER=f"m{acting}")
    page = tmp_path / "t.html"
    for line in (("check", treaty), ("explain", treaty), ("brief", treaty, "--out", page)):
        result = run(*line)
        assert result.code == 0 and visible_lines(result.out + result.err) == result.out + result.err
        assert f"t{marks}\\n" in result.out and f"n{marks}\\n" in result.out
    html = page.read_text(encoding="utf-8")
    assert visible_lines(html) == html and f"t{marks}" in html and f"u{marks}" in html
    said = run("check", treaty, "--json").out
    assert visible_lines(said) == said
    assert json.loads(said)["treaty"]["title"] == "t" + json.loads(f'"{acting}"')


def test_figures_show_marks_and_say_nothing_of_letters_that_their_font_lacks(run: Run, tmp_path: Path) -> None:
    """Labels of an axis are made only when a figure is drawn, and matplotlib warns of what it cannot draw."""
    design = '\n[[variant]]\nname = "longer \\u001b"\nset = { "sunset.term_years" = 3 }\n'
    treaty = written(tmp_path, design, TITLE=r"条\u001b", UNIT=r"円\u0007", NAME=r"日本\u001b\u0007", MATTER="貿易")
    for line in (("bargain", treaty, "--workers", 1), ("brief", treaty)):
        page = tmp_path / f"{line[0]}.html"
        result = run(*line, "--out", page)
        assert result.code == 0 and "Warning" not in result.err and "Glyph" not in result.err
        assert visible_lines(result.out + result.err) == result.out + result.err
        html = page.read_text(encoding="utf-8")
        assert visible_lines(html) == html and r"日本\x1b" in html


def test_labels_of_an_axis_are_shown_with_marks(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[list[str]] = []

    def labels(figure: Figure, *_: str) -> str:
        figure.draw_without_rendering()
        drawn.append([label.get_text() for label in figure.axes[0].get_yticklabels()])
        return ""

    monkeypatch.setattr("treaties.briefing.deal_figures.svg", labels)
    one = DealPoint("d", (1.0, 2.0), True, True, ())
    zones(DealMap(("a\x1b", "b\n"), "points", (0.0, 0.0), (one,), (0,), ()))
    assert drawn == [[r"a\x1b", r"b\n"]]


@pytest.mark.parametrize("line", [("check", "--a\x1b[31m"), ("check", "t.toml", "more\x07"), ("\u202e",)])
def test_errors_about_the_command_line_show_marks(run: Run, line: tuple[str, ...]) -> None:
    result = run(*line)
    assert result.code == 2 and "Error: " in result.err
    assert visible_lines(result.err) == result.err


def test_cooling_off_where_nobody_can_leave_binds_nobody_and_is_remarked_upon(run: Run, tmp_path: Path) -> None:
    result = run("check", written(tmp_path, COOLING_OFF, EXIT="false"), "--long")
    assert result.code == 0 and "full compliance is" in result.out
    assert "Remark: continuity: nobody can leave" in result.out and "binds nobody" in result.out
    assert "Remark" in run("check", written(tmp_path, COOLING_OFF, EXIT="false")).out
    assert "continuity" not in run("check", written(tmp_path, COOLING_OFF)).out


@pytest.mark.parametrize(
    ("batna", "problem"),
    [
        ("A=nan", "'nan' is not a finite number"), ("A=1e999", "'1e999' is not a finite number"),
        ("A=1,A=2", "A is named twice"), ("A=−1", "'−1' is not a number"), ("A=0,9", "there is no party '9'"),
        ("A=", "'' is not a number"),
    ],
)
def test_alternatives_are_finite_and_of_one_party_each(run: Run, tmp_path: Path, batna: str, problem: str) -> None:
    result = run("bargain", written(tmp_path), "--batna", batna)
    assert result.code == 2 and problem in result.err


def test_a_target_longer_than_any_name_of_a_file_is_a_profile(run: Run, tmp_path: Path) -> None:
    game = tmp_path / "g.json"
    game.write_text(json.dumps({
        "format": "servanda-game/1", "players": ["A", "B"], "discount": 0.9,
        "states": [{"name": "s", "actions": [["a"], ["b"]], "payoffs": [[[1, 2]]]}],
    }))
    result = run("game", "solve", game, "--target", "a," * 300)
    assert result.code == 2 and "servanda: " in result.err


def test_a_plain_briefing_tells_only_what_was_asked(run: Run, tmp_path: Path) -> None:
    page = tmp_path / "t.html"
    result = run("brief", written(tmp_path), "--plain", "--out", page, "--json")
    told = json.loads(result.out)
    assert result.code == 0 and told["advice"] is None and told["briefing"] == str(page)
    assert "That was not asked" in page.read_text(encoding="utf-8")
