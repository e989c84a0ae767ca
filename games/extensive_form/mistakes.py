"""Whether beliefs are limits, and whether a profile is a sequential equilibrium with some beliefs that are.

What is believed possible is one of finitely many patterns.  For each, ranks of mistakes are a linear program in whole
numbers (rational ones times their denominators), and best replies are one in how likely sets of mistakes are; both are
solved exactly.  If no pattern has both, no consistent beliefs justify the profile.  Where a pattern does, products
around cycles have to be 1 as well: if those of the beliefs found are not, it is left open, because others' may be.

Sources: Kreps and Wilson (1982), lemmas A1 and A2; Kohlberg and Reny (1997).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import lcm, prod
from typing import Literal, final

import numpy as np

from games.certificates.trees.backward_induction import EquilibriumProfile
from games.certificates.trees.consistency import Way, products_fault, ways
from games.certificates.trees.replies import best_reply
from games.certificates.trees.sequential_assessment import SequentialAssessment
from games.extensive_form.beliefs import deviating, supporting_beliefs
from games.game_trees.recall import require_perfect_recall
from games.game_trees.strategies import Mixture, Profile, profile_fault, reach, values
from games.game_trees.tree import ExtensiveGame
from games.model.stochastic_game import GameError
from games.numerics.exact_programs import Program, minimise

MOST_PATTERNS = 100
"""Patterns of what is believed possible that are gone through before the search is given up."""

Ranks = tuple[tuple[int, ...], ...]


@final
@dataclass(frozen=True)
class Consistency:
    """Whether beliefs are limits of Bayes' rule for strategies that use every action.

    ``ranks``  per information set the order of the mistake that each action is; None if not consistent.
    ``words``  why not: no orders of mistakes make possible just what is believed possible, or ratios contradict.
    """

    consistent: bool
    ranks: Ranks | None
    words: str = ""


@final
@dataclass(frozen=True)
class Sequentiality:
    """Whether a profile is a sequential equilibrium.

    ``status``      undecided only if the search for beliefs did not come to an end.
    ``assessment``  the profile with consistent beliefs, for the exact check; None unless sequential.
    ``words``       why it is not, or what was left open.
    """

    status: Literal["sequential", "not sequential", "undecided"]
    assessment: SequentialAssessment | None = None
    words: str = ""


def consistency(game: ExtensiveGame, profile: Profile, beliefs: Sequence[Mixture]) -> Consistency:
    """Decide whether beliefs (per information set, the probability of each of its nodes) are consistent.

    Raises ``GameError`` if this is no profile of the game, beliefs do not fit it, or somebody has no perfect recall.
    """
    _require(game, profile)
    if [len(belief) for belief in beliefs] != [len(nodes) for nodes in game.members]:
        raise GameError("beliefs: for each information set, a probability for each of its nodes is needed")
    if any(min(belief) < 0 or sum(belief) != 1 for belief in beliefs):
        raise GameError("beliefs: the probabilities of each information set must not be negative, and add up to 1")
    supports = [frozenset(k for k, p in zip(nodes, belief, strict=True) if p)
                for nodes, belief in zip(game.members, beliefs, strict=True)]
    ranks = _ranks(game, profile, supports)
    if ranks is None:
        return Consistency(False, None, "no orders of mistakes make possible exactly what is believed possible")
    fault = products_fault(game, profile, beliefs)
    return Consistency(True, ranks) if fault is None else Consistency(False, None, f"{fault[0]}: {fault[1]}")


def sequential_beliefs(game: ExtensiveGame, profile: Profile, most: int = MOST_PATTERNS) -> Sequentiality:
    """Look for consistent beliefs under which nobody wants to leave a profile at any information set.

    Raises ``GameError`` if this is no profile of the game, or somebody has no perfect recall.
    """
    _require(game, profile)
    whole = EquilibriumProfile.of(game, profile).check(game)
    if not whole.accepted:
        return Sequentiality("not sequential", None, f"not subgame perfect, {whole.place}: {whole.problem}")
    weak = supporting_beliefs(game, profile)
    if weak.status == "unsupported":
        assert weak.information_set is not None
        name = game.information_sets[weak.information_set].name
        return Sequentiality("not sequential", None, f"at {name!r}: {weak.words}, whatever is believed")
    likely = reach(game, profile)
    settled: dict[int, Mixture] = {}
    for h, nodes in enumerate(game.members):
        total = sum((likely[k] for k in nodes), Fraction(0))
        if total or len(nodes) == 1:
            settled[h] = tuple(likely[k] / total for k in nodes) if total else (Fraction(1),)
    open_sets = [h for h in range(len(game.members)) if h not in settled]
    many = f"more than {most} patterns of beliefs would have to be gone through"
    if any(2 ** len(game.members[h]) > most for h in open_sets):
        return Sequentiality("undecided", None, many)
    reached = ways(game, profile)
    replies = [_Replies(game, profile, reached, h) for h in open_sets]
    patterns = [[support for support in _subsets(one.nodes) if _jointly([one], [support])] for one in replies]
    if prod(map(len, patterns)) > most:
        return Sequentiality("undecided", None, many)
    contradicted = ""
    for pattern in product(*patterns):
        chosen = dict(zip(open_sets, pattern, strict=True))
        supports = [chosen[h] if h in chosen else frozenset(
            k for k, p in zip(nodes, settled[h], strict=True) if p) for h, nodes in enumerate(game.members)]
        ranks = _ranks(game, profile, supports)
        found = None if ranks is None else _jointly(replies, pattern)
        if ranks is None or found is None:
            continue
        known = settled | dict(zip(open_sets, found, strict=True))
        beliefs = tuple(known[h] for h in range(len(game.members)))
        fault = products_fault(game, profile, beliefs)
        if fault is None:
            return Sequentiality("sequential", SequentialAssessment(game.digest, profile, beliefs, ranks))
        contradicted = f"{fault[0]}: {fault[1]}; other beliefs may do"
    if contradicted:
        return Sequentiality("undecided", None, contradicted)
    return Sequentiality("not sequential", None, "no beliefs that justify it are limits of mistakes")


def _require(game: ExtensiveGame, profile: Profile) -> None:
    fault = profile_fault(game, profile)
    if fault:
        raise GameError(fault)
    require_perfect_recall(game, what="a belief")


def _subsets(nodes: Sequence[int]) -> Iterator[frozenset[int]]:
    """Non-empty sets of nodes, small ones first."""
    every = (frozenset(k for i, k in enumerate(nodes) if mask >> i & 1) for mask in range(1, 2 ** len(nodes)))
    return iter(sorted(every, key=lambda chosen: (len(chosen), sorted(chosen))))


@final
class _Replies:
    """One information set that is not reached, and the deviations from there on that have been met."""

    def __init__(self, game: ExtensiveGame, profile: Profile, reached: Sequence[Way], h: int) -> None:
        self.game, self.profile, self.h = game, profile, h
        self.nodes, self.player = game.members[h], game.information_sets[h].player
        self.now = values(game, profile)
        self.gains: list[Mixture] = []
        # What is common to the mistakes before all nodes cancels, and all that matters is the rest.
        before = [Counter(reached[k].mistakes) for k in self.nodes]
        common = before[0]
        for other in before[1:]:
            common = common & other
        self.after = [tuple(sorted((mistakes - common).elements())) for mistakes in before]
        self.weights = [reached[k].weight for k in self.nodes]
        if not any(self.weights):
            # Chance never leads here: beliefs are free, and have nothing to do with any others.
            self.after = [((-1 - h, k),) for k in self.nodes]
            self.weights = [Fraction(1)] * len(self.nodes)

    def meets(self, belief: Mixture) -> bool:
        """Whether a deviation pays under a belief; it is then added to ``gains``."""
        start = dict(zip(self.nodes, belief, strict=True))
        reply = best_reply(self.game, self.profile, self.player, start)
        if reply.gain:
            other = values(self.game, deviating(self.profile, reply))
            self.gains.append(tuple(other[k][self.player] - self.now[k][self.player] for k in self.nodes))
        return reply.gain > 0


def _jointly(sets: Sequence[_Replies], supports: Sequence[frozenset[int]]) -> list[Mixture] | None:
    """Beliefs that are positive exactly on some nodes of each set, and under which no deviation pays; None if none are.

    Deviations come in one by one.  Nodes after the same mistakes share a variable, whatever their information set:
    how likely those mistakes are; that several of them are as likely as their product is left to the caller.
    """
    column = {
        mistakes: k for k, mistakes in enumerate(dict.fromkeys(
            mistakes for one, support in zip(sets, supports, strict=True)
            for mistakes, node in zip(one.after, one.nodes, strict=True) if node in support))
    }
    size = len(column)
    if not size:
        return []
    while True:
        # Variables: how likely the mistakes are, and the least of these, which is to be as large as can be.
        rows = [[1] * size + [0], *([int(i == k) for i in range(size)] + [-1] for k in range(size))]
        for one, support in zip(sets, supports, strict=True):
            for gain in one.gains:
                row = [Fraction(0)] * (size + 1)
                for k, node in enumerate(one.nodes):
                    if node in support:
                        row[column[one.after[k]]] -= gain[k] * one.weights[k]
                scale = lcm(*(x.denominator for x in row))
                rows.append([int(x * scale) for x in row])
        bounds = np.array([1] + [0] * (len(rows) - 1), dtype=object)
        found = _least((*(Fraction(0),) * size, Fraction(-1)), rows, bounds, range(size + 1), frozenset({0}))
        if found is None or found[size] <= 0:
            return None
        out = []
        for one, support in zip(sets, supports, strict=True):
            shares = [one.weights[k] * found[column[one.after[k]]] if node in support else Fraction(0)
                      for k, node in enumerate(one.nodes)]
            total = sum(shares, Fraction(0))
            if not total:
                return None
            out.append(tuple(x / total for x in shares))
        if not any([one.meets(belief) for one, belief in zip(sets, out, strict=True)]):
            return out


def _least(
    cost: tuple[Fraction, ...], rows: Sequence[Sequence[int]], bounds: np.ndarray[tuple[int], np.dtype[np.object_]],
    basis: Sequence[int], equations: frozenset[int] = frozenset(),
) -> tuple[Fraction, ...] | None:
    """The optimum of a program given by its rows; None if there is no solution."""
    table = np.array(rows, dtype=object)
    found = minimise(Program(cost, rows.__getitem__, lambda x: table @ x, bounds, equations), basis)
    return None if found is None else found.x


def _ranks(game: ExtensiveGame, profile: Profile, supports: Sequence[frozenset[int]]) -> Ranks | None:
    """Small whole ranks for which the nodes of least order are the given ones everywhere; None if there are none."""
    mistakes = [(h, a) for h, mixture in enumerate(profile) for a, p in enumerate(mixture) if not p]
    column = {mistake: k for k, mistake in enumerate(mistakes)}
    reached = ways(game, profile)
    rows: list[list[int]] = [[int(i == k) for i in range(len(mistakes))] for k in range(len(mistakes))]
    bounds = [1] * len(mistakes)
    for nodes, support in zip(game.members, supports, strict=True):
        possible = [k for k in nodes if reached[k].weight]
        if not possible:
            continue
        if not support <= set(possible):
            return None
        first = min(support)
        for k in possible:
            if k != first:
                row = [0] * len(mistakes)
                for node, sign in ((k, 1), (first, -1)):
                    for mistake in reached[node].mistakes:
                        row[column[mistake]] += sign
                rows.append(row)
                bounds.append(int(k not in support))
                if k in support:
                    rows.append([-x for x in row])
                    bounds.append(0)
    if not mistakes:
        return _whole(profile, column, ()) if all(b <= 0 for b in bounds) else None
    cost = (Fraction(1),) * len(mistakes)
    found = _least(cost, rows, np.array(bounds, dtype=object), range(len(mistakes)))
    return None if found is None else _whole(profile, column, found)


def _whole(profile: Profile, column: Mapping[tuple[int, int], int], found: tuple[Fraction, ...]) -> Ranks:
    scale = lcm(*(x.denominator for x in found))
    return tuple(
        tuple(0 if p else int(found[column[h, a]] * scale) for a, p in enumerate(mixture))
        for h, mixture in enumerate(profile))
