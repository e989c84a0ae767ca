"""Conditions and amounts of clauses, worked out over whole columns of the compiled table.

An expression is checked once against what can be named (``check``), so that working it out meets no surprise but those
of numbers: a division by zero, or an amount that is not finite, is refused with the state in which it happens.  What is
not needed is not worked out: ``if(stock > 0, 1 / stock, 0)`` divides only where there is a stock.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, final

import numpy as np

from games.numerics.arrays import Bools, Floats, Ints
from treaties.effects.column_names import CLOCKS, Kind, Known, Meaning, choose, meaning_of
from treaties.effects.columns import Columns
from treaties.effects.errors import CompilationError
from treaties.effects.expressions import ExpressionError, Parsed, column_of, parse, tokens
from treaties.effects.laws import Condition

LARGEST = 1e15
"""Larger amounts are refused, as in files."""
SAME = 1e-9
"""Numbers that differ by no more are one value of a state variable."""
MOST_YEARS = 60
"""No clause looks further ahead."""
_COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    ">=": operator.ge, "<=": operator.le, ">": operator.gt, "<": operator.lt,
    "==": operator.eq, "=": operator.eq, "!=": operator.ne,
}  # fmt: skip
_SAID: dict[Kind, str] = {"number": "a number", "condition": "a condition", "text": "text"}


@final
@dataclass(frozen=True)
class Formula:
    """An expression of a clause, to be put to columns.

    ``owner``  what the clause is called in errors, with the field: "article 9, custom: payoffs[0].amount".
    ``terms``  numbers that have a name.
    ``least``, ``most``  between which an amount must lie, everywhere.
    ``where``  elsewhere nobody asks; None: everywhere.
    """

    text: str
    owner: str
    terms: tuple[tuple[str, float], ...] = ()
    least: float = -LARGEST
    most: float = LARGEST
    where: Condition | None = None

    def holds(self, columns: Columns) -> Bools:
        """Where the condition holds; raises ``CompilationError`` where it has no meaning."""
        found: Bools = self._asked(_condition, columns, self._needed(columns, None))
        return found

    def amount(self, columns: Columns, needed: Bools | None = None) -> Floats:
        """The amount, Float[entries]; raises ``CompilationError`` where it has no meaning or leaves its bounds.

        ``needed``  Bool[entries]: elsewhere nobody asks, and it is 0; None: everywhere.
        """
        needed = self._needed(columns, needed)
        value: Floats = self._asked(_number, columns, needed)
        outside = needed & ~((value >= self.least) & (value <= self.most))
        if np.any(outside):
            root, at = parse(self.text).root, int(np.flatnonzero(outside)[0])
            where = _place(root, Scene(columns, dict(self.terms)), at)
            between = f"{self.least:g} to {self.most:g}"
            raise CompilationError(f"{self.owner}: {self.text!r} is {value[at]:g}{where}, outside {between}")
        # Chances have to be chances everywhere, also where nobody asks.
        return np.where(needed, value, 0.0)

    def code(self, columns: Columns, values: tuple[float, ...], needed: Bools) -> Ints:
        """Int[entries]: which of some values it gives; raises ``CompilationError`` where it gives another.

        ``needed``  Bool[entries]: elsewhere nobody asks, and anything may come out.
        """
        value = self.amount(columns, needed)
        steps = np.array(values)
        place: Ints = np.abs(value[:, None] - steps[None, :]).argmin(axis=1)
        missed = self._needed(columns, needed) & (np.abs(value - steps[place]) > SAME)
        if np.any(missed):
            at = int(np.flatnonzero(missed)[0])
            where = _place(parse(self.text).root, Scene(columns, dict(self.terms)), at)
            raise CompilationError(
                f"{self.owner}: {self.text!r} is {value[at]:g}{where}, which is none of its values; "
                "keep it between them with min() and max()"
            )
        return place

    def _needed(self, columns: Columns, needed: Bools | None) -> Bools:
        """Where somebody asks; ``needed`` None: everywhere that the clause applies."""
        out = np.ones(columns.size, dtype=bool) if needed is None else needed
        return out if self.where is None else out & self.where(columns)

    def _asked(self, work: Callable[[Any, Scene, Bools], Any], columns: Columns, needed: Bools) -> Any:
        try:
            return work(parse(self.text).root, Scene(columns, dict(self.terms)), needed)
        except ExpressionError as error:
            remedy = f"; {error.remedy}" if error.remedy else ""
            raise CompilationError(f"{self.owner}: {self.text!r} {error}{remedy}") from None


@final
@dataclass(frozen=True, eq=False)
class Scene:
    """Columns, and numbers that have a name."""

    columns: Columns
    terms: Mapping[str, float]

    def meaning(self, node: Any) -> Meaning:
        """What a name stands for; raises ``ExpressionError``."""
        return _meaning(node, self.columns, self.terms)


def _meaning(node: Any, known: Known, terms: Mapping[str, float]) -> Meaning:
    token = node.children[0]
    try:
        return meaning_of(str(token), known, terms)
    except ExpressionError as error:
        raise ExpressionError(error.problem, token.column, error.remedy) from None


# -- before anything is worked out ---------------------------------------------------------------------------------


def check(parsed: Parsed, wanted: Kind, known: Known, terms: Mapping[str, float]) -> None:
    """Raise ``ExpressionError`` unless an expression is of a kind, and all of it has a meaning."""
    _insist(parsed.root, wanted, known, terms)


def _insist(node: Any, wanted: Kind, known: Known, terms: Mapping[str, float]) -> None:
    found = _kind(node, known, terms)
    if found != wanted:
        said = " ".join(map(str, tokens(node))) or node.data
        remedy = "count(…) is how many conditions hold" if (found, wanted) == ("condition", "number") else ""
        if (found, wanted) == ("number", "condition"):
            remedy = "compare it with a number"
        raise ExpressionError(f"has {said} where {_SAID[wanted]} is needed", column_of(node), remedy)


def _kind(node: Any, known: Known, terms: Mapping[str, float]) -> Kind:
    match node.data:
        case "any_of" | "all_of" | "negation":
            for child in node.children:
                _insist(child, "condition", known, terms)
            return "condition"
        case "comparison":
            _compared(node, known, terms)
            return "condition"
        case "true" | "false":
            return "condition"
        case "arithmetic":
            for child in (node.children[0], node.children[2]):
                _insist(child, "number", known, terms)
            return "number"
        case "negative":
            _insist(node.children[0], "number", known, terms)
            return "number"
        case "number":
            return "number"
        case "text":
            return "text"
        case "path":
            return _meaning(node, known, terms).kind
        case "call":
            return _called(node, known, terms)
        case "has":
            raise ExpressionError("asks for a clause of the text, which only a red line may", column_of(node))
        case other:
            raise ExpressionError(f"uses {other}, which is no number here", column_of(node))


def _called(node: Any, known: Known, terms: Mapping[str, float]) -> Kind:
    name, *given = node.children
    if name == "if":
        if len(given) != 3:
            raise ExpressionError("gives if() other than a condition and two values", name.column)
        _insist(given[0], "condition", known, terms)
        kind = _kind(given[1], known, terms)
        if kind == "text":
            raise ExpressionError("gives if() a text", column_of(given[1]), "give it numbers or conditions")
        _insist(given[2], kind, known, terms)
        return kind
    for child in given:
        _insist(child, "condition" if name == "count" else "number", known, terms)
    return "number"


def _compared(node: Any, known: Known, terms: Mapping[str, float]) -> None:
    left, sign, right = node.children
    kinds = _kind(left, known, terms), _kind(right, known, terms)
    equality = sign in ("==", "=", "!=")
    if "text" in kinds:
        name, text = (left, right) if right.data == "text" else (right, left)
        if not equality or text.data != "text" or name.data != "path" or kinds != ("text", "text"):
            problem = "compares text with something else than one text in quotes, by == or !="
            raise ExpressionError(problem, sign.column)
        legal = _meaning(name, known, terms).texts
        given = str(text.children[0])[1:-1]
        if given not in legal:
            path = name.children[0]
            raise ExpressionError(f"{path} is never {given!r}", text.children[0].column, choose(given, list(legal)))
    elif kinds[0] != kinds[1] or (kinds[0] == "condition" and not equality):
        problem = f"compares {_SAID[kinds[0]]} with {_SAID[kinds[1]]} by {sign}"
        raise ExpressionError(problem, sign.column, "a condition stands by itself: a and not b")


def last_years(parsed: Parsed) -> dict[str, int]:
    """By clock, the last year in which an expression has to tell from later ones; raises ``ExpressionError``.

    A clock runs only as far as somebody asks, so that it may be compared with whole numbers of years alone, or be held
    by ``min(year, 10)``.
    """
    found: dict[str, int] = {}
    seen = 0
    for node in parsed.root.iter_subtrees():
        if node.data == "comparison":
            left, sign, right = node.children
            for clock, other, its in ((left, right, str(sign)), (right, left, _TURNED[str(sign)])):
                if _is_clock(clock) and other.data == "number":
                    seen += 1
                    number = _whole(other)
                    _reach(found, clock, number - 1 if its in (">=", "<") else number)
        elif node.data == "call" and node.children[0] == "min":
            numbers = [_whole(child) for child in node.children[1:] if child.data == "number"]
            for child in node.children[1:]:
                if _is_clock(child) and numbers:
                    seen += 1
                    _reach(found, child, min(numbers) - 1)
    named = [token for token in tokens(parsed.root) if token.type == "PATH" and token in CLOCKS]
    if len(named) != seen:
        raise ExpressionError(
            f"uses {named[0]} other than beside a whole number of years",
            int(named[0].column),
            f"compare it with one, or hold it: min({named[0]}, 10)",
        )
    return found


_TURNED = {">=": "<=", "<=": ">=", ">": "<", "<": ">", "==": "==", "=": "=", "!=": "!="}


def _is_clock(node: Any) -> bool:
    return bool(node.data == "path" and node.children[0] in CLOCKS)


def _whole(node: Any) -> int:
    number = float(node.children[0])
    if not number.is_integer() or number > MOST_YEARS:
        problem = f"counts {number:g} years"
        raise ExpressionError(problem, column_of(node), f"write a whole number up to {MOST_YEARS}")
    return int(number)


def _reach(found: dict[str, int], clock: Any, year: int) -> None:
    name = str(clock.children[0])
    found[name] = max(found.get(name, 0), year)


# -- over columns --------------------------------------------------------------------------------------------------


def _condition(node: Any, scene: Scene, needed: Bools) -> Bools:
    match node.data:
        case "any_of":
            out = np.zeros(scene.columns.size, dtype=bool)
            for child in node.children:
                out = out | _condition(child, scene, needed & ~out)
            return out
        case "all_of":
            out = np.ones(scene.columns.size, dtype=bool)
            for child in node.children:
                out = out & _condition(child, scene, needed & out)
            return out
        case "negation":
            return ~_condition(node.children[0], scene, needed)
        case "comparison":
            return _comparison(node, scene, needed)
        case "call":
            return np.asarray(_either(node, scene, needed, _condition), dtype=bool)
        case "path":
            return np.asarray(scene.meaning(node).read(scene.columns), dtype=bool)
        case constant:
            return np.full(scene.columns.size, constant == "true")


def _comparison(node: Any, scene: Scene, needed: Bools) -> Bools:
    left, sign, right = node.children
    kinds = _kind(left, scene.columns, scene.terms), _kind(right, scene.columns, scene.terms)
    if kinds[0] == "text":
        name, text = (left, right) if right.data == "text" else (right, left)
        meaning = scene.meaning(name)
        given = str(text.children[0])[1:-1]
        same = np.equal(meaning.read(scene.columns), meaning.texts.index(given) if given in meaning.texts else -1)
        return np.asarray(~same if sign == "!=" else same)
    work = _condition if kinds[0] == "condition" else _number
    return np.asarray(_COMPARE[sign](work(left, scene, needed), work(right, scene, needed)))


def _number(node: Any, scene: Scene, needed: Bools) -> Floats:
    match node.data:
        case "arithmetic":
            return _arithmetic(node, scene, needed)
        case "negative":
            return -_number(node.children[0], scene, needed)
        case "number":
            return scene.columns.constant(float(node.children[0]))
        case "path":
            return np.asarray(scene.meaning(node).read(scene.columns), dtype=float)
    name, *given = node.children
    if name == "if":
        return np.asarray(_either(node, scene, needed, _number), dtype=float)
    if name == "count":
        return np.asarray(np.sum([_condition(child, scene, needed) for child in given], axis=0), dtype=float)
    numbers = [_number(child, scene, needed) for child in given]
    return np.asarray((np.minimum if name == "min" else np.maximum).reduce(numbers))


def _either(node: Any, scene: Scene, needed: Bools, work: Callable[[Any, Scene, Bools], Any]) -> Any:
    _, condition, first, second = node.children
    holds = _condition(condition, scene, needed)
    return np.where(holds, work(first, scene, needed & holds), work(second, scene, needed & ~holds))


def _arithmetic(node: Any, scene: Scene, needed: Bools) -> Floats:
    left, sign, right = node.children
    x, y = _number(left, scene, needed), _number(right, scene, needed)
    with np.errstate(all="ignore"):
        match str(sign):
            case "+":
                out = x + y
            case "-":
                out = x - y
            case "*":
                out = x * y
            case _:
                out = x / y
    lost = needed & ~np.isfinite(out)
    if np.any(lost):
        at = int(np.flatnonzero(lost)[0])
        problem = f"cannot work out {x[at]:g} {sign} {y[at]:g}{_place(node, scene, at)}"
        raise ExpressionError(problem, int(sign.column))
    # Where it is not needed nobody asks, and nothing that is not a number may go on from there.
    return np.where(np.isfinite(out), out, 0.0)


def _place(node: Any, scene: Scene, at: int) -> str:
    """The state of an entry, as far as an expression looks at it."""
    said = []
    for path in dict.fromkeys(str(token) for token in tokens(node) if token.type == "PATH"):
        meaning = meaning_of(path, scene.columns, scene.terms)
        value = meaning.read(scene.columns)[at]
        told = {"number": f"{float(value):g}", "condition": str(bool(value)).lower(), "text": ""}[meaning.kind]
        said.append(f"{path} = {told or meaning.texts[int(value)]}")
    return f" where {', '.join(said)}" if said else ""
