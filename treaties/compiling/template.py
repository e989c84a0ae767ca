"""A treaty compiled once for all its worlds: only amounts, chances and discount factors are worked out in each.

Every function that effects are made of is put to one entry for each combination of what it reads (``reads``), in each
world anew if its clause has other numbers there.  What is made one because it was equal where the treaty was compiled
(states, moves, rows, laws) is held against the world's own numbers, exactly; so are conditions, where laws lead and
which chances are none.  A world in which any of this differs is compiled anew, and counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from math import floor, log10
from typing import final

import numpy as np

from games.numerics.arrays import Bools, Floats, Ints
from games.numerics.numbering import numbered
from games.structure.numbers import Numbers, numbers_of
from games.structure.structure import Laws, Structure
from treaties.compiling.compile import Compiler, Frame, compile_treaty
from treaties.compiling.compiled_treaty import CompiledTreaty
from treaties.compiling.law_terms import NONE, ONE, Entries, Products
from treaties.compiling.layers import laws_of, lead_to
from treaties.compiling.lumping import lumped
from treaties.compiling.payoffs import DIGITS, party_terms
from treaties.compiling.reads import Uneven, Unread
from treaties.compiling.retold import Restructured, Told
from treaties.compiling.rows import Rows
from treaties.compiling.scopes import Beyond
from treaties.compiling.world_parts import Now, Parts, dense
from treaties.effects import STATUS, CompilationError, Enforced
from treaties.model.errors import TreatyFileError
from treaties.model.treaty import NamedNumber, Treaty
from treaties.reading.worlds import World, Worlds, ranged

PROBES = (0.5698, 0.2451, 0.7549, 0.4180)
"""Where in its range each quantity lies in the worlds that are tried, a little apart from one another."""
APART = 0.6180339887
Span = tuple[float, float]
DIFFERENT = (Restructured, CompilationError, Unread, Beyond, Uneven)
"""What says that a world's game has another structure, or that this cannot be told."""


@final
@dataclass(frozen=True, eq=False)
class _Same:
    """Places of numbers that are equal where a treaty was compiled, to be equal in every world."""

    one: Ints
    other: Ints

    @staticmethod
    def of(like: Ints) -> _Same:
        """From the place of an equal number for each."""
        one = np.flatnonzero(like != np.arange(len(like)))
        return _Same(one, like[one])

    def insist(self, numbers: Floats) -> None:
        """Raise ``Restructured`` if some are not equal."""
        if not np.array_equal(numbers[self.one], numbers[self.other]):
            raise Restructured


@final
class _Payoffs:
    """What parties earn, as sums of some of the numbers.

    ``claims``  (party, effect, part, first place): amounts that count by the party's discount factor.
    ``table``   Int[amounts, sums]: what each sum is made of, nothing where there is no more.
    ``sum_of``  Int[paid rows, parties].
    """

    def __init__(self, parts: Parts) -> None:
        now, paid = parts.now, parts.frame.paid
        self.first_claim = count = len(parts.numbers)
        self.claims: list[tuple[int, int, int, int]] = []
        tables, self.sum_of, found = [], np.empty((int(paid.start[-1]), len(now.treaty.parties)), dtype=np.int64), 0
        for i, party in enumerate(now.treaty.parties):
            columns = [self._places(parts, number) for (of, _), number in parts.matters.items() if of == i]
            columns.append(self._places(parts, parts.outsides[i]))
            for k, number in parts.amounts.items():
                for term in party_terms((now.effects[k],), party):
                    if isinstance(now.effects[k], Enforced):
                        self.claims.append((i, k, number, count))
                        columns.append(self._places(parts, number, count))
                        count += parts.parts[number].values.size
                    else:
                        columns.append(self._places(parts, number))
                    del term
            number, first = numbered(*columns)
            tables.append(np.stack([column[first] for column in columns]))
            self.sum_of[:, i] = found + number
            found += len(first)
        self.player = np.repeat(np.arange(len(tables)), [table.shape[1] for table in tables])
        deepest = max(len(table) for table in tables)
        # A column alone would be added up in another order.
        width = max(found, 2)
        self.table = np.full((deepest, width), NONE)
        at = 0
        for table in tables:
            self.table[: len(table), at : at + table.shape[1]] = table
            at += table.shape[1]
        self.count = found
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
            for i, k, number, start in self.claims:
                part, party = parts.parts[number], now.treaty.parties[i]
                share = party_terms((now.effects[k],), party)[0].share(party.discount.value)
                wider[part.at(start)] = share * numbers[part.at(part.start)]
            numbers = wider
        amounts = numbers[self.table]
        amounts.sort(axis=0)
        out = amounts.sum(axis=0)[: self.count]
        largest = float(np.abs(out).max(initial=0.0))
        decimals = DIGITS - 1 - floor(log10(largest)) if 0.0 < largest < np.inf else DIGITS
        return np.asarray(out.round(decimals) + 0.0)


