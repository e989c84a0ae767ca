"""Exclusion by cuts: known cases, soundness against equilibria, and what cannot be claimed."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from games.certificates.certificate_file import write_certificate
from games.certificates.signals.exclusion import Cut, PublicExclusion, RowBound
from games.certificates.signals.levels import FAMILIES, Fan, cross
from games.certificates.signals.self_generation import PublicSelfGeneration
from games.files.game_writing import write_game
from games.model.plan import Plan
from games.model.public_monitoring import PublicMonitoring
from games.model.stochastic_game import StochasticGame, repeated_game
from tests.support.command_line import run_with
from tests.support.example_certificates import DILEMMA, PENNIES, dilemma
from tests.support.public_evidence import (
    OCTAGON,
    CutSearch,
    excluded,
    follows,
    least_gap,
    noisy,
    random_deterrence,
    random_public_automaton,
    random_watched_game,
    true_payoffs,
    until_a_bad_signal,
)

F = Fraction
SQUARE = ((1, 0), (0, 1), (-1, 0), (0, -1))


# -- directions -------------------------------------------------------------------------------------------------------


@given(st.lists(st.tuples(st.integers(-9, 9), st.integers(-9, 9)), min_size=1, max_size=9), st.integers(0, 8),
       st.tuples(st.integers(-10**40, 10**40), st.integers(-10**40, 10**40)))
def test_a_vector_lies_between_its_neighbours(
    chosen: list[tuple[int, int]], shift: int, vector: tuple[int, int]
) -> None:
    wheel = sorted({(v[0] // np.gcd(*v), v[1] // np.gcd(*v)) for v in [*SQUARE, *chosen] if v != (0, 0)},
                   key=lambda v: np.arctan2(v[1], v[0]))
    around = [(int(x), int(y)) for x, y in wheel]
    fan = Fan(tuple(around[shift % len(around):] + around[:shift % len(around)]))
    for v in (vector, (vector[0] << 2000, vector[1] << 2000), *around):
        if v == (0, 0):
            continue
        k = fan.cone(*v)
        assert cross(fan.directions[k], v) >= 0 and cross(v, fan.after[k]) >= 0


@pytest.mark.parametrize("directions", [
    (), ((1, 0),), ((1, 0), (-1, 0)), ((1, 0), (0, 1)), SQUARE[::-1], (*SQUARE, *SQUARE), ((1, 0), (2, 0), *SQUARE[1:]),
    ((1, 0), (0, 0), *SQUARE[1:]),
])
def test_directions_that_do_not_go_around_once_are_refused(directions: tuple[tuple[int, int], ...]) -> None:
    game = noisy("1/2")
    report = PublicExclusion.of(game, directions, ()).check(game)
    assert not report.accepted and report.place == "directions"


# -- known cases ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("discount", ["0.3", "0.9", "0.99", "0.999999"])
def test_cooperation_on_every_path_is_excluded_whatever_the_patience_if_every_signal_may_always_come(
    discount: str
) -> None:
    """Nobody can be punished for a signal that is on the path, so that the path is worth (1, 1) and pays nobody."""
    game = noisy(discount)
    plan = Plan.of_profile(game, "C,C")
    known = [Cut("path", 0, k, (RowBound(0),)) for k in range(8)]
    never = Cut("path", 0, None, (RowBound(0, ((0, 2, F(1)),), True),))
    certificate = PublicExclusion.of(game, OCTAGON, [*known, never], plan)
    assert certificate.check(game).accepted
    early = PublicExclusion.of(game, OCTAGON, [never], plan).check(game)
    assert early.accepted == (discount == "0.3") and (early.accepted or early.place == "cuts[0].rows[0]")
    found = excluded(game, plan)
    assert found is not None and found.check(game).accepted


def test_a_refusal_says_how_many_rows_are_left() -> None:
    """Without any cut, all four rows of the dilemma, and the plan's one on its path."""
    game = noisy("0.9")
    report = PublicExclusion.of(game, OCTAGON, (), Plan.of_profile(game, "C,C")).check(game)
    assert not report.accepted and report.place == "cuts"
    assert report.numbers == {"rows_left_all": 4.0, "rows_left_path": 1.0}


