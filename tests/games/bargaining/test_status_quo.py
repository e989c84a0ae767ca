"""Endogenous status quo: Nunnari's ratchet, equilibria on finite policy sets, undecided answers, forged strategies."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from functools import cache
from itertools import product
from typing import Any

import numpy as np
import pytest

from games import GameError
from games.bargaining import EndogenousStatusQuo, endogenous_status_quo, veto_ratchet

THIRDS = ["1/3"] * 3
Q = Fraction


def shrinking(part: Fraction, levels: int) -> list[tuple[Fraction, ...]]:
    """Divisions in which each of two members holds nothing or a power of ``part``."""
    held = [Q(0), *(part**k for k in range(levels))]
    return [(1 - a - b, a, b) for a in held for b in held if a + b <= 1]


def even(parts: int) -> list[tuple[Fraction, ...]]:
    return [tuple(Q(k, parts) for k in row) for row in product(range(parts + 1), repeat=3) if sum(row) == parts]


@cache
def even_solved(parts: int, discount: str) -> EndogenousStatusQuo:
    return solved(even(parts), discount)


def solved(policies: Any, discount: Any, veto: Any = (0,), **options: Any) -> EndogenousStatusQuo:
    found = endogenous_status_quo(policies, THIRDS, discount, 2, veto, **options)
    assert found is not None
    assert found.check()
    return found


def never_falls(found: EndogenousStatusQuo) -> bool:
    return all(found.policies[y][0] >= found.policies[x][0]
               for moves in found.strategies for x, lottery in enumerate(moves) for y in lottery)


@pytest.mark.parametrize(("discount", "veto", "conceded", "holder", "other", "left"), [
    (0.5, "1/3", 0.25, 0.28, 0.32, 0.056314), (0.75, "1/3", 0.5, 0.259259, 0.296296, 0.161506),
    (0.9, "1/3", 0.75, 0.251701, 0.272109, 0.418904), (0.75, 0.5, 0.428571, 0.169231, 0.215385, 0.034572),
    (0.75, 0.2, 0.545455, 0.344538, 0.369748, 0.385543), (0, "1/3", 0, 1 / 3, 1 / 3, (2 / 3) ** 10),
])
def test_what_a_veto_player_concedes(
    discount: float, veto: Any, conceded: float, holder: float, other: float, left: float
) -> None:
    found = veto_ratchet(veto, discount)
    assert found.check()
    assert [float(x) for x in (found.conceded, found.holder, found.other)] == pytest.approx(
        [conceded, holder, other], abs=1e-6)
    assert float(found.others_hold(10)) == pytest.approx(left, abs=1e-6)
    if veto == "1/3":
        assert found.conceded == Q(str(discount)) / (3 - 2 * Q(str(discount)))


def test_all_goes_to_the_veto_player_the_slower_the_more_patient_and_the_less_it_proposes() -> None:
    assert veto_ratchet("1/3", 0.9).others_hold(2000) < Q(1, 10**50)
    kept = [veto_ratchet("1/3", d).kept for d in (0.1, 0.5, 0.9, 0.99)]
    assert kept == sorted(kept)
    kept = [veto_ratchet(p, 0.9).kept for p in (0.9, 0.5, 0.1)]
    assert kept == sorted(kept)


def test_forged_values_of_the_ratchet_are_refused() -> None:
    found = veto_ratchet("1/3", 0.75)
    for name in ("conceded", "holder", "other", "discount"):
        assert not replace(found, **{name: getattr(found, name) + Q(1, 10**9)}).check()


@pytest.mark.parametrize(("policies", "discount"), [
    (shrinking(Q(1, 4), 3), "1/2"), (shrinking(Q(1, 4), 5), "1/2"), (even(4), "1/2"), (even(4), "3/4"),
    (even(6), "1/2"),
])
def test_what_others_hold_only_shrinks(policies: Any, discount: str) -> None:
    found = solved(policies, discount)
    assert found.slack == 0
    assert never_falls(found)
    all_held = policies.index((Q(0), Q(1), Q(0)))
    path = found.expected(all_held, 400)
    assert np.all(np.diff(path[:, 0]) >= -1e-12)
    assert path[400, 0] > 0.7                                                # finite sets stop where no step is left
    assert found.values[policies.index((Q(1), Q(0), Q(0)))].tolist() == [1, 0, 0]


def test_finite_sets_that_hold_the_play_path_come_near_the_ratchet() -> None:
    """What is conceded is the ratchet's; values differ because the least positive holding is not divided further."""
    ratchet, policies = veto_ratchet("1/3", "1/2"), shrinking(Q(1, 4), 7)
    found = solved(policies, "1/2")
    start = policies.index((Q(0), Q(1), Q(0)))
    assert found.values[start, 1:] == pytest.approx([float(ratchet.holder), float(ratchet.other)], abs=2e-3)
    proposed = max(found.strategies[0][start], key=lambda y: found.strategies[0][start][y])
    assert policies[proposed][2] == ratchet.conceded
    assert found.strategies[1][start] == {start: 1}
    assert found.strategies[2][start] == {policies.index((Q(0), Q(0), Q(1))): 1}


