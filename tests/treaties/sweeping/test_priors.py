"""Priors of types are moved and drawn like any other number, and judged with types."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.command_line import ROOT, run_with
from treaties.model.treaty import Treaty
from treaties.reading.treaty_file import read_treaty_text
from treaties.reading.variants import apply_variant
from treaties.sweeping.fixing import fix
from treaties.sweeping.sweep import sweep
from treaties.thresholds.finding import treaty_threshold

PRIOR = "party.SUN.type.0.prior"


def renewed() -> Treaty:
    text = (Path(__file__).parents[3] / "treaties/cases/procurement.toml").read_text(encoding="utf-8")
    said = '[[party.type]]\nname = "b"\nconduct = "breaches"\nprior = { value = 0.5, low = 0.4, high = 0.9 }\n'
    treaty = read_treaty_text(text.replace("[[matter]]", f"{said}[[matter]]", 1))
    return apply_variant(treaty, treaty.variant("Automatic renewal"))


@pytest.mark.slow
def test_how_bad_a_partner_may_be_is_proved_on_both_sides() -> None:
    (moved,) = fix(renewed(), terms=[PRIOR], facts=True).moved
    (flip,) = moved.flips
    assert flip.proved == (True, True)
    assert float(str(flip.holds)) < 11 / 14 < float(str(flip.fails)) < float(str(flip.holds)) + 1e-6


def test_in_worlds_the_prior_decides() -> None:
    found = sweep(renewed(), 12)
    assert {"yes", "no"} == set(found["verdict"])
    for prior, verdict in zip(found[PRIOR], found["verdict"], strict=True):
        assert (verdict == "yes") is (prior < 11 / 14), prior


@pytest.mark.slow
def test_from_the_command_line_priors_are_numbers_like_any_other(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    servanda, case = run_with(capsys), ROOT / "treaties/cases/how_much_trust.toml"
    moved = servanda("fix", case, "--facts", "--term", PRIOR)
    assert moved.code == 0 and f"nearest to breaking by {PRIOR}, now 0.2: raised to 0.5 it holds" in moved.out
    drawn = servanda("sweep", case, "--worlds", "12", "--out", tmp_path / "x.parquet")
    assert drawn.code == 0 and "as it stands          holds in 92 of 100 worlds" in drawn.out
    assert "A small first year    holds in 100 of 100 worlds" in drawn.out


def test_there_is_no_formula_with_types_and_the_reason_is_told() -> None:
    found = treaty_threshold(renewed(), "party.NOR.discount")
    assert "parties have types" in found.why

