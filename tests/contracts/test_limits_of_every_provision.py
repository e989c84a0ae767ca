"""Every kind of provision takes the limits that all clauses have, or says why it cannot."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.provisions import examples_of
from treaties.compiling.compile import compile_treaty
from treaties.effects import CompilationError
from treaties.model.errors import TreatyFileError
from treaties.model.treaty import Treaty
from treaties.provisions import all_provisions
from treaties.reading.variants import with_terms

PROVISIONS = all_provisions()
NO_LIMITS: tuple[dict[str, Any], ...] = ({"from_year": 1}, {"while": "year >= 1"}, {"while": "true"})
"""Limits that hold in every state."""
LIMITS: tuple[dict[str, Any], ...] = ({"from_year": 2}, {"until_year": 1}, {"while": "status == 'in force'"})
"""Limits that do not."""


def example_of(kind: str) -> Treaty:
    """An example of a kind without limits."""
    return next(example for example in examples_of(kind) if not example.provisions_of(kind)[0].limits)


def limited(kind: str, limit: dict[str, Any]) -> tuple[Treaty, Treaty | None, str]:
    """The first example of a kind, the same with a limit on the clause, None if it is refused, and why."""
    example = example_of(kind)
    clause = example.provisions_of(kind)[0]
    path = example.path_of(clause)
    try:
        return example, with_terms(example, {f"{path}.{term}": value for term, value in limit.items()}), ""
    except TreatyFileError as error:
        return example, None, str(error)


@pytest.mark.parametrize("kind", PROVISIONS)
def test_limits_that_limit_nothing_leave_the_game_as_it_is(kind: str) -> None:
    """All of its effects pass through the limits, which hold everywhere."""
    for limit in NO_LIMITS:
        if PROVISIONS[kind].own_limits.intersection(limit):
            continue
        example, treaty, why = limited(kind, limit)
        if treaty is None:
            assert "; " in why, "a reason and a remedy"
            continue
        try:
            assert compile_treaty(treaty).game.digest == compile_treaty(example).game.digest, limit
        except CompilationError as error:
            assert "; " in str(error)


@pytest.mark.parametrize("kind", PROVISIONS)
def test_limits_are_taken_or_refused_with_a_reason(kind: str) -> None:
    parties = [party.id for party in example_of(kind).parties]
    for limit in (*LIMITS, *({"applies_to": [party]} for party in parties)):
        if PROVISIONS[kind].own_limits.intersection(limit):
            continue
        _, treaty, why = limited(kind, limit)
        if treaty is None:
            assert next(iter(limit)) in why and "; " in why
            continue
        try:
            assert compile_treaty(treaty).game.n_states > 0
        except CompilationError as error:
            assert next(iter(limit)) in str(error) and "; " in str(error)
