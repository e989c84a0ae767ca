"""The participation game: equilibria against the definition, stability of agreements, and every way to close a gap."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable

import pytest

from games.coalitions import EnvironmentalAgreement, PriceLeadership, signing_equilibria, stable_agreements
from games.model.stochastic_game import GameError

Table = dict[frozenset[int], list[list[int]]]


def random_table(seed: int, parties: int, cases: int) -> Table:
    rng = random.Random(seed)
    groups = [frozenset(g) for k in range(parties + 1) for g in itertools.combinations(range(parties), k)]
    return {
        group: [[rng.randrange(4) for _ in range(parties)] for _ in range(rng.randrange(1, cases + 1))]
        for group in groups
    }


def stable_by_definition(table: dict[frozenset[int], list[int]], group: frozenset[int], parties: int) -> bool:
    return all(table[group][i] >= table[group ^ {i}][i] for i in range(parties))


@pytest.mark.parametrize("seed", range(30))
def test_where_all_is_known_the_equilibria_are_the_stable_agreements(seed: int) -> None:
    table = random_table(seed, 4, 1)
    found = signing_equilibria(table.__getitem__, 4)
    assert {one.members for one in found if one.stable} == set(
        stable_agreements(lambda i, group: table[group][0][i], 4)
    )
    for one in found:
        better = {i for i in range(4) if table[one.members ^ {i}][0][i] > table[one.members][0][i]}
        assert one.leaving == better & one.members and one.joining == better - one.members
        assert one.stable is not None


@pytest.mark.parametrize("seed", range(30))
def test_what_is_open_is_told_as_open_and_what_is_told_is_true_in_every_case(seed: int) -> None:
    table = random_table(seed, 3, 2)
    told = {one.members: one for one in signing_equilibria(table.__getitem__, 3)}
    seen: dict[frozenset[int], set[bool]] = {group: set() for group in table}
    for choice in itertools.product(*table.values()):
        known = dict(zip(table, choice, strict=True))
        for group in table:
            seen[group].add(stable_by_definition(known, group, 3))
    for group, answers in seen.items():
        assert told[group].stable == (answers.pop() if len(answers) == 1 else None)


def test_of_a_group_of_which_nothing_is_known_neither_yes_nor_no_is_said() -> None:
    table: Table = {group: [[0] * 3] for group in random_table(0, 3, 1)}
    table[frozenset({0, 1})] = []
    told = {one.members: one.stable for one in signing_equilibria(table.__getitem__, 3)}
    unsure = {frozenset({0, 1}), frozenset({0}), frozenset({1}), frozenset({0, 1, 2})}
    assert {group for group, stable in told.items() if stable is None} == unsure
    assert all(told[group] for group in set(told) - unsure)


@pytest.mark.parametrize(
    "model",
    [EnvironmentalAgreement.of(5, 1, 1, 3), EnvironmentalAgreement.of(6, 10, 2, 1), PriceLeadership.of(5, 1, 1)],
)
def test_published_models_of_parties_alike_have_the_stable_sizes_and_all_groups_of_them(
    model: EnvironmentalAgreement | PriceLeadership,
) -> None:
    count = model.countries if isinstance(model, EnvironmentalAgreement) else model.firms

    def outcome(group: frozenset[int]) -> list[list[object]]:
        found = model.outcome(len(group))
        return [[found.member if i in group else found.outsider for i in range(count)]]

    sizes = {size.members for size in model.sizes() if size.stable}
    assert sizes
    for one in signing_equilibria(outcome, count):
        assert one.stable == (len(one.members) in sizes)


@pytest.mark.parametrize(
    ("outcomes", "parties", "message"),
    [
        (lambda group: [[0, 0]], 3, "give 3 finite numbers"),
        (lambda group: [["x"] * 2], 2, "give 2 finite numbers"),
        (lambda group: [[float("nan")] * 2], 2, "give 2 finite numbers"),
        (lambda group: [[]], 0, "from 1 to 20"),
    ],
)
def test_what_is_no_payoff_is_refused(
    outcomes: Callable[[frozenset[int]], list[list[object]]], parties: int, message: str
) -> None:
    with pytest.raises(GameError, match=message):
        signing_equilibria(outcomes, parties)
