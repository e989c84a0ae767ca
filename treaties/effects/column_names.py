"""What names in conditions and amounts of clauses stand for: columns of the compiled table.

``year``            years since entry into force, 1 in the first; the clock stands under notice and after the end.
``term_year``       years of the current term, 1 in the first.
``status``          "in force", "notice", "ended"; "pending" before a ratification that is still open.
``contested_sale``  whether an event, by its id, is under way.
``government.FRA``  "friendly" or "sceptic", where a clause changes governments.
``stage``           any state variable of a clause, by its name with dots for its spaces: a number or a text.
``complies.FRA.trade``, ``breaches.FRA.trade``  whether a party keeps or breaches its obligations in a matter this year.
``breach.trade``, ``breach``  whether anybody is in breach, of a matter or of any.
``takes.FRA.trade.veto``  whether a party takes an option of a choice, both by name with dots for spaces.

``seems.FRA.trade`` in signals: the chance that conduct looks like a breach to whoever examines it, 1 for a breach.

The last five have a meaning where one looks at what is done, not where one looks at states alone.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Literal, Protocol, final

import numpy as np

from games.numerics.arrays import Bools, Floats, Ints
from treaties.effects.columns import Columns
from treaties.effects.expressions import FUNCTIONS, ExpressionError
from treaties.effects.names import (
    IN_FORCE,
    RATIFICATION,
    STATUS,
    YEAR,
    YEARS_IN_FORCE,
    event_variable,
    government_variable,
)

Kind = Literal["number", "condition", "text"]
PHASES = ("in force", "notice", "ended", "pending")
"""What ``status`` can be."""
CLOCKS = {"year": YEARS_IN_FORCE, "term_year": YEAR}
"""Clocks by the names that expressions have for them."""
CONDUCT = ("complies", "breaches", "breach", "takes", "seems")
"""Names that look at what is done."""
RESERVED = frozenset(
    {*CLOCKS, *CONDUCT, *FUNCTIONS, "status", "government", "terms", "event", "has", "and", "or", "not"}
    | {"true", "false", "unlimited"}
)
"""Names that a file cannot give to something of its own."""


class Known(Protocol):
    """What can be named.  ``Columns`` know it, and so does a treaty before it is compiled."""

    @property
    def values(self) -> Mapping[str, tuple[str | int | float, ...]]:
        """State variables and their values."""

    @property
    def options(self) -> Mapping[tuple[str, str], tuple[str, ...]]:
        """Options by (party, matter or procedure); empty where one looks at states alone."""

    @property
    def complies(self) -> Collection[tuple[str, str]]:
        """The (party, matter) that have conduct."""

    @property
    def seeming(self) -> Collection[tuple[str, str]]:
        """The (party, matter) of which one may ask what conduct looks like."""


@final
@dataclass(frozen=True, eq=False)
class Meaning:
    """What a name stands for.

    ``read``   its column: Floats of a number, Bools of a condition, Ints of a text (indexes into ``texts``).
    ``texts``  what a text can be.
    """

    kind: Kind
    read: Callable[[Columns], Floats | Bools | Ints]
    texts: tuple[str, ...] = ()


def meaning_of(path: str, known: Known, terms: Mapping[str, float]) -> Meaning:
    """What a name stands for, given numbers that have a name; raises ``ExpressionError`` with the nearest legal one."""
    head, *rest = path.split(".")
    if "[" in path:
        raise ExpressionError(f"names {path!r}, a term of the text; a clause looks at states and conduct")
    if path in terms or (head == "terms" and len(rest) == 1 and rest[0] in terms):
        value = terms[path if path in terms else rest[0]]
        return Meaning("number", lambda columns: columns.constant(value))
    if head in CONDUCT:
        return _conduct(path, head, rest, known)
    if path == "status":
        return Meaning("text", _phase, PHASES)
    if path in CLOCKS:
        return Meaning("number", partial(_years, CLOCKS[path]))
    if head == "government" and len(rest) == 1:
        return _variable(path, government_variable(rest[0]), known, terms)
    event = event_variable(rest[0] if head == "event" and len(rest) == 1 else path)
    if event in known.values:
        return Meaning("condition", lambda columns: columns.code(event) == 1)
    return _variable(path, path if path in known.values else path.replace(".", " "), known, terms)


def _variable(path: str, variable: str, known: Known, terms: Mapping[str, float]) -> Meaning:
    values = known.values.get(variable)
    if values is None or variable in (STATUS, RATIFICATION):
        raise ExpressionError(f"names {path!r}, which there is not", remedy=choose(path, names_of(known, terms)))
    if any(isinstance(value, str) for value in values):
        return Meaning("text", lambda columns: columns.code(variable), tuple(map(str, values)))
    numbers: Floats = np.array(values, dtype=np.float64)
    return Meaning("number", lambda columns: np.asarray(numbers[columns.code(variable)], dtype=np.float64))


def _conduct(path: str, head: str, rest: list[str], known: Known) -> Meaning:
    if not known.options:
        raise ExpressionError(
            f"looks at conduct ({path}), which is not settled there", remedy="ask for years, stages, events and states"
        )
    if head != "takes" and not known.complies:
        raise ExpressionError(
            f"looks at compliance ({path}), which depends on it in turn", remedy="ask for options: takes.FRA.trade.veto"
        )
    if head == "breach" and len(rest) <= 1:
        matter = rest[0] if rest else None
        if matter is None or matter in {of for _, of in known.complies}:
            return Meaning("condition", lambda columns: columns.any_breach(matter))
    if head in ("complies", "breaches") and len(rest) == 2 and (rest[0], rest[1]) in known.complies:
        key = (rest[0], rest[1])
        if head == "complies":
            return Meaning("condition", lambda columns: columns.complies[key])
        return Meaning("condition", lambda columns: columns.in_breach[key])
    if head == "seems" and len(rest) == 2 and (rest[0], rest[1]) in known.seeming:
        key = (rest[0], rest[1])
        return Meaning("number", lambda columns: columns.seeming[key])
    if head == "takes":
        for (party, subject), options in known.options.items():
            for option in options:
                if path == dotted("takes", party, subject, option):
                    return Meaning("condition", partial(_takes, party, subject, option))
    raise ExpressionError(
        f"names {path!r}, which there is not", remedy=choose(path, [n for n in names_of(known, {}) if "." in n])
    )


def _takes(party: str, subject: str, option: str, columns: Columns) -> Bools:
    return columns.takes(party, subject, option)


def _years(clock: str, columns: Columns) -> Floats:
    """The year of a clock; the first for good if nobody tells it from later ones."""
    first = columns.constant(1.0)
    return first + columns.code(clock) if clock in columns.codes else first


def _phase(columns: Columns) -> Ints:
    status = columns.code(STATUS)
    phase = np.where(status == len(columns.values[STATUS]) - 1, 2, np.where(status == IN_FORCE, 0, 1))
    if RATIFICATION in columns.codes:
        phase = np.where((columns.code(RATIFICATION) == 0) & (phase == 0), 3, phase)
    return phase


def dotted(*parts: str) -> str:
    """A name made of several, with dots for spaces."""
    return ".".join(parts).replace(" ", ".")


def names_of(known: Known, terms: Mapping[str, float]) -> Iterator[str]:
    """Every name that has a meaning."""
    yield from terms
    yield from (*CLOCKS, "status")
    for variable in known.values:
        words = variable.split(" ")
        if variable in (STATUS, RATIFICATION, *CLOCKS.values()):
            continue
        if words[0] == "event":
            yield words[1]
        elif words[:2] == ["government", "of"]:
            yield dotted("government", *words[2:])
        elif all(part.isidentifier() for word in words for part in word.split(".")):
            yield dotted(variable)
    if not known.options:
        return
    yield "breach"
    for party, matter in known.complies:
        yield from (dotted(word, party, matter) for word in ("complies", "breaches"))
    yield from dict.fromkeys(dotted("breach", matter) for _, matter in known.complies)
    yield from (dotted("seems", party, matter) for party, matter in known.seeming)
    for (party, subject), options in known.options.items():
        for option in options:
            name = dotted("takes", party, subject, option)
            if all(part.isidentifier() for part in name.split(".")):
                yield name


def choose(wrong: str, legal: Iterator[str] | list[str]) -> str:
    """A remedy: the nearest legal name, then the first of all of them."""
    import difflib

    names = list(legal)
    close = difflib.get_close_matches(wrong, names, n=1, cutoff=0.6)
    guess = f"did you mean {close[0]!r}? " if close else ""
    shown = names[:12]
    return f"{guess}there is: {', '.join(shown)}{' …' if len(names) > len(shown) else ''}"
