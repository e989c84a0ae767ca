"""Every clause names terms with which it changes nothing, or says why there are none."""

from __future__ import annotations

import pytest

from tests.support.provisions import examples_of, played
from treaties.effects import CompilationError
from treaties.model.provision import Provision
from treaties.model.treaty import Treaty
from treaties.provisions import all_provisions, all_types
from treaties.reading.variants import with_terms

TYPES = all_types()
LIMITS = set(Provision.model_fields) - {"type", "article", "note", "source", "design"}
"""Terms of every clause that say when it applies: they may set a clock, whatever it then does."""


@pytest.mark.parametrize("kind", TYPES)
def test_a_clause_names_neutral_terms_or_says_why_it_has_none(kind: str) -> None:
    clause = TYPES[kind]
    assert bool(clause.neutral_terms) != bool(clause.no_neutral_terms), kind
    assert not clause.no_neutral_terms.endswith("."), "the reason is told after a colon, within a sentence"
    assert clause.cannot_say.endswith(".")


def neutral(example: Treaty, kind: str) -> Treaty:
    """An example in which every clause of a kind has its neutral terms."""
    terms = TYPES[kind].neutral_terms
    paths = [example.path_of(clause) for clause in example.provisions_of(kind)]
    return with_terms(example, {f"{path}.{term}": value for path in paths for term, value in terms.items()})


@pytest.mark.parametrize("kind", [kind for kind, clause in all_provisions().items() if clause.neutral_terms])
def test_neutral_terms_give_the_game_of_the_treaty_without_the_clause(kind: str) -> None:
    """In every accepted file of it: alone where it can stand alone, and beside the clauses that do without it."""
    compared = 0
    for example in examples_of(kind):
        if any(LIMITS & clause.model_fields_set for clause in example.provisions_of(kind)):
            continue
        others = tuple(clause for clause in example.provisions if clause.type != kind)
        treaty = neutral(example, kind)
        for beside in ((), others):
            try:
                bare = played(example, beside)
                with_it = played(treaty, (*beside, *treaty.provisions_of(kind)))
            except CompilationError:
                continue
            assert with_it == bare, example.source_name
            compared += 1
    assert compared


def test_terms_that_are_not_neutral_give_another_game() -> None:
    """What is compared can differ: the same files with the clause's own terms."""
    for kind in ("remedy", "audit", "veto"):
        assert any(played(e, e.provisions_of(kind)) != played(e, ()) for e in examples_of(kind))
