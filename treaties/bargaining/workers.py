"""Designs judged in several processes, which end with the one that asked; every outcome is handed over at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from itertools import islice

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

    A process gets its next design once the outcome of its last one was taken: whatever ends this process, each of them
    loses one design at most.  Raises ``BrokenProcessPool`` if one of them is ended from outside.
    """
    if workers <= 1 or len(designs) < TOO_FEW:
        yield from enumerate(judge(treaty, *one) for one in zip(designs, evidence, strict=True))
        return
    left = iter(enumerate(zip(designs, evidence, strict=True)))
    workers = min(workers, len(designs))
    with ProcessPoolExecutor(workers, initializer=end_with_parent) as pool:
        try:
            running = {pool.submit(judge, treaty, *one): k for k, one in islice(left, workers)}
            while running:
                for found in wait(running, return_when=FIRST_COMPLETED).done:
                    yield running.pop(found), found.result()
                    running |= {pool.submit(judge, treaty, *one): k for k, one in islice(left, 1)}
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
