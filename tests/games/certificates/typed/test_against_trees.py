"""Rules of play are judged as their trees are, in which chance draws the types."""

from __future__ import annotations

import pytest

from games.certificates.typed import TypedRuleEquilibrium
from tests.support.typed_games import improved, random_case
from tests.support.typed_trees import judged_as_tree


def agree(seed: int, periods: int, mixed: bool, steps: tuple[int, ...]) -> list[bool]:
    """Verdicts on a random rule and on better ones."""
    out = []
    case = random_case(seed, periods, mixed)
    for more in steps:
        case = improved(case, more)
        report = TypedRuleEquilibrium.of(case.typed, case.rule).check(case.typed)
        as_tree = judged_as_tree(case)
        assert report.accepted == as_tree.accepted, (seed, more, report, as_tree)
        out.append(report.accepted)
    return out


@pytest.mark.parametrize("periods", [2, 3])
def test_a_few_random_rules_and_better_ones(periods: int) -> None:
    found = [x for seed in range(3) for x in agree(seed, periods, False, (0, 12))]
    assert set(found) == {False, True}


def test_a_random_rule_that_mixes() -> None:
    assert agree(7, 2, True, (0, 12))[0] is False


@pytest.mark.parametrize("start", [
    pytest.param(start, marks=pytest.mark.campaign if start % 30 else pytest.mark.slow) for start in range(0, 200, 10)
])
def test_random_rules(start: int) -> None:
    for seed in range(start, start + 10):
        agree(seed, 3 if seed % 2 else 2, seed % 3 == 0, (0, 1, 2, 12))
