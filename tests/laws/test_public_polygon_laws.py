"""Laws of payoff sets under public signals without payments: information, units, names, patience, brute force.

Faces of sets are cut with directions that are rounded to about one part in a million (``GRAIN`` of its layout), so
outer sets of games whose faces are not hit exactly are compared to ``ROUNDED``, others to 1e-9.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from games import StochasticGame, repeated_game, solve
from games.numerics.arrays import Floats
from games.numerics.polygons import hausdorff, hull_of
from games.solvers.payoff_set import EquilibriumPayoffSet
from games.solvers.public_polygons.solver import PublicPolygonEquilibria
from games.solvers.solution import Solution
from tests.support.noisy_games import garbled, random_noisy_game, turned_round, with_signals
from tests.support.random_games import random_game

DILEMMA = repeated_game(
    np.array([[[2.0, 2.0], [-1.0, 3.0]], [[3.0, -1.0], [0.0, 0.0]]]), discount="0.6", actions=[["C", "D"]] * 2)
BATTLE = repeated_game(np.array([[[3.0, 2.0], [0.0, 0.0]], [[0.0, 0.0], [2.0, 3.0]]]), discount="0.8")
ROUNDED = 5e-6
GRID: dict[str, Any] = {"directions": 16, "refine": False}
"""With the same directions always, outer sets obey the laws as they stand, without the solver's own gap."""


def seen_by(game: StochasticGame, laws: list[Floats]) -> StochasticGame:
    """The game with a signal law Float[rows of the state, signals] per state, and no transfers."""
    return replace(with_signals(game, laws), transfers="none")


def eyes(game: StochasticGame, noise: float = 0.0) -> list[Floats]:
    """A signal per profile, which is drawn at random instead with some chance."""
    sizes = [len(game.rows_of(s)) for s in range(game.n_states)]
    return [(1 - noise) * np.eye(k) + noise / k for k in sizes]


def noisy(seed: int, *, discount: float = 0.7, states: int | None = None) -> StochasticGame:
    number = 1 + seed % 2 if states is None else states
    game = random_noisy_game(np.random.default_rng(seed), states=number, signals=3, discount=discount)
    return replace(game, transfers="none")


def solved(game: StochasticGame, **options: Any) -> PublicPolygonEquilibria:
    solution = solve(game, solver="public_polygons", **options)
    assert isinstance(solution, PublicPolygonEquilibria)
    return solution


def sets_of(solution: Solution) -> list[EquilibriumPayoffSet]:
    return [one for one in solution.payoff_sets if isinstance(one, EquilibriumPayoffSet)]


def outers(solution: Solution) -> list[Floats]:
    return [one.outer for one in sets_of(solution)]


def outside(within: Floats, around: Floats) -> float:
    """How far the first set sticks out of the second."""
    if len(within) == 0:
        return 0.0
    return float(hausdorff(hull_of(np.vstack([within, around])), around)) if len(around) else np.inf


def apart(one: PublicPolygonEquilibria, other: PublicPolygonEquilibria) -> float:
    """The greatest Hausdorff distance of outer sets; infinite if a set is empty in one of them only."""
    far = 0.0
    for a, b in zip(outers(one), outers(other), strict=True):
        if len(a) == 0 or len(b) == 0:
            far = max(far, 0.0 if len(a) == len(b) else np.inf)
        else:
            far = max(far, hausdorff(a, b))
    return far


def levels_apart(one: PublicPolygonEquilibria, other: PublicPolygonEquilibria) -> float:
    """The greatest distance of the lines that bound outer sets, in scaled payoffs; infinite if one alone is empty."""
    a, b = one.outer, other.outer
    assert (a.exact == b.exact).all()
    return float(np.abs(a.sets.levels - b.sets.levels).max()) if (a.alive == b.alive).all() else np.inf


# -- precise signals -------------------------------------------------------------------------------------------------

NEARLY_SEEN = {
    "dilemma": DILEMMA,
    **{f"random {seed}": random_game(np.random.default_rng(seed), 2, 1 + seed % 2, 2, discount=0.7)
       for seed in (1, 2, 3, 6)},
}


