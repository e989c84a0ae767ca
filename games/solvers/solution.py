"""What every solution promises: payoff sets, proved verdicts, margins, and where a plan is weakest."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import wraps
from typing import Any, ClassVar, Literal, Protocol, final

import numpy as np

from games.certificates.automata.no_profitable_deviation import NoProfitableDeviation
from games.certificates.certificate import SolutionConcept
from games.certificates.signals.self_generation import PublicSelfGeneration
from games.certificates.signals.undetected_deviation import PaysUnseen, UndetectedDeviation, deviator
from games.certificates.transfers.schedule import TransferSchedule
from games.model.clock import TimedPlan, without_clock
from games.model.plan import Plan
from games.model.public_automaton import PublicAutomaton
from games.model.stochastic_game import GameError, StochasticGame, as_index
from games.model.strategy_automaton import StrategyAutomaton
from games.numerics.arrays import Floats
from games.numerics.shown import Shown
from games.solvers.invariants import fault_of_verdict
from games.solvers.payoff_set import EquilibriumPayoffSet, SupportBounds
from games.solvers.verdict import Sustainable, Undecided, Verdict, certificate_of, finite

FORMAT = "servanda-solution/1"

Target = str | Sequence[str | int] | Mapping[str, Sequence[Sequence[str | int]]] | Plan | TimedPlan
Bounds = tuple[float | None, float | None]
"""The least and the most that a number can be; None where that is not known."""


class AtEveryDiscount(Protocol):
    """Equilibria of a game at every common discount factor; ``part`` is its name in ``servanda-solution/1``."""

    part: ClassVar[str]

    def to_json(self) -> dict[str, Any]:
        """The part of ``servanda-solution/1``."""
        ...


@final
@dataclass(frozen=True)
class Temptation:
    """The best deviation of one player from a profile: the row it brings about and what it gains, payoff units."""

    player: int
    deviation: int
    gain: float


@final
@dataclass(frozen=True)
class WeakestDeviation:
    """A deviation of one player, for one period, from the path of a plan.

    ``state``, ``player``  indices.
    ``played``     the row that the plan has played; ``deviation`` the row that the deviation brings about.
    ``margin``     value of complying minus value of deviating, over (1 - discount factor), in payoff units: the extra
                   one-off temptation that it withstands (negative if it pays).
    ``together``   with side payments only: the best deviation of every player, the most tempted first.  Payments can
                   shift what is at stake to whoever needs it, so that the margin is ``at_stake`` less all positive
                   gains, and the deviation named is that of the most tempted player.
    """

    state: int
    player: int
    played: int
    deviation: int
    margin: float
    together: tuple[Temptation, ...] = ()
    at_stake: float | None = None

    def to_json(self, game: StochasticGame) -> dict[str, Any]:
        """The ``weakest_link`` of ``servanda-solution/1``: names and action labels."""
        out = {
            "state": game.states[self.state],
            "player": game.players[self.player],
            "played": list(game.profile_labels(self.played)),
            "deviation": game.profile_labels(self.deviation)[self.player],
            "margin": finite(self.margin),
        }
        if self.at_stake is None:
            return out
        return out | {
            "at_stake": self.at_stake,
            "deviations": [
                {"player": game.players[t.player], "deviation": game.profile_labels(t.deviation)[t.player],
                 "gain": t.gain} for t in self.together],
        }


@dataclass(frozen=True, eq=False, repr=False)
class Solution(Shown, ABC):
    """What a solver found out about one game.

    ``solver``       its name; ``why`` it was used, in words.
    ``concept``      the notion of equilibrium.
    ``status``       "converged", or "undecided" when the payoff sets are only bounds.
    ``payoff_sets``  one per state.
    ``error_bound``  distance between the reported sets and the true ones, in payoff units; None if not known.
    ``seconds``      wall time of solving.
    ``fault``        what about the payoff sets cannot be so, in words, so that they are not to be relied on; empty if
                     they passed the invariants.  Verdicts stand on their own proofs.

    The base class puts the invariants before every verdict and margin as well.
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
    fault: str = field(default="", kw_only=True)

    def __init_subclass__(cls, **options: Any) -> None:
        """Put the invariants before what the method answers."""
        super().__init_subclass__(**options)
        cls.__repr__ = Solution.__repr__  # type: ignore[method-assign]
        for name in _INVARIANTS.keys() & vars(cls).keys():
            setattr(cls, name, _INVARIANTS[name](vars(cls)[name]))

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
        number = as_index(state)
        if number is not None and not 0 <= number < self.game.n_states:
            raise GameError(f"state {state} does not exist; the game has states 0 to {self.game.n_states - 1}")
        return self.game.state_index(state)

    @abstractmethod
    def verdict(self, target: Target) -> Verdict:
        """Whether the target is the path of an equilibrium; certificates are checked exactly before they are returned.

        ``target``  a profile ("comply,comply" or its labels) to be played in every state that has it, a mapping from
        states to the profiles allowed there, a ``Plan``, or a ``TimedPlan`` where it varies over time: the method, with
        its usual options, then judges it in the game with a clock.  Raises ``GameError`` if the game does not have it.
        """

    def including(self, verdict: Verdict) -> Solution:
        """The solution with the payoffs that a verdict proves equilibria to have inside its payoff sets.

        The same where the sets hold them anyway, as those of methods do that find all of the set.
        """
        return self

    @property
    def payoff_range(self) -> float:
        """The largest payoff of a period less the smallest, the measure of margins; 1 if all payoffs are the same."""
        return float(np.ptp(self.game.payoffs)) or 1.0

    def margin(self, target: Target) -> float | None:
        """How much more a player might be tempted once, in payoff units: negative where the target fails.

        In floating point, as a verdict's margin without its proof; where there is no such number, the payoff range with
        the sign of the answer.  None if the answer cannot be told.
        """
        return self._margin_of(self.verdict(target))

    def _margin_of(self, verdict: Verdict) -> float | None:
        if isinstance(verdict, Undecided):
            return None
        margin = finite(verdict.margin)
        if isinstance(verdict, Sustainable):
            return self.payoff_range if margin is None else max(margin, 0.0)
        return -self.payoff_range if margin is None or margin >= 0 else margin

    def weakest_link(self, target: Target, verdict: Verdict | None = None) -> WeakestDeviation | None:
        """The deviation that decides a target's margin, as far as it can be told; None if not, or nobody can deviate.

        ``verdict``  the target's verdict if it is known already.

        Unless the method knows better, the weakest link of the automaton that proves that the target holds, or the
        undetected deviation that refutes it.
        """
        evidence = certificate_of(verdict or self.verdict(target))
        if isinstance(evidence, UndetectedDeviation):
            return _undetected(self.game, evidence)
        if not isinstance(evidence, NoProfitableDeviation):
            return None
        link = evidence.weakest_link(self.game)
        if link is None:
            return None
        cell = evidence.automaton.cells[link.mode, link.state]
        # Where a clock is part of the state, states and rows of all its hands come one after another.
        states, rows = self.game.n_states, self.game.n_rows
        return None if cell.row < 0 else WeakestDeviation(
            link.state % states, link.player, cell.row % rows, link.row % rows, link.slack)

    def joint_bounds(self, state: str | int | None = None) -> Bounds:
        """What the greatest joint payoff of an equilibrium from a state can be; None where not known or there is none.

        ``state``  by name or index; the initial one if None.
        """
        found = self.payoff_sets[self.game.initial if state is None else self._state(state)]
        if found.empty:
            return None, None
        if isinstance(found, SupportBounds):
            low, high = found.support(np.ones(self.game.n_players))
            return finite(low), finite(high)
        inside = float(found.inner.sum(axis=1).max()) if len(found.inner) else None
        return inside, float(found.vertices.sum(axis=1).max())

    @property
    def joint_payoff(self) -> Floats:
        """Float[states]: the most that all players together have in an equilibrium; NaN where there is none.

        Raises ``GameError`` if the method does not speak of side payments.
        """
        raise GameError(f"{self.solver} knows no side payments; use payoff_set(state)")

    @property
    def punishment_payoffs(self) -> Floats:
        """Float[states, players]: the least that each player has in an equilibrium; NaN where there is none.

        Raises ``GameError`` if the method does not speak of side payments.
        """
        raise GameError(f"{self.solver} knows no side payments; use payoff_set(state)")

    def schedule(self, target: Target) -> TransferSchedule | None:
        """Who pays whom, and when, in an equilibrium that keeps to the target; None if none is proved.

        Raises ``GameError`` if the method cannot say.
        """
        raise GameError(f"{self.solver} does not say who pays whom")

    def slacks_json(self) -> list[dict[str, Any]]:
        """The ``slacks`` of ``servanda-solution/1``: every row with its slack and the players' best deviations.

        Raises ``GameError`` if the method cannot say.
        """
        raise GameError(f"{self.solver} does not tell the slack of every profile")

    def at_every_discount(self) -> AtEveryDiscount:
        """Exact thresholds of the discount factor, in repeated games; raises ``GameError`` if the method has none."""
        raise GameError(f"{self.solver} does not solve for all discount factors at once")

    def remarks(self) -> tuple[tuple[str, str], ...]:
        """What the method has to say of its own about the solution: pairs of a short word and a sentence."""
        return ()

    def automaton(self, target: Target, verdict: Verdict | None = None) -> StrategyAutomaton | PublicAutomaton | None:
        """An equilibrium whose path keeps to the target, as the automaton of its proof; None if that holds none.

        ``verdict``  the target's verdict if it is known already.

        Automata have no place for payments: where players pay one another the certificate says what is played.
        """
        verdict = verdict or self.verdict(target)
        evidence = verdict.certificate if isinstance(verdict, Sustainable) else None
        if isinstance(evidence, NoProfitableDeviation) and evidence.clock is not None:
            return without_clock(evidence.automaton, self.game, evidence.clock)
        return evidence.automaton if isinstance(evidence, NoProfitableDeviation | PublicSelfGeneration) else None

    def best_automaton(self, weights: Floats | None = None, *, prove: bool = True) -> PublicAutomaton | None:
        """The equilibrium of greatest weighted payoff that was found, where play follows public signals.

        ``weights``  Float[players]; equal if None.
        ``prove``    prove it exactly; without, no deviation pays in floating point.

        None if there is none, or the method does not build any.
        """
        return None

    def beginning_with(self, plan: Plan, *, prove: bool = True) -> PublicAutomaton | None:
        """The equilibrium of greatest joint payoff found among those that begin as a plan says, and may leave it later.

        ``prove``  as in ``best_automaton``.  None if there is none, or the method does not look for any.
        """
        return None

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
        } | ({"fault": self.fault} if self.fault else {})

    def state_json(self, state: int) -> dict[str, Any]:
        """What ``to_json`` says of one state."""
        found = self.payoff_sets[state]
        if isinstance(found, SupportBounds):
            return {"support": _support_json(found)}
        return {
            "vertices": found.vertices.tolist(),
            "inner": found.inner.tolist(),
            "gap": finite(found.gap),
            "worst_payoffs": None if found.empty else found.worst.tolist(),
        }


