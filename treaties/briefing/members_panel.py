"""The part of a briefing on who would sign, and on what is left when a party leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from treaties.briefing.parts import Group, MembersPanel
from treaties.findings.amounts import capital, listed, percent, sentence
from treaties.findings.participation_words import (
    after_exit_sentences,
    participation_sentences,
    rule_sentence,
    stability,
)

if TYPE_CHECKING:
    from treaties.assessing.assess import Assessment

MOST_GROUPS = 12
"""Groups that the table shows: stable and open ones first, then the largest."""


def members_panel(found: Assessment) -> MembersPanel | None:
    """The panel; None where the text asks neither."""
    signing, treaty = found.participation, found.treaty
    exits = tuple(after_exit_sentences(found.after_exit, treaty))
    if signing is None:
        return MembersPanel("", (), (), exits) if exits else None
    names = {party.id: party.name for party in treaty.parties}
    groups = []
    for one in sorted(signing.coalitions, key=lambda group: group.stable is False)[:MOST_GROUPS]:
        groups.append(Group(
            members=listed([names[party] for party in one.members]),
            share="" if one.share is None else percent(one.share),
            verdict=one.verdict,
            values=tuple(None if one.values is None else one.values[party] for party in names),
            stable=capital(stability(one, names)),
            note=sentence(one.detail) if one.verdict == "undecided" else "",
        ))  # fmt: skip
    said = list(participation_sentences(signing, treaty))
    if len(signing.coalitions) > len(groups):
        said.append(f"The table shows {len(groups)} of {len(signing.coalitions)} groups.")
    return MembersPanel(sentence(rule_sentence(signing)), tuple(said), tuple(groups), exits)
