"""Games that end and in which some player does not discount, restated with discounting and solved as such.

The restated game has the same equilibria (``games/model/horizon.py``).  Its payoff sets follow from one another from
the last period back, so that the methods for games with discounting come to an end in as many rounds as there are
periods.  Certificates are checked on the game that is restated anew, in exact rationals.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import final

import numpy as np

from games.certificates.automata.no_profitable_deviation import NoProfitableDeviation
from games.certificates.exclusion.exclusion import Exclusion
from games.model.horizon import Restated, with_discounting
from games.model.plan import Plan
from games.model.stochastic_game import StochasticGame
from games.numerics.arrays import Floats
from games.numerics.progress import Progress
from games.solvers.discovery import discover
from games.solvers.payoff_set import EquilibriumPayoffSet, SupportBounds
from games.solvers.solution import Solution, Target, WeakestDeviation, plan_of
from games.solvers.solver import Solver
from games.solvers.verdict import BARELY, Sustainable, Undecided, Unsustainable, Verdict, only_if_proved


@final
@dataclass(frozen=True, eq=False)
class FiniteHorizonSolution(Solution):
    """What was found in the game with discounting, told of the game without.

    ``form``    the game with discounting.
    ``inside``  its solution.
    """

    form: Restated
    inside: Solution

    @property
    def empty(self) -> bool:
        """No equilibrium exists from the initial state; there are the same as in the game with discounting."""
        return self.inside.empty

    def verdict(self, target: Target) -> Verdict:
        """The verdict on the same plan in the game with discounting, its certificate made out for this game.

        The margin of a plan that holds is that of the equilibrium in the certificate, or that in the game with
        discounting over the most that it multiplies payoffs by; the plan may withstand more.
        """
        plan = plan_of(self.game, target)
        there = Plan(self.form.game, plan.allowed)
        verdict = self.inside.verdict(there)
        if isinstance(verdict, Undecided):
            return replace(verdict, bounds={})
        proof = verdict.certificate
        if isinstance(verdict, Unsustainable):
            assert isinstance(proof, Exclusion)
            refuted = replace(proof, game_digest=self.game.digest)
            margin = verdict.margin
            if margin is not None:
                link = self._link(self.inside.weakest_link(there, verdict))
                most = max(float(max(scale)) for scale in self.form.scale)
                margin = min(BARELY, margin / most if link is None else link.margin)
            return only_if_proved(self.game, Unsustainable(verdict.concept, refuted, margin))
        assert isinstance(proof, NoProfitableDeviation)
        evidence = replace(proof, game_digest=self.game.digest, margin=None, plan=plan.to_json())
        weakest = evidence.weakest_link(self.game)
        if weakest is None or not math.isfinite(weakest.slack):
            return only_if_proved(self.game, Sustainable(verdict.concept, evidence))
        # Slacks of the restated game over its greatest scale are no more than those of this one.
        withstood = 0.0 if verdict.margin is None else verdict.margin / max(float(max(x)) for x in self.form.scale)
        margin = max(weakest.slack, 0.0)
        digit = 1e-9 * self.payoff_range
        claimed = Fraction(repr(margin - digit)) if margin > 10 * digit else None
        told = replace(evidence, margin=claimed)
        return only_if_proved(self.game, Sustainable(verdict.concept, told, max(margin, withstood)))

    def weakest_link(self, target: Target, verdict: Verdict | None = None) -> WeakestDeviation | None:
        """The weakest link of the proof that the target holds; where it fails, that in the game with discounting."""
        plan = plan_of(self.game, target)
        if isinstance(verdict or self.verdict(plan), Sustainable):
            return super().weakest_link(plan, verdict)
        return self._link(self.inside.weakest_link(Plan(self.form.game, plan.allowed)))

    def _link(self, link: WeakestDeviation | None) -> WeakestDeviation | None:
        """A link of the game with discounting, its margin in payoff units of this one."""
        if link is None:
            return None
        return replace(link, margin=link.margin / float(self.form.scale[link.state][link.player]))

    def remarks(self) -> tuple[tuple[str, str], ...]:
        """Which method solved the game with discounting."""
        said = f"solved by {self.inside.solver} as a game with discounting that has the same equilibria"
        return ("method", said), *self.inside.remarks()


@final
@dataclass(frozen=True)
class FiniteHorizon(Solver):
    """Finitely repeated games, and all others that surely end, of players who do not discount.

    Some player has the discount factor 1; games that end are otherwise games like all others.
    """

    name = "finite_horizon"
    exact_for = (
        "games that surely end and in which some player does not discount, where everyone sees everything and nobody "
        "pays: as exact as the method for the same number of players with discounting"
    )
    cost = "that of the method for games with discounting, which needs as many rounds as there are periods"
    source = "Benoit and Krishna (1985); Abreu, Pearce and Stacchetti (1990)"
    preference = 5
    undiscounted = True

    def accepts(self, game: StochasticGame) -> str | None:
        """Some player has the discount factor 1; perfect monitoring, no transfers."""
        if not game.undiscounted:
            return "all players discount, so that the methods for games with discounting apply"
        if game.monitoring is not None:
            return "players see public signals, and without discounting only games in which all is seen are solved"
        if game.transfers != "none":
            return "side payments are possible, and without discounting only games without them are solved"
        return None

    def solve(self, game: StochasticGame, progress: Progress | None = None) -> FiniteHorizonSolution:
        """Restate the game and solve it; raises ``GameError`` if ``accepts`` refuses the game."""
        self.insist(game)
        began = time.perf_counter()
        form = with_discounting(game)
        assert isinstance(form, Restated), "a game with the discount factor 1 ends"
        method = next(kind for kind in discover()
                      if not kind.by_name_only and kind.concept == "spe" and kind().accepts(form.game) is None)()
        inside = method.solve(form.game, progress)
        share = np.array([[float(x) for x in row] for row in form.share])
        return FiniteHorizonSolution(
            solver=self.name,
            why="asked for by name",
            concept=inside.concept,
            game=game,
            status=inside.status,
            payoff_sets=tuple(_told(found, share[s]) for s, found in enumerate(inside.payoff_sets)),
            iterations=inside.iterations,
            error_bound=None if inside.error_bound is None else inside.error_bound * float(share.max()),
            seconds=time.perf_counter() - began,
            fault=inside.fault,
            form=form,
            inside=inside,
        )


def _told(found: EquilibriumPayoffSet | SupportBounds, share: Floats) -> EquilibriumPayoffSet | SupportBounds:
    """A payoff set with every player's payoffs multiplied by its share (Float[players], positive)."""
    if isinstance(found, EquilibriumPayoffSet):
        return EquilibriumPayoffSet(found.outer * share, found.inner * share, found.gap * float(share.max()))
    points = None if found.points is None else found.points * share
    if (share == share[0]).all():
        return SupportBounds(found.directions, found.outer * share[0], found.inner * share[0], points)
    return SupportBounds(found.directions / share, found.outer, found.inner, points)
