"""Payoff sets from inside and outside: reference sets, plain programs, two players, laws, and what is told of them."""

from __future__ import annotations

import json
from functools import cache
from itertools import permutations
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest

import games.files
from games import Plan, Sustainable, Unsustainable, read_game, repeated_game
from games.model.stochastic_game import StochasticGame
from games.numerics.arrays import Floats
from games.solvers import EquilibriumPolygons
from games.solvers.payoff_set import SupportBounds
from games.solvers.penal_modes import PenalModes
from games.solvers.penal_modes.solver import PenalModesSolution
from tests import oracles
from tests.support.naive_payoff_sets import naive_outer_levels
from tests.support.random_games import random_game

FILES = sorted(Path(oracles.__file__).parent.glob("nplayer_*.json"))
SCHEMA = json.loads((Path(games.files.__file__).parent / "servanda-solution.schema.json").read_text())
NEAR = 1e-6


def random_directions(players: int, count: int = 25) -> Floats:
    found = np.random.default_rng(3).normal(size=(count, players))
    return np.asarray(found / np.linalg.norm(found, axis=1)[:, None])


def supports(found: SupportBounds, directions: Floats) -> tuple[Floats, Floats]:
    """Float[k] twice: from inside and from outside."""
    inside, outside = np.array([found.support(d) for d in directions]).T
    return inside, outside


def integer_game(seed: int, counts: tuple[int, ...] = (2, 2, 2), discount: float = 0.5) -> StochasticGame:
    """Integer payoffs, so that ties occur."""
    payoffs = np.random.default_rng(seed).integers(0, 10, size=(*counts, len(counts))).astype(float)
    return repeated_game(payoffs, discount=discount)


@cache
def solved(path: Path) -> tuple[PenalModesSolution, Any]:
    data = json.loads(path.read_text())
    expected = data["expected"][0]
    return PenalModes().solve(read_game(data["game"]).with_discount(expected["discount"])), expected


# -- reference sets ------------------------------------------------------------------------------------------------


def test_the_reference_sets_are_there() -> None:
    assert len(FILES) >= 6


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_reference_sets_lie_between_the_bounds(path: Path) -> None:
    solution, expected = solved(path)
    assert solution.empty == expected["empty"] == solution.to_json()["empty"]
    if solution.empty:
        assert solution.nowhere is not None and solution.nowhere.check(solution.game).accepted
        return
    spread = float(np.ptp(solution.game.payoffs))
    for name, state in expected["states"].items():
        found = solution.support_bounds(name)
        directions, right = (np.array(state["support"][key]) for key in ("directions", "values"))
        inside, outside = supports(found, directions)
        assert (outside >= right - NEAR).all()
        assert (inside <= right + NEAR).all()
        assert np.median(outside - inside) <= 0.01 * spread
        assert (outside - inside).max() <= found.gap + NEAR
    assert solution.status == "converged" and solution.error_bound is not None
    assert solution.error_bound <= 1e-6 * spread


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_inner_point_passes_the_exact_check(path: Path) -> None:
    solution, _ = solved(path)
    game = solution.game
    for proof in solution.proofs:
        assert proof.check(game).accepted
    for s in range(game.n_states):
        proved = np.array([[float(x) for x in p.payoff] for proof in solution.proofs for p in proof.points.get(s, ())])
        points = solution.support_bounds(s).points
        assert points is not None
        for point in points:
            assert np.abs(proved - point).max(axis=1).min() == 0.0


# -- other methods -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", [0, 3, 5])
def test_plain_programs_in_fewer_directions_bound_less(seed: int) -> None:
    game = integer_game(seed, discount=0.4)
    directions = np.vstack([np.eye(3), -np.eye(3), [[1, 1, 1], [1, 1, 0], [-1, 1, 0], [1, -1, -1]]])
    plain = naive_outer_levels(game, directions, 12)
    inside, outside = supports(PenalModes().solve(game).support_bounds(), directions)
    assert (inside <= plain + 1e-6).all()
    assert (outside <= plain + 1e-6).all()


