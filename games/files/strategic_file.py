"""Gambit's strategic form, ``.nfg``: a game of one round with payoffs in a list, or by outcomes that have numbers.

Read as a repeated game in which only the present counts (discount factor 0), until ``with_discount`` says otherwise.

Source: the format "NFG 1 R" of Gambit (Savani and Turocy).
"""

from __future__ import annotations

from fractions import Fraction
from math import prod

import numpy as np

from games.files.gambit_words import Words, distinct, heading
from games.files.limits import MOST_PLAYERS, MOST_ROWS
from games.model.stochastic_game import StochasticGame, repeated_game
from games.numerics.counts import counted


def parse_nfg(words: Words) -> StochasticGame:
    """The game of a file; the comment is left out, and so are the names of outcomes.

    Numbers are the rationals that are written.  A name that is empty or comes twice is told apart by a number.
    Raises ``GameError`` with line and column.

    >>> game = parse_nfg(Words('NFG 1 R "chicken" { "A" "B" } { 2 2 }  0 0 7 2 2 7 6 6'))
    >>> game.name, game.stage_payoffs(0)[1, 0].tolist()
    ('chicken', [7.0, 2.0])
    """
    title = heading(words, "NFG", 1)
    at = words.next.at
    players = distinct(words.texts("names of players"))
    if not 1 <= len(players) <= MOST_PLAYERS:
        words.refuse(f"{len(players)} players given; from 1 to {MOST_PLAYERS} can be read", at)
    at = words.next.at
    actions = _actions(words, players)
    counts = tuple(map(len, actions))
    if prod(counts) > MOST_ROWS:
        words.refuse(f"{counted(prod(counts))} profiles of strategies, more than {MOST_ROWS:,}; leave out some", at)
    if words.next.kind == "text":
        words.take()
    outcomes = _outcomes(words, players) if words.met("{") else None
    size = prod(counts)
    table = np.empty((*counts[::-1], len(players)), dtype=object)
    for profile in np.ndindex(counts[::-1]):
        if words.next.kind == "end":
            words.refuse(f"the file ends before all {size} profiles have their payoffs; {counts} strategies are named")
        table[profile] = words.payoffs(players) if outcomes is None else _outcome(words, outcomes)
    if words.next.kind != "end":
        words.refuse(f"all {size} profiles have their payoffs, and more follows; leave it out")
    # The first player's strategy moves fastest in the file, the last player's in arrays.
    payoffs = table.transpose((*reversed(range(len(players))), len(players)))
    return repeated_game(payoffs, 0, actions=actions, players=players, name=title)


def _actions(words: Words, players: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """The strategies of each player: named in a list of lists, or numbers of them."""
    words.insist("{")
    out = []
    for player in players:
        if words.next.kind == "number":
            out.append(tuple(str(k + 1) for k in range(_count(words, player))))
            continue
        at = words.next.at
        out.append(distinct(words.texts(f"strategies of {player!r}")))
        if not out[-1]:
            words.refuse(f"{player!r} has no strategy; everybody needs at least one", at)
    words.insist("}")
    return tuple(out)


def _count(words: Words, player: str) -> int:
    at = words.next.at
    number = words.whole(f"the number of strategies of {player!r}", least=1)
    if number > MOST_ROWS:
        words.refuse(f"{counted(number)} strategies, more than {MOST_ROWS:,}; leave out some", at)
    return number


def _outcomes(words: Words, players: tuple[str, ...]) -> list[tuple[Fraction, ...]]:
    """Payoffs by the number of the outcome; outcome 0 pays nobody anything."""
    out = [(Fraction(0),) * len(players)]
    while words.met("{"):
        words.text("the name of an outcome")
        words.met(",")
        out.append(words.payoffs(players))
        words.insist("}")
    words.insist("}")
    return out


def _outcome(words: Words, outcomes: list[tuple[Fraction, ...]]) -> tuple[Fraction, ...]:
    at = words.next.at
    number = words.whole("the number of an outcome")
    words.met(",")
    if number >= len(outcomes):
        words.refuse(f"outcome {number} does not exist; {len(outcomes) - 1} are listed", at)
    return outcomes[number]
