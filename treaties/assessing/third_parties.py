"""What parties that sign nothing do while the treaty is kept, and what they would do without it."""

from __future__ import annotations

import numpy as np

from games.numerics.arrays import Ints
from games.play.markov_play import MarkovPlay
from treaties.assessing.answers import Version
from treaties.assessing.rights import played
from treaties.compiling.compiled_treaty import CompiledTreaty
from treaties.compiling.provenance import moves_in_words, situation
from treaties.findings.records import Transfers
from treaties.findings.third_parties import Taken, ThirdParty


def third_parties(
    text: Version, transfers: Transfers, without: tuple[CompiledTreaty, Ints] | None
) -> tuple[ThirdParty, ...]:
    """Of every party that signs nothing and has a choice.

    ``without``  the game without the articles and what is played in it, as ``Answers.without_articles``; None if it is
                 not to be told.
    """
    if not text.treaty.third_parties:
        return ()
    compiled = text.at(text.settings(transfers)[0][1], transfers)
    rows, found = played(text, compiled, transfers)
    play = MarkovPlay(compiled.game, np.where(rows >= 0, rows, compiled.game.row_start[:-1]))
    values = play.values()[compiled.game.initial]
    out = []
    for party in text.treaty.third_parties:
        options = _options(compiled, play.rows, party.id)
        if not options:
            continue
        elsewhere = None
        if without is not None:
            elsewhere = tuple(one.option for one in _options(*without, party.id)[1:] if one.year is not None)
        out.append(ThirdParty(
            party=party.id,
            name=party.name,
            idle=options[0].option,
            options=tuple(options[1:]),
            found=found,
            value=float(values[compiled.game.players.index(party.id)]),
            outside=party.outside_option.value,
            without=elsewhere,
        ))  # fmt: skip
    return tuple(out)


def _options(compiled: CompiledTreaty, rows: Ints, party: str) -> list[Taken]:
    """Every option of a party in play of some rows, Int[states]; the one for want of another first."""
    play = MarkovPlay(compiled.game, rows)
    arrival = play.arrival(compiled.game.initial)
    order = np.argsort(arrival, kind="stable")
    out = []
    for choice in compiled.choices:
        if choice.party != party:
            continue
        taken = compiled.columns.chosen[party, choice.matter][rows]
        for k in (choice.default, *(k for k in range(len(choice.options)) if k != choice.default)):
            here = [s for s in order.tolist() if arrival[s] >= 0 and taken[s] == k]
            when = tuple(dict.fromkeys(situation(compiled, s) or "as at signature" for s in here))
            year = int(arrival[here[0]]) + 1 if here else None
            out.append(Taken(moves_in_words(compiled, [(choice, k)]), year, when))
    return out
