"""Whether an automaton makes sense for a game at all, before anything is computed."""

from __future__ import annotations

from fractions import Fraction

from games.certificates.exact_game import ExactGame
from games.model.strategy_automaton import Cell, Lottery, StrategyAutomaton


def automaton_fault(exact: ExactGame, automaton: StrategyAutomaton) -> tuple[str, str] | None:
    """Place and problem of the first cell or lottery that makes no sense for the game; None if all do."""
    game, modes = exact.game, len(automaton.modes)
    sound: set[int] = set()

    def lottery_fault(lottery: Lottery) -> str:
        if id(lottery) in sound:
            return ""
        for mode, p in lottery:
            if not 0 <= mode < modes:
                return f"mode {mode} does not exist"
            if p <= 0:
                return f"probability {p} is not positive"
        if len({m for m, _ in lottery}) != len(lottery):
            return "a mode appears twice"
        if sum((p for _, p in lottery), Fraction(0)) != 1:
            return "probabilities do not sum to 1"
        sound.add(id(lottery))
        return ""

    if problem := lottery_fault(automaton.initial):
        return "initial", problem
    sound_at: set[int] = set()
    for k, ((mode, state), cell) in enumerate(automaton.cells.items()):
        place = f"cells[{k}]"
        if not (0 <= mode < modes and 0 <= state < game.n_states):
            return place, f"mode {mode} or state {state} does not exist"
        if cell.mix is None and not (0 <= cell.row < game.n_rows and int(game.row_state[cell.row]) == state):
            return f"{place}.row", f"row {cell.row} is no profile of state {game.states[state]!r}"
        if cell.mix is not None and (problem := _mix_fault(exact, state, cell)):
            return f"{place}.mix", problem
        if len(cell.punish) != game.n_players:
            return f"{place}.punish", f"{len(cell.punish)} lotteries, one per player is needed"
        parts: list[tuple[str, Lottery]] = [("then", cell.then), *(("punish", x) for x in cell.punish)]
        if id(cell.then_at) not in sound_at:
            for s, lottery in cell.then_at.items():
                if not 0 <= s < game.n_states:
                    return f"{place}.then_at", f"state {s} does not exist"
                parts.append(("then_at", lottery))
        if id(cell.punish_at) not in sound_at:
            for (i, s), lottery in cell.punish_at.items():
                if not (0 <= i < game.n_players and 0 <= s < game.n_states):
                    return f"{place}.punish_at", f"player {i} or state {s} does not exist"
                parts.append(("punish_at", lottery))
        for name, lottery in parts:
            if problem := lottery_fault(lottery):
                return f"{place}.{name}", problem
        sound_at |= {id(cell.then_at), id(cell.punish_at)}
    return None


def _mix_fault(exact: ExactGame, state: int, cell: Cell) -> str:
    assert cell.mix is not None
    if cell.row != -1:
        return "a mixed cell plays no single row; write row -1"
    if [len(p) for p in cell.mix] != exact.game.action_counts[state].tolist():
        return "one probability per action of every player is needed"
    for p in cell.mix:
        if any(x < 0 for x in p) or sum(p, Fraction(0)) != 1:
            return "probabilities must be at least 0 and sum to 1"
    return ""
