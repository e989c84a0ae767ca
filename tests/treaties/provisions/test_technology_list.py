"""Technology lists: what a share of a matter and its security are worth, by hand, and which way a longer list cuts."""

from __future__ import annotations

import numpy as np
import pytest

from tests.support.dilemmas import Dilemma, drawn, values_of_compliance
from tests.support.small_treaties import row
from treaties.effects import STATUS

FOUR = (3.0, 4.0, -1.0, 0.0)
TWO = Dilemma({"A": FOUR, "B": FOUR}, 0.5)


def clause(list_share: float, **terms: object) -> str:
    told = "".join(f"{name} = {value}\n" for name, value in terms.items())
    return f'type = "technology_list"\narticle = "6"\nmatter = "trade"\nlist_share = {list_share}\n{told}'


@pytest.mark.behaviour("technology_list")
def test_half_a_list_has_half_the_stakes_and_half_the_security() -> None:
    """A's outside option is 1: 1 + (3 - 1) / 2 + 2 · 1/2 = 3; C is not protected: 3/2; betrayed, B has -1/2 + 1."""
    three = Dilemma({"A": FOUR, "B": FOUR, "C": FOUR}, 0.5, outside={"A": 1.0})
    compiled = three.compiled(clause(0.5, security_gain=2, protects='["A", "B"]'))
    start = {STATUS: "in force"}
    assert compiled.game.payoffs[row(compiled, start)].tolist() == [3, 2.5, 1.5]
    breaches = {"trade": "breach"}
    betrayed = row(compiled, start, A=breaches, C=breaches)
    assert compiled.game.payoffs[betrayed].tolist() == [1 + (2 - 1) / 2 + 1, 0.5, 1], "half of the others comply: 4 / 2"


def test_a_list_ages_until_it_is_brought_up_to_date_and_notice_stops_the_clock() -> None:
    """Four fifths, of which half is left every year, for three years: 12/5, 6/5, 3/5, and again."""
    compiled = TWO.compiled(clause(0.8, ageing=0.5, update_years=3), 'type = "withdrawal"\nnotice_years = 2\n')
    state, earned = compiled.game.initial, []
    for _ in range(4):
        k = int(compiled.compliance[state])
        earned.append(compiled.game.payoffs[k, 0])
        (state,) = compiled.game.transition[[k]].indices.tolist()
    assert earned == pytest.approx([2.4, 1.2, 0.6, 2.4], abs=1e-9)
    leaves = compiled.row_of(state, {("A", "exit"): "give notice"})
    k, earned = leaves, []
    for _ in range(2):
        (state,) = compiled.game.transition[[k]].indices.tolist()
        k = int(compiled.compliance[state])
        earned.append(compiled.game.payoffs[k, 0])
    assert earned == pytest.approx([0.6, 0.6], abs=1e-9), "the third year of the list, for both years of notice"


def test_half_a_list_is_kept_where_a_whole_one_is_not() -> None:
    """Whole: a breach wins 1, the rest is 0: 3 >= 4 (1 - δ), from 1/4.

    Half of it with a gain of 1: payoffs are half of 4, 5, 0 and 1.  After a breach the others do no worse than breach
    and leave, and that year is worth 1: 4 >= 5 (1 - δ) + δ (1 - δ), from √5 - 2.
    """
    for threshold, share in ((0.25, 1.0), (5**0.5 - 2, 0.5)):
        assert not TWO.at(threshold - 1e-4).holds(clause(share, security_gain=1))
        assert TWO.at(threshold + 1e-4).holds(clause(share, security_gain=1))


@pytest.mark.law("technology_list")
@pytest.mark.parametrize("seed", range(10))
def test_a_shorter_list_never_breaks_a_kept_treaty_of_one_matter_that_two_may_leave_where_it_does_not_age(
    seed: int,
) -> None:
    """In units of the share, security is a bonus inside, g (1 / share - 1), larger the shorter the list.

    The worst equilibrium after a breach is one year in which all breach and leave, so the bonus of all later years is
    lost with the treaty: it can only hold it together.
    """
    dilemma = drawn(seed)
    held = [dilemma.holds(clause(share, security_gain=0.25 * (seed % 4))) for share in (1.0, 0.75, 0.5, 0.25, 0.125)]
    assert held == sorted(held)


@pytest.mark.law("technology_list")
@pytest.mark.parametrize("seed", range(6))
def test_who_gains_more_in_surplus_than_in_security_wants_a_longer_list_where_all_comply(seed: int) -> None:
    """Both signs: a party earns c + share (R - c) + (1 - share) g a year, so it depends on R - c against g."""
    dilemma = drawn(seed, "ABC"[: 2 + seed % 2])
    assert dilemma.outside is not None
    for gain in (0.0, 10.0):
        earned = []
        for share in (0.25, 0.5, 1.0):
            compiled = dilemma.compiled(clause(share, security_gain=gain))
            earned.append(values_of_compliance(compiled)[compiled.game.initial])
        steps = np.sign(np.diff(np.array(earned), axis=0).round(9))
        wants = [np.sign(dilemma.payoffs[p][0] - dilemma.outside[p] - gain) for p in dilemma.parties]
        assert steps.tolist() == [wants, wants]
        assert all(want >= 0 if gain == 0.0 else want < 0 for want in wants)
