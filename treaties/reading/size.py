"""How large the text of a treaty file is, counted before it is parsed: some texts take a parser hours."""

from __future__ import annotations

import re

DEEPEST = 50
"""Keys of more parts than this, such as a.b.c, are refused; a treaty needs six."""
MOST_ENTRIES = 20_000
"""Files of more fields and entries of lists than this are refused; a long treaty has a thousand."""

_TEXT_OR_COMMENT = re.compile(
    r'"""(?:[^\\]|\\.)*?"""' r"|'''.*?'''" r'|"(?:[^"\\\n]|\\.)*"' r"|'[^'\n]*'" r"|#[^\n]*", re.DOTALL
)
_DEEP_KEY = re.compile(rf"(?:\.[ \t]*+[\w-]++[ \t]*+){{{DEEPEST}}}")


def refusal(text: str) -> tuple[int | None, str, str] | None:
    """Line, problem and remedy of a text that is too large to be parsed; None if it is not.

    >>> refusal("a" + ".a" * 60 + " = 1")
    (1, 'a key has more than 50 parts', 'write tables: [table] or { field = value }')
    """
    bare = _TEXT_OR_COMMENT.sub(_kept, text)
    deep = _DEEP_KEY.search(bare)
    if deep is not None:
        line = bare.count("\n", 0, deep.start()) + 1
        return line, f"a key has more than {DEEPEST} parts", "write tables: [table] or { field = value }"
    entries = sum(bare.count(mark) for mark in "=,")
    if entries > MOST_ENTRIES:
        return None, f"has {entries:,} fields and entries, more than {MOST_ENTRIES:,}", "leave out what is not needed"
    return None


def _kept(found: re.Match[str]) -> str:
    """Text as one letter, so that a quoted key is a key; lines stay where they are."""
    return ("" if found[0].startswith("#") else "s") + "\n" * found[0].count("\n")
