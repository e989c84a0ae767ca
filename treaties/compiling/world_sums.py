"""What parties earn and where rows lead in any world, as sums and products of the few numbers that vary.

Amounts, chances and sums are put together as compilation does it, to the last bit.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import floor, log10
from typing import final

import numpy as np
from scipy.sparse import csr_array

from games.numerics.arrays import Floats, Ints
from games.numerics.numbering import numbered
from treaties.compiling.compile import Frame
from treaties.compiling.law_terms import NONE, ONE, Entries, Products, Sums
from treaties.compiling.observation import seen_classes
from treaties.compiling.payoffs import DIGITS, party_terms
from treaties.compiling.reads import Uneven
from treaties.compiling.retold import Restructured
from treaties.compiling.rows import rows_of
from treaties.compiling.world_parts import Now, Parts
from treaties.effects import STATUS, Enforced


@final
@dataclass(frozen=True, eq=False)
class Same:
    """Places of numbers that are equal where a treaty was compiled, to be equal in every world."""

    one: Ints
    other: Ints

    @staticmethod
    def of(like: Ints) -> Same:
        """From the place of an equal number for each."""
        one = np.flatnonzero(like != np.arange(len(like)))
        return Same(one, like[one])

    def insist(self, numbers: Floats) -> None:
        """Raise ``Restructured`` if some are not equal."""
        if not np.array_equal(numbers[self.one], numbers[self.other]):
            raise Restructured


@final
class Payoffs:
    """What parties earn, as sums of some of the numbers.

    ``claims``  (party, effect, part, first place): amounts that count by the party's discount factor.
    ``table``   Int[amounts, sums]: what each sum is made of, nothing where there is no more.
    ``sum_of``  Int[paid rows, parties]; ``whose`` Int[sums]: the party that earns it.
    """

    def __init__(self, parts: Parts) -> None:
        now, paid = parts.now, parts.frame.paid
        count = len(parts.numbers)
        self.claims: list[tuple[int, int, int, int]] = []
        self.sum_of = np.empty((int(paid.start[-1]), len(now.treaty.parties)), dtype=np.int64)
        tables: list[Ints] = []
        whose: list[Ints] = []
        found = 0
        for i in range(len(now.treaty.parties)):
            columns = [self._places(parts, number) for (of, _), number in parts.matters.items() if of == i]
            columns.append(self._places(parts, parts.outsides[i]))
            for (k, of), number in parts.amounts.items():
                if of != i:
                    continue
                if isinstance(now.effects[k], Enforced):
                    self.claims.append((i, k, number, count))
                    columns.append(self._places(parts, number, count))
                    count += parts.parts[number].values.size
                else:
                    columns.append(self._places(parts, number))
            place, first = numbered(*columns)
            tables.append(np.stack([column[first] for column in columns]))
            self.sum_of[:, i] = found + place
            whose.append(np.full(len(first), i))
            found += len(first)
        deepest = max(len(table) for table in tables)
        # A column alone would be added up in another order.
        width = max(found, 2)
        self.table = np.full((deepest, width), NONE)
        at = 0
        for table in tables:
            self.table[: len(table), at : at + table.shape[1]] = table
            at += table.shape[1]
        self.count = found
        self.whose = np.concatenate(whose)
        self.size = count

    @staticmethod
    def _places(parts: Parts, number: int, start: int | None = None) -> Ints:
        """Int[paid rows]: the places of a part's numbers, of equal ones the first."""
        part = parts.parts[number]
        like = parts.like[part.at(part.start)]
        if start is not None:
            like = like - part.start + start
        return np.asarray(like[part.sample.places[-1]])

    def at(self, parts: Parts, now: Now, numbers: Floats) -> Floats:
        """Float[sums]: what parties earn."""
        if self.claims:
            wider = np.empty(self.size)
            wider[: len(numbers)] = numbers
            factors = {party.id: party.discount.value for party in now.treaty.parties}
            for i, k, number, start in self.claims:
                part, party = parts.parts[number], now.treaty.parties[i]
                share = party_terms((now.effects[k],), party)[0].share(factors)
                wider[part.at(start)] = share * numbers[part.at(part.start)]
            numbers = wider
        amounts = numbers[self.table]
        amounts.sort(axis=0)
        out = amounts.sum(axis=0)[: self.count]
        largest = float(np.abs(out).max(initial=0.0))
        decimals = DIGITS - 1 - floor(log10(largest)) if 0.0 < largest < np.inf else DIGITS
        return np.asarray(out.round(decimals) + 0.0)


