"""Forged evidence about game trees: made out for trees of the same shape and other numbers, and changed at random.

As in ``forging`` a forgery counts only where brute force knows that its claim is false: every pure strategy of every
player is tried, without the checkers' code.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
from scipy.optimize import linprog

from games.certificates.reading import CertificateError
from games.certificates.trees.certificate import TreeCertificate
from games.certificates.trees.files import read_tree_certificate
from games.game_trees.tree import Chance, Decision, ExtensiveGame, Terminal
from tests.support.forging import edited

F = Fraction
Law = Mapping[int, tuple[Fraction, ...]]
"""Per information set, the probability of each action."""


def worth(game: ExtensiveGame, law: Law, node: int = 0) -> tuple[Fraction, ...]:
    """What play from a node brings every player."""
    here = game.nodes[node]
    if isinstance(here, Terminal):
        return tuple(here.payoffs)
    chances = here.probabilities if isinstance(here, Chance) else law[here.information_set]
    total = [F(0)] * len(game.players)
    for p, child in zip(chances, here.children, strict=True):
        if p:
            total = [x + p * y for x, y in zip(total, worth(game, law, child), strict=True)]
    return tuple(total)


def strategies(game: ExtensiveGame, player: int) -> Iterator[Law]:
    """All pure strategies of a player."""
    own = [k for k, known in enumerate(game.information_sets) if known.player == player]
    for choice in product(*(range(len(game.information_sets[k].actions)) for k in own)):
        yield {k: tuple(F(int(a == c)) for a in range(len(game.information_sets[k].actions)))
               for k, c in zip(own, choice, strict=True)}


def deviates(game: ExtensiveGame, law: Law, node: int = 0) -> bool:
    """Whether some player has a better strategy from a node on."""
    now = worth(game, law, node)
    return any(worth(game, {**law, **other}, node)[i] > now[i]
               for i in range(len(game.players)) for other in strategies(game, i))


def value(game: ExtensiveGame) -> float | None:
    """Value to the first player, by the program of all pure strategies; None if payoffs do not add up to zero."""
    if len(game.players) != 2 or any(sum(x.payoffs) for x in game.nodes if isinstance(x, Terminal)):
        return None
    table = np.array([[float(worth(game, {**a, **b})[0]) for b in strategies(game, 1)] for a in strategies(game, 0)])
    rows, columns = table.shape
    found: Any = linprog(
        [*np.zeros(rows), -1.0], A_ub=np.hstack([-table.T, np.ones((columns, 1))]), b_ub=np.zeros(columns),
        A_eq=[[*np.ones(rows), 0.0]], b_eq=[1.0], bounds=[*[(0, None)] * rows, (None, None)])
    return -float(found.fun)


def false(game: ExtensiveGame, claim: Any, worth_of_game: float | None) -> bool:
    """Whether brute force knows that a claim is false."""
    if claim.kind == "zero-sum-value":
        return worth_of_game is not None and (
            float(claim.lower) > worth_of_game + 1e-7 or float(claim.upper) < worth_of_game - 1e-7)
    sound = len(claim.profile) == len(game.information_sets) and all(
        len(x) == len(known.actions) and min(x) >= 0 and sum(x) == 1
        for x, known in zip(claim.profile, game.information_sets, strict=True))
    if not sound:
        return False
    law = dict(enumerate(claim.profile))
    if deviates(game, law):
        return True
    if claim.kind in ("bayesian-assessment", "sequential-assessment"):
        return False
    seen = [x.information_set for x in game.nodes if isinstance(x, Decision)]
    subgames = range(len(game.nodes)) if claim.subgame_perfect and len(seen) == len(set(seen)) else ()
    return tuple(claim.payoffs) != worth(game, law) or any(deviates(game, law, node) for node in subgames)


def victims(game: ExtensiveGame, rng: np.random.Generator) -> Iterator[ExtensiveGame]:
    """The tree itself, and with other payoffs at its ends."""
    yield game
    ends = [k for k, x in enumerate(game.nodes) if isinstance(x, Terminal)]
    zero = all(sum(x.payoffs) == 0 for x in game.nodes if isinstance(x, Terminal))
    for way in range(5):
        nodes = list(game.nodes)
        moved = rng.permutation(ends) if way < 2 else ends
        for k, source in zip(ends, moved, strict=True):
            end = game.nodes[int(source)]
            assert isinstance(end, Terminal)
            payoffs = list(end.payoffs)
            if way == 2:
                payoffs = [-x for x in payoffs]
            elif way > 2:
                change = F(int(rng.integers(-2, 3)), 1 if way == 3 else 10**12)
                payoffs = [payoffs[0] + change, payoffs[1] - change, *payoffs[2:]] if zero else [
                    x + change * int(rng.integers(-1, 2)) for x in payoffs]
            nodes[k] = replace(end, payoffs=tuple(payoffs))
        yield replace(game, nodes=tuple(nodes))


def tree_campaign(
    donors: Mapping[str, tuple[ExtensiveGame, TreeCertificate]], each: int, seed: int, most_tries: int = 40
) -> tuple[Counter[str], list[tuple[ExtensiveGame, TreeCertificate]]]:
    """How many forgeries of each kind were put to the checkers, and those that were accepted."""
    counts: Counter[str] = Counter()
    accepted = []
    for number, (_, (game, certificate)) in enumerate(sorted(donors.items())):
        rng = np.random.default_rng([seed, number])
        zero_sum = certificate.kind == "zero-sum-value"
        attacked = [(other, value(other) if zero_sum else None) for other in victims(game, rng)]
        found = 0
        for _ in range(each * most_tries):
            if found == each:
                break
            other, known = attacked[int(rng.integers(len(attacked)))]
            document = json.loads(json.dumps(certificate.to_json())) | {"game_digest": other.digest}
            try:
                claim = read_tree_certificate(edited(document, rng))
            except CertificateError:
                continue
            if false(other, claim, known):
                found += 1
                counts[claim.kind] += 1
                if claim.check(other).accepted:
                    accepted.append((other, claim))
    return counts, accepted
