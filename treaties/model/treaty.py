"""A treaty: parties, what is at stake between them, the events that disturb it, and its provisions.

The models here say what a treaty is; ``treaties.reading.treaty_file`` says how it is written down.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypeVar, final

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    InstanceOf,
    PrivateAttr,
    SerializeAsAny,
    ValidationInfo,
    model_validator,
)

from treaties.effects import ProvisionContext, YearsInForce, last_year_of
from treaties.model.cross_references import cross_reference_faults
from treaties.model.entry_into_force import EntryIntoForce
from treaties.model.errors import Misfit, Place, fault
from treaties.model.event import Event
from treaties.model.facts import Facts, Stylised
from treaties.model.matter import Matter
from treaties.model.party import Party
from treaties.model.provision import Provision
from treaties.model.quantity import Quantity
from treaties.model.references import Kind, OneOrMany, names_something
from treaties.model.type_misfits import type_misfits

SCHEMA = "servanda-treaty/1"


def _joined_paths(data: Any) -> Any:
    """Paths written as nested tables (``[variant.set]`` with ``veto.uses_per_term = 1``) as one key each."""
    if not isinstance(data, dict):
        return data
    joined: dict[str, Any] = {}
    for key, value in data.items():
        if isinstance(value, dict) and "." not in key and "value" not in value:
            joined.update({f"{key}.{rest}": item for rest, item in _joined_below(value)})
        else:
            joined[key] = value
    return joined


def _joined_below(table: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, value in table.items():
        if isinstance(value, dict) and "value" not in value:
            yield from ((f"{key}.{rest}", item) for rest, item in _joined_below(value))
        else:
            yield key, value


@final
class Variant(BaseModel):
    """A named change of the treaty, to be compared with it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, Field(min_length=1)] = Field(description="Name of the option, as readers should see it.")
    set: Annotated[dict[str, Any], BeforeValidator(_joined_paths)] = Field(
        default_factory=dict, description='New values by path, for example { "veto.uses_per_term" = 0 }.'
    )
    remove: Annotated[tuple[str, ...], OneOrMany] = Field(
        default=(),
        description="Provisions to leave out, by type, type[article] where there are several, or single terms by path.",
    )
    unset: Annotated[tuple[str, ...], OneOrMany] = Field(
        default=(), description='Single terms to leave out, by path, for example ["veto.uses_per_term"].'
    )
    add: dict[Literal["provision", "event", "matter"], tuple[dict[str, Any], ...]] = Field(
        default_factory=dict,
        description="Whole clauses, events or matters to add, written as in the file: [[variant.add.provision]].",
    )
    note: str | None = Field(default=None, description="Remark for readers; changes nothing.")

    @model_validator(mode="after")
    def _change_something(self) -> Variant:
        if not self.set and not self.restructures:
            raise fault("changes nothing", 'add set = { "sunset.term_years" = 5 }, say, or remove = ["veto"]')
        return self

    @property
    def restructures(self) -> bool:
        """Whether it leaves something out or adds something, and does not only give terms other values."""
        return bool(self.remove or self.unset or any(self.add.values()))

    @property
    def without(self) -> tuple[str, ...]:
        """What it leaves out: clauses and terms."""
        return (*self.remove, *self.unset)

    @property
    def added(self) -> tuple[str, ...]:
        """What it adds: clauses by type and article, those of the file's own by name, events and matters by id."""
        said = []
        for kind, blocks in self.add.items():
            for block in blocks:
                if kind == "provision":
                    article = "" if block.get("article", "-") == "-" else f"[{block['article']}]"
                    said.append(block["name"] if "name" in block else f"{block.get('type', kind)}{article}")
                else:
                    said.append(f"{kind}.{block.get('id', '')}")
        return tuple(said)


