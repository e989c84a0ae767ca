"""What a profile can enforce with lotteries over given payoffs after public signals, any number of players.

For one profile a and one direction l, over lotteries w(o) on the points of the state that outcome o leads to,

    maximise    sum_o sum_i l_i d_i P(o|a) w_i(o)
    subject to  d_i sum_o (P(o|a) - P(o|b)) w_i(o) >= need_r    for every deviation r = (i, b).

A plan picks one point for every outcome.  The program mixes plans, which are priced out one at a time: given
multipliers of the deviations the best plan takes the best point of every outcome, so that the basis has one row per
deviation and one more, however many outcomes and points there are.

Source: Abreu, Pearce and Stacchetti (1990); column generation after Dantzig and Wolfe (1960).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

import numpy as np

from games.model.outcome_laws import Outcome, OutcomeLaws
from games.model.stochastic_game import StochasticGame
from games.numerics.arrays import Bools, Floats, Ints
from games.numerics.compiled import kernel

PRICE = 1e-12
"""Plans that would gain less are not worth a pivot; payoffs are scaled to a range of one."""

LACKING = 1e-11
"""What deviations may lack for a profile to count as enforceable."""

PIVOT = 1e-11
MOST_PIVOTS = 400
PLAN, SURPLUS, LACK = 0, 1, 2


@final
@dataclass(frozen=True, eq=False)
class RowProgram:
    """One row of a game in scaled payoffs.

    ``outcomes``  that the row or a deviation of one player from it makes possible; ``states`` Int[outcomes] the next
                  states in them; ``chance`` Float[outcomes] of the row, ``possible`` where it is positive.
    ``change``    Float[deviations, outcomes]: d_i (P(o|a) - P(o|b)) of the deviations that change the law of outcomes.
    ``who``       Int[deviations]; ``rows`` the rows that they bring about.
    ``need``      Float[deviations]: (1 - d_i)(g_i(b) - g_i(a)).
    ``pays_unseen``  a deviation that leaves the law as it is pays: nothing enforces the row.
    """

    row: int
    outcomes: tuple[Outcome, ...]
    states: Ints
    chance: Floats
    possible: Bools
    change: Floats
    who: Ints
    rows: Ints
    need: Floats
    pays_unseen: bool

    def slacks(self, after: Floats) -> Floats:
        """Float[deviations]: what complying is worth more than deviating, average discounted.

        ``after``  Float[outcomes, players]: continuation payoffs.
        """
        return np.asarray((self.change * after[:, self.who].T).sum(axis=1) - self.need)


@final
class RowPrograms:
    """The rows of a game, laid out when they are asked for.

    ``stage``  Float[rows, players]: payoffs, scaled so that every player's range is one.
    """

    def __init__(self, game: StochasticGame) -> None:
        self.game, self.laws = game, OutcomeLaws(game)
        low, high = game.payoffs.min(axis=0), game.payoffs.max(axis=0)
        self.scale = np.where(high > low, high - low, 1.0)
        self.base = low
        self.stage = (game.payoffs - low) / self.scale
        self._known: dict[int, RowProgram] = {}

    def scaled(self, payoffs: Floats) -> Floats:
        """Average discounted payoffs in scaled units."""
        return np.asarray((payoffs - self.base) / self.scale)

    def payoffs(self, scaled: Floats) -> Floats:
        """The other way round."""
        return np.asarray(scaled * self.scale + self.base)

    def of(self, row: int) -> RowProgram:
        """One row's program."""
        if row not in self._known:
            self._known[row] = self._laid_out(row)
        return self._known[row]

    def _laid_out(self, row: int) -> RowProgram:
        game, law = self.game, self.laws.law
        own = law(row)
        others = [(i, b) for i in range(game.n_players) for b in game.deviation_rows(row, i) if b != row]
        outcomes = tuple(sorted({*own, *(z for _, b in others for z in law(b))}))
        place = {z: k for k, z in enumerate(outcomes)}
        chance = np.zeros(len(outcomes))
        chance[[place[z] for z in own]] = list(own.values())
        change, who, rows, need, unseen = [], [], [], [], False
        for i, b in others:
            d = float(game.discount[i])
            theirs = np.zeros(len(outcomes))
            theirs[[place[z] for z in law(b)]] = list(law(b).values())
            gain = float((1 - d) * (self.stage[b, i] - self.stage[row, i]))
            if np.abs(chance - theirs).max() < 1e-13:
                unseen = unseen or gain > 0
                continue
            change.append(d * (chance - theirs))
            who.append(i)
            rows.append(b)
            need.append(gain)
        return RowProgram(
            row, outcomes, np.array([s for _, s in outcomes], dtype=np.int64), chance, chance > 0,
            np.array(change).reshape(len(who), len(outcomes)), np.array(who, dtype=np.int64),
            np.array(rows, dtype=np.int64), np.array(need), unseen)


