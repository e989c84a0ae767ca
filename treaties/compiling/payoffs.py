"""What every party earns in a period: matters, amounts of articles, enforced payments, summed free of their order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from math import floor, log10
from typing import final

import numpy as np

from treaties.compiling.compliance_share import share_paid
from treaties.compiling.conduct import does_comply
from treaties.effects import (
    Amount,
    Columns,
    CompilationError,
    Effect,
    Enforced,
    Floats,
    PayoffTerm,
    Scale,
    membership_variable,
)
from treaties.model.matter import Matter
from treaties.model.party import Party
from treaties.model.party_type import PartyType
from treaties.model.treaty import Treaty

DIGITS = 12
"""Kept of every payoff, counted from the first digit of the largest."""


@final
@dataclass(frozen=True, eq=False)
class Term:
    """One amount in what a party earns in a period.

    ``amount``  Float[rows], before it is valued.
    ``share``   what the party counts of it, by all parties' discount factors.
    """

    amount: Amount
    share: Callable[[Mapping[str, float]], float]


def period_payoffs(treaty: Treaty, effects: Iterable[Effect], columns: Columns, discount: Sequence[float]) -> Floats:
    """Float[rows, parties]: what every party earns per period, in the treaty's payoff unit.

    By convention amounts are kept to twelve digits of the largest of them: what floating point leaves beyond tells
    apart payoffs that the text makes equal, and makes exact rationals long.  The game that is solved and proved is
    that of the rounded amounts.
    """
    effects = tuple(effects)
    scales = _scales(effects)
    factors = dict(zip((party.id for party in treaty.parties), discount, strict=True))
    out = np.empty((columns.size, len(treaty.parties)))
    for i, party in enumerate(treaty.parties):
        amounts = [matter_payoff(treaty, scales, party, matter, columns) for matter in treaty.matters]
        amounts.append(outside(treaty, party, columns))
        amounts += [term.share(factors) * term.amount(columns) for term in party_terms(effects, party)]
        # Summing in the order of size makes the result independent of the order of articles, to the last bit.
        out[:, i] = np.sort(np.array(amounts), axis=0).sum(axis=0)
    largest = float(np.abs(out).max(initial=0.0))
    decimals = DIGITS - 1 - floor(log10(largest)) if 0.0 < largest < np.inf else DIGITS
    return np.asarray(out.round(decimals) + 0.0)


def payoff_parts(treaty: Treaty, effects: Iterable[Effect]) -> Iterable[tuple[str, Amount]]:
    """All that payoffs are made of and that moves can change, by name: Float[rows] or Float[rows, parties].

    Rows in which all of these are equal pay the same at all discount factors.
    """
    effects = tuple(effects)
    scales = _scales(effects)
    for matter in treaty.matters:
        earned = [partial(matter_payoff, treaty, scales, party, matter) for party in treaty.parties]
        yield f"payoffs of {matter.id}", partial(_all_parties, earned)
    for party in treaty.parties:
        for one in party.type:
            # What makes no difference to the party as described may make one to another type of it.
            for matter in own_treaty(treaty, party, one).matters if one.own_payoffs else ():
                if one.matter in (None, matter.id):
                    yield f"payoffs of {matter.id}, {one.name}", partial(matter_payoff, treaty, scales, party, matter)
    for k, effect in enumerate(effects):
        if isinstance(effect, Enforced):
            yield f"claim {k}", effect.amount
        elif isinstance(effect, PayoffTerm):
            yield f"amount {k}", effect.amount if effect.always else partial(_while_operating, effect.amount)


def own_treaty(treaty: Treaty, party: Party, one: PartyType) -> Treaty:
    """The treaty with the numbers that a strategic type of a party has of its own."""
    if not one.own_payoffs:
        return treaty
    matters = tuple(
        matter.model_copy(update={k: {**getattr(matter, k), party.id: v} for k, v in one.own_payoffs.items()})
        if one.matter in (None, matter.id)
        else matter
        for matter in treaty.matters
    )
    return treaty.model_copy(update={"matters": matters})


def exposure(effects: Iterable[Effect], matter: str, columns: Columns) -> Floats:
    """Float[rows]: how exposed a matter is, of the risk that it bears and of the stakes."""
    scales = _scales(effects)
    return _factor(scales, matter, "risk", columns) * _factor(scales, matter, "stakes", columns)


def _all_parties(amounts: Sequence[Amount], columns: Columns) -> Floats:
    return np.stack([amount(columns) for amount in amounts], axis=1)


def _scales(effects: Iterable[Effect]) -> list[Scale]:
    return [effect for effect in effects if isinstance(effect, Scale)]


def party_terms(effects: Iterable[Effect], party: Party) -> list[Term]:
    """What articles add to what a party earns from matters."""
    terms = []
    for effect in effects:
        if isinstance(effect, PayoffTerm) and effect.party == party.id:
            amount = effect.amount if effect.always else partial(_while_member, party.id, effect.amount)
            terms.append(Term(amount, _whole))
        elif isinstance(effect, Enforced):
            # Claims are charged at the breach, so that pending ones add no state.
            if party.id == effect.payer:
                terms.append(Term(partial(_debt, effect), partial(_owed, effect)))
            if party.id in effect.payees:
                terms.append(Term(partial(_claim, effect, party.id), partial(_claimed, effect, party.id)))
    return terms


def _while_operating(amount: Amount, columns: Columns) -> Floats:
    return np.where(columns.operating, amount(columns), 0.0)


def _while_member(party: str, amount: Amount, columns: Columns) -> Floats:
    paid = _while_operating(amount, columns)
    return np.where(columns.departed(party), 0.0, paid) if membership_variable(party) in columns.codes else paid


def _debt(effect: Enforced, columns: Columns) -> Floats:
    """What is owed: nothing by who has left, and nothing where all who would be paid have left."""
    owed = effect.amount(columns)
    if not any(membership_variable(party) in columns.codes for party in (effect.payer, *effect.payees)):
        return owed
    nobody = np.all([columns.departed(party) for party in effect.payees], axis=0)
    return np.where(nobody | columns.departed(effect.payer), 0.0, owed)


def _claim(effect: Enforced, payee: str, columns: Columns) -> Floats:
    """What a payee has a claim to, before it is shared among all: the members share what those who left do not get."""
    amount = _debt(effect, columns)
    if not any(membership_variable(party) in columns.codes for party in effect.payees):
        return amount
    here = np.sum([~columns.departed(party) for party in effect.payees], axis=0)
    shared = amount * len(effect.payees) / np.maximum(here, 1)
    return np.where(columns.departed(payee), 0.0, shared)


def _whole(_: Mapping[str, float]) -> float:
    return 1.0


def _owed(effect: Enforced, discount: Mapping[str, float]) -> float:
    """What a claim of one is worth to who owes it."""
    if not _is_brought(effect, discount):
        return 0.0
    return effect.upheld * discount[effect.payer] ** effect.delay / -1 - effect.respondent_cost


def _claimed(effect: Enforced, payee: str, discount: Mapping[str, float]) -> float:
    """What a claim of one is worth to a payee, shared among all."""
    if not _is_brought(effect, discount):
        return 0.0
    return effect.upheld * discount[payee] ** effect.delay / len(effect.payees) - effect.claimant_cost


def _is_brought(effect: Enforced, discount: Mapping[str, float]) -> bool:
    """Whether proceedings do not cost the claimant more than it expects of them (Nalebuff 1987: a credible claim)."""
    if not effect.claimant_cost:
        return True
    return effect.upheld * discount[effect.payees[0]] ** effect.delay >= effect.claimant_cost


def matter_payoff(treaty: Treaty, scales: list[Scale], party: Party, matter: Matter, columns: Columns) -> Floats:
    """Float[rows]: what a party earns from a matter where it is open; 0 where it is closed, and for a third party."""
    if not party.signatory:
        return columns.constant(0.0)
    mine = columns.chosen[party.id, matter.id]
    runs = columns.operating | (mine >= 0)
    risk = _factor(scales, matter.id, "risk", columns)
    stakes = _factor(scales, matter.id, "stakes", columns)
    earned = _earned(treaty, matter, party, columns, risk)
    out = columns.vetoed[matter.id]
    if (party.id, matter.id) in columns.absent:
        out = out | columns.absent[party.id, matter.id]
    earned = np.where(out, _punishment(matter, party), earned)
    centre = party.outside_option.value / len(treaty.matters)
    earned = np.where(runs, np.where(stakes == 1.0, earned, centre + stakes * (earned - centre)), 0.0)
    if membership_variable(party.id) not in columns.codes:
        return earned
    return np.where(columns.departed(party.id), spillover(treaty, scales, party, matter, columns), earned)


def spillover(treaty: Treaty, scales: list[Scale], party: Party, matter: Matter, columns: Columns) -> Floats:
    """Float[rows]: what a party that is no member gains from a matter, on top of its outside option.

    From a public good what the members' compliance is worth to a party in breach of it, or to one that owes nothing;
    nothing from any other matter.
    ``matter``  as the party's own numbers have it; ``party`` need not be one of the treaty's.
    """
    if matter.excludable:
        return columns.constant(0.0)
    reward, punishment = matter.payoff("reward", party.id), matter.payoff("punishment", party.id)
    tempted = reward + _factor(scales, matter.id, "risk", columns) * (matter.payoff("temptation", party.id) - reward)
    share = share_paid(treaty, matter, party.id, columns)
    gained = share * (tempted - punishment) * _factor(scales, matter.id, "stakes", columns)
    return np.where(columns.operating & ~columns.vetoed[matter.id], gained, 0.0)


def outside(treaty: Treaty, party: Party, columns: Columns) -> Floats:
    """The outside option, which replaces what is closed: all of it when every matter is, and for who has left.

    A third party has it whatever becomes of the treaty.
    """
    if not party.signatory:
        return columns.constant(party.outside_option.value)
    runs = columns.operating
    if membership_variable(party.id) in columns.codes:
        runs = runs & ~columns.departed(party.id)
    closed = columns.constant(0.0)
    for matter in treaty.matters:
        closed = closed + ~(runs | (columns.chosen[party.id, matter.id] >= 0))
    return closed / len(treaty.matters) * party.outside_option.value


def _factor(scales: list[Scale], matter: str, what: str, columns: Columns) -> Floats:
    """Product of the exposures that apply while the treaty operates; sorted, so that their order cannot matter."""
    factors = [s.factor(columns) for s in scales if s.what == what and s.matter in (None, matter)]
    if not factors:
        return columns.constant(1.0)
    product = np.sort(np.array(factors), axis=0).prod(axis=0)
    return np.where(columns.operating, product, 1.0)


def _earned(treaty: Treaty, matter: Matter, party: Party, columns: Columns, risk: Floats) -> Floats:
    """Payoffs of conduct, between nobody's and everybody's compliance at the share that the matter's rule gives."""
    if matter.table is not None:
        return _from_table(treaty, matter, party, columns, risk)
    reward, temptation = matter.payoff("reward", party.id), matter.payoff("temptation", party.id)
    sucker, punishment = matter.payoff("sucker", party.id), matter.payoff("punishment", party.id)
    share = share_paid(treaty, matter, party.id, columns)
    tempted = reward + risk * (temptation - reward)
    suckered = punishment - risk * (punishment - sucker)
    complying = np.where(share == 1.0, reward, suckered + share * (reward - suckered))
    breaching = np.where(share == 0.0, punishment, punishment + share * (tempted - punishment))
    breaching = np.where(share == 1.0, tempted, breaching)
    return np.where(does_comply(matter, party.id, columns), complying, breaching)


