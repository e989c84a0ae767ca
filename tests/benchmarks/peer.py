"""The peers that payoff sets are timed against.

Of two players QuantEcon's Abreu-Sannikov algorithm, in a process of its own; of more the outer approximation of Judd,
Yeltekin and Conklin (2003) in plain linear programs, for which there is no other library.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import get_context
from typing import final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.stats import norm
from scipy.stats.qmc import Halton

from games.model.stochastic_game import StochasticGame
from tests.support.naive_payoff_sets import naive_outer_levels

Polygon = NDArray[np.float64]
DIRECTIONS = np.array([[np.cos(t), np.sin(t)] for t in np.linspace(0, 2 * np.pi, 256, endpoint=False)])


@dataclass(frozen=True)
class Case:
    """A two-player repeated game: its title, payoffs Float[n1, n2, 2] and discount factor."""

    title: str
    payoffs: NDArray[np.float64]
    discount: float
    smoke: bool = False


def cournot(points: int) -> NDArray[np.float64]:
    """Judd, Yeltekin and Conklin (2003): price max(6 - q1 - q2, 0), unit cost 0.6, equally spaced outputs on [0, 6]."""
    q = np.linspace(0, 6, points)
    price = np.maximum(6 - q[:, None] - q[None, :], 0)
    return np.stack([(price - 0.6) * q[:, None], (price - 0.6) * q[None, :]], axis=-1)


def uniform(actions: int) -> NDArray[np.float64]:
    """Payoffs drawn uniformly from [0, 1]."""
    return np.random.default_rng(1000 * actions).uniform(size=(actions, actions, 2))


def quantecon(case: Case) -> Polygon:
    """Payoff set by QuantEcon's Abreu-Sannikov algorithm."""
    from quantecon.game_theory import NormalFormGame, Player, RepeatedGame

    first, second = case.payoffs[..., 0], case.payoffs[..., 1].T
    stage = NormalFormGame([Player(np.ascontiguousarray(first)), Player(np.ascontiguousarray(second))])
    hull = RepeatedGame(stage, case.discount).equilibrium_payoffs(options={"tol": 1e-10, "max_iter": 5000})
    return np.asarray(hull.points[hull.vertices], dtype=float)


def timed_quantecon(case: Case, repeats: int) -> tuple[float, Polygon]:
    """Least wall time and the payoff set; raises what QuantEcon raises."""
    return best_time(lambda: quantecon(case), repeats), quantecon(case)


@final
class Peer:
    """QuantEcon in a process of its own, which is started anew when it dies: some games corrupt its memory."""

    def __init__(self) -> None:
        self._start()

    def _start(self) -> None:
        self.pool = ProcessPoolExecutor(1, mp_context=get_context("spawn"))
        self.pool.submit(timed_quantecon, Case("warm-up", cournot(5), 0.5), 1).result()

    def time(self, case: Case, repeats: int) -> tuple[float, Polygon] | None:
        """Least wall time and the payoff set; None where QuantEcon gives no answer."""
        try:
            return self.pool.submit(timed_quantecon, case, repeats).result(timeout=120)
        except (BrokenProcessPool, TimeoutError):
            self.pool.shutdown(wait=False, cancel_futures=True)
            self._start()
            return None
        except Exception:
            # Qhull's refusals, "no equilibrium", out-of-bounds writes: whatever it raises, there is no time to compare.
            return None


def distance(one: Polygon, other: Polygon) -> float:
    """Largest difference of support functions, relative to the size of the second set."""
    size = float(np.ptp(other, axis=0).max()) or 1.0
    return float(np.abs((one @ DIRECTIONS.T).max(axis=0) - (other @ DIRECTIONS.T).max(axis=0)).max()) / size


def equal_directions(players: int, count: int) -> NDArray[np.float64]:
    """Float[count, players]: the axes both ways, and further directions spread evenly over the sphere (Halton 1960)."""
    even = norm.ppf(Halton(players, scramble=False).random(max(count - 2 * players, 0) + 1)[1:])
    return np.vstack([np.eye(players), -np.eye(players), even / np.linalg.norm(even, axis=1, keepdims=True)])


@dataclass(frozen=True)
class Outer:
    """Half-spaces that hold a payoff set: Float[k, players] and Float[k]."""

    directions: NDArray[np.float64]
    levels: NDArray[np.float64]

    def support(self, aims: NDArray[np.float64]) -> NDArray[np.float64]:
        """Float[m]: the most that a point of all half-spaces has in each of Float[m, players]; -inf without a point."""
        out = [linprog(-aim, A_ub=self.directions, b_ub=self.levels + 1e-9, bounds=(None, None)) for aim in aims]
        return np.array([-np.inf if found.fun is None else -found.fun for found in out])


def judd_yeltekin_conklin(game: StochasticGame, count: int, settled: float) -> Outer:
    """Judd, Yeltekin and Conklin (2003) with so many equal directions, by plain linear programs; one state."""
    directions = equal_directions(game.n_players, count)
    return Outer(directions, naive_outer_levels(game, directions, 1000, settled))


def best_time(work: Callable[[], object], repeats: int) -> float:
    """Least wall time of several runs, in seconds."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)
