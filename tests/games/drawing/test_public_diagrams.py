"""Pictures of public automata: what is seen, what follows it, and what only a deviation brings."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from games.drawing import automaton_dot, automaton_svg, automaton_text
from games.files.game_writing import write_game
from games.model.public_automaton import PublicAutomaton
from tests.games.solvers.public_polygons.test_public_polygons import partnership, solved
from tests.support.command_line import run_with
from tests.support.public_evidence import noisy, until_a_bad_signal

GAME = noisy("19/20")
AUTOMATON = until_a_bad_signal(GAME)


def test_text_names_what_follows_every_signal() -> None:
    text = automaton_text(GAME, AUTOMATON)
    assert text.startswith("starts: mode 0\nmode 0: in s0 play (C, C), worth (")
    assert "  yC: mode 0\n" in text and "  yD: mode 1\n" in text


def test_signals_that_only_a_deviation_brings_are_dashed() -> None:
    sure = partnership(0.9, (1.0, 0.4, 0.2))
    automaton = solved(sure).automaton("C,C")
    assert isinstance(automaton, PublicAutomaton)
    assert "(not if nobody deviates)" in automaton_text(sure, automaton)
    dot = automaton_dot(sure, automaton)
    assert 'm0 -> m0 [label="good", style=solid]' in dot
    assert 'm0 -> m1 [label="bad", style=dashed]' in dot
    assert "dashed" not in automaton_dot(GAME, AUTOMATON)


def test_the_picture_stands_alone() -> None:
    tree = ElementTree.fromstring(automaton_svg(GAME, AUTOMATON))
    words = [element.text for element in tree.iter() if element.text and element.text.strip()]
    assert "(C, C)" in words and "(D, D)" in words
    assert any("yD" in word for word in words)


@pytest.mark.parametrize("kind", ["svg", "dot", "txt"])
def test_the_command_draws_it(kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, out = tmp_path / "game.json", tmp_path / f"automaton.{kind}"
    write_game(partnership(0.9, (1.0, 0.4, 0.2)), path)
    told = run_with(capsys)("game", "solve", path, "--target", "C,C", "--diagram", out)
    assert told.code == 0, told.err
    assert "bad" in out.read_text()
