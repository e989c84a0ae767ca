"""Trust: instances with known answers, in ``trust_cases.json``.  How each is reproduced:

- By a rule of play, accepted at the number and refused 1e-6 beyond, in exact numbers: least_trust_breacher_*,
  too_reliable_*, conditional_never_hurts, two_sided_product, trust_region_three_types, three_parties_multilinear,
  kmrw_tit_for_tat_*, kmrw_grim_*, procurement_one_sided, procurement_two_sided, procurement_small_temptation, kydd_*,
  costly_signal_at_signature, watson_starting_small, staging_*; with indifferences that are exact because it mixes:
  kmrw_mixed_five_years, chain_store; with intervals of beliefs: transparency_learns_faster, turnover_*,
  forgiving_rules_need_more_trust.
- By the beliefs of a game with types, unfolded: learning_speed.
- The same, without proof that nothing less is enough: best_equilibrium_staircase.
- By a bound for every equilibrium, certified, and its sums: every_equilibrium_bound.
- By a claim of a paper in ``papers/``, recomputed: fudenberg_levine_bound, kranton_probation, ghosh_ray_starting_over,
  watson_best_ramp, mailath_samuelson_replacement.
- From a treaty's file, in ``tests/treaties``: procurement_automatic_renewal, aurora_breach_ends_treaty.

Every rule is also judged by ``tests/support/brute_typed.py``, which knows nothing of certificates, where its beliefs
take finitely many values.  The checks, ``tests/support/trust_families``, take a case's ``inputs``,
whatever their numbers: a further case of a family needs an entry in the file only.
"""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tests.support.trust_families import check_of
from tests.support.trust_families.verdicts import assert_proved, kept_for
from tests.support.typed_replies import tit_for_tat_term

CASES: list[dict[str, Any]] = json.loads((Path(__file__).parent / "trust_cases.json").read_text())["cases"]
IN_TREATIES = {"procurement_automatic_renewal", "aurora_breach_ends_treaty"}
"""These start from a treaty's file, and are reproduced in ``tests/treaties``."""


@pytest.mark.parametrize("case", [x for x in CASES if x["id"] not in IN_TREATIES], ids=lambda case: case["id"])
def test_case_is_reproduced(case: dict[str, Any]) -> None:
    check_of(case["id"])(case["inputs"], case["expect"])


def test_there_are_all_cases() -> None:
    assert len(CASES) == 38
    assert {case["id"] for case in CASES} > IN_TREATIES


def test_pure_replies_to_tit_for_tat_exist_in_longer_terms_too() -> None:
    inputs = next(case["inputs"] for case in CASES if case["id"] == "kmrw_tit_for_tat_4")
    for chance in (Fraction(1, 3), Fraction(3, 5)):
        case = tit_for_tat_term(inputs, chance, 8)
        assert_proved(case, True, kept_for(case, 6))
