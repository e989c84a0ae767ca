"""Policy elimination for stochastic games in which players may pay one another and burn money.

Pure equilibrium payoffs from a state are {sum of payoffs <= U, payoff of i >= v_i}.  U is the value of a decision
problem of all players together; v_i of a zero-sum problem in which the others choose first; both over the profiles
that are still admissible.  A profile goes when what all can have together after it is less than the sum of what each
can have by deviating; then U and v are computed again, until nothing goes.

Source: Goldlücke and Kranz (2018); policy iteration after Howard (1960), for the punishments Hoffman and Karp (1966).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import final

import numpy as np
from scipy.sparse import csc_array, csr_array
from scipy.sparse.linalg import spsolve

from games.certificates.automata.chain import spans
from games.model.stochastic_game import StochasticGame
from games.numerics.arrays import Bools, Floats, Ints
from games.numerics.progress import Progress

KNIFE_EDGE = 1e-10
"""Slack, relative to the largest payoff, below which arithmetic with floats cannot say whether a profile goes."""

IMPROVEMENT = 1e-13
"""Gain, relative to the largest payoff, below which a policy is left as it is."""

DENSE_STATES = 120
ROUNDS = 10_000


@final
@dataclass(frozen=True, eq=False)
class Punishments:
    """Least payoffs of one player that the others can hold it to with admissible profiles.

    ``values``  Float[states]; ``group``  Int[states]: the conduct of the others (numbers of ``Replies``);
    ``reply``   Int[states]: the row of the best reply.
    """

    values: Floats
    group: Ints
    reply: Ints


@final
@dataclass(frozen=True, eq=False)
class Round:
    """``admissible`` Bool[rows] and ``live`` Bool[states], and their values ``joint`` and ``worst``."""

    admissible: Bools
    live: Bools
    joint: Floats
    worst: Floats


@final
@dataclass(frozen=True, eq=False)
class Elimination:
    """Where elimination ended.

    ``admissible``    Bool[rows]: profiles of some equilibrium; ``live`` Bool[states]: states with an equilibrium.
    ``joint``         Float[states]: U; zero where no equilibrium exists; ``policy`` Int[states] rows that attain it.
    ``punishments``   one per player.  ``slack`` Float[rows]: how much of the joint payoff deterring leaves over.
    ``rounds``        what was computed on the way; the last deleted nothing, or the last profile.
    ``finished``      False if policy iteration was cut short, so that nothing is known.
    """

    admissible: Bools
    live: Bools
    joint: Floats
    policy: Ints
    punishments: tuple[Punishments, ...]
    slack: Floats
    rounds: tuple[Round, ...]
    finished: bool

    @property
    def worst(self) -> Floats:
        """Float[states, players]: v."""
        return np.column_stack([p.values for p in self.punishments])


@final
@dataclass(frozen=True, eq=False)
class Replies:
    """The rows among which one player chooses, given what the others do.

    ``order``  Int[rows]: rows group by group; ``start`` Int[groups]; ``group`` Int[rows]; ``first`` Int[states]: the
    first group of each state.
    """

    order: Ints
    start: Ints
    group: Ints
    first: Ints

    @staticmethod
    def of(game: StochasticGame, player: int) -> Replies:
        """Groups in the order of their first rows, so that those of one state are together."""
        key = np.arange(game.n_rows) - game.own_action[:, player] * game.stride[game.row_state, player]
        order = np.argsort(key, kind="stable").astype(np.int64)
        start = np.flatnonzero(np.concatenate([[True], np.diff(key[order]) != 0])).astype(np.int64)
        group = np.empty(game.n_rows, dtype=np.int64)
        group[order] = np.repeat(np.arange(len(start)), np.diff(np.append(start, game.n_rows)))
        group_state = game.row_state[order[start]]
        first = np.searchsorted(group_state, np.arange(game.n_states)).astype(np.int64)
        return Replies(order, start, group, first)

    def best(self, worth: Floats) -> Floats:
        """Float[groups]: the greatest worth of a row of each group."""
        out: Floats = np.maximum.reduceat(worth[self.order], self.start)
        return out

    def best_rows(self, worth: Floats, best: Floats) -> Ints:
        """Int[groups]: the first row that attains ``best``."""
        at = np.where(worth[self.order] == best[self.group[self.order]], np.arange(len(worth)), len(worth))
        return self.order[np.minimum.reduceat(at, self.start)]


@final
class TransferGame:
    """A game laid out for policy elimination; all players share one discount factor.

    ``factor``  the discount factor.
    ``total``   Float[rows]: joint payoffs per period; the sum of the players' unless they are given.
    ``scale``   the largest payoff of a period, the measure of rounding errors; 1 if all are zero.
    """

    def __init__(self, game: StochasticGame, total: Floats | None = None) -> None:
        self.game = game
        self.factor = float(game.discount[0])
        self.total: Floats = np.asarray(game.payoffs.sum(axis=1), dtype=np.float64) if total is None else total
        self.scale = float(max(np.abs(game.payoffs).max(), np.abs(self.total).max())) or 1.0

    @cached_property
    def replies(self) -> tuple[Replies, ...]:
        """One per player."""
        return tuple(Replies.of(self.game, i) for i in range(self.game.n_players))

    @cached_property
    def leads(self) -> csr_array:
        """csr_array[states, states]: how many rows of a state make another possible, whoever deviates."""
        game, law = self.game, self.game.transition
        rows = np.repeat(np.arange(game.n_rows), np.diff(law.indptr))
        here = law.data > 0
        pairs = (np.ones(int(here.sum())), (game.row_state[rows[here]], law.indices[here]))
        return csr_array(pairs, shape=(game.n_states, game.n_states))

    def spread(self, lost: Bools) -> Bools:
        """Bool[states]: states from which some row leads to a ``lost`` state, at once or later; the lost included."""
        while True:
            wider: Bools = lost | (self.leads @ lost.astype(np.float64) > 0)
            if (wider == lost).all():
                return lost
            lost = wider

    def values(self, rows: Ints, payoff: Floats, live: Bools) -> Floats:
        """Float[states]: average discounted ``payoff`` of playing ``rows[state]`` for ever; zero outside ``live``."""
        out = np.zeros(self.game.n_states)
        at = np.flatnonzero(live)
        if not len(at):
            return out
        now = (1 - self.factor) * payoff[rows[at]]
        # Identity less discounted law, from its entries at once: sums of sparse matrices take longer than the solution.
        law = self.game.transition
        origin, entry = spans(law.indptr.astype(np.int64), rows[at])
        place = np.full(self.game.n_states, -1)
        place[at] = np.arange(len(at))
        target, share = place[law.indices[entry]], -self.factor * law.data[entry]
        inside = target >= 0
        each = np.arange(len(at))
        entries = np.concatenate([np.ones(len(at)), share[inside]])
        where = np.concatenate([each, origin[inside]]), np.concatenate([each, target[inside]])
        system = csc_array((entries, where), shape=(len(at), len(at)))
        out[at] = np.linalg.solve(system.toarray(), now) if len(at) <= DENSE_STATES else spsolve(system, now)
        return out

    def worth(self, payoff: Floats, ahead: Floats) -> Floats:
        """Float[rows]: payoff now and ``ahead`` (per state) from the next period on."""
        out: Floats = (1 - self.factor) * payoff + self.factor * (self.game.transition @ ahead)
        return out

    def joint(self, admissible: Bools, live: Bools, policy: Ints | None) -> tuple[Floats, Ints, bool]:
        """U, rows that attain it, and whether policy iteration ended; begins at ``policy`` where it is admissible."""
        start = self.game.row_start[:-1]
        best = first_best(np.where(admissible, self.total, -np.inf), start)
        rows = best if policy is None else np.where(admissible[policy], policy, best)
        for _ in range(ROUNDS):
            value = self.values(rows, self.total, live)
            worth = np.where(admissible, self.worth(self.total, value), -np.inf)
            best = first_best(worth, start)
            better = live & (worth[best] > worth[rows] + IMPROVEMENT * self.scale)
            if not better.any():
                return value, rows, True
            rows = np.where(better, best, rows)
        return value, rows, False

    def punish(
        self, player: int, admissible: Bools, live: Bools, before: Punishments | None
    ) -> tuple[Punishments, bool]:
        """V of one player, and whether policy iteration ended; begins at ``before`` where it is admissible."""
        replies, payoff = self.replies[player], self.game.payoffs[:, player]
        possible = np.logical_or.reduceat(admissible[replies.order], replies.start)
        least = IMPROVEMENT * self.scale
        quick = np.where(possible, replies.best(payoff), np.inf)
        group = first_best(-quick, replies.first)
        if before is not None:
            group = np.where(possible[before.group], before.group, group)
        reply = replies.best_rows(payoff, replies.best(payoff))[group]
        for _ in range(ROUNDS):
            for _ in range(ROUNDS):
                value = self.values(reply, payoff, live)
                worth = self.worth(payoff, value)
                best = replies.best(worth)
                better = live & (best[group] > worth[reply] + least)
                if not better.any():
                    break
                reply = np.where(better, replies.best_rows(worth, best)[group], reply)
            else:
                return Punishments(value, group, reply), False
            held = np.where(possible, best, np.inf)
            lower = first_best(-held, replies.first)
            better = live & (held[lower] < held[group] - least)
            if not better.any():
                return Punishments(value, group, reply), True
            group = np.where(better, lower, group)
            reply = np.where(better, replies.best_rows(worth, best)[group], reply)
        return Punishments(value, group, reply), False

    def tempted(self, worst: Floats) -> Floats:
        """Float[rows]: the sum of what each player can have by its best reply, ``worst`` following."""
        out = np.zeros(self.game.n_rows)
        for i, replies in enumerate(self.replies):
            out += replies.best(self.worth(self.game.payoffs[:, i], worst[:, i]))[replies.group]
        return out

    def settled(self, worst: Floats) -> Bools:
        """Bool[rows]: rows from which every player's other actions are clearly worse, ``worst`` following."""
        out = np.ones(self.game.n_rows, dtype=bool)
        for i, replies in enumerate(self.replies):
            worth = self.worth(self.game.payoffs[:, i], worst[:, i])
            good = worth >= replies.best(worth)[replies.group] - KNIFE_EDGE * self.scale
            alone = np.add.reduceat(good[replies.order].astype(np.int64), replies.start) == 1
            out &= good & alone[replies.group]
        return out


