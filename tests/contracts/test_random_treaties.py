"""Treaties of 3 to 8 clauses drawn by lot: no fault, every verdict certified, every telling consistent.

500 of them: python -m tests.support.composition_campaign 500 FILE
"""

from __future__ import annotations

import pytest

from tests.support.composition import MOST_ROWS, random_treaty
from tests.support.composition_campaign import judged
from treaties.compiling.compile import compile_treaty


@pytest.mark.parametrize("seed", [0, 5])
def test_treaties_drawn_by_lot_are_the_same_every_time_and_small(seed: int) -> None:
    treaty = random_treaty(seed)
    assert treaty.content_hash == random_treaty(seed).content_hash
    assert len(treaty.provisions) >= 3 and compile_treaty(treaty).game.n_rows <= MOST_ROWS


@pytest.mark.parametrize("seed", [
    *(pytest.param(seed, marks=pytest.mark.slow) for seed in (*range(6), 22)),
    *(pytest.param(seed, marks=pytest.mark.campaign) for seed in (*range(6, 11), 2166, 3006)),
])
def test_treaties_drawn_by_lot_are_judged_with_proofs_and_told_consistently(seed: int) -> None:
    assert judged(random_treaty(seed)) in ("sustainable", "unsustainable", "undecided")
