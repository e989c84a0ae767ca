"""Grim reversion: play the plan until somebody deviates, then a stationary equilibrium for ever.

Any number of players.  What it finds sustainable is sustainable; where it fails nothing is refuted, for harsher
punishments than a stationary equilibrium may exist.  Source: Friedman (1971).
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, final

import numpy as np

from games.certificates.automata.no_profitable_deviation import NoProfitableDeviation
from games.certificates.certificate import SolutionConcept
from games.model.mixed_equilibria import Mixture
from games.model.plan import Plan
from games.model.stage_game import MixedEquilibria, stage_game_of
from games.model.stochastic_game import StochasticGame
from games.model.strategy_automaton import Cell, Lottery, StrategyAutomaton, surely
from games.numerics.arrays import Floats, Ints
from games.numerics.polygons import hausdorff, hull_of
from games.numerics.progress import Progress
from games.play.markov_equilibria import AuxiliaryGames, markov_equilibria
from games.play.markov_play import MarkovPlay
from games.solvers.nash_reversion.stage import stage_json, stage_lines
from games.solvers.payoff_set import EquilibriumPayoffSet, SupportBounds
from games.solvers.solution import Solution, Target, plan_of
from games.solvers.solver import Solver
from games.solvers.verdict import Sustainable, Undecided, Verdict, only_if_proved

ROUNDS = 2000


@final
@dataclass(frozen=True, eq=False)
class StationaryEquilibrium:
    """Play that depends on the state alone and from which nobody gains by deviating.

    ``values``  Float[states, players].
    ``rows``    Int[states], the rows played for ever; -1 where ``mix``, a mixed profile of a one-state game, is played.
    """

    values: Floats
    rows: Ints
    mix: tuple[Mixture, ...] | None = None


@final
@dataclass(frozen=True, eq=False)
class _Grim:
    """Candidate play for a plan: ``rows`` on its path, and the least slack there when deviators are ``punished``."""

    rows: Ints
    margin: float
    punished: Floats


@final
@dataclass(frozen=True, eq=False)
class ReversionSolution(Solution):
    """Stationary equilibria of a game, and the bounds on payoffs that follow at once.

    ``equilibria``  in pure actions; ``mixed``: further ones in mixed actions, of a one-state game with two players.
    ``stage``       the Nash equilibria of one period, of a one-state game with two players; None for other games.
    """

    equilibria: tuple[StationaryEquilibrium, ...]
    mixed: tuple[StationaryEquilibrium, ...]
    minmax: Floats
    stage: MixedEquilibria | None

    def remarks(self) -> tuple[tuple[str, str], ...]:
        """The Nash equilibria of one period."""
        return () if self.stage is None else tuple(("stage", line) for line in stage_lines(self.stage, self.game))

    def to_json(self) -> dict[str, Any]:
        """With the Nash equilibria of one period."""
        found = super().to_json()
        return found if self.stage is None else found | {"stage_equilibria": stage_json(self.stage, self.game)}

    def verdict(self, target: Target) -> Verdict:
        """Sustainable, with proof, if reversion supports the target; else ``Undecided`` with bounds on the margin."""
        plan = plan_of(self.game, target)
        pure = SolutionConcept.PURE_SUBGAME_PERFECT
        reason = "no stationary equilibrium in pure actions was found to revert to"
        bounds: dict[str, float] = {}
        tries = [self.equilibria] if self.equilibria else []
        if self.mixed:
            tries.append(self.equilibria + self.mixed)
        for known in tries:
            grim = self._best(plan, known)
            bounds["margin_lower"] = grim.margin
            if grim.margin >= -1e-12 * self.payoff_range:
                certificate = NoProfitableDeviation.of(
                    self.game, self._automaton(grim, known), plan, self._claimed(grim.margin)
                )
                margin = max(grim.margin, 0.0) if np.isfinite(grim.margin) else None
                verdict = only_if_proved(self.game, Sustainable(certificate.concept, certificate, margin))
                if isinstance(verdict, Sustainable):
                    return verdict
                reason = verdict.reason if isinstance(verdict, Undecided) else ""
            else:
                reason = (
                    f"reverting to a stationary equilibrium for ever does not deter every deviation (it falls short by "
                    f"{-grim.margin:.6g}); harsher punishments may, and this solver does not look for them"
                )
        upper = self._upper_margin(plan)
        if upper is not None:
            bounds["margin_upper"] = upper
        return Undecided(pure, reason, bounds)

    def _claimed(self, margin: float) -> Fraction | None:
        """A little less than the margin, for the exact check to confirm; None where there is nothing to claim."""
        digit = 1e-9 * self.payoff_range
        return Fraction(repr(margin - digit)) if 10 * digit < margin < np.inf else None

    def _best(self, plan: Plan, known: Sequence[StationaryEquilibrium]) -> _Grim:
        """The candidate play with the greatest least slack on its path."""
        punished = np.min([e.values for e in known], axis=0)
        grims = [self._judge(rows, punished) for rows in self._candidates(plan, known)]
        return max(grims, key=lambda grim: grim.margin)

    def _judge(self, rows: Ints, punished: Floats) -> _Grim:
        play = MarkovPlay(self.game, rows)
        slack = play.slack(play.values(), punished).value
        return _Grim(rows, float(slack[play.reached(self.game.initial)].min()), punished)

    def _candidates(self, plan: Plan, known: Sequence[StationaryEquilibrium]) -> list[Ints]:
        """Ways to fill in what the plan leaves open: equilibrium play, the greatest joint payoff, best replies."""
        game = self.game
        allowed = plan.allowed
        joint = np.where(allowed, game.payoffs.sum(axis=1), -np.inf)
        generous = np.array([game.row_start[s] + int(np.argmax(joint[game.rows_of(s)])) for s in range(game.n_states)])
        out = [generous]
        for e in known:
            if e.mix is None:
                out.append(np.where(allowed[e.rows], e.rows, generous))
        if not plan.is_markov and game.n_states > 1:
            settled = np.add.reduceat(allowed.astype(np.int64), game.row_start[:-1]) == 1
            bound = np.isin(np.arange(game.n_states), plan.restricted_states)
            fixed = np.where(settled | bound, generous, -1)
            out.extend(markov_equilibria(game, fixed_rows=fixed))
        return out

    def _upper_margin(self, plan: Plan) -> float | None:
        """No punishment holds a player below its minmax payoff, so a settled path cannot have more slack than this."""
        if not plan.is_markov:
            return None
        rows = np.flatnonzero(plan.allowed).astype(np.int64)
        return self._judge(rows, self.minmax).margin

    def _automaton(self, grim: _Grim, known: Sequence[StationaryEquilibrium]) -> StrategyAutomaton:
        game = self.game
        values = np.stack([e.values for e in known])
        worst = values.argmin(axis=0)                                        # Int[states, players]
        used = sorted({int(k) for k in np.unique(worst)})
        mode = {k: 1 + position for position, k in enumerate(used)}
        stay = surely(0)
        punish: list[Lottery] = []
        punish_at: dict[tuple[int, int], Lottery] = {}
        for i in range(game.n_players):
            usual = int(np.bincount(worst[:, i]).argmax())
            punish.append(surely(mode[usual]))
            punish_at |= {
                (i, s): surely(mode[int(worst[s, i])]) for s in range(game.n_states) if worst[s, i] != usual
            }
        cells: dict[tuple[int, int], Cell] = {}
        reached = MarkovPlay(game, grim.rows).reached(game.initial)
        # Only joint deviations lead elsewhere while the plan is kept to; they end it.
        elsewhere = {int(s): surely(1) for s in np.flatnonzero(~reached)}
        for s in np.flatnonzero(reached).tolist():
            cells[0, s] = Cell(int(grim.rows[s]), stay, tuple(punish), elsewhere, punish_at)
        for k in used:
            for s in range(game.n_states):
                here = surely(mode[k])
                mix = known[k].mix
                row = int(known[k].rows[s]) if mix is None else -1
                cells[mode[k], s] = Cell(row, here, (here,) * game.n_players, mix=mix)
        names = ("keep to the plan", *(f"revert to equilibrium {k + 1}" for k in used))
        return StrategyAutomaton(names, cells, stay)


@final
@dataclass(frozen=True)
class NashReversion(Solver):
    """Stationary equilibria and what reverting to them supports.

    ``mixed_seconds``  time allowed for the mixed equilibria of a one-state game with two players.
    """

    name = "nash_reversion"
    exact_for = (
        "sustainable answers, in games with any number of players and perfect monitoring; it never refutes, and its "
        "payoff sets are bounds"
    )
    cost = "a few sparse linear systems per equilibrium found; one-state games: one pass over the profiles"
    source = "Friedman (1971)"
    preference = 90

    mixed_seconds: float = 5.0

    def accepts(self, game: StochasticGame) -> str | None:
        """Perfect monitoring, no transfers."""
        if game.monitoring is not None:
            return "players see public signals, and reversion needs everyone to see what was done"
        if game.transfers != "none":
            return "side payments are possible, and reversion without them would understate what holds"
        return None

    def solve(self, game: StochasticGame, progress: Progress | None = None) -> ReversionSolution:
        """Find stationary equilibria; raises ``GameError`` if ``accepts`` refuses the game."""
        self.insist(game)
        began = time.perf_counter()
        pure = tuple(
            StationaryEquilibrium(MarkovPlay(game, rows).values(), rows) for rows in markov_equilibria(game)
        )
        if progress is not None:
            progress("stationary equilibria", 0.5)
        two = game.n_states == 1 and game.n_players == 2
        stage = stage_game_of(game, 0).mixed_equilibria(self.mixed_seconds) if two else None
        auxiliary = AuxiliaryGames(game)
        least, most, joint, rounds = _payoff_bounds(auxiliary)
        sets = tuple(
            _payoff_set(np.array([e.values[s] for e in pure]).reshape(-1, game.n_players), least[s], most[s], joint[s])
            for s in range(game.n_states)
        )
        return ReversionSolution(
            solver=self.name,
            why="asked for by name",
            concept=SolutionConcept.PURE_SUBGAME_PERFECT,
            game=game,
            status="undecided",
            payoff_sets=sets,
            iterations=rounds,
            error_bound=None,
            seconds=time.perf_counter() - began,
            equilibria=pure,
            mixed=() if stage is None else _mixed(game, stage),
            minmax=least,
            stage=stage,
        )


def _mixed(game: StochasticGame, found: MixedEquilibria) -> tuple[StationaryEquilibrium, ...]:
    """The equilibria of one period that are not pure, played for ever."""
    stage = stage_game_of(game, 0)
    return tuple(
        StationaryEquilibrium(np.array([[float(stage.expected(profile, i)) for i in (0, 1)]]), np.array([-1]), profile)
        for profile in found.profiles
        if any(Fraction(1) not in mixture for mixture in profile)
    )


def _payoff_bounds(auxiliary: AuxiliaryGames) -> tuple[Floats, Floats, Floats, int]:
    """Minmax and greatest payoffs Float[states, players], greatest joint payoff Float[states], and rounds used.

    Monotone iterations from outside, so that they are bounds wherever they stop.
    """
    game = auxiliary.game
    shape = (game.n_states, game.n_players)
    least = np.broadcast_to(game.payoffs.min(axis=0), shape)
    most = np.broadcast_to(game.payoffs.max(axis=0), shape)
    total = game.payoffs.sum(axis=1)
    joint = np.full(game.n_states, total.max())
    factor = float(game.discount[0])
    close = 1e-13 * (float(np.ptp(game.payoffs)) or 1.0)
    rounds = 0
    while rounds < ROUNDS:
        rounds += 1
        low, high = auxiliary.payoffs(least), auxiliary.payoffs(most)
        new_least = np.column_stack([auxiliary.minmax(low, i) for i in range(game.n_players)])
        new_most = np.column_stack([auxiliary.maximum(high[:, i]) for i in range(game.n_players)])
        if game.common_discount:
            new_joint = auxiliary.maximum((1 - factor) * total + factor * (game.transition @ joint))
        else:
            new_joint = new_most.sum(axis=1)
        moved = max(
            float(np.abs(new - old).max()) for new, old in ((new_least, least), (new_most, most), (new_joint, joint))
        )
        least, most, joint = new_least, new_most, new_joint
        if moved <= close:
            break
    return least, most, joint, rounds


def _payoff_set(found: Floats, least: Floats, most: Floats, joint: float) -> EquilibriumPayoffSet | SupportBounds:
    """Bounds on payoffs from one state: inside, the equilibria found; outside, minmax and greatest payoffs."""
    n = len(least)
    if n != 2:
        directions = np.vstack([np.eye(n), -np.eye(n), np.ones(n)])
        outer = np.concatenate([most, -least, [joint]])
        inner = (found @ directions.T).max(axis=0) if len(found) else np.full(len(directions), -np.inf)
        return SupportBounds(directions, outer, inner)
    # The box, with the corner of too great a joint payoff cut off.
    right, top = min(most[0], joint - least[1]), min(most[1], joint - least[0])
    corners = [[least[0], least[1]], [right, least[1]], [right, min(most[1], joint - right)],
               [min(most[0], joint - top), top], [least[0], top]]
    outer = hull_of(np.array(corners))
    if not len(found):
        return EquilibriumPayoffSet(outer, np.empty((0, 2)), np.inf)
    inner = hull_of(found)
    return EquilibriumPayoffSet(outer, inner, hausdorff(outer, inner))
