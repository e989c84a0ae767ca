"""Games with public signals that tests share."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.sparse import csr_array

from games import StochasticGame, read_game, repeated_game
from games.files.game_file import game_to_json
from games.model.public_monitoring import PublicMonitoring
from tests.support.random_games import random_game

DILEMMA = np.array([[[1, 1], [-1.5, 2]], [[2, -1.5], [0, 0]]])


def noisy_dilemma(
    discount: float | str = "4/5", *, audit: float = 0.0, burning: bool = True,
    noise: tuple[float, float, float, float, float] = (0.1, 0.2, 0.1, 0.2, 1.0),
) -> StochasticGame:
    """Goldlücke and Kranz (2012): signals yC, yD, y1, y2; with probability ``audit`` everyone sees the profile too.

    ``noise``  lambda, mu, alpha, beta, psi.
    """
    lam, mu, alpha, beta, psi = noise
    bad = lam + mu
    law = np.array([
        [1 - lam - 2 * alpha, lam, alpha, alpha],
        [1 - bad - 2 * alpha - beta, bad, alpha, alpha + beta],
        [1 - bad - 2 * alpha - beta, bad, alpha + beta, alpha],
        [0, psi, (1 - psi) / 2, (1 - psi) / 2],
    ]).round(12)
    signals: tuple[str, ...] = ("yC", "yD", "y1", "y2")
    if audit:
        law = np.hstack([(law * (1 - audit)).round(12), np.eye(4) * audit])
        signals += ("CC", "CD", "DC", "DD")
    game = repeated_game(DILEMMA, discount, actions=[["C", "D"]] * 2, transfers="voluntary", name="noisy dilemma")
    return replace(game, burning=burning, monitoring=PublicMonitoring((signals,), (law,)))


def with_signals(game: StochasticGame, laws: list[np.ndarray]) -> StochasticGame:
    """The game with voluntary transfers and a signal law Float[rows of the state, signals] per state."""
    names = tuple(tuple(f"y{y}" for y in range(law.shape[1])) for law in laws)
    return replace(game, transfers="voluntary", monitoring=PublicMonitoring(names, tuple(laws)))


def seen_in_full(game: StochasticGame) -> StochasticGame:
    """One signal per profile."""
    return with_signals(game, [np.eye(len(game.rows_of(s))) for s in range(game.n_states)])


def random_noisy_game(
    rng: np.random.Generator, *, players: int = 2, states: int = 1, signals: int = 3, actions: tuple[int, int] = (2, 2),
    discount: float = 0.7, zeros: bool = True,
) -> StochasticGame:
    """Random payoffs, transitions and signal laws in multiples of 1/20; some signals rule profiles out."""
    game = random_game(rng, players, states, actions, discount=discount)
    laws = []
    for s in range(states):
        weights = rng.multinomial(20, np.ones(signals) / signals, size=len(game.rows_of(s)))
        if zeros and rng.random() < 0.5:
            row = int(rng.integers(len(weights)))
            weights[row] = np.eye(signals, dtype=int)[int(rng.integers(signals))] * 20
        laws.append(weights / 20)
    return with_signals(game, laws)


def blinded(game: StochasticGame, rng: np.random.Generator, count: int = 2) -> StochasticGame:
    """The same game with some rows that show what another shows from which one player's action alone tells them apart.

    Signals and the next state then have the other row's law; payoffs stay.
    """
    seen = game.monitoring
    assert seen is not None
    laws, ahead = [seen.table(s).copy() for s in range(game.n_states)], game.transition.toarray()
    after = None if seen.next_law is None else seen.next_law.toarray()
    for _ in range(count):
        row, player = int(rng.integers(game.n_rows)), int(rng.integers(game.n_players))
        state, others = int(game.row_state[row]), [b for b in game.deviation_rows(row, player) if b != row]
        if not others or not seen.signals[state]:
            continue
        first, width = int(game.row_start[state]), len(seen.signals[state])
        k, other = row - first, int(rng.choice(others)) - first
        laws[state][other], ahead[first + other] = laws[state][k], ahead[row]
        if after is not None:
            start = int(seen.pair_start[state])
            after[start + other * width : start + (other + 1) * width] = (
                after[start + k * width : start + (k + 1) * width])
    following = None if after is None else csr_array(after)
    return replace(game, transition=csr_array(ahead), monitoring=PublicMonitoring(seen.signals, tuple(laws), following))


def garbled(game: StochasticGame, rng: np.random.Generator) -> StochasticGame:
    """The same game with signals passed through noise, which makes them less informative (Blackwell).

    The noise comes in multiples of 1/20, so that laws that were multiples of 1/20 stay exact: what no mixture of
    deviations changed before, it does not change by rounding afterwards.
    """
    assert game.monitoring is not None
    laws = []
    for law in game.monitoring.law:
        signals = law.shape[1]
        noise = np.array([rng.multinomial(20, rng.dirichlet(np.ones(signals) * 0.7)) for _ in range(signals)]) / 20
        laws.append((law @ noise).round(12))
    return with_signals(game, laws)


def turned_round(game: StochasticGame) -> StochasticGame:
    """The same two-player game with players, states, actions and signals the other way round."""
    document = game_to_json(game)
    document["players"].reverse()
    document["states"].reverse()
    if isinstance(document["discount"], list):
        document["discount"].reverse()
    for state in document["states"]:
        state["actions"].reverse()
        state["signals"].reverse()
        for key in ("payoffs", "signal_probabilities", "transitions"):
            if key in state:
                state[key] = [list(column) for column in zip(*state[key], strict=True)]
        for key in ("payoffs", "signal_probabilities"):
            state[key] = [[cell[::-1] for cell in row] for row in state[key]]
    return read_game(document)
