"""Repeated negotiation with finitely many dates: joint, punishment and negotiated payoffs, date by date, backwards.

At every date play is negotiated anew with some chance.  After the last date either every equilibrium of the stochastic
game can go on ("truncated"), or the state stays what it is for ever and negotiations in it go on ("capped").  For a
given last date the payoffs are unique, if there are pure equilibria at all.

Everything rests on the surplus S = U - sum of v, which is carried along as such and never found by subtraction: a
profile can be played if what is at stake after it, the discounted expectation of (1 - hazard) S, is no less than what
all players together gain by deviating from it.  Both are sums of terms that are not negative, so that a surplus which
dies out over hundreds of dates keeps its sign, where the difference of U and the sum of v would be rounding errors.

Source: Goldlücke and Kranz (2023), T-RNE and capped RNE; (2018) for the equilibria after the last date.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import final

import numpy as np
from scipy.sparse import csr_array

from games.numerics.arrays import Bools, Floats, Ints
from games.numerics.progress import Progress
from games.solvers.relational_transfers import Elimination, TransferGame, eliminate, first_best, punishment_rows
from games.solvers.repeated_negotiation.terms import NegotiationTerms

ROUNDING = 1e-12
"""Slack, relative to the sums it is the difference of, below which its sign is a matter of rounding."""

NEAR = 1e-9
"""Slack, relative to the largest payoff, below which it is looked at whether rounding could matter."""

MOST_EDGES = 20
"""Knife edges that are remembered."""



@final
@dataclass(frozen=True, eq=False)
class Standing:
    """Payoffs from one date on.

    ``live``     Bool[states]: states with a pure equilibrium from this date on; the others hold zeros.
    ``joint``    Float[states]: U.   ``worst`` Float[states, players]: v.   ``surplus`` Float[states]: U - sum of v.
    """

    live: Bools
    joint: Floats
    worst: Floats
    surplus: Floats


@final
@dataclass(frozen=True, eq=False)
class Played:
    """Payoffs from one date on with what is played there.

    ``rows``  Int[states] on the path; ``punish`` Int[states, players] when a player is being punished; ``slack``
    Float[rows] of every profile.
    """

    standing: Standing
    rows: Ints
    punish: Ints
    slack: Floats


@final
@dataclass(frozen=True)
class Failure:
    """A state in which no profile can be played at a date.

    ``row``    the profile that comes nearest, -1 if a successor fails instead.
    ``slack``  how much it lacks, average discounted payoff (negative).
    """

    state: int
    date: int
    row: int
    slack: float


@final
@dataclass(frozen=True)
class Edge:
    """A profile whose slack at a date is zero up to rounding, and whose admission changes payoffs there."""

    date: int
    row: int
    slack: float


@final
@dataclass(frozen=True, eq=False)
class Dated:
    """Where the recursion arrived.

    ``first``     payoffs and play at the first date.
    ``dates``     how many dates there are; ``settled``: from which date on, counted from the last, nothing changed.
    ``failures``  states without a profile, the last dates first, the first of each state only.
    ``edges``     profiles that only exact arithmetic could decide, the first few.
    """

    first: Played
    dates: int
    settled: int | None
    failures: tuple[Failure, ...]
    edges: tuple[Edge, ...]


@final
@dataclass(frozen=True, eq=False)
class Layout:
    """What the recursion computes once for all dates."""

    laid: TransferGame
    terms: NegotiationTerms

    @cached_property
    def later(self) -> csr_array:
        """csr_array[rows, states]: the law of the next state, discounted."""
        return csr_array(self.laid.factor * self.laid.game.transition)

    @cached_property
    def total(self) -> Floats:
        """Float[rows]: joint payoffs of the period, as part of average discounted ones."""
        return (1 - self.laid.factor) * self.laid.total

    @cached_property
    def own(self) -> Floats:
        """Float[players, rows]: each player's payoff of the period, as part of average discounted ones."""
        return np.ascontiguousarray((1 - self.laid.factor) * self.laid.game.payoffs.T)

    @cached_property
    def members(self) -> tuple[Ints | None, ...]:
        """Per player Int[width, groups]: the rows of each group of replies, the first one filling short groups.

        None where groups differ so much in size that filling would multiply the work.
        """
        out: list[Ints | None] = []
        for replies in self.laid.replies:
            sizes = np.diff(np.append(replies.start, len(replies.order)))
            if int(sizes.max()) * len(sizes) > 3 * len(replies.order):
                out.append(None)
                continue
            place = np.minimum(np.arange(int(sizes.max()))[:, None], sizes - 1)
            out.append(replies.order[replies.start + place])
        return tuple(out)

    @cached_property
    def space(self) -> Space:
        """Arrays to work in: asking the system for fresh ones at every date would cost half as much time again."""
        n, rows = self.laid.game.n_players, self.laid.game.n_rows
        chosen = tuple(np.empty(0) if m is None else np.empty(m.shape) for m in self.members)
        two = np.empty((2, n, rows))
        return Space(two[0], two[1], np.empty((n, rows)), chosen, *np.empty((5, rows)))

    def best(self, player: int, worth: Floats, out: Floats) -> None:
        """Write, for every row, the most that a player can have by another action."""
        members, replies = self.members[player], self.laid.replies[player]
        if members is None:
            best = replies.best(worth)
        else:
            best = np.take(worth, members, out=self.space.chosen[player], mode="clip").max(axis=0)
        np.take(best, replies.group, out=out, mode="clip")


