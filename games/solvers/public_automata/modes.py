"""Modes of public strategies: one for every state and direction, each with a row and what follows every outcome.

A mode promises a point of payoffs.  Its row and its lotteries over the points of the next states' modes are the best in
its direction that deviations allow (``programs``).  When promises are what the modes really bring and no deviation from
any of them pays, the promises generate themselves: every mode is an equilibrium.

Source: Abreu, Pearce and Stacchetti (1990), theorem 1.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import final

import numpy as np
from scipy.sparse import csr_array, eye_array
from scipy.sparse.linalg import splu

from games.model.outcome_laws import Outcome
from games.model.public_automaton import PublicAutomaton, PublicMode
from games.model.strategy_automaton import Lottery, surely
from games.numerics.arrays import Floats, Ints
from games.solvers.public_automata.programs import RowPrograms

CHANCES = 10**12
"""Lotteries are written in multiples of one part in so many."""

PLACES = 15
"""Significant digits, relative to payoff ranges, with which payoffs of modes are written."""

SMALL = 1e-11
"""Chances below this are rounding."""


@final
@dataclass(frozen=True, eq=False)
class Mode:
    """One mode: its state, its row, and after every outcome of ``RowProgram.outcomes`` chances of next modes.

    ``after``  per outcome pairs of a mode's number and a chance; the numbers are those of the list it belongs to.
    """

    state: int
    row: int
    after: tuple[tuple[tuple[int, float], ...], ...]


@final
class Modes:
    """A list of modes that follow one another, in scaled payoffs."""

    def __init__(self, programs: RowPrograms, modes: list[Mode]) -> None:
        self.programs, self.modes = programs, modes
        self.values = self._values()

    def _values(self) -> Floats:
        """Float[modes, players]: what every mode brings."""
        at, to, chances = [], [], []
        for k, mode in enumerate(self.modes):
            program = self.programs.of(mode.row)
            for o in np.flatnonzero(program.chance).tolist():
                for m, p in mode.after[o]:
                    at.append(k)
                    to.append(m)
                    chances.append(float(program.chance[o]) * p)
        size, game = len(self.modes), self.programs.game
        law = csr_array((chances, (at, to)), shape=(size, size))
        stage = self.programs.stage[[mode.row for mode in self.modes]]
        out = np.empty((size, game.n_players))
        for d in np.unique(game.discount):
            mine = game.discount == d
            out[:, mine] = splu((eye_array(size) - d * law).tocsc()).solve((1 - d) * stage[:, mine])
        return out

    def slack(self, number: int) -> float:
        """The least slack of a deviation from one mode, average discounted, in scaled payoffs; infinite without any."""
        mode = self.modes[number]
        program = self.programs.of(mode.row)
        if program.pays_unseen:
            return -np.inf
        after = np.array([sum(p * self.values[m] for m, p in lottery) for lottery in mode.after])
        return float(program.slacks(after).min(initial=np.inf))

    def sound(self) -> list[int]:
        """The numbers of modes that are equilibria: nobody gains in them, nor in any mode that may follow."""
        before: list[list[int]] = [[] for _ in self.modes]
        for k, mode in enumerate(self.modes):
            for lottery in mode.after:
                for m, _ in lottery:
                    before[m].append(k)
        good = [self.slack(k) >= 0 for k in range(len(self.modes))]
        waiting = [k for k, holds in enumerate(good) if not holds]
        while waiting:
            for k in before[waiting.pop()]:
                if good[k]:
                    good[k] = False
                    waiting.append(k)
        return [k for k, holds in enumerate(good) if holds]

    def only(self, kept: list[int]) -> Modes:
        """Some of the modes, which nothing but these follows, numbered anew in their order."""
        number = {k: new for new, k in enumerate(kept)}
        return Modes(self.programs, [
            Mode(mode.state, mode.row, tuple(tuple((number[m], p) for m, p in lottery) for lottery in mode.after))
            for mode in (self.modes[k] for k in kept)])

    def reached(self, start: int) -> list[int]:
        """The modes that follow a mode, itself first, whatever is seen; one more for each state that needs one."""
        order, seen = [start], {start}
        by_state: dict[int, int] = {}
        for k, mode in enumerate(self.modes):
            by_state.setdefault(mode.state, k)
        states = {self.modes[start].state}
        for k in order:
            mode = self.modes[k]
            new = [m for lottery in mode.after for m, _ in lottery]
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
        real = self.programs.payoffs(self.values)
        digits = [max(PLACES - 1 - int(np.floor(np.log10(s))), 0) for s in self.programs.scale.tolist()]
        modes = []
        for k in order:
            mode = self.modes[k]
            lotteries: dict[tuple[tuple[int, float], ...], Lottery] = {}
            then: dict[Outcome, Lottery] = {}
            for outcome, lottery in zip(self.programs.of(mode.row).outcomes, mode.after, strict=True):
                # Equal lotteries are one object, which the exact check adds up once.
                if lottery not in lotteries:
                    lotteries[lottery] = written({number[m]: p for m, p in lottery})
                then[outcome] = lotteries[lottery]
            worth = tuple(Fraction(f"{x:.{d}f}") for x, d in zip(real[k].tolist(), digits, strict=True))
            modes.append(PublicMode(mode.state, mode.row, worth, then))
        return PublicAutomaton(tuple(modes), surely(0))


def written(chances: Mapping[int, float]) -> Lottery:
    """Exact probabilities near those given; what rounding leaves goes to the likeliest mode."""
    parts = {mode: round(p * CHANCES) for mode, p in chances.items()}
    likeliest = max(parts, key=lambda mode: (parts[mode], -mode))
    parts[likeliest] += CHANCES - sum(parts.values())
    kept = tuple((mode, Fraction(k, CHANCES)) for mode, k in sorted(parts.items()) if k)
    return surely(kept[0][0]) if len(kept) == 1 else kept


def lotteries(shares: Floats, plans: Ints, names: Ints) -> Iterator[tuple[tuple[int, float], ...]]:
    """Per outcome the chances of modes that a mixture of plans gives.

    ``plans``  Int[plans, outcomes] into ``names`` Int[points], the numbers of the modes.
    """
    used = np.flatnonzero(shares > SMALL)
    total = float(shares[used].sum())
    for o in range(plans.shape[1]):
        out: dict[int, float] = {}
        for j in used.tolist():
            mode = int(names[plans[j, o]])
            out[mode] = out.get(mode, 0.0) + float(shares[j]) / total
        yield tuple(sorted(out.items()))
