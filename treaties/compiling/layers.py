"""Where play can lead, layer by layer: the laws of states that were found together, over the moves that laws read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import final

import numpy as np
from scipy.sparse import csr_array

from games.numerics.arrays import Floats, Ints
from treaties.compiling.scopes import Offer
from treaties.effects import StateVariable


@final
@dataclass(frozen=True, eq=False)
class Layer:
    """The laws of states in which the same options are there; one per state and combination of the moves that count.

    ``offer``     the states and what is open in them.
    ``profiles``  combinations of the options of the choices that laws read, in C order.
    ``keys``, ``probability``  Int[laws, k], Float[laws, k], of the states that follow, over all signals.
    ``given``     Float[laws, signals, k]: the same probabilities given each signal; None where signals move nothing.
    """

    offer: Offer
    profiles: int
    keys: Ints
    probability: Floats
    given: Floats | None

    @property
    def laws(self) -> int:
        """How many laws it has."""
        return len(self.keys)

    @property
    def next_keys(self) -> Ints:
        """Keys of the states that these can lead to."""
        return np.unique(self.keys[self.probability > 0])


def law_starts(layers: Iterable[Layer]) -> tuple[Ints, Ints]:
    """Int[states] twice, states as the layers have them: the number of the first law of each, and how many it has."""
    starts, counts, offset = [], [], 0
    for layer in layers:
        starts.append(offset + layer.profiles * np.arange(len(layer.offer.states)))
        counts.append(np.full(len(layer.offer.states), layer.profiles))
        offset += layer.laws
    return np.concatenate(starts), np.concatenate(counts)


def laws_of(layers: Sequence[Layer], sorted_keys: Ints) -> csr_array:
    """csr_array[laws, states]: all laws of some layers, with columns in canonical order of states."""
    row_index, col_index, data = [], [], []
    offset = 0
    for layer in layers:
        r, k = np.nonzero(layer.probability > 0)
        row_index.append(r + offset)
        col_index.append(np.searchsorted(sorted_keys, layer.keys[r, k]))
        data.append(layer.probability[r, k])
        offset += layer.laws
    matrix = csr_array(
        (np.concatenate(data), (np.concatenate(row_index), np.concatenate(col_index))), shape=(offset, len(sorted_keys))
    )
    matrix.sum_duplicates()
    matrix.sort_indices()
    return matrix


def lead_to(laws: csr_array, lump_of: Ints, count: int) -> csr_array:
    """csr_array[laws, count]: the laws with columns that are one put together."""
    # Entries are sorted in place, so they must not be those of the laws that are given.
    out = csr_array((laws.data.copy(), lump_of[laws.indices], laws.indptr.copy()), shape=(laws.shape[0], count))
    out.sum_duplicates()
    return out


def state_name(
    variables: tuple[StateVariable, ...], codes: Ints, told: Mapping[str, tuple[str | int | float, ...]]
) -> str:
    """A state's name: its variables and values, e.g. "status=in force, term year=3".

    ``told``  of variables that have several values in the state: these, none where the variable is not told.
    """
    said = []
    for variable, code in zip(variables, codes, strict=True):
        values = told.get(variable.name, (variable.values[int(code)],))
        if values:
            said.append(f"{variable.name}={' or '.join(str(value) for value in values)}")
    return ", ".join(said)
