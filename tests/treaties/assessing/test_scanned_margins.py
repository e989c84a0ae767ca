"""Margins of scans: rules that hold at other discount factors tell what penal codes and bounds would."""

from __future__ import annotations

from pathlib import Path

import pytest

from games.solvers.penal_modes import PenalModes
from treaties.assessing import seen_by_all
from treaties.assessing.credibility import Credibility
from treaties.assessing.ladder import Ladder
from treaties.compiling.compile import compile_treaty
from treaties.compiling.compiled_treaty import CompiledTreaty
from treaties.reading.treaty_file import read_treaty_text

HERE = Path(__file__).parents[1] / "reading" / "accepted" / "three_parties_table.toml"
RENEWED = """
[[provision]]
type = "sunset"
term_years = 3
renewal = { rule = "mutual" }
"""


@pytest.fixture(scope="module", params=["", RENEWED], ids=["for ever", "for a term"])
def compiled(request: pytest.FixtureRequest) -> CompiledTreaty:
    return compile_treaty(read_treaty_text(HERE.read_text(encoding="utf-8") + request.param, "test.toml"))


@pytest.mark.parametrize("factor", [0.1, 0.3, 0.3333, 0.34, 0.4, 0.5, 0.7, 0.95])
def test_rules_of_other_factors_give_the_margin_of_the_best_penal_code(
    compiled: CompiledTreaty, factor: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the screen tells nothing."""
    at = compiled.with_discount(factor)
    monkeypatch.setattr(Credibility, "screening", None)
    found = Credibility(at, Ladder(at), quick=True).scanned_margin(Ladder(compiled))
    sought = PenalModes().quick_margin(at.game, at.plan)
    assert found is not None and sought is not None
    assert (found >= 0) == (sought >= 0)
    if found >= 0:
        assert found == pytest.approx(sought, abs=1e-9)


@pytest.mark.parametrize("factor", [0.1, 0.3, 0.3333, 0.34, 0.4, 0.5, 0.7, 0.95])
def test_the_screen_tells_the_sign_of_that_margin(compiled: CompiledTreaty, factor: float) -> None:
    at, own = compiled.with_discount(factor), Credibility(compiled, Ladder(compiled))
    found, sought = seen_by_all.margin(at, own), PenalModes().quick_margin(at.game, at.plan)
    assert found is not None and sought is not None and (found >= 0) == (sought >= 0)


def test_a_rule_that_is_no_equilibrium_says_neither_yes_nor_no(compiled: CompiledTreaty) -> None:
    """Going on complying after a breach deters nobody, yet much less can be done to whoever breaches."""
    at = compiled.with_discount(0.95)
    credible = Credibility(at, Ladder(at), quick=True)
    forgiving = compiled.compliance.clip(min=0)
    assert credible._by_reversion([forgiving]) is None
    assert credible._by_reversion([forgiving, *Ladder(at).reversions]) == pytest.approx(5)
