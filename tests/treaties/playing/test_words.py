"""The clauses of a draft read as a treaty would have them, whatever is chosen."""

from __future__ import annotations

import pytest

from tests.support.small_treaties import plus
from treaties.drafting.catalogue import catalogue
from treaties.playing.designs import grid_of
from treaties.playing.words import prose, term_of
from treaties.provisions import all_provisions

WORDED = {kind: clause for kind, clause in all_provisions().items() if clause.drafted}
REMEDY = 'type = "remedy"\narticle = "2"\namount = 0\nwrongly_upheld = 0\n' + (
    'design = { amount = [0, 9], wrongly_upheld = [0, 0.5] }\n'
)


@pytest.mark.parametrize("kind", WORDED)
def test_what_is_worded_is_a_term_of_the_clause_and_a_sentence(kind: str) -> None:
    (entry,) = catalogue((kind,), examples=False)
    for name, told in WORDED[kind].drafted.items():
        term = next(term for term in (*entry.terms, *entry.shared_terms) if term.name == name)
        sentences = [told] if isinstance(told, str) else list(told.values())
        assert all(sentence.endswith(".") and sentence.format("7 years")[0].isupper() for sentence in sentences)
        if not isinstance(told, str) and "" not in told:
            assert all(f"`{value}`" in str(term) or value in str(term) for value in told), name


def test_a_clause_is_rewritten_as_its_term_is_chosen() -> None:
    treaty = plus(REMEDY)
    amount, wrongly = grid_of(treaty, 10, 0).axes
    told = [prose(treaty, axis, term_of(axis), value) for axis in (amount, wrongly) for value in axis.values]
    assert told[0] == "No damages are due for a breach."
    assert told[1].startswith("A party in breach pays damages of ") and "9" in told[1]
    # A term that nobody has worded is told by what it means.
    assert told[3] == "Chance that a claim against a party that complied is upheld: 50%."
