"""Shocks from outside: what they change for whom, and that a worse world mends nothing."""

from __future__ import annotations

import pytest

from tests.support.dilemmas import Dilemma, drawn
from tests.support.small_treaties import chances_after, row
from treaties.effects import OUT, STATUS, membership_variable

FOUR = (3.0, 4.0, -1.0, 0.0)
TWO = Dilemma({"A": FOUR, "B": FOUR}, 0.5)
THREE = Dilemma({"A": FOUR, "B": FOUR, "C": FOUR}, 0.5, outside={"A": 1.0})
SHOCK = "shock to A"


def clause(kind: str = "sanctions_shock", **terms: object) -> str:
    told = "".join(f"{name} = {value}\n" for name, value in terms.items())
    return f'type = "{kind}"\nparty = "A"\nhazard = 0.25\n{told}'


@pytest.mark.behaviour("sanctions_shock")
def test_a_shock_changes_value_temptation_and_the_life_outside_of_whom_it_strikes() -> None:
    """3 - 1 when all comply; 4 + 2 for a breach, half of the 2 where one of two others breaches, too; 1 + 5 out."""
    leaving = 'type = "withdrawal"\nnotice_years = 0\nsurvives_exit_of = "A"\n'
    terms = clause(persistence=0.75, temptation_change=2, value_change=-1, outside_change=5)
    compiled = THREE.compiled(terms, leaving)
    inside, breach = {STATUS: "in force", membership_variable("A"): "member"}, {"trade": "breach"}
    for struck, value, temptation, shared, out in (("no", 3, 4, 2, 1), ("yes", 2, 6, 3, 6)):
        state = inside | {SHOCK: struck}
        complying = row(compiled, state)
        assert compiled.game.payoffs[complying].tolist() == [value, 3, 3]
        assert compiled.game.payoffs[row(compiled, state, A=breach), 0] == temptation
        assert compiled.game.payoffs[row(compiled, state, A=breach, B=breach), 0] == shared
        assert compiled.game.payoffs[row(compiled, state, B=breach), 0] == 1, "(3 - 1) / 2, shock or not"
        left = row(compiled, state | {membership_variable("A"): OUT})
        assert compiled.game.payoffs[left].tolist() == [out, 3, 3]
        chance = {"no": 0.25, "yes": 0.75}[struck]
        assert chances_after(compiled, complying, SHOCK) == pytest.approx({"yes": chance, "no": 1 - chance})
        ended = row(compiled, {STATUS: "ended", SHOCK: struck})
        assert compiled.game.payoffs[ended].tolist() == [out, 0, 0]


@pytest.mark.behaviour("realignment")
def test_who_may_realign_must_be_held_by_what_is_left_over_its_new_partners() -> None:
    """Once realigned A has 2.5 outside for ever: to breach and leave earns 4 (1 - δ) + 2.5 δ, at most 3 from 2/3 on."""
    assert TWO.at(1 / 4 + 1e-4).holds()
    for outside, threshold in ((2.5, 2 / 3), (2.8, 5 / 6)):
        assert not TWO.at(threshold - 1e-4).holds(clause("realignment", outside_change=outside))
        assert TWO.at(threshold + 1e-4).holds(clause("realignment", outside_change=outside))
    struck = TWO.compiled(clause("realignment", outside_change=2.5))
    k = row(struck, {STATUS: "in force", SHOCK: "yes"})
    assert chances_after(struck, k, SHOCK) == {"yes": 1}


@pytest.mark.law("sanctions_shock")
@pytest.mark.parametrize("seed", range(8))
def test_a_worse_world_never_mends_a_broken_treaty_of_one_matter_that_two_may_leave(seed: int) -> None:
    """More outside, more temptation or less value can each only add to what deviations earn over the plan.

    The worst after a deviation is one year in which all breach and leave: it rises with the outside option, and the
    other two do not touch it.
    """
    dilemma = drawn(seed)
    persistence = 0.25 * (1 + seed % 4)
    for change, worse in (("outside_change", 1), ("temptation_change", 1), ("value_change", -1)):
        held = [
            dilemma.holds(clause("sanctions_shock", persistence=persistence, **{change: worse * size}))
            for size in (4.0, 2.0, 1.0, 0.5, 0.0)
        ]
        assert held == sorted(held), change
