"""Equilibria of three players and more: one that may be mixed, and all of them where Gambit is installed.

The one is found by quantecon: simplicial subdivision, McLennan and Tourky (2006).  It is polished by Newton's method on
the players' indifferences and then judged in exact arithmetic: its regret is what it is, not what a method promises.
All of them, by the polynomial systems of every support, are looked for by Gambit (Savani and Turocy) if pygambit is
installed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from importlib import import_module
from importlib.util import find_spec
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from games.model.mixed_equilibria import Mixture
from games.model.stage_game import StageGame

Mixtures = tuple[Mixture, ...]

USED = (1e-2, 1e-3, 1e-5, 1e-8)
"""Actions played with less chance than that are tried as not used, one after another; the least regret decides."""
STEPS = 30
"""Newton's, at most."""
PRECISION = 1e-6
"""How near quantecon comes to an equilibrium before it is polished, with payoffs in an interval of length 1."""
MOST_STEPS, MOST_STARTS = 200, 4
"""quantecon's steps in one go, which take longer and longer; the search then starts anew where it came to."""
SMALL_DENOMINATORS = (1_000, 1_000_000)
"""Chances are tried as fractions with such denominators first."""
MOST_PROFILES_FOR_GAMBIT = 64
"""Games of more profiles are not given to Gambit: the systems of all supports may take for ever."""


def regret(stage: StageGame, mixtures: Sequence[Mixture]) -> Fraction:
    """The most that any player could gain by another action, in payoff units; exact, 0 at an equilibrium.

    >>> from games import stage_game
    >>> pennies = stage_game([[[1, -1], [-1, 1]], [[-1, 1], [1, -1]]])
    >>> str(regret(pennies, [(Fraction(1), Fraction(0)), (Fraction(1, 2), Fraction(1, 2))]))
    '1'
    """
    most = Fraction(0)
    for player, own in enumerate(mixtures):
        values = stage.action_values(mixtures, player)
        most = max(most, max(values) - sum((p * v for p, v in zip(own, values, strict=True)), Fraction(0)))
    return most


def sure(stage: StageGame, profile: Sequence[int]) -> Mixtures:
    """A pure profile as mixtures."""
    return tuple(
        tuple(Fraction(int(k == action)) for k in range(count))
        for action, count in zip(profile, stage.counts, strict=True)
    )


def one_mixed(stage: StageGame) -> Mixtures | None:
    """A profile near an equilibrium, mixed or not, polished; None where quantecon does not converge."""
    from quantecon.game_theory import NormalFormGame, Player, mclennan_tourky

    n, tables = stage.n_players, _scaled(stage)
    game = NormalFormGame([
        Player(np.ascontiguousarray(tables[..., i].transpose([(i + k) % n for k in range(n)]))) for i in range(n)
    ])
    at = [np.full(count, 1 / count) for count in stage.counts]
    for _ in range(MOST_STARTS):
        found, about = mclennan_tourky(game, init=at, epsilon=PRECISION, max_iter=MOST_STEPS, full_output=True)
        at = [np.asarray(x, dtype=np.float64) for x in found]
        if about.converged:
            return polished(stage, at)
    return None


def all_by_gambit(stage: StageGame) -> list[Mixtures] | None:
    """All equilibria that Gambit finds, polished; None where pygambit is not installed, or the game is too large."""
    if find_spec("pygambit") is None or prod(stage.counts) > MOST_PROFILES_FOR_GAMBIT:
        return None
    gambit = import_module("pygambit")
    tables = _scaled(stage)
    game = gambit.Game.from_arrays(*(np.ascontiguousarray(tables[..., i]) for i in range(stage.n_players)))
    found = gambit.nash.enumpoly_solve(game).equilibria
    guesses = [
        [np.array([float(profile[who.label][action.label]) for action in who.strategies]) for who in game.players]
        for profile in found
    ]
    return list(dict.fromkeys(polished(stage, guess) for guess in guesses))


