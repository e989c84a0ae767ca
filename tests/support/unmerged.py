"""A treaty compiled the long way: every state, every profile of every party's moves, nothing merged, nothing factored.

It shares with the program what effects say (laws, amounts, conduct) and nothing of how their tables are put together.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from typing import final

import numpy as np
from scipy.sparse import csr_array

from games.model.stochastic_game import StochasticGame
from games.numerics.arrays import Ints
from treaties.compiling.compile import Compiler
from treaties.compiling.compiled_treaty import CompiledTreaty
from treaties.compiling.payoffs import period_payoffs
from treaties.compiling.provenance import values_of
from treaties.compiling.scopes import Offer
from treaties.model.treaty import Treaty


@final
@dataclass(frozen=True, eq=False)
class Unmerged:
    """The game of all rows.

    ``codes``  Int[states, variables].   ``moves``  Int[rows, choices]: the option taken of each choice, -1 for none.
    ``names``  of the state variables.
    """

    game: StochasticGame
    codes: Ints
    moves: Ints
    names: tuple[str, ...]


def unmerged(treaty: Treaty) -> Unmerged:
    """The game of a treaty whose signals, if any, move nothing."""
    compiler = Compiler.of(treaty)
    effects = compiler.effects
    discount = [party.discount.value for party in treaty.parties]
    parts, known, waiting = [], {}, [compiler.initial[0]]
    known[int(waiting[0] @ compiler.radix)] = waiting[0]
    while waiting:
        state = waiting.pop()
        available = compiler.available(state[None])[0]
        starts = np.cumsum([0, *(len(choice.options) for choice in compiler.choices)])
        options = [[k for k in range(b - a) if available[a + k]] or [-1] for a, b in itertools.pairwise(starts)]
        moves = np.array(list(itertools.product(*options)))
        columns = replace(
            compiler.state_columns(np.repeat(state[None], len(moves), axis=0)),
            chosen={(c.party, c.matter): moves[:, k] for k, c in enumerate(compiler.choices)},
            options={(c.party, c.matter): c.names for c in compiler.choices},
        )
        columns = compiler.fill(columns)
        keys, chances = compiler.next_states(columns, Offer(state[None], tuple(map(tuple, options))))
        payoffs = period_payoffs(treaty, effects, columns, discount)
        parts.append((state, options, moves, keys, chances, payoffs))
        for key in np.unique(keys[chances > 0]).tolist():
            if key not in known:
                known[key] = compiler.decode(np.array([key]))[0]
                waiting.append(known[key])
    parts.sort(key=lambda part: int(part[0] @ compiler.radix))
    order = sorted(known)
    sources, targets, chance, first = [], [], [], 0
    for _, _, moves, keys, chances, _ in parts:
        r, k = np.nonzero(chances)
        sources.append(first + r)
        targets.append(np.searchsorted(order, keys[r, k]))
        chance.append(chances[r, k])
        first += len(moves)
    law = csr_array(
        (np.concatenate(chance), (np.concatenate(sources), np.concatenate(targets))), shape=(first, len(order)))
    game = StochasticGame(
        players=tuple(party.id for party in treaty.parties),
        discount=np.zeros(len(discount)),
        states=tuple(f"s{s}" for s in range(len(order))),
        actions=tuple(_labels(compiler, options) for _, options, *_ in parts),
        payoffs=np.concatenate([part[5] for part in parts]),
        transition=law,
        initial=order.index(int(compiler.initial[0] @ compiler.radix)),
    ).with_discount(discount)
    return Unmerged(
        game,
        np.array([part[0] for part in parts]),
        np.concatenate([part[2] for part in parts]),
        tuple(variable.name for variable in compiler.variables),
    )


def _labels(compiler: Compiler, options: list[list[int]]) -> tuple[tuple[str, ...], ...]:
    """Labels of moves, choice by choice; the choices of a party stand together, as do its moves in C order."""
    out = []
    for party in compiler.treaty.parties:
        mine = [options[k] for k, choice in enumerate(compiler.choices) if choice.party == party.id]
        out.append(tuple(str(move) for move in itertools.product(*mine)))
    return tuple(out)


def rows_in(compiled: CompiledTreaty, full: Unmerged) -> tuple[Ints, Ints]:
    """Int[states], Int[rows] of the full game: the state and the row of the compiled game that each is part of."""
    variables = compiled.state_columns.values
    state_of = np.full(len(full.codes), -1, dtype=np.int64)
    for s, codes in enumerate(full.codes):
        for t in range(compiled.game.n_states):
            told = [values_of(compiled, t, name) for name in full.names]
            values = [variables[name][code] for name, code in zip(full.names, codes, strict=True)]
            if all(not of or value in of for of, value in zip(told, values, strict=True)):
                assert state_of[s] < 0, "one state of the full game is part of one state only"
                state_of[s] = t
    row_of = np.empty(len(full.moves), dtype=np.int64)
    for group in compiled.merged:
        for place, t in enumerate(group.at.tolist()):
            local = np.zeros(1, dtype=np.int64)
            for first in group.whole.first:
                kinds, which = np.unique(first[place], return_inverse=True)
                local = (local[:, None] * len(kinds) + which.ravel()).ravel()
            for s in np.flatnonzero(state_of == t).tolist():
                row_of[full.game.row_start[s] : full.game.row_start[s + 1]] = compiled.game.row_start[t] + local
    return state_of, row_of
