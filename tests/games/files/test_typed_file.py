"""Files of games with types: written and read to the last digit, faults with their places, proofs too."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.sparse import csr_array

from games.certificates.typed import TypedRuleEquilibrium
from games.certificates.typed.files import write_typed_certificate
from games.files.runs import runs_of, table_of
from games.files.typed_file import is_typed_game, read_typed_game, typed_to_json, write_typed_game
from games.model.stochastic_game import GameError
from games.model.typed_game import PartyType, TypedGame
from tests.support.command_line import run_with
from tests.support.typed_games import BAD, CONDITIONAL, DESCRIBED, dilemma, random_case

F = Fraction


def full() -> TypedGame:
    rich = PartyType("rich", payoffs=np.array([F(1, 3), F(2), F(3), F(4)], dtype=object), discount=F(1, 3))
    typed, _ = dilemma("9/10", {CONDITIONAL: F(1, 7)}, {BAD: F(1, 4)})
    return replace(
        typed, types=(typed.types[0], (DESCRIBED, BAD, rich)), prior=(typed.prior[0], (F(1, 2), F(1, 4), F(1, 4))),
        redraws=(None, csr_array(np.ones((1, 1)))), replacement=(((F(1), F(0)), (F(1, 3), F(2, 3))), None))


@pytest.mark.parametrize("typed", [full(), random_case(3, 2).typed, random_case(4, 3).typed])
def test_a_game_is_read_back_with_its_digest(typed: TypedGame, tmp_path: Path) -> None:
    path = write_typed_game(typed, tmp_path / "game.json")
    assert is_typed_game(path)
    assert read_typed_game(path).digest == typed.digest
    assert read_typed_game(typed_to_json(typed)).digest == typed.digest


FAULTS: list[tuple[dict[str, Any], str]] = [
    ({"format": "servanda-game/1"}, "begins with"),
    ({"kinds": []}, "unknown key 'kinds'"),
    ({"game": []}, "game: an object is needed"),
    ({"types": {}}, "types: a list is needed"),
    ({"types": [[{"name": "a", "kind": "good"}], []]}, r"types\[0\]\[0\]: a name and a kind"),
    ({"types": [[{"name": "a", "memory": 1}], []]}, "unknown key 'memory'"),
    ({"types": [[{"name": "a", "rule": {"memories": []}}], []]}, r"rule.memories: names are needed"),
    ({"types": [[{"name": "a", "rule": {"memories": ["m"], "start": "1/2"}}], []]}, "the number of a memory"),
    ({"types": [[{"name": "a", "rule": {"memories": ["m"], "action": [[[0, 0]]]}}], []]}, "out of range"),
    ({"prior": [["x"], ["1"]]}, r"prior\[0\]\[0\]: 'x' is no number"),
    ({"redraws": [[[0, 5]], None]}, r"redraws\[0\]\[0\]: the numbers of two states"),
    ({"prior": [["1/2", "1/2"], ["1/2", "1/4", "1/2"]]}, "sum 1"),
    ({"replacement": [["1", "0"], None]}, r"replacement\[0\]\[0\]: a list is needed"),
    ({"replacement": [[[["1"]], [["1"], "1"]], None]}, r"replacement\[0\]\[1\]\[1\]: a list is needed"),
    ({"replacement": [[], None]}, "it is empty"),
]


@pytest.mark.parametrize(("change", "says"), FAULTS)
def test_faults_are_told_with_their_places(change: dict[str, Any], says: str) -> None:
    with pytest.raises(GameError, match=says):
        read_typed_game(typed_to_json(full()) | change)


@pytest.mark.parametrize(
    "given", [[], [0], [[[0]]], [[["a", 1]]], [[[0, 10**9]]], [[[0, 2]], [[0, 3]]], {}, [[[1.5, 2]]]])
def test_what_is_no_table_of_runs(given: Any) -> None:
    with pytest.raises(GameError, match="table"):
        table_of(given, "table")
    assert table_of(runs_of(np.array([[3, 3, 1]])), "table").tolist() == [[3, 3, 1]]


def test_a_proof_is_re_proved_from_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = run_with(capsys)
    found = []
    for bad in (F(17, 18), F(18, 19)):
        typed, rule = dilemma("9/10", {}, {BAD: bad})
        game = write_typed_game(typed, tmp_path / "game.json")
        proof = write_typed_certificate(TypedRuleEquilibrium.of(typed, rule), tmp_path / "proof.json")
        status, said, _ = run("game", "certify", game, "--certificate", proof, "--json")
        found.append((status, json.loads(said)["accepted"], json.loads(said)["kind"]))
    assert found == [(0, True, "typed-rule"), (1, False, "typed-rule")]
    status, said, _ = run("game", "certify", game, "--certificate", proof)
    assert status == 1 and "the deviation pays" in said
    status, _, said = run("game", "certify", game, "--certificate", proof, "--discount", "0.9")
    assert status != 0 and "leave out --discount" in said
