"""How large the table of what is seen is, and how large it may be to be solved time and again."""

from __future__ import annotations

from treaties.compiling.compiled_treaty import CompiledTreaty

CHEAP_ENTRIES = 20_000
"""Tables of signals by rows with more entries are not solved several times over."""
CHEAP_REGION = 10_000
"""Those with more entries are not solved at many discount factors, nor those with more rows than the next."""
CHEAP_ROWS = 200


def entries(compiled: CompiledTreaty) -> int:
    """Size of the table of signals by rows."""
    monitoring = compiled.game.monitoring
    return 0 if monitoring is None else sum(law.size for law in monitoring.law)
