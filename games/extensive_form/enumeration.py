"""All equilibria in pure strategies of a small tree, subgame by subgame.

Sources: Selten (1965); Kuhn (1953), theorem 3.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import prod
from typing import final

from games.certificates.trees.backward_induction import EquilibriumProfile
from games.certificates.trees.replies import best_reply
from games.game_trees.recall import require_perfect_recall
from games.game_trees.strategies import Profile, branch_law, expected_payoffs, pure_profile
from games.game_trees.subgames import piece, subgame_roots
from games.game_trees.tree import Decision, ExtensiveGame, Terminal, children
from games.model.stochastic_game import GameError

MOST_TRIALS = 200_000
"""Profiles of one subgame that are looked at before the search is refused."""

Payoffs = tuple[Fraction, ...]


@final
@dataclass(frozen=True)
class PureEquilibrium:
    """One equilibrium in pure strategies.

    ``actions``  per information set, the action taken.
    """

    actions: tuple[int, ...]
    profile: Profile
    payoffs: Payoffs
    certificate: EquilibriumProfile


def pure_equilibria(
    game: ExtensiveGame, subgame_perfect: bool = True, most: int = MOST_TRIALS
) -> tuple[PureEquilibrium, ...]:
    """All pure subgame-perfect equilibria, or all pure Nash equilibria, in the order of their actions.

    None at all is an answer: there may be equilibria in mixed strategies only.  Raises ``GameError`` if somebody has
    no perfect recall, or more than ``most`` profiles would have to be looked at.
    """
    require_perfect_recall(game, what="the search for equilibria")
    alone = isinstance(game.nodes[0], Terminal)
    roots = subgame_roots(game) if subgame_perfect or alone else (0,)
    starts = frozenset(roots)
    found: dict[int, list[tuple[dict[int, int], Payoffs]]] = {}
    for root in reversed(roots):
        inside = list(piece(game, root, starts))
        smaller = {k: found.pop(k) for k in inside if k in starts and k != root}
        found[root] = list(_solutions(game, root, inside, smaller, most))
    solved = found[0] if roots else [({}, expected_payoffs(game, ()))]
    out = []
    for choices, payoffs in sorted(solved, key=lambda solution: sorted(solution[0].items())):
        actions = tuple(choices[k] for k in range(len(game.information_sets)))
        profile = pure_profile(game, actions)
        certificate = EquilibriumProfile(game.digest, profile, payoffs, subgame_perfect)
        out.append(PureEquilibrium(actions, profile, payoffs, certificate))
    return tuple(out)


def _solutions(
    game: ExtensiveGame,
    root: int,
    inside: Sequence[int],
    smaller: dict[int, list[tuple[dict[int, int], Payoffs]]],
    most: int,
) -> Iterator[tuple[dict[int, int], Payoffs]]:
    """Pure equilibria of a subgame, for every way to play the smaller subgames inside it."""
    known = game.information_sets
    sets = sorted({
        node.information_set for k in inside if k not in smaller and isinstance(node := game.nodes[k], Decision)})
    trials = prod(len(solutions) for solutions in smaller.values()) * prod(len(known[k].actions) for k in sets)
    if trials > most:
        raise GameError(
            f"{game.place(root)}: the subgame has {trials} pure profiles to look at, more than {most}; solve it as a "
            "zero-sum game, or make it smaller"
        )
    movers = sorted({known[k].player for k in sets})
    for below in product(*smaller.values()):
        stops = {k: payoffs for k, (_, payoffs) in zip(smaller, below, strict=True)}
        settled = {number: action for choices, _ in below for number, action in choices.items()}
        for actions in product(*(range(len(known[k].actions)) for k in sets)):
            choices = dict(zip(sets, actions, strict=True))
            profile = pure_profile(game, [choices.get(k, 0) for k in range(len(known))])
            start = {root: Fraction(1)}
            if all(best_reply(game, profile, i, start, stops).gain == 0 for i in movers):
                yield settled | choices, _worth(game, profile, inside, stops)


def _worth(game: ExtensiveGame, profile: Profile, inside: Sequence[int], stops: dict[int, Payoffs]) -> Payoffs:
    """Expected payoffs from the first of the nodes on, where ``stops`` end play."""
    worth = dict(stops)
    for k in reversed(inside):
        node = game.nodes[k]
        if isinstance(node, Terminal):
            worth[k] = node.payoffs
        elif k not in stops:
            law = list(zip(branch_law(game, profile, k), children(node), strict=True))
            worth[k] = tuple(sum((p * worth[c][i] for p, c in law), Fraction(0)) for i in range(game.n_players))
    return worth[inside[0]]
