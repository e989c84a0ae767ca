"""What the types of parties look at in a state: states that they tell apart may not be made one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from treaties.effects import YEARS_IN_FORCE, Bools, Columns, RedrawsType, event_variable, government_variable
from treaties.model.party import Party
from treaties.model.party_type import PartyType
from treaties.model.treaty import Treaty


def breaching(party: Party, one: PartyType, states: Columns) -> Bools:
    """Bool[states]: where a type that breaches does so, as far as clocks, governments and events say it."""
    if one.from_year is not None:
        if one.from_year == 1:
            return np.ones(states.size, dtype=bool)
        return np.asarray(states.code(YEARS_IN_FORCE) >= one.from_year - 1)
    if one.event is not None:
        return np.equal(states.code(event_variable(one.event)), 1)
    if one.when == "sceptic":
        return np.equal(states.code(government_variable(party.id)), 1)
    return np.ones(states.size, dtype=bool)


def type_marks(treaty: Treaty, states: Columns, redrawn: Iterable[RedrawsType] = ()) -> Iterator[Bools]:
    """Bool[states] each: what the types of a treaty tell apart, or how they change; nothing where there are none."""
    for said in redrawn:
        if said.seen or said.unseen[0] != said.unseen[1]:
            yield np.equal(states.code(government_variable(said.party)), 1)
    for party in treaty.parties:
        for one in party.type:
            if one.conduct == "breaches":
                yield breaching(party, one, states)
