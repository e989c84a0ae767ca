"""``servanda chart``: what becomes of a text and its variants along one number?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from games.command_line.options import AsJson, ShowProgress
from games.command_line.places import insist_on_places
from games.command_line.progress import progress_line
from games.command_line.terminal import fail, say_json, say_lines, tell

EXAMPLE = (
    "Example: servanda chart treaties/cases/derisking.toml --of matter.trade.punishment.A --from -1 --to 1 "
    "--plot derisking.svg"
)
MOST_VALUES = 1000


def chart_command(
    treaty: Annotated[
        Path, typer.Argument(metavar="TREATY.toml", help="A treaty file (servanda-treaty/1).", show_default=False)
    ],
    of: Annotated[
        list[str],
        typer.Option(
            "--of",
            metavar="PATH",
            help="The number moved, such as party.A.outside_option; again for others, which get the same value.",
            show_default=False,
        ),
    ],
    low: Annotated[float, typer.Option("--from", metavar="X", help="Its least value.", show_default=False)],
    high: Annotated[float, typer.Option("--to", metavar="X", help="Its greatest value.", show_default=False)],
    points: Annotated[
        int, typer.Option(min=2, max=MOST_VALUES, help="How many values are tried, evenly spaced.")
    ] = 11,
    plot: Annotated[
        Path | None,
        typer.Option(metavar="OUT.svg", help="Draw it (.svg, .png or .pdf).", show_default=False),
    ] = None,
    show: Annotated[
        Literal["margins", "years", "rungs"],
        typer.Option(
            "--show",
            help="Margins; how long full compliance lasts in the best stable plan; or the margin under each rung of "
            "punishment, of the text alone.",
        ),
    ] = "margins",
    json: AsJson = False,
    show_progress: ShowProgress = False,
) -> None:
    """What becomes of a text and its variants along one number?

    Each is judged at every value, as by servanda check: verdict and margin.  Where margins do not tell texts apart, as
    with noisy signals, --show years says how long cooperation lasts.
    """
    if plot is not None and plot.suffix not in (".svg", ".png", ".pdf"):
        fail(f"--plot {plot}: the name must end in .svg, .png or .pdf")
    insist_on_places((treaty,), {"--plot": plot})
    with progress_line("judging", show_progress) as progress:
        from treaties.reading.treaty_file import read_treaty
        from treaties.sweeping.charting import chart

        document = read_treaty(treaty)
        try:
            found = chart(document, tuple(of), low, high, points, shows=show, progress=progress)
        except ValueError as error:
            fail(f"{treaty}: {error}")
    if json:
        say_json(found.to_json())
    else:
        from treaties.sweeping.chart_words import summary

        say_lines(summary(found))
    if plot is not None:
        from treaties.sweeping.chart_plot import plot_chart

        plot_chart(found, plot)
        tell(f"drew {plot}")
