"""Solutions, margins and best equilibria of games in which nobody sees everything."""

from __future__ import annotations

import numpy as np

from games.model.public_automaton import PublicAutomaton
from games.model.stochastic_game import GameError, StochasticGame
from games.numerics.arrays import Floats
from games.play.phases import phases
from games.questions.solve import choose_solver
from games.solvers.payoff_set import EquilibriumPayoffSet
from games.solvers.public_automata import PublicAutomata
from games.solvers.public_polygons import PublicPolygons
from games.solvers.relational_transfers import TransferGame
from games.solvers.solution import Solution
from games.solvers.solver import Solver
from treaties.compiling.compiled_treaty import CompiledTreaty
from treaties.findings.cooperation import Cooperation

DIRECTIONS = 32
"""Of polygons of games without side payments that are solved at many terms."""


def solved(game: StochasticGame, quick: bool = True) -> Solution | None:
    """The solution by the solver that applies, None if none does; ``quick`` leaves out proofs where it can."""
    try:
        solver, _ = choose_solver(game)
        return (solver.quick() if quick else solver).solve(game)
    except GameError:
        return None


def margin_and_joint(compiled: CompiledTreaty) -> tuple[float | None, float | None]:
    """Margin of full compliance, negative where it fails, and the most the best equilibrium can bring; no proofs."""
    solution = solved(compiled.game)
    if solution is None:
        return None, None
    return solution.margin(compiled.plan), solution.joint_bounds()[1]


def best_equilibrium(
    compiled: CompiledTreaty, solution: Solution, prove: bool
) -> tuple[float | None, Cooperation | None]:
    """Greatest joint payoff of an equilibrium that was found, and the best one found that begins with compliance.

    Both None where the method builds no equilibria whose play follows public signals.

    ``prove``  prove exactly that it is one, if that can be done; else it is one in floating point.
    """
    most, found = best_complying(compiled, solution, prove)
    return most, None if found is None else found[1]


def best_complying(
    compiled: CompiledTreaty, solution: Solution, prove: bool
) -> tuple[float | None, tuple[PublicAutomaton, Cooperation] | None]:
    """As ``best_equilibrium``, with the strategies of which it tells how long they keep to compliance."""
    most: float | None = None
    known = solution.payoff_sets[compiled.game.initial]
    for aim in _weights(compiled.game.n_players):
        automaton = solution.best_automaton(aim) if prove else None
        prove = automaton is not None
        automaton = automaton or solution.best_automaton(aim, prove=False)
        if automaton is None:
            break
        joint = _joint(automaton)
        most = joint if most is None else max(most, joint)
        best = _cooperation(compiled, automaton, prove)
        if best is not None:
            return most, (automaton, best)
        if isinstance(known, EquilibriumPayoffSet) and len(known.inner) == 1:
            break
    automaton = solution.beginning_with(compiled.plan, prove=prove)
    if automaton is None:
        return most, None
    best = _cooperation(compiled, automaton, prove)
    joint = _joint(automaton)
    return joint if most is None else max(most, joint), None if best is None else (automaton, best)


def _joint(automaton: PublicAutomaton) -> float:
    """What an automaton brings to all together."""
    return float(sum(p * sum(automaton.modes[mode].payoffs) for mode, p in automaton.initial))


def _cooperation(compiled: CompiledTreaty, automaton: PublicAutomaton, proved: bool) -> Cooperation | None:
    """How long an equilibrium keeps to compliance; None if it does not begin with it."""
    found = phases(compiled.game, automaton, compiled.plan)
    if not found.begins:
        return None
    share = None if found.share is None else min(found.share)
    return Cooperation(_joint(automaton), found.keeps, found.departs, found.away, found.returns, share, proved)


def _weights(parties: int) -> list[Floats]:
    """Weights with which an equilibrium is sought that begins with compliance: the next if the best does not."""
    all_alike, alone = np.ones(parties), np.eye(parties)
    return [all_alike, *(all_alike + alone), *alone]


def quick_best(compiled: CompiledTreaty) -> tuple[float | None, Cooperation | None]:
    """As ``best_equilibrium``, with few directions and without proofs."""
    pair = compiled.game.n_players == 2
    solver: Solver = PublicPolygons(directions=DIRECTIONS, refine=False) if pair else PublicAutomata().quick()
    solution = solver.solve(compiled.game)
    return best_equilibrium(compiled, solution, False)


def first_best(game: StochasticGame) -> float | None:
    """Most that all together can have on average; None where discount factors differ and no one average exists."""
    if not game.common_discount:
        return None
    every = np.ones(game.n_rows, dtype=bool)
    joint, _, finished = TransferGame(game).joint(every, np.ones(game.n_states, dtype=bool), None)
    return float(joint[game.initial]) if finished else None
