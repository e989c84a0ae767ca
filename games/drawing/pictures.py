"""The picture of a thing, as its ``plot`` method draws it: of games, solutions, sets, regions, verdicts, automata."""

from __future__ import annotations

from functools import singledispatch
from pathlib import Path
from typing import TYPE_CHECKING, Any, final

import numpy as np

from games.certificates.automata.no_profitable_deviation import NoProfitableDeviation
from games.certificates.signals.self_generation import PublicSelfGeneration
from games.drawing.automata import automaton_svg
from games.drawing.payoff_sets import payoff_set_figure
from games.drawing.style import BLACK, BLUE, GREEN, GREY, OPEN_AXES, ORANGE, RED, SKY, settings, write_figure
from games.files.writing import write_text
from games.model.public_automaton import PublicAutomaton
from games.model.stage_game import StageGame, stage_game_of
from games.model.stochastic_game import GameError, StochasticGame
from games.model.strategy_automaton import StrategyAutomaton
from games.numerics.arrays import Floats
from games.numerics.polygons import hull_of
from games.play.strategies.evaluation import Judged
from games.questions.discount_region import DiscountRegion
from games.questions.folk_theorem import FolkTheoremSet
from games.solvers.payoff_set import EquilibriumPayoffSet
from games.solvers.solution import Solution
from games.solvers.verdict import Sustainable, Undecided, Unsustainable

if TYPE_CHECKING:
    from matplotlib.figure import Figure

KINDS = (".svg", ".png", ".pdf")


@final
class Picture(str):
    """The text of an SVG picture; notebooks show what it draws."""

    def _repr_svg_(self) -> str:
        return str(self)


def picture_of(thing: Any, path: str | Path | None = None, **options: Any) -> Figure | Picture:
    """Draw a thing, and write the picture where a path is given.

    ``options``  of solutions those of ``plot_payoff_sets``; ``game`` of automata and verdicts.

    Raises ``GameError`` where there is nothing to draw, an option does not exist, or the file cannot be written.
    """
    place = None if path is None else Path(path)
    if isinstance(thing, Judged):
        thing, options = thing.automaton, {"game": thing.game} | options
    if isinstance(thing, (StrategyAutomaton, PublicAutomaton, Sustainable)):
        return _automaton_picture(thing, place, **options)
    if place is not None and place.suffix not in KINDS:
        raise GameError(f"{place}: the name must end in .svg, .png or .pdf")
    if isinstance(thing, Solution):
        legal = ("states", "plan", "verdict", "disagreement")
        _insist_on_options(thing, options, legal)
        figure = payoff_set_figure(thing, **options)
    else:
        _insist_on_options(thing, options, ())
        with settings("picture", OPEN_AXES | {"font.size": 9}):
            figure = _drawn(thing)
            if place is not None:
                write_figure(figure, place)
        return figure
    if place is not None:
        with settings("payoff-sets", OPEN_AXES | {"font.size": 9}):
            write_figure(figure, place)
    return figure


def _insist_on_options(thing: Any, options: dict[str, Any], legal: tuple[str, ...]) -> None:
    for name in options:
        if name not in legal:
            raise GameError(f"plot of a {type(thing).__name__} has no option {name!r}; options are "
                            f"{', '.join(legal) or 'none'}")


def _automaton_picture(thing: Any, path: Path | None, **options: Any) -> Picture:
    """The automaton, or that of a verdict's certificate, as SVG."""
    _insist_on_options(thing, options, ("game",))
    game = options.get("game")
    if not isinstance(game, StochasticGame):
        raise GameError("states and profiles of an automaton are numbers; give the game that was solved, game=game")
    automaton = thing
    if isinstance(thing, Sustainable):
        proof = thing.certificate
        if not isinstance(proof, NoProfitableDeviation | PublicSelfGeneration) or (
            isinstance(proof, NoProfitableDeviation) and proof.clock is not None
        ):
            raise GameError("the certificate holds no automaton of the game; solution.automaton(target) has one if "
                            "there is any")
        automaton = proof.automaton
    if path is not None and path.suffix != ".svg":
        raise GameError(f"{path}: automata are drawn as .svg; automaton_dot and automaton_text write other forms")
    try:
        picture = Picture(automaton_svg(game, automaton))
    except IndexError:
        raise GameError("the automaton is not one of this game: it has states or profiles that the game lacks; give "
                        "the game that was solved") from None
    if path is not None:
        write_text(path, picture)
    return picture


@singledispatch
def _drawn(thing: Any) -> Figure:
    raise GameError(f"there is no picture of a {type(thing).__name__}; there are of games, solutions and payoff sets")


