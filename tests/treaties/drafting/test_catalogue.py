"""The list of clauses: all of them, with terms that are theirs, and an example that can be read."""

from __future__ import annotations

import itertools
import tomllib

import pytest

from treaties.drafting.catalogue import ClauseEntry, Term, catalogue
from treaties.drafting.telling import listed, page
from treaties.model.provision import Provision
from treaties.provisions import all_provisions, all_types

ENTRIES: dict[str, ClauseEntry] = {entry.type: entry for entry in catalogue()}


def _term(clause: str, name: str) -> Term:
    return next(term for term in ENTRIES[clause].terms if term.name == name)


def test_it_lists_every_clause_and_every_preset_below_its_clause() -> None:
    assert set(ENTRIES) == set(all_types())
    order = list(ENTRIES)
    for kind, entry in ENTRIES.items():
        assert (entry.preset_of is None) == (kind in all_provisions())
        if entry.preset_of is not None:
            assert order.index(entry.preset_of) < order.index(kind)
            assert kind in ENTRIES[entry.preset_of].presets
    groups = [entry.group for entry in ENTRIES.values()]
    assert sum(a != b for a, b in itertools.pairwise(groups)) == len(set(groups)) - 1, "each group once"


@pytest.mark.parametrize("kind", ENTRIES)
def test_terms_and_examples_are_those_of_the_clause(kind: str) -> None:
    entry, clause = ENTRIES[kind], all_types()[kind]
    own = {term.name for term in entry.terms if "." not in term.name}
    assert own >= {f.alias or n for n, f in clause.model_fields.items() if n not in Provision.model_fields}
    assert not own & {term.name for term in entry.shared_terms}
    assert own | {term.name for term in entry.shared_terms} == {
        f.alias or n for n, f in clause.model_fields.items() if n != "type"
    }
    assert entry.example, "no placeholders were found with which the clause can stand in a treaty"
    (block,) = tomllib.loads(entry.example)["provision"]
    assert block["type"] == kind and {t.name for t in entry.terms if t.needed and "." not in t.name} <= set(block)


def test_a_term_tells_unit_default_and_range() -> None:
    amount = _term("remedy", "amount")
    assert (amount.needed, amount.unit, amount.least, amount.most) == (True, "payoff unit", 0, None)
    upheld = _term("remedy", "upheld")
    assert (upheld.needed, upheld.default, upheld.unit, upheld.least, upheld.most) == (False, "1", "probability", 0, 1)
    assert (_term("veto", "expires_year").unit, _term("veto", "expires_year").most) == ("years", 60)
    assert _term("staged_derisking", "stages[].exposure").most == 2
    assert _term("staged_derisking", "scales").choices == ("risk", "stakes")


def test_a_preset_tells_what_it_fills_in() -> None:
    assert ENTRIES["joint_review"].filled_in["term_years"] == 16
    assert _term("joint_review", "term_years").default == "16" and not _term("joint_review", "term_years").needed
    assert _term("joint_review", "renewal.rule").default == '"mutual"'
    assert _term("sunset", "renewal.rule").default == '"none"' and _term("sunset", "term_years").needed


def test_the_list_has_a_line_for_each_and_a_page_has_all_that_is_known() -> None:
    lines = list(listed(tuple(ENTRIES.values())))
    for kind in ENTRIES:
        assert len([line for line in lines if line.strip().removeprefix("- ").startswith(f"{kind} ")]) == 1
    told = " ".join(" ".join(page(ENTRIES["veto"])).split())
    entry = ENTRIES["veto"]
    for said in (entry.about, entry.mechanism, entry.real_treaty, entry.reference, entry.cannot_say):
        assert said in told
    assert "uses_per_term = 0" in told and 'type = "veto"' in told and "a number or unlimited" in told
    assert "never: a term sets the calendar" in " ".join(" ".join(page(ENTRIES["sunset"])).split())
