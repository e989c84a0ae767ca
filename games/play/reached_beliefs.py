"""The beliefs that play and deviations lead to from the prior: the least closed interval at every node.

Ends that move again and again tend to a limit that is never reached, and may be irrational; such ends are rounded
outward, in the end to 0 or 1, until the intervals hold all that follows from them.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from fractions import Fraction
from math import ceil, floor

from games.certificates.typed.belief_nodes import BeliefNodes
from games.certificates.typed.belief_ranges import images
from games.certificates.typed.learning import Belief

GRIDS = ((24, None), (60, 2**40), (120, 2**16))
"""Until an end has moved so often it is kept exactly, or rounded outward to this grid; later it becomes 0 or 1."""


def reached_intervals(nodes: BeliefNodes, player: int) -> tuple[tuple[Belief, ...], ...]:
    """Per node the ends of the beliefs about a player with two types; nodes where play rests have the prior.

    Raises ``ValueError`` unless there are two types.
    """
    if len(nodes.typed.types[player]) != 2:
        raise ValueError(f"{nodes.typed.game.players[player]} has {len(nodes.typed.types[player])} types, an interval "
                         "needs two")
    prior = nodes.typed.prior[player]
    ends: list[tuple[Fraction, Fraction] | None] = [None] * len(nodes.nodes)
    ends[0] = (prior[0], prior[0])
    moved, waiting = [0] * len(nodes.nodes), deque([0])
    queued = {0}
    while waiting:
        k = waiting.popleft()
        queued.discard(k)
        here = ends[k]
        assert here is not None
        corners = [(b, 1 - b) for b in sorted(set(here))]
        for (after, _, _), outcome in nodes.lessons(k, player).items():
            if nodes.over[after]:
                continue
            found = [b[0] for b in images(nodes, k, player, corners, outcome)]
            old, new = ends[after], (min(found), max(found))
            if old is not None:
                new = min(old[0], new[0]), max(old[1], new[1])
            if new == old:
                continue
            moved[after] += 1
            low, high = new
            ends[after] = (low if old is not None and low == old[0] else _outward(low, moved[after], floor),
                           high if old is not None and high == old[1] else _outward(high, moved[after], ceil))
            if after not in queued:
                queued.add(after)
                waiting.append(after)
    return tuple(
        tuple((b, 1 - b) for b in sorted(set(pair), reverse=True)) if pair is not None else (prior,) for pair in ends)


def _outward(end: Fraction, moved: int, to: Callable[[Fraction], int]) -> Fraction:
    """An end as it is kept after it has moved so often."""
    for until, grid in GRIDS:
        if moved <= until:
            return end if grid is None else Fraction(to(end * grid), grid)
    return Fraction(to(end))
