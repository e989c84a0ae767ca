"""Bounds on joint and punishment payoffs by multipliers of deviations, one per row and aim.

For any multipliers m >= 0 of the deviations from a row, what it brings with weights w on payoffs is at most

    (1 - d) (w.g - sum_j m_j gain_j) + d sum_z (c_z U(z) - sum_i k_iz v_i(z)),
    c_z = max(0, max_i (w_i p_z + sum_{j of i} m_j (p_z - p_jz))),
    k_iz = c_z - w_i p_z - sum_{j of i} m_j (p_z - p_jz)

where p_z and p_jz are the probabilities of outcome z without and after deviation j, and U(z), v(z) are levels of the
next state.  This is weak duality for the program that shares out U - sum of v; it falls as U falls and v rises, so that
old multipliers stay good.  The weights are 1 for all (the joint payoff), -1 for one player (its punishment), or 0 to
show that a row cannot be enforced: then the bound is negative.

Source: the dual of the programs of Goldlücke and Kranz (2012), with the next state as part of the outcome.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

import numpy as np

from games.numerics.arrays import Bools, Floats, Ints
from games.solvers.public_transfers.outcomes import Incentives, PublicOutcomes

Aim = int
"""0: the joint payoff; i + 1: the punishment of player i."""


@final
class DualBounds:
    """The bounds that the multipliers found so far give for every row.

    ``tighten``  by how much every deviation must be worse than complying, in payoff units.
    """

    def __init__(self, outcomes: PublicOutcomes, factor: float, tighten: float = 0.0) -> None:
        game = outcomes.game
        self.outcomes, self.game, self.factor, self.tighten = outcomes, game, factor, tighten
        n, rows = game.n_players, game.n_rows
        width = max(len(a) for a in outcomes.ahead)
        ahead = np.zeros((game.n_states, width), dtype=np.int64)
        for s, states in enumerate(outcomes.ahead):
            ahead[s, :len(states)] = states
        self.ahead = ahead
        self.constant = np.zeros((rows, n + 1))
        self.up = np.zeros((rows, n + 1, width))
        self.down = np.zeros((rows, n + 1, n, width))
        self.multipliers: dict[tuple[int, Aim], Floats] = {}
        self.weights = np.vstack([np.ones(n), -np.eye(n)])

    def copy(self, tighten: float) -> DualBounds:
        """The same multipliers with other slack asked for."""
        other = DualBounds(self.outcomes, self.factor, tighten)
        other.constant[:], other.up[:], other.down[:] = self.constant, self.up, self.down
        for (row, aim), multipliers in self.multipliers.items():
            other.multipliers[row, aim] = multipliers
            other.constant[row, aim] += (self.tighten - tighten) * multipliers.sum()
        return other

    def set(self, row: int, aim: Aim, multipliers: Floats) -> None:
        """Take new multipliers for a row and an aim."""
        constant, up, down = self.terms(row, self.weights[aim], multipliers)
        width = len(up)
        self.constant[row, aim] = constant
        self.up[row, aim, :width] = up
        self.down[row, aim, :, :width] = down
        self.multipliers[row, aim] = multipliers

    def improve(
        self, row: int, aim: Aim, multipliers: Floats, joint: Floats, worst: Floats, least: float
    ) -> bool:
        """Take new multipliers if they lower the bound at given levels by more than ``least``; whether they do."""
        before, old = self.value(row, aim, joint, worst), self.multipliers[row, aim]
        self.set(row, aim, multipliers)
        better = self.value(row, aim, joint, worst) < before - least
        if not better:
            self.set(row, aim, old)
        return better

    def terms(self, row: int, weight: Floats, multipliers: Floats) -> tuple[float, Floats, Floats]:
        """Constant, what U (Float[states ahead]) and what v (Float[players, states ahead]) count for."""
        inc, game = self.outcomes.incentives(row), self.game
        n = game.n_players
        table = weight[:, None] * inc.share
        lost = np.zeros((n, len(inc.law)))
        constant = (1 - self.factor) * float(weight @ game.payoffs[row])
        for j in np.flatnonzero(multipliers).tolist():
            i, m = int(inc.who[j]), float(multipliers[j])
            table[i] += m * inc.gain[j]
            lost[i] += m * (inc.law - inc.law_after[j])
            constant -= m * ((1 - self.factor) * (game.payoffs[inc.to[j], i] - game.payoffs[row, i]) + self.tighten)
        price = np.maximum(table.max(axis=0, initial=0.0), 0.0)
        up = price @ inc.spread
        # Rounding must not turn a weight that is not negative into one that is.
        down = np.maximum(up - weight[:, None] * inc.law - lost, 0.0)
        return constant, up, down

    def values(self, rows: Ints, joint: Floats, worst: Floats) -> Floats:
        """Float[rows, aims]: the bounds of some rows at given levels, ``worst`` Float[states, players]."""
        ahead = self.ahead[self.game.row_state[rows]]
        high = np.einsum("rak,rk->ra", self.up[rows], joint[ahead])
        low = np.einsum("raik,rki->ra", self.down[rows], worst[ahead])
        return np.asarray(self.constant[rows] + self.factor * (high - low))

    def value(self, row: int, aim: Aim, joint: Floats, worst: Floats) -> float:
        """The bound of one row and aim."""
        ahead = self.ahead[self.game.row_state[row]]
        high = self.up[row, aim] @ joint[ahead]
        low = float((self.down[row, aim] * worst[ahead].T).sum())
        return float(self.constant[row, aim] + self.factor * (high - low))

    def need(self, inc: Incentives, worst: Floats) -> Floats:
        """Float[deviations]: what each deviation brings beyond complying, punishments following."""
        payoffs, ahead = self.game.payoffs, worst[inc.ahead]
        now = payoffs[inc.to, inc.who] - payoffs[inc.row, inc.who]
        later = ((inc.law_after - inc.law) * ahead[:, inc.who].T).sum(axis=1)
        return np.asarray((1 - self.factor) * now + self.factor * later + self.tighten)

    def budget(self, inc: Incentives, joint: Floats, worst: Floats) -> Floats:
        """Float[k]: what can be shared out over each group of outcomes."""
        surplus = np.maximum(joint[inc.ahead] - worst[inc.ahead].sum(axis=1), 0.0)
        return np.asarray(self.factor * (inc.spread @ surplus))


@final
@dataclass(frozen=True, eq=False)
class BoundStep:
    """One step from above.

    ``states``  Int[k], the states whose levels it lowers: ``joint`` Float[k], ``worst`` Float[k, players], None where
                only a plan's path is looked at.
    ``found``   multipliers found since the last step, by row and aim; ``dropped`` rows with the multipliers that show
                that they cannot be enforced at the levels before.
    """

    states: Ints
    joint: Floats
    worst: Floats | None
    found: dict[tuple[int, Aim], Floats]
    dropped: dict[int, Floats]


@final
@dataclass(frozen=True, eq=False)
class PublicBounds:
    """Where the iteration ended.

    ``live``      Bool[states]: states in which an equilibrium may exist; ``alive`` Bool[rows] not shown to be useless.
    ``joint``     Float[states] at least what all can have together; ``worst`` Float[states, players] at most what each
                  can be held to.
    ``rows``      Int[states, aims]: rows that bring these.
    ``steps``     how the bounds were lowered; ``programs`` how many linear programs it took.
    ``finished``  False if it was cut short; the bounds hold all the same.
    """

    live: Bools
    alive: Bools
    joint: Floats
    worst: Floats
    rows: Ints
    bounds: DualBounds
    steps: tuple[BoundStep, ...]
    programs: int
    finished: bool

    @property
    def surplus(self) -> Floats:
        """Float[states]: what is left to share."""
        return np.asarray(self.joint - self.worst.sum(axis=1))
