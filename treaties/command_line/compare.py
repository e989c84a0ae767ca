"""``servanda compare``: texts or variants side by side, in the same worlds."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from games.command_line.options import AsJson, ShowProgress
from games.command_line.progress import progress_line
from games.command_line.terminal import REFUSED, fail, say_json, say_lines, tell
from treaties.command_line.world_options import Seed, Spread, Uniform, Workers, Worlds, share

EXAMPLE = "Example: servanda compare treaties/cases/aurora.toml --worlds 500 --seed 1"


def compare_command(
    treaties: Annotated[
        list[Path],
        typer.Argument(
            metavar="A.toml [B.toml ...]",
            help="Treaty files (servanda-treaty/1); one alone is compared with its variants.",
            show_default=False,
        ),
    ],
    worlds: Worlds = 1000,
    seed: Seed = 0,
    uniform: Uniform = False,
    spread: Spread = None,
    workers: Workers = None,
    json: AsJson = False,
    show_progress: ShowProgress = False,
) -> None:
    """Which text is kept in more worlds, and what is each worth to whom?

    Numbers with the same path are drawn alike for all texts, so that differences are those of the texts: each is told
    against the first file (or, of one file, against its text) with the error of sampling.
    """
    with progress_line("judging worlds", show_progress) as progress:
        from treaties.reading.treaty_file import read_treaty
        from treaties.sweeping.comparing import compare, renamed
        from treaties.sweeping.plan import sweep_plan
        from treaties.sweeping.sweep import run_sweep

        documents = [read_treaty(path) for path in treaties]
        if len(documents) == 1 and not documents[0].variants:
            fail(f"{treaties[0]} has no variants to compare its text with; name a second file, or add a [[variant]]")
        try:
            plans = [
                sweep_plan(
                    document,
                    worlds,
                    seed=seed,
                    shape="uniform" if uniform else "triangular",
                    spread=share(spread),
                )
                for document in documents
            ]
            if len(plans) > 1:
                plans = [renamed(plan, name) for plan, name in zip(plans, _names(treaties), strict=True)]
            found = compare(plans, partial(run_sweep, workers=workers or os.cpu_count() or 1, progress=progress))
        except ValueError as error:
            fail(str(error))
    for line in found.refused:
        tell(f"exact arithmetic refuses: {line}; the rows of its block are void and not counted")
    if json:
        say_json(found.to_json())
    else:
        from treaties.sweeping.comparison_words import summary

        say_lines(summary(found))
    if found.refused:
        raise typer.Exit(REFUSED)


def _names(paths: list[Path]) -> list[str]:
    """Files as they are told: by name, or as typed where names are the same; none may be given twice."""
    real = [path.resolve() for path in paths]
    for k, path in enumerate(real):
        if path in real[:k]:
            fail(f"{paths[k]} is named twice; name every file once")
    names = [path.name for path in paths]
    return names if len(set(names)) == len(names) else [str(path) for path in paths]
