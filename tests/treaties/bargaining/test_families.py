"""Designs that differ in numbers alone are compiled together, and told as if each had been compiled alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.treaties.bargaining.test_bargain import SHARING
from treaties.bargaining import families
from treaties.bargaining.designs import EFFORT, Design, from_grid, judge
from treaties.bargaining.workers import judge_all
from treaties.compiling import template
from treaties.model.treaty import Treaty
from treaties.reading.treaty_file import read_treaty_text
from treaties.reading.variants import apply_variant


@pytest.fixture
def treaty() -> Treaty:
    return read_treaty_text(SHARING, "sharing.toml")


def alone(design: Design) -> Design:
    return replace(design, family="")


def test_a_family_changes_numbers_alone(treaty: Treaty) -> None:
    designs = from_grid(treaty, 100)
    names = {design.family for design in designs} - {""}
    numbers = {number.path for number in treaty.numbers()}
    assert names
    for name in names:
        family = [design for design in designs if design.family == name]
        assert len(family) >= families.ENOUGH
        assert family[0].spans and set(family[0].spans) <= numbers
        fixed = [{path: value for path, value in design.variant.set.items() if path not in design.spans}
                 for design in family if design.variant is not None]  # fmt: skip
        assert all(terms == fixed[0] for terms in fixed)


REMEDIED = """
schema = "servanda-treaty/1"
title = "Damages (fictional)"
payoff_unit = "points per year"

[[party]]
id = "A"
name = "Arcadia"
discount = 0.6

[[party]]
id = "B"
name = "Borduria"
discount = 0.5

[[matter]]
id = "trade"
reward = { A = 3, B = 3 }
temptation = { A = 7, B = 7 }
sucker = { A = -1, B = -1 }
punishment = { A = 0, B = 0 }

[[provision]]
type = "remedy"
article = "11"
amount = 1
upheld = 0.5
delay_years = 0
design = { amount = [1, 2, 3, 4, 5] }
"""
"""Its designs have one structure."""


def test_a_family_is_compiled_from_one_template(monkeypatch: pytest.MonkeyPatch) -> None:
    remedied = read_treaty_text(REMEDIED, "remedied.toml")
    monkeypatch.setattr(families, "_kept", type(families._kept)())
    found = []
    for one in from_grid(remedied, 10):
        if one.variant is not None:
            changed = apply_variant(remedied, one.variant)
            assert one.family
            found.append(families.version_of(remedied, changed, one.variant, one.family, one.spans, EFFORT))
    assert len(found) == 4 and len(families._kept) == 1
    screens = {id(version._screening.screen) for version in found if version._screening is not None}
    assert all(version._game is not None and version._screening is not None for version in found)
    assert len(screens) == 1


@pytest.mark.parametrize("text", [SHARING, REMEDIED], ids=["compiled anew", "from one template"])
def test_designs_of_a_family_are_told_as_if_compiled_alone(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    treaty = read_treaty_text(text, "treaty.toml")
    made: list[Treaty] = []
    make = template.Template.of

    def counted(first: Treaty, spans: dict[str, tuple[float, float]] | None = None) -> template.Template:
        made.append(first)
        return make(first, spans)

    monkeypatch.setattr(families, "_kept", type(families._kept)())
    monkeypatch.setattr(template.Template, "of", staticmethod(counted))
    designs = [design for design in from_grid(treaty, 100) if design.family]
    for design in designs:
        together, single = judge(treaty, design), judge(treaty, alone(design))
        assert together.to_json() == single.to_json()
        assert together.evidence == single.evidence
    assert 0 < len(made) <= len(designs) / families.ENOUGH


def test_families_follow_upon_one_another(treaty: Treaty) -> None:
    designs = from_grid(treaty, 12)
    order = [designs[k].family for k, _ in judge_all(treaty, designs, 1, [""] * len(designs))]
    runs = [name for k, name in enumerate(order) if name and (k == 0 or order[k - 1] != name)]
    assert len(order) == len(designs) and len(runs) == len(set(runs))


def test_another_text_from_the_same_file_has_families_of_its_own() -> None:
    treaty = read_treaty_text(REMEDIED, "treaty.toml")
    late = read_treaty_text(REMEDIED.replace("delay_years = 0", "delay_years = 3"), "treaty.toml")
    late = late.came_from(treaty.source_name, treaty.source_hash)
    some = next(design for design in from_grid(treaty, 10) if design.family)
    assert judge(treaty, some).margin != judge(late, alone(some)).margin
    assert judge(late, some).to_json() == judge(late, alone(some)).to_json()
