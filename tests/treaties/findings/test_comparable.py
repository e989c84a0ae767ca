"""Options in which parties have types answer another question than a text in which they have none."""

from __future__ import annotations

from dataclasses import replace

from tests.support.briefings import VARIANTS
from treaties.findings.records import comparable


def test_options_with_types_are_compared_with_texts_with_types_only() -> None:
    doubted = replace(VARIANTS[1], name="Can it be trusted?", trust="A must be 22 % sure of B")
    options = [*VARIANTS, doubted]
    assert comparable(options, types=False) == list(VARIANTS)
    assert comparable(options, types=True) == options
