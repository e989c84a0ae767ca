"""The game file: read exactly, refused with its faults named, written back to the same game."""

from __future__ import annotations

import copy
import json
import os
from fractions import Fraction
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from games import GameError, read_game, repeated_game, write_game
from games.files.conversions import convert, to_nfg
from games.files.game_file import game_to_json
from games.files.path_file import path_to_json, read_path
from games.model.plan import Plan
from games.numerics.remarks import Remark

SCHEMA = json.loads((Path(__file__).parents[3] / "games" / "files" / "servanda-game.schema.json").read_text())

PEACE: dict[str, Any] = {
    "format": "servanda-game/1",
    "name": "peace and war",
    "players": ["A", "B"],
    "discount": [0.9, "2/3"],
    "initial": "peace",
    "states": [
        {
            "name": "peace",
            "actions": [["comply", "breach"], ["comply", "breach"]],
            "payoffs": [[[2, 2], [-1, 3]], [[3, -1], [0, "1/3"]]],
            "transitions": [
                [{"peace": 1}, {"war": 0.5, "peace": 0.5}],
                [{"war": 1}, {"war": "2/3", "peace": "1/3"}],
            ],
        },
        {"name": "war", "actions": [["fight"], ["fight", "yield"]], "payoffs": [[[-1, -1], [1, -2.5]]]},
    ],
}

SIGNALS: dict[str, Any] = {
    "format": "servanda-game/1",
    "players": ["A", "B"],
    "discount": 0.9,
    "states": [
        {"name": "court", "actions": [["wait"], ["wait"]], "payoffs": [[[0, 0]]], "transitions": [[{"work": 1}]]},
        {
            "name": "work",
            "actions": [["work", "shirk"], ["work", "shirk"]],
            "payoffs": [[[2, 2], [-1, 3]], [[3, -1], [0, 0]]],
            "signals": ["clean", "flag"],
            "signal_probabilities": [[[0.9, 0.1], ["1/3", "2/3"]], [[0.4, 0.6], [0.2, 0.8]]],
            "transitions": [
                [{"clean": {"work": 1}, "flag": {"court": 0.5, "work": 0.5}}, {"work": 1}],
                [{"work": 1}, {"clean": {"work": 1}, "flag": {"court": 1}}],
            ],
        },
    ],
}


def changed(path: list[str | int], value: Any, base: dict[str, Any] = PEACE) -> dict[str, Any]:
    """A copy of a game with one entry replaced, or removed if ``value`` is ...; a missing key is added."""
    data = copy.deepcopy(base)
    node: Any = data
    for step in path[:-1]:
        node = node[step]
    if value is ...:
        del node[path[-1]]
    else:
        node[path[-1]] = value
    return data


def test_numbers_are_kept_as_the_rationals_that_were_written() -> None:
    game = read_game(PEACE)
    assert game.exact_discount(0) == Fraction(9, 10)
    assert game.exact_discount(1) == Fraction(2, 3)
    breach = game.row_of_labels(0, ("breach", "breach"))
    assert game.exact_payoff(breach, 1) == Fraction(1, 3)
    assert game.exact_transition(breach) == {0: Fraction(1, 3), 1: Fraction(2, 3)}


def test_digits_beyond_a_float_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "long.json"
    text = json.dumps(PEACE).replace("-2.5", "-2.50000000000000000000000001")
    path.write_text(text)
    game = read_game(path)
    row = game.row_of_labels(1, ("fight", "yield"))
    assert game.exact_payoff(row, 1) == Fraction("-2.50000000000000000000000001")
    assert read_game(game_to_json(game)).digest == game.digest


def test_a_state_without_transitions_stays() -> None:
    game = read_game(PEACE)
    assert [game.exact_transition(r) for r in game.rows_of(1)] == [{1: Fraction(1)}] * 2
    assert "transitions" not in game_to_json(game)["states"][1]


@pytest.mark.parametrize("base", [PEACE, SIGNALS])
def test_round_trip_keeps_the_digest(base: dict[str, Any], tmp_path: Path) -> None:
    game = read_game(base)
    path = write_game(game, tmp_path / "game.json")
    again = read_game(path)
    assert again.digest == game.digest
    assert again.name == game.name
    assert again.rationals == game.rationals
    assert game_to_json(again) == game_to_json(game)


def test_the_digest_sees_a_change_of_the_last_digit() -> None:
    digests = {read_game(PEACE).digest}
    digests.add(read_game(changed(["discount"], [0.9, 0.6666666666666666])).digest)
    almost_a_third = "333333333333333333333/1000000000000000000000"
    digests.add(read_game(changed(["states", 0, "payoffs", 1, 1], [0, almost_a_third])).digest)
    digests.add(read_game(changed(["initial"], "war")).digest)
    assert len(digests) == 4


