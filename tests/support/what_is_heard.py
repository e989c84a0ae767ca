"""How likely it is that a party is accused after what was done, in treaties in which nobody sees conduct."""

from __future__ import annotations

from treaties.compiling.compiled_treaty import CompiledTreaty


def accused(compiled: CompiledTreaty, row: int, party: str, matter: str = "trade") -> float:
    """Chance that what everyone hears after a row accuses a party of a breach, cleared flags taken back."""
    seen, monitoring = compiled.seen, compiled.game.monitoring
    assert seen is not None and monitoring is not None
    state = int(compiled.game.row_state[row])
    law = monitoring.chances(state, row - int(compiled.game.row_start[state]))
    return float(law[seen.observation.accused[party, matter][seen.said[state]]].sum())
