"""Automata as text, as Graphviz DOT and as SVG: strategies that answer deviations, or what everyone sees."""

from __future__ import annotations

from collections import defaultdict

from games.drawing.graph import Arrow, Arrows, drawn_dot, drawn_svg
from games.model.outcome_laws import Outcome, OutcomeLaws
from games.model.public_automaton import PublicAutomaton, PublicMode
from games.model.stochastic_game import StochasticGame
from games.model.strategy_automaton import Cell, Lottery, StrategyAutomaton

MOST_LINES = 5
"""Profiles named inside one node of a drawing; the rest are counted."""

MOST_SIGNALS = 3
"""Signals named on one arrow; the rest are counted."""

Automaton = StrategyAutomaton | PublicAutomaton


def automaton_text(game: StochasticGame, automaton: Automaton) -> str:
    """What is played in every mode and what follows, one line each; of public automata also what modes are worth."""
    if isinstance(automaton, PublicAutomaton):
        return _public_text(game, automaton)
    return _strategy_text(game, automaton)


def automaton_dot(game: StochasticGame, automaton: Automaton) -> str:
    """Graphviz DOT: a node per mode; dashed arrows for what only a deviation can bring about."""
    return drawn_dot(*_drawn(game, automaton), automaton.initial)


def automaton_svg(game: StochasticGame, automaton: Automaton) -> str:
    """The same as an SVG picture that stands alone, modes on a circle."""
    return drawn_svg(*_drawn(game, automaton), automaton.initial)


def _drawn(game: StochasticGame, automaton: Automaton) -> tuple[list[list[str]], Arrows]:
    """Lines of text per mode, and the arrows."""
    if isinstance(automaton, PublicAutomaton):
        return _public_labels(game, automaton), _public_arrows(game, automaton)
    return _strategy_labels(game, automaton), _strategy_arrows(game, automaton)


# -- strategies that answer deviations -------------------------------------------------------------------------------


def _strategy_text(game: StochasticGame, automaton: StrategyAutomaton) -> str:
    lines = [f"starts: {_strategy_lottery(automaton, automaton.initial)}"]
    for mode, name in enumerate(automaton.modes):
        lines.append(f"mode {name!r}")
        for (m, state), cell in sorted(automaton.cells.items()):
            if m != mode:
                continue
            lines.append(f"  {game.states[state]}: play {_strategy_profile(game, state, cell)}")
            lines.append(f"    nobody deviates: {_rule(game, automaton, cell.then, dict(cell.then_at))}")
            for i, player in enumerate(game.players):
                special = {s: lottery for (who, s), lottery in cell.punish_at.items() if who == i}
                lines.append(f"    {player} deviates: {_rule(game, automaton, cell.punish[i], special)}")
    return "\n".join(lines) + "\n"


def _strategy_labels(game: StochasticGame, automaton: StrategyAutomaton) -> list[list[str]]:
    """Lines per mode: its name, then what is played, states that play alike together."""
    out = []
    for mode, name in enumerate(automaton.modes):
        played: dict[str, list[str]] = defaultdict(list)
        for (m, state), cell in sorted(automaton.cells.items()):
            if m == mode:
                played[_strategy_profile(game, state, cell)].append(game.states[state])
        lines = []
        for profile, states in played.items():
            where = states[0] if len(states) == 1 else f"{len(states)} states"
            lines.append(profile if game.n_states == 1 else f"{where}: {profile}")
        more = len(lines) - MOST_LINES
        out.append([name, *lines[:MOST_LINES], *([f"and {more} more"] if more > 0 else [])])
    return out


def _movers(game: StochasticGame, automaton: StrategyAutomaton) -> dict[Arrow, set[str | None]]:
    """Between which modes play can move, and who must deviate for it (None: nobody)."""
    out: dict[Arrow, set[str | None]] = defaultdict(set)
    for (mode, _), cell in automaton.cells.items():
        for lottery in (cell.then, *cell.then_at.values()):
            for target, _p in lottery:
                out[mode, target].add(None)
        for i, lottery in enumerate(cell.punish):
            for target, _p in lottery:
                out[mode, target].add(game.players[i])
        for (i, _s), lottery in cell.punish_at.items():
            for target, _p in lottery:
                out[mode, target].add(game.players[i])
    return out


def _strategy_arrows(game: StochasticGame, automaton: StrategyAutomaton) -> Arrows:
    return {arrow: (_arrow_label(who), None not in who) for arrow, who in _movers(game, automaton).items()}


def _arrow_label(who: set[str | None]) -> str:
    names = sorted(name for name in who if name is not None)
    if None not in who:
        return f"{' or '.join(names)} deviates"
    return "always" if names else ""


def _strategy_profile(game: StochasticGame, state: int, cell: Cell) -> str:
    if cell.mix is None:
        return f"({', '.join(game.profile_labels(cell.row))})"
    mixtures = (
        " + ".join(f"{p} {label}" for p, label in zip(mixture, game.actions[state][i], strict=True) if p)
        for i, mixture in enumerate(cell.mix)
    )
    return f"({', '.join(mixtures)})"


def _rule(game: StochasticGame, automaton: StrategyAutomaton, usual: Lottery, special: dict[int, Lottery]) -> str:
    text = _strategy_lottery(automaton, usual)
    for state, lottery in sorted(special.items()):
        text += f"; if {game.states[state]} comes, {_strategy_lottery(automaton, lottery)}"
    return text


def _strategy_lottery(automaton: StrategyAutomaton, lottery: Lottery) -> str:
    if len(lottery) == 1:
        return repr(automaton.modes[lottery[0][0]])
    return ", ".join(f"{automaton.modes[mode]!r} with probability {p}" for mode, p in lottery)


# -- strategies that answer what everyone sees -----------------------------------------------------------------------


def _public_text(game: StochasticGame, automaton: PublicAutomaton) -> str:
    laws = OutcomeLaws(game)
    lines = [f"starts: {_public_lottery(automaton.initial)}"]
    for k, mode in enumerate(automaton.modes):
        worth = ", ".join(f"{float(x):.6g}" for x in mode.payoffs)
        lines.append(f"mode {k}: in {game.states[mode.state]} play {_public_profile(game, mode)}, worth ({worth})")
        own = laws.exact(mode.row)
        for z, lottery in sorted(mode.then.items()):
            off = "" if z in own else " (not if nobody deviates)"
            lines.append(f"  {_seen(game, laws, mode, z)}{off}: {_public_lottery(lottery)}")
    return "\n".join(lines) + "\n"


def _public_labels(game: StochasticGame, automaton: PublicAutomaton) -> list[list[str]]:
    return [
        [_public_profile(game, mode), *([game.states[mode.state]] if game.n_states > 1 else []),
         f"worth ({', '.join(f'{float(x):.4g}' for x in mode.payoffs)})"]
        for mode in automaton.modes
    ]


def _public_arrows(game: StochasticGame, automaton: PublicAutomaton) -> Arrows:
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


def _public_profile(game: StochasticGame, mode: PublicMode) -> str:
    return f"({', '.join(game.profile_labels(mode.row))})"


def _public_lottery(lottery: Lottery) -> str:
    if len(lottery) == 1:
        return f"mode {lottery[0][0]}"
    return ", ".join(f"mode {mode} with probability {float(p):.6g}" for mode, p in lottery)