def test_the_order_in_which_a_law_is_written_does_not_matter() -> None:
    other = changed(["states", 0, "transitions", 0, 1], {"peace": 0.5, "war": 0.5})
    assert read_game(other).digest == read_game(PEACE).digest
    minus_zero = changed(["states", 0, "payoffs", 1, 1], [-0.0, "1/3"])
    assert read_game(minus_zero).digest == read_game(PEACE).digest


def test_signals_are_read_with_the_law_of_the_next_state_after_each() -> None:
    game = read_game(SIGNALS)
    monitoring = game.monitoring
    assert monitoring is not None
    assert monitoring.signals == ((), ("clean", "flag"))
    assert monitoring.chances(1, 1).tolist() == [1 / 3, 2 / 3]
    assert monitoring.rationals["signal", 2, 1] == Fraction(2, 3)
    assert monitoring.next_law is not None
    first = int(monitoring.pair_start[1])
    assert monitoring.next_law[[first, first + 1]].toarray().tolist() == [[0, 1], [0.5, 0.5]]
    # What follows when the signal is not seen is the average over signals.
    assert game.exact_transition(1) == {0: Fraction(1, 20), 1: Fraction(19, 20)}


def test_the_digest_of_signals_sees_their_laws() -> None:
    other = changed(["states", 1, "transitions", 1, 1, "flag"], {"work": 1}, SIGNALS)
    law = changed(["states", 1, "signal_probabilities", 1, 1], [0.25, 0.75], SIGNALS)
    assert len({read_game(g).digest for g in (SIGNALS, other, law)}) == 3


FAULTS: list[tuple[dict[str, Any] | str, list[str]]] = [
    (changed(["format"], "servanda-game/2"), ["format", "servanda-game/1"]),
    (changed(["format"], ...), ["format", "missing"]),
    (changed(["discout"], 0.5), ["unknown key 'discout'", "did you mean 'discount'?"]),
    (changed(["states", 0, "transition"], []), ["state 'peace'", "did you mean 'transitions'?"]),
    (changed(["players"], []), ["players", "a list of names"]),
    (changed(["players"], ["A", "A"]), ["players", "'A' appears twice"]),
    (changed(["players"], [1, 2]), ["players", "entry 1 is 1"]),
    (changed(["players"], ["A", "B", "C"]), ["discount", "2 numbers given for 3 players"]),
    (changed(["discount"], ...), ["discount", "a number is needed, nothing given"]),
    (changed(["discount"], 1), ["discount", "not in [0, 1)"]),
    (changed(["discount"], [0.5, -0.1]), ["discount of 'B'", "not in [0, 1)"]),
    (changed(["discount"], "a half"), ["discount", "is not a number"]),
    (changed(["discount"], "1/0"), ["discount", "divides by zero"]),
    (changed(["discount"], True), ["discount", "a number is needed, true or false given"]),
    (changed(["discount"], "1e-999999999"), ["discount", "is not a number"]),
    (changed(["transfers"], "yes"), ["transfers", '"voluntary"']),
    (changed(["burning"], 1), ["burning", "true and false"]),
    (changed(["initial"], "pece"), ["initial", "did you mean 'peace'?"]),
    (changed(["initial"], ["peace"]), ["initial", "does not exist"]),
    (changed(["states"], []), ["states", "at least one state"]),
    (changed(["states"], {"peace": {}}), ["states", "a list"]),
    (changed(["states", 1, "name"], "peace"), ["states, name", "'peace' appears twice"]),
    (changed(["states", 1, "payoffs"], ...), ["state 'war'", "'payoffs' is missing"]),
    (changed(["states", 0, "actions"], [["comply", "breach"]]), ["peace', actions", "one list of labels per player"]),
    (changed(["states", 0, "actions", 1], ["x", "x"]), ["state 'peace', actions of player 'B'", "'x' appears twice"]),
    (changed(["states", 0, "payoffs", 0, 1], [1]), ["profile (comply, breach), payoffs", "2 numbers"]),
    (
        changed(["states", 0, "payoffs", 0, 1, 0], None),
        ["state 'peace', profile (comply, breach), player 'A'", "a number is needed, nothing given"],
    ),
    (changed(["states", 0, "payoffs", 0, 1, 0], float("nan")), ["(comply, breach), player 'A'", "finite"]),
    (changed(["states", 0, "payoffs", 0], [[2, 2]]), ["payoffs after (comply)", "player 'B' has 2 actions"]),
    (changed(["states", 0, "payoffs"], 3), ["state 'peace', payoffs", "player 'A' has 2 actions", "the number 3"]),
    (changed(["states", 0, "transitions", 1, 0], {"war": 0.5}), ["(breach, comply), transitions", "sum to 0.5"]),
    (changed(["states", 0, "transitions", 1, 0], {}), ["profile (breach, comply), transitions", "sum to 0"]),
    (changed(["states", 0, "transitions", 1, 0], {"wra": 1}), ["profile (breach, comply)", "did you mean 'war'?"]),
    (changed(["states", 0, "transitions", 1, 0], {"war": 2, "peace": -1}), ["state 'peace'", "-1 is negative"]),
    (changed(["states", 0, "transitions", 1, 0], "war"), ["(breach, comply), transitions", "text 'war' given"]),
    (changed(["states", 0, "transitions", 1], [{"war": 1}]), ["transitions after (breach)", "'B' has 2 actions"]),
    (changed(["states", 0, "signals"], ["y"]), ["state 'peace'", "'signals' without 'signal_probabilities'"]),
    (changed(["states", 1, "signals"], ..., SIGNALS), ["state 'work'", "'signal_probabilities' without 'signals'"]),
    (changed(["states", 1, "signal_probabilities", 0, 0], [0.9, 0.2], SIGNALS), ["profile (work, work)", "sum to 1.1"]),
    (changed(["states", 1, "signal_probabilities", 0, 0], [1.9, -0.9], SIGNALS), ["profile (work, work)", "negative"]),
    (changed(["states", 1, "transitions", 0, 0], {"clean": {"work": 1}}, SIGNALS), ["no law is given after signal"]),
    (changed(["states", 1, "transitions", 0, 0], {"clan": {"work": 1}}, SIGNALS), ["did you mean 'clean'?"]),
]


