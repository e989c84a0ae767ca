"""What functions of columns read is found; one of several entries together, or that reaches further, is refused."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

from tests.support.small_treaties import plus
from treaties.compiling.reads import Uneven, Unread, sample
from treaties.compiling.retold import Restructured, Told, same_function
from treaties.effects import Columns, Floats

CODES = {"status": np.array([0, 0, 1, 1, 0, 1]), "year": np.array([0, 1, 2, 0, 1, 2])}
CHOSEN = {("A", "trade"): np.array([0, 1, 0, 1, 0, 1])}
COLUMNS = Columns(
    6, CODES, {"status": ("on", "off"), "year": (1, 2, 3)}, CHOSEN, {("A", "trade"): ("comply", "breach")}
)


def as_they_are(columns: Columns) -> Columns:
    return columns


def amounts(columns: Columns) -> tuple[Floats]:
    return (np.where(columns.takes("A", "trade", "breach"), 5.0, columns.code("status") * 1.0),)


def test_entries_that_agree_in_all_that_is_read_are_one() -> None:
    found = sample(amounts, [COLUMNS], as_they_are)
    assert found.bare.size == 4
    (place,) = found.places
    assert np.array_equal(found.values[0][place], amounts(COLUMNS)[0])
    assert "year" in found.bare.codes
    with pytest.raises(Unread):
        found.bare.code("year")


def test_batches_share_their_entries() -> None:
    one, other = sample(amounts, [COLUMNS, COLUMNS], as_they_are).places
    assert np.array_equal(one, other)


def test_what_is_the_same_everywhere_is_one_entry() -> None:
    found = sample(lambda columns: (columns.constant(3.0),), [COLUMNS], as_they_are)
    assert found.bare.size == 1


def test_a_function_of_all_entries_together_is_refused() -> None:
    with pytest.raises(Uneven):
        sample(lambda columns: (columns.code("year") / columns.code("year").sum(),), [COLUMNS], as_they_are)
    with pytest.raises(Uneven):
        sample(lambda columns: (columns.code("year")[:2],), [COLUMNS], as_they_are)


def test_functions_are_the_same_if_their_objects_are() -> None:
    treaty = plus('type = "remedy"\narticle = "1"\namount = 2', 'type = "withdrawal"\narticle = "2"\nnotice_years = 1')
    remedy, withdrawal = treaty.provisions
    assert same_function(remedy.effects, remedy.effects)
    assert not same_function(remedy.effects, remedy.model_copy().effects)
    assert not same_function(remedy.effects, withdrawal.effects)
    assert same_function(partial(amounts, COLUMNS), partial(amounts, COLUMNS))
    assert same_function(partial(max, 2.5, ("a", 1)), partial(max, float("2.5"), ("a", 1)))
    assert not same_function(partial(max, 2.5), partial(max, 2.25))

    def within(bound: object) -> object:
        return lambda columns: (bound, columns)

    assert same_function(within(COLUMNS), within(COLUMNS))
    assert not same_function(within(COLUMNS), within(treaty))


def test_effects_that_differ_in_more_than_numbers_are_another_structure() -> None:
    def told(text: str) -> Told:
        return Told.of(plus(text))

    base = told('type = "withdrawal"\narticle = "1"\nnotice_years = 1')
    base.insist_on_structure(told('type = "withdrawal"\narticle = "1"\nnotice_years = 1'))
    for other in (
        'type = "withdrawal"\narticle = "1"\nnotice_years = 2',
        'type = "withdrawal"\narticle = "2"\nnotice_years = 1',
    ):
        with pytest.raises(Restructured):
            base.insist_on_structure(told(other))
