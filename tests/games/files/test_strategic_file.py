"""Gambit's .nfg: both ways to write payoffs, old and new headers, names with marks, exact numbers, faults by place."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from games import GameError, read_game, repeated_game
from games.files.conversions import to_nfg
from games.files.gambit_words import Words, distinct
from games.files.strategic_file import parse_nfg

DATA = Path(__file__).parent / "data"


def exact(text: str) -> list[list[str]]:
    game = parse_nfg(Words(text))
    return [[str(game.exact_payoff(row, i)) for i in range(game.n_players)] for row in range(game.n_rows)]


def test_a_list_of_payoffs_has_the_first_player_fastest() -> None:
    game = read_game(DATA / "list.nfg")
    assert game.name == 'A "quoted" title, with \\ and {braces}'
    assert game.players == ("Row player", "Column player")
    assert game.actions == ((("1", "2", "3"), ("1", "2")),)
    assert game.stage_payoffs(0)[..., 0].tolist() == [[1, 1], [0, 0], [0, 2]]
    assert game.stage_payoffs(0)[..., 1].tolist() == [[1, 1], [2, 3], [2, 0]]
    assert game.discount.tolist() == [0, 0]


def test_outcomes_have_numbers_and_none_pays_nothing() -> None:
    game = read_game(DATA / "outcomes.nfg")
    assert game.players == ("A", "B", "C")
    assert game.actions == ((("l", "r"), ("t", "b"), ("x",)),)
    paid = {game.profile_labels(row): [str(game.exact_payoff(row, i)) for i in range(3)] for row in range(4)}
    assert paid == {
        ("l", "t", "x"): ["1/3", "-1/2", "1000"], ("r", "t", "x"): ["0", "0", "0"],
        ("l", "b", "x"): ["7", "8", "9"], ("r", "b", "x"): ["1/3", "-1/2", "1000"],
    }


@pytest.mark.parametrize("text, payoffs", [
    ('NFG 1 D "" { "A" } { 3 } 1 -2.50 +.5', [["1"], ["-5/2"], ["1/2"]]),
    ('NFG 1 R "" { "A" }\r\n{ { "x" "y" } }\r\n"a comment"\r\n1/3, 2e-1', [["1/3"], ["1/5"]]),
    ('NFG 1 R "t" { "A" "B" } { { "x" } { "y" } } "" { { "" 0.1 2 } } 1', [["1/10", "2"]]),
    ('NFG 1 R "t" {"A" "B"}{1 1}{{"o",3,4}}1', [["3", "4"]]),
])
def test_forms_that_are_in_use(text: str, payoffs: list[list[str]]) -> None:
    assert exact(text) == payoffs


def test_names_that_are_empty_or_come_twice_are_told_apart() -> None:
    game = parse_nfg(Words('NFG 1 R "" { "A" "A" "" } { { "" "x" "x" } { "y" } { "2" "" } } ' + "0 " * 18))
    assert game.players == ("A", "A 2", "3")
    assert game.actions[0] == (("1", "x", "x 2"), ("y",), ("2", "2 2"))
    assert distinct(["", "1", "1"]) == ("1 2", "1", "1 3")


@pytest.mark.parametrize("text, message", [
    ("", "line 1, column 1: a Gambit file begins NFG 1 R"),
    ('EFG 2 R "" { "A" } t "" 0', "line 1, column 1: a Gambit file begins NFG 1 R"),
    ('NFG 2 R "" { "A" } { 1 } 0', "line 1, column 5"),
    ("NFG 1 R title", "line 1, column 9: the title .* quotation marks; 'title' given"),
    ('NFG 1 R "title', "line 1, column 9: a quotation mark opens here and none closes it"),
    ('NFG 1 R "" { } { } 0', "0 players"),
    ('NFG 1 R "" { "A" } { 0 } 0', "strategies of 'A': 0 given; a whole number of at least 1"),
    ('NFG 1 R "" { "A" } { { } } 0', "'A' has no strategy"),
    ('NFG 1 R "" { "A" "B" } { 2 } 0', "line 1, column 28"),
    ('NFG 1 R "" { "A" }\n{ 2 }\n1', "line 3, column 2: the file ends before all 2 profiles"),
    ('NFG 1 R "" { "A" } { 2 } 1 2 3', "column 30: all 2 profiles have their payoffs, and more follows"),
    ('NFG 1 R "" { "A" } { 1 } 1/0', "divides by zero"),
    ('NFG 1 R "" { "A" } { 1 } x', "the payoff of 'A' is needed, a number; 'x' given"),
    ('NFG 1 R "" { "A" } { 1 } 1e200', "too large"),
    ('NFG 1 R "" { "A" } { 1 } 1e99999', "too long a number"),
    ('NFG 1 R "" { "A" } { 1 } { { "" 1 } } 2', "outcome 2 does not exist; 1 are listed"),
    ('NFG 1 R "" { "A" } { 1 } { { "" 1 } } -1', "at least 0"),
    ('NFG 1 R "" { "A" "B" } { 99999 99999 } 1', "9,999,800,001 profiles of strategies, more than 2,000,000"),
    ('NFG 1 R "" { "A" } { 1e90 } 1', "more than 2,000,000"),
])
def test_faults_are_told_with_their_place(text: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "a.nfg").write_text(text)
    with pytest.raises(GameError, match=message) as told:
        read_game(tmp_path / "a.nfg")
    assert str(told.value).startswith(f"{tmp_path / 'a.nfg'}: line ")


def test_what_is_written_for_gambit_is_read_back_exactly(rng: np.random.Generator) -> None:
    for shape in ((1,), (4,), (2, 3), (1, 1), (2, 1, 3), (2, 2, 2, 2)):
        whole = rng.integers(-9, 9, (*shape, len(shape), 2))
        payoffs = np.empty(whole.shape[:-1], dtype=object)
        for index in np.ndindex(*payoffs.shape):
            payoffs[index] = Fraction(int(whole[(*index, 0)]), int(abs(whole[(*index, 1)]) + 1))
        game = repeated_game(payoffs, 0, name='as "quoted" \\ it is')
        again = parse_nfg(Words(to_nfg(game, 0)))
        assert again.digest == game.digest
        assert again.name == game.name


def test_old_files_in_latin_1_are_read(tmp_path: Path) -> None:
    (tmp_path / "a.NFG").write_bytes('NFG 1 R "Côte" { "A" } { 1 } 1'.encode("latin-1"))
    assert read_game(tmp_path / "a.NFG").name == "Côte"
