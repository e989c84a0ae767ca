"""The verdict of a draft after each change: computed at once, then proved in another process.

One thread computes, one has proofs looked for; both leave a revision as soon as there is a newer one.  Where both have
spoken, the proof counts, and says so if the computed verdict was another.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from functools import partial
from threading import Condition, Thread
from typing import final

from treaties.effects import CompilationError
from treaties.model.treaty import Treaty
from treaties.studio import verdict as told
from treaties.studio.proving import Proof
from treaties.studio.quick import QuickJudge
from treaties.studio.verdict import PartyWorth, State, Verdict

__all__ = ["JudgeService", "PartyWorth", "State", "Verdict", "computed"]

FIRST_LOOK = 2.0
"""Seconds after which a proof is begun even if nothing has been computed yet."""
QUIET = 2.0
"""Seconds without a change after which a text is compiled with its numbers open, for the changes to come."""
LISTEN = 0.1
"""Seconds after which whoever waits for a proof looks whether there is a newer revision."""


def computed(treaty: Treaty, revision: int = 0, judge: QuickJudge | None = None) -> Verdict:
    """The computed verdict of a text; of one that is no game, why."""
    began = time.monotonic()
    try:
        look = (judge or QuickJudge()).judge(treaty)
    except CompilationError as error:
        return told.failed(revision, str(error).splitlines()[0])
    found = told.failed(revision, look.problem or "these numbers do not go together") \
        if look.outcome.verdict == "no treaty" else told.computed(revision, treaty, look)  # fmt: skip
    return replace(found, seconds=time.monotonic() - began)


@final
@dataclass(frozen=True)
class _Task:
    """A revision to be judged."""

    revision: int
    treaty: Treaty
    began: float


@final
class JudgeService:
    """Judges one revision after another; only the newest counts, and a newer one cancels the proof of an older.

    ``prove``  whether to have proofs looked for.  Used with ``with``; what it started is ended when it is left.
    """

    def __init__(self, *, prove: bool = True) -> None:
        self._changed = Condition()
        self._newest: _Task | None = None
        self._verdict: Verdict | None = None
        self._closed = False
        self._quick = QuickJudge()
        self._threads = [Thread(target=self._compute, daemon=True)]
        if prove:
            self._threads.append(Thread(target=self._prove, daemon=True))
        for thread in self._threads:
            thread.start()

    def submit(self, revision: int, treaty: Treaty | None) -> None:
        """Begin to judge a revision; None: the text has faults.  Returns at once."""
        with self._changed:
            self._verdict = told.failed(revision, told.NO_TREATY) if treaty is None else Verdict(revision, "pending")
            self._newest = None if treaty is None else _Task(revision, treaty, time.monotonic())
            self._changed.notify_all()

    def verdict(self, revision: int, wait: float = 0.0, *, proved: bool = False) -> Verdict:
        """What is known of a revision, after ``wait`` seconds at most.

        Waits for the computed verdict (``proved``: for the proof); of a revision that is not the newest: "pending".
        """
        enough = ("proved", "failed") if proved else ("computed", "proved", "failed")

        def known() -> bool:
            found = self._verdict
            return self._closed or found is None or found.revision != revision or found.state in enough

        with self._changed:
            self._changed.wait_for(known, max(wait, 0.0))
            found = self._verdict
        return found if found is not None and found.revision == revision else Verdict(revision, "pending")

    def close(self) -> None:
        """End what is running."""
        with self._changed:
            self._closed = True
            self._newest = None
            self._changed.notify_all()
        for thread in self._threads[1:]:  # a computation in this process ends by itself
            thread.join()

    def __enter__(self) -> JudgeService:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # -- the two threads ----------------------------------------------------------------------------------------------

    def _compute(self) -> None:
        done: _Task | None = None
        while (task := self._next_after(done)) is not None:
            found = computed(task.treaty, task.revision, self._quick)
            self._publish(task, found)
            done = task
            if self._quiet(task) and not self._quick.covers(task.treaty):
                self._quick.prepare(task.treaty, partial(self._is_newest, task))
                if found.verdict == "undecided" and self._quick.covers(task.treaty):
                    # Screens for signals can be asked of what is compiled with open numbers only.
                    self._publish(task, computed(task.treaty, task.revision, self._quick))

    def _prove(self) -> None:
        done: _Task | None = None
        while (task := self._next_after(done)) is not None:
            done = task
            with self._changed:
                self._changed.wait_for(partial(self._looked_at, task), FIRST_LOOK)
                if not self._is_newest(task) or self._state() == "failed":
                    continue
            self._publish_proof(task)

    def _publish_proof(self, task: _Task) -> None:
        """Have a proof looked for until it is found or there is a newer revision."""
        proof = Proof(task.revision, task.treaty)
        try:
            while self._is_newest(task):
                found = proof.answer(LISTEN)
                if found is not None:
                    self._publish(task, found)
                    return
        except RuntimeError as error:
            with self._changed:
                if self._is_newest(task) and self._verdict is not None and self._verdict.state == "computed":
                    self._verdict = replace(self._verdict, note=str(error))
                    self._changed.notify_all()
        finally:
            proof.end()

    def _next_after(self, done: _Task | None) -> _Task | None:
        """The newest revision, waited for until it is another one; None when this is closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or (self._newest is not None and self._newest is not done))
            return None if self._closed else self._newest

    def _quiet(self, task: _Task) -> bool:
        """Whether nothing is changed for a while."""
        with self._changed:
            self._changed.wait_for(lambda: not self._is_newest(task), QUIET)
            return self._is_newest(task)

    def _looked_at(self, task: _Task) -> bool:
        """Whether something is known of a revision, or there is a newer one."""
        return not self._is_newest(task) or self._state() != "pending"

    def _is_newest(self, task: _Task) -> bool:
        return self._newest is task

    def _state(self) -> State:
        return "pending" if self._verdict is None else self._verdict.state

    def _publish(self, task: _Task, found: Verdict) -> None:
        """Tell what was found of a revision, unless there is a newer one, or its proof is told already."""
        with self._changed:
            before = self._verdict
            if not self._is_newest(task) or before is None or before.state == "proved":
                return
            differs = told.differing(before, found) if found.state == "proved" else ""
            self._verdict = replace(found, seconds=time.monotonic() - task.began, differs=differs)
            self._changed.notify_all()
