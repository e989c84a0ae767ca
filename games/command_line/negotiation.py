"""What ``servanda game solve`` asks and says about agreements that are negotiated anew now and then."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from games.command_line.terminal import fail, numbers, say, told

if TYPE_CHECKING:
    from games.model.stochastic_game import StochasticGame

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
    int | None, typer.Option(min=1, help="With rne: how many negotiation dates there are; 1000 if left out.")
]


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


def say_negotiation(found: Mapping[str, Any]) -> None:
    """The terms and the method, and where there is no equilibrium; ``found`` is a ``servanda-solution/1`` object."""
    if "negotiation_hazard" not in found:
        return
    hazard = found["negotiation_hazard"]
    chance = told(hazard) if not isinstance(hazard, Mapping) else ", ".join(
        f"{told(h)} in {name}" for name, h in hazard.items() if h)
    shares = ", ".join(told(w) for w in found["bargaining_weights"])
    say(f"  hazard   negotiated anew with probability {chance}; what agreement adds is shared {shares}")
    say(f"  method   {found['method']}" + (f", {found['dates']} dates" if found["dates"] else ""))
    if "missing" in found:
        say(f"  note     {found['missing']}")
    for failure in found.get("failures", [])[:3]:
        profile = ", ".join(failure["profile"])
        say(f"  fails    at date {failure['date']} in state {failure['state']}: ({profile}) comes nearest and lacks "
            f"{told(-failure['slack'])}")
    for edge in found.get("knife_edges", [])[:3]:
        profile = ", ".join(edge["profile"])
        say(f"  edge     at date {edge['date']} in state {edge['state']}: whether ({profile}) can be played is a "
            "matter of rounding")


def _hazard(text: str) -> str | dict[str, str]:
    if "=" not in text:
        return text
    out: dict[str, str] = {}
    for part in numbers(text, "--negotiation-hazard"):
        name, _, value = part.partition("=")
        if not value or name.strip() in out:
            fail(f"--negotiation-hazard {text!r}: write one probability for every state named once, a=0.3,b=1")
        out[name.strip()] = value.strip()
    return out
