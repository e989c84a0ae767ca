"""Rung 4: what any credible punishment can hold together, and the values that go with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import final

import numpy as np

from games.model.plan import Plan
from games.model.stochastic_game import StochasticGame
from games.numerics.arrays import Floats
from games.play.markov_equilibria import markov_equilibria
from games.play.markov_play import MarkovPlay, Slack
from games.solvers.equilibrium_polygons import (
    ATTEMPTS,
    EquilibriumPolygons,
    PolygonEquilibria,
    PolygonSolution,
    extract_automaton,
    solve_payoff_sets,
)
from games.solvers.outer_bounds import refute, threat_bounds
from games.solvers.verdict import Sustainable, Undecided, Unsustainable
from treaties.assessing.departure import first_departure
from treaties.assessing.ladder import NAMES, PURE, Ladder, certificate_note
from treaties.compiling.compile import compile_treaty
from treaties.compiling.compiled_treaty import CompiledTreaty
from treaties.compiling.provenance import weakest_link
from treaties.findings.records import Departure, PartyValue, Rung, WeakestLink
from treaties.model.treaty import Treaty

SET_VERTICES = 48
REFUTE_SECONDS = 30.0
QUICK_TOLERANCE, QUICK_SWEEPS, QUICK_VERTICES = 1e-8, 8, 24
"""How worst payoffs are bounded where no automaton has to be built: their sets are outer bounds whenever they stop."""


@final
@dataclass(frozen=True, eq=False)
class Credibility:
    """All equilibria of one compiled treaty.

    ``ladder``  says how play goes on where compliance leaves states open; None where that does not matter.
    ``quick``   bound worst payoffs only, from fewer vertices and sweeps.
    ``bounds``  Float[states, parties]: lower bounds on worst payoffs, where they are already known.
    ``refute_seconds``  time allowed for the search for a proof that compliance cannot be sustained.
    ``vertices``  kept per payoff set: fewer are quicker to prove from, and may not be enough.
    ``attempts``  to find a rule of play that proves that compliance can be sustained.
    """

    compiled: CompiledTreaty
    ladder: Ladder | None
    quick: bool = False
    bounds: Floats | None = None
    vertices: int = SET_VERTICES
    refute_seconds: float = REFUTE_SECONDS
    attempts: int = len(ATTEMPTS)

    @cached_property
    def _two_player(self) -> bool:
        return self.compiled.game.n_players == 2

    @cached_property
    def sets(self) -> PolygonEquilibria:
        """Payoff sets of the compiled game; two parties only."""
        return EquilibriumPolygons(
            inner_sets=False,
            max_vertices=self.vertices,
            refute_seconds=self.refute_seconds,
            attempts=self.attempts,
        ).solve(self.compiled.game)

    @cached_property
    def settled(self) -> bool:
        """Whether compliance fixes play in every state that it reaches."""
        compliance = self.compiled.compliance
        rows = np.maximum(compliance, self.compiled.game.row_start[:-1])
        reached = MarkovPlay(self.compiled.game, rows).reached(self.compiled.game.initial)
        return bool(np.all(compliance[reached] >= 0))

    @cached_property
    def compliance(self) -> MarkovPlay:
        """Compliance as Markov play, filled in with equilibrium play where it leaves states open."""
        rows = self.compiled.compliance
        if self.ladder is not None and self.ladder.elsewhere:
            filler = self.ladder.elsewhere[0]
        else:
            filler = self.compiled.game.row_start[:-1]
        return MarkovPlay(self.compiled.game, np.where(rows >= 0, rows, filler))

    @cached_property
    def worst(self) -> Floats:
        """Float[states, parties]: lower bounds on each party's worst equilibrium payoff, close where sets are known."""
        bounds = threat_bounds(self.compiled.game) if self.bounds is None else self.bounds
        if self._two_player and np.all(np.isfinite(bounds)):
            found = (self._quick_sets() if self.quick else self.sets.sets).worst
            bounds = np.where(np.isfinite(found), np.fmax(bounds, found), bounds)
        return bounds

    def _quick_sets(self) -> PolygonSolution:
        return solve_payoff_sets(
            self.compiled.game, tolerance=QUICK_TOLERANCE, max_sweeps=QUICK_SWEEPS, max_vertices=QUICK_VERTICES
        )

    @cached_property
    def path_slack(self) -> tuple[MarkovPlay, Slack] | None:
        """Compliance with its least slack per state and party under the worst credible answers."""
        worst = self.worst
        if not self.settled or not np.all(np.isfinite(worst)):
            return None
        play = self.compliance
        return play, play.slack(play.values(), worst)

    @cached_property
    def link(self) -> WeakestLink | None:
        """The on-path deviation of least slack."""
        if self.path_slack is None:
            return None
        play, slack = self.path_slack
        value = np.where(play.reached(self.compiled.game.initial)[:, None], slack.value, np.inf)
        state, player = (int(k) for k in np.unravel_index(int(value.argmin()), value.shape))
        if not np.isfinite(value[state, player]):
            return None
        return weakest_link(
            self.compiled,
            state,
            player,
            int(play.rows[state]),
            int(slack.row[state, player]),
            float(value[state, player]),
        )

    @cached_property
    def refuted(self) -> Rung | None:
        """Rung 4 when an exclusion certificate shows that no equilibrium keeps full compliance, else None.

        Only tried where the margin says no: on what can be sustained the search would go on until its time is up.
        """
        if not self.settled or (self.margin is not None and self.margin >= 0):
            return None
        return self._exclude()

    def _exclude(self) -> Rung | None:
        exclusion = refute(self.compiled.game, plan=self.compiled.plan, seconds=self.refute_seconds)
        if exclusion is None:
            return None
        return Rung(
            number=4,
            name=NAMES[4],
            verdict="unsustainable",
            margin=self.margin,
            detail="no credible answer to a breach deters it",
            concept=PURE,
            weakest_link=self.link,
            certificate=certificate_note(exclusion, self.compiled),
        )

    def rung(self, lower: list[Rung]) -> Rung:
        """The verdict on full compliance, with a certificate that was checked, or undecided with the reason."""
        if self.refuted is not None:
            return self.refuted
        base = Rung(4, NAMES[4], "undecided", self.margin, "", PURE, weakest_link=self.link)
        proved = next((r for r in lower if r.verdict == "sustainable"), None)
        if proved is not None:
            detail = f"holds already on rung {proved.number}, and its certificate serves here"
            return replace(
                base,
                verdict="sustainable",
                margin=proved.margin if base.margin is None else base.margin,
                detail=detail,
                certificate=proved.certificate,
                weakest_link=base.weakest_link or proved.weakest_link,
            )
        if not self._two_player:
            detail = "more than two parties: no rule of play on rungs 1 to 3 holds, nothing is refuted"
            return (None if self.settled else self._exclude()) or replace(base, detail=detail)
        verdict = self.sets.verdict(self.compiled.plan)
        if isinstance(verdict, Undecided):
            return replace(base, detail=verdict.reason)
        note = certificate_note(verdict.certificate, self.compiled)
        if not note.checked:
            return replace(base, detail=note.claim)
        margin = base.margin if base.margin is not None else verdict.margin
        if isinstance(verdict, Sustainable):
            detail = "holds under the worst punishments that are themselves credible"
            return replace(base, verdict="sustainable", margin=margin, certificate=note, detail=detail)
        assert isinstance(verdict, Unsustainable)
        return replace(
            base,
            verdict="unsustainable",
            margin=verdict.margin if base.margin is None else base.margin,
            certificate=note,
            detail="no credible answer to a breach deters it",
        )

    @property
    def margin(self) -> float | None:
        """Margin of full compliance under the worst credible answers, None if it is not settled play."""
        return None if self.link is None else self.link.margin

    def holds(self) -> bool | None:
        """Whether compliance holds, in floating point; None if that cannot be told."""
        margin = self.margin
        if margin is not None:
            return margin >= 0
        if not self._two_player:
            return None
        verdict = self.sets.verdict(self.compiled.plan)
        return None if isinstance(verdict, Undecided) else isinstance(verdict, Sustainable)

    def margin_at(self, discount: float) -> float | None:
        """Margin of full compliance at a common discount factor, in floating point; None if it cannot be told."""
        compiled = self.compiled.with_discount(discount)
        if not self.settled:
            holds = Credibility(compiled, Ladder(compiled)).holds()
            return None if holds is None else (1.0 if holds else -1.0)
        play = MarkovPlay(compiled.game, self.compliance.rows)
        value = play.values()
        spread = float(np.ptp(compiled.game.payoffs))
        # Where even the least that nobody can be denied does not deter, nothing finer is needed.
        least = np.broadcast_to(always_had(compiled.game), (compiled.game.n_states, compiled.game.n_players))
        bound = _margin(play, value, least)
        if bound is not None and bound < 0:
            return bound
        bounds = threat_bounds(compiled.game)
        bound = _margin(play, value, bounds)
        if bound is None or bound < 0:
            return -spread if bound is None else bound
        if not self._two_player:
            return None
        margin = _margin(play, value, Credibility(compiled, self.ladder, quick=True, bounds=bounds).worst)
        return -spread if margin is None else margin

    def values(self, bare: Treaty | None) -> Iterator[PartyValue]:
        """What each party gets under compliance, outside, without the treaty and at worst."""
        worst = self.worst[self.compiled.game.initial]
        for i, value in enumerate(party_values(self.compiled, self.compliance, bare)):
            yield replace(value, worst_credible=float(worst[i]) if np.isfinite(worst[i]) else None)

    def departure(self) -> Departure | None:
        """The path of the equilibrium of greatest joint payoff, None if none could be built."""
        if not self._two_player:
            return None
        automaton = extract_automaton(self.compiled.game, self.sets.sets, Plan.free(self.compiled.game))
        if automaton is None:
            return None
        best = _joint_vertex(self.sets, self.compiled.game)
        return first_departure(self.compiled, automaton, best)


