"""Verdicts both ways for any number of players, by penal codes of few modes and outer bounds.

A plan holds where an automaton of a few modes per state keeps to it and no deviation from the automaton pays; it fails
where bounds on what any equilibrium can give leave no room for it.  Both are proved exactly.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from itertools import chain
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
from games.play.markov_play import MarkovPlay, first_least, like
from games.solvers.outer_bounds import refute, refute_and_check
from games.solvers.penal_modes.arrays import PenalGame
from games.solvers.penal_modes.automaton import DENOMINATORS, automaton_of
from games.solvers.penal_modes.bounds import Box, axis_box
from games.solvers.penal_modes.grown_codes import grown_codes
from games.solvers.penal_modes.modes import twice_as_many, with_directions
from games.solvers.penal_modes.patience import for_more_patient
from games.solvers.penal_modes.payoff_sets import axis_sets, solved_sets, widest_gap
from games.solvers.penal_modes.pinned_codes import Path
from games.solvers.penal_modes.search import ENOUGH, QUICK, THOROUGH, Code, Search, Try, settled_rows
from games.solvers.solution import Solution, Target, WeakestDeviation, plan_of
from games.solvers.solver import Solver
from games.solvers.verdict import (
    BARELY,
    Sustainable,
    Undecided,
    Unsustainable,
    Verdict,
    finite,
    only_if_proved,
)

QUICK_SECONDS = 2.0
CLOSE = 1e-7
"""Of margins, relative to the payoff range."""

MOST_HINTS = 60
"""Directions that the search for an automaton offers to the search for a refutation."""

LESS_PATIENT = tuple(Fraction(k, 100) for k in (99, 97, 95, 90, 75, 50, 25))
"""A repeated game is also looked at with its factor times these."""

FEW_SWEEPS = 8
"""Of the bounds, that are enough for most answers at one of many discount factors."""


@final
@dataclass(frozen=True, eq=False)
class PenalModesSolution(Solution):
    """Bounds on equilibrium payoffs, and the verdicts that penal codes and outer bounds prove.

    ``box``             bounds along the axes;
    ``search_seconds``  processor time allowed for the search for an automaton, ``refute_seconds`` for a proof that
                        there is none;
    ``proofs``          that the inner points of the payoff sets are payoffs of equilibria;
    ``nowhere``         that no equilibrium exists from the initial state, if that is so.
    """

    arrays: PenalGame
    box: Box
    search_seconds: float
    refute_seconds: float
    proofs: tuple[SelfGeneration, ...] = ()
    nowhere: Exclusion | None = None
    _held: dict[tuple[bytes, tuple[Try, ...]], Code | None] = field(default_factory=dict, repr=False)

    @property
    def empty(self) -> bool:
        """No equilibrium exists from the initial state, by proof."""
        return self.nowhere is not None

    def including(self, verdict: Verdict) -> PenalModesSolution:
        """As in ``Solution``: the payoffs of every mode of the automaton that proves that a target holds."""
        evidence = verdict.certificate if isinstance(verdict, Sustainable) else None
        if not isinstance(evidence, NoProfitableDeviation) or evidence.clock is not None:
            return self
        more: dict[int, list[Floats]] = {}
        for (_, state), value in evidence.values(self.game).items():
            more.setdefault(state, []).append(value)
        sets = [self.support_bounds(state) for state in range(self.game.n_states)]
        for state, values in more.items():
            sets[state] = sets[state].with_points(np.array(values))
        status, gap = widest_gap(self.game, sets)
        return replace(self, payoff_sets=tuple(sets), status=status, error_bound=finite(gap))

    @cached_property
    def worst_bounds(self) -> Floats:
        """Float[states, players]: no equilibrium gives less; infinite where there is none."""
        return np.where(self.box.empty[:, None], np.inf, self.arrays.unscaled(self.box.least))

    def margin(self, target: Target) -> float | None:
        """As in ``Solution``, without proof: of the best penal code found quickly, or a bound where that is negative.

        Where none is found and nothing shows that there is none, that of the verdict.
        """
        plan = plan_of(self.game, target)
        return self._margin_of(self.verdict(plan)) if (told := self.quick_margin(plan)) is None else told

    def quick_margin(self, plan: Plan, tries: tuple[Try, ...] = QUICK) -> float | None:
        """The margin as far as floating point finds it quickly: negative where bounds refute the plan; else None."""
        refuted = self.refuted_by(plan)
        if refuted is not None:
            return refuted
        code = self.held(plan, tries)
        if code is None:
            return None
        slack = self.payoff_range if settled_rows(plan) is None else code.path_slack(self.arrays)
        return max(min(slack, self.payoff_range), 0.0)

    def refuted_by(self, plan: Plan) -> float | None:
        """A bound on the margin, where it is negative; None where bounds on payoffs do not refute the plan."""
        upper = self._upper_margin(plan)
        if self.box.empty[self.game.initial] or (upper is not None and upper < 0):
            return -self.payoff_range if upper is None else upper
        return None

    def held(self, plan: Plan, tries: tuple[Try, ...] = QUICK) -> Code | None:
        """A penal code that keeps to the plan as far as floating point tells, found quickly; None if none was."""
        key = (plan.allowed.tobytes(), tries)
        if key not in self._held:
            search = Search(self.arrays, plan, self.box)
            deadline = time.process_time() + QUICK_SECONDS
            found = (code for way in tries for code in search.codes(way, deadline))
            self._held[key] = next(chain(found, self._pinned(search, deadline)), None)
        return self._held[key]

    @staticmethod
    def _pinned(search: Search, deadline: float) -> Iterator[Code]:
        """Codes that lead back to the path of a plan that settles play."""
        if search.rows is None:
            return
        arrays = search.arrays
        on_path = MarkovPlay(arrays.game, search.rows).reached(arrays.initial)
        path = Path(arrays, arrays.quotient.class_of[search.rows], on_path)
        yield from (code for _, code in path.codes(search.box, ENOUGH, deadline))

    def margin_by_growth(self, plan: Plan) -> float | None:
        """The margin of a code of many points that floating point finds quickly; None if it finds none."""
        code = next(grown_codes(Search(self.arrays, plan, self.box), time.process_time() + QUICK_SECONDS), None)
        return None if code is None else max(min(code.path_slack(self.arrays), self.payoff_range), 0.0)

    def punishments(self, plan: Plan) -> Floats | None:
        """Float[states, players]: what the code that keeps to the plan holds deviators to; None if none was found.

        The bounds in states that no deviation from the plan or from a punishment reaches.
        """
        code = self.held(plan)
        if code is None:
            return None
        seen = code.judged.seen[:code.modes]
        values = np.where(seen[:, :, None], code.judged.values[:code.modes], np.inf).min(axis=0)
        some = np.asarray(seen.any(axis=0))
        return np.where(some[:, None], self.arrays.unscaled(values), self.worst_bounds)

    def best_play(self) -> tuple[StrategyAutomaton, Floats] | None:
        """The equilibrium of greatest joint payoff that was found, unproved, and Float[players], what it is worth."""
        free = Plan.free(self.game)
        code = self.held(free)
        if code is None:
            return None
        worth = self.arrays.unscaled(code.judged.values[code.start, self.game.initial])
        return automaton_of(self.arrays, code, free, DENOMINATORS[-1]), worth

    def weakest_link(self, target: Target, verdict: Verdict | None = None) -> WeakestDeviation | None:
        """As in ``Solution``; of a plan that settles play, also where bounds on punishments refute it."""
        plan = plan_of(self.game, target)
        verdict, rows = verdict or self.verdict(plan), settled_rows(plan)
        if isinstance(verdict, Sustainable) or rows is None or self.box.empty[self.game.initial]:
            return super().weakest_link(plan, verdict)
        play = MarkovPlay(self.game, rows)
        slack = play.slack(play.values(), self.worst_bounds)
        value = np.where(play.reached(self.game.initial)[:, None], slack.value, np.inf)
        state, player = first_least(value, like(self.game))
        least = float(value.min())
        if not least < 0:
            return None
        return WeakestDeviation(state, player, int(play.rows[state]), int(slack.row[state, player]), least)

    def verdict(self, target: Target) -> Verdict:
        """Whether the target is the path of an equilibrium, proved exactly; otherwise ``Undecided`` with bounds.

        What is quick is tried first, both ways, then what is thorough.
        """
        plan = plan_of(self.game, target)
        upper, n = self._upper_margin(plan), self.game.n_players
        hopeless = self.box.empty[self.game.initial] or (upper is not None and upper < 0)
        search = Search(self.arrays, plan, self.box)
        for seconds, tries in ((QUICK_SECONDS, QUICK), (self.search_seconds, THOROUGH)):
            found = None if hopeless else self._sustained(search, tries, min(seconds, self.search_seconds))
            if found is None and not hopeless and tries is THOROUGH:
                found = self.from_less_patience(plan)
            if found is not None:
                return found
            refuted = refute_and_check(
                self.game, plan, directions_hint=with_directions(twice_as_many(n), search.directions, MOST_HINTS),
                seconds=min(seconds, self.refute_seconds))
            if refuted is not None:
                # Rounding may have put a margin that is proved negative at zero.
                return Unsustainable(self.concept, refuted[0], BARELY if upper is None else min(upper, BARELY),
                                     refuted[1])
        bounds = {} if upper is None or not np.isfinite(upper) else {"margin_upper": upper}
        return Undecided(self.concept, "no penal code of few modes was found that keeps to the plan, and no proof that "
                         "there is none", bounds)

    def _sustained(self, search: Search, tries: tuple[Try, ...], seconds: float) -> Sustainable | None:
        """The proof by an automaton; None if none was found that the exact check accepts."""
        deadline = time.process_time() + seconds

        def until() -> float:
            """What fails must leave time for others."""
            return (time.process_time() + deadline) / 2 if tries is THOROUGH else deadline

        found = (search.codes(way, until()) for way in tries)
        other = (grown_codes if tries is THOROUGH else self._pinned)(search, until())
        for codes in chain([other], found) if tries is THOROUGH else chain(found, [other]):
            proved = self._best(search.plan, self._automata(search, codes))
            if proved is not None or time.process_time() > deadline:
                return proved
        return None

    def _automata(self, search: Search, codes: Iterator[Code]) -> Iterator[Iterator[StrategyAutomaton]]:
        """Candidates, each with coarse and with fine chances, the later ones withstanding more."""
        least = -np.inf
        for code in codes:
            slack = 0.0 if search.rows is None else code.path_slack(self.arrays)
            if slack > least + CLOSE * self.payoff_range:
                least = slack
                yield (automaton_of(self.arrays, code, search.plan, below) for below in DENOMINATORS)

    def _best(self, plan: Plan, candidates: Iterator[Iterator[StrategyAutomaton]]) -> Sustainable | None:
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

    def from_less_patience(self, plan: Plan) -> Sustainable | None:
        """In a repeated game, what does for less patient players does for these: the proof, if one is found so."""
        game = self.game
        if game.n_states > 1 or not game.common_discount:
            return None
        after = game.exact_discount(0)
        for share in LESS_PATIENT:
            before = (after * share).limit_denominator(1000)
            if not 0 < before < after:
                continue
            arrays = PenalGame.of(game.with_discount(before))
            kept, box = Plan(arrays.game, plan.allowed), axis_box(arrays)
            search = Search(arrays, kept, box)
            for way in () if box.empty[0] else QUICK:
                for code in search.codes(way, time.process_time() + QUICK_SECONDS):
                    for below in DENOMINATORS:
                        automaton = automaton_of(arrays, code, kept, below)
                        proved = self._proved(plan, for_more_patient(automaton, before, after))
                        if proved is not None:
                            return proved
        return None

    def _upper_margin(self, plan: Plan) -> float | None:
        """No punishment holds a player below its bound, so a settled path cannot have more slack than this."""
        rows = settled_rows(plan)
        if rows is None or self.box.empty[self.game.initial]:
            return None
        play = MarkovPlay(self.game, rows)
        slack = play.slack(play.values(), self.worst_bounds).value
        return float(slack[play.reached(self.game.initial)].min())


@final
@dataclass(frozen=True)
class PenalModes(Solver):
    """Penal codes of few modes against outer bounds.

    ``search_seconds``  processor time allowed for the search for an automaton that keeps to a plan,
    ``refute_seconds``  for the search for a proof that no equilibrium does,
    ``set_seconds``     after which payoff sets are told as they are,
    ``whole_sets``      bound the payoff sets in many directions and from both sides where the game is small enough;
                        without, along the axes and from outside.
    """

    name = "penal_modes"
    exact_for = (
        "verdicts, where it finds a proof, with perfect monitoring, no side payments, any number of players, any "
        "discount factors, pure actions, public randomisation; its payoff sets are held between two sides"
    )
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
        """As in ``Solver``: without exact checks where an automaton is found quickly or bounds refute the plan."""
        there = game.with_discount(discount)
        return self.quick_margin(there, Plan(there, plan.allowed))

    def quick_margin(
        self, game: StochasticGame, kept: Plan, known: Callable[[], float | None] | None = None
    ) -> float | None:
        """A plan's margin without proof, by the cheapest bounds that tell; None if neither answer shows.

        ``known``  asked for the margin before a penal code is sought; it may know none.
        """
        self.insist(game)
        arrays = PenalGame.of(game)
        loose = self._solution(arrays, axis_box(arrays, FEW_SWEEPS))
        told = loose.refuted_by(kept)
        if told is None and known is not None:
            told = known()
        if told is None:
            told = loose.quick_margin(kept, QUICK[:1])
        if told is None:
            closer = self._solution(arrays, axis_box(arrays))
            told = closer.quick_margin(kept)
        if told is None and refute_and_check(game, kept, seconds=min(QUICK_SECONDS, self.refute_seconds)) is not None:
            return BARELY
        if told is None and (lifted := closer.from_less_patience(kept)) is not None:
            return lifted.margin or 0.0
        return closer.margin_by_growth(kept) if told is None else told

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
        if progress is not None:
            progress("bounds on payoffs", 0.05)
        arrays = PenalGame.of(game)
        box = axis_box(arrays)
        found = self._solution(arrays, box)
        if self.whole_sets:
            sets = solved_sets(arrays, box, self.set_seconds, progress)
            nowhere = refute(game, seconds=self.refute_seconds) if sets.sets[game.initial].empty else None
            status, gap = widest_gap(game, sets.sets)
            if nowhere is not None and all(here.empty for here in sets.sets):
                status, gap = "converged", 0.0
            found = replace(found, status=status, payoff_sets=sets.sets, iterations=sets.rounds,
                            error_bound=finite(gap), proofs=sets.proofs, nowhere=nowhere)
        return replace(found, seconds=time.perf_counter() - began)

    def _solution(self, arrays: PenalGame, box: Box) -> PenalModesSolution:
        return PenalModesSolution(
            solver=self.name, why="asked for by name", concept=SolutionConcept.PURE_SUBGAME_PERFECT, game=arrays.game,
            status="undecided", payoff_sets=axis_sets(arrays, box).sets, iterations=0, error_bound=None, seconds=0.0,
            arrays=arrays, box=box, search_seconds=self.search_seconds, refute_seconds=self.refute_seconds)
