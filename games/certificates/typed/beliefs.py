"""What everyone believes wherever play can be: Bayes' rule, in exact numbers.

A belief about a player is the prior times a likelihood per type.  Likelihoods are 1 or 0 where nothing is mixed, so
that a belief is the set of types that would have done what was seen.  It moves with the player's own actions only.
Types with a rule never err: what no living type would do shows a type that chooses.

Source: Fudenberg and Tirole (1991), definition 3.1 of perfect Bayesian equilibrium, for independent types.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import final

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import breadth_first_order

from games.certificates.faults import Fault
from games.certificates.typed.places import Places
from games.numerics.arrays import Bools, Ints

MOST_NODES = 600_000
"""Games that unfold into more are refused."""
Likelihood = tuple[Fraction, ...]


@final
@dataclass(frozen=True)
class Belief:
    """What is believed of a player: proportional to ``likelihood`` times the prior, or itself if not ``of_prior``."""

    of_prior: bool
    likelihood: Likelihood

    def weights(self, prior: Sequence[Fraction]) -> tuple[Fraction, ...]:
        """The chances of the types but for a common factor."""
        if not self.of_prior:
            return self.likelihood
        return tuple(p * x for p, x in zip(prior, self.likelihood, strict=True))

    def posterior(self, prior: Sequence[Fraction]) -> tuple[Fraction, ...]:
        """The chances of the types."""
        weights = self.weights(prior)
        total = sum(weights, Fraction(0))
        return tuple(w / total for w in weights)


@final
@dataclass(frozen=True, eq=False)
class Nodes:
    """Places with beliefs, unfolded through every outcome.

    ``place``    Int[nodes]; ``belief`` Int[nodes, players] into ``beliefs`` of the player.
    ``beliefs``  per player.  ``present`` per player the types whose prior is not 0; others do not exist.
    ``on_path``  Bool[nodes]: play comes there with some chance.
    ``source``, ``target``, ``row``, ``likely``  of every edge; ``likely`` where some living types bring it about.
    """

    places: Places
    place: Ints
    belief: Ints
    beliefs: tuple[tuple[Belief, ...], ...]
    present: tuple[tuple[int, ...], ...]
    root: int
    on_path: Bools
    source: Ints
    target: Ints
    row: Ints
    likely: Bools

    def posterior(self, node: int, player: int, prior: Sequence[Fraction]) -> tuple[Fraction, ...]:
        """What everyone believes of a player at a node."""
        return self.beliefs[player][int(self.belief[node, player])].posterior(prior)

    def reached(self, edges: Bools) -> Bools:
        """Bool[nodes]: what some of the edges lead to from the root, which is among them."""
        size = len(self.place)
        graph = csr_array((np.ones(int(edges.sum())), (self.source[edges], self.target[edges])), shape=(size, size))
        out = np.zeros(size, dtype=bool)
        out[breadth_first_order(graph, self.root, return_predecessors=False)] = True
        return out


def present_types(prior: Sequence[Fraction]) -> tuple[int, ...]:
    """The types that have a chance."""
    return tuple(t for t, p in enumerate(prior) if p)


def unfold_nodes(places: Places, present: tuple[tuple[int, ...], ...]) -> Nodes | Fault:
    """All nodes if the types that have a chance are these."""
    return _Beliefs(places, present).run()


@final
class _OfPlayer:
    """Interns beliefs about one player and moves them."""

    def __init__(self, places: Places, player: int, present: tuple[int, ...]) -> None:
        typed, shares = places.typed, places.rule.shares
        count = len(typed.types[player])
        self.beliefs: list[Belief] = []
        self._number: dict[Belief, int] = {}
        self._after: dict[tuple[int, int], tuple[int, bool]] = {}
        self.root = self._intern(True, [Fraction(int(t in present)) for t in range(count)])
        choosing = typed.strategic(player)
        alive = [t for t in choosing if t in present]
        given = None if shares is None else shares[player]
        if given is not None:
            self.shown = self._intern(False, [
                given[choosing.index(t)] if t in choosing else Fraction(0) for t in range(count)])
        elif alive:
            self.shown = self._intern(True, [Fraction(int(t in alive)) for t in range(count)])
        else:
            self.shown = self._intern(False, [Fraction(int(t == 0)) for t in range(count)])
        self.pattern, self.patterns = _patterns(places, player)

    def _intern(self, of_prior: bool, likelihood: list[Fraction]) -> int:
        most = max(likelihood)
        belief = Belief(of_prior, tuple(x / most for x in likelihood))
        k = self._number.setdefault(belief, len(self.beliefs))
        if k == len(self.beliefs):
            self.beliefs.append(belief)
        return k

    def after(self, belief: Ints, pattern: Ints) -> tuple[Ints, Bools]:
        """Beliefs after actions with these likelihoods, and whether living types would take them."""
        codes, inverse = np.unique(belief * len(self.patterns) + pattern, return_inverse=True)
        found = [self._one(*divmod(int(code), len(self.patterns))) for code in codes]
        number = np.array([k for k, _ in found], dtype=np.int64)
        likely = np.array([x for _, x in found], dtype=bool)
        return number[inverse.ravel()], likely[inverse.ravel()]

    def _one(self, belief: int, pattern: int) -> tuple[int, bool]:
        if (belief, pattern) not in self._after:
            old = self.beliefs[belief]
            new = [x * y for x, y in zip(old.likelihood, self.patterns[pattern], strict=True)]
            found = (self._intern(old.of_prior, new), True) if any(new) else (self.shown, False)
            self._after[belief, pattern] = found
        return self._after[belief, pattern]


def _patterns(places: Places, player: int) -> tuple[Ints, list[Likelihood]]:
    """Int[places, actions] into a list: how likely each type takes an action at a place."""
    moves = places.moves[player]
    actions = int(places.typed.game.action_counts[:, player].max())
    mask = np.zeros((len(places.mode), actions), dtype=np.int64)
    for t, one in enumerate(moves):
        mask |= (one.action[:, :1] == np.arange(actions)).astype(np.int64) << t
    known, number = np.unique(mask, return_inverse=True)
    table = number.reshape(mask.shape).astype(np.int64)
    patterns = [tuple(Fraction(int(m) >> t & 1) for t in range(len(moves))) for m in known]
    place_of = {pattern: k for k, pattern in enumerate(patterns)}
    mixed = np.zeros(len(places.mode), dtype=bool)
    for one in moves:
        mixed |= one.count > 1
    for x in np.flatnonzero(mixed).tolist():
        for a in range(actions):
            pattern = tuple(_chance(one.action[x], one.count[x], None if one.chance is None else one.chance[x], a)
                            for one in moves)
            k = place_of.setdefault(pattern, len(patterns))
            if k == len(patterns):
                patterns.append(pattern)
            table[x, a] = k
    return table, patterns


def _chance(actions: Ints, count: int, chances: Sequence[Fraction] | None, action: int) -> Fraction:
    here = np.flatnonzero(actions[:count] == action)
    if not len(here):
        return Fraction(0)
    return Fraction(1) if chances is None else chances[int(here[0])]


@final
class _Beliefs:
    def __init__(self, places: Places, present: tuple[tuple[int, ...], ...]) -> None:
        self.places, self.present = places, present
        self.players = [_OfPlayer(places, i, mine) for i, mine in enumerate(present)]
        self.profiles: dict[tuple[int, ...], int] = {}
        self.edge_start = places.edge_start
        every = np.arange(len(places.edge_pair))
        self.redrawn = [places.redrawn(i, every) for i in range(len(present))]

    def run(self) -> Nodes | Fault:
        root = self._codes(np.array([self.places.root]), [np.array([p.root]) for p in self.players])
        frontier, codes, parts = root, root, []
        while len(frontier):
            if len(codes) > MOST_NODES:
                return Fault("rule", f"with beliefs it unfolds into more than {MOST_NODES} nodes")
            parts.append(self._step(frontier))
            ahead = np.unique(parts[-1][1])
            frontier = ahead[~np.isin(ahead, codes)]
            codes = np.concatenate([codes, frontier])
        order = np.sort(codes)
        source, target, row, likely = (np.concatenate(x) for x in zip(*parts, strict=True))
        profile = np.array(list(self.profiles), dtype=np.int64)
        nodes = Nodes(
            self.places, order >> 32, profile[order & (2**32 - 1)], tuple(tuple(p.beliefs) for p in self.players),
            self.present, int(np.searchsorted(order, root[0])), np.zeros(len(order), dtype=bool),
            np.searchsorted(order, source), np.searchsorted(order, target), row, likely.astype(bool))
        nodes.on_path[:] = nodes.reached(nodes.likely)
        return nodes

    def _codes(self, place: Ints, beliefs: list[Ints]) -> Ints:
        """Codes of nodes: the place, and a number for what is believed of all players."""
        joint, inverse = np.unique(np.stack(beliefs, axis=1), axis=0, return_inverse=True)
        number = np.array([self.profiles.setdefault(tuple(row), len(self.profiles)) for row in joint.tolist()])
        codes: Ints = (place << 32) + number[inverse.ravel()]
        return codes

    def _step(self, codes: Ints) -> tuple[Ints, Ints, Ints, Ints]:
        places = self.places
        place = codes >> 32
        profile = np.array(list(self.profiles), dtype=np.int64)[codes & (2**32 - 1)]
        start = places.pair_start
        counts = (start[1:] - start[:-1])[place]
        at = np.repeat(np.arange(len(codes)), counts)
        pair = np.arange(len(at)) - np.repeat(np.cumsum(counts) - counts, counts) + start[place][at]
        row = places.pair_row[pair]
        likely = np.ones(len(at), dtype=bool)
        after = []
        for i, one in enumerate(self.players):
            action = places.typed.game.own_action[row, i]
            moved, usual = one.after(profile[at, i], one.pattern[place[at], action])
            after.append(moved)
            likely &= usual
        sizes = np.diff(self.edge_start)[pair]
        edge = np.repeat(np.arange(len(at)), sizes)
        entry = np.arange(len(edge)) - np.repeat(np.cumsum(sizes) - sizes, sizes) + self.edge_start[pair][edge]
        target = places.edge_place[entry]
        beliefs = []
        for i, one in enumerate(self.players):
            new = np.where(places.over[target], one.root, after[i][edge])
            again = self.redrawn[i]
            beliefs.append(new if again is None else np.where(again[entry], one.root, new))
        return codes[at[edge]], self._codes(target, beliefs), row[edge], likely[edge]