@_drawn.register(Unsustainable)
@_drawn.register(Undecided)
def _(verdict: Any) -> Figure:
    raise GameError("only a verdict that a plan holds has an automaton to draw; solution.plot(plan=..., verdict=...) "
                    "draws payoff sets")


@_drawn.register(StochasticGame)
def _(game: StochasticGame) -> Figure:
    if game.n_states == 1:
        return _stage_figure(stage_game_of(game, 0), game.players, game.name)
    _insist_on_two(game.n_players)
    figure, axes = _axes(game.players)
    colours = (BLUE, ORANGE, GREEN, RED, SKY, BLACK)
    for s, name in enumerate(game.states[:len(colours)]):
        axes.plot(*game.payoffs[game.rows_of(s)].T, "o+xs^D"[s], color=colours[s], label=name)
    more = game.n_states - len(colours)
    axes.set_title((game.name or "Payoffs of profiles, by state") + (f"; {more} more states" if more > 0 else ""))
    axes.legend(frameon=False)
    return figure


@_drawn.register(StageGame)
def _(game: StageGame) -> Figure:
    return _stage_figure(game, ("P1", "P2"), "")


def _stage_figure(stage: StageGame, players: tuple[str, ...], title: str) -> Figure:
    """Payoffs of profiles, their hull, and the equilibria in pure actions."""
    _insist_on_two(stage.n_players)
    figure, axes = _axes(players)
    points = stage.payoffs.reshape(-1, 2)
    _fill(axes, hull_of(points), GREY, "feasible payoffs")
    axes.plot(*points.T, "o", color=BLUE, label="profiles")
    pure = np.array([stage.payoffs[p] for p in stage.pure_equilibria()]).reshape(-1, 2)
    if len(pure):
        axes.plot(*pure.T, "X", color=ORANGE, markersize=11, label="equilibria in pure actions")
    axes.set_title(title or "One round")
    axes.legend(frameon=False)
    return figure


@_drawn.register(EquilibriumPayoffSet)
def _(found: EquilibriumPayoffSet) -> Figure:
    figure, axes = _axes(("player 1", "player 2"))
    _fill(axes, found.outer, SKY, "holds all equilibrium payoffs")
    _fill(axes, found.inner, BLUE, "equilibrium payoffs found")
    axes.set_title("No equilibrium" if found.empty else f"Equilibrium payoffs, gap {found.gap:.3g}")
    if not found.empty:
        axes.legend(frameon=False)
    return figure


@_drawn.register(FolkTheoremSet)
def _(found: FolkTheoremSet) -> Figure:
    _insist_on_two(len(found.players))
    figure, axes = _axes(found.players)
    _fill(axes, found.feasible, GREY, "feasible payoffs")
    _fill(axes, found.vertices, BLUE, "above the minmax payoffs")
    least = [float(m.pure if found.punishments == "pure" else m.high) for m in found.minmax]
    axes.axvline(least[0], color=RED, linewidth=1, linestyle="--", label="minmax payoffs")
    axes.axhline(least[1], color=RED, linewidth=1, linestyle="--")
    axes.set_title("Payoffs of patient players" + ("" if found.holds else ": the theorem does not apply"))
    axes.legend(frameon=False)
    return figure


@_drawn.register(DiscountRegion)
def _(region: DiscountRegion) -> Figure:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6.4, 1.6), layout="constrained")
    axes = figure.add_subplot()
    for low, high in region.intervals:
        axes.plot([low, high], [0, 0], color=BLUE, linewidth=8, solid_capstyle="butt")
    for edge in region.edges:
        axes.plot([edge.discount], [0], "|", color=BLACK, markersize=22, markeredgewidth=2 if edge.proved else 0.7)
    for unknown in region.undecided:
        axes.plot([unknown], [0], "x", color=RED)
    axes.set(xlim=(0, 1), yticks=[], xlabel="common discount factor")
    axes.set_title("Where the plan holds" if region.intervals else "The plan holds nowhere that was tried", fontsize=9)
    return figure


def _insist_on_two(players: int) -> None:
    if players != 2:
        raise GameError(f"a plane shows the payoffs of two players, and there are {players}; to_frame() lists them")


def _axes(players: tuple[str, ...]) -> tuple[Figure, Any]:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(5.4, 4.4), layout="constrained")
    axes = figure.add_subplot()
    axes.set(xlabel=f"{players[0]}: average payoff", ylabel=f"{players[1]}: average payoff")
    return figure, axes


def _fill(axes: Any, corners: Floats, colour: str, label: str) -> None:
    """A polygon; a segment or a point where it is one."""
    if len(corners) > 2:
        axes.fill(*corners.T, facecolor=colour, alpha=0.3, edgecolor=colour, label=label)
    elif len(corners):
        axes.plot(*corners.T, "o-", color=colour, label=label)
