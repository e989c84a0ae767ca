"""A block of a clause with placeholders for the terms that it needs, made from its model and validated in a treaty."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, final, get_args, get_origin

from annotated_types import Ge, Le
from pydantic import BaseModel, BeforeValidator

from treaties.linting.clauses import lint
from treaties.model.provision import Provision
from treaties.model.quantity import Quantity, Within
from treaties.model.references import KeyedBy, RefersTo, marks_on
from treaties.reading.document import validate_document

NUMBERS = (2, 1, 0, 3)
"""Whole numbers that are tried, one for all terms of a block."""
MOST_MORE = 2
"""Terms that a clause can do without are added, so many at most, where it is refused or odd otherwise."""
MOST_TRIED = 40
"""Legal blocks that are tried for one that is not odd."""


def example_block(
    clause: type[Provision], document: Mapping[str, Any], *, ranged: bool = False, tries: int = MOST_TRIED
) -> dict[str, Any] | None:
    """A block that adds a clause of this kind to a treaty, a parsed document; None if none was found.

    ``tries``  legal blocks that are looked at for one that is not odd, which takes longest; 1: the first legal one.

    It gives the terms that the clause needs, and as few more as make it legal and, if possible, unsuspicious; the
    numbers mean nothing, ``ranged`` ones have a range.  Of several parties, matters and events the first are named.
    """
    best: tuple[int, dict[str, Any]] | None = None
    for block in itertools.islice(_legal(clause, document, ranged), tries):
        if tries == 1:
            return block
        oddities = _oddities({**document, "provision": [*document.get("provision", []), block]})
        if best is None or oddities < best[0]:
            best = (oddities, block)
        if not oddities:
            break
    return None if best is None else best[1]


def example_entry(model: type[BaseModel], document: Mapping[str, Any]) -> dict[str, Any] | None:
    """Placeholders for the fields that a table inside a block needs; None if there are none for one of them."""
    try:
        return _Filler(document, NUMBERS[0], False).fields(model, [n for n, f in model.model_fields.items()
                                                                   if f.is_required()])  # fmt: skip
    except _Unknown:
        return None


def _legal(clause: type[Provision], document: Mapping[str, Any], ranged: bool) -> Iterator[dict[str, Any]]:
    """Blocks that the treaty can take, those of fewer terms first."""
    written = document.get("provision", [])
    needed = [n for n, f in clause.model_fields.items() if f.is_required()]
    spare = [n for n in clause.model_fields if n not in Provision.model_fields and n not in needed]
    taken = {str(block.get("article")) for block in written}
    article = next(number for number in map(str, itertools.count(len(written) + 1)) if number not in taken)
    head = {"type": clause.model_fields["type"].default, "article": article}
    given = clause.example_terms(_ids(document, "party"), _third_parties(document), _ids(document, "matter"))
    if given is not None and clause.preset_of is None:
        block = head | dict(given)
        if validate_document({**document, "provision": [*written, block]})[0] is not None:
            yield block
        return
    for count, number in itertools.product(range(MOST_MORE + 1), NUMBERS):
        for more in itertools.combinations(spare, count):
            try:
                block = head | _Filler(document, number, ranged).fields(clause, [*needed, *more])
            except _Unknown:
                continue
            if validate_document({**document, "provision": [*written, block]})[0] is not None:
                yield block


def _oddities(document: Mapping[str, Any]) -> int:
    """What is odd in a treaty, errors before warnings."""
    treaty, _ = validate_document(document)
    assert treaty is not None
    return sum({"error": 100, "warning": 1}.get(finding.severity, 0) for finding in lint(treaty))


def _ids(document: Mapping[str, Any], kind: str) -> list[str]:
    """Ids that a document declares; of parties those that sign."""
    return [block["id"] for block in document.get(kind, []) if block.get("signatory", True)]


def _third_parties(document: Mapping[str, Any]) -> list[str]:
    return [block["id"] for block in document.get("party", []) if not block.get("signatory", True)]


class _Unknown(Exception):
    """A term for which there is no placeholder."""


@final
@dataclass
class _Filler:
    """Placeholders for one block: each term that names one party names the next."""

    document: Mapping[str, Any]
    number: int
    ranged: bool
    parties: Iterator[str] = field(init=False)

    def __post_init__(self) -> None:
        self.parties = itertools.cycle(self._ids("party"))

    def _ids(self, kind: str) -> list[str]:
        return _ids(self.document, kind)

    @property
    def _articles(self) -> list[str]:
        return ["1", *(str(block.get("article", "-")) for block in self.document.get("provision", []))]

    def fields(self, model: type[BaseModel], names: Sequence[str]) -> dict[str, Any]:
        """Values of some fields of a model, by their names in files."""
        found = {}
        for name in names:
            of = model.model_fields[name]
            found[of.alias or name] = self._value(of.annotation, marks_on(of))
        return found

    def _value(self, annotation: Any, marks: Sequence[Any]) -> Any:
        origin, arguments = get_origin(annotation), get_args(annotation)
        if hasattr(annotation, "__metadata__"):
            return self._value(arguments[0], marks)
        if annotation is Quantity:
            return self._amount(marks)
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            return self.fields(annotation, [n for n, f in annotation.model_fields.items() if f.is_required()])
        if origin is Literal:
            return arguments[0]
        if origin is dict and any(isinstance(mark, KeyedBy) for mark in marks):
            ids = self._ids("party")
            return dict.fromkeys(ids, 1.0 / len(ids) if _middle(marks) < 1.0 else 1.0)
        if origin is tuple:
            return self._entries(arguments[0], marks)
        if type(None) in arguments or origin is not None:
            return self._value(next(a for a in arguments if a is not type(None)), marks)
        if annotation is int:
            least: list[Any] = [mark.ge for mark in marks if isinstance(mark, Ge)]
            most: list[Any] = [mark.le for mark in marks if isinstance(mark, Le)]
            return min([max([self.number, *least]), *most])
        if annotation is bool:
            return True
        if annotation is str:
            return self._text(marks)
        raise _Unknown

    def _entries(self, entry: Any, marks: Sequence[Any]) -> list[Any]:
        """One entry, or one for each party where entries are tables that name one."""
        model = get_args(entry)[0] if hasattr(entry, "__metadata__") else entry
        tables = isinstance(model, type) and issubclass(model, BaseModel)
        each = tables and any(_names_a_party(f) for f in model.model_fields.values())
        return [self._value(entry, marks) for _ in (self._ids("party") if each else ("one",))]

    def _amount(self, marks: Sequence[Any]) -> float | dict[str, Any]:
        value = _middle(marks)
        if not self.ranged:
            return value
        low = max([round(0.6 * value, 3), *(mark.minimum for mark in marks if isinstance(mark, Within))])
        high = min([round(1.4 * value, 3), *(mark.maximum for mark in marks if isinstance(mark, Within))])
        return placeholder(value, low, high)

    def _text(self, marks: Sequence[Any]) -> str:
        kinds = [mark.kind for mark in marks if isinstance(mark, RefersTo)]
        if not kinds:
            return (
                str(self._articles[-1]) if any(isinstance(mark, BeforeValidator) for mark in marks) else "to be named"
            )
        if kinds[0] == "party":
            return next(self.parties)
        ids = self._ids(kinds[0])
        if not ids:
            raise _Unknown
        return ids[0]


def placeholder(value: float, low: float, high: float) -> dict[str, Any]:
    """A number that stands for one to come, with a range."""
    return {"value": value, "low": low, "high": high, "source": "placeholder", "confidence": "low"}


def _middle(marks: Sequence[Any]) -> float:
    """The middle of the range of a quantity; 1 where it has none."""
    spans = [mark for mark in marks if isinstance(mark, Within)]
    low, high = (
        max([0.0, *(span.minimum for span in spans)]),
        min(span.maximum for span in spans) if spans else math.inf,
    )
    return (low + high) / 2 if math.isfinite(high) else 1.0


def _names_a_party(of: Any) -> bool:
    marks = marks_on(of)
    return of.is_required() and any(isinstance(mark, RefersTo) and mark.kind == "party" for mark in marks)
