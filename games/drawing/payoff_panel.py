"""One panel of a picture of payoff sets: a state's equilibria, stage payoffs, bargaining, the modes of a proof."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, final

import numpy as np

from games.bargaining.axiomatic import egalitarian, kalai_smorodinsky, nash, utilitarian
from games.drawing.style import BLACK, BLUE, GREEN, GREY, ORANGE, PURPLE, RED, SKY
from games.model.mixed_equilibria import Profile
from games.model.stage_game import stage_game_of
from games.model.stochastic_game import StochasticGame
from games.numerics.arrays import Floats
from games.numerics.polygons import hausdorff
from games.solvers.payoff_set import EquilibriumPayoffSet

if TYPE_CHECKING:
    from games.solvers.solution import Solution

Disagreement = Literal["worst", "nash"]

MOST_LABELS = 8
MIXED_ACTIONS = 8
"""Mixed Nash points are looked for up to this many actions per player."""

SOLUTIONS = (
    ("Nash bargaining", nash, "^", RED, 10),
    ("Kalai-Smorodinsky", kalai_smorodinsky, "s", GREEN, 12),
    ("egalitarian", egalitarian, "o", BLACK, 15),
    ("utilitarian", utilitarian, "D", PURPLE, 7),
)


@final
@dataclass(frozen=True, eq=False)
class Proof:
    """What the verdict on a target adds to the picture.

    ``modes``  state -> [(name, payoffs)]; ``target`` state -> payoffs of following the target.
    """

    modes: dict[int, list[tuple[str, Floats]]]
    target: dict[int, Floats]
    word: str


def draw_panel(
    axes: Any,
    solution: Solution,
    state: int,
    proof: Proof | None,
    disagreement: Disagreement,
    fallback: Floats | None,
    width: float,
) -> None:
    """Everything there is to say of one state.

    ``fallback``  Float[2]: what players get if they do not agree, unless that is their worst payoffs.
    ``width``     of the panel, in inches.
    """
    game = solution.game
    found, bargaining = _known_set(solution, state)
    stage = np.unique(game.payoffs[game.rows_of(state)], axis=0)
    size = 7 if len(stage) <= 60 else 3
    axes.plot(*stage.T, "+", color=GREY, markersize=size, zorder=1, label="stage payoffs of action profiles")
    nobody = found is not None and found.empty
    axes.set_title(game.states[state] + (": no equilibrium" if nobody else ""), fontsize=9.5, loc="left")
    axes.set_xlabel(f"{game.players[0]}: average payoff")
    axes.set_ylabel(f"{game.players[1]}: average payoff")
    if found is not None and not nobody:
        draw_set(axes, found, solution.status == "converged", float(np.ptp(stage, axis=0).max()))
    _levels(axes, game, state, None if found is None or nobody else found.worst)
    pure, mixed, sets = _nash_points(game, state)
    draw_points(axes, pure, "stage Nash equilibrium, pure", marker="X", color=ORANGE, markersize=9, zorder=6)
    draw_points(
        axes,
        mixed,
        "stage Nash equilibrium, mixed",
        marker="X",
        color=ORANGE,
        markersize=9,
        zorder=6,
        markerfacecolor="white",
    )
    _sets_of_equilibria(axes, sets)
    base = bargaining.min(axis=0) if len(bargaining) and disagreement == "worst" else fallback
    if len(bargaining) and base is not None:
        word = "worst payoffs" if disagreement == "worst" else "least Markov equilibrium"
        draw_points(axes, [base], f"disagreement: {word}", marker="x", color=BLACK, markersize=7, zorder=7)
        for name, solve, marker, colour, points in SOLUTIONS:
            picked = solve(bargaining, base)
            if picked is not None:
                draw_points(
                    axes,
                    [picked],
                    name,
                    marker=marker,
                    color=colour,
                    markersize=points,
                    markerfacecolor="none",
                    markeredgewidth=1.5,
                    zorder=8,
                )
    axes.margins(0.09)
    if proof is not None:
        draw_modes(axes, proof, state, width)


def _known_set(solution: Solution, state: int) -> tuple[EquilibriumPayoffSet | None, Floats]:
    """The payoff set, and the polygon on which to bargain: the set itself, or what is known to be inside it."""
    found = solution.payoff_sets[state]
    if not isinstance(found, EquilibriumPayoffSet):
        return None, np.empty((0, 2))
    return found, found.outer if solution.status == "converged" else found.inner


def _nash_points(game: StochasticGame, state: int) -> tuple[list[Floats], list[Floats], list[Floats]]:
    """Payoffs of pure Nash equilibria of the stage game, in small repeated games of mixed ones and of sets of them.

    Sets are boxes, given by their least and their greatest corner, Float[2, 2]: where every pair of points of two hulls
    is an equilibrium, a player's payoff depends on the other's mixture alone.
    """
    stage = stage_game_of(game, state)
    pure = [stage.payoffs[profile] for profile in stage.pure_equilibria()]
    if game.n_states > 1 or max(stage.counts) > MIXED_ACTIONS:
        return pure, [], []
    found = stage.mixed_equilibria()

    def worth(profile: Profile) -> Floats:
        return np.array([float(stage.expected(profile, i)) for i in (0, 1)])

    mixed = [worth(profile) for profile in found.profiles if any(0 < p < 1 for mixture in profile for p in mixture)]
    sets = []
    for xs, ys in found.components:
        corners = np.array([worth((x, y)) for x in xs for y in ys])
        if np.ptp(corners, axis=0).any():
            sets.append(np.array([corners.min(axis=0), corners.max(axis=0)]))
    return pure, mixed, sets


def _sets_of_equilibria(axes: Any, sets: Sequence[Floats]) -> None:
    """Segments and boxes of payoffs, all of which some stage equilibrium has."""
    for (left, bottom), (right, top) in sets:
        outline = np.array([[left, bottom], [right, bottom], [right, top], [left, top], [left, bottom]])
        axes.fill(*outline.T, facecolor=ORANGE, alpha=0.3, edgecolor="none", zorder=5)
        axes.plot(*outline.T, color=ORANGE, linewidth=2.5, zorder=5.5, label="stage Nash equilibria, whole sets")


def draw_set(axes: Any, found: EquilibriumPayoffSet, sure: bool, spread: float) -> None:
    """Hulls with their vertices marked, so that points and segments can be seen too."""
    outer, inner = found.outer, found.inner
    apart = bool(len(inner)) and hausdorff(outer, inner) > 2e-3 * spread
    label = "equilibrium payoffs" if sure else "equilibrium payoffs lie within"
    if sure and not apart:
        label += " (outer and inner bounds agree)"
    axes.fill(*outer.T, facecolor=SKY, alpha=0.35, edgecolor="none", zorder=2)
    closed = np.vstack([outer, outer[:1]])
    dots = "o" if len(outer) <= 40 else ""
    axes.plot(*closed.T, marker=dots, markersize=2.5, linewidth=1.2, color=BLUE, zorder=3, label=label)
    if apart:
        closed = np.vstack([inner, inner[:1]])
        axes.fill(*inner.T, facecolor=SKY, alpha=0.6, edgecolor="none", zorder=2.5)
        axes.plot(
            *closed.T,
            linestyle=(0, (3, 1.5)),
            marker="o",
            markersize=2,
            linewidth=1,
            color=BLUE,
            zorder=3.5,
            label="equilibrium payoffs known (inner bound)",
        )


def _levels(axes: Any, game: StochasticGame, state: int, worst: Floats | None) -> None:
    """Lines at the worst equilibrium payoffs and, in repeated games, at the pure minmax payoffs."""
    lines: list[tuple[str, Floats, Any, str]] = []
    minmax = None
    if game.n_states == 1:
        stage = stage_game_of(game, state)
        minmax = np.array([stage.pure_minmax(i) for i in (0, 1)])
    if worst is not None:
        same = minmax is not None and bool(np.allclose(worst, minmax, atol=1e-7 * float(np.ptp(game.payoffs))))
        lines.append(("worst payoffs" + (" = pure minmax" if same else ""), worst, (0, (5, 2)), BLUE))
        minmax = None if same else minmax
    if minmax is not None:
        lines.append(("pure minmax", minmax, (0, (1, 2)), BLACK))
    for label, (x, y), dashes, colour in lines:
        axes.axvline(x, linestyle=dashes, color=colour, linewidth=0.8, zorder=1.5, label=label)
        axes.axhline(y, linestyle=dashes, color=colour, linewidth=0.8, zorder=1.5)


def draw_points(axes: Any, points: Sequence[Floats], label: str, **style: Any) -> None:
    """Marks under one label, if there are any; ``style`` as matplotlib's ``plot`` takes it."""
    if len(points):
        axes.plot(*np.array(points).T, linestyle="none", label=label, **style)


