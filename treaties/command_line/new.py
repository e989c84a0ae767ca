"""``servanda new``: a first treaty file, from a few answers or options."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from games.command_line.terminal import fail, tell

EXAMPLE = (
    "Example: servanda new --parties FRA,DEU --matters development --clause veto --clause sunset --out treaty.toml"
)
DEFAULT = Path("treaty.toml")


def new_command(
    parties: Annotated[
        str | None,
        typer.Option(
            metavar="ID,ID[,..]", help="Who signs: ids, or FRA=France,DEU=Germany with names.", show_default=False
        ),
    ] = None,
    matters: Annotated[
        str | None,
        typer.Option(metavar="ID[,..]", help="The subjects of cooperation, in the same way.", show_default=False),
    ] = None,
    clause: Annotated[
        list[str] | None,
        typer.Option(
            metavar="TYPE",
            help="A clause or preset (servanda provisions lists them); again for others.",
            show_default=False,
        ),
    ] = None,
    events: Annotated[
        str | None,
        typer.Option(metavar="ID[,..]", help="What may disturb cooperation, in the same way.", show_default=False),
    ] = None,
    others: Annotated[
        str | None,
        typer.Option(
            metavar="ID[,..]",
            help="Who signs nothing and counts all the same, a firm or a rival, in the same way.",
            show_default=False,
        ),
    ] = None,
    private: Annotated[
        bool, typer.Option("--private", help="Nobody sees the others' conduct; a flag may tell, or be wrong.")
    ] = False,
    title: Annotated[str, typer.Option(metavar="TEXT", help="Title of the treaty.")] = "A first draft",
    unit: Annotated[str, typer.Option(metavar="TEXT", help="Unit of every amount.")] = "points per year",
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help=f"Where to write; the default is {DEFAULT} in this folder.", show_default=False
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
) -> None:
    """Write a first treaty file: placeholders with ranges for every number, and remarks on what to put there.

    Without any option it asks, on a terminal, for parties, matters, clauses and what may disturb cooperation.
    """
    clauses = clause or []
    asks = parties is None and matters is None and not clauses and sys.stdin.isatty()
    if asks:
        parties = _asked("Who signs? (ids with commas, or FRA=France,DEU=Germany)", _two_ids)
        matters = _asked("What do they cooperate on? (ids with commas)", _ids, "cooperation")
        clauses = _listed(_asked("Which clauses? (types with commas; servanda provisions lists them)", _types, ""))
        events = events or _asked("What may disturb cooperation? (ids with commas, or nothing)", _ids, "")
        private = private or not typer.confirm("Does each see what the others do?", default=True)
        out = out or Path(typer.prompt("Where to write it?", default=str(DEFAULT)))
    if parties is None:
        fail("new: who signs? give --parties FRA,DEU; servanda new --help has an example")
    from games.command_line.places import insist_on_places
    from games.files.writing import replaceable, write_text
    from treaties.drafting.new_treaty import CannotDraft, draft
    from treaties.linting.clauses import lint
    from treaties.reading.treaty_file import read_treaty_text

    place = out or DEFAULT
    insist_on_places((), {"--out": place})
    if replaceable(place) and not force and not (asks and typer.confirm(f"{place} is there. Replace it?")):
        fail(f"--out {place}: a file of this name is there; give another name, or --force to replace it")
    try:
        text = draft(
            _named(parties, "--parties"),
            _named(matters or "cooperation", "--matters"),
            clauses,
            events=_named(events, "--events") if events else None,
            others=_named(others, "--others") if others else None,
            private=private,
            title=title,
            unit=unit,
        )
    except CannotDraft as error:
        fail(f"new: {error}")
    write_text(place, text)
    treaty = read_treaty_text(text)
    for finding in lint(treaty):
        if finding.severity == "warning":
            tell(str(finding))
    tell(f"wrote {place}; next: servanda check {place}")


def _asked(question: str, kept: Callable[[str], str], default: str | None = None) -> str:
    """The answer to a question, asked again until it can be used."""
    return str(typer.prompt(question, default=default, value_proc=kept))


def _ids(answer: str) -> str:
    from pydantic import TypeAdapter, ValidationError

    from treaties.model.references import Identifier

    for id_ in (part.partition("=")[0].strip() for part in _listed(answer)):
        try:
            TypeAdapter(Identifier).validate_python(id_)
        except ValidationError:
            raise typer.BadParameter(f"{id_!r} is no id; use letters, digits and _, beginning with a letter") from None
    return answer


def _two_ids(answer: str) -> str:
    if "," not in _ids(answer):
        raise typer.BadParameter("at least two have to sign; put a comma between them")
    return answer


def _types(answer: str) -> str:
    from treaties.model.names import nearest
    from treaties.provisions import all_types

    for kind in _listed(answer):
        if kind not in all_types():
            raise typer.BadParameter(
                f"there is no clause {kind!r}; {nearest(kind, all_types())}servanda provisions lists all of them"
            )
    return answer


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _named(text: str, option: str) -> dict[str, str]:
    """Names by id, as ``FRA=France,DEU`` gives them."""
    found: dict[str, str] = {}
    for part in _listed(text):
        id_, _, name = (piece.strip() for piece in part.partition("="))
        if id_ in found:
            fail(f"{option} {text!r}: {id_!r} is there twice; give each its own id")
        found[id_] = name or id_
    return found