def first_best(worth: Floats, start: Ints) -> Ints:
    """Int[segments]: the first position of the greatest entry of each segment."""
    best = np.maximum.reduceat(worth, start)
    sizes = np.diff(np.append(start, len(worth)))
    at = np.where(worth == np.repeat(best, sizes), np.arange(len(worth)), len(worth))
    out: Ints = np.minimum.reduceat(at, start)
    return out


def eliminate(laid: TransferGame, progress: Progress | None = None) -> Elimination:
    """Delete profiles until all that are left can be played in equilibrium."""
    game, n = laid.game, laid.game.n_players
    admissible = np.ones(game.n_rows, dtype=bool)
    live = np.ones(game.n_states, dtype=bool)
    policy: Ints | None = None
    punishments: list[Punishments | None] = [None] * n
    rounds: list[Round] = []
    finished = True
    while True:
        joint, policy, done = laid.joint(admissible, live, policy)
        finished &= done
        for i in range(n):
            punishments[i], done = laid.punish(i, admissible, live, punishments[i])
            finished &= done
        known = tuple(p for p in punishments if p is not None)
        worst = np.column_stack([p.values for p in known])
        rounds.append(Round(admissible, live, joint, worst))
        slack = laid.worth(laid.total, joint) - laid.tempted(worst)
        kept = admissible & (slack >= -KNIFE_EDGE * laid.scale)
        live = ~laid.spread(~np.logical_or.reduceat(kept, game.row_start[:-1]))
        kept &= live[game.row_state]
        if progress is not None:
            progress("deleting profiles", float(1 - kept.mean()))
        if (kept == admissible).all() or not finished:
            break
        admissible = kept
        if not live.any():
            break
    return Elimination(admissible, live, np.where(live, joint, 0.0), policy, known, slack, tuple(rounds), finished)


