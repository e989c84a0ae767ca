"""The full proof of a text in a process of its own, which is ended when nobody wants its answer any more."""

from __future__ import annotations

import multiprocessing
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import final

from games.numerics.processes import end_with_parent
from treaties.assessing.assess import assess
from treaties.effects import CompilationError
from treaties.model.treaty import Treaty
from treaties.studio.verdict import Verdict, failed, proved

HERE = __name__
NO_ANSWER = "the proof ended without an answer; the computed verdict is all there is"


def prove(revision: int, treaty: Treaty) -> Verdict:
    """The verdict of a text with its proof, as ``servanda check`` finds it; options are not asked for."""
    try:
        return proved(revision, assess(treaty, variants=False, region=False))
    except CompilationError as error:
        return failed(revision, str(error).splitlines()[0])


@final
class Proof:
    """A proof that another process looks for.

    Where the system can, processes come from one that has loaded everything once: each then begins at once.
    """

    def __init__(self, revision: int, treaty: Treaty) -> None:
        self.revision = revision
        self._here, there = multiprocessing.Pipe(duplex=False)
        self._process = _process(there, revision, treaty)
        self._process.start()
        there.close()

    def answer(self, seconds: float) -> Verdict | None:
        """What was found, waited for so long; None if nothing is known by then.

        Raises ``RuntimeError`` if the process ended without an answer.
        """
        if not wait([self._here], seconds):
            return None
        try:
            found: Verdict = self._here.recv()
        except (EOFError, OSError):
            raise RuntimeError(NO_ANSWER) from None
        return found

    def end(self) -> None:
        """End it, whether it has answered or not."""
        self._process.kill()
        self._process.join()
        self._here.close()


def _process(there: Connection, revision: int, treaty: Treaty) -> BaseProcess:
    arguments = (there, revision, treaty)
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn").Process(target=_tell, args=arguments, daemon=True)
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([HERE])
    return context.Process(target=_tell, args=arguments, daemon=True)


def _tell(there: Connection, revision: int, treaty: Treaty) -> None:
    """What the process does."""
    end_with_parent()
    there.send(prove(revision, treaty))
