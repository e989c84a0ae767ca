"""The draft as cards with form fields, made from the same models as the schema of treaty files: no list to keep."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any, final

from treaties.drafting.catalogue import catalogue
from treaties.model.errors import Place
from treaties.reading.toml_text import in_toml
from treaties.studio.draft import Draft, FieldError
from treaties.studio.places import path_of, place_of, value_in
from treaties.studio.prose import heading, prose
from treaties.studio.terms import BLOCK_KINDS, Control, Shape, terms_of


@final
@dataclass(frozen=True)
class Field:
    """One term of a block, as a form shows it.

    ``path``      from the top of the file: ``provision.3.amount.value``.
    ``value``     as the text has it, None if it is left out; ``entered`` what was entered and could not be taken, with
                  the reason in ``error``; None both where there is nothing of the kind.
    ``min``, ``max``, ``step``  of numbers; None where there is no end.
    ``choices``   the words it can be (of a number: words beside numbers, "unlimited"), and ``names`` what a reader
                  calls each.
    ``default``   what holds where it is left out, as files write it; "" if that is told by ``help``.
    ``required``  it must be given;  ``more`` it is a detail that a page may fold away (range, source, note, limits).
    ``toml``      a text field that holds a value as files write it, such as ``{ detection = 0.8, false_alarm = 0.1 }``.
    """

    path: str
    label: str
    control: Control
    value: Any
    min: float | None = None
    max: float | None = None
    step: float | None = None
    choices: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    unit: str = ""
    help: str = ""
    error: str | None = None
    entered: Any = None
    default: str = ""
    required: bool = False
    more: bool = False
    toml: bool = False


@final
@dataclass(frozen=True)
class EntryList:
    """A list of tables to which an entry can be added, or from which one can be removed: the path of it and of each."""

    path: str
    label: str
    help: str
    entries: tuple[str, ...]


@final
@dataclass(frozen=True)
class Card:
    """One block of the file.

    ``path``   ``provision.3``; "" of the treaty itself.  ``kind`` "treaty", "party", "event", "matter", "variant" or
               the type of a clause.  ``prose`` what it says, in sentences that follow its terms.
    ``lists``  lists of tables in it.  ``errors`` those of its fields, and of the block as a whole.
    """

    index: int
    path: str
    article: str
    kind: str
    heading: str
    prose: str
    fields: tuple[Field, ...]
    lists: tuple[EntryList, ...]
    errors: tuple[FieldError, ...]
    removable: bool


@final
@dataclass(frozen=True)
class LibraryEntry:
    """A clause that can be added: its ``kind`` as files write it, what readers call it, its group, what it does."""

    kind: str
    label: str
    group: str
    summary: str


def cards(draft: Draft) -> tuple[Card, ...]:
    """The treaty, its parties, events and matters, its clauses and its options, in the order of the file's kinds."""
    with draft.lock:
        found = [_card(draft, place, k) for k, place in enumerate(_places(draft.document))]
    return tuple(found)


def _places(document: Mapping[str, Any]) -> Iterator[Place]:
    yield ()
    for kind in BLOCK_KINDS:
        blocks = document.get(kind, ())
        for k, block in enumerate(blocks if isinstance(blocks, list) else ()):
            if isinstance(block, Mapping):
                yield kind, k


def _card(draft: Draft, place: Place, index: int) -> Card:
    document = draft.document
    block = value_in(document, place)
    shapes = tuple(terms_of(document, place))
    errors = tuple(error for error in draft.errors if _is_of(error, place))
    at = _at_fields([shape for shape in shapes if not shape.listed], errors)
    return Card(
        index=index,
        path=path_of(place),
        article=str(block.get("article", "-")) if place[:1] == ("provision",) else "-",
        kind="treaty" if not place else str(block.get("type", "provision") if place[0] == "provision" else place[0]),
        heading=heading(document, place, block),
        prose=prose(document, place, block),
        fields=tuple(_field(draft, shape, at.get(shape.place, ())) for shape in shapes if not shape.listed),
        lists=tuple(_entries(document, shape) for shape in shapes if shape.listed),
        errors=errors,
        removable=place[:1] in (("provision",), ("event",), ("matter",), ("variant",)),
    )


