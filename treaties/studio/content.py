"""What a text of a draft states: its tables, its treaty, or everything that is wrong with it, each at its place."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, final

from treaties.model.errors import Place
from treaties.model.treaty import Treaty
from treaties.reading.document import Fault, validate_document
from treaties.reading.treaty_file import treaty_or_faults
from treaties.studio.places import value_in


@final
@dataclass(frozen=True)
class Content:
    """A text that is TOML, read.

    ``whole``  whether its blocks are a treaty, so that only conditions, designs and options can still be at fault.
    """

    document: Mapping[str, Any]
    treaty: Treaty | None
    faults: tuple[Fault, ...]
    whole: bool

    @staticmethod
    def of(text: str, name: str) -> Content:
        """Read a text; ``name`` stands for the file.  Raises ``TreatyFileError`` if it is no TOML."""
        treaty, faults = treaty_or_faults(text, name)
        document = tomllib.loads(text)
        whole = treaty is not None or validate_document(document)[0] is not None
        return Content(document, treaty, tuple(_placed(fault, document) for fault in faults), whole)

    def can_follow(self, before: Content, changed: tuple[Place, ...]) -> bool:
        """Whether a change may lead here: to no worse a text, with nothing wrong where the change was made.

        What is wrong in a text that is no treaty anyway can hide more, which a change for the better brings to light.
        """
        if before.treaty is not None or self.treaty is not None:
            return self.treaty is not None
        fresh = self.fresh(before)
        if any(_touch(fault.place, place) for fault in fresh for place in changed):
            return False
        return (self.whole and not before.whole) or len(self.faults) <= len(before.faults)

    def fresh(self, before: Content) -> tuple[Fault, ...]:
        """The faults that the text before did not have."""
        known = {(fault.place, fault.problem) for fault in before.faults}
        return tuple(fault for fault in self.faults if (fault.place, fault.problem) not in known)


def block_name(document: Mapping[str, Any], place: Place) -> str:
    """A block in words: "article 14(2), veto", "party NOR", "option “No veto”"; "the treaty" outside blocks."""
    block = value_in(document, place[:2])
    kind = str(place[0]) if place else ""
    if not isinstance(block, Mapping) or len(place) < 2:
        return "the treaty"
    if kind == "provision":
        article, named = block.get("article", "-"), str(block.get("type", "a clause"))
        return named if article == "-" else f"article {article}, {named}"
    if kind == "variant":
        return f"option “{block.get('name', int(place[1]) + 1)}”"
    return f"{kind} {block.get('id', place[1])}"


def identity(document: Mapping[str, Any], place: Place) -> tuple[Any, ...] | None:
    """By what a block is known among those of its kind; None if there is no such block."""
    block = value_in(document, place[:2])
    if len(place) < 2 or not isinstance(block, Mapping):
        return None
    return place[0], block.get("id"), block.get("name"), block.get("type"), str(block.get("article"))


def _placed(fault: Fault, document: Mapping[str, Any]) -> Fault:
    """A fault at a path of an option, at its place in the tables, whose keys may be written as tables."""
    place = fault.place
    if place[:1] != ("variant",) or len(place) < 4 or place[2] != "set" or value_in(document, place) is not None:
        return fault
    apart: Place = (*place[:3], *(step for key in place[3:] for step in str(key).split(".")))
    return Fault(apart, fault.problem, fault.remedy) if value_in(document, apart) is not None else fault


def _touch(fault: Place, changed: Place) -> bool:
    """Whether a fault is at a changed term, in it, or at what holds it within its block."""
    least = min(len(fault), len(changed))
    return fault[:least] == changed[:least] and len(fault) > 2
