"""The numbers of a game with signals, for tests of what reads them."""

from __future__ import annotations

import numpy as np

from games.model.stochastic_game import StochasticGame
from games.numerics.arrays import Ints
from games.structure.public import PublicNumbers, PublicStructure
from games.structure.structure import Laws


def public_numbers_of(game: StochasticGame, plan: Ints) -> PublicNumbers:
    """Structure and numbers of one game all of whose states have signals; every number is one of its own.

    ``plan``  Int[states]: the row of a plan, -1 where it leaves play free.
    """
    seen = game.monitoring
    assert seen is not None and all(seen.signals)
    width = max(map(len, seen.signals))
    said = [seen.chances(int(s), k - int(game.row_start[s])) for k, s in enumerate(game.row_state)]
    heard, chances = _laws([dict(enumerate(law.tolist())) for law in said])
    joint = both = None
    if seen.next_law is not None:
        together = []
        for row, s in enumerate(game.row_state.tolist()):
            first = int(seen.pair_start[s]) + (row - int(game.row_start[s])) * len(seen.signals[s])
            given = seen.next_law[first : first + len(seen.signals[s])].toarray()
            together.append(
                {y * game.n_states + z: p for y, ways in enumerate(said[row][:, None] * given)
                 for z, p in enumerate(ways.tolist())})
        joint, both = _laws(together)
    moves = game.transition.toarray()
    motion, steps = _laws([dict(enumerate(law.tolist())) for law in moves])
    structure = PublicStructure(
        game.initial, game.row_start, plan, np.arange(game.payoffs.size).reshape(game.payoffs.shape),
        np.zeros(game.n_rows, dtype=np.int64), motion, heard, width, joint)
    return PublicNumbers(structure, game.payoffs.ravel(), steps, chances, both, game.discount)


def _laws(laws: list[dict[int, float]]) -> tuple[Laws, np.ndarray]:
    """Laws one row after another, and their chances, of which none is shared."""
    kept = [sorted((place, p) for place, p in law.items() if p > 0) for law in laws]
    start = np.cumsum([0, *map(len, kept)])
    place = np.array([z for law in kept for z, _ in law], dtype=np.int64)
    chance = np.array([p for law in kept for _, p in law])
    return Laws(np.arange(len(laws)), start, place, np.arange(len(place))), chance
