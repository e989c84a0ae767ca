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
from collections.abc import Iterable
from dataclasses import replace
from typing import final

import numpy as np

from games.model.plan import Plan
from games.model.stochastic_game import StochasticGame
from treaties.compiling.base_game import base_effects
from treaties.compiling.compiled_treaty import CompiledTreaty
from treaties.compiling.conduct import compliance_rows, with_conduct
from treaties.compiling.layers import Layer, given_signals, state_name, transition_of
from treaties.compiling.merging import (
    merge_choices,
    merge_laws,
    merge_negotiation,
    merge_transfers,
    merge_variables,
    most_terminal,
)
from treaties.compiling.observation import alike, monitoring_of, observe, refuse_telling
from treaties.compiling.payoffs import period_payoffs
from treaties.effects import (
    STATUS,
    Bools,
    Columns,
    CompilationError,
    Effect,
    Floats,
    Ints,
    Law,
    ProvisionContext,
    Transition,
)
from treaties.model.treaty import Treaty

ROW_LIMIT = 2_000_000
"""More (state, profile) rows than this are refused: they would take about 2 GB."""


def compile_treaty(treaty: Treaty, *, row_limit: int = ROW_LIMIT) -> CompiledTreaty:
    """The stochastic game of a treaty.

    Raises ``CompilationError`` when effects conflict or the game would exceed ``row_limit`` rows.
    """
    context = treaty.context
    effects = list(base_effects(treaty, context))
    for provision in treaty.provisions:
        effects.extend(provision.effects(context))
    return _Compiler(treaty, context, tuple(effects), row_limit).run()


