"""Conditions in files, such as the red line ``veto.uses_per_term >= 1 and not has continuity``.

A small grammar reads them; nothing from a file is ever evaluated as code. Names are paths as in variants
(``veto[14(2)].uses_per_term``, ``party.NOR.discount``); ``has veto`` asks whether there is such a clause. A comparison
with something that the treaty does not have is false. ``unlimited`` is more than any number.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, final

if TYPE_CHECKING:
    from lark import Lark

Value = float | str | bool | None
"""What a path stands for; None if the treaty has no such thing."""

Lookup = Callable[[str], Value]

LONGEST = 500

GRAMMAR = r"""
?start: any_of
?any_of: all_of ("or" all_of)*
?all_of: negation ("and" negation)*
?negation: "not" negation -> negation
    | "has" PATH -> has
    | sum COMPARISON sum -> comparison
    | "(" any_of ")"
?sum: product | sum SUM_SIGN product -> arithmetic
?product: factor | product PRODUCT_SIGN factor -> arithmetic
?factor: NUMBER -> number
    | TEXT -> text
    | "true" -> true
    | "false" -> false
    | "unlimited" -> unlimited
    | PATH -> path
    | "-" factor -> negative
    | "(" sum ")"
COMPARISON: ">=" | "<=" | "==" | "!=" | "=" | ">" | "<"
SUM_SIGN: "+" | "-"
PRODUCT_SIGN: "*" | "/"
NUMBER: /\d+(\.\d+)?([eE][+-]?\d+)?/
TEXT: /"[^"]*"|'[^']*'/
PATH: /[A-Za-z_]\w*(\[[^\]]*\])?(\.\w+)*/
%ignore /[ \t]+/
"""


class ExpressionError(ValueError):
    """A condition that cannot be read or has no meaning; ``column`` counts from 1 (None: the whole text)."""

    def __init__(self, problem: str, column: int | None = None) -> None:
        self.problem = problem
        self.column = column
        super().__init__(problem if column is None else f"{problem} (column {column})")


@final
@dataclass(frozen=True)
class Expression:
    """A condition that has been read. ``text`` is how it was written."""

    text: str
    root: Any

    def holds(self, lookup: Lookup) -> bool:
        """Whether the condition is true of a treaty; raises `ExpressionError` where it has no meaning."""
        return bool(_evaluate(self.root, lookup))

    @property
    def paths(self) -> tuple[str, ...]:
        """Every path the condition names, in order; for ``has veto`` the path is ``veto``."""
        return tuple(dict.fromkeys(str(token) for token in _paths(self.root)))


@cache
def parse_expression(text: str) -> Expression:
    """Read a condition, each once; raises `ExpressionError` with the column of the first thing that does not fit."""
    from lark import exceptions

    if len(text) > LONGEST:
        raise ExpressionError(f"is longer than {LONGEST} characters")
    if not text.strip():
        raise ExpressionError("is empty")
    try:
        return Expression(text, _parser().parse(text))
    except exceptions.UnexpectedEOF:
        raise ExpressionError("ends too early", len(text) + 1) from None
    except exceptions.UnexpectedToken as error:
        if error.token.type == "$END":
            raise ExpressionError("ends too early", len(text) + 1) from None
        raise ExpressionError(f"does not expect {str(error.token)!r} here", error.column) from None
    except exceptions.UnexpectedCharacters as error:
        raise ExpressionError(f"cannot hold {error.char!r} here", error.column) from None


@cache
def _parser() -> Lark:
    from lark import Lark

    return Lark(GRAMMAR, parser="lalr", maybe_placeholders=False)


_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    ">=": operator.ge, "<=": operator.le, ">": operator.gt, "<": operator.lt,
    "==": operator.eq, "=": operator.eq, "!=": operator.ne,
}  # fmt: skip
_CALCULATE: dict[str, Callable[[Any, Any], float]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv,
}  # fmt: skip


def _evaluate(node: Any, lookup: Lookup) -> Value:
    match node.data:
        case "any_of":
            return any([_evaluate(child, lookup) for child in node.children])
        case "all_of":
            return all([_evaluate(child, lookup) for child in node.children])
        case "negation":
            return not _evaluate(node.children[0], lookup)
        case "has":
            return lookup(str(node.children[0])) is not None
        case "comparison":
            return _compare(node, lookup)
        case "arithmetic":
            return _calculate(node, lookup)
        case "negative":
            value = _number(node.children[0], lookup, "-")
            return None if value is None else -value
        case "number":
            return float(node.children[0])
        case "text":
            return str(node.children[0])[1:-1]
        case "path":
            return lookup(str(node.children[0]))
        case constant:
            return {"true": True, "false": False, "unlimited": math.inf}[constant]


def _compare(node: Any, lookup: Lookup) -> bool:
    left, sign, right = node.children
    if sign in ("==", "=", "!="):
        a, b = _evaluate(left, lookup), _evaluate(right, lookup)
        if a is None or b is None:
            return False
        same_kind = isinstance(a, str) == isinstance(b, str) and isinstance(a, bool) == isinstance(b, bool)
        equal = same_kind and a == b
        return equal if sign != "!=" else not equal
    x, y = _number(left, lookup, sign), _number(right, lookup, sign)
    return x is not None and y is not None and bool(_COMPARE[sign](x, y))


def _calculate(node: Any, lookup: Lookup) -> float | None:
    left, sign, right = node.children
    x, y = _number(left, lookup, sign), _number(right, lookup, sign)
    if x is None or y is None:
        return None
    try:
        return _CALCULATE[sign](x, y)
    except (ZeroDivisionError, OverflowError):
        raise ExpressionError(f"cannot work out {x:g} {sign} {y:g}", sign.column) from None


def _number(node: Any, lookup: Lookup, sign: str) -> float | None:
    value = _evaluate(node, lookup)
    if isinstance(value, (str, bool)):
        kind = "text" if isinstance(value, str) else "true or false"
        tokens = [token for token in _tokens(node)]
        name = str(tokens[0]) if tokens else "this"
        raise ExpressionError(f"uses {sign!s} on {name}, which is {kind}", tokens[0].column if tokens else None)
    return value


def _tokens(node: Any) -> Iterator[Any]:
    for child in getattr(node, "children", [node]):
        if hasattr(child, "children"):
            yield from _tokens(child)
        else:
            yield child


def _paths(node: Any) -> Iterator[Any]:
    return (token for token in _tokens(node) if token.type == "PATH")
