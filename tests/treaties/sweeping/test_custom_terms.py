"""Named terms and limits of a clause that the file writes: moved by every question that moves numbers, by hand.

Both earn 2 by complying, 4 less the fine by a breach alone, -1 by complying alone and 0 when nobody complies, at the
discount factor 0.2.  Nobody complying is an equilibrium whatever the fine, and the worst, so that compliance is worth
2 / 0.8 - (4 - fine) = fine - 1.5 more than a breach.
"""

from __future__ import annotations

import numpy as np
import pytest

from tests.support.small_treaties import FILES
from treaties import fix, read_treaty, sweep
from treaties.assessing.assess import assess
from treaties.bargaining.bargain import bargain
from treaties.bargaining.designs import from_grid, grid_size
from treaties.reading.variants import with_terms
from treaties.thresholds.finding import treaty_threshold

FINE = read_treaty(FILES / "custom_fine.toml")
TERM = "custom.terms.fee"


def test_a_sweep_draws_the_term_from_its_range() -> None:
    table = sweep(FINE, worlds=8, seed=1)
    fees = table[TERM].to_numpy()
    assert fees.min() < 1.5 < fees.max()
    assert table["margin"].to_numpy() == pytest.approx(fees - 1.5, abs=1e-9)
    assert np.array_equal(table["verdict"] == "yes", fees > 1.5)


def test_a_fix_finds_where_it_breaks() -> None:
    (moved,) = fix(FINE).moved
    (flip,) = moved.flips
    assert moved.lever.path == TERM and (flip.direction, flip.holds) == ("lower", 1.5)
    assert isinstance(flip.fails, float) and 1.5 - 1e-6 < flip.fails < 1.5


def test_a_threshold_is_found_as_a_formula() -> None:
    found = treaty_threshold(FINE, TERM)
    assert found.region is not None and found.region.intervals == ((1.5, 4.0),)


def test_bargaining_keeps_the_designs_that_hold() -> None:
    found = bargain(FINE, from_grid(FINE, 10), size=grid_size(FINE))
    fees = [2 if one.design.variant is None else one.design.variant.set[TERM] for one in found.outcomes]
    assert {fee: one.verdict for fee, one in zip(fees, found.outcomes, strict=True)} == {
        1: "unsustainable",
        2: "sustainable",
    }


def test_a_fine_that_ends_holds_nobody_from_the_first_year_on_that_it_is_not_due() -> None:
    assert assess(FINE, region=False).verdict == "sustainable"
    assert assess(with_terms(FINE, {"custom.until_year": 2}), region=False).verdict == "unsustainable"
