"""One linear program: the best that a plan brings in a public state, where continuations come from hulls of points.

Every outcome that somebody expects, or that a deviation leads to, has one continuation for all: what one player is
promised who meets a type with a rule is what the other gets that does as this type does.

Source: Abreu, Pearce and Stacchetti (1990); Judd, Yeltekin and Conklin (2003), a program for each direction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, final

import numpy as np
import scipy
from scipy.optimize import linprog

from games.certificates.typed.public_states import Actions, PublicState, PublicStates
from games.numerics.arrays import Floats

METHODS: tuple[Literal["highs-ds", "highs-ipm"], ...] = ("highs-ds", "highs-ipm")
"""Where the first stops short for numerical reasons, the second is asked."""
INFEASIBLE = 2
Key = tuple[int, int]
"""A row that is seen, and the next state."""


@final
@dataclass(frozen=True, eq=False)
class Best:
    """``payoff`` Float[2] and, per key, weights over the points of its hull."""

    payoff: Floats
    weights: Mapping[Key, Floats]


@final
@dataclass(frozen=True, eq=False)
class Incentives:
    """A plan in a public state of a game of two players: who expects what, and what follows.

    ``follows``  public state after every row and next state, those too which nobody expects.
    """

    public: PublicStates
    place: PublicState
    plan: Actions

    @cached_property
    def follows(self) -> Mapping[Key, PublicState]:
        """The public state after every row and next state."""
        return {(row, state): then for row in self.public.typed.game.rows_of(self.place.state)
                for state, then in self.public.after(self.place, self.plan, row).items()}

    @cached_property
    def keys(self) -> list[Key]:
        """Those that somebody gives a chance, also when it deviates."""
        return sorted({(row, state) for i in (0, 1) for a in range(self._actions(i))
                       for row in self.public.faced(self.place, self.plan, i, a)
                       for state in self.public.exact.law(row)})

    @cached_property
    def _stakes(self) -> list[tuple[Floats, Floats]]:
        """Per player what each own action pays now, Float[actions], and weighs continuations, Float[actions, keys]."""
        number = {key: k for k, key in enumerate(self.keys)}
        exact, out = self.public.exact, []
        for i in (0, 1):
            keep, count = exact.discount[i], self._actions(i)
            now, ahead = np.zeros(count), np.zeros((count, len(number)))
            for a in range(count):
                for row, chance in self.public.faced(self.place, self.plan, i, a).items():
                    now[a] += float(chance * (1 - keep) * exact.payoff(row, i))
                    for state, p in exact.law(row).items():
                        ahead[a, number[row, state]] += float(chance * keep * p)
            out.append((now, ahead))
        return out

    def best(self, hulls: Mapping[Key, Floats], directions: Sequence[Floats], margin: float) -> list[Best] | None:
        """What goes furthest in each direction where deviations cost at least ``margin``; empty where none does.

        None where the program could not be solved, which says nothing.  ``hulls``  per key the points, Float[k, 2], at
        least one.
        """
        sizes = [len(hulls[key]) for key in self.keys]
        block = np.repeat(np.arange(len(sizes)), sizes)
        points = np.concatenate([hulls[key] for key in self.keys])
        rows, bounds = [], []
        for i, (now, ahead) in enumerate(self._stakes):
            mine = self.plan[i]
            for a in range(len(now)):
                if a != mine:
                    rows.append((ahead[a] - ahead[mine])[block] * points[:, i])
                    bounds.append(now[mine] - now[a] - margin)
        brings = [ahead[self.plan[i]][block] * points[:, i] for i, (_, ahead) in enumerate(self._stakes)]
        # One program for all directions: they share nothing, but setting one up takes longer than solving it.
        each = scipy.sparse.eye_array(len(directions))
        sums = scipy.sparse.csr_array((np.ones(len(block)), (block, np.arange(len(block)))))
        equal: Any = scipy.sparse.kron(each, sums)
        below: Any = scipy.sparse.kron(each, np.array(rows)) if rows else None
        for method in METHODS:
            found = linprog(
                -np.concatenate([d[0] * brings[0] + d[1] * brings[1] for d in directions]),
                A_ub=below, b_ub=np.tile(bounds, len(directions)) if rows else None,
                A_eq=equal, b_eq=np.ones(len(sizes) * len(directions)), method=method)
            if found.status == INFEASIBLE:
                return []
            if found.x is not None:
                break
        else:
            return None
        out = []
        for weights in found.x.reshape(len(directions), -1):
            payoff = np.array([self._stakes[i][0][self.plan[i]] + brings[i] @ weights for i in (0, 1)])
            out.append(Best(payoff, dict(zip(self.keys, np.split(weights, np.cumsum(sizes)[:-1]), strict=True))))
        return out

    def _actions(self, player: int) -> int:
        return int(self.public.typed.game.action_counts[self.place.state, player])


def compass(count: int) -> list[Floats]:
    """Directions all around, Float[2] each; the axes are among them if four divides ``count``."""
    angles = 2 * np.pi * np.arange(count) / count
    return [np.array([np.cos(x), np.sin(x)]).round(15) for x in angles]
