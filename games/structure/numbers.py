"""The numbers of a game apart from its structure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

import numpy as np

from games.model.row_quotient import row_quotient
from games.model.stochastic_game import GameError, StochasticGame
from games.numerics.arrays import Floats, Ints
from games.structure.structure import Laws, Structure


@final
@dataclass(frozen=True, eq=False)
class Numbers:
    """The numbers of one of the games that have a structure.

    ``earned``    Float[numbers of what players earn], in the game's own units.
    ``chances``   Float[numbers of chances].
    ``discount``  Float[players].
    """

    structure: Structure
    earned: Floats
    chances: Floats
    discount: Floats

    @property
    def payoff(self) -> Floats:
        """Float[classes, players]: payoff per period."""
        return self.earned[self.structure.earned]

    @property
    def set_payoff(self) -> Floats:
        """Float[entries of sets]: what the deviator earns with each of its options."""
        return self.earned[self.structure.set_earned]

    @property
    def chance(self) -> Floats:
        """Float[entries of laws]: the chance of each next state."""
        return self.chances[self.structure.law_chance]

    def of_game(self, game: StochasticGame) -> Numbers | None:
        """The numbers of a game with the same rows and laws at other discount factors, and maybe with other payoffs.

        None if payoffs that are one number here differ there: the game then has another structure.
        """
        s = self.structure
        earned = np.empty_like(self.earned)
        earned[s.earned] = game.payoffs[s.quotient.row]
        if not np.array_equal(earned[s.earned][s.quotient.class_of], game.payoffs):
            return None
        return Numbers(s, earned, self.chances, np.asarray(game.discount, dtype=np.float64))


def numbers_of(game: StochasticGame, plan: Ints | None = None) -> Numbers:
    """Structure and numbers of one game; rows that pay the same are alike although they may differ in another game.

    ``plan``  Int[states]: the row of a plan, -1 where it leaves play free.

    Raises ``GameError`` for a game with signals, and for numbers that no float names.
    """
    if game.monitoring is not None:
        raise GameError("a game with signals is told by rows, not by classes of them")
    if game.rationals:
        raise GameError("numbers that no float names have no place in an array of floats")
    # Equal rows are few: all that is told apart here are the distinct laws, and what classes of rows earn.
    law = game.transition[game.tables.laws.first]
    law.sum_duplicates()
    law.eliminate_zeros()
    chances, which = np.unique(law.data, return_inverse=True)
    laws = Laws.of(law.indptr.astype(np.int64), law.indices.astype(np.int64), which.ravel(), game.law_number)
    quotient = row_quotient(game)
    earned = np.empty((quotient.n_classes, game.n_players), dtype=np.int64)
    values: list[Floats] = []
    for i in range(game.n_players):
        found, number = np.unique(game.payoffs[quotient.row, i], return_inverse=True)
        earned[:, i] = number.ravel() + sum(map(len, values))
        values.append(found)
    free = np.full(game.n_states, -1, dtype=np.int64)
    structure = Structure.of(game, laws, earned[quotient.class_of], free if plan is None else plan, quotient)
    return Numbers(structure, np.concatenate(values), chances, np.asarray(game.discount, dtype=np.float64))
