"""The open rule: closed forms of three members, all members followed one by one, sizes, mixing, forged answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from functools import cache
from itertools import combinations
from math import sqrt

import numpy as np
import pytest

from games import GameError
from games.bargaining import open_rule


@pytest.mark.parametrize("discount", ["0", "1/4", "1/2", "73/100", "74/100", "9/10", "1"])
def test_closed_form(discount: str) -> None:
    d = Fraction(discount)
    found = open_rule(d)
    assert found.check()
    assert found.paid == (1 if d > sqrt(3) - 1 else 2)
    assert found.value == (1 / (1 + 2 * d) if found.paid == 2 else 2 / (4 + 2 * d - d**2))
    assert found.share == 1 - found.paid * d * found.value


def test_the_closed_rule_favours_the_proposer_more() -> None:
    assert open_rule(1).share == Fraction(3, 5) < Fraction(2, 3)


def test_values_are_those_of_simulated_play() -> None:
    """Who is on the floor, who is to be paid, who is neither; the neither amends and pays who was to be paid."""
    rng, d, runs = np.random.default_rng(0), 0.9, 40_000
    found = open_rule(d)
    share, total = float(found.share), np.zeros(3)
    for _ in range(runs):
        floor, paid, neither, factor = 0, 1, 2, 1.0
        while rng.random() < 0.5:
            floor, neither, factor = neither, floor, factor * d
        total[floor] += factor * share
        total[paid] += factor * (1 - share)
    assert total[0] / runs == pytest.approx(float(found.value), abs=0.01)
    assert found.expected_delay == 1


def test_forged_answers_are_refused() -> None:
    found = open_rule("9/10")
    for name in ("share", "value", "former", "discount"):
        assert not replace(found, **{name: getattr(found, name) + Fraction(1, 10**9)}).check()
    assert not replace(open_rule("1/2"), discount=Fraction(9, 10)).check()
    with pytest.raises(GameError, match="discount"):
        open_rule(1.5)


def test_paying_the_other_number_of_members_is_refused() -> None:
    d = Fraction(1, 2)
    one = Fraction(2 / (4 + 2 * d - d**2))
    assert not replace(open_rule(d), paid=1, share=1 - d * one, value=one, former=d * one / 2).check()
    d = Fraction(9, 10)
    both = 1 / (1 + 2 * d)
    for former in (both / 2 * d, both * d):
        assert not replace(open_rule(d), paid=2, share=both, value=both, former=former).check()


# -- more members ----------------------------------------------------------------------------------------------------


def followed(members: int, discount: float, chances: Mapping[int, float], demand: float) -> dict[int, float]:
    """What paying each number of others is worth, by following every member through every recognition.

    A floor is who proposed it and who is paid.  ``chances`` of the numbers that later amenders pay; ``demand`` is what
    somebody who is paid gets.
    """
    @cache
    def moves(holder: int, paid: frozenset[int]) -> list[tuple[float, int, frozenset[int]]]:
        out = []
        for amender in set(range(members)) - paid - {holder}:
            first = set(range(members)) - paid - {holder, amender}
            for size, chance in chances.items():
                if size == members - 1:
                    out.append((chance / (members - 1), amender, frozenset(range(members)) - {amender}))
                    continue
                lots = list(combinations(sorted(paid), size - len(first)))
                out += [(chance / (members - 1) / len(lots), amender, frozenset(first | set(one))) for one in lots]
        return out

    floors = [(holder, frozenset(paid)) for holder in range(members) for size in range(members // 2, members)
              for paid in combinations(sorted(set(range(members)) - {holder}), size)]
    place = {floor: k for k, floor in enumerate(floors)}
    law, now = np.zeros((len(floors), len(floors))), np.zeros((len(floors), members))
    for k, (holder, paid) in enumerate(floors):
        moved = len(paid) / (members - 1)
        now[k, holder] = moved * (1 - len(paid) * demand)
        now[k, sorted(paid)] = moved * demand
        for chance, amender, then in moves(holder, paid):
            law[k, place[amender, then]] += chance
    values = np.linalg.solve(np.eye(len(floors)) - discount * law, now)
    return {len(paid): float(values[k, 0]) for k, (holder, paid) in enumerate(floors) if holder == 0}


@pytest.mark.parametrize(("members", "discount"), [
    (3, "3/10"), (3, "7/10"), (3, "9/10"), (5, "1/10"), (5, "3/10"), (5, "4/10"), (5, "9/10"), (5, "1"), (7, "1/10"),
    (7, "1/5"), (7, "95/100"),
])
def test_no_size_is_better_when_all_members_are_followed(members: int, discount: str) -> None:
    d = Fraction(discount)
    found = open_rule(d, members)
    assert found.check()
    chances = {found.paid: 1.0}
    if found.mixing is not None:
        chance = float(found.mixing[0])
        chances = {found.paid: chance, found.paid - 1: 1 - chance}
    worth = followed(members, float(d), chances, float(d * found.value))
    assert sorted(worth) == list(range(members // 2, members))
    assert worth[found.paid] == pytest.approx(float(found.value), abs=1e-11)
    assert max(worth.values()) == pytest.approx(float(found.value), abs=1e-11)


def test_between_golden_and_root_three_those_who_amend_mix() -> None:
    """The first proposer of three pays both up to sqrt(3) - 1; from (sqrt(5) - 1) / 2 amenders may pay one only."""
    assert open_rule("61/100").mixing is None
    assert open_rule("74/100").mixing is None
    for discount in ("62/100", "7/10", "73/100"):
        d, found = Fraction(discount), open_rule(discount)
        assert found.mixing is not None
        low, high = found.mixing
        assert low <= 2 * (1 - d) / d**2 - 1 <= high
        assert high - low <= Fraction(1, 2**40)
        assert found.expected_delay == 0
    mixed = [open_rule(Fraction(k, 200), 5) for k in range(201)]
    assert [one for one in mixed if one.mixing is not None]
    assert all(one.check() for one in mixed)


@pytest.mark.parametrize("members", [3, 5, 9, 21, 51])
def test_patience_and_size_lower_the_number_paid_to_a_bare_majority(members: int) -> None:
    found = [open_rule(Fraction(k, 20), members) for k in range(21)]
    assert all(one.check() for one in found)
    paid = [one.paid for one in found]
    assert paid == sorted(paid, reverse=True)
    assert paid[0] == members - 1
    assert paid[-1] == (members - 1) // 2
    assert found[-1].expected_delay == 1                      # half of the others are left out


def test_the_proposer_keeps_less_than_under_the_closed_rule() -> None:
    """At equal discounts, with a bare majority paid, for every odd number of members."""
    for members in range(3, 52, 2):
        found = open_rule("99/100", members)
        assert found.paid == (members - 1) // 2
        assert found.share < 1 - Fraction(99, 100) * (members - 1) / (2 * members)


def test_forged_sizes_and_chances_are_refused() -> None:
    found = open_rule("1/5", 7)
    for paid in range(7):
        assert replace(found, paid=paid, share=1 - paid * found.discount * found.value).check() == (paid == found.paid)
    mixed = open_rule("7/10")
    assert mixed.mixing is not None
    low, high = mixed.mixing
    for bounds in ((low + Fraction(1, 100), high + Fraction(1, 100)), (high, low), (low - 1, high), None):
        assert not replace(mixed, mixing=bounds).check()
    assert not replace(mixed, former=mixed.former + Fraction(1, 10**6)).check()


@pytest.mark.parametrize("members", [1, 2, 4, 0])
def test_the_number_of_members_must_be_odd(members: int) -> None:
    with pytest.raises(GameError, match="odd"):
        open_rule("1/2", members)
