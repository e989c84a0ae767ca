"""Values of an automaton: exact where the chain allows it, elsewhere enclosed rigorously on a grid.

Strongly connected components are taken in topological order.  Small ones are solved exactly (python-flint); the rest
by a floating-point solve refined with exact integer residuals: if w satisfies ``T w - w`` in [a, b] everywhere and T
is monotone with modulus delta, then the true value lies in [w + a/(1-delta), w + b/(1-delta)].
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, final

import numpy as np
from flint import fmpq, fmpq_mat
from numpy.typing import NDArray
from scipy.sparse import csc_array, csr_array, eye_array
from scipy.sparse.csgraph import connected_components
from scipy.sparse.linalg import splu

from games.certificates.automata.chain import AutomatonChain, Terms, spans
from games.numerics.arrays import Ints
from games.numerics.exact import Integers, as_integers, divide_down, divide_up, nearest_float

GRID = 10**45
"""Values are integers over this: far below any payoff difference of interest."""

EXACT_UNKNOWNS = 40
"""Largest component that is solved exactly."""

EXACT_BITS = 6000
"""Rationals longer than this are enclosed on the grid instead."""


@final
@dataclass(frozen=True, eq=False)
class ChainValues:
    """Average discounted payoffs of every node, enclosed: ``low / GRID <= value <= high / GRID``.

    ``low``, ``high``  Integers[nodes, players]; zero for nodes that are not in ``live``.
    ``exact``          per node the exact rationals, or None where only the enclosure is known.
    ``radius``         the widest enclosure, in payoff units.
    """

    chain: AutomatonChain
    live: NDArray[np.bool_]
    low: Integers
    high: Integers
    exact: list[tuple[Any, ...] | None]
    radius: float

    def enclosed(self, node: int) -> list[tuple[Fraction, Fraction]]:
        """Per player the rationals between which the value of a node lies; the same twice where it is known exactly."""
        known = self.exact[node]
        if known is not None:
            return [(Fraction(int(v.p), int(v.q)),) * 2 for v in known]
        return [(Fraction(int(a), GRID), Fraction(int(b), GRID))
                for a, b in zip(self.low[node], self.high[node], strict=True)]

    def expected(self, up: bool) -> Integers:
        """Integers[pairs, players]: expectation after every (map, law) pair, rounded outward."""
        pairs, values = self.chain.pairs, self.high if up else self.low
        out = np.empty((len(pairs.below), values.shape[1]), dtype=object)
        for i in range(values.shape[1]):
            sums = np.add.reduceat(pairs.weight * values[pairs.node, i], pairs.start[:-1])
            out[:, i] = divide_up(sums, pairs.below) if up else divide_down(sums, pairs.below)
        return out

    def outcome(self, terms: Terms, player: Ints, expected: Integers, up: bool) -> Integers:
        """Integers[items]: what each item brings to its ``player`` (one per item), rounded outward."""
        exact = self.chain.exact
        who = np.repeat(player, np.diff(terms.start))
        brings = _period(self.chain, terms, who, up) + _discounted(
            exact.discount, who, expected[terms.pair, who], up)
        total = terms.total(brings)
        out: Integers = divide_up(total, terms.below) if up else divide_down(total, terms.below)
        return out

    def exact_outcome(self, terms: Terms, item: int, player: int) -> Any | None:
        """The exact rational that one item brings to a player; None if some value is only enclosed."""
        chain = self.chain
        d = chain.exact.discount[player]
        delta = fmpq(d.numerator, d.denominator)
        total = fmpq(0)
        for k in range(int(terms.start[item]), int(terms.start[item + 1])):
            g = chain.exact.payoff(int(terms.row[k]), player)
            part = (1 - delta) * fmpq(g.numerator, g.denominator)
            pair = int(terms.pair[k])
            ahead = fmpq(0)
            for e in range(int(chain.pairs.start[pair]), int(chain.pairs.start[pair + 1])):
                value = self.exact[int(chain.pairs.node[e])]
                if value is None:
                    return None
                ahead += value[player] * fmpq(chain.pairs.weight[e])
            total += (part + delta * ahead / fmpq(chain.pairs.below[pair])) * fmpq(terms.weight[k])
        return total / fmpq(terms.below[item])


def _period(chain: AutomatonChain, terms: Terms, who: Ints, up: bool) -> Integers:
    """(1 - delta) * payoff of each term's row to its player, on the grid."""
    tables, discount = chain.exact.tables, chain.exact.discount
    out = np.empty(len(terms.row), dtype=object)
    for i, d in enumerate(discount):
        mine = who == i
        number = tables.payoff[terms.row[mine], i] * ((d.denominator - d.numerator) * GRID)
        unit = d.denominator * tables.payoff_unit
        out[mine] = divide_up(number, unit) if up else divide_down(number, unit)
    return out