@pytest.mark.parametrize(("data", "expected"), FAULTS, ids=[" ".join(words)[:60] for _, words in FAULTS])
def test_faults_are_named_with_their_place(data: dict[str, Any], expected: list[str]) -> None:
    with pytest.raises(GameError) as caught:
        read_game(data)
    for words in expected:
        assert words in str(caught.value)


def test_all_faults_of_a_file_are_told_at_once() -> None:
    data = changed(["states", 0, "payoffs", 0, 0, 0], "two")
    data["states"][0]["transitions"][1][0] = {"war": 0.5}
    data["states"][1]["payoffs"][0][1] = [1]
    with pytest.raises(GameError) as caught:
        read_game(data)
    assert len(str(caught.value).splitlines()) == 3


TEXTS = {
    "empty": (b"", "not JSON"),
    "cut": (b'{"format": "servanda-game/1", "players": [', "line 1, column"),
    "array": (b"[1, 2]", "a game is a JSON object"),
    "binary": (bytes(range(128, 256)), "not UTF-8"),
    "deep": (b"[" * 100_000, "nested too deeply"),
    "nan": (json.dumps(PEACE).replace("-2.5", "NaN").encode(), "state 'war', profile (fight, yield), player 'B'"),
    "twice": (json.dumps(PEACE).replace('"name": "war"', '"name": "war", "name": "war"').encode(), "more than once"),
    "state twice": (json.dumps(PEACE).replace('{"peace": 1}', '{"peace": 1, "peace": 1}').encode(), "more than once"),
}


@pytest.mark.parametrize("name", TEXTS)
def test_bad_files_are_refused_by_name(name: str, tmp_path: Path) -> None:
    content, expected = TEXTS[name]
    path = tmp_path / "bad.json"
    path.write_bytes(content)
    with pytest.raises(GameError) as caught:
        read_game(path)
    assert "bad.json" in str(caught.value)
    assert expected in str(caught.value)


def test_missing_files_and_folders_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.json"):
        with pytest.raises(GameError, match="cannot be read"):
            read_game(path)


