"""Writing files: all of it or nothing, so that a reader sees the old file or the new one and never half of it."""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path

from games.files.reading import path_of
from games.model.stochastic_game import GameError


def write_text(path: str | Path, text: str, *, folders: bool = False, mode: int | None = None) -> Path:
    """Write a text file (UTF-8, line ends as they are) as ``write_bytes`` does."""
    return write_bytes(path, text.encode("utf-8"), folders=folders, mode=mode)


def write_bytes(path: str | Path, content: bytes, *, folders: bool = False, mode: int | None = None) -> Path:
    """Write a file by way of a temporary one in the same folder, and return where it is.

    ``folders``  make the folder if it is not there.  A symbolic link stays, and the file that it leads to is written.
    ``mode``     permissions of a new file; None: those of any new file.  A file that is replaced keeps its own.
    Raises ``GameError`` if the file cannot be written, or if what is there is no regular file.
    """
    target = path_of(path)
    there = replaceable(target)
    real = Path(os.path.realpath(target))
    try:
        if folders:
            real.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=real.parent, prefix=f".{real.name}.")
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(content)
            # A temporary file is private to its owner; the finished one is what the old one was, or any new one is.
            if there:
                mode = stat.S_IMODE(os.stat(real).st_mode)
            if mode is None:
                umask = os.umask(0)
                os.umask(umask)
                mode = 0o666 & ~umask
            os.chmod(temporary, mode)
            os.replace(temporary, real)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise GameError(f"{target}: cannot be written: {error.strerror or error}") from None
    return target


def replaceable(path: str | Path) -> bool:
    """Whether a regular file is there, that a new one may replace; False if nothing is.

    Raises ``GameError`` if it is anything else: a folder, a device, a pipe, a socket, or a link to one.
    """
    try:
        mode = os.stat(path).st_mode
    except FileNotFoundError:
        return False
    except (OSError, ValueError) as error:
        raise GameError(f"{path}: cannot be written: {getattr(error, 'strerror', None) or error}") from None
    if stat.S_ISREG(mode):
        return True
    what = next((name for test, name in _KINDS if test(mode)), "no regular file")
    raise GameError(f"{path}: this is {what}, which output does not replace; give the name of a file")


_KINDS = (
    (stat.S_ISDIR, "a folder"), (stat.S_ISCHR, "a device"), (stat.S_ISBLK, "a device"), (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
)
