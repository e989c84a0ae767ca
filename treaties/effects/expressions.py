"""The small language of conditions and amounts in files: ``stage >= 2 and not contested_sale``.

A grammar reads it; nothing from a file is ever evaluated as code.  What names stand for is another matter: terms of a
treaty's text in red lines (``treaties.reading.expressions``), columns of the compiled table in clauses
(``treaties.effects.evaluation``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, final

if TYPE_CHECKING:
    from lark import Lark

LONGEST = 500
DEEPEST = 100
"""Deeper expressions are refused before anything looks into them."""

GRAMMAR = r"""
?start: any_of
?any_of: all_of ("or" all_of)*
?all_of: negation ("and" negation)*
?negation: "not" negation -> negation
    | sum COMPARISON sum -> comparison
    | sum
?sum: product | sum SUM_SIGN product -> arithmetic
?product: factor | product PRODUCT_SIGN factor -> arithmetic
?factor: NUMBER -> number
    | TEXT -> text
    | "true" -> true
    | "false" -> false
    | "unlimited" -> unlimited
    | "has" PATH -> has
    | FUNCTION "(" any_of ("," any_of)* ")" -> call
    | PATH -> path
    | "-" factor -> negative
    | "(" any_of ")"
COMPARISON: ">=" | "<=" | "==" | "!=" | "=" | ">" | "<"
SUM_SIGN: "+" | "-"
PRODUCT_SIGN: "*" | "/"
NUMBER: /\d+(\.\d+)?([eE][+-]?\d+)?/
TEXT: /"[^"]*"|'[^']*'/
FUNCTION.2: /(min|max|if|count)(?=[ \t]*\()/
PATH: /[A-Za-z_]\w*(\[[^\]]*\])?(\.\w+)*/
%ignore /[ \t]+/
"""

FUNCTIONS = ("min", "max", "if", "count")
"""The least and the greatest of some numbers; one of two values by a condition; how many of some conditions hold."""


class ExpressionError(ValueError):
    """An expression that cannot be read or has no meaning; ``column`` counts from 1 (None: the whole text)."""

    def __init__(self, problem: str, column: int | None = None, remedy: str = "") -> None:
        self.problem = problem
        self.column = column
        self.remedy = remedy
        super().__init__(problem if column is None else f"{problem} (column {column})")


@final
@dataclass(frozen=True)
class Parsed:
    """An expression that has been read. ``text`` is how it was written."""

    text: str
    root: Any

    @property
    def paths(self) -> tuple[str, ...]:
        """Every path that is named, in order; for ``has veto`` the path is ``veto``."""
        return tuple(dict.fromkeys(str(token) for token in tokens(self.root) if token.type == "PATH"))


@cache
def parse(text: str) -> Parsed:
    """Read an expression, each once; raises `ExpressionError` with the column of the first thing that does not fit."""
    from lark import exceptions

    if len(text) > LONGEST:
        raise ExpressionError(f"is longer than {LONGEST} characters")
    if not text.strip():
        raise ExpressionError("is empty")
    try:
        root = _parser().parse(text)
    except exceptions.UnexpectedEOF:
        raise ExpressionError("ends too early", len(text) + 1) from None
    except exceptions.UnexpectedToken as error:
        if error.token.type == "$END":
            raise ExpressionError("ends too early", len(text) + 1) from None
        raise ExpressionError(f"does not expect {str(error.token)!r} here", error.column) from None
    except exceptions.UnexpectedCharacters as error:
        raise ExpressionError(f"cannot hold {error.char!r} here", error.column) from None
    if _depth(root) > DEEPEST:
        raise ExpressionError(f"is more than {DEEPEST} operations deep", remedy="name a part of it in terms or states")
    return Parsed(text, root)


def _depth(root: Any) -> int:
    """How many parts of an expression stand within one another at most."""
    depth, inside = 0, [root]
    while inside:
        depth += 1
        inside = [child for node in inside for child in getattr(node, "children", ())]
    return depth


@cache
def _parser() -> Lark:
    from lark import Lark

    return Lark(GRAMMAR, parser="lalr", maybe_placeholders=False)


def tokens(node: Any) -> Iterator[Any]:
    """The words of a part of an expression, in order."""
    for child in getattr(node, "children", [node]):
        if hasattr(child, "children"):
            yield from tokens(child)
        else:
            yield child


def column_of(node: Any) -> int | None:
    """Where a part of an expression begins; None if it has no words of its own (``true``)."""
    return next((int(token.column) for token in tokens(node)), None)
