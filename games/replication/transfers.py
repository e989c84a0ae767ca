"""Claims about payoffs with voluntary side payments, and with agreements that are negotiated anew."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import ClassVar, Literal, Self, final

import numpy as np
from pydantic import Field, model_validator

from games.model.stochastic_game import GameError, StochasticGame
from games.questions.solve import solve
from games.replication.claims import Discount, GameClaim, Number, Replication, fraction, unsettled
from games.solvers import RepeatedNegotiation


@final
class TransfersClaim(GameClaim):
    """With voluntary transfers: the greatest joint payoff, and each player's least payoff, of equilibria from states.

    ``joint``  by state; ``punishments`` by state, one per player.  The game's file may leave transfers out.
    """

    kind: Literal["transfers"]
    discount: Discount
    joint: dict[str, Number] = Field(min_length=1)
    punishments: dict[str, tuple[Number, ...]] = Field(default_factory=dict)

    to_meet: ClassVar[tuple[str, ...]] = ("joint", "punishments")

    def recompute(self, game: StochasticGame) -> Replication:
        """As in ``GameClaim``."""
        with_payments = replace(game.with_discount(self.discount), transfers="voluntary")
        solution = solve(with_payments)
        joint, worst = solution.joint_payoff, solution.punishment_payoffs
        offs = [abs(float(value) - joint[game.state_index(state)]) for state, value in self.joint.items()]
        for state, values in self.punishments.items():
            if len(values) != game.n_players:
                raise GameError(_too_few(self, state, game))
            offs += np.abs(worst[game.state_index(state)] - [float(x) for x in values]).tolist()
        first, value = next(iter(self.joint.items()))
        more = f" and {len(offs) - 1} more" if len(offs) > 1 else ""
        found = joint[game.state_index(first)]
        off = float(np.nan_to_num(offs, nan=np.inf).max())  # not a number: no equilibrium exists there
        return Replication(self, f"{fraction(value)}{more}", f"{found:.10g}{more}", off, unsettled(solution))


@final
class NegotiatedClaim(GameClaim):
    """With voluntary transfers and agreements that may be negotiated anew: what is negotiated in states.

    ``hazard``  the chance of negotiation per period; ``dates`` how often it can strike, None for the default method.
    ``joint``   by state, ``negotiated`` by state, one per player; one of them at least.
    """

    kind: Literal["negotiated"]
    discount: Discount
    hazard: Number
    dates: int | None = Field(default=None, ge=1)
    joint: dict[str, Number] = Field(default_factory=dict)
    negotiated: dict[str, tuple[Number, ...]] = Field(default_factory=dict)

    to_meet: ClassVar[tuple[str, ...]] = ("joint", "negotiated")

    @model_validator(mode="after")
    def _something_is_claimed(self) -> Self:
        if not self.joint and not self.negotiated:
            raise ValueError("joint or negotiated payoffs are needed")
        return self

    def recompute(self, game: StochasticGame) -> Replication:
        """As in ``GameClaim``."""
        with_payments = replace(game.with_discount(self.discount), transfers="voluntary")
        solution = RepeatedNegotiation(negotiation_hazard=self.hazard, dates=self.dates).solve(with_payments)
        published = [(value, float(solution.joint_payoff[game.state_index(s)])) for s, value in self.joint.items()]
        for state, values in self.negotiated.items():
            if len(values) != game.n_players:
                raise GameError(_too_few(self, state, game))
            published += zip(values, solution.negotiated_payoffs[game.state_index(state)].tolist(), strict=True)
        value, found = published[0]
        more = f" and {len(published) - 1} more" if len(published) > 1 else ""
        # Differences of rationals: what dies out over hundreds of dates is less than the rounding of anything near it.
        off = max(float(abs(Fraction(y) - x)) if np.isfinite(y) else np.inf for x, y in published)
        return Replication(self, f"{float(value):.10g}{more}", f"{found:.10g}{more}", off, unsettled(solution))


def _too_few(claim: GameClaim, state: str, game: StochasticGame) -> str:
    return f"claim {claim.id}, state {state!r}: one number per player ({game.n_players}) is needed"
