"""Reading evidence of every kind: whatever is malformed, missing or unknown is named with its place."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

import pytest

from games.certificates.certificate_file import certificate_text, read_certificate
from games.certificates.core_evidence import BalancedCollection, CorePoint
from games.certificates.reading import CertificateError
from games.certificates.trees.files import read_tree_certificate
from games.coalitions import core
from games.extensive_form import backward_induction, pure_bayesian_equilibria, solve_zero_sum
from games.extensive_form.classics import beer_quiche, chain_store, kuhn_poker
from tests.support.example_certificates import examples

Reader = Callable[[Mapping[str, Any]], object]
Path = tuple[str | int, ...]

OPTIONAL = {
    ("claim", "margin"), ("claim", "payoffs"), ("claim", "low"), ("claim", "high"), ("claim", "target"),
    ("claim", "clock"),
    ("cells", "path"), ("cells", "path_joint"), ("cells", "then_at"), ("cells", "punish_at"), ("cuts", "direction"),
    ("steps", "multipliers"), ("steps", "dropped"), ("steps", "worst"), ("steps", "options"), ("steps", "farkas")}
"""Fields of which a part of the section need not have any."""

EITHER = ("empty", "plan", "point", "row", "mix", "deviation", "next")
"""Fields of which one or another is there."""


@cache
def documents() -> dict[str, tuple[dict[str, Any], Reader]]:
    """One document of every kind (and shape of claim), and what reads it."""
    out: dict[str, tuple[dict[str, Any], Reader]] = {
        name: (json.loads(certificate_text(certificate)), read_certificate)
        for name, (_, certificate) in examples().items()}
    for tree in (
        backward_induction(chain_store(2)).certificate, pure_bayesian_equilibria(beer_quiche())[0],
        solve_zero_sum(kuhn_poker()).certificate,
    ):
        out[tree.kind] = tree.to_json(), read_tree_certificate
    out["core point"] = core([0, 0, 0, 1], 2).evidence.to_json(), CorePoint.from_json
    out["empty core"] = core([0, 0, 0, 1, 0, 1, 1, 1], 3).evidence.to_json(), BalancedCollection.from_json
    return out


def parts(node: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Paths to the parts of a document; of lists the first and the last entry."""
    if path:
        yield path, node
    if isinstance(node, dict):
        for key in node.keys() - {"seal"}:
            yield from parts(node[key], (*path, key))
    elif isinstance(node, list):
        for k in sorted({0, len(node) - 1} & set(range(len(node)))):
            yield from parts(node[k], (*path, k))


def replaced(node: Any, path: Path, value: Any) -> Any:
    if not path:
        return value
    out: Any = dict(node) if isinstance(node, dict) else list(node)
    out[path[0]] = replaced(node[path[0]], path[1:], value)
    return out


def written(path: Path) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).removeprefix(".")


def complaint(reader: Reader, document: Mapping[str, Any]) -> str:
    with pytest.raises(CertificateError) as error:
        reader(document)
    assert len(str(error.value).split()) > 3
    return str(error.value)


NAMES = list(documents())


@pytest.mark.parametrize("name", NAMES)
def test_a_part_of_the_wrong_type_is_refused_with_its_place(name: str) -> None:
    """One half as a JSON number is nothing that any part may be; the place need not go further down than a field."""
    document, reader = documents()[name]
    for path, _ in parts(document):
        place = complaint(reader, replaced(document, path, 0.5)).split(":")[0]
        assert place in {written(path[:1]), written(path[:2])} or place.startswith(written(path[:3])), (path, place)


@pytest.mark.parametrize("name", NAMES)
def test_fields_that_are_missing_or_unknown_are_refused_with_their_place(name: str) -> None:
    document, reader = documents()[name]
    for path, node in [((), document), *parts(document)]:
        if not isinstance(node, dict) or path == ("claim", "plan"):
            continue
        here = written(path) or "certificate"
        said = complaint(reader, replaced(document, path, {**node, "colour": "blue"}))
        assert said.startswith(f"{here}: unknown field 'colour'"), (path, said)
        for key in node.keys() - {"seal"}:
            if not path or (path[0], key) not in OPTIONAL:
                said = complaint(reader, replaced(document, path, {k: v for k, v in node.items() if k != key}))
                assert said.startswith(f"{here}: "), (path, key, said)
                assert f"{key!r} is missing; add it" in said or key in EITHER, said
