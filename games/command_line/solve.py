"""``servanda game solve``: payoffs that equilibria of a game can give, and whether a plan can be sustained."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, final

import typer

from games.command_line.options import (
    AllDiscounts,
    AsJson,
    BargainingWeights,
    CertificateOut,
    Concept,
    Dates,
    Diagram,
    Disagreement,
    Discount,
    GameFile,
    NegotiationHazard,
    NegotiationMethod,
    Payments,
    Plot,
    Region,
    Scan,
    ShowProgress,
    Slacks,
    SolverName,
    StateNames,
    Strict,
    Target,
    Transfers,
    game_asked,
    negotiation_options,
    plan_asked,
    scan_grid,
)
from games.command_line.places import insist_on_places
from games.command_line.progress import progress_line
from games.command_line.say import say_parts, say_solution, say_verdict
from games.command_line.terminal import UNDECIDED, fail, say_json, tell

if TYPE_CHECKING:
    from games.certificates.certificate import Certificate
    from games.model.clock import TimedPlan
    from games.model.plan import Plan
    from games.model.stochastic_game import StochasticGame
    from games.numerics.progress import Progress
    from games.solvers.solution import AtEveryDiscount, Solution, WeakestDeviation
    from games.solvers.verdict import Verdict


@final
@dataclass(frozen=True)
class Question:
    """What is asked of a game; its fields are the options of the command."""

    target: str | None
    solver: str | None
    region: bool
    grid: tuple[float, ...]
    payments: bool
    slacks: bool
    all_discounts: bool


@final
@dataclass(frozen=True)
class Pictures:
    """What is to be drawn, and where; its fields are the options of the command."""

    plot: Path | None
    states: tuple[str, ...]
    disagreement: Literal["worst", "nash"]
    diagram: Path | None


@final
@dataclass(frozen=True, eq=False)
class Answer:
    """The solution, and the verdict on the target if there is one.

    ``link``   the deviation that decides the verdict's margin.
    ``parts``  further parts of ``servanda-solution/1`` that were asked for.
    """

    solution: Solution
    target: str | None
    plan: Plan | TimedPlan | None
    verdict: Verdict | None
    link: WeakestDeviation | None
    parts: dict[str, Any] = field(default_factory=dict)

    @property
    def certificate(self) -> Certificate | None:
        """The proof of the verdict."""
        from games.solvers.verdict import certificate_of

        return None if self.verdict is None else certificate_of(self.verdict)

    @property
    def settled(self) -> bool:
        """The target's verdict is proved; without a target, the payoff sets are known."""
        return self.solution.status == "converged" if self.verdict is None else self.certificate is not None

    def verdict_json(self) -> dict[str, Any] | None:
        """The ``verdict`` of ``servanda-solution/1``, None without a target."""
        from games.solvers.verdict import verdict_json

        if self.verdict is None:
            return None
        link = None if self.link is None else self.link.to_json(self.solution.game)
        return {"target": self.target} | verdict_json(self.verdict) | {"weakest_link": link}


def solve_command(
    file: GameFile,
    discount: Discount = None,
    transfers: Transfers = None,
    target: Target = None,
    certificate: CertificateOut = None,
    solver: SolverName = None,
    concept: Concept = None,
    negotiation_hazard: NegotiationHazard = None,
    bargaining_weights: BargainingWeights = None,
    negotiation_method: NegotiationMethod = None,
    dates: Dates = None,
    region: Region = False,
    scan: Scan = None,
    plot: Plot = None,
    state: StateNames = None,
    disagreement: Disagreement = "worst",
    diagram: Diagram = None,
    payments: Payments = False,
    slacks: Slacks = False,
    all_discounts: AllDiscounts = False,
    json: AsJson = False,
    strict: Strict = False,
    show_progress: ShowProgress = False,
) -> None:
    """Payoffs that equilibria of a game can give, and whether a plan can be sustained."""
    question = Question(target, solver, region, scan_grid(scan), payments, slacks, all_discounts)
    pictures = Pictures(plot, tuple(state or ()), disagreement, diagram)
    _insist_that_they_fit(question, pictures, certificate, concept)
    insist_on_places((file, target), {"--certificate": certificate, "--plot": plot, "--diagram": diagram})
    with progress_line("solving", show_progress) as progress:
        game = game_asked(file, discount, transfers)
        options = negotiation_options(game, concept, negotiation_hazard, bargaining_weights, negotiation_method, dates)
        _insist_that_the_game_allows_it(game, question, pictures)
        answer = _answer(game, question, options, progress)
        thresholds = _add_transfer_parts(answer, question)
    _write_certificate(answer, certificate)
    _report(answer, certificate, json)
    _plot(answer, thresholds, pictures)
    _draw(answer, pictures.diagram)
    if strict and not answer.settled:
        raise typer.Exit(UNDECIDED)


