"""Designs judged in several processes, which end with the one that asked; every outcome is handed over at once."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait

from games.numerics.processes import end_with_parent
from treaties.bargaining.designs import Design, DesignOutcome, judge
from treaties.model.treaty import Treaty

TOO_FEW = 4
"""Fewer designs than this are judged in the process that asks: others would take longer to start."""


def judge_all(
    treaty: Treaty, designs: Sequence[Design], workers: int, evidence: Sequence[str]
) -> Iterator[tuple[int, DesignOutcome]]:
    """Number and outcome of each design, in the order in which they are found, by so many processes (1: this one).

    ``evidence``  of an earlier run, per design; see ``judge``.

    Designs of a family follow upon one another in one process, as a rule, so that it compiles them together.

    A process gets its next design once the outcome of its last one was taken: whatever ends this process, each of them
    loses one design at most.  Raises ``BrokenProcessPool`` if one of them is ended from outside.
    """
    left = _by_family(designs)
    if workers <= 1 or len(designs) < TOO_FEW:
        yield from ((k, judge(treaty, designs[k], evidence[k])) for family in left for k in family)
        return
    workers = min(workers, len(designs))
    # A process that is done waits for the design that is handed out next: the rest of the family is its own.
    hands: list[deque[int]] = [deque() for _ in range(workers)]
    with ProcessPoolExecutor(workers, initializer=end_with_parent) as pool:

        def given(hand: int) -> dict[Future[DesignOutcome], tuple[int, int]]:
            mine = hands[hand] or (left.popleft() if left else max(hands, key=len))
            hands[hand] = mine
            if not mine:
                return {}
            k = mine.popleft()
            return {pool.submit(judge, treaty, designs[k], evidence[k]): (hand, k)}

        try:
            running = {future: place for hand in range(workers) for future, place in given(hand).items()}
            while running:
                for found in wait(running, return_when=FIRST_COMPLETED).done:
                    hand, k = running.pop(found)
                    yield k, found.result()
                    running |= given(hand)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _by_family(designs: Sequence[Design]) -> deque[deque[int]]:
    """Numbers of the designs, those of a family together, families in the order of their first design."""
    found: dict[tuple[str, int], deque[int]] = {}
    for k, design in enumerate(designs):
        found.setdefault((design.family, -1 if design.family else k), deque()).append(k)
    return deque(found.values())
