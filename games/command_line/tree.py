"""``servanda game tree``: games in extensive form: who knows what, what is played, with a proof."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from games.command_line.terminal import REFUSED, UNDECIDED, fail, say, say_json, tell

if TYPE_CHECKING:
    from games.extensive_form.answers import TreeAnswer

MOST_LISTED = 12
MOST_MOVES = 40
BELIEFS = {
    "supported": "weak perfect Bayesian, some beliefs justify it",
    "unsupported": "not perfect Bayesian, whatever is believed",
    "undecided": "whether beliefs support it was not settled",
}


def tree_command(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A servanda-extensive/1 file (JSON).", show_default=False)
    ],
    certificate: Annotated[
        Path | None, typer.Option(metavar="OUT.json", help="Write the proof of the answer here.")
    ] = None,
    check: Annotated[
        Path | None,
        typer.Option(metavar="CERT.json", help="Solve nothing: re-prove this certificate.  Exit status 1 = refused."),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 3 if the answer is undecided.")] = False,
) -> None:
    """A game in extensive form: perfect recall, subgames, and its solution with an exact proof.

    Backward induction if all is seen, optimal plans if two players' payoffs always add up to the same, and otherwise
    all subgame-perfect equilibria in pure strategies, with beliefs where some exist.
    """
    from games.game_trees.tree_file import read_extensive

    if check is not None and certificate is not None:
        fail("--certificate writes a proof and --check reads one; give one of them")
    game = read_extensive(file)
    if check is not None:
        from games.certificates.trees.files import read_tree_certificate

        evidence = read_tree_certificate(check)
        report = evidence.check(game)
        if json:
            say_json({
                "accepted": report.accepted, "kind": evidence.kind, "claim": report.claim, "place": report.place,
                "problem": report.problem, "numbers": dict(report.numbers), "game_digest": game.digest,
            })
        else:
            say("accepted" if report.accepted else "refused", bold=True, colour="green" if report.accepted else "red")
            say(f"  claim    {report.claim}")
            if not report.accepted:
                say(f"  where    {report.place}")
                say(f"  why      {report.problem}")
        raise typer.Exit(0 if report.accepted else REFUSED)
    from games.extensive_form.answers import answer

    found = answer(game)
    if found.certificate is not None:
        proof = found.certificate.check(game)
        if not proof.accepted:
            raise RuntimeError(f"the proof of the answer was refused: {proof.place}: {proof.problem}")
    if json:
        say_json(found.to_json())
    else:
        _say(found)
    if certificate is not None and found.certificate is not None:
        from games.certificates.trees.files import write_tree_certificate

        tell(f"wrote {write_tree_certificate(found.certificate, certificate)}")
    elif certificate is not None:
        tell("no certificate: there is no equilibrium to show")
    if strict and found.status == "undecided":
        raise typer.Exit(UNDECIDED)


def _say(answer: TreeAnswer) -> None:
    found = answer.to_json()
    say(found["name"] or "game tree", bold=True)
    sizes = ((len(found["players"]), "player"), (found["nodes"], "node"),
             (found["information_sets"], "information set"), (found["subgames"], "subgame"))
    say("  size     " + ", ".join(f"{number} {what}{'s' * (number != 1)}" for number, what in sizes))
    seen = "perfect information" if found["perfect_information"] else "imperfect information"
    say(f"  kind     {seen}, {'perfect recall' if found['perfect_recall'] else 'no perfect recall'}"
        + ("" if found["constant_sum"] is None else f", payoffs always add up to {found['constant_sum']}"))
    say(f"  method   {found['method']}")
    if found["status"] == "undecided":
        say(f"  undecided: {found['reason']}")
    if "value" in found:
        low, high = found["bounds"]
        say(f"value to {found['players'][0]}: {low if low == high else f'between {low} and {high}'}", bold=True)
        _say_strategies(found["strategies"])
    elif "payoffs" in found:
        say(f"payoffs ({', '.join(found['payoffs'])})", bold=True)
        _say_strategies(found["strategies"])
        for tie in found["ties"]:
            say(f"  {tie['player']} is indifferent here: {tie['information_set']}")
        everything = found["all_payoffs"]
        if everything is None:
            say("  too many other equilibria to list")
        elif len(everything) > 1:
            say(f"  all {len(everything)} payoffs of pure subgame-perfect equilibria:")
            for payoffs in everything[:MOST_LISTED]:
                say(f"    ({', '.join(payoffs)})")
            _say_rest(len(everything))
    elif "equilibria" in found:
        count = len(found["equilibria"])
        say(f"subgame-perfect equilibria in pure strategies: {count or 'none; there may be mixed ones'}", bold=True)
        for equilibrium in found["equilibria"][:MOST_LISTED]:
            say(f"payoffs ({', '.join(equilibrium['payoffs'])}): {BELIEFS[equilibrium['beliefs']]}"
                + (f" ({equilibrium['why']})" if equilibrium["why"] else ""))
            _say_strategies(equilibrium["strategies"])
        _say_rest(count)
    if answer.certificate is not None:
        say(f"  proof    {answer.certificate.kind}, checked exactly")


def _say_strategies(strategies: dict[str, Any]) -> None:
    lines = [
        f"  {player}, {name}: " + ", ".join(action if p == "1" else f"{action} {p}" for action, p in law.items())
        for player, sets in strategies.items() for name, law in sets.items()
    ]
    for line in lines[:MOST_MOVES]:
        say(line)
    if len(lines) > MOST_MOVES:
        say(f"  and {len(lines) - MOST_MOVES} more moves; --json gives all")


def _say_rest(count: int) -> None:
    if count > MOST_LISTED:
        say(f"and {count - MOST_LISTED} more; --json gives all")