@pytest.mark.parametrize("name", NEARLY_SEEN)
def test_perfect_monitoring_is_the_limit_of_precise_signals_from_inside_away_from_knife_edges(name: str) -> None:
    """Signals drive neither payoffs nor transitions; discount factors are not at the edge of anything."""
    game = NEARLY_SEEN[name]
    perfect = outers(solve(game, solver="equilibrium_polygons"))
    before = np.inf
    for noise in (0.1, 0.01, 1e-3, 1e-4):
        found = solved(seen_by(game, eyes(game, noise)))
        for seen, limit in zip(sets_of(found), perfect, strict=True):
            assert outside(seen.inner, limit) < 1e-9
            assert outside(seen.outer, limit) < ROUNDED
        far = max(hausdorff(seen, limit) for seen, limit in zip(outers(found), perfect, strict=True))
        assert 0 < far < 0.2 * before
        before = far
    assert before < 1e-4


@pytest.mark.parametrize("game", [DILEMMA, DILEMMA.with_discount("0.34"), DILEMMA.with_discount("0.3"), BATTLE])
def test_an_audit_without_mistakes_that_tells_who_is_perfect_monitoring(game: StochasticGame) -> None:
    audit = np.kron(np.array([[1.0, 0.0], [0.0, 1.0]]), np.eye(2))  # detected or not, one party after the other
    found = solved(seen_by(game, [audit]))
    [perfect] = outers(solve(game, solver="equilibrium_polygons"))
    assert hausdorff(outers(found)[0], perfect) < 1e-9
    assert apart(found, solved(game)) < 1e-9


@pytest.mark.parametrize("seed", range(6))
def test_one_signal_per_profile_is_perfect_monitoring_of_random_games(seed: int) -> None:
    """With one discount factor or two, when boundaries are curved; one state or two."""
    discount, near = (0.7, ROUNDED) if seed < 4 else ([0.5, 0.8], 5 * ROUNDED)
    game = random_game(np.random.default_rng(seed), 2, 1 + seed % 2, 2, discount=discount)
    found = solved(seen_by(game, eyes(game)))
    assert apart(found, solved(game)) < 1e-9
    for seen, limit in zip(outers(found), outers(solve(game, solver="equilibrium_polygons")), strict=True):
        assert len(seen) == len(limit) == 0 or hausdorff(seen, limit) < near


# -- information -----------------------------------------------------------------------------------------------------


@given(st.integers(0, 10**6))
@settings(max_examples=12, deadline=None)
def test_garbling_lowers_the_set_with_public_randomisation_and_pure_public_strategies_as_in_kandori_1992(
    seed: int,
) -> None:
    """Signals drive neither payoffs nor transitions, and come in another way in each state."""
    game = noisy(seed)
    less = replace(garbled(game, np.random.default_rng(seed)), transfers="none")
    for within, around in zip(sets_of(solved(less)), sets_of(solved(game)), strict=True):
        assert outside(within.inner, around.outer) < 1e-9
    for worse, better in zip(outers(solved(less, **GRID)), outers(solved(game, **GRID)), strict=True):
        assert outside(worse, better) < 1e-9


def test_garbling_the_dilemma_of_mailath_and_samuelson_lowers_its_best_symmetric_payoff_from_1_75_to_1_4375() -> None:
    """Signals through symmetric noise of one in ten: (.9, .5, .2) becomes (.82, .5, .26)."""
    for good, best in (((0.9, 0.5, 0.5, 0.2), 1.75), ((0.82, 0.5, 0.5, 0.26), 1.4375)):
        law = np.stack([good, 1 - np.array(good)], axis=1)
        [found] = outers(solved(seen_by(DILEMMA.with_discount("0.8"), [law])))
        symmetric = [x for a, b in pairwise([*found, found[0]]) if (x := _diagonal(a, b)) is not None]
        assert max(symmetric) == pytest.approx(best, abs=1e-6)


def _diagonal(a: Floats, b: Floats) -> float | None:
    """Where the segment from a to b meets the line of equal payoffs."""
    left, right = float(a[0] - a[1]), float(b[0] - b[1])
    if left * right > 0 or left == right:
        return float(a[0]) if left == right == 0 else None
    return float(a[0] + (b[0] - a[0]) * left / (left - right))


