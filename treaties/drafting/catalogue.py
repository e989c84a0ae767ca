"""Every clause that a file may write: what it does, its terms, where real treaties have it, what it leaves out.

Nothing is written down here: all of it is what the clauses say of themselves.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal, final, get_args, get_origin

from annotated_types import Ge, Le
from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from treaties.drafting.example_blocks import example_block
from treaties.model.names import inner_model
from treaties.model.provision import Group, Provision
from treaties.model.quantity import Quantity, Within
from treaties.model.references import marks_on
from treaties.provisions import all_types
from treaties.reading.toml_text import block_in_toml, in_toml


@final
@dataclass(frozen=True)
class Term:
    """A term of a clause.

    ``name``     as files write it; terms of the entries of a list or of a table as ``stages[].year``.
    ``needed``   whether the author must give it.
    ``default``  what holds where it is left out, as files write it; None where that is told by ``meaning``.
    ``unit``     of numbers: "payoff unit", "years", "probability" and the like; None where there is none.
    ``least``, ``most``  ends of the range of numbers; None where it has none.
    ``choices``  the words that it can be; none where it is no choice between words.
    """

    name: str
    meaning: str
    needed: bool
    default: str | None
    unit: str | None
    least: float | None
    most: float | None
    choices: tuple[str, ...]


@final
@dataclass(frozen=True)
class ClauseEntry:
    """What there is to say of a clause or a preset; fields are those of ``Provision`` and ``Preset``.

    ``about``      what it does, at length: who has which rights and duties, and when.
    ``example``    a block that a treaty file may hold, with placeholders for numbers; "" if none was found or wanted.
    ``preset_of``  the clause that it is a preset of, and ``filled_in`` what the preset fills in.
    """

    type: str
    title: str
    group: str
    about: str
    mechanism: str
    reference: str
    real_treaty: str
    cannot_say: str
    neutral_terms: Mapping[str, Any]
    no_neutral_terms: str
    terms: tuple[Term, ...]
    shared_terms: tuple[Term, ...]
    presets: tuple[str, ...]
    preset_of: str | None
    filled_in: Mapping[str, Any]
    example: str

    def to_json(self) -> dict[str, Any]:
        """The entry as JSON objects."""
        return asdict(self)


def catalogue(
    wanted: Collection[str] | None = None, *, examples: bool = True, host: Mapping[str, Any] | None = None
) -> tuple[ClauseEntry, ...]:
    """Every clause and every preset: group by group, clauses by their type, each followed by its presets.

    ``wanted``  the types to tell of, all if None.  ``examples``: whether to look for them, which takes longest.
    ``host``    a treaty, a parsed document, in which the examples are to stand; None for one made up for each.
    """
    types = all_types()
    groups = get_args(Group)

    def place(kind: str) -> tuple[int, str, bool, str]:
        clause = types[kind]
        return groups.index(clause.group), clause.preset_of or kind, clause.preset_of is not None, kind

    kinds = sorted(types if wanted is None else [kind for kind in types if kind in wanted], key=place)
    return tuple(_entry(kind, types[kind], examples, host) for kind in kinds)


def _entry(kind: str, clause: type[Provision], examples: bool, host: Mapping[str, Any] | None) -> ClauseEntry:
    preset = None if clause.preset_of is None else all_types()[clause.preset_of].presets[kind]
    of_its_own = set(clause.model_fields) - set(Provision.model_fields)
    if preset is not None:
        of_its_own |= {*preset.terms, *preset.required}
    return ClauseEntry(
        type=kind,
        title=clause.title,
        group=clause.group,
        about=" ".join((clause.__doc__ or "").replace("``", "`").split()),
        mechanism=clause.mechanism,
        reference=clause.reference,
        real_treaty=clause.real_treaty,
        cannot_say=clause.cannot_say,
        neutral_terms=clause.neutral_terms,
        no_neutral_terms=clause.no_neutral_terms,
        terms=tuple(_terms(clause, [n for n in clause.model_fields if n in of_its_own])),
        shared_terms=tuple(_terms(clause, [n for n in Provision.model_fields if n not in {"type", *of_its_own}])),
        presets=tuple(clause.presets),
        preset_of=clause.preset_of,
        filled_in={} if preset is None else preset.terms,
        example=_example(clause, host) if examples else "",
    )


def _example(clause: type[Provision], own: Mapping[str, Any] | None) -> str:
    """A block in a treaty; if none is given, of two parties, of three if it takes more, or beside a firm."""
    firm = {"id": "FIRM", "name": "Firm", "discount": 0.9, "signatory": False}
    for host in (_host("AB"), _host("ABC"), _host("AB", firm)) if own is None else (own,):
        block = example_block(clause, host)
        if block is not None:
            return block_in_toml("provision", block)
    return ""


def _host(parties: str, *others: Mapping[str, Any]) -> dict[str, Any]:
    """A treaty without clauses for an example to stand in."""
    payoffs = {"reward": 3, "temptation": 5, "sucker": -1, "punishment": 0}
    return {
        "schema": "servanda-treaty/1",
        "title": "Host of an example",
        "payoff_unit": "points per year",
        "party": [{"id": party, "name": party, "discount": 0.9} for party in parties] + [*others],
        "event": [{"id": "shock", "enter": 0.1, "stay": 0.5, "cost_of_complying": dict.fromkeys(parties, 1)}],
        "matter": [{"id": "trade", **{name: dict.fromkeys(parties, value) for name, value in payoffs.items()}}],
    }


def _terms(
    model: type[BaseModel], names: list[str], within: str = "", filled: Mapping[str, Any] | None = None
) -> Iterator[Term]:
    """The terms of a model, each before those of what it holds; ``filled`` are defaults of another than the model."""
    for name in names:
        of = model.model_fields[name]
        marks = marks_on(of)
        least, most = range_of(of.annotation, marks)
        needed = of.default is PydanticUndefined and of.default_factory is None
        default = (filled or {}).get(name, of.default)
        yield Term(
            f"{within}{of.alias or name}",
            of.description or "",
            needed,
            default_of(default),
            unit_of(name, of.annotation, marks),
            least,
            most,
            choices_of(of.annotation),
        )
        inner = inner_model(of.annotation)
        if inner is not None and inner is not Quantity and name not in Provision.model_fields:
            listed = "[]" if _holds(of.annotation, tuple) else ""
            below = default if isinstance(default, Mapping) else None
            yield from _terms(inner, list(inner.model_fields), f"{within}{of.alias or name}{listed}.", below)


def choices_of(annotation: Any) -> tuple[str, ...]:
    """The words between which a type is a choice."""
    if get_origin(annotation) is Literal:
        return tuple(str(word) for word in get_args(annotation))
    if get_origin(annotation) in (tuple, dict):
        return ()
    return tuple(word for argument in get_args(annotation) for word in choices_of(argument))


def default_of(value: Any) -> str | None:
    """What holds where a term is left out, as files write it; None if it is nothing, or has to be given."""
    if value is PydanticUndefined or value is None or value == ():
        return None
    if isinstance(value, Quantity):
        return f"{value.value:g}"
    if isinstance(value, BaseModel):
        told = value.model_dump(exclude_none=True)
        return in_toml(told) if told else None
    return in_toml(value)


def _holds(annotation: Any, what: type) -> bool:
    """Whether a type is, or holds at any depth, another."""
    return annotation is what or get_origin(annotation) is what or any(_holds(a, what) for a in get_args(annotation))


def range_of(annotation: Any, marks: tuple[Any, ...]) -> tuple[float | None, float | None]:
    """The ends between which numbers must lie."""
    least: list[Any] = [mark.ge for mark in marks if isinstance(mark, Ge)]
    most: list[Any] = [mark.le for mark in marks if isinstance(mark, Le)]
    if _holds(annotation, Quantity):
        least += [mark.minimum for mark in marks if isinstance(mark, Within) and mark.minimum > -float("inf")]
        most += [mark.maximum for mark in marks if isinstance(mark, Within) and mark.maximum < float("inf")]
    return (max(least) if least else None), (min(most) if most else None)


def unit_of(name: str, annotation: Any, marks: tuple[Any, ...]) -> str | None:
    """What a number counts, as far as its type says."""
    if _holds(annotation, Quantity):
        named = next((mark.name for mark in marks if isinstance(mark, Within)), "an amount")
        return "payoff unit" if named == "an amount" else named.partition(" ")[2]
    if _holds(annotation, int) and get_origin(annotation) is not Literal and "year" in name:
        return "years"
    return None