@final
@dataclass(frozen=True, eq=False)
class PathElimination:
    """The best path within a plan.

    ``open``     Bool[states]: states in which the plan can be kept to; ``rows`` Int[states] of the best path there;
    ``joint``    Float[states]: its joint payoffs; ``slack`` Float[rows] with these continuations.
    ``rounds``   per round the states that were open and the joint payoffs of the rows left.
    """

    open: Bools
    rows: Ints
    joint: Floats
    slack: Floats
    rounds: tuple[tuple[Bools, Floats], ...]
    finished: bool


def eliminate_on_path(laid: TransferGame, found: Elimination, allowed: Bools) -> PathElimination:
    """Delete rows from a path until it can be kept to; deviations are punished as hard as equilibrium permits."""
    game, start = laid.game, laid.game.row_start[:-1]
    usable = found.admissible & allowed
    tempted = laid.tempted(found.worst)
    rows: Ints | None = None
    rounds: list[tuple[Bools, Floats]] = []
    while True:
        while True:  # a row is of no use if it may lead to a state in which no row is left
            open_states = np.logical_or.reduceat(usable, start)
            left = usable & ~(game.transition @ (~open_states).astype(np.float64) > 0)
            if (left == usable).all():
                break
            usable = left
        joint, rows, done = laid.joint(usable, open_states, rows)
        rounds.append((open_states, joint))
        slack = laid.worth(laid.total, joint) - tempted
        kept = usable & (slack >= -KNIFE_EDGE * laid.scale)
        if (kept == usable).all() or not done:
            return PathElimination(open_states, rows, joint, slack, tuple(rounds), done)
        usable = kept
