"""Conditions and amounts of clauses told in words: "the stage is at least 2 and not contested sale"."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from treaties.effects.expressions import parse

_SIGNS = {
    ">=": "is at least", "<=": "is at most", ">": "is more than", "<": "is less than", "==": "is", "=": "is",
    "!=": "is not", "+": "plus", "-": "less", "*": "times", "/": "divided by",
}  # fmt: skip
_HEADS: Mapping[str, Callable[..., str]] = {
    "complies": lambda party, matter: f"{party} complies on {matter}",
    "breaches": lambda party, matter: f"{party} breaches on {matter}",
    "government": lambda party, *_: f"the government of {party}",
}


def in_words(text: str, names: Mapping[str, str]) -> str:
    """An expression as a reader would say it.

    ``names``  of parties, matters and events by id; any other name is told with spaces for dots and underscores.
    """
    return _told(parse(text).root, names)


def _told(node: Any, names: Mapping[str, str]) -> str:
    match node.data:
        case "any_of":
            return " or ".join(_inner(child, names) for child in node.children)
        case "all_of":
            return " and ".join(_inner(child, names) for child in node.children)
        case "negation":
            return f"not {_inner(node.children[0], names)}"
        case "comparison" | "arithmetic":
            left, sign, right = node.children
            return f"{_inner(left, names)} {_SIGNS[str(sign)]} {_inner(right, names)}"
        case "negative":
            return f"minus {_inner(node.children[0], names)}"
        case "number":
            return f"{float(node.children[0]):g}"
        case "text":
            return str(node.children[0])[1:-1]
        case "path":
            return _name(str(node.children[0]), names)
        case "has":
            return f"there is {_name(str(node.children[0]), names)}"
        case "call":
            return _call(node, names)
        case constant:
            return str(constant)


def _inner(node: Any, names: Mapping[str, str]) -> str:
    """A part within another: in brackets where it has parts that could be read as the other's."""
    said = _told(node, names)
    branches = node.data == "call" and node.children[0] in ("if", "count")
    return f"({said})" if branches or node.data in ("any_of", "all_of", "arithmetic") else said


def _call(node: Any, names: Mapping[str, str]) -> str:
    name, *given = node.children
    said = [_inner(child, names) for child in given]
    if name == "if":
        return f"{said[1]} if {said[0]}, else {said[2]}"
    if name == "count":
        return f"1 if {said[0]}, else 0" if len(said) == 1 else f"how many hold of: {', '.join(said)}"
    return f"the {'least' if name == 'min' else 'greatest'} of {' and '.join(said)}"


def _name(path: str, names: Mapping[str, str]) -> str:
    head, *rest = path.split(".")
    known = [names.get(step, step.replace("_", " ")) for step in rest]
    if head in _HEADS and len(rest) in (1, 2):
        return _HEADS[head](*known)
    if head == "breach":
        return f"somebody breaches on {known[0]}" if known else "somebody is in breach"
    if head == "takes" and len(rest) >= 3:
        return f"{known[0]} plays {' '.join(known[2:])} in {known[1]}"
    if path == "year":
        return "the year since entry into force"
    if path == "term_year":
        return "the year of the term"
    if head == "terms":
        return " ".join(known)
    return " ".join([names.get(head, head.replace("_", " ")), *known])
