"""``servanda bargain``: which design of a treaty will the parties agree on?"""

from __future__ import annotations

import math
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from games.command_line.options import AsJson, ShowProgress
from games.command_line.places import insist_on_places
from games.command_line.progress import progress_line
from games.command_line.terminal import fail, say_json, say_lines, tell

if TYPE_CHECKING:
    from treaties.bargaining.designs import Design
    from treaties.bargaining.store import DesignStore
    from treaties.model.treaty import Treaty

MOST_DESIGNS = 100_000
"""More designs are not tried in one run: they would take hours and fill some 500 MB."""
EXAMPLE = "Example: servanda bargain treaties/cases/aurora.toml --designs 200"


def bargain_command(
    treaty: Annotated[
        Path, typer.Argument(metavar="TREATY.toml", help="A treaty file (servanda-treaty/1).", show_default=False)
    ],
    designs: Annotated[int, typer.Option(min=1, max=MOST_DESIGNS, help="How many designs to try at most.")] = 1000,
    over: Annotated[
        Literal["design", "variants"] | None,
        typer.Option(
            help="The grid that the file's design entries open, or its variants; by default the grid if it has one.",
            show_default=False,
        ),
    ] = None,
    batna: Annotated[
        str | None,
        typer.Option(metavar="NOR=2,SUN=4", help="What parties have without an agreement, not the outside options."),
    ] = None,
    weights: Annotated[
        str | None, typer.Option(metavar="NOR=2,SUN=1", help="Weights for the Nash solution; equal if absent.")
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(min=1, max=256, help="Processes to use; the default is one per core.", show_default=False),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="The page; the default is <treaty>.bargain.html in this folder.  Beside it, under the same name with "
            ".jsonl, stands what became of each design.",
        ),
    ] = None,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Judge every design anew, and delete what an earlier run has written down.")
    ] = False,
    json: AsJson = False,
    show_progress: ShowProgress = False,
) -> None:
    """Which design will they agree on?  Where a deal is possible, who gets what, what rights are worth in the talks.

    Every design is compiled, solved and proved; only designs that are proved to be kept are deals.  What becomes of
    each is written down at once beside the page (.jsonl) with its certificate: a run that was interrupted goes on from
    there, and another look at the same designs, with other alternatives or weights, only checks the certificates again.
    """
    with progress_line("judging designs", show_progress) as progress:
        from treaties.reading.treaty_file import read_treaty

        document = read_treaty(treaty)
        alternatives, strengths = _amounts(document, batna, "--batna"), _weights(document, weights)
        chosen, size = _designs(document, over, designs)
        target = out or Path(f"{treaty.stem}.bargain.html")
        if not target.name:
            fail(f"--out {str(out)!r}: this names a folder; name a file, for instance {treaty.stem}.bargain.html")
        insist_on_places((treaty,), {"--out": target}, folders=True)
        store = _store(target, document, fresh)
        from concurrent.futures.process import BrokenProcessPool

        from treaties.bargaining.bargain import bargain

        try:
            found = bargain(
                document,
                chosen,
                size=size,
                batna=alternatives,
                weights=strengths,
                workers=workers or os.cpu_count() or 1,
                progress=progress,
                store=store,
            )
        except BrokenProcessPool:
            fail(
                "a process that judged designs was ended from outside, as happens where memory runs out; run again "
                f"with fewer --workers, it goes on from what is written down in {store.path}"
            )
    tell(f"what became of each design is written down in {store.path}")
    if store.reused:
        tell(
            f"{store.reused:,} of {len(chosen):,} designs were told from certificates that an earlier run left there; "
            "each was checked again"
        )
    if json:
        say_json(found.to_json())
        return
    from games.files.writing import write_text
    from treaties.briefing.deal_page import bargaining_page
    from treaties.briefing.deal_terminal import bargain_summary

    say_lines(bargain_summary(found))
    tell(f"wrote {write_text(target, bargaining_page(found), folders=True)}")


def _designs(treaty: Treaty, over: Literal["design", "variants"] | None, most: int) -> tuple[list[Design], int]:
    """The designs to try, and how many there are in all."""
    from treaties.bargaining.designs import from_grid, from_variants, grid_size

    size = grid_size(treaty)
    if over == "variants" or (over is None and size == 1):
        chosen = from_variants(treaty)[:most]
        return chosen, len(chosen)
    if size == 1:
        name = treaty.source_name
        fail(f"{name} opens no term to a design search; add design = {{ ... }} to a clause, or use --over variants")
    return from_grid(treaty, most), size


def _store(page: Path, treaty: Treaty, fresh: bool) -> DesignStore:
    """Where outcomes are written down at once, and found again: beside the page."""
    from treaties.bargaining.store import DesignStore

    path = page.with_suffix(".jsonl")
    if path == page:
        fail(f"--out {page}: what becomes of each design is written there; give the page another name, such as .html")
    try:
        return DesignStore(path, treaty, fresh)
    except OSError as error:
        fail(f"{error.filename}: outcomes of designs cannot be kept there ({error.strerror}); choose another --out")


def _amounts(treaty: Treaty, text: str | None, option: str) -> dict[str, float] | None:
    """Amounts by party, such as ``NOR=2,SUN=4``."""
    if text is None:
        return None
    parties = [party.id for party in treaty.signatories]
    out: dict[str, float] = {}
    for part in text.split(","):
        name, _, number = part.partition("=")
        if name.strip() not in parties:
            fail(f"{option} {text!r}: there is no party {name.strip()!r}; the parties are {', '.join(parties)}")
        if name.strip() in out:
            fail(f"{option} {text!r}: {name.strip()} is named twice; name every party once")
        try:
            out[name.strip()] = float(number)
        except ValueError:
            fail(f"{option} {text!r}: {number!r} is not a number; write for instance {parties[0]}=2")
        if not math.isfinite(out[name.strip()]):
            fail(f"{option} {text!r}: {number!r} is not a finite number; write for instance {parties[0]}=2")
    return out


def _weights(treaty: Treaty, text: str | None) -> dict[str, float] | None:
    """Bargaining weights by party, all positive."""
    weights = _amounts(treaty, text, "--weights")
    if weights is not None and not all(weight > 0 for weight in weights.values()):
        fail(f"--weights {text!r}: weights must be positive")
    return weights
