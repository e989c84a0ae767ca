"""Backward induction in games with perfect information, ties and all.

Sources: Zermelo (1913); Kuhn (1953), corollary 1; Selten (1965).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import final

from games.certificates.trees.backward_induction import EquilibriumProfile
from games.game_trees.strategies import Profile, pure_profile
from games.game_trees.tree import Decision, ExtensiveGame, Terminal
from games.model.stochastic_game import GameError

MOST_PAYOFFS = 10_000
"""Sets of equilibrium payoffs that would grow beyond this are given up."""

Payoffs = tuple[Fraction, ...]


@final
@dataclass(frozen=True)
class BackwardInduction:
    """A subgame-perfect equilibrium of a game with perfect information, and the payoffs of all.

    ``actions``      per information set, the action taken: the first of the best ones.
    ``profile``      the same as behaviour strategies.
    ``payoffs``      what each player gets.
    ``ties``         information sets at which another action would have been as good.
    ``all_payoffs``  payoffs of all subgame-perfect equilibria in pure strategies, sorted; None if they are too many.
    ``certificate``  that no one-shot deviation pays at any node, for the exact check.
    """

    actions: tuple[int, ...]
    profile: Profile
    payoffs: Payoffs
    ties: tuple[int, ...]
    all_payoffs: tuple[Payoffs, ...] | None
    certificate: EquilibriumProfile


def backward_induction(game: ExtensiveGame, most: int = MOST_PAYOFFS) -> BackwardInduction:
    """Solve a game with perfect information from its ends.

    Where a player is indifferent, what others are offered depends on the choice: an action of a node is taken in some
    equilibrium with payoffs u of its subgame exactly if every other action's subgame has an equilibrium that gives the
    mover no more than u does.  Raises ``GameError`` if some information set has more than one node.
    """
    if not game.has_perfect_information:
        where = next(k for k, nodes in enumerate(game.members) if len(nodes) > 1)
        raise GameError(
            f"information set {game.information_sets[where].name!r} has {len(game.members[where])} nodes; backward "
            "induction needs perfect information: use pure_equilibria, or solve_zero_sum for two opponents"
        )
    actions = [0] * len(game.information_sets)
    ties: list[int] = []
    worth: list[Payoffs] = [()] * len(game.nodes)
    for k in reversed(range(len(game.nodes))):
        node = game.nodes[k]
        if isinstance(node, Terminal):
            worth[k] = node.payoffs
        elif isinstance(node, Decision):
            player = game.information_sets[node.information_set].player
            offers = [worth[child][player] for child in node.children]
            actions[node.information_set] = offers.index(max(offers))
            if offers.count(max(offers)) > 1:
                ties.append(node.information_set)
            worth[k] = worth[node.children[actions[node.information_set]]]
        else:
            law = list(zip(node.probabilities, node.children, strict=True))
            worth[k] = tuple(sum((p * worth[c][i] for p, c in law), Fraction(0)) for i in range(game.n_players))
    profile = pure_profile(game, actions)
    return BackwardInduction(
        tuple(actions), profile, worth[0], tuple(sorted(ties)), subgame_perfect_payoffs(game, most),
        EquilibriumProfile(game.digest, profile, worth[0]),
    )


def subgame_perfect_payoffs(game: ExtensiveGame, most: int = MOST_PAYOFFS) -> tuple[Payoffs, ...] | None:
    """Payoffs of all pure subgame-perfect equilibria of a game with perfect information; None if more than ``most``."""
    sets: list[set[Payoffs]] = [set() for _ in game.nodes]
    for k in reversed(range(len(game.nodes))):
        node = game.nodes[k]
        if isinstance(node, Terminal):
            sets[k] = {node.payoffs}
            continue
        if isinstance(node, Decision):
            player = game.information_sets[node.information_set].player
            harshest = [min(u[player] for u in sets[child]) for child in node.children]
            for a, child in enumerate(node.children):
                floor = max((x for b, x in enumerate(harshest) if b != a), default=None)
                sets[k] |= {u for u in sets[child] if floor is None or u[player] >= floor}
        else:
            sets[k] = {(Fraction(0),) * game.n_players}
            for p, child in zip(node.probabilities, node.children, strict=True):
                if len(sets[k]) * len(sets[child]) > 10 * most:
                    return None
                sets[k] = {
                    tuple(x + p * y for x, y in zip(u, v, strict=True)) for u in sets[k] for v in sets[child]
                }
        if len(sets[k]) > most:
            return None
        for child in node.children:
            sets[child] = set()
    return tuple(sorted(sets[0]))
