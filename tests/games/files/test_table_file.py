"""Tables: a row for every profile, or a bimatrix; what comes back is what was written; faults by line."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from games import GameError, read_game, repeated_game
from games.files.conversions import to_csv
from games.files.table_file import parse_table

DILEMMA = [[[2, 2], [-1, 3]], [[3, -1], [0, 0]]]

LONG = """A,B,payoff A,payoff B
comply,comply,2,2
comply,breach,-1,3
breach,comply,3,-1
breach,breach,0,0
"""
BIMATRIX = """A \\ B,comply,breach
comply,"2, 2","-1, 3"
breach,"3, -1","0, 0"
"""


@pytest.mark.parametrize("text", [
    LONG,
    LONG.replace(",", ";"),
    LONG.replace(",", "\t").replace("\n", "\r\n"),
    LONG.replace(",", ", ").replace("payoff", "Payoff"),
    "\n" + LONG.replace("\n", ",,\n") + ",,,,,\n",
    BIMATRIX,
    BIMATRIX.replace(", ", " "),
    BIMATRIX.replace(", ", ";").replace("\\", "/"),
    "A \\ B;comply;breach\ncomply;2,2;(-1, 3)\nbreach;3 -1;0,0\n",
])
def test_one_game_in_many_forms(text: str) -> None:
    game = parse_table(text)
    assert game.players == ("A", "B")
    assert game.actions == ((("comply", "breach"),) * 2,)
    assert game.stage_payoffs(0).tolist() == DILEMMA


def test_rows_may_come_in_any_order_and_actions_by_first_mention() -> None:
    lines = LONG.splitlines()
    game = parse_table("\n".join([lines[0], *lines[:0:-1]]))
    assert game.actions[0][0] == ("breach", "comply")
    assert game.stage_payoffs(0)[1, 1].tolist() == [2, 2]


def test_corner_without_names_and_exact_numbers() -> None:
    game = parse_table('"",l,r\nt,1/3 2,0.1 1e1\n')
    assert game.players == ("P1", "P2")
    assert [str(game.exact_payoff(row, i)) for row in (0, 1) for i in (0, 1)] == ["1/3", "2", "1/10", "10"]


@pytest.mark.parametrize("shape", [(3,), (2, 3), (1, 1), (2, 1, 3), (2, 2, 2, 2)])
def test_what_is_written_is_read_back_exactly(shape: tuple[int, ...], rng: np.random.Generator) -> None:
    labels = [[f'{i}, "{k}"; a' for k in range(count)] for i, count in enumerate(shape)]
    payoffs = np.array([f"{a}/{b}" for a, b in rng.integers(1, 9, (int(np.prod(shape)) * len(shape), 2))], dtype=object)
    game = repeated_game(payoffs.reshape(*shape, len(shape)), 0, actions=labels,
                         players=[f"the {i}th" for i in range(len(shape))])
    assert parse_table(to_csv(game, 0)).digest == game.digest


@pytest.mark.parametrize("text, message", [
    ("", "the table is empty"),
    (LONG.replace("breach,breach,0,0\n", ""), r"3 rows for 4 profiles .* \(breach, breach\) is missing"),
    (LONG + "breach,breach,0,0\n", r"line 6: the profile \(breach, breach\) comes a second time"),
    (LONG.replace("-1,3", "x,3"), "line 3, payoff of 'A': 'x' is not a number"),
    (LONG.replace("-1,3", ",3"), "line 3, payoff of 'A'"),
    (LONG.replace("breach,-1", ",-1"), "line 3: the action of 'B' is missing"),
    (LONG.replace("payoff B", "payoff C"), "line 1: after the players the columns are payoff A, payoff C; payoff"),
    (LONG.replace("A,B", "A,A").replace("payoff B", "payoff A"), "'A' appears twice"),
    ("payoff A\n1\n", "0 columns of actions"),
    ("A,payoff A\n", "line 1: no row follows"),
    (BIMATRIX.replace('"2, 2"', "2"), r"line 2, \(comply, comply\): '2' given; two payoffs are needed"),
    (BIMATRIX.replace('"2, 2"', '"2, y"'), r"line 2, \(comply, comply\), payoff of 'B': 'y'"),
    (BIMATRIX.replace("\nbreach", "\ncomply"), "'comply' appears twice"),
    (BIMATRIX.replace('"2, 2"', '"2, 2'), "not a table"),
    ("A \\ B\nx\n", "actions across"),
])
def test_faults_are_told_with_their_line(text: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(text)
    with pytest.raises(GameError, match=message):
        read_game(tmp_path / "a.csv")


def test_long_tables_that_would_not_fit_are_refused() -> None:
    rows = "".join(f"{','.join(f'{k}' for _ in range(21))}{',0' * 21}\n" for k in (0, 1))
    heading = ",".join(f"p{i}" for i in range(21)) + "," + ",".join(f"payoff p{i}" for i in range(21))
    with pytest.raises(GameError, match="2,097,152 profiles"):
        parse_table(f"{heading}\n{rows}")
