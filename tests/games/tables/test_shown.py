"""Games and answers as tables, LaTeX, HTML, pictures and one line: what they say, and that names cannot break out."""

from __future__ import annotations

import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from games import (
    GameError,
    Sustainable,
    discount_region,
    folk_theorem_set,
    repeated_game,
    solve,
    stage_game,
    stochastic_game,
)
from games.model.public_automaton import PublicAutomaton, PublicMode
from games.solvers.payoff_set import SupportBounds
from games.solvers.verdict import Undecided
from games.tables import html_of, in_short
from games.tables.latex import escaped

DILEMMA = [[[2, 2], [-1, 3]], [[3, -1], [0, 0]]]
ODD = repeated_game(DILEMMA, 0.5, actions=[["keep_50%", "<b>"], ["a & b", "$x$"]], players=["A_1", "B#2"], name="x^2")
SOLVED = solve(ODD)
VERDICT = SOLVED.verdict("keep_50%,a & b")
AUTOMATON = SOLVED.automaton("keep_50%,a & b", VERDICT)
REGION = discount_region(ODD, "keep_50%,a & b", 0.2, 0.6, 0.2, prove=False)
STAY = ((0, Fraction(1)),)
PUBLIC = PublicAutomaton((PublicMode(0, 3, (Fraction(0), Fraction(0)), {(3, 0): STAY}),), STAY)
BOUNDS = SupportBounds(np.vstack([np.eye(2), -np.eye(2)]), np.ones(4), np.zeros(4))
THINGS: dict[str, Any] = {
    "game": ODD, "stage": stage_game(DILEMMA), "solution": SOLVED, "set": SOLVED.payoff_set(), "bounds": BOUNDS,
    "verdict": VERDICT, "undecided": Undecided(VERDICT.concept, "too close & <near>"), "region": REGION,
    "automaton": AUTOMATON, "public": PUBLIC, "folk": folk_theorem_set(ODD),
    "ends": repeated_game(DILEMMA, 1, periods=2),
}


@pytest.mark.parametrize("name", THINGS)
def test_everything_has_a_line_a_frame_latex_and_html(name: str) -> None:
    thing = THINGS[name]
    assert repr(thing).startswith("<") and "\n" not in repr(thing) and len(repr(thing)) < 200
    frame = thing.to_frame()
    assert len(frame) > 0 and len(set(frame.columns)) == len(frame.columns)
    latex, html = thing.to_latex(), thing._repr_html_()
    lines = latex.split("\n")
    columns = len(lines[0].split("{")[2].rstrip("}"))
    rows = [line for line in lines if line.endswith(r"\\")]
    assert all(line.replace(r"\&", "").count("&") == columns - 1 for line in rows)
    assert "<b>" not in html and html.count("<tr>") == html.count("</tr>") > 1
    assert latex == thing.to_latex() and html == html_of(thing)


def test_what_frames_say() -> None:
    frame = ODD.to_frame()
    assert frame["payoff of A_1"].tolist() == [2, -1, 3, 0] and frame["action of B#2"].tolist()[1] == "$x$"
    assert SOLVED.to_frame().iloc[0]["most of A_1"] == pytest.approx(8 / 3)
    assert VERDICT.to_frame().iloc[0]["verdict"] == "sustainable"
    moved = stochastic_game([DILEMMA, [[[0, 0]]]], [[[["1/4", "3/4"]] * 2] * 2, [[[0, 1]]]], 0.5).to_frame()
    assert moved["next state"].tolist()[0] == "s0: 0.25, s1: 0.75" and moved["next state"].tolist()[-1] == "s1"
    told = AUTOMATON.to_frame(ODD)  # type: ignore[union-attr]
    assert set(told["state"]) == {"s0"} and "(keep_50%, a & b)" in set(told["played"])
    corners = SOLVED.payoff_set().to_frame()
    assert (corners["set"] == "outer").sum() == 4
    assert REGION.to_frame().iloc[0]["lowest"] == pytest.approx(1 / 3, abs=1e-5)
    assert stage_game(DILEMMA).to_frame()["equilibrium"].tolist() == [False, False, False, True]


