"""Games that end, without discounting: against brute force, published numbers, and laws."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import product

import numpy as np
import pytest

from games import (
    GameError,
    Sustainable,
    Unsustainable,
    folk_theorem_set,
    read_certificate,
    read_game,
    repeated_game,
    solve,
    stage_game,
    stochastic_game,
)
from games.certificates.automata.no_profitable_deviation import NoProfitableDeviation
from games.files.game_writing import game_to_json
from games.model.horizon import Restated, horizon_of, with_discounting
from games.numerics.polygons import hausdorff, hull_of
from games.solvers import FiniteHorizon, discover
from games.solvers.verdict import certificate_of
from tests.support.brute_finite import pure_totals, stage, supports

DILEMMA = [[[2, 2], [-1, 3]], [[3, -1], [0, 0]]]
GIBBONS = [[[1, 1], [5, 0], [0, 0]], [[0, 5], [4, 4], [0, 0]], [[0, 0], [0, 0], [3, 3]]]
"""Gibbons (1992), figure 2.3.3: two equilibria of one round, (L, L) and (R, R)."""
LABELS = [["L", "M", "R"]] * 2
AXES = np.vstack([np.eye(2), -np.eye(2), [[1, 1], [-1, -1], [1, -1], [-1, 1], [2, 1], [1, 2], [-2, -1], [-1, -2]]])


def whole_numbers(seed: int, counts: tuple[int, ...]) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    rng = np.random.default_rng(seed)
    return rng.integers(0, 5, (*counts, len(counts))).astype(float)


def test_gibbons_1992_section_2_3_cooperation_in_the_first_of_two_rounds() -> None:
    """(M, M) in the first round, then (R, R), or (L, L) after anything else: (7, 7) in two rounds."""
    game = repeated_game(GIBBONS, discount=1, periods=2, actions=LABELS)
    solution = solve(game)
    assert solution.solver == "finite_horizon" and solution.status == "converged"
    verdict = solution.verdict({"period 1": [["M", "M"]], "period 2": [["R", "R"]]})
    assert isinstance(verdict, Sustainable) and verdict.certificate.check(game).accepted
    assert verdict.margin == pytest.approx(1)                     # worth (3 - 1) - (5 - 4) more than a deviation
    assert solution.payoff_set("period 1").support(np.array([0.5, 0.5])) == pytest.approx(3.5)
    assert isinstance(solution.verdict("M,M"), Unsustainable)


@pytest.mark.parametrize(("periods", "symmetric", "best"), [(5, 3.8, 4.5), (10, 3.9, 4.625), (20, 3.95, 4.6875)])
def test_benoit_and_krishna_1985_with_two_equilibria_cooperation_lasts_until_the_end_nears(
    periods: int, symmetric: float, best: float
) -> None:
    found = solve(repeated_game(GIBBONS, discount=1, periods=periods)).payoff_set("period 1")
    assert found.support(np.array([0.5, 0.5])) == pytest.approx(symmetric, abs=1e-8)
    assert found.support(np.array([1.0, 0.0])) == pytest.approx(best, abs=1e-8)


@pytest.mark.parametrize("seed", range(2))
def test_a_unique_pure_equilibrium_of_the_stage_game_unravels_any_number_of_periods_in_pure_actions(seed: int) -> None:
    payoffs = next(p for k in range(100) if len(stage_game(p := whole_numbers(100 * seed + k, (2, 3)))
                                                .pure_equilibria()) == 1)
    [profile] = stage_game(payoffs).pure_equilibria()
    game = repeated_game(payoffs, discount=1, periods=4)
    solution = solve(game)
    for s in range(4):
        assert solution.payoff_set(s).vertices == pytest.approx(payoffs[profile][None], abs=1e-9)
    for row in game.rows_of(0):
        played = {"period 1": [list(game.profile_labels(row))]}
        only = row == int(np.ravel_multi_index(profile, (2, 3)))
        assert isinstance(solution.verdict(played), Sustainable if only else Unsustainable)


@pytest.mark.parametrize(("seed", "periods"), [(s, t) for s in range(5) for t in (1, 2, 3)])
def test_every_pure_equilibrium_of_tiny_games_is_in_the_set_which_plain_programs_bound(seed: int, periods: int) -> None:
    payoffs = whole_numbers(seed, (2, 2))
    table = stage(payoffs)
    ahead = pure_totals(table, min(periods - 1, 2))
    assert len(ahead) <= 12, "too many continuations to try them all: take another seed"
    totals = pure_totals(table, periods)
    solution = solve(repeated_game(payoffs, discount=1, periods=periods))
    assert solution.empty == (not totals)
    if not totals:
        return
    assert solution.status == "converged"
    found = solution.payoff_set("period 1")
    for total in totals:
        average = np.array([float(x) / periods for x in total])
        assert all(direction @ average <= found.support(direction) + 1e-9 for direction in AXES)
    bound = supports(table, periods, AXES)[-1] / periods
    for direction, level in zip(AXES, bound, strict=True):
        assert found.support(direction) <= level + 1e-8
    assert -found.support(np.array([-1.0, 0.0])) == pytest.approx(float(min(t[0] for t in totals)) / periods) or (
        periods == 3)


@pytest.mark.parametrize("seed", range(1))
def test_verdicts_on_paths_agree_with_all_pure_equilibria_of_two_periods(seed: int) -> None:
    """A pure path of two rounds is one of an equilibrium with public chance if it is one of an equilibrium without."""
    payoffs = whole_numbers(seed, (2, 2))
    table = stage(payoffs)
    last = [p for p in table if pure_totals({p: table[p]}, 1) and stage_is_nash(payoffs, p)]
    game = repeated_game(payoffs, discount=1, periods=2)
    solution = solve(game)
    for first, second in product(table, table):
        verdict = solution.verdict({
            f"period {k + 1}": [[f"a{p[0]}", f"b{p[1]}"]] for k, p in enumerate((first, second))})
        holds = second in last and all(
            table[first][i] + table[second][i] >= max(
                float(table[(*first[:i], a, *first[i + 1:])][i]) for a in (0, 1) if a != first[i]) + min(
                float(table[p][i]) for p in last) for i in (0, 1))
        assert isinstance(verdict, Sustainable if holds else Unsustainable), (first, second)
        proof = certificate_of(verdict)
        assert proof is not None and proof.check(game).accepted
        assert read_certificate(proof.to_json()).check(game).accepted


def stage_is_nash(payoffs: np.ndarray[tuple[int, ...], np.dtype[np.float64]], profile: tuple[int, ...]) -> bool:
    return profile in stage_game(payoffs).pure_equilibria()


def test_three_players_who_do_not_discount() -> None:
    """The better of two equilibria of one round, worth 2 more, rewards a round in which two could gain 1."""
    payoffs = np.zeros((2, 2, 2, 3))
    payoffs[0, 0, 0], payoffs[1, 0, 0], payoffs[0, 1, 0] = 4, [5, 0, 0], [0, 5, 0]
    payoffs[0, 0, 1], payoffs[1, 1, 1] = 3, 1
    game = repeated_game(payoffs, discount=1, periods=2)
    solution = solve(game)
    first = solution.verdict({"period 1": [["a0", "b0", "c0"]]})
    assert isinstance(first, Sustainable) and first.certificate.check(game).accepted
    assert isinstance(solution.verdict({"period 2": [["a0", "b0", "c0"]]}), Unsustainable)


def test_the_restated_game_pays_the_average_per_period_exactly() -> None:
    game = repeated_game([[["1/3", 1], [0, 2]], [[3, "2/7"], [1, 1]]], discount=1, periods=3)
    form = with_discounting(game)
    assert isinstance(form, Restated)
    factor = form.game.exact_discount(0)
    for rows in product(*(game.rows_of(s) for s in range(3))):
        for i in (0, 1):
            value = sum((1 - factor) * factor**t * form.game.exact_payoff(r, i) for t, r in enumerate(rows))
            assert value == sum((game.exact_payoff(r, i) for r in rows), Fraction(0)) / 3


def test_some_may_discount_and_others_not() -> None:
    """A player who does not discount waits for the last round, one without patience does not."""
    for factors, kind in ((["1", "1"], Sustainable), (["1", "0.4"], Unsustainable), (["1", "0.6"], Sustainable)):
        game = repeated_game(GIBBONS, discount=factors, periods=2, actions=LABELS)
        verdict = solve(game).verdict({"period 1": [["M", "M"]]})
        assert isinstance(verdict, kind), factors


def test_with_discounting_a_game_of_so_many_periods_is_a_game_like_others() -> None:
    game = repeated_game(GIBBONS, discount=0.9, periods=2, actions=LABELS)
    solution = solve(game)
    assert solution.solver == "equilibrium_polygons"
    assert isinstance(solution.verdict({"period 1": [["M", "M"]]}), Sustainable)
    assert isinstance(solve(game.with_discount("0.4")).verdict({"period 1": [["M", "M"]]}), Unsustainable)
    assert isinstance(solve(game.with_discount(1)).verdict({"period 1": [["M", "M"]]}), Sustainable)


def test_a_stochastic_game_that_ends_by_chance_at_the_latest_in_its_last_state() -> None:
    game = stochastic_game(
        payoffs=[DILEMMA, GIBBONS, [[[0, 0]]]],
        transitions=[[[[0, 1, 0], [0, 0, 1]], [[0, 0, 1], [0, 0, 1]]],
                     [[[0, 0, 1]] * 3] * 3, [[[0, 0, 1]]]],
        discount=1, states=["now", "later", "over"])
    verdict = solve(game).verdict({"now": [["a0", "b0"]]})
    assert isinstance(verdict, Sustainable) and verdict.certificate.check(game).accepted
    assert verdict.margin == pytest.approx(2)                     # 2 + 3 against 3, as play is then over


def test_the_file_of_a_game_without_discounting() -> None:
    game = repeated_game(GIBBONS, discount=1, periods=2, actions=LABELS)
    again = read_game(game_to_json(game))
    assert again.digest == game.digest and again.undiscounted


NEVER_ENDS: list[tuple[str, object]] = [
    ("play never ends", lambda: repeated_game(DILEMMA, discount=1)),
    ("it can come back to state 's0'", lambda: stochastic_game(
        [DILEMMA, [[[0, 0]]]], [[[[0.5, 0.5]] * 2] * 2, [[[0, 1]]]], discount=1)),
    ("more than one period", lambda: stochastic_game(
        [[[[1, 1]]], [[[1, 1]]], [[[1, 1]]], [[[0, 0]]]],
        [[[[0, 0.5, 0.5, 0]]], [[[0, 0, 1, 0]]], [[[0, 0, 0, 1]]], [[[0, 0, 0, 1]]]], discount=1)),
    ("periods: 0", lambda: repeated_game(DILEMMA, discount=1, periods=0)),
    ("periods: 2.5", lambda: repeated_game(DILEMMA, discount=1, periods=2.5)),  # type: ignore[arg-type]
]


@pytest.mark.parametrize(("message", "make"), NEVER_ENDS, ids=[m for m, _ in NEVER_ENDS])
def test_games_that_need_not_end_are_refused_in_words(message: str, make: object) -> None:
    with pytest.raises(GameError, match=message):
        make()  # type: ignore[operator]


def test_other_methods_and_kinds_of_evidence_refuse_games_without_discounting() -> None:
    game = repeated_game(GIBBONS, discount=1, periods=2, actions=LABELS)
    takers = [kind.name for kind in discover() if kind().accepts(game) is None]
    assert takers == ["finite_horizon"]
    for other in (replace(game, transfers="voluntary"), game.with_discount(0.5)):
        assert FiniteHorizon().accepts(other) is not None


def test_a_certificate_claiming_more_is_refused_without_discounting() -> None:
    game = repeated_game(GIBBONS, discount=1, periods=2, actions=LABELS)
    proof = certificate_of(solve(game).verdict({"period 1": [["M", "M"]], "period 2": [["R", "R"]]}))
    assert isinstance(proof, NoProfitableDeviation) and proof.check(game).accepted
    assert proof.check(game).numbers["margin"] == pytest.approx(1)
    assert not replace(proof, margin=Fraction(101, 100)).check(game).accepted
    assert not proof.check(game.with_discount("0.9")).accepted
    lengthened = repeated_game(GIBBONS, discount=1, periods=3, actions=LABELS)
    assert not replace(proof, game_digest=lengthened.digest).check(lengthened).accepted


def test_periods_left_and_the_period_of_every_state() -> None:
    found = horizon_of(repeated_game(DILEMMA, discount=1, periods=3))
    assert not isinstance(found, str)
    assert (found.period.tolist(), found.left.tolist(), found.periods) == ([0, 1, 2, -1], [3, 2, 1, 0], 3)
    assert isinstance(horizon_of(repeated_game(DILEMMA, discount=0.5)), str)


@pytest.mark.slow
def test_benoit_and_krishna_1985_two_players_with_two_equilibrium_payoffs_each_fill_the_limit_set() -> None:
    """Theorem 3.7: with pure punishments, and distinct equilibrium payoffs of both, the sets come near to all of it."""
    limit = folk_theorem_set(stage_game(GIBBONS), "pure")
    assert limit.holds and limit.dimension == 2
    apart = []
    for periods in (5, 20, 60):
        found = solve(repeated_game(GIBBONS, discount=1, periods=periods)).payoff_set("period 1")
        assert all(found.support(d) <= (limit.vertices @ d).max() + 1e-9 for d in AXES)
        apart.append(hausdorff(hull_of(limit.vertices), found.vertices))
    assert apart[0] > apart[1] > apart[2] and apart[2] < 0.25


@pytest.mark.parametrize("counts", [(2, 2), (2, 2, 2)])
def test_a_game_without_equilibria_in_pure_actions_is_told_to_be_empty(counts: tuple[int, ...]) -> None:
    payoffs = np.zeros((*counts, len(counts)))
    for own, other in np.ndindex(2, 2):  # matching pennies of the first two; the third only looks on
        payoffs[own, other, ..., 0], payoffs[own, other, ..., 1] = (1, -1) if own == other else (-1, 1)
    assert solve(repeated_game(payoffs, 1, periods=2)).empty
