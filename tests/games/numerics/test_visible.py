"""Characters that act on a screen: every one that Unicode knows is shown as a mark, and no other is."""

from __future__ import annotations

import json
import sys
import unicodedata

from games.numerics.visible import visible, visible_json, visible_lines

ACTING = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
EVERY = [chr(code) for code in range(sys.maxunicode + 1)]


def test_exactly_the_characters_that_act_are_marked() -> None:
    marked = {c for c in EVERY if visible(c) != c}
    assert not {c for c in EVERY if unicodedata.category(c) in ACTING} - marked
    # Later versions of Unicode than Python's may know more of them.
    assert {unicodedata.category(c) for c in marked} <= ACTING | {"Cn"}


def test_marks_are_plain_and_lines_stay_where_they_are_meant() -> None:
    text = "\x1b]0;title\x07\u202eevil\u200b\r\x9b31m\n"
    assert visible(text) == "\\x1b]0;title\\x07\\u202eevil\\u200b\\r\\x9b31m\\n"
    assert visible_lines(text) == "\\x1b]0;title\\x07\\u202eevil\\u200b\\r\\x9b31m\n"


def test_json_says_the_same_and_holds_none() -> None:
    said = {"name": " ".join(EVERY)}
    shown = visible_json(json.dumps(said, ensure_ascii=False))
    assert json.loads(shown) == said and visible_lines(shown) == shown
