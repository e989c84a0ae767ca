"""Conditions on the text of a treaty, such as the red line ``veto.uses_per_term >= 1 and not has continuity``.

Names are paths as in variants (``veto[14(2)].uses_per_term``, ``party.NOR.discount``); ``has veto`` asks whether there
is such a clause.  A comparison with something that the treaty does not have is false.  ``unlimited`` is more than any
number.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, final

from treaties.effects.expressions import ExpressionError, column_of, parse, tokens

__all__ = ["Expression", "ExpressionError", "Lookup", "Value", "parse_expression"]

Value = float | str | bool | None
"""What a path stands for; None if the treaty has no such thing."""

Lookup = Callable[[str], Value]


@final
@dataclass(frozen=True)
class Expression:
    """A condition that has been read. ``text`` is how it was written."""

    text: str
    root: Any

    def holds(self, lookup: Lookup) -> bool:
        """Whether the condition is true of a treaty; raises `ExpressionError` where it has no meaning."""
        return _truth(self.root, lookup)

    @property
    def paths(self) -> tuple[str, ...]:
        """Every path the condition names, in order; for ``has veto`` the path is ``veto``."""
        return parse(self.text).paths


@cache
def parse_expression(text: str) -> Expression:
    """Read a condition, each once; raises `ExpressionError` with the column of the first thing that does not fit."""
    root = parse(text).root
    if root.data in ("number", "text", "unlimited", "arithmetic", "negative", "path"):
        raise ExpressionError("says nothing that could hold or not; compare it with something", column_of(root))
    return Expression(text, root)


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
            return any([_truth(child, lookup) for child in node.children])
        case "all_of":
            return all([_truth(child, lookup) for child in node.children])
        case "negation":
            return not _truth(node.children[0], lookup)
        case "has":
            return lookup(str(node.children[0])) is not None
        case "comparison":
            return _compare(node, lookup)
        case "arithmetic":
            return _calculate(node, lookup)
        case "call":
            return _call(node, lookup)
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


def _truth(node: Any, lookup: Lookup) -> bool:
    """Whether a part holds; what the treaty does not have does not."""
    value = _evaluate(node, lookup)
    if value is not None and not isinstance(value, bool):
        named = next((str(token) for token in tokens(node)), "this")
        raise ExpressionError(f"asks whether {named} holds, which is no condition", column_of(node))
    return bool(value)


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


def _call(node: Any, lookup: Lookup) -> Value:
    name, *given = node.children
    if name == "count":
        return float(sum(_truth(child, lookup) for child in given))
    if name == "if":
        if len(given) != 3:
            raise ExpressionError("gives if() other than a condition and two values", name.column)
        return _evaluate(given[1] if _truth(given[0], lookup) else given[2], lookup)
    numbers = [_number(child, lookup, f"{name}()") for child in given]
    known = [number for number in numbers if number is not None]
    return (min if name == "min" else max)(known) if len(known) == len(numbers) else None


def _number(node: Any, lookup: Lookup, sign: str) -> float | None:
    value = _evaluate(node, lookup)
    if isinstance(value, (str, bool)):
        kind = "text" if isinstance(value, str) else "true or false"
        name = next((str(token) for token in tokens(node)), "this")
        raise ExpressionError(f"uses {sign!s} on {name}, which is {kind}", column_of(node))
    return value
