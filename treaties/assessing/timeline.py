"""Incentives along compliance, year by year."""

from __future__ import annotations

import numpy as np

from games.numerics.arrays import Floats
from games.play.markov_play import MarkovPlay, Slack
from treaties.assessing.credibility import Credibility
from treaties.assessing.ties import settled
from treaties.assessing.unravelling import Unravelling
from treaties.compiling.compiled_treaty import CompiledTreaty
from treaties.compiling.provenance import deviation_in_words, state_in_words, term_year
from treaties.effects import RENEWAL, STAGE
from treaties.findings.records import Incentive, Timeline

LONGEST = 20
WITHOUT_TERM = 10


def years_shown(compiled: CompiledTreaty) -> int:
    """How many periods from signature on are looked at: the first term and the beginning of the next."""
    term = compiled.context.term_years
    return WITHOUT_TERM if term is None else min(LONGEST, term + max(2, term // 2))


def timeline(credible: Credibility, slack: tuple[MarkovPlay, Slack]) -> Timeline:
    """The least incentive to comply per party and year, over the situations that compliance can reach in that year.

    Of a term that ends also given that the later years of the term are lost already (``unravelling``).

    ``slack``  compliance as Markov play with its least slack per state and party.
    """
    compiled, (play, least) = credible.compiled, slack
    backwards = Unravelling(credible)
    lost = None if backwards.why_not else backwards.margins
    years = years_shown(compiled)
    presence = play.occupation(compiled.game.initial, years)
    found = []
    for year in range(years):
        here = np.flatnonzero(presence[year] > 0)
        for i, party in enumerate(compiled.treaty.parties):
            state = int(here[np.argmin(least.value[here, i])])
            value = settled(compiled, float(least.value[state, i]))
            if not np.isfinite(value):
                continue
            words = deviation_in_words(compiled, int(play.rows[state]), int(least.row[state, i]), i).words
            later = None if lost is None else _least(compiled, lost[here, i])
            found.append(Incentive(party.id, year, value, state_in_words(compiled, state), words, later))
    note = "Least over the situations that full compliance can reach then; deviators face the worst credible answer."
    marks = tuple(_marks(compiled, presence))
    if lost is None:
        return Timeline(tuple(found), marks, note, no_last_year=backwards.why_not)
    term = compiled.context.term_years
    return Timeline(tuple(found), marks, note, backwards.falling, backwards.keeps_until, term)


def _least(compiled: CompiledTreaty, values: Floats) -> float | None:
    """The least of some values of which some are not known; None if none is."""
    known = values[np.isfinite(values)]
    return settled(compiled, float(known.min())) if len(known) else None


def _marks(
    compiled: CompiledTreaty, presence: np.ndarray[tuple[int, int], np.dtype[np.float64]]
) -> list[tuple[int, str]]:
    """Years in which something in the text happens along compliance: votes, stages, ends of terms."""
    columns = compiled.state_columns
    marks = []
    known_stage: set[int] = set()
    for year in range(len(presence)):
        here = np.flatnonzero(presence[year] > 0)
        in_force = here[columns.in_force[here]]
        last = compiled.context.term_years
        if last is not None and len(in_force) and all(term_year(compiled, int(s)) == last for s in in_force):
            marks.append((year, "last year of the term"))
        if STAGE in columns.codes and len(in_force):
            stage = int(columns.codes[STAGE][in_force].max())
            if stage not in known_stage and year:
                marks.append((year, f"stage {stage + 1}"))
            known_stage.add(stage)
        votes = [c for c in compiled.choices if c.matter == RENEWAL]
        if votes and len(in_force):
            rows = compiled.unused[in_force]
            if np.any(compiled.columns.chosen[votes[0].party, RENEWAL][rows] >= 0):
                marks.append((year, "vote on renewal"))
    return marks
