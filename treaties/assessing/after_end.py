"""What is played in matters that go on after the treaty has ended.

The text no longer binds and its supports are gone.  The parties go on as before where that holds by itself: where
nobody gains by a breach that ends cooperation in the matter for good (Friedman 1971).  Else they play what holds in
every period alone, as nobody cooperates.  Conduct that nobody sees cannot be answered, and is not taken to go on.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from games.numerics.arrays import Ints
from games.play.markov_play import MarkovPlay
from treaties.compiling.compiled_treaty import CompiledTreaty
from treaties.compiling.observation import hidden_parties
from treaties.effects import STATUS, Term

ROUNDING = 1e-11
"""Of the range of payoffs: slack that may be none but for rounding."""


def goes_on(compiled: CompiledTreaty, reversions: Sequence[Ints]) -> Ints | None:
    """Int[states]: full compliance, kept up in what survives the end; -1 where it still leaves play open.

    ``reversions``  Markov equilibria, Int[states] each, to one of which a breach after the end would lead.

    None where nothing survives, or where going on would not hold by itself.
    """
    term = compiled.context.said(Term)
    matters = [compiled.treaty.matter(matter) for matter in ([] if term is None else term.survives)]
    if not matters or any(hidden_parties(compiled.treaty, matter) for matter in matters):
        return None
    game = compiled.game
    ended = np.flatnonzero(compiled.state_columns.is_value(STATUS, "ended"))
    rows = compiled.compliance.copy()
    for state in ended[rows[ended] < 0].tolist():
        rows[state] = compiled.row_of(state, {})
    tolerance = ROUNDING * float(np.ptp(game.payoffs) or 1.0)
    for revert in reversions:
        play = MarkovPlay(game, np.where(rows >= 0, rows, revert))
        slack = play.slack(play.values(), MarkovPlay(game, revert).values()).value[ended]
        if float(slack.min(initial=np.inf)) >= -tolerance:
            return rows
    return None
