"""Which departure from compliance is hardest to deter when it may go unnoticed, and what everyone sees of it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from games.play.markov_play import MarkovPlay
from treaties.compiling.compiled_treaty import CompiledTreaty
from treaties.compiling.provenance import situation, weakest_link
from treaties.effects import Floats
from treaties.findings.amounts import money, once, percent
from treaties.findings.records import WeakestLink

TELLING = 1e-9
"""Laws of what is seen that differ by less are the same."""


def seen_law(compiled: CompiledTreaty, row: int) -> Floats:
    """Float[signals * states]: what everyone sees after a row, the signal together with the next state."""
    game = compiled.game
    state = int(game.row_state[row])
    monitoring = game.monitoring
    local = row - int(game.row_start[state])
    ahead = game.transition[[row]].toarray()[0]
    if monitoring is None or not monitoring.signals[state]:
        out = np.zeros((len(game.rows_of(state)), game.n_states))
        out[local] = ahead
        return out.ravel()
    law = monitoring.chances(state, local)
    if monitoring.next_law is None:
        return np.asarray((law[:, None] * ahead[None, :]).ravel())
    first = int(monitoring.pair_start[state]) + local * len(law)
    return np.asarray((law[:, None] * monitoring.next_law[first : first + len(law)].toarray()).ravel())


def accusation(compiled: CompiledTreaty, row: int, party: str) -> float:
    """Chance that the signals after a row accuse a party and nothing takes it back."""
    seen, game, monitoring = compiled.seen, compiled.game, compiled.game.monitoring
    state = int(game.row_state[row])
    if seen is None or monitoring is None or not monitoring.signals[state]:
        return 0.0
    accused = [where for (who, _), where in seen.observation.accused.items() if who == party]
    if not accused:
        return 0.0
    said = np.any(accused, axis=0)[seen.said[state]]
    return float(monitoring.chances(state, row - int(game.row_start[state]))[said].sum())


def hardest_to_deter(compiled: CompiledTreaty, margin: float | None) -> WeakestLink | None:
    """The on-path departure that wins most in its year for how much it changes what everyone sees.

    None where compliance leaves play open, or nobody can win anything.  Its margin is the verdict's; where that is not
    known, minus what the departure wins in its year.  Of a plan that fails by a margin it is, if there is any, one that
    wins so much at once: what wins less cannot be what is missing.
    """
    game, rows = compiled.game, compiled.compliance
    start = game.row_start[:-1]
    reached = MarkovPlay(game, np.where(rows >= 0, rows, start)).reached(game.initial)
    best: tuple[bool, float, float] | None = None
    where_best = (-1, -1, -1)
    missing = np.inf if margin is None or margin >= 0 else -margin * (1 - TELLING)
    for state in np.flatnonzero(reached & (rows >= 0)).tolist():
        played = int(rows[state])
        own = seen_law(compiled, played)
        for i in range(game.n_players):
            for row in game.deviation_rows(played, i):
                gain = float(game.payoffs[row, i] - game.payoffs[played, i])
                if row == played or gain <= 0:
                    continue
                told = float(np.abs(seen_law(compiled, row) - own).sum()) / 2
                rank = gain >= missing, gain / told if told > TELLING else np.inf, gain
                if best is None or rank > best:
                    best, where_best = rank, (state, i, row)
    if best is None:
        return None
    _, needed, gain = best
    state, i, row = where_best
    played = int(rows[state])
    link = weakest_link(compiled, state, i, played, row, -gain if margin is None else margin)
    treaty, party = compiled.treaty, compiled.treaty.parties[i]
    if link.article == "-" and not link.lawful and compiled.seen is not None:
        # What bears on a breach that nobody sees are the articles that make it seen.
        about = {s.article for s in compiled.seen.observation.signals if s.party == party.id} - {"-"}
        link = replace(link, article=", ".join(sorted(about)) or "-")
    where = situation(compiled, state) or "as at signature"
    article = "" if link.article == "-" else f" (Article {link.article})"
    won = money(gain, once(treaty.payoff_unit, treaty.period))
    if needed == np.inf:
        seen = "and nothing that anyone sees tells it from compliance"
    else:
        flagged, innocent = accusation(compiled, row, party.id), accusation(compiled, played, party.id)
        seen = f"and is then flagged with a chance of {percent(flagged)}, against {percent(innocent)} if it complies"
        if flagged == innocent == 0.0:
            seen = "which everyone sees"
    said = (
        f"Hardest to deter is {party.name}{article} when the situation is: {where}; there, if it {link.deviation} "
        f"instead, it wins {won} in that {treaty.period}, {seen}."
    )
    return replace(link, sentence=said)
