"""What a word processor or another country's keyboard does to a file: recognised, so that the remedy can be named."""

from __future__ import annotations

import re

from games.numerics.visible import visible

QUOTES = "“”„‟«»‘’‚‛"
MINUS = "\N{MINUS SIGN}\N{EN DASH}\N{EM DASH}\N{NON-BREAKING HYPHEN}\N{FIGURE DASH}"
COMMA = "write decimals with a point, not with a comma: 0.9"

_DECIMAL_COMMA = re.compile(r"\d,\d+ *")


def mistyped(text: str, position: int) -> str:
    """What to do about the character at which a file could not be read further; empty if it is none of these.

    >>> mistyped("discount = 0,9", 12)
    'write decimals with a point, not with a comma: 0.9'
    """
    here = text[position : position + 1]
    start = text.rfind("\n", 0, position) + 1
    line = text[start : position + 1] if here != "\n" else text[start:position]
    if here and here in MINUS:
        return f"write the minus sign as -, not as {here}"
    if here == "\r":
        return "end lines as Unix or Windows does, not with a carriage return alone"
    if here and here not in " \t\n" and (here.isspace() or visible(here) != here):
        return f"take out the character {here.encode('unicode_escape').decode()}, or write an ordinary space"
    if any(quote in line for quote in QUOTES) and (here in QUOTES or here == "\n" or not here):
        return "write straight quotation marks, \" or ', not those of a word processor"
    end = text.find("\n", position)
    found = _DECIMAL_COMMA.finditer(text, start, end if end >= 0 else len(text))
    return COMMA if any(comma.start() < position <= comma.end() for comma in found) else ""


def mistyped_number(text: str) -> str:
    """What to do about a text that should be a number; empty if nothing is known of it.

    >>> mistyped_number("−1/2"), mistyped_number("0,9"), mistyped_number("many")
    ('write the minus sign as -, not as −', 'write decimals with a point, not with a comma: 0.9', '')
    """
    dash = next((character for character in text if character in MINUS), "")
    if dash:
        return f"write the minus sign as -, not as {dash}"
    return COMMA if re.fullmatch(r"\s*[+-]?\d+,\d+\s*", text) else ""