def test_without_patience_each_proposer_takes_what_it_can() -> None:
    """From an even split the proposer leaves one member its third, and takes the other's."""
    policies = even(3)
    found = solved(policies, 0, veto=())
    start = policies.index((Q(1, 3),) * 3)
    for k in range(3):
        assert all(policies[y][k] == Q(2, 3) for y in found.strategies[k][start])


def test_fine_even_grids_are_left_undecided_where_the_others_are_not_alike() -> None:
    assert endogenous_status_quo(even(8), ["1/2", "1/3", "1/6"], "1/2", 2, [0], rounds=400) is None


# -- one by one, in the veto player's order --------------------------------------------------------------------------


def gain_of_one_deviation(found: EndogenousStatusQuo) -> tuple[float, float]:
    """In floating point, from strategies alone: how far values are off, and the most a proposer or a voter gains."""
    policies = np.array(found.policies, dtype=float)
    chance, patience = np.array(found.recognition, dtype=float), np.array(found.discounts, dtype=float)
    played = found.proposals
    law = np.einsum("k,kxy->xy", chance, played)
    worth = np.array([np.linalg.solve(np.eye(len(law)) - d * law, (1 - d) * policies[:, i])
                      for i, d in enumerate(patience)])
    votes = worth[:, None, :] >= worth[:, :, None] - 1e-10                    # [member, default, policy]
    passes = (votes.sum(axis=0) >= found.rule.quota) & votes[sorted(found.rule.veto)].all(axis=0)
    assert passes[played.max(axis=0) > 0].all()
    gains = []
    for k in range(3):
        best = np.where(passes, worth[k][None, :], -np.inf).max(axis=1)
        least = np.where(played[k] > 0, worth[k][None, :], np.inf).min(axis=1)
        gains.append(float((best - least).max()))
    return float(np.abs(worth - np.array(found.enacted, dtype=float)).max()), max(gains)


@pytest.mark.parametrize(("parts", "discount", "veto_recognition"), [
    (7, "1/2", "1/3"), (8, "1/2", "1/3"), (8, "9/10", "1/3"), (9, "3/4", "1/5"), (10, "99/100", "1/2"), (8, "0", "1/3"),
    (8, "1/2", "0"), pytest.param(20, "9/10", "1/3", marks=pytest.mark.slow),
    pytest.param(20, "1/2", "1/3", marks=pytest.mark.slow), pytest.param(24, "3/4", "1/3", marks=pytest.mark.slow),
])
def test_equilibria_on_fine_even_grids(parts: int, discount: str, veto_recognition: str) -> None:
    p = Q(veto_recognition)
    found = endogenous_status_quo(even(parts), [p, (1 - p) / 2, (1 - p) / 2], discount, 2, [0])
    assert found is not None
    assert found.slack == 0
    assert found.check()
    off, gain = gain_of_one_deviation(found)
    assert off < 1e-10
    assert gain < 1e-10
    worth = found.enacted[0]                                  # its share may fall where what it expects does not
    assert all(worth[y] >= worth[x] for moves in found.strategies for x, one in enumerate(moves) for y in one)


