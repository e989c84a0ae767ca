"""Strategies laid over a symbolic game: which row is played where, and what follows every row.

A strategy is given as one of these, or as an object with a method ``automaton(game)`` or a function of the game that
makes one (of a game in numbers: the ``representative`` world of the one in symbols):

* ``StrategyAutomaton`` (modes by state; a deviation is answered by who deviated), in pure actions;
* ``PublicAutomaton`` (what follows depends on the profile itself, whose number within its state is the signal);
* ``Machine`` (the same in a few lines, by labels).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from inspect import signature
from typing import Any, final

from games.model.public_automaton import PublicAutomaton
from games.model.stochastic_game import GameError
from games.model.strategy_automaton import StrategyAutomaton
from games.symbolic.game import SymbolicGame
from games.symbolic.representative import representative

Profile = Sequence[str]
Node = tuple[int, int]
"""(mode, state)."""
Lottery = tuple[tuple[int, Fraction], ...]
"""(place of a node, probability) pairs."""
MOST_NODES = 400


@final
@dataclass(frozen=True)
class Machine:
    """A strategy by labels.

    ``plays``  what each mode plays: a profile in every state, or a profile per state.  Play begins in the first mode.
    ``after``  the next mode, of (mode, state, profile seen).

    Raises ``GameError`` where it does not fit the game.
    """

    plays: Mapping[str, Profile | Mapping[str, Profile]]
    after: Callable[[str, str, tuple[str, ...]], str]


@final
@dataclass(frozen=True, eq=False)
class Laid:
    """A strategy laid over a game, as far as play and any deviation can lead.

    ``modes``  names;  ``nodes`` (mode, state) pairs, the start first;  ``rows`` what is played at each.
    ``after``  of (place of a node, row, next state): the lottery over nodes that follows.
    """

    modes: tuple[str, ...]
    nodes: tuple[Node, ...]
    rows: tuple[int, ...]
    after: Callable[[int, int, int], Lottery]


def laid_out(game: SymbolicGame, strategy: Any) -> Laid:
    """Any strategy laid over a game; raises ``GameError`` if it is none or does not fit."""
    for _ in range(2):
        if isinstance(strategy, StrategyAutomaton):
            return _by_deviator(game, strategy)
        if isinstance(strategy, PublicAutomaton):
            return _by_profile(game, strategy)
        if isinstance(strategy, Machine):
            return _by_labels(game, strategy)
        make = getattr(strategy, "automaton", strategy)
        if not callable(make) or not _takes_one(make):
            break
        strategy = make(representative(game))
    raise GameError(f"strategy: {type(strategy).__name__} is no automaton; give a StrategyAutomaton, a "
                    "PublicAutomaton, a Machine, or what makes one of a game")


def _takes_one(make: Callable[..., Any]) -> bool:
    """Whether a function can be called with a game alone."""
    try:
        signature(make).bind(None)
    except (TypeError, ValueError):
        return False
    return True


def _walked(
    game: SymbolicGame,
    modes: tuple[str, ...],
    starts: Sequence[tuple[Node, Fraction]],
    row_at: Callable[[Node], int],
    follows: Callable[[Node, int, int], Sequence[tuple[int, Fraction]]],
) -> Laid:
    """Everything within reach of the start, by play and by deviations of one player."""
    order = [node for node, _ in starts]
    place = {node: k for k, node in enumerate(order)}
    rows: list[int] = []
    for node in order:                                     # grows while it is read
        row = row_at(node)
        if game.row_state[row] != node[1]:
            raise GameError(f"strategy: mode {modes[node[0]]!r} plays a row of another state in state "
                            f"{game.states[node[1]]!r}")
        rows.append(row)
        for other in sorted({r for i in range(game.n_players) for r in game.deviation_rows(row, i)}):
            for state in sorted(game.transition[other]):
                for mode, _ in follows(node, other, state):
                    if (mode, state) not in place:
                        place[mode, state] = len(order)
                        order.append((mode, state))
        if len(order) > MOST_NODES:
            raise GameError(f"strategy: more than {MOST_NODES} modes and states within reach; ask of a smaller game")
    nodes = tuple(order)

    def after(k: int, row: int, state: int) -> Lottery:
        return tuple((place[mode, state], p) for mode, p in follows(nodes[k], row, state))

    return Laid(modes, nodes, tuple(rows), after)


def _deviator(game: SymbolicGame, played: int, row: int) -> int | None:
    """Who alone has deviated if ``row`` is seen; None if nobody."""
    one, other = game.own_action[played], game.own_action[row]
    moved = [i for i in range(game.n_players) if one[i] != other[i]]
    return moved[0] if len(moved) == 1 and not game.same_outcome(played, row) else None


def _by_deviator(game: SymbolicGame, automaton: StrategyAutomaton) -> Laid:
    def cell_at(node: Node) -> Any:
        cell = automaton.cells.get(node)
        if cell is None:
            raise GameError(f"strategy: there is no cell for mode {automaton.modes[node[0]]!r} in state "
                            f"{game.states[node[1]]!r}")
        if cell.mix is not None:
            raise GameError(f"strategy: mode {automaton.modes[node[0]]!r} mixes actions; thresholds in symbols are of "
                            "pure strategies")
        if not 0 <= cell.row < game.n_rows:
            raise GameError(f"strategy: mode {automaton.modes[node[0]]!r} plays row {cell.row}, which the game lacks")
        return cell

    def follows(node: Node, row: int, state: int) -> Sequence[tuple[int, Fraction]]:
        cell = cell_at(node)
        player = _deviator(game, cell.row, row)
        found: Sequence[tuple[int, Fraction]] = (
            cell.continuation(state) if player is None else cell.punishment(player, state))
        return found

    starts = [((mode, game.initial), p) for mode, p in automaton.initial]
    return _walked(game, automaton.modes, starts, lambda node: int(cell_at(node).row), follows)


def _by_profile(game: SymbolicGame, automaton: PublicAutomaton) -> Laid:
    def follows(node: Node, row: int, state: int) -> Sequence[tuple[int, Fraction]]:
        mode = automaton.modes[node[0]]
        seen = (row - int(game.row_start[node[1]]), state)
        if seen not in mode.then:
            raise GameError(f"strategy: mode {node[0]} says nothing of what follows {game.place(row)}")
        return mode.then[seen]

    names = tuple(str(k) for k in range(len(automaton.modes)))
    starts = [((mode, game.initial), p) for mode, p in automaton.initial]
    return _walked(game, names, starts, lambda node: automaton.modes[node[0]].row, follows)


def _by_labels(game: SymbolicGame, machine: Machine) -> Laid:
    modes = tuple(machine.plays)
    if not modes:
        raise GameError("strategy: the machine has no mode; give at least one")
    number = {name: k for k, name in enumerate(modes)}

    def row_at(node: Node) -> int:
        plays, state = machine.plays[modes[node[0]]], game.states[node[1]]
        if isinstance(plays, Mapping):
            if state not in plays:
                raise GameError(f"strategy: mode {modes[node[0]]!r} does not say what it plays in state {state!r}")
            plays = plays[state]
        return game.row_of_labels(node[1], plays)

    def follows(node: Node, row: int, state: int) -> Sequence[tuple[int, Fraction]]:
        then = machine.after(modes[node[0]], game.states[node[1]], game.profile_labels(row))
        if then not in number:
            raise GameError(f"strategy: {then!r} follows mode {modes[node[0]]!r} and is no mode; modes are "
                            f"{', '.join(modes)}")
        return ((number[then], Fraction(1)),)

    return _walked(game, modes, [((0, game.initial), Fraction(1))], row_at, follows)
