"""``servanda fix``: what is the smallest change of one term that makes a treaty hold, or breaks it?"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Annotated

import typer

from games.command_line.options import AsJson, ShowProgress
from games.command_line.progress import progress_line
from games.command_line.terminal import fail, say_json, say_lines

EXAMPLE = "Example: servanda fix treaties/cases/procurement.toml"


def fix_command(
    treaty: Annotated[
        Path, typer.Argument(metavar="TREATY.toml", help="A treaty file (servanda-treaty/1).", show_default=False)
    ],
    term: Annotated[
        list[str] | None,
        typer.Option(
            metavar="PATH",
            help="Move this term alone, for instance remedy.amount; again for others.",
            show_default=False,
        ),
    ] = None,
    margin: Annotated[
        float, typer.Option(min=0, help="What compliance is to withstand on top, in payoff units once.")
    ] = 0.0,
    facts: Annotated[
        bool,
        typer.Option("--facts", help="Also move what no text can set: patience, payoffs, events, the environment."),
    ] = False,
    json: AsJson = False,
    show_progress: ShowProgress = False,
) -> None:
    """What is the smallest change of one term that makes full compliance hold?

    Of a treaty that holds: how far can each term be moved before it breaks?  The range of each term is scanned, the
    flip nearest to the text is bisected, and both its sides are proved.
    """
    if not math.isfinite(margin):
        fail(f"--margin {margin}: is no amount; write 0.5, say")
    with progress_line("moving terms", show_progress) as progress:
        from treaties.reading.treaty_file import read_treaty

        document = read_treaty(treaty)
        from treaties.sweeping.fixing import fix

        try:
            found = fix(document, terms=tuple(term or ()), margin=margin, facts=facts, progress=progress)
        except ValueError as error:
            fail(f"{treaty}: {error}")
    if json:
        say_json(found.to_json())
    else:
        from treaties.sweeping.fix_telling import summary

        say_lines(summary(found))
