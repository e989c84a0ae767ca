"""Ids that one block of a treaty file uses and another declares."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator

from pydantic import BaseModel

from treaties.model.errors import Place
from treaties.model.quantity import Quantity
from treaties.model.references import Kind, keyed_maps, references


def cross_reference_faults(
    blocks: Iterable[tuple[Place, BaseModel]], known: dict[Kind, list[str]]
) -> Iterator[tuple[Place, str, str]]:
    """Ids that are used but not declared, or declared twice, as (place, problem, remedy).

    ``known`` holds the ids of every kind; of a kind that is left out nothing is known and nothing is reported.
    """
    seen: dict[tuple[str, str], Place] = {}
    for place, block in blocks:
        identifier = getattr(block, "id", None)
        if isinstance(identifier, str):
            kind = str(place[0])
            if (kind, identifier) in seen:
                yield (*place, "id"), f"the {kind} {identifier!r} is declared twice", "give each its own id"
            seen.setdefault((kind, identifier), place)
        for inner, kind, name in references(block):
            if name not in known.get(kind, [name]):
                yield (*place, *inner), *_unknown(kind, name, known)
        for inner, kind, keys in keyed_maps(block):
            if kind not in known:
                continue
            for key in keys:
                if key not in known[kind]:
                    yield (*place, *inner, key), *_unknown(kind, key, known)
            needs = getattr(block, "needs_number", None)
            of_numbers = all(isinstance(value, (Quantity, tuple)) for value in getattr(block, str(inner[0])).values())
            for name in known[kind]:
                if name not in keys and (needs is None or needs(inner[0], name)):
                    what = "gives no number for" if of_numbers else "says nothing of"
                    yield (*place, *inner), f"{what} {name}", f"add {name} = …"
        for inner, names in _listed(block):
            for k, name in itertools.pairwise(sorted(names)):
                if k == name:
                    yield (*place, *inner), f"names {name!r} twice", "name each once"


def _unknown(kind: Kind, name: str, known: dict[Kind, list[str]]) -> tuple[str, str]:
    """What is wrong with an id that is not known as what it should be, and what to do."""
    if kind == "party" and name in known.get("actor", ()):
        return f"{name!r} signs nothing (signatory = false)", f"name a signatory: {', '.join(known[kind])}"
    return f"there is no {'party' if kind == 'actor' else kind} {name!r}", _declared(kind, known[kind])


def _declared(kind: str, names: list[str]) -> str:
    if not names:
        return f"declare it with [[{kind}]], or leave the field out"
    plural = "parties" if kind in ("party", "actor") else f"{kind}s"
    return f"declared {plural}: {', '.join(dict.fromkeys(names))}"


def _listed(block: BaseModel) -> Iterator[tuple[Place, list[str]]]:
    places: dict[Place, list[str]] = {}
    for inner, _, name in references(block):
        if isinstance(inner[-1], int):
            places.setdefault(inner[:-1], []).append(name)
    yield from places.items()
