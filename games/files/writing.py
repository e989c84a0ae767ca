"""Writing files: all of it or nothing, so that a reader sees the old file or the new one and never half of it."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from games.model.stochastic_game import GameError


def write_text(path: str | Path, text: str, *, folders: bool = False) -> Path:
    """Write a text file (UTF-8, line ends as they are) as ``write_bytes`` does."""
    return write_bytes(path, text.encode("utf-8"), folders=folders)


def write_bytes(path: str | Path, content: bytes, *, folders: bool = False) -> Path:
    """Write a file by way of a temporary one in the same folder, and return where it is.

    ``folders``  make the folder if it is not there.  Raises ``GameError`` if the file cannot be written.
    """
    target = Path(path)
    try:
        if folders:
            target.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(content)
            # A temporary file is private to its owner; the finished one gets the permissions of any new file.
            umask = os.umask(0)
            os.umask(umask)
            os.chmod(temporary, 0o666 & ~umask)
            os.replace(temporary, target)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise GameError(f"{target}: cannot be written: {error.strerror or error}") from None
    return target
