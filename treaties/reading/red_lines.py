"""Which red lines a treaty crosses."""

from __future__ import annotations

from treaties.model.red_lines import RedLine
from treaties.model.treaty import Treaty
from treaties.reading.expressions import ExpressionError, parse_expression
from treaties.reading.paths import PathError
from treaties.reading.variants import lookup_in


def red_lines(treaty: Treaty) -> tuple[RedLine, ...]:
    """Every red line of every party, in the order of the file."""
    return tuple(RedLine(party.id, party.name, text) for party in treaty.parties for text in party.red_lines)


def crossed_red_lines(treaty: Treaty) -> tuple[RedLine, ...]:
    """Those of which the treaty's text is not as the party insists."""
    return tuple(line for line in red_lines(treaty) if not _kept(line, treaty))


def _kept(line: RedLine, treaty: Treaty) -> bool:
    try:
        return parse_expression(line.text).holds(lookup_in(treaty))
    except (ExpressionError, PathError):  # a variant gave a term a kind of value that the condition cannot compare
        return False
