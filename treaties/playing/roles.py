"""What each student is told in confidence: what is at stake, what to reach, what never to sign."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, final

import numpy as np

from treaties.findings.amounts import money, per_period
from treaties.findings.phrases import paths
from treaties.model.matter import Matter
from treaties.model.party import Party
from treaties.model.treaty import Treaty
from treaties.playing.judged import DesignFound

REACHED_BY = 1 / 3
"""Share of the designs that hold which reach a target: it can be had, though not everybody's at once as a rule."""
CASES = {
    "reward": "everybody keeps it",
    "temptation": "you alone break it",
    "sucker": "you alone keep it",
    "punishment": "nobody keeps it",
}


@final
@dataclass(frozen=True)
class Stake:
    """What a party earns per period from one matter in one case."""

    matter: str
    label: str
    value: float


@final
@dataclass(frozen=True)
class Role:
    """The card of a party.

    ``target``    value per period to reach, known to its party alone.
    ``red_line``  what it never signs, as a sentence.
    """

    stakes: tuple[Stake, ...]
    target: float
    target_words: str
    red_line: str


def role_of(treaty: Treaty, party: Party, found: Sequence[DesignFound]) -> Role:
    """The card of a party, its target taken from what the designs that hold are worth to it."""
    unit = per_period(treaty.payoff_unit, treaty.period)
    at = treaty.parties.index(party)
    worth = [one.values[at] for one in found if one.verdict == "sustainable" and one.values]
    worth = worth or [one.values[at] for one in found if one.values]
    target = _rounded_down(float(np.quantile(worth, 1 - REACHED_BY, method="lower"))) if worth else (
        party.outside_option.value)
    return Role(
        tuple(stake for matter in treaty.matters for stake in _stakes(matter, party)),
        target,
        f"Reach at least {money(target, unit)} on average if the treaty is kept.",
        _red_line(party, unit),
    )


def _rounded_down(value: float) -> float:
    """Three significant digits, and no more than the value: what is told can be reached."""
    near = float(f"{value:.3g}")
    return near if near <= value else near - 10.0 ** (math.floor(math.log10(abs(value))) - 2)


def _stakes(matter: Matter, party: Party) -> Iterator[Stake]:
    name = (matter.title or matter.id).replace("_", " ")
    if matter.table is None:
        for case, label in CASES.items():
            amounts = getattr(matter, case)
            if amounts is not None and party.id in amounts:
                yield Stake(name, label, float(amounts[party.id].value))
        return
    cells = list(_cells(matter.table.get(party.id, ())))
    if cells:
        yield Stake(name, "at best", max(cells))
        yield Stake(name, "at worst", min(cells))


def _cells(table: Any) -> Iterator[float]:
    if isinstance(table, list | tuple):
        for inner in table:
            yield from _cells(inner)
    else:
        yield float(getattr(table, "value", table))


def _red_line(party: Party, unit: str) -> str:
    if party.red_lines:
        return f"Never sign a text without this: {'; '.join(paths(line) for line in party.red_lines)}."
    return (
        f"Never sign a text that is worth less to you than {money(party.outside_option.value, unit)}: "
        "so much you have without it."
    )


def crosses(treaty: Treaty, found: DesignFound) -> int:
    """The set of parties whose red line a design crosses: the file's, or without any what the party has anyway."""
    out = 0
    for k, party in enumerate(treaty.parties):
        below = bool(found.values) and found.values[k] < party.outside_option.value - 1e-9
        if party.id in found.crossed or (not party.red_lines and below):
            out |= 1 << k
    return out