@final
class Motion:
    """Where rows lead, as sums of products of some of the numbers.

    ``given``     products of chances of state variables; ``said`` of signals, where these move states; ``joint`` both.
    ``apart``     sums by states found, which ``entries`` of all laws are; ``sums`` by states that are left.
    ``laws``      the laws that rows have, by number of their sums; ``law_row`` Int[rows].
    ``outcomes``  sums by what signals say and states that are left, and ``outcome_laws`` their laws as combination *
                  states + state; None where signals move nothing.
    """

    def __init__(self, parts: Parts) -> None:
        frame, compiler = parts.frame, parts.compiler
        factors, there, keys, said = [], [], [], []
        order = sorted(compiler.variables, key=lambda v: v.name != STATUS)
        for number, layer in enumerate(frame.layers):
            factors.append(self._given(parts, number, [v.name for v in order if v.name in parts.laws]))
            if layer.given is not None:
                said.append(parts.said(number - len(frame.layers), layer.laws))
            there.append(layer.probability > 0)
            keys.append(np.searchsorted(frame.sorted_keys, layer.keys))
        sizes = [block.shape[:2] for block in factors]
        self.given, given = Products.of(list(np.concatenate([b.reshape(-1, b.shape[2]) for b in factors]).T))
        self.said = self.joint = None
        if said:
            self.said, spoken = Products.of(list(np.concatenate(said).T))
            each = np.repeat(spoken, np.repeat([width for _, width in sizes], [rows for rows, _ in sizes]))
            self.joint, given = Products.of([each + 2, given + 2 + len(self.said.factors)])
        self.positive = self._products(parts.numbers) > 0
        entries, outcomes = [], []
        n_states = len(frame.states)
        pieces = np.split(given, np.cumsum([rows * width for rows, width in sizes])[:-1])
        for piece, here, key in zip(pieces, there, keys, strict=True):
            which = piece.reshape(key.shape)
            if not np.array_equal(self.positive[which], here):
                raise Uneven
            entries.append(Entries.where(here, which, key))
            if said:
                width = key.shape[1] // parts.combinations
                after = frame.lumps.lump_of[np.minimum(key, len(frame.sorted_keys) - 1)]
                outcomes.append(Entries.where(here, which, np.arange(key.shape[1]) // width * n_states + after))
        self.apart, self.entries = Entries.joined(entries).put_together()
        self.sums, lumps = self.entries.lead_to(frame.lumps.lump_of).put_together()
        self.lumps = self._of_lumps(frame, lumps)
        used, self.law_row = np.unique(frame.law_row, return_inverse=True)
        self.laws = lumps.some(used)
        self.outcomes: Sums | None = None
        self.outcome_laws: Entries | None = None
        if said:
            self.outcomes, laws = Entries.joined(outcomes).put_together()
            self.outcome_laws = laws.some(used)

    @staticmethod
    def _given(parts: Parts, layer: int, names: Iterable[str]) -> Ints:
        """Int[rows, ways, variables]: the places of the chances of each way in which the state may move."""
        found = []
        for name in names:
            part = parts.parts[parts.laws[name]]
            like = parts.like[part.at(part.start)].reshape(part.values.shape)
            found.append(like[part.sample.places[layer]])
        if not found:
            return np.full((parts.frame.layers[layer].laws, 1, 1), ONE)
        widths = tuple(of.shape[1] for of in found)
        ways = np.unravel_index(np.arange(int(np.prod(widths))), widths)
        return np.stack([of[:, way] for of, way in zip(found, ways, strict=True)], axis=2)

    def _products(self, numbers: Floats) -> Floats:
        given = self.given.at(numbers)
        if self.said is None or self.joint is None:
            return given
        return self.joint.at(np.concatenate([numbers[:2], self.said.at(numbers), given]))

    @staticmethod
    def _of_lumps(frame: Frame, laws: Entries) -> Same:
        """The sums of states found that are to be those of the state that stands for them."""
        found = np.arange(len(frame.starts))
        other = frame.lumps.first[frame.lumps.lump_of]
        apart = np.flatnonzero(other != found)
        if not len(apart):
            return Same(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))
        rows = [
            np.concatenate([np.arange(frame.starts[s], frame.starts[s] + frame.counts[s]) for s in states])
            for states in (apart, other[apart])
        ]
        mine, its = (laws.some(of) for of in rows)
        pairs = np.unique(np.stack([mine.which, its.which]), axis=1)
        pairs = pairs[:, pairs[0] != pairs[1]]
        return Same(pairs[0], pairs[1])

    def at(self, numbers: Floats) -> tuple[Floats, Floats, Floats | None]:
        """Float[sums] by states found, by states left, and by outcomes where signals move states.

        Raises ``Restructured`` if a chance is none where it was one, or if states are no longer alike.
        """
        products = self._products(numbers)
        if not np.array_equal(products > 0, self.positive):
            raise Restructured
        apart = self.apart.at(products)
        sums = self.sums.at(apart)
        self.lumps.insist(sums)
        return apart, sums, None if self.outcomes is None else self.outcomes.at(products)

    def laws_apart(self, apart: Floats, states: int) -> csr_array:
        """csr_array[laws, states found]: every law, from the sums by states found."""
        e = self.entries
        return csr_array((apart[e.which], e.indices, e.indptr), shape=(len(e.indptr) - 1, states))


@final
class Hearing:
    """What signals say after rows, as products of some of the numbers.

    ``said``  the products; ``laws`` the laws that rows have, by number of these, over combinations of what may be said;
              ``law_row`` Int[rows].
    ``seen``  Int[rows]: what everyone sees of the moves, numbered in each state from 0.
    """

    def __init__(self, parts: Parts) -> None:
        frame, compiler = parts.frame, parts.compiler
        first = len(frame.layers) if compiler.moved_by_signals else 0
        self.said, which = Products.of(list(parts.said(-1 - first, int(frame.spoken.start[-1])).T))
        self.positive = self.said.at(parts.numbers) > 0
        which = which.reshape(-1, parts.combinations)
        columns = np.broadcast_to(np.arange(parts.combinations), which.shape)
        self.laws = Entries.where(self.positive[which], which, columns)
        self.law_row, self.seen = np.empty((2, len(frame.paid_row)), dtype=np.int64)
        for part in frame.parts:
            here = rows_of(frame.rows.start, part.whole)
            moves = compiler.seen(part, frame.rows.members, frame.spoken)
            self.law_row[here], self.seen[here] = moves.law, seen_classes(moves.seen)[1]

    def at(self, numbers: Floats) -> Floats:
        """Float[products]; raises ``Restructured`` if a chance is none where it was one."""
        products = self.said.at(numbers)
        if not np.array_equal(products > 0, self.positive):
            raise Restructured
        return products
