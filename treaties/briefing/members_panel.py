"""The part of a briefing on who would sign, and on what is left when a party leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from treaties.briefing.parts import Group, MembersPanel
from treaties.findings.amounts import capital, listed, percent, sentence
from treaties.findings.participation_words import (
    after_exit_sentences,
    not_shown,
    participation_sentences,
    rule_sentence,
    shown,
    stability,
)

if TYPE_CHECKING:
    from treaties.assessing.assess import Assessment


def members_panel(found: Assessment) -> MembersPanel | None:
    """The panel; None where the text asks neither."""
    signing, treaty = found.participation, found.treaty
    exits = tuple(after_exit_sentences(found.after_exit, treaty))
    if signing is None:
        return MembersPanel("", (), (), exits) if exits else None
    names = {party.id: party.name for party in treaty.parties}
    groups = []
    for one in shown(signing):
        groups.append(Group(
            members=listed([names[party] for party in one.members]),
            share="" if one.share is None else percent(one.share),
            verdict=one.verdict,
            values=tuple(None if one.values is None else one.values[party] for party in names),
            stable=capital(stability(one, names)),
            note=sentence(one.detail) if one.verdict == "undecided" else "",
        ))  # fmt: skip
    said = (*participation_sentences(signing, treaty), *not_shown(signing))
    return MembersPanel(sentence(rule_sentence(signing)), said, tuple(groups), exits)
