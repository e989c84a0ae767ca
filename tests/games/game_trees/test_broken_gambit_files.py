"""Broken files of other software end in ``GameError``, never in a fault of the program."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from games import GameError
from games.files.gambit_words import Words
from games.files.strategic_file import parse_nfg
from games.files.table_file import parse_table
from games.game_trees.gambit_tree import parse_efg

FILES = Path(__file__).parents[1]
TABLE = 'A \\ B,"l; x",r\nt,"1/3, 2","-0.1, 1e1"\nb,"0, 0",3 4\n'
LONG = "A,B,payoff A,payoff B\nx,y,1,2\nx,z,1/3,0\n"
PIECES = [
    "{", "}", "\"", "0", "1", "-1", "99", "1/0", "1e999", "\\", ",", "\n", " ", "c", "p", "t", ";", "\x00", "é", "nan",
    "",
]

READERS: list[tuple[Callable[[str], object], str]] = [
    (lambda text: parse_nfg(Words(text)), (FILES / "files" / "data" / "list.nfg").read_text()),
    (lambda text: parse_nfg(Words(text)), (FILES / "files" / "data" / "outcomes.nfg").read_text()),
    (lambda text: parse_efg(Words(text)), (FILES / "game_trees" / "data" / "stages.efg").read_text()),
    (parse_table, TABLE),
    (parse_table, LONG),
]


@pytest.mark.parametrize("number", range(len(READERS)))
def test_a_broken_file_is_refused_or_read(number: int, rng: np.random.Generator) -> None:
    read, text = READERS[number]
    read(text)
    refused = 0
    for _ in range(250):
        broken = text
        for _ in range(int(rng.integers(1, 4))):
            start = int(rng.integers(len(broken) + 1))
            end = start + int(rng.choice([0, 1, 1, 2, 5, 40]))
            broken = broken[:start] + str(rng.choice(PIECES)) + broken[end:]
        with contextlib.suppress(GameError):
            read(broken)
            refused -= 1
        refused += 1
    assert refused > 50
