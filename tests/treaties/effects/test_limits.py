"""Limits carried by effects: every kind of effect inside and outside its window, by hand on two years."""

from __future__ import annotations

import numpy as np
import pytest

from treaties.effects import (
    STATUS,
    YEARS_IN_FORCE,
    Bools,
    Choice,
    Columns,
    CompilationError,
    Effect,
    Enforced,
    Floats,
    Law,
    Negotiation,
    Option,
    PayoffTerm,
    Scale,
    Signal,
    StateVariable,
    Suspension,
    Transfers,
    Transition,
    Window,
    applying_to,
    opening,
    within,
)
from treaties.effects.evaluation import Formula

YEARS = Columns(
    3,
    {STATUS: np.zeros(3, dtype=np.int64), YEARS_IN_FORCE: np.arange(3), "stage": np.zeros(3, dtype=np.int64)},
    {STATUS: ("in force", "ended"), YEARS_IN_FORCE: (1, 2, 3), "stage": (1, 2)},
)
"""Years 1, 2 and 3."""


def limited(effect: Effect) -> Effect:
    """The effect in year 2 alone."""
    (found,) = within([effect], opening(Window(first=2, last=2)))
    return found


def ones(columns: Columns) -> Floats:
    return np.ones(columns.size)


def true(columns: Columns) -> Bools:
    return np.ones(columns.size, dtype=bool)


def to_second(columns: Columns) -> Law:
    return Law.surely(np.ones(columns.size, dtype=np.int64))


def test_amounts_claims_and_chances_of_review_are_nothing_outside() -> None:
    term, claim, review = (
        limited(effect) for effect in (PayoffTerm("A", ones), Enforced("A", ("B",), ones, delay=2), Negotiation(ones))
    )
    assert isinstance(term, PayoffTerm) and term.amount(YEARS).tolist() == [0, 1, 0]
    assert isinstance(claim, Enforced) and claim.amount(YEARS).tolist() == [0, 1, 0] and claim.delay == 2
    assert isinstance(review, Negotiation) and review.hazard(YEARS).tolist() == [0, 1, 0]


def test_exposure_is_full_outside() -> None:
    scale = limited(Scale("trade", lambda columns: 0.5 * ones(columns)))
    assert isinstance(scale, Scale) and scale.factor(YEARS).tolist() == [1, 0.5, 1]


def test_nothing_is_suspended_outside() -> None:
    found = limited(Suspension("trade", true, "A"))
    assert isinstance(found, Suspension) and found.where(YEARS).tolist() == [False, True, False] and found.party == "A"


def test_options_are_closed_outside_and_a_restriction_of_another_clause_s_option_is_lifted() -> None:
    restricting = Option("c", available=lambda columns: ~true(columns), restricts=True)
    choice = limited(Choice("A", "trade", (Option("a"), Option("b", available=true), restricting)))
    assert isinstance(choice, Choice)
    open_ = [option.available(YEARS).tolist() for option in choice.options if option.available is not None]
    assert open_ == [[False, True, False], [False, True, False], [True, False, True]]


def test_signals_say_outside_what_they_say_when_there_is_nothing_to_say() -> None:
    signal = limited(Signal("s", ("none", "flag"), lambda columns: np.tile([0.25, 0.75], (columns.size, 1)), "A", "m"))
    assert isinstance(signal, Signal) and signal.law(YEARS).tolist() == [[1, 0], [0.25, 0.75], [1, 0]]


def test_state_variables_stay_outside() -> None:
    moved = limited(Transition("stage", to_second))
    assert isinstance(moved, Transition) and moved.law(YEARS).codes[:, 0].tolist() == [0, 1, 0]
    variable = StateVariable("stage", (1, 2))
    assert limited(variable) is variable


def test_side_payments_without_a_limit_cannot_be_limited() -> None:
    with pytest.raises(CompilationError, match=r"article 12: .* give the payments a cap"):
        limited(Transfers(article="12"))


@pytest.mark.parametrize(
    ("window", "open_"),
    [
        (Window(), [True, True, True]),
        (Window(first=2), [False, True, True]),
        (Window(last=2), [True, True, False]),
        (Window(first=9, never=True), [False, False, False]),
    ],
)
def test_windows_open_and_close(window: Window, open_: list[bool]) -> None:
    assert opening(window)(YEARS).tolist() == open_
    assert window.always is (window == Window())


def test_equal_windows_open_by_one_function() -> None:
    """What is the same function is known to say the same in every world."""
    assert opening(Window(last=2)) is opening(Window(last=2))
    assert opening(Window(last=2)) is not opening(Window(last=3))


def test_what_applies_to_some_keeps_their_part_and_what_is_nobody_s() -> None:
    left = StateVariable("left to B", (0, 1), initial=1, party="B")
    common = Scale(None, ones)
    effects: list[Effect] = [
        PayoffTerm("A", ones), PayoffTerm("B", ones), Enforced("A", ("B",), ones), Enforced("B", ("A",), ones),
        Choice("B", "trade", ()), left, Transition("left to B", to_second), common, Suspension("trade", true, "B"),
    ]  # fmt: skip
    assert [*applying_to(effects, ["A"])] == [effects[0], effects[2], left, common]
    assert [*applying_to(effects, ["A", "B"])] == effects


def test_a_condition_limits_like_a_window() -> None:
    window = Window(condition=Formula("stage >= 1 and year != 2", "article 9, remedy: while"))
    assert opening(window)(YEARS).tolist() == [True, False, True]
