"""Public automata as text, as Graphviz DOT and as SVG: which mode follows what everyone sees."""

from __future__ import annotations

from collections import defaultdict

from games.drawing.automata import Arrows, drawn_dot, drawn_svg
from games.model.outcome_laws import Outcome, OutcomeLaws
from games.model.public_automaton import PublicAutomaton, PublicMode
from games.model.stochastic_game import StochasticGame
from games.model.strategy_automaton import Lottery

MOST_SIGNALS = 3
"""Signals named on one arrow; the rest are counted."""


def public_automaton_text(game: StochasticGame, automaton: PublicAutomaton) -> str:
    """What is played in every mode, what it is worth, and what follows everything that may be seen."""
    laws = OutcomeLaws(game)
    lines = [f"starts: {_lottery(automaton.initial)}"]
    for k, mode in enumerate(automaton.modes):
        worth = ", ".join(f"{float(x):.6g}" for x in mode.payoffs)
        lines.append(f"mode {k}: in {game.states[mode.state]} play {_profile(game, mode)}, worth ({worth})")
        own = laws.exact(mode.row)
        for z, lottery in sorted(mode.then.items()):
            off = "" if z in own else " (not if nobody deviates)"
            lines.append(f"  {_seen(game, laws, mode, z)}{off}: {_lottery(lottery)}")
    return "\n".join(lines) + "\n"


def public_automaton_dot(game: StochasticGame, automaton: PublicAutomaton) -> str:
    """Graphviz DOT: a node per mode, solid arrows for what may be seen when nobody deviates, dashed ones otherwise."""
    return drawn_dot(_labels(game, automaton), _arrows(game, automaton), automaton.initial)


def public_automaton_svg(game: StochasticGame, automaton: PublicAutomaton) -> str:
    """The same as an SVG picture that stands alone."""
    return drawn_svg(_labels(game, automaton), _arrows(game, automaton), automaton.initial)


def _labels(game: StochasticGame, automaton: PublicAutomaton) -> list[list[str]]:
    return [
        [_profile(game, mode), *([game.states[mode.state]] if game.n_states > 1 else []),
         f"worth ({', '.join(f'{float(x):.4g}' for x in mode.payoffs)})"]
        for mode in automaton.modes
    ]


def _arrows(game: StochasticGame, automaton: PublicAutomaton) -> Arrows:
    laws = OutcomeLaws(game)
    said: dict[tuple[int, int], list[str]] = defaultdict(list)
    solid: set[tuple[int, int]] = set()
    for k, mode in enumerate(automaton.modes):
        own = laws.exact(mode.row)
        for z, lottery in sorted(mode.then.items()):
            for to, p in lottery:
                chance = "" if p == 1 else f" {float(p):.3g}"
                said[k, to].append(_seen(game, laws, mode, z) + chance)
                if z in own:
                    solid.add((k, to))
    return {arrow: (_short(what), arrow not in solid) for arrow, what in said.items()}


def _short(what: list[str]) -> str:
    more = len(what) - MOST_SIGNALS
    return ", ".join([*what[:MOST_SIGNALS], *([f"{more} more"] if more > 0 else [])])


def _seen(game: StochasticGame, laws: OutcomeLaws, mode: PublicMode, outcome: Outcome) -> str:
    label = laws.signal_label(mode.state, outcome[0])
    return label if game.n_states == 1 else f"{label} and {game.states[outcome[1]]}"


def _profile(game: StochasticGame, mode: PublicMode) -> str:
    return f"({', '.join(game.profile_labels(mode.row))})"


def _lottery(lottery: Lottery) -> str:
    if len(lottery) == 1:
        return f"mode {lottery[0][0]}"
    return ", ".join(f"mode {mode} with probability {float(p):.6g}" for mode, p in lottery)
