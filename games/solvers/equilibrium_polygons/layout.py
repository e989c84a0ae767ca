"""A two-player game as the flat, scaled arrays that polygon solvers work on."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import final

import numpy as np
from scipy.sparse import csr_array

from games.model.stochastic_game import GameError, StochasticGame
from games.numerics.arrays import Bools, Floats, Ints
from games.numerics.components import Component, components
from games.numerics.numbering import numbered, numbered_lists
from games.solvers.equilibrium_polygons.operator import RowArrays


@final
@dataclass(frozen=True, eq=False)
class StateGraph:
    """Arcs between states, and strongly connected components, downstream first.

    ``pointer``, ``successor``  Int arrays: some row of s reaches the states successor[pointer[s]:pointer[s + 1]].
    """

    pointer: Ints
    successor: Ints
    components: tuple[Component, ...]

    def successors(self, state: int) -> Ints:
        """Int[k]: states reached from a state in one period."""
        return self.successor[self.pointer[state] : self.pointer[state + 1]]


@final
@dataclass(frozen=True, eq=False)
class _Laws:
    """What depends neither on discount factors nor on payoffs: distinct laws, the state graph."""

    law: Ints
    pointer: Ints
    state: Ints
    weight: Floats
    by_law: Ints
    graph: StateGraph


@final
@dataclass(frozen=True, eq=False)
class PolygonGame:
    """Arrays of a game with each player's payoffs mapped to [-1/2, 1/2].

    ``centre``, ``scale``  Float[2]: payoff = centre + scale * scaled payoff.
    """

    game: StochasticGame
    rows: RowArrays
    graph: StateGraph
    centre: Floats
    scale: Floats

    def path_graph(self, allowed: Bools) -> StateGraph:
        """The state graph of the allowed rows alone."""
        return _state_graph(self.game, allowed)


def polygon_game(game: StochasticGame) -> PolygonGame:
    """Arrays of a two-player game with perfect monitoring and no transfers; refuses others with ``GameError``."""
    if game.n_players != 2:
        raise GameError(f"payoff polygons need two players, the game has {game.n_players}")
    if game.monitoring is not None:
        raise GameError("payoff polygons need perfect monitoring, the game has public signals")
    if game.transfers != "none":
        raise GameError("payoff polygons leave out transfers, the game allows them")
    laws = _laws(game)
    low, high = game.payoffs.min(axis=0), game.payoffs.max(axis=0)
    scale = high - low
    # A spread at the level of rounding is no spread: do not blow noise up.
    scale[scale <= 1e-14 * np.maximum(np.abs(high), np.abs(low))] = 1.0
    centre = low + 0.5 * (high - low)
    payoff = np.ascontiguousarray((game.payoffs - centre) / scale)
    discount = np.ascontiguousarray(game.discount, dtype=np.float64)
    rows = RowArrays(
        first=game.row_start,
        counts=np.ascontiguousarray(game.action_counts),
        stage=np.ascontiguousarray((1.0 - discount) * payoff),
        payoff=payoff,
        discount=discount,
        law=laws.law,
        law_pointer=laws.pointer,
        law_state=laws.state,
        law_weight=laws.weight,
        by_law=laws.by_law,
        outcome=game.outcome_class,
    )
    return PolygonGame(game, rows, laws.graph, centre, scale)


# Solving one game at many discount factors must not sort its laws anew each time.
_recent: OrderedDict[int, tuple[object, _Laws]] = OrderedDict()


def _laws(game: StochasticGame) -> _Laws:
    key = id(game.transition)
    if key not in _recent:
        _recent[key] = (game.transition, _make_laws(game))  # holding the matrix keeps the identity in the key its own
        if len(_recent) > 4:
            _recent.popitem(last=False)
    _recent.move_to_end(key)
    return _recent[key][1]


def _make_laws(game: StochasticGame) -> _Laws:
    if game.n_states == 1:
        nowhere_else = np.zeros(game.n_rows, dtype=np.int64)
        only = np.array([0, 1], dtype=np.int64)
        graph = StateGraph(only, only[:1], components(only, only[:1], 0))
        return _Laws(nowhere_else, only, only[:1], np.ones(1), np.arange(game.n_rows), graph)
    matrix = csr_array(game.transition, copy=True)
    matrix.sum_duplicates()
    matrix.eliminate_zeros()
    pointer, target, weight = matrix.indptr, matrix.indices.astype(np.int64), matrix.data.astype(np.float64)
    number, _ = numbered_lists(pointer[:-1].astype(np.int64), pointer[1:].astype(np.int64), target, weight)
    law, first_row = numbered(number)
    distinct = matrix[first_row]
    sums = np.asarray(distinct.sum(axis=1)).ravel()
    by_law = np.lexsort((law, game.row_state)).astype(np.int64)
    return _Laws(
        law=law,
        pointer=distinct.indptr.astype(np.int64),
        state=distinct.indices.astype(np.int64),
        weight=np.asarray(distinct.data / np.repeat(sums, np.diff(distinct.indptr)), dtype=np.float64),
        by_law=by_law,
        graph=_state_graph(game, np.ones(game.n_rows, dtype=bool)),
    )


def _state_graph(game: StochasticGame, allowed: Bools) -> StateGraph:
    rows = np.flatnonzero(allowed)
    incidence = csr_array((np.ones(len(rows)), (game.row_state[rows], rows)), shape=(game.n_states, game.n_rows))
    arcs = csr_array(incidence @ game.transition)
    arcs.eliminate_zeros()
    arcs.sort_indices()
    pointer, successor = arcs.indptr.astype(np.int64), arcs.indices.astype(np.int64)
    return StateGraph(pointer, successor, components(pointer, successor, game.initial))
