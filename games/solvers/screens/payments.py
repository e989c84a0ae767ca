"""Screens of games with voluntary side payments: what all of them have in common.

The theory asks for one discount factor.  Where players differ, the answer is what holds, or fails, both at the lowest
and at the highest of theirs as a common one.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import ClassVar, Literal, NamedTuple, final

import numpy as np

from games.model.plan import Plan
from games.model.stochastic_game import StochasticGame
from games.numerics.arrays import Ints
from games.play.markov_play import MarkovPlay
from games.solvers.screen import Kind, PlanScreen, Screened
from games.solvers.solver import Solver
from games.solvers.verdict import Sustainable, Undecided, Unsustainable, Verdict
from games.structure.games import FloatGames
from games.structure.public import PublicStructure
from games.structure.structure import Structure

PATIENCE = "patience"
"""What leaves a plan undecided that holds at one of the discount factors and fails at the other."""


@final
class AtFactor(NamedTuple):
    """What is told at one discount factor.

    ``margin``  as in ``Screened``.  ``breaks``  the state and player of the weakest link of a plan that fails.
    """

    answer: Literal["yes", "no", "undecided"]
    margin: float
    breaks: tuple[int, int] | None = None


@dataclass(frozen=True, eq=False)
class PaymentScreen(PlanScreen[Kind], ABC):
    """The plan of a structure in which players may pay one another, ready to be judged with many numbers.

    ``like``  one of the games of the structure, for its moves.
    """

    structure: Structure | PublicStructure
    like: StochasticGame
    method: ClassVar[Solver]
    """Proves what is told."""

    @property
    @abstractmethod
    def rows(self) -> Ints:
        """Int[states]: the rows of the plan, -1 where it leaves play free."""

    @abstractmethod
    def at_each(self, games: Sequence[StochasticGame]) -> list[AtFactor]:
        """What becomes of the plan in games that differ in their common discount factor only."""

    @property
    def settled(self) -> bool:
        """As in ``PlanScreen``; where money cannot be burnt only bounds are known."""
        return self.like.burning and bool((self.rows[self.period >= 0] >= 0).all())

    @cached_property
    def period(self) -> Ints:
        """Int[states]: how many periods the plan takes to reach each state at the earliest; -1 where it never comes."""
        return MarkovPlay(self.like, self.filled).arrival(self.like.initial)

    @cached_property
    def filled(self) -> Ints:
        """Int[states]: the rows of the plan, the first of a state where it has none."""
        return np.where(self.rows >= 0, self.rows, self.like.row_start[:-1])

    @cached_property
    def plan(self) -> Plan:
        """The plan in the game that the others are like."""
        allowed = self.rows[self.like.row_state] < 0
        allowed[self.rows[self.rows >= 0]] = True
        return Plan(self.like, allowed)

    @cached_property
    def games(self) -> FloatGames:
        """The games of the structure."""
        return FloatGames(self.structure, self.like)

    def judge(self, numbers: Kind) -> Screened:
        """As in ``PlanScreen``."""
        if numbers.structure is not self.structure or not self.settled:
            raise ValueError("a screen judges numbers of its own structure, and a plan that settles play")
        game = self.games.at(numbers)
        values = MarkovPlay(game, self.filled).values()[game.initial]
        found = self.at_each([replace(game, discount=np.full(game.n_players, d)) for d in _factors(game)])
        least = found[int(np.argmin([one.margin for one in found]))]
        answers = {one.answer for one in found}
        if len(answers) > 1 or least.answer == "undecided":
            return Screened("undecided", np.inf, "" if "undecided" in answers else PATIENCE, values, None)
        breaks = None
        if least.breaks is not None:
            state, player = least.breaks
            breaks = state, player, int(self.period[state]) + 1
        return Screened(least.answer, least.margin, self.method.name, values, breaks)

    def prove(self, numbers: Kind, game: StochasticGame, plan: Plan) -> Verdict:
        """As in ``PlanScreen``; of two discount factors the proof at the one of lesser margin is told."""
        found: list[Verdict] = []
        for factor in _factors(game):
            there = game.with_discount(factor)
            found.append(self.method.solve(there).verdict(Plan(there, plan.allowed)))
        held = [one for one in found if isinstance(one, Sustainable)]
        refuted = [one for one in found if isinstance(one, Unsustainable)]
        if len(held) == len(found):
            return min(held, key=lambda one: np.inf if one.margin is None else one.margin)
        if len(refuted) == len(found):
            return min(refuted, key=lambda one: np.inf if one.margin is None else one.margin)
        return Undecided(self.concept, "not proved, or not the same, at the lowest and the highest discount factor")


def _factors(game: StochasticGame) -> list[float]:
    """The lowest and the highest discount factor, one if they are the same."""
    return sorted({float(game.discount.min()), float(game.discount.max())})