def _field(draft: Draft, shape: Shape, errors: Sequence[FieldError]) -> Field:
    path = path_of(shape.place)
    value = value_of(draft.document, shape)
    entered = draft.entered.get(path)
    told = [*(draft.refusal(path) if path in draft.entered else ()), *errors]
    return Field(
        path=path,
        label=shape.label,
        control=shape.control,
        value=value,
        min=shape.least,
        max=shape.most,
        step=shape.step,
        choices=shape.choices,
        names=shape.names,
        unit=shape.unit,
        help=shape.help,
        error=" ".join(dict.fromkeys(_in_words(error, path) for error in told)) or None,
        entered=entered,
        default=shape.default,
        required=shape.required,
        more=shape.more,
        toml=shape.toml,
    )


def value_of(document: Mapping[str, Any], shape: Shape) -> Any:
    """What the file says at a field: a number that is written without its range is the value of it."""
    value = value_in(document, shape.place)
    if value is None and shape.place[-1] == "value":
        holder = value_in(document, shape.place[:-1])
        value = None if isinstance(holder, (Mapping, list)) else holder
    if value is None:
        return None
    if shape.toml:
        return value if isinstance(value, str) and value in shape.choices else in_toml(value)
    if shape.control == "list" and isinstance(value, str):
        return [value]
    return value


def _entries(document: Mapping[str, Any], shape: Shape) -> EntryList:
    there = value_in(document, shape.place)
    count = len(there) if isinstance(there, list) else 0
    return EntryList(
        path_of(shape.place), shape.label, shape.help, tuple(path_of((*shape.place, k)) for k in range(count))
    )


def _is_of(error: FieldError, block: Place) -> bool:
    """Whether an error belongs to a block; to the treaty as a whole whatever belongs to none."""
    place = place_of(error.path) if error.path else ()
    if block:
        return place[:2] == block
    return len(place) < 2 or not isinstance(place[1], int)


def _at_fields(shapes: Sequence[Shape], errors: Sequence[FieldError]) -> dict[Place, tuple[FieldError, ...]]:
    """Each error at the field that it is about: at its place, at its number, else at the first field below."""
    found: dict[Place, tuple[FieldError, ...]] = {}
    known = [shape.place for shape in shapes]
    for error in errors:
        place = place_of(error.path) if error.path else ()
        below = [at for at in known if place and len(place) > 2 and at[: len(place)] == place]
        at = next((one for one in (place, (*place, "value")) if one in known), below[0] if below else None)
        if at is not None:
            found[at] = (*found.get(at, ()), error)
    return found


def _in_words(error: FieldError, path: str) -> str:
    """An error beside a field; where it is, if it is not about this one."""
    said = f"{error.problem}; {error.remedy}" if error.remedy else error.problem
    if not error.path or path == error.path or path.startswith(f"{error.path}."):
        return said
    return f"{error.path}: {said}"


@cache
def library() -> tuple[LibraryEntry, ...]:
    """Every clause and preset of the library, group by group."""
    return tuple(
        LibraryEntry(entry.type, entry.title, entry.group, f"{entry.about.partition('. ')[0].rstrip('.')}.")
        for entry in catalogue(examples=False)
    )


def draft_json(draft: Draft) -> dict[str, Any]:
    """The draft as ``GET /api/draft`` tells it.

    Keys: revision, title, saved, file, restored, parties, cards, library, errors, can_undo, can_redo, text.
    """
    with draft.lock:
        parties = draft.document.get("party", [])
        return {
            "revision": draft.revision,
            "title": draft.title,
            "saved": draft.saved,
            "file": draft.file.name,
            "restored": draft.restored,
            "parties": [
                {"id": block.get("id"), "name": block.get("name")} for block in parties if isinstance(block, Mapping)
            ],
            "cards": [asdict(card) for card in cards(draft)],
            "library": [asdict(entry) for entry in library()],
            "errors": [asdict(error) for error in draft.errors],
            "can_undo": draft.can_undo,
            "can_redo": draft.can_redo,
            "text": draft.text,
        }
