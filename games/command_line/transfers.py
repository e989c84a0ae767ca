"""What ``servanda game solve`` says of games with voluntary transfers: payments, slacks, all discount factors."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from games.command_line.terminal import fail, say, tell, told

if TYPE_CHECKING:
    from games.model.plan import Plan
    from games.solvers.solution import Solution

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

MOST_LINES = 24


def transfer_parts(
    solution: Solution, plan: Plan | None, *, payments: bool, slacks: bool, all_discounts: bool, plot: Path | None
) -> dict[str, Any]:
    """The parts of ``servanda-solution/1`` that were asked for; ends with exit code 2 where there is no such thing.

    ``plot``  where to draw the staircase, if there is one.
    """
    from games.model.plan import Plan
    from games.solvers.public_transfers import PublicLiquidity, PublicTransferSolution
    from games.solvers.relational_transfers import TransferSolution, transfer_staircase

    if isinstance(solution, PublicTransferSolution):
        if payments or slacks:
            fail(f"{'--payments' if payments else '--slacks'} needs everyone to see what was done; "
                 "with public signals the certificate of --target holds what follows every outcome")
        return {"liquidity": PublicLiquidity.of(solution.game).to_json()} if all_discounts else {}
    options = {"--payments": payments, "--slacks": slacks, "--all-discounts": all_discounts}
    for option, wanted in options.items():
        if wanted and not isinstance(solution, TransferSolution):
            fail(f"{option} speaks of voluntary transfers; add --transfers voluntary")
    out: dict[str, Any] = {}
    if not isinstance(solution, TransferSolution):
        return out
    game = solution.game
    if payments:
        schedule = solution.schedule(plan if plan is not None else Plan.free(game))
        out["payments"] = None if schedule is None else schedule.to_json(game)
    if slacks:
        out["slacks"] = solution.slacks_json()
    if all_discounts:
        staircase = transfer_staircase(game)
        out["staircase"] = staircase.to_json()
        if plot is not None:
            from games.drawing.staircase import plot_staircase

            plot_staircase(staircase, plot)
            tell(f"wrote {plot}")
    return out


def say_transfer_parts(parts: Mapping[str, Any]) -> None:
    """The same in words."""
    if "payments" in parts:
        _say_payments(parts["payments"])
    if "slacks" in parts:
        _say_slacks(parts["slacks"])
    if "staircase" in parts:
        _say_staircase(parts["staircase"])
    if "liquidity" in parts:
        _say_liquidity(parts["liquidity"])


def say_together(link: Mapping[str, Any]) -> None:
    """The weakest link where all players' temptations count together."""
    gains = ", ".join(
        f"{d['player']} could {d['deviation']}, {_gain(d['gain'])}" for d in link["deviations"])
    say(f"  weakest  state {link['state']}, ({', '.join(link['played'])}): {gains}; at stake {told(link['at_stake'])}")


def _gain(amount: float) -> str:
    return f"gaining {told(amount)}" if amount > 0 else f"losing {told(abs(amount))}"


def _say_payments(found: Mapping[str, Any] | None) -> None:
    if found is None:
        say("payments: no equilibrium was proved, so there is nothing to pay")
        return
    say("payments at the start of a period, once its state is seen (whoever does not pay is punished at once)")
    for entry in found["due"][:MOST_LINES]:
        say(f"    {_when(entry, len(found['path']) + len(found['restored']) > 1)}: {_paid(entry)}")
    if len(found["due"]) > MOST_LINES:
        say(f"    and {len(found['due']) - MOST_LINES} more; --json gives all")
    for player, profiles in found["punishments"].items():
        shown = [f"({', '.join(profile)}) in {state}" for state, profile in list(profiles.items())[:4]]
        more = ", ..." if len(profiles) > 4 else ""
        say(f"  after a deviation by {player} one period of {', '.join(shown)}{more}")


def _when(entry: Mapping[str, Any], name_state: bool) -> str:
    if entry["after"] is None:
        return "at the start"
    profile = f"({', '.join(entry['after']['profile'])})"
    place = f" in {entry['after']['state']}, now {entry['state']}" if name_state else ""
    if entry["phase"] == "punishment":
        return f"after {profile}{place}, played to punish {entry['punished']}"
    return f"after {profile}{place}" + (", punishments being over" if entry["phase"] == "restored" else "")


def _paid(entry: Mapping[str, Any]) -> str:
    said = [f"{t['from']} pays {t['to']} {_amount(t['amount'])}" for t in entry["transfers"]]
    if Fraction(entry["burnt"]) > Fraction(1, 10**9):
        said.append(f"{_amount(entry['burnt'])} is burnt")
    return ", ".join(said) or "nobody pays"


def _amount(text: str) -> str:
    return told(float(Fraction(text)))


def _say_slacks(entries: list[dict[str, Any]]) -> None:
    say("slack of every profile, and each player's best deviation")
    for entry in entries[:MOST_LINES]:
        if entry["slack"] is None:
            continue
        gains = ", ".join(f"{d['player']} {d['deviation']} {d['gain']:+.6g}" for d in entry["deviations"])
        said = f"{told(entry['slack'])}" + ("" if entry["playable"] else ", not played in any equilibrium")
        say(f"    {entry['state']} ({', '.join(entry['profile'])}): {said}; {gains or 'nobody can deviate'}")
    if len(entries) > MOST_LINES:
        say(f"    and {len(entries) - MOST_LINES} more; --json gives all")


def _say_staircase(found: Mapping[str, Any]) -> None:
    say("at all discount factors")
    if not found["steps"]:
        say("    no pure equilibrium at any")
    elif found["steps"][0]["from"] != "0":
        say(f"    below {_exact(found['steps'][0]['from'])}: no pure equilibrium")
    for step in found["steps"]:
        least = ", ".join(_exact(v) for v in step["punishment_payoffs"])
        say(f"    from {_exact(step['from'])}: joint payoff {_exact(step['joint_payoff'])} by "
            f"({', '.join(step['equilibrium_actions'])}), players at least {least}")
    for entry in found["profiles"][:MOST_LINES]:
        always, once = entry["always_from"], entry["sometimes_from"]
        if once is None:
            continue
        forever = f"for ever from {_exact(always)}" if always is not None else "never for ever"
        say(f"    ({', '.join(entry['profile'])}): {forever}, at times from {_exact(once)}")
    if len(found["profiles"]) > MOST_LINES:
        say(f"    and {len(found['profiles']) - MOST_LINES} more profiles; --json gives all")


def _say_liquidity(found: Mapping[str, Any]) -> None:
    say("at all discount factors: what can be at stake and brings most")
    for level in found["levels"]:
        least = ", ".join(told(v) for v in level["punishment_payoffs"])
        say(f"    from {told(level['from'])}: liquidity {told(level['liquidity'])}, joint payoff "
            f"{told(level['joint_payoff'])} by ({', '.join(level['equilibrium_actions'])}), players at least {least}")
    for entry in found["profiles"][:MOST_LINES]:
        if entry["always_from"] is not None:
            said = f"needs liquidity {told(entry['needs'])}, for ever from {told(entry['always_from'])}"
            say(f"    ({', '.join(entry['profile'])}): {said}")


def _exact(text: str) -> str:
    return text if "/" not in text or len(text) <= 12 else f"about {told(float(Fraction(text)))}"
