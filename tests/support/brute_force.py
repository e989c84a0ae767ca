"""Slow, obvious oracles for small games.  They import no solver and no certificate, and share no code with them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import product

from games.model.stochastic_game import StochasticGame
from games.model.strategy_automaton import Cell, Lottery, StrategyAutomaton, surely


def solve_exactly(matrix: list[list[Fraction]], right: list[Fraction]) -> list[Fraction]:
    """Gauss-Jordan elimination over the rationals."""
    size = len(matrix)
    rows = [[*row, b] for row, b in zip(matrix, right, strict=True)]
    for c in range(size):
        pivot = next(r for r in range(c, size) if rows[r][c])
        rows[c], rows[pivot] = rows[pivot], rows[c]
        rows[c] = [x / rows[c][c] for x in rows[c]]
        for r in range(size):
            if r != c and rows[r][c]:
                rows[r] = [x - rows[r][c] * y for x, y in zip(rows[r], rows[c], strict=True)]
    return [row[-1] for row in rows]


def automaton_values(game: StochasticGame, automaton: StrategyAutomaton) -> dict[tuple[int, int], list[Fraction]]:
    """Average discounted payoffs of every cell of a pure automaton, by one dense exact system per player."""
    keys = list(automaton.cells)
    values: dict[tuple[int, int], list[Fraction]] = {key: [] for key in keys}
    for i in range(game.n_players):
        d = game.exact_discount(i)
        matrix = [[Fraction(int(a == b)) for b in keys] for a in keys]
        right = []
        for k, (mode, state) in enumerate(keys):
            cell = automaton.cells[mode, state]
            right.append((1 - d) * game.exact_payoff(cell.row, i))
            for s, p in game.exact_transition(cell.row).items():
                for m, q in cell.continuation(s):
                    matrix[k][keys.index((m, s))] -= d * p * q
        for key, v in zip(keys, solve_exactly(matrix, right), strict=True):
            values[key].append(v)
    return values


def expected(values: Mapping[tuple[int, int], list[Fraction]], lottery: Lottery, state: int, player: int) -> Fraction:
    """Expected value of a lottery over modes in a state."""
    return sum((p * values[m, state][player] for m, p in lottery), Fraction(0))


def same_outcome(game: StochasticGame, a: int, b: int) -> bool:
    """Whether two rows bring the same payoffs to everybody and the same law."""
    return game.exact_transition(a) == game.exact_transition(b) and all(
        game.exact_payoff(a, i) == game.exact_payoff(b, i) for i in range(game.n_players))


def least_slack(game: StochasticGame, automaton: StrategyAutomaton) -> Fraction | None:
    """Least slack over all cells and one-shot deviations, divided by (1 - discount); None if there is no deviation."""
    values = automaton_values(game, automaton)
    slacks = []
    for (mode, state), cell in automaton.cells.items():
        for i in range(game.n_players):
            d = game.exact_discount(i)
            for row in game.deviation_rows(cell.row, i):
                if row == cell.row or same_outcome(game, row, cell.row):
                    continue
                brings = (1 - d) * game.exact_payoff(row, i) + d * sum(
                    (p * expected(values, cell.punishment(i, s), s, i)
                     for s, p in game.exact_transition(row).items()), Fraction(0))
                slacks.append((values[mode, state][i] - brings) / (1 - d))
    return min(slacks, default=None)


def stationary(game: StochasticGame, rows: tuple[int, ...]) -> StrategyAutomaton:
    """The automaton of one mode that plays ``rows[state]``, whatever happened."""
    one = surely(0)
    cells = {(0, s): Cell(row, one, (one,) * game.n_players) for s, row in enumerate(rows)}
    return StrategyAutomaton(("always",), cells, one)


def stationary_equilibria(game: StochasticGame) -> Iterator[tuple[int, ...]]:
    """All pure stationary (Markov) equilibria, one row per state."""
    for rows in product(*(game.rows_of(s) for s in range(game.n_states))):
        slack = least_slack(game, stationary(game, rows))
        if slack is None or slack >= 0:
            yield rows


def reversion(game: StochasticGame, path: tuple[int, ...], punish: tuple[int, ...]) -> StrategyAutomaton:
    """Play ``path[state]`` until somebody deviates alone, then ``punish[state]`` for ever."""
    keep, stop = surely(0), surely(1)
    n = game.n_players
    cells = {(0, s): Cell(row, keep, (stop,) * n) for s, row in enumerate(path)}
    cells |= {(1, s): Cell(row, stop, (stop,) * n) for s, row in enumerate(punish)}
    return StrategyAutomaton(("path", "punishment"), cells, keep)


def reversion_paths(game: StochasticGame) -> Iterator[StrategyAutomaton]:
    """All equilibria in which a stationary path is supported by reversion to a pure stationary equilibrium."""
    punishments = list(stationary_equilibria(game))
    for path in product(*(game.rows_of(s) for s in range(game.n_states))):
        for punish in punishments:
            automaton = reversion(game, path, punish)
            slack = least_slack(game, automaton)
            if slack is None or slack >= 0:
                yield automaton
                break


def minmax(game: StochasticGame, player: int, sweeps: int = 2000) -> list[float]:
    """Pure minmax of the stochastic game in each state, by plain value iteration."""
    d = float(game.discount[player])
    laws = game.transition.toarray()
    value = [0.0] * game.n_states
    for _ in range(sweeps):
        value = [
            min(max((1 - d) * float(game.payoffs[b, player]) + d * float(laws[b] @ value)
                    for b in game.deviation_rows(row, player)) for row in game.rows_of(s))
            for s in range(game.n_states)
        ]
    return value


def transfer_payoffs(game: StochasticGame) -> tuple[list[Fraction | None], list[list[Fraction]]]:
    """With voluntary transfers and burning: greatest joint payoff (None: no equilibrium) and least payoffs per state.

    Policy elimination in rationals; every policy of every decision problem is enumerated.
    """
    left = [list(game.rows_of(s)) for s in range(game.n_states)]
    while True:
        dead = {s for s in range(game.n_states) if not left[s]}
        while more := {
            s for s in range(game.n_states) if s not in dead
            and any(t in dead for row in game.rows_of(s) for t in game.exact_transition(row))
        }:
            dead |= more
        live = [s for s in range(game.n_states) if s not in dead]
        joint: list[Fraction | None] = [None] * game.n_states
        worst = [[Fraction(0)] * game.n_players for _ in range(game.n_states)]
        paths = [_markov_payoffs(game, live, rows, None) for rows in product(*(left[s] for s in live))]
        for s in live:
            joint[s] = max(path[s] for path in paths)
            for i in range(game.n_players):
                # The others commit to a profile per state, the player replies as well as it can.
                worst[s][i] = min(
                    max(_markov_payoffs(game, live, reply, i)[s]
                        for reply in product(*(game.deviation_rows(row, i) for row in rows)))
                    for rows in product(*({game.deviation_rows(row, i)[0]: row for row in left[s]}.values()
                                          for s in live)))
        kept: list[list[int]] = [[] for _ in range(game.n_states)]
        for s in live:
            for row in left[s]:
                tempted = sum((max(_now_and_later(game, b, i, [w[i] for w in worst])
                                   for b in game.deviation_rows(row, i)) for i in range(game.n_players)), Fraction(0))
                if _now_and_later(game, row, None, [u or Fraction(0) for u in joint]) >= tempted:
                    kept[s].append(row)
        if kept == [left[s] if s in live else [] for s in range(game.n_states)]:
            return joint, worst
        left = kept


def _now_and_later(game: StochasticGame, row: int, player: int | None, ahead: list[Fraction]) -> Fraction:
    d = game.exact_discount(0)
    who = range(game.n_players) if player is None else [player]
    now = sum((game.exact_payoff(row, i) for i in who), Fraction(0))
    return (1 - d) * now + d * sum((p * ahead[s] for s, p in game.exact_transition(row).items()), Fraction(0))


def _markov_payoffs(
    game: StochasticGame, live: list[int], rows: tuple[int, ...], player: int | None
) -> dict[int, Fraction]:
    d = game.exact_discount(0)
    nothing = [Fraction(0)] * game.n_states
    matrix = [[Fraction(int(s == t)) - d * game.exact_transition(row).get(t, Fraction(0)) for t in live]
              for s, row in zip(live, rows, strict=True)]
    right = [_now_and_later(game, row, player, nothing) for row in rows]
    return dict(zip(live, solve_exactly(matrix, right), strict=True)) if live else {}


def transfer_path_slack(
    game: StochasticGame,
    path: Mapping[int, int],
    payoffs: tuple[list[Fraction | None], list[list[Fraction]]] | None = None,
) -> Fraction | None:
    """Least slack, over the states that a Markov path comes to, once all deviations are deterred by payments.

    None if no equilibrium exists from the initial state.  ``path``  the row of every state that it comes to;
    ``payoffs`` what ``transfer_payoffs`` says, if it is known.
    """
    joint, worst = payoffs or transfer_payoffs(game)
    if joint[game.initial] is None:
        return None
    states = sorted(path)
    brings = _markov_payoffs(game, states, tuple(path[s] for s in states), None)
    ahead = [brings.get(s, Fraction(0)) for s in range(game.n_states)]
    d = game.exact_discount(0)
    slacks = []
    for s in states:
        tempted = sum((max(_now_and_later(game, b, i, [w[i] for w in worst])
                           for b in game.deviation_rows(path[s], i)) for i in range(game.n_players)), Fraction(0))
        slacks.append((_now_and_later(game, path[s], None, ahead) - tempted) / (1 - d))
    return min(slacks)


def least_joint_payoff(game: StochasticGame) -> list[Fraction | None]:
    """With voluntary transfers that balance: the least joint payoff of an equilibrium from each state.

    Every policy over the profiles left is enumerated, and with it every set of states in which joint payoffs would fall
    below what deters all players and are held at that.
    """
    joint, worst = transfer_payoffs(game)
    live = [s for s in range(game.n_states) if joint[s] is not None]
    d = game.exact_discount(0)
    needs, left = {}, []
    for s in live:
        for row in game.rows_of(s):
            needs[row] = sum((max(_now_and_later(game, b, i, [w[i] for w in worst])
                                  for b in game.deviation_rows(row, i)) for i in range(game.n_players)), Fraction(0))
        ahead = [u or Fraction(0) for u in joint]
        left.append([r for r in game.rows_of(s) if _now_and_later(game, r, None, ahead) >= needs[r]])
    nothing = [Fraction(0)] * game.n_states
    out: list[Fraction | None] = [None] * game.n_states
    for rows in product(*left):
        found: list[list[Fraction]] = []
        for held in product((False, True), repeat=len(live)):
            matrix = [[Fraction(int(s == t)) - (0 if h else d * game.exact_transition(row).get(t, Fraction(0)))
                       for t in live] for s, row, h in zip(live, rows, held, strict=True)]
            right = [needs[row] if h else _now_and_later(game, row, None, nothing)
                     for row, h in zip(rows, held, strict=True)]
            found.append(solve_exactly(matrix, right) if live else [])
        for s, values in zip(live, zip(*found, strict=True), strict=True):
            known = out[s]
            out[s] = max(values) if known is None else min(known, max(values))
    return out
