"""``servanda play``: a page on which a class drafts, predicts and lives through a treaty."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from games.command_line.options import AsJson, ShowProgress
from games.command_line.places import insist_on_places
from games.command_line.progress import progress_line
from games.command_line.terminal import fail, say_json, tell

MOST_DESIGNS = 1024
"""The codes that students hand in name no more."""
EXAMPLE = "Example: servanda play treaties/cases/procurement.toml --out lesson.html"


def play_command(
    treaty: Annotated[
        Path, typer.Argument(metavar="TREATY.toml", help="A treaty file (servanda-treaty/1).", show_default=False)
    ],
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="The page; the default is <treaty>.play.html in this folder."),
    ] = None,
    designs: Annotated[
        int, typer.Option(min=2, max=MOST_DESIGNS, help="How many designs the page has at most.")
    ] = 1000,
    proved: Annotated[
        int | None,
        typer.Option(
            min=0, help="How many designs are proved at most, the others being computed; by default as many as can be "
            "in some minutes.", show_default=False,
        ),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Which part of a larger grid is taken.")] = 0,
    workers: Annotated[
        int | None,
        typer.Option(min=1, max=256, help="Processes to use; the default is one per core.", show_default=False),
    ] = None,
    json: AsJson = False,
    show_progress: ShowProgress = False,
) -> None:
    """Write a page that a class plays: draft, predict, live through it, see the verdict, amend once.

    One file that works offline.  All designs that the file opens are judged in advance: terms with design = { ... },
    terms that variants change, or, without any, numbers of clauses.  Open the file with #class behind its
    name for the teacher's view.
    """
    target = out or Path(f"{treaty.stem}.play.html")
    if not target.name:
        fail(f"--out {str(out)!r}: this names a folder; name a file, for instance {treaty.stem}.play.html")
    insist_on_places((treaty,), {"--out": target}, folders=True)
    with progress_line("judging designs", show_progress) as progress:
        from treaties.reading.treaty_file import read_treaty

        document = read_treaty(treaty)
        from treaties.playing.play import play

        try:
            data = play(
                document, designs=designs, seed=seed, proofs=proved, workers=workers or os.cpu_count() or 1,
                progress=progress,
            )  # fmt: skip
        except ValueError as error:
            fail(f"{treaty}: {error}")
    if json:
        say_json(data)
        return
    from treaties.playing.page import write_play_page

    for note in data["notes"]:
        tell(note)
    page = write_play_page(data, target)
    tell(f"wrote {page}, {page.stat().st_size / 1000:,.0f} KB")
