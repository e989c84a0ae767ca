"""What compliance can withstand at most: its slack against the harshest punishments conceivable, by plain arithmetic.

No equilibrium holds a party below its pure minmax payoff, so that no punishment is harsher; where minmax punishments
are themselves equilibria the bound is attained.  Imports no solver and no certificate.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np

from games.model.stochastic_game import StochasticGame
from games.numerics.arrays import Bools, Floats, Ints
from treaties.compiling.compiled_treaty import CompiledTreaty


def minmax_payoffs(game: StochasticGame, error: float = 1e-10) -> Floats:
    """Float[states, players]: pure minmax payoffs, by value iteration until nothing moves."""
    shapes = [tuple(len(actions) for actions in state) for state in game.actions]
    alike = [np.array([s for s, shape in enumerate(shapes) if shape == each]) for each in sorted(set(shapes))]
    payoffs = np.repeat(game.payoffs.min(axis=0)[None, :], game.n_states, axis=0)
    while True:
        ahead = (1 - game.discount) * game.payoffs + game.discount * (game.transition @ payoffs)
        after = np.empty_like(payoffs)
        for states in alike:
            shape = shapes[states[0]]
            rows = game.row_start[states][:, None] + np.arange(np.prod(shape))
            for i in range(game.n_players):
                best = ahead[rows, i].reshape(len(states), *shape).max(axis=1 + i)
                after[states, i] = best.reshape(len(states), -1).min(axis=1)
        if np.abs(after - payoffs).max() < error:
            return after
        payoffs = after


def ways_to_comply(compiled: CompiledTreaty) -> Iterator[Ints]:
    """Int[states]: the rows of full compliance, -1 where it leaves play free; one way for each Markov use of rights."""
    game, fixed = compiled.game, compiled.compliance
    open_ = [s for s in range(game.n_states) if fixed[s] < 0 <= compiled.unused[s]]
    allowed = [[row for row in game.rows_of(s) if compiled.plan.allowed[row]] for s in open_]
    for used in product(*allowed):
        rows = fixed.copy()
        rows[open_] = used
        yield rows


def path_of(compiled: CompiledTreaty, complying: Ints) -> list[int]:
    """The states that full compliance reaches; every one of them must have a row that compliance plays."""
    reached, ahead = set[int](), [compiled.game.initial]
    while ahead:
        state = ahead.pop()
        if state not in reached:
            reached.add(state)
            assert complying[state] >= 0, compiled.game.states[state]
            ahead += compiled.game.transition[[int(complying[state])]].indices.tolist()
    return sorted(reached)


def complying_payoffs(compiled: CompiledTreaty, path: list[int], complying: Ints) -> Floats:
    """Float[path, players]: average discounted payoffs of full compliance from every state of its path on."""
    game, rows = compiled.game, complying[path]
    law = game.transition.toarray()[rows][:, path]
    return np.stack(
        [np.linalg.solve(np.eye(len(path)) - d * law, (1 - d) * game.payoffs[rows, i])
         for i, d in enumerate(game.discount)], axis=1,
    )  # fmt: skip


def slack_at_most(compiled: CompiledTreaty) -> float:
    """Least loss by a deviation from compliance, as a one-off amount, where minmax payoffs follow every deviation.

    With voluntary payments the loss is that of all parties together, each of them deviating at its best.  Where rights
    may be used at will it is that of the use of them that lacks least.
    """
    return max(_slack_of(compiled, complying) for complying in ways_to_comply(compiled))


def departures_at_most(compiled: CompiledTreaty) -> float:
    """The same of what compliance does not allow: using a right or not, where that is left open, is no departure."""
    allowed = compiled.plan.allowed
    return max(_slack_of(compiled, complying, allowed) for complying in ways_to_comply(compiled))


def _slack_of(compiled: CompiledTreaty, complying: Ints, passed: Bools | None = None) -> float:
    losses = _losses(compiled, complying, passed)
    if compiled.game.transfers == "voluntary":
        return float(min(sum(min(of_party, default=0.0) for of_party in here) for here in losses))
    return float(min((loss for here in losses for of_party in here for loss in of_party), default=np.inf))


def slack_of_each(compiled: CompiledTreaty) -> list[float]:
    """The same for deviations of every party by itself; infinite for one that can never deviate."""
    parties = zip(*_losses(compiled, compiled.compliance), strict=True)
    return [float(min((loss for here in of_party for loss in here), default=np.inf)) for of_party in parties]


def _losses(compiled: CompiledTreaty, complying: Ints, passed: Bools | None = None) -> list[list[list[float]]]:
    """What every deviation loses, by state on the path and party; ``passed`` leaves out rows, Bool[rows]."""
    game, path = compiled.game, path_of(compiled, complying)
    worth, worst = complying_payoffs(compiled, path, complying), minmax_payoffs(game)
    law = game.transition
    scale = 1 - game.discount
    losses = []
    for k, state in enumerate(path):
        shape = [len(actions) for actions in game.actions[state]]
        first, played = game.rows_of(state).start, int(complying[state])
        profile = np.unravel_index(played - first, shape)
        here = []
        for i, actions in enumerate(shape):
            rows = [
                first + int(np.ravel_multi_index([*profile[:i], a, *profile[i + 1 :]], shape)) for a in range(actions)
            ]
            # A move that changes neither payoffs nor what follows is no deviation.
            moved = np.abs(game.payoffs[rows] - game.payoffs[played]).max(axis=1) > 1e-12
            moved |= abs(law[rows] - law[[played] * len(rows)]).max(axis=1).toarray().ravel() > 1e-12
            if passed is not None:
                moved &= ~passed[rows]
            others = [row for row, away in zip(rows, moved, strict=True) if away]
            gains = scale[i] * game.payoffs[others, i] + game.discount[i] * (law[others] @ worst[:, i])
            here.append([(worth[k, i] - gain) / scale[i] for gain in gains])
        losses.append(here)
    return losses
