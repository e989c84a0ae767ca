"""Perfect public equilibria of games with public signals and no side payments, any number of players.

Verdicts both ways, each with a proof, and the best equilibrium found: few modes per state, among which lotteries choose
after signals, so that cooperation is followed, after bad signals, by phases of punishment that are just likely enough.
What is left open is told with bounds.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from functools import cached_property
from typing import final

import numpy as np

from games.certificates.certificate import CheckReport, SolutionConcept
from games.certificates.signals.self_generation import PublicSelfGeneration
from games.model.plan import Plan
from games.model.public_automaton import PublicAutomaton
from games.model.stochastic_game import StochasticGame
from games.numerics.arrays import Floats
from games.numerics.progress import Progress
from games.solvers.payoff_set import SupportBounds
from games.solvers.public_automata.joint_bounds import joint_bounds
from games.solvers.public_automata.programs import RowPrograms
from games.solvers.public_automata.refutations import Refutations
from games.solvers.public_automata.search import EFFORTS, Found, Search, directions, stationary
from games.solvers.solution import Bounds, Solution, Target, plan_of
from games.solvers.solver import Solver
from games.solvers.undetected_deviation import undetected_deviation
from games.solvers.verdict import Sustainable, Undecided, Unsustainable, Verdict

ROWS_LOOKED_AT = 25_000
"""Programs of rows that a search may solve: about ten seconds."""

PAYMENT_ENTRIES = 50_000
"""In larger tables of signals by rows neither joint bounds are sought nor refutations as if players could pay."""

MARGIN_STEPS = 6
WIDEST_GAP = 1e-6
"""Relative to the range of payoffs: a margin that is known so closely is not sought any closer."""

NEAREST = 1e-9
"""Relative to the range of payoffs: so much less than what none withstands is tried first."""

OPEN = (
    "no proof was found that an equilibrium keeps to it, nor that none does: none was found among those with a few "
    "modes per situation, and bounds on all equilibria leave room for it"
)


TOO_LARGE = "the signals are too many to look for equilibria, and bounds on all of them leave room for it"


@final
@dataclass(frozen=True, eq=False)
class PublicAutomataSolution(Solution):
    """Equilibria that were found, bounds on all, and the verdicts that follow.

    ``search``, ``refutations``  of the game.
    ``seconds_to_refute``        allowed for an exclusion under full observation; 0: only the quickest proofs.
    ``settled``                  what was found when the game was solved, alone in a tuple; empty if nothing was sought.
    """

    search: Search
    refutations: Refutations
    seconds_to_refute: float
    settled: tuple[Found | None, ...] = ()

    @cached_property
    def found(self) -> Found | None:
        """Modes that are equilibria in floating point; sought when they are asked for, if they were not before."""
        return self.settled[0] if self.settled else self.search.grown(self.refutations.box)

    def verdict(self, target: Target) -> Verdict:
        """Whether some equilibrium keeps to the target after every signal that its own play can bring about.

        As for two players: where every signal is always possible, nobody is then punished on the path.
        """
        plan = plan_of(self.game, target)
        unseen = undetected_deviation(self.game, plan)
        if unseen is not None and self.search.too_large:
            return unseen
        path = self.refutations.path(plan)
        if unseen is not None:
            return unseen.at_most(path.margin)
        refuted = self.refutations.from_path(plan, path)
        if refuted is not None:
            return refuted
        held = None if path.dead else self._held(plan, path.margin)
        if held is not None:
            proof, report = held
            margin = report.numbers.get("margin")
            return Sustainable(self.concept, proof, None if margin is None else max(margin, 0.0), report)
        why = TOO_LARGE if self.search.too_large else OPEN
        return self._refuted_otherwise(plan) or Undecided(self.concept, why, self._known(path.margin))

    def _refuted_otherwise(self, plan: Plan) -> Unsustainable | None:
        """By what players could do if they could pay one another, or saw everything."""
        if self.seconds_to_refute <= 0:
            return None
        found = self.refutations.from_payments(plan) if _entries(self.game) <= PAYMENT_ENTRIES else None
        if found is None:
            found = self.refutations.from_full_observation(plan, self.seconds_to_refute)
        return found

    def _known(self, margin: float | None) -> dict[str, float]:
        """What is known where a target is undecided."""
        known = {} if margin is None else {"margin_upper": float(margin)}
        low, high = self.joint_bounds()
        if low is not None:
            known["joint_lower"] = low
        if high is not None:
            known["joint_upper"] = high
        return known

    def margin(self, target: Target) -> float | None:
        """As in ``Solution``: of what was found, or what no equilibrium withstands."""
        plan, most = plan_of(self.game, target), self.payoff_range
        path = self.refutations.path(plan)
        unseen = undetected_deviation(self.game, plan)
        if path.dead or unseen is not None:
            known = [x for x in (path.margin, None if unseen is None else unseen.margin) if x is not None]
            return max(min(known, default=-most), -most)
        held = self._held(plan, path.margin)
        if held is None:
            return None
        found = held[1].numbers.get("margin", most)
        return min(max(found, 0.0), most)

    def _held(self, plan: Plan, most: float | None) -> tuple[PublicSelfGeneration, CheckReport] | None:
        """A checked certificate that an equilibrium keeps to a plan, of the greatest margin found; None without one.

        ``most``  no equilibrium that keeps to the plan withstands more.
        """
        best = self._held_with(plan, 0.0)
        if best is None or "margin" not in best[1].numbers or self.seconds_to_refute <= 0:
            return best
        most = self.payoff_range if most is None else most
        low, high = max(best[1].numbers["margin"], 0.0), most
        for _ in range(MARGIN_STEPS):
            if high - low <= WIDEST_GAP * self.payoff_range:
                break
            # The bound itself first: where punishments are as harsh as can be, it is attained.
            middle = high - NEAREST * self.payoff_range if high == most else (low + high) / 2
            found = self._held_with(plan, middle)
            if found is None or found[1].numbers["margin"] <= low:
                high = middle
            else:
                best, low = found, found[1].numbers["margin"]
        return best

    def _held_with(self, plan: Plan, extra: float) -> tuple[PublicSelfGeneration, CheckReport] | None:
        game, search = self.game, self.search
        for effort in EFFORTS if extra == 0 else EFFORTS[:1]:
            aims = directions(game.n_players, search.programs.scale, effort.tie)
            path = search.path(aims, replace(effort, extra=extra), self.found, plan.allowed)
            if path is None:
                continue
            proof = PublicSelfGeneration.of(game, path.modes.automaton(path.by_state[game.initial][0]), plan)
            report = proof.check(game)
            if report.accepted:
                return proof, report
        return None

    def best_automaton(self, weights: Floats | None = None, *, prove: bool = True) -> PublicAutomaton | None:
        """As in ``Solution``."""
        if self.found is None:
            return None
        aim = np.ones(self.game.n_players) if weights is None else weights
        mode = self.found.best(self.game.initial, aim)
        if not prove:
            return self.found.modes.automaton(mode)
        if mode not in self._proved:
            automaton = self.found.modes.automaton(mode)
            holds = PublicSelfGeneration.of(self.game, automaton).check(self.game).accepted
            self._proved[mode] = automaton if holds else None
        return self._proved[mode]

    @cached_property
    def _proved(self) -> dict[int, PublicAutomaton | None]:
        """By mode the equilibria that were proved, None where that failed."""
        return {}

    def beginning_with(self, plan: Plan, *, prove: bool = True) -> PublicAutomaton | None:
        """As in ``Solution``."""
        found = self.search.beginning_with(self.refutations.box, plan.allowed, self.found)
        if found is None:
            return None
        automaton = found.modes.automaton(found.by_state[self.game.initial][0])
        if prove and not PublicSelfGeneration.of(self.game, automaton).check(self.game).accepted:
            return None
        return automaton

    def joint_bounds(self, state: str | int | None = None) -> Bounds:
        """As in ``Solution``."""
        found = self.support_bounds(self.game.initial if state is None else self._state(state))
        joint = int(np.flatnonzero((found.directions == 1).all(axis=1))[0])
        low, high = float(found.inner[joint]), float(found.outer[joint])
        return (low if np.isfinite(low) else None), high


@final
@dataclass(frozen=True)
class PublicAutomata(Solver):
    """Modes for the joint payoff and against every player, lotteries after signals, and proofs both ways.

    ``settle``     look for equilibria when solving, so that payoffs are bounded from inside as well; verdicts look for
                   them when they need them.
    ``most_rows``  programs of rows that the search for equilibria may solve.
    ``seconds``    allowed to refute a target as if everyone saw everything; 0: only the quickest proofs.
    """

    name = "public_automata"
    exact_for = (
        "verdicts, where it finds a proof, in games with public signals and no side payments, any number of players, "
        "any discount factors, pure actions, public randomisation; of payoff sets it tells bounds and the best found"
    )
    cost = (
        "per sweep a few small linear programs for each state and player, a row for each deviation; refutations take "
        "a recursion over states, and where that does not do an exclusion and a shortfall"
    )
    source = "Abreu, Pearce and Stacchetti (1990); Green and Porter (1984); Kandori (1992)"
    preference = 25
    signals = True

    settle: bool = True
    most_rows: int = ROWS_LOOKED_AT
    seconds: float = 20.0

    def accepts(self, game: StochasticGame) -> str | None:
        """Games with public signals and without side payments."""
        if game.monitoring is None:
            return "it is made for public signals, and in this game everyone sees what was done"
        if game.transfers != "none":
            return "players can pay one another in this game, and its automata have no place for payments"
        return None

    def quick(self) -> PublicAutomata:
        """From outside only, and without the proofs that take long."""
        return replace(self, settle=False, most_rows=self.most_rows // 10, seconds=0.0)

    def solve(self, game: StochasticGame, progress: Progress | None = None) -> PublicAutomataSolution:
        """Look for equilibria and bound all of them; raises ``GameError`` if ``accepts`` refuses."""
        self.insist(game)
        began = time.perf_counter()
        programs = RowPrograms(game)
        search, refutations = Search(programs, stationary(game), self.most_rows), Refutations(programs)
        found, joint = None, refutations.joint
        if self.settle:
            found = search.grown(refutations.box, progress)
            joint = joint_bounds(programs, *refutations.box, joint) if _entries(game) <= PAYMENT_ENTRIES else joint
        return PublicAutomataSolution(
            solver=self.name,
            why="asked for by name",
            concept=SolutionConcept.PURE_PUBLIC,
            game=game,
            status="undecided",
            payoff_sets=tuple(_bounds(refutations, found, float(joint[s]), s) for s in range(game.n_states)),
            iterations=search.spent,
            error_bound=None,
            seconds=time.perf_counter() - began,
            search=search,
            refutations=refutations,
            seconds_to_refute=self.seconds,
            settled=(found,) if self.settle else (),
        )


def _bounds(refutations: Refutations, found: Found | None, joint: float, state: int) -> SupportBounds:
    """Bounds in the directions of the axes and of the joint payoff."""
    game = refutations.game
    low, high = (x[state] for x in refutations.bounds)
    axes = np.eye(game.n_players)
    ways = np.vstack([axes, 0.0 - axes, np.ones((1, game.n_players))])
    outer = np.concatenate([high, -low, [joint]])
    inner = np.full(len(ways), -np.inf)
    if found is not None and found.by_state[state]:
        points = found.modes.programs.payoffs(found.modes.values[list(found.by_state[state])])
        inner = (points @ ways.T).max(axis=0)
    return SupportBounds(ways, np.maximum(outer, inner), inner)


def _entries(game: StochasticGame) -> int:
    """Size of the table of signals by rows."""
    return 0 if game.monitoring is None else sum(law.size for law in game.monitoring.law)
