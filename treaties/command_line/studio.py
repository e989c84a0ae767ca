"""``servanda studio``: a treaty file on a local page, clause by clause, with its verdict after each change."""

from __future__ import annotations

from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from games.command_line.terminal import fail, say, tell

EXAMPLE = "Example: servanda studio treaties/cases/aurora.toml"
NEEDED = ("starlette", "tomlkit", "uvicorn")
"""Packages that the extra brings."""


def studio_command(
    treaty: Annotated[
        Path, typer.Argument(metavar="TREATY.toml", help="A treaty file (servanda-treaty/1).", show_default=False)
    ],
    port: Annotated[
        int | None,
        typer.Option(
            min=1, max=65535, metavar="N",
            help="Port of 127.0.0.1; the default is the one that the file had last, if it is free, or any.",
            show_default=False,
        ),
    ] = None,
    no_open: Annotated[bool, typer.Option("--no-open", help="Print the address, and open no browser.")] = False,
) -> None:
    """Read and change a treaty file on a page of this machine; each change is judged at once, and then proved.

    The address that is printed works once and for one browser.  Nothing is sent to another machine.  Every change is
    kept in a draft beside the file; the file itself is written when you save.  Ctrl-C ends it.
    """
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        fail(f"studio: {' and '.join(missing)} must be installed for it; install servanda[studio]")
    from treaties.studio.desk import Desk
    from treaties.studio.draft import Draft
    from treaties.studio.gate import HOST
    from treaties.studio.journal import Journal
    from treaties.studio.judging import JudgeService
    from treaties.studio.keys import Keys
    from treaties.studio.server import application, is_open, listen, serve

    keys = Keys(treaty)
    if is_open(keys):
        fail(f"{treaty}: a studio is open on it at http://{HOST}:{keys.port}/; use that one, or end it first")
    draft = Draft.open(treaty)
    try:
        listening = listen(port, keys.port)
    except OSError as error:
        fail(f"--port {port}: cannot be used: {error.strerror}; give another, or leave it out for any that is free")
    with listening, JudgeService() as judge:
        keys.port = int(listening.getsockname()[1])
        keys.remember()
        address = f"http://{HOST}:{keys.port}/?token={keys.token}"
        say(f"studio of {treaty}: {address}")
        tell("The address works once.  Ctrl-C ends the studio.")
        if draft.restored:
            tell(draft.restored)
        if not no_open:
            _open(address)
        with suppress(KeyboardInterrupt):
            serve(application(Desk(draft, judge), keys, keys.port), listening)
    if draft.saved:
        keys.forget()
        tell(f"The studio has ended.  Everything is saved in {treaty}.")
    else:
        tell(
            f"The studio has ended.  What was not saved is kept in {Journal(draft.file).path}; "
            f"servanda studio {treaty} goes on with it."
        )


def _open(address: str) -> None:
    """Show the page in the reader's browser, beside the server, as some browsers keep who calls them waiting."""
    import webbrowser
    from threading import Thread

    Thread(target=webbrowser.open, args=(address,), daemon=True).start()
