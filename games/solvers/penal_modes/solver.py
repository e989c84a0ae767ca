"""Verdicts both ways for any number of players, by penal codes of few modes and outer bounds.

A plan holds where an automaton of a few modes per state keeps to it and no deviation from the automaton pays; it fails
where bounds on what any equilibrium can give leave no room for it.  Both are proved exactly.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import final

import numpy as np

from games.certificates.automata.no_profitable_deviation import NoProfitableDeviation
from games.certificates.automata.self_generation import SelfGeneration
from games.certificates.certificate import SolutionConcept
from games.certificates.exclusion.exclusion import Exclusion
from games.model.plan import Plan
from games.model.stochastic_game import StochasticGame
from games.model.strategy_automaton import StrategyAutomaton
from games.numerics.arrays import Floats
from games.numerics.progress import Progress
from games.play.markov_play import MarkovPlay
from games.solvers.outer_bounds import AxisBounds, axis_bounds, refute, refute_and_check
from games.solvers.payoff_set import SupportBounds
from games.solvers.penal_modes.arrays import PenalGame
from games.solvers.penal_modes.automaton import automaton_of
from games.solvers.penal_modes.patience import for_more_patient
from games.solvers.penal_modes.payoff_sets import axis_sets, solved_sets, widest_gap
from games.solvers.penal_modes.search import QUICK, THOROUGH, Try, codes
from games.solvers.solution import Solution, Target, plan_of
from games.solvers.solver import Solver
from games.solvers.verdict import Sustainable, Undecided, Unsustainable, Verdict, finite, only_if_proved

QUICK_SECONDS = 2.0
DENOMINATORS = (10**6, 10**10)
"""Of the chances in lotteries: where small ones are too coarse for the exact check, finer ones."""

CLOSE = 1e-7
"""Of margins, relative to the payoff range."""

LESS_PATIENT = (Fraction(9, 10), Fraction(3, 4), Fraction(1, 2), Fraction(1, 4))
"""A repeated game is also looked at with its factor times these."""


@final
@dataclass(frozen=True, eq=False)
class PenalModesSolution(Solution):
    """Bounds on equilibrium payoffs, and the verdicts that penal codes and outer bounds prove.

    ``bounds``          along the axes;
    ``search_seconds``  time allowed for the search for an automaton, ``refute_seconds`` for a proof that none exists.
    ``proofs``          that the inner points of the payoff sets are payoffs of equilibria;
    ``nowhere``         that no equilibrium exists from the initial state, if that is so.
    """

    bounds: AxisBounds
    search_seconds: float
    refute_seconds: float
    proofs: tuple[SelfGeneration, ...] = ()
    nowhere: Exclusion | None = None

    @property
    def empty(self) -> bool:
        """No equilibrium exists from the initial state, by proof."""
        return self.nowhere is not None

    def including(self, verdict: Verdict) -> PenalModesSolution:
        """As in ``Solution``: the payoffs of every mode of the automaton that proves that a target holds."""
        evidence = verdict.certificate if isinstance(verdict, Sustainable) else None
        if not isinstance(evidence, NoProfitableDeviation):
            return self
        more: dict[int, list[Floats]] = {}
        for (_, state), value in evidence.values(self.game).items():
            more.setdefault(state, []).append(value)
        sets = list(self.payoff_sets)
        for state, values in more.items():
            sets[state] = self.support_bounds(state).with_points(np.array(values))
        status, gap = widest_gap(self.game, [found for found in sets if isinstance(found, SupportBounds)])
        return replace(self, payoff_sets=tuple(sets), status=status, error_bound=finite(gap))

    @cached_property
    def arrays(self) -> PenalGame:
        """The game in the numbers of the kernels."""
        return PenalGame.of(self.game)

    def margin_in_floats(self, plan: Plan) -> float | None:
        """The plan's margin without proofs where it holds, a number below zero where it fails; None if neither shows.

        An automaton that floating point finds sound counts as one.
        """
        upper = self._upper_margin(plan)
        if upper is not None and upper < 0:
            return upper
        if not self.bounds.empty[self.game.initial]:
            for way in QUICK:
                for code in codes(self.arrays, plan, self._box, self.bounds.alive, way,
                                  time.monotonic() + QUICK_SECONDS):
                    slack = code.path_slack(self.arrays) if plan.is_markov else self.payoff_range
                    return max(min(slack, self.payoff_range), 0.0)
        if refute_and_check(self.game, plan, seconds=min(QUICK_SECONDS, self.refute_seconds)) is not None:
            return -np.finfo(float).tiny
        lifted = self._from_less_patience(plan)
        return None if lifted is None else lifted.margin or 0.0

    def verdict(self, target: Target) -> Verdict:
        """Whether the target is the path of an equilibrium, proved exactly; otherwise ``Undecided`` with bounds.

        What is quick is tried first, both ways, then what is thorough.
        """
        plan = plan_of(self.game, target)
        upper = self._upper_margin(plan)
        hopeless = self.bounds.empty[self.game.initial] or (upper is not None and upper < 0)
        for seconds, tries in ((QUICK_SECONDS, QUICK), (self.search_seconds, THOROUGH)):
            found = None if hopeless else self._sustained(plan, tries, min(seconds, self.search_seconds))
            if found is None and not hopeless and tries is THOROUGH:
                found = self._from_less_patience(plan)
            if found is not None:
                return found
            refuted = refute_and_check(self.game, plan, seconds=min(seconds, self.refute_seconds))
            if refuted is not None:
                # Rounding may have put a margin that is proved negative at zero.
                below = -np.finfo(float).tiny if upper is None else min(upper, -np.finfo(float).tiny)
                return Unsustainable(self.concept, refuted[0], below, refuted[1])
        bounds = {} if upper is None or not np.isfinite(upper) else {"margin_upper": upper}
        return Undecided(self.concept, "no penal code of few modes was found that keeps to the plan, and no proof that "
                         "there is none", bounds)

    def _sustained(self, plan: Plan, tries: tuple[Try, ...], seconds: float) -> Sustainable | None:
        """The proof by an automaton; None if none was found that the exact check accepts."""
        deadline = time.monotonic() + seconds
        for way in tries:
            proved = self._best(plan, self._automata(plan, way, deadline))
            if proved is not None or time.monotonic() > deadline:
                return proved
        return None

    def _automata(self, plan: Plan, way: Try, deadline: float) -> Iterator[tuple[StrategyAutomaton, ...]]:
        """Candidates, each with coarse and with fine chances, the later ones withstanding more."""
        least = -np.inf
        for code in codes(self.arrays, plan, self._box, self.bounds.alive, way, deadline):
            slack = code.path_slack(self.arrays) if plan.is_markov else 0.0
            if slack > least + CLOSE * self.payoff_range:
                least = slack
                yield tuple(automaton_of(self.arrays, code, below) for below in DENOMINATORS)

    def _best(self, plan: Plan, candidates: Iterator[tuple[StrategyAutomaton, ...]]) -> Sustainable | None:
        """The last candidate that the exact check accepts, of those that follow upon one another."""
        proved: Sustainable | None = None
        for automata in candidates:
            for automaton in automata:
                tried = self._proved(plan, automaton)
                if tried is not None:
                    proved = tried
                    break
        return proved

    def _proved(self, plan: Plan, automaton: StrategyAutomaton) -> Sustainable | None:
        """The proof by one automaton, with the margin of its path; None if the exact check refuses it."""
        certificate = NoProfitableDeviation.of(self.game, automaton, plan)
        tried = only_if_proved(self.game, Sustainable(self.concept, certificate))
        if not isinstance(tried, Sustainable) or tried.report is None:
            return None
        margin = tried.report.numbers.get("margin")
        return replace(tried, margin=None if margin is None else max(margin, 0.0))

    def _from_less_patience(self, plan: Plan) -> Sustainable | None:
        """In a repeated game, what does for less patient players does for these: the proof, if one is found so."""
        game = self.game
        if game.n_states > 1 or not game.common_discount:
            return None
        after = game.exact_discount(0)
        for share in LESS_PATIENT:
            before = (after * share).limit_denominator(1000)
            if not 0 < before < after:
                continue
            there = game.with_discount(before)
            less = replace(self, game=there, bounds=axis_bounds(there))
            if less.bounds.empty[0]:
                continue
            kept = Plan(there, plan.allowed)
            for way in QUICK:
                for automata in less._automata(kept, way, time.monotonic() + QUICK_SECONDS):
                    for automaton in automata:
                        proved = self._proved(plan, for_more_patient(automaton, before, after))
                        if proved is not None:
                            return proved
        return None

    @cached_property
    def _box(self) -> tuple[Floats, Floats]:
        """Float[states, players] twice: bounds on payoffs on the kernels' scale, those of stage payoffs where no
        equilibrium exists."""
        b, g = self.bounds, self.game.payoffs
        least = np.where(b.empty[:, None], g.min(axis=0), b.least)
        return self.arrays.scaled(least), self.arrays.scaled(b.most)

    def _upper_margin(self, plan: Plan) -> float | None:
        """No punishment holds a player below its bound, so a settled path cannot have more slack than this."""
        if not plan.is_markov or self.bounds.empty[self.game.initial]:
            return None
        play = MarkovPlay(self.game, np.flatnonzero(plan.allowed).astype(np.int64))
        slack = play.slack(play.values(), self.bounds.least).value
        return float(slack[play.reached(self.game.initial)].min())


@final
@dataclass(frozen=True)
class PenalModes(Solver):
    """Penal codes of few modes against outer bounds.

    ``search_seconds``  time allowed for the search for an automaton that keeps to a plan,
    ``refute_seconds``  for the search for a proof that no equilibrium does,
    ``set_seconds``     after which payoff sets are told as they are,
    ``whole_sets``      bound the payoff sets in many directions and from both sides where the game is small enough;
                        without, along the axes and from outside.
    """

    name = "penal_modes"
    exact_for = "perfect monitoring, no side payments, any number of players, public randomisation, pure actions"
    cost = "per sweep, a few small linear programs per state and mode"
    source = "Abreu (1988); Abreu, Pearce and Stacchetti (1990); Judd, Yeltekin and Conklin (2003)"
    preference = 20

    search_seconds: float = 20.0
    refute_seconds: float = 20.0
    set_seconds: float = 20.0
    whole_sets: bool = True

    def accepts(self, game: StochasticGame) -> str | None:
        """Perfect monitoring, no transfers."""
        if game.monitoring is not None:
            return "players see public signals, and it needs everyone to see what was done"
        if game.transfers != "none":
            return "side payments are possible, and it knows none"
        return None

    def margin_at(self, game: StochasticGame, plan: Plan, discount: float) -> float | None:
        """As in ``Solver``: no exact checks where an automaton is found."""
        there = game.with_discount(discount)
        return self.quick().solve(there).margin_in_floats(Plan(there, plan.allowed))

    def verdict_at(self, game: StochasticGame, plan: Plan, discount: float, near: float | None = None) -> Verdict:
        """As in ``Solver``; no payoff sets are drawn."""
        return super(PenalModes, self.quick()).verdict_at(game, plan, discount, near)

    def quick(self) -> PenalModes:
        """Without payoff sets."""
        return replace(self, whole_sets=False)

    def solve(self, game: StochasticGame, progress: Progress | None = None) -> PenalModesSolution:
        """Bound the payoffs; raises ``GameError`` if ``accepts`` refuses the game."""
        self.insist(game)
        began = time.perf_counter()
        bounds = axis_bounds(game)
        found = solved_sets(game, bounds, self.set_seconds) if self.whole_sets else axis_sets(game, bounds)
        nowhere = None
        if self.whole_sets and found.sets[game.initial].empty:
            nowhere = refute(game, seconds=self.refute_seconds)
        status, gap = widest_gap(game, found.sets)
        if nowhere is not None and all(here.empty for here in found.sets):
            status, gap = "converged", 0.0
        return PenalModesSolution(
            solver=self.name, why="asked for by name", concept=SolutionConcept.PURE_SUBGAME_PERFECT, game=game,
            status=status, payoff_sets=found.sets, iterations=found.rounds, error_bound=finite(gap),
            seconds=time.perf_counter() - began, bounds=bounds, search_seconds=self.search_seconds,
            refute_seconds=self.refute_seconds, proofs=found.proofs, nowhere=nowhere)
