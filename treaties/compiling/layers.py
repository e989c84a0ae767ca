"""Layers of the compiled table: rows of states that were found together, and how they are put in canonical order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import final

import numpy as np
from scipy.sparse import csr_array

from treaties.effects import Bools, Columns, Floats, Ints, StateVariable


@final
@dataclass(frozen=True, eq=False)
class Group:
    """States that share one pattern of available options, before their rows are made.

    ``states``     Int[states, variables].
    ``available``  Bool[options], of all choices in turn.
    ``profiles``   action profiles in each of the states.
    """

    states: Ints
    available: Bools
    profiles: int

    @property
    def rows(self) -> int:
        """How many rows they have."""
        return len(self.states) * self.profiles


@final
@dataclass(frozen=True, eq=False)
class Layer:
    """Rows of states that share one pattern of available options.

    ``keys``, ``probability``  of the states that each row leads to, over all signals.
    ``given``  Float[rows, signals, k]: the same probabilities given each signal; None where signals move nothing.
    """

    states: Ints
    labels: tuple[tuple[str, ...], ...]
    columns: Columns
    keys: Ints
    probability: Floats
    given: Floats | None
    profiles: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "profiles", self.columns.size // len(self.states))

    @property
    def next_keys(self) -> Ints:
        """Keys of the states that these rows can lead to."""
        return np.unique(self.keys[self.probability > 0])


def transition_of(layers: list[Layer], rows: Ints, sorted_keys: Ints) -> csr_array:
    """The transition matrix with columns in canonical order of states."""
    row_index, col_index, data = [], [], []
    offset = 0
    for layer in layers:
        r, k = np.nonzero(layer.probability > 0)
        row_index.append(r + offset)
        col_index.append(np.searchsorted(sorted_keys, layer.keys[r, k]))
        data.append(layer.probability[r, k])
        offset += layer.columns.size
    matrix = csr_array(
        (np.concatenate(data), (np.concatenate(row_index), np.concatenate(col_index))), shape=(offset, len(sorted_keys))
    )
    matrix = csr_array(matrix[rows])
    matrix.sum_duplicates()
    matrix.sort_indices()
    return matrix


def given_signals(layers: list[Layer], rows: Ints, sorted_keys: Ints) -> Iterable[tuple[Ints, Ints, Floats]]:
    """Layer by layer: its rows in the order of the game, and the law of their next states given signals."""
    place = np.empty_like(rows)
    place[rows] = np.arange(len(rows))
    offset = 0
    for layer in layers:
        assert layer.given is not None
        # Signals that a row never sends may lead to states that play never reaches: any state will do for those.
        ahead = np.minimum(np.searchsorted(sorted_keys, layer.keys), len(sorted_keys) - 1)
        chance = np.where((layer.probability > 0).reshape(layer.given.shape), layer.given, 0.0)
        yield place[offset : offset + layer.columns.size], ahead.reshape(layer.given.shape), chance
        offset += layer.columns.size


def state_name(variables: tuple[StateVariable, ...], codes: Ints) -> str:
    """A state's name: its variables and values, e.g. "status=in force, term year=3"."""
    return ", ".join(f"{v.name}={v.values[int(c)]}" for v, c in zip(variables, codes, strict=True))
