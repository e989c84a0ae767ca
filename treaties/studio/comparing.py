"""Two drafts side by side: what differs term by term, both verdicts, and what each party has from either."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, final

from treaties.model.errors import Place
from treaties.model.treaty import Treaty
from treaties.reading.variants import document_of
from treaties.studio.judging import Verdict, computed
from treaties.studio.prose import heading, in_words, is_ranged, names_in, prose
from treaties.studio.terms import HEADER


@final
@dataclass(frozen=True)
class Change:
    """One term that two texts say differently: where, as a path of variants; None where one says nothing of it."""

    path: str
    label: str
    left: str | None
    right: str | None


@final
@dataclass(frozen=True)
class Side:
    """One of the two texts."""

    title: str
    verdict: Verdict


@final
@dataclass(frozen=True)
class Comparison:
    """Both texts, and what differs between them, clause by clause."""

    left: Side
    right: Side
    changes: tuple[Change, ...]

    def to_json(self) -> dict[str, Any]:
        """As ``POST /api/compare`` tells it."""
        return {
            "left": {"title": self.left.title, **self.left.verdict.to_json()},
            "right": {"title": self.right.title, **self.right.verdict.to_json()},
            "changes": [asdict(change) for change in self.changes],
        }


def changes(left: Treaty, right: Treaty) -> tuple[Change, ...]:
    """What two treaties say differently; clauses are matched by type and article, parties, matters and events by id."""
    here, there, names = _blocks(left), _blocks(right), {**left.names, **right.names}
    found: list[Change] = []
    for key in {**here, **there}:
        a, b = here.get(key), there.get(key)
        if a is None or b is None:
            only = a or b
            assert only is not None
            left_says, right_says = (None if block is None else block.prose for block in (a, b))
            found.append(Change(only.path, only.heading, left_says, right_says))
            continue
        for term in {**a.terms, **b.terms}:
            said, other = a.terms.get(term), b.terms.get(term)
            if said != other:
                words = ", ".join(names.get(step, step.replace("_", " ")) for step in term.split("."))
                label = f"{b.heading}: {words}" if key else words
                found.append(Change(f"{b.path}.{term}" if b.path else term, label, said, other))
    return tuple(found)


def compare(left: Treaty, right: Treaty, *, titles: tuple[str, str] = ("", "")) -> Comparison:
    """Compare two treaties; the verdicts are computed ones (``judging.computed``)."""
    sides = [
        Side(title or treaty.title, computed(treaty)) for treaty, title in zip((left, right), titles, strict=True)
    ]
    return Comparison(sides[0], sides[1], changes(left, right))


@final
@dataclass(frozen=True)
class _Block:
    """A block as it is compared: how paths name it, its heading, what it says, and its terms in words by name."""

    path: str
    heading: str
    prose: str
    terms: Mapping[str, str]


def _blocks(treaty: Treaty) -> dict[tuple[str, ...], _Block]:
    """The blocks of a treaty by what they are known by, the fields above all blocks under ()."""
    document = document_of(treaty)
    names = names_in(document)
    header = {name: document[name] for name in HEADER if name in document}
    found: dict[tuple[str, ...], _Block] = {(): _Block("", "", "", dict(_terms(header, names)))}
    for kind in ("party", "event", "matter", "provision"):
        for k, block in enumerate(document.get(kind, ())):
            place: Place = (kind, k)
            clause = kind == "provision"
            path = treaty.path_of(treaty.provisions[k]) if clause else f"{kind}.{block['id']}"
            known = (block["type"], str(block.get("article", "-"))) if clause else (block["id"],)
            key: tuple[str, ...] = (kind, *known)
            while key in found:
                key = (*key, "again")
            told = {name: value for name, value in block.items() if name not in _UNCOMPARED}
            found[key] = _Block(
                path, heading(document, place, block), prose(document, place, block), dict(_terms(told, names))
            )
    return found


_UNCOMPARED = frozenset({"id", "type", "article", "note", "source", "design"})


def _terms(value: Any, names: Mapping[str, str], within: str = "") -> Iterator[tuple[str, str]]:
    """Every term in a table, in words, by the steps that lead to it."""
    steps: Iterable[tuple[str, Any]] = ()
    if isinstance(value, Mapping) and not is_ranged(value):
        steps = ((str(key), item) for key, item in value.items())
    elif isinstance(value, list) and any(isinstance(item, Mapping) for item in value):
        steps = ((str(k), item) for k, item in enumerate(value))
    else:
        if value is not None:
            yield within, in_words(value, names)
        return
    for step, item in steps:
        yield from _terms(item, names, f"{within}.{step}" if within else step)
