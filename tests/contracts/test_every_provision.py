"""Every provision that is found in the folder: what it must say about itself, and the files that must show it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.support.provisions import (
    check_it_changes_the_game,
    check_it_describes_itself,
    check_its_effects_and_remarks,
    check_the_schema_knows_it,
    examples_of,
)
from treaties.provisions import all_presets, all_provisions, all_types
from treaties.reading.schema import treaty_schema

ROOT = Path(__file__).parents[2]
FILES = ROOT / "tests" / "treaties" / "reading"
PROVISIONS = all_provisions()
PRESETS = all_presets()
TYPES = all_types()
SCHEMA = treaty_schema()


def test_provisions_are_found_by_looking_into_the_folder() -> None:
    files = {path.stem for path in (ROOT / "treaties" / "provisions").glob("*.py")} - {"__init__"}
    assert set(PROVISIONS) == files, "one provision a file, named as its type"


@pytest.mark.parametrize("kind", PROVISIONS)
def test_it_describes_itself_and_every_field(kind: str) -> None:
    check_it_describes_itself(kind, PROVISIONS[kind])


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_describes_itself_under_a_name_of_its_own(name: str) -> None:
    preset = PRESETS[name]
    assert preset.preset_of is not None
    told = PROVISIONS[preset.preset_of].presets[name]
    assert name not in PROVISIONS and [name in clause.presets for clause in PROVISIONS.values()].count(True) == 1
    assert preset.__name__ not in {model.__name__ for kind, model in TYPES.items() if kind != name}
    assert told.title and told.title != PROVISIONS[preset.preset_of].title
    assert told.mechanism.endswith(".") and told.real_treaty and (told.terms or told.required)


@pytest.mark.parametrize("kind", TYPES)
def test_a_file_that_is_accepted_shows_it(kind: str) -> None:
    assert examples_of(kind)


@pytest.mark.parametrize("kind", TYPES)
def test_it_changes_the_game_of_a_treaty(kind: str) -> None:
    check_it_changes_the_game(kind, examples_of(kind))


@pytest.mark.parametrize("kind", TYPES)
def test_it_speaks_of_itself_under_its_own_article(kind: str) -> None:
    for example in examples_of(kind):
        check_its_effects_and_remarks(example)


@pytest.mark.parametrize("kind", PROVISIONS)
def test_a_file_that_is_rejected_shows_how_it_goes_wrong(kind: str) -> None:
    expected = f"provision.{kind}."
    texts = [path.read_bytes().decode(errors="replace") for path in (FILES / "rejected").glob("*.toml")]
    assert any(line.startswith("# expect: ") and expected in line for text in texts for line in text.splitlines())


@pytest.mark.parametrize("kind", TYPES)
def test_the_schema_for_editors_knows_it(kind: str) -> None:
    check_the_schema_knows_it(kind, TYPES[kind], SCHEMA)


@pytest.mark.parametrize("kind", TYPES)
def test_the_handbook_lists_it_with_terms_that_it_has(kind: str) -> None:
    page = (ROOT / "papers/handbook/pages/clauses.md").read_text(encoding="utf-8")
    (terms,) = re.findall(rf"^\| `{kind}` \|.*\| ([^|]+) \|$", page, flags=re.MULTILINE)
    assert set(re.findall(r"`(\w+)`", terms)) <= set(TYPES[kind].model_fields)
