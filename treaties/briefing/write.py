"""Writing a briefing: from a treaty or its assessment to one HTML file, a PDF, or tables."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from games.files.writing import write_bytes, write_text
from games.numerics.progress import Progress, part
from treaties.briefing.briefing import Briefing

if TYPE_CHECKING:
    from treaties.advising.advice import Advice
    from treaties.assessing.assess import Assessment
    from treaties.model.treaty import Treaty

ASSESSING = 0.5
"""About such a share of the time that a briefing takes goes into the assessment, the rest into advice."""


def render(found: Assessment, advice: Advice | None = None) -> str:
    """The briefing as one HTML page; no clock, no machine and no outside address in it.

    ``advice``  what else readers ask of the same treaty (``advise``); None leaves it out.
    """
    # Imported here because drawing takes half a second that a caller who only wants the words should not wait for.
    from treaties.briefing.html import page

    return page(Briefing.of(found, advice))


def write_briefing(
    found: Assessment, out: str | os.PathLike[str] | None = None, advice: Advice | None = None
) -> Path:
    """Write the briefing of an assessment; see ``brief``."""
    target = Path(out) if out is not None else Path(f"{Path(found.treaty.source_name or 'treaty').stem}.briefing.html")
    return write_text(target, render(found, advice), folders=True)


def write_pdf(found: Assessment, out: Path, advice: Advice | None = None) -> Path:
    """Write the briefing as a PDF; raises ``GameError`` if typst is not installed or the file cannot be written."""
    from treaties.briefing.pdf import pdf

    return write_bytes(out, pdf(Briefing.of(found, advice)))


def write_tables(found: Assessment, folder: Path, advice: Advice | None = None) -> list[Path]:
    """Write the tables of a briefing as CSV and LaTeX, its figures as SVG; the folder is made if need be."""
    from treaties.briefing.drawings import alone, drawings
    from treaties.briefing.tables import tables

    briefing = Briefing.of(found, advice)
    written = []
    for name, table in tables(briefing).items():
        written.append(write_text(folder / f"{name}.csv", table.as_csv(), folders=True))
        written.append(write_text(folder / f"{name}.tex", table.as_latex(), folders=True))
    drawn = {name: svg for name, svg in drawings(briefing).items() if svg}
    return written + [write_text(folder / f"{name}.svg", alone(svg), folders=True) for name, svg in drawn.items()]


def brief(
    treaty_or_path: Treaty | str | os.PathLike[str],
    out: str | os.PathLike[str] | None = None,
    progress: Progress | None = None,
    *,
    worlds: int = 200,
    seed: int = 0,
    workers: int = 1,
) -> Path:
    """Assess a treaty and write its briefing as one HTML file, offline and printable; return where it was written.

    ``out`` defaults to ``<stem of the treaty file>.briefing.html`` in the current directory.  The file appears whole
    or not at all.  ``worlds`` to draw from the ranges of its numbers by ``seed``, 0 for none; ``workers`` as in
    ``assess``.  Raises ``TreatyFileError`` for a file that is not a treaty, ``GameError`` if it cannot be written.
    """
    from treaties.advising.advice import advise
    from treaties.assessing.assess import assess
    from treaties.reading.treaty_file import read_treaty

    treaty = read_treaty(Path(treaty_or_path)) if isinstance(treaty_or_path, (str, os.PathLike)) else treaty_or_path
    said = progress or (lambda what, share: None)
    found = assess(treaty, progress=part(said, 0.0, ASSESSING), side_payments="options", workers=workers)
    told = advise(treaty, found, worlds=worlds, seed=seed, workers=workers, progress=part(said, ASSESSING, 1.0))
    return write_briefing(found, out, told)
