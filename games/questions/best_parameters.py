"""The parameters of a game with types at which a public rule is an equilibrium and best: a linear program.

Given the rule, all slacks are linear in what rows pay, hence in parameters such as the exposures of stages; so is
what a player has by the rule.  The program is solved in floating point and its answer rounded to rationals; whether
the rule is an equilibrium there is for the certificate to say.

Source: linear programs for the best equilibrium of a given form, as in Watson (1999) for stakes that grow.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import final

import numpy as np

from games.certificates.faults import Fault
from games.certificates.typed.evaluation import evaluate_rule
from games.model.payoff_family import PayoffFamily
from games.model.stochastic_game import GameError
from games.model.typed_game import TypedGame
from games.model.typed_rule import TypedRule
from games.numerics.arrays import Floats
from games.play.typed_slacks import TypeSlacks, nodes_of, typed_slacks

LARGEST_DENOMINATOR = 10**6
"""Optima with simple rationals are told by these."""
DIGITS = 9
"""Decimals of an optimum without them."""
BINDING = 1e-7
"""A slack below this, beside the largest amount in it, counts as none."""


@final
@dataclass(frozen=True)
class Binding:
    """A deviation that would pay if the parameters went further: who, of which type, where and what."""

    player: int
    kind: int
    mode: int
    state: int
    action: int


@final
@dataclass(frozen=True)
class BestParameters:
    """The optimum of a program, in floating point.

    ``values``   per parameter.  ``worth`` the objective.
    ``binding``  the deviations without slack.
    """

    values: tuple[float, ...]
    worth: float
    binding: tuple[Binding, ...]

    def rationals(self) -> tuple[Fraction, ...]:
        """The nearest simple rationals; decimals where one of the values has no simple rational near it."""
        simple = tuple(Fraction(x).limit_denominator(LARGEST_DENOMINATOR) for x in self.values)
        if all(abs(float(q) - x) < 1e-12 for q, x in zip(simple, self.values, strict=True)):
            return simple
        return self.decimals(DIGITS)

    def decimals(self, digits: int) -> tuple[Fraction, ...]:
        """The nearest decimals."""
        return tuple(Fraction(f"{x:.{digits}f}") for x in self.values)


@final
@dataclass(frozen=True)
class ProvedParameters:
    """Rationals at which exact arithmetic finds the rule an equilibrium, at or next to the best.

    ``best``    the optimum that they are next to.
    ``values``  per parameter.  ``typed`` the game there.
    """

    best: BestParameters
    values: tuple[Fraction, ...]
    typed: TypedGame


@final
class ParameterProgram:
    """The slacks and values of a rule for all parameters of a family.

    Raises ``GameError`` where the rule does not fit the game, or says nothing where play or deviations come.
    """

    def __init__(self, family: PayoffFamily, rule: TypedRule) -> None:
        rule.insist_on(family.typed)
        # Where nothing is paid play is taken to be over: at these parameters nothing is that pays at others.
        somewhere = family.at([Fraction(1, 2 * k + 3) for k in range(len(family.names))])
        nodes = nodes_of(somewhere, rule)
        if isinstance(nodes, Fault):
            raise GameError(f"{nodes.place}: {nodes.problem}")
        self.family, self.rule, self.nodes = family, rule, nodes
        self.slacks: list[TypeSlacks] = typed_slacks(nodes, family.columns)

    def worth(self, player: int, kind: int = 0) -> Floats:
        """Float[1 + parameters]: what a type has at the start if all parameters are 0, and more per unit."""
        found = next(of for of in self.slacks if (of.player, of.kind) == (player, kind))
        return np.asarray(found.value[self.nodes.root])

    def best(
        self, objective: Floats, bounds: Sequence[tuple[float, float]], *, give: float = 0.0, order: int = 0
    ) -> BestParameters | None:
        """The parameters within bounds of most ``objective``; None if the rule is an equilibrium at none of them.

        ``objective``  Float[1 + parameters], as ``worth`` gives it.
        ``give``       by how much all parameters may change, at once and in either direction, and no deviation pays.
        ``order``      1: no parameter may be below the one before it; -1: none above; 0: neither.
        """
        from scipy.optimize import linprog

        rows = np.concatenate([of.slack for of in self.slacks])
        steps = np.zeros((0, rows.shape[1]))
        if order:
            count = len(self.family.names)
            steps = np.zeros((count - 1, count + 1))
            steps[np.arange(count - 1), np.arange(1, count)] = -order
            steps[np.arange(count - 1), np.arange(2, count + 1)] = order
        # Rounding leaves ties of rows that no parameter moves on either side of 0.
        size = np.maximum(np.abs(rows).max(axis=1, initial=0.0), 1.0)
        slack = np.where(np.abs(rows) < 1e-12 * size[:, None], 0.0, rows)
        moved = np.any(slack[:, 1:] != 0.0, axis=1)
        if np.any(slack[~moved, 0] < 0):
            return None
        slack = slack[moved]
        slack[:, 0] -= give * np.abs(slack[:, 1:]).sum(axis=1)
        bounded = np.unique(np.concatenate([slack, steps]), axis=0)
        found = linprog(-objective[1:], A_ub=-bounded[:, 1:], b_ub=bounded[:, 0], bounds=list(bounds), method="highs")
        if found.status == 2:
            return None
        if found.status != 0 or found.x is None:
            raise ArithmeticError(f"the linear program did not end: {found.message}")
        values = np.clip(found.x, [low for low, _ in bounds], [high for _, high in bounds])
        return BestParameters(
            tuple(values.tolist()), float(objective[0] + objective[1:] @ values), self._binding(values))

    def proved(
        self, objective: Floats, bounds: Sequence[tuple[float, float]], *, order: int = 0,
        digits: int | None = None,
    ) -> ProvedParameters | BestParameters | None:
        """The best parameters at which exact arithmetic finds the rule an equilibrium.

        ``digits``  of the parameters, if they are to be decimals; None: as many as it takes.

        None where there are none; where rounding leaves none of these the optimum without proof.
        """
        best = self.best(objective, bounds, order=order)
        if best is None:
            return None
        places = DIGITS if digits is None else digits
        if (found := self._accepted(best, best.rationals() if digits is None else best.decimals(places))) is not None:
            return found
        near = self.best(objective, bounds, give=0.5 / 10**places, order=order)
        found = None if near is None else self._accepted(best, near.decimals(places))
        return best if found is None else found

    def _accepted(self, best: BestParameters, values: tuple[Fraction, ...]) -> ProvedParameters | None:
        """The parameters if exact arithmetic finds the rule an equilibrium there."""
        typed = self.family.at(values)
        found = evaluate_rule(typed, self.rule)
        if isinstance(found, Fault) or found.paying(typed.prior) is not None:
            return None
        return ProvedParameters(best, values, typed)

    def _binding(self, values: Floats) -> tuple[Binding, ...]:
        places, out = self.nodes.places, []
        for of in self.slacks:
            left = of.slack[:, 0] + of.slack[:, 1:] @ values
            size = np.maximum(np.abs(of.slack).max(axis=1, initial=0.0), 1.0)
            moved = np.any(np.abs(of.slack[:, 1:]) > BINDING, axis=1)
            for k in np.flatnonzero(moved & (left < BINDING * size)).tolist():
                place = int(self.nodes.place[of.node[k]])
                out.append(Binding(of.player, of.kind, int(places.mode[place]), int(places.state[place]),
                                   int(of.action[k])))
        return tuple(dict.fromkeys(out))
