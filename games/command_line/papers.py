"""``servanda papers``: published results, recomputed."""

from __future__ import annotations

import shutil
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from games.command_line.options import AsJson, ShowProgress
from games.command_line.progress import progress_line
from games.command_line.terminal import REFUSED, fail, say, say_json, say_lines
from games.numerics.progress import Progress

if TYPE_CHECKING:
    from games.command_line.papers_tables import Recomputed
    from games.replication.paper_file import Paper

FORMAT = "servanda-replication/1"
EXAMPLE = "Example: servanda papers abreu_1988"


def papers_command(
    paper: Annotated[
        list[str] | None,
        typer.Argument(metavar="[PAPER]...", help="Only these, for instance friedman_1971.", show_default=False),
    ] = None,
    folder: Annotated[
        Path | None, typer.Option(metavar="DIR", help="The folder of papers; the default is the checkout's own.")
    ] = None,
    claims: Annotated[
        bool, typer.Option("--claims", help="Claim by claim, as for papers that are named.", show_default=False)
    ] = False,
    latex: Annotated[
        bool, typer.Option("--latex", help="The table, or the claims, as a part of a LaTeX document.")
    ] = False,
    json: AsJson = False,
    show_progress: ShowProgress = False,
) -> None:
    """Published results recomputed: what the paper says, what the solvers find, and the difference.

    A table of all papers by theme, with every deviation and all that is not replicated; claim by claim for papers
    that are named.  Exit status 1 means that a claim is not met.
    """
    if json and latex:
        fail("--json and --latex: one of the two only")
    from games.replication import papers

    found = {one.name: one for one in papers(folder)}
    for name in paper or ():
        if name not in found:
            import difflib

            near = difflib.get_close_matches(name, found, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(found)}"
            fail(f"there is no paper {name!r}; {hint}")
    from games.command_line.papers_tables import claim_lines, claims_latex, table_latex, table_lines, totals

    began = time.perf_counter()
    with progress_line("recomputing", show_progress) as progress:
        results = _recomputed([one for name, one in found.items() if not paper or name in paper], progress)
    seconds = time.perf_counter() - began
    met, count = totals(results)
    if json:
        say_json(_as_json(results, met == count, seconds))
    elif latex:
        say_lines((claims_latex if paper or claims else table_latex)(results).split("\n"))
    else:
        if paper or claims:
            for one in results:
                say(one.paper.name, bold=True)
                say_lines(claim_lines(one))
                say()
        else:
            say_lines(table_lines(results, shutil.get_terminal_size().columns if sys.stdout.isatty() else None))
        say(f"{met} of {count} claims met ({seconds:.1f} s)", bold=True, colour="green" if met == count else "red")
    if met < count:
        raise typer.Exit(REFUSED)


def _recomputed(chosen: list[Paper], progress: Progress) -> list[Recomputed]:
    from games.command_line.papers_tables import Recomputed
    from games.replication import replicate

    results: list[Recomputed] = []
    count, done = sum(len(one.claims) for one in chosen), 0
    for one in chosen:
        began, rows = time.perf_counter(), []
        for claim in one.claims:
            progress(f"{one.name}: {claim.says}", done / count)
            rows.append(replicate(one, claim))
            done += 1
        results.append(Recomputed(one, tuple(rows), time.perf_counter() - began))
    return results


def _as_json(results: list[Recomputed], ok: bool, seconds: float) -> dict[str, object]:
    from games.replication.bibliography import bibliography

    return {
        "format": FORMAT,
        "ok": ok,
        "seconds": round(seconds, 3),
        "papers": [
            {
                "paper": paper.name,
                "title": paper.title,
                "reference": bibliography().get(paper.reference, paper.reference),
                "theme": paper.theme,
                "replicates": paper.replicates,
                "conventions": list(paper.conventions),
                "not_replicated": list(paper.not_replicated),
                "claims": [row.to_json() for row in rows],
            }
            for paper, rows in ((one.paper, one.rows) for one in results)
        ],
    }