def test_the_dilemma_seen_in_full_turns_at_one_third() -> None:
    """Friedman (1971): with perfect monitoring cooperation can be kept from 1/3 on."""
    for discount, holds in (("0.333", False), ("0.334", True)):
        game = dilemma(discount)
        found = excluded(game, Plan.of_profile(game, "C,C"), sweeps=20)
        assert (found is None) == holds
        assert found is None or found.check(game).accepted


def test_levels_come_down_to_the_set_itself_where_directions_hold_its_edges() -> None:
    """The dilemma at 1/2 seen in full: the hull of (0, 0), (8/3, 0), (2, 2) and (0, 8/3)."""
    game = dilemma("1/2")
    directions = ((1, 0), (3, 1), (1, 1), (1, 3), *OCTAGON[2:])
    search = CutSearch(game, directions=directions)
    for _ in range(6):
        search.sweep("all")
    hull = np.array([[0, 0], [8 / 3, 0], [2, 2], [0, 8 / 3]])
    levels = np.array([float(x) for x in search.certificate().levels(game)[0]])
    assert np.allclose(levels, (np.array(directions) @ hull.T).max(axis=1), atol=1e-6)


@pytest.mark.parametrize("watched", [True, False])
def test_matching_pennies_have_no_equilibrium_among_the_impatient(watched: bool) -> None:
    game = repeated_game(PENNIES, "0.1")
    if watched:
        law = np.array([[0.8, 0.2], [0.3, 0.7]] * 2)
        game = replace(game, monitoring=PublicMonitoring((("like", "unlike"),), (law,)))
    rows = []
    for row in range(4):
        player, better = next((i, b) for i in (0, 1) for b in game.deviation_rows(row, i)
                              if game.payoffs[b, i] > game.payoffs[row, i])
        rows.append(RowBound(row, ((player, better, F(1)),), True))
    report = PublicExclusion.of(game, SQUARE, [Cut("all", 0, None, tuple(rows))]).check(game)
    assert report.accepted and report.claim == "no equilibrium exists from the initial state"
    found = excluded(game)
    assert found is not None and found.check(game).accepted
    assert found.levels(game) == {}


def chain(watched: bool, second: str = "pennies") -> StochasticGame:
    """A dilemma whose first player's D leads on for ever to a second game, impatient players."""
    law = np.zeros((8, 2))
    law[[0, 1], 0] = law[[2, 3, 4, 5, 6, 7], 1] = 1
    stage = np.array(PENNIES if second == "pennies" else DILEMMA, dtype=float).reshape(4, 2)
    game = StochasticGame(
        ("A", "B"), np.array([0.1, 0.2]), ("now", "then"), ((("C", "D"), ("C", "D")),) * 2,
        np.vstack([np.array(DILEMMA, dtype=float).reshape(4, 2), stage]), csr_array(law))
    if not watched:
        return game
    return replace(game, monitoring=PublicMonitoring((("up", "down"), ()), (np.full((4, 2), 0.5), np.zeros((4, 0)))))


@pytest.mark.parametrize("watched", [True, False])
def test_a_state_from_which_a_deviation_leads_nowhere_has_no_equilibrium(watched: bool) -> None:
    game = chain(watched)
    rows = [RowBound(row, ((i, b, F(1)),), True) for row in range(4, 8) for i in (0, 1)
            for b in game.deviation_rows(row, i) if game.payoffs[b, i] > game.payoffs[row, i]]
    for plan in (None, Plan.of_profile(game, "C,C")):
        nothing_then = PublicExclusion.of(game, OCTAGON, [Cut("all", 1, None, tuple(rows))], plan)
        assert nothing_then.check(game).accepted
        assert not replace(nothing_then, cuts=()).check(game).accepted
        fewer = replace(nothing_then, cuts=(Cut("all", 1, None, tuple(rows[1:])),)).check(game)
        assert not fewer.accepted and fewer.place == "cuts[0].rows"
    other = chain(watched, "dilemma")
    assert excluded(other, sweeps=3) is None


