"""``servanda papers``: published results, recomputed."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from games.command_line.options import AsJson, ShowProgress
from games.command_line.progress import progress_line
from games.command_line.terminal import REFUSED, fail, say, say_json

if TYPE_CHECKING:
    from games.replication.claims import Replication
    from games.replication.paper_file import Paper

FORMAT = "servanda-replication/1"
EXAMPLE = "Example: servanda papers abreu_1988"

Results = list[tuple["Paper", list["Replication"]]]


def papers_command(
    paper: Annotated[
        list[str] | None,
        typer.Argument(metavar="[PAPER]...", help="Only these, for instance friedman_1971.", show_default=False),
    ] = None,
    folder: Annotated[
        Path | None, typer.Option(metavar="DIR", help="The folder of papers; the default is the checkout's own.")
    ] = None,
    json: AsJson = False,
    show_progress: ShowProgress = False,
) -> None:
    """Published results recomputed: what the paper says, what the solvers find, and the difference.

    Exit status 1 means that a claim is not met.
    """
    from games.replication import papers

    found = {one.name: one for one in papers(folder)}
    for name in paper or ():
        if name not in found:
            import difflib

            near = difflib.get_close_matches(name, found, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(found)}"
            fail(f"there is no paper {name!r}; {hint}")
    began = time.perf_counter()
    results: Results = []
    chosen = [one for name, one in found.items() if not paper or name in paper]
    count = sum(len(one.claims) for one in chosen)
    with progress_line("recomputing", show_progress) as progress:
        from games.replication import replicate

        done = 0
        for one in chosen:
            rows = []
            for claim in one.claims:
                progress(f"{one.name}: {claim.says}", done / count)
                rows.append(replicate(one, claim))
                done += 1
            results.append((one, rows))
    seconds = time.perf_counter() - began
    met = sum(row.ok for _, rows in results for row in rows)
    if json:
        say_json(_as_json(results, met == count, seconds))
    else:
        for one, rows in results:
            _say_paper(one, rows)
        say(f"{met} of {count} claims met ({seconds:.1f} s)", bold=True, colour="green" if met == count else "red")
    if met < count:
        raise typer.Exit(REFUSED)


def _as_json(results: Results, ok: bool, seconds: float) -> dict[str, object]:
    from games.replication.bibliography import bibliography

    return {
        "format": FORMAT,
        "ok": ok,
        "seconds": round(seconds, 3),
        "papers": [
            {
                "paper": one.name,
                "title": one.title,
                "reference": bibliography().get(one.reference, one.reference),
                "replicates": one.replicates,
                "conventions": list(one.conventions),
                "not_replicated": list(one.not_replicated),
                "claims": [row.to_json() for row in rows],
            }
            for one, rows in results
        ],
    }


def _say_paper(paper: Paper, rows: list[Replication]) -> None:
    from games.replication.bibliography import bibliography

    say(paper.name, bold=True)
    say(f"  {bibliography().get(paper.reference, paper.reference)}")
    table = [("", "claim", "published", "computed", "difference", "evidence")]
    table += [
        (
            "ok" if row.ok else "NO",
            row.claim.says,
            row.published,
            row.computed,
            f"{row.difference:.1e}",
            row.claim.evidence,
        )
        for row in rows
    ]
    widths = [max(len(line[k]) for line in table) for k in range(len(table[0]))]
    for line in table:
        say("  " + "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())
    for row in rows:
        if row.note:
            say(f"  {row.claim.id}: {row.note}")
    for left in paper.not_replicated:
        say(f"  not replicated: {left}")
    say()
