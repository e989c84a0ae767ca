"""Reading the parts of a certificate file; whatever is malformed is named with its place and the remedy."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from games.certificates.certificate import SolutionConcept
from games.model.clock import Clock
from games.model.stochastic_game import GameError
from games.model.strategy_automaton import Lottery, surely
from games.numerics.exact import written

_NUMBER = re.compile(r"-?[0-9]{1,2000}(\.[0-9]{1,2000}|/[0-9]{1,4000})?\Z")


class CertificateError(GameError):
    """The file is not a certificate; the message names the place, the problem and the remedy."""


def mapping(value: Any, place: str) -> Mapping[str, Any]:
    """A JSON object."""
    if not isinstance(value, dict):
        raise CertificateError(f"{place}: an object is expected, found {_shown(value)}; write {{...}}")
    return value


def sequence(value: Any, place: str) -> Sequence[Any]:
    """A JSON array."""
    if not isinstance(value, list):
        raise CertificateError(f"{place}: a list is expected, found {_shown(value)}; write [...]")
    return value


def integer(value: Any, place: str) -> int:
    """A JSON integer."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise CertificateError(f"{place}: a whole number is expected, found {_shown(value)}; write for instance 3")
    return value


def text(value: Any, place: str) -> str:
    """A JSON string."""
    if not isinstance(value, str):
        raise CertificateError(f'{place}: text is expected, found {_shown(value)}; write it in "..."')
    return value


def rational(value: Any, place: str) -> Fraction:
    """An exact number: an integer, or a string holding a decimal or p/q."""
    if isinstance(value, int) and not isinstance(value, bool):
        return Fraction(value)
    if isinstance(value, str) and _NUMBER.match(value):
        try:
            return Fraction(value)
        except ZeroDivisionError:
            pass
    raise CertificateError(
        f'{place}: an exact number is expected, found {_shown(value)}; write "0.25" or "1/4" in quotes'
    )


def rationals(value: Any, place: str) -> tuple[Fraction, ...]:
    """A list of exact numbers."""
    return tuple(rational(x, f"{place}[{k}]") for k, x in enumerate(sequence(value, place)))


def lottery(value: Any, place: str) -> Lottery:
    """A lottery: one number for certainty, or a list of [number, probability]."""
    if isinstance(value, int) and not isinstance(value, bool):
        return surely(value)
    out = []
    for k, pair in enumerate(sequence(value, place)):
        here = f"{place}[{k}]"
        if len(sequence(pair, here)) != 2:
            raise CertificateError(f'{here}: a pair is expected, found {_shown(pair)}; write [0, "1/2"]')
        out.append((integer(pair[0], here), rational(pair[1], here)))
    return tuple(out)


def lottery_json(value: Lottery) -> int | list[list[int | str]]:
    """What ``lottery`` reads."""
    if len(value) == 1 and value[0][1] == 1:
        return value[0][0]
    return [[k, written(p)] for k, p in value]


def field(item: Mapping[str, Any], name: str, place: str) -> Any:
    """A field that must be there."""
    if name not in item:
        raise CertificateError(f"{place or 'certificate'}: {name!r} is missing; add it")
    return item[name]


def only(item: Mapping[str, Any], known: set[str], place: str) -> None:
    """Refuse fields that mean nothing."""
    for name in item:
        if name not in known | {"seal"}:
            raise CertificateError(
                f"{place or 'certificate'}: unknown field {name!r}; known fields are {', '.join(sorted(known))}"
            )


def concept(document: Mapping[str, Any]) -> SolutionConcept:
    """The solution concept, by its words."""
    words = text(field(document, "concept", ""), "concept")
    for known in SolutionConcept:
        if known.value == words:
            return known
    raise CertificateError(f"concept: {words!r} is unknown; write one of {[c.value for c in SolutionConcept]}")


def clock(claim: Mapping[str, Any]) -> Clock | None:
    """The clock of a claim about a plan that varies over time, [periods that come once, that come again]; or None."""
    if "clock" not in claim:
        return None
    pair = sequence(claim["clock"], "claim.clock")
    if len(pair) != 2:
        raise CertificateError(f"claim.clock: a pair is expected, found {_shown(pair)}; write [0, 2]")
    return Clock(integer(pair[0], "claim.clock[0]"), integer(pair[1], "claim.clock[1]"))


def plan_json(value: Any, place: str) -> dict[str, list[list[str]]]:
    """A plan's JSON form, state by state the allowed profiles as action labels."""
    return {
        name: [[text(label, f"{place}.{name}[{k}]") for label in sequence(profile, f"{place}.{name}[{k}]")]
               for k, profile in enumerate(sequence(profiles, f"{place}.{name}"))]
        for name, profiles in mapping(value, place).items()
    }


def plan_document(plan: Mapping[str, Sequence[Sequence[str]]]) -> dict[str, list[list[str]]]:
    """What ``plan_json`` reads again."""
    return {state: [list(profile) for profile in profiles] for state, profiles in plan.items()}


def _shown(value: Any) -> str:
    shown = repr(value)
    return shown if len(shown) <= 60 else shown[:57] + "..."
