"""Proofs that no equilibrium keeps to a plan: from its path, from full observation, and from payments.

1. Bounds on what every player can have, by recursion as if everyone saw everything, on the path of the plan and off it;
   rows of the path die from which a deviation gains more than any continuation within these bounds takes away.  Where
   the signals that compliance may bring about include those of the deviation, nothing that follows can punish it.
2. An exclusion of the game in which everyone sees everything (``games.model.full_observation``).
3. A shortfall of the game in which players may pay one another after signals (``PublicShortfall``), where all discount
   alike.

Nothing here is believed: only what has passed its exact check is returned.

Sources: Abreu, Pearce and Stacchetti (1990); Kandori (1992); Goldlücke and Kranz (2012).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from math import ceil, log10
from typing import final

import numpy as np

from games.certificates.certificate import CheckReport, SolutionConcept
from games.certificates.exclusion import Exclusion
from games.certificates.exclusion.exclusion import LevelStep, PathStep, Step, UnenforceableStep
from games.certificates.signals import PublicShortfall
from games.model.full_observation import seen_by_all
from games.model.plan import Plan
from games.numerics.arrays import Bools, Floats
from games.play.markov_equilibria import AuxiliaryGames
from games.solvers.outer_bounds import refute_and_check
from games.solvers.public_automata.programs import RowProgram, RowPrograms
from games.solvers.public_transfers import PublicTransfers
from games.solvers.verdict import Unsustainable

PUBLIC = SolutionConcept.PURE_PUBLIC
MOST_ROUNDS = 5_000
PRECISION = 1e-10
"""Of bounds, relative to the range of payoffs."""

PAYS = 1e-7
"""Gains that nothing takes away count from here on, relative to the range of payoffs."""


@final
@dataclass(frozen=True, eq=False)
class PathBounds:
    """What every player has at least and at most, in payoff units, Float[states, players].

    ``margin``  the least that some deviation from a row of the path would have to bring more to pay, whatever follows:
                no equilibrium that keeps to the plan withstands more; None if the plan leaves rows open or nobody can
                deviate.
    ``steps``   what strikes out rows of the path, in order; ``dead`` whether nothing is left at the initial state.
    """

    low: Floats
    high: Floats
    margin: float | None
    steps: tuple[Step, ...]
    dead: bool


@final
class Refutations:
    """The bounds of one game, found once, and refutations of plans from them."""

    def __init__(self, programs: RowPrograms) -> None:
        self.programs, self.game = programs, programs.game
        self.watched = seen_by_all(self.game)
        self.spread = float(np.ptp(self.game.payoffs)) or 1.0
        patience = 1 - float(self.game.discount.max())
        largest = float(np.abs(self.game.payoffs).max()) or 1.0
        self.places = max(0, min(ceil(-log10(PRECISION * self.spread)), 15 - ceil(log10(largest)), 30))
        # Enough to absorb rounding up by one unit in the last place, and that of floating point.
        self.room = (2 * 10.0**-self.places + 1e-14 * largest) / patience

    @cached_property
    def bounds(self) -> tuple[Floats, Floats]:
        """Float[states, players] twice: no equilibrium gives less than the first, or more than the second."""
        auxiliary, game = AuxiliaryGames(self.watched), self.watched
        low = np.repeat(game.payoffs.min(axis=0)[None], game.n_states, axis=0)
        for _ in range(MOST_ROUNDS):
            payoffs = auxiliary.payoffs(low)
            new = np.column_stack([auxiliary.minmax(payoffs, i) for i in range(game.n_players)])
            moved, low = float(np.abs(new - low).max()), np.maximum(low, new)
            if moved <= PRECISION * self.spread * (1 - game.discount.max()):
                break
        return low, self._recursion(np.ones(game.n_rows, dtype=bool), most=True)

    @property
    def box(self) -> tuple[Floats, Floats]:
        """The bounds in scaled payoffs."""
        low, high = self.bounds
        return self.programs.scaled(low), self.programs.scaled(high)

    @cached_property
    def joint(self) -> Floats:
        """Float[states]: no equilibrium gives more to all together; by recursion where all discount alike."""
        game = self.watched
        value = self.bounds[1].sum(axis=1)
        if game.common_discount:
            d, today = float(game.discount[0]), game.payoffs.sum(axis=1)
            for _ in range(MOST_ROUNDS):
                brings = (1 - d) * today + d * (game.transition @ value)
                new = np.minimum(np.maximum.reduceat(brings, game.row_start[:-1]), value)
                moved, value = float(np.abs(new - value).max()), new
                if moved <= PRECISION * self.spread * (1 - d):
                    break
        return np.asarray(value)

    def _recursion(self, alive: Bools, *, most: bool) -> Floats:
        """Float[states, players]: the most or the least that each could have by some choice of rows that are left."""
        game = self.watched
        sign = 1.0 if most else -1.0
        start = (game.payoffs.max if most else game.payoffs.min)(axis=0)
        value = np.repeat(start[None], game.n_states, axis=0)
        today = (1 - game.discount) * game.payoffs
        for _ in range(MOST_ROUNDS):
            brings = today + game.discount * (game.transition @ value)
            left = np.where(alive[:, None], sign * brings, -np.inf)
            best: Floats = sign * np.maximum.reduceat(left, game.row_start[:-1])
            new = np.where(np.isfinite(best), best, value)
            moved, value = float(np.abs(new - value).max()), new
            if moved <= PRECISION * self.spread * (1 - game.discount.max()):
                break
        return np.asarray(value)

    def path(self, plan: Plan) -> PathBounds:
        """Strike out rows of the path that nothing enforces, until none goes, or none is left at the initial state."""
        game = self.game
        threats, ceiling = self.bounds
        n = game.n_players
        steps: list[Step] = [
            *(self._level(n + i, -threats[:, i]) for i in range(n)),
            *(self._level(i, ceiling[:, i]) for i in range(n)),
            PathStep(),
        ]
        alive = plan.allowed.copy()
        margin: float | None = None
        while True:
            low, high = (self._recursion(alive, most=most) for most in (False, True))
            low, high = np.maximum(low, threats), np.minimum(high, ceiling)
            reached = self._reached(alive)
            rows = [r for s in reached for r in game.rows_of(s) if alive[r]]
            worst = {r: self._most_slack(self.programs.of(r), low, high) for r in rows}
            if margin is None and len(rows) == len(reached):
                margin = min((slack for slack, _ in worst.values()), default=np.inf)
            gone = [r for r in rows if worst[r][0] < -PAYS * self.spread]
            if not gone:
                return PathBounds(low, high, _finite(margin), tuple(steps), False)
            steps += [self._level(n + i, -low[:, i]) for i in range(n)] + [
                self._level(i, high[:, i]) for i in range(n)]
            steps.append(UnenforceableStep(tuple(
                (r, ((worst[r][1][0], worst[r][1][1], Fraction(1)),)) for r in gone)))
            alive[gone] = False
            if self._spread(alive):
                return PathBounds(low, high, _finite(margin), tuple(steps), True)

    def _level(self, direction: int, level: Floats) -> LevelStep:
        return LevelStep(direction, tuple(int(x) for x in np.ceil((level + self.room) * 10.0**self.places)))

    def _reached(self, alive: Bools) -> list[int]:
        """States that the rows left may lead to from the initial one."""
        game, t = self.game, self.watched.transition
        seen, waiting = {game.initial}, [game.initial]
        for s in waiting:
            for r in game.rows_of(s):
                if alive[r]:
                    new = set(t.indices[t.indptr[r]:t.indptr[r + 1]].tolist()) - seen
                    seen |= new
                    waiting += sorted(new)
        return waiting

    def _spread(self, alive: Bools) -> bool:
        """Rows that may lead where no row is left go as well; whether none is left at the initial state."""
        game = self.watched
        while True:
            left = np.logical_or.reduceat(alive, game.row_start[:-1])
            leads = (game.transition @ (~left).astype(float)) > 0
            if not (alive & leads).any():
                return not left[game.initial]
            alive &= ~leads

    def _most_slack(self, program: RowProgram, low: Floats, high: Floats) -> tuple[float, tuple[int, int]]:
        """The least, over deviations, of the greatest slack that continuations within bounds allow; payoff units."""
        game = self.game
        threats, ceiling = self.bounds
        worst, where = np.inf, (0, program.row)
        states = program.states
        possible = program.possible[:, None]
        most = np.where(possible, high[states], ceiling[states])
        least = np.where(possible, low[states], threats[states])
        for change, i, b in zip(program.change, program.who.tolist(), program.rows.tolist(), strict=True):
            later = float(np.where(change > 0, change * most[:, i], change * least[:, i]).sum())
            slack = later / (1 - game.discount[i]) + float(game.payoffs[program.row, i] - game.payoffs[b, i])
            if slack < worst:
                worst, where = slack, (i, b)
        return worst, where

    # -- the three routes ----------------------------------------------------------------------------------------

    def from_path(self, plan: Plan, path: PathBounds) -> Unsustainable | None:
        """The first route, for bounds in which nothing is left."""
        if not path.dead:
            return None
        evidence = Exclusion(self.game.digest, PUBLIC, (), path.steps, self.places, plan.to_json())
        return self._checked(evidence, path.margin)

    def from_full_observation(self, plan: Plan | None, seconds: float) -> Unsustainable | None:
        """The second; without a plan, that no equilibrium exists."""
        there = None if plan is None else Plan(self.watched, plan.allowed)
        found = refute_and_check(self.watched, there, seconds=seconds)
        if found is None:
            return None
        return self._checked(replace(found[0], game_digest=self.game.digest, concept=PUBLIC), None)

    def from_payments(self, plan: Plan) -> Unsustainable | None:
        """The third."""
        game = replace(self.game, transfers="voluntary", burning=False)
        solver = PublicTransfers().quick()
        if solver.accepts(game) is not None:
            return None
        verdict = solver.solve(game).verdict(Plan(game, plan.allowed))
        if not isinstance(verdict, Unsustainable) or not isinstance(verdict.certificate, PublicShortfall):
            return None
        evidence = replace(verdict.certificate, game_digest=self.game.digest, concept=PUBLIC)
        return self._checked(evidence, verdict.margin)

    def _checked(self, evidence: Exclusion | PublicShortfall, margin: float | None) -> Unsustainable | None:
        report: CheckReport = evidence.check(self.game)
        if not report.accepted:
            return None
        below = None if margin is None else min(margin, -np.finfo(float).tiny)
        return Unsustainable(evidence.concept, evidence, below, report)


def _finite(number: float | None) -> float | None:
    return None if number is None or not np.isfinite(number) else number


