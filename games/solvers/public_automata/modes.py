"""Modes of public strategies: one for every state and direction, each with a row and what follows every outcome.

A mode promises a point of payoffs.  Its row and its lotteries over the points of the next states' modes are the best in
its direction that deviations allow (``programs``).  When promises are what the modes really bring and no deviation from
any of them pays, the promises generate themselves: every mode is an equilibrium.

Source: Abreu, Pearce and Stacchetti (1990), theorem 1.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import final

import numpy as np
from scipy.sparse import csr_array, eye_array
from scipy.sparse.linalg import splu

from games.model.outcome_laws import Outcome
from games.model.public_automaton import PublicAutomaton, PublicMode
from games.model.strategy_automaton import Lottery, surely
from games.numerics.arrays import Bools, Floats, Ints
from games.solvers.public_automata.programs import RowPrograms

CHANCES = 10**12
"""Lotteries are written in multiples of one part in so many."""

DENSE = 150
"""Up to so many modes dense matrices are quicker."""

ROUNDING = 1e-13
"""Slacks that are no further below zero may be ties; exact arithmetic decides."""

PLACES = 15
"""Significant digits, relative to payoff ranges, with which payoffs of modes are written."""


@final
@dataclass(frozen=True, eq=False)
class Mode:
    """One mode: its state, its row, and a mixture of plans of what follows.

    ``shares``  Float[plans], which sum to one; ``plans`` Int[plans, outcomes of ``RowProgram``]: the numbers of next
                modes in the list that it belongs to.
    """

    state: int
    row: int
    shares: Floats
    plans: Ints

    def after(self, values: Floats) -> Floats:
        """Float[outcomes, players]: what follows on average.  ``values`` Float[modes, players]."""
        return np.asarray(np.tensordot(self.shares, values[self.plans], axes=1))

    @property
    def next_modes(self) -> list[int]:
        """The numbers of modes that may follow."""
        return [int(m) for m in np.unique(self.plans)]


@final
class Modes:
    """A list of modes that follow one another, in scaled payoffs."""

    def __init__(self, programs: RowPrograms, modes: list[Mode]) -> None:
        self.programs, self.modes = programs, modes
        self.values = self._worth(programs.stage)

    def _worth(self, payoffs: Floats) -> Floats:
        """Float[modes, players]: what every mode brings.  ``payoffs``  Float[rows, players] of a period."""
        size, game = len(self.modes), self.programs.game
        stage = payoffs[[mode.row for mode in self.modes]]
        solves = self._dense() if size <= DENSE else self._sparse()
        out = np.empty((size, game.n_players))
        for d in sorted(set(game.discount.tolist())):
            mine = game.discount == d
            out[:, mine] = solves(d, (1 - d) * stage[:, mine])
        return out

    def _follow(self, mode: Mode) -> tuple[Ints, Floats]:
        """Next modes, some more than once, and their chances."""
        program = self.programs.of(mode.row)
        follow = mode.plans[:, program.possible].ravel()
        return follow, np.outer(mode.shares, program.chance[program.possible]).ravel()

    def _dense(self) -> Callable[[float, Floats], Floats]:
        """Solves (1 - d * law) x = right."""
        size = len(self.modes)
        law = np.array([np.bincount(*self._follow(mode), minlength=size) for mode in self.modes]).reshape(size, size)
        return lambda d, right: np.asarray(np.linalg.solve(np.eye(size) - d * law, right), dtype=float)

    def _sparse(self) -> Callable[[float, Floats], Floats]:
        size = len(self.modes)
        pairs = [self._follow(mode) for mode in self.modes]
        at = np.repeat(np.arange(size), [len(follow) for follow, _ in pairs])
        to, chances = (np.concatenate(part) for part in zip(*pairs, strict=True))
        law = csr_array((chances, (at, to)), shape=(size, size))
        return lambda d, right: np.asarray(splu((eye_array(size) - d * law).tocsc()).solve(right))

    def slack(self, number: int) -> float:
        """The least slack of a deviation from one mode, average discounted, in scaled payoffs; infinite without any."""
        mode = self.modes[number]
        program = self.programs.of(mode.row)
        if program.pays_unseen:
            return -np.inf
        return float(program.slacks(mode.after(self.values)).min(initial=np.inf))

    def sound(self) -> list[int]:
        """The numbers of modes that are equilibria: nobody gains in them, nor in any mode that may follow."""
        before: list[list[int]] = [[] for _ in self.modes]
        for k, mode in enumerate(self.modes):
            for m in mode.next_modes:
                before[m].append(k)
        return _without([self.slack(k) >= -ROUNDING for k in range(len(self.modes))], before)

    def keeping(self, allowed: Bools) -> list[int]:
        """The numbers of modes whose path keeps to the rows that are allowed."""
        before: list[list[int]] = [[] for _ in self.modes]
        for k, mode in enumerate(self.modes):
            for m in np.unique(mode.plans[:, self.programs.of(mode.row).possible]).tolist():
                before[m].append(k)
        return _without([bool(allowed[mode.row]) for mode in self.modes], before)

    def only(self, kept: list[int]) -> Modes:
        """Some of the modes, which nothing but these follows, numbered anew in their order."""
        number = np.full(len(self.modes), -1, dtype=np.int64)
        number[kept] = np.arange(len(kept))
        return Modes(self.programs, [
            Mode(mode.state, mode.row, mode.shares, number[mode.plans]) for mode in (self.modes[k] for k in kept)])

    def reached(self, start: int) -> list[int]:
        """The modes that follow a mode, itself first, whatever is seen; one more for each state that needs one."""
        order, seen = [start], {start}
        by_state: dict[int, int] = {}
        for k, mode in enumerate(self.modes):
            by_state.setdefault(mode.state, k)
        states = {self.modes[start].state}
        for k in order:
            mode = self.modes[k]
            new = mode.next_modes
            # After deviations of several players at once play goes on as it may; there must be some way.
            for s in sorted(self._ahead(mode.state) - states - {self.modes[m].state for m in new}):
                if s in by_state:
                    new.append(by_state[s])
            for m in new:
                if m not in seen:
                    seen.add(m)
                    order.append(m)
                    states.add(self.modes[m].state)
        return order

    def _ahead(self, state: int) -> set[int]:
        game = self.programs.game
        t, rows = game.transition, game.rows_of(state)
        return set(t.indices[t.indptr[rows.start]:t.indptr[rows.stop]].tolist())

    def automaton(self, start: int) -> PublicAutomaton:
        """The strategy that begins in a mode, as an automaton; payoffs are written as decimals."""
        order = self.reached(start)
        number = {k: new for new, k in enumerate(order)}
        # Not from the scaled ones: where payoffs are short decimals the exact check may hang on none of them being off.
        real = self._worth(self.programs.game.payoffs)
        digits = [max(PLACES - 1 - int(np.floor(np.log10(s))), 0) for s in self.programs.scale.tolist()]
        modes = []
        for k in order:
            mode = self.modes[k]
            # Equal lotteries are one object, which the exact check adds up once.
            distinct, which = np.unique(mode.plans, axis=1, return_inverse=True)
            lotteries = [written(mode.shares, [number[m] for m in plan]) for plan in distinct.T.tolist()]
            outcomes = self.programs.of(mode.row).outcomes
            then: dict[Outcome, Lottery] = {
                outcome: lotteries[j] for outcome, j in zip(outcomes, which.ravel().tolist(), strict=True)}
            worth = tuple(_decimal(x, d) for x, d in zip(real[k].tolist(), digits, strict=True))
            modes.append(PublicMode(mode.state, mode.row, worth, then))
        return PublicAutomaton(tuple(modes), surely(0))


def _without(good: list[bool], before: list[list[int]]) -> list[int]:
    """What is good and leads to nothing that is not; ``before[k]`` lead to k."""
    waiting = [k for k, holds in enumerate(good) if not holds]
    while waiting:
        for k in before[waiting.pop()]:
            if good[k]:
                good[k] = False
                waiting.append(k)
    return [k for k, holds in enumerate(good) if holds]


def _decimal(x: float, places: int) -> Fraction:
    """A payoff to so many places, or to five fewer where rounding is all that tells it from that."""
    full, short = Fraction(f"{x:.{places}f}"), Fraction(f"{x:.{max(places - 5, 0)}f}")
    return short if abs(full - short) <= Fraction(4, 10 ** (places - 1)) else full


def written(shares: Floats, numbers: list[int]) -> Lottery:
    """Exact probabilities near the shares of modes; what rounding leaves goes to the likeliest mode."""
    parts: dict[int, int] = {}
    for share, mode in zip(shares.tolist(), numbers, strict=True):
        parts[mode] = parts.get(mode, 0) + round(share * CHANCES)
    likeliest = max(parts, key=lambda mode: (parts[mode], -mode))
    parts[likeliest] += CHANCES - sum(parts.values())
    kept = tuple((mode, Fraction(k, CHANCES)) for mode, k in sorted(parts.items()) if k)
    return surely(kept[0][0]) if len(kept) == 1 else kept
