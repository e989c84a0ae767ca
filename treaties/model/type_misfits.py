"""What the types of parties ask of the rest of a treaty that it does not have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pydantic import BaseModel

from treaties.effects import ChangingGovernment, UnlimitedPayments
from treaties.model.errors import Misfit, Place
from treaties.model.event import Event
from treaties.model.matter import Matter
from treaties.model.party import Party
from treaties.model.party_type import EVENT, PartyType
from treaties.model.provision import Provision


def type_misfits(blocks: Sequence[tuple[Place, BaseModel]], parties: Sequence[str]) -> Iterator[Misfit]:
    """What types cannot be or do in a treaty of these blocks, as (place, problem, remedy).

    ``parties``  the ids of those that sign.
    """
    matters = [block for _, block in blocks if isinstance(block, Matter)]
    events = [block.id for _, block in blocks if isinstance(block, Event)]
    clauses = [block for _, block in blocks if isinstance(block, Provision)]
    announced = [said for clause in clauses for said in clause.announces()]
    for place, party in blocks:
        if not isinstance(party, Party) or not party.type:
            continue
        if any(isinstance(said, UnlimitedPayments) for said in announced):
            payer = next(c.label for c in clauses if any(isinstance(said, UnlimitedPayments) for said in c.announces()))
            problem = f"has types, and {payer} lets parties pay one another: a payment would tell something of the type"
            yield (*place, "type"), problem, "leave the types or the payments out: the two are not judged together"
        changing = any(isinstance(said, ChangingGovernment) and said.party == party.id for said in announced)
        for k, one in enumerate(party.type):
            for inner, problem, remedy in _of_one(party, one, matters, events, parties, changing):
                yield (*place, "type", k, *inner), problem, remedy


def _of_one(
    party: Party, one: PartyType, matters: Sequence[Matter], events: Sequence[str], parties: Sequence[str],
    changing: bool,
) -> Iterator[Misfit]:  # fmt: skip
    about = [matter for matter in matters if one.matter in (None, matter.id)]
    if one.event is not None and one.event not in events:
        declared = f"declared events: {', '.join(events)}" if events else "declare it with [[event]]"
        yield ("when",), f"there is no event {one.event!r}", f"{declared}; write {EVENT}<id>"
    if one.when == "sceptic" and not changing:
        problem = f"the government of {party.id} is never sceptical"
        yield ("when",), problem, f'add a [[provision]] with type = "turnover", party = "{party.id}"'
    if about and one.conduct != "strategic" and not any(matter.owes(party.id) for matter in about):
        yield ("matter",), f"{party.id} owes nothing there: there is no word to keep or break", "name another matter"
    if one.conduct == "conditional":
        hidden = [(m, p) for m in about for p in parties if p != party.id and m.owes(p) and m.hides(p)]
        if hidden:
            matter, other = hidden[0]
            problem = f"complies until somebody breaches, and nobody sees whether {other} breaches on {matter.id}"
            yield ("conduct",), problem, "name a matter in which conduct is seen, or another conduct"
    if one.conduct == "strategic":
        yield from _of_strategic(party, one, about)


def _of_strategic(party: Party, one: PartyType, about: Sequence[Matter]) -> Iterator[Misfit]:
    """What makes the numbers of a strategic type meaningless, or the same as the party's."""
    if one.own_payoffs:
        kind = next(iter(one.own_payoffs))
        if len(about) > 1:
            yield (kind,), "does not say in which matter", f"add matter = \"{about[0].id}\", say"
            return
        if about and about[0].table is not None:
            yield (kind,), f"the matter {about[0].id} has an explicit table and no {kind}", "name another matter"
            return
        if about and not about[0].owes(party.id):
            yield (kind,), f"{party.id} owes nothing on {about[0].id}", "name another matter"
            return
    same = one.discount is None or one.discount.value == party.discount.value
    paid = one.own_payoffs.items()
    if about and same and all(amount.value == about[0].payoff(kind, party.id) for kind, amount in paid):
        problem = "is the party as described: its numbers are the same"
        yield (), problem, "give it a discount, a temptation, … of its own, or another conduct, or leave it out"
