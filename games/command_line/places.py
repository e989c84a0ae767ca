"""Where commands write: seen to before any work is done, which may take minutes."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from games.command_line.terminal import fail


def insist_on_places(
    read: Iterable[str | Path | None], written: Mapping[str, Path | None], *, folders: bool = False
) -> None:
    """Every output has a place of its own, which is there to be written and is not what the command reads.

    ``read``     files that the command reads; what is no name of a file (a profile, None) is passed over.
    ``written``  places by the option that names them.
    ``folders``  folders that are not there will be made.
    Ends the command with exit code 2, or raises ``GameError`` as ``replaceable`` does.
    """
    from games.files.writing import replaceable

    taken = {_real(path): "this command reads that file" for path in read if path is not None}
    for option, place in written.items():
        if place is None:
            continue
        replaceable(place)
        real = _real(place)
        if real in taken:
            fail(f"{option} {place}: {taken[real]}, and would replace it; give another name")
        if not folders and not os.path.isdir(os.path.dirname(real)):
            fail(f"{option} {place}: cannot be written: there is no folder {place.parent}; make it, or name another")
        taken[real] = f"{option} is written there too"


def _real(path: str | Path) -> str:
    try:
        return os.path.realpath(path)
    except (OSError, ValueError):
        return str(path)
