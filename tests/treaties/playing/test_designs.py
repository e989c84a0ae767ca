"""The grid of a page: which designs a student can draft."""

from __future__ import annotations

import pytest

from tests.support.small_treaties import DILEMMA, plus
from treaties.model.treaty import Treaty
from treaties.playing.designs import CARDS, grid_of
from treaties.reading.treaty_file import read_treaty_text
from treaties.reading.variants import lookup_in

SUNSET = 'type = "sunset"\narticle = "1"\nterm_years = 2\nrenewal = { rule = "none" }\n'
REMEDY = 'type = "remedy"\narticle = "2"\namount = 1\nupheld = 0.5\n'


def opened(*, terms: str = "[1, 3, 5]", amounts: str = "[0, 2]") -> Treaty:
    """A dilemma with a term and damages that are open to a design search."""
    return plus(SUNSET + f"design = {{ term_years = {terms} }}", REMEDY + f"design = {{ amount = {amounts} }}")


def test_the_grid_holds_every_combination_and_the_text_itself() -> None:
    grid = grid_of(opened())
    assert [axis.values for axis in grid.axes] == [(1, 2, 3, 5), (0, 1, 2)]
    assert len(grid) == grid.size == 12
    assert grid.terms(grid.text) == {"sunset.term_years": 2, "remedy.amount": 1}
    assert len({tuple(grid.terms(k).items()) for k in range(len(grid))}) == 12


def test_places_and_numbers_go_back_and_forth_row_major() -> None:
    grid = grid_of(opened())
    assert [grid.number(grid.places(k)) for k in range(len(grid))] == list(range(len(grid)))
    assert grid.places(1) == (0, 1), "the last axis moves fastest"
    assert sorted(grid.along(4, 1)) == [3, 5]


def test_a_design_writes_its_terms_into_the_text() -> None:
    grid = grid_of(opened())
    design = grid.designs[grid.number((3, 2))]
    assert design.variant is not None
    assert design.variant.set == {"sunset.term_years": 5, "remedy.amount": 2}
    assert lookup_in(grid.treaty)("sunset.term_years") == 2, "the text itself is left alone"


def test_a_larger_grid_is_thinned_by_seed_and_says_so() -> None:
    treaty = opened(terms="{ min = 1, max = 20, step = 1 }", amounts="[0, 2, 3, 4, 5, 6]")
    grid, again, other = grid_of(treaty, 30), grid_of(treaty, 30), grid_of(treaty, 30, seed=1)
    assert 15 < len(grid) <= 30 and grid.size == 20 * 7
    assert [axis.values for axis in grid.axes] == [axis.values for axis in again.axes]
    assert [axis.values for axis in grid.axes] != [axis.values for axis in other.axes]
    assert all(axis.values[axis.at] == own for axis, own in zip(grid.axes, (2, 1), strict=True))
    assert any("140 designs" in note for note in grid.notes)
    years = grid.axes[0].values
    assert max(years) > 12 and min(years) < 6, "each part of the axis has its value"


def test_a_variant_of_one_term_opens_it() -> None:
    variant = '[[variant]]\nname = "Renewed"\nset = { "sunset.renewal.rule" = "automatic" }\n'
    grid = grid_of(read_treaty_text(f"{DILEMMA}[[provision]]\n{SUNSET}\n{variant}", "t.toml"))
    assert [(axis.path, axis.values) for axis in grid.axes] == [("sunset.renewal.rule", ("none", "automatic"))]


def test_without_open_terms_numbers_of_clauses_are_moved() -> None:
    grid = grid_of(plus(REMEDY))
    assert {axis.path for axis in grid.axes} == {"remedy.amount", "remedy.upheld"}
    assert "opens no terms" in grid.notes[0]


def test_a_draft_has_at_most_five_clauses() -> None:
    clauses = [REMEDY.replace('"2"', f'"{k}"') + "design = { amount = [0, 1] }" for k in range(CARDS + 2)]
    grid = grid_of(plus(*clauses))
    assert len(grid.axes) == CARDS
    assert any("stay as in the text" in note for note in grid.notes)


def test_nothing_to_choose_is_said_with_its_remedy() -> None:
    with pytest.raises(ValueError, match="design = "):
        grid_of(plus())
    with pytest.raises(ValueError, match="ask for more"):
        grid_of(opened(), 1)
