"""The least trust by the last rung's rule in treaties, against ``tests/oracles/trust_cases.json``."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import treaties
from games.certificates.typed import TypedRuleEquilibrium
from games.play.trust_values import Bound, least_trust, point_of, trust_line
from treaties.assessing.typed_ladder import TypedLadder, TypedStanding
from treaties.compiling.compile import compile_treaty
from treaties.reading.treaty_file import read_treaty_text
from treaties.reading.variants import apply_variant

FILE = Path(__file__).parents[2] / "oracles" / "trust_cases.json"
CASES = [case for case in json.loads(FILE.read_text())["cases"] if "treaty" in case["inputs"]]
NAMES = ["NOR", "SUN"]
BEYOND = Fraction(1, 10**6)
BREACHES = """
  [[party.type]]
  name = "never reliable"
  conduct = "breaches"
  when = "always"
  prior = 0.5
"""


def test_the_cases_with_treaties_are_there() -> None:
    assert {case["id"] for case in CASES} == {"procurement_automatic_renewal", "aurora_breach_ends_treaty"}


def least(inputs: dict[str, Any], uncertain: int) -> tuple[TypedLadder, TypedStanding, Bound]:
    """The least trust of the other party in a party that may breach everything always, by the case's rung."""
    text = (Path(treaties.__file__).parent / "cases" / inputs["treaty"]).read_text()
    end = text.index("\n[[", text.index(f'id = "{NAMES[uncertain]}"'))
    treaty = read_treaty_text(text[:end] + BREACHES + text[end:])
    ladder = TypedLadder(compile_treaty(apply_variant(treaty, treaty.variant(inputs["variant"]))))
    bounds = []
    for standing in ladder.standings(inputs["rung"]):
        found = least_trust(standing.found, 1 - uncertain, uncertain)
        assert found is not None
        if found.least is not None and found.never is None:
            bounds.append((standing, found.least))
    return ladder, *min(bounds, key=lambda one: one[1].value)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_least_trust_in_a_treaty(case: dict[str, Any]) -> None:
    inputs, expect = case["inputs"], case["expect"]
    for uncertain in [NAMES.index(inputs["uncertain"])] if "uncertain" in inputs else range(2):
        ladder, standing, bound = least(inputs, uncertain)
        if "least_trust" in expect:
            assert (bound.value, bound.exact) == (Fraction(expect["least_trust"]), True)
        else:
            assert float(bound.value) == pytest.approx(expect["least_trust_float"], abs=5e-6)
        line = trust_line(ladder.typed, uncertain)
        assert line is not None
        for trust, holds in ((bound.value, True), (bound.value - BEYOND, False)):
            prior = tuple(point_of(line, trust) if i == uncertain else p for i, p in enumerate(ladder.typed.prior))
            typed = replace(ladder.typed, prior=prior)
            assert TypedRuleEquilibrium.of(typed, standing.rule, ladder.compiled.plan).check(typed).accepted == holds
