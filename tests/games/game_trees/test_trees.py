"""The tree and its file: what is read, what is refused and with which words, what is written for Gambit."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from games import GameError
from games.extensive_form import (
    Chance,
    Decision,
    ExtensiveGame,
    InformationSet,
    Terminal,
    chance,
    decision,
    extensive_game,
    extensive_to_json,
    perfect_recall,
    read_extensive,
    subgame_roots,
    terminal,
    to_efg,
    to_nfg,
    write_extensive,
)
from games.extensive_form.classics import (
    beer_quiche,
    chain_store,
    inspection_game,
    kuhn_poker,
    ratification_game,
    selten_horse,
)
from tests.support.example_trees import forgetful

EXAMPLES = [
    kuhn_poker(), selten_horse(), chain_store(2), inspection_game(3, 1), ratification_game(),
    beer_quiche(), forgetful(),
]
END = {"payoffs": [0, 0]}


def document(root: Any, **more: Any) -> dict[str, Any]:
    return {"format": "servanda-extensive/1", "players": ["A", "B"], "root": root, **more}


@pytest.mark.parametrize("game", EXAMPLES, ids=lambda game: game.name)
def test_written_and_read_back_it_is_the_same_game(game: ExtensiveGame, tmp_path: Path) -> None:
    again = read_extensive(write_extensive(game, tmp_path / "game.json"))
    assert again == game
    assert again.digest == game.digest


def test_a_very_deep_tree_is_written_flat_and_read_back(tmp_path: Path) -> None:
    node: dict[str, Any] = terminal([0, 0])
    for k in range(400):
        node = decision("AB"[k % 2], {"go": node, "stop": terminal([k, 1])})
    game = extensive_game(["A", "B"], node)
    again = read_extensive(write_extensive(game, tmp_path / "deep.json"))
    assert again.digest == game.digest
    assert isinstance(extensive_to_json(game)["root"], str)


def test_numbers_stay_the_rationals_that_were_written() -> None:
    game = read_extensive(document(chance({"l": ("1/3", {"payoffs": ["0.1", 2]}), "r": ("2/3", END)})))
    root, left = game.nodes[0], game.nodes[1]
    assert isinstance(root, Chance) and root.probabilities == (Fraction(1, 3), Fraction(2, 3))
    assert isinstance(left, Terminal) and left.payoffs == (Fraction(1, 10), Fraction(2))


def test_places_that_read_alike_are_not_one_information_set() -> None:
    def later() -> dict[str, Any]:
        return decision("B", {"l": terminal([0, 0]), "r": terminal([1, 1])})

    game = extensive_game(["A", "B"], decision("A", {"x": decision("A", {"y": later()}), "x, y": later()}))
    assert [known.name for known in game.information_sets if known.player == 1] == ["after x, y", "after x, y (2)"]
    assert game.has_perfect_information
    # A name of the file's own that reads like a place is refused rather than confused with it.
    with pytest.raises(GameError, match="B has two of this name"):
        extensive_game(["A", "B"], decision("A", {
            "x": later(), "z": decision("B", {"l": terminal([0, 0]), "r": terminal([1, 1])}, "after x")}))


def test_actions_of_one_information_set_may_be_listed_in_any_order() -> None:
    game = read_extensive(document(decision("A", {
        "x": decision("B", {"l": terminal([1, 0]), "r": terminal([2, 0])}, "b"),
        "y": decision("B", {"r": terminal([3, 0]), "l": terminal([4, 0])}, "b"),
    })))
    assert [end.payoffs[0] for _, end in game.terminals()] == [1, 2, 4, 3]


REFUSED = [
    ({"format": "servanda-game/1"}, "format: 'servanda-game/1' given"),
    (document({"payoffs": [1]}), "the start: payoffs: a list of 1 given; one number for each of 2 players"),
    (document({"payoffs": {"A": 1}}), "the start, payoffs: 'B' is missing"),
    (document({"payoffs": [1, "x"]}), "the start, payoff of 'B': 'x' is not a number"),
    (document({}), "the start: a node has one of actions, chance and payoffs; none of them given"),
    (document({"payoffs": [0, 0], "player": "A", "actions": {}}), "actions and payoffs given"),
    (document({"payoffs": [0, 0], "outcom": "x"}), "unknown key 'outcom'; did you mean 'outcome'?"),
    (document({"player": "A", "actions": {}}), "actions: at least one named branch is needed"),
    (document({"player": "C", "actions": {"x": END}}), "player 'C' does not exist; players are A, B"),
    (document({"actions": {"x": END}}), "'player' is missing"),
    (document({"chance": {"l": {"probability": "1/2", "then": END}, "r": {"probability": 0.4, "then": END}}}),
     "the start: probabilities add up to 9/10, not 1"),
    (document({"chance": {"l": {"probability": "3/2", "then": END}, "r": {"probability": "-1/2", "then": END}}}),
     "the start, chance 'r': the probability '-1/2' is negative"),
    (document({"chance": {"l": END}}), "the start, chance 'l': write {\"probability\": \"1/2\", \"then\": ...}"),
    (document(decision("A", {
        "x": decision("B", {"l": END, "r": END}, "b"), "y": decision("B", {"l": END, "s": END}, "b")})),
     "after y: information set 'b' has actions l, s here and l, r after x"),
    (document("a", nodes={"a": decision("A", {"x": "b", "y": "b"}), "b": END}),
     "after y: this is not a tree: node 'b' is reached here and after x"),
    (document("a", nodes={"a": decision("A", {"x": "a", "y": END})}),
     "after x: this is not a tree: node 'a' leads back to itself"),
    (document("a", nodes={"a": END, "b": END}), "nodes, 'b': this is not a tree: no branch leads here"),
    (document("c", nodes={"a": END}), "the start: node 'c' does not exist"),
    (document(decision("A", {"x": "elsewhere"})), "after x: node 'elsewhere' does not exist; there is no \"nodes\""),
    (document(decision("A", {"x": 3})), "after x: a node is an object or the name of one, the number 3 given"),
]


@pytest.mark.parametrize(("given", "message"), REFUSED, ids=[message for _, message in REFUSED])
def test_what_is_no_game_is_refused_with_its_place(given: dict[str, Any], message: str) -> None:
    with pytest.raises(GameError) as error:
        read_extensive(given)
    assert message in str(error.value)


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(GameError) as error:
        read_extensive(document(decision("A", {"x": {"payoffs": [1]}, "y": {"payoffs": ["z", 1]}, "w": {}})))
    assert len(str(error.value).splitlines()) == 3


def test_a_file_is_named_in_the_message_and_a_repeated_branch_is_seen(tmp_path: Path) -> None:
    path = tmp_path / "twice.json"
    path.write_text('{"format": "servanda-extensive/1", "players": ["A"], "root": '
                    '{"player": "A", "actions": {"x": {"payoffs": [1]}, "x": {"payoffs": [2]}}}}')
    with pytest.raises(GameError) as error:
        read_extensive(path)
    assert str(path) in str(error.value)
    assert "the start: actions: 'x' is given more than once; keep one" in str(error.value)


SET = InformationSet(0, "s", ("l", "r"))
LEAF = Terminal((Fraction(0),))
BROKEN: list[tuple[tuple[InformationSet, ...], tuple[Any, ...], str]] = [
    ((SET,), (Decision(0, (1, 1)), LEAF), "node 1: it is a child"),
    ((SET,), (Decision(0, (1, 1)), LEAF, LEAF), "node 2: this is not a tree"),
    ((SET,), (Decision(0, (1, 2)), LEAF), "no such node is given"),
    ((SET,), (Decision(0, (1, 2)), LEAF, LEAF, LEAF), "node 3: this is not a tree"),
    ((SET,), (Decision(0, (2, 1)), LEAF, LEAF), "node 1: this is not a tree in depth-first order"),
    ((SET,), (Decision(0, (1,)), LEAF), "the start: 1 branches for the 2 actions of information set 's'"),
    ((SET,), (LEAF,), "information set 's': no node belongs to it"),
    ((), (Chance(("a",), (Fraction(1, 2),), (1,)), LEAF), "the start: probabilities add up to 1/2"),
    ((), (Terminal(()),), "the start: 0 payoffs for 1 players"),
    ((InformationSet(3, "s", ("l",)),), (Decision(0, (1,)), LEAF), "player 3 does not exist"),
    ((), (), "nodes: a game needs at least one node"),
]


@pytest.mark.parametrize(("sets", "nodes", "message"), BROKEN, ids=[message for *_, message in BROKEN])
def test_what_is_no_tree_cannot_be_built(
    sets: tuple[InformationSet, ...], nodes: tuple[Any, ...], message: str
) -> None:
    with pytest.raises(GameError) as error:
        ExtensiveGame(("A",), sets, nodes)
    assert message in str(error.value)


def test_perfect_recall_holds_in_the_classics_and_fails_with_a_counter_example() -> None:
    for game in (kuhn_poker(), selten_horse(), chain_store(2), inspection_game(3, 1), beer_quiche()):
        assert perfect_recall(game).perfect
    found = perfect_recall(forgetful())
    assert not found.perfect and found.player == 0
    assert found.words == (
        "A does not have perfect recall: at information set 'later' it has played 'L' at 'first' (after L) or "
        "'R' at 'first' (after R) and no longer knows which"
    )
    assert perfect_recall(forgetful(), player=1).perfect


def test_the_absent_minded_driver_has_no_perfect_recall() -> None:
    """Piccione and Rubinstein (1997): the same exit, not known to have been passed before."""
    driver = extensive_game(["Driver"], decision("Driver", {
        "exit": terminal([0]),
        "go on": decision("Driver", {"exit": terminal([4]), "go on": terminal([1])}, "junction"),
    }, "junction"))
    assert "is met at the start and again on the same way, after go on" in perfect_recall(driver).words
    assert subgame_roots(driver) == (0,)


def test_subgames_are_what_no_information_set_cuts() -> None:
    assert subgame_roots(selten_horse()) == (0,)
    assert subgame_roots(kuhn_poker()) == (0,)
    store = chain_store(2)
    assert len(subgame_roots(store)) == sum(isinstance(node, Decision) for node in store.nodes)
    game = inspection_game(2, 1)
    assert [game.place(k) for k in subgame_roots(game)] == [
        "the start", "after wait, act", "after inspect, act", "after inspect, act, wait",
    ]


def test_efg_has_the_nodes_in_depth_first_order_and_exact_numbers() -> None:
    game = extensive_game(["A \"1\"", "B"], chance({
        "l": ("1/3", decision("B", {"x": terminal(["1/7", -1], "end"), "y": terminal([0, 0])}, "b")),
        "r": ("2/3", decision("B", {"x": terminal([2, 0]), "y": terminal([0, 5])}, "b")),
    }), "Title")
    assert to_efg(game).splitlines() == [
        'EFG 2 R "Title" { "A \\"1\\"" "B" }', '""', "",
        'c "" 1 "" { "l" 1/3 "r" 2/3 } 0',
        'p "" 2 1 "b" { "x" "y" } 0', 't "" 1 "end" { 1/7, -1 }', 't "" 2 "" { 0, 0 }',
        'p "" 2 1 "b" { "x" "y" } 0', 't "" 3 "" { 2, 0 }', 't "" 4 "" { 0, 5 }',
    ]


def test_nfg_is_the_reduced_strategic_form() -> None:
    text = to_nfg(selten_horse())
    assert '{ { "D" "C" } { "d" "c" } { "L" "R" } }' in text
    assert text.splitlines()[-1] == "3 3 2 4 4 0 3 3 2 1 1 1 0 0 0 0 0 1 0 0 0 1 1 1"
    # The second mover's later choice does not matter after it has left: 3 strategies, not 4.
    game = extensive_game(["A"], decision("A", {
        "out": terminal([0]), "in": decision("A", {"l": terminal([1]), "r": terminal([2])})}))
    assert '{ { "out/*" "in/l" "in/r" } }' in to_nfg(game)


def test_a_strategic_form_too_large_is_refused() -> None:
    with pytest.raises(GameError, match=r"more than 100000 pure strategies"):
        to_nfg(chain_store(4))


def test_the_schema_of_python_calls_is_the_file(tmp_path: Path) -> None:
    path = write_extensive(ratification_game(), tmp_path / "r.json")
    assert json.loads(path.read_text())["root"]["actions"]["0"]["actions"]["ratify"] == {"payoffs": [1, "-0.6"]}
