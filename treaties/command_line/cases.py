"""``servanda cases``: real treaties, what the texts and the model foretell, and what happened."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import Annotated

import typer

from games.command_line.options import AsJson, ShowProgress
from games.command_line.progress import progress_line
from games.command_line.terminal import REFUSED, fail, say_json, say_lines, tell
from treaties.command_line.world_options import Seed, Workers

EXAMPLE = "Example: servanda cases jcpoa_2015 --worlds 0"
MOST_WORLDS = 100_000
MOST_DRAWS = 10_000
MOST_WORKERS = 4
"""More processes are not used unasked: each takes memory."""


def cases_command(
    case: Annotated[
        list[str] | None,
        typer.Argument(metavar="[CASE]...", help="Only these, and all about each: jcpoa_2015.", show_default=False),
    ] = None,
    worlds: Annotated[
        int,
        typer.Option(
            min=0, max=MOST_WORLDS, help="Worlds to draw from the ranges of each; 0: only what needs no payoffs."
        ),
    ] = 200,
    seed: Seed = 0,
    placebo: Annotated[
        int, typer.Option(min=0, max=MOST_DRAWS, metavar="K", help="Draws of payoffs that know nothing of the case.")
    ] = 10,
    folder: Annotated[
        Path | None, typer.Option(metavar="DIR", help="The folder of cases; the default is the program's own.")
    ] = None,
    workers: Workers = None,
    latex: Annotated[bool, typer.Option("--latex", help="Only the table, as LaTeX.")] = False,
    json: AsJson = False,
    show_progress: ShowProgress = False,
) -> None:
    """Real treaties: what their texts and the model foretell, and what happened.

    First what needs no payoffs: clocks, votes, lists and notices against the dates on record.  Then the model over all
    its ranges, beside placebos: the same clauses with payoffs drawn from those of all cases, or taken from another.
    """
    if latex and json:
        fail("--latex and --json are two forms of one answer; ask for one of them")
    with progress_line("judging worlds of cases" if worlds else "reading", show_progress) as progress:
        from treaties.history.cases import CASES, case_names, states_facts, told_cases
        from treaties.model.names import nearest
        from treaties.reading.treaty_file import read_treaty

        place = folder or CASES
        if not place.is_dir():
            fail(f"--folder {place}: is no folder; name one that holds treaty files")
        files = case_names(place)
        for name in case or ():
            if name not in files:
                fail(f"there is no case {name!r}; {nearest(Path(name).stem, files)}servanda cases tells all of {place}")
        known = [name for name, path in files.items() if states_facts(path)]
        wanted = dict.fromkeys([*(case or known), *(known if worlds and placebo else ())])
        read = {name: read_treaty(files[name]) for name in wanted}
        chosen = {name: read[name] for name in dict.fromkeys(case or known)}
        if not chosen:
            fail(f"no file of {place} states facts about a real treaty; add [facts], or name another --folder")
        try:
            found = told_cases(
                chosen,
                worlds=worlds,
                seed=seed,
                draws=placebo,
                among=[one for name, one in read.items() if name in known],
                workers=workers or min(os.cpu_count() or 1, MOST_WORKERS),
                progress=progress,
            )
        except ValueError as error:
            fail(str(error))
    document = found.to_json()
    if json:
        say_json(document | {"seconds_cpu": found.seconds_cpu})
    elif latex:
        from games.tables.latex import tabular
        from treaties.history.words import COLUMNS, rows

        say_lines(tabular(COLUMNS, rows(document)).split("\n"))
    else:
        from treaties.history.words import summary, wrapped

        lines = summary(document, tuple(case or ()))
        say_lines(wrapped(lines, shutil.get_terminal_size().columns) if sys.stdout.isatty() else lines)
    refused = [line for one in found.cases for line in one.refused]
    for line in refused:
        tell(f"exact arithmetic refuses: {line}; the rows of its block are void and not counted")
    if refused:
        raise typer.Exit(REFUSED)
