"""Games and answers as ``pandas`` data frames: one row per profile, state, corner, interval or cell."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import singledispatch
from typing import Any

import numpy as np

from games.model.public_automaton import PublicAutomaton
from games.model.stage_game import StageGame
from games.model.stochastic_game import GameError, StochasticGame, action_labels
from games.model.strategy_automaton import Cell, Lottery, StrategyAutomaton
from games.numerics.exact import nearest_float, written
from games.play.strategies.evaluation import Judged
from games.questions.discount_region import DiscountRegion
from games.questions.folk_theorem import FolkTheoremSet
from games.solvers.payoff_set import EquilibriumPayoffSet, SupportBounds
from games.solvers.solution import Solution
from games.solvers.verdict import Sustainable, Undecided, Unsustainable, Verdict


def frame_of(thing: Any, game: StochasticGame | None = None) -> Any:
    """The data frame of a game, a solution, a verdict, a set, a region or an automaton.

    ``game``  of an automaton, so that rows and states are told by name.

    Raises ``GameError`` if there is none for such a thing, or if the automaton is not one of the game.
    """
    import pandas as pd

    columns, rows = table_of(thing, game)
    return pd.DataFrame(rows, columns=columns)


Table = tuple[list[str], list[list[Any]]]
"""Names of columns, and rows."""


def table_of(thing: Any, game: StochasticGame | None = None) -> Table:
    """The same as names of columns and rows; arguments and errors as in ``frame_of``."""
    if isinstance(thing, (StrategyAutomaton, PublicAutomaton)):
        try:
            return _of_strategies(thing, game) if isinstance(thing, StrategyAutomaton) else _of_public(thing, game)
        except IndexError:
            raise GameError("the automaton is not one of this game: it has states or profiles that the game lacks; "
                            "give the game that was solved") from None
    return _table(thing)


@singledispatch
def _table(thing: Any) -> Table:
    raise GameError(f"there is no table of a {type(thing).__name__}; there are of games, solutions, verdicts and "
                    "automata")


@_table.register
def _(game: StochasticGame) -> Table:
    columns = ["state", *(f"action of {p}" for p in game.players), *(f"payoff of {p}" for p in game.players)]
    moves = game.n_states > 1
    rows = []
    for row in range(game.n_rows):
        state = game.states[int(game.row_state[row])]
        line: list[Any] = [state, *game.profile_labels(row), *game.payoffs[row].tolist()]
        if moves:
            line.append(_law({game.states[s]: p for s, p in game.exact_transition(row).items()}))
        rows.append(line)
    return columns + ["next state"] * moves, rows


@_table.register
def _(game: StageGame) -> Table:
    players, labels = range(1, game.n_players + 1), action_labels(game.counts)
    columns = [*(f"action of P{i}" for i in players), *(f"payoff of P{i}" for i in players), "equilibrium"]
    pure = set(game.pure_equilibria())
    return columns, [
        [*(labels[i][a] for i, a in enumerate(profile)), *game.payoffs[profile].tolist(), profile in pure]
        for profile in np.ndindex(*game.counts)]


@_table.register
def _(found: Solution) -> Table:
    game = found.game
    columns = ["state", *(f"{what} of {p}" for p in game.players for what in ("least", "most")), "gap", "status"]
    rows = []
    for name, bounds in zip(game.states, found.payoff_sets, strict=True):
        ends: list[float | None] = []
        for e in np.eye(game.n_players):
            ends += [None, None] if bounds.empty else [0.0 - _most(bounds, -e), _most(bounds, e)]
        rows.append([name, *ends, bounds.gap, "empty" if bounds.empty else found.status])
    return columns, rows


def _most(bounds: EquilibriumPayoffSet | SupportBounds, direction: Any) -> float:
    most = bounds.support(direction)
    return (most if isinstance(most, float) else most[1]) + 0.0


@_table.register(Sustainable)
@_table.register(Unsustainable)
@_table.register(Undecided)
def _(verdict: Verdict) -> Table:
    columns = ["verdict", "margin", "certificate", "concept", "reason"]
    if isinstance(verdict, Undecided):
        return columns, [["undecided", None, None, verdict.concept.value, verdict.reason]]
    kind = "sustainable" if isinstance(verdict, Sustainable) else "unsustainable"
    return columns, [[kind, verdict.margin, verdict.certificate.kind, verdict.concept.value, ""]]


@_table.register
def _(found: EquilibriumPayoffSet) -> Table:
    return ["set", "payoff 1", "payoff 2"], [
        [name, *(x + 0.0 for x in corner)]
        for name, corners in (("outer", found.outer), ("inner", found.inner)) for corner in corners.tolist()]


@_table.register
def _(found: SupportBounds) -> Table:
    n = found.directions.shape[1]
    return [*(f"direction {i + 1}" for i in range(n)), "inner", "outer"], [
        [*d, low, high] for d, low, high in zip(
            found.directions.tolist(), found.inner.tolist(), found.outer.tolist(), strict=True)]


@_table.register
def _(region: DiscountRegion) -> Table:
    proved = {edge.discount: edge.proved for edge in region.edges}
    return ["lowest", "highest", "lower edge proved", "upper edge proved"], [
        [low, high, proved.get(low, False), proved.get(high, False)] for low, high in region.intervals]


@_table.register
def _(found: FolkTheoremSet) -> Table:
    return [f"payoff of {p}" for p in found.players], [[x + 0.0 for x in corner] for corner in found.vertices.tolist()]


@_table.register
def _(judged: Judged) -> Table:
    columns = ["mode", "state", "profile", "on_path", "player", "value", "deviation", "slack", "pays"]
    return columns, [
        [x.mode, x.state, ", ".join(x.profile), x.on_path, who, nearest_float(value), best and best.action,
         np.nan if best is None else nearest_float(best.slack), best is not None and best.pays]
        for x in judged.situations
        for who, value, best in zip(judged.game.players, x.values, x.best, strict=True)]


# -- automata --------------------------------------------------------------------------------------------------------


def _of_strategies(automaton: StrategyAutomaton, game: StochasticGame | None) -> Table:
    players = len(next(iter(automaton.cells.values())).punish) if automaton.cells else 0
    names = game.players if game is not None else [f"player {i + 1}" for i in range(players)]
    modes = automaton.modes
    rows = []
    for (mode, state), cell in sorted(automaton.cells.items()):
        rows.append([
            modes[mode], state if game is None else game.states[state], _played(cell, state, game),
            _lotteries(modes, cell.then, list(cell.then_at.values())),
            *(_lotteries(modes, lottery, [x for (who, _), x in cell.punish_at.items() if who == i])
              for i, lottery in enumerate(cell.punish))])
    return ["mode", "state", "played", "then", *(f"if {p} deviates" for p in names)], rows


def _played(cell: Cell, state: int, game: StochasticGame | None) -> str:
    if cell.mix is None:
        return f"row {cell.row}" if game is None else f"({', '.join(game.profile_labels(cell.row))})"
    named = [[str(a) for a in range(len(mix))] if game is None else game.actions[state][i]
             for i, mix in enumerate(cell.mix)]
    return "; ".join(_law({a: p for a, p in zip(labels, mix, strict=True) if p})
                     for labels, mix in zip(named, cell.mix, strict=True))


def _lotteries(modes: tuple[str, ...], usual: Lottery, others: list[Lottery]) -> str:
    """What follows, or all that may follow where it depends on the next state."""
    said = dict.fromkeys(_law({modes[m]: p for m, p in lottery}) for lottery in (usual, *others))
    return " or ".join(said)


def _of_public(automaton: PublicAutomaton, game: StochasticGame | None) -> Table:
    n = len(automaton.modes[0].payoffs) if automaton.modes else 0
    names = game.players if game is not None else [f"player {i + 1}" for i in range(n)]
    modes = tuple(f"mode {k + 1}" for k in range(len(automaton.modes)))
    rows = []
    for k, mode in enumerate(automaton.modes):
        follows = dict.fromkeys(_law({modes[m]: p for m, p in lottery}) for lottery in mode.then.values())
        played = f"row {mode.row}" if game is None else f"({', '.join(game.profile_labels(mode.row))})"
        rows.append([modes[k], mode.state if game is None else game.states[mode.state], played,
                     *(float(u) for u in mode.payoffs), " or ".join(follows)])
    return ["mode", "state", "played", *(f"payoff of {p}" for p in names), "then"], rows


def _law(chances: Mapping[str, Fraction]) -> str:
    """What comes with what chance; only the name where it is certain."""
    if len(chances) == 1:
        return next(iter(chances))
    return ", ".join(f"{name}: {written(p) if p.denominator < 1000 else f'{float(p):.4g}'}"
                     for name, p in chances.items())
