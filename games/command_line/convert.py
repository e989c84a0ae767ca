"""``servanda game convert``: games for other software."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from games.command_line.places import insist_on_places
from games.command_line.terminal import fail, tell
from games.numerics.visible import visible_json

STRATEGIC = ("nfg", "csv", "nashpy", "quantecon", "json")
TREES = ("efg", "nfg", "csv", "json")
Form = Literal["json", "nfg", "efg", "csv", "nashpy", "quantecon"]


def convert_command(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", help="A servanda-game/1 or servanda-extensive/1 file (JSON), Gambit's .nfg or .efg, or a "
            "table .csv.", show_default=False),
    ],
    to: Annotated[
        Form,
        typer.Option(
            "--to", help="json: the file of this program; nfg, efg: Gambit's strategic and (for trees) extensive form; "
            "csv: a table with a row for every profile; nashpy, quantecon: JSON with payoff arrays."),
    ],
    out: Annotated[
        Path | None, typer.Option(metavar="PLACE", help="File to write; for nfg with several states a folder.")
    ] = None,
    state: Annotated[str | None, typer.Option(metavar="NAME", help="Only the stage game of this state.")] = None,
) -> None:
    """Games from and for other software: the stage games of a game, one per state, or a game tree.

    Games of one round become repeated games in which only the present counts (discount factor 0).
    """
    from games.files.writing import write_text
    from games.model.stochastic_game import GameError

    texts = _tree_text(file, to, state) if _is_tree(file) else _stage_texts(file, to, state)
    if out is None:
        if len(texts) > 1:
            fail(f"{len(texts)} states make as many files; name a folder with --out, or one state with --state")
        sys.stdout.write(visible_json(next(iter(texts.values()))))  # Gambit's forms are plain ASCII
    elif len(texts) == 1 and not os.path.isdir(out):  # unlike Path.is_dir, also of a name that is too long
        insist_on_places((file,), {"--out": out})
        tell(f"wrote {write_text(out, next(iter(texts.values())))}")
    else:
        try:
            out.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise GameError(f"{out}: is no folder and cannot become one: {error.strerror}") from None
        for name, text in texts.items():
            insist_on_places((file,), {"--out": out / name})
            tell(f"wrote {write_text(out / name, text)}")


def _is_tree(file: Path) -> bool:
    """Whether a file says that it is a game tree; what is wrong with others, their own reader says."""
    if file.suffix.lower() in (".efg", ".nfg", ".csv"):
        return file.suffix.lower() == ".efg"
    from games.files.json_input import parse_json
    from games.game_trees.tree_file import FORMAT
    from games.model.stochastic_game import GameError

    try:
        content = parse_json(file)
    except GameError:
        return False
    return isinstance(content, dict) and content.get("format") == FORMAT


def _tree_text(file: Path, to: str, state: str | None) -> dict[str, str]:
    from games.game_trees.gambit import strategic, to_efg
    from games.game_trees.tree_file import extensive_text, read_extensive

    if to not in TREES:
        fail(f"--to {to}: a game tree is written as {', '.join(TREES)}")
    if state is not None:
        fail("--state names a state of a stochastic game, and this is a game tree; leave it out")
    tree = read_extensive(file)
    text = (to_efg(tree) if to == "efg" else extensive_text(tree) if to == "json"
            else strategic(tree, "nfg" if to == "nfg" else "csv"))
    return {f"{file.stem}.{to}": text}


def _stage_texts(file: Path, to: Form, state: str | None) -> dict[str, str]:
    from games.files.conversions import convert
    from games.files.game_file import read_game
    from games.files.game_writing import game_text

    game = read_game(file)
    if to == "efg":
        fail(f"--to efg is for game trees (servanda-extensive/1); stage games are written as {', '.join(STRATEGIC)}")
    if to == "json":
        if state is not None and game.n_states > 1:
            fail("--state: a game is written as JSON with all its states; leave it out")
        return {f"{file.stem}.json": game_text(game)}
    return convert(game, to, (game.state_index(state),) if state is not None else tuple(range(game.n_states)))
