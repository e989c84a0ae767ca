"""Changes of a file's text: only what was meant changes, in files laid out in every way."""

from __future__ import annotations

import difflib
import tomllib

import pytest

from tests.support.studio_files import REMARKED
from treaties.studio.layout import chunks
from treaties.studio.places import place_of, value_in
from treaties.studio.toml_edits import LEFT_OUT, CannotEdit, with_block, with_value, without_block


def changed_lines(before: str, after: str) -> list[str]:
    return [line for line in difflib.ndiff(before.splitlines(), after.splitlines()) if line[0] in "+-"]


@pytest.mark.parametrize(
    ("path", "value", "lines"),
    [
        ("title", "Other", ["- title = \"Remarked\"   # the title", "+ title = \"Other\"   # the title"]),
        ("provision.1.term_years", 8, ["- term_years = 6", "+ term_years = 8"]),
        ("event.0.enter", 0.2, ["- enter = 0.10   # one year in ten", "+ enter = 0.2   # one year in ten"]),
        ("matter.0.punishment.A", 1, ["- A = 0  # nothing", "+ A = 1  # nothing"]),
        ("party.1.name", "Bord", ['- name = "Borduria"', '+ name = "Bord"']),
        ("provision.2.holder", ["A"], ['-   "B",']),
        ("provision.0.source", "a book", ['+ source = "a book"']),
        ("provision.0.upheld", LEFT_OUT, ["- upheld = 0.75"]),
        ("note", "a remark", ['+ note = "a remark"']),
        ('variant.0.set."veto.uses_per_term"', 2,
         ['- set = { "veto.uses_per_term" = 0 }', '+ set = { "veto.uses_per_term" = 2 }']),
    ],
)  # fmt: skip
def test_a_change_touches_its_own_line_alone(path: str, value: object, lines: list[str]) -> None:
    edited = with_value(REMARKED, place_of(path), value)

    assert changed_lines(REMARKED, edited) == lines
    assert value_in(tomllib.loads(edited), place_of(path)) == (None if value is LEFT_OUT else value)


def test_a_number_in_a_table_keeps_what_stands_around_it() -> None:
    edited = with_value(REMARKED, place_of("provision.0.amount.value"), 1.25)

    assert "amount = { value = 1.25, low = 1, high = 2 } # paid late" in edited


def test_a_missing_table_is_made() -> None:
    edited = with_value(REMARKED, place_of("entry_into_force.weights.A"), 2)

    assert tomllib.loads(edited)["entry_into_force"] == {"weights": {"A": 2}}
    assert len(changed_lines(REMARKED, edited)) == 1


def test_a_block_goes_behind_the_last_of_its_kind_and_out_again() -> None:
    longer = with_block(REMARKED, "provision", {"type": "exit", "article": "3", "real_cost": 1.0})

    kinds = [block["type"] for block in tomllib.loads(longer)["provision"]]
    assert kinds == ["remedy", "sunset", "veto", "exit"]
    assert longer.index('type = "exit"') < longer.index("# Options.")
    assert without_block(longer, ("provision", 3)) == REMARKED


def test_a_removed_block_leaves_the_comments_around_it() -> None:
    shorter = without_block(REMARKED, ("provision", 1))

    assert "# Ends after a while.\n" in shorter
    assert "sunset" not in shorter
    assert [block["type"] for block in tomllib.loads(shorter)["provision"]] == ["remedy", "veto"]


def test_the_last_block_of_a_kind_can_be_removed() -> None:
    shorter = without_block(REMARKED, ("variant", 0))

    assert "variant" not in tomllib.loads(shorter)
    assert shorter.endswith("# The end.\n")


def test_the_first_block_of_a_kind_goes_before_the_options() -> None:
    bare = without_block(REMARKED, ("event", 0))
    longer = with_block(bare, "event", {"id": "e", "enter": 0.1})

    assert longer.index("[[event]]") < longer.index("# Options.")


def test_a_file_that_does_not_end_its_last_line_is_edited_as_it_is() -> None:
    text = REMARKED.rstrip("\n").removesuffix("# The end.").rstrip("\n")

    assert with_value(text, ("variant", 0, "name"), "None").endswith('set = { "veto.uses_per_term" = 0 }')


def test_what_an_edit_cannot_do_without_touching_more_is_refused() -> None:
    text = "[[matter]]\nid = 'm'\n[[event]]\nid = 'e'\n[matter.reward]\nA = 1\n"

    with pytest.raises(CannotEdit, match="by hand"):
        with_value(text, ("matter", 0, "reward", "A"), 2)
    with pytest.raises(LookupError):
        with_value(REMARKED, ("party", 7, "name"), "x")


def test_blocks_are_found_where_text_looks_like_a_header() -> None:
    first = '[[party]]\nid = "A"\nred_lines = [\n  "x",\n]\n'
    text = f'note = """\n[[party]]\n"""\n{first}# [[party]]\n\n[[party]]\nid = "B"\n'

    assert [chunk.place for chunk in chunks(text)] == [(), ("party", 0), ("party", 1)]
    assert text[chunks(text)[1].start : chunks(text)[1].end] == first
