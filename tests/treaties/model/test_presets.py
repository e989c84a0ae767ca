"""Presets: a clause under a name of its own, with terms filled in where the author gives none."""

from __future__ import annotations

import pickle
from collections.abc import Iterator

import pytest

from tests.support.small_treaties import plus
from treaties.briefing.sources import clauses
from treaties.compiling.compile import compile_treaty
from treaties.model.errors import TreatyFileError
from treaties.model.presets import Preset, preset_models
from treaties.provisions import all_presets, all_provisions, all_types, type_named
from treaties.provisions.audit import Audit
from treaties.provisions.remedy import Remedy
from treaties.reading.schema import treaty_schema
from treaties.reading.variants import document_of, with_terms

BOND = Preset(
    title="Penalty bond",
    terms={"amount": {"value": 2, "low": 1, "high": 3}, "upheld": 1},
    mechanism="A sum fixed beforehand is forfeited by whoever breaches.",
    real_treaty="None: made up for this test",
    required=("note",),
)
WRITTEN = 'type = "bond"\narticle = "7"\nnote = "deposited"\n'


@pytest.fixture(autouse=True)
def _found(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(Remedy, "presets", {"bond": BOND})
    preset_models.cache_clear()
    yield
    preset_models.cache_clear()


def test_a_preset_is_found_apart_from_the_kinds_of_clause() -> None:
    assert "bond" not in all_provisions() and "bond" in all_presets()
    assert all_types() == {**all_provisions(), **all_presets()}
    bond = all_presets()["bond"]
    assert issubclass(bond, Remedy) and bond.preset_of == "remedy" and Remedy.preset_of is None
    assert (bond.title, bond.mechanism, bond.real_treaty) == (BOND.title, BOND.mechanism, BOND.real_treaty)
    assert (bond.reference, bond.presets) == (Remedy.reference, {})


def test_a_type_looked_up_alone_is_the_one_among_all() -> None:
    assert {name: type_named(name) for name in all_types()} == all_types()
    assert [type_named(name) for name in ("", "veto_", "__init__", "os", "veto.veto")] == [None] * 5


def test_it_is_the_clause_with_its_terms_and_keeps_its_name() -> None:
    treaty = plus(WRITTEN)
    (bond,) = treaty.provisions
    same = plus('type = "remedy"\narticle = "7"\namount = { value = 2, low = 1, high = 3 }\nupheld = 1\n')
    assert compile_treaty(treaty).game.digest == compile_treaty(same).game.digest
    assert compile_treaty(treaty).game.digest != compile_treaty(plus()).game.digest
    assert treaty.path_of(bond) == "bond" and bond.label == "article 7, bond"
    assert ("bond.amount", 2.0, 1.0, 3.0) in {(n.path, n.value, n.low, n.high) for n in treaty.numbers()}
    (told,) = clauses(treaty)
    assert told.title == "Penalty bond" and "amount 2" in told.terms
    assert document_of(treaty)["provision"][0]["type"] == "bond"
    assert pickle.loads(pickle.dumps(treaty)).provisions == treaty.provisions


def test_what_the_author_writes_comes_first_entry_by_entry() -> None:
    (bond,) = plus(WRITTEN + "amount = 5\nupheld = 0.5\n").provisions
    assert isinstance(bond, Remedy)
    assert (bond.amount.value, bond.amount.low, bond.upheld.value) == (5, None, 0.5)
    changed = with_terms(plus(WRITTEN), {"bond.upheld": 0.25})
    (bond,) = changed.provisions
    assert isinstance(bond, Remedy) and (bond.amount.value, bond.upheld.value) == (2, 0.25)
    (review,) = plus('type = "joint_review"\nrenewal = { decide_by_year = 3 }\n').provisions
    assert review.model_dump(include={"term_years", "renewal"}) == {
        "term_years": 16, "renewal": {"rule": "mutual", "decide_by_year": 3, "probability": None, "plan": "never"},
    }  # fmt: skip


def test_a_term_that_it_needs_must_be_given() -> None:
    with pytest.raises(TreatyFileError) as refused:
        plus(WRITTEN.replace('note = "deposited"\n', ""))
    (error,) = refused.value.errors
    assert (error.field, error.problem) == ("provision.bond.note", "is missing")


def test_a_name_that_is_nearly_right_is_guessed() -> None:
    with pytest.raises(TreatyFileError, match="did you mean 'bond'"):
        plus(WRITTEN.replace('"bond"', '"bonds"'))


def test_editors_offer_it_with_its_terms() -> None:
    schema = treaty_schema()
    assert "bond" in schema["properties"]["provision"]["items"]["properties"]["type"]["enum"]
    told = schema["$defs"]["Bond"]
    assert told["title"] == BOND.title and told["properties"]["type"]["const"] == "bond"
    assert told["properties"]["upheld"]["default"] == 1 and told["required"] == ["type", "note"]


def test_a_preset_of_terms_that_the_clause_lacks_is_a_fault_of_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Audit, "presets", {"odd": Preset("Odd", {"amounts": 1}, "Nothing.", "None")})
    preset_models.cache_clear()
    with pytest.raises(TypeError, match="'odd' of Audit speaks of terms it does not have: amounts"):
        all_presets()