def _from_table(treaty: Treaty, matter: Matter, party: Party, columns: Columns, risk: Floats) -> Floats:
    if not np.all(risk == 1.0):
        raise CompilationError(
            f'matter {matter.id!r} has an explicit table, which has no temptation to scale; set scales = "stakes"'
        )
    if len(treaty.signatories) > 2 and any(of == matter.id for _, of in columns.absent):
        raise CompilationError(
            f"matter {matter.id!r} has an explicit table, which does not say what it is worth while a party takes no "
            "part; give reward, temptation, sucker and punishment"
        )
    if any(of == matter.id for _, of in columns.released):
        raise CompilationError(
            f"matter {matter.id!r} has an explicit table, which does not say what it is worth while a party is "
            "released from what it owes; give reward, temptation, sucker and punishment"
        )
    table = matter.table_of(party.id)
    index = []
    for p in treaty.obliged(matter):
        names = columns.options[p, matter.id]
        # Moves that take the matter out of force (vetoes) have no place in the table: any entry will do.
        place = np.array([matter.conduct.index(n) if n in matter.conduct else 0 for n in names] + [0])
        index.append(place[columns.chosen[p, matter.id]])
    return np.asarray(np.asarray(table, dtype=float)[tuple(index)])


def _punishment(matter: Matter, party: Party) -> float:
    """What a party earns in a matter that a veto took out of force."""
    if matter.table is None:
        return matter.payoff("punishment", party.id)
    return float(np.min(np.asarray(matter.table_of(party.id), dtype=float)))
