"""Files that had better not be read: too large, endless, never beginning."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from games import GameError, read_certificate, read_game
from games.certificates.reading import CertificateError
from games.certificates.trees.files import read_tree_certificate
from games.files import json_input
from games.files.reading import UnreadableFile, read_bytes
from games.game_trees.tree_file import read_extensive
from treaties import TreatyFileError, read_treaty


def test_a_file_is_read_up_to_the_limit_and_no_further(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"12345")
    assert read_bytes(path, 5) == b"12345"
    with pytest.raises(UnreadableFile, match=r"larger than 4e-06 MB"):
        read_bytes(path, 4)


@pytest.mark.parametrize("what", ["pipe", "device", "sparse", "folder", "nothing"])
def test_every_reader_refuses_what_is_no_file_of_usual_size(tmp_path: Path, what: str) -> None:
    path = tmp_path / what
    words = {"pipe": "pipe or a device", "device": "pipe or a device", "sparse": "larger than", "folder": "a folder",
             "nothing": "no such file"}[what]  # fmt: skip
    if what == "pipe":
        os.mkfifo(path)
    elif what == "device":
        path = Path("/dev/zero")
    elif what == "sparse":
        with path.open("wb") as stream:
            stream.truncate(2**31)
    elif what == "folder":
        path.mkdir()
    for read, error in (
        (read_game, GameError), (read_extensive, GameError), (read_certificate, CertificateError),
        (read_tree_certificate, CertificateError), (read_treaty, TreatyFileError),
    ):
        with pytest.raises(error, match=words) as told:
            read(path)
        assert str(path) in str(told.value)


def test_json_of_too_many_entries_is_refused_before_it_is_parsed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "game.json"
    path.write_text('{"a": [1, 2, 3]}', encoding="utf-8")
    monkeypatch.setattr(json_input, "MOST_ENTRIES", 4)
    assert json_input.parse_json(path) == {"a": ["1", "2", "3"]}
    monkeypatch.setattr(json_input, "MOST_ENTRIES", 3)
    with pytest.raises(GameError, match="4 entries, more than 3"):
        json_input.parse_json(path)


def test_a_game_of_many_players_is_refused_by_its_profiles_whether_or_not_its_tables_fit() -> None:
    def game(actions: list[int]) -> dict[str, object]:
        names = [f"P{i}" for i in range(len(actions))]
        state = {"name": "s", "actions": [[f"a{k}" for k in range(n)] for n in actions], "payoffs": []}
        return {"format": "servanda-game/1", "players": names, "discount": 0.9, "states": [state]}

    with pytest.raises(GameError, match=r"state 's': about 10\^18 profiles.*than 2,000,000.*without it about 10\^17"):
        read_game(game([2] * 60))
    with pytest.raises(GameError, match="players: 70 players, more than 60; merge some"):
        read_game(game([1] * 70))
    with pytest.raises(GameError, match=r"2,097,152 profiles.*'P3' has most actions there \(4\): .* 524,288 would"):
        read_game(game([2, 2, 2, 4] + [2] * 16))
