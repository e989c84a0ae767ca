"""Equal rows and lists have equal numbers, unequal ones never."""

from __future__ import annotations

import numpy as np
import pytest

from games.numerics import numbering
from games.numerics.numbering import distinct, numbered, numbered_lists
from games.numerics.on_demand import OnDemand


def test_rows_are_numbered_by_all_their_columns() -> None:
    rng = np.random.default_rng(0)
    whole, floats = rng.integers(0, 5, 400), rng.choice([0.1, 0.2, 0.1 + 1e-17, 0.1 + 2e-17], 400)
    number, first = numbered(whole, floats)
    known = {key: k for k, key in enumerate(dict.fromkeys(zip(whole.tolist(), floats.tolist(), strict=True)))}
    assert len(first) == len(known)
    for a in range(400):
        assert (whole[first[number[a]]], floats[first[number[a]]]) == (whole[a], floats[a])
        assert first[number[a]] <= a


@pytest.mark.parametrize("kinds", [3, 300])
def test_numbers_are_in_the_order_of_first_rows(kinds: int) -> None:
    values = np.random.default_rng(1).integers(0, kinds, 1000)
    number, first = numbered(values)
    assert number.tolist() == [list(dict.fromkeys(values.tolist())).index(x) for x in values.tolist()]
    assert first.tolist() == [values.tolist().index(x) for x in dict.fromkeys(values.tolist())]


def test_zero_is_zero_whatever_its_sign() -> None:
    assert numbered(np.array([0.0, -0.0, 1.0]))[0].tolist() == [0, 0, 1]


def test_lists_differ_by_order_by_length_and_by_each_column() -> None:
    even, other = [0.5, 0.5], [0.25, 0.75]
    lists = [([1, 2], even), ([2, 1], even), ([1], [1.0]), ([1, 2], even), ([1, 2], other), ([], [])]
    stop = np.cumsum([len(of) for of, _ in lists])
    start = stop - [len(of) for of, _ in lists]
    number, first = numbered_lists(
        start, stop, np.concatenate([of for of, _ in lists]).astype(np.int64), np.concatenate([p for _, p in lists]))
    assert number[0] == number[3] and len(set(number.tolist())) == 5 == len(first)
    # Numbers and their partners exchanged.
    pairs = np.array([0, 1, 0, 1]), np.array([0.3, 0.7, 0.7, 0.3])
    assert len(set(numbered_lists(np.array([0, 2]), np.array([2, 4]), *pairs)[0].tolist())) == 2
    # Parts of a column, the one inside the other.
    assert numbered_lists(np.array([0, 2]), np.array([2, 4]), np.array([7, 8, 7, 8, 9]))[0].tolist() == [0, 0]


def test_the_place_in_a_list_does_not_cancel_against_the_numbers() -> None:
    """Entries (2, .75), (5, .25) against (5 ^ 1, .25), (2 ^ 1, .75): places 0 and 1 are but one bit."""
    number, _ = numbered_lists(
        np.array([0, 2]), np.array([2, 4]), np.array([2, 5, 4, 3]), np.array([0.75, 0.25, 0.25, 0.75]))
    assert number[0] != number[1]


def test_what_the_mixed_bits_do_not_tell_apart_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(numbering, "_mixed", lambda bits: np.zeros_like(bits))
    assert numbered(np.array([3, 3]))[0].tolist() == [0, 0]
    with pytest.raises(ArithmeticError, match="64 mixed bits"):
        numbered(np.array([3, 4]))
    with pytest.raises(ArithmeticError, match="64 mixed bits"):
        numbered_lists(np.array([0, 1]), np.array([1, 2]), np.array([3, 4]))


def test_values_are_made_once_and_only_when_they_are_read() -> None:
    made: list[str] = []

    def make(key: str) -> str:
        made.append(key)
        return key.upper()

    found = OnDemand(("a", "b"), make)
    assert list(found) == ["a", "b"] and len(found) == 2 and "b" in found and "c" not in found and made == []
    assert found["b"] == found["b"] == "B" and made == ["b"]
    assert found.get("c") is None
    assert dict(found) == {"a": "A", "b": "B"} and made == ["b", "a"]


@pytest.mark.parametrize("numbers", [[], [4], [3, 1, 3, 2, 1], [5] * 7])
def test_distinct_numbers_are_sorted_and_each_once(numbers: list[int]) -> None:
    assert distinct(np.array(numbers, dtype=np.int64)).tolist() == sorted(set(numbers))


def test_lists_that_are_looked_at_in_pieces_are_numbered_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(numbering, "CHUNK", 2)
    lists = [(1, 2), (), (3,), (1, 2), (2, 1), (), (3,), (1,)]
    stop = np.cumsum([len(of) for of in lists])
    start = stop - [len(of) for of in lists]
    number, first = numbered_lists(start, stop, np.array([x for of in lists for x in of]))
    assert number.tolist() == [0, 1, 2, 0, 3, 1, 2, 4] and first.tolist() == [0, 1, 2, 4, 7]
