"""Consistent beliefs, checked exactly: orders of the mistakes that explain them, and products around cycles.

Beliefs are consistent if they are limits of what Bayes' rule gives for strategies that use every action.  Let each
action have a rank: 0 if it is played, a positive whole number otherwise, meaning that it is played by mistake with a
chance of c eps^rank as eps goes to 0.  A node's order is the sum of the ranks on the way.  Beliefs are consistent
exactly if

* for some ranks, what is believed possible at an information set is exactly what has the least order there, and
* some c > 0 give the right ratios: in logarithms these are linear equations, which have a solution exactly if every
  whole combination of them in which all c cancel has the product 1.

The second does not depend on the ranks.  Neither needs the c themselves, which may be irrational.

Sources: Kreps and Wilson (1982), lemmas A1 and A2; Kohlberg and Reny (1997); Perea, Jansen and Peters (1997).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import TypeVar, final

from games.game_trees.strategies import Mixture, Profile
from games.game_trees.tree import Chance, Decision, ExtensiveGame

Ranks = Sequence[Sequence[int]]
"""Per information set the rank of each action."""
Exponents = dict[tuple[int, int], Fraction]
_Key = TypeVar("_Key")


@final
@dataclass(frozen=True)
class Way:
    """How a node is reached.

    ``mistakes``  actions on the way that are not played, as (information set, action).
    ``weight``    the product of all other probabilities on the way, chance included; 0 if chance never goes there.
    """

    mistakes: tuple[tuple[int, int], ...]
    weight: Fraction


def ways(game: ExtensiveGame, profile: Profile) -> tuple[Way, ...]:
    """How every node is reached."""
    out = [Way((), Fraction(1))] * len(game.nodes)
    for k, node in enumerate(game.nodes):
        if isinstance(node, Decision):
            h = node.information_set
            for a, (p, child) in enumerate(zip(profile[h], node.children, strict=True)):
                out[child] = Way(out[k].mistakes, out[k].weight * p) if p else Way(
                    (*out[k].mistakes, (h, a)), out[k].weight)
        elif isinstance(node, Chance):
            for p, child in zip(node.probabilities, node.children, strict=True):
                out[child] = Way(out[k].mistakes, out[k].weight * p)
    return tuple(out)


def ranks_fault(
    game: ExtensiveGame, profile: Profile, beliefs: Sequence[Mixture], ranks: Ranks
) -> tuple[str, str] | None:
    """Where and why ranks do not explain what is believed possible; None if they do."""
    if [len(row) for row in ranks] != [len(mixture) for mixture in profile]:
        return "ranks", "a whole number for each action of each information set is needed"
    for known, mixture, row in zip(game.information_sets, profile, ranks, strict=True):
        for action, p, rank in zip(known.actions, mixture, row, strict=True):
            if (rank == 0) != (p > 0) or rank < 0:
                right = "0, because it is played" if p else "positive, because it is not played"
                return _place(game, known.player, known.name), f"the rank of {action!r} is {rank}; it must be {right}"
    reached = ways(game, profile)
    for h, belief in enumerate(beliefs):
        known, nodes = game.information_sets[h], game.members[h]
        possible = [k for k in nodes if reached[k].weight]
        if not possible:
            continue
        orders = {k: sum(ranks[g][a] for g, a in reached[k].mistakes) for k in possible}
        least = min(orders.values())
        for k, p in zip(nodes, belief, strict=True):
            likely = orders.get(k) == least
            if likely != (p > 0):
                word = "among the likeliest" if likely else "not among the likeliest"
                return _place(game, known.player, known.name), (
                    f"{game.place(k)} is believed with probability {p} and is {word} by the ranks")
    return None


def products_fault(game: ExtensiveGame, profile: Profile, beliefs: Sequence[Mixture]) -> tuple[str, str] | None:
    """Where and why no chances of mistakes give the right ratios of beliefs; None if some do.

    The beliefs at information sets that chance never leads to are free.
    """
    reached = ways(game, profile)
    kept: list[tuple[tuple[int, int], Exponents, dict[int, Fraction]]] = []
    ratios: list[Fraction] = []
    for h, belief in enumerate(beliefs):
        held = [(k, p) for k, p in zip(game.members[h], belief, strict=True) if p and reached[k].weight]
        for k, p in held[1:]:
            first, q = held[0]
            row: Exponents = {}
            for node, sign in ((k, 1), (first, -1)):
                for mistake in reached[node].mistakes:
                    row[mistake] = row.get(mistake, Fraction(0)) + sign
            ratios.append(p / q * reached[first].weight / reached[k].weight)
            fault = _cancelled(row, ratios, kept)
            if fault is not None:
                known = game.information_sets[h]
                return _place(game, known.player, known.name), (
                    f"with the beliefs before, the ratio of {game.place(k)} to {game.place(first)} is settled; the "
                    f"product around the cycle is {fault}, not 1")
    return None


def _cancelled(
    row: Exponents, ratios: list[Fraction], kept: list[tuple[tuple[int, int], Exponents, dict[int, Fraction]]]
) -> Fraction | None:
    """Eliminate with the equations before; if everything cancels and the product is not 1, the product."""
    used = {len(ratios) - 1: Fraction(1)}
    row = {c: x for c, x in row.items() if x}
    for pivot, other, combination in kept:
        factor = row.get(pivot, Fraction(0))
        if factor:
            row = _minus(row, factor, other)
            used = _minus(used, factor, combination)
    if row:
        pivot = min(row)
        scale = row[pivot]
        kept.append((pivot, {c: x / scale for c, x in row.items()}, {k: x / scale for k, x in used.items()}))
        return None
    whole = lcm(*(x.denominator for x in used.values()))
    product = Fraction(1)
    for k, x in used.items():
        product *= ratios[k] ** int(x * whole)
    return None if product == 1 else product


def _minus(row: dict[_Key, Fraction], factor: Fraction, other: dict[_Key, Fraction]) -> dict[_Key, Fraction]:
    out = dict(row)
    for c, x in other.items():
        out[c] = out.get(c, Fraction(0)) - factor * x
    return {c: x for c, x in out.items() if x}


def _place(game: ExtensiveGame, player: int, name: str) -> str:
    return f"information set {name!r} of {game.players[player]}"
