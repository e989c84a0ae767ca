"""How stocks are expected to go if everyone complies."""

from __future__ import annotations

import numpy as np

from games.numerics.arrays import Floats
from games.play.markov_play import MarkovPlay
from treaties.assessing.timeline import years_shown
from treaties.compiling.compiled_treaty import CompiledTreaty
from treaties.compiling.provenance import named, values_of
from treaties.effects import StateVariable
from treaties.findings.grid import StockPath

DIGITS = 12
"""Decimals of an expected level."""


def stocks_in(compiled: CompiledTreaty) -> tuple[StateVariable, ...]:
    """The stocks of a treaty that are state variables of its game, in canonical order."""
    found = {e.name: e for e in compiled.effects if isinstance(e, StateVariable) and e.grid is not None}
    return tuple(found[name] for name in compiled.state_columns.values if name in found)


def stock_paths(compiled: CompiledTreaty, compliance: MarkovPlay) -> tuple[StockPath, ...]:
    """Every stock along full compliance, over the years that the timeline shows."""
    presence = compliance.occupation(compiled.game.initial, years_shown(compiled))
    return tuple(_path(compiled, variable, presence) for variable in stocks_in(compiled))


def _path(compiled: CompiledTreaty, variable: StateVariable, presence: Floats) -> StockPath:
    """``presence``  Float[years, states]: where compliance is, year by year."""
    operating = compiled.state_columns.operating
    told = [values_of(compiled, s, variable.name) for s in range(compiled.game.n_states)]
    levels: list[float | None] = []
    for here in presence:
        there = np.flatnonzero((here > 0) & operating)
        if not len(there) or any(len(told[s]) != 1 for s in there):
            levels.append(None)
            continue
        weights = here[there] / here[there].sum()
        expected = sum(w * float(told[s][0]) for w, s in zip(weights, there, strict=True))
        levels.append(round(float(expected), DIGITS))
    assert variable.grid is not None
    name = variable.name if variable.words is None else named(compiled, variable.words) + variable.citing
    return StockPath(name, variable.grid, tuple(levels))
