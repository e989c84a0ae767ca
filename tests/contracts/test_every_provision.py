"""Every provision that is found in the folder: what it must say about itself, and the files that must show it."""

from __future__ import annotations

import inspect
import re
import tomllib
from pathlib import Path

import pytest
from pydantic import BaseModel

from treaties.model.names import inner_model
from treaties.provisions import all_provisions
from treaties.reading.schema import treaty_schema
from treaties.reading.treaty_file import read_treaty

ROOT = Path(__file__).parents[2]
FILES = ROOT / "tests" / "treaties" / "reading"
PROVISIONS = all_provisions()


def test_provisions_are_found_by_looking_into_the_folder() -> None:
    files = {path.stem for path in (ROOT / "treaties" / "provisions").glob("*.py")} - {"__init__"}
    assert set(PROVISIONS) == files, "one provision a file, named as its type"


@pytest.mark.parametrize("kind", PROVISIONS)
def test_it_describes_itself(kind: str) -> None:
    provision = PROVISIONS[kind]
    assert not inspect.isabstract(provision)
    assert provision.__doc__ and getattr(provision, "__final__", False)
    assert provision.title and provision.mechanism.endswith(".") and provision.reference
    assert provision.model_config.get("frozen") and provision.model_config.get("extra") == "forbid"
    assert provision.model_fields["type"].default == kind


@pytest.mark.parametrize("kind", PROVISIONS)
def test_every_field_is_described(kind: str) -> None:
    pending: list[type[BaseModel]] = [PROVISIONS[kind]]
    seen: set[type[BaseModel]] = set()
    while pending:
        model = pending.pop()
        if model in seen:
            continue
        seen.add(model)
        for name, field in model.model_fields.items():
            if name != "type":
                assert field.description and field.description.endswith((".", ")")), f"{model.__name__}.{name}"
            inner = inner_model(field.annotation)
            if inner is not None:
                pending.append(inner)


@pytest.mark.parametrize("kind", PROVISIONS)
def test_a_file_that_is_accepted_shows_it(kind: str) -> None:
    showing = [
        path
        for path in (FILES / "accepted").glob("*.toml")
        if any(block["type"] == kind for block in tomllib.loads(path.read_text()).get("provision", []))
    ]
    assert showing
    assert read_treaty(showing[0]).provisions_of(kind)


@pytest.mark.parametrize("kind", PROVISIONS)
def test_a_file_that_is_rejected_shows_how_it_goes_wrong(kind: str) -> None:
    expected = f"provision.{kind}."
    texts = [path.read_bytes().decode(errors="replace") for path in (FILES / "rejected").glob("*.toml")]
    assert any(line.startswith("# expect: ") and expected in line for text in texts for line in text.splitlines())


@pytest.mark.parametrize("kind", PROVISIONS)
def test_the_schema_for_editors_knows_it(kind: str) -> None:
    schema = treaty_schema()
    model = PROVISIONS[kind].__name__
    assert kind in schema["properties"]["provision"]["items"]["properties"]["type"]["enum"]
    assert set(schema["$defs"][model]["properties"]) == set(PROVISIONS[kind].model_fields)


@pytest.mark.parametrize("kind", PROVISIONS)
def test_the_readme_lists_it_with_terms_that_it_has(kind: str) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (terms,) = re.findall(rf"^\| `{kind}` \|.*\| ([^|]+) \|$", readme, flags=re.MULTILINE)
    assert set(re.findall(r"`(\w+)`", terms)) <= set(PROVISIONS[kind].model_fields)