@final
@dataclass(frozen=True, eq=False)
class Space:
    """Arrays that every date overwrites: ``own``, ``held``, ``gain`` Float[players, rows], the others Float[rows]."""

    own: Floats
    held: Floats
    gain: Floats
    chosen: tuple[Floats, ...]
    brings: Floats
    at_stake: Floats
    gains: Floats
    slack: Floats
    masked: Floats

    def only(self, kept: Bools, values: Floats, otherwise: float) -> Floats:
        """``values`` where ``kept``, in the array ``masked``."""
        self.masked.fill(otherwise)
        np.copyto(self.masked, values, where=kept)
        return self.masked


@final
@dataclass(frozen=True, eq=False)
class Step:
    """One date of the recursion, with all that was computed for every profile, until the next date overwrites it.

    ``brings`` Float[rows]: joint payoffs; ``held`` Float[players, rows]: what the best reply brings; ``kept``
    Bool[rows]: profiles that can be played; ``best`` Int[states] rows of the path; ``edges`` rows.
    """

    now: Standing
    brings: Floats
    held: Floats
    slack: Floats
    kept: Bools
    best: Ints
    edges: tuple[int, ...]

    def played(self, start: Ints) -> Played:
        """What is played: when a player is punished, of the profiles that hold it to the least, the most slack."""
        sizes = np.diff(np.append(start, len(self.kept)))
        punish = []
        for h in self.held:
            held = np.where(self.kept, h, np.inf)
            least = np.repeat(np.minimum.reduceat(held, start), sizes)
            punish.append(first_best(np.where(self.kept & (held == least), self.slack, -np.inf), start))
        return Played(self.now, self.best, np.column_stack(punish), self.slack)


def after_the_last_date(laid: TransferGame) -> Played | None:
    """What follows a truncated negotiation: the equilibria of the game itself; None if policy iteration failed."""
    found = eliminate(laid)
    return _played(laid, found) if found.finished else None


def after_the_cap(laid: TransferGame, terms: NegotiationTerms) -> Played | None:
    """What follows the cap: the state stays what it is for ever, negotiation goes on; None if that failed.

    Given r, deviating costs what is lost until the next negotiation, so that profiles are admissible as in a repeated
    game with discount factor (1 - hazard) times the true one.  If v and r belong to that game, then the punishment
    payoff here is a mean of both, with weights as the share of time before and after the next negotiation.
    """
    game = laid.game
    stay = csr_array((np.ones(game.n_rows), game.row_state, np.arange(game.n_rows + 1)), shape=game.transition.shape)
    kept = {key: value for key, value in game.rationals.items() if key[0] == "payoff"}
    frozen = replace(game, transition=stay, rationals=kept)
    whole: Played | None = None
    for chance in sorted(set(terms.hazard)):
        impatient = TransferGame(frozen.with_discount((1 - chance) * game.exact_discount(0)))
        found = eliminate(impatient)
        if not found.finished:
            return None
        part = _played(impatient, found)
        repeated = part.standing
        share = (1 - laid.factor) / (1 - impatient.factor)
        agreed = terms.negotiated(repeated.worst, repeated.surplus)
        part = replace(part, standing=Standing(
            repeated.live, repeated.joint, share * repeated.worst + (1 - share) * agreed, share * repeated.surplus))
        here = np.array([h == chance for h in terms.hazard])
        whole = part if whole is None else _joined(whole, part, here, game.row_state)
    return whole


def _joined(some: Played, other: Played, here: Bools, row_state: Ints) -> Played:
    """``other`` in the states ``here``, ``some`` elsewhere."""
    a, b = some.standing, other.standing
    standing = Standing(
        np.where(here, b.live, a.live), np.where(here, b.joint, a.joint),
        np.where(here[:, None], b.worst, a.worst), np.where(here, b.surplus, a.surplus))
    return Played(standing, np.where(here, other.rows, some.rows), np.where(here[:, None], other.punish, some.punish),
                  np.where(here[row_state], other.slack, some.slack))


