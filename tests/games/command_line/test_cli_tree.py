"""``servanda game tree`` and ``servanda game convert`` on game trees."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from games.extensive_form import (
    ExtensiveGame,
    decision,
    extensive_game,
    extensive_to_json,
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
from tests.support.command_line import BAD_FILES, ROOT, Run, run_with
from tests.support.example_trees import forgetful

SCHEMA = json.loads((ROOT / "games" / "files" / "servanda-extensive.schema.json").read_text())


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    return run_with(capsys)


def write(game: ExtensiveGame, folder: Path) -> Path:
    return write_extensive(game, folder / "tree.json")


def test_backward_induction_is_told_in_words(run: Run, tmp_path: Path) -> None:
    result = run("game", "tree", write(ratification_game(), tmp_path))
    assert result.code == 0
    lines = result.out.splitlines()
    assert lines[:5] == [
        "Ratification",
        "  size     2 players, 34 nodes, 12 information sets, 12 subgames",
        "  kind     perfect information, perfect recall",
        "  method   backward induction",
        "payoffs (0.4, 0)",
    ]
    assert "  Legislature is indifferent here: after 3/5" in lines
    assert lines[-3:] == ["    (0.3, 0.1)", "    (0.4, 0)", "  proof    equilibrium-profile, checked exactly"]


def test_values_are_exact_in_words_and_in_json(run: Run, tmp_path: Path) -> None:
    path = write(kuhn_poker(), tmp_path)
    assert "value to A: -1/18" in run("game", "tree", path).out
    answer = json.loads(run("game", "tree", path, "--json").out)
    assert answer["value"] == "-1/18" and answer["bounds"] == ["-1/18", "-1/18"]
    assert answer["strategies"]["B"]["J, check"] == {"check": "2/3", "bet": "1/3"}
    assert answer["certificate"]["kind"] == "zero-sum-value"
    assert (answer["status"], answer["method"], answer["constant_sum"]) == ("solved", "sequence form", "0")


def test_signalling_is_answered_with_beliefs(run: Run, tmp_path: Path) -> None:
    answer = json.loads(run("game", "tree", write(beer_quiche(), tmp_path), "--json").out)
    assert [e["payoffs"] for e in answer["equilibria"]] == [["2.9", "0.9"], ["2.1", "0.9"]]
    assert {e["beliefs"] for e in answer["equilibria"]} == {"supported"}
    assert {e["sequential"] for e in answer["equilibria"]} == {"yes"}
    believed = answer["equilibrium"]["beliefs"]["Receiver"]["beer"]
    assert believed == {"after tough, beer": "0.9", "after weak, beer": "0.1"}
    assert answer["certificate"]["kind"] == "sequential-assessment"
    shown = run("game", "tree", write(selten_horse(), tmp_path)).out
    assert "payoffs (3, 3, 2): not perfect Bayesian, whatever is believed (2 would do better by 'd' at '2')" in shown
    assert "payoffs (1, 1, 1): sequential" in shown


def test_no_pure_equilibrium_is_said_and_the_mixed_one_is_found(run: Run, tmp_path: Path) -> None:
    cells = {"hh": [1, -1], "ht": [-1, 2], "th": [-1, 1], "tt": [1, -1]}
    game = extensive_game(["A", "B"], decision("A", {
        a: decision("B", {b: terminal(cells[a + b]) for b in "ht"}, "b") for a in "ht"}))
    result = run("game", "tree", write(game, tmp_path), "--certificate", tmp_path / "proof.json", "--strict")
    assert result.code == 0
    assert "a sequential equilibrium: payoffs (0, 0.2)" in result.out
    assert "subgame-perfect equilibria in pure strategies: none" in result.out
    assert "extreme Nash equilibria: 1, complete" in result.out
    assert json.loads((tmp_path / "proof.json").read_text())["kind"] == "sequential-assessment"
    assert run("game", "tree", tmp_path / "tree.json", "--check", tmp_path / "proof.json").code == 0


def test_no_pure_equilibrium_of_three_is_no_answer(run: Run, tmp_path: Path) -> None:
    cells = {"hh": [1, -1, 0], "ht": [-1, 2, 0], "th": [-1, 1, 0], "tt": [1, -1, 0]}
    game = extensive_game(["A", "B", "C"], decision("A", {
        a: decision("B", {b: terminal(cells[a + b]) for b in "ht"}, "b") for a in "ht"}))
    result = run("game", "tree", write(game, tmp_path), "--certificate", tmp_path / "proof.json", "--strict")
    assert result.code == 3
    assert "undecided: no subgame-perfect equilibrium is in pure strategies; there is one in mixed" in result.out
    assert "no certificate" in result.err and not (tmp_path / "proof.json").exists()


def test_threats_beliefs_and_what_is_not_listed_are_told(run: Run, tmp_path: Path) -> None:
    shown = run("game", "tree", write(beer_quiche(), tmp_path)).out
    assert "Receiver believes at beer: after tough, beer 0.9; after weak, beer 0.1" in shown
    assert "extreme Nash equilibria: 4, complete" in shown and "payoffs (2.1, 0.9): sequential" in shown
    wide = extensive_game(["A", "B"], decision("A", {
        f"a{k}": decision("B", {b: terminal([k, j]) for j, b in enumerate("xy")}, "b") for k in range(22)}))
    answer = json.loads(run("game", "tree", write(wide, tmp_path), "--json").out)
    nash = answer["nash_equilibria"]
    assert answer["status"] == "solved" and not nash["complete"] and nash["count"] is None
    assert "Nash equilibria: not all are listed, because a player has 22 sequences" in run(
        "game", "tree", tmp_path / "tree.json").out


def test_a_tree_is_drawn_with_and_without_its_path(run: Run, tmp_path: Path) -> None:
    path, picture = write(beer_quiche(), tmp_path), tmp_path / "tree.svg"
    assert "wrote" in run("game", "tree", path, "--plot", picture).err
    plain = picture.read_text()
    assert run("game", "tree", path, "--plot", picture, "--show-path").code == 0
    assert plain != picture.read_text() and 'stroke-width="3.6"' in picture.read_text()
    assert run("game", "tree", path, "--plot", tmp_path / "tree.tex").code == 0
    for wrong, said in (
        (("--plot", tmp_path / "tree.gif"), "must end in .svg or .tex"), (("--show-path",), "needs --plot"),
        (("--plot", picture, "--check", path), "draws nothing"), (("--plot", tmp_path / "no" / "x.svg"), "no"),
    ):
        result = run("game", "tree", path, *wrong)
        assert result.code == 2 and said in result.err
    forgets = run("game", "tree", write(forgetful(), tmp_path), "--plot", picture, "--show-path")
    assert forgets.code == 0 and "no path in the picture" in forgets.err


def test_play_in_subgames_that_are_not_reached_is_best_there(run: Run, tmp_path: Path) -> None:
    cells = {"ul": -1, "ur": -2, "dl": -3, "dr": -1}
    game = extensive_game(["1", "2"], decision("1", {
        "out": terminal([0, 0]),
        "in": decision("1", {
            a: decision("2", {b: terminal([cells[a + b], -cells[a + b]]) for b in "lr"}, "y") for a in "ud"}, "x"),
    }, "start"))
    shown = run("game", "tree", write(game, tmp_path)).out
    assert "value to 1: 0" in shown
    assert "1, x: u 2/3, d 1/3" in shown
    assert "2, y: l 1/3, r 2/3" in shown
    assert "nobody arrives" not in shown


def test_play_where_nobody_arrives_is_no_part_of_the_claim(run: Run, tmp_path: Path) -> None:
    """Player 2 is not told which of "left" and "right" was played, so that no subgame begins there."""
    game = extensive_game(["1", "2"], decision("1", {
        "out": terminal([3, -3]),
        **{a: decision("2", {"x": terminal([low, -low]), "y": terminal([low + 1, -low - 1])}, "told") for a, low in
           (("left", 0), ("right", 1))},
    }, "start"))
    shown = run("game", "tree", write(game, tmp_path)).out
    assert "value to 1: 3" in shown
    assert "2, told: nobody arrives here; that this is best here is not claimed" in shown
    answer = json.loads(run("game", "tree", tmp_path / "tree.json", "--json").out)
    assert answer["unreached"] == [{"player": "2", "information_set": "told"}]
    assert answer["subgame_perfect"]


def test_a_forgetful_player_leaves_it_undecided_with_the_counter_example(run: Run, tmp_path: Path) -> None:
    path = write(forgetful(), tmp_path)
    result = run("game", "tree", path)
    assert result.code == 0 and "no longer knows which" in result.out
    assert run("game", "tree", path, "--strict").code == 3


@pytest.mark.slow
def test_too_large_a_search_is_undecided(run: Run, tmp_path: Path) -> None:
    def after(first: int) -> dict[str, Any]:
        return decision("B", {str(b): terminal([first * b % 7, b, 0]) for b in range(600)}, "b")

    game = extensive_game(["A", "B", "C"], decision("A", {str(a): after(a) for a in range(400)}))
    result = run("game", "tree", write(game, tmp_path), "--strict")
    assert result.code == 3
    assert "240000 pure profiles to look at" in result.out


@pytest.mark.parametrize("game", [chain_store(2), inspection_game(3, 1), beer_quiche()], ids=lambda game: game.name)
def test_proofs_are_written_and_proved_again_and_refused_when_changed(
    run: Run, tmp_path: Path, game: ExtensiveGame
) -> None:
    path, proof = write(game, tmp_path), tmp_path / "proof.json"
    assert run("game", "tree", path, "--certificate", proof).code == 0
    accepted = run("game", "tree", path, "--check", proof)
    assert accepted.code == 0 and accepted.out.startswith("accepted\n  claim    the ")
    other = tmp_path / "other"
    other.mkdir()
    refused = run("game", "tree", write(ratification_game(), other), "--check", proof)
    assert refused.code == 1 and "where    game_digest" in refused.out
    document = json.loads(proof.read_text())
    for key in ("lower", "payoffs", "profile"):
        if key in document:
            changed = {"lower": "1", "payoffs": ["99"] * game.n_players, "profile": document["profile"][1:]
                       if "profile" in document else None}[key]
            proof.write_text(json.dumps({**document, key: changed}))
            again = json.loads(run("game", "tree", path, "--check", proof, "--json").out)
            assert not again["accepted"] and again["problem"]


def test_wrong_input_ends_with_2_and_says_where(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "bad.json"
    path.write_text(json.dumps({"format": "servanda-extensive/1", "players": ["A"], "root": {"payoffs": [1, 2]}}))
    result = run("game", "tree", path)
    assert result.code == 2 and "the start: payoffs: a list of 2 given" in result.err
    good = write(chain_store(1), tmp_path)
    assert run("game", "tree", good, "--check", path).code == 2
    assert run("game", "tree", good, "--check", path, "--certificate", path).code == 2
    assert run("game", "tree", tmp_path / "missing.json").code == 2


@pytest.mark.parametrize("content", BAD_FILES.values(), ids=BAD_FILES)
def test_what_is_no_tree_file_is_bad_input(run: Run, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "bad.json"
    path.write_bytes(content)
    assert run("game", "tree", path).code == 2
    assert run("game", "convert", path, "--to", "efg").code == 2
    good = write(chain_store(1), tmp_path)
    assert run("game", "tree", good, "--check", path).code == 2


def test_convert_writes_gambits_forms(run: Run, tmp_path: Path) -> None:
    game = selten_horse()
    path = write(game, tmp_path)
    assert run("game", "convert", path, "--to", "efg").out == to_efg(game)
    out = tmp_path / "horse.nfg"
    assert run("game", "convert", path, "--to", "nfg", "--out", out).code == 0
    assert out.read_text() == to_nfg(game)
    assert run("game", "convert", path, "--to", "efg", "--out", tmp_path).code == 0
    assert (tmp_path / "tree.efg").read_text() == to_efg(game)
    refused = run("game", "convert", path, "--to", "nashpy")
    assert refused.code == 2 and "a game tree is written as efg, nfg, csv, json" in refused.err
    assert run("game", "convert", path, "--to", "efg", "--state", "x").code == 2


def test_a_stochastic_game_has_no_efg(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "game.json"
    path.write_text(json.dumps({
        "format": "servanda-game/1", "players": ["A", "B"], "discount": 0.5,
        "states": [{"name": "s", "actions": [["x"], ["y"]], "payoffs": [[[1, 1]]]}]}))
    result = run("game", "convert", path, "--to", "efg")
    assert result.code == 2 and "is for game trees" in result.err


def test_the_schema_accepts_what_is_written_and_refuses_what_the_reader_refuses() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    for game in (kuhn_poker(), selten_horse(), chain_store(2), ratification_game(), beer_quiche(), forgetful()):
        document = extensive_to_json(game)
        jsonschema.validate(json.loads(json.dumps(document)), SCHEMA)
        for broken in ({**document, "root": {}}, {**document, "more": 1}, {**document, "players": []},
                       {**document, "root": {"payoffs": ["x"]}}):
            with pytest.raises(jsonschema.ValidationError):
                jsonschema.validate(json.loads(json.dumps(broken)), SCHEMA)
