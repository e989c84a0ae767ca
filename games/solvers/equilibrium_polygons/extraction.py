"""From sets of equilibrium payoffs to a strategy automaton that exact code can prove.

Deviations are first made worse by a little, so that the sets found leave every incentive some slack; each vertex of
such a set is an action profile followed by a public lottery over vertices of the sets of the next states.  Lotteries
get rational weights, which moves the values by far less than the slack.

Source: Abreu, Pearce and Stacchetti (1990), self-generation; Abreu (1988), one punishment per player and state.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy.sparse import coo_array, csc_array, eye_array
from scipy.sparse.linalg import splu

from games.model.plan import Plan
from games.model.stochastic_game import StochasticGame
from games.model.strategy_automaton import StrategyAutomaton
from games.numerics.arrays import Floats
from games.solvers.equilibrium_polygons.automaton_builder import AutomatonBuilder
from games.solvers.equilibrium_polygons.iteration import PolygonSolution
from games.solvers.equilibrium_polygons.layout import polygon_game
from games.solvers.equilibrium_polygons.paths import path_polygons
from games.solvers.equilibrium_polygons.sets import solve_payoff_sets

ROUNDING = 1e-10
ATTEMPTS = (
    (1e-4, 8), (1e-6, 8), (1e-6, 16), (1e-6, 64), (1e-4, 64), (1e-3, 16), (1e-2, 16), (1e-8, 160), (0.0, None),
)  # fmt: skip
"""Slack asked for (relative to the payoff range) and vertices kept per set: few make small automata, many lose less."""

SWEEPS = 500
PATIENT = 1e-4
PATIENT_UPDATES = 12_000
"""Where players are patient sets settle slowly and need all their vertices: so much slack, and so many sets drawn, if
that lets each be drawn ``SWEEPS`` times."""


def extract_automaton(game: StochasticGame, solution: PolygonSolution, plan: Plan) -> StrategyAutomaton | None:
    """An equilibrium that keeps to ``plan`` on its path, or None if none was found: the first of ``candidates``."""
    return next(candidates(game, solution, plan), None)


def candidates(
    game: StochasticGame, solution: PolygonSolution, plan: Plan, slack: float = 0.0, attempts: int = len(ATTEMPTS)
) -> Iterator[StrategyAutomaton]:
    """Automata that keep to ``plan`` on their path and from which no deviation seems to pay, one by one.

    ``slack``     known on the path, in average payoffs: where there is plenty, more of it is asked for early on, and
                  again, at length, where all else has failed.
    ``attempts``  of ``ATTEMPTS``, made at most.

    Where the plan leaves a choice, the path has the greatest joint payoff among the vertices found.  They have passed
    a check in floating point only; the exact check is the certificate's.
    """
    if solution.empty:
        return
    scale = float(np.ptp(game.payoffs, axis=0).max())
    first, *rest = ATTEMPTS
    rest.sort(key=lambda attempt: not 1e-3 * scale <= attempt[0] * scale <= 0.5 * slack)
    made = [(tighten, vertices, SWEEPS) for tighten, vertices in (first, *rest)[:attempts]]
    if attempts >= len(ATTEMPTS) and PATIENT * scale <= 0.5 * slack and SWEEPS * game.n_states <= PATIENT_UPDATES:
        made.append((PATIENT, None, PATIENT_UPDATES // game.n_states))
    for tighten, vertices, sweeps in made:
        automaton = _attempt(game, solution, plan, tighten, vertices, sweeps)
        if automaton is not None and least_slack(game, automaton) >= -ROUNDING * scale:
            yield automaton


def least_slack(game: StochasticGame, automaton: StrategyAutomaton) -> float:
    """The least gain from not deviating over cells, players and one-shot deviations, in average payoffs (floats)."""
    index = {key: k for k, key in enumerate(automaton.cells)}
    value = _values(game, automaton, index)
    outcome, law = game.outcome_class, game.transition
    # Lotteries are few and shared: what each is worth in a state is worked out once.
    worth: dict[tuple[int, int, int], float] = {}
    worst = np.inf
    for k, cell in enumerate(automaton.cells.values()):
        for i in range(game.n_players):
            delta = float(game.discount[i])
            for row in game.deviation_rows(cell.row, i):
                if outcome[row] == outcome[cell.row]:
                    continue
                after = 0.0
                part = slice(law.indptr[row], law.indptr[row + 1])
                for s, chance in zip(law.indices[part].tolist(), law.data[part].tolist(), strict=True):
                    lottery = cell.punishment(i, s)
                    key = (id(lottery), s, i)
                    if key not in worth:
                        worth[key] = sum(float(p) * float(value[index[m, s], i]) for m, p in lottery)
                    after += chance * worth[key]
                gain = (1 - delta) * game.payoffs[row, i] + delta * after
                worst = min(worst, float(value[k, i] - gain))
    return worst


def _values(game: StochasticGame, automaton: StrategyAutomaton, index: dict[tuple[int, int], int]) -> Floats:
    rows = np.array([cell.row for cell in automaton.cells.values()])
    here: list[int] = []
    there: list[int] = []
    weight: list[float] = []
    transition = game.transition
    for k, cell in enumerate(automaton.cells.values()):
        for z in range(transition.indptr[cell.row], transition.indptr[cell.row + 1]):
            s = int(transition.indices[z])
            for m, p in cell.continuation(s):
                here.append(k)
                there.append(index[m, s])
                weight.append(float(transition.data[z]) * float(p))
    n = len(rows)
    law = csc_array(coo_array((weight, (here, there)), shape=(n, n)))
    out = np.empty((n, game.n_players))
    for i in range(game.n_players):
        delta = float(game.discount[i])
        out[:, i] = splu(csc_array(eye_array(n) - delta * law)).solve((1 - delta) * game.payoffs[rows, i])
    return out


def _attempt(
    game: StochasticGame, solution: PolygonSolution, plan: Plan, tighten: float, vertices: int | None, sweeps: int
) -> StrategyAutomaton | None:
    """One try at one size of slack."""
    arrays = polygon_game(game)
    if tighten > 0.0:
        # Vertices need not be pinned down to more than a small part of the slack.
        tolerance = max(1e-12, 1e-4 * tighten)
        tight = solve_payoff_sets(
            game,
            tolerance=tolerance,
            start=solution,
            tighten=tighten,
            inner=True,
            max_vertices=vertices,
            max_sweeps=sweeps,
        )
    else:
        tight = solution
    if tight.empty:
        return None
    builder = AutomatonBuilder(arrays, tight, tight.tightened / arrays.scale)
    if plan.is_markov:
        return builder.along_markov_path(np.flatnonzero(plan.allowed))
    if plan.restricted_states:
        path = path_polygons(game, tight, plan.allowed, tighten)
        if path is None:
            return None
        return builder.along_path(*path)
    return builder.best()
