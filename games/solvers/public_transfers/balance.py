"""Equilibria under public signals in which no money is burnt: payments balance, and play returns to its path.

After every outcome all together have exactly what the path brings from the next state on.  What is found is a set that
generates itself, not the largest one: joint payoffs might also be lowered by playing worse profiles for a while, as
money burning would.  Bounds from outside are those with burning, but for plans that settle every profile on their path:
there joint payoffs are known, so that the programs with equalities decide.

Source: Goldlücke and Kranz (2012), their case without money burning.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

import numpy as np

from games.numerics.arrays import Bools, Floats, Ints
from games.solvers.public_transfers.bounds import Aim, DualBounds, PublicBounds
from games.solvers.public_transfers.outcomes import PublicOutcomes
from games.solvers.public_transfers.plays import Play, levels
from games.solvers.public_transfers.programs import enforce
from games.solvers.relational_transfers import TransferGame, path_states, reached

ROUNDS = 400
SETTLED = 1e-13
"""Levels that move by less, relative to the largest payoff, have settled."""


@final
@dataclass(frozen=True, eq=False)
class BalancedPlay:
    """Play that generates its own payoffs, in the states that can be reached.

    ``plays``  by state and aim; ``joint`` Float[states] and ``worst`` Float[states, players] what they bring.
    """

    plays: dict[tuple[int, Aim], Play]
    joint: Floats
    worst: Floats
    bounds: DualBounds


def balanced_play(
    laid: TransferGame, outcomes: PublicOutcomes, outer: PublicBounds, tighten: float
) -> BalancedPlay | None:
    """Play with balanced payments; None if none is found.

    ``outer``    bounds with burning, where the search begins.
    ``tighten``  by how much every deviation must be worse than complying, in payoff units.
    """
    bounds = outer.bounds.copy(tighten)
    states = reached(laid)
    alive, live = outer.alive.copy(), np.ones(laid.game.n_states, dtype=bool)
    worst = outer.worst.copy()
    policy: Ints | None = None
    plays: dict[tuple[int, Aim], Play] = {}
    for _ in range(ROUNDS):
        joint, policy, _ = laid.joint(alive, live, policy)
        dropped = False
        for s in states.tolist():
            play = Play.of(bounds, int(policy[s]), 0, joint, worst)
            if play is None:
                alive[policy[s]] = False
                dropped = True
                if not alive[laid.game.row_start[s]:laid.game.row_start[s + 1]].any():
                    return None
            else:
                plays[s, 0] = play
        if dropped:
            continue
        for s in states.tolist():
            for i in range(laid.game.n_players):
                held = _hardest(bounds, outer, s, i + 1, joint, worst)
                if held is None:
                    return None
                plays[s, i + 1] = held
        _, found = levels(laid, outcomes, states, plays)
        moved = float(np.abs(found - worst)[states].max())
        worst[states] = found[states]
        if moved <= SETTLED * laid.scale:
            return BalancedPlay(plays, joint, worst, bounds)
    return None


def _hardest(
    bounds: DualBounds, outer: PublicBounds, state: int, aim: Aim, joint: Floats, worst: Floats
) -> Play | None:
    """The play that holds a player to least; bounds with burning say which rows need no program."""
    rows = np.array([r for r in bounds.game.rows_of(state) if outer.alive[r]])
    promise = bounds.values(rows, joint, worst)[:, aim]
    best: Play | None = None
    most = -np.inf
    for k in np.argsort(-promise, kind="stable").tolist():
        if promise[k] <= most:
            break
        play = Play.of(bounds, int(rows[k]), aim, joint, worst)
        if play is not None:
            value = -_payoff(bounds, play, aim - 1, joint, worst)
            if value > most:
                best, most = play, value
    return best


def _payoff(bounds: DualBounds, play: Play, player: int, joint: Floats, worst: Floats) -> float:
    inc = bounds.outcomes.incentives(play.row)
    surplus = joint[inc.ahead] - worst[inc.ahead].sum(axis=1)
    later = inc.law @ worst[inc.ahead, player] + play.weights(bounds.outcomes)[player] @ surplus
    return float((1 - bounds.factor) * bounds.game.payoffs[play.row, player] + bounds.factor * later)


@final
@dataclass(frozen=True, eq=False)
class SettledPath:
    """The path of a plan that settles every profile on it.

    ``states``   Int[k] that it comes to; ``rows`` Int[states] played there; ``joint`` Float[states] what they bring.
    """

    states: Ints
    rows: Ints
    joint: Floats


def settled_path(laid: TransferGame, allowed: Bools, live: Bools) -> SettledPath | None:
    """The path if the plan, ``allowed`` Bool[rows], settles it and it stays in ``live`` states; else None."""
    start = laid.game.row_start
    rows = np.array([start[s] + int(np.argmax(allowed[start[s]:start[s + 1]])) for s in range(laid.game.n_states)])
    states = path_states(laid, rows)
    if any(allowed[start[s]:start[s + 1]].sum() != 1 for s in states.tolist()) or not live[states].all():
        return None
    here = np.zeros(laid.game.n_states, dtype=bool)
    here[states] = True
    return SettledPath(states, rows, laid.values(rows, laid.total, here))


def unenforced(bounds: DualBounds, path: SettledPath, outer: PublicBounds) -> tuple[int, Floats] | None:
    """A row of the path that balanced payments cannot enforce, with multipliers that show it; None if there is none."""
    for s in path.states.tolist():
        row = int(path.rows[s])
        inc = bounds.outcomes.incentives(row)
        budget, need = bounds.budget(inc, path.joint, outer.worst), bounds.need(inc, outer.worst)
        # After outcomes that the row never brings, all might have as little as their punishments.
        seen = inc.share > 0
        nothing = np.zeros(bounds.game.n_players)
        found = enforce(nothing, inc.share[seen], inc.gain[:, seen], inc.who, budget[seen], need, burning=False)
        if not found.feasible:
            return row, found.multipliers
    return None
