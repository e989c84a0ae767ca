"""The options table: the file's text and its variants, each judged as its own text or the question says."""

from __future__ import annotations

from typing import Any

from treaties.assessing.answers import Version
from treaties.assessing.ratifiers import refused_at_home
from treaties.findings.records import Transfers, VariantFinding
from treaties.findings.signal_words import breaks_off
from treaties.model.treaty import Variant
from treaties.reading.red_lines import crossed_red_lines


def option(version: Version, asked: Transfers | None = None) -> VariantFinding:
    """One line of the table.

    ``asked``  judge it with or without side payments; None: as its text says.
    """
    transfers = asked or version.compiled.game.transfers
    ladder = version.ladder(transfers)
    parties = version.treaty.parties
    return VariantFinding(
        name="" if version.variant is None else version.variant.name,
        changes="" if version.variant is None else changes(version.variant),
        ladder=ladder,
        values={party.id: float(value) for party, value in zip(parties, version.values, strict=True)},
        red_lines_crossed=crossed_red_lines(version.treaty),
        note=_note(version, transfers),
        refused_at_home=refused_at_home(version.compiled),
    )


def changes(variant: Variant) -> str:
    """What a variant changes, in one phrase."""
    said = "; ".join(f"{path} = {_shown(value)}" for path, value in variant.set.items())
    gone = "; ".join(f"without {name}" for name in variant.remove)
    return "; ".join(part for part in (said, gone) if part)


def _note(version: Version, transfers: Transfers) -> str:
    """Why it is not decided; where nobody sees everything, that cooperation is broken off now and then."""
    judgement = version.verdict(transfers)
    if judgement.verdict == "undecided":
        return judgement.detail
    _, factors = version.settings(transfers)[0]
    lasts = version.judged(factors, transfers).cooperation
    if version.variant is None or judgement.verdict != "unsustainable" or lasts is None:
        return ""
    return breaks_off(lasts, version.treaty.period)


def _shown(value: Any) -> str:
    return ", ".join(map(str, value)) or "none" if isinstance(value, (list, tuple)) else str(value)
