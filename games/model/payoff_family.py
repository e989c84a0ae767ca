"""Games with types that differ in what rows pay only, as amounts that rise evenly with some parameters.

The exposures of a treaty's stages are such parameters, and so is what a measure costs: who moves where, and with what
chance, does not depend on them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any, final

import numpy as np
from numpy.typing import NDArray

from games.model.stochastic_game import GameError
from games.model.typed_game import TypedGame
from games.numerics.arrays import Floats
from games.numerics.exact import exact_array, to_fraction


@final
@dataclass(frozen=True, eq=False)
class PayoffFamily:
    """A game with types for every vector of parameters x: each row pays ``typed``'s amount plus the gains times x.

    ``typed``  the game in which all parameters are 0.
    ``names``  of the parameters.
    ``gains``  Float[parameters, rows, players]: what a row pays more per unit of a parameter.
    ``own``    (player, type) to Float[parameters, rows], the same for types with payoffs of their own, all of them.

    Raises ``GameError`` where shapes do not fit.
    """

    typed: TypedGame
    names: tuple[str, ...]
    gains: Floats
    own: Mapping[tuple[int, int], Floats] = field(default_factory=dict)

    def __post_init__(self) -> None:
        game = self.typed.game
        wanted = (len(self.names), game.n_rows, game.n_players)
        if self.gains.shape != wanted:
            raise GameError(f"gains: shape {self.gains.shape}, expected {wanted}")
        own = {(i, t) for i, types in enumerate(self.typed.types) for t, one in enumerate(types)
               if one.payoffs is not None}
        if own != set(self.own) or any(of.shape != self.gains.shape[:2] for of in self.own.values()):
            raise GameError("own: the types with payoffs of their own, and no others, need gains per parameter and row")

    def columns(self, player: int, kind: int) -> Floats:
        """Float[rows, 1 + parameters]: what rows pay a type where all parameters are 0, and more per unit of each."""
        payoffs = self.typed.types[player][kind].payoffs
        if payoffs is None:
            return np.concatenate([self.typed.game.payoffs[:, [player]], self.gains[:, :, player].T], axis=1)
        return np.concatenate([payoffs.astype(np.float64)[:, None], self.own[player, kind].T], axis=1)

    def at(self, values: Sequence[Fraction]) -> TypedGame:
        """The game for some values of the parameters, in exact numbers."""
        game = self.typed.game
        exact = np.array(
            [[game.exact_payoff(row, i) for i in range(game.n_players)] for row in range(game.n_rows)], dtype=object)
        for value, gain in zip(values, self.gains, strict=True):
            exact += _fractions(gain) * value
        payoffs, unnamed = exact_array(exact)
        rationals = {key: given for key, given in game.rationals.items() if key[0] != "payoff"}
        rationals |= {("payoff", row, i): given for (row, i), given in unnamed.items()}
        types = tuple(
            tuple(replace(one, payoffs=self._own(i, t, values)) if (i, t) in self.own else one
                  for t, one in enumerate(of))
            for i, of in enumerate(self.typed.types))
        return replace(self.typed, game=replace(game, payoffs=payoffs, rationals=rationals), types=types)

    def _own(self, player: int, kind: int, values: Sequence[Fraction]) -> NDArray[Any]:
        given = self.typed.types[player][kind].payoffs
        assert given is not None
        exact = _fractions(given)
        for value, gain in zip(values, self.own[player, kind], strict=True):
            exact = exact + _fractions(gain) * value
        return exact


def _fractions(numbers: NDArray[Any]) -> NDArray[Any]:
    """The same numbers as the rationals that were written."""
    return np.array([to_fraction(x) for x in numbers.ravel().tolist()], dtype=object).reshape(numbers.shape)
