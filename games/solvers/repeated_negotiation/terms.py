"""How often players negotiate anew, and who gets how much of what there is to share then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import final

import numpy as np

from games.model.stochastic_game import GameError, StochasticGame
from games.numerics.arrays import Floats
from games.numerics.exact import to_fraction

Number = float | int | str | Fraction
Hazard = Number | Sequence[Number] | Mapping[str, Number]
Weights = Sequence[Number]


@final
@dataclass(frozen=True)
class NegotiationTerms:
    """The chance of negotiation and the rule of sharing.

    ``hazard``   per state, the probability in [0, 1] that negotiation strikes on arrival in it.
    ``weights``  per player, not negative, with sum 1.

    When negotiation strikes in a state, what was agreed before is void.  Players who do not agree are left with their
    punishment payoffs v; all that an agreement can bring together beyond that, U - sum of v, is shared in proportion to
    the weights: player i gets r_i = v_i + weight_i (U - sum of v).  That is the point of {sum of payoffs <= U} with the
    greatest product of gains over v, each gain raised to its weight (weighted Nash bargaining), for any number of
    players who can only agree all together.
    """

    hazard: tuple[Fraction, ...]
    weights: tuple[Fraction, ...]

    @staticmethod
    def of(game: StochasticGame, hazard: Hazard, weights: Weights | None = None) -> NegotiationTerms:
        """Terms for a game; weights are divided by their sum, None means equal ones.

        ``hazard``  one number for all states, one per state, or a mapping from names of states, 0 for those left out.
        Raises ``GameError`` for numbers outside [0, 1], negative weights and wrong lengths.
        """
        return NegotiationTerms(_hazards(game, hazard), _weights(game, weights))

    @cached_property
    def chance(self) -> Floats:
        """Float[states]: the hazard."""
        return np.array([float(h) for h in self.hazard])

    @cached_property
    def power(self) -> Floats:
        """Float[players]: the weights."""
        return np.array([float(w) for w in self.weights])

    def negotiated(self, worst: Floats, surplus: Floats) -> Floats:
        """Float[states, players]: r, from v (Float[states, players]) and the surplus U - sum of v (Float[states])."""
        return worst + self.power * surplus[:, None]


def _hazards(game: StochasticGame, hazard: Hazard) -> tuple[Fraction, ...]:
    if isinstance(hazard, Mapping):
        known: list[Number] = [0] * game.n_states
        for name, value in hazard.items():
            known[game.state_index(name)] = value
    elif isinstance(hazard, Sequence) and not isinstance(hazard, str):
        known = list(hazard)
        if len(known) != game.n_states:
            raise GameError(f"negotiation hazard: {len(known)} numbers for {game.n_states} states; "
                            "give one, or one for each state")
    else:
        known = [hazard] * game.n_states
    out = tuple(_number(x, "negotiation hazard") for x in known)
    for x in out:
        if not 0 <= x <= 1:
            raise GameError(f"negotiation hazard: {float(x):g} is no probability; give a number from 0 to 1")
    return out


def _weights(game: StochasticGame, weights: Weights | None) -> tuple[Fraction, ...]:
    n = game.n_players
    if weights is None:
        return (Fraction(1, n),) * n
    if len(weights) != n:
        raise GameError(f"bargaining weights: {len(weights)} given for {n} players; give one for each")
    exact = [_number(w, "bargaining weights") for w in weights]
    for w in exact:
        if w < 0:
            raise GameError(f"bargaining weights: {float(w):g} is negative; give numbers from 0 on")
    total = sum(exact, Fraction(0))
    if not total:
        raise GameError("bargaining weights: all are zero; give at least one player some")
    return tuple(w / total for w in exact)


def _number(value: Number, what: str) -> Fraction:
    try:
        return to_fraction(value)
    except (ValueError, TypeError, ZeroDivisionError, OverflowError):
        raise GameError(f"{what}: {value!r} is not a number; write for instance 0.3 or 1/3") from None
