"""Automata in certificate files: a list of sealed cells."""

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
    text,
)
from games.certificates.sealing import sealed
from games.model.strategy_automaton import Cell, Lottery, StrategyAutomaton
from games.numerics.exact import written

_FIELDS = {"mode", "state", "row", "mix", "then", "then_at", "punish", "punish_at"}


def automaton_json(automaton: StrategyAutomaton) -> dict[str, Any]:
    """The fields ``modes``, ``start`` and ``cells`` of a certificate file."""
    return {
        "modes": list(automaton.modes),
        "start": lottery_json(automaton.initial),
        "cells": [sealed(_cell_json(mode, state, cell)) for (mode, state), cell in automaton.cells.items()],
    }


def _cell_json(mode: int, state: int, cell: Cell) -> dict[str, Any]:
    out: dict[str, Any] = {"mode": mode, "state": state}
    if cell.mix is None:
        out["row"] = cell.row
    else:
        out["mix"] = [[written(p) for p in player] for player in cell.mix]
    out["then"] = lottery_json(cell.then)
    if cell.then_at:
        out["then_at"] = [[s, lottery_json(x)] for s, x in sorted(cell.then_at.items())]
    out["punish"] = [lottery_json(x) for x in cell.punish]
    if cell.punish_at:
        out["punish_at"] = [[i, s, lottery_json(x)] for (i, s), x in sorted(cell.punish_at.items())]
    return out


def read_automaton(document: Mapping[str, Any]) -> StrategyAutomaton:
    """Read what ``automaton_json`` wrote; raises ``CertificateError``."""
    modes = tuple(text(x, f"modes[{k}]") for k, x in enumerate(sequence(field(document, "modes", ""), "modes")))
    cells: dict[tuple[int, int], Cell] = {}
    for k, item in enumerate(sequence(field(document, "cells", ""), "cells")):
        place = f"cells[{k}]"
        key, cell = _read_cell(mapping(item, place), place)
        if key in cells:
            raise CertificateError(f"{place}: mode {key[0]} has a cell in state {key[1]} already; keep one of them")
        cells[key] = cell
    return StrategyAutomaton(modes, cells, lottery(field(document, "start", ""), "start"))


def _read_cell(item: Mapping[str, Any], place: str) -> tuple[tuple[int, int], Cell]:
    only(item, _FIELDS, place)
    key = (integer(field(item, "mode", place), f"{place}.mode"), integer(field(item, "state", place), f"{place}.state"))
    if ("row" in item) == ("mix" in item):
        raise CertificateError(f"{place}: exactly one of 'row' and 'mix' is needed")
    mix = None
    if "mix" in item:
        mix = tuple(rationals(p, f"{place}.mix[{i}]") for i, p in enumerate(sequence(item["mix"], f"{place}.mix")))
    then_at: dict[int, Lottery] = {}
    for k, entry in enumerate(sequence(item.get("then_at", []), f"{place}.then_at")):
        here = f"{place}.then_at[{k}]"
        _length(entry, 2, here)
        then_at[integer(entry[0], here)] = lottery(entry[1], here)
    punish_at: dict[tuple[int, int], Lottery] = {}
    for k, entry in enumerate(sequence(item.get("punish_at", []), f"{place}.punish_at")):
        here = f"{place}.punish_at[{k}]"
        _length(entry, 3, here)
        punish_at[integer(entry[0], here), integer(entry[1], here)] = lottery(entry[2], here)
    punish = sequence(field(item, "punish", place), f"{place}.punish")
    return key, Cell(
        row=integer(item["row"], f"{place}.row") if mix is None else -1,
        then=lottery(field(item, "then", place), f"{place}.then"),
        punish=tuple(lottery(x, f"{place}.punish[{i}]") for i, x in enumerate(punish)),
        then_at=then_at, punish_at=punish_at, mix=mix,
    )


def _length(entry: Any, size: int, place: str) -> None:
    if len(sequence(entry, place)) != size:
        raise CertificateError(f"{place}: {size} entries are expected, found {len(entry)}")