@final
class _Motion:
    """Where rows lead, as sums of products of some of the numbers.

    ``given``   products of chances of state variables; ``said`` of signals, where these move states; ``joint`` of both.
    ``apart``   sums by states found; ``sums`` by states that are left.
    ``laws``    the laws that rows have, by number of their sums; ``law_row`` Int[rows].
    """

    def __init__(self, parts: Parts) -> None:
        frame, compiler = parts.frame, parts.compiler
        factors, there, keys, said = [], [], [], []
        order = sorted(compiler.variables, key=lambda v: v.name != STATUS)
        for number, layer in enumerate(frame.layers):
            factors.append(self._given(parts, number, [v.name for v in order if v.name in parts.laws]))
            if layer.given is not None:
                said.append(parts.said(number - len(frame.layers)))
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
        entries = []
        pieces = np.split(given, np.cumsum([rows * width for rows, width in sizes])[:-1])
        for piece, here, key in zip(pieces, there, keys, strict=True):
            which = piece.reshape(key.shape)
            if not np.array_equal(self.positive[which], here):
                raise Uneven
            entries.append(Entries.where(here, which, key))
        whole = Entries.joined(entries)
        self.apart, whole = whole.put_together()
        self.whole = whole
        self.sums, lumps = whole.lead_to(frame.lumps.lump_of).put_together()
        self.lumps = self._of_lumps(frame, lumps)
        used, self.law_row = np.unique(frame.law_row, return_inverse=True)
        self.laws = lumps.some(used)

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
    def _of_lumps(frame: Frame, laws: Entries) -> _Same:
        """The sums of states found that are to be those of the state that stands for them."""
        found = np.arange(len(frame.starts))
        other = frame.lumps.first[frame.lumps.lump_of]
        apart = np.flatnonzero(other != found)
        if not len(apart):
            return _Same(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))
        rows = [np.concatenate([np.arange(frame.starts[s], frame.starts[s] + frame.counts[s]) for s in states])
                for states in (apart, other[apart])]
        mine, its = (laws.some(of) for of in rows)
        pairs = np.unique(np.stack([mine.which, its.which]), axis=1)
        pairs = pairs[:, pairs[0] != pairs[1]]
        return _Same(pairs[0], pairs[1])

    def at(self, numbers: Floats) -> tuple[Floats, Floats]:
        """Float[sums] twice: by states found, by states left; raises ``Restructured`` if these are other states."""
        products = self._products(numbers)
        if not np.array_equal(products > 0, self.positive):
            raise Restructured
        apart = self.apart.at(products)
        sums = self.sums.at(apart)
        self.lumps.insist(sums)
        return apart, sums


