"""Sets of beliefs that play does not lead out of, and the least slack of a deviation on them.

A set is the hull of its corners; with two types it is an interval.  Bayes' rule maps the hull of some beliefs onto the
hull of their images (those of likelihood nil apart), and what types change into is linear.  So it is enough that the
images of the corners lie inside.  A slack is linear in the belief about each player: it is least at corners, too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import product

import numpy as np

from games.certificates.faults import Fault, shown
from games.certificates.typed.belief_nodes import BeliefNodes
from games.certificates.typed.belief_values import Temptation
from games.certificates.typed.learning import Belief
from games.model.outcome_laws import Outcome
from games.numerics.exact import Integers, as_integers, common_denominator
from games.numerics.exact_programs import Program, minimise

Ranges = Sequence[Mapping[int, tuple[Belief, ...]]]
"""Per node, and player with more than one type, the corners of the beliefs about it."""


def within(belief: Belief, corners: Sequence[Belief]) -> bool:
    """Whether a belief lies in the hull of others.

    It does unless some h has h · c ≥ 0 at every corner c and h · belief < 0 (Farkas 1902).

    >>> half, sure, never = (Fraction(1, 2),) * 2, (Fraction(1), Fraction(0)), (Fraction(0), Fraction(1))
    >>> within(half, [sure, never]), within(never, [half, sure])
    (True, False)
    """
    if belief in corners:
        return True
    if len(belief) == 2:
        return min(c[0] for c in corners) <= belief[0] <= max(c[0] for c in corners)
    types = len(belief)
    rows = [[int(k == t) for k in range(types)] for t in range(types)]
    rows += [common_denominator(list(c))[0].tolist() for c in corners]
    table = np.array(rows, dtype=object)
    bounds = as_integers([-1] * types + [0] * len(corners))

    def products(x: Integers) -> Integers:
        return np.asarray(table @ x)

    best = minimise(Program(tuple(belief), rows.__getitem__, products, bounds), range(types))
    assert best is not None                                            # h = 0 satisfies all rows
    return sum((b * x for b, x in zip(belief, best.x, strict=True)), Fraction(0)) >= 0


def images(nodes: BeliefNodes, k: int, player: int, corners: Sequence[Belief], outcome: Outcome) -> set[Belief]:
    """The corners of what a player is believed to be after an outcome, from beliefs with these corners before it."""
    return {nodes.posterior(k, player, belief, outcome) for belief in corners}


def ranges_fault(nodes: BeliefNodes, ranges: Ranges) -> Fault | None:
    """Where play leads out of the sets: they have to hold the prior at the start, and the images after outcomes."""
    typed = nodes.typed
    for k, by_player in enumerate(ranges):
        if nodes.over[k]:
            continue
        if set(by_player) != set(nodes.uncertain):
            return Fault(nodes.place(k), "beliefs are needed about every player with more than one type, and no other")
        for i, corners in by_player.items():
            count = len(typed.types[i])
            if not corners or any(len(c) != count or min(c) < 0 or sum(c) != 1 for c in corners):
                return Fault(f"{nodes.place(k)}, beliefs about {typed.game.players[i]}",
                             f"each needs to be {count} chances that sum to 1, and there has to be one")
    for i in nodes.uncertain:
        if not nodes.over[0] and not within(typed.prior[i], ranges[0][i]):
            return Fault(f"{nodes.place(0)}, beliefs about {typed.game.players[i]}",
                         "the prior is not among those at the start")
        for k in range(len(nodes.nodes)):
            for (after, _, _), outcome in nodes.lessons(k, i).items():
                if nodes.over[after]:
                    continue
                for image in images(nodes, k, i, ranges[k][i], outcome):
                    if not within(image, ranges[after][i]):
                        said = ", ".join(map(shown, image))
                        return Fault(
                            f"{nodes.place(after)}, beliefs about {typed.game.players[i]}",
                            f"({said}) can come about, after {nodes.seen(k, outcome)} in {nodes.place(k)}, and is not "
                            "among them")
    return None


def least_slack(temptation: Temptation, at: Mapping[int, tuple[Belief, ...]]) -> Fraction:
    """The least slack of a deviation on the beliefs about the others with these corners."""
    others = [i for i in at if i != temptation.player]
    return min(slack_at(temptation, dict(zip(others, corners, strict=True)))
               for corners in product(*(at[i] for i in others)))


def slack_at(temptation: Temptation, beliefs: Mapping[int, Belief]) -> Fraction:
    """The slack of a deviation at one belief about each of the others that may be of several types."""
    total = Fraction(0)
    for types, slack in temptation.slack.items():
        weight = Fraction(1)
        for i, belief in beliefs.items():
            if i != temptation.player:
                weight *= belief[types[i]]
        total += weight * slack
    return total