def _insist_that_they_fit(
    question: Question, pictures: Pictures, certificate: Path | None, concept: str | None
) -> None:
    """Options that need one another are given together."""
    for option, given in (
        ("--certificate", certificate), ("--diagram", pictures.diagram), ("--region", question.region)
    ):
        if given and question.target is None:
            fail(f"{option} needs --target: say what is to be sustained")
    if pictures.states and not pictures.plot:
        fail("--state needs --plot: it names what to draw")
    if question.grid and not question.region:
        fail("--scan needs --region: it says which discount factors to try")
    if pictures.diagram and pictures.diagram.suffix not in (".svg", ".dot", ".txt"):
        fail(f"--diagram {pictures.diagram}: the name must end in .svg, .dot or .txt")
    if pictures.plot and pictures.plot.suffix not in (".svg", ".png", ".pdf"):
        fail(f"--plot {pictures.plot}: the name must end in .svg, .png or .pdf")
    if question.region and concept == "rne":
        fail("--region finds discount factors for agreements that stand; leave it or --concept rne out")


def _insist_that_the_game_allows_it(game: StochasticGame, question: Question, pictures: Pictures) -> None:
    """The states to draw exist, payoff sets can be drawn, and there are payments to speak of."""
    for name in pictures.states:
        game.state_index(name)
    if pictures.plot and not question.all_discounts and game.n_players not in (2, 3):
        fail(f"--plot shows the payoffs of two players, or of each pair of three, and this game has {game.n_players}; "
             "--json gives corners and facets of the set")
    asked = {"--payments": question.payments, "--slacks": question.slacks, "--all-discounts": question.all_discounts}
    for option, wanted in asked.items():
        if wanted and game.transfers != "voluntary":
            fail(f"{option} speaks of voluntary transfers; add --transfers voluntary")


def _answer(game: StochasticGame, question: Question, options: Mapping[str, Any], progress: Progress) -> Answer:
    """Solve the game, and judge the target once."""
    from games.questions.discount_region import discount_region
    from games.questions.solve import solve

    plan = None if question.target is None else plan_asked(question.target, game)
    solution = solve(game, solver=question.solver, progress=progress, **options)
    if plan is None:
        return Answer(solution, None, None, None, None)
    verdict = solution.verdict(plan)
    solution = solution.including(verdict)
    answer = Answer(solution, question.target, plan, verdict, solution.weakest_link(plan, verdict))
    if question.region:
        found = discount_region(
            game, plan, *question.grid, solver=question.solver, verdict=verdict, progress=progress)
        answer.parts["region"] = found.to_json()
    return answer


def _add_transfer_parts(answer: Answer, question: Question) -> AtEveryDiscount | None:
    """Payments, slacks and thresholds that were asked for; the last are handed on, to be drawn."""
    from games.model.plan import Plan

    solution, game, parts = answer.solution, answer.solution.game, answer.parts
    if question.payments:
        schedule = solution.schedule(answer.plan or Plan.free(game))
        parts["payments"] = None if schedule is None else schedule.to_json(game)
    if question.slacks:
        parts["slacks"] = solution.slacks_json()
    if not question.all_discounts:
        return None
    thresholds = solution.at_every_discount()
    parts[thresholds.part] = thresholds.to_json()
    return thresholds


def _write_certificate(answer: Answer, place: Path | None) -> None:
    from games.certificates.certificate_file import write_certificate

    if place is not None and answer.certificate is not None:
        write_certificate(answer.certificate, place)


def _report(answer: Answer, certificate: Path | None, json: bool) -> None:
    """What was found, on standard output; that a certificate was written, on standard error."""
    verdict, evidence = answer.verdict_json(), answer.certificate
    if json:
        out = answer.solution.to_json() | ({} if verdict is None else {"verdict": verdict}) | answer.parts
        if certificate is not None:
            out["certificate"] = None if evidence is None else evidence.to_json()
        say_json(out)
    else:
        say_solution(answer.solution)
        if verdict is not None:
            say_verdict(verdict)
        say_parts(answer.parts)
    if certificate is not None:
        tell(f"wrote {certificate}" if evidence is not None else "no certificate: the answer is undecided")


def _plot(answer: Answer, thresholds: AtEveryDiscount | None, pictures: Pictures) -> None:
    """Payoff sets, or the staircase of all discount factors."""
    plot, solution = pictures.plot, answer.solution
    if plot is None:
        return
    if thresholds is not None:
        from games.drawing import plot_staircase

        if not plot_staircase(thresholds, plot):
            tell("no plot: there is a staircase where everyone sees what was done")
            return
    else:
        from games.drawing import plot_payoff_sets

        plot_payoff_sets(
            solution, plot, states=pictures.states, plan=answer.plan, verdict=answer.verdict,
            disagreement=pictures.disagreement)
    tell(f"wrote {plot}")


def _draw(answer: Answer, diagram: Path | None) -> None:
    """The automaton that proves that the target holds."""
    from games.drawing import automaton_dot, automaton_svg, automaton_text
    from games.files.writing import write_text

    if diagram is None or answer.plan is None:
        return
    game = answer.solution.game
    automaton = answer.solution.automaton(answer.plan, answer.verdict)
    if automaton is not None:
        draw = {".svg": automaton_svg, ".dot": automaton_dot, ".txt": automaton_text}[diagram.suffix]
        tell(f"wrote {write_text(diagram, draw(game, automaton))}")
    elif game.transfers == "voluntary":
        tell("no diagram: it has no place for payments; the certificate holds who pays what")
    else:
        tell("no diagram: no equilibrium that follows the target was proved")
