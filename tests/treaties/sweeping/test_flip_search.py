"""Flips along a term: nearest to the text, narrowed as closely as what is undecided allows, and no more often."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from treaties.sweeping.flip_search import SHARP, FlipSearch
from treaties.sweeping.judging import Verdict
from treaties.sweeping.levers import Lever, Term, size

NEAR = 1e-8


def _lever(value: float, low: float = 0.0, high: float = 10.0) -> Lever:
    values = sorted({low + (high - low) * k / 20 for k in range(21)} | {value})
    return Lever("remedy.amount", "1", "number", value, tuple(values), "its range")


def _asked(verdict: Callable[[float], Verdict]) -> tuple[Callable[[Term], Verdict], list[float]]:
    asked: dict[float, Verdict] = {}
    order: list[float] = []

    def ask(value: Term) -> Verdict:
        if size(value) not in asked:
            order.append(size(value))
            asked[size(value)] = verdict(size(value))
        return asked[size(value)]

    return ask, order


@pytest.mark.parametrize("edge", [0.123456, 3.3, 9.99])
def test_a_flip_is_narrowed_to_where_the_answer_turns(edge: float) -> None:
    ask, _ = _asked(lambda value: "yes" if value >= edge else "no")
    (bracket,) = FlipSearch(_lever(0.05), ask, NEAR).brackets()
    assert bracket.fails is not None and bracket.direction == "raise"
    assert size(bracket.fails) < edge <= size(bracket.holds) and size(bracket.holds) - size(bracket.fails) <= 10 * NEAR


@pytest.mark.parametrize("width", [1.7, 0.011, 1e-5])
def test_what_is_undecided_is_told_to_a_hundredth_of_its_length_and_costs_less(width: float) -> None:
    low, high = 4.321, 4.321 + width

    def verdict(value: float) -> Verdict:
        return "yes" if value >= high else "no" if value <= low else "undecided"

    ask, order = _asked(verdict)
    (bracket,) = FlipSearch(_lever(0.05), ask, NEAR).brackets()
    assert bracket.fails is not None
    assert 0 <= size(bracket.holds) - high <= max(SHARP * width, 10 * NEAR)
    assert 0 <= low - size(bracket.fails) <= max(SHARP * width, 10 * NEAR)
    assert len(order) <= 22 + 2 * 30
    if width > 1:
        assert len(order) <= 22 + 2 * 12


def test_the_flip_nearest_to_the_text_is_found_on_either_side() -> None:
    ask, _ = _asked(lambda value: "yes" if 4 <= value <= 6 or value > 8 else "no")
    lower, higher = FlipSearch(_lever(5.0), ask, NEAR).brackets()
    assert (lower.direction, higher.direction) == ("lower", "raise")
    assert size(lower.holds) == pytest.approx(4, abs=1e-6) and size(higher.holds) == pytest.approx(6, abs=1e-6)
    never, _ = _asked(lambda value: "no")
    assert list(FlipSearch(_lever(5.0), never, NEAR).brackets()) == []


def test_without_a_value_that_fails_there_is_no_other_side() -> None:
    ask, _ = _asked(lambda value: "yes" if value > 7 else "undecided")
    (bracket,) = FlipSearch(_lever(5.0), ask, NEAR).brackets()
    assert bracket.fails is None and size(bracket.holds) == pytest.approx(7, abs=0.02 * SHARP * 100)
