"""From a treaty to a stochastic game: the only way down.

One row per (state, action profile); state variables and choices are columns; amounts and laws are column expressions.
States that play cannot reach are left out.  The order of articles cannot matter: variables, choices and options have
a canonical order and amounts are summed in the order of their size.

One period: governments and the security environment are what they are; the parties choose at once, for every matter
in force, an option, plus the moves their provisions give them; payoffs, remedies and enforced payments accrue;
clocks, stages, statuses and governments move.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import NoReturn, final

import numpy as np
from scipy.sparse import csr_array

from games.model.plan import Plan
from games.model.stochastic_game import StochasticGame
from games.numerics.arrays import Bools, Floats, Ints
from treaties.compiling import blocks, size
from treaties.compiling.base_game import brought_by
from treaties.compiling.blocks import Part
from treaties.compiling.compiled_treaty import CompiledTreaty
from treaties.compiling.conduct import expected_options, measures_due, uses_at_will, with_conduct
from treaties.compiling.equivalence import Aspect, Classes, Merged, Moves, classes_of, of_party, public_marks
from treaties.compiling.layers import Layer, law_starts, laws_of, lead_to, state_name
from treaties.compiling.lumping import Lumping, clocks_of, lumped
from treaties.compiling.merging import (
    merge_choices,
    merge_laws,
    merge_negotiation,
    merge_transfers,
    merge_variables,
    proposed,
    while_in_force,
)
from treaties.compiling.observation import (
    Observation,
    SeenMoves,
    alike,
    monitoring_of,
    refuse_telling,
    signals_of,
)
from treaties.compiling.payoffs import payoff_parts, period_payoffs
from treaties.compiling.rows import Rows, rows_of
from treaties.compiling.scopes import Beyond, Offer, Scopes
from treaties.compiling.size import ROW_LIMIT, Size
from treaties.compiling.typed_marks import type_marks
from treaties.effects import (
    NO_DUTY,
    STATUS,
    Columns,
    CompilationError,
    Effect,
    Grid,
    Law,
    ProvisionContext,
    RedrawsType,
    StateVariable,
    Transition,
    payee_of,
)
from treaties.model.treaty import Treaty


def compile_treaty(treaty: Treaty, *, row_limit: int = ROW_LIMIT, refinement: int = 1) -> CompiledTreaty:
    """The stochastic game of a treaty.

    ``refinement``  into how many steps each step of a stock's grid is divided.

    Raises ``CompilationError`` when effects conflict or the game would exceed ``row_limit`` rows.
    """
    return Compiler.of(treaty, row_limit, refinement).run()


@final
@dataclass(frozen=True, eq=False)
class Frame:
    """All of a game but its amounts: its states, what is left of the moves, and where rows lead.

    ``layers``       the laws of all states found; ``sorted_keys`` the keys of these states, in order.
    ``found``        Int[states found, variables]; ``starts``, ``counts`` Int[states found]: the first law of each, and
                     how many it has.
    ``laws``         csr_array[laws, states]: where each law leads.
    ``kinds``        Int[states found]: states of one kind differ at most in where they lead, and in what clocks say.
    ``lumps``        which of the states found are one; ``states`` Int[states, variables] is what is left.
    ``merged``       the moves, of the states that are left; ``parts`` the same by what is left of the moves.
    ``profiles``     rows of the states found, before anything is merged.
    ``rows``         all rows; ``paid`` and ``spoken`` those that differ in what is paid, and in what signals say.
    ``paid_row``, ``law_row``  Int[rows]: the row among these, and the law.
    ``planned_row``  Int[states]: the row of the plan, -1 where a state does not have it; ``at_will`` Int[uses, states]
                     the same where rights are used at will, one combination of them after the other.
    ``names``        of the states; ``actions`` labels of the moves of every party in every state.
    """

    layers: list[Layer]
    sorted_keys: Ints
    found: Ints
    starts: Ints
    counts: Ints
    laws: csr_array
    kinds: Ints
    lumps: Lumping
    states: Ints
    merged: list[Merged]
    parts: list[Part]
    profiles: int
    rows: Rows
    paid: Rows
    spoken: Rows
    paid_row: Ints
    law_row: Ints
    planned_row: Ints
    at_will: Ints
    names: tuple[str, ...]
    actions: tuple[tuple[tuple[str, ...], ...], ...]

    @property
    def first_law(self) -> Ints:
        """Int[states]: the first law of each state that is left."""
        return self.starts[self.lumps.first]


@final
class Compiler:
    """Breadth-first enumeration of the states that play can reach, whole layers at a time.

    ``brought``  the effects of the game before any article, then those of each provision.
    """

    def __init__(
        self, treaty: Treaty, context: ProvisionContext, brought: Sequence[tuple[Effect, ...]], limit: int = ROW_LIMIT
    ) -> None:
        self.treaty = treaty
        self.context = context
        self.effects = effects = tuple(effect for found in brought for effect in found)
        self.limit = limit
        parts = size.parts_of(treaty, zip((of.label for of in treaty.provisions), brought[1:], strict=True))
        self.variables = merge_variables(effects)
        self.choices = merge_choices(effects, [party.id for party in treaty.parties])
        self.laws = merge_laws(effects, self.variables)
        signals = signals_of(treaty, context, effects)
        self.size = Size(treaty.title, parts, effects, self.variables, self.choices, signals or (), self.coarser)
        self.radix = self.size.radix
        self.observation = None if signals is None else Observation.of(treaty, context, self.choices, signals)
        self.moved_by_signals = self.observation is not None and any(
            isinstance(effect, Transition) and effect.sees_signals for effect in effects
        )
        self.values = {v.name: v.values for v in self.variables}
        self.scopes = Scopes(self.choices, self.state_columns, self.fill, self.insist_on_table)
        self.law_scope: tuple[int, ...] = ()

    @staticmethod
    def of(
        treaty: Treaty, row_limit: int = ROW_LIMIT, refinement: int = 1, halved: tuple[str, ...] = ()
    ) -> Compiler:
        """The compiler of a treaty; raises ``CompilationError`` when effects conflict."""
        context = replace(treaty.context, refinement=refinement, halved=halved)
        return Compiler(treaty, context, brought_by(treaty, context), row_limit)

    def state_columns(self, codes: Ints) -> Columns:
        """Columns of states, Int[states, variables]."""
        return Columns(len(codes), {v.name: codes[:, k] for k, v in enumerate(self.variables)}, self.values)

    def fill(self, columns: Columns) -> Columns:
        """Columns of rows with conduct, and with what it looks like where there are signals."""
        filled = with_conduct(columns, self.choices, self.effects)
        return filled if self.observation is None else self.observation.with_appearance(filled)

    def run(self) -> CompiledTreaty:
        """The whole way."""
        return self.assemble(self.frame(self.explore()))

    def coarser(self) -> Iterator[str]:
        """What a grid half as fine would make of the game, stock by stock: made anew, and counted.

        Sentences without their full stops; none of a game that has other grids than the text's.
        """
        if self.context.halved or self.context.refinement > 1:
            return
        stocks = [variable for variable in self.variables if coarser_grid(variable) is not None]
        for variable in stocks:
            coarse = coarser_grid(variable)
            assert coarse is not None
            points = f"{coarse.points} points in place of {len(variable.values)}"
            yield f"A grid of {points} for {variable.name} would leave {self.left_by(variable.name)}"
        if len(stocks) > 1:
            yield f"All of these together would leave {self.left_by(*(variable.name for variable in stocks))}"

    def left_by(self, *halved: str) -> str:
        """What grids half as fine of some stocks would leave, in words."""
        try:
            game = Compiler.of(self.treaty, self.limit, halved=halved).run().game
        except CompilationError:
            return "too much as well"
        return f"{game.n_states:,} states and {game.n_rows:,} rows"

    # -- where play can lead -------------------------------------------------------------------------------------

    def explore(self) -> list[Layer]:
        """The laws of all states that play can reach.

        Raises ``CompilationError`` if the game is too large.
        """
        # What laws read at the start if every option were there finds nearly all of it before anything is explored.
        everything = Offer(self.initial, tuple(tuple(range(len(choice.options))) for choice in self.choices))
        while True:
            try:
                self.read_laws(everything)
                return self.explored()
            except Beyond as missing:
                self.law_scope = tuple(sorted({*self.law_scope, missing.choice}))

    def read_laws(self, offer: Offer) -> None:
        """Read all laws once; raises ``Beyond`` where one of them looks at a move outside ``law_scope``."""
        first = self.scopes.only(offer, self.law_scope)
        if self.moved_by_signals and self.observation is not None:
            self.observation.law(first)
            first = self.observation.with_signals(first)
        for k in range(len(self.variables)):
            self.law_of(k, first)

    @property
    def initial(self) -> Ints:
        """Int[1, variables]: the state at signature."""
        return np.array([[v.initial for v in self.variables]], dtype=np.int64)

    def explored(self) -> list[Layer]:
        """The same, given the choices that laws read; raises ``Beyond`` where one looks at another."""
        frontier = self.initial
        seen = {int(frontier[0] @ self.radix)}
        layers: list[Layer] = []
        profiles, counted = 0, 0
        while len(frontier):
            found = len(layers)
            for _, offer in self.offers(frontier):
                layers.append(self.layer(offer))
                profiles += offer.rows(self.every_choice)
            if profiles > max(self.limit, 2 * counted):
                # Before more are found: these may be too many rows even if all clocks went.
                counted = profiles
                states = np.concatenate([layer.offer.states for layer in layers])
                self.insist_on_rows(self.merged(states), states, clocks_of(self.variables))
            keys = np.unique(np.concatenate([layer.next_keys for layer in layers[found:]]))
            new = [key for key in keys.tolist() if key not in seen]
            seen.update(new)
            frontier = self.decode(np.array(new, dtype=np.int64))
        return layers

    def decode(self, keys: Ints) -> Ints:
        """Int[states, variables] from the states' keys."""
        sizes = np.array([len(v.values) for v in self.variables], dtype=np.int64)
        return np.asarray((keys[:, None] // self.radix) % sizes, dtype=np.int64)

    @property
    def every_choice(self) -> tuple[int, ...]:
        """The numbers of all choices."""
        return tuple(range(len(self.choices)))

    def available(self, states: Ints) -> Bools:
        """Bool[states, options]: which options of all choices in turn are there."""
        columns = self.state_columns(states)
        found = []
        for choice in self.choices:
            per_option = np.ones((len(states), len(choice.options)), dtype=bool)
            # Who has left has no moves, and nobody deals with it any more.
            payee = payee_of(choice.matter)
            for party in (choice.party,) if payee is None else (choice.party, payee):
                per_option &= ~columns.departed(party)[:, None]
            for k, conditions in enumerate(choice.conditions):
                for condition in conditions:
                    per_option[:, k] &= condition(columns)
            found.append(per_option)
        return np.concatenate(found, axis=1)

    def offers(self, states: Ints) -> list[tuple[Ints, Offer]]:
        """States in groups of which each has one pattern of options that are there, with their places."""
        kinds, which = np.unique(self.available(states), axis=0, return_inverse=True)
        places = [np.flatnonzero(which.ravel() == kind) for kind in range(len(kinds))]
        return [(at, Offer.of(states[at], kinds[kind], self.choices)) for kind, at in enumerate(places)]

    def insist_on_table(self, offer: Offer, scope: tuple[int, ...]) -> None:
        """Raise ``CompilationError`` before something is looked at over more moves together than can be held."""
        if offer.rows(scope) > size.TABLE_LIMIT:
            self.refuse_rows(offer.states, offer.rows(self.every_choice), size.TABLE_LIMIT)

    def refuse_rows(self, states: Ints, rows: float, limit: int) -> NoReturn:
        """Raise ``CompilationError``: so many rows, counted without merging any moves."""
        what = f"rows (a state and what everyone does) in the first {len(states):,} states"
        self.size.refuse(rows, limit, what, self.size.rows(states, self.available(states)), len(states))

    @property
    def no_clocks(self) -> Bools:
        """Bool[variables]: none."""
        return np.zeros(len(self.variables), dtype=bool)

    def insist_on_rows(self, merged: list[Merged], states: Ints, clocks: Bools) -> None:
        """Raise ``CompilationError`` before rows are made for more profiles than can be held.

        ``clocks``  Bool[variables]: states that differ in these only are counted once, as they may turn out to be one.
        """
        rows = sum(int(group.rows.sum()) for group in merged)
        if rows > self.limit:
            measure = self.size.merged(merged, states, clocks)
            if (rows := round(measure(self.size.whole))) > self.limit:
                what = f"rows (a state and what everyone does) in the first {len(states):,} states"
                self.size.refuse(rows, self.limit, what, measure, len(states))

    def refuse_entries(self, merged: list[Merged], states: Ints, entries: int) -> NoReturn:
        """Raise ``CompilationError``: signals and public moves together say too much."""
        measure = self.size.with_signals(self.size.merged(merged, states, self.no_clocks))
        share = entries / (sum(int(group.rows.sum()) for group in merged) * self.size.width_of_all)
        what = "entries of the table of what is seen after each row"
        self.size.refuse(entries, size.ENTRY_LIMIT, what, lambda kept: share * measure(kept), len(states))

    def layer(self, offer: Offer) -> Layer:
        """The laws of some states, over the moves that laws read."""
        scope = self.law_scope
        self.insist_on_table(offer, scope)
        columns = self.scopes.over(offer, scope)
        profiles = offer.rows(scope) // len(offer.states)
        if self.observation is None:
            return Layer(offer, profiles, *self.next_states(columns, offer), None)
        alike_rows = alike(self.observation, offer, scope)
        if not self.moved_by_signals:
            return Layer(offer, profiles, *self.next_states(columns, offer, alike_rows), None)
        width = self.observation.width
        entries = columns.size * width
        if entries > size.TABLE_LIMIT:
            measure = self.size.with_signals(self.size.rows(offer.states, self.available(offer.states)))
            what = "rows with all that signals, which move the state, may say"
            self.size.refuse(entries, size.TABLE_LIMIT, what, measure, len(offer.states))
        alike_rows = (alike_rows[:, None] * width + np.arange(width)).ravel()
        keys, given = self.next_states(self.observation.with_signals(columns), offer, alike_rows)
        given = given.reshape(columns.size, width, -1)
        chance = self.observation.law(columns)[:, :, None] * given
        return Layer(
            offer, profiles, keys.reshape(columns.size, -1), chance.reshape(columns.size, -1), given
        )

    def next_states(self, columns: Columns, offer: Offer, alike_rows: Ints | None = None) -> tuple[Ints, Floats]:
        """Keys Int[rows, k] and probabilities Float[rows, k] of the next states after some rows.

        ``alike_rows``  Int[rows]: rows that everyone sees alike, which nothing that follows may tell apart.
        """
        moves = {variable.name: self.law_of(k, columns, alike_rows) for k, variable in enumerate(self.variables)}
        self.insist_on_ahead(columns.size, moves, offer)
        ended = moves[STATUS].codes == len(self.values[STATUS]) - 1
        keys = np.zeros((columns.size, 1), dtype=np.int64)
        probability = np.ones((columns.size, 1))
        for k, variable in sorted(enumerate(self.variables), key=lambda item: item[1].name != STATUS):
            law = moves[variable.name]
            width = law.codes.shape[1]
            codes = np.repeat(law.codes[:, None, :], keys.shape[1], axis=1).reshape(columns.size, -1)
            if variable.name != STATUS:
                ended = np.repeat(ended, width, axis=1)
                if variable.of_treaty:
                    # Rights, clocks and stages lapse when the treaty ends.
                    codes = np.where(ended, variable.initial, codes)
            keys = np.repeat(keys, width, axis=1) + codes * self.radix[k]
            probability = np.repeat(probability, width, axis=1) * np.tile(law.probability, (1, probability.shape[1]))
        return keys, probability

    def law_of(self, k: int, columns: Columns, alike_rows: Ints | None = None) -> Law:
        """Where a state variable goes from each row; clocks stand still under notice."""
        variable = self.variables[k]
        law = proposed(variable, self.laws.get(variable.name, ()), columns)
        if alike_rows is not None:
            refuse_telling(variable.name, self.movers(variable.name), law.codes, law.probability, alike_rows)
        return while_in_force(variable, law, columns)

    def insist_on_ahead(self, rows: int, moves: dict[str, Law], offer: Offer) -> None:
        """Raise ``CompilationError`` before all that chance may bring is put together."""
        widths = {name: law.codes.shape[1] for name, law in moves.items()}
        entries = rows * math.prod(widths.values())
        if entries > size.AHEAD_LIMIT:
            what = "ways in which chance may move the state"
            read = np.zeros(len(self.size.offers), dtype=bool)
            for c in self.law_scope:
                read[self.size.starts[c] : self.size.starts[c] + len(self.choices[c].options)] = True
            measure = self.size.ahead(self.size.rows(offer.states, self.available(offer.states) & read), widths)
            self.size.refuse(entries, size.AHEAD_LIMIT, what, measure, len(offer.states))

    def movers(self, variable: str) -> list[str]:
        """The articles that move a state variable."""
        return [e.article for e in self.effects if isinstance(e, Transition) and e.variable == variable]

    # -- which moves are alike -----------------------------------------------------------------------------------

    def merged(self, states: Ints) -> list[Merged]:
        """The moves that are open in some states, Int[states, variables], and which of them are alike."""
        out = []
        for at, offer in self.offers(states):
            owned = [of_party(party.id, self.choices) for party in self.treaty.parties]
            if sum(offer.rows(mine) for mine in owned) > size.TABLE_LIMIT:
                self.refuse_rows(offer.states, offer.rows(self.every_choice), self.limit)
            moves = tuple(Moves.of(mine, offer) for mine in owned)
            payoffs = classes_of(payoff_parts(self.treaty, self.effects), self.scopes, offer, moves)
            said = () if self.observation is None else self.observation.signals
            signals = classes_of([(f"signal {signal.name}", signal.law) for signal in said], self.scopes, offer, moves)
            whole = payoffs & signals & classes_of(self.law_aspects(offer), self.scopes, offer, moves)
            if self.observation is not None:
                told = Classes.of(offer, moves)
                for of, marks, first in zip(moves, told.marks, whole.first, strict=True):
                    options = of.options(offer)
                    seen = [self.observation.seen_of(c, options[:, k]) for k, c in enumerate(of.choices)]
                    marks.append(public_marks(np.stack(seen, axis=1), options, first) if seen else first)
                whole = whole & told
            out.append(Merged(at, offer, moves, payoffs, signals, whole))
        return out

    def law_aspects(self, offer: Offer) -> Iterable[tuple[str, Aspect]]:
        """Where each state variable goes, as a table of its values; nothing counts of a treaty that surely ends."""
        status = next(k for k, variable in enumerate(self.variables) if variable.name == STATUS)
        ends = partial(self.chances_of, status)
        yield STATUS, ends
        _, chances = self.scopes.read(STATUS, ends, offer)
        may_end_surely = bool(np.any(chances[..., -1] == 1.0))
        for k, variable in enumerate(self.variables):
            if k != status and variable.name in self.laws:
                if may_end_surely and variable.of_treaty:
                    yield f"{variable.name} unless ended", partial(self.unless_ended, k, status)
                else:
                    yield variable.name, partial(self.chances_of, k)

    def chances_of(self, k: int, columns: Columns) -> Floats:
        """Float[rows, values] of a state variable's next value; Float[rows, signals, values] if signals move states."""
        rows, width = columns.size, 1
        if self.observation is not None and self.moved_by_signals:
            columns, width = self.observation.with_signals(columns), self.observation.width
        law = self.law_of(k, columns)
        out = np.zeros((columns.size, len(self.variables[k].values)))
        np.add.at(out, (np.arange(columns.size)[:, None], law.codes), law.probability)
        return out.reshape(rows, width, -1) if width > 1 else out

    def unless_ended(self, k: int, status: int, columns: Columns) -> Floats:
        """The same, and zero where the treaty surely ends."""
        ended = self.chances_of(status, columns)[..., -1:] == 1.0
        return np.where(ended, 0.0, self.chances_of(k, columns))

    def labels(self, members: Sequence[int], actions: Sequence[Sequence[int]]) -> tuple[str, ...]:
        """A party's actions in short; with what each move is about where two would else be called the same."""
        short = tuple(self.label(members, action) for action in actions)
        if len(set(short)) == len(short):
            return short
        return tuple(self.label(members, action, about=True) for action in actions)

    def label(self, members: Sequence[int], action: Sequence[int], *, about: bool = False) -> str:
        """A party's action in short: conduct first, then the procedural moves that are not the default.

        ``about``  procedural moves are told with what they are about.
        """
        words = []
        conduct = [k for k in members if not self.choices[k].procedural]
        for k, option in zip(members, action, strict=True):
            choice = self.choices[k]
            if option < 0 or (choice.procedural and option == choice.default):
                continue
            name = choice.options[option].name
            if name == NO_DUTY:
                continue
            named = about if choice.procedural else len(conduct) > 1
            words.append(f"{choice.matter}: {name}" if named else name)
        return " + ".join(words) or "-"

    # -- the game ------------------------------------------------------------------------------------------------

    def frame(self, layers: list[Layer]) -> Frame:
        """Put states in canonical order, and make one of states, of moves and of rows that are alike."""
        keys = np.concatenate([layer.offer.states @ self.radix for layer in layers])
        order = np.argsort(keys, kind="stable")
        sorted_keys = keys[order]
        everything = self.decode(sorted_keys)
        starts, counts = (found[order] for found in law_starts(layers))
        laws = laws_of(layers, sorted_keys)
        merged = self.merged(everything)
        kinds = self.kinds(merged, everything)
        lumps = lumped(everything, self.variables, kinds, laws, starts, counts)
        states, first_law = everything[lumps.first], starts[lumps.first]
        laws = lead_to(laws, lumps.lump_of, len(states))
        profiles = sum(group.offer.rows(self.every_choice) for group in merged)
        merged = self.of_lumps(merged, lumps)
        self.insist_on_rows(merged, states, self.no_clocks)
        columns = self.state_columns(states)
        planned = expected_options(self.choices, columns)
        at_will = uses_at_will(self.choices, columns)
        parts = [part for group in merged for part in blocks.parts_of(group, planned, self.law_scope, at_will)]
        members = tuple(of.choices for of in merged[0].moves)
        rows, paid, spoken = (
            Rows(columns, found, self.choices, members, self.fill)
            for found in zip(*((part.whole, part.paid, part.spoken) for part in parts), strict=True)
        )
        paid_row, law_row = np.empty((2, int(rows.start[-1])), dtype=np.int64)
        planned_row = np.full(len(states), -1, dtype=np.int64)
        used_row = np.full((len(at_will), len(states)), -1, dtype=np.int64)
        for part in parts:
            at = part.whole.states
            here = rows_of(rows.start, part.whole)
            paid_row[here] = paid.start[at][:, None] + part.payoff
            law_row[here] = first_law[at][:, None] + part.law
            planned_row[at] = np.where(part.planned < 0, -1, rows.start[at] + part.planned)
            used_row[:, at] = np.where(part.at_will < 0, -1, rows.start[at] + part.at_will)
        return Frame(
            layers, sorted_keys, everything, starts, counts, laws, kinds, lumps, states, merged, parts, profiles,
            rows, paid, spoken, paid_row, law_row, planned_row, used_row,
            self.names(states, lumps), self.actions(parts, members, len(states)),
        )  # fmt: skip

    def assemble(self, frame: Frame) -> CompiledTreaty:
        """The game of a frame."""
        rows, paid, spoken, columns = frame.rows, frame.paid, frame.spoken, frame.rows.states
        discount = [party.discount.value for party in self.treaty.parties]
        game = StochasticGame(
            players=tuple(party.id for party in self.treaty.parties),
            discount=np.zeros(len(discount)),
            states=frame.names,
            actions=frame.actions,
            payoffs=period_payoffs(self.treaty, self.effects, paid.columns, discount)[frame.paid_row],
            transition=csr_array(frame.laws[frame.law_row]),
            initial=self.initial_of(frame),
            transfers=merge_transfers(self.effects),
            name=self.treaty.title,
        ).with_discount(discount)
        seen = None
        if self.observation is not None:
            if (said := int(spoken.start[-1]) * self.observation.width) > size.ENTRY_LIMIT:
                self.refuse_entries(frame.merged, frame.states, said)
            monitoring, seen = monitoring_of(
                self.observation, game, (self.seen(part, rows.members, spoken) for part in frame.parts),
                self.observation.law(spoken.columns), partial(self.after, frame) if self.moved_by_signals else None,
                partial(self.refuse_entries, frame.merged, frame.states),
            )  # fmt: skip
            game = replace(game, monitoring=monitoring)
        planned = columns.operating | measures_due(self.choices, columns) | (np.diff(rows.start) == 1)
        unused = np.where(planned, frame.planned_row, -1)
        plan, compliance = _plan_of(game, unused, np.where(unused >= 0, frame.at_will, -1))
        return CompiledTreaty(
            treaty=self.treaty,
            effects=self.effects,
            game=game,
            plan=plan,
            compliance=compliance,
            unused=unused,
            rows=rows,
            paid=paid,
            paid_row=frame.paid_row,
            merged=tuple(frame.merged),
            profiles=frame.profiles,
            told=frame.lumps.told,
            choices=self.choices,
            context=self.context,
            negotiation=merge_negotiation(self.effects, list(game.players), columns),
            seen=seen,
        )

    def initial_of(self, frame: Frame) -> int:
        """The state of the game at signature."""
        key = int(self.initial[0] @ self.radix)
        return int(frame.lumps.lump_of[np.searchsorted(frame.sorted_keys, key)])

    def kinds(self, merged: list[Merged], states: Ints) -> Ints:
        """Int[states]: states of one kind differ at most in where they lead, and in what only clocks say."""
        columns = self.state_columns(states)
        rule = merge_negotiation(self.effects, [party.id for party in self.treaty.parties], columns)
        hazard = np.zeros(len(states)) if rule is None else rule.hazard
        plans = [expected_options(self.choices, columns), *uses_at_will(self.choices, columns)]
        planned = np.concatenate(plans, axis=1)
        told = tuple(type_marks(self.treaty, columns, self.context.all_said(RedrawsType)))
        out = np.empty(len(states), dtype=np.int64)
        found = 0
        for group in merged:
            at = group.at
            table = [*group.payoffs.kinds, *group.signals.kinds, *planned[at].T, hazard[at].view(np.int64)]
            table += [column for first in group.whole.first for column in first.T]
            table += [mark[at].astype(np.int64) for mark in told]
            kinds, which = np.unique(np.stack(table, axis=1), axis=0, return_inverse=True)
            out[at] = found + which.ravel()
            found += len(kinds)
        return out

    @staticmethod
    def of_lumps(merged: list[Merged], lumps: Lumping) -> list[Merged]:
        """The moves of the states of the game."""
        number = np.full(len(lumps.lump_of), -1, dtype=np.int64)
        number[lumps.first] = np.arange(len(lumps.first))
        out = []
        for group in merged:
            places = np.flatnonzero(number[group.at] >= 0)
            if len(places):
                out.append(group.only(places, number[group.at[places]]))
        return out

    def names(self, states: Ints, lumps: Lumping) -> tuple[str, ...]:
        """Names of the states of the game."""
        told = [{name: values[s] for name, values in lumps.told.items()} for s in range(len(states))]
        return tuple(state_name(self.variables, state, of) for state, of in zip(states, told, strict=True))

    def actions(
        self, parts: Iterable[Part], members: Sequence[Sequence[int]], states: int
    ) -> tuple[tuple[tuple[str, ...], ...], ...]:
        """Labels of the moves of every party in every state."""
        out: list[tuple[tuple[str, ...], ...]] = [()] * states
        for part in parts:
            labels = tuple(
                self.labels(mine, options.tolist()) for mine, options in zip(members, part.whole.options, strict=True)
            )
            for s in part.whole.states.tolist():
                out[s] = labels
        return tuple(out)

    def seen(self, part: Part, members: Sequence[Sequence[int]], spoken: Rows) -> SeenMoves:
        """What everyone sees of the moves of some states."""
        assert self.observation is not None
        seen = []
        for mine, options in zip(members, part.whole.options, strict=True):
            columns = [self.observation.seen_of(c, options[:, k]) for k, c in enumerate(mine)]
            seen.append(np.stack(columns, axis=1) if columns else options)
        at = part.whole.states
        return SeenMoves(at, tuple(seen), spoken.start[at][:, None] + part.signal)

    def after(self, frame: Frame, state: int) -> tuple[Ints, Floats]:
        """Where the rows of a state lead given each signal: Int[rows, signals, k] states and their chances."""
        first = 0
        layer = frame.layers[0]
        for layer in frame.layers:
            if frame.first_law[state] < first + layer.laws:
                break
            first += layer.laws
        assert layer.given is not None
        local = frame.law_row[frame.rows.start[state] : frame.rows.start[state + 1]] - first
        given = layer.given[local]
        # Signals that a row never sends may lead to states that play never reaches: any state will do for those.
        ahead = np.minimum(np.searchsorted(frame.sorted_keys, layer.keys[local]), len(frame.sorted_keys) - 1)
        chance = np.where((layer.probability[local] > 0).reshape(given.shape), given, 0.0)
        return frame.lumps.lump_of[ahead].reshape(given.shape), chance


def _plan_of(game: StochasticGame, unused: Ints, at_will: Ints) -> tuple[Plan, Ints]:
    """Full compliance as a plan, and the row that it plays, Int[states], -1 where it leaves more than one open.

    ``unused``   Int[states]: its rows if no right is used at will; states in which that is -1 are free.
    ``at_will``  Int[uses, states]: rows that it allows besides, -1 for none.
    """
    allowed = unused[game.row_state] < 0
    allowed[unused[unused >= 0]] = True
    allowed[at_will[at_will >= 0]] = True
    chosen = np.where((at_will >= 0) & (at_will != unused), at_will, -1).max(axis=0, initial=-1)
    return Plan(game, allowed), np.where(chosen < 0, unused, -1)


def coarser_grid(variable: StateVariable) -> Grid | None:
    """The grid half as fine of a stock; None of other variables, and where the stock would not begin on a point."""
    coarse = None if variable.grid is None else variable.grid.coarser
    begins = float(variable.values[variable.initial]) if coarse is not None else 0.0
    return None if coarse is None or coarse.place(begins) is None else coarse