def _support_json(found: SupportBounds) -> dict[str, Any]:
    """The ``support`` of ``servanda-solution/1``; with a hull from inside also the gap and the shape of both sides."""
    out: dict[str, Any] = {
        "directions": found.directions.tolist(),
        "outer": [finite(x) for x in found.outer],
        "inner": [finite(x) for x in found.inner],
    }
    if found.points is None:
        return out
    normals, levels = found.facets
    return out | {
        "gap": finite(found.gap),
        "vertices": found.points.tolist(),
        "facets": [{"direction": d, "at_most": x} for d, x in zip(normals.tolist(), levels.tolist(), strict=True)],
    }


def _checked_verdict(judge: Callable[..., Verdict]) -> Callable[..., Verdict]:
    """The same, undecided where the verdict cannot be so; without a margin where it rests on sets that cannot."""

    @wraps(judge)
    def checked(self: Solution, target: Target) -> Verdict:
        verdict = _timed(self, target) if isinstance(target, TimedPlan) else judge(self, target)
        fault = fault_of_verdict(self, verdict)
        if fault:
            return Undecided(verdict.concept, f"the method contradicts itself: {fault}")
        if not self.fault:
            return verdict
        if isinstance(verdict, Undecided):
            return Undecided(verdict.concept, f"the payoff sets cannot be so: {self.fault}")
        return replace(verdict, margin=None)

    return checked


