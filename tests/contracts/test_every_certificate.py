"""What every certificate owes, whichever kind it is: found by class, with at least one example of each."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from fractions import Fraction
from importlib import import_module
from inspect import isabstract
from pathlib import Path
from pkgutil import walk_packages
from typing import Any

import jsonschema
import pytest

from games import certificates
from games.certificates import certificate_file
from games.certificates.certificate import Certificate
from games.certificates.certificate_file import certificate_text, read_certificate, write_certificate
from games.certificates.reading import CertificateError
from games.model.stochastic_game import GameError, StochasticGame
from games.replication.bibliography import bibliography
from tests.support.example_certificates import dilemma, examples
from treaties.findings.proof_words import PROOFS

NAMES = list(examples())
SECTIONS = ("cells", "cuts", "points", "steps")
SCHEMA = json.loads((Path(certificate_file.__file__).parent / "servanda-certificate.schema.json").read_text())


def example(name: str) -> tuple[StochasticGame, Certificate]:
    return examples()[name]


def subclasses() -> list[type[Certificate]]:
    found, waiting = [], [Certificate]
    while waiting:
        for sub in waiting.pop().__subclasses__():
            waiting.append(sub)
            if sub.__module__.startswith("games.") and sub.__module__ in sys.modules:
                found.append(sub)
    return found


def test_every_kind_has_an_example_a_reader_and_a_schema() -> None:
    shown = {type(certificate) for _, certificate in examples().values()}
    kinds = [found for found in subclasses() if not isabstract(found)]
    assert set(kinds) == shown
    assert len({kind.kind for kind in kinds}) == len(kinds)
    assert {kind.kind: kind for kind in kinds} == certificate_file.kinds()
    assert {kind.kind for kind in kinds} == set(SCHEMA["properties"]["kind"]["enum"])


def evidence() -> list[type[Any]]:
    """Every class of evidence in the folder, those about game trees and coalitions included."""
    modules = [import_module(found.name) for found in walk_packages(certificates.__path__, "games.certificates.")]
    classes = {thing for module in modules for thing in vars(module).values() if isinstance(thing, type)}
    return sorted((c for c in classes if isinstance(vars(c).get("kind"), str)), key=lambda c: str(vars(c)["kind"]))


def test_every_kind_of_evidence_has_a_name_of_its_own_and_names_its_source() -> None:
    found = evidence()
    assert set(certificate_file.kinds().values()) < set(found) and len({c.kind for c in found}) == len(found) >= 17
    for kind in found:
        for reference in kind.source.split("; "):
            assert re.match(r"[\w-][^()]* \(\d{4}\)(, .+)?$", reference), (kind, reference)


def test_every_kind_is_told_in_plain_words_and_its_sources_are_in_the_bibliography() -> None:
    assert set(PROOFS) == set(certificate_file.kinds())
    entries = "\n".join(bibliography().values())
    for kind in certificate_file.kinds().values():
        for reference in kind.source.split("; "):
            first, year = re.findall(r"^(\w+).*\((\d{4})\)", reference)[0]
            assert re.search(rf"^{first}, .*\({year}\)", entries, flags=re.MULTILINE), reference


@pytest.mark.parametrize("name", NAMES)
def test_is_accepted(name: str) -> None:
    game, certificate = example(name)
    report = certificate.check(game)
    assert report.accepted, (report.place, report.problem)
    assert report.claim and not report.place


@pytest.mark.parametrize("name", NAMES)
def test_survives_being_written_and_read(name: str, tmp_path: Path) -> None:
    game, certificate = example(name)
    path = tmp_path / "certificate.json"
    write_certificate(certificate, path)
    assert [p.name for p in tmp_path.iterdir()] == ["certificate.json"]
    again = read_certificate(path)
    assert again.to_json() == certificate.to_json()
    assert again.check(game).accepted
    jsonschema.validate(json.loads(path.read_text()), SCHEMA)


@pytest.mark.parametrize("name", NAMES)
def test_refuses_another_game(name: str) -> None:
    game, certificate = example(name)
    report = certificate.check(game.with_discount("0.123"))
    assert not report.accepted
    assert report.place == "game_digest"


def numbers(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Paths to every number in a document (also those inside strings), with a changed value for each."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield from numbers(value, (*path, key))
    elif isinstance(node, list):
        for k, value in enumerate(node):
            yield from numbers(value, (*path, k))
    elif isinstance(node, int) and not isinstance(node, bool):
        yield path, node + 1
    elif isinstance(node, str):
        for digit in re.finditer(r"\d+", node):
            changed = str(int(digit.group()) + 1).rjust(len(digit.group()), "0")
            yield path, node[:digit.start()] + changed + node[digit.end():]


def replaced(node: Any, path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    out = dict(node) if isinstance(node, dict) else list(node)
    out[path[0]] = replaced(node[path[0]], path[1:], value)
    return out


@pytest.mark.parametrize("name", NAMES)
def test_any_changed_number_is_refused_and_its_place_named(name: str) -> None:
    game, certificate = example(name)
    document = json.loads(certificate_text(certificate))
    changes = list(numbers(document))
    assert len(changes) > 10
    for path, value in changes:
        tampered = replaced(document, path, value)
        try:
            report = read_certificate(tampered).check(game)
        except CertificateError as error:
            assert str(error).split(":")[0], path
            continue
        assert not report.accepted, path
        outer = path[0] if len(path) < 3 or path[0] not in SECTIONS else f"{path[0]}[{path[1]}]"
        assert report.place.startswith(outer), (path, report.place)
        if outer != path[0]:
            assert report.place in (f"{outer}.{path[2]}", f"{outer}.seal"), (path, report.place)


@pytest.mark.parametrize("name", NAMES)
def test_dropping_or_repeating_an_item_is_refused(name: str) -> None:
    game, certificate = example(name)
    document = json.loads(certificate_text(certificate))
    section = next(key for key in SECTIONS if key in document)
    for items in (document[section][1:], [*document[section], document[section][-1]]):
        try:
            report = read_certificate({**document, section: items}).check(game)
        except CertificateError as error:
            assert section in str(error)
            continue
        assert not report.accepted
        assert report.place.startswith(section)


def test_the_checker_imports_no_solver() -> None:
    code = ("import sys, games.certificates.certificate_file\n"
            "print([m for m in sys.modules if m.startswith(('games.solvers', 'numba', 'nashpy', 'quantecon'))])")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


MALFORMED: list[tuple[str, Any, str]] = [
    ("not an object", [1], "certificate: an object is expected"),
    ("no format", {"kind": "exclusion"}, "'format' is missing"),
    ("another format", {"format": "servanda-certificate/9"}, "format: 'servanda-certificate/9' cannot be read"),
    ("unknown kind", {"format": "servanda-certificate/1", "kind": "oath"}, "kind: 'oath' is unknown"),
]


@pytest.mark.parametrize(("what", "document", "message"), MALFORMED, ids=[m[0] for m in MALFORMED])
def test_malformed_documents_are_refused_in_words(what: str, document: Any, message: str, tmp_path: Path) -> None:
    path = tmp_path / "c.json"
    path.write_text(json.dumps(document))
    with pytest.raises(CertificateError, match=re.escape(message)):
        read_certificate(path)


EDITS: list[tuple[str, tuple[Any, ...], Any, str]] = [
    ("grim", ("cells", 0, "row"), "0", "cells[0].row: a whole number is expected"),
    ("grim", ("cells", 0, "row"), True, "cells[0].row: a whole number is expected"),
    ("grim", ("cells", 0, "then"), 0.5, "cells[0].then: a list is expected"),
    ("grim", ("cells", 0, "then"), [[0]], "cells[0].then[0]: a pair is expected"),
    ("grim", ("cells", 0, "then"), [[0, 0.5]], "cells[0].then[0]: an exact number is expected, found 0.5"),
    ("grim", ("cells", 0, "then"), [[0, "1/0"]], "cells[0].then[0]: an exact number is expected"),
    ("grim", ("cells", 0, "then"), [[0, "1e999999999"]], "cells[0].then[0]: an exact number is expected"),
    ("grim", ("cells", 0, "colour"), 1, "cells[0]: unknown field 'colour'"),
    ("grim", ("cells", 1), {"mode": 0, "state": 0, "row": 0, "then": 0, "punish": [0, 0]}, "has a cell in state 0"),
    ("grim", ("cells",), {}, "cells: a list is expected"),
    ("grim", ("concept",), "common sense", "concept: 'common sense' is unknown"),
    ("grim", ("claim", "margin"), "much", "claim.margin: an exact number is expected"),
    ("pennies", ("cells", 0, "row"), 0, "exactly one of 'row' and 'mix'"),
    ("impatient", ("claim", "player"), None, "claim.player: a whole number is expected"),
    ("generated", ("points", 0, "then"), [0], "points[0].then[0]: a list is expected"),
    ("excluded plan", ("places",), 10**6, "places: 1000000 is not possible"),
    ("excluded plan", ("steps", 0, "step"), "leap", "steps[0].step: 'leap' is unknown"),
    ("excluded plan", ("steps", 0, "levels", 0), "0.12345678901234567", "decimal places"),
    ("no equilibrium", ("claim",), {}, "claim: write"),
    ("public grim", ("cells", 0, "then", 0), [0], "cells[0].then[0]: two entries are expected"),
    ("public grim", ("cells", 0, "then", 0, 0), [[0, 0], [0, 0]], "outcome [0, 0] is listed already"),
    ("public grim", ("cells", 0, "payoffs", 0), 0.5, "cells[0].payoffs[0]: an exact number is expected"),
    ("excluded in public", ("directions", 0), [1], "directions[0]: two entries are expected"),
    ("excluded in public", ("cuts", 0, "family"), "kin", "cuts[0].family: 'kin' is unknown"),
    ("excluded in public", ("cuts", 0, "rows", 0), [0], "cuts[0].rows[0]: a row and its multipliers are expected"),
    ("no public equilibrium", ("cuts", 0, "rows", 0, 2), "ever", "cuts[0].rows[0]: a row and its multipliers"),
    ("no public equilibrium", ("cuts", 0, "rows", 0, 1, 0), [0, 1], "a player, a row and a multiplier are expected"),
]


@pytest.mark.parametrize(("name", "path", "value", "message"), EDITS, ids=[f"{e[0]} {e[3][:40]}" for e in EDITS])
def test_malformed_parts_are_refused_in_words(name: str, path: tuple[Any, ...], value: Any, message: str) -> None:
    document = json.loads(certificate_text(example(name)[1]))
    parent = document
    for key in path[:-1]:
        parent = parent[key]
    parent[path[-1]] = value
    with pytest.raises(CertificateError, match=re.escape(message)):
        read_certificate(document)


@pytest.mark.parametrize(("content", "message"), [
    ("{", "line 1"), ('{"format": NaN}', "NaN is no number"), ('{"a": 1, "a": 2}', "'a' appears twice"),
    ("[" * 100000, "write the certificate again"), ('{"a": ' + "9" * 5000 + "}", "write the certificate again"),
])
def test_what_is_no_json_is_refused_in_words(content: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "c.json"
    path.write_text(content)
    with pytest.raises(CertificateError, match=re.escape(message)):
        read_certificate(path)
    with pytest.raises(CertificateError, match="cannot be read"):
        read_certificate(tmp_path / "absent.json")
    assert issubclass(CertificateError, GameError)


def test_a_failed_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "c.json"
    write_certificate(example("grim")[1], path)
    before = path.read_text()
    monkeypatch.setattr("os.replace", lambda *_: (_ for _ in ()).throw(OSError("full")))
    with pytest.raises(GameError, match="full"):
        write_certificate(example("forgiving")[1], path)
    assert path.read_text() == before
    assert [p.name for p in tmp_path.iterdir()] == ["c.json"]


def test_numbers_keep_their_exact_value() -> None:
    game, certificate = example("generated")
    again = read_certificate(json.loads(certificate_text(certificate)))
    assert again.points[0][2].payoff == (Fraction(8, 3), Fraction(0))  # type: ignore[attr-defined]
    assert game.digest == dilemma("1/2").digest
