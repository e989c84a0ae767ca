"""Rows that nothing enforces: weak duality for continuation payoffs that depend on what everyone sees.

A row a is enforced by continuation payoffs w(o), one for every outcome o (the signal and the next state), if no player
i gains by a deviation b:

    (1 - d_i)(g_i(a) - g_i(b)) + d_i sum_o (P(o|a) - P(o|b)) w_i(o) >= 0.

So for any multipliers m_r >= 0 of such deviations r = (i, b) the sum of m_r times these numbers is not negative.  With
c_i(o) = d_i sum_r m_r (P(o|a) - P(o|b)) and bounds low_i <= w_i(o) <= high_i it is at most

    sum_r m_r (1 - d_i)(g_i(a) - g_i(b)) + sum_o sum_i (high_i max(c_i(o), 0) - low_i max(-c_i(o), 0)),

where bounds are those of the next state: of the path if a makes the outcome possible, of all play otherwise.

Source: Abreu, Pearce and Stacchetti (1990), and weak duality of linear programs.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from games.certificates.exact_game import ExactGame
from games.model.outcome_laws import Outcome, OutcomeLaws
from games.model.stochastic_game import StochasticGame
from games.numerics.exact import Integers

Multipliers = tuple[tuple[int, int, Fraction], ...]
"""(player, row that its deviation brings about, number >= 0) triples."""


def misused(game: StochasticGame, row: int, given: Multipliers) -> str:
    """Why these are no multipliers for a row; nothing if they are."""
    for i, b, m in given:
        if not 0 <= i < game.n_players or b == row or b not in game.deviation_rows(row, i):
            return f"player {i} cannot bring about row {b} alone"
        if m < 0:
            return f"multiplier {m} is negative"
    return ""


def most_slack(
    exact: ExactGame,
    laws: OutcomeLaws,
    row: int,
    given: Multipliers,
    levels: tuple[Sequence[Integers], Sequence[Integers]],
    grid: int,
) -> Fraction:
    """The greatest weighted sum of slacks of a row's deviations that continuation payoffs within levels can bring.

    ``levels``  per direction Integers[states] over ``grid``, e_1 ... e_n and -e_1 ... -e_n first: after outcomes that
                the row makes possible, and after all others.
    """
    n = exact.game.n_players
    own = laws.exact(row)
    total = Fraction(0)
    weight: dict[tuple[int, Outcome], Fraction] = {}
    for i, b, m in given:
        if not m:
            continue
        d = exact.discount[i]
        total += m * (1 - d) * (exact.payoff(row, i) - exact.payoff(b, i))
        theirs = laws.exact(b)
        for o in own.keys() | theirs.keys():
            change = own.get(o, Fraction(0)) - theirs.get(o, Fraction(0))
            if change:
                weight[i, o] = weight.get((i, o), Fraction(0)) + m * d * change
    # Equal levels are added up before they are multiplied: many outcomes share one next state.
    shared: dict[tuple[bool, int, int], Fraction] = {}
    for (i, o), c in weight.items():
        key = o in own, i if c > 0 else n + i, o[1]
        shared[key] = shared.get(key, Fraction(0)) + abs(c)
    for (follows, direction, state), c in shared.items():
        total += c * Fraction(int(levels[0 if follows else 1][direction][state]), grid)
    return total