def _checked_margin(measure: Callable[..., float | None]) -> Callable[..., float | None]:
    """The same, None where it is no number, and that of the verdict where it rests on sets that cannot be so."""

    @wraps(measure)
    def checked(self: Solution, target: Target) -> float | None:
        plain = bool(self.fault) or isinstance(target, TimedPlan)
        return Solution.margin(self, target) if plain else finite(measure(self, target))

    return checked


def _checked_link(measure: Callable[..., WeakestDeviation | None]) -> Callable[..., WeakestDeviation | None]:
    """The same; where a plan varies over time, the weakest link of its proof."""

    @wraps(measure)
    def checked(self: Solution, target: Target, verdict: Verdict | None = None) -> WeakestDeviation | None:
        return (Solution.weakest_link if isinstance(target, TimedPlan) else measure)(self, target, verdict)

    return checked


def _timed(solution: Solution, target: TimedPlan) -> Verdict:
    from games.solvers.timed import timed_verdict

    return timed_verdict(solution, target)


_INVARIANTS: dict[str, Callable[[Callable[..., Any]], Callable[..., Any]]] = {
    "verdict": _checked_verdict, "margin": _checked_margin, "weakest_link": _checked_link,
}


def _undetected(game: StochasticGame, evidence: UndetectedDeviation) -> WeakestDeviation:
    """Of the departures that refute a plan the one that gains least; what follows is what compliance brings."""
    links = []
    for step in evidence.steps:
        player = deviator(game, step) if isinstance(step, PaysUnseen) else None
        if isinstance(step, PaysUnseen) and player is not None:
            gain = game.exact_payoff(step.deviation, player) - game.exact_payoff(step.row, player)
            links.append(WeakestDeviation(
                int(game.row_state[step.row]), player, step.row, step.deviation, -float(gain)))
    return max(links, key=lambda link: link.margin)


def plan_of(game: StochasticGame, target: Target) -> Plan:
    """The plan that a target names; raises ``GameError`` if the game does not have it."""
    if isinstance(target, Plan):
        if target.game is not game and target.game.digest != game.digest:
            raise GameError("the plan was made for another game; make it from the game that was solved")
        return target
    if isinstance(target, TimedPlan):
        raise GameError("this plan varies over time, and what is asked of it takes plans that do not: ask it of "
                        "the game plan.plan.game and its plan plan.plan, or ask for verdict(plan)")
    if isinstance(target, Mapping):
        return Plan.from_json(game, target)
    return Plan.of_profile(game, target)
