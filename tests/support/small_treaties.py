"""Small treaties of one asymmetric dilemma with the clauses of a test, and the rows of their games by moves."""

from __future__ import annotations

import random
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from treaties.compiling.compiled_treaty import CompiledTreaty
from treaties.compiling.provenance import values_of
from treaties.model.treaty import Treaty
from treaties.reading.toml_text import in_toml
from treaties.reading.treaty_file import read_treaty_text

FILES = Path(__file__).parents[1] / "treaties" / "reading" / "accepted"
DILEMMA = (FILES / "offset_capped.toml").read_text().split("[[provision]]")[0]
"""The file of a treaty without clauses: A earns much and B is tempted; both have the discount factor ``DISCOUNT``."""
DISCOUNT = 0.6


def plus(*clauses: str) -> Treaty:
    """The dilemma with clauses, each given as the lines of its block."""
    return read_treaty_text(DILEMMA + "".join(f"[[provision]]\n{clause}\n" for clause in clauses), "t.toml")


def drawn(seed: int, *clauses: str, hidden: bool = False, parties: str = "AB", outside: bool = True) -> Treaty:
    """A dilemma with payoffs and discount factors drawn by lot, and clauses as in ``plus``.

    Everybody earns 1 to 4 a year by complying, up to 3 more by a breach, nothing if nobody complies.
    ``outside``: outside options lie between -1 and 0; else they are nothing.  ``hidden``: nobody sees conduct.
    """
    draw = random.Random(seed)
    text = 'schema = "servanda-treaty/1"\ntitle = "Drawn by lot"\npayoff_unit = "points per year"\n'
    rewards = {party: draw.choice((1, 2, 3, 4)) for party in parties}
    for party in parties:
        option = draw.choice((-1, -0.5, 0)) if outside else 0
        text += f'[[party]]\nid = "{party}"\nname = "{party}land"\ndiscount = {draw.choice((0.3, 0.5, 0.7, 0.9))}\n'
        text += f"outside_option = {option}\n"
    payoffs = {
        "reward": rewards,
        "temptation": {party: reward + draw.choice((0.5, 1, 3)) for party, reward in rewards.items()},
        "sucker": {party: -draw.choice((0, 1, 2)) for party in parties},
        "punishment": dict.fromkeys(parties, 0),
    }
    text += '[[matter]]\nid = "trade"\n' + ('observability = "private"\n' if hidden else "")
    text += "".join(f"{name} = {in_toml(amounts)}\n" for name, amounts in payoffs.items())
    return read_treaty_text(text + "".join(f"[[provision]]\n{clause}\n" for clause in clauses), "drawn.toml")


def row(compiled: CompiledTreaty, state: Mapping[str, str | int | float], **moves: dict[str, str]) -> int:
    """The row of the one state (by its values) in which the parties make the moves; the default where none is named.

    Moves that make no difference are one move of the game, and years that make none are one state.
    """
    found = np.ones(compiled.game.n_states, dtype=bool)
    for variable, value in state.items():
        values = [values_of(compiled, s, variable) for s in range(compiled.game.n_states)]
        found &= np.array([value in told or not told for told in values])
    wanted = {(party, matter): option for party, its in moves.items() for matter, option in its.items()}
    (only,) = {compiled.row_of(int(s), wanted) for s in np.flatnonzero(found) if _open(compiled, int(s), wanted)}
    return only


def _open(compiled: CompiledTreaty, state: int, wanted: Mapping[tuple[str, str], str]) -> bool:
    try:
        return compiled.row_of(state, wanted) >= 0
    except KeyError:
        return False


def chances_after(compiled: CompiledTreaty, where: int, variable: str) -> dict[str | int | float, float]:
    """The next values of a state variable after a row, with their chances; those that never come are left out."""
    law = compiled.game.transition[[where]]
    chances: dict[str | int | float, float] = {}
    for state, chance in zip(law.indices.tolist(), law.data.tolist(), strict=True):
        value = compiled.state_columns.values[variable][int(compiled.state_columns.codes[variable][state])]
        chances[value] = chances.get(value, 0.0) + chance
    return chances