@final
@dataclass(frozen=True)
class NamedNumber:
    """One number of a treaty with its path, for tables of assumptions; ``article`` is "-" outside provisions."""

    path: str
    article: str
    value: float
    low: float | None
    high: float | None
    unit: str | None
    source: str | None
    confidence: str | None


@final
class Treaty(BaseModel):
    """A whole treaty. Cross-references (ids of parties, matters and events) are checked.

    Raises ``pydantic.ValidationError`` when it is not a treaty; files are read by
    ``treaties.reading.treaty_file``, which reports every fault with its line.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    schema_name: Literal["servanda-treaty/1"] = Field(
        alias="schema", description='Version of the file format: "servanda-treaty/1".'
    )
    title: str = Field(description="Title of the treaty or design.")
    payoff_unit: str = Field(description='Unit of every amount, for example "EUR million per year".')
    period: Literal["year"] = Field(default="year", description="Length of a period.")
    exit: Annotated[bool, Field(strict=True)] = Field(
        default=True, description="False if a party cannot leave except as a provision allows."
    )
    entry_into_force: EntryIntoForce | None = Field(
        default=None,
        description="Who has to sign before the treaty binds those who have; omitted = nobody asks who would sign.",
    )
    note: str | None = Field(default=None, description="Remark for readers; changes nothing.")
    facts: Facts | None = Field(default=None, description="What is known about a real treaty, with its evidence.")
    stylised: Stylised | None = Field(default=None, description="Says which numbers are not facts; needed with facts.")
    parties: Annotated[tuple[Party, ...], Field(min_length=2)] = Field(
        alias="party", description="Who signs, and who else has choices of its own."
    )
    events: tuple[Event, ...] = Field(default=(), alias="event", description="What may disturb cooperation.")
    matters: Annotated[tuple[Matter, ...], Field(min_length=1)] = Field(
        alias="matter", description="The subjects of cooperation."
    )
    provisions: tuple[SerializeAsAny[InstanceOf[Provision]], ...] = Field(
        default=(), alias="provision", description="The clauses, in any order."
    )
    variants: tuple[Variant, ...] = Field(default=(), alias="variant", description="Changes to compare.")

    _source_name: str = PrivateAttr(default="")
    _source_hash: str = PrivateAttr(default="")
    _variant_name: str | None = PrivateAttr(default=None)
    _outsiders: tuple[Party, ...] = PrivateAttr(default=())

    @model_validator(mode="after")
    def _refer_to_what_exists(self, info: ValidationInfo) -> Treaty:
        if self.facts is not None and self.stylised is None:
            raise fault(
                "the file states facts but does not say which numbers are stylised",
                'add [stylised] with label = "…" that says where the payoffs come from',
                at=("stylised",),
            )
        if len(self.signatories) < 2:
            raise fault("fewer than two parties sign", "leave signatory = false out of one more party", at=("party",))
        if not (info.context or {}).get("cross_checked"):
            known = {kind: [item.id for item in items] for kind, items in self._identified().items()}
            known |= {"party": [party.id for party in self.signatories], "actor": [party.id for party in self.parties]}
            for place, problem, remedy in cross_reference_faults(self._blocks(), known):
                raise fault(problem, remedy, at=place)
            for place, problem, remedy in misfits(self._blocks(), known["party"]):
                raise fault(problem, remedy, at=place)
        return self

    def _identified(self) -> dict[Kind, tuple[Any, ...]]:
        return {"party": self.parties, "matter": self.matters, "event": self.events}

    def _blocks(self) -> Iterator[tuple[Place, BaseModel]]:
        for name in ("party", "event", "matter", "provision"):
            for k, block in enumerate(getattr(self, BLOCKS[name])):
                yield (name, k), block
        if self.entry_into_force is not None:
            yield ("entry_into_force",), self.entry_into_force

    @property
    def signatories(self) -> tuple[Party, ...]:
        """The parties that sign, in the order of the file."""
        return tuple(party for party in self.parties if party.signatory)

    @property
    def third_parties(self) -> tuple[Party, ...]:
        """The parties that sign nothing, in the order of the file."""
        return tuple(party for party in self.parties if not party.signatory)

    def party(self, party_id: str) -> Party:
        """The party with this id; raises ``KeyError``."""
        return _with_id(self.parties, party_id)

    def matter(self, matter_id: str) -> Matter:
        """The matter with this id; raises ``KeyError``."""
        return _with_id(self.matters, matter_id)

    def event(self, event_id: str) -> Event:
        """The event with this id; raises ``KeyError``."""
        return _with_id(self.events, event_id)

    def provisions_of(self, kind: str) -> tuple[Provision, ...]:
        """Every provision of a type, in the order of the file."""
        return tuple(provision for provision in self.provisions if provision.type == kind)

    def variant(self, name: str) -> Variant:
        """The variant with this name; raises ``KeyError``."""
        for variant in self.variants:
            if variant.name == name:
                return variant
        raise KeyError(name)

    @property
    def names(self) -> dict[str, str]:
        """Parties, matters and events as readers should see them, by id."""
        named: tuple[Matter | Event, ...] = (*self.matters, *self.events)
        titled = {item.id: (item.title or item.id).replace("_", " ") for item in named}
        return titled | {party.id: party.name for party in self.parties}

    @property
    def context(self) -> ProvisionContext:
        """What provisions may know of one another, in an order that does not depend on the order of articles."""
        last_year = last_year_of(said for provision in self.provisions for said in provision.announces())
        announced = [said for provision in self.provisions for said in provision.tells(last_year)]
        # A type that breaches from some year on tells the years before it apart.
        announced += [
            YearsInForce(one.from_year - 1)
            for party in self.parties
            for one in party.type
            if one.from_year is not None and one.from_year > 1
        ]
        return ProvisionContext(
            parties=tuple(party.id for party in self.signatories),
            matters=tuple(matter.id for matter in self.matters),
            events=tuple(event.id for event in self.events),
            announced=tuple(sorted(announced, key=repr)),
            exit=self.exit,
            third_parties=tuple(party.id for party in self.third_parties),
            shared=tuple(matter.id for matter in self.matters if not matter.excludable),
            owing={matter.id: self.obliged(matter) for matter in self.matters},
            unseen=tuple((p.id, matter.id) for matter in self.matters for p in self.signatories if matter.hides(p.id)),
        )

    @property
    def has_types(self) -> bool:
        """Whether some party may be something else than it is described as."""
        return any(party.type for party in self.parties)

    def obliged(self, matter: Matter) -> tuple[str, ...]:
        """The parties that owe something in a matter, in order; none where nobody who is obliged has signed."""
        return tuple(party.id for party in self.signatories if matter.owes(party.id))

    @property
    def limits_told(self) -> tuple[str, ...]:
        """Every clause that has limits, with them: "article 8, audit, years 1 to 3 only"."""
        names = self.names
        return tuple(f"{of.label}, {said}" for of in self.provisions if (said := of.limits_in_words(names)))

    def path_of(self, provision: Provision) -> str:
        """How paths name a provision: its type, with [article] or [#number] where there are several of the type."""
        same = self.provisions_of(provision.type)
        if len(same) == 1:
            return provision.type
        if sum(other.article == provision.article for other in same) == 1:
            return f"{provision.type}[{provision.article}]"
        number = next(k for k, other in enumerate(same, start=1) if other is provision)
        return f"{provision.type}[#{number}]"

    def numbers(self) -> Iterator[NamedNumber]:
        """Every amount, probability and discount factor, with the path by which variants can change it."""
        for kind, items in self._identified().items():
            for item in items:
                yield from _numbers_in(item, f"{kind}.{item.id}", "-", None)
        for provision in self.provisions:
            yield from _numbers_in(provision, self.path_of(provision), provision.article, provision.source)
        if self.entry_into_force is not None:
            yield from _numbers_in(self.entry_into_force, "entry_into_force", "-", None)

    @property
    def source_name(self) -> str:
        """Name of the file the treaty was read from; empty if it was built in memory."""
        return self._source_name

    @property
    def source_hash(self) -> str:
        """SHA-256 of the file as read; for a treaty built in memory, of its content."""
        return self._source_hash or self.content_hash

    @property
    def variant_name(self) -> str | None:
        """Name of the variant that was applied, None for the treaty as written."""
        return self._variant_name

    @property
    def outsiders(self) -> tuple[Party, ...]:
        """Parties of a treaty that some of them have signed, who have not; none of a treaty as it is written."""
        return self._outsiders

    def signed_by_others_than(self, outsiders: tuple[Party, ...]) -> Treaty:
        """The same text, remembering who could have signed it and did not."""
        copy = self.model_copy()
        copy._outsiders = outsiders
        return copy

    @property
    def content_hash(self) -> str:
        """SHA-256 of everything the treaty says, however its file was laid out."""
        text = json.dumps(self.model_dump(mode="json", by_alias=True), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    def came_from(self, name: str, digest: str, variant: str | None = None) -> Treaty:
        """The same treaty, remembering the file it was read from and the variant applied to it."""
        copy = self.model_copy()
        copy._source_name, copy._source_hash, copy._variant_name = name, digest, variant
        return copy


def misfits(blocks: Iterable[tuple[Place, BaseModel]], parties: Sequence[str]) -> Iterator[Misfit]:
    """What single blocks ask that cannot be in a treaty of these parties, with places from the top of the file."""
    known = list(blocks)
    matters = {block.id: block for _, block in known if isinstance(block, Matter)}
    for place, block in known:
        if isinstance(block, Provision):
            for inner, problem, remedy in block.unfit_limits():
                yield (*place, *inner), problem, remedy
        if isinstance(block, (Provision, EntryIntoForce, Matter)) and (found := block.misfit(parties)) is not None:
            inner, problem, remedy = found
            yield (*place, *inner), problem, remedy
        for inner, party, about in block.examines() if isinstance(block, Provision) else ():
            if about in matters and party in parties and not matters[about].owes(party):
                problem = f"is about what {party} does, which owes nothing on {about}"
                yield (*place, *inner), problem, f"name who is obliged: {', '.join(matters[about].obliged or ())}"
    yield from type_misfits(known, parties)


BLOCKS = {"party": "parties", "event": "events", "matter": "matters", "provision": "provisions", "variant": "variants"}
"""Arrays of tables in a file, and the attribute of `Treaty` that holds each."""

Named = TypeVar("Named", Party, Matter, Event)


def _with_id(items: Iterable[Named], wanted: str) -> Named:
    for item in items:
        if item.id == wanted:
            return item
    raise KeyError(wanted)


def _numbers_in(model: BaseModel, path: str, article: str, source: str | None) -> Iterator[NamedNumber]:
    if isinstance(model, Quantity):
        yield NamedNumber(
            path, article, model.value, model.low, model.high, model.unit, model.source or source, model.confidence
        )
        return
    for name in type(model).model_fields:
        if names_something(type(model), name):
            continue
        yield from _numbers_below(getattr(model, name), f"{path}.{name}", article, source)


def _numbers_below(value: Any, path: str, article: str, source: str | None) -> Iterator[NamedNumber]:
    if isinstance(value, BaseModel):
        yield from _numbers_in(value, path, article, source)
    elif isinstance(value, dict) and not path.endswith(".design"):
        for key, item in value.items():
            yield from _numbers_below(item, f"{path}.{key}", article, source)
    elif isinstance(value, tuple):
        for k, item in enumerate(value):
            yield from _numbers_below(item, f"{path}.{k}", article, source)
    elif isinstance(value, float):
        yield NamedNumber(path, article, value, None, None, None, source, None)
