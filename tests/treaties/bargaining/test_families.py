"""Designs that differ in numbers alone are compiled together, and told as if each had been compiled alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.treaties.bargaining.test_bargain import SHARING
from treaties.bargaining import families
from treaties.bargaining.designs import Design, from_grid, judge
from treaties.bargaining.workers import judge_all
from treaties.compiling import template
from treaties.model.treaty import Treaty
from treaties.reading.treaty_file import read_treaty_text


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


def test_designs_of_a_family_are_told_as_if_compiled_alone(treaty: Treaty, monkeypatch: pytest.MonkeyPatch) -> None:
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
