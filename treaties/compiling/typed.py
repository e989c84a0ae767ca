"""A compiled treaty whose parties have types, as a game with types.

A type that follows a rule acts on matters and in anything else does what the plan says; where moves are one because
nobody can tell them apart, its move is that one.  A strategic type has the treaty's payoffs with its own numbers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import final

import numpy as np
from scipy.sparse import coo_array, csr_array

from games.model.typed_game import Matrix, TypedGame, TypeRule
from games.model.typed_game import PartyType as TypeOfPlayer
from games.numerics.exact import to_fraction
from treaties.compiling.base_game import brought_by
from treaties.compiling.compiled_treaty import CompiledTreaty
from treaties.compiling.conduct import expected_options
from treaties.compiling.exact_signals import with_exact_signals
from treaties.compiling.payoffs import exposure, own_treaty, period_payoffs
from treaties.compiling.typed_marks import breaching
from treaties.effects import EXIT, NO_DUTY, OMIT, Bools, Effect, Floats, Ints, RedrawsType, government_variable
from treaties.model.party import Party
from treaties.model.party_type import AS_DESCRIBED, PartyType
from treaties.model.quantity import Quantity

ROUNDING = 1e-12
FAR = 1000
"""How much more a move counts as unlike another that differs from it in conduct than one that differs in procedure."""


def untold(compiled: CompiledTreaty) -> str | None:
    """Why a treaty with types is not judged; None if it is."""
    if compiled.game.transfers != "none":
        return "with side payments types are not judged: a payment would tell something of the type"
    return None


def beliefs_drift(compiled: CompiledTreaty) -> bool:
    """Whether beliefs about types take any number of values: where signals tell of conduct, or types change unseen."""
    return compiled.seen is not None or any(not said.seen for said in compiled.context.all_said(RedrawsType))


def typed_game(compiled: CompiledTreaty) -> TypedGame:
    """The game with types of a treaty; raises ``GameError`` where parties can pay one another."""
    acting = _Acting.of(compiled)
    types, priors = [], []
    for i, party in enumerate(compiled.treaty.parties):
        others = tuple(_of_type(acting, i, one) for one in party.type)
        types.append((TypeOfPlayer(AS_DESCRIBED), *others))
        chances = [to_fraction(one.prior.value) for one in party.type]
        priors.append((1 - sum(chances, Fraction(0)), *chances))
    exact = tuple(priors)
    game = with_exact_signals(compiled.game, compiled.seen)
    return TypedGame(game, tuple(types), exact, _redraws(compiled), _unseen(compiled, exact))


def _of_type(acting: _Acting, player: int, one: PartyType) -> TypeOfPlayer:
    compiled = acting.compiled
    if one.conduct == "strategic":
        discount = None if one.discount is None else one.discount.value
        return TypeOfPlayer(one.name, None, _own_unless_equal(compiled, player, one), discount, "strategic")
    outcomes = _outcomes(compiled)
    forgets = np.zeros((1, len(outcomes)), dtype=np.int64)
    if one.conduct == "keeps":
        return _by_rule(one, ("keeps",), acting.own(player, one, {})[None, :], forgets)
    there = acting.own(player, one, _where(compiled, compiled.treaty.parties[player], one))
    if one.conduct == "breaches":
        return _by_rule(one, ("breaches",), there[None, :], forgets)
    breached = compiled.columns.any_breach(one.matter)
    seen = np.array([breached[rows].all() for rows in outcomes], dtype=np.int64)
    memory = np.stack([seen, np.ones(len(outcomes), dtype=np.int64)])
    action = np.stack([acting.own(player, one, {}), there])
    return _by_rule(one, ("nobody has breached", "somebody has"), action, memory)


def _by_rule(one: PartyType, memories: tuple[str, ...], action: Ints, next_memory: Ints) -> TypeOfPlayer:
    return TypeOfPlayer(one.name, TypeRule(memories, 0, action, next_memory), kind=one.conduct)


def _outcomes(compiled: CompiledTreaty) -> list[Ints]:
    """The rows that may bring about every public outcome: of what is seen in full the one row each."""
    game, seen = compiled.game, compiled.game.monitoring
    out: list[Ints] = []
    for state in range(game.n_states):
        rows = np.array(game.rows_of(state), dtype=np.int64)
        if seen is None or not seen.signals[state]:
            out += list(rows[:, None])
        else:
            out += [rows[column > 0] for column in seen.table(state).T]
    return out


def breach_actions(compiled: CompiledTreaty, player: int) -> Ints:
    """Int[states]: the own action of a party that breaches all its obligations and takes no measure to build trust.

    In anything else it does what the plan says.
    """
    party = compiled.treaty.parties[player]
    everywhere = np.ones(compiled.game.n_states, dtype=bool)
    one = PartyType(name="breaches", conduct="breaches", prior=Quantity(value=0.0))
    matters = [matter.id for matter in compiled.treaty.matters if matter.owes(party.id)]
    planned = expected_options(compiled.choices, compiled.state_columns)
    for c, choice in enumerate(compiled.choices):
        if choice.procedural and OMIT in choice.names:
            planned[:, c] = choice.names.index(OMIT)
    return _Acting(compiled, planned).own(player, one, dict.fromkeys(matters, everywhere))


def own_payoffs(compiled: CompiledTreaty, player: int, one: PartyType) -> Floats:
    """Float[rows]: what a strategic type earns."""
    party = compiled.treaty.parties[player]
    discount = [float(d) for d in compiled.game.discount]
    if one.discount is not None:
        discount[player] = one.discount.value
    treaty = own_treaty(compiled.treaty, party, one)
    paid = period_payoffs(treaty, _own_effects(compiled, party, one), compiled.paid.columns, discount)
    return np.asarray(paid[compiled.paid_row, player])


def _own_unless_equal(compiled: CompiledTreaty, player: int, one: PartyType) -> Floats | None:
    """The same; None where that is what the party earns."""
    paid = own_payoffs(compiled, player, one)
    return None if np.array_equal(paid, compiled.game.payoffs[:, player]) else paid


def _own_effects(compiled: CompiledTreaty, party: Party, one: PartyType) -> tuple[Effect, ...]:
    """The effects of the treaty's clauses as they are for a type."""
    provisions = compiled.treaty.provisions
    own = tuple(clause.of_type(party.id, one.name) for clause in provisions)
    if all(mine is clause for mine, clause in zip(own, provisions, strict=True)):
        return compiled.effects
    brought = brought_by(compiled.treaty.model_copy(update={"provisions": own}), compiled.context)
    return tuple(effect for of in brought for effect in of)


