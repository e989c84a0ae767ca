"""The coarsest partition that play cannot tell apart, against one found by looking at all states again and again."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array

from treaties.compiling.lumping import lumped
from treaties.effects import StateVariable

YEARS, PLACES, MOVES = 5, 6, 2


def _looked_at_again(kind: list[int], ahead: list[list[dict[int, float]]]) -> set[frozenset[int]]:
    """Blocks of states: parted by kind, then by where each move leads, until nothing parts any more."""
    block = dict(enumerate(kind))
    while True:
        tells = {}
        for s, laws in enumerate(ahead):
            over = [sorted({b: sum(p for t, p in law.items() if block[t] == b) for b in block.values()}.items())
                    for law in laws]
            tells[s] = (block[s], str([[(b, p) for b, p in law if p] for law in over]))
        numbers = {told: k for k, told in enumerate(sorted(set(tells.values())))}
        after = {s: numbers[tells[s]] for s in tells}
        if len(set(after.values())) == len(set(block.values())):
            return {frozenset(s for s in after if after[s] == b) for b in set(after.values())}
        block = after


def test_years_on_which_nothing_depends_are_one_state_and_no_others() -> None:
    parted = []
    for seed in range(20):
        rng = np.random.default_rng(seed)
        codes = np.array([(year, place) for year in range(YEARS) for place in range(PLACES)])
        # What pays another amount late, and leads elsewhere, is told apart; quarters add up without rounding.
        kinds = codes[:, 1] % 2 + 2 * (codes[:, 0] >= rng.integers(2, YEARS + 1)) * (codes[:, 1] == 0)
        ahead: list[list[dict[int, float]]] = []
        for year, place in codes.tolist():
            later = min(year + 1, YEARS - 1)
            laws = []
            for move in range(MOVES):
                law: dict[int, float] = {}
                for step in (0, 1, place, move):
                    t = later * PLACES + (place * (step + 1) + move) % PLACES
                    law[t] = law.get(t, 0.0) + 0.25
                laws.append(law)
            ahead.append(laws)
        table = csr_array(np.array([[law.get(t, 0.0) for t in range(len(codes))] for laws in ahead for law in laws]))
        variables = (
            StateVariable("year", tuple(range(YEARS)), 0, clock=True),
            StateVariable("place", tuple(range(PLACES)), 0),
        )
        count = np.full(len(codes), MOVES)
        found = lumped(codes, variables, kinds, table, np.arange(len(codes)) * MOVES, count)
        blocks = {frozenset(np.flatnonzero(found.lump_of == k).tolist()) for k in range(len(found.first))}
        start = np.unique(np.column_stack([codes[:, 1], kinds]), axis=0, return_inverse=True)[1].ravel().tolist()
        assert blocks == _looked_at_again(start, ahead)
        assert [int(np.flatnonzero(found.lump_of == k)[0]) for k in range(len(found.first))] == found.first.tolist()
        parted.append(len(blocks))
    assert min(parted) < len(codes) and len(set(parted)) > 1
