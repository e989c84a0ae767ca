"""Questions that other processes answer while this one goes on with its own; none of them outlives it."""

from __future__ import annotations

import ctypes
import gc
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from functools import partial
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from queue import SimpleQueue
from threading import Thread
from typing import Any, Generic, ParamSpec, Self, TypeVar, final

T = TypeVar("T")
P = ParamSpec("P")

PR_SET_PDEATHSIG = 1
"""The request to the Linux kernel for a signal when the parent dies (prctl(2))."""


@final
class Question(Generic[T]):
    """A question that any process may answer, this one too: whoever begins with it first."""

    def __init__(self, ask: Callable[[], T]) -> None:
        self.ask = ask
        self.found: Future[T] = Future()

    def elsewhere(self) -> T | None:
        """What another process found, waited for if it has begun; None if it is to be answered here.

        That is so where none has begun, and then none will; and where one was ended or could not tell.
        """
        if self.found.cancel():
            return None
        try:
            return self.found.result()
        except Exception:
            return None


@final
class Processes:
    """Processes beside this one that answer questions, first asked, first answered; left with, they are ended.

    ``count``  how many; fewer where no more can be started, none at 0.
    ``ask``    what will be asked: it is imported there before a process takes a question, so that what this one can
               answer meanwhile it does.

    They start afresh (spawn): a script that asks for some needs ``if __name__ == "__main__"``.
    """

    def __init__(self, count: int, ask: Callable[..., Any]) -> None:
        self.count = count
        self.needed = ask
        self.asked: SimpleQueue[Question[Any] | None] = SimpleQueue()
        self.running: list[tuple[BaseProcess, Thread]] = []

    def ask(self, question: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> Question[T]:
        """Ask a question; a function of a module, arguments and answer are pickled."""
        asked = Question(partial(question, *arguments, **named))
        self.asked.put(asked)
        return asked

    def __enter__(self) -> Self:
        context = multiprocessing.get_context("spawn")
        with suppress(OSError), _uninterrupted():
            for _ in range(self.count):
                here, there = context.Pipe()
                process = context.Process(target=_answer, args=(there, gc.get_threshold(), self.needed), daemon=True)
                # Started by this thread, not by one that ends sooner: the kernel takes that for the parent's end.
                process.start()
                there.close()
                thread = Thread(target=_hand_over, args=(here, self.asked), daemon=True)
                thread.start()
                self.running.append((process, thread))
        return self

    def __exit__(self, *_: object) -> None:
        for process, _thread in self.running:
            process.kill()
            self.asked.put(None)
        for process, thread in self.running:
            process.join()
            thread.join()


def _hand_over(there: Connection, asked: SimpleQueue[Question[Any] | None]) -> None:
    """Hand questions to one process, one by one, until there are no more or it has ended."""
    with there, suppress(EOFError, OSError):
        there.recv()
        while (question := asked.get()) is not None:
            if not question.found.set_running_or_notify_cancel():
                continue
            try:
                there.send(question.ask)
                question.found.set_result(there.recv())
            except Exception as error:
                question.found.set_exception(error)
                return


def _answer(asking: Connection, thresholds: tuple[int, int, int], _needed: Callable[..., Any]) -> None:
    """What such a process does: answer until it is ended."""
    end_with_parent()
    gc.set_threshold(*thresholds)
    with suppress(EOFError, OSError):
        asking.send(None)
        while True:
            asking.send(_answered(asking.recv()))


def _answered(question: Callable[[], T]) -> T | None:
    """An answer; None where it ends in an error, which is then met again, and told, where the question was asked."""
    try:
        return question()
    except Exception:
        return None


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Processes started here do not hear Ctrl-C, which a terminal tells all at once: the one that began them does."""
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


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