def _played(laid: TransferGame, found: Elimination) -> Played:
    live, joint, worst = found.live, found.joint, found.worst
    surplus = np.where(live, joint - worst.sum(axis=1), 0.0)
    rounding = 8 * np.finfo(np.float64).eps * (np.abs(joint) + np.abs(worst).sum(axis=1))
    standing = Standing(live, np.where(live, joint, 0.0), np.where(live[:, None], worst, 0.0),
                        np.where(surplus <= rounding, 0.0, surplus))
    return Played(standing, found.policy, punishment_rows(found, laid), found.slack)


def step_back(layout: Layout, then: Standing) -> Step:
    """Payoffs one date earlier."""
    laid, terms = layout.laid, layout.terms
    row_state, start = laid.game.row_state, laid.game.row_start[:-1]
    agreed = then.worst + (terms.chance * then.surplus)[:, None] * terms.power
    ahead = np.column_stack([then.joint, (1 - terms.chance) * then.surplus, agreed])
    expected = layout.later @ ahead
    space = layout.space
    own, held, gains = space.own, space.held, space.gains
    brings = np.add(layout.total, expected[:, 0], out=space.brings)
    at_stake = np.maximum(expected[:, 1], 0.0, out=space.at_stake)
    np.add(layout.own, expected[:, 2:].T, out=own)
    for i, mine in enumerate(own):
        layout.best(i, mine, held[i])
    np.subtract(held, own, out=space.gain)
    np.sum(space.gain, axis=0, out=gains)
    slack = np.subtract(at_stake, gains, out=space.slack)
    kept = slack >= 0
    dead = ~then.live
    lost = laid.leads @ dead.astype(np.float64) > 0 if dead.any() else dead
    unsure = np.flatnonzero(np.abs(slack, out=space.masked) <= NEAR * laid.scale)
    unsure = unsure[gains[unsure] > 0]
    if len(unsure):
        mine, best = own[:, unsure], held[:, unsure]
        size = at_stake[unsure] + np.where(best > mine, np.abs(best) + np.abs(mine), 0.0).sum(axis=0)
        unsure = unsure[np.abs(slack[unsure]) <= ROUNDING * size]
        kept[unsure] = True
    live = np.logical_or.reduceat(kept, start) & ~lost
    now, rows = _best(space, start, live, kept)
    edges: tuple[int, ...] = ()
    if len(unsure):
        # Of the profiles kept on trust only those matter without which payoffs would be others.
        strict = kept.copy()
        strict[unsure] = False
        still = np.logical_or.reduceat(strict, start)
        other, _ = _best(space, start, still, strict)
        off = ~still | (np.abs(np.column_stack([other.joint - now.joint, other.worst - now.worst]))
                        > NEAR * laid.scale).any(axis=1)
        edges = tuple(unsure[(off & live)[row_state[unsure]]].tolist())
    return Step(now, brings, held, slack, kept, rows, edges)


def _best(space: Space, start: Ints, live: Bools, kept: Bools) -> tuple[Standing, Ints]:
    brings = space.only(kept, space.brings, -np.inf)
    rows = first_best(brings, start)
    worst = np.stack([np.minimum.reduceat(space.only(kept, h, np.inf), start) for h in space.held])
    worst = np.where(live, worst, 0.0).T
    surplus = np.maximum(space.slack[rows], 0.0) + (space.held[:, rows].T - worst).sum(axis=1)
    return Standing(live, np.where(live, space.brings[rows], 0.0), worst, np.where(live, surplus, 0.0)), rows


def walk_back(
    laid: TransferGame, terms: NegotiationTerms, last: Played, dates: int, progress: Progress | None = None
) -> Dated:
    """Payoffs at the first of ``dates`` dates, the last of which is ``last``.

    A state fails at a date if no profile can be played in it, or if some profile may lead to a state that fails at the
    date after.
    """
    layout, start = Layout(laid, terms), laid.game.row_start
    now, settled = last.standing, None
    failures = {s: Failure(s, dates, -1, -np.inf) for s in np.flatnonzero(~now.live).tolist()}
    edges: list[Edge] = []
    step: Step | None = None
    for date in range(dates - 1, 0, -1):
        step = step_back(layout, now)
        edges += [Edge(date, r, float(step.slack[r])) for r in step.edges[: max(0, MOST_EDGES - len(edges))]]
        for s in np.flatnonzero(~step.now.live & now.live).tolist():
            row = int(start[s]) + int(np.argmax(step.slack[start[s] : start[s + 1]]))
            own = not step.kept[start[s] : start[s + 1]].any()
            failures.setdefault(s, Failure(s, date, row if own else -1, float(step.slack[row]) if own else -np.inf))
        same = all(np.array_equal(getattr(now, name), getattr(step.now, name)) for name in vars(now))
        now = step.now
        if same:
            settled = dates - date
            break
        if progress is not None and date % 50 == 0:
            progress("negotiation dates", 1 - date / dates)
    first = last if step is None else step.played(start[:-1])
    return Dated(first, dates, settled, tuple(failures.values()), tuple(edges))
