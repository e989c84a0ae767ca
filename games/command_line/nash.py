"""``servanda game nash``: all equilibria of one round, and what is dominated; exact."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any

import typer

from games.command_line.options import AsJson, ShowProgress, Strict
from games.command_line.progress import progress_line
from games.command_line.terminal import UNDECIDED, fail, say, say_json, say_lines

MOST_LINES = 32


def nash_command(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", help="Gambit's .nfg, a table .csv, or a servanda-game/1 file (JSON).", show_default=False),
    ],
    state: Annotated[str | None, typer.Option(metavar="NAME", help="The state whose round is asked about.")] = None,
    seconds: Annotated[
        float, typer.Option(min=0.0, max=100_000.0, help="About how long each part of the search may take.")
    ] = 5.0,
    json: AsJson = False,
    strict: Strict = False,
    show_progress: ShowProgress = False,
) -> None:
    """The Nash equilibria of one round: all of two players', with connected sets of them; dominance, minmax payoffs.

    Of more players all in pure actions, and one that may be mixed; what Gambit's search finds where pygambit is
    installed.  With --strict, the exit status is 3 if some may be missing.
    """
    from games.files.game_file import read_game

    game = read_game(file)
    if state is None and game.n_states > 1:
        fail(f"this game has {game.n_states} states; name one with --state: {', '.join(game.states[:12])}"
             + (", ..." if game.n_states > 12 else ""))
    with progress_line("solving", show_progress):
        from games.strategic_form.answers import answer

        found = answer(game, 0 if state is None else state, seconds)
    told = found.to_json()
    if json:
        say_json(told)
    else:
        say(told["name"] or told["state"], bold=True)
        say_lines(_lines(told))
    if strict and not found.complete:
        raise typer.Exit(UNDECIDED)


def _lines(told: Mapping[str, Any]) -> Iterator[str]:
    players, count = told["players"], len(told["equilibria"])
    sizes = " by ".join(str(len(own)) for own in told["actions"])
    yield f"  size     {', '.join(players)}: {sizes} actions"
    many = f"{count} Nash equilibri{'um' if count == 1 else 'a'}"
    if not told["complete"]:
        pure = sum(each["pure"] for each in told["equilibria"])
        yield f"{many} found ({pure or 'none'} in pure actions); this is not known to be all"
    elif any(part["dimension"] for part in told["components"]):
        yield f"{many} that are extreme points; all others are mixtures of them, as told below"
    else:
        yield f"{many}; there are no others"
    for number, each in enumerate(told["equilibria"][:MOST_LINES], start=1):
        kind = "strict" if each["strict"] else "pure" if each["pure"] else "mixed"
        rest = "" if each["regret"] == "0" else f", found numerically: regret {_short(each['regret'])}"
        yield (f"  {number:<3d} {' | '.join(map(_law, each['mixtures']))}: "
               f"payoffs ({', '.join(map(_short, each['payoffs']))}), {kind}{rest}")
    if count > MOST_LINES:
        yield f"  and {count - MOST_LINES} more; --json gives all"
    for part in told["components"]:
        if part["dimension"]:
            members = ", ".join(str(k + 1) for k in part["equilibria"])
            yield f"  set of dimension {part['dimension']} that hangs together: {members}"
            for subset in part["subsets"]:
                yield "    " + " | ".join(" or ".join(f"({_law(x)})" for x in own) for own in subset["mixtures"])
    if told["degenerate"] is not None:
        yield f"  kind     {'degenerate' if told['degenerate'] else 'not degenerate'}"
    yield from _dominance(told)
    for key, words in (("pure_minmax", "pure actions"), ("mixed_minmax", "mixing" + " together" * (len(players) > 2))):
        values = (f"{who} {'not known' if x is None else _short(x)}" for who, x in zip(players, told[key], strict=True))
        yield f"  minmax   the others, {words}, can hold down: {', '.join(values)}"
    for note in told["notes"]:
        yield f"  note     {note}"


def _dominance(told: Mapping[str, Any]) -> Iterator[str]:
    strictly, weakly = told["strictly_dominated"], told["weakly_dominated"]
    if strictly is None:
        return
    worse = [each for each in weakly if not any(_same(each, other) for other in strictly)]
    for words, found in (("strictly", strictly), ("weakly", worse)):
        for each in found[:MOST_LINES]:
            yield f"  {words} dominated: {each['player']} {each['action']}, by {_law(each['by'])}"
        if len(found) > MOST_LINES:
            yield f"  and {len(found) - MOST_LINES} more; --json gives all"
    rounds, left = told["elimination"]["rounds"], told["elimination"]["left"]
    if rounds:
        stays = " | ".join(", ".join(own) for own in left)
        yield f"  left     after {len(rounds)} round{'s' * (len(rounds) > 1)} of strict elimination: {stays}"


def _same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return bool(one["player"] == other["player"] and one["action"] == other["action"])


def _law(mixture: Mapping[str, str]) -> str:
    return " + ".join(label if p == "1" else f"{_short(p)} {label}" for label, p in mixture.items())


def _short(number: str) -> str:
    """A number as it is, or about so much if it takes more room."""
    return number if len(number) <= 12 else f"{float(Fraction(number)):.6g}"
