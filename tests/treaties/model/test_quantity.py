"""Numbers of a treaty: the range they may lie in, and the values that a design search tries."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from treaties.model.quantity import DesignRange, DiscountFactor, Exposure, NonNegativeAmount, Probability, Quantity


def test_a_plain_number_is_its_own_range() -> None:
    quantity = Quantity.model_validate(3)
    assert (quantity.lowest, float(quantity), quantity.highest) == (3.0, 3.0, 3.0)
    wide = Quantity.model_validate({"value": 3, "low": 1, "high": 7.5})
    assert (wide.lowest, float(wide), wide.highest) == (1.0, 3.0, 7.5)


@pytest.mark.parametrize("given", [
    {"value": 3, "low": 4}, {"value": 3, "high": 2}, {"value": float("nan")}, {"value": 1, "high": float("inf")},
    True, "3", {"value": 1, "colour": 2},
])
def test_what_is_no_number_in_its_own_range_is_refused(given: Any) -> None:
    with pytest.raises(ValidationError):
        Quantity.model_validate(given)


@pytest.mark.parametrize(("kind", "legal", "illegal"), [
    (Probability, [0, 0.5, 1], [-0.01, 1.01, {"value": 0.5, "high": 1.5}]),
    (DiscountFactor, [0, 0.99], [1, -0.1, {"value": 0.5, "high": 1}]),
    (NonNegativeAmount, [0, 1e6], [-1e-9, {"value": 1, "low": -1}]),
    (Exposure, [0, 2], [2.5]),
])
def test_kinds_have_their_ends_and_no_more(kind: Any, legal: list[Any], illegal: list[Any]) -> None:
    reader = TypeAdapter(kind)
    for given in legal:
        assert float(reader.validate_python(given)) == float(given)
    for given in illegal:
        with pytest.raises(ValidationError):
            reader.validate_python(given)


def test_a_design_tries_both_ends_of_a_range_and_whole_numbers_stay_whole() -> None:
    assert DesignRange.model_validate({"min": 5, "max": 15, "step": 5}).values == (5, 10, 15)
    assert DesignRange.model_validate({"min": 0, "max": 0.3, "step": 0.1}).values == (0, 0.1, 0.2, 0.3)
    assert DesignRange.model_validate({"min": 1, "max": 2.9, "step": 1}).values == (1, 2)
    assert DesignRange.model_validate(["any", "mutual"]).values == ("any", "mutual")


@pytest.mark.parametrize("given", [
    [], 3, {"min": 1, "max": 2}, {"min": 2, "max": 1, "step": 1}, {"min": 1, "max": 2, "step": 0},
    {"min": 0, "max": 1, "step": 1e-9},
])
def test_a_range_without_values_or_with_too_many_is_refused(given: Any) -> None:
    with pytest.raises(ValidationError):
        DesignRange.model_validate(given)
