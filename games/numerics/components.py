"""Strongly connected components of a directed graph, downstream first, each in an order good for sweeping.

Source: Tarjan (1972).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import final

import numpy as np
from numpy.typing import NDArray

CLOCK_SHARE = 0.8


@final
@dataclass(frozen=True, eq=False)
class Component:
    """States that all reach one another.

    ``states``  Int[k], ordered backwards along the clock: as far as can be, every state comes after its successors, so
                one sweep carries values backwards through a whole cycle.
    ``cyclic``  whether the component contains a cycle (a single state may lack one).
    """

    states: NDArray[np.int64]
    cyclic: bool


def components(
    pointer: NDArray[np.integer], successor: NDArray[np.integer], root: int = 0
) -> tuple[Component, ...]:
    """Components of the graph whose arcs from s go to ``successor[pointer[s]:pointer[s + 1]]``, sinks first.

    The search starts at ``root``, then at every state not yet seen.

    >>> [c.states.tolist() for c in components(np.array([0, 1, 3, 3]), np.array([1, 0, 2]))]
    [[2], [1, 0]]
    """
    starts = pointer.tolist()
    arcs = successor.tolist()
    n = len(starts) - 1
    index = [-1] * n
    low = [0] * n
    on_stack = [False] * n
    stack: list[int] = []
    found: list[Component] = []
    count = 0
    for first in [root, *range(n)]:
        if index[first] >= 0:
            continue
        work = [(first, starts[first])]
        index[first] = low[first] = count
        count += 1
        stack.append(first)
        on_stack[first] = True
        while work:
            state, position = work.pop()
            if position < starts[state + 1]:
                work.append((state, position + 1))
                after = arcs[position]
                if index[after] < 0:
                    index[after] = low[after] = count
                    count += 1
                    stack.append(after)
                    on_stack[after] = True
                    work.append((after, starts[after]))
                elif on_stack[after]:
                    low[state] = min(low[state], index[after])
                continue
            if work:
                parent = work[-1][0]
                low[parent] = min(low[parent], low[state])
            if low[state] == index[state]:
                members = []
                while True:
                    member = stack.pop()
                    on_stack[member] = False
                    members.append(member)
                    if member == state:
                        break
                cyclic = len(members) > 1 or state in arcs[starts[state] : starts[state + 1]]
                found.append(Component(_backwards(members[::-1], starts, arcs), cyclic))
    return tuple(found)


def _backwards(members: list[int], starts: list[int], arcs: list[int]) -> NDArray[np.int64]:
    """The members from last to first on the component's clock, as seen from its first member.

    States are ranked by their distance from the first member.  Where nearly all arcs that lead back shorten the
    distance by multiples of one period less a step, the clock goes round in that period and ranks are taken modulo it.
    """
    level = dict.fromkeys(members, -1)
    level[members[0]] = 0
    queue = [members[0]]
    for state in queue:
        for after in arcs[starts[state] : starts[state + 1]]:
            if level.get(after, 0) < 0:
                level[after] = level[state] + 1
                queue.append(after)
    back = Counter(
        level[state] + 1 - level[after]
        for state in members
        for after in arcs[starts[state] : starts[state + 1]]
        if after in level and after != state and level[after] <= level[state]
    )
    total = sum(back.values())
    period = max(
        (p for p in back if p > 1 and sum(k for d, k in back.items() if d % p == 0) >= CLOCK_SHARE * total),
        default=len(members),
    )
    return np.array(sorted(queue, key=lambda s: -(level[s] % period)), dtype=np.int64)