def party_values(compiled: CompiledTreaty, compliance: MarkovPlay, bare: Treaty | None) -> Iterator[PartyValue]:
    """What each party gets under compliance, outside, and without the treaty (None: not asked)."""
    complying = compliance.values()[compiled.game.initial]
    without = None if bare is None else _uncooperative(compile_treaty(bare).game)
    for i, party in enumerate(compiled.treaty.parties):
        yield PartyValue(
            party=party.id,
            name=party.name,
            discount=party.discount.value,
            compliance=float(complying[i]),
            outside_option=party.outside_option.value,
            no_treaty=None if without is None else float(without[i]),
            worst_credible=None,
        )


def _margin(play: MarkovPlay, value: Floats, worst: Floats) -> float | None:
    """Least slack of compliance on its path when deviators then get ``worst``; None where no equilibrium exists."""
    if not np.all(np.isfinite(worst)):
        return None
    slack = play.slack(value, worst).value
    return float(slack[play.reached(play.game.initial)].min())


def always_had(game: StochasticGame) -> Floats:
    """Float[players]: replying best in every period earns a player its pure minmax there; the least over states."""
    out = np.empty(game.n_players)
    for i in range(game.n_players):
        same = np.arange(game.n_rows) - game.own_action[:, i] * game.stride[game.row_state, i]
        best = np.full(game.n_rows, -np.inf)
        np.maximum.at(best, same, game.payoffs[:, i])
        best[best == -np.inf] = np.inf
        out[i] = best.min()
    return out


def _uncooperative(game: StochasticGame) -> Floats | None:
    """Payoffs at the initial state of the Markov equilibrium of least joint payoff; None if none is found."""
    found = [MarkovPlay(game, rows).values()[game.initial] for rows in markov_equilibria(game)]
    return min(found, key=lambda payoffs: float(payoffs.sum()), default=None)


def _joint_vertex(solution: PolygonEquilibria, game: StochasticGame) -> Floats:
    vertices = solution.payoff_set(game.initial).vertices
    return np.asarray(vertices[np.argmax(vertices.sum(axis=1))])