def _where(compiled: CompiledTreaty, party: Party, one: PartyType) -> dict[str, Bools]:
    """Bool[states] per matter: where a type breaches its obligations, once it does."""
    matters = [matter.id for matter in compiled.treaty.matters if one.matter in (None, matter.id)]
    if one.when != "full_exposure":
        return dict.fromkeys(matters, breaching(party, one, compiled.state_columns))
    planned = np.maximum(compiled.unused, compiled.game.row_start[:-1])
    operating = compiled.state_columns.operating
    out = {}
    for matter in matters:
        here = exposure(compiled.effects, matter, compiled.columns)[planned]
        out[matter] = operating & (here >= here[operating].max(initial=0.0) * (1 - ROUNDING))
    return out


def _redraws(compiled: CompiledTreaty) -> tuple[csr_array | None, ...] | None:
    """Per party, the moves of play in which a new government draws its type anew for all to see."""
    seen = {said.party for said in compiled.context.all_said(RedrawsType) if said.seen}
    if not seen:
        return None
    game, law = compiled.game, coo_array(compiled.game.transition)
    before, after = game.row_state[law.coords[0]], law.coords[1]
    out: list[csr_array | None] = []
    for party in game.players:
        if party not in seen:
            out.append(None)
            continue
        government = compiled.state_columns.code(government_variable(party))
        changes = (government[before] != government[after]) & (law.data > 0)
        pairs = np.unique(np.stack([before[changes], after[changes]]), axis=1)
        ones = np.ones(pairs.shape[1], dtype=np.int8)
        out.append(csr_array((ones, (pairs[0], pairs[1])), shape=(game.n_states, game.n_states)))
    return tuple(out)


