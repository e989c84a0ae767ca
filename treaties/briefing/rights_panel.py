"""The part of a briefing on rights that may be used at will, and on hold-up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from treaties.briefing.parts import DivisionRow, RightsPanel
from treaties.findings.amounts import number, signed
from treaties.findings.right_words import division_sentences, right_sentences

if TYPE_CHECKING:
    from treaties.assessing.assess import Assessment
    from treaties.findings.rights import Division


def rights_panel(found: Assessment, unit: str, unit_once: str) -> RightsPanel | None:
    """The panel; None where no right is left to its holder and nothing is divided anew."""
    treaty = found.treaty
    used = tuple(right_sentences(found.rights, treaty))
    if not used and not found.divisions:
        return None
    rows = tuple(_row(one) for one in found.divisions)
    alt = "What rights take in talks after the stake is sunk, and the margin of full compliance. " + " ".join(
        f"{row.option}: {number(row.held_up)} taken, margin "
        f"{'not known' if row.margin is None else signed(row.margin)}."
        for row in rows
        if row.held_up is not None
    )
    # The table has the other options.
    said = tuple(division_sentences(found.divisions[:1], treaty))
    return RightsPanel(used, said, rows, unit, unit_once, alt)


def _row(one: Division) -> DivisionRow:
    after, taken = one.after, one.taken
    return DivisionRow(
        option=one.name or "As it stands",
        verdict=one.verdict,
        margin=one.margin,
        before=tuple(one.before.values()),
        written=tuple(one.written.values()),
        after=() if after is None else tuple(after.values()),
        held_up=None if taken is None else sum(max(value, 0.0) for value in taken.values()),
        note=one.detail,
    )
