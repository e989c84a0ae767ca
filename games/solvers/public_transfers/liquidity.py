"""Repeated games with public signals and transfers: three linear programs per profile, all discount factors at once.

Liquidity L is what can be at stake in a period, over all players.  After outcome y player i keeps b_i(y) >= 0 of what
it might be made to pay, with sum_i b_i(y) <= L (= L without burning); a profile needs the least liquidity L(a) for
which b deters every deviation.  With L the path a brings U(L|a) = G(a) - L + max E sum_i b_i to all together, and to
punish player i by a leaves it v_i(L|a) = g_i(a) + min E b_i.  U is concave in L, v_i convex; both consist of finitely
many straight pieces.  L can be at stake if L <= d / (1 - d) (U - V): from the discount factor L / (L + U - V) on.

Source: Goldlücke and Kranz (2012), sections on public monitoring; their payments are p_i(y) = lambda_i L - b_i(y).
Without burning what is not paid out is nobody's: payments balance after every outcome, and play returns to the path.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, final

import numpy as np
import scipy

from games.model.stochastic_game import GameError, StochasticGame
from games.numerics.arrays import Floats
from games.solvers.public_transfers.outcomes import Incentives, PublicOutcomes
from games.solvers.public_transfers.pieces import ROUNDING, Pieces, crossings, distinct, pieces_of
from games.solvers.public_transfers.programs import enforce

EDGE = 1e-13
"""Of what is at stake, relative to payoffs: less than this is nothing."""


@final
@dataclass(frozen=True, eq=False)
class ProfileLiquidity:
    """One profile.

    ``row``    the profile; ``needs`` L(a), infinite if no liquidity enforces it.
    ``joint``  U(.|a), and ``held`` per player v_i(.|a), both from L(a) on.
    """

    row: int
    needs: float
    joint: Pieces | None
    held: tuple[Pieces, ...]


@final
@dataclass(frozen=True)
class LiquidityLevel:
    """What a liquidity brings: ``joint`` U by ``path``, ``worst`` v_i by ``punish``; from ``discount`` on.

    ``discount`` is L / (L + U - V): the least discount factor at which so much can be at stake.
    """

    liquidity: float
    joint: float
    path: int
    worst: tuple[float, ...]
    punish: tuple[int, ...]

    @property
    def stake(self) -> float:
        """U - V, per period."""
        return self.joint - sum(self.worst)

    @property
    def discount(self) -> float:
        """From here on; 1 if from no discount factor below 1."""
        if self.liquidity == 0:
            return 0.0 if self.stake >= 0 else 1.0
        return self.liquidity / (self.liquidity + self.stake) if self.stake > 0 else 1.0


@final
@dataclass(frozen=True, eq=False)
class PublicLiquidity:
    """A repeated game with voluntary transfers, whatever its discount factor."""

    part: ClassVar[str] = "liquidity"

    game: StochasticGame

    @staticmethod
    def of(game: StochasticGame) -> PublicLiquidity:
        """Raises ``GameError`` if the game has several states or no transfers, or if nobody is there to be paid."""
        if game.n_states != 1:
            raise GameError("liquidity is defined for repeated games; this game has several states")
        if game.transfers != "voluntary":
            raise GameError("liquidity is defined for games with voluntary transfers; this game has none")
        if game.n_players == 1 and not game.burning:
            raise GameError("a single player without money burning can pay nobody; allow burning")
        return PublicLiquidity(game)

    @cached_property
    def _outcomes(self) -> PublicOutcomes:
        return PublicOutcomes(self.game)

    @cached_property
    def profiles(self) -> tuple[ProfileLiquidity, ...]:
        """One per row."""
        return tuple(self._profile(row) for row in range(self.game.n_rows))

    @cached_property
    def points(self) -> Floats:
        """Float[k]: liquidities at which some envelope may bend or jump, increasing."""
        known = [0.0]
        functions: list[list[Pieces]] = [[] for _ in range(self.game.n_players + 1)]
        for p in self.profiles:
            if p.joint is not None:
                for kind, pieces in zip(functions, (p.joint, *p.held), strict=True):
                    kind.append(pieces)
                    known += pieces.at.tolist()
        for kind in functions:
            for k, first in enumerate(kind):
                for second in kind[k + 1:]:
                    known += crossings(first, second)
        return distinct(np.array(known))

    def level(self, liquidity: float) -> LiquidityLevel | None:
        """What a liquidity brings at best; None if it enforces no profile."""
        open_rows = [p for p in self.profiles if p.needs <= liquidity * (1 + ROUNDING) and p.joint is not None]
        if not open_rows:
            return None
        joint, path = max((p.joint(liquidity), -p.row) for p in open_rows if p.joint is not None)
        held = [min((p.held[i](liquidity), p.row) for p in open_rows) for i in range(self.game.n_players)]
        return LiquidityLevel(liquidity, joint, -path, tuple(v for v, _ in held), tuple(r for _, r in held))

    @cached_property
    def levels(self) -> tuple[LiquidityLevel, ...]:
        """At every point that matters, in order of liquidity; between two of them U and all v_i are straight."""
        found = (self.level(float(x)) for x in self.points)
        return tuple(x for x in found if x is not None)

    @cached_property
    def _stakes(self) -> tuple[Floats, Floats, Floats]:
        """Float[levels] each: liquidity, U - V there, and what U - V tends to before the next level."""
        at = np.array([x.liquidity for x in self.levels])
        stake = np.array([x.stake for x in self.levels])
        until = stake.copy()
        for k in range(len(at) - 1):
            middle = self.level((at[k] + at[k + 1]) / 2)
            assert middle is not None
            until[k] = 2 * middle.stake - stake[k]
        return at, stake, until

    def best(self, discount: float) -> LiquidityLevel | None:
        """What equilibria can do at a discount factor: the greatest liquidity that can be at stake.

        None if not even liquidity 0 is of use, so that no pure equilibrium exists.
        """
        factor = discount / (1 - discount)
        at, stake, until = self._stakes
        for k in range(len(at) - 1, -1, -1):
            rest = factor * stake[k] - at[k]
            if k + 1 < len(at):
                rest_until = factor * until[k] - at[k + 1]
                if rest_until >= 0:
                    return self._before(k)
                if rest >= 0:
                    return self.level(float(at[k] + (at[k + 1] - at[k]) * rest / (rest - rest_until)))
            elif rest >= -ROUNDING * (1 + at[k]):
                return self.levels[k]
            if rest >= -ROUNDING * (1 + at[k]):
                return self.levels[k]
        return None

    def _before(self, k: int) -> LiquidityLevel | None:
        """Just less than the next level's liquidity."""
        low, high = self.levels[k].liquidity, self.levels[k + 1].liquidity
        return self.level(low + (high - low) * (1 - 1e-9))

    def threshold(self, row: int) -> float | None:
        """The least discount factor at which an equilibrium plays ``row`` for ever, to rounding; None if there is none.

        Punishments are the hardest of all equilibria at that discount factor.  Patience never hurts in a repeated
        game with transfers, so that it holds at all greater ones.
        """
        low, high = 0.0, 1 - 1e-9
        if not self.kept(row, high):
            return None
        if self.kept(row, low):
            return 0.0
        while high - low > 1e-15:
            middle = (low + high) / 2
            if not low < middle < high:
                break
            low, high = (low, middle) if self.kept(row, middle) else (middle, high)
        return high

    def to_json(self) -> dict[str, Any]:
        """The ``liquidity`` of ``servanda-solution/1``: the levels that some discount factor makes the greatest that
        can be at stake, and from which discount factors on each profile can be played for ever.
        """
        game = self.game
        deciding: list[LiquidityLevel] = []
        for level in reversed(self.levels):
            if level.discount < (deciding[-1].discount if deciding else 1.0):
                deciding.append(level)
        # What only raises the liquidity brings nothing.
        deciding = [x for k, x in enumerate(deciding) if k + 1 == len(deciding) or not np.allclose(
            [x.joint, *x.worst], [deciding[k + 1].joint, *deciding[k + 1].worst], rtol=ROUNDING, atol=ROUNDING)]
        return {
            "levels": [
                {
                    "from": level.discount,
                    "liquidity": level.liquidity,
                    "joint_payoff": level.joint,
                    "punishment_payoffs": list(level.worst),
                    "equilibrium_actions": list(game.profile_labels(level.path)),
                    "punishment_actions": [list(game.profile_labels(row)) for row in level.punish],
                }
                for level in reversed(deciding)
            ],
            "profiles": [
                {
                    "profile": list(game.profile_labels(p.row)),
                    "needs": p.needs if math.isfinite(p.needs) else None,
                    "always_from": self.threshold(p.row),
                }
                for p in self.profiles
            ],
        }

    def kept(self, row: int, discount: float) -> bool:
        """Whether an equilibrium plays ``row`` for ever at a discount factor."""
        profile, best = self.profiles[row], self.best(discount)
        if best is None or profile.joint is None:
            return False
        factor = discount / (1 - discount)
        # What the path brings is concave in the liquidity, so that its bends decide.
        rest = factor * (profile.joint.value - sum(best.worst)) - profile.joint.at
        edge = EDGE * factor * (np.abs(profile.joint.value) + np.abs(best.worst).sum())
        return bool((rest >= -edge).any())

    def _profile(self, row: int) -> ProfileLiquidity:
        game, incentives = self.game, self._outcomes.incentives(row)
        n = game.n_players
        payoff = game.payoffs
        need = np.array([payoff[b, i] - payoff[row, i]
                         for b, i in zip(incentives.to.tolist(), incentives.who.tolist(), strict=True)])
        needs = _least_liquidity(incentives, need, n, game.burning)
        if math.isinf(needs):
            return ProfileLiquidity(row, needs, None, ())
        unit = incentives.spread.sum(axis=1)

        def program(weight: Floats) -> Callable[[float], tuple[float, float]]:
            def solved(liquidity: float) -> tuple[float, float]:
                found = enforce(weight, incentives.share, incentives.gain, incentives.who, unit * liquidity, need,
                                game.burning)
                table = weight[:, None] * incentives.share
                for j, i in enumerate(incentives.who.tolist()):
                    table[i] += found.multipliers[j] * incentives.gain[j]
                price = table.max(axis=0)
                if game.burning:
                    price = np.maximum(price, 0.0)
                return found.value, float(price @ unit)
            return solved

        start = needs * (1 + ROUNDING) if needs else 0.0
        total = float(payoff[row].sum())
        # With liquidity to spare, more of it is shared out in full, and costs a player who is being punished nothing.
        joint = pieces_of(program(np.ones(n)), start, 1.0)
        held = [pieces_of(program(-np.eye(n)[i]), start, 0.0) for i in range(n)]
        return ProfileLiquidity(
            row, needs, Pieces(joint.at, total - joint.at + joint.value),
            tuple(Pieces(h.at, payoff[row, i] - h.value) for i, h in enumerate(held)))


def _least_liquidity(incentives: Incentives, need: Floats, n: int, burning: bool) -> float:
    """L(a); infinite if the outcomes cannot deter a deviation that pays."""
    count, deviations = len(incentives.share), len(need)
    if not deviations or (burning and (need <= 0).all()):
        return 0.0
    unit = incentives.spread.sum(axis=1)
    budgets = np.hstack([np.tile(np.eye(count), n), -unit[:, None]])
    deter = np.zeros((deviations, n * count + 1))
    for j, i in enumerate(incentives.who.tolist()):
        deter[j, i * count:(i + 1) * count] = -incentives.gain[j]
    cost = np.append(np.zeros(n * count), 1.0)
    found: Any
    if burning:
        needs = np.append(np.zeros(count), -need)
        found = scipy.optimize.linprog(cost, np.vstack([budgets, deter]), needs, method="highs")
    else:
        found = scipy.optimize.linprog(cost, deter, -need, budgets, np.zeros(count), method="highs")
    return float(found.fun) if found.status == 0 else math.inf
