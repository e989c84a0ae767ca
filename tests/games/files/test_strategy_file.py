"""Strategy files: read, every fault with its place, written back, and what the schema says of them."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from games import GameError, repeated_game, strategies
from games.files.strategy_file import read_strategy, strategy_to_json
from games.model.strategy_automaton import StrategyAutomaton
from games.play.strategies.evaluation import evaluate

ROOT = Path(__file__).parents[3]
SCHEMA = json.loads((ROOT / "games" / "files" / "servanda-strategy.schema.json").read_text())
GAME = repeated_game(
    [[[2, 2], [-1, 3]], [[3, -1], [0, 0]]], discount="1/2", actions=[["C", "D"]] * 2, players=["A", "B"])
SOUND: dict[str, Any] = {
    "format": "servanda-strategy/1", "name": "suspension", "start": {"good": "3/4", "bad": "1/4"},
    "modes": {
        "good": {"play": ["C", "C"], "then": "good", "deviation": "bad"},
        "bad": {"play": {"s0": ["D", "D"]}, "then": {"bad": 0.5, "good": 0.5}, "deviation": "bad",
                "deviation_of": {"B": "good"}}}}


def test_a_strategy_is_read_and_its_schema_agrees(tmp_path: Path) -> None:
    jsonschema.validate(SOUND, SCHEMA)
    path = tmp_path / "suspension.json"
    path.write_text(json.dumps(SOUND), encoding="utf-8")
    automaton = read_strategy(path, GAME)
    assert automaton.modes == ("good", "bad")
    assert automaton.initial == ((0, Fraction(3, 4)), (1, Fraction(1, 4)))
    cell = automaton.cells[1, 0]
    assert cell.row == 3 and cell.punish == (((1, Fraction(1)),), ((0, Fraction(1)),))
    # A earns d (R + v) / 2 after a deviation of its own, v being that: v = 2/3, and 3/4 of 2 with 1/4 of it.
    assert evaluate(GAME, automaton).values[0] == Fraction(3, 4) * 2 + Fraction(1, 4) * Fraction(2, 3)


def test_strategies_by_name_are_written_and_read_again() -> None:
    for name in ("grim", "tit_for_tat", "win_stay_lose_shift", "penance"):
        automaton = strategies.named(name).automaton(GAME)
        assert isinstance(automaton, StrategyAutomaton)
        document = strategy_to_json(GAME, automaton)
        jsonschema.validate(document, SCHEMA)
        assert read_strategy(json.loads(json.dumps(document)), GAME) == automaton


def _without(place: str, value: Any = None) -> dict[str, Any]:
    """The sound file with one thing put in the place of another, or taken out."""
    out = json.loads(json.dumps(SOUND))
    *way, last = place.split(".")
    node = out
    for part in way:
        node = node[part]
    if value is None:
        del node[last]
    else:
        node[last] = value
    return dict(out)


@pytest.mark.parametrize(("document", "message"), [
    (_without("format"), "format: missing"),
    (_without("modes", []), "modes: an object of at least one mode"),
    (_without("modes", {}), "modes: an object of at least one mode"),
    (_without("modes.good", 3), "mode 'good': an object with play"),
    (_without("modes.good.play"), "mode 'good', play: one label for each player is needed"),
    (_without("modes.good.play", ["C"]), "1 actions named for 2 players"),
    (_without("modes.good.play", ["C", "X"]), "player 'B' has no action 'X'"),
    (_without("modes.bad.play", {"s1": ["D", "D"]}), "mode 'bad', play: state 's1' does not exist"),
    (_without("modes.good.then"), "mode 'good', then: the name of a mode"),
    (_without("modes.good.then", "god"), "mode 'god' does not exist; did you mean 'good'"),
    (_without("modes.bad.then", {"good": "1/2"}), "mode 'bad', then: probabilities sum to 0.5, not 1"),
    (_without("modes.bad.then", {"good": 2, "bad": -1}), "is negative"),
    (_without("modes.bad.then", {"good": "half"}), "is not a number"),
    (_without("modes.bad.deviation"), "nothing is said of a deviation of 'A'"),
    (_without("modes.bad.deviation_of", ["bad"]), "an object of modes by player"),
    (_without("modes.bad.deviation_of", {"C": "bad"}), "player 'C' does not exist"),
    (_without("start", "nowhere"), "start: mode 'nowhere' does not exist"),
    (_without("name", 3), "name: text is needed"),
    (_without("modes.bad.than", "bad"), "unknown key 'than'; did you mean 'then'"),
])
def test_every_fault_is_told_with_its_place(document: dict[str, Any], message: str) -> None:
    with pytest.raises(GameError, match=message):
        read_strategy(document, GAME)


def test_all_faults_are_told_at_once_and_repeated_names_too(tmp_path: Path) -> None:
    path = tmp_path / "twice.json"
    text = '{"format": "servanda-strategy/1", "modes": {"a": {}, "a": {"play": ["C", "C"]}}}'
    path.write_text(text, encoding="utf-8")
    with pytest.raises(GameError, match="mode 'a' is given more than once") as found:
        read_strategy(path, GAME)
    assert str(found.value).startswith(str(path))
    with pytest.raises(GameError) as found:
        read_strategy(_without("modes.good", {"play": ["C", "X"], "then": "x", "deviation": "y"}), GAME)
    assert len(str(found.value).splitlines()) == 3


def test_a_strategy_that_forgets_a_state_is_told_when_it_is_judged() -> None:
    from games import stochastic_game

    game = stochastic_game([[[[0, 0], [0, 1]], [[1, 0], [1, 1]]]] * 2, [[[[0, 1]] * 2] * 2] * 2, 0.5, states=["x", "y"])
    modes = {"m": {"play": {"x": ["a0", "b0"]}, "then": "m", "deviation": "m"}}
    automaton = read_strategy({"format": "servanda-strategy/1", "modes": modes}, game)
    with pytest.raises(GameError, match="state 'y'"):
        evaluate(game, automaton)


def test_what_is_neither_a_path_nor_an_object_is_told() -> None:
    nothing: list[Any] = [None, 5, []]
    for wrong in nothing:
        with pytest.raises(GameError, match="is no path of a file, nor the object"):
            read_strategy(wrong, repeated_game([[[1, 1]]], 0.5))
