"""Pictures of automata: complete as text, readable by Graphviz, and an SVG that stands alone."""

from __future__ import annotations

import re
from fractions import Fraction
from xml.etree import ElementTree

from games import StrategyAutomaton, read_game, repeated_game, solve
from games.drawing.automata import automaton_dot, automaton_svg, automaton_text
from games.model.strategy_automaton import Cell, surely

GAME = repeated_game(
    [[[2, 2], [-1, 3]], [[3, -1], [0, 0]]], discount=0.5, actions=[["comply", "breach"]] * 2,
    players=["A&B", 'the "C"'])


def grim() -> StrategyAutomaton:
    found = solve(GAME, solver="nash_reversion").automaton("comply,comply")
    assert isinstance(found, StrategyAutomaton)
    return found


GRIM = grim()


def test_text_names_every_mode_state_and_reply() -> None:
    text = automaton_text(GAME, GRIM)
    assert "starts: 'keep to the plan'" in text
    assert "s0: play (comply, comply)" in text
    assert "A&B deviates: 'revert to equilibrium 1'" in text
    assert text.count("nobody deviates") == len(GRIM.cells)


def test_dot_has_a_node_per_mode_and_quotes_what_it_must() -> None:
    dot = automaton_dot(GAME, GRIM)
    assert len(re.findall(r"^  m\d+ \[", dot, re.MULTILINE)) == len(GRIM.modes)
    assert "m0 -> m1" in dot
    assert "style=dashed" in dot
    assert 'the \\"C\\"' in dot


def test_svg_is_well_formed_and_shows_every_mode() -> None:
    root = ElementTree.fromstring(automaton_svg(GAME, GRIM))
    space = "{http://www.w3.org/2000/svg}"
    assert len(root.findall(f"{space}rect")) == len(GRIM.modes)
    words = " ".join(node.text or "" for node in root.iter(f"{space}text"))
    assert "keep to the plan" in words
    assert 'A&B or the "C" deviates' in words


def test_lotteries_mixtures_and_rules_per_state_are_told() -> None:
    game = read_game({
        "format": "servanda-game/1", "players": ["A", "B"], "discount": 0.5, "states": [
            {"name": name, "actions": [["x", "y"], ["z"]], "payoffs": [[[0, 0]], [[0, 0]]],
             "transitions": [[{"day": 1}], [{"night": 1}]]} for name in ("day", "night")],
    })
    half = Fraction(1, 2)
    coin = ((0, half), (1, half))
    cells = {
        (0, 0): Cell(0, coin, (surely(1), surely(0)), then_at={1: surely(1)}, punish_at={(0, 1): surely(0)}),
        (0, 1): Cell(2, coin, (surely(1), surely(0))),
        (1, 0): Cell(-1, surely(1), (surely(1), surely(1)), mix=((half, half), (Fraction(1),))),
        (1, 1): Cell(2, surely(1), (surely(1), surely(1))),
    }
    automaton = StrategyAutomaton(("first", "second"), cells, coin)
    text = automaton_text(game, automaton)
    assert "starts: 'first' with probability 1/2, 'second' with probability 1/2" in text
    assert "if night comes, 'second'" in text
    assert "A deviates: 'second'; if night comes, 'first'" in text
    assert "(1/2 x + 1/2 y, 1 z)" in text
    dot = automaton_dot(game, automaton)
    assert "1/2" in dot
    assert "m0 -> m0" in dot
    ElementTree.fromstring(automaton_svg(game, automaton))


def test_long_modes_are_cut_and_counted() -> None:
    years = 9
    game = read_game({
        "format": "servanda-game/1", "players": ["A"], "discount": 0.5, "states": [
            {"name": f"year {t}", "actions": [[f"act {t}"]], "payoffs": [[0]],
             "transitions": [{f"year {(t + 1) % years}": 1}]} for t in range(years)],
    })
    cells = {(0, t): Cell(t, surely(0), (surely(0),)) for t in range(years)}
    svg = automaton_svg(game, StrategyAutomaton(("on",), cells, surely(0)))
    assert "year 0: (act 0)" in svg
    assert "and 4 more" in svg
