"""What every screen promises: whether a plan holds in games of one structure by the thousand, without proof.

A screen works in floating point and may leave a game undecided; whatever it says, it proves on demand.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Generic, Literal, NamedTuple, TypeVar, final

from games.certificates.certificate import SolutionConcept
from games.model.plan import Plan
from games.model.stochastic_game import StochasticGame
from games.numerics.arrays import Floats
from games.solvers.verdict import Verdict
from games.structure.numbers import Numbers
from games.structure.public import PublicNumbers

Kind = TypeVar("Kind", Numbers, PublicNumbers)

SPARE = 1e-7
"""A plan is refuted where the harshest punishments leave it short by more than this share of the payoff range."""

ENOUGH = -1e-9
"""Slack, relative to the payoff range, that rounding makes of none."""


@final
class Screened(NamedTuple):
    """What floating point says of a plan in one game.

    ``answer``   whether the plan is the path of an equilibrium.
    ``margin``   in payoff units of one period, the least by which complying beats deviating along the path: of a yes
                 under the punishments that were found, at least this much; otherwise under the harshest that bounds
                 allow, at most this much.  Infinite where nobody can deviate.  With side payments as the method that
                 proves it has it.
    ``route``    what decided, one word or a number; "" if nothing did.
    ``values``   Float[players]: average payoffs of the plan.
    ``breaks``   the state and player of the weakest link, and the first period, from 1 on, in which the plan may come
                 there; None unless bounds refute the plan by such a link.
    """

    answer: Literal["yes", "no", "undecided"]
    margin: float
    route: str
    values: Floats
    breaks: tuple[int, int, int] | None


class PlanScreen(ABC, Generic[Kind]):
    """The plan of a structure, ready to be judged with many numbers."""

    @property
    @abstractmethod
    def concept(self) -> SolutionConcept:
        """What kind of equilibrium its answers speak of."""

    @property
    @abstractmethod
    def settled(self) -> bool:
        """It can be asked: the plan leaves no choice in any state that it reaches."""

    @abstractmethod
    def judge(self, numbers: Kind) -> Screened:
        """Whether the plan holds in the game of these numbers.

        Raises ``ValueError`` if they are of another structure, or the screen cannot be asked.
        """

    @abstractmethod
    def prove(self, numbers: Kind, game: StochasticGame, plan: Plan) -> Verdict:
        """The same answer with a certificate that was checked, else ``Undecided``.

        ``game``, ``plan``  the game of these numbers, and its plan.
        """
