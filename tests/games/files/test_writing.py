"""The one way in which files are written: whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from games.files.writing import write_bytes, write_text
from games.model.stochastic_game import GameError


def test_a_file_is_written_as_it_is_and_readable_by_others_as_any_new_file(tmp_path: Path) -> None:
    plain = tmp_path / "plain"
    plain.touch()
    written = write_text(tmp_path / "a.txt", "δ\r\nb\n")
    assert written.read_bytes() == "δ\r\nb\n".encode()
    assert written.stat().st_mode == plain.stat().st_mode
    assert write_bytes(written, b"\x00").read_bytes() == b"\x00"


def test_a_write_that_fails_leaves_the_old_file_and_nothing_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_text(tmp_path / "a.txt", "old")
    monkeypatch.setattr(os, "replace", lambda *_: (_ for _ in ()).throw(OSError("full")))
    with pytest.raises(GameError, match=r"a\.txt: cannot be written: full"):
        write_text(path, "new")
    assert path.read_text() == "old" and list(tmp_path.iterdir()) == [path]


def test_a_folder_that_is_not_there_is_made_only_if_that_was_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "a.txt"
    with pytest.raises(GameError, match="cannot be written: No such file"):
        write_text(path, "x")
    assert write_text(path, "x", folders=True).read_text() == "x"
    with pytest.raises(GameError, match="cannot be written"):
        write_text(path / "under a file.txt", "x", folders=True)
