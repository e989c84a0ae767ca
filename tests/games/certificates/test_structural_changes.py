"""Evidence whose structure was changed at random: an error in words or a report, whatever stands where."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest

from games.certificates.certificate_file import certificate_text, read_certificate
from games.certificates.core_evidence import BalancedCollection, CorePoint
from games.certificates.reading import CertificateError
from games.certificates.trees.files import read_tree_certificate
from games.extensive_form import backward_induction, pure_bayesian_equilibria, solve_zero_sum
from games.extensive_form.classics import beer_quiche, chain_store, kuhn_poker
from tests.support.example_certificates import examples
from tests.support.resealing import resealed

Path = tuple[str | int, ...]

VALUES: list[Any] = [
    None, True, False, 0, 1, -1, 2, 10**30, -(10**30), 10**400, "", "x", "1/3", "-1/7", "1e-400", "NaN", "1/0",
    "9" * 1999, "0." + "0" * 1990 + "1", "9" * 1000 + "/" + "7" * 4000, [], [[]], [0], [1, 1], {}, {"a": 1}, [{}],
    [[0, "1/2"], [1, "1/2"]], "\ud800", [["C", "C"]], {"s0": []}, {"s0": [[]]},
]
"""What may come to stand anywhere: other types, empty, huge, tiny, text that is no text."""


def paths(node: Any, path: Path = ()) -> Iterator[Path]:
    yield path
    entries = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, inner in entries:
        if key != "seal":
            yield from paths(inner, (*path, key))


def at(node: Any, path: Path) -> Any:
    for step in path:
        node = node[step]
    return node


def changed(rng: random.Random, document: dict[str, Any]) -> dict[str, Any]:
    """A document with one to three parts replaced, left out, nested, repeated or exchanged."""
    out: dict[str, Any] = deepcopy(document)
    for _ in range(rng.choice([1, 1, 2, 3])):
        places = [p for p in paths(out) if p]
        if not places:
            return out
        place = rng.choice(places)
        parent, key = at(out, place[:-1]), place[-1]
        old = parent[key]
        what = rng.randrange(6)
        if what == 0:
            del parent[key]
        elif what == 1:
            parent[key] = [old]
        elif what == 2:
            parent[key] = deepcopy(at(out, rng.choice(places)))
        elif what == 3 and isinstance(parent, list):
            parent.insert(int(key), deepcopy(old))
        elif what == 4 and isinstance(old, int):
            parent[key] = old + rng.choice([-1, 1, 2, 10**9, -old])
        else:
            parent[key] = deepcopy(rng.choice(VALUES))
    return out


def survive(seed: int, number: int) -> None:
    """Read, check and tell changed evidence of every kind: only ``CertificateError`` may be raised, by reading."""
    rng = random.Random(seed)
    for name, (game, certificate) in examples().items():
        document = json.loads(certificate_text(certificate))
        for k in range(number):
            other = changed(rng, document)
            try:
                found = read_certificate(resealed(other) if rng.random() < 0.9 else other)
            except CertificateError:
                continue
            report = found.check(game)
            if report.accepted:
                assert found.claim(game), (name, seed, k)
            else:
                assert report.place and report.problem and report.claim, (name, seed, k)
            json.dumps([found.to_json(), dict(report.numbers)], allow_nan=False)


def survive_other_kinds(seed: int, number: int) -> None:
    """The same of evidence about game trees and cores."""
    rng = random.Random(seed)
    store, beer, poker = chain_store(2), beer_quiche(), kuhn_poker()
    trees: list[tuple[Any, Any]] = [
        (store, backward_induction(store).certificate), (beer, pure_bayesian_equilibria(beer)[0]),
        (poker, solve_zero_sum(poker).certificate)]
    half = [[[0, 1], "1/2"], [[1, 2], "1/2"], [[0, 2], "1/2"]]
    kinds: list[tuple[dict[str, Any], Any, Any]] = [
        *((evidence.to_json(), read_tree_certificate, game) for game, evidence in trees),
        ({"kind": "core-point", "payoffs": ["1/2", "1/2"]}, CorePoint.from_json, len),
        ({"kind": "balanced-collection", "players": 3, "weights": half}, BalancedCollection.from_json,
         lambda members: int(len(members) > 1))]
    for document, read, about in kinds:
        for _ in range(number):
            try:
                found = read(changed(rng, document))
            except CertificateError:
                continue
            report = found.check(about)
            assert report.accepted or (report.place and report.problem), report


def test_structure_changed_at_random_ends_in_words() -> None:
    survive(1, 40)
    survive_other_kinds(1, 150)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2, 4))
def test_much_structure_changed_at_random_ends_in_words(seed: int) -> None:
    survive(seed, 400)
    survive_other_kinds(seed, 1500)