@pytest.mark.parametrize("detection", [0.0, 0.3, 1.0])
def test_detection_as_frequent_as_false_alarms_leaves_the_hull_of_stage_equilibria_with_one_discount_factor(
    detection: float,
) -> None:
    alarm = np.tile([1 - detection, detection], (4, 1))
    [dilemma] = outers(solved(seen_by(DILEMMA, [alarm])))
    assert hausdorff(dilemma, np.zeros((1, 2))) < 1e-9
    [battle] = outers(solved(seen_by(BATTLE, [alarm])))
    assert hausdorff(battle, np.array([[2.0, 3.0], [3.0, 2.0]])) < 1e-9


@pytest.mark.parametrize("seed", range(6))
def test_detection_as_frequent_as_false_alarms_is_no_signal_at_all(seed: int) -> None:
    """Whatever the discount factors and states: the next state may still tell what was done."""
    rng = np.random.default_rng(seed)
    game = random_game(rng, 2, 1 + seed % 3, 2, discount=[0.5, 0.8] if seed % 2 else 0.7)
    sizes = [len(game.rows_of(s)) for s in range(game.n_states)]
    alarms = [np.tile([0.25, 0.75], (k, 1)) for k in sizes]
    nothing = [np.ones((k, 1)) for k in sizes]
    assert apart(solved(seen_by(game, alarms), **GRID), solved(seen_by(game, nothing), **GRID)) < 1e-9


@given(st.integers(0, 10**6))
@example(1315)
@settings(max_examples=10, deadline=None)
def test_splitting_a_signal_at_random_or_merging_signals_of_equal_likelihood_ratios_changes_nothing(seed: int) -> None:
    """Corners of almost parallel lines move a hundred times as far as the lines do."""
    game = noisy(seed)
    assert game.monitoring is not None
    rng = np.random.default_rng(seed)
    split = []
    for law in map(game.monitoring.table, range(game.n_states)):
        share = rng.integers(1, 8, size=law.shape[1]) / 8
        split.append(np.hstack([law * share, law * (1 - share)]))
    assert levels_apart(solved(game, **GRID), solved(seen_by(game, split), **GRID)) < 1e-9


def test_directions_that_refinement_crowds_are_picked_so_that_they_bound_something() -> None:
    game = replace(garbled(noisy(65), np.random.default_rng(65)), transfers="none")
    assert not any(one.empty for one in sets_of(solved(game)))


# -- units, names, patience ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("factors", "near"), [((4.0, 0.5), 1e-9), ((3.0, 0.7), ROUNDED), ((1e6, 1e-6), ROUNDED)])
@pytest.mark.parametrize("seed", range(4))
def test_units_and_constants_of_each_player_change_payoffs_only(
    seed: int, factors: tuple[float, float], near: float
) -> None:
    """Powers of two leave the directions as they were."""
    game = noisy(seed)
    unit, constant = np.array(factors), np.array([3.0, -7.0]) * np.array(factors)
    moved = replace(game, payoffs=game.payoffs * unit + constant)
    for here, there in zip(outers(solved(game)), outers(solved(moved)), strict=True):
        assert len(here) == len(there) == 0 or hausdorff(here, (there - constant) / unit) < near


@given(st.integers(0, 10**6))
@settings(max_examples=10, deadline=None)
def test_names_do_not_matter(seed: int) -> None:
    """Players, states, actions and signals the other way round."""
    game = noisy(seed)
    here, there = outers(solved(game, **GRID)), outers(solved(turned_round(game), **GRID))[::-1]
    for one, other in zip(here, there, strict=True):
        assert len(one) == len(other) == 0 or hausdorff(one, hull_of(other[:, ::-1].copy())) < 1e-9


@given(st.integers(0, 10**6), st.sampled_from([0.7, [0.4, 0.8], [0.8, 0.5]]))
@settings(max_examples=12, deadline=None)
def test_inner_sets_are_inside_outer_ones_and_the_gap_is_their_distance(
    seed: int, discount: float | list[float]
) -> None:
    for found in sets_of(solved(noisy(seed).with_discount(discount))):
        assert outside(found.inner, found.outer) < 1e-9
        if len(found.inner):
            assert hausdorff(found.inner, found.outer) == pytest.approx(found.gap, abs=1e-12)
        else:
            assert found.empty or found.gap == np.inf


