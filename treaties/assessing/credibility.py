"""Rung 4: what any credible punishment can hold together, and the values that go with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal, final

import numpy as np

from games.certificates.automata import NoProfitableDeviation
from games.certificates.certificate import Certificate, SolutionConcept
from games.certificates.exclusion import Exclusion
from games.model.plan import Plan
from games.model.row_quotient import row_quotient
from games.model.strategy_automaton import StrategyAutomaton
from games.numerics.arrays import Floats, Ints
from games.play.markov_equilibria import AuxiliaryGames
from games.play.markov_play import MarkovPlay, Slack, first_least, like
from games.play.rules_of_play import reversion
from games.solvers.equilibrium_polygons import (
    ATTEMPTS,
    EquilibriumPolygons,
    PolygonEquilibria,
    PolygonSolution,
    extract_automaton,
    payoff_sets,
    solve_payoff_sets,
)
from games.solvers.outer_bounds import outer_levels, refute_and_check, threat_bounds
from games.solvers.penal_modes import PenalModes, PenalModesSolution
from games.solvers.solution import Solution
from games.solvers.verdict import Sustainable, Undecided, finite, known_margin
from treaties.assessing.departure import first_departure
from treaties.assessing.ladder import PURE, Ladder, certificate_note, factors_of, verdict_note
from treaties.assessing.screening import Screening
from treaties.assessing.ties import settled, with_ties
from treaties.compiling.compiled_treaty import CompiledTreaty
from treaties.compiling.provenance import weakest_link
from treaties.findings.answer import Answer
from treaties.findings.records import (
    Bounds,
    CertificateNote,
    Departure,
    Judgement,
    Rung,
    WeakestLink,
    first_standing,
)

NOT_DETERRED = "no credible answer to a breach deters it"
SET_VERTICES = 48
ROUNDING, CLEARLY = 1e-11, 1e-8
"""Of the range of payoffs: slack that may be none but for rounding, and slack that is missing for certain."""
QUICK_TOLERANCE, QUICK_SWEEPS, QUICK_VERTICES = 1e-8, 12, 24
"""How worst payoffs are bounded where no automaton has to be built: their sets are outer bounds whenever they stop."""
QUICK_REST, REST = 4, 8
"""Sweeps without a change after which they are taken for the worst payoffs: quickly, and for the text itself."""

ROUNDING = 1e-12
"""Of payoffs, relative to the largest: what is smaller is none."""
JOINT_SECONDS = 5.0
"""After which the bound on the joint payoff of three parties and more is told as it is."""


@final
@dataclass(frozen=True)
class Effort:
    """How hard proofs are looked for.

    ``vertices``  kept per payoff set, attempt by attempt: fewer are quicker to prove from, and may not be enough.
    ``attempts``  to find a rule of play that proves that compliance can be sustained, each time.
    ``seconds``   allowed for the search for a proof that it cannot.
    ``rungs``     whether the milder rungs are tried one by one; else reversion for good alone.
    ``finer``     whether answers are held against those on finer grids, where there are stocks.
    ``narrow``    whether sets of equilibria with noisy signals are narrowed in turns, and the best of them is sought.
    """

    vertices: tuple[int, ...] = (SET_VERTICES,)
    attempts: int = len(ATTEMPTS)
    seconds: float = 30.0
    rungs: bool = True
    finer: bool = True
    narrow: bool = True

    @property
    def with_signals(self) -> float | None:
        """Seconds for proofs where nobody sees everything; None: as long as they take."""
        return None if self.rungs and self.narrow else self.seconds


CAREFUL = Effort()


@final
@dataclass(frozen=True, eq=False)
class Credibility:
    """All equilibria of one compiled treaty.

    ``ladder``  says how play goes on where compliance leaves states open.
    ``quick``   bound worst payoffs only, from fewer vertices and sweeps.
    ``vertices``  kept per payoff set.
    ``like``    the screen of the same treaty at other discount factors, if it is at hand.
    """

    compiled: CompiledTreaty
    ladder: Ladder
    quick: bool = False
    vertices: int = SET_VERTICES
    effort: Effort = CAREFUL
    like: Screening | None = None

    @cached_property
    def _two_player(self) -> bool:
        return self.compiled.game.n_players == 2

    @cached_property
    def screening(self) -> Screening | None:
        """What is asked before anything slower; None where it cannot be."""
        return Screening.of(self.compiled, self.like)

    @property
    def screened(self) -> Literal["yes", "no", "undecided"]:
        """Whether compliance holds, as the screen tells it in floating point."""
        return "undecided" if self.screening is None else self.screening.found.answer

    @cached_property
    def sets(self) -> PolygonEquilibria:
        """Payoff sets of the compiled game; two parties only."""
        return EquilibriumPolygons(
            inner_sets=False,
            max_vertices=self.vertices,
            refute_seconds=self.effort.seconds,
            attempts=self.effort.attempts,
        ).solve(self.compiled.game)

    @cached_property
    def modes(self) -> PenalModesSolution:
        """Penal codes of the compiled game; three parties and more."""
        seconds = self.effort.seconds
        return PenalModes(search_seconds=seconds, refute_seconds=seconds).quick().solve(self.compiled.game)

    @property
    def solution(self) -> Solution:
        """What verdicts and departures come from."""
        return self.sets if self._two_player else self.modes

    @cached_property
    def settled(self) -> bool:
        """Whether compliance fixes play in every state that it reaches."""
        return self._settles(self.use)

    def _settles(self, use: Ints) -> bool:
        rows = np.maximum(use, self.compiled.game.row_start[:-1])
        reached = MarkovPlay(self.compiled.game, rows).reached(self.compiled.game.initial)
        return bool(np.all(use[reached] >= 0))

    @cached_property
    def use(self) -> Ints:
        """Int[states]: the row that full compliance plays, -1 where it leaves play free.

        Where rights may be used at will, the first way to use them that holds under the worst answers known, else the
        one that lacks least.  That one way fails says nothing of others.  Where conduct is not seen by all no such
        answers are known, and it is the way that pays the holders if all comply.
        """
        uses = self.compiled.uses
        if len(uses) == 1 or self.compiled.seen is not None:
            return uses[0]
        worst = self.worst if self._two_player else self.threats
        margins = []
        for use in uses:
            play = MarkovPlay(self.compiled.game, np.maximum(use, self.compiled.game.row_start[:-1]))
            margin = _margin(play, play.values(), worst) if self._settles(use) else None
            if margin is not None and margin >= 0:
                return use
            margins.append(-np.inf if margin is None else margin)
        return uses[int(np.argmax(margins))]

    @cached_property
    def goes_on(self) -> bool:
        """Whether compliance leaves play open only in what survives the end, where the parties then go on."""
        after = None if self.settled else self.ladder.after_end
        if after is None:
            return False
        rows = np.maximum(after, self.compiled.game.row_start[:-1])
        reached = MarkovPlay(self.compiled.game, rows).reached(self.compiled.game.initial)
        return bool(np.all(after[reached] >= 0))

    @cached_property
    def compliance(self) -> MarkovPlay:
        """Compliance as Markov play, filled in with equilibrium play where it leaves states open that it reaches."""
        rows = self.use
        filler = self.compiled.game.row_start[:-1]
        if not self.settled and self.ladder.elsewhere:
            filler = self.ladder.elsewhere[0]
        if self.after_end is not None:
            rows = self.after_end
        return MarkovPlay(self.compiled.game, np.where(rows >= 0, rows, filler))

    @cached_property
    def threats(self) -> Floats:
        """Float[states, parties]: lower bounds on worst equilibrium payoffs, without payoff sets."""
        if not self._two_player:
            return self.modes.worst_bounds
        return threat_bounds(self.compiled.game) if self.screening is None else self.screening.outer[0]

    @cached_property
    def worst(self) -> Floats:
        """Float[states, parties]: what deviators are held to.

        Of two parties lower bounds on the worst equilibrium payoffs, close where sets are known; of more the
        punishments of the best penal code found, or else such bounds.
        """
        bounds = self.threats
        if not self._two_player:
            margin = _margin(self.compliance, self.compliance.values(), bounds) if self.settled else None
            found = None if margin is not None and margin < 0 else self.modes.punishments(self.compiled.plan)
            return bounds if found is None else found
        if np.all(np.isfinite(bounds)):
            found = self._bounding_sets.worst
            bounds = np.where(np.isfinite(found), np.fmax(bounds, found), bounds)
        return bounds

    @property
    def attained(self) -> bool:
        """Whether ``worst`` is what equilibria give, as far as sets tell, and no mere bound below it."""
        return self._two_player or self.modes.held(self.compiled.plan) is not None

    @property
    def after_end(self) -> Ints | None:
        """Int[states]: compliance as it is kept up after the end, where the parties go on then; None elsewhere."""
        return self.ladder.after_end if self.goes_on else None

    @property
    def harshest(self) -> Floats:
        """Float[parties]: the least that each has in an equilibrium from signature on, as far as is known; else NaN.

        Of two parties a close bound; of more what the penal code found for full compliance, or for any play, gives.
        """
        game = self.compiled.game
        least = self.worst[game.initial]
        if not self._two_player:
            codes = (self.modes.punishments(plan) for plan in (self.compiled.plan, Plan.free(game)))
            found = next((code[game.initial] for code in codes if code is not None), None)
            least = np.full(game.n_players, np.nan) if found is None else found
        return np.where(np.abs(least) <= ROUNDING * np.abs(game.payoffs).max(), 0.0, least)

    @cached_property
    def _bounding_sets(self) -> PolygonSolution:
        """Payoff sets for their worst payoffs; others may be told in them that no equilibrium gives."""
        known = None if self.screening is None or not np.all(np.isfinite(self.threats)) else self.screening.outer
        if self.quick:
            return solve_payoff_sets(
                self.compiled.game,
                outer=known,
                worst_rest=QUICK_REST,
                tolerance=QUICK_TOLERANCE,
                max_sweeps=QUICK_SWEEPS,
                max_vertices=QUICK_VERTICES,
            )
        if known is None:
            return self.sets.sets
        return solve_payoff_sets(self.compiled.game, outer=known, worst_rest=REST, max_vertices=self.vertices)

    @cached_property
    def path_slack(self) -> tuple[MarkovPlay, Slack] | None:
        """Compliance with its least slack per state and party under the worst credible answers."""
        worst = self.worst
        if not (self.settled or self.goes_on) or not np.all(np.isfinite(worst)):
            return None
        play = self.compliance
        slack = play.slack(play.values(), worst)
        if self.goes_on and slack.value[play.reached(self.compiled.game.initial)].min() < 0:
            # Compliance may still hold with other play after the end, which the plan leaves open.
            return None
        if not self.attained:
            # Bounds on punishments refute; that they may be attained they do not say.
            reached = play.reached(self.compiled.game.initial)
            return (play, slack) if slack.value[reached].min() < 0 else None
        return play, slack

    @cached_property
    def link(self) -> WeakestLink | None:
        """The on-path deviation of least slack."""
        if self.path_slack is None:
            return None
        play, slack = self.path_slack
        reached = play.reached(self.compiled.game.initial)
        if self.compiled.open_rights and slack.value[reached].min() >= 0:
            # What compliance leaves to a party, a right or a choice of its own, is no departure from it.
            slack = play.slack(play.values(), self.worst, self.compiled.plan.allowed)
        value = np.where(reached[:, None], slack.value, np.inf)
        state, player = first_least(value, like(self.compiled.game))
        least = float(value.min())
        if not np.isfinite(least):
            return None
        link = weakest_link(
            self.compiled,
            state,
            player,
            int(play.rows[state]),
            int(slack.row[state, player]),
            settled(self.compiled, least),
        )
        return with_ties(self.compiled, link, slack.value, reached, state, player)

    @cached_property
    def refuted(self) -> Judgement | None:
        """Rung 4 when an exclusion certificate shows that no equilibrium keeps full compliance, else None.

        Only tried where the screen or, if that is undecided, the margin says no: on what can be sustained the search
        would go on until its time is up.
        """
        if not self.settled or self.screened == "yes":
            return None
        if self.screened == "undecided" and self.margin is not None and self.margin >= 0:
            return None
        return self._exclude()

    def _exclude(self) -> Judgement | None:
        found = refute_and_check(self.compiled.game, plan=self.compiled.plan, seconds=self.effort.seconds)
        if found is None:
            return None
        return self._said("unsustainable", NOT_DETERRED, certificate_note(*found))

    def judge(self, milder: Callable[[], Sequence[Rung]], *, told: bool = True) -> Judgement:
        """The verdict on full compliance, with a certificate that was checked, or undecided with the reason.

        ``milder``  rungs that may hold already; asked for unless compliance is refuted at once.
        ``told``    they are told as well, so that they are asked before the proof of what the screen says; else after.
        """
        if self.refuted is not None:
            return self.refuted
        screened = None if told else self._by_screen()
        if screened is not None:
            return screened
        standing = first_standing(milder())
        if standing is not None:
            return self._held_by(standing)
        screened = self._by_screen() if told else None
        if screened is not None:
            return screened
        if not self._two_player:
            return self._by_solution()
        for vertices in self.effort.vertices:
            same = not self.quick and vertices == self.vertices
            found = (self if same else replace(self, quick=False, vertices=vertices))._by_solution()
            if found.verdict != "undecided":
                break
        return found

    def reproved(self, certificate: Certificate) -> Judgement | None:
        """The verdict that a certificate found elsewhere proves when it is checked here; None if it proves none.

        Its margin is that of the worst credible answers, which no certificate tells; None, too, where that is unknown.
        """
        verdict = _claimed(certificate, self.compiled.plan)
        if verdict is None or self.margin is None:
            return None
        note = certificate_note(certificate, certificate.check(self.compiled.game))
        return self._said(verdict, note.claim, note) if note.checked else None

    def _held_by(self, standing: Rung) -> Judgement:
        """What a rung holds any credible punishment holds; where its own margin is not known, the rung's bounds it."""
        detail = f"holds already on rung {standing.number}, and its certificate serves here"
        found = self._said("sustainable", detail, standing.certificate)
        if found.margin is None:
            return replace(found, margin=standing.margin, weakest_link=standing.weakest_link)
        return found

    def _by_screen(self) -> Judgement | None:
        """The proof that compliance holds, where the screen says so; None where it does not, or cannot be proved."""
        if self.screening is None or self.screened != "yes":
            return None
        verdict = self.screening.prove(self.effort.seconds)
        if not isinstance(verdict, Sustainable):
            return None
        found = self._sustained(verdict_note(verdict, self.compiled.game))
        return found if found.margin is not None else replace(found, margin=finite(self.screening.found.margin))

    def _by_solution(self) -> Judgement:
        """From the payoff sets, or from penal codes."""
        verdict = self.solution.verdict(self.compiled.plan)
        if isinstance(verdict, Undecided):
            return self._said("undecided", verdict.reason)
        note = verdict_note(verdict, self.compiled.game)
        if not note.checked:
            return self._said("undecided", note.claim)
        if isinstance(verdict, Sustainable):
            found = self._sustained(note)
        else:
            found = self._said("unsustainable", NOT_DETERRED, note)
        return found if found.margin is not None else replace(found, margin=known_margin(verdict))

    def _sustained(self, note: CertificateNote) -> Judgement:
        return self._said("sustainable", "holds under the worst punishments that are themselves credible", note)

    def _said(self, verdict: Answer, detail: str, note: CertificateNote | None = None) -> Judgement:
        """A verdict with the margin and the weakest link under the worst credible answers.

        Where rights may be used at will both are those of one way to use them, and told only if they bear it out.
        """
        link = self.link
        if link is not None and self.compiled.open_rights:
            borne_out = {"sustainable": link.margin >= 0, "unsustainable": link.margin < 0, "undecided": False}
            link = link if borne_out[verdict] else None
        return Judgement(
            verdict=verdict,
            concept=PURE,
            margin=None if link is None else link.margin,
            detail=detail,
            weakest_link=link,
            certificate=note,
            discount=factors_of(self.compiled),
        )

    @property
    def margin(self) -> float | None:
        """Margin of full compliance under the worst credible answers, None if it is not settled play."""
        return None if self.link is None else self.link.margin

    def holds(self) -> bool | None:
        """Whether compliance holds, in floating point; None if that cannot be told."""
        if self.screened != "undecided":
            return self.screened == "yes"
        margin = self.margin
        if margin is not None and (margin >= 0 or not self.compiled.open_rights):
            return margin >= 0
        verdict = self.solution.verdict(self.compiled.plan)
        return None if isinstance(verdict, Undecided) else isinstance(verdict, Sustainable)

    def scanned_margin(self, like: Ladder | None = None) -> float | None:
        """Margin of full compliance in floating point, by the cheapest bound that tells; None if it cannot be told.

        ``like``  rules of play of the same treaty at other discount factors.
        """
        if not self.settled:
            holds = self.holds()
            return None if holds is None else (1.0 if holds else -1.0)
        game = self.compiled.game
        spread = float(np.ptp(game.payoffs))
        if self.compiled.open_rights:
            margin = self.margin
            if margin is not None and margin >= 0:
                return min(margin, spread)
            holds = self.holds()
            return None if holds is None else (spread if holds else -spread)
        seen = None if self.screening is None else self.screening.glance()
        if seen is not None and seen.answer != "undecided":
            return min(seen.margin, spread)
        play = self.compliance
        value = play.values()
        # Where even the least that nobody can be denied does not deter, nothing finer is needed.
        bound = _margin(play, value, np.broadcast_to(game.tables.always_had, (game.n_states, game.n_players)))
        if bound is not None and bound < 0:
            return bound
        if not self._two_player:
            ladder = like or self.ladder
            return PenalModes().quick_margin(game, self.compiled.plan, lambda: self._by_reversion(ladder.reversions))
        margin = _margin(play, value, self.worst)
        return -spread if margin is None else margin

    def _by_reversion(self, reversions: Sequence[Ints]) -> float | None:
        """The margin that one of some ways to revert tells in floating point; None if none does.

        Reverting may be an equilibrium.  Or it deters too little, and nobody can be held to less: if what it is worth
        is no more than the least to which the others can hold a player, now and with that worth ahead, then
        it is no more than this player has in any equilibrium, by monotone contraction (Abreu, Pearce and Stacchetti
        1990).
        """
        game, compliance = self.compiled.game, self.compiled.compliance
        spread = float(np.ptp(game.payoffs))
        for revert in reversions:
            rule = reversion(game, np.where(compliance >= 0, compliance, revert), revert)
            path, anywhere = rule.least_on_path, rule.least_anywhere
            if path is None or anywhere is None:
                continue
            if anywhere.slack >= -ROUNDING * spread:
                return min(max(path.slack, 0.0), spread)
            if path.slack < -CLEARLY * spread:
                held, auxiliary = rule.values[1], AuxiliaryGames(game, row_quotient(game))
                ahead = auxiliary.payoffs(held)
                least = np.column_stack([auxiliary.minmax(ahead, i) for i in range(game.n_players)])
                if np.all(held <= least + ROUNDING * spread):
                    return path.slack
        return None

    def joint_bounds(self) -> Bounds:
        """What the greatest joint payoff of an equilibrium at signature can be, in floating point.

        Of two parties by payoff sets; of more from the best penal code found to a bound on the sum of payoffs.
        """
        if not self._two_player:
            game, best = self.compiled.game, self.modes.best_play()
            outer = outer_levels(game, np.ones((1, game.n_players)), seconds=JOINT_SECONDS)
            high = float(outer.level[0, game.initial])
            return None if best is None else min(float(best[1].sum()), high), high if np.isfinite(high) else None
        return replace(self.sets, payoff_sets=tuple(payoff_sets(self.compiled.game, self.sets.sets))).joint_bounds()

    @cached_property
    def best_plan(self) -> tuple[StrategyAutomaton, Floats] | None:
        """The equilibrium of greatest joint payoff, unproved, and Float[parties], what it is worth at signature.

        None if none could be built.
        """
        if not self._two_player:
            return self.modes.best_play()
        automaton = extract_automaton(self.compiled.game, self.sets.sets, Plan.free(self.compiled.game))
        if automaton is None:
            return None
        vertices = self.sets.payoff_set(self.compiled.game.initial).vertices
        return automaton, np.asarray(vertices[np.argmax(vertices.sum(axis=1))])

    def departure(self) -> Departure | None:
        """The path of the equilibrium of greatest joint payoff, None if none could be built."""
        return None if self.best_plan is None else first_departure(self.compiled, *self.best_plan)


def _claimed(certificate: Certificate, plan: Plan) -> Answer | None:
    """What a certificate would say of a plan if it passed its check; None if it speaks of something else."""
    if certificate.concept is not SolutionConcept.PURE_SUBGAME_PERFECT:
        return None
    if isinstance(certificate, NoProfitableDeviation):
        return "sustainable" if certificate.plan == plan.to_json() else None
    if isinstance(certificate, Exclusion) and certificate.point is None:
        return "unsustainable" if certificate.plan in (None, plan.to_json()) else None
    return None


def _margin(play: MarkovPlay, value: Floats, worst: Floats) -> float | None:
    """Least slack of compliance on its path when deviators then get ``worst``; None where no equilibrium exists."""
    if not np.all(np.isfinite(worst)):
        return None
    slack = play.slack(value, worst).value
    return float(slack[play.reached(play.game.initial)].min())
