"""Who owes what in each matter, what everyone sees of it, and what it pays when only some comply: for the annex."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, final

from treaties.findings import amounts
from treaties.model.observability import Noise, seen_of
from treaties.model.partial_compliance import rule_in_words

if TYPE_CHECKING:
    from treaties.model.matter import Matter
    from treaties.model.treaty import Treaty


@final
@dataclass(frozen=True)
class Duty:
    """One matter in words: ``partly`` is what it pays when some comply, "" where two sign."""

    matter: str
    owes: str
    seen: str
    partly: str


def duties(treaty: Treaty) -> tuple[Duty, ...]:
    """The matters of a treaty, in its order; none where two parties owe the same in all and everyone sees it."""
    plain = len(treaty.parties) == 2 and not any(matter.obliged or matter.unseen for matter in treaty.matters)
    return () if plain else tuple(_duty(treaty, matter) for matter in treaty.matters)


def _duty(treaty: Treaty, matter: Matter) -> Duty:
    obliged = treaty.obliged(matter)
    free = [party.name for party in treaty.parties if party.id not in obliged]
    owes = "every party"
    if free:
        who = amounts.listed([treaty.party(party).name for party in obliged]) or "nobody who has signed"
        owes = f"{who}; {amounts.listed(free)} {'owes' if len(free) == 1 else 'owe'} nothing and can be in no breach"
    partly = ""
    if len(treaty.signatories) > 2:
        partly = "as the table says" if matter.table is not None else rule_in_words(matter.pays, matter.pairs)
        if matter.table is None and len(obliged) == 1:
            one = treaty.party(obliged[0]).name
            partly = f"if {one} breaches, the others earn what the file gives for a party that alone complies"
    return Duty(
        amounts.capital((matter.title or matter.id).replace("_", " ")),
        amounts.sentence(owes),
        amounts.sentence(_seen(treaty, matter)),
        amounts.sentence(partly) if partly else "",
    )


def _seen(treaty: Treaty, matter: Matter) -> str:
    """What everyone sees of the conduct of those who owe something, each in turn unless all are alike."""
    said = {treaty.party(party).name: _seen_of(matter, party) for party in treaty.obliged(matter)}
    if len(set(said.values())) <= 1:
        return next(iter(said.values()), "there is nothing to see")
    return "; ".join(f"{name}: {words}" for name, words in said.items())


def _seen_of(matter: Matter, party: str) -> str:
    seen, mishap = seen_of(matter.observability, party), matter.mishap(party)
    if isinstance(seen, Noise):
        found, wrong = amounts.percent(seen.detection.value), amounts.percent(seen.false_alarm.value)
        words = f"a yearly flag, raised after a breach with a chance of {found} and after compliance with {wrong}"
    elif seen == "private":
        words = "nobody sees conduct"
    else:
        words = "everyone sees conduct" if not mishap else "everyone sees what looks like a breach"
    return f"{words}; compliance looks like a breach with a chance of {amounts.percent(mishap)}" if mishap else words
