"""Claims about what voluntary side payments can enforce, at all discount factors at once or profile by profile."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import chain
from typing import ClassVar, Literal, Self, final

import numpy as np
from pydantic import Field, model_validator

from games.model.stochastic_game import GameError, StochasticGame
from games.replication.claims import Discount, GameClaim, Number, Profile, Replication, unsettled
from games.solvers import PublicTransfers, RelationalTransfers, RepeatedNegotiation


@final
class StaircaseClaim(GameClaim):
    """Perfect monitoring: every step in the discount factor at which equilibria with side payments change.

    ``steps``  rows of discount factor, liquidity needed, joint payoff and each player's punishment payoff.
    """

    kind: Literal["staircase"]
    steps: tuple[tuple[Number, ...], ...] = Field(min_length=1)

    to_meet: ClassVar[tuple[str, ...]] = ("steps",)

    def recompute(self, game: StochasticGame) -> Replication:
        """As in ``GameClaim``."""
        staircase = RelationalTransfers().solve(replace(game, transfers="voluntary")).at_every_discount()
        found = [(step.start, step.liquidity, step.joint, *step.worst) for step in staircase.steps]
        if any(len(row) != 3 + game.n_players for row in self.steps):
            raise GameError(
                f"claim {self.id}: a step has {3 + game.n_players} numbers: discount factor, liquidity, "
                "joint payoff, a punishment payoff for each player"
            )
        same = len(found) == len(self.steps)
        pairs = zip(chain(*found), chain(*self.steps), strict=True) if same else ()
        off = max((float(abs(a - b)) for a, b in pairs), default=0.0) if same else np.inf
        return Replication(self, f"{len(self.steps)} steps", f"{len(found)} steps", off)


@final
class LiquidityClaim(GameClaim):
    """Public signals: the liquidity that profiles need, and what a liquidity brings.

    ``needs``   by profile.
    ``levels``  rows of liquidity, joint payoff, and the least discount factor at which so much can be at stake.
    """

    kind: Literal["liquidity"]
    needs: dict[Profile, Number] = Field(default_factory=dict)
    levels: tuple[tuple[Number, Number, Number], ...] = ()

    to_meet: ClassVar[tuple[str, ...]] = ("needs", "levels")

    @model_validator(mode="after")
    def _something_is_claimed(self) -> Self:
        if not self.needs and not self.levels:
            raise ValueError("needs of profiles or levels of liquidity are needed")
        return self

    def recompute(self, game: StochasticGame) -> Replication:
        """As in ``GameClaim``."""
        liquidity = PublicTransfers().solve(replace(game, transfers="voluntary")).at_every_discount()
        pairs: list[tuple[Fraction, float]] = [
            (value, liquidity.profiles[game.row_of_labels(0, profile.split(","))].needs)
            for profile, value in self.needs.items()
        ]
        for amount, joint, discount in self.levels:
            level = liquidity.level(float(amount))
            pairs += [] if level is None else [(joint, level.joint), (discount, level.discount)]
        asked = len(self.needs) + 2 * len(self.levels)
        off = _largest(pairs) if len(pairs) == asked else np.inf
        return Replication(self, _first([value for value, _ in pairs]), _first([found for _, found in pairs]), off)


@final
class CandidatesClaim(GameClaim):
    """Repeated negotiation: what profiles of a state would bring together, and whether they can be played.

    ``hazard``  the chance of negotiation per period; ``dates`` how often it can strike, now included.
    ``joint``   by profile of the ``state``: the joint payoff if it is played now and the equilibrium of one date less
    from then on.  ``holds`` and ``fails``: profiles that can be played, and that not.
    """

    kind: Literal["candidates"]
    discount: Discount
    hazard: Number
    dates: int = Field(ge=2)
    state: str
    joint: dict[Profile, Number] = Field(min_length=1)
    holds: tuple[Profile, ...] = ()
    fails: tuple[Profile, ...] = ()

    to_meet: ClassVar[tuple[str, ...]] = ("joint",)

    def recompute(self, game: StochasticGame) -> Replication:
        """As in ``GameClaim``."""
        with_payments = replace(game.with_discount(self.discount), transfers="voluntary")
        here, after = (
            RepeatedNegotiation(negotiation_hazard=self.hazard, dates=dates).solve(with_payments)
            for dates in (self.dates, self.dates - 1)
        )
        if here.played is None or after.played is None:
            return Replication(self, _first([*self.joint.values()]), "none", np.inf, unsettled(here))
        state, factor = game.state_index(self.state), float(self.discount)
        rows = {p: game.row_of_labels(state, p.split(",")) for p in (*self.joint, *self.holds, *self.fails)}
        later = factor * (game.transition @ after.joint_payoff)
        now = (1 - factor) * game.payoffs.sum(axis=1)
        pairs = [(value, float(now[rows[p]] + later[rows[p]])) for p, value in self.joint.items()]
        slack = here.played.slack
        amiss = [p for p in self.holds if slack[rows[p]] < 0] + [p for p in self.fails if slack[rows[p]] >= 0]
        note = f"it is the other way round with {'; '.join(amiss)}" if amiss else unsettled(here)
        off = np.inf if amiss else _largest(pairs)
        return Replication(self, _first([value for value, _ in pairs]), _first([x for _, x in pairs]), off, note)


def _largest(pairs: list[tuple[Fraction, float]]) -> float:
    return max(abs(found - float(value)) if np.isfinite(found) else np.inf for value, found in pairs)


def _first(numbers: list[Fraction] | list[float]) -> str:
    if not numbers:
        return "none"
    more = f" and {len(numbers) - 1} more" if len(numbers) > 1 else ""
    return f"{float(numbers[0]):.10g}{more}"