def test_the_next_state_may_depend_on_the_signal() -> None:
    """A bad signal moves play to a poor state for good, worth p: CC is then worth u = (0.6 + 0.07 p) / 0.37.

    It holds if 0.3 <= 0.7 (0.9 - 0.4)(u - p), that is for p up to 33/35 = 0.943.
    """
    for poor, holds in ((0.94, True), (0.95, False)):
        signal = np.array([[0.9, 0.1], [0.4, 0.6], [0.4, 0.6], [0.2, 0.8]])
        following = np.array([[1.0, 0.0], [0.0, 1.0]] * 4)
        game = StochasticGame(
            ("A", "B"), np.array([0.7, 0.7]), ("rich", "poor"), ((("C", "D"), ("C", "D")), (("-",), ("-",))),
            np.vstack([np.array(DILEMMA, dtype=float).reshape(4, 2), [[poor, poor]]]),
            csr_array(np.vstack([signal, [[0, 1]]])),
            monitoring=PublicMonitoring((("good", "bad"), ()), (signal, np.zeros((1, 0))), csr_array(following)))
        found = excluded(game, Plan.of_profile(game, "C,C"), sweeps=6)
        assert (found is None) == holds
        assert found is None or found.check(game).accepted


# -- soundness --------------------------------------------------------------------------------------------------------


@pytest.mark.slow
@given(st.integers(0, 10**6))
@settings(max_examples=24)
def test_no_cut_loses_the_payoffs_of_an_equilibrium(seed: int) -> None:
    """Random multipliers, and the best ones: equilibria and the plans that they follow are never cut away."""
    rng = np.random.default_rng(seed)
    while True:
        if seed % 4:
            game, automaton = random_deterrence(rng)
        else:
            game = random_watched_game(rng)
            automaton = random_public_automaton(rng, game)
        if least_gap(game, automaton) > 1e-7:
            break
    assert PublicSelfGeneration.of(game, automaton).check(game).accepted
    allowed = np.zeros(game.n_rows, dtype=bool)
    path, size = {m for m, _ in automaton.initial}, 0
    while len(path) > size:
        size = len(path)
        for m in tuple(path):
            mode = automaton.modes[m]
            path |= set(np.flatnonzero(follows(game, mode, mode.row, len(automaton.modes))).tolist())
    allowed[[automaton.modes[m].row for m in path]] = True
    for s in range(game.n_states):
        allowed[game.rows_of(s)] |= not allowed[game.rows_of(s)].any()
    search = CutSearch(game, Plan(game, allowed))
    for _ in range(2):
        for family in FAMILIES:
            search.sweep(family)
    at_random = [
        Cut(FAMILIES[rng.integers(2)], s, k, tuple(
            RowBound(row, tuple((i, b, F(int(rng.integers(5)), 3)) for i in (0, 1)
                                for b in game.deviation_rows(row, i) if b != row))
            for row in game.rows_of(s)))
        for s in search.levels.reached for k in range(8)]
    certificate = replace(search.certificate(), cuts=(*search.cuts, *at_random))
    report = certificate.check(game)
    assert report.place == "cuts" and "leave room" in report.problem
    levels = certificate.levels(game)
    for mode, worth in zip(automaton.modes, true_payoffs(game, automaton), strict=True):
        if mode.state in search.levels.reached:
            for k, direction in enumerate(OCTAGON):
                assert float(levels[mode.state][k]) >= np.dot(direction, worth) - 1e-9


def test_self_consistency_cannot_be_claimed() -> None:
    """B({Nash payoff}) = {Nash payoff} at 1/2, where CC holds: no cut claims a level, and none comes near it."""
    game = dilemma("1/2")
    plan = Plan.of_profile(game, "C,C")
    search = CutSearch(game, plan)
    for _ in range(5):
        search.sweep("all")
        search.sweep("path")
    report = search.certificate().check(game)
    assert not report.accepted and report.place == "cuts"
    levels = search.certificate().levels(game)[0]
    assert float(levels[1]) >= 4 and float(levels[0]) >= 8 / 3        # CC for ever; the most that a player can have
    with pytest.raises(TypeError):
        Cut("all", 0, 0, (), level=F(0))  # type: ignore[call-arg]


def test_levels_without_multipliers_are_those_of_play_that_nobody_checks() -> None:
    game = dilemma("1/2")
    free = tuple(RowBound(row) for row in range(4))
    certificate = PublicExclusion.of(game, OCTAGON, [Cut("all", 0, k, free) for k in range(8)])
    assert [int(x) for x in certificate.levels(game)[0]] == [3, 4, 3, 4, 1, 0, 1, 4]


