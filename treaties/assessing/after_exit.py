"""The treaty among the rest: whether those who stay keep it on their own once a party has left that it survives."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np

from treaties.assessing.answers import Version
from treaties.compiling.compiled_treaty import CompiledTreaty
from treaties.compiling.provenance import situation
from treaties.effects import Bools, membership_variable
from treaties.findings.participation import AfterExit
from treaties.findings.records import Transfers


def after_exit(text: Version, transfers: Transfers) -> tuple[AfterExit, ...]:
    """Every sub-game among the rest that can be reached; empty if the treaty survives nobody's exit.

    ``transfers``  judge it with or without side payments.

    Each is judged from the first situation in which exactly these have left while the others have complied: of those
    that can come soonest the one that is first in the game's order.  With one member there is no treaty.
    """
    return tuple(_found(text, left, transfers) for left in _departures(text.compiled))


def _departures(compiled: CompiledTreaty) -> Iterator[tuple[str, ...]]:
    leavers = compiled.context.survived
    for size in range(1, min(len(leavers), len(compiled.treaty.signatories) - 2) + 1):
        for left in combinations(leavers, size):
            if first_state(compiled, left) is not None:
                yield left


def _found(text: Version, left: tuple[str, ...], transfers: Transfers) -> AfterExit:
    state = first_state(text.compiled, left)
    assert state is not None
    rest = Version(text.treaty, None, text.effort, text.compiled.starting_at(state))
    values = zip((party.id for party in text.treaty.parties), rest.values.tolist(), strict=True)
    return AfterExit(left, situation(text.compiled, state), rest.verdict(transfers), dict(values))


def first_state(compiled: CompiledTreaty, left: tuple[str, ...]) -> int | None:
    """The first state in which exactly these parties have left, whatever they did, while the others complied."""
    game, wanted = compiled.game, _only_out(compiled, left)
    others = np.array([i for i, party in enumerate(game.players) if party not in left])
    seen, frontier = {game.initial}, [game.initial]
    while frontier:
        there = [state for state in frontier if wanted[state]]
        if there:
            return min(there)
        ahead: set[int] = set()
        for state in frontier:
            planned = int(compiled.unused[state])
            if planned >= 0:
                rows = np.arange(game.row_start[state], game.row_start[state + 1])
                alike = np.all(game.own_action[np.ix_(rows, others)] == game.own_action[planned, others], axis=1)
                ahead.update(game.transition[rows[alike]].indices.tolist())
        frontier = sorted(ahead - seen)
        seen |= ahead
    return None


def _only_out(compiled: CompiledTreaty, left: tuple[str, ...]) -> Bools:
    """Bool[states]: where the treaty is in force among exactly the others, none of whom is about to leave."""
    states = compiled.state_columns
    out = states.in_force.copy()
    for party in compiled.context.survived:
        code = states.code(membership_variable(party))
        out &= states.departed(party) if party in left else code == 0
    return out
