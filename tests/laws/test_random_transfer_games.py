"""Laws of games with voluntary transfers on random ones: proofs pass again, names do not matter, patience helps."""

from __future__ import annotations

import pytest

from tests.support.transfer_campaign import campaign


def test_a_handful_of_random_games_keeps_all_laws() -> None:
    seen = campaign(45, seed=1)
    assert seen["games"] == 45
    assert seen["certificates"] >= 85
    assert min(seen[kind] for kind in ("enumerated", "repeated", "verdicts sustainable", "verdicts unsustainable")) >= 8


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2, 3))
def test_on_250_random_games_all_laws_hold_and_hardly_anything_is_undecided(seed: int) -> None:
    seen = campaign(250, seed)
    assert seen["undecided"] + seen["verdicts undecided"] <= 5
    assert seen["empty"] >= 1
    assert seen["enumerated"] >= 100
