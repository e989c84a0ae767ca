"""What it takes to enter into force: thresholds met exactly, paths to its terms, what is odd about it."""

from __future__ import annotations

import itertools
from fractions import Fraction

import pytest
from pydantic import ValidationError

from tests.support.small_treaties import FILES
from treaties.linting.clauses import lint
from treaties.model.entry_into_force import EntryIntoForce
from treaties.model.errors import TreatyFileError
from treaties.model.treaty import Treaty
from treaties.reading.paths import value_at
from treaties.reading.treaty_file import read_treaty, read_treaty_text
from treaties.reading.variants import apply_variant, document_of, with_terms

FILE = FILES / "entry_into_force.toml"
TEN = {"A": 0.1, "B": 0.2, "C": 0.3, "D": 0.4}


@pytest.mark.parametrize("share", ["0.3", "0.5", "0.6", "0.7", "1"])
@pytest.mark.parametrize("parties", [None, 2, 3])
def test_a_share_is_met_where_the_decimals_of_the_file_meet_it(share: str, parties: int | None) -> None:
    """In floating point 0.1 + 0.2 is more than 0.3, and 0.3 + 0.4 less than 0.7 of 1."""
    given = {"share": float(share), "weights": TEN} | ({} if parties is None else {"parties": parties})
    rule = EntryIntoForce.model_validate(given).rule("ABCD")
    for size in range(5):
        for group in itertools.combinations(range(4), size):
            weight = sum(Fraction(i + 1, 10) for i in group)
            assert rule(group) is (size >= (parties or 2) and weight >= Fraction(share)), group


def test_one_party_is_never_enough() -> None:
    rule = EntryIntoForce.model_validate({"share": 0.1, "weights": TEN}).rule("ABCD")
    assert not rule([3]) and rule([0, 1])


def test_its_terms_have_paths_for_variants_and_red_lines() -> None:
    treaty = read_treaty(FILE)
    assert value_at(treaty, "entry_into_force.share") == 0.5 and value_at(treaty, "entry_into_force.weights.B") == 30
    assert value_at(treaty, "entry_into_force") is True
    changed = with_terms(treaty, {"entry_into_force.parties": 3, "entry_into_force.weights.B": 10})
    assert changed.entry_into_force is not None and changed.entry_into_force.parties == 3
    assert changed.entry_into_force.weight("B") == 10
    for wrong in ({"entry_into_force.parties": 4}, {"entry_into_force.partys": 2}, {"entry_into_force.share": 2}):
        with pytest.raises(TreatyFileError):
            with_terms(treaty, wrong)
    without = read_treaty_text(FILE.read_text() + '\n[[variant]]\nname = "anyone"\nremove = ["entry_into_force"]\n')
    bare = apply_variant(without, without.variant("anyone"))
    assert bare.entry_into_force is None and value_at(bare, "entry_into_force.parties") is None
    with pytest.raises(TreatyFileError, match="nothing is said of entry into force"):
        with_terms(bare, {"entry_into_force.parties": 2})
    with pytest.raises(TreatyFileError, match="nothing is called 'entry_into_forc'"):
        with_terms(bare, {"entry_into_forc.parties": 2})


def test_it_is_among_the_numbers_and_survives_being_written() -> None:
    treaty = read_treaty(FILE)
    told = {number.path: number.value for number in treaty.numbers()}
    assert told["entry_into_force.share"] == 0.5 and told["entry_into_force.weights.C"] == 20
    assert Treaty.model_validate(document_of(treaty)).entry_into_force == treaty.entry_into_force


def test_a_treaty_built_in_memory_is_held_to_the_same() -> None:
    document = document_of(read_treaty(FILE))
    document["entry_into_force"] = {"parties": 4}
    with pytest.raises(ValidationError, match="only 3 parties"):
        Treaty.model_validate(document)
    document["entry_into_force"] = {"share": 0.5, "weights": {"A": 1, "B": 1}}
    with pytest.raises(ValidationError, match="gives no number for C"):
        Treaty.model_validate(document)


def test_a_share_without_weights_is_remarked_on() -> None:
    text = FILE.read_text().partition(", weights")[0] + " }\n" + FILE.read_text().partition("}\n")[2]
    (odd,) = [found for found in lint(read_treaty_text(text)) if found.place.startswith("entry_into_force")]
    assert odd.severity == "note" and "each party counts the same" in odd.problem
    assert not [found for found in lint(read_treaty(FILE)) if found.place.startswith("entry_into_force")]
