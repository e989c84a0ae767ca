"""Public automata and exclusions that tests share, and slow, obvious ways to find and to judge them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array

from games.certificates.signals.exclusion import Cut, PublicExclusion, RowBound
from games.certificates.signals.levels import FAMILIES, Family, Fan, Multipliers, PublicLevels
from games.certificates.signals.weights import OutcomeWeights
from games.model.outcome_laws import Outcome
from games.model.plan import Plan
from games.model.public_automaton import PublicAutomaton, PublicMode
from games.model.public_monitoring import PublicMonitoring
from games.model.stochastic_game import StochasticGame
from games.model.strategy_automaton import Lottery, surely
from games.numerics.arrays import Floats
from tests.support.brute_public import outcome_law
from tests.support.noisy_games import noisy_dilemma
from tests.support.random_games import random_game

F = Fraction
OCTAGON = ((1, 0), (1, 1), (0, 1), (-1, 1), (-1, 0), (-1, -1), (0, -1), (1, -1))


def unpaid(game: StochasticGame) -> StochasticGame:
    """The game without side payments."""
    return replace(game, transfers="none")


def noisy(discount: float | str) -> StochasticGame:
    """The noisy dilemma without side payments: yC has probability 0.7 after CC, 0.3 after a deviation."""
    return unpaid(noisy_dilemma(discount))


def until_a_bad_signal(game: StochasticGame, chance: Fraction | int = 1) -> PublicAutomaton:
    """CC until a signal other than yC, then with a chance DD for ever; payoffs are exact.

    It is an equilibrium if 1 - d <= 0.4 d chance u with u = (1 - d) / (1 - d + 0.3 d chance), which for chance 1 is
    from d = 10/11 on.
    """
    d = game.exact_discount(0)
    worth = (1 - d) / (1 - d + F(3, 10) * d * chance)
    keep, stop = surely(0), surely(1)
    maybe: Lottery = stop if chance == 1 else ((0, 1 - F(chance)), (1, F(chance)))
    return PublicAutomaton((
        PublicMode(0, 0, (worth, worth), {(y, 0): keep if y == 0 else maybe for y in range(4)}),
        PublicMode(0, 3, (F(0), F(0)), {(y, 0): stop for y in range(4)}),
    ), keep)


def for_ever(game: StochasticGame, row: int) -> PublicAutomaton:
    """One profile of a repeated game for ever, whatever is seen; payoffs are exact."""
    worth = tuple(game.exact_payoff(row, i) for i in range(game.n_players))
    seen = {z for i in range(game.n_players) for b in game.deviation_rows(row, i) for z in outcome_law(game, b)}
    return PublicAutomaton((PublicMode(0, row, worth, dict.fromkeys(sorted(seen), surely(0))),), surely(0))


def grim_in_public(game: StochasticGame) -> PublicAutomaton:
    """A repeated dilemma seen in full: CC until anything else is seen, then DD for ever."""
    keep, stop = surely(0), surely(1)
    return with_payoffs(game, PublicAutomaton((
        PublicMode(0, 0, (F(0), F(0)), {(y, 0): stop if y else keep for y in range(4)}),
        PublicMode(0, 3, (F(0), F(0)), {(y, 0): stop for y in range(4)}),
    ), keep))


# -- random games and automata ----------------------------------------------------------------------------------------


def random_watched_game(rng: np.random.Generator, players: int = 2, states: int = 2) -> StochasticGame:
    """Some states with signals, some seen in full; the next state may depend on the signal; any discount factors."""
    discount = [float(x) for x in np.round(rng.uniform(0, 0.9, players), 2)]
    game = random_game(rng, players, states, (1, 2), discount=discount, reach=2)
    signals, laws = [], []
    for s in range(states):
        count = int(rng.integers(1, 4)) if rng.random() < 0.7 else 0
        weights = rng.multinomial(20, np.ones(count) / count, size=len(game.rows_of(s))) if count else np.ones((1, 0))
        signals.append(tuple(f"y{y}" for y in range(count)))
        laws.append(weights / 20 if count else np.zeros((len(game.rows_of(s)), 0)))
    if rng.random() < 0.5:
        return replace(game, monitoring=PublicMonitoring(tuple(signals), tuple(laws)))
    following = []
    transition = game.transition.toarray()
    for s in range(states):
        for k, row in enumerate(game.rows_of(s)):
            after = rng.multinomial(4, np.ones(states) / states, size=len(signals[s])) / 4
            following.append(after)
            if signals[s]:
                transition[row] = laws[s][k] @ after
    next_law = csr_array(np.vstack([np.zeros((0, states)), *following]))
    return replace(game, transition=csr_array(transition),
                   monitoring=PublicMonitoring(tuple(signals), tuple(laws), next_law))


def possible(game: StochasticGame, row: int) -> list[Outcome]:
    """Outcomes of a row and of deviations of one player from it."""
    rows = {b for i in range(game.n_players) for b in game.deviation_rows(row, i)}
    return sorted({z for b in rows for z in outcome_law(game, b)})


def random_public_automaton(rng: np.random.Generator, game: StochasticGame, most: int = 2) -> PublicAutomaton:
    """Random lotteries, rows that are often best replies; payoffs to twelve digits."""
    states = [s for s in range(game.n_states) for _ in range(int(rng.integers(1, most + 1)))]

    def lottery(state: int) -> Lottery:
        there = [m for m, s in enumerate(states) if s == state]
        weights = rng.integers(0, 3, size=len(there))
        weights[rng.integers(len(there))] += 1
        return tuple((m, F(int(w), int(weights.sum()))) for m, w in zip(there, weights, strict=True) if w)

    def tempting(row: int) -> float:
        return max(float(game.payoffs[b, i] - game.payoffs[row, i])
                   for i in range(game.n_players) for b in game.deviation_rows(row, i))

    modes = []
    for s in states:
        rows = game.rows_of(s)
        row = min(rows, key=tempting) if rng.random() < 0.8 else int(rng.choice(rows))
        same = {z[1]: lottery(z[1]) for z in possible(game, row)}
        varied = rng.random() < 0.7
        modes.append(PublicMode(s, row, (F(0),) * game.n_players, {
            z: lottery(z[1]) if varied else same[z[1]] for z in possible(game, row)}))
    return with_payoffs(game, PublicAutomaton(tuple(modes), lottery(game.initial)))


def random_deterrence(rng: np.random.Generator) -> tuple[StochasticGame, PublicAutomaton]:
    """Something like a dilemma in every state, seen in full or not; CC until a sign of deviation, then DD for a while.

    A sign is an outcome that a deviation of one player makes likelier.  Often, but not always, an equilibrium.
    """
    states = int(rng.integers(1, 3))
    game = random_watched_game(rng, 2, states)
    while any(len(game.rows_of(s)) < 4 for s in range(states)):
        game = random_watched_game(rng, 2, states)
    dilemma = np.array([[1, 1], [-0.5, 1.3], [1.3, -0.5], [0, 0]])
    game = replace(game, payoffs=np.round(np.tile(dilemma, (states, 1)) + rng.uniform(-0.1, 0.1, (4 * states, 2)), 6))
    game = game.with_discount([float(x) for x in np.round(rng.uniform(0.7, 0.99, 2), 2)])
    modes, back = [], F(int(rng.integers(0, 3)), 20)
    for s in range(states):
        row = game.rows_of(s)[0]
        own, others = outcome_law(game, row), [outcome_law(game, row + 1), outcome_law(game, row + 2)]
        for play, follow in ((row, None), (row + 3, 1)):
            then: dict[Outcome, Lottery] = {}
            for z in possible(game, play):
                sign = any(law.get(z, 0) > own.get(z, 0) + 1e-12 for law in others)
                keep, stop = 2 * z[1], 2 * z[1] + 1
                mild: Lottery = ((keep, back), (stop, 1 - back)) if back else surely(stop)
                then[z] = mild if follow or sign else surely(keep)
            modes.append(PublicMode(s, play, (F(0), F(0)), then))
    return game, with_payoffs(game, PublicAutomaton(tuple(modes), surely(2 * game.initial)))


def follows(game: StochasticGame, mode: PublicMode, row: int, modes: int) -> Floats:
    """Float[modes]: chance of each mode next, when a row is played in a mode."""
    out = np.zeros(modes)
    for z, p in outcome_law(game, row).items():
        for m, q in mode.then[z]:
            out[m] += p * float(q)
    return out


def true_payoffs(game: StochasticGame, automaton: PublicAutomaton) -> Floats:
    """Float[modes, players], by solving the linear system."""
    modes = automaton.modes
    ahead = np.array([follows(game, mode, mode.row, len(modes)) for mode in modes])
    stage = np.array([game.payoffs[mode.row] for mode in modes])
    return np.column_stack([
        np.linalg.solve(np.eye(len(modes)) - d * ahead, (1 - d) * stage[:, i])
        for i, d in enumerate(game.discount.tolist())])


def with_payoffs(game: StochasticGame, automaton: PublicAutomaton, digits: int = 12) -> PublicAutomaton:
    """The automaton with its true payoffs, rounded."""
    worth = true_payoffs(game, automaton)
    return replace(automaton, modes=tuple(
        replace(mode, payoffs=tuple(F(f"{x:.{digits}f}") for x in worth[k].tolist()))
        for k, mode in enumerate(automaton.modes)))


def least_gap(game: StochasticGame, automaton: PublicAutomaton) -> float:
    """Least slack of any deviation in any mode, average discounted, in floating point; infinite if there is none."""
    worth, least = true_payoffs(game, automaton), np.inf
    for k, mode in enumerate(automaton.modes):
        for i, d in enumerate(game.discount.tolist()):
            for b in set(game.deviation_rows(mode.row, i)) - {mode.row}:
                ahead = follows(game, mode, b, len(automaton.modes)) @ worth[:, i]
                least = min(least, worth[k, i] - (1 - d) * game.payoffs[b, i] - d * ahead)
    return least


# -- exclusions by linear programs ------------------------------------------------------------------------------------


class CutSearch:
    """Finds multipliers by one linear program per (state, row, direction), at the levels that cuts have proved."""

    def __init__(
        self, game: StochasticGame, plan: Plan | None = None, directions: Sequence[tuple[int, int]] = OCTAGON
    ) -> None:
        self.game, self.plan, self.directions = game, plan, tuple(directions)
        allowed = np.ones(game.n_rows, dtype=bool) if plan is None else plan.allowed
        self.levels = PublicLevels(OutcomeWeights(game), Fan(self.directions), allowed)
        self.cuts: list[Cut] = []

    def certificate(self) -> PublicExclusion:
        return PublicExclusion.of(self.game, self.directions, self.cuts, self.plan)

    def sweep(self, family: Family) -> None:
        """Cuts of every state: by what is never played, and in every direction if something is left."""
        alive = self.levels.alive[family]
        for s in sorted(self.levels.reached, reverse=True):
            rows = self.game.rows_of(s)
            found = [self._best(family, row, (0, 0), True) for row in rows if alive[row]]
            never = tuple(b for b in found if b is not None and self.levels.never(family, b.row, b.multipliers))
            if not alive[rows].any():
                self.cuts.append(Cut(family, s, None, never))
            for k, direction in enumerate(self.directions):
                best = [self._best(family, row, direction, False) for row in rows if alive[row]]
                bounds = tuple(b for b in best if b is not None)
                if bounds:
                    self.cuts.append(Cut(family, s, k, (*never, *bounds)))
                    never = ()
                    for bound in bounds:
                        self.levels.give(family, k, bound.row, bound.multipliers)
                    assert self.levels.cut(family, s, k) is None

    def _best(self, family: Family, row: int, direction: tuple[int, int], never: bool) -> RowBound | None:
        """Multipliers of the most that a row can bring in a direction, or that show that it brings nothing."""
        game, d = self.game, self.game.discount
        outcomes, own = possible(game, row), outcome_law(game, row)
        place = {z: 2 * k for k, z in enumerate(outcomes)}
        size = 2 * len(outcomes) + 1                      # the last variable: slack that every incentive has at least
        incentives, bounds, who = [], [], []
        for i in (0, 1):
            for b in game.deviation_rows(row, i):
                if b != row:
                    line = np.zeros(size)
                    for z in outcomes:
                        line[place[z] + i] = -d[i] * (own.get(z, 0.0) - outcome_law(game, b).get(z, 0.0))
                    line[-1] = 1.0 if never else 0.0
                    incentives.append(line)
                    bounds.append((1 - d[i]) * (game.payoffs[row, i] - game.payoffs[b, i]))
                    who.append((i, b))
        first = len(incentives)
        for z in outcomes:
            follows_in: Family = family if z in own else "all"
            for k, (x, y) in enumerate(self.directions):
                line = np.zeros(size)
                line[place[z]], line[place[z] + 1] = x, y
                level = self.levels.level[follows_in, z[1], k]
                incentives.append(line)
                bounds.append(int(level.p) / int(level.q))
        aim = np.zeros(size)
        aim[-1] = float(never)
        for z, p in own.items():
            for i in (0, 1):
                aim[place[z] + i] += d[i] * direction[i] * p
        limits = [(None, None)] * (size - 1) + [(-100.0, 1.0) if never else (0.0, 0.0)]
        found = linprog(-aim, np.array(incentives), np.array(bounds), bounds=limits, method="highs")
        if found.status == 2 and not never:
            return RowBound(row)
        if never and (found.status == 2 or float(found.fun or 0) < 1e-7):
            return None
        assert found.status == 0, found.message
        given: Multipliers = tuple(
            (i, b, F(round(-float(m) * 10**9), 10**9))
            for (i, b), m in zip(who, found.ineqlin.marginals[:first], strict=True) if -m > 1e-9)
        return RowBound(row, given, never)


def excluded(game: StochasticGame, plan: Plan | None = None, sweeps: int = 8) -> PublicExclusion | None:
    """Cuts that exclude the plan (None: every equilibrium), or None if so many sweeps leave room for it."""
    search = CutSearch(game, plan)
    for _ in range(sweeps):
        for family in FAMILIES:
            if family == "all" or plan is not None:
                search.sweep(family)
            if search.levels.empty["path"][game.initial]:
                return search.certificate()
    return None
