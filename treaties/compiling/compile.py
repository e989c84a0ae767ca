"""From a treaty to a stochastic game: the only way down.

One row per (state, action profile); state variables and choices are columns; amounts and laws are column expressions.
States that play cannot reach are left out.  The order of articles cannot matter: variables, choices and options have
a canonical order and amounts are summed in the order of their size.

One period: governments and the security environment are what they are; the parties choose at once, for every matter
in force, an option, plus the moves their provisions give them; payoffs, remedies and enforced payments accrue;
clocks, stages, statuses and governments move.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import replace
from functools import partial
from typing import NoReturn, final

import numpy as np

from games.model.plan import Plan
from games.model.stochastic_game import StochasticGame
from treaties.compiling import size
from treaties.compiling.base_game import base_effects
from treaties.compiling.compiled_treaty import CompiledTreaty
from treaties.compiling.conduct import compliance_rows, with_conduct
from treaties.compiling.layers import Group, Layer, given_signals, state_name, transition_of
from treaties.compiling.merging import (
    merge_choices,
    merge_laws,
    merge_negotiation,
    merge_transfers,
    merge_variables,
    most_terminal,
)
from treaties.compiling.observation import Observation, alike, monitoring_of, refuse_telling, signals_of
from treaties.compiling.payoffs import period_payoffs
from treaties.compiling.size import ROW_LIMIT, Measure, Part, Size, parts_of
from treaties.effects import (
    STATUS,
    Columns,
    Effect,
    Floats,
    Ints,
    Law,
    ProvisionContext,
    Transition,
)
from treaties.model.treaty import Treaty


def compile_treaty(treaty: Treaty, *, row_limit: int = ROW_LIMIT) -> CompiledTreaty:
    """The stochastic game of a treaty.

    Raises ``CompilationError`` when effects conflict or the game would exceed ``row_limit`` rows.
    """
    context = treaty.context
    base = tuple(base_effects(treaty, context))
    brought = [(provision.label, tuple(provision.effects(context))) for provision in treaty.provisions]
    effects = (*base, *(effect for _, found in brought for effect in found))
    return _Compiler(treaty, context, effects, parts_of(treaty, brought), row_limit).run()


@final
class _Compiler:
    """Breadth-first enumeration of the states that play can reach, whole layers at a time."""

    def __init__(
        self,
        treaty: Treaty,
        context: ProvisionContext,
        effects: tuple[Effect, ...],
        parts: tuple[Part, ...],
        limit: int,
    ) -> None:
        self.treaty = treaty
        self.context = context
        self.effects = effects
        self.limit = limit
        self.variables = merge_variables(effects)
        self.choices = merge_choices(effects, [party.id for party in treaty.parties])
        self.laws = merge_laws(effects, self.variables)
        signals = signals_of(treaty, context, effects)
        self.size = Size(treaty.title, parts, effects, self.variables, self.choices, signals or ())
        self.radix = self.size.radix
        self.observation = None if signals is None else Observation.of(treaty, context, self.choices, signals)
        self.moved_by_signals = self.observation is not None and any(
            isinstance(effect, Transition) and effect.sees_signals for effect in effects
        )
        self.values = {v.name: v.values for v in self.variables}
        self.option_names = {(c.party, c.matter): c.names for c in self.choices}

    def state_columns(self, codes: Ints) -> Columns:
        return Columns(len(codes), {v.name: codes[:, k] for k, v in enumerate(self.variables)}, self.values)

    def run(self) -> CompiledTreaty:
        return self.assemble(*self.explore())

    def explore(self, sample: int | None = None) -> tuple[list[Layer], list[Group]]:
        """The rows of all states that play can reach, and those states.

        ``sample``  follow so many profiles of a state at most: that takes little, no rows are kept, and the states
                    are too few rather than too many.

        Raises ``CompilationError`` if the game is too large.  A large one is sampled first, before it fills the memory.
        """
        initial = np.array([[v.initial for v in self.variables]], dtype=np.int64)
        seen = {int(initial[0] @ self.radix)}
        frontier = initial
        layers: list[Layer] = []
        done: list[Group] = []
        sampled = sample is not None
        while len(frontier):
            groups = self.groups(frontier)
            done += groups
            self.insist_on_size(done, groups)
            if not sampled and sum(group.rows for group in done) > size.SAMPLED_FROM:
                self.explore(size.SAMPLE)
                sampled = True
            reached = [self.layer(group, sample) for group in groups]
            if sample is None:
                layers += reached
            found = np.unique(np.concatenate([layer.next_keys for layer in reached]))
            new = [key for key in found.tolist() if key not in seen]
            seen.update(new)
            frontier = self.decode(np.array(new, dtype=np.int64))
        return layers, done

    def decode(self, keys: Ints) -> Ints:
        sizes = np.array([len(v.values) for v in self.variables], dtype=np.int64)
        return np.asarray((keys[:, None] // self.radix) % sizes, dtype=np.int64)

    def groups(self, states: Ints) -> list[Group]:
        """States in groups of which each has one pattern of available options."""
        columns = self.state_columns(states)
        available = []
        for choice in self.choices:
            per_option = np.ones((len(states), len(choice.options)), dtype=bool)
            for k, conditions in enumerate(choice.conditions):
                for condition in conditions:
                    per_option[:, k] &= condition(columns)
            available.append(per_option)
        pattern = np.concatenate(available, axis=1)
        kinds, which = np.unique(pattern, axis=0, return_inverse=True)
        which = which.ravel()
        return [Group(states[which == kind], kinds[kind], self.size.profiles(kinds[kind]))
                for kind in range(len(kinds))]

    def insist_on_size(self, found: list[Group], new: list[Group]) -> None:
        """Raise ``CompilationError`` before rows are made for more states than can be held.

        ``found``  all states so far, of which the ``new`` ones are next.
        """
        rows, states = sum(group.rows for group in found), sum(len(group.states) for group in found)
        width = self.size.width_of_all
        entries = rows * width
        if rows > self.limit:
            what = f"rows (a state and what everyone does) in the first {states:,} states"
            self.size.refuse(rows, self.limit, what, self.rows_of(found), states)
        if self.observation is not None and entries > size.ENTRY_LIMIT:
            what = f"rows with all that signals may say in the first {states:,} states"
            self.size.refuse(entries, size.ENTRY_LIMIT, what, self.size.with_signals(self.rows_of(found)), states)
        for group in new if self.moved_by_signals else ():
            if (entries := group.rows * width) > self.limit:
                what = "rows with all that signals, which move the state, may say"
                self.size.refuse(entries, self.limit, what, self.size.with_signals(self.rows_of([group])), states)

    def refuse_entries(self, found: list[Group], entries: int) -> NoReturn:
        """Raise ``CompilationError``: signals and public moves together say too much."""
        states = sum(len(group.states) for group in found)
        measure = self.size.with_signals(self.rows_of(found))
        share = entries / (sum(group.rows for group in found) * self.size.width_of_all)
        self.size.refuse(
            entries, size.ENTRY_LIMIT, "entries of the table of what is seen after each row",
            lambda kept: share * measure(kept), states,
        )  # fmt: skip

    def rows_of(self, groups: list[Group]) -> Measure:
        """The rows of some states, to be counted again without parts of the treaty."""
        return self.size.rows(
            np.concatenate([group.states for group in groups]),
            np.concatenate([np.tile(group.available, (len(group.states), 1)) for group in groups]),
        )

    def layer(self, group: Group, sample: int | None) -> Layer:
        """All rows of states that share one pattern of available options; of each state ``sample`` rows at most."""
        states, available = group.states, group.available
        options: list[list[int]] = []
        start = 0
        for choice in self.choices:
            here = [k for k in range(len(choice.options)) if available[start + k]]
            options.append(here or [-1])
            start += len(choice.options)
        actions: list[list[tuple[int, ...]]] = []
        members: list[list[int]] = []
        for party in self.treaty.parties:
            mine = [k for k, choice in enumerate(self.choices) if choice.party == party.id]
            members.append(mine)
            actions.append(list(itertools.product(*(options[k] for k in mine))))
        order = [k for mine in members for k in mine]
        n_profiles = group.profiles if sample is None else min(sample, group.profiles)
        # Evenly spread, first and last among them.
        profiles = np.linspace(0, group.profiles - 1, n_profiles).astype(np.int64)
        taken = np.unravel_index(profiles, [len(options[k]) for k in order])
        row_states = np.repeat(states, n_profiles, axis=0)
        chosen = {}
        for k, which in zip(order, taken, strict=True):
            choice = self.choices[k]
            chosen[choice.party, choice.matter] = np.tile(np.array(options[k], dtype=np.int64)[which], len(states))
        columns = self.row_columns(row_states, chosen)
        keys, probability, given = self.ahead(columns, row_states, replace(group, profiles=n_profiles))
        labels = tuple(
            tuple(self.label(mine, action) for action in acts) for mine, acts in zip(members, actions, strict=True)
        )
        return Layer(states, labels, columns, keys, probability, given)

    def row_columns(self, row_states: Ints, chosen: dict[tuple[str, str], Ints]) -> Columns:
        """Columns of rows with conduct, and with what it looks like where there are signals."""
        bare = replace(self.state_columns(row_states), chosen=chosen, options=self.option_names)
        columns = with_conduct(bare, self.choices, self.effects)
        return columns if self.observation is None else self.observation.with_appearance(columns)

    def ahead(self, columns: Columns, current: Ints, group: Group) -> tuple[Ints, Floats, Floats | None]:
        """Keys and probabilities of next states; where signals move them, also Float[rows, signals, k] given signals.

        Keys and probabilities then run over the signals: Int[rows, signals * k].
        """
        if self.observation is None:
            return *self.next_states(columns, current, group), None
        alike_rows = alike(self.observation, columns, group.profiles)
        if not self.moved_by_signals:
            return *self.next_states(columns, current, group, alike_rows), None
        width = self.observation.width
        alike_rows = (alike_rows[:, None] * width + np.arange(width)).ravel()
        keys, given = self.next_states(
            self.observation.with_signals(columns), np.repeat(current, width, axis=0), group, alike_rows
        )
        given = given.reshape(columns.size, width, -1)
        chance = self.observation.law(columns)[:, :, None] * given
        return keys.reshape(columns.size, -1), chance.reshape(columns.size, -1), given

    def label(self, members: list[int], action: tuple[int, ...]) -> str:
        """A party's action in short: conduct first, then the procedural moves that are not the default."""
        words = []
        conduct = [k for k in members if not self.choices[k].procedural]
        for k, option in zip(members, action, strict=True):
            choice = self.choices[k]
            if option < 0 or (choice.procedural and option == choice.default):
                continue
            name = choice.options[option].name
            words.append(f"{choice.matter}: {name}" if not choice.procedural and len(conduct) > 1 else name)
        return " + ".join(words) or "-"

    def next_states(
        self, columns: Columns, current: Ints, group: Group, alike_rows: Ints | None = None
    ) -> tuple[Ints, Floats]:
        """Keys Int[rows, k] and probabilities Float[rows, k] of the next states of the rows of a ``group``.

        ``alike_rows``  Int[rows]: rows that everyone sees alike, which nothing that follows may tell apart.
        """
        moves = self.moves(columns, current, alike_rows)
        self.insist_on_ahead(columns.size, moves, group)
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

    def moves(self, columns: Columns, current: Ints, alike_rows: Ints | None) -> dict[str, Law]:
        """Where each state variable goes from each row; clocks stand still under notice."""
        out = {}
        for k, variable in enumerate(self.variables):
            laws = [law(columns) for law in self.laws.get(variable.name, ())]
            if variable.name == STATUS:
                law = most_terminal(laws, current[:, k])
            else:
                law = laws[0] if laws else Law.surely(current[:, k])
            if alike_rows is not None:
                refuse_telling(variable.name, self.movers(variable.name), law.codes, law.probability, alike_rows)
            if variable.clock:
                law = Law(np.where(columns.in_force[:, None], law.codes, current[:, k : k + 1]), law.probability)
            out[variable.name] = law
        return out

    def insist_on_ahead(self, rows: int, moves: dict[str, Law], group: Group) -> None:
        """Raise ``CompilationError`` before all that chance may bring is put together."""
        widths = {name: law.codes.shape[1] for name, law in moves.items()}
        entries = rows * math.prod(widths.values())
        if entries > size.AHEAD_LIMIT:
            what = "ways in which chance may move the state"
            measure = self.size.ahead(self.rows_of([group]), widths)
            self.size.refuse(entries, size.AHEAD_LIMIT, what, measure, len(group.states))

    def movers(self, variable: str) -> list[str]:
        """The articles that move a state variable."""
        return [e.article for e in self.effects if isinstance(e, Transition) and e.variable == variable]

    def assemble(self, layers: list[Layer], done: list[Group]) -> CompiledTreaty:
        """Put the layers into one table with states in canonical order."""
        keys = np.concatenate([layer.states @ self.radix for layer in layers])
        order = np.argsort(keys, kind="stable")
        sorted_keys = keys[order]
        states = np.concatenate([layer.states for layer in layers])[order]
        counts = np.concatenate([np.full(len(layer.states), layer.profiles) for layer in layers])
        labels = [layer.labels for layer in layers for _ in range(len(layer.states))]
        first = np.concatenate([[0], np.cumsum(counts)[:-1]])
        rows = np.concatenate([np.arange(first[s], first[s] + counts[s]) for s in order])

        def gather(parts: list[Ints]) -> Ints:
            return np.asarray(np.concatenate(parts)[rows])

        chosen = {key: gather([layer.columns.chosen[key] for layer in layers]) for key in layers[0].columns.chosen}
        row_state = np.repeat(np.arange(len(states)), counts[order])
        columns = self.row_columns(states[row_state], chosen)
        transition = transition_of(layers, rows, sorted_keys)
        start = int(np.searchsorted(sorted_keys, int(np.array([v.initial for v in self.variables]) @ self.radix)))
        discount = [party.discount.value for party in self.treaty.parties]
        names = tuple(state_name(self.variables, state) for state in states)
        game = StochasticGame(
            players=tuple(party.id for party in self.treaty.parties),
            discount=np.zeros(len(discount)),
            states=names,
            actions=tuple(labels[s] for s in order),
            payoffs=period_payoffs(self.treaty, self.effects, columns, discount),
            transition=transition,
            initial=start,
            transfers=merge_transfers(self.effects),
            name=self.treaty.title,
        ).with_discount(discount)
        seen = None
        if self.observation is not None:
            after = given_signals(layers, rows, sorted_keys) if self.moved_by_signals else None
            monitoring, seen = monitoring_of(self.observation, game, columns, after, partial(self.refuse_entries, done))
            game = replace(game, monitoring=monitoring)
        state_columns = self.state_columns(states)
        compliance = compliance_rows(self.choices, columns, state_columns, game)
        allowed = np.ones(game.n_rows, dtype=bool)
        settled = compliance >= 0
        allowed[settled[game.row_state]] = False
        allowed[compliance[settled]] = True
        return CompiledTreaty(
            treaty=self.treaty,
            effects=self.effects,
            game=game,
            plan=Plan(game, allowed),
            compliance=compliance,
            columns=columns,
            state_columns=state_columns,
            choices=self.choices,
            context=self.context,
            negotiation=merge_negotiation(self.effects, list(game.players), state_columns),
            seen=seen,
        )