def _unseen(compiled: CompiledTreaty, priors: Matrix) -> tuple[tuple[Matrix, ...] | None, ...] | None:
    """Per party and state how its type changes without being seen; None where it does not."""
    said = {one.party: one.unseen for one in compiled.context.all_said(RedrawsType) if not one.seen}
    if not said:
        return None
    game = compiled.game
    out: list[tuple[Matrix, ...] | None] = []
    for i, party in enumerate(game.players):
        if party not in said or len(priors[i]) == 1:
            out.append(None)
            continue
        mixed = [_mixing(to_fraction(chance), priors[i]) for chance in said[party]]
        government = compiled.state_columns.code(government_variable(party))
        out.append(tuple(mixed[int(sceptic)] for sceptic in government))
    return tuple(out)


def _mixing(chance: Fraction, prior: Sequence[Fraction]) -> Matrix:
    """A type that is drawn anew with some chance."""
    return tuple(
        tuple((1 - chance) * int(t == u) + chance * p for u, p in enumerate(prior)) for t in range(len(prior)))


@final
@dataclass(frozen=True, eq=False)
class _Acting:
    """The own actions of parties that comply or breach, state by state.

    ``planned``  Int[states, choices]: the option of every choice that full compliance takes.
    """

    compiled: CompiledTreaty
    planned: Ints

    @staticmethod
    def of(compiled: CompiledTreaty) -> _Acting:
        return _Acting(compiled, expected_options(compiled.choices, compiled.state_columns))

    def own(self, player: int, one: PartyType, breaches: Mapping[str, Bools]) -> Ints:
        """Int[states]: the own action of a player that does what the plan says, but for some breaches.

        ``breaches``  per matter Bool[states], where it breaches its obligations, and leaves if the type does.

        Of moves that are equally near to that the one that pays most if the others keep to the plan, then the first.
        """
        compiled, game = self.compiled, self.compiled.game
        out = np.zeros(game.n_states, dtype=np.int64)
        base = np.maximum(compiled.unused, game.row_start[:-1])
        for group in compiled.merged:
            moves, first = group.moves[player], group.whole.first[player]
            options, at = moves.options(group.offer), group.at
            unlike = np.zeros(first.shape, dtype=np.int64)
            for k, c in enumerate(moves.choices):
                unlike += self._unlike(c, options[:, k], at, breaches, one)
            for place, state in enumerate(at.tolist()):
                classes = np.unique(first[place])
                number = np.searchsorted(classes, first[place])
                nearest = np.unique(number[unlike[place] == unlike[place].min()])
                rows = base[state] + (nearest - game.own_action[base[state], player]) * game.stride[state, player]
                out[state] = nearest[int(np.argmax(game.payoffs[rows, player]))]
        return out

    def _unlike(self, choice: int, options: Ints, at: Ints, breaches: Mapping[str, Bools], one: PartyType) -> Ints:
        """Int[states, moves]: how far each move is from what is wanted in one choice."""
        merged = self.compiled.choices[choice]
        planned = (options[None, :] != self.planned[at, choice][:, None]) & (options[None, :] >= 0)
        leave = self.compiled.context.exit_option
        if one.leaves and merged.matter == EXIT and leave in merged.names:
            stays = (options != merged.names.index(leave)) & (options >= 0)
            out = np.logical_or.reduce([where[at] for where in breaches.values()] or [np.zeros(len(at), dtype=bool)])
            return np.asarray(np.where(out[:, None], stays[None, :], planned), dtype=np.int64)
        if merged.procedural:
            return np.asarray(planned, dtype=np.int64)
        if merged.matter not in breaches:
            return np.asarray(planned * FAR)
        is_breach = [not (o.compliant or o.suspends or o.releases or o.name == NO_DUTY) for o in merged.options]
        lawful = ~np.array([*is_breach, True])[options]
        # A duty that cannot be breached here is done as planned.
        breaking = breaches[merged.matter][at][:, None]
        return np.asarray(np.where(breaking, lawful[None, :] * (FAR + planned), planned * FAR))