def test_writing_is_all_or_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "game.json"
    path.write_text("old")

    def broken(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", broken)
    with pytest.raises(GameError, match="No space left"):
        write_game(read_game(PEACE), path)
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["game.json"]


def test_the_schema_accepts_what_is_written_and_refuses_what_is_not_a_game() -> None:
    validator = jsonschema.Draft202012Validator(SCHEMA)
    validator.check_schema(SCHEMA)
    for base in (PEACE, SIGNALS):
        assert not list(validator.iter_errors(base))
        assert not list(validator.iter_errors(game_to_json(read_game(base))))
    for bad in (changed(["discout"], 0.5), changed(["states"], []), changed(["discount"], "a half")):
        assert list(validator.iter_errors(bad))


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_any_game_survives_the_round_trip(data: st.DataObject) -> None:
    n = data.draw(st.integers(1, 3), label="players")
    states = [f"s{k}" for k in range(data.draw(st.integers(1, 3), label="states"))]
    number = st.one_of(st.floats(-1e6, 1e6), st.fractions(-9, 9, max_denominator=50).map(str), st.integers(-9, 9))

    def table(counts: list[int], leaf: st.SearchStrategy[Any]) -> Any:
        return [table(counts[1:], leaf) for _ in range(counts[0])] if counts else data.draw(leaf)

    def law() -> st.SearchStrategy[dict[str, str]]:
        weights = st.lists(st.integers(0, 5), min_size=len(states), max_size=len(states)).filter(any)
        return weights.map(lambda w: {s: f"{x}/{sum(w)}" for s, x in zip(states, w, strict=True) if x})

    described = []
    for name in states:
        counts = [data.draw(st.integers(1, 3)) for _ in range(n)]
        described.append({
            "name": name,
            "actions": [[f"a{k}" for k in range(c)] for c in counts],
            "payoffs": table(counts, st.lists(number, min_size=n, max_size=n)),
            "transitions": table(counts, law()),
        })
    content = {
        "format": "servanda-game/1", "players": [f"p{i}" for i in range(n)], "discount": "5/7", "states": described,
    }
    game = read_game(content)
    written = game_to_json(game)
    assert read_game(json.loads(json.dumps(written))).digest == game.digest
    assert not list(jsonschema.Draft202012Validator(SCHEMA).iter_errors(written))


def test_gambit_gets_the_first_player_fastest_and_exact_numbers() -> None:
    text = to_nfg(read_game(PEACE), 0)
    assert text.startswith('NFG 1 R "peace and war, state peace" { "A" "B" }')
    assert text.split("\n\n")[-1].split() == ["2", "2", "3", "-1", "-1", "3", "0", "1/3"]


def test_nashpy_finds_the_equilibria_of_what_is_written_for_it() -> None:
    import nashpy

    game = repeated_game([[[3, 1], [0, 0]], [[0, 0], [1, 3]]], discount=0.5)
    content = json.loads(convert(game, "nashpy", (0,))["nashpy.json"])["states"]["s0"]
    found = list(nashpy.Game(np.array(content["A"]), np.array(content["B"])).support_enumeration())
    assert len(found) == 3


def test_quantecon_reads_three_players_in_its_own_order() -> None:
    from quantecon.game_theory import NormalFormGame, Player

    payoffs = np.arange(2 * 3 * 4 * 3, dtype=float).reshape(2, 3, 4, 3)
    content = json.loads(convert(repeated_game(payoffs, discount=0.5), "quantecon", (0,))["quantecon.json"])
    arrays = content["states"]["s0"]["payoff_arrays"]
    peer = NormalFormGame([Player(np.array(a)) for a in arrays])
    for profile in np.ndindex(2, 3, 4):
        assert np.array_equal(peer[profile], payoffs[profile])


def test_nashpy_is_refused_for_three_players() -> None:
    with pytest.raises(GameError, match="two players"):
        convert(repeated_game(np.zeros((2, 2, 2, 3)), discount=0.5), "nashpy", (0,))


def test_path_files_round_trip_and_name_their_faults(tmp_path: Path) -> None:
    game = read_game(PEACE)
    plan = Plan.from_json(game, {"peace": [["comply", "comply"], ["breach", "comply"]]})
    path = tmp_path / "path.json"
    path.write_text(json.dumps(path_to_json(plan)))
    assert np.array_equal(read_path(path, game).allowed, plan.allowed)
    for content, expected in (
        ({"allowed": {}}, "format"),
        ({"format": "servanda-path/1", "alowed": {}}, "unknown key 'alowed'"),
        ({"format": "servanda-path/1", "allowed": {"pece": [["comply", "comply"]]}}, "does not exist"),
        ({"format": "servanda-path/1", "allowed": {"peace": [["comply", "fly"]]}}, "no action 'fly'"),
        ({"format": "servanda-path/1", "allowed": {"peace": "comply"}}, "a list of profiles"),
        ({"format": "servanda-path/1", "allowed": {"peace": []}}, "a list of profiles"),
        ([], "object"),
    ):
        path.write_text(json.dumps(content))
        with pytest.raises(GameError, match=expected):
            read_path(path, game)


def test_what_rounding_left_below_zero_is_zero_and_told_once() -> None:
    """One remark for all of them, by the place of the first; below -1e-12 it is a fault."""
    given = copy.deepcopy(PEACE)
    laws = given["states"][0]["transitions"]
    laws[0][0] = {"peace": 1, "war": "-1/10000000000000"}
    laws[1][0] = {"war": 1, "peace": -1e-17}
    with pytest.warns(Remark) as told:
        game = read_game(given)
    assert [str(one.message) for one in told] == [
        "state 'peace', profile (comply, comply), transitions, state 'war': the probability '-1/10000000000000' is "
        "zero but for rounding and is read as 0 (and 1 more)"]
    assert game.exact_transition(0) == {0: 1} and game.exact_transition(2) == {1: 1}
    laws[0][0] = {"peace": 1, "war": -1e-12}
    with pytest.raises(GameError, match="state 'war': the probability -1e-12 is negative"):
        read_game(given)
