"""``servanda game``: solve games given as files, judge strategies, check certificates, convert, solve game trees."""

from __future__ import annotations

import typer

from games.command_line.certify import certify_command
from games.command_line.convert import convert_command
from games.command_line.nash import nash_command
from games.command_line.solve import solve_command
from games.command_line.strategy import EXAMPLE as STRATEGY_EXAMPLE
from games.command_line.strategy import strategy_command
from games.command_line.tree import tree_command

game_app = typer.Typer(
    no_args_is_help=True, help="Stochastic and repeated games, one round, game trees: solve, certify, convert.")
game_app.command("solve", epilog="Example: servanda game solve game.json --target comply,comply --certificate c.json")(
    solve_command)
game_app.command("certify", epilog="Example: servanda game certify game.json --certificate c.json")(certify_command)
game_app.command("nash", epilog="Example: servanda game nash game.nfg --json")(nash_command)
game_app.command("convert", epilog="Example: servanda game convert game.nfg --to json --out game.json")(convert_command)
game_app.command("tree", epilog="Example: servanda game tree tree.json --certificate proof.json")(tree_command)
game_app.command("strategy", epilog=STRATEGY_EXAMPLE)(strategy_command)
