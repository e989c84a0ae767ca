"""Options of the commands that judge treaties in many worlds."""

from __future__ import annotations

import re
from typing import Annotated

import typer

from games.command_line.terminal import fail

MOST_WORLDS = 10_000_000
UNITS = {"s": 1, "m": 60, "h": 3600}

Worlds = Annotated[int, typer.Option(min=1, max=MOST_WORLDS, help="How many worlds to draw.")]
Seed = Annotated[int, typer.Option(min=0, help="The same seed draws the same worlds.")]
Uniform = Annotated[
    bool, typer.Option("--uniform", help="Draw evenly from every range, not about the value within it.")
]
Spread = Annotated[
    str | None,
    typer.Option(metavar="10%", help="Also vary every number without a range by so much.", show_default=False),
]
Workers = Annotated[
    int | None,
    typer.Option(min=1, max=256, help="Processes to use; the default is one per core.", show_default=False),
]

Scheduler = Annotated[
    str | None,
    typer.Option(metavar="tcp://HOST:PORT", help="Let a Dask cluster do the work.", show_default=False),
]


def share(text: str | None, option: str = "--spread") -> float | None:
    """A share such as 10% or 0.1, of an option."""
    if text is None:
        return None
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*(%?)\s*", text)
    told = None if found is None else float(found[1]) / (100 if found[2] else 1)
    if told is None or not 0 < told <= 1:
        fail(f"{option} {text!r}: is no share above 0 and up to 100%; write 10%")
    return told


def seconds(text: str | None) -> float | None:
    """A time such as 90s, 10m or 2h, of ``--budget``."""
    if text is None:
        return None
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([smh])\s*", text)
    if found is None or float(found[1]) == 0:
        fail(f"--budget {text!r}: is no time; write 90s, 10m or 2h")
    return float(found[1]) * UNITS[found[2]]
