"""Evidence about game trees: every kind has a reader, survives its file, and is refused where it is wrong."""

from __future__ import annotations

import json
from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from games.certificates.reading import CertificateError
from games.certificates.trees.certificate import TreeCertificate
from games.certificates.trees.files import read_tree_certificate, tree_kinds, write_tree_certificate
from games.extensive_form import (
    ExtensiveGame,
    answer,
    backward_induction,
    pure_bayesian_equilibria,
    sequential_equilibrium,
    solve_zero_sum,
)
from games.extensive_form.classics import beer_quiche, chain_store, kuhn_poker


@cache
def examples() -> dict[str, tuple[ExtensiveGame, TreeCertificate]]:
    signalling, poker, chain = beer_quiche(), kuhn_poker(), chain_store(2)
    return {
        "bayesian-assessment": (signalling, pure_bayesian_equilibria(signalling)[0]),
        "equilibrium-profile": (chain, backward_induction(chain).certificate),
        "sequential-assessment": (signalling, sequential_equilibrium(signalling).certificate),
        "zero-sum-value": (poker, solve_zero_sum(poker).certificate),
    }


KINDS = sorted(examples())


def test_every_kind_has_an_example_and_its_own_name() -> None:
    assert set(tree_kinds()) == set(KINDS)
    assert {kind: type(certificate) for kind, (_, certificate) in examples().items()} == dict(tree_kinds())
    assert set(TreeCertificate.__subclasses__()) == set(tree_kinds().values())


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_accepted_also_after_writing_and_reading(kind: str, tmp_path: Path) -> None:
    game, certificate = examples()[kind]
    assert certificate.check(game).accepted
    again = read_tree_certificate(write_tree_certificate(certificate, tmp_path / "evidence.json"))
    assert again == certificate
    assert again.check(game).accepted


@pytest.mark.parametrize("kind", KINDS)
def test_another_game_is_refused(kind: str) -> None:
    _, certificate = examples()[kind]
    report = certificate.check(chain_store(3))
    assert not report.accepted
    assert report.place == "game_digest"


def rationals(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Places of the exact numbers of a document."""
    if isinstance(node, (dict, list)):
        for key, value in node.items() if isinstance(node, dict) else enumerate(node):
            if key not in ("format", "kind", "game_digest"):
                yield from rationals(value, (*path, key))
    elif isinstance(node, str):
        yield path


@pytest.mark.parametrize("kind", KINDS)
def test_a_negative_or_greater_number_anywhere_is_refused(kind: str) -> None:
    """Probabilities leave their law, payoffs are not what play brings, and bounds on a value cross it."""
    game, certificate = examples()[kind]
    document = certificate.to_json()
    places = list(rationals(document))
    assert len(places) > 4
    for path in places:
        old = Fraction(document[path[0]] if len(path) == 1 else _at(document, path))
        change = -1 if path == ("upper",) else 1
        tampered = json.loads(json.dumps(document))
        parent = _at(tampered, path[:-1])
        parent[path[-1]] = str(old + change)
        report = read_tree_certificate(tampered).check(game)
        assert not report.accepted, path
        assert report.problem


def _at(node: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        node = node[key]
    return node


@pytest.mark.parametrize(("document", "message"), [
    ({}, "'kind' is missing"),
    ({"kind": "oath"}, "kind: 'oath' is unknown; known kinds are bayesian-assessment, equilibrium-profile, seq"),
    ({"kind": 3}, "kind: 3 is unknown"),
    ({"kind": "zero-sum-value"}, "'format' is missing"),
    ({"kind": "zero-sum-value", "format": "servanda-certificate/1"}, "read it as what it is"),
])
def test_what_is_no_evidence_is_refused_in_words(document: dict[str, Any], message: str, tmp_path: Path) -> None:
    path = tmp_path / "evidence.json"
    path.write_text(json.dumps(document))
    with pytest.raises(CertificateError, match=message):
        read_tree_certificate(path)


def test_files_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    with pytest.raises(CertificateError, match="cannot be read"):
        read_tree_certificate(tmp_path / "absent.json")
    broken = tmp_path / "broken.json"
    broken.write_text("{")
    with pytest.raises(CertificateError, match=r"broken\.json.*write the file again"):
        read_tree_certificate(broken)


def test_what_answers_a_tree_is_one_of_these() -> None:
    given = answer(chain_store(2)).certificate
    assert type(given) in tree_kinds().values()


@pytest.mark.parametrize(("old", "new", "said"), [
    ('"kind"', '"kind": "zero-sum-value", "kind"', "appears twice"),
    ('"-1/18"', "NaN", "is no number"),
])
def test_files_that_say_a_thing_twice_or_have_no_numbers_are_refused(
    old: str, new: str, said: str, tmp_path: Path
) -> None:
    _, certificate = examples()["zero-sum-value"]
    file = write_tree_certificate(certificate, tmp_path / "proof.json")
    text = file.read_text(encoding="utf-8")
    assert old in text and read_tree_certificate(file) == certificate
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(CertificateError, match=said):
        read_tree_certificate(file)
