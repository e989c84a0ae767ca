r"""Characters that act on a reader's screen instead of standing on it, shown as marks.

Escapes, bells and other controls, changes of the direction of writing, characters without width, line ends that are no
line feed, halves of surrogate pairs: text from a file may hold them all, and none may move a cursor or hide a word.
"""

from __future__ import annotations

import re

# By general category (Unicode 15): Cc, Cf, Cs, Co, Zl and Zp; a test holds the ranges against unicodedata.
_ACTING = (
    "\x00-\x1f\x7f-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\ud800-\uf8ff\ufeff\ufff9-\ufffb"
    "\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e007f"
    "\U000f0000-\U0010ffff"
)
_IN_A_LINE = re.compile(f"[{_ACTING}]")
_IN_A_TEXT = re.compile(f"(?!\n)[{_ACTING}]")


def visible(text: str) -> str:
    r"""One line of text with a mark in place of every character that acts, line ends included.

    >>> visible("\x1b[31mAurora\n\u202e"), visible("Côte d’Ivoire — 10 €")
    ('\\x1b[31mAurora\\n\\u202e', 'Côte d’Ivoire — 10 €')
    """
    return _IN_A_LINE.sub(lambda found: _mark(found[0]), text)


def visible_lines(text: str) -> str:
    r"""Text of several lines, ended by line feeds, that is otherwise as `visible` shows it.

    >>> visible_lines("first\nsecond\r\x07")
    'first\nsecond\\r\\x07'
    """
    return _IN_A_TEXT.sub(lambda found: _mark(found[0]), text)


def visible_json(text: str) -> str:
    r"""JSON that says the same, with every character that acts written as JSON escapes it.

    >>> visible_json('{"name": "\u202e\U000e0001"}')
    '{"name": "\\u202e\\udb40\\udc01"}'
    """
    return _IN_A_TEXT.sub(_escaped, text)


def _mark(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")


def _escaped(found: re.Match[str]) -> str:
    units = found[0].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[k]:02x}{units[k + 1]:02x}" for k in range(0, len(units), 2))
