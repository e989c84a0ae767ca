"""A treaty as a game, with what is needed to come back to the treaty."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal, final

import numpy as np

from games.model.plan import Plan
from games.model.row_quotient import row_quotient
from games.model.stochastic_game import StochasticGame
from treaties.compiling.at_will import lawful_best_replies
from treaties.compiling.equivalence import Merged
from treaties.compiling.merging import MergedChoice, NegotiationRule
from treaties.compiling.observation import SeenByAll
from treaties.compiling.payoffs import period_payoffs
from treaties.compiling.rows import Rows
from treaties.effects import UNUSED_NEGOTIATION, Bools, Columns, Effect, Enforced, Ints, ProvisionContext
from treaties.model.treaty import Treaty


@final
@dataclass(frozen=True, eq=False)
class CompiledTreaty:
    """A treaty as a game, with what is needed to come back.

    ``game``       the stochastic game; its players are the parties in the file's order; side payments as the text says.
    ``plan``       full compliance: what every party does in every state where the treaty operates; of a right that may
                   be used at will both its use and its disuse.
    ``compliance`` Int[states], the row that full compliance plays; -1 in states that the plan leaves free, or in which
                   it leaves a right to its holder.
    ``unused``     Int[states], the same where no right is used at will; -1 in states that the plan leaves free.
    ``rows``       the rows, by the moves of each party; ``paid`` only those that are paid differently, and ``paid_row``
                   Int[rows] which of these each row is.
    ``merged``     the moves that are open, group by group of states, and which of them are alike: those are one move of
                   the game, told by the plan's move if it is among them, else by the simplest.
    ``profiles``   how many rows there were, of all states and all moves, before those that are alike were merged.
    ``told``       of clocks on which nothing depends in some states, per state: the values that it stands for, none
                   where the clock is not told (``Lumping``).
    ``choices``    the merged choices, in the order of ``columns.chosen``.
    ``negotiation``  when play is negotiated anew (reviews); None if no article says so.
    ``seen``       what the signals of ``game.monitoring`` mean; None where everyone sees everything.
    """

    treaty: Treaty
    effects: tuple[Effect, ...]
    game: StochasticGame
    plan: Plan
    compliance: Ints
    unused: Ints
    rows: Rows
    paid: Rows
    paid_row: Ints
    merged: tuple[Merged, ...]
    profiles: int
    told: Mapping[str, tuple[tuple[str | int | float, ...], ...]]
    choices: tuple[MergedChoice, ...]
    context: ProvisionContext
    negotiation: NegotiationRule | None = None
    seen: SeenByAll | None = None

    @property
    def columns(self) -> Columns:
        """The rows' columns."""
        return self.rows.columns

    @property
    def state_columns(self) -> Columns:
        """The states' columns."""
        return self.rows.states

    def row_of(self, state: int, moves: Mapping[tuple[str, str], str]) -> int:
        """The row of a state in which the parties make some moves, by (party, matter); the usual ones else.

        Raises ``KeyError`` if a move is not there.
        """
        wanted = []
        for choice in self.choices:
            named = moves.get((choice.party, choice.matter))
            wanted.append(choice.default if named is None else {name: k for k, name in enumerate(choice.names)}[named])
        group = next(group for group in self.merged if state in group.at)
        place = int(np.flatnonzero(group.at == state)[0])
        return int(self.game.row_start[state]) + group.profile(place, wanted)

    @property
    def caveats(self) -> tuple[str, ...]:
        """What a reader must know of how clauses are solved, each sentence with the clause it speaks of."""
        parties = self.game.players
        found = {f"{p.label}: {said}" for p in self.treaty.provisions for said in p.caveats(parties)}
        if self.negotiation is not None and self.game.transfers == "none":
            cited = self.negotiation.articles
            found.add(f"article{'s' if len(cited) > 1 else ''} {', '.join(cited)}: {UNUSED_NEGOTIATION}")
        return tuple(sorted(found))

    @property
    def open_rights(self) -> bool:
        """Whether full compliance leaves it to a party to use a right or not."""
        return not np.array_equal(self.compliance, self.unused)

    @cached_property
    def uses(self) -> tuple[Ints, ...]:
        """Int[states] each: ways to use the rights that may be used at will, as full compliance plays; -1 where free.

        First as their holders would if all went on complying, then never.  One where no right is open.
        """
        if not self.open_rights:
            return (self.unused,)
        used = lawful_best_replies(self.plan, self.unused)
        return (self.unused,) if np.array_equal(used, self.unused) else (used, self.unused)

    def with_transfers(self, transfers: Literal["none", "voluntary"]) -> CompiledTreaty:
        """The same treaty with or without voluntary side payments, whatever its text says of them."""
        if transfers == self.game.transfers:
            return self
        game = replace(self.game, transfers=transfers)
        return replace(self, game=game, plan=Plan(game, self.plan.allowed))

    def starting_at(self, state: int) -> CompiledTreaty:
        """The same treaty from a state on: what is left of it there."""
        game = replace(self.game, initial=state)
        return replace(self, game=game, plan=Plan(game, self.plan.allowed))

    def with_discount(self, discount: float | Sequence[float]) -> CompiledTreaty:
        """The same treaty at other discount factors: claims are valued anew, the structure is kept."""
        given = list(discount) if isinstance(discount, Sequence) else [float(discount)] * len(self.treaty.parties)
        payoffs = None
        if any(isinstance(effect, Enforced) and effect.delay for effect in self.effects):
            payoffs = period_payoffs(self.treaty, self.effects, self.paid.columns, given)[self.paid_row]
        game = self.game.with_discount(given, payoffs)
        return replace(self, game=game, plan=Plan(game, self.plan.allowed))

    @cached_property
    def row_classes(self) -> int | None:
        """How many classes of rows there are that nobody can tell apart in what they are worth; None with signals."""
        return None if self.seen is not None else row_quotient(self.game).n_classes

    @cached_property
    def conduct_default_rows(self) -> Bools:
        """Bool[rows]: rows in which every procedural move is what the plan says (only conduct in matters varies)."""
        keep = np.ones(self.game.n_rows, dtype=bool)
        planned = np.maximum(self.unused, self.game.row_start[:-1])[self.game.row_state]
        for choice in self.choices:
            if choice.procedural:
                taken = self.columns.chosen[choice.party, choice.matter]
                keep &= taken == taken[planned]
        return keep
