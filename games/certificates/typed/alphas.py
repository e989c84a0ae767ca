"""What a type has, and what each deviation would cost it, given what the others really are: no belief enters.

For every type that chooses, the others' types make a game of one player on the places: the others do what their types
do.  Its values are the alpha vectors, and at any belief a deviation costs the expectation of what it costs against the
others' types.  So everything that beliefs and priors decide is linear in them.

Source: values conditional on hidden states, after Sondik (1971) for partially observed decision problems.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import product
from typing import final

import numpy as np

from games.certificates.automata.check import Evaluation, examine
from games.certificates.automata.values import GRID
from games.certificates.faults import Fault
from games.certificates.typed.one_player import Profile, one_player_game
from games.certificates.typed.places import Places
from games.model.stochastic_game import GameError
from games.numerics.arrays import Ints
from games.numerics.exact import Integers, divide_down, divide_up


@final
@dataclass(frozen=True, eq=False)
class Alphas:
    """Values and costs of deviations of one type of one player.

    ``profiles``  types of all players, the deviator's own among them.
    ``place``, ``action``  Int[deviations]: where, and what is done instead; those that change nothing are left out.
    ``item``      Int[deviations, profiles]: numbers into the evaluation's slacks, -1 where it changes nothing.
    """

    places: Places
    player: int
    kind: int
    profiles: tuple[Profile, ...]
    evaluation: Evaluation
    place: Ints
    action: Ints
    item: Ints

    def value(self, place: int, profile: int) -> tuple[Fraction, Fraction]:
        """Between which rationals a value lies: average payoffs, or totals of who does not discount; equal if exact."""
        low, high = self.evaluation.slacks.values.enclosed(place * len(self.profiles) + profile)[0]
        factor = self._factor(place * len(self.profiles) + profile)
        return low * factor, high * factor

    def cost(self, deviation: int, profile: int) -> Fraction | None:
        """What a deviation costs against a profile of types, exactly; None if it is only enclosed."""
        item = int(self.item[deviation, profile])
        if item < 0:
            return Fraction(0)
        slacks = self.evaluation.slacks
        values, deviations = slacks.values, slacks.values.chain.deviations
        k = int(slacks.item[item])
        if slacks.proved[item] and slacks.low[item] == slacks.high[item] == 0:
            return Fraction(0)
        own = values.exact[int(deviations.node[k])]
        brings = None if own is None else values.exact_outcome(deviations.terms, k, 0)
        if own is None or brings is None:
            return None
        cost = own[0] - brings
        return Fraction(int(cost.p), int(cost.q)) * self._factor(int(deviations.node[k]))

    def highest(self, deviation: int, profile: int) -> Fraction:
        """At least what a deviation costs against a profile of types."""
        return Fraction(int(self.high[deviation, profile]), GRID)

    @cached_property
    def low(self) -> Integers:
        """Integers[deviations, profiles]: ``low / GRID`` is at most what a deviation costs."""
        return self._bounds(self.evaluation.slacks.low, up=False)

    @cached_property
    def high(self) -> Integers:
        """Integers[deviations, profiles]: ``high / GRID`` is at least what it costs."""
        return self._bounds(self.evaluation.slacks.high, up=True)

    @cached_property
    def unit(self) -> Fraction:
        """What an extra payoff of 1, once, adds to a value."""
        discount = self.places.typed.exact_discount(self.player, self.kind)
        return Fraction(1) if discount == 1 else 1 - discount

    def _factor(self, node: int) -> Fraction:
        """What a value of the evaluation is worth: totals count where somebody does not discount."""
        exact = self.evaluation.chain.exact
        return Fraction(1) if exact.scale is None else 1 / exact.unit(node, 0)

    def _bounds(self, bounds: Integers, up: bool) -> Integers:
        out = np.zeros(self.item.shape, dtype=object)
        there = self.item >= 0
        found = bounds[self.item[there]]
        if self.evaluation.chain.exact.scale is not None:
            slacks = self.evaluation.slacks
            factors = [self._factor(k) for k in slacks.node[self.item[there]].tolist()]
            divide = divide_up if up else divide_down
            found = np.array([divide(x * f.numerator, f.denominator) for x, f in zip(found, factors, strict=True)],
                             dtype=object)
        out[there] = found
        return out


def alphas_of(
    places: Places, player: int, kind: int, possible: Sequence[Sequence[int]], prior: Sequence[Sequence[Fraction]]
) -> Alphas | Fault:
    """Values and costs of a type.

    ``possible``  per player the types that are believed possible somewhere.
    ``prior``     by which types are drawn anew where they are.
    """
    redraws = places.typed.redraws
    own = (kind,) if redraws is None or redraws[player] is None else tuple(possible[player])
    profiles = tuple(product(*(own if i == player else tuple(mine) for i, mine in enumerate(possible))))
    try:
        built = one_player_game(places, player, kind, profiles, prior)
    except GameError as error:
        return Fault(f"type {places.typed.types[player][kind].name!r} of {places.typed.game.players[player]!r}",
                     f"what it faces is no game: {error}")
    found = examine(built.game, built.automaton, all_cells=True)
    if isinstance(found, Fault):
        return found
    return _aligned(places, player, kind, profiles, found, built.action)


def _aligned(
    places: Places, player: int, kind: int, profiles: tuple[Profile, ...], found: Evaluation, action: Ints
) -> Alphas:
    """Deviations by place and action, whatever the others' types."""
    slacks, most = found.slacks, int(places.typed.game.action_counts[:, player].max())
    node, m = slacks.node, len(profiles)
    codes, inverse = np.unique(node // m * most + action[slacks.row], return_inverse=True)
    item = np.full((len(codes), m), -1, dtype=np.int64)
    item[inverse.ravel(), node % m] = np.arange(len(node))
    return Alphas(places, player, kind, profiles, found, codes // most, codes % most, item)
