"""Designs judged in several processes, which end with the one that asked; every outcome is handed over at once."""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from itertools import islice
from threading import Thread

from treaties.bargaining.designs import Design, DesignOutcome, judge
from treaties.model.treaty import Treaty

PR_SET_PDEATHSIG = 1
"""The request to the Linux kernel for a signal when the parent dies (prctl(2))."""
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


def end_with_parent() -> None:
    """Let this process end when its parent does, also when that is killed and can tell nobody.

    The kernel sees to it where it can, at once and whatever runs here; elsewhere, and for a parent that has died
    already, a thread waits for the parent's end.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    Thread(target=_outlive_nobody, daemon=True).start()


def _outlive_nobody() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