@pytest.mark.parametrize("seed", range(6))
def test_two_players_have_the_polygons(seed: int) -> None:
    rng = np.random.default_rng(seed)
    game = random_game(rng, 2, 1 + seed % 2, 2, discount=float(rng.choice([0.4, 0.6])))
    polygons = EquilibriumPolygons().solve(game)
    found = PenalModes().solve(game)
    assert found.empty == polygons.empty
    if found.empty:
        return
    spread = float(np.ptp(game.payoffs))
    for s in range(game.n_states):
        inside, outside = supports(found.support_bounds(s), random_directions(2))
        right = np.array([polygons.payoff_set(s).support(d) for d in random_directions(2)])
        assert (outside >= right - NEAR * spread).all()
        assert (inside <= right + NEAR * spread).all()
        assert (outside - inside).max() <= 0.01 * spread


@pytest.mark.slow
def test_stochastic_games_are_bounded_in_every_state() -> None:
    game = random_game(np.random.default_rng(11), 3, 3, 2, discount=0.6)
    solution = PenalModes().solve(game)
    assert all(proof.check(game).accepted for proof in solution.proofs)
    for s in range(game.n_states):
        found = solution.support_bounds(s)
        assert (found.inner <= found.outer + 1e-9).all()
        assert found.gap <= 0.02 * np.ptp(game.payoffs)


@pytest.mark.parametrize("seed", [6, 22])
def test_ties_are_no_gap(seed: int) -> None:
    """Continuations that give a player exactly what it needs and not more: slack would exclude them."""
    game = integer_game(seed, discount=0.5)
    found = PenalModes().solve(game).support_bounds()
    assert found.gap <= NEAR * np.ptp(game.payoffs)


# -- laws ----------------------------------------------------------------------------------------------------------


def permuted(game: StochasticGame, order: tuple[int, ...]) -> StochasticGame:
    """The game whose player k is the given one's player ``order[k]``."""
    table = game.payoffs.reshape(*game.action_counts[0], game.n_players)
    payoffs = table.transpose(*order, game.n_players)[..., list(order)]
    return repeated_game(payoffs, discount=game.discount[list(order)].tolist())


@pytest.mark.parametrize("order", list(permutations(range(3)))[1:])
def test_players_in_another_order_have_the_same_sets(order: tuple[int, ...]) -> None:
    game = integer_game(4)
    plain, other = (PenalModes().solve(g).support_bounds() for g in (game, permuted(game, order)))
    directions = random_directions(3)
    for one, two in zip(supports(plain, directions), supports(other, directions[:, list(order)]), strict=True):
        assert one == pytest.approx(two, abs=NEAR)


def test_a_player_without_actions_and_stakes_changes_nothing() -> None:
    three = integer_game(4)
    table = three.payoffs.reshape(2, 2, 2, 3)
    four = repeated_game(np.concatenate([table, np.zeros((2, 2, 2, 1))], axis=3)[:, :, :, None, :], discount=0.5)
    plain, other = (PenalModes().solve(g).support_bounds() for g in (three, four))
    directions = random_directions(3, 12)
    right, _ = supports(plain, directions)
    inside, outside = supports(other, np.column_stack([directions, np.zeros(12)]))
    assert (inside <= right + NEAR).all() and (outside >= right - NEAR).all()
    assert (outside - inside).max() <= 0.01 * np.ptp(three.payoffs)
    assert np.abs(supports(other, np.array([[0, 0, 0, 1.0], [0, 0, 0, -1.0]]))).max() < NEAR


def test_a_third_player_without_actions_leaves_the_polygon() -> None:
    rng = np.random.default_rng(2)
    two = rng.integers(0, 10, size=(2, 2, 2)).astype(float)
    three = np.concatenate([two, np.ones((2, 2, 1))], axis=2)[:, :, None, :]
    polygon = EquilibriumPolygons().solve(repeated_game(two, discount=0.6)).payoff_set()
    found = PenalModes().solve(repeated_game(three, discount=0.6)).support_bounds()
    inside, outside = supports(found, np.column_stack([random_directions(2), np.zeros(25)]))
    right = np.array([polygon.support(d) for d in random_directions(2)])
    assert inside == pytest.approx(right, abs=1e-5) and outside == pytest.approx(right, abs=1e-5)


# -- proved plans --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("solver", [PenalModes(), PenalModes().quick()])
def test_no_target_is_proved_outside_the_inner_set(solver: PenalModes) -> None:
    kept = 0
    for seed in range(8):
        game = integer_game(seed, discount=0.7)
        solution = solver.solve(game)
        for row in range(game.n_rows):
            verdict = solution.verdict(",".join(game.profile_labels(row)))
            if isinstance(verdict, Sustainable):
                kept += 1
                assert solution.including(verdict).support_bounds().contains(game.payoffs[row]) == "yes"
    assert kept > 3


