"""Small treaties of one asymmetric dilemma with the clauses of a test, and the rows of their games by moves."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from treaties.compiling.compiled_treaty import CompiledTreaty
from treaties.model.treaty import Treaty
from treaties.reading.treaty_file import read_treaty_text

FILES = Path(__file__).parents[1] / "treaties" / "reading" / "accepted"
DILEMMA = (FILES / "offset_capped.toml").read_text().split("[[provision]]")[0]
"""The file of a treaty without clauses: A earns much and B is tempted; both have the discount factor ``DISCOUNT``."""
DISCOUNT = 0.6


def plus(*clauses: str) -> Treaty:
    """The dilemma with clauses, each given as the lines of its block."""
    return read_treaty_text(DILEMMA + "".join(f"[[provision]]\n{clause}\n" for clause in clauses), "t.toml")


def row(compiled: CompiledTreaty, state: Mapping[str, str | int | float], **moves: dict[str, str]) -> int:
    """The one row of a state (by its values) in which the parties make the moves; the default where none is named."""
    found = np.ones(compiled.game.n_rows, dtype=bool)
    for variable, value in state.items():
        found &= compiled.columns.is_value(variable, value)
    for choice in compiled.choices:
        taken = compiled.columns.chosen[choice.party, choice.matter]
        wanted = moves.get(choice.party, {}).get(choice.matter, choice.names[choice.default])
        found &= (taken == choice.names.index(wanted)) | (taken < 0)
    (only,) = np.flatnonzero(found)
    return int(only)


def chances_after(compiled: CompiledTreaty, where: int, variable: str) -> dict[str | int | float, float]:
    """The next values of a state variable after a row, with their chances; those that never come are left out."""
    law = compiled.game.transition[[where]]
    chances: dict[str | int | float, float] = {}
    for state, chance in zip(law.indices.tolist(), law.data.tolist(), strict=True):
        value = compiled.state_columns.values[variable][int(compiled.state_columns.codes[variable][state])]
        chances[value] = chances.get(value, 0.0) + chance
    return chances
