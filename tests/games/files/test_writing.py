"""The one way in which files are written: whole or not at all."""

from __future__ import annotations

import os
import socket
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


def test_nothing_but_a_regular_file_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "to null").symlink_to(os.devnull)
    with socket.socket(socket.AF_UNIX) as heard:
        heard.bind(str(tmp_path / "heard"))
        before = {path: path.lstat() for path in tmp_path.iterdir()}
        for name, what in (
            ("folder", "a folder"), ("pipe", "a pipe"), ("heard", "a socket"), ("to null", "a device"),
            (os.devnull, "a device"),
        ):
            with pytest.raises(GameError, match=f"{name}: this is {what}, which output does not replace"):
                write_text(tmp_path / name, "x")
        assert {path: path.lstat() for path in tmp_path.iterdir()} == before


def test_a_link_stays_and_the_file_that_it_leads_to_is_written(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "file")
    for text in ("new", "newer"):
        assert write_text(tmp_path / "link", text) == tmp_path / "link"
        assert (tmp_path / "link").is_symlink() and (tmp_path / "file").read_text() == text