def _discounted(discount: tuple[Fraction, ...], who: Ints, ahead: Integers, up: bool) -> Integers:
    num = as_integers([d.numerator for d in discount])[who]
    den = as_integers([d.denominator for d in discount])[who]
    return divide_up(ahead * num, den) if up else divide_down(ahead * num, den)  # type: ignore[no-any-return]


def solve_values(chain: AutomatonChain, live: NDArray[np.bool_]) -> ChainValues:
    """Values of the ``live`` nodes (a set that play does not leave)."""
    n, players = len(chain.nodes), chain.exact.game.n_players
    exact: list[tuple[Any, ...] | None] = [None] * n
    rest = _solve_components(chain, live, exact)
    low = np.zeros((n, players), dtype=object)
    high = np.zeros((n, players), dtype=object)
    for x, value in enumerate(exact):
        if value is not None:
            for i, v in enumerate(value):
                low[x, i] = int(v.p) * GRID // int(v.q)
                high[x, i] = low[x, i] + (0 if int(v.p) * GRID % int(v.q) == 0 else 1)
    if len(rest):
        _enclose(chain, rest, low, high)
    widest = max((high - low)[live].ravel().tolist(), default=0)
    return ChainValues(chain, live, low, high, exact, 0.0 if not len(rest) else nearest_float(Fraction(widest, GRID)))


def _solve_components(chain: AutomatonChain, live: NDArray[np.bool_], exact: list[tuple[Any, ...] | None]) -> Ints:
    """Fill in the exact values component by component; returns the live nodes that have none."""
    lead = chain.play_lead
    count, label = connected_components(lead, directed=True, connection="strong")
    members: list[list[int]] = [[] for _ in range(count)]
    for x in np.flatnonzero(live).tolist():
        members[label[x]].append(x)
    undone = []
    for c in _bottom_up(lead, label.astype(np.int64), count):
        nodes = members[c]
        if not nodes:
            continue
        if len(nodes) > EXACT_UNKNOWNS or not _solve_one(chain, nodes, exact):
            undone += nodes
    return np.array(sorted(undone), dtype=np.int64)


def _bottom_up(lead: csr_array, label: Ints, count: int) -> list[int]:
    """Components ordered so that each comes after everything it leads to."""
    coo = lead.tocoo()
    code = np.unique(label[coo.row].astype(np.int64) * count + label[coo.col])
    source, target = code // count, code % count
    source, target = source[source != target], target[source != target]
    waiting = np.bincount(source, minlength=count)
    order = np.argsort(target, kind="stable")
    source, first = source[order], np.searchsorted(target[order], np.arange(count + 1))
    ready = np.flatnonzero(waiting == 0).tolist()
    out: list[int] = []
    while ready:
        c = ready.pop()
        out.append(c)
        for s in source[first[c]:first[c + 1]].tolist():
            waiting[s] -= 1
            if waiting[s] == 0:
                ready.append(s)
    return out


def _solve_one(chain: AutomatonChain, nodes: list[int], exact: list[tuple[Any, ...] | None]) -> bool:
    """Solve one component exactly; False if it depends on an enclosed value or the rationals grow too long."""
    place = {x: k for k, x in enumerate(nodes)}
    players, play, pairs = chain.exact.game.n_players, chain.play, chain.pairs
    inside: list[dict[int, Any]] = []
    ahead: list[list[Any]] = []
    for x in nodes:
        loop: dict[int, Any] = {}
        out = [fmpq(0)] * players
        for k in range(int(play.start[x]), int(play.start[x + 1])):
            chance = fmpq(play.weight[k], play.below[x])
            pair = int(play.pair[k])
            for e in range(int(pairs.start[pair]), int(pairs.start[pair + 1])):
                y = int(pairs.node[e])
                p = chance * fmpq(pairs.weight[e], pairs.below[pair])
                if y in place:
                    loop[place[y]] = loop.get(place[y], fmpq(0)) + p
                else:
                    value = exact[y]
                    if value is None:
                        return False
                    out = [o + p * v for o, v in zip(out, value, strict=True)]
        inside.append(loop)
        ahead.append(out)
    values: list[list[Any]] = []
    for i, d in enumerate(chain.exact.discount):
        delta = fmpq(d.numerator, d.denominator)
        now = [(1 - delta) * _flow(chain, x, i) + delta * ahead[k][i] for k, x in enumerate(nodes)]
        if len(nodes) == 1:
            values.append([now[0] / (1 - delta * inside[0].get(0, fmpq(0)))])
            continue
        matrix = [[-delta * row.get(c, fmpq(0)) + (1 if c == k else 0) for c in range(len(nodes))]
                  for k, row in enumerate(inside)]
        solved = fmpq_mat(matrix).solve(fmpq_mat([[v] for v in now]))
        values.append([solved[k, 0] for k in range(len(nodes))])
    if any(int(v.q).bit_length() > EXACT_BITS for per_player in values for v in per_player):
        return False
    for k, x in enumerate(nodes):
        exact[x] = tuple(per_player[k] for per_player in values)
    return True


