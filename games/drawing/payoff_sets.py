"""A picture of payoff sets: equilibria, stage payoffs, bargaining, the modes of a proof.

One panel per state, of three players one per state and pair of them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from games.certificates.automata.no_profitable_deviation import NoProfitableDeviation
from games.drawing.payoff_panel import Disagreement, Proof, draw_panel
from games.drawing.projections import PAIRS, draw_projection
from games.drawing.style import OPEN_AXES, settings, write_figure
from games.model.clock import TimedPlan
from games.model.plan import Plan
from games.model.stochastic_game import GameError, StochasticGame
from games.numerics.arrays import Floats
from games.play.markov_equilibria import markov_equilibria
from games.play.markov_play import MarkovPlay
from games.solvers.verdict import Sustainable, Undecided, Verdict

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from games.solvers.solution import Solution

MOST_PANELS = 9


def plot_payoff_sets(
    solution: Solution,
    path: Path,
    *,
    states: Sequence[str] = (),
    plan: Plan | TimedPlan | None = None,
    verdict: Verdict | None = None,
    disagreement: Disagreement = "worst",
) -> None:
    """Draw the payoff sets of two players, deterministically, as ``.svg``, ``.png`` or ``.pdf``.

    Of three players the payoffs of every pair.

    ``states``        names of the states to draw; by default the initial one and those that follow, in at most nine
                      panels.
    ``plan``, ``verdict``  a target and its verdict: its value and the modes of its certificate are drawn too.
    ``disagreement``  what players get if they do not agree: their worst equilibrium payoffs, or those of the Markov
                      (in repeated games: Nash) equilibrium of least joint payoff.

    Raises ``GameError`` if there are not two or three players, a state does not exist or the file cannot be written.
    """
    figure = payoff_set_figure(solution, states=states, plan=plan, verdict=verdict, disagreement=disagreement)
    with settings("payoff-sets", OPEN_AXES | {"font.size": 9}):
        write_figure(figure, path)


def payoff_set_figure(
    solution: Solution,
    *,
    states: Sequence[str] = (),
    plan: Plan | TimedPlan | None = None,
    verdict: Verdict | None = None,
    disagreement: Disagreement = "worst",
) -> Figure:
    """The same as a figure of matplotlib, which is not written; arguments and errors as in ``plot_payoff_sets``."""
    from matplotlib.figure import Figure

    game = solution.game
    if game.n_players not in (2, 3):
        raise GameError("a plot shows the payoffs of two players, or of each pair of three; this game has "
                        f"{game.n_players}")
    proof = _proof(game, plan, verdict)
    pairs = PAIRS if game.n_players == 3 else PAIRS[:1]
    chosen = [game.state_index(name) for name in states] or _worth_seeing(game, proof, MOST_PANELS // len(pairs))
    markov = disagreement == "nash" and game.n_players == 2 and not game.undiscounted
    fallback = _least_markov(game) if markov else None
    panels = [(s, pair) for s in chosen for pair in pairs]
    columns = min(len(panels), 3) if len(panels) != 4 else 2
    rows = math.ceil(len(panels) / columns)
    with settings("payoff-sets", OPEN_AXES | {"font.size": 9}):
        side = 5.4 if len(panels) == 1 else 3.7
        figure = Figure(figsize=(max(side * columns, 6.4), side * 0.82 * rows + 2.0), layout="constrained")
        shown: dict[str, Any] = {}
        for k, (s, pair) in enumerate(panels):
            axes = figure.add_subplot(rows, columns, k + 1)
            if game.n_players == 3:
                draw_projection(axes, solution, s, pair, proof, 0.82 * side)
            else:
                draw_panel(
                    axes, solution, s, proof, disagreement, None if fallback is None else fallback[s], 0.82 * side)
            for handle, label in zip(*axes.get_legend_handles_labels(), strict=True):
                shown.setdefault(label, handle)
        figure.suptitle("\n".join(_titles(solution, len(chosen), proof)), fontsize=9.5)
        legend = figure.legend(
            list(shown.values()),
            list(shown),
            loc="outside lower center",
            ncols=2 if columns < 3 else 4,
            fontsize=8,
            frameon=False,
            handlelength=1.6,
        )
        for handle in legend.get_lines():
            handle.set_markersize(min(handle.get_markersize(), 9))
    return figure


def _titles(solution: Solution, panels: int, proof: Proof | None) -> list[str]:
    game = solution.game
    discount = " and ".join(f"{d:.6g}" for d in np.unique(game.discount))
    lines = [f"{game.name or 'Game'}, discount factor {discount}", solution.concept.value]
    if proof is not None:
        lines.append(f"the target is {proof.word}")
    if panels < game.n_states:
        lines.append(f"{panels} of {game.n_states} states are drawn; --state NAME draws another")
    return lines


def _worth_seeing(game: StochasticGame, proof: Proof | None, most: int) -> list[int]:
    """The initial state, states that the target reaches, then the others in order."""
    order = [game.initial, *(sorted(proof.target) if proof is not None else ()), *range(game.n_states)]
    return sorted(list(dict.fromkeys(order))[:most])


def _proof(game: StochasticGame, plan: Plan | TimedPlan | None, verdict: Verdict | None) -> Proof | None:
    if plan is None or verdict is None:
        return None
    word = "sustainable" if isinstance(verdict, Sustainable) else "unsustainable"
    word = "undecided" if isinstance(verdict, Undecided) else word
    modes: dict[int, list[tuple[str, Floats]]] = {}
    target: dict[int, Floats] = {}
    evidence = verdict.certificate if isinstance(verdict, Sustainable) else None
    if isinstance(evidence, NoProfitableDeviation):
        values = evidence.values(game)
        for (mode, state), value in sorted(values.items()):
            name = evidence.automaton.modes[mode]
            if evidence.clock is not None:
                name = f"{name}, {evidence.clock.name(state // game.n_states)}"
            modes.setdefault(state % game.n_states, []).append((name, value))
        start = [float(p) * values[mode, game.initial] for mode, p in evidence.automaton.initial]
        target[game.initial] = np.sum(start, axis=0)
    if isinstance(plan, Plan) and plan.is_markov and not game.undiscounted:
        play = MarkovPlay(game, np.flatnonzero(plan.allowed))
        value = play.values()
        target |= {int(s): value[s] for s in np.flatnonzero(play.reached(game.initial))}
    return Proof(modes, target, word)


def _least_markov(game: StochasticGame) -> Floats | None:
    """Float[states, 2]: payoffs of the Markov equilibrium of least joint payoff from the start, if one is found."""
    found = [MarkovPlay(game, rows).values() for rows in markov_equilibria(game)]
    return min(found, key=lambda value: float(value[game.initial].sum()), default=None)
