"""Standard output and error that cannot change a command's answer: a reader that has gone, a full disk, none at all."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TextIO, final


@contextmanager
def lasting_streams() -> Iterator[None]:
    """Within it, what cannot be written to standard output or error is dropped, and the exit status is as without.

    On standard output that is said once on standard error, unless its reader has gone and wants no more.
    """
    _fill_descriptors()
    before = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = (_Lasting(stream, name) for stream, name in zip(before, ("output", ""), strict=True))
    try:
        yield
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        sys.stdout, sys.stderr = before


def _fill_descriptors() -> None:
    """Give closed standard descriptors to nothing, so that no file that is opened later takes their place."""
    while (descriptor := os.open(os.devnull, os.O_RDWR)) <= 2:
        pass
    os.close(descriptor)


def _nowhere() -> TextIO:
    return os.fdopen(os.open(os.devnull, os.O_WRONLY), "w")


@final
class _Lasting:
    """A text stream whose first failure is its last; ``name`` says what cannot be written, empty for silence."""

    def __init__(self, stream: TextIO | None, name: str) -> None:
        self._stream = _nowhere() if stream is None else stream
        self._name = name

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        """Write if that is still possible."""
        try:
            return self._stream.write(text)
        except OSError as error:
            self._give_up(error)
            return len(text)

    def flush(self) -> None:
        """Flush if that is still possible."""
        try:
            self._stream.flush()
        except OSError as error:
            self._give_up(error)

    def _give_up(self, error: OSError) -> None:
        """Send what is still in the stream's buffer, and all that follows, to nowhere."""
        try:
            with _nowhere() as nowhere:
                os.dup2(nowhere.fileno(), self._stream.fileno())
        except OSError:
            self._stream = _nowhere()
        if self._name and error.errno != errno.EPIPE:
            print(f"servanda: standard {self._name} cannot be written: {error.strerror}", file=sys.stderr)
