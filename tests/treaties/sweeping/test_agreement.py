"""What screens tell of worlds agrees with exact proofs and with the full methods, near the boundary above all."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.worlds_campaign import Campaign

ROOT = Path(__file__).parents[3]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("file", "worlds"),
    [
        ("treaties/cases/aurora.toml", 24),
        ("tests/treaties/sweeping/consent_to_exports.toml", 50),
        ("treaties/cases/offset.toml", 50),
        ("treaties/cases/procurement.toml", 50),
        ("treaties/cases/meridian_audit.toml", 12),
        ("tests/field/cases/three_fighter_small.toml", 16),
    ],
)
def test_no_world_is_told_and_proved_differently(file: str, worlds: int) -> None:
    campaign = Campaign(ROOT / file, worlds)
    found = [campaign.compared(world) for world in campaign.worlds]
    assert not [one for one in found if one.contradicts]
    # Where the least and the most patient answer differently, that is the answer, and the full methods give it too.
    split = [one for one in found if one.route == "patience"]
    assert all(one.solved == "undecided" for one in split)
    told = [one for one in found if one.screened != "undecided"]
    assert len(told) + len(split) >= 0.9 * len(found)
    assert all(one.proved == one.screened for one in told if one.route not in ("closer look", "solver"))