def test_multipliers_are_used_again() -> None:
    """The second time round nothing has to be listed, and on the path what is known of all play helps too."""
    game = dilemma("0.3")
    search = CutSearch(game)
    for _ in range(3):
        search.sweep("all")
    first = search.cuts[:8]
    assert all(cut.direction is not None for cut in first)
    again = [*first, *(replace(cut, rows=()) for cut in first)]
    more = PublicExclusion.of(game, OCTAGON, again).levels(game)[0]
    once = PublicExclusion.of(game, OCTAGON, first).levels(game)[0]
    assert all(a <= b for a, b in zip(more, once, strict=True)) and more != once
    plan = Plan.of_profile(game, "C,C")
    path = [*first, *(replace(cut, family="path", rows=()) for cut in first)]
    assert PublicExclusion.of(game, OCTAGON, path, plan).check(game).accepted
    assert PublicExclusion.of(game, OCTAGON, first, plan).check(game).place == "cuts"


# -- what is refused --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("cut", "place"), [
    (Cut("all", 1, 0, ()), "cuts[0].state"), (Cut("all", 0, 8, ()), "cuts[0].direction"),
    (Cut("all", 0, 0, ()), "cuts[0].rows"), (Cut("all", 0, None, ()), "cuts[0].rows"),
    (Cut("all", 0, None, (RowBound(0),)), "cuts[0].rows[0]"), (Cut("all", 0, 0, (RowBound(4),)), "cuts[0].rows[0]"),
    (Cut("all", 0, 0, (RowBound(0, ((0, 1, F(1)),)),)), "cuts[0].rows[0]"),
    (Cut("all", 0, 0, (RowBound(0, ((2, 1, F(1)),)),)), "cuts[0].rows[0]"),
    (Cut("all", 0, 0, (RowBound(0, ((1, 1, F(-1)),)),)), "cuts[0].rows[0]"),
    (Cut("all", 0, 0, (RowBound(3, ((1, 2, F(1)),), True),)), "cuts[0].rows[0]"),
    (Cut("everything", 0, 0, ()), "cuts[0].family"),  # type: ignore[arg-type]
])
def test_cuts_that_do_not_hold_are_refused_with_their_place(cut: Cut, place: str) -> None:
    game = noisy("9/10")
    report = PublicExclusion.of(game, OCTAGON, [cut]).check(game)
    assert not report.accepted and report.place == place


def test_games_that_it_does_not_speak_of_are_refused() -> None:
    paid = replace(noisy("1/2"), transfers="voluntary")
    assert PublicExclusion.of(paid, OCTAGON, ()).check(paid).place == "game"
    three = repeated_game(np.zeros((1, 1, 1, 3)), "1/2")
    assert PublicExclusion.of(three, OCTAGON, ()).check(three).place == "game"
    game = noisy("1/2")
    assert replace(PublicExclusion.of(game, OCTAGON, ()), plan={"s0": [["X", "C"]]}).check(game).place == "claim.plan"


def test_until_a_bad_signal_is_not_excluded_where_it_holds() -> None:
    game = noisy("0.95")
    assert PublicSelfGeneration.of(game, until_a_bad_signal(game)).check(game).accepted
    search = CutSearch(game)
    for _ in range(4):
        search.sweep("all")
    worth = float(until_a_bad_signal(game).modes[0].payoffs[0])
    assert float(search.certificate().levels(game)[0][1]) >= 2 * worth


def test_certify_reads_both_kinds(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    run = run_with(capsys)
    game = noisy("0.95")
    plan = Plan.of_profile(game, "C,C")
    never = excluded(game, plan)
    assert never is not None
    place = write_game(game, tmp_path / "game.json")
    for k, certificate in enumerate([PublicSelfGeneration.of(game, until_a_bad_signal(game)), never]):
        proof = tmp_path / f"{k}.json"
        write_certificate(certificate, proof)
        result = run("game", "certify", place, "--certificate", proof)
        assert result.code == 0 and "accepted" in result.out
        assert run("game", "certify", place, "--certificate", proof, "--discount", "0.5").code == 1
