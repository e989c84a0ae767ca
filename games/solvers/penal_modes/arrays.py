"""A game as the arrays that the kernels read: classes of rows, payoffs brought to a common scale."""

from __future__ import annotations

from abc import ABC
from collections import OrderedDict
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple, final

import numpy as np

from games.certificates.exact_game import ExactGame
from games.model.row_quotient import RowQuotient, row_quotient
from games.model.stochastic_game import StochasticGame
from games.numerics.arrays import Bools, Floats, Ints
from games.structure.structure import Laws, Structure


class Classes(NamedTuple):
    """The game as kernels read it.  A class of rows has one outcome, and the same alternatives for every player.

    ``start``      Int[states + 1]: the first class of each state.
    ``payoff``     Float[classes, players], between 0 and 1; ``law`` Int[classes], equal for equal laws only.
    ``options``    Int[classes, players]: the set of what the player can bring about alone, its own outcome included.
    ``twin``       Bool[classes, players]: a deviation changes what others earn, but neither its own payoff nor the law.
    ``set_start``  Int[sets + 1] into ``set_payoff`` and ``set_law``: what the deviator earns, and where it leads;
                   ``set_player`` Int[sets]: whose options they are.
    ``used_start`` Int[states + 1] into ``used_set``: the sets of each state.
    ``law_start``  Int[laws + 1] into ``law_state``, the next states, and ``chance``.
    ``known_start``  Int[states + 1] into ``known_law``: the distinct laws of each state, of which ``local_law``
                   Int[classes] and ``set_local`` Int[entries of sets] are positions.
    ``order``      Int[states]: downstream first, each cycle backwards along its clock; ``part`` Int[parts + 1] into
                   it: each part is a set of states that all reach one another.
    ``discount``   Float[players].
    """

    start: Ints
    payoff: Floats
    law: Ints
    options: Ints
    twin: Bools
    set_start: Ints
    set_payoff: Floats
    set_law: Ints
    set_local: Ints
    set_player: Ints
    used_start: Ints
    used_set: Ints
    law_start: Ints
    law_state: Ints
    chance: Floats
    known_start: Ints
    known_law: Ints
    local_law: Ints
    order: Ints
    part: Ints
    discount: Floats


@dataclass(frozen=True, eq=False)
class Arrays(ABC):
    """The numbers of kernels, and how a game counts them: player i's payoff is ``centre[i] + scale[i] * payoff``.

    ``successors``  Int[states + 1] and Int[...]: states that some row of a state makes possible.
    """

    classes: Classes
    centre: Floats
    scale: Floats
    successors: tuple[Ints, Ints]
    initial: int

    @property
    def n_states(self) -> int:
        """Number of states."""
        return len(self.classes.start) - 1

    @property
    def discount(self) -> Floats:
        """Float[players]."""
        return self.classes.discount

    @property
    def widest_law(self) -> int:
        """The most next states that any row makes possible."""
        return int(np.diff(self.classes.law_start).max())

    def scaled(self, payoffs: Floats) -> Floats:
        """Payoffs Float[..., players] on the kernels' scale."""
        return np.asarray((payoffs - self.centre) / self.scale)

    def unscaled(self, payoffs: Floats) -> Floats:
        """Payoffs Float[..., players] as the game counts them."""
        return np.asarray(self.centre + self.scale * payoffs)


@final
@dataclass(frozen=True, eq=False)
class NumbersAlone(Arrays):
    """A game of which nothing but its numbers is at hand."""


@final
@dataclass(frozen=True, eq=False)
class PenalGame(Arrays):
    """A game in the numbers of its kernels; ``quotient`` of the game's rows into classes."""

    game: StochasticGame
    quotient: RowQuotient

    @staticmethod
    def of(game: StochasticGame) -> PenalGame:
        """The arrays of a game.

        Games that differ in their discount factors only share all others; where payoffs differ as well, they share the
        classes if payoffs that were the same still are.
        """
        laws = id(ExactGame.of(game).tables.law_of_row)
        key = (id(game.payoffs), laws)
        if key not in _recent:
            like = next((found for (_, other), found in reversed(_recent.items()) if other == laws), None)
            quotient = None if like is None else like.revalued(game)
            # It holds the game, so that the identities in the key stay its own.
            _recent[key] = _build(game, row_quotient(game) if quotient is None else quotient)
            while len(_recent) > 4:
                _recent.popitem(last=False)
        _recent.move_to_end(key)
        found = _recent[key]
        return replace(found, game=game, classes=found.classes._replace(
            discount=np.asarray(game.discount, dtype=np.float64)))

    @cached_property
    def _values(self) -> tuple[Ints, Ints]:
        """Int[rows, players]: a number per value of the player's payoff; Int[values]: an entry (flat) that has it."""
        numbers = np.empty(self.game.payoffs.shape, dtype=np.int64)
        examples: list[Ints] = []
        count = 0
        for i in range(self.game.n_players):
            _, first, number = np.unique(self.game.payoffs[:, i], return_index=True, return_inverse=True)
            numbers[:, i] = number + count
            count += len(first)
            examples.append(first * self.game.n_players + i)
        return numbers, np.concatenate(examples)

    def revalued(self, game: StochasticGame) -> RowQuotient | None:
        """The same classes for a game with the same laws and other payoffs; None if they do not serve.

        They do if whatever earned a player the same still does: then rows with one outcome have one, and alternatives
        that were the same are.
        """
        if game.payoffs.shape != self.game.payoffs.shape or any(key[0] == "payoff" for key in {
                **game.rationals, **self.game.rationals}):
            return None
        numbers, examples = self._values
        if not np.array_equal(game.payoffs.ravel()[examples][numbers], game.payoffs):
            return None
        return self.quotient


_recent: OrderedDict[tuple[int, int], PenalGame] = OrderedDict()


def _build(game: StochasticGame, quotient: RowQuotient) -> PenalGame:
    exact = ExactGame.of(game)
    t = exact.tables
    total = np.repeat(t.law_total, np.diff(t.law_start))
    chance = np.array([w / b for w, b in zip(t.law_weight, total, strict=True)], dtype=np.float64)
    centre, spread = game.payoffs.min(axis=0), np.ptp(game.payoffs, axis=0)
    scale = np.where(spread > 0, spread, 1.0)
    payoff = (game.payoffs - centre) / scale
    laws = Laws(t.law_of_row, t.law_start, t.law_state, np.arange(len(t.law_state)))
    every = np.arange(payoff.size).reshape(payoff.shape)
    structure = Structure.of(game, laws, every, np.full(game.n_states, -1), quotient)
    classes = classes_of(structure, payoff.ravel(), chance, np.asarray(game.discount, dtype=np.float64))
    successors = structure.pointer, structure.successor
    return PenalGame(classes, centre, scale, successors, game.initial, game, quotient)


def classes_of(structure: Structure, earned: Floats, chances: Floats, discount: Floats) -> Classes:
    """The game of a structure as kernels read it.

    ``earned``    Float[numbers of what players earn], between 0 and 1; ``chances`` Float[numbers of chances].
    """
    s = structure
    return Classes(
        start=s.start, payoff=earned[s.earned], law=s.law, options=s.options, twin=s.twin, set_start=s.set_start,
        set_payoff=earned[s.set_earned], set_law=s.set_law, set_local=s.set_local, set_player=s.set_player,
        used_start=s.used_start, used_set=s.used_set, law_start=s.law_start, law_state=s.law_state,
        chance=chances[s.law_chance], known_start=s.known_start, known_law=s.known_law, local_law=s.local_law,
        order=s.order, part=s.part, discount=discount)
