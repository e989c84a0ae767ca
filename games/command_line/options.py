"""The options of ``servanda game``, and what they mean: the game asked about, the target, the options of the solver."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from games.command_line.terminal import factors, fail, numbers
from games.solvers import solver_names

if TYPE_CHECKING:
    from games.model.clock import TimedPlan
    from games.model.plan import Plan
    from games.model.stochastic_game import StochasticGame

GameFile = Annotated[Path, typer.Argument(metavar="FILE", help="A servanda-game/1 file (JSON).", show_default=False)]
Discount = Annotated[
    str | None,
    typer.Option(
        "--discount", metavar="X", help="Discount factor for all players, or one for each: 0.9 or 0.9,0.8 or 1/3."
    ),
]
Transfers = Annotated[
    Literal["none", "voluntary"] | None, typer.Option("--transfers", help="Whether players may pay one another.")
]
Target = Annotated[
    str | None,
    typer.Option(
        metavar="PROFILE|PATH_FILE",
        help="Ask whether a profile (comply,comply), played in every state that has it, "
        "or a path file (servanda-path/1) is the path of an equilibrium.",
    ),
]
CertificateOut = Annotated[
    Path | None, typer.Option(metavar="OUT.json", help="Write the proof of the answer about --target here.")
]
CertificateFile = Annotated[Path, typer.Option(metavar="CERT.json", help="The certificate.", show_default=False)]
Expect = Annotated[
    str | None,
    typer.Option(
        "--expect", metavar="PROFILE|PATH_FILE",
        help="Also ask whether the certificate proves that an equilibrium keeps to this profile (comply,comply), "
        "played in every state that has it, or to this path file (servanda-path/1): exit status 1 if it does not.",
    ),
]
SolverName = Annotated[
    str | None,
    typer.Option(
        metavar="NAME", help=f"Use this solver instead of the one chosen: {', '.join(solver_names())}.",
        autocompletion=solver_names,
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]
ShowProgress = Annotated[
    bool,
    typer.Option("--progress", help="Say on standard error how far it is, also where that is no terminal (one line)."),
]
Strict = Annotated[bool, typer.Option("--strict", help="Exit with 3 if the answer is undecided.")]

# -- agreements that are negotiated anew now and then

Concept = Annotated[
    Literal["spe", "rne"] | None,
    typer.Option(
        help="spe: agreements stand.  rne: relational negotiation equilibrium, agreements may be negotiated anew "
        "(needs voluntary transfers), for instance --concept rne --negotiation-hazard 0.3 --bargaining-weights 1,2."
    ),
]
NegotiationHazard = Annotated[
    str | None,
    typer.Option(
        metavar="RHO",
        help="With rne: the chance of negotiation per period, on arrival in a state; or some states only, "
        "review=1,crisis=0.5.",
    ),
]
BargainingWeights = Annotated[
    str | None,
    typer.Option(metavar="W1,W2[,..]", help="With rne: how what agreement adds is shared; equally if left out."),
]
NegotiationMethod = Annotated[
    Literal["auto", "exact", "truncated", "capped"] | None,
    typer.Option(
        help="With rne: stationary equilibria (exact), --dates dates and then any equilibrium (truncated), or dates "
        "after which the state stays (capped); auto is exact where play never comes back to a state it left."
    ),
]
Dates = Annotated[
    int | None,
    typer.Option(min=1, max=100_000, help="With rne: how many negotiation dates there are; 1000 if left out."),
]

# -- all discount factors, and voluntary transfers

Region = Annotated[
    bool, typer.Option("--region", help="Also find the common discount factors at which --target holds.")
]
Scan = Annotated[
    str | None,
    typer.Option(metavar="LOW,HIGH,STEP", help="The discount factors that --region tries first: 0.01,0.99,0.02."),
]
Payments = Annotated[
    bool, typer.Option("--payments", help="With transfers: who pays whom in an equilibrium (that keeps to --target).")
]
Slacks = Annotated[
    bool, typer.Option("--slacks", help="With transfers: the slack of every profile and each player's best deviation.")
]
AllDiscounts = Annotated[
    bool,
    typer.Option("--all-discounts", help="Repeated games with transfers: exact thresholds of discount factors."),
]

# -- pictures

Plot = Annotated[
    Path | None,
    typer.Option(
        metavar="OUT.svg",
        help="Draw payoff sets (of three players, each pair) with stage payoffs, Nash points, bargaining solutions "
        "and, with --target, "
        "the modes of its certificate; with --all-discounts the staircase (.svg, .png or .pdf).",
    ),
]
StateNames = Annotated[
    list[str] | None, typer.Option(metavar="NAME", help="Draw this state; may be given several times.")
]
Disagreement = Annotated[
    Literal["worst", "nash"],
    typer.Option(help="What bargaining in --plot starts from: worst payoffs, or the least Nash equilibrium."),
]
Diagram = Annotated[
    Path | None,
    typer.Option(metavar="OUT.svg", help="Draw the strategies that sustain --target (.svg, .dot or .txt)."),
]


def game_asked(file: Path, discount: str | None, transfers: Literal["none", "voluntary"] | None) -> StochasticGame:
    """The game of a file, with the discount factors and transfers that were asked for."""
    from dataclasses import replace

    from games.files.game_file import read_game

    game = read_game(file)
    if discount is not None:
        game = game.with_discount(factors(discount, game.n_players, "players"))
    return game if transfers is None else replace(game, transfers=transfers)


def plan_asked(target: str, game: StochasticGame) -> Plan | TimedPlan:
    """The plan that ``--target`` names: a profile, or a path file, which may vary over time."""
    from games.files.path_file import read_path
    from games.model.plan import Plan

    if target.endswith(".json") or os.path.isfile(target):  # unlike Path.is_file, also of a name that is too long
        return read_path(target, game)
    return Plan.of_profile(game, target)


def scan_grid(scan: str | None) -> tuple[float, ...]:
    """The lowest, the highest and the step of ``--scan``; empty if it was not given.

    Raises ``GameError`` if they make no sense, or too many points.
    """
    if scan is None:
        return ()
    from games.questions.scan import insist_on_grid

    try:
        grid = tuple(float(number) for number in numbers(scan, "--scan"))
    except ValueError:
        grid = ()
    if len(grid) != 3:
        fail(f"--scan {scan!r}: write the lowest, the highest and the step, for instance 0.01,0.99,0.02")
    insist_on_grid(*grid)
    return grid


def negotiation_options(
    game: StochasticGame, concept: str | None, hazard: str | None, weights: str | None, method: str | None,
    dates: int | None,
) -> dict[str, Any]:
    """Options of ``games.solve``; ends with exit code 2 where they do not fit together."""
    given = {"--negotiation-hazard": hazard, "--bargaining-weights": weights, "--negotiation-method": method,
             "--dates": dates}
    if concept != "rne":
        for option, value in given.items():
            if value is not None:
                fail(f"{option} needs --concept rne: otherwise agreements stand and nothing is negotiated")
        return {} if concept is None else {"concept": concept}
    if hazard is None:
        fail("--concept rne needs --negotiation-hazard: the chance of negotiation per period, from 0 to 1")
    if game.transfers != "voluntary":
        fail("--concept rne needs payments between the players: add --transfers voluntary, or set it in the game file")
    out: dict[str, Any] = {"concept": "rne", "negotiation_hazard": _hazard(hazard)}
    if weights is not None:
        out["bargaining_weights"] = tuple(numbers(weights, "--bargaining-weights"))
    if method is not None:
        out["method"] = method
    if dates is not None:
        out["dates"] = dates
    return out


def _hazard(text: str) -> str | dict[str, str]:
    if "=" not in text:
        _insist_on_a_chance(text, text)
        return text
    out: dict[str, str] = {}
    for part in numbers(text, "--negotiation-hazard"):
        name, _, value = part.partition("=")
        if not value or name.strip() in out:
            fail(f"--negotiation-hazard {text!r}: write one probability for every state named once, a=0.3,b=1")
        _insist_on_a_chance(text, value)
        out[name.strip()] = value.strip()
    return out


def _insist_on_a_chance(text: str, value: str) -> None:
    from games.numerics.exact import to_fraction

    try:
        chance = to_fraction(value.strip())
    except (ValueError, ZeroDivisionError):
        fail(f"--negotiation-hazard {text!r}: {value!r} is not a number; write for instance 0.3 or 1/3")
    if not 0 <= chance <= 1:
        fail(f"--negotiation-hazard {text!r}: give a number from 0 to 1")
