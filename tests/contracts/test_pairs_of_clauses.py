"""Two clauses in one treaty: it compiles in either order and is solved, or is refused with both articles named."""

from __future__ import annotations

import pytest

from tests.support.composition import Fitting, compiled, fitting, pairs, together, treaty_of
from treaties.assessing.answers import Version
from treaties.assessing.credibility import CAREFUL
from treaties.compiling.compile import compile_treaty
from treaties.compiling.compiled_treaty import CompiledTreaty
from treaties.provisions import all_types

KINDS = sorted(all_types())
PAIRS = pairs()
SAMPLE = [pair for k, pair in enumerate(PAIRS) if k % max(len(PAIRS) // 30, 1) == 0]
"""Pairs that are tried every time."""


def check_a_pair(one: Fitting, other: Fitting) -> CompiledTreaty | None:
    """The game of two clauses; None if they cannot stand together: the reason names both, or who is refused alone."""
    document, blocks = together(one, other)
    found = compiled(document, blocks)
    if isinstance(found, CompiledTreaty):
        reversed_treaty = treaty_of(document, blocks[::-1])
        assert reversed_treaty is not None
        assert found.game.digest == compile_treaty(reversed_treaty).game.digest, "the order of articles matters"
        return found
    refused = [each for each in (one, other) if isinstance(compiled(document, each.blocks), str)]
    for each in refused or (one, other):
        assert each.kind in found, f"does not name {each.kind}: {found}"
    return None


def check_a_pair_is_solved(one: Fitting, other: Fitting) -> None:
    """Where they can stand together there is a verdict, and the independent checker accepts its proof."""
    found = check_a_pair(one, other)
    if found is None:
        return
    text = Version(found.treaty, None, CAREFUL, found)
    for _, factors in text.settings(found.game.transfers):
        judgement = text.judged(factors, found.game.transfers).judgement
        if judgement.verdict != "undecided":
            assert judgement.certificate is not None
            assert judgement.certificate.evidence.check(text.at(factors, found.game.transfers).game).accepted


def solved(number: int, one_in: int) -> bool:
    """Whether the pair of this number is to be solved: one in so many, and one in twelve times as many where nobody
    sees conduct, which takes up to half a minute a pair."""
    hidden = any(fitting(kind).hidden for kind in PAIRS[number])
    return number % (one_in * (12 if hidden else 1)) == 0


@pytest.mark.parametrize("kind", KINDS)
def test_every_clause_stands_in_a_small_treaty(kind: str) -> None:
    document, blocks = together(fitting(kind))
    assert isinstance(compiled(document, blocks), CompiledTreaty)


@pytest.mark.parametrize("pair", SAMPLE, ids="+".join)
def test_some_pairs_compile_in_either_order_or_are_refused_with_a_reason(pair: tuple[str, str]) -> None:
    check_a_pair(*map(fitting, pair))


@pytest.mark.parametrize("pair", [("remedy", "withdrawal"), ("sunset", "veto"), ("offset", "remedy")], ids="+".join)
def test_some_pairs_are_solved(pair: tuple[str, str]) -> None:
    check_a_pair_is_solved(*map(fitting, pair))


def test_two_that_claim_the_same_are_refused_by_both_names() -> None:
    assert check_a_pair(fitting("sunset"), fitting("joint_review")) is None


@pytest.mark.slow
@pytest.mark.parametrize("first", KINDS)
def test_all_pairs_compile_in_either_order_or_are_refused_with_a_reason_and_some_are_solved(first: str) -> None:
    for k, (one, other) in enumerate(PAIRS):
        if one == first:
            (check_a_pair_is_solved if solved(k, 20) else check_a_pair)(fitting(one), fitting(other))


@pytest.mark.campaign
@pytest.mark.parametrize("first", KINDS)
def test_many_pairs_are_solved(first: str) -> None:
    for k, (one, other) in enumerate(PAIRS):
        if one == first and solved(k, 5):
            check_a_pair_is_solved(fitting(one), fitting(other))
