"""``servanda fix``: what is the smallest change of one term that makes a treaty hold, or breaks it?"""

from __future__ import annotations

import math
import os
from pathlib import Path
from typing import Annotated

import typer

from games.command_line.options import AsJson, ShowProgress
from games.command_line.progress import progress_line
from games.command_line.terminal import REFUSED, fail, say_json, say_lines, tell
from treaties.command_line.world_options import MOST_WORLDS, Seed, Spread, Uniform, Workers, seconds, share

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
    worlds: Annotated[
        int | None,
        typer.Option(
            min=1,
            max=MOST_WORLDS,
            help="Ask that it hold in a share of so many worlds, drawn from the ranges of its numbers.",
            show_default=False,
        ),
    ] = None,
    in_share: Annotated[
        str | None,
        typer.Option(
            "--share",
            metavar="90%",
            help="With --worlds, the share of them in which it is to hold; 90% if absent.",
            show_default=False,
        ),
    ] = None,
    seed: Seed = 0,
    uniform: Uniform = False,
    spread: Spread = None,
    two: Annotated[
        bool, typer.Option("--two", help="Also change two terms together, where neither alone needs less.")
    ] = False,
    budget: Annotated[
        str | None,
        typer.Option(metavar="10m", help="Begin no new pair of terms after this time (s, m or h).", show_default=False),
    ] = None,
    workers: Workers = None,
    json: AsJson = False,
    show_progress: ShowProgress = False,
) -> None:
    """What is the smallest change of one term that makes full compliance hold?

    Of a treaty that holds: how far can each term be moved before it breaks?  The range of each term is scanned, the
    flip nearest to the text is bisected, and both its sides are proved.  With --worlds the same is asked of a share of
    worlds: this is computed, and proved at a rate.
    """
    if not math.isfinite(margin):
        fail(f"--margin {margin}: is no amount; write 0.5, say")
    about_worlds = {"--share": in_share is not None, "--uniform": uniform, "--spread": spread is not None}
    for option in (option for option, given in about_worlds.items() if given and worlds is None):
        fail(f"{option} is about worlds, and none are asked for; add --worlds 200, or leave it out")
    if budget is not None and not two:
        fail("--budget is about pairs of terms, and none are asked for; add --two, or leave it out")
    with progress_line("moving terms", show_progress) as progress:
        from treaties.reading.treaty_file import read_treaty

        document = read_treaty(treaty)
        from treaties.sweeping.fixing import fix

        try:
            found = fix(
                document,
                terms=tuple(term or ()),
                margin=margin,
                facts=facts,
                worlds=worlds,
                share=share(in_share or "90%", "--share") or 0.0,
                seed=seed,
                shape="uniform" if uniform else "triangular",
                spread=share(spread),
                two=two,
                budget=seconds(budget),
                workers=workers or os.cpu_count() or 1,
                progress=progress,
            )
        except ValueError as error:
            fail(f"{treaty}: {error}")
    if json:
        say_json(found.to_json())
    else:
        from treaties.sweeping.fix_telling import summary

        say_lines(summary(found))
    refused = () if found.worlds is None else found.worlds.refused
    for line in refused:
        tell(f"exact arithmetic refuses: {line}; it counts as undecided")
    if refused:
        raise typer.Exit(REFUSED)
