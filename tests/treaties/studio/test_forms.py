"""Cards and fields: every term of every clause has one, and what a field shows is what the file says."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.support.studio_files import remarked
from treaties.drafting.catalogue import _host
from treaties.drafting.example_blocks import example_block
from treaties.provisions import all_types
from treaties.reading.toml_text import in_toml
from treaties.studio.draft import Draft, Refused
from treaties.studio.entries import edit_of
from treaties.studio.forms import Card, Field, cards, draft_json, library, value_of
from treaties.studio.places import path_of
from treaties.studio.prose import in_words, prose
from treaties.studio.terms import Shape, terms_of
from treaties.studio.toml_edits import with_block, with_value


def with_clause(kind: str) -> str:
    """A file with one clause of a kind, with placeholders."""
    firm = {"id": "FIRM", "name": "Firm", "discount": 0.9, "signatory": False}
    for host in (_host("AB"), _host("ABC"), _host("AB", firm)):
        block = example_block(all_types()[kind], host, tries=1)
        if block is not None:
            text = "".join(f"{key} = {in_toml(value)}\n" for key, value in host.items() if not isinstance(value, list))
            for name in ("party", "event", "matter"):
                for one in host[name]:
                    text = with_block(text, name, one)
            return with_block(text, "provision", block)
    raise AssertionError(f"no example of {kind}")


def sample(shape: Shape) -> Any:
    """Something that could be entered at a field."""
    if shape.toml:
        return "[1, 2]"
    if shape.control == "choice":
        return shape.choices[0]
    if shape.control == "list":
        return [shape.choices[0] if shape.choices else "x"]
    if shape.control == "bool":
        return True
    if shape.control == "integer":
        return int(max(shape.least or 0, 3)) if shape.most is None else int(shape.most)
    return (0.5 if shape.most is None else shape.most / 2) if shape.control == "number" else "some text"


def check_fields(kind: str) -> None:
    """Every term of a clause has a field, and every field gives back what the file says and what is entered."""
    text = with_clause(kind)
    document = tomllib.loads(text)
    shapes = list(terms_of(document, ("provision", 0)))
    for name, of in all_types()[kind].model_fields.items():
        if name != "type":
            at = ("provision", 0, of.alias or name)
            assert any(shape.place[:3] == at for shape in shapes), f"{kind}.{name} has no field"
    assert len({shape.place for shape in shapes}) == len(shapes)
    for shape in shapes:
        if shape.listed or (shape.control == "choice" and not shape.choices):
            continue
        shown = value_of(document, shape)
        if shown is not None:
            place, value = edit_of(document, shape.place, shown)
            assert tomllib.loads(with_value(text, place, value)) == document, f"{path_of(shape.place)} shows {shown}"
        entered = sample(shape)
        place, value = edit_of(document, shape.place, entered)
        changed = tomllib.loads(with_value(text, place, value))
        assert value_of(changed, shape) == entered, f"{path_of(shape.place)} of {entered}"


@pytest.mark.parametrize("kind", ["remedy", "sunset"])
def test_every_term_has_a_field_that_shows_what_is_entered(kind: str) -> None:
    check_fields(kind)


@pytest.mark.slow
@pytest.mark.parametrize("kind", sorted(all_types()))
def test_every_term_of_every_clause_has_a_field(kind: str) -> None:
    check_fields(kind)


def card_of(draft: Draft, path: str) -> Card:
    return next(card for card in cards(draft) if card.path == path)


def field_of(draft: Draft, path: str) -> Field:
    return next(field for card in cards(draft) for field in card.fields if field.path == path)


def test_the_cards_follow_the_file(tmp_path: Path) -> None:
    draft = Draft.open(remarked(tmp_path))

    assert [card.path for card in cards(draft)] == [
        "", "party.0", "party.1", "event.0", "matter.0", "provision.0", "provision.1", "provision.2", "variant.0",
    ]  # fmt: skip
    assert [card.heading for card in cards(draft)][5:] == [
        "Article 7, Remedy (damages)", "Article 21, Sunset and renewal", "Article 14, Veto", "Option: No veto",
    ]  # fmt: skip


def test_prose_follows_the_terms(tmp_path: Path) -> None:
    draft = Draft.open(remarked(tmp_path))
    assert card_of(draft, "provision.0").prose == (
        "A party in breach pays damages of 1.5 points (1 to 2) for each year of it. "
        "A claim for them is upheld and paid with a chance of 75%. They are paid 1 year after the breach."
    )
    draft.set("provision.0.amount.value", 1.25, 0)
    assert "damages of 1.25 points (1 to 2) for each year" in card_of(draft, "provision.0").prose


def test_prose_words_values_and_what_stands_in_tables_as_a_treaty_would() -> None:
    renewal = {"rule": "mutual", "decide_by_year": 8}
    block = {"type": "sunset", "article": "21", "term_years": 10, "renewal": renewal}
    said = prose({"period": "year"}, ("provision", 0), block)
    assert said.startswith("This treaty is concluded for a term of 10 years. It is renewed for a further term only if")
    assert said.endswith(": 8.")
    free = prose({}, ("provision", 0), {"type": "remedy", "article": "17", "amount": {"value": 0}, "delay_years": "x"})
    assert free.startswith("No damages are due for a breach. ")


def test_a_table_with_a_value_among_its_terms_is_told_whole() -> None:
    assert in_words([{"chance": 0.2, "value": 30}], {}) == "chance 0.2, value 30"
    assert in_words({"value": 30, "low": 20, "high": 40}, {}) == "30 (20 to 40)"


def test_a_field_knows_its_control_unit_limits_and_help(tmp_path: Path) -> None:
    draft = Draft.open(remarked(tmp_path))
    amount = field_of(draft, "provision.0.amount.value")
    assert (amount.control, amount.value, amount.min, amount.max, amount.unit, amount.required) == (
        "number", 1.5, 0, None, "points per year", True,
    )  # fmt: skip
    assert "Damages" in amount.help
    upheld = field_of(draft, "provision.0.upheld.value")
    assert (upheld.value, upheld.min, upheld.max, upheld.default) == (0.75, 0, 1, "1")
    holder = field_of(draft, "provision.2.holder")
    assert (holder.control, holder.value, holder.choices, holder.names) == (
        "list", ["A", "B"], ("A", "B"), ("Arcadia", "Borduria"),
    )  # fmt: skip
    uses = field_of(draft, "provision.2.uses_per_term")
    assert (uses.control, uses.value, uses.choices) == ("integer", 1, ("unlimited",))
    assert field_of(draft, "provision.1.renewal.rule").choices[0] == "none"
    assert field_of(draft, "provision.0.source").more
    assert field_of(draft, 'variant.0.set."veto.uses_per_term"').value == "0"


def test_an_error_stands_at_its_field_with_what_was_entered(tmp_path: Path) -> None:
    draft = Draft.open(remarked(tmp_path))
    with pytest.raises(Refused):
        draft.set("provision.0.amount.value", 9, 0)
    with pytest.raises(Refused):
        draft.set("provision.1.term_years", 3, 0)

    amount, years = field_of(draft, "provision.0.amount.value"), field_of(draft, "provision.1.term_years")
    assert (amount.value, amount.entered) == (1.5, 9)
    assert amount.error is not None and "low <= value <= high" in amount.error
    assert (years.value, years.entered) == (6, 3)
    assert years.error is not None and years.error.startswith("provision.1.renewal.decide_by_year: ")
    assert field_of(draft, "provision.1.renewal.decide_by_year").error is not None
    assert field_of(draft, "provision.0.upheld.value").error is None
    assert len(card_of(draft, "provision.0").errors) == 1


def test_lists_of_tables_name_their_entries(tmp_path: Path) -> None:
    draft = Draft.open(remarked(tmp_path))
    draft.add_entry("party.0.type", 0)
    [listed] = card_of(draft, "party.0").lists
    assert (listed.path, listed.entries) == ("party.0.type", ("party.0.type.0",))
    assert field_of(draft, "party.0.type.0.prior.value").control == "number"


def test_a_value_of_many_kinds_is_held_as_files_write_it(tmp_path: Path) -> None:
    draft = Draft.open(remarked(tmp_path))
    draft.set("matter.0.observability", "private", 0)
    assert 'observability = "private"' in draft.text
    draft.set("matter.0.observability", "{ detection = 0.8, false_alarm = 0.1 }", 1)
    assert field_of(draft, "matter.0.observability").value == "{ detection = 0.8, false_alarm = 0.1 }"
    draft.set("matter.0.observability.detection.value", 0.9, 2)
    assert "observability = { detection = 0.9, false_alarm = 0.1 }" in draft.text
    with pytest.raises(Refused, match="cannot be read"):
        draft.set("matter.0.observability", "{ detection", 3)


def test_the_whole_draft_is_told_as_json(tmp_path: Path) -> None:
    draft = Draft.open(remarked(tmp_path))
    told = draft_json(draft)

    assert {key: told[key] for key in ("revision", "title", "saved", "file", "can_undo", "can_redo", "errors")} == {
        "revision": 0, "title": "Remarked", "saved": True, "file": "remarked.toml", "can_undo": False,
        "can_redo": False, "errors": [],
    }  # fmt: skip
    assert told["parties"] == [{"id": "A", "name": "Arcadia"}, {"id": "B", "name": "Borduria"}]


def test_the_library_is_all_there_is() -> None:
    assert {entry.kind for entry in library()} == set(all_types())
    assert all(entry.label and entry.summary.endswith(".") for entry in library())