@final
class Template:
    """A treaty in the worlds of its ranged numbers, with the structure of its game.

    ``spans``       the paths of the numbers that worlds may set, and between what.
    ``structure``   of the game in nearly all worlds; None if it has signals, or no structure that two worlds share.
    ``recompiled``  how many worlds had to be compiled anew so far.
    """

    def __init__(self, treaty: Treaty, worlds: Worlds, spans: Mapping[str, Span]) -> None:
        self.treaty, self.worlds, self.spans = treaty, worlds, dict(spans)
        self.recompiled = 0
        self._frame: _Framed | None = None

    @staticmethod
    def of(treaty: Treaty, spans: Mapping[str, Span] | None = None) -> Template:
        """The template of a treaty.

        ``spans``  paths of numbers and between what they vary, in place of the ranges of the text.

        Raises ``CompilationError`` when effects conflict or the game is too large where it is first compiled.
        """
        if spans is None:
            spans = {number.path: span_of(number) for number in ranged(treaty)}
        template = Template(treaty, Worlds.of(treaty), spans)
        template._frame = _framed(treaty, list(template._tried()))
        return template

    def _tried(self) -> Iterable[Treaty]:
        """The treaty within its ranges, and as it is written: first worlds in which numbers agree only if they must."""
        for probe in PROBES:
            world = {}
            for k, (path, (low, high)) in enumerate(self.spans.items()):
                world[path] = low + (high - low) * ((probe + APART * k / 10) % 1.0)
            try:
                yield self.worlds.at(world)
            except TreatyFileError:
                continue
        yield self.treaty

    @property
    def structure(self) -> Structure | None:
        """The structure of the game in nearly all worlds; None if it has signals, or none that two worlds share."""
        return None if self._frame is None else self._frame.structure

    def at(self, world: World) -> Treaty:
        """The treaty in a world; raises ``TreatyFileError``."""
        return self.worlds.at(world)

    def with_numbers(self, world: World) -> Numbers:
        """The numbers of the game in a world; with a structure of their own if the world was compiled anew.

        Raises ``TreatyFileError`` if the world is none of the treaty, ``CompilationError`` if it is no game there, and
        ``GameError`` for treaties with signals.
        """
        treaty = self.at(world)
        if self._frame is not None and self._frame.structure is not None:
            try:
                return self._frame.numbers(treaty)
            except DIFFERENT:
                pass
        self.recompiled += 1
        compiled = compile_treaty(treaty)
        return numbers_of(compiled.game, compiled.compliance)

    def compiled(self, world: World) -> CompiledTreaty:
        """What ``compile_treaty`` makes of the treaty in a world, to the last bit; raises as ``with_numbers`` does."""
        treaty = self.at(world)
        if self._frame is not None:
            try:
                return self._frame.compiled(treaty)
            except DIFFERENT:
                pass
        self.recompiled += 1
        return compile_treaty(treaty)


def span_of(number: NamedNumber) -> Span:
    """Between what a number lies: its value is the end that its range does not name."""
    low, high = (number.value if end is None else end for end in (number.low, number.high))
    return low, high


def _framed(treaty: Treaty, tried: list[Treaty]) -> _Framed | None:
    """The frame of the first of some worlds whose structure another shares; None if there is none."""
    for k, first in enumerate(tried):
        others = [other for j, other in enumerate(tried) if j != k]
        try:
            return _Framed(first, others)
        except DIFFERENT:
            continue
    return None


