"""Strongly connected components of a directed graph, downstream first, each in an order good for sweeping.

Source: Tarjan (1972).
"""

from __future__ import annotations

from typing import final
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@final
@dataclass(frozen=True, eq=False)
class Component:
    """States that all reach one another.

    ``states``  Int[k], in the order in which a depth-first search finished them: but for arcs that close a cycle, every
                state comes after its successors, so one sweep carries values backwards through a whole cycle.
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
    finished = [0] * n
    stack: list[int] = []
    found: list[Component] = []
    count = clock = 0
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
            finished[state] = clock
            clock += 1
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
                members.sort(key=finished.__getitem__)
                cyclic = len(members) > 1 or state in arcs[starts[state]:starts[state + 1]]
                found.append(Component(np.array(members, dtype=np.int64), cyclic))
    return tuple(found)
