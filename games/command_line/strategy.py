"""``servanda game strategy``: a strategy, by name or from a file, judged on a game."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from games.command_line.options import AsJson, CertificateOut, Discount, GameFile, Strict, Transfers, game_asked
from games.command_line.places import insist_on_places
from games.command_line.terminal import UNDECIDED, fail, say, say_json, tell, told, told_factor

if TYPE_CHECKING:
    from games.model.stochastic_game import StochasticGame
    from games.model.strategy_automaton import StrategyAutomaton
    from games.play.strategies.evaluation import BestDeviation, Judged
    from games.play.strategies.strategy import Strategy

EXAMPLE = "Example: servanda game strategy game.json grim --cooperate comply,comply"
MOST_SITUATIONS = 16
NEEDED = {
    "k_period": "--periods", "forgiving_grim": "--chance", "generous_tit_for_tat": "--chance", "always": "--cooperate"}
"""The option without which a strategy says too little."""
STRATEGY_NAMES = (
    "grim, tit_for_tat, tit_for_two_tats, generous_tit_for_tat, win_stay_lose_shift, k_period, forgiving_grim, "
    "penance, stick_and_carrot, always"
)


def strategy_command(
    file: GameFile,
    strategy: Annotated[
        str,
        typer.Argument(
            metavar="STRATEGY", show_default=False,
            help=f"A servanda-strategy/1 file (JSON), or a name: {STRATEGY_NAMES}.",
        ),
    ],
    cooperate: Annotated[
        str | None,
        typer.Option(metavar="PROFILE|PATH_FILE", help="With a name: what to cooperate on (comply,comply)."),
    ] = None,
    punish: Annotated[
        str | None,
        typer.Option(
            metavar="PROFILE|PATH_FILE",
            help="With a name: what to punish with; a stationary equilibrium if left out.",
        ),
    ] = None,
    periods: Annotated[
        int | None, typer.Option(metavar="K", min=1, help="Periods of punishment, of k_period and penance.")
    ] = None,
    chance: Annotated[
        str | None,
        typer.Option(metavar="P", help="Chance of forgiving, of forgiving_grim and generous_tit_for_tat: 0.1 or 1/3."),
    ] = None,
    discount: Discount = None,
    transfers: Transfers = None,
    certificate: CertificateOut = None,
    json: AsJson = False,
    strict: Strict = False,
) -> None:
    """What a strategy is worth, which deviations are best, and whether it is an equilibrium, with the proof."""
    from games.certificates.certificate_file import write_certificate
    from games.play.strategies.evaluation import evaluate

    insist_on_places((file, strategy, cooperate, punish), {"--certificate": certificate})
    game = game_asked(file, discount, transfers)
    played = _strategy(strategy, game, {"--cooperate": cooperate, "--punish": punish, "--periods": periods,
                                        "--chance": chance})
    judged = evaluate(game, played)
    if certificate is not None and judged.certificate is not None:
        write_certificate(judged.certificate, certificate)
    if json:
        out = judged.to_json() | ({} if judged.name else {"strategy": strategy})
        if certificate is not None and judged.certificate is not None:
            out["certificate"] = judged.certificate.to_json()
        say_json(out)
    else:
        _say(judged, strategy)
    if certificate is not None:
        tell(f"wrote {certificate}" if judged.certificate is not None else "no certificate: the answer is undecided")
    if strict and judged.equilibrium is None:
        raise typer.Exit(UNDECIDED)


def _strategy(given: str, game: StochasticGame, options: dict[str, Any]) -> Strategy | StrategyAutomaton:
    """The strategy of a file or a name."""
    from games.command_line.options import plan_asked
    from games.files.strategy_file import read_strategy
    from games.play.strategies.names import named

    if given.endswith(".json") or os.path.isfile(given):
        for option, value in options.items():
            if value is not None:
                fail(f"{option} goes with the name of a strategy; a file says all itself")
        return read_strategy(given, game)
    if given in NEEDED and options[NEEDED[given]] is None:
        fail(f"{given} needs {NEEDED[given]}; see --help")
    plans = {key: None if options[f"--{key}"] is None else plan_asked(options[f"--{key}"], game)
             for key in ("cooperate", "punish")}
    first, second = {"stick_and_carrot": ("carrot", "stick"), "always": ("profile", "punish")}.get(
        given, ("cooperate", "punish"))
    periods = "k" if given == "k_period" else "periods"
    return named(given, **{first: plans["cooperate"], second: plans["punish"], periods: options["--periods"],
                           "chance": options["--chance"]})


def _say(judged: Judged, asked: str) -> None:
    game = judged.game
    answer, colour = {
        True: ("an equilibrium", "green"), False: ("no equilibrium", "red"), None: ("undecided", "yellow"),
    }[judged.equilibrium]
    say(f"{judged.name or Path(asked).name}: {answer}", bold=True, colour=colour)
    say(f"  game     {game.name or 'game'}, discount {', '.join(told_factor(float(d)) for d in game.discount)}")
    say(f"  concept  {judged.concept.value}")
    if judged.certificate is not None:
        say(f"  proof    {judged.certificate.kind}, checked in exact arithmetic")
    else:
        say(f"  why      {judged.why}")
    worth = ", ".join(f"{who} {told(float(v))}" for who, v in zip(game.players, judged.values, strict=True))
    say(f"  worth    {worth}")
    say(f"  margin   {told(judged.margin)} on the path, {told(judged.least_slack)} anywhere")
    for x, i, d in judged.profitable[:1]:
        say(f"  pays     {game.players[i]} plays {d.action} in mode {x.mode!r}, state {x.state}, and gains "
            f"{told(-float(d.slack))} as a one-off payment")
    for k, x in enumerate(judged.situations):
        if k == MOST_SITUATIONS:
            say(f"and {len(judged.situations) - k} more situations; --json gives all")
            break
        where = f", state {x.state}" if game.n_states > 1 else ""
        say(f"mode {x.mode!r}{where}: plays ({', '.join(x.profile)}){'' if x.on_path else ', after deviations only'}")
        for who, value, best in zip(game.players, x.values, x.best, strict=True):
            say(f"    {who} has {told(float(value))}; {_best_in_words(best)}")


def _best_in_words(best: BestDeviation | None) -> str:
    if best is None:
        return "has no other action that changes anything"
    slack = float(best.slack)
    return f"best deviation {best.action}, " + (f"gains {told(-slack)}" if best.pays else f"slack {told(slack)}")