def polished(stage: StageGame, guess: Sequence[NDArray[np.float64]]) -> Mixtures:
    """The rational profile of least regret among those that a guess leads to; the shortest numbers of equal ones."""
    tried = dict.fromkeys(_rational(stage, guess))
    return min(tried, key=lambda mixtures: regret(stage, mixtures))


def _rational(stage: StageGame, guess: Sequence[NDArray[np.float64]]) -> Iterator[Mixtures]:
    """Rational profiles near a guess, those of small denominators first."""
    near = [guess, *(_newton(stage, guess, least) for least in USED)]
    for profile in near:
        if all(np.isfinite(x).all() and x.min() >= 0 for x in profile):
            for most in SMALL_DENOMINATORS:
                yield _laws(profile, lambda p, most=most: Fraction(p).limit_denominator(most))
            yield _laws(profile, lambda p: Fraction(repr(p)))


def _laws(profile: Sequence[NDArray[np.float64]], rounded: Any) -> Mixtures:
    """Distributions whose largest chance is what the others leave of 1."""
    out = []
    for chances in profile:
        law = [rounded(p) for p in chances.tolist()]
        largest = int(chances.argmax())
        law[largest] = 1 - sum((p for k, p in enumerate(law) if k != largest), Fraction(0))
        out.append(tuple(law))
    return tuple(out)


def _newton(stage: StageGame, guess: Sequence[NDArray[np.float64]], least: float) -> list[NDArray[np.float64]]:
    """Where Newton's method ends that makes everybody indifferent among the actions used; NaN where it goes astray."""
    tables, n = _scaled(stage), stage.n_players
    used = [np.flatnonzero(x >= min(least, x.max())) for x in guess]
    small = [np.moveaxis(tables[(*np.ix_(*used), i)], i, 0) for i in range(n)]
    size = [len(own) for own in used]
    start = np.cumsum([0, *size])
    x = np.concatenate([g[own] / g[own].sum() for g, own in zip(guess, used, strict=True)])
    worth = np.zeros(n)
    for _ in range(STEPS):
        parts = [x[start[i]:start[i + 1]] for i in range(n)]
        jacobian = np.zeros((len(x) + n, len(x) + n))
        residual = np.empty(len(x) + n)
        for i in range(n):
            others = [j for j in range(n) if j != i]
            values = _contracted(small[i], [parts[j] for j in others])
            rows = slice(start[i], start[i + 1])
            if not worth.any():
                worth = np.array([float(_contracted(small[j], [parts[k] for k in range(n) if k != j]) @ parts[j])
                                  for j in range(n)])
            residual[rows] = values - worth[i]
            jacobian[rows, len(x) + i] = -1
            for place, j in enumerate(others):
                table = np.moveaxis(small[i], place + 1, -1)
                rest = [parts[k] for k in others if k != j]
                jacobian[rows, start[j]:start[j + 1]] = _contracted_but_last(table, rest)
            residual[len(x) + i] = parts[i].sum() - 1
            jacobian[len(x) + i, rows] = 1
        step = np.linalg.lstsq(jacobian, -residual, rcond=None)[0]
        x, worth = x + step[:len(x)], worth + step[len(x):]
        if np.abs(step).max() < 1e-15:
            break
    out = []
    for i, own in enumerate(used):
        law = np.zeros(stage.counts[i])
        law[own] = x[start[i]:start[i + 1]]
        out.append(law)
    return out


def _contracted(table: NDArray[np.float64], mixtures: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    """[own]: the mean of a table [own, others...] over what the others do."""
    for mixture in reversed(mixtures):
        table = table @ mixture
    return table


def _contracted_but_last(table: NDArray[np.float64], mixtures: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    """[own, last]: the mean of a table [own, others..., last] over what the others do."""
    for mixture in mixtures:
        table = np.tensordot(table, mixture, axes=(1, 0))
    return table


def _scaled(stage: StageGame) -> NDArray[np.float64]:
    """Each player's payoffs moved and scaled to [0, 1], which changes no equilibrium."""
    axes = tuple(range(stage.n_players))
    low, high = stage.payoffs.min(axis=axes), stage.payoffs.max(axis=axes)
    return np.asarray((stage.payoffs - low) / np.where(high > low, high - low, 1.0))
