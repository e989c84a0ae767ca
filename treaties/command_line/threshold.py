"""``servanda threshold``: from which value of a number on is a treaty kept, as a formula?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from games.command_line.options import AsJson, ShowProgress
from games.command_line.progress import progress_line
from games.command_line.terminal import REFUSED, fail, say, say_json, say_lines

EXAMPLE = "Example: servanda threshold treaties/cases/procurement.toml --of discount"


def threshold_command(
    treaty: Annotated[
        Path, typer.Argument(metavar="TREATY.toml", help="A treaty file (servanda-treaty/1).", show_default=False)
    ],
    of: Annotated[
        str,
        typer.Option(
            "--of",
            metavar="PATH",
            help="The number asked about: an amount, chance or discount factor, such as sunset.renewal.probability; "
            "'party.*.discount' (or discount) and matter.ID.reward stand for those of all parties, moved together.",
            show_default=False,
        ),
    ],
    symbols: Annotated[
        list[str] | None,
        typer.Option(
            "--in", metavar="PATH", help="Keep this number a symbol in the formula; again for others.",
            show_default=False,
        ),
    ] = None,
    variant: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Ask of this variant of the file.", show_default=False),
    ] = None,
    rung: Annotated[
        int,
        typer.Option(
            min=1, max=3,
            help="The answer to a breach: 1 what the text provides, 2 suspension, 3 the end of cooperation.",
        ),
    ] = 3,
    periods: Annotated[int, typer.Option(min=1, max=10, help="Length of a suspension (rung 2).")] = 1,
    seed: Annotated[int, typer.Option(min=0, help="Of the points at which the formula is checked.")] = 0,
    latex: Annotated[bool, typer.Option("--latex", help="Print the formula as LaTeX, and nothing else.")] = False,
    json: AsJson = False,
    show_progress: ShowProgress = False,
) -> None:
    """From which value of a number on is the treaty kept, as a formula?

    The answer to a breach is one automaton, found at the values of the text.  Its incentive constraints are solved for
    the number, exactly; the exact check of the same automaton is asked at other values.
    """
    with progress_line("solving", show_progress):
        from treaties.reading.treaty_file import read_treaty

        document = read_treaty(treaty)
        if variant is not None:
            from treaties.reading.variants import apply_variant

            known = {v.name: v for v in document.variants}
            if variant not in known:
                fail(f"--variant {variant!r}: the file has no such variant; it has: {', '.join(known) or 'none'}")
            document = apply_variant(document, known[variant])
        from treaties.thresholds.finding import treaty_threshold

        try:
            found = treaty_threshold(
                document, of, symbols=tuple(symbols or ()), rung=rung, periods=periods, seed=seed
            )
        except ValueError as error:
            fail(f"{treaty}: {error}")
    if json:
        say_json(found.to_json())
    elif latex:
        say(r"\text{none}" if found.found is None else found.found.to_latex())
    else:
        from treaties.thresholds.telling import summary

        say_lines(summary(found))
    if found.agrees is False:
        raise typer.Exit(REFUSED)
