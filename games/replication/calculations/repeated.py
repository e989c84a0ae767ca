"""Calculations about repeated games that need no solver of stochastic games: continua of actions, sets by recursion.

All are exact but for the last root, which is bracketed by bisection.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import product
from typing import Any

from games.model.stochastic_game import GameError
from games.numerics.exact import to_fraction

Numbers = Sequence[Fraction]

HALVINGS = 60
"""How often a bracket is halved."""
MOST_VECTORS = 3_000
"""Larger sets of payoffs are not followed: a period takes their number times itself."""


# -- linear Cournot: price 1 - Q, no cost, any output ------------------------------------------------------------------


def _profit(own: Fraction, others: Fraction) -> Fraction:
    return own * (1 - own - others)


def _best_reply(others: Fraction) -> Fraction:
    """Where the slope of the profit is 0, which is linear in the output; no output if the price is 0 without it."""
    return max((1 - others) / 2, Fraction(0))


def _cournot_output(firms: int) -> Fraction:
    """The output that is its own best reply: the difference is linear, found from its values at 0 and at 1/firms."""

    def off(q: Fraction) -> Fraction:
        return (1 - (firms - 1) * q) / 2 - q

    end = Fraction(1, firms)
    return end * off(Fraction(0)) / (off(Fraction(0)) - off(end))


def _from_when(kept: Fraction, deviation: Fraction, punished: Fraction) -> Fraction:
    """The discount factor at which (1 - d) deviation + d punished = kept."""
    return (deviation - kept) / (deviation - punished)


def _cournot_reversion(firms: int) -> Numbers:
    """From which discount factor on reverting to Cournot outputs sustains shares of the monopoly output."""
    share, cournot = Fraction(1, 2 * firms), _cournot_output(firms)
    others = (firms - 1) * share
    deviation = _profit(_best_reply(others), others)
    return [_from_when(_profit(share, others), deviation, _profit(cournot, (firms - 1) * cournot))]


def _bertrand_reversion(firms: int) -> Numbers:
    """The same for firms that share the monopoly profit of 1 equally, where whoever undercuts has nearly all of it."""
    return [_from_when(Fraction(1, firms), Fraction(1), Fraction(0))]


def _stick_and_carrot(firms: int) -> Numbers:
    """The least discount factor for monopoly with the best punishment of two phases; the stick's output and price.

    At output q all firms once and monopoly again, the value is v = (1 - d) profit(q) + d monopoly.  No deviation from
    the stick pays if the best reply to it has at most v, from monopoly if (1 - d) deviation + d v <= monopoly.  The
    larger q, the harsher the stick and the better the reply to it: both bind at the least discount factor.
    """
    share = Fraction(1, 2 * firms)
    others = (firms - 1) * share
    monopoly, deviation = _profit(share, others), _profit(_best_reply(others), others)

    def needed(q: Fraction) -> Fraction:
        """Where the constraint at monopoly binds: deviation - monopoly = d (monopoly - stick)."""
        return (deviation - monopoly) / (monopoly - _profit(q, (firms - 1) * q))

    def too_harsh(q: Fraction) -> bool:
        d, rest = needed(q), (firms - 1) * q
        reply = max(_profit(_best_reply(rest), rest), Fraction(0))
        return reply > (1 - d) * _profit(q, rest) + d * monopoly

    low, high = _cournot_output(firms), Fraction(1)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if too_harsh(middle) else (middle, high)
    return [needed(low), low, 1 - firms * low]


# -- finite horizons without public randomisation ----------------------------------------------------------------------


def _finite_payoffs(
    first: Sequence[Sequence[Any]], second: Sequence[Sequence[Any]], periods: int, discount: Any = 1
) -> set[tuple[Fraction, Fraction]]:
    """Total payoffs of pure subgame-perfect equilibria of a game of two players played so many times."""
    tables = [[[to_fraction(x) for x in row] for row in table] for table in (first, second)]
    rows, columns, d = range(len(tables[0])), range(len(tables[0][0])), to_fraction(discount)
    best = [max(tables[0][i][j] for i in rows) for j in columns], [max(tables[1][i][j] for j in columns) for i in rows]
    found = {(Fraction(0), Fraction(0))}
    for _ in range(periods):
        if len(found) > MOST_VECTORS:
            raise GameError(f"finite_payoffs: more than {MOST_VECTORS} vectors; ask for fewer periods")
        if not found:
            break
        worst = [min(w[i] for w in found) for i in range(2)]
        found = {
            (here[0] + d * w[0], here[1] + d * w[1])
            for i, j in product(rows, columns)
            for here in [(tables[0][i][j], tables[1][i][j])]
            for w in found
            if here[0] + d * w[0] >= best[0][j] + d * worst[0] and here[1] + d * w[1] >= best[1][i] + d * worst[1]
        }
    return found


def _finite_vectors(**given: Any) -> Numbers:
    """All of them, in ascending order."""
    return [x for vector in sorted(_finite_payoffs(**given)) for x in vector]


def _finite_horizons(first: Any, second: Any, horizons: Sequence[int], discount: Any = 1) -> Numbers:
    """For each horizon: how many different vectors, the best in which both have the same, the first player's least."""
    out: list[Fraction] = []
    for periods in horizons:
        found = _finite_payoffs(first, second, periods, discount)
        out += [Fraction(len(found)), max(u for u, v in found if u == v), min(u for u, _ in found)]
    return out


CALCULATIONS: dict[str, Callable[..., Numbers]] = {
    "cournot_reversion": _cournot_reversion,
    "bertrand_reversion": _bertrand_reversion,
    "stick_and_carrot": _stick_and_carrot,
    "finite_vectors": _finite_vectors,
    "finite_horizons": _finite_horizons,
}
