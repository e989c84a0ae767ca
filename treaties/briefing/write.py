"""Writing a briefing: from a treaty or its assessment to one HTML file."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from games.files.writing import write_text
from games.numerics.progress import Progress
from treaties.briefing.briefing import Briefing

if TYPE_CHECKING:

    from treaties.assessing.assess import Assessment
    from treaties.model.treaty import Treaty


def render(found: Assessment) -> str:
    """The briefing as one HTML page; no clock, no machine and no outside address in it."""
    # Imported here because drawing takes half a second that a caller who only wants the words should not wait for.
    from treaties.briefing.html import page

    return page(Briefing.of(found))


def write_briefing(found: Assessment, out: str | os.PathLike[str] | None = None) -> Path:
    """Write the briefing of an assessment; see ``brief``."""
    target = Path(out) if out is not None else Path(f"{Path(found.treaty.source_name or 'treaty').stem}.briefing.html")
    return write_text(target, render(found), folders=True)


def brief(
    treaty_or_path: Treaty | str | os.PathLike[str],
    out: str | os.PathLike[str] | None = None,
    progress: Progress | None = None,
    *,
    workers: int = 1,
) -> Path:
    """Assess a treaty and write its briefing as one HTML file, offline and printable; return where it was written.

    ``out`` defaults to ``<stem of the treaty file>.briefing.html`` in the current directory.  The file appears whole
    or not at all.  ``workers`` as in ``assess``.  Raises ``TreatyFileError`` for a file that is not a treaty,
    ``GameError`` if it cannot be written.
    """
    from treaties.assessing.assess import assess
    from treaties.reading.treaty_file import read_treaty

    treaty = read_treaty(Path(treaty_or_path)) if isinstance(treaty_or_path, (str, os.PathLike)) else treaty_or_path
    return write_briefing(assess(treaty, progress=progress, side_payments="options", workers=workers), out)
