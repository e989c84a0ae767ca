"""Stationary relational negotiation equilibria: what is negotiated is what negotiation is expected to bring.

Given the negotiated payoffs r, play until the next negotiation is a game with transfers of its own, solved by policy
elimination: every state may end it with the hazard, and then r is paid.  Its U and v give r again, and an equilibrium
is a fixed point of that.  The game is taken apart into components of states that reach one another; downstream ones
are solved first, so that a game directional but for self-loops is solved state by state.  Within a component the
equations are solved for the policies found, and the policies found again for the solution, until both agree.  In a
single state all combinations of policies are tried where that fails: each settles U, v and r.

**Pure fixed points need not exist.**  A public lottery over profiles does not help: what fails is that profiles which
can be played given r bring an r given which they cannot.  Only mixed actions could, and they are not pursued here.

Source: Goldlücke and Kranz (2023).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import final

import numpy as np
from scipy.sparse import csr_array, hstack, vstack
from scipy.sparse.linalg import spsolve

from games.model.stochastic_game import StochasticGame
from games.numerics.arrays import Floats, Ints
from games.numerics.components import components
from games.numerics.progress import Progress
from games.solvers.relational_transfers import KNIFE_EDGE, Elimination, TransferGame, eliminate, punishment_rows
from games.solvers.repeated_negotiation.recursion import Played, Standing
from games.solvers.repeated_negotiation.terms import NegotiationTerms

MOST_ROUNDS = 60
"""How often policies are found anew before a component is given up."""

MOST_COMBINATIONS = 30_000
"""How many combinations of policies of one state are tried."""

CLOSE = 1e-9
"""Difference, relative to the largest payoff, below which payoffs count as the same."""


@final
@dataclass(frozen=True)
class NoFixedPoint:
    """Where no stationary equilibrium was found.

    ``states``  the component.  ``row`` the profile, -1 if none, that cannot be played given what it brings about,
                or comes nearest to being played, and its ``slack``.
    ``none``    every combination of policies was tried and none is near a fixed point: there is none.
    ``reason``  in words.
    """

    states: tuple[int, ...]
    row: int
    slack: float
    none: bool
    reason: str


@final
@dataclass(frozen=True, eq=False)
class FixedPoint:
    """A stationary equilibrium, up to rounding: payoffs and play, and the best ``reply`` Int[states, players]."""

    played: Played
    reply: Ints


@final
class _Known:
    """Payoffs of the states solved so far."""

    def __init__(self, laid: TransferGame, terms: NegotiationTerms) -> None:
        n, players = laid.game.n_states, laid.game.n_players
        self.laid, self.terms = laid, terms
        self.joint, self.surplus, self.worst = np.zeros(n), np.zeros(n), np.zeros((n, players))
        self.rows = np.zeros(n, dtype=np.int64)
        self.punish = np.zeros((n, players), dtype=np.int64)
        self.reply = np.zeros((n, players), dtype=np.int64)

    def agreed(self) -> Floats:
        """Float[states, players]: what a player expects on arrival, if it is being punished unless play is reset."""
        return self.worst + (self.terms.chance * self.surplus)[:, None] * self.terms.power


@final
class _Component:
    """A set of states that all reach one another, everything downstream known: a game with one more, final state."""

    def __init__(self, known: _Known, states: Ints) -> None:
        laid, game = known.laid, known.laid.game
        self.known, self.states, self.factor = known, states, laid.factor
        self.terms = known.terms
        self.chance = known.terms.chance[states]
        self.rows = np.concatenate([np.arange(game.row_start[s], game.row_start[s + 1]) for s in states.tolist()])
        law = csr_array(game.transition[self.rows])
        self.law = csr_array(law[:, states])
        outside = np.ones(game.n_states)
        outside[states] = 0
        worth = self.factor / (1 - self.factor)
        self.own = game.payoffs[self.rows] + worth * (law @ (known.agreed() * outside[:, None]))
        self.total = laid.total[self.rows] + worth * (law @ (known.joint * outside))
        going_on = csr_array(self.law * (1 - self.chance)[None, :])
        stop = 1 - np.asarray(going_on.sum(axis=1)).ravel()
        stop[stop < 1e-15] = 0.0
        self.sub_law = vstack([hstack([going_on, csr_array(stop[:, None])]), csr_array(
            ([1.0], ([0], [len(states)])), shape=(1, len(states) + 1))]).tocsr()
        actions = tuple(game.actions[s] for s in states.tolist()) + ((("end",),) * game.n_players,)
        names = (*(game.states[s] for s in states.tolist()), "")
        self.shape = (game.players, np.full(game.n_players, self.factor), names, actions)

    def given(self, agreed: Floats, joint: Floats) -> tuple[TransferGame, Elimination]:
        """Play until the next negotiation, which brings ``agreed`` (r, per state and player; together ``joint``)."""
        worth = self.factor / (1 - self.factor)
        own = self.own + worth * (self.law @ (self.chance[:, None] * agreed))
        total = self.total + worth * (self.law @ (self.chance * joint))
        n = own.shape[1]
        players, discount, names, actions = self.shape
        sub = StochasticGame(players, discount, names, actions, np.vstack([own, np.zeros((1, n))]),
                             csr_array(self.sub_law), transfers="voluntary")
        # Payoffs after the component are shared out only in part: together there is more than the players' threats.
        laid = TransferGame(sub, np.append(total, 0.0))
        return laid, eliminate(laid)

    def solve(self, rows: Ints, replies: Ints) -> Standing:
        """Payoffs when ``rows`` (Int[k]) is played for ever and punished players answer by ``replies``, r included."""
        k, n = len(self.states), replies.shape[1]
        one, power, d = csr_array(np.eye(k)), self.terms.power, self.factor
        joint = np.atleast_1d(spsolve((one - d * self.law[rows]).tocsc(), (1 - d) * self.total[rows]))
        blocks, right = [], []
        for i in range(n):
            law = d * self.law[replies[:, i]]
            reset = csr_array(law * (self.chance * power[i])[None, :])
            blocks.append(hstack([(one - law if i == j else csr_array((k, k))) + reset for j in range(n)]))
            right.append((1 - d) * self.own[replies[:, i], i] + reset @ joint)
        worst = np.atleast_1d(spsolve(vstack(blocks).tocsc(), np.concatenate(right))).reshape(n, k).T
        return Standing(np.ones(k, dtype=bool), joint, worst, _snapped(joint, worst))

    def settle(self, start: Standing | None) -> NoFixedPoint | None:
        """Find the fixed point and write it down; or say what is in the way.  The search begins at ``start``."""
        k, n, game = len(self.states), self.own.shape[1], self.known.laid.game
        scale = float(max(np.abs(self.own).max(), np.abs(self.total).max())) or 1.0
        joint, agreed = np.zeros(k), np.zeros((k, n))
        if start is not None and start.live[self.states].all():
            joint = start.joint[self.states]
            agreed = self.terms.negotiated(start.worst[self.states], start.surplus[self.states])
        seen: list[bytes] = []
        slack, row = 0.0, -1
        for _ in range(MOST_ROUNDS):
            laid, found = self.given(agreed, joint)
            if not found.finished:
                return NoFixedPoint(tuple(self.states.tolist()), -1, 0.0, False, "policy iteration did not end")
            if not found.live[:k].all():
                break
            replies = np.column_stack([p.reply[:k] for p in found.punishments])
            now = self.solve(found.policy[:k], replies)
            reached = self.terms.negotiated(now.worst, now.surplus)
            expected = np.column_stack([joint, agreed, found.joint[:k], found.worst[:k]])
            if np.abs(expected - np.column_stack([now.joint, reached, now.joint, now.worst])).max() <= CLOSE * scale:
                self._write(now, laid, found)
                return None
            # A profile that was played given the last r, and would not be given the one that it brings about.
            row, slack = self._refused(found, now)
            mark = np.concatenate([found.policy[:k], *replies.T]).tobytes()
            if seen.count(mark) > 2:
                break
            seen.append(mark)
            joint, agreed = now.joint, reached
        names = ", ".join(repr(game.states[s]) for s in self.states[:3].tolist()) + (" ..." if k > 3 else "")
        if k == 1:
            return self._enumerate(names, scale, row, slack)
        return NoFixedPoint(tuple(self.states.tolist()), row, slack, False,
                            f"in the states {names}, which reach one another, policies and what is negotiated go round "
                            "in circles: no pure stationary equilibrium was found")

    def _write(self, now: Standing, laid: TransferGame, found: Elimination) -> None:
        known, k = self.known, len(self.states)
        known.joint[self.states], known.worst[self.states] = now.joint, now.worst
        known.surplus[self.states] = now.surplus
        known.rows[self.states] = self.rows[found.policy[:k]]
        known.punish[self.states] = self.rows[punishment_rows(found, laid)[:k]]
        known.reply[self.states] = self.rows[np.column_stack([p.reply[:k] for p in found.punishments])]

    def _refused(self, found: Elimination, now: Standing) -> tuple[int, float]:
        """Of the profiles played the one that the payoffs it leads to allow least, and its slack."""
        agreed = self.terms.negotiated(now.worst, now.surplus)
        laid, _ = self.given(agreed, now.joint)
        pad = np.append(now.joint, 0.0), np.vstack([now.worst, np.zeros((1, now.worst.shape[1]))])
        slack = laid.worth(laid.total, pad[0]) - laid.tempted(pad[1])
        played = np.concatenate([found.policy[:-1], punishment_rows(found, laid)[:-1].ravel()])
        row = int(played[np.argmin(slack[played])])
        return int(self.rows[row]), float(slack[row])

    def _enumerate(self, name: str, scale: float, row: int, slack: float) -> NoFixedPoint | None:
        """Try all combinations of a path row and, for each player, conduct of the others that punishes it.

        Given such a combination v_i = max over replies of (a + b S) / (1 - c), with b, c >= 0, increases in the surplus
        S, so that U = S + sum of v_i has one solution.
        """
        d, stay = self.factor, np.asarray(self.law.todense()).ravel()
        chance, power = float(self.chance[0]), self.terms.power
        laid, _ = self.given(np.zeros((1, len(power))), np.zeros(1))
        joints = (1 - d) * self.total / (1 - d * stay)
        distinct = np.unique(np.round(joints, 14), return_index=True)[1]
        groups = [[r.order[r.start[g]:(np.append(r.start, len(r.order))[g + 1])] for g in range(len(r.start) - 1)]
                  for r in laid.replies]
        count = len(distinct) * int(np.prod([len(g) for g in groups]))
        state = (int(self.states[0]),)
        if count > MOST_COMBINATIONS:
            return NoFixedPoint(state, row, slack, False, f"in state {name} policies and what is negotiated go round "
                                f"in circles, and {count} combinations of them are too many to be tried")
        near = False
        for e in distinct[np.argsort(-joints[distinct])].tolist():
            for chosen in product(*groups):
                found = _surplus(float(joints[e]), [
                    ((1 - d) * self.own[g, i] / (1 - d * stay[g]), d * stay[g] * chance * power[i] / (1 - d * stay[g]))
                    for i, g in enumerate(chosen)])
                if found is None:
                    continue
                surplus, worst = found
                agreed = worst + power * surplus
                sub, inner = self.given(agreed[None, :], joints[[e]])
                if not (inner.finished and inner.live[0]):
                    continue
                off = max(abs(inner.joint[0] - joints[e]), float(np.abs(inner.worst[0] - worst).max()))
                if off <= CLOSE * scale:
                    now = Standing(np.ones(1, dtype=bool), joints[[e]], worst[None, :], np.array([surplus]))
                    self._write(now, sub, inner)
                    return None
                # Where nobody gains by deviating there is no edge: something or nothing is at stake, never less.
                gains = sub.tempted(inner.worst) - sum(
                    (sub.worth(sub.game.payoffs[:, i], inner.worst[:, i]) for i in range(len(power))), np.zeros(1))
                near |= bool(((np.abs(inner.slack) <= 1e3 * KNIFE_EDGE * scale) & (gains > 0))[:-1].any())
        return NoFixedPoint(state, row, slack, not near,
                            f"state {name} has no pure stationary equilibrium: none of the {count} combinations of "
                            "policies brings about negotiated payoffs that make it an equilibrium")


def _surplus(joint: float, lines: list[tuple[Floats, Floats]]) -> tuple[float, Floats] | None:
    """S and v with S + sum of v = joint and v_i = max of a + b S over ``lines[i]``; None if S were negative."""
    surplus = 0.0
    for _ in range(MOST_ROUNDS):
        best = [int(np.argmax(a + b * surplus)) for a, b in lines]
        level = sum(float(a[k]) for k, (a, b) in zip(best, lines, strict=True))
        slope = sum(float(b[k]) for k, (a, b) in zip(best, lines, strict=True))
        after = (joint - level) / (1 + slope)
        if abs(after - surplus) <= 1e-15 * (1 + abs(after)):
            break
        surplus = after
    if surplus < -1e-12 * (1 + abs(joint)):
        return None
    surplus = max(surplus, 0.0)
    return surplus, np.array([float((a + b * surplus).max()) for a, b in lines])


def _snapped(joint: Floats, worst: Floats) -> Floats:
    surplus = joint - worst.sum(axis=1)
    rounding = 8 * np.finfo(np.float64).eps * (np.abs(joint) + np.abs(worst).sum(axis=1))
    return np.where(surplus <= rounding, 0.0, surplus)


def is_directional(laid: TransferGame) -> bool:
    """Whether no state can be come back to, once it has been left, whoever deviates."""
    return all(len(c.states) == 1 for c in components(laid.leads.indptr, laid.leads.indices))


def fixed_point(
    laid: TransferGame, terms: NegotiationTerms, start: Standing | None = None,
    progress: Progress | None = None,
) -> FixedPoint | NoFixedPoint:
    """A stationary equilibrium of the states that can be reached from the initial one.

    ``start``  payoffs to begin the search at, where states reach one another; those at the first of many dates serve.

        For states that cannot be reached U, v and r are found as well where they exist, and are NaN elsewhere.
    """
    known, done = _Known(laid, terms), 0
    lost = np.zeros(laid.game.n_states, dtype=bool)
    leads = csr_array(laid.leads)
    failure: NoFixedPoint | None = None
    relevant = _reachable(laid)
    for component in components(leads.indptr, leads.indices, laid.game.initial):
        states = np.sort(component.states)
        if lost.any() and (leads[states] @ lost.astype(np.float64) > 0).any():
            lost[states] = True
        elif (problem := _Component(known, states).settle(start if len(states) > 1 else None)) is not None:
            lost[states] = True
            if relevant[states].any():
                failure = failure or problem
        if failure is not None:
            return failure
        done += len(states)
        if progress is not None:
            progress("solving for what is negotiated", done / laid.game.n_states)
    standing = Standing(~lost, known.joint, known.worst, known.surplus)
    return FixedPoint(Played(standing, known.rows, known.punish, _slack(known)), known.reply)


def _reachable(laid: TransferGame) -> Floats:
    seen = np.zeros(laid.game.n_states)
    seen[laid.game.initial] = 1
    while True:
        more = ((seen + laid.leads.T @ seen) > 0).astype(np.float64)
        if (more == seen).all():
            return seen
        seen = more


def _slack(known: _Known) -> Floats:
    """Float[rows]: what deterring leaves over, with the payoffs found."""
    laid, agreed = known.laid, known.agreed()
    tempted = np.zeros(laid.game.n_rows)
    for i, replies in enumerate(laid.replies):
        tempted += replies.best(laid.worth(laid.game.payoffs[:, i], agreed[:, i]))[replies.group]
    return laid.worth(laid.total, known.joint) - tempted
