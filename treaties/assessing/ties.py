"""Years and parties for which a departure is as near to paying as the one that is named."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from games.numerics.arrays import Bools, Floats
from games.play.markov_play import like
from treaties.compiling.compiled_treaty import CompiledTreaty
from treaties.compiling.provenance import term_year
from treaties.findings.phrases import alike_sentences
from treaties.findings.records import WeakestLink

ROUNDING = 1e-12
"""Of the range of payoffs: what is left of a margin by rounding alone."""


def settled(compiled: CompiledTreaty, margin: float) -> float:
    """A margin found in floating point; nothing where only rounding is left of it."""
    return 0.0 if abs(margin) <= ROUNDING * float(np.ptp(compiled.game.payoffs)) else margin


def with_ties(
    compiled: CompiledTreaty, link: WeakestLink, slack: Floats, reached: Bools, state: int, player: int
) -> WeakestLink:
    """A departure with the years in which, and the parties for which, another one costs or pays just as much.

    ``slack``  Float[states, parties], of which that of ``state`` and ``player`` is the departure's and the least of
               those reached.
    """
    level = float(slack[state, player]) + like(compiled.game)
    as_near = reached[:, None] & (slack <= level)
    states = np.flatnonzero(as_near[:, player]).tolist()
    years = {term_year(compiled, s) for s in states} if link.year is not None else set()
    known = sorted(year for year in years if year is not None)
    others = [party.name for i, party in enumerate(compiled.treaty.parties) if i != player and as_near[:, i].any()]
    tied = replace(link, years=tuple(known), alike=tuple(others))
    more = alike_sentences(tied.years, tied.alike, compiled.treaty.period)
    return replace(tied, sentence=" ".join([link.sentence, *more]))