@pytest.mark.parametrize(("discount", "parts"), [("1/2", 8), ("1/2", 12), ("3/4", 10), ("9/10", 8)])
def test_on_grids_that_hold_it_the_first_concession_is_the_ratchets(discount: str, parts: int) -> None:
    """From a default at which one of the others holds all; Nunnari's part is a multiple of a grid step here."""
    found, ratchet = even_solved(parts, discount), veto_ratchet("1/3", discount)
    start = found.policies.index((Q(0), Q(1), Q(0)))
    (offered, chance), = found.strategies[0][start].items()
    assert chance == 1
    assert found.policies[offered] == (1 - ratchet.conceded, Q(0), ratchet.conceded)
    assert found.expected(start, 1)[1, 1:].sum() == pytest.approx(float(ratchet.kept), abs=1e-12)


def test_the_veto_player_mixes_with_unequal_chances_which_iteration_cannot_find() -> None:
    found = even_solved(10, "3/4")
    chances = {share for moves in found.strategies for lottery in moves for share in lottery.values()}
    assert chances - {Q(1), Q(1, 2)}


def test_in_the_long_run_others_are_left_with_what_the_grid_cannot_divide() -> None:
    left = []
    for parts in (4, 8, 12):
        found = even_solved(parts, "1/2")
        left.append(found.expected(found.policies.index((Q(0), Q(1), Q(0))), 500)[500, 1:].sum())
    assert left == pytest.approx([1 / 4, 1 / 8, 1 / 12], abs=1e-12)


def test_any_member_may_have_the_veto_and_the_others_their_own_patience() -> None:
    for veto in range(3):
        discounts = [Q(3, 4)] * 3
        discounts[veto] = Q(1, 2)
        found = solved(even(8), discounts, veto=(veto,))
        assert found.slack == 0
        assert all(found.policies[y][veto] >= found.policies[x][veto]
                   for moves in found.strategies for x, lottery in enumerate(moves) for y in lottery)


def test_policies_that_are_no_grid_are_ranked_too() -> None:
    """Some surplus is lost where both others hold something; every policy has its twin."""
    policies = [(x, a * k, b * k) for x, a, b in even(7) for k in [Q(9, 10) if a and b else Q(1)]]
    found = solved(policies, "4/5")
    assert found.slack == 0
    assert gain_of_one_deviation(found)[1] < 1e-10


def test_a_tolerance_is_respected() -> None:
    found = solved(even(4), "1/2", tolerance="1/100")
    assert found.slack == 0


def test_forged_strategies_are_refused() -> None:
    found = solved(even(4), "1/2")
    start = found.policies.index((Q(0), Q(1), Q(0)))
    for other in range(len(found.policies)):
        if other in found.strategies[0][start]:
            continue
        moves = (*found.strategies[0][:start], {other: Q(1)}, *found.strategies[0][start + 1:])
        assert not replace(found, strategies=(moves, *found.strategies[1:])).check()
    enacted = ((found.enacted[0][0] + Q(1, 10**9), *found.enacted[0][1:]), *found.enacted[1:])
    assert not replace(found, enacted=enacted).check()


@pytest.mark.parametrize(("change", "said"), [
    ({"policies": []}, "at least one policy"), ({"policies": [[1, 0, 0]] * 2}, "none twice"),
    ({"policies": [[1, 0]]}, "3 are needed"), ({"discounts": 1}, "discount of 1"), ({"quota": 4}, "quota of 4"),
    ({"recognition": [1, 1, 1]}, "sums to 3"), ({"veto": [3]}, "veto players"),
])
def test_what_does_not_fit_is_refused(change: dict[str, Any], said: str) -> None:
    given: dict[str, Any] = {"policies": even(2), "recognition": THIRDS, "discounts": 0.5, "quota": 2}
    with pytest.raises(GameError, match=said):
        endogenous_status_quo(**(given | change))


def test_the_ratchet_needs_discounting() -> None:
    with pytest.raises(GameError, match="discount of 1"):
        veto_ratchet(0.5, 1)
