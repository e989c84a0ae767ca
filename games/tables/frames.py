"""Games and answers as ``pandas`` data frames: one row per profile, state, corner, interval or cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import singledispatch
from itertools import islice
from math import prod
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

    columns, rows, _ = table_of(thing, game)
    return pd.DataFrame(rows, columns=columns)


Rows = Iterator[list[Any]]
Table = tuple[list[str], int, Rows]
"""Names of columns, how many rows, and rows, made when they are asked for: notebooks show the first ones only."""


def table_of(
    thing: Any, game: StochasticGame | None = None, most: int | None = None
) -> tuple[list[str], list[list[Any]], int]:
    """Names of columns, the first ``most`` rows or all, and how many there are; else as in ``frame_of``."""
    if not isinstance(thing, (StrategyAutomaton, PublicAutomaton)):
        columns, count, rows = _table(thing)
        return columns, list(islice(rows, most)), count
    try:
        columns, count, rows = (
            _of_strategies(thing, game) if isinstance(thing, StrategyAutomaton) else _of_public(thing, game))
        return columns, list(islice(rows, most)), count
    except IndexError:
        raise GameError("the automaton is not one of this game: it has states or profiles that the game lacks; "
                        "give the game that was solved") from None


@singledispatch
def _table(thing: Any) -> Table:
    raise GameError(f"there is no table of a {type(thing).__name__}; there are of games, solutions, verdicts and "
                    "automata")


@_table.register
def _(game: StochasticGame) -> Table:
    columns = ["state", *(f"action of {p}" for p in game.players), *(f"payoff of {p}" for p in game.players)]
    moves = game.n_states > 1
    return columns + ["next state"] * moves, game.n_rows, _profiles(game, moves)


def _profiles(game: StochasticGame, moves: bool) -> Rows:
    for row in range(game.n_rows):
        state = game.states[int(game.row_state[row])]
        line: list[Any] = [state, *game.profile_labels(row), *game.payoffs[row].tolist()]
        if moves:
            line.append(_law({game.states[s]: p for s, p in game.exact_transition(row).items()}))
        yield line


@_table.register
def _(game: StageGame) -> Table:
    players, labels = range(1, game.n_players + 1), action_labels(game.counts)
    columns = [*(f"action of P{i}" for i in players), *(f"payoff of P{i}" for i in players), "equilibrium"]
    pure = set(game.pure_equilibria())
    return columns, prod(game.counts), (
        [*(labels[i][a] for i, a in enumerate(profile)), *game.payoffs[profile].tolist(), profile in pure]
        for profile in np.ndindex(*game.counts))


@_table.register
def _(found: Solution) -> Table:
    game = found.game
    columns = ["state", *(f"{what} of {p}" for p in game.players for what in ("least", "most")), "gap", "status"]
    return columns, game.n_states, _worth(found)


def _worth(found: Solution) -> Rows:
    for name, bounds in zip(found.game.states, found.payoff_sets, strict=True):
        ends: list[float | None] = []
        for e in np.eye(found.game.n_players):
            ends += [None, None] if bounds.empty else [0.0 - _most(bounds, -e), _most(bounds, e)]
        yield [name, *ends, bounds.gap, "empty" if bounds.empty else found.status]


def _most(bounds: EquilibriumPayoffSet | SupportBounds, direction: Any) -> float:
    most = bounds.support(direction)
    return (most if isinstance(most, float) else most[1]) + 0.0


@_table.register(Sustainable)
@_table.register(Unsustainable)
@_table.register(Undecided)
def _(verdict: Verdict) -> Table:
    columns = ["verdict", "margin", "certificate", "concept", "reason"]
    if isinstance(verdict, Undecided):
        return columns, 1, iter([["undecided", None, None, verdict.concept.value, verdict.reason]])
    kind = "sustainable" if isinstance(verdict, Sustainable) else "unsustainable"
    return columns, 1, iter([[kind, verdict.margin, verdict.certificate.kind, verdict.concept.value, ""]])


@_table.register
def _(found: EquilibriumPayoffSet) -> Table:
    return ["set", "payoff 1", "payoff 2"], len(found.outer) + len(found.inner), (
        [name, *(x + 0.0 for x in corner)]
        for name, corners in (("outer", found.outer), ("inner", found.inner)) for corner in corners.tolist())


@_table.register
def _(found: SupportBounds) -> Table:
    n = found.directions.shape[1]
    return [*(f"direction {i + 1}" for i in range(n)), "inner", "outer"], len(found.directions), (
        [*d, low, high] for d, low, high in zip(
            found.directions.tolist(), found.inner.tolist(), found.outer.tolist(), strict=True))


@_table.register
def _(region: DiscountRegion) -> Table:
    proved = {edge.discount: edge.proved for edge in region.edges}
    return ["lowest", "highest", "lower edge proved", "upper edge proved"], len(region.intervals), (
        [low, high, proved.get(low, False), proved.get(high, False)] for low, high in region.intervals)


@_table.register
def _(found: FolkTheoremSet) -> Table:
    corners = found.vertices.tolist()
    return [f"payoff of {p}" for p in found.players], len(corners), ([x + 0.0 for x in corner] for corner in corners)


@_table.register
def _(judged: Judged) -> Table:
    columns = ["mode", "state", "profile", "on_path", "player", "value", "deviation", "slack", "pays"]
    return columns, len(judged.situations) * judged.game.n_players, (
        [x.mode, x.state, ", ".join(x.profile), x.on_path, who, nearest_float(value), best and best.action,
         np.nan if best is None else nearest_float(best.slack), best is not None and best.pays]
        for x in judged.situations
        for who, value, best in zip(judged.game.players, x.values, x.best, strict=True))


# -- automata --------------------------------------------------------------------------------------------------------


def _of_strategies(automaton: StrategyAutomaton, game: StochasticGame | None) -> Table:
    players = len(next(iter(automaton.cells.values())).punish) if automaton.cells else 0
    names = game.players if game is not None else [f"player {i + 1}" for i in range(players)]
    modes = automaton.modes
    return ["mode", "state", "played", "then", *(f"if {p} deviates" for p in names)], len(automaton.cells), (
        [modes[mode], state if game is None else game.states[state], _played(cell, state, game),
         _lotteries(modes, cell.then, list(cell.then_at.values())),
         *(_lotteries(modes, lottery, [x for (who, _), x in cell.punish_at.items() if who == i])
           for i, lottery in enumerate(cell.punish))]
        for (mode, state), cell in sorted(automaton.cells.items(), key=lambda entry: entry[0]))


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
    columns = ["mode", "state", "played", *(f"payoff of {p}" for p in names), "then"]
    return columns, len(automaton.modes), _public_modes(automaton, game)


def _public_modes(automaton: PublicAutomaton, game: StochasticGame | None) -> Rows:
    modes = tuple(f"mode {k + 1}" for k in range(len(automaton.modes)))
    for k, mode in enumerate(automaton.modes):
        follows = dict.fromkeys(_law({modes[m]: p for m, p in lottery}) for lottery in mode.then.values())
        played = f"row {mode.row}" if game is None else f"({', '.join(game.profile_labels(mode.row))})"
        yield [modes[k], mode.state if game is None else game.states[mode.state], played,
               *(float(u) for u in mode.payoffs), " or ".join(follows)]


def _law(chances: Mapping[str, Fraction]) -> str:
    """What comes with what chance; only the name where it is certain."""
    if len(chances) == 1:
        return next(iter(chances))
    return ", ".join(f"{name}: {written(p) if p.denominator < 1000 else f'{float(p):.4g}'}"
                     for name, p in chances.items())
