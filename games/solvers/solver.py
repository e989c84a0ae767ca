"""What every solver promises: what it is exact for, what it costs, and no answer that has not been proved."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any, ClassVar, Literal, Self, TypeVar

from games.model.plan import Plan
from games.model.stochastic_game import GameError, StochasticGame
from games.numerics.progress import Progress
from games.solvers.invariants import fault_of_sets
from games.solvers.solution import Solution
from games.solvers.verdict import Verdict

Found = TypeVar("Found", bound=Solution)


class Solver(ABC):
    """A method.  Subclasses are final frozen dataclasses; their fields are the method's options.

    What a method finds passes the invariants before anyone sees it (``Solution.fault``): the base class sees to it.

    ``name``        the file's name.
    ``exact_for``   the games and the concept for which what it says is the whole truth, in words.
    ``cost``        how its time grows, in words.
    ``source``      where the method comes from.
    ``concept``     "rne" if it solves for relational negotiation equilibria, otherwise "spe".
    ``preference``  solvers with lower numbers are tried first: 10 for methods that find the whole payoff set,
                    90 for methods that find some equilibria only.
    ``by_name_only``  empty, or why the method answers another question than is asked without naming it, in words; it is
                    then used only where it is named.
    ``signals``     it is made for games in which players see public signals.
    ``refutes_only``  it looks for no equilibria: its answers are "unsustainable" and "undecided", its payoff sets are
                    bounds that no equilibrium need come near to.
    ``undiscounted``  it is made for games that end and in which some player has the discount factor 1; all others
                    refuse them.
    ``provable_rows``  games with more rows take too long for verdicts at several discount factors.
    """

    name: ClassVar[str]
    exact_for: ClassVar[str]
    cost: ClassVar[str]
    source: ClassVar[str]
    concept: ClassVar[Literal["spe", "rne"]] = "spe"
    preference: ClassVar[int]
    by_name_only: ClassVar[str] = ""
    signals: ClassVar[bool] = False
    refutes_only: ClassVar[bool] = False
    undiscounted: ClassVar[bool] = False
    provable_rows: ClassVar[int] = 2_000

    def __init_subclass__(cls, **options: Any) -> None:
        """Put the invariants before what the method answers."""
        super().__init_subclass__(**options)
        for name in {"solve"} & vars(cls).keys():
            setattr(cls, name, _with_invariants(vars(cls)[name]))
        if "accepts" in vars(cls) and not cls.undiscounted:
            cls.accepts = _with_discounting_only(vars(cls)["accepts"])  # type: ignore[method-assign]

    @abstractmethod
    def accepts(self, game: StochasticGame) -> str | None:
        """None if the method applies to the game, otherwise why not, in words."""

    @abstractmethod
    def solve(self, game: StochasticGame, progress: Progress | None = None) -> Solution:
        """Solve a game; raises ``GameError`` with the reason if ``accepts`` refuses it.

        ``progress``  called now and then with a word and the share of the work done.
        """

    def insist(self, game: StochasticGame) -> None:
        """Raise ``GameError`` with the reason if the method does not apply."""
        refusal = self.accepts(game)
        if refusal is not None:
            raise GameError(f"solver {self.name} does not apply: {refusal}")

    def quick(self) -> Self:
        """The method with those options that leave out what neither verdicts nor margins need."""
        return self

    def margin_at(self, game: StochasticGame, plan: Plan, discount: float) -> float | None:
        """A plan's margin at a common discount factor, in floating point: negative where it fails; None if unknown.

        ``plan``  made for the game, whose own discount factors do not matter.

        As ``Solution.margin``, but far from zero a bound on that side of it is enough.  Raises ``GameError`` if the
        method does not apply.
        """
        there = game.with_discount(discount)
        return self.quick().solve(there).margin(Plan(there, plan.allowed))

    def verdict_at(self, game: StochasticGame, plan: Plan, discount: float, near: float | None = None) -> Verdict:
        """The verdict on a plan at a common discount factor, with its checked certificate.

        ``near``  a discount factor close by at which the plan holds, to look for a proof that it fails here.
        """
        there = game.with_discount(discount)
        return self.solve(there).verdict(Plan(there, plan.allowed))


def _with_discounting_only(accepts: Callable[..., str | None]) -> Callable[..., str | None]:
    """The same, refusing games in which somebody does not discount."""

    @wraps(accepts)
    def checked(self: Solver, game: StochasticGame) -> str | None:
        if game.undiscounted:
            return "some player has the discount factor 1, and it weighs periods by discount factors below 1"
        return accepts(self, game)

    return checked


def _with_invariants(solve: Callable[..., Found]) -> Callable[..., Found]:
    """The same, with the status "undecided" and its fault told where payoff sets cannot be so."""

    @wraps(solve)
    def checked(self: Solver, game: StochasticGame, progress: Progress | None = None) -> Found:
        solution = solve(self, game, progress)
        fault = solution.fault or fault_of_sets(solution)
        return replace(solution, status="undecided", error_bound=None, fault=fault) if fault else solution

    return checked