def _flow(chain: AutomatonChain, x: int, player: int) -> Any:
    """Expected payoff of the period at a node."""
    play, tables = chain.play, chain.exact.tables
    total = sum(play.weight[k] * tables.payoff[play.row[k], player]
                for k in range(int(play.start[x]), int(play.start[x + 1])))
    return fmpq(total, play.below[x] * tables.payoff_unit)


def _enclose(chain: AutomatonChain, rest: Ints, low: Integers, high: Integers) -> None:
    """Enclose the values of the nodes ``rest``; ``low`` and ``high`` hold those of all nodes they lead to."""
    play = chain.play
    at, entry = spans(play.start, rest)
    sizes = np.diff(play.start)[rest]
    used, pair = np.unique(play.pair[entry], return_inverse=True)
    mine = Terms(np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64), play.row[entry], pair,
                 play.weight[entry], play.below[rest])
    pair_at, pair_entry = spans(chain.pairs.start, used)
    node, weight, below = chain.pairs.node[pair_entry], chain.pairs.weight[pair_entry], chain.pairs.below[used]
    first = np.searchsorted(pair_at, np.arange(len(used)))
    place = np.full(len(chain.nodes), -1)
    place[rest] = np.arange(len(rest))
    share = np.array([w / b for w, b in zip(weight, below[pair_at], strict=True)])
    inner = place[node] >= 0
    shape = (len(used), len(rest))
    to_node = csr_array((share[inner], (pair_at[inner], place[node][inner])), shape=shape)
    term_share = np.array([w / b for w, b in zip(mine.weight, mine.below[at], strict=True)])
    to_pair = csr_array((term_share, (at, mine.pair)), shape=(len(rest), len(used)))
    chance = csc_array(to_pair @ to_node)
    factors: dict[Fraction, Any] = {}
    for i, d in enumerate(chain.exact.discount):
        if d not in factors:
            factors[d] = splu(csc_array(eye_array(len(rest)) - float(d) * chance))
        who = np.full(len(mine.row), i, dtype=np.int64)
        period = {up: _period(chain, mine, who, up) for up in (False, True)}

        def residual(up: bool, i: int = i, who: Ints = who, period: dict[bool, Integers] = period) -> Integers:
            values = (high if up else low)[:, i]
            sums = np.add.reduceat(weight * values[node], first)
            ahead = divide_up(sums, below) if up else divide_down(sums, below)
            brings = period[up] + _discounted(chain.exact.discount, who, ahead[mine.pair], up)
            total = mine.total(brings)
            rounded: Integers = divide_up(total, mine.below) if up else divide_down(total, mine.below)
            return rounded - values[rest]

        smallest: int | None = None
        for _ in range(12):
            error = residual(False)
            size = max(abs(x) for x in error.tolist())
            if size <= 4 or (smallest is not None and size >= smallest):
                break
            smallest = size
            step = factors[d].solve(np.array([x / size for x in error.tolist()]))
            moved = low[rest, i] + as_integers([int(x * 2.0**50) * size >> 50 for x in step.tolist()])
            low[rest, i] = moved
            high[rest, i] = moved
        lower, upper = min(0, *residual(False).tolist()), max(0, *residual(True).tolist())
        keep = low[rest, i].copy()
        low[rest, i] = keep + divide_down(lower * d.denominator, d.denominator - d.numerator)
        high[rest, i] = keep + divide_up(upper * d.denominator, d.denominator - d.numerator)
