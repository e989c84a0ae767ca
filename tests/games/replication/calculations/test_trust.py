"""Calculations about trust and reputation that papers name: what defines their numbers, and what is refused."""

from __future__ import annotations

from fractions import Fraction as F

import pytest

from games.model.stochastic_game import GameError
from games.replication.calculations import calculate

DILEMMA = {"reward": 2, "temptation": 3, "punishment": 0, "sucker": -1}
SMALL = [15, 1, 5, "9/10"]


@pytest.mark.parametrize("trust", [F(1, 10), F(1, 2), F(2, 3)])
def test_a_ramp_leaves_the_opportunist_indifferent_when_to_betray(trust: F) -> None:
    stakes = calculate("stakes", {"numbers": SMALL, "trust": trust, "steps": 5})
    d, first = F(9, 10), stakes[0]
    worth = [trust * first * 15]
    for k in range(1, len(stakes)):
        kept = sum(d**j * stakes[j] for j in range(k))
        worth.append(trust * (kept + d**k * stakes[k] * 15) - (1 - trust) * first * 5)
    assert len(set(worth)) == 1


@pytest.mark.parametrize(("matches", "least"), [([3, 2, "9/10"], 1), ([6, 2, "4/5"], 4), ([2, 2, "1/2"], 0)])
def test_a_probation_is_the_shortest_after_which_leaving_does_not_pay(matches: list[object], least: int) -> None:
    assert calculate("probation", {"matches": [matches]}) == (F(least),)
    t, r, d = (F(str(x)) for x in matches)
    worth = [(1 - d) * t + d ** (n + 1) * r - r for n in range(least + 1)]
    assert worth[-1] <= 0 < min(worth[:-1], default=F(1))


def test_a_conditional_partner_is_as_likely_as_the_closed_form_says() -> None:
    r, t, p, s, d = F(2), F(3), F(0), F(-1), F(9, 10)
    last = (p - s) / ((r - s) - (1 - d) * (t - p))
    before = ((t - r) / d + (p - s)) / ((r - s) + d * (t - p))
    found = calculate("conditional_partner", DILEMMA | {"discount": d})
    assert found == (max(last, before), (t - r) / (d * (t - p)))


def test_at_the_least_trust_of_a_ramp_the_reliable_side_has_nothing() -> None:
    for steps in (0, 1, 4):
        least, = calculate("least_trust_of_ramps", {"numbers": SMALL, "steps": [steps]})
        assert calculate("starting_small", {"numbers": SMALL, "trust": least, "steps": steps})[1] == 0


@pytest.mark.parametrize(("b", "belief", "left"), [("1/2", "1/10", 3), ("4/5", "1/100", 9), ("1/3", "1/30", 2)])
def test_fights_keep_the_next_entrant_indifferent_and_follow_bayes(b: str, belief: str, left: int) -> None:
    fights, any_fights, after = calculate("fights", {"b": b, "belief": belief, "left": left})
    gain, chance = F(b), F(belief)
    assert after == gain ** (left - 1) == chance / any_fights
    assert any_fights == chance + (1 - chance) * fights


def test_trust_beyond_which_shares_separate_is_where_both_bounds_meet() -> None:
    given = {"seeker": [3, 2, 1, -2], "greedy": [3, 4, 1, -2]}
    trust, share = calculate("reassurance", given)
    assert calculate("reassurance_shares", given | {"trust": trust}) == (share, share)
    low, high = calculate("reassurance_shares", given | {"trust": trust - F(1, 1000)})
    assert low > high


def test_at_the_greatest_share_the_slack_is_nothing() -> None:
    given = {"dilemma": [2, 3, 0, -1], "discount": "9/10"}
    share, = calculate("greatest_share", given | {"stakes": ["1/2"]})
    assert calculate("starting_over", given | {"stake": "1/2", "share": share})[1] == 0


def test_years_that_fail_are_the_first_that_are_enough() -> None:
    years, = calculate("failing_years", DILEMMA | {"discount": "9/10", "chances": ["1/4"]})
    worth = [F(1, 4) * sum(2 * F(9, 10) ** k for k in range(n)) - F(3, 4) for n in (int(years) - 1, int(years))]
    assert worth[0] <= 3 < worth[1]


@pytest.mark.parametrize(("name", "given", "said"), [
    ("failing_years", DILEMMA | {"discount": "9/10", "chances": ["4/21"]}, "no number of years is enough"),
    ("conditional_partner", DILEMMA | {"discount": "1/4"}, "breaches earlier"),
    ("probation", {"matches": [[9, 2, "1/2"]]}, "no probation deters"),
    ("reputation_bound", {"prior": 1, "eta": "1/2", "discount": "1/2", "least": 0, "commitment": 1}, "between 0 and 1"),
    ("first_entry", {"prior": "1/10", "gains": [1]}, "b between 0 and 1"),
    ("trust_threshold", {"seeker": [1, 1, 1, 1]}, "ZeroDivisionError"),
])
def test_what_has_no_answer_is_refused(name: str, given: dict[str, object], said: str) -> None:
    with pytest.raises(GameError, match=said):
        calculate(name, given)
