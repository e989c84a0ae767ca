"""Slacks of one-shot deviations: what complying is worth beyond deviating, enclosed, ties settled exactly.

An automaton is a subgame-perfect equilibrium exactly if no one-shot deviation pays anywhere (Blackwell 1965;
Mailath and Samuelson 2006, proposition 2.2.1).
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, cached_property
from typing import Any, final

import numpy as np
from numpy.typing import NDArray

from games.certificates.automata.chain import AutomatonChain, spans
from games.certificates.automata.values import GRID, ChainValues, solve_values
from games.numerics.arrays import Ints
from games.numerics.exact import Integers, quotient


@final
@dataclass(frozen=True, eq=False)
class Slacks:
    """Slack of every deviation of the live nodes: ``low / GRID <= slack <= high / GRID`` in average payoffs.

    ``item``   Int[deviations]: numbers into ``values.chain.deviations``.
    ``low``, ``high``  Integers[deviations]; equal to zero where the slack is zero exactly.
    ``proved`` Bool[deviations]: the slack is at least zero, exactly.
    """

    values: ChainValues
    item: Ints
    low: Integers
    high: Integers
    proved: NDArray[np.bool_]

    @property
    def node(self) -> Ints:
        """Int[deviations]: where each deviation takes place."""
        return self.values.chain.deviations.node[self.item]

    @property
    def player(self) -> Ints:
        """Int[deviations]: who deviates."""
        return self.values.chain.deviations.player[self.item]

    @property
    def row(self) -> Ints:
        """Int[deviations]: the row that the deviation brings about."""
        return self.values.chain.deviations.row[self.item]

    @property
    def strict(self) -> NDArray[np.bool_]:
        """Bool[deviations]: whether the deviation counts towards a margin."""
        return self.values.chain.deviations.strict[self.item]

    @cached_property
    def units(self) -> NDArray[np.float64]:
        """Float[deviations]: the slack divided by (1 - discount), as an extra one-off temptation."""
        chain = self.values.chain
        unit = cache(lambda state, player: GRID * chain.exact.unit(state, player))
        parts = [unit(chain.nodes[k][1] if chain.exact.scale else 0, i)
                 for k, i in zip(self.node.tolist(), self.player.tolist(), strict=True)]
        return np.array([quotient(x * part.denominator, part.numerator)
                         for x, part in zip(self.low.tolist(), parts, strict=True)])

    def least(self, mask: NDArray[np.bool_]) -> int | None:
        """Position of the least slack in payoff units among ``mask``; None if there is none."""
        where = np.flatnonzero(mask)
        if not len(where):
            return None
        return int(where[np.argmin(self.units[where])])


def evaluate(chain: AutomatonChain, live: NDArray[np.bool_]) -> Slacks:
    """Values and slacks at the ``live`` nodes, all of whose steps must lead to cells."""
    values = solve_values(chain, live)
    dev = chain.deviations
    item = np.flatnonzero(live[dev.node])
    node, player = dev.node, dev.player
    low = values.low[node, player] - values.outcome(dev.terms, player, values.expected(True), True)
    high = values.high[node, player] - values.outcome(dev.terms, player, values.expected(False), False)
    low, high = low[item], high[item]
    proved = np.array([x >= 0 for x in low.tolist()], dtype=bool)
    unclear = np.flatnonzero(~proved & np.array([x >= 0 for x in high.tolist()], dtype=bool))
    enclosed = []
    for k in unclear.tolist():
        x, i = int(node[item[k]]), int(player[item[k]])
        own, brings = values.exact[x], values.exact_outcome(dev.terms, int(item[k]), i)
        if own is None or brings is None:
            enclosed.append(k)
            continue
        slack = Fraction(int((own[i] - brings).p), int((own[i] - brings).q))
        proved[k] = slack >= 0
        low[k] = slack.numerator * GRID // slack.denominator
        high[k] = low[k] if slack == 0 else max(high[k], low[k] + 1)
    if enclosed:
        lumps = _lump(values)
        for k in enclosed:
            if _same_form(values, lumps, int(item[k])):
                proved[k], low[k], high[k] = True, 0, 0
    return Slacks(values, item, low, high, proved)


def _form(values: ChainValues, terms: Any, item: int, lumps: Ints, player: int | None) -> Hashable:
    """What an item brings, as payoffs now and a law over lumps: equal forms have exactly equal values."""
    chain = values.chain
    pairs, tables = chain.pairs, chain.exact.tables
    players = range(chain.exact.game.n_players) if player is None else (player,)
    now = [Fraction(0) for _ in players]
    law: dict[int, Fraction] = {}
    for k in range(int(terms.start[item]), int(terms.start[item + 1])):
        chance = Fraction(terms.weight[k], terms.below[item])
        now = [x + chance * Fraction(tables.payoff[terms.row[k], i]) for x, i in zip(now, players, strict=True)]
        pair = int(terms.pair[k])
        for e in range(int(pairs.start[pair]), int(pairs.start[pair + 1])):
            lump = int(lumps[pairs.node[e]])
            law[lump] = law.get(lump, Fraction(0)) + chance * Fraction(pairs.weight[e], pairs.below[pair])
    return tuple(now), tuple(sorted(law.items()))


def _lump(values: ChainValues) -> Ints:
    """Int[nodes]: an exact lumping of the chain (same payoffs, same law over lumps), begun from equal enclosures."""
    live = np.flatnonzero(values.live).tolist()
    lumps = np.full(len(values.chain.nodes), -1, dtype=np.int64)
    step = GRID // 10**30
    keys: list[Hashable] = [tuple((x + step // 2) // step for x in values.low[x].tolist()) for x in live]
    count = 0
    while True:
        number: dict[Hashable, int] = {}
        lumps[live] = [number.setdefault(key, len(number)) for key in keys]
        if len(number) == count:
            return lumps
        count = len(number)
        keys = [(int(lumps[x]), _form(values, values.chain.play, x, lumps, None)) for x in live]


def _same_form(values: ChainValues, lumps: Ints, item: int) -> bool:
    """Whether deviating and complying bring the deviator the same payoff and the same law over lumps, exactly."""
    dev, chain = values.chain.deviations, values.chain
    i, x = int(dev.player[item]), int(dev.node[item])
    return bool(_form(values, chain.play, x, lumps, i) == _form(values, dev.terms, item, lumps, i))


def leads_to(chain: AutomatonChain, seen: NDArray[np.bool_], lost: int) -> str:
    """In words, a reached node from which the missing node ``lost`` is reached."""
    column = len(chain.nodes) + lost
    for x in np.flatnonzero(seen[:len(chain.nodes)]).tolist():
        _, entry = spans(chain.lead.indptr.astype(np.int64), np.array([x]))
        if column in chain.lead.indices[entry]:
            mode, state = chain.nodes[x]
            return f"mode {mode}, state {chain.exact.game.states[state]!r}"
    return "the start"
