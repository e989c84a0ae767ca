"""Stage games in the forms that other software reads: Gambit, nashpy, QuantEcon, spreadsheets."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import product
from typing import Any, Literal

import numpy as np

from games.files.table_file import to_table
from games.model.stage_game import StageGame, stage_game_of
from games.model.stochastic_game import GameError, StochasticGame

Target = Literal["nfg", "csv", "nashpy", "quantecon"]


def to_nfg(game: StochasticGame, state: int) -> str:
    """The stage game of one state as a Gambit strategic form ("NFG 1 R"), payoffs exact.

    Gambit lists profiles with the first player's action moving fastest.
    """
    stage = stage_game_of(game, state)
    place = f"state {game.states[state]}"
    title = f"{game.name}, {place}" if game.name and game.n_states > 1 else game.name or place
    return strategic_form(
        title, game.players, game.actions[state],
        lambda profile: [stage.exact(profile, player) for player in range(stage.n_players)],
    )


def to_csv(game: StochasticGame, state: int) -> str:
    """The stage game of one state as a table with a row for every profile, payoffs exact; see ``table_file``."""
    stage = stage_game_of(game, state)
    return to_table(game.players, game.actions[state], {
        profile: [stage.exact(profile, player) for player in range(stage.n_players)]
        for profile in np.ndindex(*stage.counts)
    })


def strategic_form(
    title: str,
    players: Sequence[str],
    actions: Sequence[Sequence[str]],
    payoffs: Callable[[tuple[int, ...]], Sequence[Fraction]],
) -> str:
    """A strategic form as Gambit reads it ("NFG 1 R"); ``payoffs`` of a profile are exact, one per player."""
    heading, names = gambit_labels([title])[0], " ".join(gambit_labels(players))
    labels = " ".join("{ " + " ".join(gambit_labels(own)) + " }" for own in actions)
    cells = (str(x) for profile in _first_fastest(tuple(map(len, actions))) for x in payoffs(profile))
    return f"NFG 1 R {heading} {{ {names} }}\n\n{{ {labels} }}\n\n{' '.join(cells)}\n"


def to_nashpy(game: StochasticGame, states: tuple[int, ...]) -> str:
    """JSON with the two payoff matrices of each state, for ``nashpy.Game(A, B)``.

    Raises ``GameError`` unless there are two players.
    """
    if game.n_players != 2:
        raise GameError(f"nashpy knows two players, this game has {game.n_players}; use nfg or quantecon")
    return _text(game, states, "nashpy", lambda stage: {
        key: stage.payoffs[..., player].tolist() for player, key in enumerate("AB")
    })


def to_quantecon(game: StochasticGame, states: tuple[int, ...]) -> str:
    """JSON with one payoff array per player and state, own action first, then the next players' in turn.

    That is the order of ``quantecon.game_theory.Player``.
    """
    n = game.n_players
    return _text(game, states, "quantecon", lambda stage: {
        "payoff_arrays": [
            stage.payoffs[..., i].transpose([(i + k) % n for k in range(n)]).tolist() for i in range(n)
        ]
    })


def convert(game: StochasticGame, target: Target, states: tuple[int, ...]) -> dict[str, str]:
    """The converted text by file name: one Gambit file or table per state, one JSON file for the others."""
    if target in ("nfg", "csv"):
        width = len(str(len(states)))
        return {
            f"{k + 1:0{width}d}-{''.join(c if c.isalnum() else '-' for c in game.states[s])[:60]}.{target}":
                (to_nfg if target == "nfg" else to_csv)(game, s)
            for k, s in enumerate(states)
        }
    return {f"{target}.json": (to_nashpy if target == "nashpy" else to_quantecon)(game, states)}


def _text(
    game: StochasticGame, states: tuple[int, ...], target: str, arrays: Callable[[StageGame], dict[str, Any]]
) -> str:
    content = {
        "for": target,
        "name": game.name,
        "players": list(game.players),
        "discount": [float(d) for d in game.discount],
        "states": {
            game.states[s]: {"actions": [list(a) for a in game.actions[s]]} | arrays(stage_game_of(game, s))
            for s in states
        },
    }
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def _first_fastest(counts: tuple[int, ...]) -> list[tuple[int, ...]]:
    """All profiles with the first player's action moving fastest."""
    return [profile[::-1] for profile in product(*(range(count) for count in reversed(counts)))]


def gambit_labels(labels: Sequence[str]) -> list[str]:
    """Labels in quotation marks as Gambit accepts them: printable ASCII, single spaces inside, each one different.

    Accents are dropped, other letters become "?", and a label that would come a second time is numbered.

    >>> gambit_labels(["Côte", " a  b", "a b"])
    ['"Cote"', '"a b"', '"a b 2"']
    """
    out: list[str] = []
    for label in labels:
        bare = "".join(c for c in unicodedata.normalize("NFKD", label) if not unicodedata.combining(c))
        plain = " ".join("".join(c if c.isascii() and c.isprintable() else "?" for c in " ".join(bare.split())).split())
        number, unique = 1, plain
        while unique in out:
            number += 1
            unique = f"{plain} {number}"
        out.append(unique)
    return ['"' + label.replace("\\", "\\\\").replace('"', '\\"') + '"' for label in out]
