"""``servanda game``: solve games given as files and check certificates."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from games.command_line.convert import convert_command
from games.command_line.negotiation import (
    BargainingWeights,
    Concept,
    Dates,
    NegotiationHazard,
    NegotiationMethod,
    negotiation_options,
    say_negotiation,
)
from games.command_line.scores import say_scores
from games.command_line.terminal import (
    REFUSED,
    UNDECIDED,
    VERDICT_COLOUR,
    fail,
    numbers,
    progress_bar,
    say,
    say_json,
    say_region,
    scan_grid,
    tell,
    told,
)
from games.command_line.transfers import (
    AllDiscounts,
    Payments,
    Slacks,
    say_together,
    say_transfer_parts,
    transfer_parts,
)
from games.command_line.tree import tree_command

if TYPE_CHECKING:
    from games.model.plan import Plan
    from games.model.stochastic_game import StochasticGame
    from games.solvers.solution import Solution
    from games.solvers.verdict import Verdict

game_app = typer.Typer(no_args_is_help=True, help="Stochastic and repeated games, game trees: solve, certify, convert.")

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
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]

MOST_STATES = 12


@game_app.command("solve", epilog="Example: servanda game solve game.json --target comply,comply --certificate c.json")
def solve_command(
    file: GameFile,
    discount: Discount = None,
    transfers: Transfers = None,
    target: Annotated[
        str | None,
        typer.Option(
            metavar="PROFILE|PATH_FILE",
            help="Ask whether a profile (comply,comply), played in every state that has it, "
            "or a path file (servanda-path/1) is the path of an equilibrium.",
        ),
    ] = None,
    certificate: Annotated[
        Path | None, typer.Option(metavar="OUT.json", help="Write the proof of the answer about --target here.")
    ] = None,
    solver: Annotated[str | None, typer.Option(help="Use this solver instead of the one chosen.")] = None,
    concept: Concept = None,
    negotiation_hazard: NegotiationHazard = None,
    bargaining_weights: BargainingWeights = None,
    negotiation_method: NegotiationMethod = None,
    dates: Dates = None,
    region: Annotated[
        bool, typer.Option("--region", help="Also find the common discount factors at which --target holds.")
    ] = False,
    scan: Annotated[
        str | None,
        typer.Option(metavar="LOW,HIGH,STEP", help="The discount factors that --region tries first: 0.01,0.99,0.02."),
    ] = None,
    plot: Annotated[
        Path | None,
        typer.Option(
            metavar="OUT.svg",
            help="Draw payoff sets with stage payoffs, Nash points, bargaining solutions and, with --target, "
            "the modes of its certificate; with --all-discounts the staircase (.svg, .png or .pdf).",
        ),
    ] = None,
    state: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Draw this state; may be given several times.")
    ] = None,
    disagreement: Annotated[
        Literal["worst", "nash"],
        typer.Option(help="What bargaining in --plot starts from: worst payoffs, or the least Nash equilibrium."),
    ] = "worst",
    diagram: Annotated[
        Path | None,
        typer.Option(metavar="OUT.svg", help="Draw the strategies that sustain --target (.svg, .dot or .txt)."),
    ] = None,
    payments: Payments = False,
    slacks: Slacks = False,
    all_discounts: AllDiscounts = False,
    json: AsJson = False,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 3 if the answer is undecided.")] = False,
) -> None:
    """Payoffs that equilibria of a game can give, and whether a plan can be sustained."""
    for option, given in (("--certificate", certificate), ("--diagram", diagram), ("--region", region)):
        if given and target is None:
            fail(f"{option} needs --target: say what is to be sustained")
    if state and not plot:
        fail("--state needs --plot: it names what to draw")
    if scan and not region:
        fail("--scan needs --region: it says which discount factors to try")
    grid = scan_grid(scan)
    if diagram and diagram.suffix not in (".svg", ".dot", ".txt"):
        fail(f"--diagram {diagram}: the name must end in .svg, .dot or .txt")
    if plot and plot.suffix not in (".svg", ".png", ".pdf"):
        fail(f"--plot {plot}: the name must end in .svg, .png or .pdf")
    if region and concept == "rne":
        fail("--region finds discount factors for agreements that stand; leave it or --concept rne out")
    game = _read(file, discount, transfers)
    options = negotiation_options(
        game, concept, negotiation_hazard, bargaining_weights, negotiation_method, dates)
    plan = _target(target, game) if target is not None else None
    drawn = [game.states[game.state_index(name)] for name in state or ()]
    if plot and not all_discounts and game.n_players != 2:
        fail(f"--plot shows two players' payoffs, this game has {game.n_players}")
    from games.questions.solve import solve

    more: dict[str, Any] = {}
    with progress_bar("solving") as progress:
        solution = solve(game, solver=solver, progress=progress, **options)
        verdict = solution.verdict(plan) if plan is not None else None
        if plan is not None and verdict is not None:
            link = solution.weakest_link(plan, verdict)
            more["weakest_link"] = None if link is None else link.to_json(game)
        if region and plan is not None:
            from games.questions.discount_region import discount_region

            more["region"] = discount_region(game, plan, *grid, solver=solver, progress=progress).to_json()
    parts = transfer_parts(solution, plan, payments=payments, slacks=slacks, all_discounts=all_discounts, plot=plot)
    _report(solution, target, verdict, more | {"parts": parts}, certificate, json)
    if plot and not all_discounts:
        from games.drawing.payoff_sets import plot_payoff_sets

        plot_payoff_sets(solution, plot, states=drawn, plan=plan, verdict=verdict, disagreement=disagreement)
        tell(f"wrote {plot}")
    if diagram and plan is not None:
        _draw(solution, plan, verdict, diagram)
    answered = solution.status == "converged" if verdict is None else _word(verdict) != "undecided"
    if strict and not answered:
        raise typer.Exit(UNDECIDED)


@game_app.command("certify", epilog="Example: servanda game certify game.json --certificate c.json")
def certify_command(
    file: GameFile,
    certificate: Annotated[Path, typer.Option(metavar="CERT.json", help="The certificate.", show_default=False)],
    discount: Discount = None,
    transfers: Transfers = None,
    json: AsJson = False,
) -> None:
    """Re-prove a certificate in exact rational arithmetic, by code that knows no solver.

    Give --discount and --transfers as they were given to solve.  Exit status 1 means refused.
    """
    from games.certificates.certificate_file import read_certificate

    game = _read(file, discount, transfers)
    evidence = read_certificate(certificate)
    report = evidence.check(game)
    if json:
        say_json(
            {
                "accepted": report.accepted,
                "kind": evidence.kind,
                "concept": evidence.concept.value,
                "claim": report.claim,
                "place": report.place,
                "problem": report.problem,
                "numbers": dict(report.numbers),
                "game_digest": game.digest,
            }
        )
    elif report.accepted:
        say("accepted", bold=True, colour="green")
        say(f"  claim    {report.claim}")
        say(f"  kind     {evidence.kind}")
        say(f"  concept  {evidence.concept.value}")
        for key, value in report.numbers.items():
            say(f"  {key.replace('_', ' ')}  {told(value)}")
    else:
        say("refused", bold=True, colour="red")
        say(f"  claim    {report.claim}")
        say(f"  where    {report.place}")
        say(f"  why      {report.problem}")
    if not report.accepted:
        raise typer.Exit(REFUSED)


game_app.command("convert", epilog="Example: servanda game convert game.json --to nfg --out game.nfg")(convert_command)
game_app.command("tree", epilog="Example: servanda game tree tree.json --certificate proof.json")(tree_command)


def _read(file: Path, discount: str | None, transfers: Literal["none", "voluntary"] | None) -> StochasticGame:
    from dataclasses import replace

    from games.files.game_file import read_game
    from games.model.stochastic_game import GameError

    game = read_game(file)
    if discount is not None:
        given = numbers(discount, "--discount")
        if len(given) not in (1, game.n_players):
            count = game.n_players
            fail(f"--discount {discount!r}: {len(given)} numbers for {count} players; give one, or one for each")
        try:
            game = game.with_discount(given[0] if len(given) == 1 else given)
        except GameError:
            raise
        except (ValueError, ZeroDivisionError, OverflowError):
            fail(f"--discount {discount!r}: not a number; write for instance 0.9 or 1/3")
    if transfers is not None:
        game = replace(game, transfers=transfers)
    return game


def _target(target: str, game: StochasticGame) -> Plan:
    from games.files.path_file import read_path
    from games.model.plan import Plan

    if target.endswith(".json") or Path(target).is_file():
        return read_path(target, game)
    return Plan.of_profile(game, target)


def _report(
    solution: Solution,
    target: str | None,
    verdict: Verdict | None,
    more: dict[str, Any],
    certificate: Path | None,
    json: bool,
) -> None:
    from games.certificates.certificate_file import write_certificate
    from games.model.stochastic_game import GameError
    from games.solvers.verdict import certificate_of, verdict_json

    evidence = certificate_of(verdict) if verdict is not None else None
    if certificate is not None and evidence is not None:
        try:
            write_certificate(evidence, certificate)
        except OSError as error:
            raise GameError(f"{certificate}: cannot be written: {error.strerror or error}") from None
    if json:
        out = solution.to_json()
        if verdict is not None:
            out["verdict"] = {"target": target} | verdict_json(verdict) | {"weakest_link": more["weakest_link"]}
        if "region" in more:
            out["region"] = more["region"]
        out |= more["parts"]
        if certificate is not None:
            out["certificate"] = evidence.to_json() if evidence is not None else None
        say_json(out)
    else:
        _say_solution(solution)
        if verdict is not None:
            _say_verdict(str(target), verdict_json(verdict), more["weakest_link"])
        if "region" in more:
            say_region(more["region"])
        say_transfer_parts(more["parts"])
    if certificate is not None:
        tell(f"wrote {certificate}" if evidence is not None else "no certificate: the answer is undecided")


def _say_solution(solution: Solution) -> None:
    found = solution.to_json()
    game = solution.game
    say(game.name or "game", bold=True)
    plural = "s" if game.n_states > 1 else ""
    say(f"  size     {game.n_players} players, {game.n_states} state{plural}, {game.n_rows} profiles")
    say(f"  discount {', '.join(told(d) for d in found['discount'])}")
    say(f"  solver   {found['solver']}: {found['why']}")
    say(f"  concept  {found['concept']}")
    bound = f", error at most about {found['error_bound']:.1e}" if found["error_bound"] is not None else ""
    say(f"  status   {found['status']} ({found['iterations']} iterations{bound}, {found['seconds']:.2f} s)")
    say_negotiation(found)
    say_scores(found)
    if found["empty"]:
        say("no equilibrium of this concept exists from the initial state", bold=True)
    for k, (name, state) in enumerate(found["states"].items()):
        if k == MOST_STATES:
            say(f"and {game.n_states - MOST_STATES} more states; --json gives all")
            break
        _say_state(name, state, solution.status, game.players)


def _say_state(name: str, state: dict[str, Any], status: str, players: tuple[str, ...]) -> None:
    if "vertices" in state:
        what = "equilibrium payoffs" if status == "converged" else "equilibrium payoffs lie within"
        say(f"state {name}: {what}" + (": none" if not state["vertices"] else ""))
        _say_vertices(state["vertices"])
        if status != "converged" and state["inner"]:
            say("  and equilibria were found at")
            _say_vertices(state["inner"])
    elif "joint_payoff" in state and state["joint_payoff"] is None:
        say(f"state {name}: equilibrium payoffs: none")
    elif "joint_payoff" in state:
        span = f"from {told(state['least_joint_payoff'])} to " if "least_joint_payoff" in state else "at most "
        say(f"state {name}: joint payoff {span}{told(state['joint_payoff'])}, "
            f"by ({', '.join(state['equilibrium_actions'])})")
        for player, least, profile in zip(
            players, state["punishment_payoffs"], state["punishment_actions"], strict=True
        ):
            say(f"    {player} at least {told(least)}, held to it by ({', '.join(profile)})")
        if "negotiated_payoffs" in state:
            say("    negotiated payoffs " + ", ".join(told(r) for r in state["negotiated_payoffs"]))
    elif "support" in state:
        say(f"state {name}: bounds on the largest payoff in each direction")
        support = state["support"]
        for direction, low, high in zip(support["directions"], support["inner"], support["outer"], strict=True):
            say(f"    {direction}: at least {told(low)}, at most {told(high)}")


def _say_verdict(target: str, verdict: dict[str, Any], link: dict[str, Any] | None) -> None:
    word = verdict["verdict"]
    say(f"{target}: {word}", bold=True, colour=VERDICT_COLOUR[word])
    say(f"  concept  {verdict['concept']}")
    if word == "undecided":
        say(f"  reason   {verdict['reason']}")
        for key, value in verdict["bounds"].items():
            say(f"  {key.replace('_', ' ')}  {told(value)}")
    else:
        say(f"  margin   {told(verdict['margin'])}")
        say(f"  proof    {verdict['certificate']['kind']}, checked exactly")
    if link is not None and "deviations" in link:
        say_together(link)
    elif link is not None:
        played = ",".join(link["played"])
        say(f"  weakest  state {link['state']}: {link['player']} could {link['deviation']} instead of {played}")


def _say_vertices(vertices: list[list[float]]) -> None:
    """Each vertex once, as far as six digits tell them apart."""
    largest = max((abs(x) for vertex in vertices for x in vertex), default=0.0)
    told = [
        "    (" + ", ".join(f"{x if abs(x) > 1e-7 * largest else 0.0:.6g}" for x in vertex) + ")" for vertex in vertices
    ]
    for line in dict.fromkeys(told):
        say(line)


def _word(verdict: Verdict) -> str:
    from games.solvers.verdict import verdict_json

    return str(verdict_json(verdict)["verdict"])


def _draw(solution: Solution, plan: Plan, verdict: Verdict | None, diagram: Path) -> None:
    from games.drawing import automata as diagrams
    from games.drawing import public_automata as public_diagrams
    from games.files.writing import write_text
    from games.model.public_automaton import PublicAutomaton

    game, kind = solution.game, diagram.suffix
    drawn: str | None = None
    automaton = solution.automaton(plan, verdict)
    if isinstance(automaton, PublicAutomaton):
        answer = {".svg": public_diagrams.public_automaton_svg, ".dot": public_diagrams.public_automaton_dot,
                  ".txt": public_diagrams.public_automaton_text}
        drawn = answer[kind](game, automaton)
    else:
        draw = {".svg": diagrams.automaton_svg, ".dot": diagrams.automaton_dot, ".txt": diagrams.automaton_text}
        drawn = None if automaton is None else draw[kind](game, automaton)
    if drawn is None and game.transfers == "voluntary":
        tell("no diagram: it has no place for payments; the certificate holds who pays what")
    elif drawn is None:
        tell("no diagram: no equilibrium that follows the target was proved")
    else:
        tell(f"wrote {write_text(diagram, drawn)}")
