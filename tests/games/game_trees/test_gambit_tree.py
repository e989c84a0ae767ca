"""Gambit's .efg: every kind of node, outcomes on the way, sets described once, both ways, faults by place."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from games import GameError
from games.extensive_form import (
    Chance,
    Decision,
    ExtensiveGame,
    InformationSet,
    Terminal,
    extensive_to_json,
    read_extensive,
    to_efg,
)
from games.files.gambit_words import Words
from games.game_trees.gambit_tree import parse_efg

DATA = Path(__file__).parent / "data"


def test_every_kind_of_node_and_outcomes_on_the_way() -> None:
    game = read_extensive(DATA / "stages.efg")
    assert game.name == "Two stages"
    assert game.players == ("Buyer", "Seller")
    assert [(known.player, known.name, known.actions) for known in game.information_sets] == [
        (0, "here", ("go", "stop")), (1, "1", ("up", "down"))]
    assert [type(node) for node in game.nodes] == [
        Chance, Decision, Decision, Terminal, Terminal, Terminal, Decision, Decision, Terminal, Terminal, Terminal]
    chance = game.nodes[0]
    assert isinstance(chance, Chance)
    assert chance.labels == ("good", "bad")
    assert list(map(str, chance.probabilities)) == ["1/3", "2/3"]
    # An entry fee at the seller's nodes, and an outcome that comes twice, once with commas and once by its number.
    assert [(end.outcome, *map(str, end.payoffs)) for _, end in game.terminals()] == [
        ("sale", "9", "1/2"), ("", "-1", "-1/2"), ("", "0", "0"), ("sale", "9", "1/2"), ("late", "-1/2", "1"),
        ("", "0", "0")]
    assert game.members == ((1, 6), (2, 7))


@pytest.mark.parametrize("text, ends", [
    ('EFG 2 R "" { "A" } t "" 0', [["0"]]),
    ('EFG 2 D "" { "A" } t "" 7 "x" { 1.5 }', [["3/2"]]),
    ('EFG 2 R "" { "A" } "comment" p "" 1 1 "" { "a" "b" } 0 t "" 1 "" { 1, } t "" 1', [["1"], ["1"]]),
    ('EFG 2 R "" { "A" } c "" 1 "" { "x" .5 "y" .5 } 0 c "" 1 0 t "" 0 t "" 1 "" { 1 } t "" 0', [["0"], ["1"], ["0"]]),
    ('EFG 2 R "" {"A" "B"}p""1 1""{"a"}0 p""2 1""{"b"}0 t""1""{1 2}', [["1", "2"]]),
])
def test_forms_that_are_in_use(text: str, ends: list[list[str]]) -> None:
    assert [list(map(str, end.payoffs)) for _, end in parse_efg(Words(text)).terminals()] == ends


def test_names_that_are_empty_or_come_twice_are_told_apart() -> None:
    game = parse_efg(Words('EFG 2 R "" { "A" "A" } p "" 1 1 "s" { "a" "a" } 0 p "" 1 2 "s" { "" } 0 t "" 0 t "" 0'))
    assert game.players == ("A", "A 2")
    assert [(known.name, known.actions) for known in game.information_sets] == [("s", ("a", "a 2")), ("s 2", ("1",))]


def test_decimals_that_miss_one_by_rounding_are_divided_by_their_sum() -> None:
    game = parse_efg(Words('EFG 2 R "" { "A" } c "" 1 "" { "x" 0.3333 "y" 0.3333 "z" 0.3333 } 0' + ' t "" 0' * 3))
    assert isinstance(game.nodes[0], Chance)
    assert list(map(str, game.nodes[0].probabilities)) == ["1/3"] * 3


@pytest.mark.parametrize("body, message", [
    ("", "a node is needed, c, p or t"),
    ('t "" 1', "outcome 1 has not been described"),
    ('t "" 0 "x" { 1 }', "outcome 0 is no outcome"),
    ('t "" 1 "x" { 1 2 }', "'}' is needed, '2' given"),
    ('t "" 0 t "" 0', "every branch of the tree has ended, and more follows"),
    ('p "" 1 1 0', "information set 1 has not been described"),
    ('p "" 2 1 "" { "a" } 0 t "" 0', "player 2 does not exist; 1 are named"),
    ('p "" 1 1 "" { } 0', "information set 1 has no actions"),
    ('p "" 1 1 "" { "a" "b" } 0 t "" 0', "a node is needed.*branches of the tree are still open"),
    ('p "" 1 1 "" { "a" } 0 p "" 1 1 "" { "b" } 0 t "" 0', "other actions here"),
    ('p "" 1 1 "" { "a" "b" } 0 t "" 1 "x" { 1 } t "" 1 "x" { 2 }', "outcome 1 is described in another way"),
    ('c "" 1 "" { "a" 1/2 "b" 1/3 } 0 t "" 0 t "" 0', r"probabilities add up to 0\.8333333333, not 1"),
    ('c "" 1 "" { "a" 3/2 "b" -1/2 } 0 t "" 0 t "" 0', "a probability is negative"),
    ('c "" 1 "" { "a" "b" } 0', "the probability of 'a' is needed"),
    ('q "" 1', "a node is needed, c, p or t; 'q' given"),
])
def test_faults_are_told_with_their_place(body: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "a.efg").write_text(f'EFG 2 R "" {{ "A" }}\n{body}')
    with pytest.raises(GameError, match=message) as told:
        read_extensive(tmp_path / "a.efg")
    assert "a.efg: line 2, column " in str(told.value)


def random_tree(rng: np.random.Generator) -> ExtensiveGame:
    """A tree of three players with chance moves and sets of several nodes, of whatever recall."""
    nodes: list[Chance | Decision | Terminal] = []
    actions: list[tuple[int, str, tuple[str, ...]]] = []

    def grow(depth: int) -> int:
        number = len(nodes)
        nodes.append(Terminal(tuple(Fraction(int(a), int(b)) for a, b in rng.integers(1, 9, (3, 2))), f"end {number}"))
        if depth == 0 or rng.random() < 0.2:
            return number
        count = int(rng.integers(1, 4))
        if rng.random() < 0.3:
            weights = rng.integers(0, 5, count) + (np.arange(count) == 0)
            law = tuple(Fraction(int(w), int(weights.sum())) for w in weights)
            nodes[number] = Chance(tuple(f"c{k}" for k in range(count)), law, tuple(grow(depth - 1) for _ in law))
            return number
        fitting = [k for k, known in enumerate(actions) if len(known[2]) == count]
        if fitting and rng.random() < 0.5:
            known = int(rng.choice(fitting))
        else:
            known = len(actions)
            actions.append((int(rng.integers(3)), f'set "{known}"', tuple(f"{known} \\ {k}" for k in range(count))))
        nodes[number] = Decision(known, tuple(grow(depth - 1) for _ in range(count)))
        return number

    grow(4)
    return ExtensiveGame(("A", "B", "C"), tuple(InformationSet(*known) for known in actions), tuple(nodes), "a tree")


def test_random_trees_come_back_from_both_files_as_they_were(rng: np.random.Generator) -> None:
    for _ in range(60):
        game = random_tree(rng)
        again = parse_efg(Words(to_efg(game)))
        assert again.digest == game.digest
        assert read_extensive(extensive_to_json(again)).digest == game.digest


def test_deep_trees_are_read() -> None:
    depth = 3000
    text = 'EFG 2 R "" { "A" } p "" 1 1 "" { "a" "b" } 0 ' + 't "" 0 p "" 1 1 0 ' * depth + 't "" 0 t "" 0'
    assert len(parse_efg(Words(text)).nodes) == 2 * depth + 3
