"""Public automata: exact thresholds, agreement with floating point and with perfect monitoring, what is refused."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from games.certificates.automata.no_profitable_deviation import NoProfitableDeviation
from games.certificates.certificate import SolutionConcept
from games.certificates.signals.self_generation import PublicSelfGeneration
from games.model.plan import Plan
from games.model.public_automaton import PublicAutomaton, PublicMode
from games.model.public_monitoring import PublicMonitoring
from games.model.stochastic_game import StochasticGame, repeated_game
from games.model.strategy_automaton import Lottery, StrategyAutomaton, surely
from tests.laws.test_certificate_laws import random_automaton
from tests.support.example_certificates import dilemma, forgiving, grim
from tests.support.public_evidence import (
    grim_in_public,
    least_gap,
    noisy,
    random_deterrence,
    random_public_automaton,
    random_watched_game,
    true_payoffs,
    until_a_bad_signal,
    with_payoffs,
)
from tests.support.random_games import random_game

F = Fraction


# -- the noisy dilemma ------------------------------------------------------------------------------------------------


def test_cooperation_until_a_bad_signal_holds_from_ten_elevenths_on_exactly() -> None:
    for shift, holds in ((F(0), True), (F(1, 10**30), True), (-F(1, 10**30), False), (F(1, 20), True)):
        game = noisy("1/2").with_discount(F(10, 11) + shift)
        report = PublicSelfGeneration.of(game, until_a_bad_signal(game)).check(game)
        assert report.accepted == holds
        assert report.numbers["enclosure_radius"] == 0
        assert (report.numbers["least_slack"] == 0) == (shift == 0)
        assert holds or "pays" in report.problem


def test_a_mild_punishment_needs_more_patience_and_is_worth_more() -> None:
    game = noisy("0.95")
    worth = []
    for chance in (F(1), F(3, 4), F(53, 100), F(52, 100)):
        automaton = until_a_bad_signal(game, chance)
        assert np.allclose([[float(x) for x in m.payoffs] for m in automaton.modes], true_payoffs(game, automaton))
        # 0.05 <= 0.1 * 0.95 * chance
        assert PublicSelfGeneration.of(game, automaton).check(game).accepted == (chance >= F(10, 19))
        worth.append(automaton.modes[0].payoffs[0])
    assert worth == sorted(worth)


def test_rounded_payoffs_prove_what_their_digits_allow() -> None:
    game = noisy("0.95")
    exact = until_a_bad_signal(game)
    least = PublicSelfGeneration.of(game, exact).check(game).numbers["least_slack"]
    for digits in (2, 6, 12):
        report = PublicSelfGeneration.of(game, with_payoffs(game, exact, digits)).check(game)
        assert 0 < report.numbers["enclosure_radius"] < 40 * 10.0**-digits
        assert report.numbers["least_slack"] <= least
    assert report.accepted and report.numbers["least_slack"] == pytest.approx(least, abs=1e-8)
    edge = game.with_discount("10/11")
    near = edited(until_a_bad_signal(edge), 0, payoffs=(F(1, 4) + F(1, 10**9),) * 2)
    report = PublicSelfGeneration.of(edge, near).check(edge)
    assert not report.accepted and "not proved" in report.problem


def test_margins_are_lower_bounds_in_one_off_payoffs() -> None:
    game = noisy("0.95")
    automaton = until_a_bad_signal(game)
    # Complying loses 1 at once: 0.95 * 0.4 u / 0.05 - 1 with u = 0.05 / 0.335.
    truth = F(19, 20) * F(2, 5) / F(335, 1000) - 1
    assert PublicSelfGeneration.of(game, automaton, margin=truth).check(game).accepted
    report = PublicSelfGeneration.of(game, automaton, margin=truth + F(1, 10**12)).check(game)
    assert not report.accepted and report.place == "claim.margin"
    assert report.numbers["margin"] == pytest.approx(float(truth))


def test_the_plan_is_asked_of_the_path_only() -> None:
    seen, unseen = dilemma("1/2"), noisy("0.95")
    plan = Plan.of_profile(seen, "C,C")
    assert PublicSelfGeneration.of(seen, grim_in_public(seen), plan).check(seen).accepted
    report = PublicSelfGeneration.of(unseen, until_a_bad_signal(unseen), Plan.of_profile(unseen, "C,C")).check(unseen)
    assert not report.accepted and report.place == "cells[1].row"


# -- against floating point and against the checker of perfect monitoring ---------------------------------------------


def judged(seed: int) -> tuple[bool, float]:
    rng = np.random.default_rng(seed)
    if seed % 2:
        game, automaton = random_deterrence(rng)
    else:
        game = random_watched_game(rng, int(rng.integers(1, 4)), int(rng.integers(1, 4)))
        automaton = random_public_automaton(rng, game)
    return PublicSelfGeneration.of(game, automaton).check(game).accepted, least_gap(game, automaton)


@given(st.integers(0, 10**6))
@settings(max_examples=150)
def test_answers_agree_with_floating_point(seed: int) -> None:
    accepted, least = judged(seed)
    assert least < 1e-7 or accepted
    assert least > -1e-7 or not accepted


def test_random_automata_are_of_both_kinds() -> None:
    for kind in (0, 1):
        answers = [judged(seed)[0] for seed in range(kind, 60, 2)]
        assert 5 < sum(answers) < 25


def in_public(game: StochasticGame, automaton: StrategyAutomaton) -> PublicAutomaton:
    """The same strategy where everyone sees the profile; joint deviations count as none."""
    found = NoProfitableDeviation.of(game, automaton).values(game)
    number = {key: k for k, key in enumerate(found)}

    def at(lottery: Lottery, state: int) -> Lottery:
        return tuple((number[m, state], p) for m, p in lottery)

    modes = []
    for (mode, state), worth in found.items():
        cell = automaton.cells[mode, state]
        then = {}
        for row in game.rows_of(state):
            alone = [i for i in range(game.n_players) if row != cell.row and row in game.deviation_rows(cell.row, i)]
            for s in game.exact_transition(row):
                lottery = cell.punishment(alone[0], s) if alone else cell.continuation(s)
                then[row - int(game.row_start[state]), s] = at(lottery, s)
        modes.append(PublicMode(state, cell.row, tuple(F(repr(x)) for x in worth.tolist()), then))
    return PublicAutomaton(tuple(modes), at(automaton.initial, game.initial))


@given(st.integers(0, 10**6))
@settings(max_examples=40)
def test_perfect_monitoring_is_judged_as_by_the_checker_for_it(seed: int) -> None:
    rng = np.random.default_rng(seed)
    discount = [float(x) for x in np.round(rng.uniform(0, 0.9, 2), 2)]
    game = random_game(rng, 2, 2, (1, 2), discount=discount)
    agree(game, random_automaton(rng, game, 2))


def agree(game: StochasticGame, automaton: StrategyAutomaton) -> None:
    plain = NoProfitableDeviation.of(game, automaton).check(game)
    public = PublicSelfGeneration.of(game, in_public(game, automaton)).check(game)
    assert plain.numbers.get("least_slack", 0) == pytest.approx(public.numbers.get("least_slack", 0), abs=1e-9)
    if abs(plain.numbers.get("least_slack", 1)) > 1e-9:
        assert plain.accepted == public.accepted
        assert plain.numbers.get("margin", 0) == pytest.approx(public.numbers.get("margin", 0), abs=1e-9)


def test_known_automata_of_perfect_monitoring_are_accepted_in_public() -> None:
    for discount in ("0.3", "1/2"):
        agree(dilemma(discount), grim(dilemma(discount)))
    agree(*forgiving())


# -- what is refused --------------------------------------------------------------------------------------------------


def edited(automaton: PublicAutomaton, mode: int, **change: Any) -> PublicAutomaton:
    modes = list(automaton.modes)
    modes[mode] = replace(modes[mode], **change)
    return replace(automaton, modes=tuple(modes))


GAME = noisy("0.95")
GOOD = until_a_bad_signal(GAME)
THEN = GOOD.modes[0].then
REFUSED: list[tuple[str, PublicAutomaton, str]] = [
    ("no modes", PublicAutomaton((), surely(0)), "cells"),
    ("start", replace(GOOD, initial=surely(2)), "start"),
    ("start at half", replace(GOOD, initial=((0, F(1, 2)),)), "start"),
    ("state", edited(GOOD, 0, state=1), "cells[0].state"),
    ("row", edited(GOOD, 1, row=4), "cells[1].row"),
    ("payoffs", edited(GOOD, 1, payoffs=(F(0),)), "cells[1].payoffs"),
    ("wrong payoffs", edited(GOOD, 1, payoffs=(F(1), F(0))), "cells["),
    ("outcome missing", edited(GOOD, 0, then={z: x for z, x in THEN.items() if z[0]}), "cells[0].then"),
    ("mode unknown", edited(GOOD, 0, then={**THEN, (0, 0): surely(7)}), "cells[0].then"),
    ("negative", edited(GOOD, 0, then={**THEN, (0, 0): ((0, F(3, 2)), (1, F(-1, 2)))}), "cells[0].then"),
    ("twice", edited(GOOD, 0, then={**THEN, (0, 0): ((0, F(1, 2)), (0, F(1, 2)))}), "cells[0].then"),
    ("next state", edited(GOOD, 0, then={**THEN, (0, 3): surely(0)}), "cells[0].then"),
    ("no punishment", edited(GOOD, 0, then={z: surely(0) for z in THEN}), "cells[0] (state 's0', profile (C, C))"),
    ("another row", edited(GOOD, 1, row=0), "cells["),
]


@pytest.mark.parametrize(("what", "automaton", "place"), REFUSED, ids=[r[0] for r in REFUSED])
def test_what_makes_no_equilibrium_is_refused_with_its_place(
    what: str, automaton: PublicAutomaton, place: str
) -> None:
    report = PublicSelfGeneration.of(GAME, automaton).check(GAME)
    assert not report.accepted and report.place.startswith(place), report.place


def test_games_and_concepts_that_it_does_not_speak_of_are_refused() -> None:
    paid = replace(GAME, transfers="voluntary")
    assert PublicSelfGeneration.of(paid, GOOD).check(paid).place == "game"
    other = replace(PublicSelfGeneration.of(GAME, GOOD), concept=SolutionConcept.PURE_SUBGAME_PERFECT)
    assert other.check(GAME).place == "concept"
    assert replace(PublicSelfGeneration.of(GAME, GOOD), plan={"s1": []}).check(GAME).place == "claim.plan"


def test_a_state_that_only_a_joint_deviation_reaches_needs_a_mode() -> None:
    law = np.zeros((5, 2))
    law[:4, 0], law[3], law[4, 1] = 1, [0, 1], 1
    game = StochasticGame(
        ("A", "B"), np.full(2, 0.5), ("on", "far"), ((("a", "b"), ("a", "b")), (("-",), ("-",))),
        np.array([[1.0, 1], [0, 0], [0, 0], [0, 0], [0, 0]]), csr_array(law))
    one = PublicMode(0, 0, (F(1), F(1)), {(y, 0): surely(0) for y in range(3)})
    report = PublicSelfGeneration.of(game, PublicAutomaton((one,), surely(0))).check(game)
    assert not report.accepted and "'far'" in report.problem
    far = PublicMode(1, 4, (F(0), F(0)), {(0, 1): surely(1)})
    assert PublicSelfGeneration.of(game, PublicAutomaton((one, far), surely(0))).check(game).accepted


def test_deviations_that_change_nothing_cost_nothing_whatever_the_digits() -> None:
    """Two names for one action under signals: the slack is zero although payoffs are rounded."""
    twin = replace(GAME, payoffs=GAME.payoffs[[0, 1, 0, 1]], monitoring=replace(
        GAME.monitoring, law=(GAME.monitoring.law[0][[0, 0, 0, 0]],)))  # type: ignore[type-var,union-attr]
    twin = replace(twin, payoffs=np.array([[1.0, 2.0], [0, 1.0], [1.0, 2.0], [0, 1.0]]) / 3)
    automaton = with_payoffs(twin, until_a_bad_signal(twin), 3)
    modes = tuple(replace(m, row=0) for m in automaton.modes)
    automaton = with_payoffs(twin, replace(automaton, modes=modes), 3)
    report = PublicSelfGeneration.of(twin, automaton).check(twin)
    assert report.accepted and report.numbers["enclosure_radius"] > 0


def test_payoffs_that_are_exact_stay_exact_beside_others_that_are_rounded() -> None:
    """Two ways to look, which earn the same and are followed by two modes worth the same: a tie, not a temptation."""
    game = repeated_game([[[1, 1]], [[1, 1]]], "2/3", actions=[["look", "look away"], ["wait"]])
    law = np.array([[0.75, 0.25], [0.25, 0.75]])
    game = replace(game, monitoring=PublicMonitoring((("left", "right"),), (law,)))
    one, other, itself = surely(0), surely(1), surely(2)
    exact = (F(1), F(1))
    modes = [PublicMode(0, 0, exact, {(0, 0): after, (1, 0): after}) for after in (one, other)]
    rounded = exact[0] + F(1, 10**13), exact[1] + F(1, 10**13)
    for later, proved in ((other, True), (itself, False)):
        first = PublicMode(0, 0, rounded, {(0, 0): one, (1, 0): later})
        report = PublicSelfGeneration.of(game, PublicAutomaton((*modes, first), surely(2))).check(game)
        assert report.accepted == proved
        assert not proved or report.numbers["enclosure_radius"] > 0
