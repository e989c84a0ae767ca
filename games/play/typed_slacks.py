"""What every type that chooses would lose by each deviation from a public rule, as it changes with payoffs.

Given the rule a type faces a decision problem of its own on the public nodes: partners' actions come with the chances
that everyone believes in.  Its values are linear in what rows pay, and so are all slacks.  In floating point, unproved.

Source: Fudenberg and Tirole (1991), section 8.2; Blackwell (1965) for single deviations.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import final

import numpy as np
from scipy.sparse import csr_array, eye_array
from scipy.sparse.linalg import splu

from games.certificates.faults import Fault
from games.certificates.typed.beliefs import Nodes, present_types, unfold_nodes
from games.certificates.typed.places import unfold_places
from games.model.typed_game import TypedGame
from games.model.typed_rule import TypedRule
from games.numerics.arrays import Bools, Floats, Ints


@final
@dataclass(frozen=True, eq=False)
class TypeSlacks:
    """The deviations of one type of one player.

    ``node``, ``action``  Int[deviations]: where, and what it does instead of what the rule says.
    ``slack``  Float[deviations, columns]: what it has by the rule less what it has by deviating once, in totals.
    ``value``  Float[nodes, columns]: what it has by the rule, in totals.
    """

    player: int
    kind: int
    node: Ints
    action: Ints
    slack: Floats
    value: Floats


def nodes_of(typed: TypedGame, rule: TypedRule) -> Nodes | Fault:
    """The public nodes of a rule, or where it says nothing although play or deviations come there."""
    places = unfold_places(typed, rule)
    if isinstance(places, Fault):
        return places
    return unfold_nodes(places, tuple(present_types(prior) for prior in typed.prior))


def typed_slacks(nodes: Nodes, columns: Callable[[int, int], Floats]) -> list[TypeSlacks]:
    """The deviations of every type that chooses, also of those that are believed not to be there.

    ``columns``  what rows pay a type of a player, by player and type: Float[rows, columns], each column by itself.
    """
    edges = _Edges.of(nodes)
    typed = nodes.places.typed
    return [
        edges.of_type(i, t, columns(i, t)) for i in range(typed.game.n_players) for t in typed.strategic(i)]


def chances_of_actions(nodes: Nodes, player: int) -> Floats:
    """Float[nodes, actions]: how likely everyone thinks each action of a player."""
    typed = nodes.places.typed
    out = np.zeros((len(nodes.place), int(typed.game.action_counts[:, player].max())))
    posterior = np.array(
        [[float(p) for p in belief.posterior(typed.prior[player])] for belief in nodes.beliefs[player]])
    believed = posterior[nodes.belief[:, player]]
    for t, moves in enumerate(nodes.places.moves[player]):
        out += believed[:, [t]] * _mixture(nodes, player, t, out.shape[1])
        assert moves is not None
    return out


def _mixture(nodes: Nodes, player: int, kind: int, width: int) -> Floats:
    """Float[nodes, actions]: the chances with which a type takes each action."""
    moves = nodes.places.moves[player][kind]
    out = np.zeros((len(nodes.place), width))
    for slot in range(moves.action.shape[1]):
        there = moves.count[nodes.place] > slot
        at = nodes.place[there]
        chance = 1.0 if moves.chance is None else np.array([float(x) for x in moves.chance[at, slot]])
        out[np.flatnonzero(there), moves.action[at, slot]] += chance
    return out


@final
@dataclass(frozen=True, eq=False)
class _Edges:
    """The edges between nodes with their chances given the row, and what everyone thinks likely at each node."""

    nodes: Nodes
    law: Floats
    pair: Ints
    first: Ints
    likely: tuple[Floats, ...]
    over: Bools

    @staticmethod
    def of(nodes: Nodes) -> _Edges:
        game = nodes.places.typed.game
        law = game.transition[nodes.row, nodes.places.state[nodes.place[nodes.target]]]
        # A row of a node has one edge for every state that may follow it.
        pair = nodes.source * game.n_rows + nodes.row
        _, first, inverse = np.unique(pair, return_index=True, return_inverse=True)
        likely = tuple(chances_of_actions(nodes, i) for i in range(game.n_players))
        return _Edges(nodes, np.asarray(law, dtype=np.float64).ravel(), inverse.ravel(), first, likely,
                      nodes.places.over[nodes.place])

    def of_type(self, player: int, kind: int, pays: Floats) -> TypeSlacks:
        """Slacks and values of a type; after a change that draws its own type anew it may be any."""
        nodes, typed = self.nodes, self.nodes.places.typed
        size, actions = self.likely[player].shape
        again = None if typed.redraws is None else typed.redraws[player]
        kinds = [kind] if again is None else [kind, *(t for t in present_types(typed.prior[player]) if t != kind)]
        m = len(kinds)
        own = np.stack([_mixture(nodes, player, t, actions) for t in kinds], axis=1)
        own[self.over] = 0.0
        earned, edge_slot, weight = self._faced(player, float(typed.exact_discount(player, kind)), pays)
        earned = np.repeat(earned.reshape(size, 1, actions, -1), m, axis=1).reshape(size * m * actions, -1)
        source, action = np.divmod(edge_slot, actions)
        slots = (source[:, None] * m + np.arange(m)) * actions + action[:, None]
        becomes = np.zeros((len(slots), m, m))
        becomes[:] = np.eye(m)
        if again is not None:
            state = nodes.places.state[nodes.place]
            drawn = np.asarray(again[state[nodes.source], state[nodes.target]]).ravel() != 0
            becomes[drawn] = [float(typed.prior[player][t]) for t in kinds]
        targets = nodes.target[:, None, None] * m + np.arange(m) + np.zeros((1, m, 1), dtype=np.int64)
        ahead = csr_array(
            ((weight[:, None, None] * becomes).ravel(), (np.repeat(slots.ravel(), m), targets.ravel())),
            shape=(size * m * actions, size * m))
        mixing = csr_array(
            (own.ravel(), (np.repeat(np.arange(size * m), actions), np.arange(size * m * actions))),
            shape=(size * m, size * m * actions))
        value = splu((eye_array(size * m) - mixing @ ahead).tocsc()).solve(np.asarray(mixing @ earned))
        then = (earned + ahead @ value).reshape(size, m, actions, -1)[:, 0]
        value = value.reshape(size, m, -1)[:, 0]
        there = np.arange(actions) < typed.game.action_counts[nodes.places.state[nodes.place], player][:, None]
        node, taken = np.nonzero(there & (own[:, 0] < 1.0) & ~self.over[:, None])
        return TypeSlacks(player, kind, node, taken, value[node] - then[node, taken], value)

    def _faced(self, player: int, discount: float, pays: Floats) -> tuple[Floats, Ints, Floats]:
        """What own actions earn on average, Float[nodes * actions, columns]; per edge whose action it follows, and how.

        The last is the chance that the action leads along the edge, times the discount factor.
        """
        nodes, game = self.nodes, self.nodes.places.typed.game
        size, actions = self.likely[player].shape
        source, row = nodes.source[self.first], nodes.row[self.first]
        others = np.ones(len(source))
        for j in range(game.n_players):
            if j != player:
                others = others * self.likely[j][source, game.own_action[row, j]]
        slot = source * actions + game.own_action[row, player]
        average = csr_array((others, (slot, np.arange(len(slot)))), shape=(size * actions, len(slot)))
        return average @ pays[row], slot[self.pair], discount * others[self.pair] * self.law
