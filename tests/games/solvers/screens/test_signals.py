"""Screens of games with signals say without proof what verdicts prove."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from games.certificates.certificate import SolutionConcept
from games.model.plan import Plan
from games.model.stochastic_game import StochasticGame
from games.play.markov_play import MarkovPlay
from games.solvers.public_automata import PublicAutomata
from games.solvers.screen import Screened
from games.solvers.screens import SignalScreen
from games.solvers.verdict import Sustainable, Undecided, Unsustainable, Verdict
from tests.support.noisy_games import random_noisy_game
from tests.support.public_evidence import unpaid
from tests.support.public_numbers import public_numbers_of

QUICK = PublicAutomata(settle=False, seconds=1.0)


def best_rows(game: StochasticGame) -> np.ndarray:
    """Int[states]: the row of greatest joint payoff."""
    joint = game.payoffs.sum(axis=1)
    rows = [game.rows_of(s) for s in range(game.n_states)]
    return np.array([r.start + int(joint[r.start : r.stop].argmax()) for r in rows])


def kept(game: StochasticGame, rows: np.ndarray) -> Plan:
    allowed = np.zeros(game.n_rows, dtype=bool)
    allowed[rows] = True
    return Plan(game, allowed)


def screened(game: StochasticGame) -> tuple[Screened, Verdict]:
    """What is told of playing best for all together, and what of that is proved."""
    rows = best_rows(game)
    numbers = public_numbers_of(game, rows)
    screen = SignalScreen(numbers.structure, game)
    return screen.judge(numbers), screen.prove(numbers, game, kept(game, rows))


def cases(players: int, states: int, count: int) -> list[StochasticGame]:
    rng = np.random.default_rng(10 * players + states)
    return [
        unpaid(random_noisy_game(rng, players=players, states=states, discount=float(d)))
        for d in rng.uniform(0.3, 0.95, count).round(3)
    ]


def revealing(game: StochasticGame) -> StochasticGame:
    """The game with a signal for what each player did, two actions each: whoever deviates is found out."""
    assert game.monitoring is not None
    names = tuple(tuple(f"y{k}" for k in range(len(game.rows_of(s)))) for s in range(game.n_states))
    laws = tuple(np.eye(len(labels)) for labels in names)
    return replace(game, monitoring=replace(game.monitoring, signals=names, law=laws))


@pytest.mark.parametrize(("players", "states"), [(2, 1), (2, 3), (3, 2)])
@pytest.mark.parametrize("clear", [False, True])
def test_no_verdict_contradicts_a_screen_and_what_it_says_is_proved(players: int, states: int, clear: bool) -> None:
    answers, proofs = [], []
    for game in cases(players, states, 8):
        found, proved = screened(revealing(game) if clear else game)
        answers.append(found.answer)
        verdict = QUICK.solve(revealing(game) if clear else game).verdict(
            kept(game if not clear else revealing(game), best_rows(game)))
        if found.answer != "undecided":
            assert isinstance(verdict, Undecided) or isinstance(verdict, Sustainable) == (found.answer == "yes")
            proofs.append(not isinstance(proved, Undecided))
            assert isinstance(proved, Undecided) or isinstance(proved, Sustainable) == (found.answer == "yes")
        if found.answer == "no" and isinstance(verdict, Unsustainable) and verdict.margin is not None:
            assert found.margin <= 0 and found.breaks is not None
    assert "no" in answers and ("yes" in answers or not clear)
    assert sum(proofs) >= len(proofs) - 1


def test_margins_are_those_of_the_least_departure() -> None:
    """Where every signal is always possible, nothing that follows a deviation can be told from compliance."""
    for game in cases(2, 3, 8):
        assert game.monitoring is not None
        full = replace(game, monitoring=replace(
            game.monitoring, law=tuple((law * 0.9 + 0.1 / law.shape[1]).round(12) for law in game.monitoring.law)))
        rows = best_rows(full)
        values = MarkovPlay(full, rows).values()
        found, _ = screened(full)
        law, least = full.transition.toarray(), np.inf
        for s in np.flatnonzero(MarkovPlay(full, rows).reached(full.initial)).tolist():
            for i in range(2):
                d = float(full.discount[i])
                for b in full.deviation_rows(int(rows[s]), i):
                    ahead = {z for z in range(full.n_states) if law[rows[s], z] > 0}
                    if b != rows[s] and all(z in ahead for z in np.flatnonzero(law[b])):
                        later = float((law[rows[s]] - law[b]) @ values[:, i])
                        now = float(full.payoffs[rows[s], i] - full.payoffs[b, i])
                        least = min(least, now + d / (1 - d) * later)
        assert found.margin <= least + 1e-7
        if found.answer == "no" and all(law.all(axis=None) for law in (full.transition.toarray(),)):
            assert abs(found.margin - least) < 1e-6


def test_values_and_concept() -> None:
    for game in cases(3, 2, 5):
        rows = best_rows(game)
        numbers = public_numbers_of(game, rows)
        screen = SignalScreen(numbers.structure, game)
        assert screen.concept is SolutionConcept.PURE_PUBLIC and screen.settled
        assert np.abs(screen.judge(numbers).values - MarkovPlay(game, rows).values()[game.initial]).max() < 1e-9


def test_numbers_of_another_structure_and_plans_that_leave_play_open_are_refused() -> None:
    game = cases(2, 3, 1)[0]
    rows = best_rows(game)
    numbers, other = public_numbers_of(game, rows), public_numbers_of(game, rows)
    with pytest.raises(ValueError, match="own structure"):
        SignalScreen(other.structure, game).judge(numbers)
    free = public_numbers_of(game, np.where(np.arange(3) == game.initial, -1, rows))
    screen = SignalScreen(free.structure, game)
    assert not screen.settled
    with pytest.raises(ValueError, match="settles play"):
        screen.judge(free)