@pytest.mark.parametrize("seed", range(5))
def test_sets_of_repeated_games_with_one_discount_factor_and_public_randomisation_grow_with_patience(seed: int) -> None:
    """Abreu, Pearce and Stacchetti (1990), theorem 6."""
    game = noisy(seed, states=1)
    found = [sets_of(solved(game.with_discount(d)))[0] for d in (0.2, 0.5, 0.7, 0.9)]
    for less, more in pairwise(found):
        assert outside(less.inner, more.outer) < 1e-9


# -- brute force -----------------------------------------------------------------------------------------------------


def enforced(game: StochasticGame, levels: Floats, directions: Floats, state: int, row: int, k: int) -> float | None:
    """The most of a direction that a profile gives with continuations in the sets; None if nothing enforces it.

    One linear program in continuations w(signal, next state, player), written down directly from the definition.
    """
    assert game.monitoring is not None
    ahead = game.transition.toarray()
    first = game.row_start[state]
    law = np.einsum("ay,as->ays", game.monitoring.table(state), ahead[first:game.row_start[state + 1]])
    law = law.reshape(len(law), -1)
    patience, here = game.discount, row - first
    count = law.shape[1]
    worth = (1 - patience) * game.payoffs

    def expected(at: int, player: int) -> Floats:
        out = np.zeros((count, 2))
        out[:, player] = patience[player] * law[at]
        return out.ravel()

    above, limit = [], []
    shape = game.action_counts[state]
    for player in range(2):
        actions = list(np.unravel_index(here, shape))
        for action in range(shape[player]):
            other = actions.copy()
            other[player] = action
            at = int(np.ravel_multi_index(other, shape))
            above.append(expected(at, player) - expected(here, player))
            limit.append(worth[row, player] - worth[first + at, player])
    following = np.tile(np.arange(game.n_states), count // game.n_states)
    for z in range(count):
        for j, direction in enumerate(directions):
            inside = np.zeros((count, 2))
            inside[z] = direction
            above.append(inside.ravel())
            limit.append(levels[following[z], j])
    aim = directions[k][0] * expected(here, 0) + directions[k][1] * expected(here, 1)
    answer = linprog(-aim, np.array(above), np.array(limit), bounds=(None, None), method="highs")
    return float(directions[k] @ worth[row] - answer.fun) if answer.status == 0 else None


@pytest.mark.parametrize(("seed", "states"), [(0, 1), (1, 1), (4, 1), pytest.param(3, 2, marks=pytest.mark.slow)])
def test_outer_sets_are_those_of_the_operator_iterated_by_brute_force(seed: int, states: int) -> None:
    """Same directions, same box to begin with; the largest fixed point of polygons with these normals."""
    game = noisy(seed, discount=0.5, states=states)
    found = solved(game, directions=8, refine=False)
    directions = found.outer.exact.astype(float) * found.laid.scale
    directions = directions / np.hypot(*directions.T)[:, None] / found.laid.scale
    low, high = game.payoffs.min(axis=0), game.payoffs.max(axis=0)
    box = np.where(directions > 0, directions * high, directions * low).sum(axis=1)
    levels = np.tile(box, (states, 1))
    live = [list(game.rows_of(s)) for s in range(states)]
    for _ in range(26):
        new = np.full_like(levels, -np.inf)
        for s in range(states):
            for row in list(live[s]):
                for k in range(len(directions)):
                    value = enforced(game, levels, directions, s, row, k)
                    if value is None:
                        live[s].remove(row)
                        break
                    new[s, k] = max(new[s, k], value)
        levels = np.minimum(levels, new)
        if not all(live):
            break
    if not all(live):
        assert all(one.empty for one in sets_of(found))
        return
    for one, level in zip(sets_of(found), levels, strict=True):
        assert [one.support(d) for d in directions] == pytest.approx(level.tolist(), abs=1e-6)
