r"""A game of one round as a table, ``.csv``: a bimatrix with cells "2, -1", or a row for every profile.

A row for every profile, for any number of players; the order of a player's actions is that in which they first come:

    A,B,payoff A,payoff B
    comply,comply,2,2
    comply,breach,-1,3
    ...

A bimatrix, for two players: the first player's actions down, the second's across.  The corner may name the players,
"A \ B"; in a cell, a comma, a semicolon or a blank parts the two payoffs.

    A \ B,comply,breach
    comply,"2, 2","-1, 3"
    breach,"3, -1","0, 0"

Columns are parted by commas, semicolons or tabs, whichever the first line has most of.  Like ``.nfg`` it is read as a
repeated game in which only the present counts, until ``with_discount`` says otherwise.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import product
from math import prod

import numpy as np

from games.files.json_input import Findings
from games.files.limits import MOST_PLAYERS, MOST_ROWS
from games.model.stochastic_game import GameError, StochasticGame, repeated_game
from games.numerics.counts import counted
from games.numerics.exact import written

PAYOFF = "payoff "
"""What the heading of a column of payoffs begins with; the player's name follows."""

Rows = list[tuple[int, list[str]]]


def parse_table(text: str) -> StochasticGame:
    r"""The game of a table; raises ``GameError`` listing the faults found, each with its line.

    >>> game = parse_table('A / B,left,right\nup,"1, 0","0, 1"\ndown,"0, 1","1/3, 0"')
    >>> game.players, game.actions[0], str(game.exact_payoff(3, 0))
    (('A', 'B'), (('up', 'down'), ('left', 'right')), '1/3')
    """
    rows = _rows(text)
    if not rows:
        raise GameError("the table is empty; give a row for every profile, or a bimatrix")
    if any(cell.casefold().startswith(PAYOFF) for cell in rows[0][1]):
        return _long(rows)
    return _bimatrix(rows)


def to_table(players: Sequence[str], actions: Sequence[Sequence[str]], payoffs: Mapping[tuple[int, ...],
             Sequence[Fraction]]) -> str:
    """The text of a table with a row for every profile, in C order; every number exact."""
    lines = [",".join(_quoted(name) for name in (*players, *(PAYOFF + player for player in players)))]
    for profile in product(*(range(len(own)) for own in actions)):
        labels = [_quoted(own[k]) for own, k in zip(actions, profile, strict=True)]
        lines.append(",".join([*labels, *map(written, payoffs[profile])]))
    return "\n".join(lines) + "\n"


def _quoted(label: str) -> str:
    return '"' + label.replace('"', '""') + '"'


def _rows(text: str) -> Rows:
    """The rows that are not empty, with the number of the line on which each ends."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    outside = re.sub(r'"(?:[^"]|"")*"', "", first)
    parted = max(",;\t", key=outside.count)
    reader = csv.reader(text.splitlines(keepends=True), delimiter=parted, skipinitialspace=True, strict=True)
    try:
        rows = [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise GameError(f"line {reader.line_num}: not a table: {error}; put cells that hold a comma or a quotation "
                        'mark in quotation marks, and write such a mark twice') from None
    # Spreadsheets fill all rows up with empty cells.
    width = max((k + 1 for _, row in rows for k, cell in enumerate(row) if cell.strip()), default=0)
    return [(line, row[:width] + [""] * (width - len(row))) for line, row in rows]


def _long(rows: Rows) -> StochasticGame:
    """A row for every profile."""
    line, heading = rows[0]
    n = next(k for k, cell in enumerate(heading) if cell.casefold().startswith(PAYOFF))
    players = heading[:n]
    found = Findings()
    if not 1 <= n <= MOST_PLAYERS:
        raise GameError(f"line {line}: {n} columns of actions; give one for each player, from 1 to {MOST_PLAYERS}")
    wanted = [PAYOFF + player for player in players]
    if [cell.strip().casefold() for cell in heading[n:]] != [cell.strip().casefold() for cell in wanted]:
        raise GameError(f"line {line}: after the players the columns are {', '.join(heading[n:])}; "
                        f"{', '.join(wanted)} are needed")
    names = found.labels(players, f"line {line}, players")
    given: dict[tuple[str, ...], list[Fraction]] = {}
    for line, row in rows[1:]:
        labels = tuple(row[:n])
        for player, label in zip(names, labels, strict=False):
            if not label.strip():
                found.fault(f"line {line}", f"the action of {player!r} is missing; every row names one for each player")
        values = [found.number(x, f"line {line}, payoff of {who!r}") for who, x in zip(players, row[n:], strict=True)]
        if labels in given:
            found.fault(f"line {line}", f"the profile ({', '.join(labels)}) comes a second time; keep one")
        given[labels] = [x if x is not None else Fraction(0) for x in values]
    found.stop()
    actions = [list(dict.fromkeys(labels[i] for labels in given)) for i in range(n)]
    if not given:
        raise GameError(f"line {line}: no row follows; give one for every profile")
    size = prod(map(len, actions))
    if size > MOST_ROWS:
        raise GameError(f"{counted(size)} profiles of actions, more than {MOST_ROWS:,}; leave out some actions")
    if len(given) < size:
        missing = next(labels for labels in product(*actions) if labels not in given)
        raise GameError(f"{len(given)} rows for {size} profiles of actions; ({', '.join(missing)}) is missing: write "
                        "actions the same way in every row, and give a row for every profile")
    return _game(names, actions, (given[labels] for labels in product(*actions)))


def _bimatrix(rows: Rows) -> StochasticGame:
    """Two players: the first's actions down, the second's across, two payoffs in a cell."""
    line, heading = rows[0]
    found = Findings()
    parts = [part.strip() for part in re.split(r"[\\/|]", heading[0])]
    players = parts if len(parts) == 2 and all(parts) else ["P1", "P2"]
    names = found.labels(players, f"line {line}, the corner")
    across = found.labels(heading[1:], f"line {line}, actions across")
    down = found.labels([row[0] for _, row in rows[1:]], "actions down the first column")
    found.stop()
    cells = []
    for line, row in rows[1:]:
        for label, cell in zip(across, row[1:], strict=True):
            place = f"line {line}, ({row[0]}, {label})"
            pair = re.split(r"\s*[,;]\s*|\s+", cell.strip().strip("()[]").strip())
            if len(pair) != 2:
                found.fault(place, f'{cell!r} given; two payoffs are needed, for instance "2, -1": and for more than '
                            f'two players a row for every profile, under A,B,C,{PAYOFF}A,{PAYOFF}B,{PAYOFF}C')
                continue
            values = [found.number(x, f"{place}, payoff of {who!r}") for who, x in zip(names, pair, strict=True)]
            cells.append([x if x is not None else Fraction(0) for x in values])
    found.stop()
    return _game(names, [down, across], cells)


def _game(
    players: Sequence[str], actions: Sequence[Sequence[str]], payoffs: Iterable[Sequence[Fraction]]
) -> StochasticGame:
    """The game with these payoffs, profiles in C order."""
    table = np.empty((*map(len, actions), len(players)), dtype=object)
    for profile, values in zip(np.ndindex(*map(len, actions)), payoffs, strict=True):
        table[profile] = values
    return repeated_game(table, 0, actions=actions, players=players)
