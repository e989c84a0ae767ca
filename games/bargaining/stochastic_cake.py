"""Unanimous bargaining over a cake that changes at random (Merlo and Wilson 1995): who gets what, and when.

In each state somebody proposes how to share its cake; if all agree, it is shared, else the state moves on.
With payoffs that can be shared in any way, a stationary equilibrium is a linear complementarity problem in what each
proposer keeps beyond its own waiting value: nothing, and wait, or what is left after paying everybody's waiting value.
It is solved by pivoting in rationals, and so without error.  With one common discount factor the matrix is the inverse
of an M-matrix: there is exactly one solution, and agreement waits exactly as long as a single owner of the cake would
(Merlo and Wilson 1998), so that delay is efficient.

Sources: Merlo and Wilson (1995, 1998); pivoting: Kostreva (1978), Murty (1974).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import final

import numpy as np
from numpy.typing import NDArray

from games.bargaining.exact_linear import solve_exactly
from games.bargaining.rational_input import Number, Numbers, Points, distribution, floats, rational, rationals
from games.model.stochastic_game import GameError

Row = tuple[Fraction, ...]
FRUITLESS = 10
"""Block pivots allowed without progress before single pivots take over."""


@final
@dataclass(frozen=True, eq=False)
class StochasticBargaining:
    """Stationary equilibrium of unanimous bargaining over a stochastic cake.

    ``values``      Float[state, player]: payoffs from each state on.
    ``proposals``   Float[state, player]: shares of the cake where it is shared now, else nan.
    ``agrees``      Bool[state]: whether it is shared now.
    ``unique``      whether this is proved to be the only stationary equilibrium (one common discount factor).
    ``exact``       ``values`` as rationals.
    """

    cakes: Row
    proposers: tuple[int, ...]
    transition: tuple[Row, ...]
    discounts: Row
    exact: tuple[Row, ...]

    @property
    def values(self) -> NDArray[np.float64]:
        """Float[state, player]."""
        return floats(self.exact)

    @property
    def agrees(self) -> NDArray[np.bool_]:
        """Bool[state]; where sharing and waiting are worth the same, the cake is shared."""
        return np.array([self._surplus(s) >= 0 for s in range(len(self.cakes))])

    @property
    def proposals(self) -> NDArray[np.float64]:
        """Float[state, player]."""
        return np.where(self.agrees[:, None], self.values, np.nan)

    @property
    def unique(self) -> bool:
        """Proved for one common discount factor only."""
        return len(set(self.discounts)) == 1

    def waiting(self, state: int, player: int) -> Fraction:
        """What a player has, discounted, if the cake is not shared now."""
        row = self.transition[state]
        return self.discounts[player] * sum((p * v[player] for p, v in zip(row, self.exact, strict=True)), Fraction(0))

    def _surplus(self, state: int) -> Fraction:
        return self.cakes[state] - sum((self.waiting(state, j) for j in range(len(self.discounts))), Fraction(0))

    def check(self) -> bool:
        """Whether, in rationals, everybody has its waiting value, and the proposer what is then left, if anything."""
        return all(
            value == self.waiting(s, j) + (max(self._surplus(s), Fraction(0)) if self.proposers[s] == j else 0)
            for s, row in enumerate(self.exact) for j, value in enumerate(row)
        )


def stochastic_bargaining(
    cakes: Numbers,
    proposers: Sequence[int] | NDArray[np.int64],
    transition: Points,
    discounts: Numbers | Number,
    players: int | None = None,
) -> StochasticBargaining | None:
    """A stationary equilibrium, by complementary pivoting in rationals; None if pivoting found none.

    ``cakes``       what there is to share in each state, at least 0.
    ``proposers``   who proposes in each state.
    ``transition``  probabilities of the next state, one row per state.
    ``discounts``   one per player, or one for all, in [0, 1).
    ``players``     how many there are, if ``discounts`` is one number; the default is up to the last proposer.

    With one common discount factor there is always exactly one, and it is found.  Raises ``GameError`` for numbers
    that do not fit.

    >>> half = [[0.25] * 4] * 4
    >>> found = stochastic_bargaining([1, 1, 2, 2], [0, 1, 0, 1], half, 0.9)
    >>> found.values.round(6).tolist()
    [[0.818182, 0.818182], [0.818182, 0.818182], [1.181818, 0.818182], [0.818182, 1.181818]]
    >>> found.agrees.tolist()
    [False, False, True, True]
    """
    cake = rationals(cakes, "cakes", least=0)
    if not cake:
        raise GameError("bargaining: no states; give at least one cake")
    if len(transition) != len(cake) or len(proposers) != len(cake):
        raise GameError(f"bargaining: {len(proposers)} proposers and {len(transition)} rows of a transition for "
                        f"{len(cake)} cakes; give one of each for every state")
    law = tuple(distribution(row, f"transition from state {s + 1}", len(cake)) for s, row in enumerate(transition))
    if isinstance(discounts, (int, float, str, Fraction)):
        count = players or max(2, max(int(k) for k in proposers) + 1)
        patience: Row = (rational(discounts, "discount", 0, 1),) * count
    else:
        patience = rationals(discounts, "discounts", players, 0, 1)
    if max(patience) == 1:
        raise GameError("bargaining: a discount of 1; delay must cost everybody something")
    if any(isinstance(k, bool) or int(k) != k or not 0 <= k < len(patience) for k in proposers):
        raise GameError(f"bargaining: proposers {list(proposers)}; give numbers from 0 to {len(patience) - 1}")
    who = tuple(int(k) for k in proposers)
    worth = _worth_of_proposing(who, law, patience)
    kept = _complementary(worth, cake)
    if kept is None:
        return None
    exact = tuple(
        tuple(sum((worth[j][s][t] * kept[t] for t in range(len(cake)) if who[t] == j), Fraction(0))
              for j in range(len(patience)))
        for s in range(len(cake))
    )
    return StochasticBargaining(cake, who, law, patience, exact)


def _worth_of_proposing(who: tuple[int, ...], law: tuple[Row, ...], patience: Row) -> dict[int, list[list[Fraction]]]:
    """[player][state][t]: expected discounted number of times that t comes about, from each state, t included."""
    states = range(len(who))
    out = {}
    for j in set(who) | set(range(len(patience))):
        left = [[Fraction(s == t) - patience[j] * law[s][t] for t in states] for s in states]
        columns = {t: solve_exactly(left, [Fraction(s == t) for s in states]) for t in states if who[t] == j}
        out[j] = [[(columns[t] or ())[s] if t in columns else Fraction(0) for t in states] for s in states]
    return out


def _complementary(worth: dict[int, list[list[Fraction]]], cake: Row) -> list[Fraction] | None:
    """What proposers keep: z >= 0, w = Mz - cake >= 0, z w = 0, with column t of M the worth of proposing in t."""
    states = range(len(cake))
    m = [[sum((one[s][t] for one in worth.values()), Fraction(0)) for t in states] for s in states]
    # What others and the proposer itself wait for, and what is kept: the cake is shared where these use it up.
    shared = {s for s in states if cake[s] > 0}
    fewest, fruitless, tried = len(cake) + 1, 0, set()
    while True:
        order = sorted(shared)
        part = solve_exactly([[m[s][t] for t in order] for s in order], [cake[s] for s in order])
        if part is None:
            return None
        z = [Fraction(0)] * len(cake)
        for s, value in zip(order, part, strict=True):
            z[s] = value
        wrong = [s for s in states if (z[s] < 0 if s in shared else _row(m[s], z) < cake[s])]
        if not wrong:
            return z
        if len(wrong) < fewest:
            fewest, fruitless = len(wrong), 0
        else:
            fruitless += 1
        if fruitless > FRUITLESS:
            state = frozenset(shared)
            if state in tried:
                return None
            tried.add(state)
            wrong = wrong[-1:]
        shared ^= set(wrong)


def _row(row: list[Fraction], z: list[Fraction]) -> Fraction:
    return sum((a * b for a, b in zip(row, z, strict=True) if b), Fraction(0))
