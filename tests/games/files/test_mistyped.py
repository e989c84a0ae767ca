"""What word processors and other keyboards do to files: refused with the place and the remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from games.certificates.certificate_file import read_certificate
from games.certificates.trees.files import read_tree_certificate
from games.files.game_file import read_game
from games.files.mistyped import mistyped
from games.model.stochastic_game import GameError

SOUND = (
    '{"format": "servanda-game/1", "players": ["A", "B"], "discount": 0.9,\n "states": [{"name": "s", '
    '"actions": [["a"], ["b"]], "payoffs": [[[1, -2]]]}]}'
)


@pytest.mark.parametrize(
    ("old", "new", "place", "remedy"),
    [
        ("0.9", "0,9", "line 1, column", "write decimals with a point"),
        ('"A"', "“A”", "line 1, column", "write straight quotation marks"),
        ("-2", "−2", "line 2, column", "write the minus sign as -"),
        ("-2", "–2", "line 2, column", "write the minus sign as -"),
        ("0.9", "\u00a00.9", "line 1, column", "take out the character \\xa0"),
        ("0.9", "\u200b0.9", "line 1, column", "take out the character \\u200b"),
        ("-2", '"−2"', "state 's', profile (a, b)", "write the minus sign as -"),
        ("0.9", '"0,9"', "discount", "write decimals with a point"),
        ("0.9", '"²"', "discount", "write 0.25"),
        ("0.9", "1e-9999", "discount", "write 0.25"),
        ('"A"', '"\\ud83d"', "", "write the character itself"),
    ],
)
def test_the_place_and_the_remedy_are_named(tmp_path: Path, old: str, new: str, place: str, remedy: str) -> None:
    assert read_game_text(SOUND, tmp_path) == ""
    said = read_game_text(SOUND.replace(old, new, 1), tmp_path)
    assert place in said and remedy in said


def read_game_text(text: str, folder: Path) -> str:
    """What the reader of games says against a text; empty if it reads it."""
    path = folder / "game.json"
    path.write_text(text, encoding="utf-8")
    try:
        read_game(path)
    except GameError as error:
        return str(error)
    return ""


def test_half_a_character_is_refused_in_certificates_too(tmp_path: Path) -> None:
    path = tmp_path / "certificate.json"
    path.write_text('{"format": "servanda-certificate/1", "kind": "\\ud83d"}')
    for read in (read_certificate, read_tree_certificate):
        with pytest.raises(GameError, match="half of a character"):
            read(path)


def test_a_comma_or_a_dash_in_its_place_is_no_mistake() -> None:
    for text in ("a = [1, 2]", 'title = "“Aurora” – a treaty"', "x = 3"):
        assert not any(mistyped(text, k) for k, c in enumerate(text) if c.isascii())
