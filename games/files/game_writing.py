"""Writing the ``servanda-game/1`` file, to the last digit, all of it or nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from scipy.sparse import csr_array

from games.files.writing import write_text
from games.model.stochastic_game import StochasticGame, insist_on_game

FORMAT = "servanda-game/1"


def game_to_json(game: StochasticGame) -> dict[str, Any]:
    """The ``servanda-game/1`` object of a game; reading it back gives a game with the same digest."""
    insist_on_game(game)
    exact_discount = [_written(game.rationals.get(("discount", i, 0)), d) for i, d in enumerate(game.discount)]
    out: dict[str, Any] = {"format": FORMAT}
    if game.name:
        out["name"] = game.name
    return out | {
        "players": list(game.players),
        "discount": exact_discount[0] if len(set(exact_discount)) == 1 else exact_discount,
        "transfers": game.transfers,
        "burning": game.burning,
        "initial": game.states[game.initial],
        "states": [_state_json(game, s) for s in range(game.n_states)],
    }


def write_game(game: StochasticGame, path: str | Path) -> Path:
    """Write a ``servanda-game/1`` file (all of it or nothing); raises ``GameError`` if the place cannot be written."""
    return write_text(path, game_text(game))


def game_text(game: StochasticGame) -> str:
    """The text of a ``servanda-game/1`` file."""
    return json.dumps(game_to_json(game), indent=1, ensure_ascii=False) + "\n"


def _state_json(game: StochasticGame, s: int) -> dict[str, Any]:
    rows = game.rows_of(s)
    out: dict[str, Any] = {
        "name": game.states[s],
        "actions": [list(labels) for labels in game.actions[s]],
        "payoffs": _nest(game, s, [
            [_written(game.rationals.get(("payoff", r, i)), x) for i, x in enumerate(game.payoffs[r])] for r in rows
        ]),
    }
    laws: list[Any] = [_law_json(game, game.transition, r, game.rationals, "transition") for r in rows]
    stays = {game.states[s]: 1}
    if game.monitoring is not None and game.monitoring.signals[s]:
        monitoring = game.monitoring
        labels = monitoring.signals[s]
        out["signals"] = list(labels)
        out["signal_probabilities"] = _nest(game, s, [
            [_written(monitoring.rationals.get(("signal", r, y)), p) for y, p in enumerate(monitoring.chances(s, k))]
            for k, r in enumerate(rows)
        ])
        if monitoring.next_law is not None:
            first = int(monitoring.pair_start[s])
            laws = [
                {
                    label: _law_json(
                        game, monitoring.next_law, first + k * len(labels) + y, monitoring.rationals, "next")
                    for y, label in enumerate(labels)
                }
                for k in range(len(rows))
            ]
    if any(law != stays for law in laws):
        out["transitions"] = _nest(game, s, laws)
    return out


def _law_json(
    game: StochasticGame, table: csr_array, row: int, rationals: Mapping[tuple[str, int, int], Fraction], key: str
) -> dict[str, Any]:
    """One row of a law as {state: probability}, zeros left out."""
    cells = sorted(
        (int(table.indices[k]), float(table.data[k])) for k in range(int(table.indptr[row]), int(table.indptr[row + 1]))
    )
    named = ((t, p, rationals.get((key, row, t))) for t, p in cells)
    return {game.states[t]: _written(exact, p) for t, p, exact in named if p or exact}


def _nest(game: StochasticGame, s: int, flat: Sequence[Any]) -> Any:
    """Entries in C order as the nested list [a1][a2]...[an]."""
    nested: list[Any] = list(flat)
    for count in reversed(game.action_counts[s][1:].tolist()):
        nested = [nested[k:k + count] for k in range(0, len(nested), count)]
    return nested


def _written(exact: Fraction | None, value: float) -> int | float | str:
    """A number for the file: the exact rational as text if the float does not name it."""
    if exact is not None:
        return str(exact)
    return int(value) if float(value).is_integer() and abs(value) < 2**53 else float(value)
