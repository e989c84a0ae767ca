"""``servanda sweep``: in how many of the worlds that its ranges allow is a treaty kept?"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from games.command_line.options import AsJson, ShowProgress
from games.command_line.places import insist_on_places
from games.command_line.progress import progress_line
from games.command_line.terminal import BAD_INPUT, REFUSED, fail, say_json, say_lines, tell
from treaties.command_line.world_options import Scheduler, Seed, Spread, Uniform, Workers, Worlds, seconds, share

if TYPE_CHECKING:
    from treaties.sweeping.plan import SweepPlan

EXAMPLE = "Example: servanda sweep treaties/cases/aurora.toml --worlds 1000 --seed 1"
MOST_DESIGNS = 10_000


def sweep_command(
    treaty: Annotated[
        Path | None,
        typer.Argument(metavar="TREATY.toml", help="A treaty file (servanda-treaty/1).", show_default=False),
    ] = None,
    worlds: Worlds = 1000,
    seed: Seed = 0,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="The Parquet file; the default is <treaty>.sweep.parquet in this folder."),
    ] = None,
    designs: Annotated[
        int | None,
        typer.Option(
            min=1,
            max=MOST_DESIGNS,
            show_default=False,
            help="Judge so many designs of the grid that the file's design entries open, not its variants.",
        ),
    ] = None,
    sampling: Annotated[
        Literal["latin", "sobol", "independent"],
        typer.Option(help="Latin hypercube, scrambled Sobol nets (8 scrambles), or independent draws."),
    ] = "latin",
    uniform: Uniform = False,
    spread: Spread = None,
    rate: Annotated[
        float, typer.Option(min=0, max=1, help="Share of the answers that are proved in exact arithmetic.")
    ] = 0.005,
    workers: Workers = None,
    scheduler: Scheduler = None,
    budget: Annotated[
        str | None,
        typer.Option(metavar="10m", help="Begin nothing new after this time (s, m or h).", show_default=False),
    ] = None,
    prove: Annotated[
        tuple[Path, int] | None,
        typer.Option(metavar="FILE ROW", help="Prove one row of a sweep again (from 0).", show_default=False),
    ] = None,
    plot: Annotated[
        Path | None,
        typer.Option(
            metavar="OUT.svg",
            help="Draw in how many worlds each design holds, and what matters (.svg, .png or .pdf).",
            show_default=False,
        ),
    ] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Judge everything anew.")] = False,
    json: AsJson = False,
    show_progress: ShowProgress = False,
) -> None:
    """In how many of the worlds that its ranges allow is a treaty kept?

    Every number with a range is drawn, independently of the others; the text and its variants are judged in the same
    worlds.  Every answer is a row of a Parquet file.  A run that was ended goes on where it was: ask again in the same
    words.
    """
    if prove is not None:
        if treaty is not None or out is not None or plot is not None:
            fail("--prove takes a sweep's own file and a row of it; leave out the treaty and other files")
        _prove(*prove, json)
        return
    if treaty is None:
        fail(f"names no treaty; write for instance {EXAMPLE.removeprefix('Example: ')}")
    if plot is not None and plot.suffix not in (".svg", ".png", ".pdf"):
        fail(f"--plot {plot}: the name must end in .svg, .png or .pdf")
    with progress_line("judging worlds", show_progress) as progress:
        from treaties.reading.treaty_file import read_treaty

        document = read_treaty(treaty)
        from treaties.bargaining.designs import from_grid, grid_size
        from treaties.sweeping.plan import sweep_plan
        from treaties.sweeping.sweep import run_sweep

        target = out or Path(f"{treaty.stem}.sweep.parquet")
        insist_on_places((treaty,), {"--out": target}, folders=True)
        insist_on_places((treaty, target), {"--plot": plot})
        if designs is not None and grid_size(document) == 1:
            fail(
                f"{treaty} opens no term to a design search; add design = {{ ... }} to a clause, or leave out --designs"
            )
        try:
            planned: SweepPlan = sweep_plan(
                document,
                worlds,
                seed=seed,
                sampling=sampling,
                shape="uniform" if uniform else "triangular",
                designs=None if designs is None else from_grid(document, designs),
                spread=share(spread),
                rate=rate,
            )
        except ValueError as error:
            fail(str(error))
        found = run_sweep(
            planned,
            target,
            workers=workers or os.cpu_count() or 1,
            scheduler=scheduler,
            budget=seconds(budget),
            fresh=fresh,
            progress=progress,
        )
    for line in found.refused:
        tell(f"exact arithmetic refuses: {line}; the rows of its block are void and not counted")
    if json:
        say_json(found.to_json())
    else:
        from treaties.sweeping.telling import summary

        say_lines(summary(found))
    if plot is not None:
        from treaties.sweeping.plots import plot_sweep

        plot_sweep(found, plot)
        tell(f"drew {plot}")
    if found.refused:
        raise typer.Exit(REFUSED)


def _prove(path: Path, row: int, json: bool) -> None:
    """Prove one row of a file again, and say what came of it; exit 1 if it is not what the file tells."""
    from treaties.sweeping.proving import reprove

    found = reprove(path, row)
    if json:
        say_json(found.to_json())
    else:
        say_lines(found.lines())
    if not found.agrees:
        raise typer.Exit(BAD_INPUT if found.proved == "no treaty" else REFUSED)
