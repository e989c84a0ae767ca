"""What holds of every equilibrium whatever the method: asked before any set, verdict or margin is told.

Average payoffs are means of stage payoffs, with weights that depend on the player's discount factor alone, so without
side payments nobody has more or less than its greatest or least stage payoff.  Sums are means of joint stage payoffs
where all discount alike.  Side payments move what a player has, but not the sum beyond the greatest joint stage payoff,
and whoever never pays has at least its least stage payoff.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, final

import numpy as np
from scipy.sparse import csr_array

from games.model.stochastic_game import GameError, StochasticGame
from games.numerics.arrays import Floats
from games.numerics.components import components
from games.numerics.polygons import excess
from games.solvers.payoff_set import EquilibriumPayoffSet, SupportBounds
from games.solvers.verdict import Sustainable, Undecided, Verdict

TOLERANCE = 1e-6
"""Of payoffs, relative to their range: more than any method is off by, less than anybody cares for."""

ROUNDING = 1e-11
"""Of payoffs, relative to the largest, before it is divided by (1 - discount factor)."""


class Told(Protocol):
    """What is looked at of a solution; its names are those of ``Solution``."""

    @property
    def game(self) -> StochasticGame:
        """The game."""
        ...

    @property
    def status(self) -> str:
        """As in ``Solution``."""
        ...

    @property
    def payoff_sets(self) -> Sequence[EquilibriumPayoffSet | SupportBounds]:
        """One per state."""
        ...

    @property
    def joint_payoff(self) -> Floats:
        """Float[states]; raises ``GameError`` where side payments are not spoken of."""
        ...

    @property
    def punishment_payoffs(self) -> Floats:
        """Float[states, players]; raises ``GameError`` likewise."""
        ...

    @property
    def empty(self) -> bool:
        """Whether no equilibrium exists from the initial state."""
        ...



def fault_of_sets(solution: Told) -> str:
    """The first thing about a solution's payoff sets that cannot be so, in words; empty if there is none.

    Sets that are only bounds are held against the payoffs of all states, those that are known against the payoffs that
    can be reached from their own.
    """
    game = solution.game
    slack = TOLERANCE * float(np.ptp(game.payoffs)) + ROUNDING * float(
        np.abs(game.payoffs).max() / (1 - game.discount[game.discount < 1].max(initial=0.0)))
    reach = _Reach.of(game, everywhere=solution.status != "converged")
    known = _with_payments(solution)
    for s, found in enumerate(solution.payoff_sets):
        faults = [*_faults_of_one(game, found, reach, s, slack)]
        if known is not None and np.isfinite(known[0][s]):
            faults += _faults_with_payments(game, found, float(known[0][s]), known[1][s], slack)
        if faults:
            return f"state {game.states[s]!r}: {faults[0]}"
    return ""


def fault_of_verdict(solution: Told, verdict: Verdict) -> str:
    """What about a verdict cannot be so, in words; empty if there is nothing."""
    if isinstance(verdict, Undecided):
        return ""
    margin, holds = verdict.margin, isinstance(verdict, Sustainable)
    if margin is not None and (not np.isfinite(margin) or (margin >= 0) != holds):
        return f"the plan {'holds' if holds else 'fails'} by its proof, and its margin is {margin:.6g}"
    if verdict.report is not None and not verdict.report.accepted:
        return f"the exact check refused the evidence: {verdict.report.place}: {verdict.report.problem}"
    if holds and solution.empty:
        return "the plan holds by its proof, and the payoff sets say that no equilibrium exists"
    return ""


def _with_payments(solution: Told) -> tuple[Floats, Floats] | None:
    """Greatest joint and least own payoffs with side payments; None without any, or if the method does not know."""
    if solution.game.transfers == "none":
        return None
    try:
        return solution.joint_payoff, solution.punishment_payoffs
    except GameError:
        return None


@final
@dataclass(frozen=True, eq=False)
class _Reach:
    """Stage payoffs, per state, of the states that can be reached from it: a column per player, then the joint payoff.

    ``least``, ``most``  Float[states, players + 1].
    """

    least: Floats
    most: Floats

    @classmethod
    def of(cls, game: StochasticGame, *, everywhere: bool) -> _Reach:
        """``everywhere``: of all states instead."""
        payoffs = np.column_stack([game.payoffs, game.payoffs.sum(axis=1)])
        shape = (game.n_states, game.n_players + 1)
        if everywhere or game.n_states == 1:
            least, most = payoffs.min(axis=0), payoffs.max(axis=0)
            return cls(np.broadcast_to(least, shape), np.broadcast_to(most, shape))
        least = np.minimum.reduceat(payoffs, game.row_start[:-1])
        most = np.maximum.reduceat(payoffs, game.row_start[:-1])
        own = csr_array((np.ones(game.n_rows), (game.row_state, np.arange(game.n_rows))))
        arcs = csr_array(own @ game.transition)
        for component in components(arcs.indptr, arcs.indices, game.initial):
            states = component.states
            ahead = np.concatenate([states, *(arcs.indices[arcs.indptr[s] : arcs.indptr[s + 1]] for s in states)])
            least[states], most[states] = least[ahead].min(axis=0), most[ahead].max(axis=0)
        return cls(least, most)


def _faults_of_one(
    game: StochasticGame, found: EquilibriumPayoffSet | SupportBounds, reach: _Reach, state: int, slack: float
) -> Iterator[str]:
    """What holds of the set of one state."""
    bounds = _supports(found, game.n_players)
    if np.isnan(bounds.outer).any() or np.isnan(bounds.inner).any():
        yield "a payoff is no number"
    if isinstance(found, EquilibriumPayoffSet):
        out = excess(found.inner, len(found.inner), found.outer, len(found.outer)) if len(found.inner) else 0.0
    else:
        held = np.isfinite(bounds.inner)
        out = float((bounds.inner[held] - bounds.outer[held]).max(initial=0.0))
    if out > slack:
        yield f"equilibria were found {out:.6g} outside the set that contains all of them"
    for direction, outer, inner in zip(bounds.directions, bounds.outer, bounds.inner, strict=True):
        size = float(np.abs(direction).max())
        highest = _highest(game, direction, reach.least[state], reach.most[state])
        if max(outer, inner) > highest + slack * size * game.n_players:
            yield (f"equilibrium payoffs in direction {np.round(direction, 6).tolist()} reach {max(outer, inner):.6g}, "
                   f"and stage payoffs allow {highest:.6g} at most")


def _highest(game: StochasticGame, direction: Floats, least: Floats, most: Floats) -> float:
    """The most that any play gives in a direction, given the range of stage payoffs; infinite if it has no bound."""
    n, plain = game.n_players, game.transfers == "none"
    own = float(np.where(direction > 0, direction * most[:n], direction * least[:n]).sum())
    highest = own if plain or (direction <= 0).all() else np.inf
    if game.common_discount and (direction == direction[0]).all():
        share = float(direction[0])
        if share > 0:
            highest = min(highest, share * float(most[n]))
        elif plain or not game.burning:
            highest = min(highest, share * float(least[n]))
    return highest


def _faults_with_payments(
    game: StochasticGame, found: EquilibriumPayoffSet | SupportBounds, joint: float, worst: Floats, slack: float
) -> Iterator[str]:
    """The joint payoff covers what nobody can be denied, and the set lies between the two."""
    if float(worst.sum()) > joint + slack * game.n_players:
        yield f"all players together have {joint:.6g} at most, and nobody less than {worst.round(6).tolist()}"
    bounds = _supports(found, game.n_players)
    for direction, outer in zip(bounds.directions, bounds.outer, strict=True):
        if (direction == 1).all() and outer > joint + slack * game.n_players:
            yield f"the set holds joint payoffs of {outer:.6g}, and no equilibrium has more than {joint:.6g}"
        only = np.flatnonzero(direction)
        if len(only) == 1 and direction[only[0]] == -1 and -outer < worst[only[0]] - slack:
            yield (f"the set gives player {game.players[only[0]]} {-outer:.6g}, "
                   f"and no equilibrium less than {worst[only[0]]:.6g}")


def _supports(found: EquilibriumPayoffSet | SupportBounds, players: int) -> SupportBounds:
    """A set by what it gives to each player at most and at least, and to all together."""
    if isinstance(found, SupportBounds):
        return found
    axes = np.vstack([np.eye(players), np.ones((1, players))])
    directions = np.vstack([axes, -axes])
    outer, inner = ((polygon @ directions.T).max(axis=0, initial=-np.inf) for polygon in (found.outer, found.inner))
    return SupportBounds(directions, outer, inner)