@final
class _Framed:
    """The frame of a treaty's game where it was compiled, and how its numbers follow from those of any world."""

    def __init__(self, treaty: Treaty, others: list[Treaty]) -> None:
        told = Told.of(treaty)
        compiler = Compiler(treaty, told.context, told.brought)
        now = Now(treaty, told, compiler.observation)
        other = next(filter(None, (_shared(now, of) for of in others)), None)
        if other is None:
            raise Restructured
        self.frame = frame = compiler.frame(compiler.explore())
        self.compiler, self.now = compiler, now
        self.parts = Parts(compiler, frame, now, other)
        self.live = [part for part in self.parts.parts if part.live]
        self.alike = self._alike()
        self.ends = self._ends(self.parts.numbers)
        self.payoffs, self.motion = _Payoffs(self.parts), _Motion(self.parts)
        game = compiler.assemble(frame)
        worlds = [self._all_numbers(now), *filter(None, (self._tried(of) for of in others))]
        earned, sums = (numbered(*columns) for columns in zip(*worlds, strict=True))
        self.structure: Structure | None = None
        self.same_earned, self.same_sums = (_Same.of(first[number]) for number, first in (earned, sums))
        self.earned, self.sums = earned[1], sums[1]
        laws = self.motion.laws
        rows = Laws.of(laws.indptr, laws.indices, sums[0][laws.which], self.motion.law_row)
        paid = earned[0][self.payoffs.sum_of][frame.paid_row]
        self.check(game)
        if compiler.observation is None:
            self.structure = Structure.of(game.game, rows, paid, game.compliance)

    def _alike(self) -> _Same:
        """Numbers of live parts that are to be equal."""
        like = np.arange(len(self.parts.like))
        for part in self.live:
            if part.numbers:
                like[part.at(part.start)] = self.parts.like[part.at(part.start)]
        return _Same.of(like)

    def check(self, compiled: CompiledTreaty) -> None:
        """Raise ``Uneven`` unless payoffs and laws are, to the last bit, those of compilation."""
        earned, sums = self._all_numbers(self.now)
        game, laws = compiled.game, self.motion.laws.some(self.motion.law_row)
        if not (
            np.array_equal(earned[self.payoffs.sum_of][self.frame.paid_row], game.payoffs)
            and np.array_equal(laws.indptr, game.transition.indptr)
            and np.array_equal(laws.indices, game.transition.indices)
            and np.array_equal(sums[laws.which], game.transition.data)
        ):
            raise Uneven

    def _ends(self, numbers: Floats) -> Bools:
        """Bool[entries]: where the law of the treaty's status leads to its end surely."""
        part = self.parts.parts[self.parts.laws[STATUS]]
        codes, width = part.sample.values[0], len(self.compiler.values[STATUS])
        return np.asarray(dense(codes, numbers[part.at(part.start)].reshape(codes.shape), width)[:, -1] == 1.0)

    def _insist_on_ends(self, numbers: Floats) -> None:
        """Raise ``Restructured`` if the treaty surely ends elsewhere: nothing else counts where it does."""
        if self.parts.parts[self.parts.laws[STATUS]].live and not np.array_equal(self._ends(numbers), self.ends):
            raise Restructured

    def _tried(self, treaty: Treaty) -> tuple[Floats, Floats] | None:
        """Payoffs and sums of chances in another world, None if its game has another structure."""
        try:
            return self._all_numbers(self.now.again(treaty))
        except DIFFERENT:
            return None

    def _all_numbers(self, now: Now) -> tuple[Floats, Floats]:
        """All payoffs, and all sums of chances; raises ``Restructured`` if they are those of another structure."""
        numbers = self.parts.numbers.copy()
        for part in self.live:
            said = part.ask(now)
            if part.numbers:
                numbers[part.at(part.start)] = said[-1].ravel()
        self.alike.insist(numbers)
        self._insist_on_ends(numbers)
        return self.payoffs.at(self.parts, now, numbers), self.motion.at(numbers)[1]

    def numbers(self, treaty: Treaty) -> Numbers:
        """The numbers of a world; raises one of ``DIFFERENT`` if the structure is not that of its game."""
        assert self.structure is not None
        earned, sums = self._all_numbers(self.now.again(treaty))
        self.same_earned.insist(earned)
        self.same_sums.insist(sums)
        discount = np.array([party.discount.value for party in treaty.parties])
        return Numbers(self.structure, earned[self.earned], sums[self.sums], discount)

    def compiled(self, treaty: Treaty) -> CompiledTreaty:
        """What compilation makes of a world; raises one of ``DIFFERENT`` if it makes another structure of it."""
        now = self.now.again(treaty)
        said = [part.ask(now) for part in self.live]
        numbers = self.parts.numbers.copy()
        for part, arrays in zip(self.live, said, strict=True):
            kinds = arrays[-1].reshape(len(arrays[-1]), -1)
            if len(arrays) > 1:
                kinds = dense(*arrays, int(arrays[0].max()) + 1)
            if not np.array_equal(numbered(*kinds.T)[0], part.kinds):
                raise Restructured
            if part.numbers:
                numbers[part.at(part.start)] = arrays[-1].ravel()
        self.alike.insist(numbers)
        self._insist_on_ends(numbers)
        self.motion.at(numbers)
        compiler = Compiler(treaty, now.told.context, now.told.brought)
        compiler.law_scope = self.compiler.law_scope
        return compiler.assemble(self._framed(compiler))

    def _framed(self, compiler: Compiler) -> Frame:
        """The frame of a world in which nothing else is alike, from its own laws."""
        frame = self.frame
        layers = [compiler.layer(layer.offer) for layer in frame.layers]
        laws = laws_of(layers, frame.sorted_keys)
        lumps = lumped(frame.found, compiler.variables, frame.kinds, laws, frame.starts, frame.counts)
        if not np.array_equal(lumps.lump_of, frame.lumps.lump_of):
            raise Restructured
        rows, paid, spoken = (
            Rows(of.states, of.blocks, compiler.choices, of.members, compiler.fill)
            for of in (frame.rows, frame.paid, frame.spoken)
        )
        laws = lead_to(laws, lumps.lump_of, len(frame.states))
        return replace(frame, layers=layers, laws=laws, rows=rows, paid=paid, spoken=spoken)


def _shared(now: Now, treaty: Treaty) -> Now | None:
    """Another world, None if its effects are others."""
    try:
        return now.again(treaty)
    except DIFFERENT:
        return None
