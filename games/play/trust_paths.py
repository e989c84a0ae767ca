"""How trust in a player grows while nothing is seen that speaks against it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import final

from games.certificates.typed.belief_nodes import BeliefNodes
from games.certificates.typed.learning import Belief
from games.model.outcome_laws import Outcome

MOST_BELIEFS = 500
"""So many beliefs a year are followed; of more, the lowest and the highest at every node."""


@final
@dataclass(frozen=True)
class TrustAfter:
    """Trust after so many clean years.

    ``years``   that have passed, nothing in them having been likelier from one of the distrusted types.
    ``low``, ``high``  the lowest and highest chance of the trusted types that can then be reached.
    ``keeps``   the lowest and highest chance that the player does in the next year what it does as described.
    ``shows``   the least and greatest chance that a distrusted type makes the next year no clean one, if the others are
                as described.
    """

    years: int
    low: Fraction
    high: Fraction
    keeps: tuple[Fraction, Fraction]
    shows: tuple[Fraction, Fraction]


def trust_path(nodes: BeliefNodes, player: int, trusted: Sequence[int], years: int) -> tuple[TrustAfter, ...]:
    """Trust in a player at signature and after each of the next years, as long as they are clean and the rule is kept.

    A year is clean if what is seen is at least as likely from the player as described as from every distrusted type,
    and if the others as described may bring it about.
    """
    kinds = range(len(nodes.typed.types[player]))
    distrusted = [t for t in kinds if t not in trusted]
    held: dict[int, set[Belief]] = {0: {nodes.typed.prior[player]}}
    clean: dict[int, tuple[list[Outcome], tuple[Fraction, Fraction]]] = {}
    out = []
    for year in range(years + 1):
        for k in held:
            if k not in clean:
                clean[k] = _clean(nodes, k, player, distrusted)
        trusts = [sum((belief[t] for t in trusted), Fraction(0)) for beliefs in held.values() for belief in beliefs]
        keeps = [_keeps(nodes, k, player, belief) for k, beliefs in held.items() for belief in beliefs]
        shows = [clean[k][1] for k in held]
        out.append(TrustAfter(year, min(trusts), max(trusts), (min(keeps), max(keeps)),
                              (min(s[0] for s in shows), max(s[1] for s in shows))))
        ahead: dict[int, set[Belief]] = {}
        for k, beliefs in held.items():
            for outcome in clean[k][0]:
                new = {nodes.posterior(k, player, belief, outcome) for belief in beliefs}
                ahead.setdefault(nodes.after[k][outcome], set()).update(new)
        held = {k: _ends(beliefs, trusted) for k, beliefs in ahead.items()} or held
        if all(nodes.over[k] for k in held):
            break
    return tuple(out)


def _clean(
    nodes: BeliefNodes, k: int, player: int, distrusted: Sequence[int]
) -> tuple[list[Outcome], tuple[Fraction, Fraction]]:
    """The clean outcomes at a node, and the least and greatest chance of any other from a distrusted type."""
    if nodes.over[k]:
        return [], (Fraction(0), Fraction(0))
    usual = _law(nodes, k, player, 0)
    clean = []
    for outcome in usual:
        likelihood = nodes.likelihood(k, player, outcome)
        if all(likelihood[t] <= likelihood[0] for t in distrusted):
            clean.append(outcome)
    shown = []
    for t in distrusted:
        law = _law(nodes, k, player, t)
        shown.append(1 - sum((law.get(outcome, Fraction(0)) for outcome in clean), Fraction(0)))
    return clean, (min(shown, default=Fraction(0)), max(shown, default=Fraction(0)))


def _keeps(nodes: BeliefNodes, k: int, player: int, belief: Belief) -> Fraction:
    """The chance that a player does at a node what it does as described."""
    acts = nodes.acts[k][player]
    return sum((b for b, mix in zip(belief, acts, strict=True) if mix == acts[0]), Fraction(0))


def _law(nodes: BeliefNodes, k: int, player: int, kind: int) -> dict[Outcome, Fraction]:
    """The chances of outcomes at a node if the player is of a type and the others are as described."""
    game, state = nodes.typed.game, nodes.nodes[k][1]
    rows = {int(game.row_start[state]): Fraction(1)}
    for j in range(game.n_players):
        mix = nodes.acts[k][j][kind if j == player else 0]
        step = int(game.stride[state, j])
        rows = {row + a * step: p * q for row, p in rows.items() for a, q in mix.items()}
    out: dict[Outcome, Fraction] = {}
    for row, p in rows.items():
        for outcome, q in nodes.learning.laws.exact(row).items():
            out[outcome] = out.get(outcome, Fraction(0)) + p * q
    return out


def _ends(beliefs: set[Belief], trusted: Sequence[int]) -> set[Belief]:
    """The beliefs, or the lowest and the highest of many."""
    if len(beliefs) <= MOST_BELIEFS:
        return beliefs
    ordered = sorted(beliefs, key=lambda belief: sum((belief[t] for t in trusted), Fraction(0)))
    return {ordered[0], ordered[-1]}
