"""``servanda provisions``: which clauses can a treaty file have, and how is one of them written?"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Any

import typer

from games.command_line.options import AsJson
from games.command_line.terminal import fail, say_json, say_lines, tell

EXAMPLE = "Example: servanda provisions veto"


def provisions_command(
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="[NAME]", help="The type of a clause or preset; the list of all without.", show_default=False
        ),
    ] = None,
    into: Annotated[
        Path | None,
        typer.Option(
            "--in",
            metavar="TREATY.toml",
            help="With a name: the example is a block that this file can take.",
            show_default=False,
        ),
    ] = None,
    json: AsJson = False,
) -> None:
    """Which clauses can a treaty file have?  With a name: its terms, an example, where real treaties have it."""
    from treaties.drafting.catalogue import catalogue
    from treaties.drafting.telling import listed, page
    from treaties.model.names import nearest
    from treaties.provisions import all_types

    if name is not None and name not in all_types():
        fail(f"there is no clause {name!r}; {nearest(name, all_types())}servanda provisions lists all of them")
    if into is not None and name is None:
        fail(f"--in {into}: name the clause that is to stand in it, for example: servanda provisions veto --in {into}")
    host = None if into is None else _parsed(into)
    entries = catalogue(None if name is None else [name], examples=json or name is not None, host=host)
    if json:
        say_json({"provisions": [entry.to_json() for entry in entries]})
    else:
        say_lines(listed(entries) if name is None else page(entries[0], None if into is None else str(into)))
        if into is not None and not entries[0].example:
            tell(f"no placeholders were found with which {name} can stand in {into}; its page without --in has some")


def _parsed(path: Path) -> dict[str, Any]:
    """A treaty file as it is written; ends with all its faults if it has some."""
    from treaties.reading.treaty_file import read_treaty

    read_treaty(path)
    return tomllib.loads(path.read_text(encoding="utf-8-sig"))
