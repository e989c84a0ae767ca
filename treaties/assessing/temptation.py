"""Which departure from compliance is hardest to deter when it may go unnoticed, and what everyone sees of it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from games.play.temptation import hardest_departure
from treaties.compiling.compiled_treaty import CompiledTreaty
from treaties.compiling.provenance import situation, weakest_link
from treaties.findings.amounts import money, once, percent
from treaties.findings.phrases import under
from treaties.findings.records import WeakestLink


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
    known, minus what the departure wins in its year.
    """
    game = compiled.game
    hardest = hardest_departure(game, compiled.compliance, margin)
    if hardest is None:
        return None
    state, i, row, gain, needed = hardest
    played = int(compiled.compliance[state])
    link = weakest_link(compiled, state, i, played, row, -gain if margin is None else margin)
    treaty, party = compiled.treaty, compiled.treaty.parties[i]
    if link.article == "-" and not link.lawful and compiled.seen is not None:
        # What bears on a breach that nobody sees are the articles that make it seen.
        about = {s.article for s in compiled.seen.observation.signals if s.party == party.id} - {"-"}
        link = replace(link, article=", ".join(sorted(about)) or "-")
    where = situation(compiled, state)
    when = f"when the situation is: {where}; there, " if where else "as things stand at signature: "
    won = money(gain, once(treaty.payoff_unit, treaty.period))
    if needed == np.inf:
        seen = "and nothing that anyone sees tells it from compliance"
    else:
        flagged, innocent = accusation(compiled, row, party.id), accusation(compiled, played, party.id)
        kept = compiled.seen is not None and any(s.clears for s in compiled.seen.observation.signals)
        seen = f"and is then flagged{', and not cleared,' * kept} with a chance of {percent(flagged)}, against "
        seen += f"{percent(innocent)} if it complies"
        if flagged == innocent == 0.0:
            seen = "which everyone sees"
    said = (
        f"Hardest to deter is {party.name}{under(link.article)} {when}if it {link.deviation} instead, it wins {won} "
        f"in that {treaty.period}, {seen}."
    )
    return replace(link, sentence=said)