def draw_modes(axes: Any, proof: Proof, state: int, width: float) -> None:
    """Modes with their names, those that coincide told together; and the value of the target.

    ``width``  of the panel, in inches.
    """
    named: list[tuple[Floats, list[str]]] = []
    spread = float(max(np.ptp(axes.get_xlim()), np.ptp(axes.get_ylim()))) or 1.0
    for name, value in proof.modes.get(state, []):
        near = next((names for at, names in named if np.abs(at - value).max() < 0.015 * spread), None)
        if near is None:
            named.append((value, [name]))
        else:
            near.append(name)
    draw_points(
        axes, [at for at, _ in named], "mode of the certificate", marker="o", color=BLACK, markersize=4, zorder=9)
    if state in proof.target:
        draw_points(
            axes,
            [proof.target[state]],
            f"target ({proof.word})",
            marker="*",
            color=ORANGE,
            markersize=24,
            markeredgecolor=BLACK,
            zorder=5,
        )
        if not any(np.abs(at - proof.target[state]).max() < 0.015 * spread for at, _ in named):
            named.append((proof.target[state], ["target"]))
    _name_points(axes, sorted(named, key=lambda item: _importance(item[1])), width)


def _name_points(axes: Any, named: Sequence[tuple[Floats, list[str]]], width: float) -> None:
    """Labels beside points, pointing outwards, as long as they neither overlap nor leave the panel."""
    middle = np.mean([at for at, _ in named], axis=0) if named else np.zeros(2)
    low, high = np.array([axes.get_xlim(), axes.get_ylim()]).T
    panel = np.array([width, 0.85 * width])
    taken: list[tuple[Floats, Floats]] = []
    for at, names in named:
        if len(taken) == MOST_LABELS:
            break
        text = ", ".join(names) if len(names) <= 2 else f"{names[0]} and {len(names) - 1} more"
        # In inches; letters are about 0.07 wide.
        size = np.array([0.07 * len(text) + 0.1, 0.17])
        spot = (at - low) / (high - low) * panel
        away = np.where(at >= middle, 1, -1)
        room = np.where(away > 0, panel - spot, spot)
        away = np.where(room < size + 0.15, -away, away)
        corner = spot + 0.13 * away - np.where(away > 0, 0.0, size)
        if any(np.all((corner < b) & (a < corner + size)) for a, b in taken):
            continue
        taken.append((corner, corner + size))
        axes.annotate(
            text, at, xytext=(9 * away[0], 10 * away[1]), textcoords="offset points", fontsize=8, zorder=10,
            ha="left" if away[0] > 0 else "right", va="bottom" if away[1] > 0 else "top",
            bbox={"boxstyle": "round,pad=0.15", "facecolor": "white", "edgecolor": "none", "alpha": 0.8})


def _importance(names: list[str]) -> int:
    return min({"pat": 0, "tar": 0, "pun": 1}.get(name[:3], 2) for name in names)
