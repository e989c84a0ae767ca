"""Where a common list goes that some must agree to lengthen and some may shorten.

Every list that can be reached is found by trying each permitted change from each list, for every way in which the
members may feel about each item; what lasts are the lists that nobody who may change them wants to change.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations_with_replacement
from typing import Literal, final

from pydantic import Field

from treaties.history.lookup import Lookup
from treaties.history.moments import Verdict
from treaties.history.prediction import Prediction, Told
from treaties.model.errors import fault
from treaties.model.names import choose_from
from treaties.sweeping.sample import Sample

RULES = {"consensus": "all", "any_one_participant": "one"}
"""How many must want a change, by the words of a rule."""
ITEMS = 3
"""Items of the list on which the rule is tried: no item's fate depends on another's."""

_OTHER = {True: ("what some member wants listed", "much used"), False: ("lists that differ by where they began", "")}

Items = frozenset[int]
"""Items that are on a list."""


def changes(listed: Items, wanted: tuple[int, ...], members: int, add: str, remove: str) -> Iterator[Items]:
    """Every list that one permitted change makes of a list.

    ``wanted``  for each item, how many of the members want it listed;  ``add``, ``remove`` "all" or "one" who must want
    the change.
    """
    for item, for_it in enumerate(wanted):
        if item not in listed and _permitted(add, for_it, members):
            yield listed | {item}
        if item in listed and _permitted(remove, members - for_it, members):
            yield listed - {item}


def _permitted(needed: str, wanting: int, members: int) -> bool:
    return wanting == members if needed == "all" else wanting >= 1


def reachable(listed: Items, wanted: tuple[int, ...], members: int, add: str, remove: str) -> set[Items]:
    """Every list that permitted changes can make of a list, itself included."""
    found, left = {listed}, [listed]
    while left:
        for new in changes(left.pop(), wanted, members, add, remove):
            if new not in found:
                found.add(new)
                left.append(new)
    return found


def lasting(listed: Items, wanted: tuple[int, ...], members: int, add: str, remove: str) -> set[Items]:
    """The lists in which changes end, or among which they go on for ever.

    >>> lasting(frozenset({0, 1}), (6, 5), 6, "all", "one")
    {frozenset({0})}
    """
    every = {
        one: reachable(one, wanted, members, add, remove) for one in reachable(listed, wanted, members, add, remove)
    }
    return {one for one, onward in every.items() if all(one in every[other] for other in onward)}


@final
class ListRule(Prediction):
    """A list that all must lengthen and one may shorten, or the other way round."""

    kind: Literal["list_rule"] = "list_rule"
    add: str = Field(description="The rule for adding, as kind.key of an article.")
    remove: str = Field(description="The rule for taking off, as kind.key of an article.")
    happened: Literal["little used", "much used"] = Field(description="What became of the list.")
    when: str = Field(description="When that was told: the date of an event.")

    def told(self, facts: Lookup, worlds: Mapping[str, Sample] | None) -> Told:
        """Where every list goes, whoever wants what, and whether the list was used."""
        add, remove = self._rule(facts, "add"), self._rule(facts, "remove")
        members = len(facts.facts.parties)
        tried, shorter = 0, 0
        common = wide = True
        for wanted in combinations_with_replacement(range(members + 1), ITEMS):
            by_all = frozenset(item for item, count in enumerate(wanted) if count == members)
            by_one = frozenset(item for item, count in enumerate(wanted) if count)
            for start in _every_list():
                last = lasting(start, wanted, members, add, remove)
                common &= last == {by_all}
                wide &= last == {by_one}
                tried += 1
                shorter += all(one < start for one in last)
        end, use = ("what every member wants listed, and no more", "little used") if common else _OTHER[wide]
        event = facts.event(self.when)
        foretold = f"of {tried} lists and wishes of {members} members, all end with {end}; {shorter} become shorter"
        verdict: Verdict = "open" if not use else "agrees" if use == self.happened else "differs"
        return Told(foretold, f"{self.when}: {event.event}", verdict, self.when)

    def _rule(self, facts: Lookup, field: str) -> str:
        written = facts.parameter(getattr(self, field))
        if written not in RULES:
            raise fault(f"knows no rule {written!r}", choose_from(written, RULES, "rules"), at=(field,))
        return RULES[written]


def _every_list() -> Iterator[Items]:
    for number in range(2**ITEMS):
        yield frozenset(item for item in range(ITEMS) if number >> item & 1)
