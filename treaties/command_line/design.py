"""``servanda design``: which designs of a treaty are best, in likelihood and in what each party has?"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from games.command_line.options import AsJson, ShowProgress
from games.command_line.places import insist_on_places
from games.command_line.progress import progress_line
from games.command_line.terminal import REFUSED, fail, say_json, say_lines, tell
from treaties.command_line.ramp import tell_ramp
from treaties.command_line.world_options import Scheduler, Seed, Spread, Uniform, Workers, Worlds, seconds, share

if TYPE_CHECKING:
    from treaties.sweeping.designing import Designed

EXAMPLE = "Example: servanda design treaties/cases/aurora.toml --worlds 100 --designs 50"
MOST_DESIGNS = 100_000
MOST_STEPS = 40


def design_command(
    treaty: Annotated[
        Path, typer.Argument(metavar="TREATY.toml", help="A treaty file (servanda-treaty/1).", show_default=False)
    ],
    worlds: Worlds = 200,
    seed: Seed = 0,
    designs: Annotated[
        int | None,
        typer.Option(
            min=1, max=MOST_DESIGNS, help="Try so many designs, spread evenly over the grid.", show_default=False
        ),
    ] = None,
    budget: Annotated[
        str, typer.Option(metavar="10m", help="Begin no new design after this time (s, m or h).")
    ] = "10m",
    objective: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="Compare designs by this: likelihood, joint, or a party's id; again for others.  "
            "The default is likelihood and every party's value.",
            show_default=False,
        ),
    ] = None,
    uniform: Uniform = False,
    spread: Spread = None,
    workers: Workers = None,
    scheduler: Scheduler = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write all designs that were tried (.parquet or .csv).", show_default=False),
    ] = None,
    plot: Annotated[
        Path | None,
        typer.Option(
            metavar="OUT.svg",
            help="Draw likelihood against joint value, with the front (.svg, .png or .pdf).",
            show_default=False,
        ),
    ] = None,
    ramp: Annotated[
        bool,
        typer.Option(
            "--ramp", help="Instead: which exposures of the stages are best for the trust that types leave?"
        ),
    ] = False,
    steps: Annotated[
        int | None,
        typer.Option(
            min=1, max=MOST_STEPS, help="With --ramp: stages of a year each before the last, in place of the text's.",
            show_default=False,
        ),
    ] = None,
    json: AsJson = False,
    show_progress: ShowProgress = False,
) -> None:
    """Which designs are best: kept in most worlds, and worth most to each party?

    The text, its variants and the grid that its design entries open are judged in the same worlds.  Told are those that
    no other beats in likelihood and in every party's value; designs across a red line are left out.  A grid that is too
    large for the time allowed is thinned evenly.

    With --ramp no worlds are drawn: the exposures of a staged_derisking clause are found that are best for the chances
    that the file gives to the parties' types, and proved.
    """
    if plot is not None and plot.suffix not in (".svg", ".png", ".pdf"):
        fail(f"--plot {plot}: the name must end in .svg, .png or .pdf")
    if out is not None and out.suffix not in (".parquet", ".csv"):
        fail(f"--out {out}: the name must end in .parquet or .csv")
    if steps is not None and not ramp:
        fail("--steps: asks for stages of a ramp; add --ramp")
    if ramp and out is not None:
        fail("--out: lists designs, and a ramp is one; leave out --out or --ramp, or use --json")
    insist_on_places((treaty,), {"--out": out, "--plot": plot})
    if ramp:
        tell_ramp(treaty, steps, plot, as_json=json, show_progress=show_progress)
        return
    with progress_line("judging designs", show_progress) as progress:
        from treaties.reading.treaty_file import read_treaty

        document = read_treaty(treaty)
        from treaties.sweeping.designing import design

        try:
            found = design(
                document,
                worlds,
                seed=seed,
                shape="uniform" if uniform else "triangular",
                spread=share(spread),
                most=designs,
                objectives=objective or (),
                workers=workers or os.cpu_count() or 1,
                scheduler=scheduler,
                budget=seconds(budget),
                progress=progress,
            )
        except ValueError as error:
            fail(f"{treaty}: {error}")
    for line in found.refused:
        tell(f"exact arithmetic refuses: {line}; the rows of its block are void and not counted")
    if json:
        say_json(found.to_json())
    else:
        from treaties.sweeping.design_words import summary

        say_lines(summary(found))
    if out is not None:
        _write(found, out)
        tell(f"wrote {out}")
    if plot is not None:
        from treaties.sweeping.design_plot import plot_designs

        plot_designs(found, plot)
        tell(f"drew {plot}")
    if found.refused:
        raise typer.Exit(REFUSED)


def _write(found: Designed, path: Path) -> None:
    """A row for each design."""
    from io import BytesIO

    from games.files.writing import write_bytes, write_text

    frame = found.to_frame()
    if path.suffix == ".csv":
        write_text(path, frame.to_csv(index=False))
        return
    stream = BytesIO()
    frame.to_parquet(stream, index=False)
    write_bytes(path, stream.getvalue())
