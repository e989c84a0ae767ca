"""How many states and rows a compiled treaty has, and what each state variable adds to them: counted, not estimated."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, final

import numpy as np

from games.numerics.counts import counted
from treaties.compiling.compiled_treaty import CompiledTreaty
from treaties.compiling.provenance import named
from treaties.effects import Ints, StateVariable, Transition


@final
@dataclass(frozen=True)
class VariableCount:
    """What one state variable adds.

    ``name``            as readers know it.
    ``articles``        of the clauses that move it; none of what the base of every treaty and its events move.
    ``values``          its values, as text, and ``reached`` how many of them some state has.
    ``states_without``  how many states would be left if those that differ in this variable only were one.
    ``rows_without``    how many rows then: of the states that become one, those of the state with most.
    """

    name: str
    articles: tuple[str, ...]
    values: tuple[str, ...]
    reached: int
    states_without: int
    rows_without: int


@final
@dataclass(frozen=True)
class StateCount:
    """The size of the game of a treaty.

    ``states``, ``rows``  of the game; a row is a state and what everybody does in it.
    ``profiles``          rows before moves that make no difference became one.
    ``variables``         in the order in which states are named.
    """

    title: str
    states: int
    rows: int
    profiles: int
    variables: tuple[VariableCount, ...]

    def to_json(self) -> dict[str, Any]:
        """The counts as JSON objects."""
        return asdict(self)


def state_count(compiled: CompiledTreaty) -> StateCount:
    """Count the states and rows of a compiled treaty, with and without each state variable."""
    columns, game = compiled.state_columns, compiled.game
    rows = np.diff(game.row_start)
    codes = np.array([columns.codes[name] for name in columns.values], dtype=np.int64).reshape(-1, game.n_states)
    declared = {e.name: e for e in compiled.effects if isinstance(e, StateVariable)}
    return StateCount(
        compiled.treaty.title,
        game.n_states,
        game.n_rows,
        compiled.profiles,
        tuple(
            VariableCount(
                _in_words(compiled, declared[name]),
                _articles(compiled, name),
                tuple(str(value) for value in values),
                len(np.unique(codes[k])),
                *_merged(np.delete(codes, k, axis=0), rows),
            )
            for k, (name, values) in enumerate(columns.values.items())
        ),
    )


def _merged(codes: Ints, rows: Ints) -> tuple[int, int]:
    """How many different columns there are, Int[variables, states], and the most rows of each, summed."""
    if not len(codes):
        return 1, int(rows.max())
    _, which = np.unique(codes, axis=1, return_inverse=True)
    most = np.zeros(int(which.max()) + 1, dtype=np.int64)
    np.maximum.at(most, which.ravel(), rows)
    return len(most), int(most.sum())


def _in_words(compiled: CompiledTreaty, variable: StateVariable) -> str:
    return variable.name if variable.words is None else named(compiled, variable.words) + variable.citing


def _articles(compiled: CompiledTreaty, name: str) -> tuple[str, ...]:
    moved = {e.article for e in compiled.effects if isinstance(e, Transition) and e.variable == name}
    return tuple(sorted(moved - {"-"}))


def told(count: StateCount) -> Iterator[str]:
    """The counts in lines for a terminal, the variables that add most first."""
    yield f"{count.title}: {counted(count.states)} states, {counted(count.rows)} rows."
    if count.profiles > count.rows:
        yield f"  {counted(count.profiles)} rows before moves that make no difference to anybody became one"
    for each in sorted(count.variables, key=lambda variable: variable.rows_without):
        values = ", ".join(each.values) if len(each.values) <= 6 else f"{each.values[0]} to {each.values[-1]}"
        cited = f" (article{'s' if len(each.articles) > 1 else ''} {', '.join(each.articles)})" if each.articles else ""
        reached = "" if each.reached == len(each.values) else f", of which {each.reached} are reached"
        yield f"  {each.name}{cited}: {len(each.values)} values ({values}){reached}"
        yield (f"      without it {counted(each.states_without)} states and {counted(each.rows_without)} rows")
