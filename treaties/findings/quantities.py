"""The numbers of a treaty in words: what each is called, what kind of number it is, and how its values are told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, final, get_args

from pydantic import BaseModel

from treaties.findings import amounts, phrases
from treaties.model.quantity import Quantity, Within

if TYPE_CHECKING:
    from treaties.model.provision import Provision
    from treaties.model.treaty import Treaty

GLOSSES = {
    "discount": "discount factor",
    "outside_option": "outside option",
    "reward": "all comply",
    "temptation": "it alone breaches",
    "sucker": "it alone complies",
    "punishment": "nobody complies",
    "enter": "begins",
    "stay": "goes on",
}
UNITS = {
    "a probability": "chance",
    "an exposure": "share of exposure",
    "a share": "share",
    "a weight": "weight",
    "a bargaining weight": "weight in bargaining",
    "a number of votes": "votes",
    "a number of months": "months",
    "a number": "number",
    "a precision": "chance",
}
EARNED = {
    "reward": "when all comply",
    "temptation": "when it alone breaches",
    "sucker": "when it alone complies",
    "punishment": "when nobody complies",
}
CHANCE = "a probability"
PATIENCE = "a discount factor"


@final
@dataclass(frozen=True)
class NumberWords:
    """How the numbers of one treaty are told, each named by its path (``party.NOR.discount``)."""

    treaty: Treaty
    groups: dict[str, str]
    kinds: dict[str, str]

    @staticmethod
    def of(treaty: Treaty) -> NumberWords:
        """The words of a treaty."""
        return NumberWords(treaty, _groups(treaty), dict(_kinds_of(treaty)))

    def head(self, path: str) -> str:
        """The path of the block in which a number stands."""
        return next(
            prefix for prefix in sorted(self.groups, key=len, reverse=True) if f"{path}.".startswith(f"{prefix}.")
        )

    def group(self, path: str) -> str:
        """The heading of its block."""
        return self.groups[self.head(path)]

    def name(self, path: str) -> str:
        """What it is called below that heading."""
        head = self.head(path)
        own = path.removeprefix(f"{head}.")
        if head.startswith("party.") and own.startswith("type."):
            _, number, own = own.split(".", 2)
            one = next(party for party in self.treaty.parties if f"party.{party.id}" == head).type[int(number)].name
            return f"chance of being “{one}”" if own == "prior" else f"{one}: {_name(own, self.treaty)}"
        return _name(own, self.treaty)

    def unit(self, path: str) -> str:
        """What it is counted in, unless the file says so itself."""
        units = UNITS | {PATIENCE: f"weight of next {self.treaty.period}"}
        return units.get(self.kinds.get(path, ""), self.treaty.payoff_unit)

    def in_prose(self, path: str) -> str:
        """What it is called in a sentence.

        Norland's discount factor; the chance per year that security shock begins; what Norland gets in technology when
        all comply; upheld (Article 21: arbitration).
        """
        head = self.head(path)
        block, term = head.split(".")[0], path.removeprefix(f"{head}.").split(".")
        group, names = self.groups[head], {party.id: party.name for party in self.treaty.parties}
        if block == "party":
            return f"{group}'s {self.name(path)}"
        if block == "matter" and term[0] in EARNED and len(term) == 2:
            return f"what {names.get(term[1], term[1])} gets {EARNED[term[0]]} ({group})"
        if block == "event" and term[0] in ("enter", "stay"):
            return f"the chance per {self.treaty.period} that it {GLOSSES[term[0]]} ({group})"
        return f"{self.name(path)} ({group})"

    def amount(self, path: str, value: float) -> str:
        """A value of it in its unit: chances in percent, discount factors with enough digits, payoffs in their unit."""
        kind = self.kinds.get(path, "")
        if kind == CHANCE:
            return amounts.percent(value)
        if kind == PATIENCE:
            return amounts.factor(value)
        own = next((number.unit for number in self.treaty.numbers() if number.path == path), None)
        if own is None and kind in UNITS:
            return amounts.number(value)
        return amounts.money(value, own or self.treaty.payoff_unit)


def _groups(treaty: Treaty) -> dict[str, str]:
    """Path of every block of the file -> its heading."""
    groups = {f"party.{party.id}": party.name for party in treaty.parties}
    for matter in treaty.matters:
        groups[f"matter.{matter.id}"] = amounts.capital((matter.title or matter.id).replace("_", " "))
    for event in treaty.events:
        groups[f"event.{event.id}"] = amounts.capital((event.title or event.id).replace("_", " "))
    clauses = treaty.provisions
    headings = _told_apart([_heading(one) for one in clauses], [_whose(one, treaty) for one in clauses])
    groups |= {treaty.path_of(one): heading for one, heading in zip(clauses, headings, strict=True)}
    return groups | {"entry_into_force": "Entry into force"}


def _heading(provision: Provision) -> str:
    cited = phrases.article(provision.article)
    return f"{cited}: {provision.title.lower()}" if cited else provision.title


def _told_apart(headings: Sequence[str], parties: Sequence[str]) -> list[str]:
    """Headings, with the party or a number after those that several clauses have."""
    whole = [f"{heading}, {whose}" for heading, whose in zip(headings, parties, strict=True)]
    told = []
    for k, heading in enumerate(headings):
        if headings.count(heading) == 1:
            told.append(heading)
        elif parties[k] and whole.count(whole[k]) == 1:
            told.append(whole[k])
        else:
            told.append(f"{heading}, number {headings[: k + 1].count(heading)}")
    return told


def _whose(provision: Provision, treaty: Treaty) -> str:
    """The names of the parties that a clause binds; empty where it does not say or binds all alike."""
    said = getattr(provision, "party", None) or ()
    return amounts.listed([treaty.names.get(party, party) for party in ((said,) if isinstance(said, str) else said)])


def _name(path: str, treaty: Treaty) -> str:
    names = {party.id: party.name for party in treaty.parties}
    parts: list[str] = []
    for part in path.split("."):
        if part.isdigit() and parts[-1:] == ["pays"]:
            parts[-1] = f"share paid when {part} of the others comply"
        elif part.isdigit():
            parts[-1] = f"{parts[-1].removesuffix('s')} {int(part) + 1}"
        else:
            parts.append(GLOSSES.get(part) or names.get(part) or part.replace("_", " "))
    return ", ".join(reversed(parts)) if parts[-1] in names.values() else ", ".join(parts)


def _kinds_of(treaty: Treaty) -> Iterator[tuple[str, str]]:
    """Path of every `Quantity` that must lie in a named range -> the name of the range ("a probability")."""
    for kind, items in (("party", treaty.parties), ("matter", treaty.matters), ("event", treaty.events)):
        for item in items:
            yield from _kinds_in(item, f"{kind}.{item.id}")
    for provision in treaty.provisions:
        yield from _kinds_in(provision, treaty.path_of(provision))
    if treaty.entry_into_force is not None:
        yield from _kinds_in(treaty.entry_into_force, "entry_into_force")


def _kinds_in(model: BaseModel, path: str) -> Iterator[tuple[str, str]]:
    for name, field in type(model).model_fields.items():
        kind = next(
            (mark.name for mark in (*field.metadata, *_marks(field.annotation)) if isinstance(mark, Within)), ""
        )
        yield from _kinds_below(getattr(model, name), f"{path}.{name}", kind)


def _kinds_below(value: Any, path: str, kind: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, Quantity):
        yield path, kind
    elif isinstance(value, BaseModel):
        yield from _kinds_in(value, path)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _kinds_below(item, f"{path}.{key}", kind)
    elif isinstance(value, tuple):
        for k, item in enumerate(value):
            yield from _kinds_below(item, f"{path}.{k}", kind)


def _marks(annotation: Any) -> Iterator[Any]:
    yield from getattr(annotation, "__metadata__", ())
    for argument in get_args(annotation):
        yield from _marks(argument)