def test_latex_of_a_game_of_two_is_its_matrix_and_escapes_every_name() -> None:
    text = ODD.to_latex(caption="50% of x_1", label="tab:x_1}")
    assert r"A\_1, B\#2 & a \& b & \$x\$ \\" in text and r"keep\_50\% & $2, 2$ & $-1, 3$ \\" in text
    assert r"\caption{50\% of x\_1}" in text and r"\label{tab:x_1}" in text and r"\end{table}" in text
    assert escaped("\\{~^") == r"\textbackslash{}\{\textasciitilde{}\textasciicircum{}"


@pytest.mark.parametrize("name", ["game", "stage", "solution", "set", "region", "folk", "ends"])
def test_pictures_are_drawn_the_same_every_time(name: str, tmp_path: Path) -> None:
    first, second = tmp_path / "a.svg", tmp_path / "b.svg"
    THINGS[name].plot(first)
    figure = THINGS[name].plot(str(second))
    assert first.read_bytes() == second.read_bytes() and b"<svg" in first.read_bytes()
    assert figure.axes


def test_automata_are_drawn_with_their_game(tmp_path: Path) -> None:
    picture = VERDICT.plot(tmp_path / "v.svg", game=ODD)
    assert picture == AUTOMATON.plot(game=ODD)  # type: ignore[union-attr]
    assert picture._repr_svg_().startswith("<svg") and (tmp_path / "v.svg").read_text() == picture


REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("automaton", {}, "give the game that was solved"), ("undecided", {}, "only a verdict that a plan holds"),
    ("public", {"game": stage_game(DILEMMA)}, "give the game that was solved"),
    ("game", {"path": "x.jpg"}, r"must end in \.svg, \.png or \.pdf"), ("game", {"colour": 1}, "no option 'colour'"),
    ("verdict", {"path": "x.png", "game": ODD}, r"drawn as \.svg"), ("bounds", {}, "no picture of a SupportBounds"),
]


@pytest.mark.parametrize(("name", "options", "message"), REFUSED, ids=[f"{n} {m[:20]}" for n, _, m in REFUSED])
def test_what_cannot_be_drawn_is_refused_in_words(name: str, options: dict[str, Any], message: str) -> None:
    with pytest.raises(GameError, match=message):
        THINGS[name].plot(**options)


def test_more_than_two_players_have_tables_and_no_picture_of_one_round() -> None:
    game = repeated_game(np.zeros((2, 2, 2, 3)), 0.5)
    assert len(game.to_frame()) == 8 and "3 players" in repr(game)
    with pytest.raises(GameError, match="there are 3"):
        game.plot()


def test_an_automaton_of_another_game_is_refused() -> None:
    assert isinstance(VERDICT, Sustainable) and AUTOMATON is not None
    other = repeated_game([[[1, 1]]], 0.5)
    with pytest.raises(GameError, match="not one of this game"):
        AUTOMATON.to_frame(other)


def test_lines_about_things_import_neither_pandas_nor_matplotlib_nor_a_solver() -> None:
    code = ("import sys; from games import repeated_game; repr(repeated_game([[[1, 1]]], 0.5))\n"
            "print([m for m in sys.modules if m.split('.')[0] in ('pandas', 'matplotlib') or m == 'games.solvers'])")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    assert in_short(3) == "<int>"


def test_notebooks_make_no_more_rows_than_they_show(monkeypatch: pytest.MonkeyPatch) -> None:
    game = repeated_game(np.zeros((30, 30, 2)), 1, periods=5)
    asked: list[int] = []
    labels = type(game).profile_labels

    def counted(self: Any, row: int) -> tuple[str, ...]:
        asked.append(row)
        return labels(self, row)

    monkeypatch.setattr(type(game), "profile_labels", counted)
    shown = html_of(game)
    assert len(asked) <= 41 and f"and {game.n_rows - 40} more rows" in shown and shown.count("<tr>") == 41
    assert len(game.to_frame()) == game.n_rows