@kernel
def enforce(
    aim: Floats, change: Floats, who: Ints, need: Floats, first: Ints, last: Ints, points: Floats, most_pivots: int
) -> tuple[bool, float, Floats, Ints, bool]:
    """The best mixture of plans: whether there is one, its value, Float[basis] shares and Int[basis, outcomes] points.

    Last, whether it is the best indeed, and not the best so far when pivots ran out.

    ``aim``      Float[outcomes, players]: what a unit of a continuation payoff is worth.
    ``change``, ``who``, ``need``  as in ``RowProgram``, what deviations need with the slack that is asked for.
    ``first``, ``last``  Int[outcomes]: outcome o is followed by ``points[first[o]:last[o]]``.

    Shares of basic columns that are no plans are 0.
    """
    deviations, outcomes = change.shape
    players = points.shape[1]
    size = deviations + 1
    kind = np.empty(size, dtype=np.int64)
    number = np.zeros(size, dtype=np.int64)
    worth = np.zeros(size)
    plans = np.zeros((size, outcomes), dtype=np.int64)
    inverse = np.zeros((size, size))
    x = np.zeros(size)
    weight = np.empty((outcomes, players))
    plan = np.zeros(outcomes, dtype=np.int64)
    column = np.empty(size)
    # The plan that is best without deviations, with what it leaves over or lacks.
    total = 0.0
    for o in range(outcomes):
        top = -np.inf
        for k in range(first[o], last[o]):
            value = 0.0
            for i in range(players):
                value += aim[o, i] * points[k, i]
            if value > top:
                top, plan[o] = value, k
        total += top
    for r in range(deviations):
        brings = 0.0
        for o in range(outcomes):
            brings += change[r, o] * points[plan[o], who[r]]
        over = brings - need[r]
        sign = -1.0 if over >= 0 else 1.0
        kind[r] = SURPLUS if over >= 0 else LACK
        number[r] = r
        inverse[r, r] = sign
        inverse[r, deviations] = -brings * sign
        x[r] = abs(over)
    kind[deviations] = PLAN
    worth[deviations] = total
    plans[deviations] = plan
    inverse[deviations, deviations] = 1.0
    x[deviations] = 1.0
    lacking, settled = True, False
    for _ in range(most_pivots):
        short = 0.0
        for k in range(size):
            if kind[k] == LACK:
                short += max(x[k], 0.0)
        lacking = short > LACKING
        # Prices of the rows: what lacks costs 1 while there is any, and much where it is kept at nothing.
        best, enters, which = PRICE, -1, -1
        price = np.zeros(size)
        for k in range(size):
            cost = 0.0
            if kind[k] == LACK:
                cost = -1.0 if lacking else -1e3
            elif kind[k] == PLAN and not lacking:
                cost = worth[k]
            if cost != 0.0:
                for j in range(size):
                    price[j] += cost * inverse[k, j]
        for r in range(deviations):
            if price[r] > best:
                best, enters, which = price[r], SURPLUS, r
        for o in range(outcomes):
            for i in range(players):
                weight[o, i] = 0.0 if lacking else aim[o, i]
        for r in range(deviations):
            if price[r] != 0.0:
                for o in range(outcomes):
                    weight[o, who[r]] -= price[r] * change[r, o]
        value = -float(price[deviations])
        for o in range(outcomes):
            top = -np.inf
            for k in range(first[o], last[o]):
                here = 0.0
                for i in range(players):
                    here += weight[o, i] * points[k, i]
                if here > top:
                    top, plan[o] = here, k
            value += top
        if value > best:
            best, enters, which = value, PLAN, 0
        if enters < 0:
            settled = True
            break
        brings_total = 0.0
        if enters == SURPLUS:
            for k in range(size):
                column[k] = -inverse[k, which]
        else:
            for k in range(size):
                column[k] = inverse[k, deviations]
            for r in range(deviations):
                brings = 0.0
                for o in range(outcomes):
                    brings += change[r, o] * points[plan[o], who[r]]
                for k in range(size):
                    column[k] += brings * inverse[k, r]
            for o in range(outcomes):
                for i in range(players):
                    brings_total += aim[o, i] * points[plan[o], i]
        leaves, ratio = -1, np.inf
        for k in range(size):
            if column[k] > PIVOT:
                step = max(x[k], 0.0) / column[k]
                if step < ratio - 1e-15 or (step <= ratio + 1e-15 and leaves >= 0 and kind[k] > kind[leaves]):
                    ratio, leaves = step, k
        if leaves < 0:
            break
        pivot = column[leaves]
        for j in range(size):
            inverse[leaves, j] /= pivot
        x[leaves] = ratio
        for k in range(size):
            if k != leaves and column[k] != 0.0:
                for j in range(size):
                    inverse[k, j] -= column[k] * inverse[leaves, j]
                x[k] -= column[k] * ratio
        kind[leaves], number[leaves], worth[leaves] = enters, which, brings_total
        if enters == PLAN:
            plans[leaves] = plan
    shares = np.zeros(size)
    reached, short = 0.0, 0.0
    for k in range(size):
        if kind[k] == PLAN:
            shares[k] = max(x[k], 0.0)
            reached += shares[k] * worth[k]
        elif kind[k] == LACK:
            short += max(x[k], 0.0)
    return short <= LACKING, reached, shares, plans, settled
