"""Public rules of play in certificate files: tables written as runs of equal numbers, [number, how often]."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from games.certificates.reading import (
    CertificateError,
    field,
    integer,
    mapping,
    only,
    rational,
    rationals,
    sequence,
    text,
)
from games.certificates.sealing import sealed
from games.files.runs import runs_of, table_of
from games.model.stochastic_game import GameError
from games.model.typed_rule import TypedRule
from games.numerics.arrays import Ints
from games.numerics.exact import written

FORMAT = "servanda-typed-certificate/1"


def rule_json(rule: TypedRule) -> dict[str, Any]:
    """A rule as an object of its own."""
    return sealed({
        "modes": list(rule.modes),
        "start": rule.start,
        "action": [[None if table is None else runs_of(table) for table in tables] for tables in rule.action],
        "next_mode": runs_of(rule.next_mode),
        "arrival": None if rule.arrival is None else runs_of(rule.arrival),
        "mix": [[*key, [[a, written(p)] for a, p in sorted(chances.items())]]
                for key, chances in sorted(rule.mix.items())],
        "shares": None if rule.shares is None else [
            None if shares is None else [written(p) for p in shares] for shares in rule.shares],
    })


def read_rule(given: Any, place: str = "rule") -> TypedRule:
    """Read what ``rule_json`` wrote; raises ``CertificateError``."""
    item = mapping(given, place)
    only(item, {"modes", "start", "action", "next_mode", "arrival", "mix", "shares"}, place)
    modes = tuple(text(x, f"{place}.modes[{k}]") for k, x in enumerate(_list(item, "modes", place)))
    action = tuple(
        tuple(None if table is None else _table(table, len(modes), f"{place}.action[{i}][{t}]")
              for t, table in enumerate(sequence(tables, f"{place}.action[{i}]")))
        for i, tables in enumerate(_list(item, "action", place)))
    arrival = item.get("arrival")
    mix: dict[tuple[int, int, int, int], Mapping[int, Fraction]] = {}
    for k, entry in enumerate(_list(item, "mix", place)):
        here = f"{place}.mix[{k}]"
        if len(sequence(entry, here)) != 5:
            raise CertificateError(f"{here}: player, type, mode, state and chances are expected")
        i, t, m, s = (integer(x, here) for x in entry[:4])
        mix[i, t, m, s] = dict(_chance(pair, here) for pair in sequence(entry[4], here))
    shares = item.get("shares")
    return TypedRule(
        modes, integer(field(item, "start", place), f"{place}.start"), action,
        _table(field(item, "next_mode", place), len(modes), f"{place}.next_mode"),
        None if arrival is None else _table(arrival, len(modes), f"{place}.arrival"), mix,
        None if shares is None else tuple(
            None if x is None else rationals(x, f"{place}.shares[{i}]")
            for i, x in enumerate(sequence(shares, f"{place}.shares"))))


def _chance(pair: Any, place: str) -> tuple[int, Fraction]:
    if len(sequence(pair, place)) != 2:
        raise CertificateError(f'{place}: pairs of an action and its chance are expected; write [0, "1/2"]')
    return integer(pair[0], place), rational(pair[1], place)


def _list(item: Mapping[str, Any], name: str, place: str) -> Any:
    return sequence(field(item, name, place), f"{place}.{name}")


def _table(given: Any, modes: int, place: str) -> Ints:
    try:
        table = table_of(given, place)
    except GameError as error:
        raise CertificateError(str(error)) from None
    if len(table) != modes:
        raise CertificateError(f"{place}: {len(table)} rows are given, one per mode ({modes}) is needed")
    return table
