"""What every solver promises: what it is exact for, what it costs, and no answer that has not been proved."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, final

import numpy as np
from numpy.typing import NDArray

from games.certificates.certificate import Certificate, SolutionConcept
from games.model.plan import Plan
from games.model.stochastic_game import GameError, StochasticGame
from games.model.strategy_automaton import StrategyAutomaton
from games.solvers.payoff_set import EquilibriumPayoffSet
from games.solvers.verdict import Sustainable, Undecided, Unsustainable, Verdict

FORMAT = "servanda-solution/1"

Floats = NDArray[np.float64]
Progress = Callable[[str, float], None]
Target = str | Sequence[str] | Mapping[str, Sequence[Sequence[str]]] | Plan


@final
@dataclass(frozen=True, eq=False)
class SupportBounds:
    """Bounds on equilibrium payoffs from one state, direction by direction, for any number of players.

    ``directions``  Float[k, players]; ``outer``, ``inner`` Float[k]: the largest value of each direction over the
    equilibrium payoffs lies between ``inner`` (-inf if no equilibrium was found) and ``outer``.
    """

    directions: np.ndarray[Any, np.dtype[np.float64]]
    outer: np.ndarray[Any, np.dtype[np.float64]]
    inner: np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True, eq=False)
class Solution(ABC):
    """What a solver found out about one game.

    ``solver``       its name; ``why`` it was used, in words.
    ``concept``      the notion of equilibrium.
    ``status``       "converged", or "undecided" when the payoff sets are only bounds.
    ``payoff_sets``  one per state.
    ``error_bound``  distance between the reported sets and the true ones, in payoff units; None if not known.
    ``seconds``      wall time of solving.
    """

    solver: str
    why: str
    concept: SolutionConcept
    game: StochasticGame
    status: Literal["converged", "undecided"]
    payoff_sets: tuple[EquilibriumPayoffSet | SupportBounds, ...]
    iterations: int
    error_bound: float | None
    seconds: float

    @property
    def empty(self) -> bool:
        """No equilibrium of the concept exists from the initial state."""
        found = self.payoff_sets[self.game.initial]
        return self.status == "converged" and isinstance(found, EquilibriumPayoffSet) and found.empty

    def payoff_set(self, state: str | int = 0) -> EquilibriumPayoffSet:
        """Equilibrium payoffs from a state, by name or index.

        Raises ``GameError`` if there is no such state, or if the solver bounds payoffs in another form.
        """
        found = self.payoff_sets[self._state(state)]
        if not isinstance(found, EquilibriumPayoffSet):
            raise GameError(f"{self.solver} bounds payoffs direction by direction; use support_bounds(state)")
        return found

    def support_bounds(self, state: str | int = 0) -> SupportBounds:
        """Bounds on equilibrium payoffs from a state; raises ``GameError`` if the solver gives polygons instead."""
        found = self.payoff_sets[self._state(state)]
        if not isinstance(found, SupportBounds):
            raise GameError(f"{self.solver} gives payoff sets as polygons; use payoff_set(state)")
        return found

    def _state(self, state: str | int) -> int:
        if isinstance(state, str):
            return self.game.state_index(state)
        if not 0 <= state < self.game.n_states:
            raise GameError(f"state {state} does not exist; the game has states 0 to {self.game.n_states - 1}")
        return int(state)

    @abstractmethod
    def verdict(self, target: Target) -> Verdict:
        """Whether the target is the path of an equilibrium; certificates are checked exactly before they are returned.

        ``target``  a profile ("comply,comply" or its labels) to be played in every state that has it, a mapping from
        states to the profiles allowed there, or a ``Plan``.  Raises ``GameError`` if the game does not have it.
        """

    @abstractmethod
    def automaton(self, target: Target) -> StrategyAutomaton | None:
        """An equilibrium whose path keeps to the target, as an automaton; None if none is proved."""

    def to_json(self) -> dict[str, Any]:
        """The ``servanda-solution/1`` object."""
        return {
            "format": FORMAT,
            "solver": self.solver,
            "why": self.why,
            "concept": self.concept.value,
            "game": self.game.name,
            "digest": self.game.digest,
            "discount": [float(d) for d in self.game.discount],
            "transfers": self.game.transfers,
            "status": self.status,
            "states": {name: self.state_json(s) for s, name in enumerate(self.game.states)},
            "empty": self.empty,
            "iterations": self.iterations,
            "error_bound": finite(self.error_bound),
            "seconds": round(self.seconds, 6),
        }

    def state_json(self, state: int) -> dict[str, Any]:
        """What ``to_json`` says of one state."""
        found = self.payoff_sets[state]
        if isinstance(found, SupportBounds):
            return {"support": {
                "directions": found.directions.tolist(),
                "outer": [finite(x) for x in found.outer],
                "inner": [finite(x) for x in found.inner],
            }}
        return {
            "vertices": found.vertices.tolist(),
            "inner": found.inner.tolist(),
            "gap": finite(found.gap),
            "worst_payoffs": None if found.empty else found.worst.tolist(),
        }


class Solver(ABC):
    """A method.  Subclasses are final frozen dataclasses; their fields are the method's options.

    ``name``        the file's name.
    ``exact_for``   the games and the concept for which what it says is the whole truth, in words.
    ``cost``        how its time grows, in words.
    ``source``      where the method comes from.
    ``concept``     "rne" if it solves for relational negotiation equilibria, otherwise "spe".
    ``preference``  solvers with lower numbers are tried first: 10 for methods that find the whole payoff set,
                    90 for methods that find some equilibria only.
    ``by_name_only``  empty, or why the method answers another question than is asked without naming it, in words; it is
                    then used only where it is named.
    """

    name: ClassVar[str]
    exact_for: ClassVar[str]
    cost: ClassVar[str]
    source: ClassVar[str]
    concept: ClassVar[Literal["spe", "rne"]] = "spe"
    preference: ClassVar[int]
    by_name_only: ClassVar[str] = ""

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


def payoffs_with_transfers(
    joint: float, worst: Floats, live: bool, least: float = -math.inf
) -> EquilibriumPayoffSet | SupportBounds:
    """The set {least <= sum of payoffs <= joint, payoff of i >= worst[i]}, empty unless ``live``.

    A polygon for two players, the support in the directions of its faces for others.  ``worst`` Float[players].
    """
    n = len(worst)
    corner = least > worst.sum() + 1e-12 * (abs(joint) + np.abs(worst).sum())
    if n != 2 and corner:
        directions = np.vstack([np.ones(n), -np.ones(n), -np.eye(n)])
        bound = np.concatenate([[joint, -least], -worst]) if live else np.full(n + 2, -np.inf)
        return SupportBounds(directions, bound, bound)
    if n != 2:
        directions = np.vstack([np.ones(n), -np.eye(n)])
        bound = np.concatenate([[joint], -worst]) if live else np.full(n + 1, -np.inf)
        return SupportBounds(directions, bound, bound)
    if not live:
        return EquilibriumPayoffSet(np.empty((0, 2)), np.empty((0, 2)), 0.0)
    surplus = max(joint - float(worst.sum()), 0.0)
    if corner and surplus > 0:
        gone = least - float(worst.sum())
        cut = worst + np.array([[gone, 0.0], [surplus, 0.0], [0.0, surplus], [0.0, gone]])
        cut = cut if gone < surplus * (1 - 1e-12) else cut[1:3]
        return EquilibriumPayoffSet(cut, cut, 0.0)
    corners = worst + (np.array([[0.0, 0.0], [surplus, 0.0], [0.0, surplus]]) if surplus > 0 else np.zeros((1, 2)))
    return EquilibriumPayoffSet(corners, corners, 0.0)


def plan_of(game: StochasticGame, target: Target) -> Plan:
    """The plan that a target names; raises ``GameError`` if the game does not have it."""
    if isinstance(target, Plan):
        if target.game is not game and target.game.digest != game.digest:
            raise GameError("the plan was made for another game; make it from the game that was solved")
        return target
    if isinstance(target, Mapping):
        return Plan.from_json(game, target)
    return Plan.of_profile(game, target)


def only_if_proved(game: StochasticGame, verdict: Verdict) -> Verdict:
    """The verdict if its certificate passes the exact check, otherwise ``Undecided`` saying where the check failed."""
    if isinstance(verdict, Undecided):
        return verdict
    report = verdict.certificate.check(game)
    if report.accepted:
        return verdict
    bounds = {} if verdict.margin is None else {"computed_margin": verdict.margin}
    return Undecided(verdict.concept, f"the exact check refused the evidence: {report.place}: {report.problem}", bounds)


def verdict_json(verdict: Verdict) -> dict[str, Any]:
    """A verdict as JSON; the certificate itself is left out, its kind and that it was checked are told."""
    if isinstance(verdict, Undecided):
        return {
            "verdict": "undecided",
            "concept": verdict.concept.value,
            "reason": verdict.reason,
            "bounds": {key: finite(value) for key, value in verdict.bounds.items()},
        }
    return {
        "verdict": "sustainable" if isinstance(verdict, Sustainable) else "unsustainable",
        "concept": verdict.concept.value,
        "margin": finite(verdict.margin),
        "certificate": {"kind": verdict.certificate.kind, "checked": True},
    }


def certificate_of(verdict: Verdict) -> Certificate | None:
    """The verdict's certificate, if it has one."""
    return verdict.certificate if isinstance(verdict, (Sustainable, Unsustainable)) else None


def finite(number: float | None) -> float | None:
    """The number if JSON can hold it, else None."""
    return float(number) if number is not None and math.isfinite(number) else None