def test_a_refuted_plan_leaves_the_sets_as_they_are() -> None:
    solution, _ = solved(next(path for path in FILES if "random_2x2x2_2" in path.stem))
    refuted = solution.verdict("a0,b0,c0")
    assert isinstance(refuted, Unsustainable)
    assert solution.including(refuted) is solution


# -- what is told --------------------------------------------------------------------------------------------------


def test_payoffs_are_said_to_be_in_out_or_between() -> None:
    square = np.array([[0.0, 0], [1, 0], [0, 1], [1, 1]])
    axes = np.vstack([np.eye(2), -np.eye(2)])
    found = SupportBounds.around(square, axes, np.array([2.0, 1, 0, 0]))
    assert [found.contains(np.array(x)) for x in ([0.5, 0.5], [1.5, 0.5], [2.5, 0.5], [1, 1])] == [
        "yes", "within gap", "no", "yes"]
    assert found.gap == pytest.approx(1.0)
    assert found.support(np.array([1.0, 1.0])) == pytest.approx((2.0, 3.0))
    assert found.support(np.array([-1.0, 0.0])) == pytest.approx((0.0, 0.0))
    wider = found.with_points(np.array([[2.0, 0.0], [2.0, 1.0]]))
    assert wider.gap == pytest.approx(0.0, abs=1e-12) and wider.points is not None and len(wider.points) == 4


def test_flat_sets_have_corners_and_no_gap() -> None:
    ends = np.array([[0.0, 1, 2], [3, 1, 2]])
    axes = np.vstack([np.eye(3), -np.eye(3)])
    found = SupportBounds.around(ends, axes, (ends @ axes.T).max(axis=0))
    assert found.gap < 1e-6
    assert found.contains(np.array([1.5, 1, 2])) == "yes" and found.contains(np.array([1.5, 1.1, 2])) == "no"


def test_bounds_without_points_have_no_known_gap() -> None:
    found = SupportBounds(np.eye(2), np.ones(2), np.zeros(2))
    assert found.gap == np.inf
    assert found.support(np.array([1.0, 0.0])) == (0.0, 1.0)
    assert found.support(np.array([-1.0, 0.0])) == (-np.inf, np.inf)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_json_has_corners_and_facets(path: Path) -> None:
    solution, expected = solved(path)
    told = solution.to_json()
    jsonschema.Draft202012Validator(SCHEMA).validate(told)
    support = told["states"]["s0"]["support"]
    if expected["empty"]:
        assert set(support["outer"]) == set(support["inner"]) == {None}
        return
    for facet in support["facets"]:
        assert (np.array(support["vertices"]) @ facet["direction"] <= facet["at_most"] + 1e-6).all()
    assert all(low is None or low <= high + 1e-9 for low, high in zip(
        support["inner"], support["outer"], strict=True))


def test_joint_bounds_hold_the_joint_payoff() -> None:
    solution, _ = solved(next(path for path in FILES if "public_goods_1.6" in path.stem))
    low, high = solution.joint_bounds()
    assert low == pytest.approx(1.8, abs=1e-6) and high == pytest.approx(1.8, abs=1e-6)


def test_large_games_are_bounded_along_the_axes_and_together() -> None:
    game = random_game(np.random.default_rng(1), 3, 300, 2, discount=0.7, reach=2)
    found = PenalModes().solve(game).support_bounds()
    assert {tuple(d) for d in found.directions.tolist()} == {
        (1, 1, 1), (1, 0, 0), (0, 1, 0), (0, 0, 1), (-1, 0, 0), (0, -1, 0), (0, 0, -1)}
    assert found.gap == np.inf and (found.inner == -np.inf).all()


def test_verdicts_at_other_factors_draw_no_sets(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> None:
        raise AssertionError("sets were drawn")

    game = integer_game(3)
    monkeypatch.setattr("games.solvers.penal_modes.solver.solved_sets", fail)
    with pytest.raises(AssertionError):
        PenalModes().solve(game)
    kept = Plan.of_profile(game, "a0,b0,c0")
    assert PenalModes().margin_at(game, kept, 0.5) is not None
    PenalModes().verdict_at(game, kept, 0.5)
