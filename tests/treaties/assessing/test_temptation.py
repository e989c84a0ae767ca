"""Which departure is told as hardest to deter where not everyone is looked at alike."""

from __future__ import annotations

import pytest

from tests.support.command_line import ROOT
from treaties.assessing.temptation import hardest_to_deter
from treaties.compiling.compile import compile_treaty
from treaties.reading.treaty_file import read_treaty
from treaties.reading.variants import with_terms

PACT = ROOT / "treaties" / "cases" / "caldera_snapback.toml"


@pytest.mark.parametrize(("margin", "party", "wins"), [(-50.0, "CAL", "50"), (-1.0, "CON", "2"), (None, "CON", "2")])
def test_what_a_plan_fails_by_is_told_of_a_departure_that_wins_so_much(
    margin: float | None, party: str, wins: str
) -> None:
    """Caldera wins 50 and may be caught, the Concert 2 that nobody sees."""
    compiled = compile_treaty(with_terms(read_treaty(PACT), {"matter.limits.temptation.CON": 18}))
    link = hardest_to_deter(compiled, margin)
    assert link is not None and link.party == party and f"it wins EUR {wins} million" in link.sentence
    assert link.margin == (-2.0 if margin is None else margin)
