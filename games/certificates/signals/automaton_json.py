"""Public automata in certificate files: a list of sealed cells, one per mode."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from games.certificates.reading import (
    CertificateError,
    field,
    integer,
    lottery,
    lottery_json,
    mapping,
    only,
    rationals,
    sequence,
)
from games.certificates.sealing import sealed
from games.model.outcome_laws import Outcome
from games.model.public_automaton import PublicAutomaton, PublicMode
from games.model.strategy_automaton import Lottery
from games.numerics.exact import written


def public_automaton_json(automaton: PublicAutomaton) -> dict[str, Any]:
    """The fields ``start`` and ``cells`` of a certificate file; outcomes with one lottery are listed together."""
    return {"start": lottery_json(automaton.initial), "cells": [sealed(_mode_json(m)) for m in automaton.modes]}


def _mode_json(mode: PublicMode) -> dict[str, Any]:
    shared: dict[Lottery, list[Outcome]] = {}
    for outcome, follows in mode.then.items():
        shared.setdefault(follows, []).append(outcome)
    return {
        "state": mode.state, "row": mode.row, "payoffs": [written(x) for x in mode.payoffs],
        "then": [[[list(z) for z in outcomes], lottery_json(follows)] for follows, outcomes in shared.items()]}


def read_public_automaton(document: Mapping[str, Any]) -> PublicAutomaton:
    """Read what ``public_automaton_json`` wrote; raises ``CertificateError``."""
    cells = sequence(field(document, "cells", ""), "cells")
    return PublicAutomaton(
        tuple(_read_mode(mapping(item, f"cells[{k}]"), f"cells[{k}]") for k, item in enumerate(cells)),
        lottery(field(document, "start", ""), "start"))


def _read_mode(item: Mapping[str, Any], place: str) -> PublicMode:
    only(item, {"state", "row", "payoffs", "then"}, place)
    then: dict[Outcome, Lottery] = {}
    for k, entry in enumerate(sequence(field(item, "then", place), f"{place}.then")):
        here = f"{place}.then[{k}]"
        outcomes, follows = pair(entry, here)
        after = lottery(follows, f"{here}[1]")
        for n, outcome in enumerate(sequence(outcomes, f"{here}[0]")):
            signal, state = pair(outcome, f"{here}[0][{n}]")
            z = integer(signal, f"{here}[0][{n}]"), integer(state, f"{here}[0][{n}]")
            if z in then:
                raise CertificateError(f"{here}[0][{n}]: outcome {list(z)} is listed already; keep one of them")
            then[z] = after
    return PublicMode(
        integer(field(item, "state", place), f"{place}.state"), integer(field(item, "row", place), f"{place}.row"),
        rationals(field(item, "payoffs", place), f"{place}.payoffs"), then)


def pair(value: Any, place: str) -> tuple[Any, Any]:
    """A list of two entries."""
    if len(sequence(value, place)) != 2:
        raise CertificateError(f"{place}: two entries are expected, found {len(value)}; write for instance [0, 3]")
    return value[0], value[1]
