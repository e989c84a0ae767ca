"""The page of a play as a file: whole, offline, the same each time."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from games.model.stochastic_game import GameError
from tests.support.play_page import example
from treaties.playing.packed import unpacked
from treaties.playing.page import page, write_play_page

DATA = example()


def packed_in(text: str) -> str:
    found = re.search(r'id="packed">([A-Za-z0-9+/=]+)</script>', text)
    assert found is not None
    return found[1]


def test_the_page_holds_its_data_and_is_the_same_each_time(tmp_path: Path) -> None:
    written = write_play_page(DATA, tmp_path / "new folder" / "play.html").read_text(encoding="utf-8")
    assert unpacked(packed_in(written)) == DATA
    assert written == page(DATA)


def test_nothing_on_the_page_names_an_outside_address() -> None:
    text = page(DATA)
    # The name of the SVG vocabulary is no address that anything is fetched from.
    assert set(re.findall(r"https?://[^\s\"']+", text)) == {"http://www.w3.org/2000/svg"}
    assert not re.search(r"<(script|link|img)[^>]+(src|href)=\"(?!data:)", text)
    assert "fetch(" not in text and "XMLHttpRequest" not in text and "sendBeacon" not in text


def test_every_script_and_style_of_the_folder_is_on_the_page() -> None:
    text = page(DATA)
    folder = Path(__file__).parents[3] / "treaties" / "playing" / "templates"
    for part in (*folder.glob("*.js"), *folder.glob("*.css")):
        assert part.read_text(encoding="utf-8").rstrip() in text, part.name


def test_the_page_without_its_data_leaves_room_for_a_thousand_designs() -> None:
    text = page(DATA)
    assert len(text.encode()) - len(packed_in(text)) < 110_000


def test_characters_that_act_are_shown_as_marks() -> None:
    text = page({**DATA, "title": "Peace\u202e</title><script>alert(1)</script>"})
    assert r"<title>Play: Peace\u202e&lt;/title&gt;&lt;script&gt;" in text
    assert unpacked(packed_in(text))["title"] == r"Peace\u202e</title><script>alert(1)</script>"


def test_what_a_code_cannot_name_is_refused() -> None:
    with pytest.raises(GameError, match="at most 7 parties, this treaty has 8"):
        page({**DATA, "parties": DATA["parties"] * 4})
    with pytest.raises(GameError, match="at most 1,024 designs, these are 1,025; ask for fewer with --designs"):
        page({**DATA, "designs": {"verdict": [1] * 1025}})
