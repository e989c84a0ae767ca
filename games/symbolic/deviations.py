"""The one-shot deviation system of a strategy in symbols: values by a linear system, one slack for every deviation.

A strategy is an equilibrium if and only if no slack is negative at any node within reach (the one-shot deviation
principle; Mailath and Samuelson 2006, proposition 2.4.1).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, final

import numpy as np
import sympy as sp
from sympy.polys.matrices import DomainMatrix
from sympy.polys.polyerrors import CoercionFailed

from games.model.stochastic_game import GameError
from games.numerics.components import components
from games.symbolic.game import Expression, SymbolicGame
from games.symbolic.machine import Laid


@final
@dataclass(frozen=True)
class Constraint:
    """What keeps one player from one deviation at one mode and state.

    ``played``, ``row``  the row that the strategy plays, and the one that the deviation brings about.
    ``slack``            (value of complying - value of deviating) / (1 - discount factor), in payoff units.
    """

    player: int
    mode: str
    state: int
    played: int
    row: int
    slack: Expression

    def told(self, game: SymbolicGame) -> str:
        """The deviation in words."""
        i = self.player
        action = game.actions[self.state][i][int(game.own_action[self.row, i])]
        where = f" in state {game.states[self.state]}" if game.n_states > 1 else ""
        return f"{game.players[i]} plays {action} in mode {self.mode}{where}"


def constraints_of(game: SymbolicGame, laid: Laid) -> tuple[Constraint, ...]:
    """Every one-shot deviation's slack, cancelled to one fraction.

    Raises ``GameError`` if a payoff, chance or discount factor is no rational function of the symbols.
    """
    field = _field(game)
    values = [_values(game, laid, i, field) for i in range(game.n_players)]
    out = []
    for k, (mode, state) in enumerate(laid.nodes):
        played = laid.rows[k]
        for i in range(game.n_players):
            delta = _in(field, game.discount[i])
            for row in game.deviation_rows(played, i):
                if row == played or game.same_outcome(row, played):
                    continue
                deviating = (field.one - delta) * _in(field, game.payoffs[row][i])
                for state_after, chance in game.transition[row].items():
                    for place, p in laid.after(k, row, state_after):
                        deviating += delta * _in(field, chance) * _in(field, p) * values[i][place]
                slack = field.to_sympy((values[i][k] - deviating) / (field.one - delta))
                out.append(Constraint(i, laid.modes[mode], state, played, row, slack))
    return tuple(out)


def _field(game: SymbolicGame) -> Any:
    return sp.QQ.frac_field(*game.symbols) if game.symbols else sp.QQ


def _in(field: Any, expression: Expression) -> Any:
    try:
        return field.from_sympy(sp.sympify(expression))
    except (CoercionFailed, ValueError):
        raise GameError(f"{expression}: thresholds in symbols need sums, products and quotients of symbols and "
                        "rational numbers; use a symbol for anything else") from None


def _values(game: SymbolicGame, laid: Laid, player: int, field: Any) -> list[Any]:
    """Average discounted payoffs of one player at every node, component by component, downstream first."""
    delta = _in(field, game.discount[player])
    arcs: list[dict[int, Any]] = []
    for k, row in enumerate(laid.rows):
        leads: dict[int, Any] = {}
        for state, chance in game.transition[row].items():
            for place, p in laid.after(k, row, state):
                leads[place] = leads.get(place, field.zero) + delta * _in(field, chance) * _in(field, p)
        arcs.append({place: weight for place, weight in leads.items() if weight})
    pointer = np.cumsum([0, *map(len, arcs)])
    successors = np.array([place for leads in arcs for place in leads], dtype=np.int64)
    values: list[Any] = [None] * len(arcs)
    for component in components(pointer, successors):
        here = component.states.tolist()
        column = {k: j for j, k in enumerate(here)}
        matrix = [[field.one if j == j2 else field.zero for j2 in range(len(here))] for j in range(len(here))]
        right = []
        for j, k in enumerate(here):
            known = (field.one - delta) * _in(field, game.payoffs[laid.rows[k]][player])
            for place, weight in arcs[k].items():
                if place in column:
                    matrix[j][column[place]] -= weight
                else:
                    known += weight * values[place]
            right.append([known])
        if len(here) == 1:
            values[here[0]] = right[0][0] / matrix[0][0]
            continue
        size = len(here)
        solved = DomainMatrix(matrix, (size, size), field).lu_solve(DomainMatrix(right, (size, 1), field))
        for j, k in enumerate(here):
            values[k] = solved[j, 0].element
    return values