@final
class _Compiler:
    """Breadth-first enumeration of the states that play can reach, whole layers at a time."""

    def __init__(self, treaty: Treaty, context: ProvisionContext, effects: tuple[Effect, ...], limit: int) -> None:
        self.treaty = treaty
        self.context = context
        self.effects = effects
        self.limit = limit
        self.variables = merge_variables(effects)
        self.choices = merge_choices(effects, [party.id for party in treaty.parties])
        self.laws = merge_laws(effects, self.variables)
        self.observation = observe(treaty, context, effects, self.choices)
        self.moved_by_signals = self.observation is not None and any(
            isinstance(effect, Transition) and effect.sees_signals for effect in effects
        )
        self.values = {v.name: v.values for v in self.variables}
        self.option_names = {(c.party, c.matter): c.names for c in self.choices}
        sizes = [len(v.values) for v in self.variables]
        self.radix = np.array([int(np.prod(sizes[k + 1 :], dtype=object)) for k in range(len(sizes))], dtype=np.int64)
        if int(np.prod(sizes, dtype=object)) > 2**62:
            raise CompilationError(f"{treaty.title}: {self._sizes()}: too many states to number; coarsen a variable")

    def _sizes(self) -> str:
        return ", ".join(f"{v.name} ({len(v.values)} values)" for v in self.variables)

    def state_columns(self, codes: Ints) -> Columns:
        return Columns(len(codes), {v.name: codes[:, k] for k, v in enumerate(self.variables)}, self.values)

    def run(self) -> CompiledTreaty:
        initial = np.array([[v.initial for v in self.variables]], dtype=np.int64)
        seen = {int(initial[0] @ self.radix)}
        frontier = initial
        layers: list[Layer] = []
        n_rows = 0
        while len(frontier):
            reached: list[Layer] = []
            for layer in self.layers(frontier):
                n_rows += layer.columns.size
                if n_rows > self.limit:
                    raise CompilationError(
                        f"{self.treaty.title}: more than {self.limit:,} (state, profile) rows "
                        f"({len(seen):,} states so far).  Variables: {self._sizes()}.  Coarsen one: fewer years in a "
                        "term, fewer uses of a veto, a shorter notice, or fewer parties' governments"
                    )
                reached.append(layer)
            layers += reached
            found = np.unique(np.concatenate([layer.next_keys for layer in reached]))
            new = [key for key in found.tolist() if key not in seen]
            seen.update(new)
            frontier = self.decode(np.array(new, dtype=np.int64))
        return self.assemble(layers)

    def decode(self, keys: Ints) -> Ints:
        sizes = np.array([len(v.values) for v in self.variables], dtype=np.int64)
        return np.asarray((keys[:, None] // self.radix) % sizes, dtype=np.int64)

    def layers(self, states: Ints) -> Iterable[Layer]:
        """The rows of some states, one layer per pattern of available options."""
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
        for kind in range(len(kinds)):
            yield self.layer(states[which == kind], kinds[kind])

    def layer(self, states: Ints, available: Bools) -> Layer:
        """All rows of states that share one pattern of available options."""
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
        profiles = np.array(
            [[c for party_action in profile for c in party_action] for profile in itertools.product(*actions)],
            dtype=np.int64,
        ).reshape(int(np.prod([len(a) for a in actions])), len(self.choices))
        order = [k for mine in members for k in mine]
        n_profiles = len(profiles)
        if n_profiles * len(states) > self.limit:
            raise CompilationError(
                f"{self.treaty.title}: {n_profiles:,} action profiles in each of {len(states):,} states exceed "
                f"{self.limit:,} rows; drop a choice or a party"
            )
        row_states = np.repeat(states, n_profiles, axis=0)
        chosen = {}
        for column, k in enumerate(order):
            choice = self.choices[k]
            chosen[choice.party, choice.matter] = np.tile(profiles[:, column], len(states))
        columns = self.row_columns(row_states, chosen)
        keys, probability, given = self.ahead(columns, row_states, n_profiles)
        labels = tuple(
            tuple(self.label(mine, action) for action in acts) for mine, acts in zip(members, actions, strict=True)
        )
        return Layer(states, labels, columns, keys, probability, given)

    def row_columns(self, row_states: Ints, chosen: dict[tuple[str, str], Ints]) -> Columns:
        """Columns of rows with conduct, and with what it looks like where there are signals."""
        bare = replace(self.state_columns(row_states), chosen=chosen, options=self.option_names)
        columns = with_conduct(bare, self.choices, self.effects)
        return columns if self.observation is None else self.observation.with_appearance(columns)

    def ahead(self, columns: Columns, current: Ints, profiles: int) -> tuple[Ints, Floats, Floats | None]:
        """Keys and probabilities of next states; where signals move them, also Float[rows, signals, k] given signals.

        Keys and probabilities then run over the signals: Int[rows, signals * k].
        """
        if self.observation is None:
            return *self.next_states(columns, current), None
        groups = alike(self.observation, columns, profiles)
        if not self.moved_by_signals:
            return *self.next_states(columns, current, groups), None
        width = self.observation.width
        if columns.size * width > self.limit:
            raise CompilationError(
                f"{self.treaty.title}: {columns.size:,} rows with {width:,} combinations of signals each exceed "
                f"{self.limit:,}; drop a signal, or let no clause follow signals"
            )
        groups = (groups[:, None] * width + np.arange(width)).ravel()
        keys, given = self.next_states(
            self.observation.with_signals(columns), np.repeat(current, width, axis=0), groups
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

    def next_states(self, columns: Columns, current: Ints, groups: Ints | None = None) -> tuple[Ints, Floats]:
        """Keys Int[rows, k] and probabilities Float[rows, k] of the next states.

        ``groups``  Int[rows]: rows that everyone sees alike, which nothing that follows may tell apart.
        """
        size = columns.size
        status = next(k for k, v in enumerate(self.variables) if v.name == STATUS)
        status_law = most_terminal([law(columns) for law in self.laws.get(STATUS, ())], current[:, status])
        if groups is not None:
            refuse_telling(STATUS, self.movers(STATUS), status_law.codes, status_law.probability, groups)
        codes = status_law.codes
        ended = codes == len(self.values[STATUS]) - 1
        keys = codes * self.radix[status]
        probability = status_law.probability
        for k, variable in enumerate(self.variables):
            if k == status:
                continue
            stay = Law.surely(current[:, k])
            laws = self.laws.get(variable.name, ())
            law = laws[0](columns) if laws else stay
            if groups is not None:
                refuse_telling(variable.name, self.movers(variable.name), law.codes, law.probability, groups)
            moves = law.codes
            if variable.clock:
                moves = np.where(columns.in_force[:, None], moves, current[:, k : k + 1])
            width = moves.shape[1]
            codes_here = np.repeat(moves[:, None, :], keys.shape[1], axis=1).reshape(size, -1)
            ended = np.repeat(ended, width, axis=1)
            if variable.of_treaty:
                # Rights, clocks and stages lapse when the treaty ends.
                codes_here = np.where(ended, variable.initial, codes_here)
            keys = np.repeat(keys, width, axis=1) + codes_here * self.radix[k]
            probability = np.repeat(probability, width, axis=1) * np.tile(law.probability, (1, probability.shape[1]))
        return keys, probability

    def movers(self, variable: str) -> list[str]:
        """The articles that move a state variable."""
        return [e.article for e in self.effects if isinstance(e, Transition) and e.variable == variable]

    def assemble(self, layers: list[Layer]) -> CompiledTreaty:
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
            monitoring, seen = monitoring_of(self.observation, game, columns, after)
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
