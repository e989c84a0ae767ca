"""Trust: other numbers than those of ``trust_cases.json``, with closed forms for what each family of cases expects.

Formulas as in the cases' ``derived``, where the punishment P need not be 0; the cases' own checks judge them.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from games.replication.calculations import calculate
from tests.support.trust_families import check_of

F = Fraction
FULL = F(1)
PAYOFFS = [
    (F(3), F(5), F(1), F(0), F(2, 3)),
    (F(2), F(5, 2), F(0), F(-2), F(4, 5)),
    (F(7, 3), F(3), F(1, 2), F(-1, 7), F(3, 4)),
]
each = pytest.mark.parametrize("numbers", PAYOFFS, ids=lambda x: "_".join(map(str, x)).replace("/", "over"))
Numbers = tuple[Fraction, Fraction, Fraction, Fraction, Fraction]


def judge(family: str, numbers: Numbers, expect: dict[str, Any], **more: Any) -> None:
    """The family's check of other numbers."""
    names = ("reward", "temptation", "punishment", "sucker", "discount")
    check_of(family)(dict(zip(names, map(str, numbers), strict=True)) | more, expect)


def least(numbers: Numbers, exposure: Fraction = FULL) -> Fraction:
    """The least trust if the first year is at this exposure and all later ones at full."""
    r, t, p, s, d = numbers
    risk = (1 - d) * exposure * (p - s)
    return risk / (risk + (r - p) - (1 - d) * (r - p + exposure * (t - r)))


@each
def test_trust_without_end(numbers: Numbers) -> None:
    r, t, p, _, d = numbers
    judge("least_trust_breacher", numbers, {"least_probability_of_normal": least(numbers), "public_nodes": 4})
    judge("two_sided_product", numbers, {"least_each": least(numbers)})
    judge("too_reliable", numbers, {"greatest_probability_of_keeper": (r - (1 - d) * t - d * p) / (d * (t - p))})
    judge("staging", numbers, {"least_trust": least(numbers, F(1, 3)), "at_once": least(numbers)},
          first_year_exposure="1/3", type="breaches always")
    judge("costly_signal", numbers, {"least_cost": (t - p) / 6, "greatest_cost": d * (r - p) / (1 - d)},
          discount_patient=d, discount_impatient="1/6", prior_patient="1/3",
          **dict(zip("RTPS", numbers, strict=False)))


@each
def test_only_the_first_year_is_sure(numbers: Numbers) -> None:
    r, t, p, s, d = numbers
    enough = p + (1 - d) / d * (t - r)
    most = r + (t - r) * (r - enough) / (r - s)
    gain, risk = (1 - d) * (r - t) + d * (most - p), (1 - d) * (p - s)
    judge("least_trust_breacher_first_year_only", numbers, {"least_probability_of_normal": risk / (risk + gain)})


@each
def test_the_region_of_three_types(numbers: Numbers) -> None:
    r, t, p, s, d = numbers
    normal, breacher, keeper = r - (1 - d) * t - d * p, (1 - d) * (s - p), r - t
    share = F(1, 10)
    bad = (normal * (1 - share) + keeper * share) / (normal - breacher)
    judge("trust_region", numbers, {"coefficients": [normal, breacher, keeper],
                                    "boundary_point": [1 - share - bad, bad, share]},
          types=["normal", "breaches always", "keeps always"])


@each
def test_terms_with_a_conditional_partner(numbers: Numbers) -> None:
    one, both = calculate("conditional_partner", dict(zip(
        ("reward", "temptation", "punishment", "sucker", "discount"), numbers, strict=True)))
    judge("procurement_one_sided", numbers, {"least_probability_of_type": one, "years_of_sure_compliance": 4},
          years=6, type="grim", informed_party=1)
    judge("procurement_two_sided", numbers, {"least_probability_of_type": both, "years_of_sure_compliance": 3},
          years=4, type="grim", informed_party="both")


@each
def test_governments_that_change_unseen(numbers: Numbers) -> None:
    r, t, p, s, d = numbers
    reliable = F(9, 10)
    worth = (r - p + d * (1 - reliable) * (s - p)) / (1 - d * reliable)
    judge("turnover_hidden", numbers, {"rows": [
        {"reliable_after_a_clean_year": reliable, "least_trust": (s - p) / ((s - p) + (t - p) - worth)}]})


def test_reputation_and_reassurance() -> None:
    entrants = [1, 3, 4]
    value = calculate("entry_deterrence", {"b": "4/5", "a": 3, "prior": "1/20", "entrants": entrants})
    first, = calculate("first_entry", {"prior": "1/20", "gains": ["4/5"]})
    check_of("chain_store")(
        {"b": "4/5", "a": "3", "prior_strong": "1/20", "entrants": entrants},
        {"value_weak": list(map(str, value)), "first_entry_when_left": first, "fight_probability_weak": []})
    types = {"seeker": [5, 3, 2, -1], "greedy": [4, 5, 1, -2]}
    trust, share = calculate("reassurance", types)
    low, high = calculate("reassurance_shares", types | {"trust": "1/2"})
    check_of("kydd_two_rounds")(
        {name: dict(zip("RTPS", given, strict=True)) for name, given in types.items()},
        {"least_trust": trust, "share_at_least_trust": share, "at_trust_1_2": {"share_min": low, "share_max": high}})
