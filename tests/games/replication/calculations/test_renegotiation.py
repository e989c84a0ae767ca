"""Calculations about renegotiation: outputs on a grid, and which punishments would be renegotiated."""

from __future__ import annotations

from fractions import Fraction as F
from itertools import pairwise

import pytest

from games.model.stochastic_game import GameError
from games.replication.calculations import calculate


def test_no_outputs_on_a_grid_hold_a_cheater_to_less() -> None:
    grid = [k / 100 for k in range(201)]

    def earns(own: float, other: float) -> float:
        return own * (2 - own - other)

    best = min(
        max(max(earns(reply, other) for reply in grid), 1 - max(earns(other, own) for own in grid)) for other in grid
    )
    found, = calculate("renegotiation_proof_share", {"highest_price": 2})
    assert float(found) <= best <= float(found) + 0.01


@pytest.mark.parametrize("periods", [1, 2, 4])
def test_penance_leaves_nothing_that_both_would_renegotiate(periods: int) -> None:
    """The other has more than from cooperation for as long as the penance lasts, the cheater less, both ever nearer."""
    d, (r, t, _, s) = F(4, 5), (3, 5, 1, 0)
    worth = [((1 - d**k) * s + d**k * r, (1 - d**k) * t + d**k * r) for k in range(periods + 1)]
    assert all(a[0] > b[0] and a[1] < b[1] for a, b in pairwise(worth))
    given = {"dilemma": [3, 5, 1, 0], "discount": d}
    assert calculate("ranked_continuations", given | {"penance": periods}) == (F(0),)


def test_reversion_would_be_renegotiated_and_too_short_a_penance_does_not_deter() -> None:
    given = {"dilemma": [3, 5, 1, 0], "discount": "3/5"}
    # Cooperation beats defection for ever, which stands there once for each cheater.
    assert calculate("ranked_continuations", given | {"penance": 0}) == (F(2),)
    with pytest.raises(GameError, match="do not deter"):
        calculate("ranked_continuations", given | {"penance": 1})
