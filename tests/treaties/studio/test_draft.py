"""A draft: what the author wrote survives, nothing is lost, and nobody's work is undone unseen."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.studio_files import NUMBERS, REMARKED, remarked
from treaties.model.errors import TreatyFileError
from treaties.studio.draft import Conflict, Draft, Refused

AMOUNT = "provision.0.amount.value"
COMMENTS = [line[line.index("#") :] for line in REMARKED.splitlines() if "#" in line]


def comments(text: str) -> list[str]:
    return [line[line.index("#") :] for line in text.splitlines() if "#" in line]


def edited_at_random(draft: Draft, seed: int, count: int) -> None:
    """So many changes: numbers, a clause added or removed, undo and redo."""
    draw = random.Random(seed)
    for _ in range(count):
        what = draw.random()
        if what < 0.8:
            path = draw.choice(sorted(NUMBERS))
            draft.set(path, round(draw.uniform(*NUMBERS[path]), 3), draft.revision)
        elif what < 0.84 and len(draft.document["provision"]) < 6:
            draft.add("withdrawal" if draw.random() < 0.5 else "transparency", draft.revision)
        elif what < 0.88 and len(draft.document["provision"]) > 3:
            draft.remove(f"provision.{len(draft.document['provision']) - 1}", draft.revision)
        elif what < 0.96 and draft.can_undo:
            draft.undo(draft.revision)
        elif draft.can_redo:
            draft.redo(draft.revision)


@pytest.mark.parametrize(
    ("seed", "count"), [(0, 6), *(pytest.param(seed, 100, marks=pytest.mark.slow) for seed in (1, 2))]
)
def test_comments_and_order_survive_many_changes(tmp_path: Path, seed: int, count: int) -> None:
    draft = Draft.open(remarked(tmp_path))
    edited_at_random(draft, seed, count)

    headers = [line.split("#")[0].strip() for line in draft.text.splitlines() if line.startswith("[")]
    before = [line.split("#")[0].strip() for line in REMARKED.splitlines() if line.startswith("[")]
    assert comments(draft.text) == COMMENTS
    assert [header for header in headers if header != "[[provision]]"] == [h for h in before if h != "[[provision]]"]
    assert draft.treaty is not None
    assert draft.text != REMARKED


def test_taking_back_every_change_gives_the_very_bytes(tmp_path: Path) -> None:
    path = remarked(tmp_path)
    draft = Draft.open(path)
    edited_at_random(draft, 5, 15)
    while draft.can_undo:
        draft.undo(draft.revision)

    assert draft.text.encode() == REMARKED.encode() == path.read_bytes()
    assert draft.saved
    assert os.listdir(tmp_path) == ["remarked.toml"]


@pytest.mark.parametrize("ends", ["\r\n", "mixed"])
def test_lines_end_as_they_did(tmp_path: Path, ends: str) -> None:
    text = REMARKED.replace("\n", "\r\n") if ends == "\r\n" else REMARKED.replace("\n", "\r\n", 4)
    draft = Draft.open(remarked(tmp_path, "\ufeff" + text if ends == "\r\n" else text))
    draft.set("provision.1.term_years", 8, 0)
    draft.save(1)

    there = draft.file.read_bytes().decode()
    assert there == draft.text
    assert there.removeprefix("\ufeff").count("\r\n") == text.count("\r\n")
    assert there.replace("term_years = 8", "term_years = 6").removeprefix("\ufeff") == text


def test_two_windows_lose_nothing(tmp_path: Path) -> None:
    draft = Draft.open(remarked(tmp_path))
    draft.set("provision.0.amount.value", 1.75, 0)
    with pytest.raises(Conflict, match="revision 1") as told:
        draft.set("provision.0.amount.value", 1.25, 0)

    assert told.value.since == ("article 7, remedy: amount, value 1.75",)
    assert draft.document["provision"][0]["amount"]["value"] == 1.75
    for act in (draft.undo, draft.redo, draft.save, draft.take_file):
        with pytest.raises(Conflict):
            act(0)
    draft.set("provision.0.amount.value", 1.25, 1)
    assert draft.undo(2) == "article 7, remedy: amount, value 1.25"


def test_a_wrong_entry_waits_at_its_field_and_destroys_nothing(tmp_path: Path) -> None:
    draft = Draft.open(remarked(tmp_path))
    with pytest.raises(Refused) as told:
        draft.set("provision.0.amount.value", 9, 0)

    assert [error.path for error in told.value.errors] == ["provision.0.amount.value"]
    assert "low <= value <= high" in told.value.errors[0].problem
    assert (draft.text, draft.revision, draft.saved) == (REMARKED, 0, False)
    assert draft.entered == {"provision.0.amount.value": 9}
    draft.set("provision.1.term_years", 7, 0)
    assert draft.entered == {"provision.0.amount.value": 9}
    draft.set("provision.0.amount.high", 10, 1)
    assert draft.entered == {}
    assert draft.document["provision"][0]["amount"] == {"value": 9, "low": 1, "high": 10}


def test_an_entry_that_waits_can_be_taken_back_or_made_right(tmp_path: Path) -> None:
    draft = Draft.open(remarked(tmp_path))
    for _ in range(2):
        with pytest.raises(Refused):
            draft.set("provision.1.term_years", "long", 0)
    assert draft.can_undo
    draft.undo(0)
    assert (draft.entered, draft.text, draft.saved) == ({}, REMARKED, True)
    with pytest.raises(Refused):
        draft.set("provision.1.term_years", -1, draft.revision)
    draft.set("provision.1.term_years", 6, draft.revision)
    assert (draft.entered, draft.text, draft.saved) == ({}, REMARKED, True)


def test_values_that_no_file_can_have_are_refused(tmp_path: Path) -> None:
    draft = Draft.open(remarked(tmp_path))
    for path, value in (("provision.0.amount.value", float("nan")), ("provision.9.amount", 1), ("", 1), ("a..b", 1),
                        ("provision.0", {"type": "exit"}), ("provision", 3), ("schema", "other")):  # fmt: skip
        with pytest.raises(Refused):
            draft.set(path, value, draft.revision)
        assert draft.text == REMARKED
    assert list(draft.entered) == ["provision.0.amount.value"]


def test_a_range_is_put_around_a_plain_number(tmp_path: Path) -> None:
    draft = Draft.open(remarked(tmp_path))
    draft.set("provision.0.upheld.value", 0.5, 0)
    assert "upheld = 0.5\n" in draft.text
    draft.set("provision.0.upheld.low", 0.25, 1)
    assert "upheld = { value = 0.5, low = 0.25 }\n" in draft.text
    draft.set("provision.0.upheld.value", None, 2)
    assert "upheld" not in draft.text


def test_a_killed_program_loses_nothing(tmp_path: Path) -> None:
    path = remarked(tmp_path)
    draft = Draft.open(path)
    draft.set("provision.1.term_years", 8, 0)
    with pytest.raises(Refused):
        draft.set("provision.0.amount.value", 9, 1)
    text = draft.text
    del draft

    again = Draft.open(path)
    assert (again.text, again.revision, again.entered) == (text, 1, {"provision.0.amount.value": 9})
    assert again.restored == "From an earlier session: 1 unsaved change and 1 entry that waits."
    assert path.read_bytes() == REMARKED.encode()
    again.undo(1)
    again.undo(2)
    assert again.text == REMARKED


@pytest.mark.slow
def test_a_program_that_is_killed_between_two_changes_loses_nothing(tmp_path: Path) -> None:
    path = remarked(tmp_path)
    code = (
        "import sys; from treaties.studio.draft import Draft; draft = Draft.open(sys.argv[1])\n"
        "for k in range(1000):\n"
        "    draft.set('provision.0.amount.value', 1 + (k % 7 + 1) / 8, draft.revision)\n"
        "    print(draft.revision, draft.document['provision'][0]['amount']['value'], flush=True)\n"
    )
    with subprocess.Popen([sys.executable, "-c", code, str(path)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for _ in range(5):
            revision, value = process.stdout.readline().split()
        os.kill(process.pid, signal.SIGKILL)
    again = Draft.open(path)

    assert again.revision >= int(revision)
    assert again.document["provision"][0]["amount"]["value"] == pytest.approx(1 + ((again.revision - 1) % 7 + 1) / 8)
    assert float(value) > 1
    while again.can_undo:
        again.undo(again.revision)
    assert again.text == REMARKED


def test_a_file_that_was_changed_on_disk_is_not_written_over(tmp_path: Path) -> None:
    path = remarked(tmp_path)
    draft = Draft.open(path)
    draft.set("provision.1.term_years", 8, 0)
    path.write_text(REMARKED.replace("Arcadia", "Acadia"))
    with pytest.raises(Conflict, match="changed on disk"):
        draft.save(1)
    assert "Acadia" in path.read_text()

    again = Draft.open(path)
    assert "changed since" in again.restored
    with pytest.raises(Conflict, match="changed on disk"):
        again.save(1)
    again.save(1, over=True)
    assert path.read_text() == again.text
    assert "term_years = 8" in again.text


def test_what_an_editor_wrote_is_known_after_a_kill_even_where_the_saved_text_is_no_step_any_more(
    tmp_path: Path,
) -> None:
    file = remarked(tmp_path)
    first = Draft.open(file)
    first.set(AMOUNT, 1.4, first.revision)
    first.save(first.revision)
    first.undo(first.revision)
    first.set(AMOUNT, 1.8, first.revision)
    edited = file.read_text().replace("Arcadia", "Ardistan")
    file.write_text(edited)

    again = Draft.open(file)

    assert "changed since" in again.restored and not again.saved
    with pytest.raises(Conflict, match="changed on disk"):
        again.save(again.revision)
    assert file.read_text() == edited
    again.save(again.revision, over=True)
    assert "1.8" in file.read_text() and Draft.open(file).saved


def test_a_journal_that_somebody_deleted_is_written_again(tmp_path: Path) -> None:
    file = remarked(tmp_path)
    draft = Draft.open(file)
    draft.set(AMOUNT, 1.4, draft.revision)
    draft._journal.path.unlink()
    draft.set(AMOUNT, 1.6, draft.revision)
    assert Draft.open(file).text == draft.text


def test_a_journal_is_as_private_as_its_file_and_saving_changes_nothing_of_that(tmp_path: Path) -> None:
    file = remarked(tmp_path)
    file.chmod(0o600)
    draft = Draft.open(file)
    draft.set(AMOUNT, 1.4, draft.revision)
    assert draft._journal.path.stat().st_mode & 0o777 == 0o600
    draft.save(draft.revision)
    assert file.stat().st_mode & 0o777 == 0o600


def test_what_is_on_disk_can_be_taken_instead_of_the_draft_which_undo_brings_back(tmp_path: Path) -> None:
    path = remarked(tmp_path)
    draft = Draft.open(path)
    draft.set("provision.1.term_years", 8, 0)
    path.write_text(REMARKED.replace("Arcadia", "Acadia"))
    mine = draft.text
    draft.take_file(1)

    assert (draft.revision, draft.saved) == (2, True)
    assert "Acadia" in draft.text and os.listdir(tmp_path) == ["remarked.toml"]
    draft.undo(2)
    assert (draft.text, draft.saved) == (mine, False)
    path.write_text("title = ")
    with pytest.raises(TreatyFileError):
        draft.take_file(3)
    assert (draft.text, draft.revision) == (mine, 3)


def test_saving_leaves_no_journal_and_undo_goes_on(tmp_path: Path) -> None:
    path = remarked(tmp_path)
    draft = Draft.open(path)
    draft.set("provision.1.term_years", 8, 0)
    draft.save(1)
    assert (draft.saved, os.listdir(tmp_path)) == (True, ["remarked.toml"])
    draft.undo(1)
    assert (draft.saved, draft.text) == (False, REMARKED)

    again = Draft.open(path)
    assert (again.text, again.revision, again.can_redo) == (REMARKED, 2, True)
    again.redo(2)
    assert again.saved


def test_two_programs_on_one_file_do_not_write_over_each_other(tmp_path: Path) -> None:
    path = remarked(tmp_path)
    one, other = Draft.open(path), Draft.open(path)
    one.set("provision.1.term_years", 8, 0)
    with pytest.raises(Conflict, match="second studio"):
        other.set("provision.1.term_years", 9, 0)

    assert (other.text, other.revision, other.can_undo) == (REMARKED, 0, False)
    assert Draft.open(path).document["provision"][1]["term_years"] == 8


@pytest.mark.parametrize("content", ["{", "[]", '{"format": "servanda-draft/1", "file": "remarked.toml"}', "\x00"])
def test_a_journal_that_cannot_be_read_is_set_aside_and_said(tmp_path: Path, content: str) -> None:
    path = remarked(tmp_path)
    (tmp_path / "remarked.draft.json").write_text(content)
    draft = Draft.open(path)

    assert "set aside as remarked.draft.unreadable.json" in draft.restored
    assert (tmp_path / "remarked.draft.unreadable.json").read_text() == content
    draft.set("provision.1.term_years", 8, 0)
    assert json.loads((tmp_path / "remarked.draft.json").read_text())["revision"] == 1


def test_a_clause_is_added_that_fits(tmp_path: Path) -> None:
    draft = Draft.open(remarked(tmp_path))
    path = draft.add("outside_choice", 0)

    assert draft.treaty is not None
    assert path == "provision.3"
    assert {party["id"] for party in draft.document["party"]} == {"A", "B", "FIRM"}
    draft.undo(1)
    assert draft.text == REMARKED
    with pytest.raises(Refused, match="no clause"):
        draft.add("no_such_clause", 2)


def test_a_clause_without_placeholders_is_added_bare_with_errors_at_its_fields(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = Draft.open(remarked(tmp_path))
    monkeypatch.setattr(Draft, "_fitting", lambda self, kind: [])
    draft.add("turnover", 0)

    assert draft.treaty is None
    missing = [error.path for error in draft.errors]
    assert {"provision.3.party", "provision.3.to_sceptic"} <= set(missing)
    for path in missing:
        value = "A" if path.endswith("party") else 0.25
        draft.set(path if path.endswith("party") else f"{path}.value", value, draft.revision)
    assert draft.treaty is not None


def test_what_names_a_clause_is_said_and_can_go_with_it(tmp_path: Path) -> None:
    draft = Draft.open(remarked(tmp_path))
    with pytest.raises(Refused) as told:
        draft.remove("provision.2", 0)
    assert told.value.needed_by == ("option “No veto”",)
    assert draft.text == REMARKED
    with pytest.raises(Refused) as told:
        draft.remove("event.0", 0)
    assert told.value.needed_by == ("article 14, veto",)

    assert draft.remove("provision.2", 0, with_references=True) == ("option “No veto”",)
    assert draft.treaty is not None
    assert draft.remove("event.0", 1) == ()
    gone = ("# by right", "# the founder", "# one year in ten")
    assert comments(draft.text) == [comment for comment in COMMENTS if comment not in gone]


def test_entries_of_lists_come_and_go(tmp_path: Path) -> None:
    stages = "[{ year = 0, exposure = 1 }, { year = 3, exposure = 0.5 }]"
    block = f'[[provision]]\ntype = "staged_derisking"\nstages = {stages}\n'
    draft = Draft.open(remarked(tmp_path, REMARKED + block))
    assert draft.add_entry("provision.3.stages", 0) == "provision.3.stages.2"
    assert draft.document["provision"][3]["stages"][2] == {"year": 4, "exposure": 0.5}
    draft.remove("provision.3.stages.1", 1)
    assert [stage["year"] for stage in draft.document["provision"][3]["stages"]] == [0, 4]
    assert draft.add_entry("party.0.type", 2) == "party.0.type.0"
    with pytest.raises(Refused, match="no list"):
        draft.add_entry("provision.0.amount", 3)


def test_a_file_with_faults_can_be_mended(tmp_path: Path) -> None:
    text = REMARKED.replace("delay_years = 1", 'delay_years = "one"').replace("stay = 0.5", "stay = 5")
    draft = Draft.open(remarked(tmp_path, text))
    assert {error.path for error in draft.errors} == {"provision.0.delay_years", "event.0.stay"}
    with pytest.raises(Refused):
        draft.set("event.0.stay.value", 7, 0)
    draft.set("event.0.stay.value", 0.5, 0)
    draft.set("provision.0.delay_years", 1, 1)
    assert draft.treaty is not None
    assert draft.errors == ()


def test_what_is_no_toml_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(TreatyFileError, match="TOML"):
        Draft.open(remarked(tmp_path, "title = \n"))
    with pytest.raises(TreatyFileError, match="no such file"):
        Draft.open(tmp_path / "nothing.toml")
